using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet.Isis;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: ITU-T Q.922 section 3.3 (addresses), RFC 2427 (what is inside), Cisco's encapsulation: an EtherType after the address.
//
//   | upper DLCI 6, C/R, more | lower DLCI 4, FECN, BECN, DE, more | ... | control (1 or 2) | NLPID | ...

/// <summary>Frame Relay.</summary>
public sealed class FrameRelay() : Dissector("fr")
{
    const int Unnumbered = 0x03, Xid = 0xaf, Snap = 0x80, IPv4Packet = 0xcc, IPv6Packet = 0x8e, PppFrame = 0xcf;

    static readonly Protocol P = new("Frame Relay", "FR", "fr");
    static readonly Field More = P.Flag("fr.ea", "EA", 8, 0x01, ValueNames.Flag("Last Octet", "More Follows"), blurb: "Extended Address");
    static readonly Field First = P.UInt8("fr.first_addr_octet", "First address octet", FieldBase.Hex);
    static readonly Field[] FirstBits = [
        P.UInt8("fr.upper_dlci", "Upper DLCI", FieldBase.Hex, mask: 0xfc, blurb: "Upper bits of DLCI"),
        P.Flag("fr.cr", "CR", 8, 0x02, ValueNames.Flag("Command", "Response"), blurb: "Command/Response"), More];
    static readonly Field Second = P.UInt8("fr.second_addr_octet", "Second address octet", FieldBase.Hex);
    static readonly Field[] SecondBits = [
        P.UInt8("fr.second_dlci", "Second DLCI", FieldBase.Hex, mask: 0xf0, blurb: "Bits below upper bits of DLCI"),
        P.Flag("fr.fecn", "FECN", 8, 0x08, blurb: "Forward Explicit Congestion Notification"), P.Flag("fr.becn", "BECN", 8, 0x04, blurb: "Backward Explicit Congestion Notification"),
        P.Flag("fr.de", "DE", 8, 0x02, blurb: "Discard Eligibility"), More];
    static readonly Field Third = P.UInt8("fr.third_addr_octet", "Third address octet", FieldBase.Hex);
    static readonly Field[] ThirdBits = [P.UInt8("fr.third_dlci", "Third DLCI", FieldBase.Hex, mask: 0xfe, blurb: "Additional bits of DLCI"), More];
    static readonly Field CoreControl = P.UInt8("fr.dlcore_control", "DL-CORE Control", FieldBase.Hex, mask: 0xfc, blurb: "DL-Core control bits");
    static readonly Field Lower = P.UInt8("fr.lower_dlci", "Lower DLCI", FieldBase.Hex, mask: 0xfc, blurb: "Lower bits of DLCI");
    static readonly Field IsControl = P.Flag("fr.dc", "DC", 16, 0x02, ValueNames.Flag("DLCI Address", "Control"), blurb: "Address/Control");
    static readonly Field Dlci = P.UInt32("fr.dlci", "DLCI", blurb: "Data-Link Connection Identifier");
    static readonly XdlcControl Control = new(P, "fr", isByte: true);
    static readonly Field Nlpid = P.UInt8("fr.nlpid", "NLPID", FieldBase.Hex, ValueNames.Of(() => [
        (0x00, "NULL"), (0x01, "T.70"), (0x03, "X.633"), (0x08, "Q.933"), (0x09, "LMI"), (0x0c, "Q.2119"), (0x80, "SNAP"), (0x81, "CLNP"), (0x82, "ESIS"), (0x83, "ISIS"),
        (0x85, "IDRP"), (0x8a, "ESIS (X.25)"), (0x8c, "ISO 10030"), (0x8d, "ISO 11577"), (0xb0, "Data compression protocol"), (0xcc, "IP"), (0x8e, "IPv6"), (0xcf, "PPP")]),
        blurb: "Frame Relay Encapsulated Protocol NLPID");
    static readonly SnapFields SnapHeader = new(
        P.UInt24("fr.snap.oui", "Organization Code", FieldBase.Oui), P.UInt16("fr.snaptype", "Type", FieldBase.Hex, EtherType.Names, blurb: "Frame Relay SNAP Encapsulated Protocol"),
        P.UInt16("fr.snap.pid", "Protocol ID", FieldBase.Hex));
    static readonly Field CiscoType = P.UInt16("fr.chdlctype", "Type", FieldBase.Hex, CiscoHdlc.Types, blurb: "Frame Relay Cisco HDLC Encapsulated Protocol");
    static readonly Expert Bogus = P.Expert("fr.bogus_address", Severity.Warning, ExpertGroup.Protocol, "Bogus address");
    static readonly Expert NoLapf = P.Expert("fr.frame_relay.lapf", Severity.Warning, ExpertGroup.Undecoded, "Frame relay lapf not yet implemented");
    static readonly Expert NoXid = P.Expert("fr.frame_relay.xid", Severity.Warning, ExpertGroup.Undecoded, "Frame relay xid not yet implemented");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.FrameRelay);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("FR");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = AddAddress(p, v, tree, out uint dlci);
        p.AddUInt(tree, Dlci, v, 0, at, dlci);
        p.Info.Set($"DLCI {dlci}");
        int control = v.U8(at);
        if (control == Unnumbered)
        {
            AddControl(p, v, tree, at, dlci);
            DissectNlpid(p, v, parent, tree, at + 1);
        }
        else if (dlci == 0 || control == Xid)
        {
            // Virtual circuits that are set up over DLCI 0 (LAPF), and identities: not taken apart any further.
            AddControl(p, v, tree, at, dlci);
            p.SetLength(tree, at);
            var note = p.AddText(parent, v, at, v.CapturedFrom(at), control == Xid ? NoXid.Summary : NoLapf.Summary);
            p.Expert(note, control == Xid ? NoXid : NoLapf, v, at, v.CapturedFrom(at));
            p.CallData(v.From(at), parent);
        }
        else
        {
            DissectUnknown(p, v, parent, tree, at, dlci);
        }

        return Math.Max(1, v.Reported);
    }

    static int AddAddress(Packet p, in View v, Node tree, out uint dlci)
    {
        dlci = 0;
        int octet = v.U8(0), at = 1;
        if ((octet & 1) != 0)
        {
            AddBogus(p, v, tree, 0, "Bogus 1-octet address field");
            return at;
        }

        p.AddBits(tree, First, v, 0, FirstBits);
        dlci = (uint)octet >> 2;
        octet = v.U8(at);
        AddSummed(p, v, tree, Second, SecondBits, at++);
        dlci = (dlci << 4) | ((uint)octet >> 4);
        if ((octet & 1) != 0)
        {
            return at;
        }

        octet = v.U8(at);
        if ((octet & 1) == 0)
        {
            p.AddBits(tree, Third, v, at++, ThirdBits);
            dlci = (dlci << 7) | ((uint)octet >> 1);
            while (((octet = v.U8(at)) & 1) == 0)
            {
                AddBogus(p, v, tree, at++, "Bogus extra address octet");
            }
        }

        bool isControl = (octet & 2) != 0;
        var last = p.AddText(tree, v, at, 1, $"Final address octet: 0x{octet:x2}");
        p.Add(last, isControl ? CoreControl : Lower, v, at);
        p.AddUInt(last, IsControl, v, at, 1, (ulong)octet);
        p.Add(last, More, v, at);
        dlci = isControl ? dlci : (dlci << 6) | ((uint)octet >> 2);
        return at + 1;
    }

    static void AddSummed(Packet p, in View v, Node tree, Field octet, Field[] bits, int at) => p.AddBits(tree, octet, v, at, bits, sumUp: true);

    static void AddBogus(Packet p, in View v, Node tree, int at, string what)
    {
        var node = p.AddText(tree, v, at, 1, what);
        p.Expert(node, Bogus, v, at, 1, $"{what}");
    }

    static int AddControl(Packet p, in View v, Node tree, int at, uint dlci)
    {
        int length = Control.Dissect(p, v, tree, at, isResponse: false).Length;
        p.Scratch.Clear();
        p.Scratch.Append(p.Info.Bytes);
        p.Info.Set($"DLCI {dlci}, {p.Scratch.Bytes}");
        return length;
    }

    /// <summary>Neither unnumbered nor of DLCI 0: an EtherType, as Cisco has it, or what an NLPID behind some control field says.</summary>
    static void DissectUnknown(Packet p, in View v, Node parent, Node tree, int at, uint dlci)
    {
        if (v.ReportedFrom(at) >= 2 && CiscoHdlc.Find(p, v.U16(at)) is { } next)
        {
            p.Add(tree, CiscoType, v, at);
            p.SetLength(tree, at + 2);
            Hand(p, next, v.From(at + 2), parent);
            return;
        }

        int nlpid = at + ((v.U8(at) & 3) == 3 ? 1 : 2);
        nlpid += v.Has(nlpid, 1) && v.U8(nlpid) == 0 ? 1 : 0;
        if (v.Has(nlpid, 1) && IsKnown(p, v.U8(nlpid)))
        {
            int length = AddControl(p, v, tree, at, dlci);
            DissectNlpid(p, v, parent, tree, at + length);
            return;
        }

        p.SetLength(tree, at);
        p.CallData(v.From(at), parent);
    }

    static bool IsKnown(Packet p, int nlpid) => nlpid is Snap or IPv4Packet or IPv6Packet or PppFrame || p.Engine.Find(Osi.Protocols, (uint)nlpid) is not null;

    static void DissectNlpid(Packet p, in View v, Node parent, Node tree, int at)
    {
        int number = v.U8(at);
        if (number == 0)
        {
            p.AddText(tree, v, at, 1, "Padding");
            number = v.U8(++at);
        }

        if (p.Engine.Find(Osi.Protocols, (uint)number) is { } osi)
        {
            // Their first byte is the NLPID.
            p.SetLength(tree, at);
            Hand(p, osi, v.From(at), parent);
            return;
        }

        p.Add(tree, Nlpid, v, at++);
        if (number == Snap)
        {
            Llc.DissectSnap(p, v, parent, tree, at, hasPayload: true, SnapHeader);
            return;
        }

        p.SetLength(tree, at);
        Hand(p, number switch
        {
            IPv4Packet => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
            IPv6Packet => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
            PppFrame => Catalog.Ppp,
            _ => null,
        }, v.From(at), parent);
    }

    static void Hand(Packet p, Dissector? next, in View payload, Node parent)
    {
        if (next is null || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }
    }
}
