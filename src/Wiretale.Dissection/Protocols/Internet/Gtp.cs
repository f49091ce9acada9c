using Wiretale.Dissection.Conversations;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: 3GPP TS 29.060 section 6 (version 1) and TS 29.281 (its user plane); GSM 09.60 section 6 (version 0);
// TS 32.295 section 6.1 (GTP', for charging data).
//
//    0                               16                            31
//   +-----+-+-+-+-+-+---------------+-------------------------------+
//   | ver |T|*|E|S|N| message type  |            length             |  T: 1 is GTP, 0 is GTP'
//   +-----+-+-+-+-+-+---------------+-------------------------------+
//   |        tunnel endpoint identifier (version 1)                 |
//   +-------------------------------+---------------+---------------+
//   |   sequence number (E|S|N)     | N-PDU number  | next header   |
//   +-------------------------------+---------------+---------------+
//   version 0: sequence number (16), flow label (16), SNDCP number (8), spare (24), tunnel identifier (64)

/// <summary>GPRS Tunneling Protocol: a mobile's packets between the nodes of a cellular network, and messages about the way there.</summary>
/// <remarks>Of the information elements of control messages those about paths and tunnel endpoints are shown; the others are stepped over.</remarks>
public sealed partial class Gtp() : Dissector("gtp")
{
    const uint ControlPort = 2123, UserPort = 2152;
    const int UserData = 255, ElementsWithLength = 128, ShortHeader = 6, LongHeader = 20;

    static readonly Protocol P = new("GPRS Tunneling Protocol", "GTP", "gtp");
    static readonly Protocol PrimeProtocol = new("GPRS Tunneling Protocol Prime", "GTP (Prime)", "gtpprime");

    static readonly ValueNames YesNo = ValueNames.YesNo;
    static readonly Field Flags = P.UInt8("gtp.flags", "Flags", FieldBase.Hex, blurb: "Ver/PT/Spare...");
    static readonly Field VersionField = P.UInt8("gtp.flags.version", "Version", FieldBase.Dec,
        ValueNames.Of(() => [(0, "GTP release 97/98 version"), (1, "GTP release 99 version"), (2, "GTPv2-C"), (3, "None"), (4, "None"), (5, "None"), (6, "None"), (7, "None")]), 0xe0, "GTP Version");
    static readonly Field PrimeVersion = P.UInt8("gtp.flags.version", "Version", mask: 0xe0);
    static readonly Field Kind = P.UInt8("gtp.flags.payload", "Protocol type", FieldBase.Dec, ValueNames.Of(() => [(0, "GTP'"), (1, "GTP")]), 0x10);
    static readonly Field Reserved = P.UInt8("gtp.flags.reserved", "Reserved", mask: 0x0e, blurb: "Reserved (shall be sent as '111' )");
    static readonly Field ReservedBit = P.UInt8("gtp.flags.reserved", "Reserved", mask: 0x08);
    static readonly Field HasNext = P.Flag("gtp.flags.e", "Is Next Extension Header present?", 8, 0x04, YesNo, "Is Next Extension Header present? (1 = yes, 0 = no)");
    static readonly Field HasSequence = P.Flag("gtp.flags.s", "Is Sequence Number present?", 8, 0x02, YesNo, "Is Sequence Number present? (1 = yes, 0 = no)");
    static readonly Field HasNumber = P.Flag("gtp.flags.pn", "Is N-PDU number present?", 8, 0x01, YesNo, "Is N-PDU number present? (1 = yes, 0 = no)");
    static readonly Field HasSndcp = P.Flag("gtp.flags.snn", "Is SNDCP N-PDU included?", 8, 0x01, YesNo, "Is SNDCP N-PDU LLC Number included? (1 = yes, 0 = no)");
    static readonly Field HeaderKind = P.Flag("gtp.flags.hdr_length", "Header length", 8, 0x01, ValueNames.Flag("6-Octet Header", "20-Octet Header"));
    static readonly Field Message = P.UInt8("gtp.message", "Message Type", FieldBase.Hex, GtpNames.Messages, blurb: "GTP Message Type");
    static readonly Field Length = P.UInt16("gtp.length", "Length", blurb: "Length (i.e. number of octets after TID or TEID)");
    static readonly Field Endpoint = P.UInt32("gtp.teid", "TEID", FieldBase.HexDec, blurb: "Tunnel Endpoint Identifier");
    static readonly Field Sequence = P.UInt16("gtp.seq_number", "Sequence number", FieldBase.HexDec);
    static readonly Field Number = P.UInt8("gtp.npdu_number", "N-PDU Number", FieldBase.Hex);
    static readonly Field FlowLabel = P.UInt16("gtp.flow_label", "Flow label", FieldBase.Hex);
    static readonly Field Sndcp = P.UInt8("gtp.sndcp_number", "SNDCP N-PDU LLC Number", FieldBase.Hex);
    static readonly Field Tunnel = P.String("gtp.tid", "TID", "Tunnel Identifier");
    static readonly Field Data = P.Bytes("gtp.tpdu_data", "T-PDU Data");
    static readonly Field Recovery = P.UInt8("gtp.recovery", "Recovery", blurb: "Restart counter");
    static readonly Field DataEndpoint = P.UInt32("gtp.teid_data", "TEID Data I", FieldBase.HexDec, blurb: "Tunnel Endpoint Identifier Data I");
    static readonly Field ControlEndpoint = P.UInt32("gtp.teid_cp", "TEID Control Plane", FieldBase.HexDec, blurb: "Tunnel Endpoint Identifier Control Plane");
    static readonly Field AddressLength = P.UInt16("gtp.gsn_address_length", "GSN address length");
    static readonly Field AddressIPv4 = P.IPv4("gtp.gsn_ipv4", "GSN address IPv4");
    static readonly Field AddressIPv6 = P.IPv6("gtp.gsn_ipv6", "GSN address IPv6");
    static readonly Field HeaderTypes = P.UInt8("gtp.num_ext_hdr_types", "Number of Extension Header Types in list (i.e., length)");
    static readonly Field HeaderType = P.UInt8("gtp.ext_hdr_type", "Extension Header Type", FieldBase.Dec, GtpNames.Extensions);
    static readonly Field ExtensionBranch = P.Label("gtp.ext_hdr", "Extension header");
    static readonly Field NextExtension = P.UInt8("gtp.ext_hdr.next", "Next extension header type", FieldBase.Hex, GtpNames.Extensions);
    static readonly Field ExtensionLength = P.UInt8("gtp.ext_hdr.length", "Extension Header Length");
    static readonly Field ExtensionPort = P.UInt16("gtp.ext_hdr.udp_port", "UDP Port");
    static readonly Field PdcpNumber = P.UInt16("gtp.ext_hdr.pdcp_sn", "PDCP Sequence Number");
    static readonly Field LongPdcpNumber = P.UInt24("gtp.ext_hdr.long_pdcp_sn", "Long PDCP Sequence Number");
    static readonly Field SessionType = P.UInt8("gtp.ext_hdr.pdu_ses_con.pdu_type", "PDU Type", FieldBase.Dec,
        ValueNames.Of(() => [(0, "DL PDU SESSION INFORMATION"), (1, "UL PDU SESSION INFORMATION")]), 0xf0);
    static readonly Field SessionSpare = P.UInt8("gtp.ext_hdr.spare_bits", "Spare", FieldBase.Hex, mask: 0x0f);
    static readonly Field SessionSpareBits = P.UInt8("gtp.ext_hdr.spare_bits", "Spare", FieldBase.Hex, mask: 0xc0);
    static readonly Field SpareBits = P.UInt8("gtp.ext_hdr.spare_bits", "Spare", FieldBase.Hex, mask: 0xfc);
    static readonly Field SpareBytes = P.Bytes("gtp.ext_hdr.spare_bytes", "Spare");
    static readonly Field SessionPaging = P.Flag("gtp.ext_hdr.pdu_ses_cont.ppp", "Paging Policy Presence (PPP)", 8, 0x80, ValueNames.Flag("Present", "Not Present"));
    static readonly Field SessionReflective = P.Flag("gtp.ext_hdr.pdu_ses_cont.rqi", "Reflective QoS Indicator (RQI)", 8, 0x40, ValueNames.Flag("Present", "Not Present"));
    static readonly Field SessionQfi = P.UInt8("gtp.ext_hdr.pdu_ses_con.qos_flow_id", "QoS Flow Identifier (QFI)", mask: 0x3f);
    static readonly Field ResponseTo = P.FrameNumber("gtp.response_to", "Response To", "This is a response to the GTP request in this frame");
    static readonly Field ResponseTime = P.RelativeTime("gtp.time", "Time", "The time between the Request and the Response");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, ControlPort, UserPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int flags = v.U8(0), version = flags >> 5, type = v.U8(1);
        if (version != 1 || GtpNames.Messages.Find((uint)type) is not { } name)
        {
            return version == 0 && GtpNames.Messages.Find((uint)type) is not null ? Old(p, v, parent) : 0;
        }

        var tree = Begin(p, v, parent, P, name);
        var node = p.Add(tree, Flags, v, 0);
        p.Add(node, VersionField, v, 0);
        p.Add(node, Kind, v, 0);
        p.Add(node, ReservedBit, v, 0);
        p.Add(node, HasNext, v, 0, 1);
        p.Add(node, HasSequence, v, 0, 1);
        p.Add(node, HasNumber, v, 0, 1);
        p.AddAll(tree, v, 1, Message, Length, Endpoint);
        v.Ensure(4, 4);
        int at = 8;
        if ((flags & 7) != 0)
        {
            if ((flags & 2) != 0)
            {
                p.Add(tree, Sequence, v, 8);
            }

            if ((flags & 1) != 0)
            {
                p.Add(tree, Number, v, 10);
            }

            at = (flags & 4) != 0 ? AddExtensions(p, v, tree, 11) : 12;
        }

        if (type == UserData)
        {
            p.SetLength(tree, at);
            Payload(p, v, at, parent);
        }
        else
        {
            Elements(p, v.Part(0, 8 + v.U16(2)), at, tree);
            Respond(p, v, tree, type, (flags & 2) != 0 ? v.U16(8) : 0);
        }

        return v.Reported;
    }

    /// <summary>Version 0, and GTP', whose header is as long or only six bytes.</summary>
    int Old(Packet p, in View v, Node parent)
    {
        int flags = v.U8(0), type = v.U8(1);
        bool isPrime = (flags & 0x10) == 0;
        if (GtpNames.Messages.Find((uint)type) is not { } name)
        {
            return 0;
        }

        var tree = Begin(p, v, parent, isPrime ? PrimeProtocol : P, name);
        var node = p.Add(tree, Flags, v, 0);
        p.Add(node, isPrime ? PrimeVersion : VersionField, v, 0);
        p.Add(node, Kind, v, 0);
        p.Add(node, Reserved, v, 0);
        p.Add(node, isPrime ? HeaderKind : HasSndcp, v, 0, 1);
        p.AddAll(tree, v, 1, Message, Length, Sequence);
        int at = isPrime && (flags & 1) != 0 ? v.Reported < LongHeader ? ShortHeader : LongHeader : LongHeader;
        if (!isPrime)
        {
            p.Add(tree, FlowLabel, v, 6);
            p.Add(tree, Sndcp, v, 8);
            Span<byte> digits = stackalloc byte[16];
            p.AddString(tree, Tunnel, v, 12, 8, Digits(v.Span(12, 8), digits));
        }

        v.Ensure(0, at);
        if (type == UserData)
        {
            p.SetLength(tree, at);
            Payload(p, v, at, parent);
        }
        else
        {
            Elements(p, v.Part(0, at + v.U16(2)), at, tree);
            Respond(p, v, tree, type, v.U16(4));
        }

        return v.Reported;
    }

    static Node Begin(Packet p, in View v, Node parent, Protocol protocol, string name)
    {
        p.SetProtocol("GTP");
        p.Info.Set(name);
        return p.Open(protocol, v, parent);
    }

    /// <summary>A mobile's packet: IP of either version, else bytes.</summary>
    static void Payload(Packet p, in View v, int at, Node parent)
    {
        var payload = v.From(at);
        int version = payload.Reported > 0 ? payload.U8(0) >> 4 : 0;
        var next = version switch
        {
            4 => p.Engine.Find(Link.EtherType.Table, EtherTypes.IPv4),
            6 => p.Engine.Find(Link.EtherType.Table, EtherTypes.IPv6),
            _ => null,
        };
        if (next is null || p.Call(next, payload, parent) <= 0)
        {
            p.Add(parent, Data, payload, 0, payload.Captured);
        }

        p.SetProtocol(p.Engine.State<Names>().Around(p.ProtocolColumn));
    }

    /// <summary>Telephony digits, the first in the low half of a byte; 15 fills up.</summary>
    static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> packed, Span<byte> digits)
    {
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = (packed[i / 2] >> (i % 2 * 4)) & 15;
            digits[i] = digit < 10 ? (byte)('0' + digit) : digit == 15 ? (byte)' ' : (byte)'?';
        }

        return digits;
    }

    static void Elements(Packet p, in View v, int at, Node tree)
    {
        if (!p.WantsFields)
        {
            return;
        }

        while (at < v.Reported)
        {
            int type = v.U8(at);
            int length = type >= ElementsWithLength ? type == 141 ? 1 + v.U8(at + 1) : 2 + v.U16(at + 1) : GtpNames.ElementLength(type);
            if (length < 0)
            {
                return;
            }

            Element(p, v, at, type, length, tree);
            at += 1 + length;
        }
    }

    static void Element(Packet p, in View v, int at, int type, int length, Node tree)
    {
        switch (type)
        {
            case 14:
                p.Add(tree, Recovery, v, at + 1);
                break;
            case 16:
                p.Add(tree, DataEndpoint, v, at + 1);
                break;
            case 17:
                p.Add(tree, ControlEndpoint, v, at + 1);
                break;
            case 133:
                var address = p.AddText(tree, v, at, 1 + length, "GSN address : ");
                p.Add(address, AddressLength, v, at + 1);
                if (length - 2 == 4)
                {
                    p.AppendLabel(address, $"{Address.IPv4(v.U32(at + 3))}");
                    p.Add(address, AddressIPv4, v, at + 3);
                }
                else if (length - 2 == 16)
                {
                    p.AppendLabel(address, $"{Address.IPv6(v.Span(at + 3, 16))}");
                    p.Add(address, AddressIPv6, v, at + 3);
                }

                break;
            case 141:
                var list = p.AddText(tree, v, at, 1 + length, "Extension Header Types List");
                p.Add(list, HeaderTypes, v, at + 1);
                for (int i = 1; i < length; i++)
                {
                    int header = v.U8(at + 1 + i);
                    var entry = p.Add(list, HeaderType, v, at + 1 + i);
                    p.Label(entry, $"No. {i} --> Extension Header Type value : {GtpNames.Extensions.Find((uint)header) ?? "Unknown"} (0x{header:x2})");
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Ties a response to its request: the same sequence number, the other way.</summary>
    void Respond(Packet p, in View v, Node tree, int type, int sequence)
    {
        if (p.Conversation is not { } conversation || !GtpNames.IsPaired(type))
        {
            return;
        }

        var requests = conversation.GetOrAdd<Requests>(this);
        if (GtpNames.IsRequest(type))
        {
            requests.Add(type, sequence, p.Number, p.Time);
        }
        else if (requests.Find(type == 2 ? 1 : type - 1, sequence, out int frame, out var time))
        {
            p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)frame));
            p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - time));
        }
    }

    /// <summary>The last requests of a conversation.</summary>
    sealed class Requests
    {
        const int Limit = 16;
        readonly (int Type, int Sequence, int Frame, Timestamp Time)[] last = new (int, int, int, Timestamp)[Limit];
        int next;

        public void Add(int type, int sequence, int frame, Timestamp time) => last[next++ % Limit] = (type, sequence, frame, time);

        public bool Find(int type, int sequence, out int frame, out Timestamp time)
        {
            for (int i = 1; i <= Math.Min(next, Limit); i++)
            {
                var one = last[(next - i) % Limit];
                if (one.Type == type && one.Sequence == sequence)
                {
                    (frame, time) = (one.Frame, one.Time);
                    return true;
                }
            }

            frame = 0;
            time = default;
            return false;
        }
    }

    /// <summary>Names for the Protocol column that say what a tunnel carries; each is made once.</summary>
    sealed class Names
    {
        const int Limit = 1000;
        readonly Dictionary<string, string> names = [];

        public string Around(string inner)
        {
            if (!names.TryGetValue(inner, out var name))
            {
                name = $"GTP <{inner}>";
                if (names.Count < Limit)
                {
                    names[inner] = name;
                }
            }

            return name;
        }
    }

    /// <summary>GTP', and version 0 on its port.</summary>
    public sealed class Prime() : Dissector("gtpprime")
    {
        const uint Port = 3386;

        /// <inheritdoc />
        public override Protocol Protocol => PrimeProtocol;

        /// <inheritdoc />
        public override bool CrossesLanes => true;

        /// <inheritdoc />
        public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent) => v.U8(0) >> 5 == 0 ? Catalog.Gtp.Old(p, v, parent) : 0;
    }
}
