using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: none was published; the layout is as seen. SNAP 00-00-0C/2004.
//
//   | version | type (2) | length (2, with type and length) | value, again and again

/// <summary>Cisco's Dynamic Trunk Protocol: whether the link between two switches carries VLANs, and how.</summary>
public sealed class Dtp() : Dissector("dtp")
{
    const int DomainName = 1, Status = 2, TrunkType = 3, Neighbor = 4;

    static readonly Protocol P = new("Dynamic Trunk Protocol", "DTP", "dtp");
    static readonly ValueNames Types = ValueNames.Of(() => [(DomainName, "Domain"), (Status, "Trunk Status"), (TrunkType, "Trunk Type"), (Neighbor, "Sender ID")]);
    static readonly ValueNames OperatingStates = ValueNames.Of(() => [(0, "Access"), (1, "Trunk")]);
    static readonly ValueNames AdministrativeStates = ValueNames.Of(() => [(1, "On"), (2, "Off"), (3, "Desirable"), (4, "Auto")]);
    static readonly ValueNames OperatingTypes = ValueNames.Of(() => [(1, "Native"), (2, "ISL"), (5, "802.1Q")]);
    static readonly ValueNames AdministrativeTypes = ValueNames.Of(() => [(0, "Negotiated"), (1, "Native"), (2, "ISL"), (5, "802.1Q")]);
    static readonly Field Version = P.UInt8("dtp.version", "Version");
    static readonly Field Domain = P.String("dtp.domain", "Domain");
    static readonly Field Type = P.UInt16("dtp.tlv_type", "Type", FieldBase.Hex, Types);
    static readonly Field Length = P.UInt16("dtp.tlv_len", "Length");
    static readonly Field OperatingStatus = P.UInt8("dtp.tos", "Trunk Operating Status", FieldBase.Hex, OperatingStates, mask: 0x80);
    static readonly Field AdministrativeStatus = P.UInt8("dtp.tas", "Trunk Administrative Status", FieldBase.Hex, AdministrativeStates, mask: 0x07);
    static readonly Field OperatingType = P.UInt8("dtp.tot", "Trunk Operating Type", FieldBase.Hex, OperatingTypes, mask: 0xe0);
    static readonly Field AdministrativeType = P.UInt8("dtp.tat", "Trunk Administrative Type", FieldBase.Hex, AdministrativeTypes, mask: 0x07);
    static readonly Field Sender = P.Ether("dtp.senderid", "Sender ID", blurb: "MAC Address of neighbor");
    static readonly Field Data = P.Ether("dtp.data", "Data");
    static readonly Expert TooShort = P.Expert("dtp.tlv_len.too_short", Severity.Error, ExpertGroup.Malformed, "Indicated length is less than the minimum length");
    static readonly Expert Invalid = P.Expert("dtp.tlv_len.invalid", Severity.Error, ExpertGroup.Malformed, "Indicated length does not correspond to this record type");
    static readonly Expert Truncated = P.Expert("dtp.truncated", Severity.Error, ExpertGroup.Malformed, "DTP message is truncated prematurely");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Llc.CiscoPids, 0x2004);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("DTP");
        p.Info.Set("Dynamic Trunk Protocol");
        var tree = p.Open(P, v, parent);
        p.Add(tree, Version, v, 0);
        int at = 1;
        while (v.ReportedFrom(at) > 0)
        {
            if (v.ReportedFrom(at) < 4)
            {
                p.Expert(tree, Truncated, v, at, v.CapturedFrom(at));
                break;
            }

            int type = v.U16(at), length = v.U16(at + 2);
            var branch = p.AddText(tree, v, at, length, Types.FindOr((ulong)type, $"Unknown TLV type: 0x{type:x2}"));
            p.Add(branch, Type, v, at);
            var lengthNode = p.Add(branch, Length, v, at + 2);
            if (length <= 4)
            {
                p.Expert(lengthNode, TooShort, v, at + 2, 2);
                break;
            }

            v.Ensure(at, length);
            AddValue(p, v, tree, branch, lengthNode, type, at + 4, length - 4);
            at += length;
        }

        return Math.Max(1, v.Reported);
    }

    static void AddValue(Packet p, in View v, Node tree, Node branch, Node lengthNode, int type, int at, int size)
    {
        switch (type)
        {
            case DomainName:
                p.Add(branch, Domain, v, at, size);
                p.Scratch.Clear();

                // The last byte is taken for the NUL that ends the name.
                FieldFormat.Escaped(p.Scratch, FieldFormat.TextOf(v.Span(at, size - 1)));
                p.AppendLabel(tree, $": {p.Scratch.Bytes}");
                break;
            case Status or TrunkType when size == 1:
                byte value = v.U8(at);
                var (operating, administrative) = type == Status
                    ? (OperatingStates.FindOr((ulong)value >> 7, "Unknown"), AdministrativeStates.FindOr(value & 7ul, "Unknown"))
                    : (OperatingTypes.FindOr((ulong)value >> 5, "Unknown"), AdministrativeTypes.FindOr(value & 7ul, "Unknown"));
                p.AppendLabel(tree, $" (Operating/Administrative): {operating}/{administrative} (0x{value:x2})");
                var node = p.AddText(branch, v, at, 1, $"Value: {operating}/{administrative} (0x{value:x2})");
                p.Add(node, type == Status ? OperatingStatus : OperatingType, v, at);
                p.Add(node, type == Status ? AdministrativeStatus : AdministrativeType, v, at);
                break;
            case Neighbor when size == 6:
                p.Add(branch, Sender, v, at);
                p.AppendLabel(tree, $": {Wire.Address.Ethernet(v.Span(at, 6))}");
                break;
            case Status or TrunkType or Neighbor:
                p.Expert(lengthNode, Invalid, v, at, size);
                break;
            default:
                if (size == 6)
                {
                    p.Add(branch, Data, v, at);
                }

                break;
        }
    }
}
