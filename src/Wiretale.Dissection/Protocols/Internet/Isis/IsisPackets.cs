using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: ISO/IEC 10589 section 9; RFC 1195 (IP).
//
//   0                1         2         3           4      5         6          7
//   +----------------+---------+---------+-----------+------+---------+----------+------------+----
//   | discriminator  | length  | version | ID length | type | version | reserved | max. areas | ...
//   +----------------+---------+---------+-----------+------+---------+----------+------------+----

/// <summary>Intermediate System to Intermediate System: the header that all its packets have.</summary>
public sealed class IsisPackets() : Dissector("isis")
{
    const int HeaderLength = 8;
    internal const int HelloLevel1 = 15, HelloLevel2 = 16, HelloPointToPoint = 17, LspLevel1 = 18, LspLevel2 = 20, CsnpLevel1 = 24, CsnpLevel2 = 25, PsnpLevel1 = 26, PsnpLevel2 = 27;

    static readonly Protocol P = new("ISO 10589 ISIS InTRA Domain Routeing Information Exchange Protocol", "ISIS", "isis");
    internal static readonly ValueNames Types = ValueNames.Of(() => [
        (HelloLevel1, "L1 HELLO"), (HelloLevel2, "L2 HELLO"), (HelloPointToPoint, "P2P HELLO"), (LspLevel1, "L1 LSP"), (LspLevel2, "L2 LSP"),
        (CsnpLevel1, "L1 CSNP"), (CsnpLevel2, "L2 CSNP"), (PsnpLevel1, "L1 PSNP"), (PsnpLevel2, "L2 PSNP")]);

    static readonly Field Discriminator = P.UInt8("isis.irpd", "Intradomain Routing Protocol Discriminator", FieldBase.Hex, Osi.Names);
    static readonly Field Length = P.UInt8("isis.len", "Length Indicator");
    static readonly Field Version = P.UInt8("isis.version", "Version/Protocol ID Extension");
    static readonly Field IdLength = P.UInt8("isis.sysid_len", "ID Length");
    static readonly Field TypeReserved = P.UInt8("isis.type.reserved", "Reserved", FieldBase.Hex, mask: 0xe0);
    static readonly Field Type = P.UInt8("isis.type", "PDU Type", FieldBase.Dec, Types, mask: 0x1f);
    static readonly Field Version2 = P.UInt8("isis.version2", "Version");
    static readonly Field Reserved = P.UInt8("isis.reserved", "Reserved");
    static readonly Field MaximumAreas = P.UInt8("isis.max_area_adr", "Maximum Area Addresses", blurb: "Maximum Area Addresses, 0 means 3");
    static readonly Expert WrongVersion = P.Expert("isis.version.notone", Severity.Warning, ExpertGroup.Protocol, "Version must be 1");
    static readonly Expert WrongReserved = P.Expert("isis.reserved.notzero", Severity.Warning, ExpertGroup.Protocol, "Reserved must be 0");
    static readonly Expert WrongType = P.Expert("isis.type.unknown", Severity.Warning, ExpertGroup.Protocol, "Unknown ISIS packet type");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Osi.Protocols, 0x83);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ISIS");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.AddAll(tree, v, 0, Discriminator, Length);
        var version = p.Add(tree, Version, v, 2);
        if (v.U8(2) != 1)
        {
            p.Expert(version, WrongVersion, v, 2, 1);
        }

        int type = v.U8(4) & 0x1f;
        p.Add(tree, IdLength, v, 3);
        p.Add(tree, TypeReserved, v, 4);
        p.Add(tree, Type, v, 4);
        if (Types.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown (0x{type:x})");
        }

        version = p.Add(tree, Version2, v, 5);
        if (v.U8(5) != 1)
        {
            p.Expert(version, WrongVersion, v, 5, 1);
        }

        var reserved = p.Add(tree, Reserved, v, 6);
        if (v.U8(6) != 0)
        {
            p.Expert(reserved, WrongReserved, v, 6, 1);
        }

        p.Add(tree, MaximumAreas, v, 7);
        Dissector? next = type switch
        {
            HelloLevel1 or HelloLevel2 or HelloPointToPoint => Catalog.IsisHello,
            LspLevel1 or LspLevel2 => Catalog.IsisLsp,
            CsnpLevel1 or CsnpLevel2 => Catalog.IsisCsnp,
            PsnpLevel1 or PsnpLevel2 => Catalog.IsisPsnp,
            _ => null,
        };
        if (next is null)
        {
            p.AddExpert(parent, WrongType, v, 4, 1);
            return Math.Max(1, v.Reported);
        }

        // What stands inside reads the header's bytes, too: the type, and where the packet's own length counts from.
        return Math.Max(1, p.Call(next, v, parent));
    }

    /// <summary>The part of a packet that its kind shows: all behind the common header.</summary>
    internal static Node Open(Packet p, Protocol protocol, in View v, Node parent) => p.Open(protocol, v, parent, HeaderLength, v.CapturedFrom(HeaderLength));
}
