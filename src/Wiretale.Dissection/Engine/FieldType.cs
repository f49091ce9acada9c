namespace Wiretale.Dissection.Engine;

/// <summary>What kind of value a field holds; Wireshark's FT_* types.</summary>
public enum FieldType : byte
{
    /// <summary>FT_NONE: a label without a value.</summary>
    None,
    /// <summary>FT_PROTOCOL: a whole protocol; its value is the bytes it covers.</summary>
    Protocol,
    Boolean, Char,
    UInt8, UInt16, UInt24, UInt32, UInt40, UInt48, UInt56, UInt64,
    Int8, Int16, Int24, Int32, Int40, Int48, Int56, Int64,
    /// <summary>FT_IEEE_11073_SFLOAT and FT_IEEE_11073_FLOAT are read as <see cref="Float"/>.</summary>
    Float, Double,
    AbsoluteTime, RelativeTime,
    /// <summary>FT_STRING and FT_STRINGZPAD, FT_STRINGZTRUNC: text of a known length.</summary>
    String,
    /// <summary>FT_STRINGZ: text that ends with a NUL.</summary>
    StringZ,
    /// <summary>FT_UINT_STRING: text after its own length.</summary>
    UIntString,
    Ether, Bytes,
    /// <summary>FT_UINT_BYTES: bytes after their own length.</summary>
    UIntBytes,
    IPv4, IPv6, IpxNet,
    /// <summary>FT_FRAMENUM: the number of another frame.</summary>
    FrameNumber,
    Guid, Oid, RelOid, Eui64, SystemId, Ax25, Vines, FcWwn,
}

/// <summary>How a field's value is written; Wireshark's BASE_* values.</summary>
public enum FieldBase : byte
{
    None, Dec, Hex, Oct, DecHex, HexDec,
    /// <summary>Only the value's own formatter (BASE_CUSTOM); the dissector sets the text.</summary>
    Custom,
    /// <summary>A port number, with its service name when transport names are resolved.</summary>
    PortUdp, PortTcp, PortDccp, PortSctp,
    /// <summary>An organisation's 24-bit number (BASE_OUI).</summary>
    Oui,
    /// <summary>An IPv4 network mask (BASE_NETMASK).</summary>
    Netmask,
    /// <summary>Bytes separated by a sign: SEP_DOT, SEP_DASH, SEP_COLON, SEP_SPACE.</summary>
    Dot, Dash, Colon, Space,
    /// <summary>An absolute time in the local zone, in UTC, or in UTC with the day of the year.</summary>
    Local, Utc, DayOfYear,
    /// <summary>An absolute time in NTP's format, shown as its users expect it: UTC, and "NULL" for zero (ABSOLUTE_TIME_NTP_UTC).</summary>
    NtpUtc,
}

/// <summary>Facts about field types that formatting, filters and export share.</summary>
public static class FieldTypes
{
    /// <summary>Bytes that a value of a fixed-size type takes on the wire; 0 when that varies.</summary>
    public static int Size(this FieldType type) => type switch
    {
        FieldType.Boolean or FieldType.Char or FieldType.UInt8 or FieldType.Int8 => 1,
        FieldType.UInt16 or FieldType.Int16 => 2,
        FieldType.UInt24 or FieldType.Int24 => 3,
        FieldType.UInt32 or FieldType.Int32 or FieldType.Float or FieldType.IPv4 or FieldType.IpxNet or FieldType.FrameNumber => 4,
        FieldType.UInt40 or FieldType.Int40 => 5,
        FieldType.UInt48 or FieldType.Int48 or FieldType.Ether or FieldType.SystemId => 6,
        FieldType.UInt56 or FieldType.Int56 or FieldType.Ax25 => 7,
        FieldType.UInt64 or FieldType.Int64 or FieldType.Double or FieldType.Eui64 or FieldType.FcWwn => 8,
        FieldType.IPv6 or FieldType.Guid => 16,
        FieldType.Vines => 6,
        _ => 0,
    };

    /// <summary>Whether values are unsigned integers (frame numbers and characters included).</summary>
    public static bool IsUnsigned(this FieldType type) =>
        type is >= FieldType.Char and <= FieldType.UInt64 or FieldType.FrameNumber or FieldType.IpxNet;

    /// <summary>Whether values are signed integers.</summary>
    public static bool IsSigned(this FieldType type) => type is >= FieldType.Int8 and <= FieldType.Int64;

    /// <summary>Whether values are integers of either kind.</summary>
    public static bool IsInteger(this FieldType type) => type.IsUnsigned() || type.IsSigned();

    /// <summary>Whether values are text.</summary>
    public static bool IsString(this FieldType type) => type is FieldType.String or FieldType.StringZ or FieldType.UIntString;

    /// <summary>Wireshark's name of the type, as -G fields prints it.</summary>
    public static string WiresharkName(this FieldType type) => type switch
    {
        FieldType.IPv4 => "FT_IPv4",
        FieldType.IPv6 => "FT_IPv6",
        FieldType.IpxNet => "FT_IPXNET",
        FieldType.FrameNumber => "FT_FRAMENUM",
        FieldType.AbsoluteTime => "FT_ABSOLUTE_TIME",
        FieldType.RelativeTime => "FT_RELATIVE_TIME",
        FieldType.UIntString => "FT_UINT_STRING",
        FieldType.UIntBytes => "FT_UINT_BYTES",
        FieldType.RelOid => "FT_REL_OID",
        FieldType.SystemId => "FT_SYSTEM_ID",
        _ => "FT_" + type.ToString().ToUpperInvariant(),
    };
}
