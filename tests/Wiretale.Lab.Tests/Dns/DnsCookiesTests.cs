using System.Net;
using Wiretale.Lab.Dns.Serving;

namespace Wiretale.Lab.Tests.Dns;

/// <summary>The test vectors of RFC 9018 appendix A, and of SipHash's authors.</summary>
public sealed class DnsCookiesTests
{
    const string Secret = "e5e973e5a6b2a43f48e7dc849e37bfcf";

    static DnsCookies At(long second, string secret = Secret)
    {
        var clock = new ManualClock();
        clock.Turn(DateTimeOffset.FromUnixTimeSeconds(second) - clock.GetUtcNow());
        return new(Convert.FromHexString(secret), clock);
    }

    [Theory]
    [InlineData(1559731985, "2464c4abcf10c957", "198.51.100.100", "2464c4abcf10c957010000005cf79f111f8130c3eee29480", false)]
    [InlineData(1559734385, "2464c4abcf10c957010000005cf79f111f8130c3eee29480", "198.51.100.100", "2464c4abcf10c957010000005cf7a871d4a564a1442aca77", true)]
    [InlineData(1559727999, "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", "203.0.113.203", "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", true)]
    [InlineData(1559741961, "22681ab97d52c298010000005cf7c57926556bd0934c72f8", "2001:db8:220:1:59de:d0f4:8769:82b8", "22681ab97d52c298010000005cf7c609a6bb79d16625507a", false, "445536bcd2513298075a5d379663c962")]
    public void Cookies_are_those_of_RFC_9018(long now, string given, string client, string expected, bool isGood, string secret = Secret)
    {
        byte[] cookies = new byte[DnsCookies.Length];
        Assert.Equal(isGood, At(now, secret).Write(Convert.FromHexString(given), IPAddress.Parse(client).GetAddressBytes(), cookies));
        Assert.Equal(expected, Convert.ToHexStringLower(cookies));
    }

    [Fact]
    public void A_cookie_is_good_for_its_client_and_its_time()
    {
        byte[] client = IPAddress.Parse("198.51.100.100").GetAddressBytes(), other = IPAddress.Parse("198.51.100.101").GetAddressBytes(), cookie = new byte[24], ignored = new byte[24];
        Assert.False(At(1_000_000).Write([1, 2, 3, 4, 5, 6, 7, 8], client, cookie));
        Assert.True(At(1_000_000).Write(cookie, client, ignored));
        Assert.Equal(cookie, ignored);
        Assert.True(At(1_003_600).Write(cookie, client, ignored));
        Assert.False(At(1_003_601).Write(cookie, client, ignored));
        Assert.False(At(1_000_000).Write(cookie, other, ignored));
        cookie[0] ^= 1;
        Assert.False(At(1_000_000).Write(cookie, client, ignored));
    }

    [Fact]
    public void SipHash_is_that_of_its_authors() =>
        Assert.Equal(0xa129ca6149be45e5, DnsCookies.SipHash(0x0706050403020100, 0x0f0e0d0c0b0a0908, [.. Enumerable.Range(0, 15).Select(i => (byte)i)]));
}
