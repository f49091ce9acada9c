using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 8200 section 4.4; type 0 RFC 2460 (deprecated by RFC 5095), type 2 RFC 6275 section 6.4, type 3 RFC 6554, type 4 RFC 8754.
//
//   +---------------+---------------+---------------+---------------+
//   |  Next header  |  Hdr ext len  |  Routing type | Segments left |
//   +---------------+---------------+---------------+---------------+
//   |                       type-specific data ...

/// <summary>The routing header of IPv6.</summary>
public sealed class IPv6Routing() : Dissector("ipv6.routing")
{
    static readonly Protocol P = new("Routing Header for IPv6", "IPv6 Routing", "ipv6.routing");
    static readonly ValueNames TypeNames = ValueNames.Of(() => [(0, "Source Route"), (1, "Nimrod"), (2, "Type 2 Routing"), (3, "RPL Source Route"),
        (4, "Segment Routing"), (5, "Compact Routing Header 16"), (6, "Compact Routing Header 32"), (253, "Experiment 1"), (254, "Experiment 2")]);

    static readonly Field Next = P.UInt8("ipv6.routing.nxt", "Next Header", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field Length = P.UInt8("ipv6.routing.len", "Length", blurb: "Extension header length in 8-octet words (minus 1)");
    static readonly Field LengthBytes = P.UInt16("ipv6.routing.len_oct", "Length", FieldBase.Dec, ValueNames.Unit(" byte", " bytes"), blurb: "Extension header length in octets");
    static readonly Field Type = P.UInt8("ipv6.routing.type", "Type", FieldBase.Dec, TypeNames);
    static readonly Field SegmentsLeft = P.UInt8("ipv6.routing.segleft", "Segments Left");
    static readonly Field Unknown = P.Bytes("ipv6.routing.unknown_data", "Type-Specific Data");
    static readonly Field SourceReserved = P.Bytes("ipv6.routing.src.reserved", "Reserved");
    static readonly Field SourceAddress = P.IPv6("ipv6.routing.src.addr", "Address");
    static readonly Field CompressedInternal = P.UInt32("ipv6.routing.rpl.cmprI", "Compressed Internal Octets (CmprI)", mask: 0xf0000000);
    static readonly Field CompressedFinal = P.UInt32("ipv6.routing.rpl.cmprE", "Compressed Final Octets (CmprE)", mask: 0x0f000000);
    static readonly Field PaddingBytes = P.UInt32("ipv6.routing.rpl.pad", "Padding Bytes", mask: 0x00f00000);
    static readonly Field RplReserved = P.UInt32("ipv6.routing.rpl.reserved", "Reserved", mask: 0x000fffff);
    static readonly Field RplCount = P.Int32("ipv6.routing.rpl.addr_count", "Total Address Count");
    static readonly Field RplAddress = P.Bytes("ipv6.routing.rpl.address", "Address");
    static readonly Field RplFullAddress = P.IPv6("ipv6.routing.rpl.full_address", "Full Address");
    static readonly Field LastEntry = P.UInt8("ipv6.routing.srh.last_entry", "Last Entry");
    static readonly Field SegmentFlags = P.UInt8("ipv6.routing.srh.flags", "Flags", FieldBase.Hex);
    static readonly Field SegmentTag = P.Bytes("ipv6.routing.srh.tag", "Tag");
    static readonly Field SegmentAddress = P.IPv6("ipv6.routing.srh.addr", "Address");

    static readonly Expert OnDestination = P.Expert("ipv6.src_route_list.dst_addr", Severity.Warning, ExpertGroup.Protocol, "Destination address must not appear in the source route list");
    static readonly Expert InvalidSegments = P.Expert("ipv6.routing.invalid_segleft", Severity.Warning, ExpertGroup.Protocol,
        "IPv6 Routing Header segments left field must not exceed address count");
    static readonly Expert Undecoded = P.Expert("ipv6.routing.undecoded", Severity.Note, ExpertGroup.Undecoded, "Undecoded IPv6 routing header field");
    static readonly Expert Deprecated = P.Expert("ipv6.routing.deprecated", Severity.Note, ExpertGroup.Deprecated, "Routing header type is deprecated");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv6.ExtensionHeaders, IpProtocol.Routing);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.Info.AppendAfter(" , ", "IPv6 routing");
        byte next = v.U8(0);
        int size = (v.U8(1) + 1) * 8;
        byte type = v.U8(2), left = v.U8(3);
        var tree = p.Open(P, v, parent, 0, Math.Min(size, v.Captured));
        string? name = TypeNames.Find(type);
        if (name is null)
        {
            p.Label(tree, $"Routing Header for IPv6 (Unknown type {type})");
        }
        else
        {
            p.Label(tree, $"Routing Header for IPv6 ({name})");
        }

        p.Add(tree, Next, v, 0);
        p.Add(tree, Length, v, 1);
        p.Generated(p.AddUInt(tree, LengthBytes, v, 1, 1, (uint)size));
        var typeNode = p.Add(tree, Type, v, 2);
        var leftNode = p.Add(tree, SegmentsLeft, v, 3);
        switch (type)
        {
            case 0:
                p.Expert(typeNode, Deprecated, v, 2, 1);
                DissectAddresses(p, v, tree, leftNode, size, left);
                break;
            case 2:
                DissectAddresses(p, v, tree, leftNode, size, left);
                break;
            case 3:
                DissectRpl(p, v, tree, leftNode, size, left);
                break;
            case 4:
                DissectSegments(p, v, tree, size, left);
                break;
            default:
                p.Expert(p.Add(tree, Unknown, v, 4, size - 4), Undecoded, v, 4, size - 4);
                break;
        }

        v.Ensure(0, size);
        p.IpProtocol = next;
        return size;
    }

    static void SetFinal(Packet p, in Address destination)
    {
        p.NetworkDestination = destination;
        p.Destination = p.IsQuoted ? p.Destination : destination;
    }

    static void DissectAddresses(Packet p, in View v, Node tree, Node leftNode, int size, byte left)
    {
        int count = (size - 8) / 16;
        if (left > count)
        {
            p.Expert(leftNode, InvalidSegments, v, 3, 1, $"IPv6 Type {v.U8(2)} Routing Header segments left field must not exceed address count ({count})");
        }

        p.Add(tree, SourceReserved, v, 4, 4);
        for (int i = 0; i < count; i++)
        {
            var address = Address.IPv6(v.Span(8 + (16 * i), 16));
            p.Label(p.Add(tree, SourceAddress, v, 8 + (16 * i)), $"Address[{i + 1}]: {address}");
            if (left > 0 && i == count - 1)
            {
                SetFinal(p, address);
            }
        }
    }

    static void DissectSegments(Packet p, in View v, Node tree, int size, byte left)
    {
        p.AddAll(tree, v, 4, LastEntry, SegmentFlags);
        p.Add(tree, SegmentTag, v, 6, 2);
        int count = Math.Min(v.U8(4) + 1, (size - 8) / 16);
        for (int i = 0; i < count; i++)
        {
            var address = Address.IPv6(v.Span(8 + (16 * i), 16));
            p.Label(p.Add(tree, SegmentAddress, v, 8 + (16 * i)), $"Address[{i}]: {address}");

            // The list is in reverse: the first entry is the last stop.
            if (left > 0 && i == 0)
            {
                SetFinal(p, address);
            }
        }
    }

    static void DissectRpl(Packet p, in View v, Node tree, Node leftNode, int size, byte left)
    {
        uint word = v.U32(4);
        int inner = (int)(word >> 28), final = (int)(word >> 24) & 15, pad = (int)(word >> 20) & 15;
        int bytes = size - 8 - pad;
        int count = bytes >= 16 - final ? ((bytes - (16 - final)) / (16 - inner)) + 1 : 0;
        if (left > count)
        {
            p.Expert(leftNode, InvalidSegments, v, 3, 1, $"IPv6 RPL Routing Header segments left field must not exceed address count ({count})");
        }

        p.Add(tree, CompressedInternal, v, 4);
        p.Add(tree, CompressedFinal, v, 4);
        p.Add(tree, PaddingBytes, v, 4);
        p.Add(tree, RplReserved, v, 4);
        p.Generated(p.AddInt(tree, RplCount, v, 4, 2, count));
        Span<byte> full = stackalloc byte[16];
        var destination = p.NetworkDestination;
        int at = 8;
        for (int i = 0; i < count; i++)
        {
            int elided = i == count - 1 ? final : inner;
            destination.CopyTo(full);
            v.Span(at, 16 - elided).CopyTo(full[elided..]);
            var address = Address.IPv6(full);
            p.Add(tree, RplAddress, v, at, 16 - elided);
            var node = p.Generated(p.AddAddress(tree, RplFullAddress, v, at, 16 - elided, address));
            p.Label(node, $"Address[{i + 1}]: {address}");
            if (address == destination)
            {
                p.Expert(node, OnDestination, v, at, 16 - elided);
            }

            at += 16 - elided;
            if (left > 0 && i == count - 1)
            {
                SetFinal(p, address);
            }
        }
    }
}
