using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: Cisco and VMware's proposal "Network Interface Virtualization (NIV) Support" to IEEE 802.1 (2009).
//
//   +-+-+---------------------------+-+-+---+-----------------------+
//   |D|P|    destination (14)       |L|R|ver|     source (12)       |
//   +-+-+---------------------------+-+-+---+-----------------------+
//   |      EtherType or length      |
//   +-------------------------------+

/// <summary>VN-Tag: which virtual interface of a host a frame comes from or goes to.</summary>
public sealed class VnTag() : Dissector("vntag")
{
    const uint Type = 0x8926;
    const int HeaderLength = 6, MaxLength = 1500;

    static readonly Protocol P = new("VN-Tag", "VNTAG", "vntag");
    static readonly Field Direction = P.Flag("vntag.dir", "Direction", 32, 0x80000000, ValueNames.Flag("From Bridge", "To Bridge"));
    static readonly Field Pointer = P.Flag("vntag.ptr", "Pointer", 32, 0x40000000, ValueNames.Flag("vif_list_id", "vif_id"));
    static readonly Field Destination = P.UInt32("vntag.dst", "Destination", mask: 0x3fff0000);
    static readonly Field Looped = P.Flag("vntag.looped", "Looped", 32, 0x8000, ValueNames.YesNo);
    static readonly Field Reserved = P.UInt32("vntag.r", "Reserved", mask: 0x4000);
    static readonly Field Version = P.UInt32("vntag.version", "Version", mask: 0x3000);
    static readonly Field Source = P.UInt32("vntag.src", "Source", mask: 0x0fff);
    static readonly Field EtherTypeField = P.UInt16("vntag.etype", "Type", FieldBase.Hex, EtherType.Names);
    static readonly Field Length = P.UInt16("vntag.len", "Length");
    static readonly Field Trailer = P.Bytes("vntag.trailer", "Trailer");
    static readonly Expert LengthPastEnd = P.Expert("vntag.len.past_end", Severity.Error, ExpertGroup.Malformed, "Length field value goes past the end of the payload");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, Type);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("VNTAG");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        foreach (var field in (ReadOnlySpan<Field>)[Direction, Pointer, Destination, Looped, Reserved, Version, Source])
        {
            p.Add(tree, field, v, 0, 4);
        }

        int type = v.U16(4), own;
        if (type <= MaxLength)
        {
            own = Ethernet.AddLength(p, tree, Length, LengthPastEnd, v, 4, type);
            Ethernet.DissectLengthPayload(p, v.Part(HeaderLength, own), parent, v.Has(HeaderLength, 2) && v.U16(HeaderLength) == 0xffff);
        }
        else
        {
            p.Add(tree, EtherTypeField, v, 4);
            own = EtherType.HandOff(p, (ushort)type, v.From(HeaderLength), parent);
        }

        Ethernet.AddTrailer(p, tree, v, HeaderLength + own, Trailer, mayHaveFcs: false);
        return Math.Max(1, v.Reported);
    }
}
