using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using F = Wiretale.Dissection.Protocols.Application.Snmp.SnmpFields;

namespace Wiretale.Dissection.Protocols.Application.Snmp;

// Specification: RFC 3416 section 3 (VarBind), RFC 2578 section 7.1 (types of values).

/// <summary>A variable: its name and its value.</summary>
static class SnmpVariable
{
    /// <summary>1.3.6.1.2.1.1.1.0 and 1.3.6.1.2.1.1.5.0: what a system says it is, and its name.</summary>
    static ReadOnlySpan<byte> Description => [0x2b, 6, 1, 2, 1, 1, 1, 0];

    static ReadOnlySpan<byte> SystemName => [0x2b, 6, 1, 2, 1, 1, 5, 0];

    /// <summary>Adds a variable.</summary>
    public static Node Add(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var name = Ber.Head(v, one.At, one.End);
        var value = Ber.Head(v, name.After, one.End);
        if (name.Tag < 0 || value.Tag < 0)
        {
            v.ThrowShort(v.Captured, 1);
        }

        v.Ensure(name.At, name.Length);
        v.Ensure(value.At, value.Length);
        var oid = v.Span(name.At, name.Length);
        if (p.WantsColumns)
        {
            p.Scratch.Clear();
            if (oid.Length > 1)
            {
                FieldFormat.ObjectIdentifier(p.Scratch, oid);
            }
            else
            {
                Name(p.Scratch, oid);
            }

            p.Info.Append($" {p.Scratch.Bytes}");
        }

        var branch = p.AddText(parent, v, one.Start, one.Whole, "");
        Named(p, v, branch, field, name);
        var missing = value.Tag switch { Ber.Context => F.NoObject, Ber.Context | 1 => F.NoInstance, Ber.Context | 2 => F.End, _ => null };
        if (missing is not null)
        {
            p.AddExpert(branch, missing, v, value.Start, value.Whole);
            if (p.WantsTree)
            {
                p.Scratch.Clear();
                FieldFormat.ObjectIdentifier(p.Scratch, oid);
                p.Label(branch, $"{p.Scratch.Bytes}: {missing.Summary}");
            }

            return branch;
        }

        var shown = FieldOf(value.Tag);
        var node = Value(p, v, branch, shown, value);
        Label(p, v, branch, node, shown, name, value);
        if (shown == F.Octets && (oid.SequenceEqual(Description) || oid.SequenceEqual(SystemName)))
        {
            p.Call(Catalog.SnmpText, v.Part(value.At, value.Length), node);
        }

        return branch;
    }

    /// <summary>Adds an object identifier with its name.</summary>
    public static Node Named(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var node = p.Add(parent, field, v, one.At, one.Length);
        if (p.WantsLabels)
        {
            p.Scratch.Clear();
            Name(p.Scratch, v.Span(one.At, one.Length));
            p.AppendLabel(node, $" ({p.Scratch.Bytes})");
        }

        return node;
    }

    /// <summary>Writes an identifier with the name of its first arc.</summary>
    public static void Name(Utf8Text target, ReadOnlySpan<byte> oid)
    {
        int start = target.Length;
        FieldFormat.ObjectIdentifier(target, oid);
        if (target.Length - start < 2)
        {
            return;
        }

        var name = target.Bytes[start] switch { (byte)'0' => "itu-t"u8, (byte)'1' => "iso"u8, _ => "joint-iso-itu-t"u8 };
        Span<byte> rest = stackalloc byte[Math.Min(target.Length - start - 1, 1024)];
        target.Slice(start + 1, rest.Length).CopyTo(rest);
        target.Advance(start - target.Length);
        target.Append(name);
        target.Append(rest);
    }

    static Field FieldOf(int tag) => tag switch
    {
        Ber.Integer => F.Int,
        Ber.OctetString => F.Octets,
        Ber.ObjectIdentifier => F.Oid,
        Ber.Application => F.IPv4,
        Ber.Application | 1 => F.Counter,
        Ber.Application | 2 => F.Gauge,
        Ber.Application | 3 => F.Ticks,
        Ber.Application | 4 => F.Opaque,
        Ber.Application | 6 => F.Counter64,
        Ber.Application | 7 => F.Unsigned,
        _ => F.Null,
    };

    static Node Value(Packet p, in View v, Node branch, Field field, in Ber one)
    {
        switch (field.Type)
        {
            case FieldType.Int64 or FieldType.UInt64:
                return Asn.Integer.Add(p, v, branch, field, one);
            case FieldType.IPv4 when one.Length != 4:
                return p.Add(branch, F.Octets, v, one.At, one.Length);
            case FieldType.Oid:
                return Named(p, v, branch, field, one);
            default:
                return p.Add(branch, field, v, one.At, one.Length);
        }
    }

    static void Label(Packet p, in View v, Node branch, Node node, Field field, in Ber name, in Ber value)
    {
        if (!p.WantsTree)
        {
            return;
        }

        var text = p.Scratch;
        text.Clear();
        FieldFormat.ObjectIdentifier(text, v.Span(name.At, name.Length));
        text.Append(": "u8);
        int start = text.Length;
        var bytes = v.Span(value.At, value.Length);
        switch (field.Type)
        {
            case FieldType.Int64:
                text.Append(value.Number64(v));
                break;
            case FieldType.UInt64:
                text.Append(value.Unsigned64(v));
                break;
            case FieldType.IPv4 when value.Length == 4:
                text.AppendIPv4(v.U32(value.At));
                break;
            case FieldType.Oid:
                FieldFormat.ObjectIdentifier(text, bytes);
                text.Append(" ("u8);
                Name(text, bytes);
                text.Append(')');
                break;
            case FieldType.Bytes when bytes.IsEmpty:
                text.Append("<MISSING>"u8);
                break;
            case FieldType.Bytes when IsText(bytes):
                text.Append('"');
                FieldFormat.Escaped(text, bytes);
                text.Append('"');
                break;
            case FieldType.Bytes:
                text.AppendHex(bytes[..Math.Min(bytes.Length, 36)]);
                text.Append(bytes.Length > 36 ? "…"u8 : ""u8);
                break;
            default:
                text.Append(field.Label);
                break;
        }

        p.Label(branch, $"{text.Bytes}");
        if (field.Type == FieldType.Bytes && IsText(bytes) && !bytes.IsEmpty)
        {
            p.Label(node, $"{field.Label}: {text.Slice(start, text.Length - start)}");
        }
    }

    static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b is not (>= (byte)' ' and <= (byte)'~' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }
}
