using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 1661 section 2; framing: RFC 1662 section 3.1.
//
//   0        1        2            (the first two may be left out; a protocol below 0x0100 may be one byte)
//   +--------+--------+------------+------
//   | 0xff   | 0x03   | protocol   | ...
//   +--------+--------+------------+------

/// <summary>Point-to-Point Protocol.</summary>
public sealed class Ppp() : Dissector("ppp")
{
    static readonly Protocol P = new("Point-to-Point Protocol", "PPP", "ppp");
    internal static readonly ValueNames Names = ValueNames.Of(() => PppProtocols.Names());
    static readonly Field AddressField = P.UInt8("ppp.address", "Address", FieldBase.Hex);
    static readonly Field Control = P.UInt8("ppp.control", "Control", FieldBase.Hex);
    static readonly Field Number = P.UInt16("ppp.protocol", "Protocol", FieldBase.Hex, Names);

    // The header that LCP and its like share is declared here, as in Wireshark.
    internal static readonly Field Code = P.UInt8("ppp.code", "Code", FieldBase.Dec, PppControl.CodeNames);
    internal static readonly Field Identifier = P.UInt8("ppp.identifier", "Identifier", FieldBase.DecHex);
    internal static readonly Field Length = P.UInt16("ppp.length", "Length");
    internal static readonly Field MagicNumber = P.UInt32("ppp.magic_number", "Magic Number", FieldBase.Hex);
    internal static readonly Field Data = P.Bytes("ppp.data", "Data");

    /// <summary>Protocols above PPP, by number.</summary>
    public static readonly TableKey Protocols = new("ppp.protocol", "PPP protocol");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PPP");
        p.Info.Clear();
        int at = 0;
        var tree = p.Open(P, v, parent, 0, 0);
        if (v.U8(0) == 0xff)
        {
            p.Add(tree, AddressField, v, 0);
            p.Add(tree, Control, v, 1);
            at = 2;
        }

        // Numbers are even in the upper byte and odd in the lower: an odd first byte is a whole number (RFC 1661 section 6.5).
        int size = (v.U8(at) & 1) != 0 ? 1 : 2;
        int number = size == 1 ? v.U8(at) : v.U16(at);
        p.AddUInt(tree, Number, v, at, size, (ulong)number);
        at += size;
        p.SetLength(tree, at);
        var payload = v.From(at);
        if (Find(p, number) is not { } next || p.Call(next, payload, parent) == 0)
        {
            p.SetProtocol(HexNames.Of((ushort)number));
            p.Info.Set($"PPP {Names.FindOr((ulong)number, "Unknown")} (0x{number:x4})");
            p.CallData(payload, parent);
        }

        return Math.Max(1, v.Reported);
    }

    static Dissector? Find(Packet p, int number) => p.Engine.Find(Protocols, (uint)number) ?? number switch
    {
        PppProtocols.IPv4 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
        PppProtocols.IPv6 => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
        0x0023 => p.Engine.Find(Llc.Saps, 0xfe),
        0x002b => p.Engine.Find(EtherType.Table, 0x8137),
        0x0281 => p.Engine.Find(EtherType.Table, EtherTypes.Mpls),
        0x0283 => p.Engine.Find(EtherType.Table, EtherTypes.MplsMulticast),
        _ => null,
    };
}

/// <summary>A serial line: PPP, or Cisco's HDLC, told apart by the first byte. Nothing of its own to show.</summary>
public sealed class PppHdlc() : Dissector("ppp_hdlc")
{
    static readonly Protocol P = new("PPP in HDLC-like framing", "PPP", "ppp_hdlc");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.Ppp, (uint)LinkType.PppHdlc);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int first = v.U8(0);
        if (first is 0x0f or 0x8f)
        {
            p.ListAs(Catalog.Ppp);
            return p.Call(Catalog.CiscoHdlc, v, parent);
        }

        if (p.Source.Kind == AddressKind.None)
        {
            p.Source = p.Destination = Address.NotAvailable;
        }

        p.LeaveOutOfLayers();
        return p.Call(Catalog.Ppp, v, parent);
    }
}
