using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Serving;

namespace Wiretale.Lab.Tests.Dns;

public sealed class DnsRequestTests
{
    const string Head = "123401000001000000000000", HeadWithOpt = "123401000001000000000001", Question = "0357575701610000010001", Opt = "0000290200000080000000";

    [Fact]
    public void A_question_is_read()
    {
        Span<byte> lower = stackalloc byte[255];
        var verdict = DnsRequest.Read(Convert.FromHexString(HeadWithOpt + Question + "00002910000000800000150003000000FD00010700" + "0A0008" + "0102030405060708"), isTcp: false, lower, out var request);
        Assert.Equal(RequestVerdict.Question, verdict);
        Assert.Equal("WWW.a.", DnsName.FromWire(request.Name).ToString());
        Assert.Equal("www.a.", DnsName.FromWire(request.LowerName).ToString());
        Assert.True(request is { HasEdns: true, DnssecOk: true, UdpSize: 4096, WantsNsid: true, RecursionDesired: true, Class: RecordClass.IN });
        Assert.Equal(RecordType.A, request.Type);
        Assert.Equal(8, request.Cookie.Length);

        byte[] response = new byte[100];
        int length = request.WriteHead(response, 0x0403);
        Assert.Equal("123485030001000000000000" + Question, Convert.ToHexString(response.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("", RequestVerdict.Drop)]
    [InlineData("1234010000010000000000", RequestVerdict.Drop)]
    [InlineData("123481000001000000000000" + Question, RequestVerdict.Drop)]
    [InlineData(Head + Question, RequestVerdict.Question)]
    [InlineData(HeadWithOpt + Question + Opt, RequestVerdict.Question)]
    [InlineData("123400000000000000000000", RequestVerdict.FormErr)]
    [InlineData("123400000002000000000000" + Question + Question, RequestVerdict.FormErr)]
    [InlineData(Head + "0357575701610000010001" + "00", RequestVerdict.FormErr)]
    [InlineData(Head + "03575757016100000100", RequestVerdict.FormErr)]
    [InlineData(Head + "C00C00010001", RequestVerdict.FormErr)]
    [InlineData("123428000001000000000000" + Question, RequestVerdict.NotImp)]
    [InlineData("123478000000000000000000", RequestVerdict.NotImp)]
    [InlineData("123420000001000100000000" + Question + "FFFF", RequestVerdict.NotImp)]
    [InlineData(HeadWithOpt + Question + "0000290200000100000000", RequestVerdict.BadVers)]
    [InlineData("123401000001000000000002" + Question + Opt + Opt, RequestVerdict.FormErr)]
    [InlineData("123401000001000100000000" + Question + Opt, RequestVerdict.FormErr)]
    [InlineData(HeadWithOpt + Question + "016100" + "00290200000080000000", RequestVerdict.FormErr)]
    [InlineData(HeadWithOpt + Question + "0000290200000080000005" + "0003000200", RequestVerdict.FormErr)]
    [InlineData(HeadWithOpt + Question + "0000290200000080000008" + "000A000401020304", RequestVerdict.FormErr)]
    [InlineData("123400000000000000000001" + "000029020000008000000C" + "000A00080102030405060708", RequestVerdict.CookieOnly)]
    [InlineData("12340100000100000000FFFF" + Question + Opt, RequestVerdict.FormErr)]
    public void What_came_is_judged(string hex, RequestVerdict expected)
    {
        byte[] message = Convert.FromHexString(hex);
        Assert.Equal(expected, DnsRequest.Read(message, isTcp: false, stackalloc byte[255], out var request));
        if (expected != RequestVerdict.Drop)
        {
            byte[] response = new byte[512];
            int length = request.WriteHead(response, 1);
            Assert.True(DnsMessage.TryParse(response.AsSpan(0, length), out _, out string? error), error);
        }
    }

    [Fact]
    public void Noise_is_judged()
    {
        var random = new Random(1);
        byte[] good = Convert.FromHexString(HeadWithOpt + Question + "00002910000000800000150003000000FD00010700" + "0A0008" + "0102030405060708"), lower = new byte[255], response = new byte[512];
        for (int round = 0; round < 100_000; round++)
        {
            byte[] bytes = round % 2 == 0 ? new byte[random.Next(100)] : [.. good.AsSpan(0, random.Next(good.Length + 1))];
            if (round % 2 == 0)
            {
                random.NextBytes(bytes);
            }
            else if (bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var verdict = DnsRequest.Read(bytes, isTcp: false, lower, out var request);
            if (verdict != RequestVerdict.Drop)
            {
                // A question that is answered is a message for everybody else, too.
                Assert.True(DnsMessage.TryParse(response.AsSpan(0, request.WriteHead(response, 1)), out _, out string? error), error);
            }
        }
    }
}
