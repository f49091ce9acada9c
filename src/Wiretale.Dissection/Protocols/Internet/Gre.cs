using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 2784, RFC 2890 (key, sequence number), RFC 1701 (routing), RFC 2637 section 4 (version 1, for PPTP).
//
//    0                               16                            31
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |C|R|K|S|s|recur|A| flags | ver |         protocol type         |
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |      checksum (C or R)        |       offset (C or R)         |
//   +-------------------------------+-------------------------------+
//   |            key (K); version 1: payload length, call id        |
//   +---------------------------------------------------------------+
//   |                      sequence number (S)                      |
//   +---------------------------------------------------------------+
//   |        acknowledgment number (A, version 1)                   |
//   +---------------------------------------------------------------+
//   |        routing (R), source route entries to an empty one      |
//   +---------------------------------------------------------------+

/// <summary>Generic Routing Encapsulation.</summary>
public sealed class Gre() : Dissector("gre")
{
    /// <summary>RFC 8086.</summary>
    const int OverUdpPort = 4754;

    const int ChecksumBit = 0x8000, RoutingBit = 0x4000, KeyBit = 0x2000, SequenceBit = 0x1000, AcknowledgmentBit = 0x0080, VersionBits = 0x0007;
    const ushort TypePpp = 0x880b, TypeWccp = 0x883e, TypeErspan = 0x88be, TypeErspan3 = 0x22eb, TypeEoip = 0x6400;

    static readonly Protocol P = new("Generic Routing Encapsulation", "GRE", "gre");

    static readonly ValueNames Types = ValueNames.Of(() => [
        (0x0000, "Possible GRE keepalive packet"), (0x880b, "PPP"), (0x0800, "IP"), (0x0806, "ARP"), (0x00fe, "OSI"), (0x883e, "WCCP"),
        (0x2000, "CDP (Cisco)"), (0x2001, "NHRP"), (0x88be, "ERSPAN"), (0x22eb, "ERSPAN III"), (0x6400, "MIKROTIK EoIP"), (0xfeae, "AIROHIVE AP AP"),
        (0x8137, "IPX"), (0x6558, "Transparent Ethernet bridging"), (0x6559, "Frame Relay"), (0x86dd, "IPv6"), (0x8847, "MPLS label switched packet"),
        (0x894f, "Network Service Header"), (0x8881, "CDMA2000 A10 Unstructured byte stream"), (0x88d2, "CDMA2000 A10 3GPP2 Packet"),
        (0x8909, "CiscoMetaData"), (0xb7ea, "Huawei GRE bonding"), (0x8200, "ARUBA WLAN"), (0x8210, "ARUBA WLAN"), (0x8220, "ARUBA WLAN"),
        (0x8230, "ARUBA WLAN"), (0x8240, "ARUBA WLAN"), (0x8250, "ARUBA WLAN"), (0x8260, "ARUBA WLAN"), (0x8270, "ARUBA WLAN"), (0x8280, "ARUBA WLAN"),
        (0x8290, "ARUBA WLAN"), (0x82a0, "ARUBA WLAN"), (0x82b0, "ARUBA WLAN"), (0x82c0, "ARUBA WLAN"), (0x82d0, "ARUBA WLAN"), (0x82e0, "ARUBA WLAN"),
        (0x82f0, "ARUBA WLAN"), (0x8300, "ARUBA WLAN"), (0x8310, "ARUBA WLAN"), (0x8320, "ARUBA WLAN"), (0x8330, "ARUBA WLAN"), (0x8340, "ARUBA WLAN"),
        (0x8350, "ARUBA WLAN"), (0x8360, "ARUBA WLAN"), (0x8370, "ARUBA WLAN"), (0x9000, "ARUBA WLAN")]);

    static readonly Field Type = P.UInt16("gre.proto", "Protocol Type", FieldBase.Hex, Types, blurb: "The protocol that is GRE encapsulated");
    static readonly Field Flags = P.UInt16("gre.flags_and_version", "Flags and Version", FieldBase.Hex, blurb: "The GRE flags are encoded in the first two octets");
    static readonly Field FlagChecksum = P.Flag("gre.flags.checksum", "Checksum Bit", 16, ChecksumBit, ValueNames.YesNo, "Indicates if the Checksum field is present");
    static readonly Field FlagRouting = P.Flag("gre.flags.routing", "Routing Bit", 16, RoutingBit, ValueNames.YesNo, "Indicates if the Routing and Checksum/Offset field are present");
    static readonly Field FlagKey = P.Flag("gre.flags.key", "Key Bit", 16, KeyBit, ValueNames.YesNo, "Indicates if the Key field is present");
    static readonly Field FlagSequence = P.Flag("gre.flags.sequence_number", "Sequence Number Bit", 16, SequenceBit, ValueNames.YesNo, "Indicates if the Sequence Number field is present");
    static readonly Field FlagStrict = P.Flag("gre.flags.strict_source_route", "Strict Source Route Bit", 16, 0x0800, ValueNames.YesNo);
    static readonly Field Recursion = P.UInt16("gre.flags.recursion_control", "Recursion control", mask: 0x0700);
    static readonly Field FlagAcknowledgment = P.Flag("gre.flags.ack", "Acknowledgment", 16, AcknowledgmentBit, ValueNames.YesNo,
        "Indicates if the packet contains an Acknowledgment Number to be used for acknowledging previously transmitted data");
    static readonly Field Reserved = P.UInt16("gre.flags.reserved", "Flags (Reserved)", mask: 0x00f8);
    static readonly Field ReservedEnhanced = P.UInt16("gre.flags.reserved", "Flags (Reserved)", mask: 0x0078);
    static readonly Field Version = P.UInt16("gre.flags.version", "Version", FieldBase.Dec, ValueNames.Of(() => [(0, "GRE"), (1, "Enhanced GRE")]), VersionBits);
    static readonly Field Checksum = P.UInt16("gre.checksum", "Checksum", FieldBase.Hex,
        blurb: "The Checksum field contains the IP (one's complement) checksum of the GRE header and the payload packet");
    static readonly Field ChecksumStatus = P.UInt8("gre.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field Offset = P.UInt16("gre.offset", "Offset",
        blurb: "The offset field indicates the octet offset from the start of the Routing field to the first octet of the active Source Route Entry to be examined");
    static readonly Field Key = P.UInt32("gre.key", "Key", FieldBase.Hex, blurb: "The Key field contains a four octet number which was inserted by the encapsulator");
    static readonly Field PayloadLength = P.UInt16("gre.key.payload_length", "Payload Length", blurb: "Size of the payload, not including the GRE header");
    static readonly Field CallId = P.UInt16("gre.key.call_id", "Call ID", blurb: "Contains the Peer's Call ID for the session to which this packet belongs.");
    static readonly Field Sequence = P.UInt32("gre.sequence_number", "Sequence Number",
        blurb: "The Sequence Number field contains an unsigned 32 bit integer which is inserted by the encapsulator");
    static readonly Field Acknowledgment = P.UInt32("gre.ack_number", "Acknowledgment Number",
        blurb: "Contains the sequence number of the highest numbered GRE packet received by the sending peer for this user session");
    static readonly Field Routing = P.Label("gre.routing", "Routing", "The Routing field is a list of Source Route Entries (SREs)");
    static readonly Field RouteFamily = P.UInt16("gre.routing.address_family", "Address Family",
        blurb: "The Address Family field contains a two octet value which indicates the syntax and semantics of the Routing Information field");
    static readonly Field RouteOffset = P.UInt8("gre.routing.sre_offset", "SRE Offset",
        blurb: "The Address Family field contains a two octet value which indicates the syntax and semantics of the Routing Information field");
    static readonly Field RouteLength = P.UInt8("gre.routing.src_length", "SRE Length", blurb: "The SRE Length field contains the number of octets in the SRE");
    static readonly Field RouteInformation = P.Bytes("gre.routing.information", "Routing Information",
        blurb: "The Routing Information field contains data which may be used in routing this packet");
    static readonly Expert BadChecksum = P.Expert("gre.checksum.incorrect", Severity.Warning, ExpertGroup.Protocol, "Incorrect GRE Checksum");

    /// <summary>Protocols inside GRE, by protocol type; EtherTypes hold besides.</summary>
    public static readonly TableKey Protocols = new("gre.proto", "GRE protocol type");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(IPv4.Protocols, IpProtocol.Gre);
        claims.Numbers(Udp.Ports, OverUdpPort);
        claims.Numbers(Protocols, Catalog.Ppp, TypePpp);
        claims.Numbers(Protocols, Catalog.Erspan, TypeErspan, TypeErspan3);
        claims.Numbers(Protocols, Catalog.EthernetWithoutFcs, EtherTypes.TransparentEthernet, TypeEoip);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int flags = v.U16(0);
        ushort type = v.U16(2);
        p.SetProtocol("GRE");
        if (Types.Find(type) is { } name)
        {
            p.Info.Set($"Encapsulated {name}");
        }
        else
        {
            p.Info.Set($"Encapsulated 0x{type:X4} (unknown)");
        }

        var tree = p.Open(P, v, parent, 0, 4);
        if (p.WantsFields)
        {
            AddFlags(p, v, tree, flags, type);
        }

        int at = AddOptions(p, v, tree, flags, isEnhanced: type == TypePpp);
        p.SetLength(tree, at);

        // An acknowledgment alone (RFC 2637 section 4.1) or a keepalive carries nothing.
        if ((flags & SequenceBit) == 0 && at >= v.Reported)
        {
            return v.Reported;
        }

        var payload = v.From(at);
        if (Find(p, type, flags, payload) is not { } next || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, tree);
        }

        return v.Reported;
    }

    static Dissector? Find(Packet p, ushort type, int flags, in View payload)
    {
        // ERSPAN's first type has no header of its own, and GRE's sequence number is what tells the second from it.
        if (type == TypeErspan && (flags & SequenceBit) == 0)
        {
            return Catalog.ErspanTypeOne;
        }

        ushort etherType = type == TypeWccp && payload.Has(0, 1) && payload.U8(0) >> 4 == 4 ? EtherTypes.IPv4 : type;
        return p.Engine.Find(Protocols, type)
            ?? (etherType is EtherTypes.IPv4 or EtherTypes.IPv6 or EtherTypes.Arp or EtherTypes.Mpls or EtherTypes.MplsMulticast ? p.Engine.Find(EtherType.Table, etherType) : null);
    }

    static void AddFlags(Packet p, in View v, Node tree, int flags, ushort type)
    {
        if (Types.Find(type) is { } name)
        {
            p.Label(tree, $"Generic Routing Encapsulation ({name})");
        }
        else
        {
            p.Label(tree, $"Generic Routing Encapsulation (0x{type:x4} - unknown)");
        }

        var node = p.Add(tree, Flags, v, 0);
        foreach (var field in (ReadOnlySpan<Field>)[FlagChecksum, FlagRouting, FlagKey, FlagSequence, FlagStrict, Recursion])
        {
            p.Add(node, field, v, 0, 2);
        }

        if (type == TypePpp)
        {
            p.Add(node, FlagAcknowledgment, v, 0, 2);
            p.Add(node, ReservedEnhanced, v, 0);
        }
        else
        {
            p.Add(node, Reserved, v, 0);
        }

        p.Add(node, Version, v, 0);
        p.Add(tree, Type, v, 2);
    }

    static int AddOptions(Packet p, in View v, Node tree, int flags, bool isEnhanced)
    {
        int at = 4;
        if ((flags & (ChecksumBit | RoutingBit)) != 0)
        {
            AddChecksum(p, v, tree, (flags & ChecksumBit) != 0);
            p.Add(tree, Offset, v, 6);
            at = 8;
        }

        if ((flags & KeyBit) != 0)
        {
            if (isEnhanced)
            {
                p.Add(tree, PayloadLength, v, at);
                p.Add(tree, CallId, v, at + 2);
            }
            else
            {
                p.Add(tree, Key, v, at);
            }

            at += 4;
        }

        if ((flags & SequenceBit) != 0)
        {
            p.Add(tree, Sequence, v, at);
            at += 4;
        }

        if (isEnhanced && (flags & AcknowledgmentBit) != 0)
        {
            p.Add(tree, Acknowledgment, v, at);
            at += 4;
        }

        return (flags & RoutingBit) != 0 ? AddRoutes(p, v, tree, at) : at;
    }

    static int AddRoutes(Packet p, in View v, Node tree, int at)
    {
        while (true)
        {
            int family = v.U16(at), length = v.U8(at + 3);
            p.Add(tree, Routing, v, at, Math.Min(4 + length, v.CapturedFrom(at)));
            p.Add(tree, RouteFamily, v, at);
            p.Add(tree, RouteOffset, v, at + 2);
            p.Add(tree, RouteLength, v, at + 3);
            at += 4;
            if (family == 0 && length == 0)
            {
                return at;
            }

            if (length > 0)
            {
                p.Add(tree, RouteInformation, v, at, length);
            }

            at += length;
        }
    }

    static void AddChecksum(Packet p, in View v, Node tree, bool isPresent)
    {
        ushort checksum = v.U16(4);
        if (!p.WantsFields)
        {
            return;
        }

        var node = p.Add(tree, Checksum, v, 4);
        uint status = ChecksumStates.Unverified;
        if (!isPresent || p.IsFragment || v.Captured < v.Reported)
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} [unverified]");
        }
        else
        {
            ushort result = InternetChecksum.Of(v.Bytes);
            status = result == 0 ? ChecksumStates.Good : ChecksumStates.Bad;
            if (result == 0)
            {
                p.Label(node, $"Checksum: 0x{checksum:x4} [correct]");
            }
            else
            {
                ushort expected = InternetChecksum.Expected(checksum, result);
                p.Label(node, $"Checksum: 0x{checksum:x4} incorrect, should be 0x{expected:x4}");
                p.Expert(node, BadChecksum, v, 4, 2, $"Incorrect GRE Checksum [should be 0x{expected:x4}]");
            }
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 4, 0, status));
    }
}
