using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>Turns what a filter's text writes into a value of a type.</summary>
static class Literals
{
    /// <summary>A word: what stands there without quotes.</summary>
    /// <param name="field">The field on the other side, for the names of its values; may be null.</param>
    /// <param name="negated">Whether a minus stands before it; the value is returned without.</param>
    public static Literal Word(string text, FieldType type, FieldSet? field, Place place, bool negated = false)
    {
        switch (type)
        {
            case FieldType.Boolean:
                return Literal.Of(Value.Of(ValueKind.Unsigned, Boolean(text, field, place)));
            case FieldType.Float or FieldType.Double:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
                    ? Literal.Of(Value.Real(real)) : throw Bad(text, "floating-point number", place);
            case FieldType.RelativeTime:
                return NumberLiterals.TryParseSeconds(text, out long span)
                    ? Literal.Of(Value.Of(ValueKind.Time, (ulong)span)) : throw Bad(text, "time span in seconds", place);
            case FieldType.AbsoluteTime:
                return Time(text, place);
            case FieldType.IPv4:
                return IPv4(text, place);
            case FieldType.IPv6:
                return IPv6(text, place);
            case FieldType.Guid:
                return Guid.TryParseExact(text, "D", out var guid) ? Literal.Of(guid.ToByteArray(bigEndian: true)) : throw Bad(text, "GUID", place);
            case FieldType.Oid or FieldType.RelOid when text.Contains('.', StringComparison.Ordinal) && ObjectIdentifier(text, type == FieldType.Oid) is { } oid:
                return Literal.Of(oid);
        }

        if (type.IsInteger())
        {
            return Integer(text, type, field, place, negated);
        }

        if (type.IsString())
        {
            return Literal.Of(Encoding.UTF8.GetBytes(text));
        }

        var bytes = AddressLiterals.TryParseBytes(text) ?? throw Bad(text, type == FieldType.Ether ? "Ethernet address" : "byte string", place);
        int size = type is FieldType.Ether or FieldType.Eui64 or FieldType.FcWwn ? type.Size() : 0;
        if (size > 0 && bytes.Length != size)
        {
            throw new FilterException($"\"{text}\" has too {(bytes.Length < size ? "few" : "many")} bytes for {TypeRules.Words(type)}.", place.Position, place.Length);
        }

        return Literal.Of(bytes);
    }

    /// <summary>A quoted string; <paramref name="text"/> has a byte to a char.</summary>
    public static Literal Quoted(string text, FieldType type, FieldSet? field, Place place)
    {
        if (type.IsString() || type is FieldType.Protocol or FieldType.Bytes or FieldType.UIntBytes)
        {
            return Literal.Of(Encoding.Latin1.GetBytes(text));
        }

        if (type == FieldType.AbsoluteTime)
        {
            return Time(text, place);
        }

        if (type == FieldType.Boolean || type.IsInteger())
        {
            return Literal.Of(Value.Of(TypeRules.KindOf(type), Named(text, type, field, place), TypeRules.IsWide(type)));
        }

        throw new FilterException($"A value that is {TypeRules.Words(type)} is written without quotes: \"{text}\".", place.Position, place.Length);
    }

    /// <summary>A character constant.</summary>
    public static Literal Character(char c, FieldType type, Place place)
    {
        if (type == FieldType.Boolean)
        {
            return Literal.Of(Value.Of(ValueKind.Unsigned, c != 0 ? 1u : 0u));
        }

        if (type.IsInteger())
        {
            return Literal.Of(Value.Of(TypeRules.KindOf(type), c, TypeRules.IsWide(type)));
        }

        return type.IsString() || type is FieldType.Protocol or FieldType.Bytes or FieldType.UIntBytes
            ? Literal.Of([(byte)c])
            : throw new FilterException($"A character cannot be {TypeRules.Words(type)}.", place.Position, place.Length);
    }

    static FilterException Bad(string text, string what, Place place) => new($"\"{text}\" is not a valid {what}.", place.Position, place.Length);

    static ulong Boolean(string text, FieldSet? field, Place place) => text switch
    {
        "True" or "TRUE" => 1,
        "False" or "FALSE" => 0,
        _ => NumberLiterals.TryParse(text, out ulong number) ? number != 0 ? 1u : 0u : Named(text, FieldType.Boolean, field, place),
    };

    static Literal Integer(string text, FieldType type, FieldSet? field, Place place, bool negated)
    {
        if (!NumberLiterals.TryParse(text, out ulong number))
        {
            if (NumberLiterals.IsTooLarge(text))
            {
                throw new FilterException($"\"{text}\" is too big for any field.", place.Position, place.Length);
            }

            return Literal.Of(Value.Of(TypeRules.KindOf(type), Named(text, type, field, place), TypeRules.IsWide(type)));
        }

        int bits = Math.Max(type.Size(), 1) * 8;
        ulong most = type.IsSigned() ? (1ul << (bits - 1)) - (negated ? 0u : 1u) : bits == 64 ? ulong.MaxValue : (1ul << bits) - 1;
        if (number > most)
        {
            throw new FilterException($"\"{text}\" is too big for this field, whose maximum is {most}.", place.Position, place.Length);
        }

        return Literal.Of(Value.Of(TypeRules.KindOf(type), number, TypeRules.IsWide(type)));
    }

    static ulong Named(string text, FieldType type, FieldSet? field, Place place)
    {
        bool hasNames = type == FieldType.Boolean;
        foreach (var one in field?.Fields ?? [])
        {
            var names = one.Names is { IsUnit: false } own ? own : one.Type == FieldType.Boolean ? ValueNames.TrueFalse : null;
            if (names is null)
            {
                continue;
            }

            hasNames = true;
            foreach (var (first, _, name) in names.All)
            {
                if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
                {
                    return first;
                }
            }
        }

        throw new FilterException(
            hasNames && field is not null ? $"\"{text}\" is not among the names of the values of {field.Name}." : $"\"{text}\" is not a valid number.",
            place.Position, place.Length, hasNames ? NearestName(text, field) : null);
    }

    static string? NearestName(string text, FieldSet? field) =>
        field?.Fields.SelectMany(f => f.Names is { IsUnit: false } names ? names.All.Select(n => n.Name) : [])
            .FirstOrDefault(name => name.Contains(text, StringComparison.OrdinalIgnoreCase));

    static Literal Time(string text, Place place) => TimeLiterals.TryParse(text, out long time)
        ? Literal.Of(Value.Of(ValueKind.Time, (ulong)time))
        : throw new FilterException($"\"{text}\" is not a date and time such as \"2011-07-04 12:34:56\" or \"Nov 12, 1999 08:55:44.123\".", place.Position, place.Length);

    static Literal IPv4(string text, Place place)
    {
        var rest = text.AsSpan();
        if (!AddressLiterals.TrySplitPrefix(ref rest, 32, out int prefix) || !AddressLiterals.TryParseIPv4(rest, out uint address))
        {
            throw Bad(text, "IPv4 address (names of hosts are not looked up)", place);
        }

        return prefix <= 32
            ? Literal.Of(new Value { Kind = ValueKind.IPv4, Number = address, Prefix = prefix == 0 ? (byte)255 : (byte)prefix })
            : throw new FilterException($"An IPv4 prefix has at most 32 bits, not {prefix}.", place.Position, place.Length);
    }

    static Literal IPv6(string text, Place place)
    {
        var rest = text.AsSpan();
        var address = new byte[16];
        if (!AddressLiterals.TrySplitPrefix(ref rest, 128, out int prefix) || !AddressLiterals.TryParseIPv6(rest, address))
        {
            throw Bad(text, "IPv6 address (names of hosts are not looked up)", place);
        }

        return prefix <= 128
            ? Literal.Of(address, prefix == 0 ? (byte)255 : (byte)prefix)
            : throw new FilterException($"An IPv6 prefix has at most 128 bits, not {prefix}.", place.Position, place.Length);
    }

    /// <summary>X.690 section 8.19: base 128, the first two arcs of an absolute one together.</summary>
    static byte[]? ObjectIdentifier(string text, bool absolute)
    {
        var arcs = new List<ulong>();
        foreach (string part in text.Split('.'))
        {
            if (!uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out uint arc))
            {
                return null;
            }

            arcs.Add(arc);
        }

        if (absolute)
        {
            if (arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39))
            {
                return null;
            }

            arcs[1] += arcs[0] * 40;
            arcs.RemoveAt(0);
        }

        var bytes = new List<byte>();
        foreach (ulong arc in arcs)
        {
            int shift = 0;
            while (arc >> shift > 0x7f)
            {
                shift += 7;
            }

            for (; shift >= 0; shift -= 7)
            {
                bytes.Add((byte)(((arc >> shift) & 0x7f) | (shift > 0 ? 0x80u : 0)));
            }
        }

        return [.. bytes];
    }
}
