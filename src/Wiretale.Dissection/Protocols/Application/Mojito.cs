using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: LimeWire, "Mojito DHT message format". In messages of Gnutella, over UDP on any port; lengths have their little end first.
//
//   0            16     17        19         23      24       28        30      50          57         58      59
//   +------------+------+---------+----------+-------+--------+---------+-------+-----------+----------+-------+-----------
//   | Message ID | 0x44 | Version | Length   | Opc.  | Vendor | Version | KUID  | Address   | Instance | Flags | Extension
//   +------------+------+---------+----------+-------+--------+---------+-------+-----------+----------+-------+-----------

/// <summary>Mojito: Gnutella's distributed hash table.</summary>
public sealed class Mojito() : Dissector("mojito")
{
    const byte Mark = 0x44;
    const int MarkAt = 16, LengthAt = 19, LengthEnd = 23, KuidLength = 20, ContactLength = 33;
    const int PingResponse = 2, StoreRequest = 3, StoreResponse = 4, FindNodeRequest = 5, FindNodeResponse = 6, FindValueRequest = 7, FindValueResponse = 8;

    static readonly Protocol P = new("Mojito DHT", "Mojito", "mojito");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [
        (1, "PING REQUEST"), (2, "PING RESPONSE"), (3, "STORE REQUEST"), (4, "STORE RESPONSE"), (5, "FIND NODE REQUEST"), (6, "FIND NODE RESPONSE"),
        (7, "FIND VALUE REQUEST"), (8, "FIND VALUE RESPONSE"), (9, "STATS REQUEST (DEPRECATED)"), (10, "STATS RESPONSE (DEPRECATED)")]);
    static readonly Field Opcode = P.UInt8("mojito.opcode", "OPCode", FieldBase.Dec, Opcodes);
    static readonly Field Major = P.UInt8("mojito.majorversion", "Major Version");
    static readonly Field Minor = P.UInt8("mojito.minorversion", "Minor Version");
    static readonly Field Vendor = P.String("mojito.vendor", "Vendor");
    static readonly Field Kuid = P.Bytes("mojito.kuid", "Kademlia Unique ID (KUID)");
    static readonly Field AddressVersion = P.UInt8("mojito.socketaddressversion", "IP Version");
    static readonly Field Address4 = P.IPv4("mojito.socketaddressipv4", "IP Address");
    static readonly Field Address6 = P.IPv6("mojito.socketaddressipv6", "IP Address");
    static readonly Field Port = P.UInt16("mojito.socketaddressport", "IP Port");
    static readonly Layout Start = new(P.Bytes("mojito.messageid", "Message ID").Of(16), P.UInt8("mojito.fdhtmessage", "FDHTMessage", FieldBase.Hex));
    static readonly Layout Versions = new(Major, Minor);
    static readonly Layout LengthAndCode = new(P.UInt32("mojito.payloadlength", "Payload Length").LittleEnd(), Opcode);
    static readonly Field ExtensionLength = P.UInt16("mojito.extlength", "Extended Length");
    static readonly Layout Ending = new(
        P.UInt8("mojito.instanceid", "Instance ID"),
        P.UInt8("mojito.flags", "Flags", FieldBase.Hex).Bits(P.Flag("mojito.shutdownflag", "SHUTDOWN", 8, 0x02), P.Flag("mojito.firewalledflag", "Firewalled", 8, 0x01)),
        ExtensionLength);
    static readonly Field SizeLength = P.UInt8("mojito.bigintegerlen", "Big Integer Length");
    static readonly Field SizeNumber = P.UInt8("mojito.bigintegerval", "Big Integer DEC Value");
    static readonly Field SizeBytes = P.Bytes("mojito.bigintegerhexval", "Big Integer HEX Value");
    static readonly Field TokenLength = P.UInt8("mojito.sectokenlen", "Security Token Length");
    static readonly Field Token = P.Bytes("mojito.sectoken", "Security Token");
    static readonly Field Contacts = P.UInt8("mojito.contactcount", "Contact Count");
    static readonly Field ContactVendor = P.String("mojito.contactvendor", "Vendor");
    static readonly Field ContactVersion = P.UInt16("mojito.contactversion", "Contact Version");
    static readonly Field ContactKuid = P.Bytes("mojito.contactkuid", "KUID of the Contact");
    static readonly Field Load = P.UInt32("mojito.requestload", "Request Load");
    static readonly Field Values = P.UInt8("mojito.dhtvaluecount", "DHTValue Count");
    static readonly Field ValueType = P.String("mojito.dhtvaluevaluetype", "DHTValue ValueType");
    static readonly Field ValueVersion = P.UInt16("mojito.dhtvalueversion", "DHTValue Version");
    static readonly Field ValueLength = P.UInt16("mojito.dhtvaluelength", "DHTValue Length");
    static readonly Field Value = P.String("mojito.dhtvaluehexvalue", "DHTValue");
    static readonly Field Statuses = P.UInt8("mojito.statuscodecount", "Status Code Count");
    static readonly Layout Status = new(
        P.Bytes("mojito.statuscodekuid", "Primary KUID of the Status Code").Of(KuidLength),
        P.Bytes("mojito.statuscodesecondarykuid", "Secondary KUID of the Status Code").Of(KuidLength),
        P.UInt16("mojito.statuscodecode", "StatusCode", FieldBase.Dec, ValueNames.Of(() => [(1, "OK"), (2, "Error")])),
        ValueLength, Value.Counted(ValueLength));
    static readonly Field Secondaries = P.UInt8("mojito.kuidcount", "Secondary KUID Count");
    static readonly Field WantedType = P.String("mojito.dhtvaluetype", "DHT Value Type");
    static readonly Expert BadAddress = P.Expert("mojito.socketaddress.unknown", Severity.Error, ExpertGroup.Protocol, "Unsupported Socket Address Type");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Udp.Heuristics, Guess);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int opcode = v.U8(LengthEnd);
        p.SetProtocol("Mojito");
        p.Info.Clear();
        string name = Opcodes.FindOr((ulong)opcode, "Unknown");
        p.Info.Set(name);
        var tree = p.Open(P, v, parent);
        var header = Branch(p, tree, p.AddText(tree, v, 0, 61, "Gnutella Header"));
        p.AddRows(header, v, 0, Start);
        p.AddRows(Branch(p, header, p.AddText(header, v, 17, 2, "Version")), v, 17, Versions);
        p.AddRows(header, v, LengthAt, LengthAndCode);
        var contact = Branch(p, header, p.AddText(header, v, 24, 33, "Originating Contact"));
        p.Add(contact, Vendor, v, 24, 4);
        p.AddRows(Branch(p, contact, p.AddText(contact, v, 28, 2, "Contact Version")), v, 28, Versions);
        p.Add(contact, Kuid, v, 30, KuidLength);
        int at = AddAddress(p, v, contact, 50, "Socket Address");
        int end = p.AddRows(header, v, at, Ending);
        at = end + v.U16(end - 2);
        var body = Branch(p, tree, p.AddText(tree, v, at, v.ReportedFrom(at), $"Opcode specific data ({name})"));
        AddBody(p, v, body, opcode, at);
        return v.Reported;
    }

    static bool Guess(Packet p, in View v, Node parent)
    {
        if (!v.Has(0, LengthEnd + 1) || v.U8(MarkAt) != Mark || v.U32LE(LengthAt) != (uint)(v.Reported - LengthEnd) || Opcodes.Find(v.U8(LengthEnd)) is null)
        {
            return false;
        }

        p.Current!.Dissect(p, v, parent);
        return true;
    }

    static Node Branch(Packet p, Node parent, Node branch) => branch.IsWanted || p.WantsTree ? branch : parent;

    static void AddBody(Packet p, in View v, Node tree, int opcode, int at)
    {
        switch (opcode)
        {
            case PingResponse:
                at = AddAddress(p, v, tree, at, "Requester's External Socket Address");
                var size = Branch(p, tree, p.AddText(tree, v, at, v.ReportedFrom(at), "Estimated DHT size"));
                int length = v.U8(at);
                p.Add(size, SizeLength, v, at);
                if (length == 1)
                {
                    p.Add(size, SizeNumber, v, at + 1, length);
                }

                p.Add(size, SizeBytes, v, at + 1, length);
                break;
            case FindNodeRequest or FindValueRequest:
                p.Label(p.Add(tree, Kuid, v, at, KuidLength), $"Target Kademlia Unique ID (KUID): {v.U64(at):x16}{v.U64(at + 8):x16}{v.U32(at + 16):x8}");
                if (opcode == FindValueRequest)
                {
                    AddSecondaries(p, v, tree, at + KuidLength, WantedType);
                }

                break;
            case FindNodeResponse:
                at = AddToken(p, v, tree, at);
                int count = v.U8(at);
                p.Add(tree, Contacts, v, at++);
                for (int i = 1; i <= count; i++)
                {
                    v.Ensure(at, ContactLength);
                    at = AddContact(p, v, Branch(p, tree, p.AddText(tree, v, at, ContactLength, $"Contact #{i}")), at);
                }

                break;
            case FindValueResponse:
                p.Add(tree, Load, v, at, 4);
                AddValues(p, v, tree, at + 4);
                break;
            case StoreRequest:
                AddValues(p, v, tree, AddToken(p, v, tree, at));
                break;
            case StoreResponse:
                int statuses = v.U8(at);
                p.Add(tree, Statuses, v, at++);
                for (int i = 1; i <= statuses; i++)
                {
                    at = p.AddRows(Branch(p, tree, p.AddText(tree, v, at, 44, $"Status Code {i}")), v, at, Status);
                }

                break;
        }
    }

    static void AddSecondaries(Packet p, in View v, Node tree, int at, Field type)
    {
        int count = v.U8(at);
        var node = Branch(p, tree, p.AddText(tree, v, at, 1 + (count * KuidLength), "Secondary KUID's"));
        p.Add(node, Secondaries, v, at++);
        for (int i = 0; i < count; i++, at += KuidLength)
        {
            p.Add(node, Kuid, v, at, KuidLength);
        }

        p.Add(tree, type, v, at, 4);
    }

    static int AddToken(Packet p, in View v, Node tree, int at)
    {
        int length = v.U8(at);
        p.Add(tree, TokenLength, v, at);
        p.Add(tree, Token, v, at + 1, length);
        return at + 1 + length;
    }

    static void AddValues(Packet p, in View v, Node tree, int at)
    {
        int count = v.U8(at);
        p.Add(tree, Values, v, at++);
        for (int i = 1; i <= count; i++)
        {
            var node = Branch(p, tree, p.AddText(tree, v, at, 0, $"DHTValue #{i}"));
            at = AddContact(p, v, Branch(p, node, p.AddText(node, v, at, ContactLength, "Contact")), at);
            p.Add(node, Kuid, v, at, KuidLength);
            p.Add(node, ValueType, v, at + KuidLength, 4);
            at += KuidLength + 4;
            p.AddRows(p.Add(node, ValueVersion, v, at), v, at, Versions);
            int length = v.U16(at + 2);
            p.Add(node, ValueLength, v, at + 2);
            p.Add(node, Value, v, at + 4, length);
            at += 4 + length;
        }
    }

    static int AddContact(Packet p, in View v, Node node, int at)
    {
        p.Add(node, ContactVendor, v, at, 4);
        p.AddRows(p.Add(node, ContactVersion, v, at + 4), v, at + 4, Versions);
        p.Add(node, ContactKuid, v, at + 6, KuidLength);
        return AddAddress(p, v, node, at + 6 + KuidLength, "Socket Address");
    }

    /// <summary>The address's length, which tells its version, the address, and a port.</summary>
    static int AddAddress(Packet p, in View v, Node tree, int at, string name)
    {
        int length = v.U8(at);
        var node = Branch(p, tree, p.AddText(tree, v, at, length + 3, name));
        p.Label(p.Add(node, AddressVersion, v, at), $"IP Version: {(length == 4 ? 4 : length == 16 ? 6 : length)}");
        if (length is not (4 or 16))
        {
            p.AddExpert(node, BadAddress, v, at, 1);
            return at + 1;
        }

        p.Add(node, length == 4 ? Address4 : Address6, v, at + 1);
        p.Add(node, Port, v, at + 1 + length);
        return at + 3 + length;
    }
}
