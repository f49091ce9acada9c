using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.1Q-2022, clause 9.6.
//
//   0                       2
//   +-----+-----+-----------+-------------+------
//   | PCP | DEI | VLAN id   | type/length | ...
//   +-----+-----+-----------+-------------+------
//    3     1     12

/// <summary>IEEE 802.1Q: a frame's virtual LAN and priority.</summary>
public sealed class Vlan() : Dissector("vlan")
{
    const int MaxLength = 1500;

    static readonly Protocol P = new("802.1Q Virtual LAN", "VLAN", "vlan");
    static readonly Field Priority = P.UInt16("vlan.priority", "Priority", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Best Effort (default)"), (1, "Background"), (2, "Excellent Effort"), (3, "Critical Applications"), (4, "Video, < 100ms latency and jitter"),
        (5, "Voice, < 10ms latency and jitter"), (6, "Internetwork Control"), (7, "Network Control")]), 0xe000);

    static readonly Field DropEligible = P.Flag("vlan.dei", "DEI", 16, 0x1000, ValueNames.Flag("Eligible", "Ineligible"));
    static readonly Field Id = P.UInt16("vlan.id", "ID", mask: 0x0fff);
    static readonly Field Type = P.UInt16("vlan.etype", "Type", FieldBase.Hex, EtherType.Names);
    static readonly Field Length = P.UInt16("vlan.len", "Length");
    static readonly Field Trailer = P.Bytes("vlan.trailer", "Trailer");
    static readonly Expert LengthPastEnd = P.Expert("vlan.len.past_end", Severity.Error, ExpertGroup.Malformed, "Length field value goes past the end of the payload");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypes.Vlan, 0x9100);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("VLAN");
        p.Info.Clear();
        int tag = v.U16(0);
        p.Info.Set($"PRI: {tag >> 13}  DEI: {(tag >> 12) & 1}  ID: {tag & 0xfff}");
        var tree = p.Open(P, v, parent, 0, 4);
        if (p.WantsFields)
        {
            p.Label(tree, $"802.1Q Virtual LAN, PRI: {tag >> 13}, DEI: {(tag >> 12) & 1}, ID: {tag & 0xfff}");
            p.Add(tree, Priority, v, 0);
            p.Add(tree, DropEligible, v, 0, 2);
            p.Add(tree, Id, v, 0);
        }

        int type = v.U16(2);
        int own;
        if (type <= MaxLength)
        {
            bool raw = v.Has(4, 2) && v.U16(4) == 0xffff;
            own = Ethernet.AddLength(p, tree, Length, LengthPastEnd, v, 2, type);
            Ethernet.DissectLengthPayload(p, v.Part(4, own), parent, raw);
        }
        else
        {
            p.Add(tree, Type, v, 2);
            own = EtherType.HandOff(p, (ushort)type, v.From(4), parent);
        }

        Ethernet.AddTrailer(p, tree, v, 4 + own, Trailer, mayHaveFcs: false);
        return Math.Max(1, v.Reported);
    }
}
