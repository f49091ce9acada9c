using Wiretale.Lab.Dns;

namespace Wiretale.Lab.Tests.Dns;

public sealed class RecordDataTests
{
    static readonly DnsName origin = DnsName.Parse("example.com");

    // The bytes are those of the RFCs' examples where they have some.
    public static TheoryData<string, string, string, string?> Forms => new()
    {
        { "A", "192.0.2.1", "C0000201", null },
        { "AAAA", "2001:db8:0:0::1", "20010DB8000000000000000000000001", "2001:db8::1" },
        { "NS", "ns", "026E73076578616D706C6503636F6D00", "ns.example.com." },
        { "CNAME", "a.", "016100", null },
        { "PTR", "@", "076578616D706C6503636F6D00", "example.com." },
        { "DNAME", "a.", "016100", null },
        { "SOA", "a. b. 7 1h 15m 1w 0", "0161000162000000000700000E100000038400093A8000000000", "a. b. 7 3600 900 604800 0" },
        { "MX", "10 a.", "000A016100", null },
        { "TXT", "\"a b\" c \"\"", "03612062016300", "\"a b\" \"c\" \"\"" },
        { "TXT", "\"\\\"q\\\" \\\\ \\200;\"", "08227122205C20C83B", null },
        { "SPF", "v=spf1", "06763D73706631", "\"v=spf1\"" },
        { "SRV", "1 2 443 a.", "0001000201BB016100", null },
        { "CAA", "0 issue \"ca.example; x\"", "0005697373756563612E6578616D706C653B2078", null },
        { "NAPTR", "100 10 \"u\" \"sip+E2U\" \"!^.*$!sip:info@example.com!i\" .", "0064000A0175077369702B4532551C215E2E2A24217369703A696E666F406578616D706C652E636F6D216900", null },
        { "HINFO", "PC \"Linux 6\"", "025043074C696E75782036", "\"PC\" \"Linux 6\"" },
        { "RP", "a. b.", "016100016200", null },
        { "AFSDB", "1 a.", "0001016100", null },
        { "LOC", "42 21 54.5 N 71 6 18.3 W -24m 30m", "0033161389172FC470BE14C400988D20", "42 21 54.500 N 71 6 18.300 W -24.00m 30m 10000m 10m" },
        { "LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m", "000016138B3CF018810CBCE0009895B8", null },
        { "SSHFP", "2 1 123456789abcdef67890123456789abcdef67890", "0201123456789ABCDEF67890123456789ABCDEF67890", "2 1 123456789ABCDEF67890123456789ABCDEF67890" },
        { "TLSA", "3 1 1 0A0B 0c", "0301010A0B0C", "3 1 1 0A0B0C" },
        { "DS", "60485 RSASHA1 1 2BB183AF5F22588179A53B0A98631FAD1A292118", "EC4505012BB183AF5F22588179A53B0A98631FAD1A292118", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118" },
        { "DNSKEY", "256 3 5 AQPS", "010003050103D2", null },
        { "RRSIG", "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1", "00010503000151803E7C9DD73E5510D70A52076578616D706C6503636F6D00A09075", null },
        { "NSEC", "host A MX RRSIG NSEC TYPE1234", "04686F7374076578616D706C6503636F6D000006400100000003041B000000000000000000000000000000000000000000000000000020", "host.example.com. A MX RRSIG NSEC TYPE1234" },
        { "NSEC3", "1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG", "0101000C04AABBCCDD14174EB2409FE28BCB4887A1836F957F0A8425E27B000722010000000290", "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM" },
        { "NSEC3PARAM", "1 0 0 -", "0100000000", null },
        { "URI", "10 1 \"ftp://ftp.example.com/public\"", "000A00016674703A2F2F6674702E6578616D706C652E636F6D2F7075626C6963", null },
        // RFC 9460 appendix D.
        { "HTTPS", "0 foo.example.com.", "000003666F6F076578616D706C6503636F6D00", null },
        { "SVCB", "1 .", "000100", null },
        { "SVCB", "16 foo.example.com. port=53", "001003666F6F076578616D706C6503636F6D00000300020035", null },
        { "SVCB", "1 foo.example.com. key667=hello", "000103666F6F076578616D706C6503636F6D00029B000568656C6C6F", "1 foo.example.com. key667=\"hello\"" },
        { "SVCB", "1 foo.example.com. key667=\"hello\\210qoo\"", "000103666F6F076578616D706C6503636F6D00029B000968656C6C6FD2716F6F", null },
        { "SVCB", "1 foo.example.com. ipv6hint=\"2001:db8::1,2001:db8::53:1\"", "000103666F6F076578616D706C6503636F6D000006002020010DB800000000000000000000000120010DB8000000000000000000530001", "1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1" },
        { "SVCB", "16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1", "001003666F6F076578616D706C65036F7267000000000400010004000100090268320568332D313900040004C0000201", "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1" },
        { "SVCB", "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "001003666F6F076578616D706C65036F7267000001000C08665C6F6F2C626172026832", null },
        { "TYPE65534", "\\# 4 0A00 0001", "0A000001", "\\# 4 0A000001" },
        { "TYPE65534", "\\# 0", "", null },
        { "A", "\\# 4 0A000001", "0A000001", "10.0.0.1" },
        { "CERT", "PKIX 2 RSASHA256 AQPS", "00010002080103D2", "1 2 8 AQPS" },
        { "SMIMEA", "3 1 1 0A0B", "0301010A0B", null },
        { "EUI48", "00-00-5e-00-53-2a", "00005E00532A", null },
        { "NID", "10 14:4fff:ff20:ee64", "000A00144FFFFF20EE64", "10 14:4fff:ff20:ee64" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Data_is_read_from_text_and_from_bytes_and_written(string typeName, string text, string bytes, string? written)
    {
        Assert.True(RecordType.TryParse(typeName, out var type));
        var data = RecordData.Parse(type, text, origin);
        Assert.Equal(bytes, Convert.ToHexString(data.Bytes));
        Assert.Equal(written ?? text, data.ToString());
        Assert.Equal(data, RecordData.FromWire(type, Convert.FromHexString(bytes)));
        Assert.Equal(data, RecordData.Parse(type, data.ToString()));
        Assert.Equal(data, RecordData.Parse(type, data.ToGenericString()));
    }

    [Theory]
    [InlineData("A", "10.0.0")]
    [InlineData("A", "10.0.0.256")]
    [InlineData("A", "010.0.0.1")]
    [InlineData("A", "10.0.0.1 10.0.0.2")]
    [InlineData("AAAA", "10.0.0.1")]
    [InlineData("AAAA", "fe80::1%eth0")]
    [InlineData("MX", "a.")]
    [InlineData("MX", "65536 a.")]
    [InlineData("TXT", "")]
    [InlineData("TXT", "\"open")]
    [InlineData("SOA", "a. b. 1 2 3 4")]
    [InlineData("DS", "1 8 2 ABC")]
    [InlineData("DNSKEY", "256 3 8 !")]
    [InlineData("NSEC", "a. NOTYPE")]
    [InlineData("SVCB", "1 . port=65536")]
    [InlineData("SVCB", "1 . port=1 port=2")]
    [InlineData("SVCB", "1 . nothing=1")]
    [InlineData("TYPE65534", "AB")]
    [InlineData("TYPE65534", "\\# 3 AB")]
    [InlineData("A", "\\# 3 0A0000")]
    [InlineData("LOC", "91 N 1 E 0m")]
    public void What_is_no_data_is_refused(string type, string text)
    {
        Assert.True(RecordType.TryParse(type, out var known));
        Assert.NotEmpty(Assert.Throws<FormatException>(() => RecordData.Parse(known, text, origin)).Message);
    }

    [Theory]
    [InlineData("A", "0A0000")]
    [InlineData("A", "0A00000001")]
    [InlineData("MX", "000A")]
    [InlineData("MX", "000A0161C000")]
    [InlineData("TXT", "")]
    [InlineData("TXT", "0361")]
    [InlineData("NSEC", "C000000101")]
    [InlineData("NSEC", "0161000000")]
    [InlineData("SVCB", "000100000300020035000100030268320000")]
    [InlineData("CAA", "000000")]
    public void Bytes_that_are_no_data_are_refused(string type, string bytes)
    {
        Assert.True(RecordType.TryParse(type, out var known));
        Assert.Throws<FormatException>(() => RecordData.FromWire(known, Convert.FromHexString(bytes)));
    }

    [Fact]
    public void Typed_values_are_at_hand()
    {
        Assert.Equal(System.Net.IPAddress.Parse("2001:db8::1"), RecordData.Parse(RecordType.AAAA, "2001:db8::1").Address);
        var mx = RecordData.Parse(RecordType.MX, "10 mail", origin);
        Assert.Equal((10, "mail.example.com."), (mx.Preference, mx.Target.ToString()));
        var soa = RecordData.Parse(RecordType.SOA, "a. b. 7 1 2 3 300");
        Assert.Equal((7u, 300u), (soa.Serial, soa.Minimum));
        Assert.Throws<InvalidOperationException>(() => mx.Address);
        Assert.Equal(RecordData.Parse(RecordType.NS, "A.b."), RecordData.Parse(RecordType.NS, "a.B."));
        Assert.NotEqual(RecordData.Parse(RecordType.TXT, "A"), RecordData.Parse(RecordType.TXT, "a"));
    }
}
