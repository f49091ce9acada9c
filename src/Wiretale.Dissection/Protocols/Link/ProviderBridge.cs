using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.1ad-2005 (S-tag: as an 802.1Q tag), IEEE 802.1ah-2008 section 9.7 (I-tag):
//
//   0                           4             10         16
//   +---------------------------+-------------+----------+------+------
//   | PCP DEI NCA RES  I-SID(24)| customer to | from     | type | ...
//   +---------------------------+-------------+----------+------+------

/// <summary>IEEE 802.1ad: a provider's tag, alone, before a customer's of the same kind, or before MAC-in-MAC.</summary>
public sealed class ProviderBridge() : Dissector("ieee8021ad")
{
    static readonly Protocol P = new("IEEE 802.1ad", "IEEE 802.1AD", "ieee8021ad");
    static readonly Field Priority = P.UInt16("ieee8021ad.priority", "Priority", mask: 0xe000);
    static readonly Field DropEligible = P.UInt16("ieee8021ad.dei", "DEI", mask: 0x1000);
    static readonly Field Id = P.UInt16("ieee8021ad.id", "ID", mask: 0x0fff);
    static readonly Field ServiceId = P.UInt16("ieee8021ad.svid", "ID", mask: 0x0fff);
    static readonly Field CustomerId = P.UInt16("ieee8021ad.cvid", "ID", mask: 0x0fff);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypes.ProviderBridge);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("802.1ad");
        p.Info.Clear();
        int tag = v.U16(0);
        int type = v.U16(2);
        p.Info.Set($"PRI: {tag >> 13}  DROP: {(tag >> 12) & 1} ID: {tag & 0xfff}");
        if (type == EtherTypes.BackboneBridge)
        {
            return BackboneBridge.Dissect(p, v, parent, tag);
        }

        var tree = p.Open(P, v, parent, 0, 4);
        bool two = type == EtherTypes.ProviderBridge;
        AddTag(p, v, tree, 0, two ? ServiceId : Id);
        int at = 2;
        if (two)
        {
            int inner = v.U16(4);
            p.Label(tree, $"IEEE 802.1ad, S-VID: {tag & 0xfff}, C-VID: {inner & 0xfff}");
            AddTag(p, v, tree, 4, CustomerId);
            at = 6;
        }
        else
        {
            p.Label(tree, $"IEEE 802.1ad, ID: {tag & 0xfff}");
        }

        BackboneBridge.HandOff(p, v, parent, tree, at);
        return Math.Max(1, v.Reported);
    }

    /// <summary>Adds the parts of a tag; also for the B-tag of MAC-in-MAC.</summary>
    internal static void AddTag(Packet p, in View v, Node tree, int at, Field? id = null)
    {
        p.Add(tree, Priority, v, at);
        p.Add(tree, DropEligible, v, at);
        p.Add(tree, id ?? Id, v, at);
    }
}

/// <summary>IEEE 802.1ah: a customer's Ethernet frame inside a provider's.</summary>
public sealed class BackboneBridge() : Dissector("ieee8021ah")
{
    static readonly Protocol P = new("IEEE 802.1ah", "IEEE 802.1AH", "ieee8021ah");
    static readonly Field Priority = P.UInt32("ieee8021ah.priority", "Priority", mask: 0xe0000000);
    static readonly Field Drop = P.UInt32("ieee8021ah.drop", "DROP", mask: 0x10000000);
    static readonly Field NoCustomerAddresses = P.UInt32("ieee8021ah.nca", "NCA", mask: 0x08000000);
    static readonly Field Reserved1 = P.UInt32("ieee8021ah.res1", "RES1", mask: 0x04000000);
    static readonly Field Reserved2 = P.UInt32("ieee8021ah.res2", "RES2", mask: 0x03000000);
    static readonly Field ServiceInstance = P.UInt32("ieee8021ah.isid", "I-SID", mask: 0x00ffffff);
    static readonly Field CustomerDestination = P.Ether("ieee8021ah.cdst", "C-Destination");
    static readonly Field CustomerSource = P.Ether("ieee8021ah.csrc", "C-Source");
    static readonly Field Type = P.UInt16("ieee8021ah.etype", "Type", FieldBase.Hex, EtherType.Names);
    static readonly Field Trailer = P.Bytes("ieee8021ah.trailer", "Trailer");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypes.BackboneBridge);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) => Dissect(p, v, parent, -1);

    /// <param name="backboneTag">The 802.1ad tag that the view begins with, or -1 when it begins with the I-tag.</param>
    internal static int Dissect(Packet p, in View v, Node parent, int backboneTag)
    {
        p.SetProtocol("802.1ah");
        int at = backboneTag >= 0 ? 4 : 0;
        uint tag = v.U32(at);
        uint instance = tag & 0xffffff;
        p.Info.Set($"PRI: {tag >> 29}  Drop: {(tag >> 28) & 1}  NCA: {(tag >> 27) & 1}  Res1: {(tag >> 26) & 1}  Res2: {(tag >> 24) & 3}  I-SID: {instance}");
        var destination = Address.Ethernet(v.Span(at + 4, 6));
        var source = Address.Ethernet(v.Span(at + 10, 6));
        var tree = p.Open(P, v, parent, 0, at + 18);
        if (p.WantsFields)
        {
            if (backboneTag >= 0)
            {
                p.Label(tree, $"IEEE 802.1ah, B-VID: {backboneTag & 0xfff}, I-SID: {instance}, C-Src: {source}, C-Dst: {destination}");
                ProviderBridge.AddTag(p, v, p.AddText(tree, v, 0, 2, $"B-Tag, B-VID: {backboneTag & 0xfff}"), 0);
            }
            else
            {
                p.Label(tree, $"IEEE 802.1ah, I-SID: {instance}, C-Src: {source}, C-Dst: {destination}");
            }

            var branch = p.AddText(tree, v, at, 4, $"I-Tag, I-SID: {instance}");
            p.AddAll(branch, v, at, Priority, Drop, NoCustomerAddresses, Reserved1, Reserved2, ServiceInstance);
            p.Add(tree, CustomerDestination, v, at + 4);
            p.Add(tree, CustomerSource, v, at + 10);
        }

        HandOff(p, v, parent, tree, at + 16);
        return Math.Max(1, v.Reported);
    }

    /// <summary>From the type on; 802.1ad shows it with the same fields.</summary>
    internal static void HandOff(Packet p, in View v, Node parent, Node tree, int at)
    {
        int type = v.U16(at);
        p.Add(tree, Type, v, at);
        int own = EtherType.HandOff(p, (ushort)type, v.From(at + 2), parent);
        Ethernet.AddTrailer(p, tree, v, at + 2 + own, Trailer, mayHaveFcs: false);
    }
}
