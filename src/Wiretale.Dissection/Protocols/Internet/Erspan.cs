using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: draft-foschiano-erspan-03, sections 4.1 (type I: no header), 4.2 (type II) and 4.3 (type III).
//
//    0       4                       16    19  21 22                31
//   +-------+-----------------------+-----+---+--+------------------+
//   |version|         VLAN          | COS | En|T |    session       |
//   +-------+-----------------------+-----+---+--+------------------+
//   |  type II: reserved (12), index (20)                           |
//   +---------------------------------------------------------------+
//   |  type III: timestamp                                          |
//   +-------------------------------+-+---------+-----------+-+---+-+
//   |      security group tag       |P|   FT    |   Hw ID   |D|Gra|O|
//   +-------------------------------+-+---------+-----------+-+---+-+
//   |  type III with O: platform id (6), platform's own (26 + 32)   |
//   +---------------------------------------------------------------+

/// <summary>Encapsulated Remote Switch Packet Analysis: a switch sends copies of frames.</summary>
public sealed class Erspan() : Dissector("erspan")
{
    const int Type2 = 1, Type3 = 2;
    const int FrameTypeEthernet = 0;

    static readonly Protocol P = new("Encapsulated Remote Switch Packet ANalysis", "ERSPAN", "erspan");
    static readonly Field Version = P.UInt16("erspan.version", "Version", FieldBase.Dec, ValueNames.Of(() => [(1, "Type II"), (2, "Type III")]), 0xf000);
    static readonly Field Vlan = P.UInt16("erspan.vlan", "Vlan", mask: 0x0fff);
    static readonly Field Cos = P.UInt16("erspan.cos", "COS", mask: 0xe000);
    static readonly Field Encapsulation = P.UInt16("erspan.encap", "Encap", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Originally without VLAN tag"), (1, "Originally ISL encapsulated"), (2, "Originally 802.1Q encapsulated"), (3, "VLAN tag preserved in frame")]), 0x1800);
    static readonly Field Integrity = P.UInt16("erspan.bso", "Bad/Short/Oversized", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Good or unknown integrity"), (1, "Short frame"), (2, "Oversized frame"), (3, "CRC or alignment error")]), 0x1800);
    static readonly Field Truncated = P.UInt16("erspan.truncated", "Truncated", FieldBase.Dec, ValueNames.Of(() => [(0, "Not truncated"), (1, "Truncated")]), 0x0400,
        "ERSPAN packet exceeded the MTU size");
    static readonly Field Session = P.UInt16("erspan.spanid", "SpanID", mask: 0x03ff);
    static readonly Field Reserved = P.UInt32("erspan.reserved", "Reserved", mask: 0xfff00000);
    static readonly Field Index = P.UInt32("erspan.index", "Index", mask: 0x000fffff);
    static readonly Field Timestamp = P.UInt32("erspan.timestamp", "Timestamp", mask: 0xffffffff);
    static readonly Field GroupTag = P.UInt16("erspan.sgt", "Security Group Tag", mask: 0xffff);
    static readonly Field HasEthernet = P.UInt16("erspan.p", "Has Ethernet PDU", mask: 0x8000);
    static readonly Field FrameType = P.UInt16("erspan.ft", "Frame Type", FieldBase.Dec, ValueNames.Of(() => [(0, "Ethernet"), (2, "IP")]), 0x7c00);
    static readonly Field Hardware = P.UInt16("erspan.hw", "Hardware ID", mask: 0x03f0);
    static readonly Field Granularity = P.UInt16("erspan.gra", "Timestamp granularity", FieldBase.Dec, ValueNames.Of(() => [
        (0, "100 microseconds"), (1, "100 nanoseconds"), (2, "IEEE 1588"), (3, "Custom granularity")]), 0x0006);
    static readonly Field Direction = P.Flag("erspan.direction", "Direction", 16, 0x0008, ValueNames.Flag("Egress", "Ingress"));
    static readonly Field HasSubheader = P.UInt16("erspan.o", "Optional Sub headers", mask: 0x0001);
    static readonly Field Platform = P.UInt32("erspan.platid", "Platform ID", mask: 0xfc000000);
    static readonly Field Reserved1 = P.UInt32("erspan.pid1.rsvd1", "Reserved", mask: 0x03fff000);
    static readonly Field Domain1 = P.UInt32("erspan.pid1.vsmid", "VSM Domain ID", mask: 0x00000fff);
    static readonly Field Port1 = P.UInt32("erspan.pid1.port_index", "Port ID/Index", mask: 0xffffffff);
    static readonly Field Reserved3 = P.UInt32("erspan.pid3.rsvd1", "Reserved", mask: 0x03ffc000);
    static readonly Field Port3 = P.UInt32("erspan.pid3.port_index", "Port ID/Index", mask: 0x00003fff);
    static readonly Field Timestamp3 = P.UInt32("erspan.pid3.timestamp", "Upper 32-bit Timestamp", mask: 0xffffffff);
    static readonly Field Reserved4 = P.UInt32("erspan.pid4.rsvd1", "Reserved", mask: 0x03ffc000);
    static readonly Field Reserved4B = P.UInt32("erspan.pid4.rsvd2", "Reserved", mask: 0x00003fff);
    static readonly Field Reserved4C = P.UInt32("erspan.pid4.rsvd3", "Reserved", mask: 0xffffffff);
    static readonly Field Switch5 = P.UInt32("erspan.pid5.switchid", "Switch ID", mask: 0x03ff0000);
    static readonly Field Port5 = P.UInt32("erspan.pid5.port_index", "Port ID/Index", mask: 0x0000ffff);
    static readonly Field Timestamp5 = P.UInt32("erspan.pid5.timestamp", "Timestamp (seconds)", mask: 0xffffffff);
    static readonly Field Reserved7 = P.UInt32("erspan.pid7.rsvd1", "Reserved", mask: 0x03f00000);
    static readonly Field Source7 = P.UInt32("erspan.pid7.source_index", "Source Index", mask: 0x000fffff);
    static readonly Field Timestamp7 = P.UInt32("erspan.pid7.timestamp", "Upper 32-bit Timestamp", mask: 0xffffffff);
    static readonly Field ReservedOther = P.UInt64("erspan.pid.rsvd", "Reserved", mask: 0x03ffffff);
    static readonly Expert UnknownVersion = P.Expert("erspan.version.unknown", Severity.Warning, ExpertGroup.Undecoded,
        "Unknown version, please report or test to use fake ERSPAN preference");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ERSPAN");
        p.Info.Set("ERSPAN:"u8);
        int version = v.U8(0) >> 4;
        var tree = p.Open(P, v, parent, 0, v.Captured);
        p.Label(tree, $"Encapsulated Remote Switch Packet ANalysis {(version == Type2 ? "Type II" : version == Type3 ? "Type III" : "Unknown")}");
        p.Add(tree, Version, v, 0);
        if (version is not (Type2 or Type3))
        {
            p.Expert(p.Add(tree, Version, v, 0), UnknownVersion, v, 0, 2);
            return Math.Max(1, v.Reported);
        }

        p.AddAll(tree, v, 0, Vlan, Cos, version == Type2 ? Encapsulation : Integrity, Truncated, Session);
        int frameType = FrameTypeEthernet, at = 8;
        if (version == Type2)
        {
            p.AddAll(tree, v, 4, Reserved, Index);
        }
        else
        {
            p.AddAll(tree, v, 4, Timestamp, GroupTag);
            int bits = v.U16(10);
            frameType = (bits >> 10) & 0x1f;
            foreach (var field in (ReadOnlySpan<Field>)[HasEthernet, FrameType, Hardware, Direction, Granularity, HasSubheader])
            {
                p.Add(tree, field, v, 10, 2);
            }

            at = 12;
            if ((bits & 1) != 0)
            {
                AddSubheader(p, v, tree);
                at = 20;
            }
        }

        p.SetLength(tree, at);
        var frame = v.From(at);
        if (frameType == FrameTypeEthernet)
        {
            p.Call(Catalog.EthernetWithoutFcs, frame, parent);
        }
        else
        {
            p.CallData(frame, parent);
        }

        return Math.Max(1, v.Reported);
    }

    static void AddSubheader(Packet p, in View v, Node tree)
    {
        const int At = 12;
        p.Add(tree, Platform, v, At);
        switch (v.U32(At) >> 26)
        {
            case 1:
                p.AddAll(tree, v, At, Reserved1, Domain1, Port1);
                break;
            case 3:
                p.AddAll(tree, v, At, Reserved3, Port3, Timestamp3);
                break;
            case 4:
                p.AddAll(tree, v, At, Reserved4, Reserved4B, Reserved4C);
                break;
            case 5 or 6:
                p.AddAll(tree, v, At, Switch5, Port5, Timestamp5);
                break;
            case 7:
                p.AddAll(tree, v, At, Reserved7, Source7, Timestamp7);
                break;
            default:
                p.Add(tree, ReservedOther, v, At);
                break;
        }
    }

    /// <summary>The first type: the frame follows GRE at once.</summary>
    public sealed class TypeOne() : Dissector("erspan")
    {
        /// <inheritdoc />
        public override Protocol Protocol => P;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            p.SetProtocol("ERSPAN");
            p.Info.Set("ERSPAN:"u8);
            p.Label(p.Open(P, v, parent, 0, 0), $"Encapsulated Remote Switch Packet ANalysis Type I");
            p.Call(Catalog.EthernetWithoutFcs, v, parent);
            return Math.Max(1, v.Reported);
        }
    }
}
