using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: Novell's "IPX Router Specification" (107-000029-001): IPX section 2, RIP section 3, SAP section 4; NetBIOS over IPX as seen.
//
//   0          2        4      5      6                     18                    30
//   +----------+--------+------+------+---------------------+---------------------+------
//   | checksum | length | hops | type | to: net, node, sock.| from: the same      | ...
//   +----------+--------+------+------+---------------------+---------------------+------

/// <summary>Novell's Internetwork Packet Exchange.</summary>
public sealed class Ipx() : Dissector("ipx")
{
    const int HeaderLength = 30, SmbServer = 0x0550, SmbRedirector = 0x0552;

    static readonly Protocol P = new("Internetwork Packet eXchange", "IPX", "ipx");
    internal static readonly ValueNames Sockets = ValueNames.Of(() => [
        (0x0002, "CISCO PING"), (0x0451, "NCP"), (0x0452, "SAP"), (0x0453, "RIP"), (0x0455, "NetBIOS"), (0x0456, "Diagnostic"), (0x0457, "Serialization"),
        (SmbServer, "NWLink SMB Server"), (0x0551, "NWLink SMB Name Query"), (SmbRedirector, "NWLink SMB Redirector"), (0x0553, "NWLink SMB Mailslot Datagram"),
        (0x0554, "NWLink SMB Messenger"), (0x0555, "NWLink SMB Browse"), (0x055d, "Attachmate Gateway"), (0x4001, "IPX Message"), (0x4003, "IPX Message"),
        (0x4006, "NetWare Directory Server"), (0x400c, "HP LaserJet/QuickSilver"), (0x8104, "NetWare 386"), (0x8522, "ADSM"), (0x85be, "Cisco EIGRP for IPX"),
        (0x8f83, "Powerchute UPS Monitoring"), (0x9001, "NetWare Link Services Protocol"), (0x9004, "IPX WAN"), (0x900f, "SNMP Agent"), (0x9010, "SNMP Sink"),
        (0x907b, "SMS Testing and Development"), (0x9086, "Novell PING"), (0x9091, "TCP Tunnel"), (0x9092, "UDP Tunnel"), (0x90b2, "NDPS Printer Agent/PSM"),
        (0x90b3, "NDPS Broker"), (0x90b4, "NDPS Service Registry Service"), (0x90b5, "NDPS Event Notification Service"), (0x90b6, "NDPS Remote Management Service"),
        (0x90b7, "NDPS Notify Listener"), (0xe885, "NT Server-RPC/GW")]);
    static readonly Field Checksum = P.UInt16("ipx.checksum", "Checksum", FieldBase.Hex);
    static readonly Field Source = P.String("ipx.src", "Source Address", blurb: "Source IPX Address  \"network.node\"");
    static readonly Field Target = P.String("ipx.dst", "Destination Address", blurb: "Destination IPX Address  \"network.node\"");
    static readonly Field Either = P.String("ipx.addr", "Src/Dst Address", blurb: "Source or Destination IPX Address  \"network.node\"");
    static readonly Field Length = P.UInt16("ipx.len", "Length");
    static readonly Field Hops = P.UInt8("ipx.hops", "Transport Control (Hops)");
    static readonly Field Type = P.UInt8("ipx.packet_type", "Packet Type", FieldBase.Hex, ValueNames.Ranges(() => [
        (0x00, 0x00, "IPX"), (0x01, 0x01, "RIP"), (0x02, 0x02, "Echo"), (0x03, 0x03, "Error"), (0x04, 0x04, "PEP"), (0x05, 0x05, "SPX"), (0x11, 0x11, "NCP"),
        (0x14, 0x14, "NetBIOS Broadcast"), (0x10, 0x1f, "Experimental Protocol")]));
    static readonly Field Net = P.Field(FieldType.IpxNet, "ipx.net", "Source or Destination Network");
    static readonly Field Node = P.Ether("ipx.node", "Source or Destination Node");
    static readonly Field Socket = P.UInt16("ipx.socket", "Source or Destination Socket", FieldBase.Hex, Sockets);
    static readonly Side To = new("dst", "Destination"), From = new("src", "Source");

    /// <summary>Protocols above IPX, by socket.</summary>
    public static readonly TableKey Table = new("ipx.socket", "IPX socket");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, 0x8137);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("IPX");
        p.Info.Clear();
        int length = v.U16(2), to = v.U16(16), from = v.U16(28);
        p.Destination = p.NetworkDestination = Address.Of(AddressKind.Ipx, v.Span(6, 10));
        p.Source = p.NetworkSource = Address.Of(AddressKind.Ipx, v.Span(18, 10));
        p.SetActualLength(v, length);
        p.Info.Append($"{Sockets.FindOr((ulong)to, "Unknown")} (0x{to:x4})");
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        AddAddress(p, v, tree, Source, p.Source, 18);
        AddAddress(p, v, tree, Target, p.Destination, 6);
        p.Add(tree, Checksum, v, 0);
        p.AppendLabel(p.Add(tree, Length, v, 2), " bytes");
        int hops = v.U8(4);
        p.Label(p.Add(tree, Hops, v, 4), $"Transport Control: {hops} hops");
        p.Add(tree, Type, v, 5);
        To.Add(p, v, tree, 6);
        From.Add(p, v, tree, 18);
        if (length < HeaderLength)
        {
            v.ThrowShort(HeaderLength, v.Reported);
        }

        var payload = v.Part(0, length).From(HeaderLength);
        if (to is SmbServer or SmbRedirector)
        {
            NetBios.DissectPayload(p, payload, parent);
            return Math.Max(1, v.Reported);
        }

        var next = p.Engine.Find(Table, (uint)to) ?? p.Engine.Find(Table, (uint)from);
        if (next is null || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }

        return Math.Max(1, v.Reported);
    }

    /// <summary>A network's number: its first byte stands for its name.</summary>
    internal static void AddNet(Packet p, in View v, Node tree, Field field, int at) =>
        p.Label(p.Add(tree, field, v, at), $"{field.Label}: {v.U8(at):x2} (0x{v.U32(at):X8})");

    static void AddAddress(Packet p, in View v, Node tree, Field field, in Address address, int at)
    {
        p.Scratch.Clear();
        p.Scratch.Append(address);
        p.Hidden(p.AddString(tree, field, v, at, 10, p.Scratch.Bytes));
        p.Hidden(p.AddString(tree, Either, v, at, 10, p.Scratch.Bytes));
    }

    /// <summary>One end: network, node, socket.</summary>
    sealed class Side(string name, string label)
    {
        readonly Field net = P.Field(FieldType.IpxNet, $"ipx.{name}.net", $"{label} Network");
        readonly Field node = P.Ether($"ipx.{name}.node", $"{label} Node");
        readonly Field socket = P.UInt16($"ipx.{name}.socket", $"{label} Socket", FieldBase.Hex, Sockets);

        public void Add(Packet p, in View v, Node tree, int at)
        {
            AddNet(p, v, tree, net, at);
            p.Hidden(p.Add(tree, Net, v, at));
            p.Add(tree, node, v, at + 4);
            p.Hidden(p.Add(tree, Node, v, at + 4));
            p.Add(tree, socket, v, at + 10);
            p.Hidden(p.Add(tree, Socket, v, at + 10));
        }
    }
}

/// <summary>IPX's Routing Information Protocol.</summary>
public sealed class IpxRip() : Dissector("ipxrip")
{
    /// <summary>A tick is an eighteenth of a second.</summary>
    const int TicksPerSecond = 18;

    static readonly Protocol P = new("IPX Routing Information Protocol", "IPX RIP", "ipxrip");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "Request"), (2, "Response")]);
    static readonly Field Request = P.Flag("ipxrip.request", "Request", blurb: "TRUE if IPX RIP request");
    static readonly Field Response = P.Flag("ipxrip.response", "Response", blurb: "TRUE if IPX RIP response");
    static readonly Field Type = P.UInt16("ipxrip.packet_type", "RIP packet type", FieldBase.Dec, Types);
    static readonly Field Route = P.Field(FieldType.IpxNet, "ipxrip.route_vector", "Route Vector");
    static readonly Field Hops = P.UInt16("ipxrip.hops", "Hops");
    static readonly Field Ticks = P.UInt16("ipxrip.ticks", "Ticks");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ipx.Table, 0x0453);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // In Wireshark it is a part of IPX.
        p.LeaveOutOfLayers();
        p.SetProtocol("IPX RIP");
        int type = v.U16(0);
        p.Info.Set(Types.FindOr((ulong)type, "Unknown Packet Type"));
        var tree = p.Open(P, v, parent);
        p.Add(tree, Type, v, 0);
        if (type is 1 or 2)
        {
            p.Hidden(p.AddFlag(tree, type == 1 ? Request : Response, v, 0, 2, true));
        }

        for (int at = 2; v.ReportedFrom(at) >= 8; at += 8)
        {
            Ipx.AddNet(p, v, tree, Route, at);
            p.Add(tree, Hops, v, at + 4);
            int ticks = v.U16(at + 6);
            p.Label(p.Add(tree, Ticks, v, at + 6), $"Ticks: {ticks * 1000 / TicksPerSecond} ms");
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>IPX's Service Advertisement Protocol.</summary>
public sealed class IpxSap() : Dissector("ipxsap")
{
    const int EntryLength = 64;

    static readonly Protocol P = new("Service Advertisement Protocol", "IPX SAP", "ipxsap");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "General Query"), (2, "General Response"), (3, "Nearest Query"), (4, "Nearest Response")]);
    static readonly Field Request = P.Flag("ipxsap.request", "Request", blurb: "TRUE if SAP request");
    static readonly Field Response = P.Flag("ipxsap.response", "Response", blurb: "TRUE if SAP response");
    static readonly Field Type = P.UInt16("ipxsap.packet_type", "SAP packet type", FieldBase.Dec, Types);
    static readonly Field Server = P.Label("ipxsap.server", "Server");
    static readonly Field ServerType = P.UInt16("ipxsap.server.type", "Server Type", FieldBase.Hex, IpxServers.Types);
    static readonly Field Name = P.String("ipxsap.server.name", "Server Name");
    static readonly Field Network = P.Field(FieldType.IpxNet, "ipxsap.server.network", "Network");
    static readonly Field NodeAddress = P.Ether("ipxsap.server.node", "Node");
    static readonly Field Socket = P.UInt16("ipxsap.server.socket", "Socket", FieldBase.Hex, Ipx.Sockets);
    static readonly Field Between = P.UInt16("ipxsap.server.intermediate_networks", "Intermediate Networks");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ipx.Table, 0x0452);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // In Wireshark it is a part of IPX.
        p.LeaveOutOfLayers();
        p.SetProtocol("IPX SAP");
        int type = v.U16(0);
        p.Info.Set(Types.FindOr((ulong)type, "Unknown Packet Type"));
        var tree = p.Open(P, v, parent);
        p.Add(tree, Type, v, 0);
        bool isResponse = type is 2 or 4;
        if (type is >= 1 and <= 4)
        {
            p.Hidden(p.AddFlag(tree, isResponse ? Response : Request, v, 0, 2, true));
        }

        if (!isResponse)
        {
            p.Add(tree, ServerType, v, 2);
            return Math.Max(1, v.Reported);
        }

        for (int at = 2; v.ReportedFrom(at) >= EntryLength; at += EntryLength)
        {
            var server = p.Add(tree, Server, v, at, EntryLength);
            p.Scratch.Clear();
            FieldFormat.Escaped(p.Scratch, FieldFormat.TextOf(v.Span(at + 2, 48)));
            p.Label(server, $"Server: {p.Scratch.Bytes}");
            p.Add(server, ServerType, v, at);
            p.Add(server, Name, v, at + 2, 48);
            Ipx.AddNet(p, v, server, Network, at + 50);
            p.Add(server, NodeAddress, v, at + 54);
            p.AddAll(server, v, at + 60, Socket, Between);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>NetBIOS over IPX.</summary>
public sealed class NetBiosIpx() : Dissector("nbipx", "nmpi")
{
    const int Routers = 8, SessionData = 6, SessionEnd = 7, SessionEndAck = 8, Datagram = 0x0b;

    static readonly Protocol P = new("NetBIOS over IPX", "NBIPX", "nbipx");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Find name"), (2, "Name recognized"), (3, "Check name"), (4, "Name in use"), (5, "Deregister name"), (SessionData, "Session data"), (SessionEnd, "Session end"),
        (SessionEndAck, "Session end ACK"), (9, "Status query"), (10, "Status response"), (Datagram, "Directed datagram")]);
    internal static readonly Field Network = P.Field(FieldType.IpxNet, "nmpi.ipx_network", "IPX Network");
    static readonly Layout NameFlags = new(P.UInt8("nmpi.name_flags", "Name type flag", FieldBase.Hex).Bits(
        P.Flag("nmpi.name_flags.group", "Name", 8, 0x80, ValueNames.Flag("Group name", "Unique name")), P.Flag("nmpi.name_flags.in_use", "In use", 8, 0x40, ValueNames.Flag("Used", "Not used")),
        P.Flag("nmpi.name_flags.registered", "Registered", 8, 0x04, ValueNames.YesNo), P.Flag("nmpi.name_flags.duplicated", "Duplicated", 8, 0x02, ValueNames.YesNo),
        P.Flag("nmpi.name_flags.deregistered", "Deregistered", 8, 0x01, ValueNames.YesNo)));
    static readonly Layout ConnectionControl = new(P.UInt8("nmpi.conn_control", "Connection control", FieldBase.Hex).Bits(
        P.Flag("nmpi.conn_control.sys_packet", "Packet", 8, 0x80, ValueNames.Flag("System packet", "Non-system packet")),
        P.Flag("nmpi.conn_control.ack", "Acknowledgement", 8, 0x40, ValueNames.Flag("Required", "Not required")),
        P.Flag("nmpi.conn_control.attention", "Attention", 8, 0x20, ValueNames.YesNo), P.Flag("nmpi.conn_control.end_msg", "End of message", 8, 0x10, ValueNames.YesNo),
        P.Flag("nmpi.conn_control.resend", "Resend", 8, 0x08, ValueNames.YesNo)));
    static readonly Field Type = P.UInt8("nmpi.packettype", "Packet Type", FieldBase.Hex, Types);
    static readonly Layout Session = new(
        P.UInt16("nmpi.session.src_conn_id", "Source connection ID", FieldBase.Hex).LittleEnd(), P.UInt16("nmpi.session.dest_conn_id", "Destination connection ID", FieldBase.Hex).LittleEnd(),
        P.UInt16("nmpi.session.send_seq_number", "Send sequence number").LittleEnd(), P.UInt16("nmpi.session.total_data_length", "Total data length").LittleEnd(),
        P.UInt16("nmpi.session.offset", "Offset").LittleEnd(), P.UInt16("nmpi.session.data_length", "Data length").LittleEnd(),
        P.UInt16("nmpi.session.recv_seq_number", "Receive sequence number").LittleEnd(), P.UInt16("nmpi.session.bytes_received", "Bytes received").LittleEnd());

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ipx.Table, 0x0455);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // In Wireshark it is a part of IPX.
        p.LeaveOutOfLayers();
        p.SetProtocol("NBIPX");

        // What broadcasts carry names begins with the networks they came through.
        bool isName = v.ReportedFrom(0) >= 50 && v.Has(33, 1) && (v.U8(33) is >= 1 and <= 5 or 9 or 10) && v.U8(1) is not Datagram and not SessionData;
        int type = isName ? v.U8(33) : v.U8(1);
        p.Info.Set(Types.FindOr((ulong)type, "Unknown"));
        var tree = p.Open(P, v, parent);
        if (isName)
        {
            for (int i = 0; i < Routers; i++)
            {
                if (v.U32(4 * i) != 0)
                {
                    Ipx.AddNet(p, v, tree, Network, 4 * i);
                }
            }

            p.AddRows(tree, v, 32, NameFlags);
            p.Add(tree, Type, v, 33);
            NetBios.AddName(p, v, tree, 34, "Name", " ");
            return Math.Max(1, v.Reported);
        }

        int at = 2;
        switch (type)
        {
            case Datagram:
                p.AddRows(tree, v, 0, ConnectionControl);
                p.Add(tree, Type, v, 1);
                NetBios.AddName(p, v, tree, at, "Receiver's Name");
                NetBios.AddName(p, v, tree, at + 16, "Sender's Name");
                at += 32;
                break;
            case SessionData or SessionEnd or SessionEndAck:
                p.AddRows(tree, v, 0, ConnectionControl);
                p.Add(tree, Type, v, 1);
                at = p.AddRows(tree, v, at, Session);
                break;
            default:
                p.Add(tree, Type, v, 1);
                return Math.Max(1, v.Reported);
        }

        p.SetLength(tree, at);
        if (v.ReportedFrom(at) > 0)
        {
            NetBios.DissectPayload(p, v.From(at), parent);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>Name Management Protocol over IPX: how Windows finds names there.</summary>
public sealed class Nmpi() : Dissector("nmpi")
{
    const int MailslotWrite = 0xfc;

    static readonly Protocol P = new("Name Management Protocol over IPX", "NMPI", "nmpi");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [
        (0xf1, "Claim name"), (0xf2, "Delete name"), (0xf3, "Query name"), (0xf4, "Name found"), (0xf5, "Messenger hangup"), (MailslotWrite, "Mailslot write"),
        (0xfd, "Find mailslot name"), (0xfe, "Mailslot name found")]);
    static readonly Field Opcode = P.UInt8("nmpi.opcode", "Opcode", FieldBase.Hex, Opcodes);
    static readonly Field NameType = P.UInt8("nmpi.name_type", "Name Type", FieldBase.Hex, ValueNames.Of(() => [(1, "Machine"), (2, "Workgroup"), (3, "Browser")]));
    static readonly Field Message = P.UInt16("nmpi.messageid", "Message ID", FieldBase.Hex);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ipx.Table, 0x0551, 0x0553);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // In Wireshark it is a part of IPX.
        p.LeaveOutOfLayers();
        p.SetProtocol("NMPI");
        int opcode = v.U8(32);
        p.Info.Set(Opcodes.FindOr((ulong)opcode, "Unknown"));
        var tree = p.Open(P, v, parent, 0, 68);
        for (int at = 0; at < 32; at += 4)
        {
            if (v.U32(at) != 0)
            {
                Ipx.AddNet(p, v, tree, NetBiosIpx.Network, at);
            }
        }

        p.Add(tree, Opcode, v, 32);
        p.Add(tree, NameType, v, 33);
        p.AddLE(tree, Message, v, 34);
        NetBios.AddName(p, v, tree, 36, "Requested name", " ");
        NetBios.AddName(p, v, tree, 52, "Source name");
        if (opcode == MailslotWrite && v.ReportedFrom(68) > 0)
        {
            NetBios.DissectPayload(p, v.From(68), parent);
        }

        return Math.Max(1, v.Reported);
    }
}
