using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 5171 section 2. SNAP 00-00-0C/0111.
//
//   | version 3, opcode 5 | flags | checksum (2) | type (2) | length (2, with type and length) | value, again and again

/// <summary>Cisco's UniDirectional Link Detection.</summary>
public sealed class Udld() : Dissector("udld")
{
    static readonly Protocol P = new("Unidirectional Link Detection", "UDLD", "udld");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Device ID"), (2, "Port ID"), (3, "Echo"), (4, "Message interval"), (5, "Timeout interval"), (6, "Device name"), (7, "Sequence number")]);
    static readonly Layout Header = new(
        P.UInt8("udld.version", "Version", mask: 0xe0),
        P.UInt8("udld.opcode", "Opcode", FieldBase.Dec, ValueNames.Of(() => [(0, "Reserved"), (1, "Probe"), (2, "Echo"), (3, "Flush")]), mask: 0x1f),
        P.UInt8("udld.flags", "Flags").Bits(
            P.UInt8("udld.flags.rt", "Recommended timeout", FieldBase.Hex, mask: 0x01), P.UInt8("udld.flags.rsy", "ReSynch", FieldBase.Hex, mask: 0x02)),
        P.UInt16("udld.checksum", "Checksum", FieldBase.Hex));
    static readonly Field Type = P.UInt16("udld.tlv.type", "Type", FieldBase.Hex, Types);
    static readonly Field Length = P.UInt16("udld.tlv.len", "Length");
    static readonly Field DeviceId = P.StringZ("udld.device_id", "Device ID");
    static readonly Field PortId = P.String("udld.sent_through_interface", "Sent through Interface");
    static readonly Field Data = P.Bytes("udld.data", "Data");
    static readonly Expert Invalid = P.Expert("udld.tlv.len.invalid", Severity.Warning, ExpertGroup.Protocol, "TLV with invalid length (< 4)");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Llc.CiscoPids, 0x0111);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("UDLD");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = p.AddRows(tree, v, 0, Header);
        while (v.ReportedFrom(at) > 0)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            if (length < 4)
            {
                var bad = p.AddText(tree, v, at, 4, $"TLV with invalid length {length} (< 4)");
                p.Add(bad, Type, v, at);
                p.Expert(p.Add(bad, Length, v, at + 2), Invalid, v, at + 2, 2);
                at += 4;
                break;
            }

            AddTlv(p, v, tree, at, type, length);
            at += length;
        }

        if (v.ReportedFrom(at) > 0)
        {
            p.CallData(v.From(at), tree);
        }

        return Math.Max(1, v.Reported);
    }

    static void AddTlv(Packet p, in View v, Node parent, int start, int type, int length)
    {
        int at = start + 4, size = length - 4;
        v.Ensure(start, length);
        bool isText = type is 1 or 2;
        Node tree;
        if (isText)
        {
            p.Scratch.Clear();
            FieldFormat.Escaped(p.Scratch, FieldFormat.TextOf(v.Span(at, size)));
            p.Info.Append($"{(type == 1 ? "Device" : "Port")} ID: {p.Scratch.Bytes}  ");
            tree = p.AddText(parent, v, start, length, $"{(type == 1 ? "Device" : "Port")} ID: {p.Scratch.Bytes}");
        }
        else
        {
            tree = p.AddText(parent, v, start, length, $"Type: {Types.FindOr((ulong)type, "Unknown")}, length: {length}");
        }

        p.Add(tree, Type, v, start);
        p.Add(tree, Length, v, start + 2);
        if (isText || size > 0)
        {
            p.Add(tree, type == 1 ? DeviceId : type == 2 ? PortId : Data, v, at, size);
        }
    }
}
