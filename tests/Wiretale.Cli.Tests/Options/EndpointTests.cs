using System.Net;
using Wiretale.Cli.Options;

namespace Wiretale.Cli.Tests.Options;

public class EndpointTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1:6000")]
    [InlineData("10.0.0.1:80", "10.0.0.1:80")]
    [InlineData("10.0.0.1:0", "10.0.0.1:0")]
    [InlineData(":80", "127.0.0.1:80")]
    [InlineData("80", "127.0.0.1:80")]
    [InlineData("::1", "[::1]:6000")]
    [InlineData("[::1]", "[::1]:6000")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    public void What_is_left_out_is_the_programs_own(string text, string endpoint)
    {
        Assert.True(Endpoint.TryParse(text, resolve: true, out var parsed, out _));
        Assert.Equal(endpoint, parsed.Or(IPAddress.Loopback, 6000).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.1:")]
    [InlineData("10.0.0.1:x")]
    [InlineData("10.0.0.1:65536")]
    [InlineData("10.0.0.256")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:")]
    [InlineData("localhost")]
    [InlineData("a b:1")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Endpoint.TryParse(text, resolve: false, out _, out string error));
        Assert.Contains(text, error, StringComparison.Ordinal);
    }
}
