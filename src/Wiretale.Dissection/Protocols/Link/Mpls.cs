using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 3032 section 2.1; what follows the stack RFC 4928 section 3, RFC 4385, RFC 4448 (Ethernet); over UDP draft-xu-mpls-in-udp.
//
//    0                                       20    23 24           31
//   +---------------------------------------+-----+-+---------------+
//   |                 label                 | exp |S|      TTL      |
//   +---------------------------------------+-----+-+---------------+

/// <summary>Multiprotocol Label Switching: a stack of labels before a packet that does not say what it is.</summary>
public sealed class Mpls() : Dissector("mpls")
{
    const int EntryLength = 4, FirstOrdinaryLabel = 16;
    const uint PortUdp = 6635, PppUnicast = 0x0281, PppMulticast = 0x0283;

    static readonly Protocol P = new("MultiProtocol Label Switching Header", "MPLS", "mpls");
    static readonly ValueNames SpecialLabels = ValueNames.Of(() => [
        (0, "IPv4 Explicit-Null"), (1, "Router Alert"), (2, "IPv6 Explicit-Null"), (3, "Implicit-Null"), (14, "OAM Alert"),
        (13, "Generic Associated Channel Label (GAL)"), (7, "Entropy Label Indicator (ELI)")]);

    static readonly Field Label = P.UInt32("mpls.label", "MPLS Label", FieldBase.DecHex, mask: 0xfffff000);
    static readonly Field SpecialLabel = P.UInt32("mpls.label", "MPLS Label", FieldBase.Dec, SpecialLabels, 0xfffff000);
    static readonly Field Experimental = P.UInt32("mpls.exp", "MPLS Experimental Bits", mask: 0x00000e00);
    static readonly Field Bottom = P.UInt32("mpls.bottom", "MPLS Bottom Of Label Stack", mask: 0x00000100);
    static readonly Field TimeToLive = P.UInt32("mpls.ttl", "MPLS TTL", mask: 0x000000ff);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(EtherType.Table, EtherTypes.Mpls, EtherTypes.MplsMulticast);
        claims.Numbers(IPv4.Protocols, IpProtocol.MplsInIp);
        claims.Numbers(Ppp.Protocols, PppUnicast, PppMulticast);
        claims.Numbers(Udp.Ports, PortUdp);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("MPLS");
        p.Info.Set("MPLS Label Switched Packet"u8);
        int at = 0;
        bool isBottom = false;
        while (!isBottom)
        {
            uint entry = v.U32(at);
            isBottom = (entry & 0x100) != 0;
            if (p.WantsFields)
            {
                AddEntry(p, v, parent, at, entry);
            }

            at += EntryLength;
        }

        int own = HandOff(p, v.From(at), parent);
        p.SetActualLength(v, at + own);
        return Math.Max(1, v.Reported);
    }

    static void AddEntry(Packet p, in View v, Node parent, int at, uint entry)
    {
        uint label = entry >> 12;
        var tree = p.Open(P, v, parent, at, EntryLength);
        if (label < FirstOrdinaryLabel)
        {
            p.Label(tree, $"MultiProtocol Label Switching Header, Label: {label} ({SpecialLabels.FindOr(label, "Reserved - Unknown")}), Exp: {(entry >> 9) & 7}, S: {(entry >> 8) & 1}, TTL: {entry & 0xff}");
            p.Add(tree, SpecialLabel, v, at);
        }
        else
        {
            p.Label(tree, $"MultiProtocol Label Switching Header, Label: {label}, Exp: {(entry >> 9) & 7}, S: {(entry >> 8) & 1}, TTL: {entry & 0xff}");
            p.Add(tree, Label, v, at);
        }

        p.Add(tree, Experimental, v, at);
        p.Add(tree, Bottom, v, at);
        p.Add(tree, TimeToLive, v, at);
    }

    /// <summary>The first four bits tell IP and control words from each other (RFC 4385 section 3); a pseudo-wire's frame may still look like any of them.</summary>
    static int HandOff(Packet p, in View payload, Node parent)
    {
        int nibble = payload.U8(0) >> 4;
        Dissector? next = nibble switch
        {
            0 => Catalog.PseudoWire,
            4 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
            6 => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
            _ => null,
        };
        if (next is not null)
        {
            int own = p.CallLinkPayload(next, payload, parent, out int taken);
            if (taken > 0)
            {
                return own;
            }
        }

        p.CallData(payload, parent);
        return payload.Reported;
    }
}

/// <summary>An Ethernet frame in a pseudo-wire (RFC 4448), with a control word or without, whichever leaves addresses that look real.</summary>
public sealed class PseudoWire() : Dissector("pwethheuristic")
{
    const int ControlWordLength = 4, Both = 2;

    static readonly Protocol P = new("Ethernet PW (CW is heuristically detected)", "Ethernet PW (CW heuristic)", "pwethheuristic");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool isPlain = LikelyAddresses(v, 0) == Both && LikelyAddresses(v, ControlWordLength) < Both;
        p.Call(isPlain ? Catalog.PseudoWirePlain : Catalog.PseudoWireWord, v, parent);
        return Math.Max(1, v.Reported);
    }

    /// <summary>How many of two addresses may be a manufacturer's: neither a group nor given locally.</summary>
    static int LikelyAddresses(in View v, int at) =>
        v.Has(at, 14) ? ((v.U8(at) & 3) == 0 ? 1 : 0) + ((v.U8(at + 6) & 3) == 0 ? 1 : 0) : 0;

    /// <summary>Without a control word.</summary>
    public sealed class Plain() : Dissector("pwethnocw")
    {
        static readonly Protocol PlainProtocol = new("Ethernet PW (no CW)", "Ethernet PW (no CW)", "pwethnocw");

        /// <inheritdoc />
        public override Protocol Protocol => PlainProtocol;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent) => p.Call(Catalog.EthernetWithoutFcs, v, parent);
    }

    /// <summary>With a control word (RFC 4448 section 4.6).</summary>
    public sealed class ControlWord() : Dissector("pwethcw", "pweth")
    {
        static readonly Protocol WordProtocol = new("PW Ethernet Control Word", "Ethernet PW (with CW)", "pwethcw");
        static readonly Field HasWord = WordProtocol.Flag("pweth.cw", "PW Control Word (ethernet)");
        static readonly Field Sequence = WordProtocol.UInt16("pweth.cw.sequence_number", "Sequence Number");

        /// <inheritdoc />
        public override Protocol Protocol => WordProtocol;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            p.Hidden(p.AddFlag(parent, HasWord, v, 0, 0, true));
            var tree = p.Open(WordProtocol, v, parent, 0, ControlWordLength);
            p.Add(tree, Sequence, v, 2);
            p.Call(Catalog.EthernetWithoutFcs, v.From(ControlWordLength), parent);
            return Math.Max(1, v.Reported);
        }
    }
}
