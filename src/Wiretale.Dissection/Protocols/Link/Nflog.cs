using System.Buffers.Binary;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: LINKTYPE_NFLOG of tcpdump.org. Lengths and types in the byte order of the host (little-endian), values in network byte order.
//
//   0        1         2             4                8
//   +--------+---------+-------------+--------+-------+---------------------+-----
//   | family | version | resource id | length | type  | value, padded to 4  | ...
//   +--------+---------+-------------+--------+-------+---------------------+-----

/// <summary>Linux netfilter's log: the packet as one of several attributes.</summary>
public sealed class Nflog() : Dissector("nflog")
{
    const int Header = 4, AttributeHeader = 4, Align = 4;
    const int PacketHeader = 1, Timestamp = 3, FirstIndex = 4, LastIndex = 7, Payload = 9, Prefix = 10, Uid = 11, Gid = 14;
    const byte FamilyIPv4 = 2, FamilyIPv6 = 10;

    static readonly Protocol P = new("Linux Netfilter NFLOG", "NFLOG", "nflog");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "NFULA_UNSPEC"), (1, "NFULA_PACKET_HDR"), (2, "NFULA_MARK"), (3, "NFULA_TIMESTAMP"), (4, "NFULA_IFINDEX_INDEV"),
        (5, "NFULA_IFINDEX_OUTDEV"), (6, "NFULA_IFINDEX_PHYSINDEV"), (7, "NFULA_IFINDEX_PHYSOUTDEV"), (8, "NFULA_HWADDR"),
        (9, "NFULA_PAYLOAD"), (10, "NFULA_PREFIX"), (11, "NFULA_UID"), (12, "NFULA_SEQ"), (13, "NFULA_SEQ_GLOBAL"), (14, "NFULA_GID"),
        (15, "NFULA_HWTYPE"), (16, "NFULA_HWHEADER"), (17, "NFULA_HWLEN")]);

    static readonly Layout Start = new(
        P.UInt8("nflog.family", "Family", FieldBase.Dec, ValueNames.Of(() => [
            (0, "Unspecified"), (1, "IPv4/IPv6"), (2, "IPv4"), (3, "ARP"), (5, "Netdev"), (7, "Bridge"), (10, "IPv6"), (12, "DECNET")])),
        P.UInt8("nflog.version", "Version"),
        P.UInt16("nflog.res_id", "Resource id"));

    static readonly Field Attribute = P.Bytes("nflog.tlv", "TLV");
    static readonly Field Length = P.UInt16("nflog.tlv_length", "Length", blurb: "TLV Length");
    static readonly Field Type = P.UInt16("nflog.tlv_type", "Type", FieldBase.Dec, Types, mask: 0x7fff, blurb: "TLV Type");
    static readonly Field HardwareProtocol = P.UInt16("nflog.protocol", "HW protocol", FieldBase.Hex, EtherType.Names);
    static readonly Field Hook = P.UInt8("nflog.hook", "Netfilter hook", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Pre-routing"), (1, "Local in"), (2, "Forward"), (3, "Local out"), (4, "Post-routing"), (5, "Number of hooks")]));

    static readonly Field[] Indices =
    [
        P.UInt32("nflog.ifindex_indev", "IFINDEX_INDEV"), P.UInt32("nflog.ifindex_outdev", "IFINDEX_OUTDEV"),
        P.UInt32("nflog.ifindex_physindev", "IFINDEX_PHYSINDEV"), P.UInt32("nflog.ifindex_physoutdev", "IFINDEX_PHYSOUTDEV"),
    ];

    static readonly Field PrefixText = P.StringZ("nflog.prefix", "Prefix", blurb: "TLV Prefix Value");
    static readonly Field UserId = P.Int32("nflog.uid", "UID", blurb: "TLV UID Value");
    static readonly Field GroupId = P.Int32("nflog.gid", "GID", blurb: "TLV GID Value");
    static readonly Field Time = P.AbsoluteTime("nflog.timestamp", "Timestamp", blurb: "TLV Timestamp Value");
    static readonly Field Value = P.Bytes("nflog.tlv_value", "Value", blurb: "TLV Value");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.Nflog);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("NFLOG");
        p.Info.Clear();
        byte family = v.U8(0);
        var tree = p.Open(P, v, parent);
        p.AddRows(tree, v, 0, Start);
        int at = Header, payload = -1, payloadLength = 0;
        while (at + AttributeHeader <= v.Reported)
        {
            int length = v.U16LE(at), type = v.U16LE(at + 2) & 0x7fff;
            if (length < AttributeHeader)
            {
                break;
            }

            var node = p.Add(tree, Attribute, v, at, length);
            p.Label(node, $"TLV Type: {Types.FindOr((ulong)type, "Unknown")} ({type}), Length: {length}");
            p.AddLE(node, Length, v, at);
            p.AddLE(node, Type, v, at + 2);
            if (type == Payload)
            {
                (payload, payloadLength) = (at + AttributeHeader, length - AttributeHeader);
            }
            else
            {
                ShowValue(p, v.Part(at + AttributeHeader, length - AttributeHeader), node, type);
            }

            at += (length + Align - 1) & ~(Align - 1);
        }

        if (payload >= 0)
        {
            var next = family switch
            {
                FamilyIPv4 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
                FamilyIPv6 => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
                _ => null,
            };
            var data = v.Part(payload, payloadLength);
            if (next is null || p.Call(next, data, parent) == 0)
            {
                p.CallData(data, parent);
            }
        }

        return v.Reported;
    }

    static void ShowValue(Packet p, in View v, Node node, int type)
    {
        switch (type)
        {
            case PacketHeader when v.Reported >= 3:
                p.AddAll(node, v, 0, HardwareProtocol, Hook);
                break;
            case >= FirstIndex and <= LastIndex when v.Reported >= 4:
                p.Add(node, Indices[type - FirstIndex], v, 0);
                break;
            case Prefix when v.Reported > 0:
                p.Add(node, PrefixText, v, 0, v.Captured);
                break;
            case Uid when v.Reported >= 4:
                p.Add(node, UserId, v, 0);
                break;
            case Gid when v.Reported >= 4:
                p.Add(node, GroupId, v, 0);
                break;
            case Timestamp when v.Reported >= 16:
                var time = v.Span(0, 16);
                p.AddTime(node, Time, v, 0, 16, new(BinaryPrimitives.ReadInt64BigEndian(time), (int)(BinaryPrimitives.ReadUInt64BigEndian(time[8..]) % 1_000_000) * 1000));
                break;
            default:
                if (v.Reported > 0)
                {
                    p.Add(node, Value, v, 0, v.Captured);
                }

                break;
        }
    }
}
