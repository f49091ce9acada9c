using System.Globalization;

namespace Wiretale.Lab.Dns;

/// <summary>What a message asks for (IANA "DNS OpCodes").</summary>
public enum Opcode : byte
{
    Query = 0,
    IQuery = 1,
    Status = 2,
    Notify = 4,
    Update = 5,
}

/// <summary>How it went (IANA "DNS RCODEs").</summary>
public enum ResponseCode : ushort
{
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NXDomain = 3,
    NotImp = 4,
    Refused = 5,
    YXDomain = 6,
    NotAuth = 9,

    /// <summary>The version of EDNS is not spoken here (RFC 6891 section 9).</summary>
    BadVers = 16,

    /// <summary>The server's cookie is missing or wrong (RFC 7873 section 8).</summary>
    BadCookie = 23,
}

/// <summary>The class of a record (IANA "DNS CLASSes").</summary>
public enum RecordClass : ushort
{
    IN = 1,
    CH = 3,
    HS = 4,
    NONE = 254,
    ANY = 255,
}

/// <summary>Names of codes as dig prints them.</summary>
public static class DnsCodes
{
    /// <summary>The name of a class, or CLASS and its number (RFC 3597 section 5).</summary>
    public static string Name(this RecordClass value) => Enum.IsDefined(value) ? value.ToString() : string.Create(CultureInfo.InvariantCulture, $"CLASS{(ushort)value}");

    /// <summary>Finds a class by its name.</summary>
    public static bool TryParseClass(string text, out RecordClass value)
    {
        if (text.StartsWith("CLASS", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            value = (RecordClass)number;
            return true;
        }

        // A number alone is a TTL.
        return Enum.TryParse(text, ignoreCase: true, out value) && char.IsAsciiLetter(text[0]);
    }

    /// <summary>The name of an outcome, such as NXDOMAIN, or RESERVED and its number.</summary>
    public static string Name(this ResponseCode value) => Enum.IsDefined(value) ? value.ToString().ToUpperInvariant() : string.Create(CultureInfo.InvariantCulture, $"RESERVED{(ushort)value}");

    /// <summary>The name of an operation, such as QUERY, or RESERVED and its number.</summary>
    public static string Name(this Opcode value) => Enum.IsDefined(value) ? value.ToString().ToUpperInvariant() : string.Create(CultureInfo.InvariantCulture, $"RESERVED{(byte)value}");
}
