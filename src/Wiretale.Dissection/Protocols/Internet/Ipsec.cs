using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 4302.
//
//   +---------------+---------------+-------------------------------+
//   |  Next header  |  Payload len  |           Reserved            |
//   +---------------+---------------+-------------------------------+
//   |                 Security parameters index (SPI)               |
//   +---------------------------------------------------------------+
//   |                        Sequence number                        |
//   +---------------------------------------------------------------+
//   |                 Integrity check value (ICV) ...

/// <summary>IP Authentication Header.</summary>
public sealed class AuthenticationHeader() : Dissector("ah")
{
    static readonly Protocol P = new("Authentication Header", "AH", "ah");
    static readonly Field Next = P.UInt8("ah.next_header", "Next header", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field Length = P.UInt8("ah.length", "Length");
    static readonly Field Reserved = P.Bytes("ah.reserved", "Reserved");
    static readonly Field Index = P.UInt32("ah.spi", "AH SPI", FieldBase.Hex);
    static readonly Field Sequence = P.UInt32("ah.sequence", "AH Sequence");
    static readonly Field IntegrityCheck = P.Bytes("ah.icv", "AH ICV");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(IPv4.Protocols, IpProtocol.Ah);
        claims.Numbers(IPv6.ExtensionHeaders, IpProtocol.Ah);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        byte next = v.U8(0);
        int size = (v.U8(1) + 2) * 4;
        uint index = v.U32(4);
        p.SetProtocol("AH");
        p.Info.Set($"AH (SPI=0x{index:x8})");
        var tree = p.Open(P, v, parent, 0, Math.Min(size, v.Captured));
        p.Add(tree, Next, v, 0);
        p.AppendLabel(p.Add(tree, Length, v, 1), $" ({size} bytes)");
        p.Add(tree, Reserved, v, 2, 2);
        p.Add(tree, Index, v, 4);
        p.Add(tree, Sequence, v, 8);
        p.Add(tree, IntegrityCheck, v, 12, Math.Max(0, size - 12));
        p.IpProtocol = next;
        if (p.NetworkSource.Kind == AddressKind.IPv6)
        {
            return size;
        }

        var payload = v.From(Math.Min(size, v.Captured));
        if (p.Engine.Find(IPv4.Protocols, next) is not { } dissector || p.Call(dissector, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }

        return v.Reported;
    }
}

// Specification: RFC 4303. What follows the sequence number is encrypted.
//
//   +---------------------------------------------------------------+
//   |                 Security parameters index (SPI)               |
//   +---------------------------------------------------------------+
//   |                        Sequence number                        |
//   +---------------------------------------------------------------+

/// <summary>IP Encapsulating Security Payload.</summary>
public sealed class EncapsulatingSecurity() : Dissector("esp")
{
    static readonly Protocol P = new("Encapsulating Security Payload", "ESP", "esp");
    static readonly Field Index = P.UInt32("esp.spi", "ESP SPI", FieldBase.HexDec);
    static readonly Field Sequence = P.UInt32("esp.sequence", "ESP Sequence");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Esp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ESP");
        p.Info.Clear();
        uint index = v.U32(0);
        p.Info.Set($"ESP (SPI=0x{index:x8})");
        var tree = p.Open(P, v, parent);
        p.Add(tree, Index, v, 0);
        p.Add(tree, Sequence, v, 4);
        return v.Reported;
    }
}
