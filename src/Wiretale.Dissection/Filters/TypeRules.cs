using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>What the language lets one do with values of a field type.</summary>
static class TypeRules
{
    /// <summary>Addresses and identifiers that are byte strings of some length, and byte strings.</summary>
    public static bool IsBytes(FieldType type) =>
        type is FieldType.Ether or FieldType.Bytes or FieldType.UIntBytes or FieldType.Guid or FieldType.Oid or FieldType.RelOid
            or FieldType.Ax25 or FieldType.Vines or FieldType.FcWwn or FieldType.SystemId or FieldType.Eui64;

    public static bool IsNumber(FieldType type) => type.IsInteger() || type is FieldType.Float or FieldType.Double;

    public static bool CanCompare(FieldType type) => type != FieldType.None;

    public static bool CanSearch(FieldType type) =>
        type.IsString() || type == FieldType.Protocol || (IsBytes(type) && type is not (FieldType.Guid or FieldType.Eui64));

    public static bool CanSlice(FieldType type) => CanSearch(type) || type is FieldType.IPv4 or FieldType.IPv6;

    public static bool Can(Arithmetic operation, FieldType type) => operation switch
    {
        Arithmetic.BitAnd => type.IsInteger() || type is FieldType.IPv4 or FieldType.IPv6 || (IsBytes(type) && type is not (FieldType.Guid or FieldType.Oid or FieldType.RelOid)),
        Arithmetic.Add or Arithmetic.Subtract => CanNegate(type),
        Arithmetic.Remainder => type.IsInteger(),
        _ => IsNumber(type),
    };

    public static bool CanNegate(FieldType type) => IsNumber(type) || type == FieldType.RelativeTime;

    /// <summary>Whether <c>string()</c> takes a field: what has a text that is not already its value.</summary>
    public static bool HasText(FieldType type) =>
        IsNumber(type) || type is FieldType.IPv4 or FieldType.IPv6 || (IsBytes(type) && type is not (FieldType.Bytes or FieldType.UIntBytes));

    public static bool AreCompatible(FieldType a, FieldType b) =>
        a == b || (a.IsInteger() && b.IsInteger()) || (IsBytes(a) && IsBytes(b)) || (a.IsString() && b.IsString());

    public static bool IsWide(FieldType type) => type.IsInteger() && type.Size() > 4;

    /// <summary>How values of a type are held while a filter runs.</summary>
    public static ValueKind KindOf(FieldType type) => type switch
    {
        FieldType.Boolean => ValueKind.Unsigned,
        FieldType.Float or FieldType.Double => ValueKind.Real,
        FieldType.AbsoluteTime or FieldType.RelativeTime => ValueKind.Time,
        FieldType.IPv4 => ValueKind.IPv4,
        _ when type.IsSigned() => ValueKind.Signed,
        _ when type.IsUnsigned() => ValueKind.Unsigned,
        _ => ValueKind.Bytes,
    };

    /// <summary>The type in words.</summary>
    public static string Words(FieldType type) => type switch
    {
        FieldType.None => "a label",
        FieldType.Protocol => "a protocol",
        FieldType.Boolean => "a boolean",
        FieldType.Char => "a character",
        FieldType.Float or FieldType.Double => "a floating-point number",
        FieldType.AbsoluteTime => "a date and time",
        FieldType.RelativeTime => "a time span",
        FieldType.Ether => "an Ethernet address",
        FieldType.IPv4 => "an IPv4 address",
        FieldType.IPv6 => "an IPv6 address",
        FieldType.FrameNumber => "a frame number",
        FieldType.Guid => "a globally unique identifier",
        FieldType.Oid or FieldType.RelOid => "an object identifier",
        FieldType.Eui64 => "an EUI-64 address",
        _ when type.IsString() => "a text",
        _ when type.IsUnsigned() => $"an unsigned number of {type.Size() * 8} bits",
        _ when type.IsSigned() => $"a signed number of {type.Size() * 8} bits",
        _ => "a byte string",
    };
}
