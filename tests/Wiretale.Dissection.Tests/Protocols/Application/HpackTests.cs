using System.Text;
using Wiretale.Dissection.Protocols.Application.Http2;

namespace Wiretale.Dissection.Tests.Protocols.Application;

/// <summary>Header compression: the examples of RFC 7541 appendix C, and blocks that no honest encoder makes.</summary>
public class HpackTests
{
    /// <summary>RFC 7541 C.4: three requests in the Huffman code, each relying on the table that those before it left.</summary>
    static readonly (string Block, string Headers)[] Requests =
    [
        ("828684418cf1e3c2e5f23a6ba0ab90f4ff", ":method: GET|:scheme: http|:path: /|:authority: www.example.com"),
        ("828684be5886a8eb10649cbf", ":method: GET|:scheme: http|:path: /|:authority: www.example.com|cache-control: no-cache"),
        ("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", ":method: GET|:scheme: https|:path: /index.html|:authority: www.example.com|custom-key: custom-value"),
    ];

    /// <summary>RFC 7541 C.6: responses in a table of 256 bytes, from which the oldest fields fall out.</summary>
    static readonly (string Block, string Headers)[] Responses =
    [
        ("488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
            ":status: 302|cache-control: private|date: Mon, 21 Oct 2013 20:13:21 GMT|location: https://www.example.com"),
        ("4883640effc1c0bf", ":status: 307|cache-control: private|date: Mon, 21 Oct 2013 20:13:21 GMT|location: https://www.example.com"),
        ("88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
            ":status: 200|cache-control: private|date: Mon, 21 Oct 2013 20:13:22 GMT|location: https://www.example.com|content-encoding: gzip|"
            + "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"),
    ];

    [Fact]
    public void Requests_of_the_RFC_are_decoded()
    {
        var decoder = new HpackDecoder();
        foreach (var (block, headers) in Requests)
        {
            decoder.Decode(Convert.FromHexString(block), isLast: true);
            Assert.Equal(headers, Text(decoder));
        }
    }

    [Fact]
    public void Responses_of_the_RFC_are_decoded_in_a_small_table()
    {
        var decoder = new HpackDecoder();
        decoder.Decode([0x3f, 0xe1, 0x01], isLast: true);
        foreach (var (block, headers) in Responses)
        {
            decoder.Decode(Convert.FromHexString(block), isLast: true);
            Assert.Equal(headers, Text(decoder));
        }
    }

    [Fact]
    public void A_block_cut_anywhere_into_frames_gives_the_same_headers()
    {
        byte[] block = Convert.FromHexString(Requests[0].Block + Requests[1].Block);
        var whole = new HpackDecoder();
        whole.Decode(block, isLast: false);
        string expected = Text(whole);
        for (int first = 0; first <= block.Length; first++)
        {
            for (int second = first; second <= block.Length; second += 3)
            {
                var decoder = new HpackDecoder();
                var parts = new List<string>();
                foreach (var part in new[] { block[..first], block[first..second], block[second..] })
                {
                    decoder.Decode(part, isLast: false);
                    parts.Add(Text(decoder));
                }

                Assert.False(decoder.IsBroken);
                Assert.Equal(expected, string.Join('|', parts.Where(p => p.Length > 0)));
            }
        }
    }

    [Theory]
    [InlineData("c0", "index beyond the tables")]
    [InlineData("80", "index 0")]
    [InlineData("ffffffffffffffffff", "endless integer")]
    [InlineData("3fffffff7f", "table of a gigabyte")]
    [InlineData("0085ffffffffff00", "end of string inside a string")]
    [InlineData("0001610561", "string that goes on after the block")]
    public void What_makes_no_sense_ends_the_direction(string block, string what)
    {
        var decoder = new HpackDecoder();
        decoder.Decode(Convert.FromHexString(block), isLast: true);
        Assert.True(decoder.IsBroken, what);
        Assert.Empty(decoder.Headers);
        decoder.Decode([0x82], isLast: true);
        Assert.Empty(decoder.Headers);
    }

    [Fact]
    public void A_block_that_expands_a_thousandfold_is_cut()
    {
        // One field of 4,000 bytes enters the table; every further byte stands for it.
        var block = new List<byte>([0x40, 0x01, (byte)'a', 0x7f, 0xa1, 0x1e]);
        block.AddRange(Enumerable.Repeat((byte)'x', 0x7f + 0x21 + (0x1e << 7)));
        var decoder = new HpackDecoder();
        decoder.Decode([.. block], isLast: true);
        int length = decoder.Text.Length;
        Assert.InRange(length, 3500, 5000);

        decoder.Decode([.. Enumerable.Repeat((byte)0xbe, 1_000_000)], isLast: true);
        Assert.False(decoder.IsBroken);
        Assert.Equal(HpackDecoder.MostText, decoder.Exceeded);
        Assert.InRange(decoder.Text.Length, length, HpackDecoder.MostText + length);

        decoder.Decode([.. Enumerable.Repeat((byte)0x82, 1_000_000)], isLast: true);
        Assert.Equal(HpackDecoder.MostHeaders, decoder.Exceeded);
        Assert.Equal(HpackDecoder.MostHeaders, decoder.Headers.Count);
    }

    [Fact]
    public void A_field_in_ten_thousand_frames_is_kept_to_its_limit()
    {
        var decoder = new HpackDecoder();
        decoder.Decode([0x00, 0x01, (byte)'a', 0x7f, 0x80, 0x80, 0x80, 0x01], isLast: false);
        for (int i = 0; i < 10_000 && !decoder.IsBroken; i++)
        {
            decoder.Decode(new byte[256], isLast: false);
        }

        Assert.True(decoder.IsBroken, "two megabytes of one field are not kept");
    }

    static string Text(HpackDecoder decoder) => string.Join('|', decoder.Headers.Select(h =>
        $"{Encoding.Latin1.GetString(decoder.Text.Slice(h.NameAt, h.NameLength))}: {Encoding.Latin1.GetString(decoder.Text.Slice(h.ValueAt, h.ValueLength))}"));
}
