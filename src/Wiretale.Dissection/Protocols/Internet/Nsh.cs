using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 8300.
//
//   0                            2         3               4
//   +-----+---+---+-----+--------+---------+---------------+------------------------+---------------+----------
//   | Ver | O | C | TTL | length | MD type | next protocol | service path (3 bytes) | service index | metadata
//   +-----+---+---+-----+--------+---------+---------------+------------------------+---------------+----------
//     2     1   1    6      6 bits

/// <summary>Network Service Header: the chain of functions that a packet passes through.</summary>
public sealed class Nsh() : Dissector("nsh")
{
    const int Header = 8, FixedMetadata = 16, Word = 4;
    const int FixedType = 1, VariableType = 2;

    static readonly Protocol P = new("Network Service Header", "NSH", "nsh");
    static readonly Field Length = P.UInt16("nsh.length", "Length", FieldBase.DecHex, mask: 0x003f, blurb: "Total length, in 4-byte words, of NSH including Base, Service Path headers and optional variable TLVs");
    static readonly Field[] First =
    [
        P.UInt16("nsh.version", "Version", FieldBase.DecHex, mask: 0xc000),
        P.UInt16("nsh.Obit", "O Bit", mask: 0x2000, blurb: "OAM Bit"),
        P.UInt16("nsh.CBit", "C Bit", mask: 0x1000, blurb: "Critical Metadata Bit"),
        P.UInt16("nsh.ttl", "Time to live", FieldBase.Hex, mask: 0x0fc0, blurb: "Maximum SFF hops for an SFP, this field is used for service-plane loop detection"),
    ];

    static readonly Layout Second = new(
        P.UInt8("nsh.mdtype", "MD Type", FieldBase.DecHex, blurb: "Metadata Type defines the format of the metadata being carried"),
        P.UInt8("nsh.nextproto", "Next Protocol", FieldBase.Dec, ValueNames.Of(() => [
            (0, "None"), (1, "IPv4"), (2, "IPv6"), (3, "Ethernet"), (4, "NSH"), (5, "MPLS"), (254, "Experiment 1"), (255, "Experiment 2")]), blurb: "Protocol type of the original packet"),
        P.UInt24("nsh.spi", "SPI", FieldBase.DecHex, blurb: "Service Path Identifier"),
        P.UInt8("nsh.si", "SI", FieldBase.DecHex, blurb: "Service Index"));

    static readonly Field Context = P.Bytes("nsh.contextheader", "Context Header", blurb: "Mandatory Context Header");
    static readonly Field MetadataClass = P.UInt16("nsh.metadataclass", "TLV Class", FieldBase.DecHex, blurb: "TLV class describes the scope of the metadata type field");
    static readonly Field MetadataType = P.UInt8("nsh.metadatatype", "Type", FieldBase.DecHex, blurb: "Type of metadata");
    static readonly Field Unassigned = P.UInt8("nsh.metadataunassignedbit", "Unassigned Bit", FieldBase.Hex, mask: 0x80, blurb: "Unassigned Bit within Variable Length Metadata header");
    static readonly Field MetadataLength = P.UInt8("nsh.metadatalen", "Length", FieldBase.Hex, mask: 0x7f, blurb: "Length of the variable metadata in bytes");
    static readonly Field Metadata = P.Bytes("nsh.metadata", "Variable Metadata", blurb: "Variable length metadata");
    static readonly Expert InvalidLength = P.Expert("nsh.length.invalid", Severity.Warning, ExpertGroup.Protocol, "Invalid total length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypes.Nsh);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("NSH");
        p.Info.Set("Network Service Header"u8);
        int length = (v.U16(0) & 0x3f) * Word, kind = v.U8(2);
        var tree = p.Open(P, v, parent, 0, Math.Min(length, v.Captured));
        foreach (var field in First)
        {
            p.Add(tree, field, v, 0);
        }

        var node = p.Add(tree, Length, v, 0);
        p.AddRows(tree, v, 2, Second);
        int end = Header;
        if (kind == FixedType)
        {
            if (length != Header + FixedMetadata)
            {
                p.Expert(node, InvalidLength, v, 0, 2, $"Length MUST be of value 0x6 for MD Type equal to 0x1");
            }

            for (; end < Header + FixedMetadata; end += Word)
            {
                p.Add(tree, Context, v, end, Word);
            }
        }
        else if (kind == VariableType)
        {
            end = ShowMetadata(p, v, tree, length);
        }

        if (end < v.Reported)
        {
            HandOff(p, v.From(end), parent, v.U8(3));
        }

        return v.Reported;
    }

    static int ShowMetadata(Packet p, in View v, Node tree, int length)
    {
        int at = Header;
        while (at < length)
        {
            int size = v.U8(at + 3) & 0x7f;
            p.AddAll(tree, v, at, MetadataClass, MetadataType);
            p.Add(tree, Unassigned, v, at + 3);
            p.Add(tree, MetadataLength, v, at + 3);
            at += Word;
            if (size > 0)
            {
                p.Add(tree, Metadata, v, at, size);
                at += (size + Word - 1) & ~(Word - 1);
            }
        }

        return at;
    }

    /// <summary>Hands over to a next protocol by its number, which VXLAN's extension shares (RFC 8300 section 11.2.5).</summary>
    internal static void HandOff(Packet p, in View v, Node parent, byte protocol)
    {
        var next = protocol switch
        {
            1 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
            2 => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
            3 => Catalog.EthernetWithoutFcs,
            4 => p.Engine.Find(EtherType.Table, EtherTypes.Nsh),
            5 => p.Engine.Find(EtherType.Table, EtherTypes.Mpls),
            _ => null,
        };
        if (next is null || p.Call(next, v, parent) == 0)
        {
            p.CallData(v, parent);
        }
    }
}
