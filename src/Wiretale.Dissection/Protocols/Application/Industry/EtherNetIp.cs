using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: ODVA, "The CIP Networks Library" volume 2. Little end first. TCP and UDP port 44818, UDP port 2222 for implicit data.
//
//   | command (2) | length (2) | session (4) | status (4) | sender's context (8) | options (4) | data: a list of items, each a type (2), a length (2) and its bytes

/// <summary>EtherNet/IP: sessions with controllers and drives, and what carries the Common Industrial Protocol.</summary>
public sealed class EtherNetIp() : Dissector("enip", "cip")
{
    const uint Port = 44818;
    const int HeaderLength = 24;
    const int Nop = 0, ListServices = 4, ListIdentity = 0x63, ListInterfaces = 0x64, RegisterSession = 0x65, UnregisterSession = 0x66, SendRequest = 0x6f, SendUnit = 0x70;
    const int Identity = 0xc, ConnectedAddress = 0xa1, ConnectedData = 0xb1, UnconnectedData = 0xb2, Services = 0x100, SequencedAddress = 0x8002;

    static readonly Protocol P = new("EtherNet/IP (Industrial Protocol)", "ENIP", "enip");
    static readonly ValueNames Commands = ValueNames.Of(() => [
        (Nop, "NOP"), (ListServices, "List Services"), (ListIdentity, "List Identity"), (ListInterfaces, "List Interfaces"), (RegisterSession, "Register Session"),
        (UnregisterSession, "Unregister Session"), (SendRequest, "Send RR Data"), (SendUnit, "Send Unit Data"), (0xc8, "StartDTLS")]);
    static readonly ValueNames Statuses = ValueNames.Of(() => [
        (0x0, "Success"), (0x1, "Invalid Command"), (0x2, "No Memory Resources"), (0x3, "Incorrect Data"), (0x64, "Invalid Session Handle"),
        (0x65, "Invalid Length"), (0x69, "Unsupported Protocol Revision"), (0x6a, "Encapsulated CIP service not allowed on this port")]);
    static readonly ValueNames Items = ValueNames.Of(() => [
        (0x0, "Null Address Item"), (Identity, "CIP Identity"), (0x86, "CIP Security Information"), (0x87, "EtherNet/IP Capability"),
        (0x88, "EtherNet/IP Usage"), (ConnectedAddress, "Connected Address Item"), (ConnectedData, "Connected Data Item"), (UnconnectedData, "Unconnected Data Item"),
        (Services, "List Services Response"), (0x8000, "Socket Address Info O->T"), (0x8001, "Socket Address Info T->O"),
        (SequencedAddress, "Sequenced Address Item"), (0x8003, "Unconnected Message over UDP")]);
    static readonly ValueNames Interfaces = ValueNames.Of(() => [(0, "CIP")]);

    static readonly Layout Header = new(
        P.UInt16("enip.command", "Command", FieldBase.Hex, Commands, blurb: "Encapsulation command").LittleEnd(),
        P.UInt16("enip.length", "Length", blurb: "Encapsulation length").LittleEnd(),
        P.UInt32("enip.session", "Session Handle", FieldBase.Hex, blurb: "Session identification").LittleEnd(),
        P.UInt32("enip.status", "Status", FieldBase.Hex, Statuses, blurb: "Status code").LittleEnd());
    static readonly Field Context = P.Bytes("enip.context", "Sender Context", blurb: "Information pertinent to the sender");
    static readonly Field Delay = P.UInt16("enip.listid_delay", "Max Response Delay", FieldBase.Dec, ValueNames.Unit("ms"), blurb: "Maximum random delay allowed by target");
    static readonly Field Options = P.UInt32("enip.options", "Options", FieldBase.Hex, blurb: "Options flags");
    static readonly Field UnknownData = P.Bytes("enip.encap_data", "Encap Data", blurb: "Encapsulation Data");
    static readonly Layout Registration = new(
        P.UInt16("enip.rs.version", "Protocol Version", blurb: "Register Session: Protocol Version").LittleEnd(),
        P.UInt16("enip.rs.flags", "Option Flags", FieldBase.Hex, blurb: "Register Session: Option Flags").LittleEnd());
    static readonly Field Timeout = P.UInt16("enip.timeout", "Timeout", blurb: "Encapsulation Timeout");
    static readonly Layout RequestHead = new(P.UInt32("enip.srrd.iface", "Interface Handle", FieldBase.Hex, Interfaces, blurb: "SendRRData: Interface handle").LittleEnd(), Timeout.LittleEnd());
    static readonly Layout UnitHead = new(P.UInt32("enip.sud.iface", "Interface Handle", FieldBase.Hex, Interfaces, blurb: "SendUnitData: Interface handle").LittleEnd(), Timeout.LittleEnd());
    static readonly Field ItemCount = P.UInt16("enip.cpf.itemcount", "Item Count", blurb: "Common Packet Format: Item Count");
    static readonly Field ItemType = P.UInt16("enip.cpf.typeid", "Type ID", FieldBase.Hex, Items, blurb: "Common Packet Format: Type of encapsulated item");
    static readonly Field ItemLength = P.UInt16("enip.cpf.length", "Length", blurb: "Common Packet Format: Length");
    static readonly Field Connection = P.UInt32("enip.cpf.cai.connid", "Connection ID", FieldBase.Hex, blurb: "Common Packet Format: Connection Address Item, Connection Identifier");
    static readonly Field Sequence = P.UInt16("cip.seq", "CIP Sequence Count");
    static readonly Layout Sequenced = new(
        P.UInt32("enip.cpf.sai.connid", "Connection ID", FieldBase.Hex, blurb: "Common Packet Format: Sequenced Address Item, Connection Identifier").LittleEnd(),
        P.UInt32("enip.cpf.sai.seq", "Encapsulation Sequence Number", blurb: "Common Packet Format: Sequenced Address Item, Sequence Number").LittleEnd());
    static readonly Field ItemData = P.Bytes("enip.cpf.data", "Data", blurb: "Common Packet Format: Unknown Data");
    static readonly Field Version = P.UInt16("enip.encapver", "Encapsulation Protocol Version");
    static readonly Field ServiceName = P.String("enip.lsr.servicename", "Name of Service", "ListServices Reply: Name of Service");
    static readonly Layout ServiceRows = new(
        Version.LittleEnd(),
        P.UInt16("enip.lsr.capaflags", "Capability Flags", FieldBase.Hex, blurb: "ListServices Reply: Capability Flags").LittleEnd().Summary(
            P.Flag("enip.lsr.capaflags.tcp", "Supports CIP Encapsulation via TCP", 16, 0x20),
            P.Flag("enip.lsr.capaflags.udp", "Supports CIP Class 0 or 1 via UDP", 16, 0x100)));
    static readonly Layout Socket = new(
        P.UInt16("enip.sinfamily", "sin_family", blurb: "Socket Address.Sin Family"),
        P.UInt16("enip.sinport", "sin_port", blurb: "Socket Address.Sin Port"),
        P.IPv4("enip.sinaddr", "sin_addr", "Socket Address.Sin Addr"),
        P.Bytes("enip.sinzero", "sin_zero", blurb: "Socket Address.Sin Zero").Of(8));
    static readonly Layout IdentityRows = new(
        P.UInt16("enip.lir.vendor", "Vendor ID", FieldBase.Hex, CipNames.Vendors, blurb: "ListIdentity Reply: Vendor ID").LittleEnd(),
        P.UInt16("enip.lir.devtype", "Device Type", FieldBase.Dec, CipNames.DeviceTypes, blurb: "ListIdentity Reply: Device Type").LittleEnd(),
        P.UInt16("enip.lir.prodcode", "Product Code", blurb: "ListIdentity Reply: Product Code").LittleEnd(),
        P.UInt16("enip.lir.revision", "Revision", FieldBase.Custom, blurb: "ListIdentity Reply: Revision").LittleEnd().Then(
            static (p, node, in v, at, _) => p.Label(node, $"Revision: {v.U8(at)}.{v.U8(at + 1):D2}")),
        P.UInt16("enip.lir.status", "Status", FieldBase.Hex, blurb: "ListIdentity Reply: Status").LittleEnd(),
        P.UInt32("enip.lir.serial", "Serial Number", FieldBase.Hex, blurb: "ListIdentity Reply: Serial Number").LittleEnd());
    static readonly Field NameLength = P.UInt8("enip.lir.namelen", "Product Name Length", blurb: "ListIdentity Reply: Product Name Length");
    static readonly Field Name = P.String("enip.lir.name", "Product Name", "ListIdentity Reply: Product Name");
    static readonly Field State = P.UInt8("enip.lir.state", "State", FieldBase.Hex, blurb: "ListIdentity Reply: State");
    static readonly Expert Mismatch = P.Expert("enip.mal.cpf_item_length_mismatch", Severity.Error, ExpertGroup.Malformed, "CPF Item Length Mismatch");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.PortKind == PortKind.Tcp)
        {
            return Tcp.Pdus(p, v, parent, 4, static (_, in v, at) => v.U16LE(at + 2) + HeaderLength, One);
        }

        One(p, v, parent);
        return v.Reported;
    }

    static void One(Packet p, in View v, Node parent)
    {
        int command = v.U16LE(0), length = v.U16LE(2);
        bool isRequest = p.DestinationPort == Port;
        if (p.ProtocolColumn != "ENIP")
        {
            p.Info.Clear();
        }

        p.SetProtocol("ENIP");
        p.Info.Separate(" | ");
        string? name = Commands.Find((uint)command);
        if (name is null)
        {
            p.Info.Append($"Unknown Command (0x{command:x4})");
        }
        else
        {
            p.Info.Append(name);
        }

        p.Info.Append(isRequest ? " (Req)"u8 : " (Rsp)"u8);
        uint session = v.U32LE(4);
        var tree = p.Open(P, v, parent);
        if (command is RegisterSession or UnregisterSession)
        {
            p.Info.Append($", Session: 0x{session:X8}");
        }

        p.AppendLabel(tree, $", Session: 0x{session:X8}, ");
        if (name is null)
        {
            p.AppendLabel(tree, $"Unknown Command (0x{command:x4})");
        }
        else
        {
            p.AppendLabel(tree, name);
        }

        var header = p.AddText(tree, v, 0, HeaderLength, "Encapsulation Header");
        int at = p.AddRows(header, v, 0, Header);
        if (command == ListIdentity && length == 0)
        {
            p.AddLE(header, Delay, v, at);
            p.Add(header, Context, v, at + 2, 6);
        }
        else
        {
            p.Add(header, Context, v, at, 8);
        }

        p.AddLE(header, Options, v, at + 8);
        if (length == 0)
        {
            return;
        }

        v.Ensure(HeaderLength, length);
        if (name is null)
        {
            p.Add(header, UnknownData, v, HeaderLength, length);
        }

        var data = v.Part(HeaderLength, length);
        var branch = p.AddText(tree, data, 0, length, "Command Specific Data");
        switch (command)
        {
            case RegisterSession:
                p.AddRows(branch, data, 0, Registration);
                break;
            case ListServices or ListIdentity or ListInterfaces:
                AddItems(p, data, branch, tree, parent, 0, isImplicit: false);
                break;
            case SendRequest:
                AddItems(p, data, branch, tree, parent, p.AddRows(branch, data, 0, RequestHead), isImplicit: false);
                break;
            case SendUnit:
                AddItems(p, data, branch, tree, parent, p.AddRows(branch, data, 0, UnitHead), isImplicit: false);
                break;
            default:
                break;
        }
    }

    /// <summary>Implicit data on a port of its own: items without a header.</summary>
    internal static void Implicit(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        AddItems(p, v, tree, tree, parent, 0, isImplicit: true);
    }

    static void AddItems(Packet p, in View v, Node branch, Node tree, Node parent, int at, bool isImplicit)
    {
        int count = v.U16LE(at);
        var list = p.AddLE(branch, ItemCount, v, at);
        at += 2;
        for (int i = 0; i < count; i++)
        {
            int type = v.U16LE(at), length = v.U16LE(at + 2);
            var item = p.AddLE(list, ItemType, v, at);
            p.AddLE(item, ItemLength, v, at + 2);
            at += 4;
            if (length > v.ReportedFrom(at))
            {
                p.Expert(item, Mismatch, v, at - 2, 2, $"CPF Item Length Mismatch: Item Length {length}, Remaining Data Length: {v.ReportedFrom(at)}");
            }

            AddItem(p, v, item, tree, parent, at, type, length, isImplicit);
            at += length;
        }
    }

    static void AddItem(Packet p, in View v, Node item, Node tree, Node parent, int at, int type, int length, bool isImplicit)
    {
        switch (type)
        {
            case ConnectedAddress:
                p.Info.Append($", Connection: ID=0x{v.U32LE(at):X8}");
                p.AppendLabel(tree, $", Connection ID: 0x{v.U32LE(at):X8}");
                p.AddLE(item, Connection, v, at);
                break;
            case SequencedAddress:
                p.AddRows(item, v, at, Sequenced);
                p.SetProtocol("CIP I/O");
                uint sequence = v.U32LE(at + 4);
                p.Info.Set($"Connection: ID=0x{v.U32LE(at):X8}, SEQ={sequence:D10}");
                break;
            case ConnectedData when isImplicit && length > 0:
                p.SetProtocol("CIP I/O");
                p.Call(Catalog.CipImplicitData, v.Part(at, length), parent);
                break;
            case ConnectedData when length >= 2:
                p.AddLE(item, Sequence, v, at);
                if (length > 2)
                {
                    p.CallData(v.Part(at + 2, length - 2), parent);
                }

                break;
            case UnconnectedData when length > 0:
                p.CallData(v.Part(at, length), parent);
                break;
            case Services:
                p.AddRows(item, v, at, ServiceRows);
                p.Add(item, ServiceName, v, at + 4, 16);
                var service = v.Span(at + 4, 16);
                p.Info.Append($", {service[..(service.IndexOf((byte)0) is >= 0 and var end ? end : 16)]}");
                break;
            case Identity:
                AddIdentity(p, v, item, at);
                break;
            case not (0 or ConnectedData or UnconnectedData) when length > 0:
                p.Add(item, ItemData, v, at, length);
                break;
            default:
                break;
        }
    }

    static void AddIdentity(Packet p, in View v, Node item, int at)
    {
        p.AddLE(item, Version, v, at);
        p.AddRows(p.AddText(item, v, at + 2, 16, "Socket Address"), v, at + 2, Socket);
        at = p.AddRows(item, v, at + 18, IdentityRows);
        int length = v.U8(at);
        p.Add(item, NameLength, v, at++);
        p.Info.Append($", {v.Span(at, length)}");
        p.Add(item, Name, v, at, length);
        p.Add(item, State, v, at + length);
    }
}
