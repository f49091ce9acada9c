using Wiretale.Lab.Dns;

namespace Wiretale.Lab.Tests.Dns;

public sealed class DnsMessageTests
{
    static ResourceRecord Record(string name, string type, string data, uint ttl = 300)
    {
        Assert.True(RecordType.TryParse(type, out var known));
        return new(DnsName.Parse(name), ttl, RecordData.Parse(known, data));
    }

    static DnsMessage Answer()
    {
        var query = DnsMessage.Query(0x1234, new(DnsName.Parse("WwW.example.com"), RecordType.ANY));
        query.RecursionDesired = true;
        var answer = query.Response();
        answer.IsAuthoritative = true;
        answer.Answers.AddRange(
        [
            Record("WwW.example.com", "CNAME", "a.example.com."), Record("a.example.com", "MX", "10 mail.example.com."), Record("a.example.com", "SRV", "1 2 3 a.example.com."),
            Record("a.example.com", "TXT", "\"some text\""), Record("a.example.com", "TYPE65534", "\\# 3 C00C00"),
        ]);
        answer.Authorities.Add(Record("example.com", "SOA", "ns.example.com. admin.example.com. 1 2 3 4 5"));
        answer.Additionals.Add(Record("mail.example.com", "A", "192.0.2.1"));
        answer.Opt = new() { UdpSize = 1400, DnssecOk = true, Options = [new(EdnsOption.Nsid, [1, 2, 3])] };
        return answer;
    }

    [Fact]
    public void A_message_survives_the_wire()
    {
        var answer = Answer();
        answer.ResponseCode = ResponseCode.BadCookie;
        byte[] bytes = answer.ToBytes();
        Assert.True(DnsMessage.TryParse(bytes, out var back, out string? error), error);
        Assert.Equal(answer.Answers, back.Answers);
        Assert.Equal(answer.Authorities, back.Authorities);
        Assert.Equal(answer.Additionals, back.Additionals);
        Assert.Equal("WwW.example.com.", back.Questions[0].Name.ToString());
        Assert.Equal(ResponseCode.BadCookie, back.ResponseCode);
        Assert.True(back is { Id: 0x1234, IsResponse: true, IsAuthoritative: true, RecursionDesired: true, RecursionAvailable: false, IsTruncated: false });
        Assert.Equal([1, 2, 3], back.Opt![EdnsOption.Nsid]);
        Assert.True(back.Opt is { UdpSize: 1400, DnssecOk: true, Version: 0 });
        Assert.Equal(bytes, back.ToBytes());
    }

    [Fact]
    public void Names_are_compressed_where_RFC_3597_allows_it()
    {
        var answer = Answer();
        string text = System.Text.Encoding.Latin1.GetString(answer.ToBytes());
        // In the question, and within SRV data, which must not be compressed.
        Assert.Equal(2, text.Split("\u0007example\u0003com").Length - 1);
    }

    [Fact]
    public void What_does_not_fit_is_left_out_and_said()
    {
        var answer = Answer();
        byte[] whole = answer.ToBytes();
        for (int limit = 60; limit < whole.Length; limit++)
        {
            byte[] bytes = answer.ToBytes(limit);
            Assert.True(bytes.Length <= limit);
            Assert.True(DnsMessage.TryParse(bytes, out var back, out string? error), error);
            Assert.NotNull(back.Opt);
            Assert.Equal(back.Answers.Count < answer.Answers.Count || back.Authorities.Count < 1, back.IsTruncated);
            Assert.True(back.Additionals.Count == 0 || limit >= whole.Length);
        }
    }

    [Theory]
    [InlineData("000000000001000000000000" + "C00C" + "00010001", "points forward")]
    [InlineData("000000000001000000000000" + "C00D" + "00010001", "points forward")]
    [InlineData("000000000001000000000000" + "0161C00C" + "00010001", "points forward")]
    [InlineData("000000000001000000000000" + "4161" + "00010001", "unknown kind")]
    [InlineData("000000000001000000000000" + "0561", "over the end")]
    [InlineData("000000000001000000000000" + "00" + "000100", "too short")]
    [InlineData("000000000000000000000000" + "00", "left over")]
    [InlineData("0000000000000001", "too short")]
    [InlineData("000000000000000100000000" + "00" + "00290000000000000000", "out of place")]
    [InlineData("000000000000000000000002" + "0000290000000000000000" + "0000290000000000000000", "out of place")]
    [InlineData("000000000000000000000001" + "000029000000000000" + "0004" + "00010001", "too short")]
    [InlineData("000000000000000100000000" + "00" + "0001000100000000" + "0005" + "0A00000001", "left over")]
    [InlineData("000000000000000100000000" + "00" + "0001000100000000" + "FFFF" + "0A000000", "too short")]
    public void What_is_no_message_is_refused(string hex, string why)
    {
        Assert.False(DnsMessage.TryParse(Convert.FromHexString(hex), out var message, out string? error));
        Assert.Null(message);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_many_pointers_is_bounded()
    {
        // Each name is a label and a pointer to the one before: the 128th would have more than 255 bytes.
        var bytes = new List<byte> { 0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 0, 0, 1, 0, 1 };
        int before = 12;
        for (int i = 1; i < 200; i++)
        {
            int at = bytes.Count;
            bytes.AddRange([1, (byte)'a', (byte)(0xc0 | (before >> 8)), (byte)before, 0, 1, 0, 1]);
            before = at;
        }

        Assert.False(DnsMessage.TryParse(bytes.ToArray(), out _, out string? error));
        Assert.Contains("longer than 255", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_is_refused_or_understood_the_same_way_twice()
    {
        var random = new Random(6);
        byte[] good = Answer().ToBytes();
        int read = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. good.AsSpan(0, random.Next(4) == 0 ? random.Next(good.Length + 1) : good.Length)];
            for (int flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (DnsMessage.TryParse(bytes, out var message, out _))
            {
                read++;
                byte[] again = message.ToBytes();
                Assert.True(DnsMessage.TryParse(again, out var back, out string? error), error);
                Assert.Equal(message.Answers, back.Answers);
                foreach (var record in message.Answers)
                {
                    Assert.Equal(record.Data, RecordData.Parse(record.Type, record.Data.ToString()));
                }
            }
        }

        Assert.True(read > 1000);
    }
}
