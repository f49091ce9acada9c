using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 5036 section 3. UDP port 646 (discovery), TCP port 646 (sessions).
//
//    0               1               2               3
//   +-------------------------------+-------------------------------+
//   | Version                       | PDU length                    |
//   +-------------------------------+-------------------------------+
//   | LSR identifier                                                |
//   +-------------------------------+-------------------------------+
//   | Label space                   | messages: U bit and type, length, identifier, TLVs

/// <summary>Label Distribution Protocol.</summary>
public sealed class Ldp() : Dissector("ldp")
{
    const int PduHead = 4, HeaderLength = 10, MessageHead = 4, TlvHead = 4, Version = 1;
    const int Internet = 1, Internet6 = 2, WildcardFec = 1, PrefixFec = 2, HostFec = 3;

    static readonly Protocol P = new("Label Distribution Protocol", "LDP", "ldp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0x1, "Notification Message"), (0x100, "Hello Message"), (0x200, "Initialization Message"), (0x201, "Keep Alive Message"),
        (0x202, "Capability Message"), (0x300, "Address Message"), (0x301, "Address Withdrawal Message"), (0x400, "Label Mapping Message"),
        (0x401, "Label Request Message"), (0x402, "Label Withdrawal Message"), (0x403, "Label Release Message"), (0x404, "Label Abort Request Message"),
        (0x500, "Call Setup Message"), (0x501, "Call Release Message"), (0x700, "RG Connect Message"), (0x701, "RG Disconnect Message"),
        (0x702, "RG Notification Message"), (0x703, "RG Application Data Message"), (0x3e00, "Vendor-Private Message"), (0x3f00, "Experimental Message")]);

    static readonly ValueNames Unknowns = ValueNames.Of(() => [(0, "Known TLV, do not Forward"), (1, "Known TLV, do Forward"), (2, "Unknown TLV, do not Forward"), (3, "Unknown TLV, do Forward")]);
    static readonly ValueNames TlvTypes = ValueNames.Of(() => [
        (0x1, "Sequence Number TLV"), (0x100, "FEC"), (0x101, "Address List"), (0x103, "Hop Count"), (0x104, "Path Vector"), (0x200, "Generic Label"),
        (0x201, "ATM Label"), (0x202, "Frame Relay Label"), (0x203, "FT Protection TLV"), (0x206, "Entropy Label Capability TLV"), (0x300, "Status"),
        (0x301, "Extended Status"), (0x302, "Returned PDU"), (0x303, "Returned Message"), (0x304, "Returned TLVs"), (0x400, "Common Hello Parameters"),
        (0x401, "IPv4 Transport Address"), (0x402, "Configuration Sequence Number"), (0x403, "IPv6 Transport Address"), (0x404, "MAC TLV"),
        (0x405, "Cryptographic Authentication TLV"), (0x500, "Common Session Parameters"), (0x501, "ATM Session Parameters"),
        (0x502, "Frame Relay Session Parameters"), (0x503, "FT Session TLV"), (0x504, "FT Ack TLV"), (0x505, "FT Cork TLV"),
        (0x506, "Dynamic Capability Announcement"), (0x507, "LDP Upstream Label Assignment Capability TLV"), (0x508, "P2MP Capability Parameter"),
        (0x509, "MP2MP Capability Parameter"), (0x50a, "MBB Capability Parameter"), (0x50b, "Typed Wildcard FEC Capability"), (0x50c, "Multi-Topology Capability"),
        (0x50d, "State Advertisement Control Capability"), (0x50f, "Targeted Application Capability"), (0x600, "Label Request Message ID"), (0x601, "MTU TLV"),
        (0x603, "Unrecognized Notification Capability"), (0x700, "ICCP capability TLV"), (0x701, "Dual-Stack capability")]);

    static readonly ValueNames FecTypes = ValueNames.Of(() => [(1, "Wildcard FEC"), (2, "Prefix FEC"), (3, "Host Address FEC"), (4, "CR LSP FEC"), (5, "Typed Wildcard FEC Element"),
        (6, "P2MP"), (7, "MP2MP-up"), (8, "MP2MP-down"), (9, "HSMP-upstream"), (10, "HSMP-downstream"), (128, "PWid FEC Element"),
        (129, "Generalized PWid FEC Element"), (130, "P2MP PW Upstream FEC Element"), (131, "Protection FEC Element"), (132, "P2MP_PW_DOWNSTREAM_FEC")]);

    static readonly ValueNames StatusCodes = ValueNames.Of(() => [
        (0x0, "Success"), (0x1, "Bad LDP Identifier"), (0x2, "Bad Protocol Version"), (0x3, "Bad PDU Length"), (0x4, "Unknown Message Type"),
        (0x5, "Bad Message Length"), (0x6, "Unknown TLV"), (0x7, "Bad TLV Length"), (0x8, "Malformed TLV Value"), (0x9, "Hold Timer Expired"), (0xa, "Shutdown"),
        (0xb, "Loop Detected"), (0xc, "Unknown FEC"), (0xd, "No Route"), (0xe, "No Label Resources"), (0xf, "Label Resources / Available"),
        (0x10, "Session Rejected / No Hello"), (0x11, "Session Rejected / Parameters Advertisement Mode"), (0x12, "Session Rejected / Parameters Max PDU Length"),
        (0x13, "Session Rejected / Parameters Label Range"), (0x14, "KeepAlive Timer Expired"), (0x15, "Label Request Aborted"), (0x16, "Missing Message Parameters"),
        (0x17, "Unsupported Address Family"), (0x18, "Session Rejected / Bad KeepAlive Time"), (0x19, "Internal Error")]);

    static readonly Field Length = P.UInt16("ldp.hdr.pdu_len", "PDU Length", blurb: "LDP PDU Length");
    static readonly Layout Header = new(
        P.UInt16("ldp.hdr.version", "Version", blurb: "LDP Version Number"), Length, P.IPv4("ldp.hdr.ldpid.lsr", "LSR ID", "LDP Label Space Router ID"),
        P.UInt16("ldp.hdr.ldpid.lsid", "Label Space ID", blurb: "LDP Label Space ID"));

    static readonly Layout MessageHeader = new(
        P.Flag("ldp.msg.ubit", "U bit", 8, 0x80, ValueNames.Flag("Unknown bit set", "Unknown bit not set"), "Unknown Message Bit"),
        P.UInt16("ldp.msg.type", "Message Type", FieldBase.Hex, Types, 0x7fff, "LDP message type").Then(static (p, node, in v, at, value) =>
            p.Label(node, $"Message Type: {Types.FindOr(value, "Unknown Message type")} (0x{value:x})")),
        P.UInt16("ldp.msg.len", "Message Length", blurb: "LDP Message Length (excluding message type and len)"));

    static readonly Field MessageId = P.UInt32("ldp.msg.id", "Message ID", FieldBase.Hex, blurb: "LDP Message ID");
    static readonly Field TlvUnknown = P.UInt8("ldp.msg.tlv.unknown", "TLV Unknown bits", FieldBase.Hex, Unknowns, 0xc0, "TLV Unknown bits Field");
    static readonly Field TlvType = P.UInt16("ldp.msg.tlv.type", "TLV Type", FieldBase.Hex, TlvTypes, 0x3fff, "TLV Type Field");
    static readonly Field TlvLength = P.UInt16("ldp.msg.tlv.len", "TLV Length", blurb: "TLV Length Field");
    static readonly Field TlvValue = P.Bytes("ldp.msg.tlv.value", "TLV Value", blurb: "TLV Value Bytes");
    static readonly Expert NoGtsm = P.Expert("ldp.gtsm_not_supported", Severity.Chat, ExpertGroup.Protocol, "GTSM is not supported by the source");
    static readonly Expert NoGtsmWithoutDiscovery = P.Expert("ldp.gtsm_not_supported_basic_discovery", Severity.Warning, ExpertGroup.Protocol,
        "GTSM is not supported by the source, since basic discovery is not enabled");

    static readonly Expert GtsmAndTarget = P.Expert("ldp.both_GTSM_and_target", Severity.Warning, ExpertGroup.Protocol, "ERROR - Both GTSM and Target Flag are enabled.");
    static readonly Expert LengthInvalid = P.Expert("ldp.invalid_length", Severity.Error, ExpertGroup.Malformed, "Invalid length");

    static readonly Layout Hello = new(
        P.UInt16("ldp.msg.tlv.hello.hold", "Hold Time", blurb: "Hello Common Parameters Hold Time"),
        P.Flag("ldp.msg.tlv.hello.targeted", "Targeted Hello", 16, 0x8000, ValueNames.Flag("Targeted Hello", "Link Hello"), "Hello Common Parameters Targeted Bit"),
        P.Flag("ldp.msg.tlv.hello.requested", "Hello Requested", 16, 0x4000, ValueNames.Flag("Source requests periodic hellos", "Source does not request periodic hellos"),
            "Hello Common Parameters Hello Requested Bit"),
        P.Flag("ldp.msg.tlv.hello.gtsm", "GTSM Flag", 16, 0x2000, ValueNames.SetNotSet, "Hello Common Parameters GTSM bit").Then(static (p, node, in v, at, value) =>
        {
            bool isTargeted = (v.U16(at) & 0x8000) != 0;
            if (isTargeted)
            {
                p.Expert(node, value == 0 ? NoGtsmWithoutDiscovery : GtsmAndTarget, v, at, 2);
            }
            else if (value == 0)
            {
                p.Expert(node, NoGtsm, v, at, 2);
            }
        }),
        P.UInt16("ldp.msg.tlv.hello.res", "Reserved", FieldBase.Hex, mask: 0x1fff, blurb: "Hello Common Parameters Reserved Field"));

    static readonly Layout Address4 = new(P.IPv4("ldp.msg.tlv.ipv4.taddr", "IPv4 Transport Address"));
    static readonly Layout Address6 = new(P.IPv6("ldp.msg.tlv.ipv6.taddr", "IPv6 Transport Address"));
    static readonly Layout Configuration = new(P.UInt32("ldp.msg.tlv.hello.cnf_seqno", "Configuration Sequence Number", blurb: "Hello Configuration Sequence Number"));
    static readonly Layout Session = new(
        P.UInt16("ldp.msg.tlv.sess.ver", "Session Protocol Version", blurb: "Common Session Parameters Protocol Version"),
        P.UInt16("ldp.msg.tlv.sess.ka", "Session KeepAlive Time", blurb: "Common Session Parameters KeepAlive Time"),
        P.Flag("ldp.msg.tlv.sess.advbit", "Session Label Advertisement Discipline", 8, 0x80, ValueNames.Flag("Downstream On Demand proposed", "Downstream Unsolicited proposed")),
        P.Flag("ldp.msg.tlv.sess.ldetbit", "Session Loop Detection", 8, 0x40, ValueNames.Flag("Loop Detection Enabled", "Loop Detection Disabled")),
        Row.Skip(1),
        P.UInt8("ldp.msg.tlv.sess.pvlim", "Session Path Vector Limit", blurb: "Common Session Parameters Path Vector Limit"),
        P.UInt16("ldp.msg.tlv.sess.mxpdu", "Session Max PDU Length", blurb: "Common Session Parameters Max PDU Length"),
        P.IPv4("ldp.msg.tlv.sess.rxlsr", "Session Receiver LSR Identifier", "Common Session Parameters LSR Identifier"),
        P.UInt16("ldp.msg.tlv.sess.rxls", "Session Receiver Label Space Identifier", blurb: "Common Session Parameters Receiver Label Space Identifier"));

    static readonly Layout Label = new(P.UInt32("ldp.msg.tlv.generic.label", "Generic Label", FieldBase.DecHex, mask: 0xfffff));
    static readonly Layout HopCount = new(P.UInt8("ldp.msg.tlv.hc.value", "Hop Count Value", blurb: "Hop Count"));
    static readonly Layout RequestId = new(P.UInt32("ldp.msg.tlv.lbl_req_msg_id", "Label Request Message ID", FieldBase.Hex, blurb: "Label Request Message to be aborted"));
    static readonly Layout Status = new(
        P.Flag("ldp.msg.tlv.status.ebit", "E Bit", 8, 0x80, ValueNames.Flag("Fatal Error Notification", "Advisory Notification"), "Fatal Error Bit"),
        P.Flag("ldp.msg.tlv.status.fbit", "F Bit", 8, 0x40, ValueNames.Flag("Notification should be Forwarded", "Notification should NOT be Forwarded"), "Forward Bit"),
        P.UInt32("ldp.msg.tlv.status.data", "Status Data", FieldBase.Hex, StatusCodes, 0x3fffffff).Then(static (p, node, in v, at, value) =>
            p.Label(node, $"..{Bits((uint)value)} = Status Data: {StatusCodes.FindOr(value, "Unknown Status Data")} (0x{value:X})")),
        P.UInt32("ldp.msg.tlv.status.msg.id", "Message ID", FieldBase.Hex, blurb: "Identifies peer message to which Status TLV refers"),
        P.UInt16("ldp.msg.tlv.status.msg.type", "Message Type", FieldBase.Hex, Types, blurb: "Type of peer message to which Status TLV refers"));

    static readonly Field Family = P.UInt16("ldp.msg.tlv.addrl.addr_family", "Address Family", FieldBase.Dec, BgpNames.Families, blurb: "Address Family List");
    static readonly Field AddressText = P.String("ldp.msg.tlv.addrl.addr", "Address");
    static readonly Field FecType = P.UInt8("ldp.msg.tlv.fec.type", "FEC Element Type", FieldBase.Dec, FecTypes, blurb: "Forwarding Equivalence Class Element Types");
    static readonly Field FecFamily = P.UInt16("ldp.msg.tlv.fec.af", "FEC Element Address Type", FieldBase.Dec, BgpNames.Families, blurb: "Forwarding Equivalence Class Element Address Family");
    static readonly Field FecLength = P.UInt8("ldp.msg.tlv.fec.len", "FEC Element Length", blurb: "Forwarding Equivalence Class Element Length");
    static readonly Field FecPrefix = P.String("ldp.msg.tlv.fec.pfval", "FEC Element Prefix Value", "Forwarding Equivalence Class Element Prefix");
    static readonly Field FecHost = P.String("ldp.msg.tlv.fec.hoval", "FEC Element Host Address Value", "Forwarding Equivalence Class Element Address");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, 646);
        claims.Numbers(Tcp.Ports, 646);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < 2 || v.U16(0) != Version)
        {
            return 0;
        }

        p.SetProtocol("LDP");
        p.Info.Clear();
        if (p.PortKind == PortKind.Tcp)
        {
            return Tcp.Pdus(p, v, parent, PduHead, static (Packet _, in View v, int at) => PduHead + v.U16(at + 2), static (Packet p, in View v, Node parent) => Pdu(p, v, parent), showSize: false);
        }

        Pdu(p, v, parent);
        return v.Reported;
    }

    static void Pdu(Packet p, in View v, Node parent)
    {
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, Math.Min(v.Captured, PduHead + v.U16(2)));
        p.AddRows(tree, v, 0, Header);
        int end = Math.Min(v.Reported, PduHead + v.U16(2));
        for (int at = HeaderLength; end - at > 0;)
        {
            at = AddMessage(p, v, tree, at, end - at);
        }
    }

    /// <returns>Where the next message begins.</returns>
    static int AddMessage(Packet p, in View v, Node tree, int at, int left)
    {
        int type = v.U16(at) & 0x7fff;
        string name = Types.FindOr((ulong)type, "Unknown Message type");
        int length = left < 8 ? -1 : v.U16(at + 2);
        if (length < 4 || length + MessageHead > left)
        {
            p.Info.Append("Bad Message Length "u8);
            p.Scratch.Clear();
            p.Scratch.Append(left < 8 ? $"Error processing Message: length is {left}, should be >= 8" : length < 4
                ? $"Error processing Message Length: length is {length}, should be >= 4" : $"Error processing Message Length: length is {length}, should be <= {left - MessageHead}");
            p.AddExpert(tree, LengthInvalid, v, at, left, p.Scratch.Bytes);
            return at + left;
        }

        p.Info.Append(name);
        p.Info.Append(" "u8);
        var message = p.AddText(tree, v, at, MessageHead + length, name);
        p.AddRows(message, v, at, MessageHeader);
        p.Add(message, MessageId, v, at + 4);
        int end = at + MessageHead + length;
        for (at += 8; end - at > 0;)
        {
            at = AddTlv(p, v, message, at, end - at);
        }

        return end;
    }

    static int AddTlv(Packet p, in View v, Node tree, int at, int left)
    {
        if (left < TlvHead)
        {
            p.Scratch.Clear();
            p.Scratch.Append($"Error processing TLV: length is {left}, should be >= 4");
            p.AddExpert(tree, LengthInvalid, v, at, left, p.Scratch.Bytes);
            return at + left;
        }

        int type = v.U16(at) & 0x3fff, length = Math.Min(v.U16(at + 2), left - TlvHead), value = at + TlvHead;
        string? name = TlvTypes.Find((ulong)type);
        var tlv = name is null
            ? p.AddText(tree, v, at, TlvHead + length, $"Unknown TLV type (0x{type:X4})")
            : p.AddText(tree, v, at, TlvHead + length, name);
        p.Add(tlv, TlvUnknown, v, at);
        var typeNode = p.Add(tlv, TlvType, v, at);
        p.Label(typeNode, $"TLV Type: {name ?? "Unknown TLV type"} (0x{type:X})");

        p.Add(tlv, TlvLength, v, at + 2);
        var (rows, must) = type switch
        {
            0x103 => (HopCount, 1),
            0x200 => (Label, 4),
            0x300 => (Status, 10),
            0x400 => (Hello, 4),
            0x401 => (Address4, 4),
            0x402 => (Configuration, 4),
            0x403 => (Address6, 16),
            0x500 => (Session, 14),
            0x600 => (RequestId, 4),
            _ => (null, 0),
        };
        if (rows is not null && length != must)
        {
            p.Scratch.Clear();
            p.Scratch.Append($"Error processing {name}: length is {length}, should be {must}");
            p.AddExpert(tlv, LengthInvalid, v, value, length, p.Scratch.Bytes);
        }
        else if (rows is not null)
        {
            p.AddRows(type is 0x500 or 0x300 ? p.AddText(tlv, v, value, length, type == 0x300 ? "Status" : "Parameters") : tlv, v, value, rows);
        }
        else if (type == 0x100)
        {
            AddFec(p, v, p.AddText(tlv, v, value, length, "FEC Elements"), value, length);
        }
        else if (type == 0x101 && length >= 2)
        {
            AddAddresses(p, v, tlv, value, length);
        }
        else
        {
            p.Add(tlv, TlvValue, v, value, length);
        }

        return value + length;
    }

    static void AddAddresses(Packet p, in View v, Node tlv, int at, int length)
    {
        int family = v.U16(at), size = family == Internet ? 4 : family == Internet6 ? 16 : 0, end = at + length;
        p.Add(tlv, Family, v, at);
        if (size == 0)
        {
            p.AddText(tlv, v, at + 2, length - 2, "Support for Address Family not implemented");
            return;
        }

        var list = p.AddText(tlv, v, at + 2, length - 2, "Addresses");
        int number = 1;
        for (at += 2; at + size <= end; at += size, number++)
        {
            AddAddress(p, v, list, AddressText, at, size, $"Address {number}", v.Span(at, size));
        }
    }

    static void AddFec(Packet p, in View v, Node list, int at, int length)
    {
        int number = 1;
        Span<byte> address = stackalloc byte[16];
        for (int end = at + length; at < end; number++)
        {
            int type = v.U8(at);
            if (type is not (WildcardFec or PrefixFec or HostFec) || (type != WildcardFec && v.U16(at + 1) is not (Internet or Internet6)))
            {
                var unknown = p.AddText(list, v, at, end - at, $"FEC Element {number}");
                p.Add(unknown, FecType, v, at);
                return;
            }

            if (type == WildcardFec)
            {
                p.Add(p.AddText(list, v, at, 1, $"FEC Element {number}"), FecType, v, at);
                at++;
                continue;
            }

            int full = v.U16(at + 1) == Internet ? 4 : 16, bits = v.U8(at + 3), size = type == PrefixFec ? Math.Min((bits + 7) / 8, full) : Math.Min(bits, full);
            var element = p.AddText(list, v, at, 4 + size, $"FEC Element {number}");
            p.Add(element, FecType, v, at);
            p.Add(element, FecFamily, v, at + 1);
            p.Add(element, FecLength, v, at + 3);
            address.Clear();
            v.Span(at + 4, size).CopyTo(address);
            AddAddress(p, v, element, type == PrefixFec ? FecPrefix : FecHost, at + 4, size, type == PrefixFec ? "Prefix" : "Address", address[..full]);
            at += 4 + size;
        }
    }

    static void AddAddress(Packet p, in View v, Node tree, Field field, int at, int size, string label, ReadOnlySpan<byte> bytes)
    {
        p.Scratch.Clear();
        p.Scratch.Append(bytes.Length == 4 ? Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)) : Address.IPv6(bytes));
        var node = p.AddString(tree, field, v, at, size, p.Scratch.Bytes);
        p.Label(node, $"{label}: {p.Scratch.Bytes}");
    }

    /// <summary>The lower 30 bits of a number, in groups of four.</summary>
    static string Bits(uint value)
    {
        string digits = value.ToString("b30", System.Globalization.CultureInfo.InvariantCulture);
        return digits[..2] + string.Concat(Enumerable.Range(0, 7).Select(i => " " + digits.Substring(2 + (4 * i), 4)));
    }
}
