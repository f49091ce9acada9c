using System.Collections.Frozen;
using Wiretale.Wire;

namespace Wiretale.Lab.Dns;

/// <summary>What can stand in the data of a record, in the message and in text.</summary>
enum RecordField : byte
{
    U8,
    U16,
    U32,

    /// <summary>Seconds, which text may write as 1h30m.</summary>
    Period,

    /// <summary>A DNSSEC algorithm: a number, which text may write as its mnemonic.</summary>
    Algorithm,

    /// <summary>A kind of certificates: a number, which text may write as its mnemonic (RFC 4398 section 2.1).</summary>
    Certificate,

    IPv4,
    IPv6,

    /// <summary>A name that may be compressed: types of RFC 1035 only (RFC 3597 section 4).</summary>
    SharedName,

    /// <summary>A name that is never compressed here, but that older software may have compressed.</summary>
    OldName,

    /// <summary>A name that must not be compressed.</summary>
    PlainName,

    /// <summary>Up to 255 bytes behind their length.</summary>
    String,

    /// <summary>The same, written without quotes: a property's name (RFC 8659 section 4.1).</summary>
    Word,

    /// <summary>One or more strings up to the end.</summary>
    Strings,

    /// <summary>All up to the end, in quotes.</summary>
    Text,

    /// <summary>A type of records.</summary>
    Type,

    /// <summary>A moment: YYYYMMDDHHmmSS (RFC 4034 section 3.2).</summary>
    Moment,

    Base64,
    Hex,

    /// <summary>Bytes behind their length in hexadecimal digits, "-" for none (RFC 5155 section 3.3).</summary>
    Salt,

    /// <summary>Bytes behind their length in base 32 with the extended alphabet (RFC 5155 section 3.3).</summary>
    Base32,

    /// <summary>A set of types (RFC 4034 section 4.1.2).</summary>
    Types,

    /// <summary>A place on earth (RFC 1876).</summary>
    Location,

    /// <summary>Parameters of a service (RFC 9460 section 2.1).</summary>
    Parameters,

    /// <summary>Six bytes with dashes between them (RFC 7043).</summary>
    Eui48,

    /// <summary>Eight bytes with dashes between them.</summary>
    Eui64,

    /// <summary>Eight bytes as four groups of hexadecimal digits (RFC 6742).</summary>
    Locator64,
}

/// <summary>What stands in the data of each type.</summary>
static class RecordLayout
{
    static readonly FrozenDictionary<ushort, RecordField[]> layouts = new Dictionary<ushort, RecordField[]>
    {
        [DnsType.A] = [RecordField.IPv4],
        [DnsType.Ns] = [RecordField.SharedName],
        [DnsType.Md] = [RecordField.SharedName],
        [DnsType.Mf] = [RecordField.SharedName],
        [DnsType.Cname] = [RecordField.SharedName],
        [DnsType.Soa] = [RecordField.SharedName, RecordField.SharedName, RecordField.U32, RecordField.Period, RecordField.Period, RecordField.Period, RecordField.Period],
        [DnsType.Mb] = [RecordField.SharedName],
        [DnsType.Mg] = [RecordField.SharedName],
        [DnsType.Mr] = [RecordField.SharedName],
        [DnsType.Ptr] = [RecordField.SharedName],
        [DnsType.Hinfo] = [RecordField.String, RecordField.String],
        [DnsType.Minfo] = [RecordField.SharedName, RecordField.SharedName],
        [DnsType.Mx] = [RecordField.U16, RecordField.SharedName],
        [DnsType.Txt] = [RecordField.Strings],
        [DnsType.Rp] = [RecordField.OldName, RecordField.OldName],
        [DnsType.Afsdb] = [RecordField.U16, RecordField.OldName],
        [DnsType.X25] = [RecordField.String],
        [DnsType.Isdn] = [RecordField.Strings],
        [DnsType.Rt] = [RecordField.U16, RecordField.OldName],
        [DnsType.Px] = [RecordField.U16, RecordField.OldName, RecordField.OldName],
        [DnsType.Key] = [RecordField.U16, RecordField.U8, RecordField.Algorithm, RecordField.Base64],
        [DnsType.Aaaa] = [RecordField.IPv6],
        [DnsType.Loc] = [RecordField.Location],
        [DnsType.Srv] = [RecordField.U16, RecordField.U16, RecordField.U16, RecordField.OldName],
        [DnsType.Naptr] = [RecordField.U16, RecordField.U16, RecordField.String, RecordField.String, RecordField.String, RecordField.OldName],
        [DnsType.Kx] = [RecordField.U16, RecordField.OldName],
        [DnsType.Cert] = [RecordField.Certificate, RecordField.U16, RecordField.Algorithm, RecordField.Base64],
        [DnsType.Dname] = [RecordField.OldName],
        [DnsType.Ds] = [RecordField.U16, RecordField.Algorithm, RecordField.U8, RecordField.Hex],
        [DnsType.Sshfp] = [RecordField.U8, RecordField.U8, RecordField.Hex],
        [DnsType.Rrsig] = [RecordField.Type, RecordField.Algorithm, RecordField.U8, RecordField.Period, RecordField.Moment, RecordField.Moment, RecordField.U16, RecordField.PlainName, RecordField.Base64],
        [DnsType.Nsec] = [RecordField.PlainName, RecordField.Types],
        [DnsType.DnsKey] = [RecordField.U16, RecordField.U8, RecordField.Algorithm, RecordField.Base64],
        [DnsType.Dhcid] = [RecordField.Base64],
        [DnsType.Nsec3] = [RecordField.U8, RecordField.U8, RecordField.U16, RecordField.Salt, RecordField.Base32, RecordField.Types],
        [DnsType.Nsec3Param] = [RecordField.U8, RecordField.U8, RecordField.U16, RecordField.Salt],
        [DnsType.Tlsa] = [RecordField.U8, RecordField.U8, RecordField.U8, RecordField.Hex],
        [RecordType.Smimea] = [RecordField.U8, RecordField.U8, RecordField.U8, RecordField.Hex],
        [DnsType.Cds] = [RecordField.U16, RecordField.Algorithm, RecordField.U8, RecordField.Hex],
        [DnsType.CdnsKey] = [RecordField.U16, RecordField.U8, RecordField.Algorithm, RecordField.Base64],
        [DnsType.OpenPgpKey] = [RecordField.Base64],
        [DnsType.Csync] = [RecordField.U32, RecordField.U16, RecordField.Types],
        [DnsType.Zonemd] = [RecordField.U32, RecordField.U8, RecordField.U8, RecordField.Hex],
        [DnsType.Svcb] = [RecordField.U16, RecordField.PlainName, RecordField.Parameters],
        [DnsType.Https] = [RecordField.U16, RecordField.PlainName, RecordField.Parameters],
        [DnsType.Spf] = [RecordField.Strings],
        [DnsType.Nid] = [RecordField.U16, RecordField.Locator64],
        [DnsType.L32] = [RecordField.U16, RecordField.IPv4],
        [DnsType.L64] = [RecordField.U16, RecordField.Locator64],
        [DnsType.Lp] = [RecordField.U16, RecordField.PlainName],
        [DnsType.Eui48] = [RecordField.Eui48],
        [DnsType.Eui64] = [RecordField.Eui64],
        [DnsType.Uri] = [RecordField.U16, RecordField.U16, RecordField.Text],
        [DnsType.Caa] = [RecordField.U8, RecordField.Word, RecordField.Text],
        [DnsType.Dlv] = [RecordField.U16, RecordField.Algorithm, RecordField.U8, RecordField.Hex],
    }.ToFrozenDictionary();

    /// <summary>The fields of a type; null where the data is nothing but bytes to us.</summary>
    public static RecordField[]? Of(RecordType type) => layouts.GetValueOrDefault(type.Value);

    /// <summary>Bytes of a field that always has as many; 0 for others.</summary>
    public static int Size(RecordField field) => field switch
    {
        RecordField.U8 or RecordField.Algorithm => 1,
        RecordField.U16 or RecordField.Type or RecordField.Certificate => 2,
        RecordField.U32 or RecordField.Period or RecordField.Moment or RecordField.IPv4 => 4,
        RecordField.Eui48 => 6,
        RecordField.Eui64 or RecordField.Locator64 => 8,
        RecordField.IPv6 => 16,
        _ => 0,
    };

    /// <summary>Whether a field is a name.</summary>
    public static bool IsName(RecordField field) => field is RecordField.SharedName or RecordField.OldName or RecordField.PlainName;

    /// <summary>The length of a field at the start of data that was checked.</summary>
    public static int Measure(RecordField field, ReadOnlySpan<byte> data) => field switch
    {
        RecordField.SharedName or RecordField.OldName or RecordField.PlainName => DnsName.Measure(data),
        RecordField.String or RecordField.Word or RecordField.Salt or RecordField.Base32 => data[0] + 1,
        _ => Size(field) is > 0 and var size ? size : data.Length,
    };
}
