using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 8029 section 3; P2MP sessions RFC 6425. UDP port 3503.
//
//    0               1               2               3
//   +-------------------------------+-------------------------------+
//   | Version                       | Global flags                  |
//   +---------------+---------------+---------------+---------------+
//   | Message type  | Reply mode    | Return code   | Subcode       |
//   +---------------+---------------+---------------+---------------+
//   | Sender's handle; sequence number                              |  32 bits each
//   | Timestamps, sent and received                                 |  64 bits each, NTP's format; then TLVs: type, length, value
//   +---------------+---------------+---------------+---------------+

/// <summary>LSP ping: echo requests that take the way of a label-switched path.</summary>
public sealed class MplsEcho() : Dissector("mpls-echo", "mpls_echo")
{
    const int HeaderLength = 32, TlvHead = 4, TargetFecs = 1, ReversePathFecs = 16, Pad = 3, Errored = 9;
    const int LastEchoType = 2, Ldp4 = 1, Ldp6 = 2, Rsvp4 = 3, Vpn4 = 6, Bgp4 = 12, Generic4 = 14, Multipoint4 = 17;

    static readonly Protocol P = new("Multiprotocol Label Switching Echo", "MPLS ECHO", "mpls-echo");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "MPLS Echo Request"), (2, "MPLS Echo Reply"), (3, "MPLS Data Plane Verification Request"), (4, "MPLS Data Plane Verification Reply")]);
    static readonly ValueNames TlvTypes = ValueNames.Of(() => [
        (1, "Target FEC Stack"), (2, "Downstream Mapping"), (3, "Pad"), (4, "Error Code"), (5, "Vendor Enterprise Code"), (6, "TDB"),
        (7, "IPv4 Interface and Label Stack Object"), (8, "IPv6 Interface and Label Stack Object"), (9, "Errored TLVs"), (10, "Reply TOS Byte"),
        (11, "P2MP Responder Identifier"), (12, "P2MP Echo Jitter"), (13, "Source Identifier TLV"), (14, "Destination Identifier TLV"), (15, "BFD Discriminator TLV"),
        (16, "Reverse-path Target FEC Stack"), (20, "Detailed Downstream Mapping"), (64512, "Vendor Private")]);

    static readonly ValueNames FecTypes = ValueNames.Of(() => [
        (1, "LDP IPv4 prefix"), (2, "LDP IPv6 prefix"), (3, "RSVP IPv4 Session Query"), (4, "RSVP IPv6 Session Query"), (5, "Reserved"), (6, "VPN IPv4 prefix"),
        (7, "VPN IPv6 prefix"), (8, "L2 VPN endpoint"), (9, "FEC 128 Pseudowire - IPv4 (Deprecated)"), (10, "FEC 128 Pseudowire - IPv4"),
        (11, "FEC 129 Pseudowire - IPv4"), (12, "BGP labeled IPv4 prefix"), (13, "BGP labeled IPv6 prefix"), (14, "Generic IPv4 prefix"), (15, "Generic IPv6 prefix"),
        (16, "Nil FEC"), (17, "RSVP P2MP IPv4 Session Query"), (18, "RSVP P2MP IPv6 Session Query"), (22, "Static LSP"), (23, "Static Pseudowire"),
        (24, "FEC 128 Pseudowire - IPv6"), (25, "FEC 129 Pseudowire - IPv6"), (34, "IPv4 IGP-Prefix Segment ID"), (35, "IPv6 IGP-Prefix Segment ID"),
        (36, "IGP-Adjacency Segment ID"), (64512, "Vendor Private")]);

    static readonly ValueNames ReplyModes = ValueNames.Of(() => [(1, "Do not reply"), (2, "Reply via an IPv4/IPv6 UDP packet"), (3, "Reply via an IPv4/IPv6 UDP packet with Router Alert"),
        (4, "Reply via application level control channel")]);

    static readonly ValueNames ReturnCodes = ValueNames.Of(() => [
        (0, "No return code"), (1, "Malformed echo request received"), (2, "One or more of the TLVs was not understood"),
        (3, "Replying router is an egress for the FEC at stack depth RSC"), (4, "Replying router has no mapping for the FEC at stack depth RSC"),
        (5, "Downstream Mapping Mismatch"), (6, "Upstream Interface Index Unknown"), (7, "Reserved"), (8, "Label switched at stack-depth RSC"),
        (9, "Label switched but no MPLS forwarding at stack-depth RSC"), (10, "Mapping for this FEC is not the given label at stack depth RSC"),
        (11, "No label entry at stack-depth RSC"), (12, "Protocol not associated with interface at FEC stack depth RSC"),
        (13, "Premature termination, label stack shrinking to a single label"), (14, "See DDM TLV for meaning of Return Code and Return SubCode"),
        (15, "Label switched with FEC change")]);

    static readonly Field Version = P.UInt16("mpls_echo.version", "Version", blurb: "MPLS ECHO Version Number");
    static readonly Field MustBeZero = P.UInt16("mpls_echo.mbz", "MBZ", FieldBase.Hex, blurb: "MPLS ECHO Must be Zero");
    static readonly Layout Flags = new(P.UInt16("mpls_echo.flags", "Global Flags", FieldBase.Hex, blurb: "MPLS ECHO Global Flags").Bits(
        P.UInt16("mpls_echo.flag_sbz", "Reserved", FieldBase.Hex, mask: 0xfff8, blurb: "MPLS ECHO Reserved Flags"),
        P.Flag("mpls_echo.flag_v", "Validate FEC Stack", 16, 0x1, blurb: "MPLS ECHO Validate FEC Stack Flag"),
        P.Flag("mpls_echo.flag_t", "Respond only if TTL expired", 16, 0x2), P.Flag("mpls_echo.flag_r", "Validate Reverse Path", 16, 0x4)));

    static readonly Layout Codes = new(
        P.UInt8("mpls_echo.msg_type", "Message Type", FieldBase.Dec, Types, blurb: "MPLS ECHO Message Type"), P.UInt8("mpls_echo.reply_mode", "Reply Mode", FieldBase.Dec, ReplyModes, blurb: "MPLS ECHO Reply Mode"),
        P.UInt8("mpls_echo.return_code", "Return Code", FieldBase.Dec, ReturnCodes, blurb: "MPLS ECHO Return Code"), P.UInt8("mpls_echo.return_subcode", "Return Subcode", blurb: "MPLS ECHO Return Subcode"),
        P.UInt32("mpls_echo.sender_handle", "Sender's Handle", FieldBase.Hex, blurb: "MPLS ECHO Sender's Handle"), P.UInt32("mpls_echo.sequence", "Sequence Number", blurb: "MPLS ECHO Sequence Number"));

    static readonly Field Sent = P.AbsoluteTime("mpls_echo.timestamp_sent", "Timestamp Sent", FieldBase.Utc, "MPLS ECHO Timestamp Sent");
    static readonly Field Received = P.AbsoluteTime("mpls_echo.timestamp_rec", "Timestamp Received", FieldBase.Utc, "MPLS ECHO Timestamp Received");
    static readonly Field TlvType = P.UInt16("mpls_echo.tlv.type", "Type", FieldBase.Dec, TlvTypes, blurb: "MPLS ECHO TLV Type");
    static readonly Field TlvLength = P.UInt16("mpls_echo.tlv.len", "Length", blurb: "MPLS ECHO TLV Length");
    static readonly Field TlvValue = P.Bytes("mpls_echo.tlv.value", "Value", blurb: "MPLS ECHO TLV Value");
    static readonly Field FecType = P.UInt16("mpls_echo.tlv.fec.type", "Type", FieldBase.Dec, FecTypes, blurb: "MPLS ECHO TLV FEC Stack Type");
    static readonly Field FecLength = P.UInt16("mpls_echo.tlv.fec.len", "Length", blurb: "MPLS ECHO TLV FEC Stack Length");
    static readonly Field FecPadding = P.Bytes("mpls_echo.padding", "Padding");
    static readonly Field FecValue = P.Bytes("mpls_echo.tlv.fec.value", "Value", blurb: "MPLS ECHO TLV FEC Stack Value");
    static readonly Layout Ldp4Prefix = new(P.IPv4("mpls_echo.tlv.fec.ldp_ipv4", "IPv4 Prefix"), P.UInt8("mpls_echo.tlv.fec.ldp_ipv4_mask", "Prefix Length"));
    static readonly Layout Ldp6Prefix = new(P.IPv6("mpls_echo.tlv.fec.ldp_ipv6", "IPv6 Prefix"), P.UInt8("mpls_echo.tlv.fec.ldp_ipv6_mask", "Prefix Length"));
    static readonly Layout Session = new(
        P.IPv4("mpls_echo.tlv.fec.rsvp_ipv4_ep", "IPv4 Tunnel endpoint address"), P.UInt16("mpls_echo.tlv.fec.rsvp_ip_mbz1", "Must Be Zero"),
        P.UInt16("mpls_echo.tlv.fec.rsvp_ip_tun_id", "Tunnel ID"), P.UInt32("mpls_echo.tlv.fec.rsvp_ipv4_ext_tun_id", "Extended Tunnel ID", FieldBase.Hex),
        P.IPv4("mpls_echo.tlv.fec.rsvp_ipv4_sender", "IPv4 Tunnel sender address"), P.UInt16("mpls_echo.tlv.fec.rsvp_ip_mbz2", "Must Be Zero"),
        P.UInt16("mpls_echo.tlv.fec.rsvp_ip_lsp_id", "LSP ID"));

    static readonly Layout MultipointSession = new(
        P.UInt32("mpls_echo.tlv.fec.rsvp_p2mp_ipv4_id", "P2MP ID"), P.UInt16("mpls_echo.tlv.fec.rsvp_p2mp_ip_mbz1", "Must Be Zero"),
        P.UInt16("mpls_echo.tlv.fec.rsvp_p2mp_ip_tun_id", "Tunnel ID"), P.IPv4("mpls_echo.tlv.fec.rsvp_p2mp_ipv4_ext_tun_id", "Extended Tunnel ID"),
        P.IPv4("mpls_echo.tlv.fec.rsvp_p2mp_ipv4_sender", "IPv4 Tunnel sender address"), P.UInt16("mpls_echo.tlv.fec.rsvp_p2mp_ip_mbz2", "Must Be Zero"),
        P.UInt16("mpls_echo.tlv.fec.rsvp_p2mp_ip_lsp_id", "LSP ID"));

    static readonly Layout VpnPrefix = new(
        P.Bytes("mpls_echo.tlv.fec.vpn_route_dist", "Route Distinguisher").Of(8), P.IPv4("mpls_echo.tlv.fec.vpn_ipv4", "IPv4 Prefix"), P.UInt8("mpls_echo.tlv.fec.vpn_len", "Prefix Length"));

    static readonly Layout BgpPrefix = new(P.IPv4("mpls_echo.tlv.fec.bgp_ipv4", "IPv4 Prefix"), P.UInt8("mpls_echo.tlv.fec.bgp_len", "Prefix Length"));
    static readonly Layout GenericPrefix = new(P.IPv4("mpls_echo.tlv.fec.gen_ipv4", "IPv4 Prefix"), P.UInt8("mpls_echo.tlv.fec.gen_ipv4_mask", "Prefix Length"));
    static readonly Layout Padding = new(
        P.UInt8("mpls_echo.tlv.pad_action", "Pad Action", FieldBase.Dec, ValueNames.Of(() => [(1, "Drop Pad TLV from reply"), (2, "Copy Pad TLV to reply")])),
        P.Bytes("mpls_echo.tlv.pad_padding", "Padding").Rest().Optional());

    static readonly Expert BadTlvLength = P.Expert("mpls_echo.tlv.len.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid TLV length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 3503);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < 5)
        {
            return 0;
        }

        int type = v.U8(4);
        p.SetProtocol("MPLS ECHO");
        if (Types.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown Message Type (0x{type:X2})");
        }

        var tree = p.Open(P, v, parent);
        p.Add(tree, Version, v, 0);
        bool isEcho = type <= LastEchoType;
        if (isEcho)
        {
            p.AddRows(tree, v, 2, Flags);
        }
        else
        {
            p.Add(tree, MustBeZero, v, 2);
        }

        int at = p.AddRows(tree, v, 4, Codes);
        if (isEcho)
        {
            p.AddTime(tree, Sent, v, at, 8, TimeAt(v, at));
            p.AddTime(tree, Received, v, at + 8, 8, TimeAt(v, at + 8));
            at = HeaderLength;
        }

        while (v.ReportedFrom(at) >= TlvHead)
        {
            int tlv = v.U16(at), length = v.U16(at + 2), left = v.ReportedFrom(at);
            if (length + TlvHead > left)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Invalid TLV length (claimed {length}, found {left - TlvHead})");
                p.AddExpert(tree, BadTlvLength, v, at, left, p.Scratch.Bytes);
                return v.Reported;
            }

            AddTlv(p, v, tree, at, tlv, length);
            at += TlvHead + length;
        }

        return v.Reported;
    }

    static void AddTlv(Packet p, in View v, Node tree, int at, int type, int length)
    {
        string? name = TlvTypes.Find((ulong)type);
        var tlv = name is null
            ? p.AddText(tree, v, at, TlvHead + length, $"Unknown TLV type (0x{type:X4})")
            : p.AddText(tree, v, at, TlvHead + length, name);
        var typeNode = p.Add(tlv, TlvType, v, at);
        if (name is null)
        {
            p.Label(typeNode, $"Type: Unknown TLV type ({type})");
        }

        p.Add(tlv, TlvLength, v, at + 2);
        at += TlvHead;
        if (type is TargetFecs or ReversePathFecs)
        {
            AddFecs(p, v.Part(at, length), tlv);
        }
        else if (type == Pad && length > 0)
        {
            p.AddRows(tlv, v.Part(at, length), 0, Padding);
        }
        else if (type != Errored || length > 0)
        {
            p.Add(tlv, TlvValue, v, at, length);
        }
    }

    static void AddFecs(Packet p, in View v, Node tlv)
    {
        int at = 0;
        for (int number = 1; v.ReportedFrom(at) >= TlvHead; number++)
        {
            int type = v.U16(at), length = v.U16(at + 2), left = v.ReportedFrom(at) - TlvHead;
            string? name = FecTypes.Find((ulong)type);
            if (length > left)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Invalid FEC Sub-TLV Length (claimed {length}, found {left})");
                p.AddExpert(tlv, BadTlvLength, v, at, v.ReportedFrom(at), p.Scratch.Bytes);
                return;
            }

            var fec = name is null
                ? p.AddText(tlv, v, at, TlvHead + length, $"FEC Element {number}: Unknown FEC type (0x{type:X4})")
                : p.AddText(tlv, v, at, TlvHead + length, $"FEC Element {number}: {name}");
            var typeNode = p.Add(fec, FecType, v, at);
            if (name is null)
            {
                p.Label(typeNode, $"Type: Unknown sub-TLV type ({type})");
            }

            p.Add(fec, FecLength, v, at + 2);
            at += TlvHead;
            var (rows, least) = type switch
            {
                Ldp4 => (Ldp4Prefix, 5),
                Ldp6 => (Ldp6Prefix, 17),
                Rsvp4 => (Session, 20),
                Vpn4 => (VpnPrefix, 13),
                Bgp4 => (BgpPrefix, 5),
                Generic4 => (GenericPrefix, 5),
                Multipoint4 => (MultipointSession, 20),
                _ => (null, 0),
            };
            if (rows is not null && length >= least)
            {
                p.AddRows(fec, v, at, rows);
            }
            else
            {
                p.Add(fec, FecValue, v, at, length);
            }

            // Elements begin at multiples of four bytes.
            int padded = (length + 3) / 4 * 4;
            if (padded > length && padded <= left)
            {
                p.Add(fec, FecPadding, v, at + length, padded - length);
            }

            at += padded;
        }
    }

    /// <summary>A time in NTP's format; 0 stands for none and is shown as the beginning of time.</summary>
    static Timestamp TimeAt(in View v, int at) => v.U64(at) == 0 ? default : Timestamp.FromNtp(v.U64(at));
}
