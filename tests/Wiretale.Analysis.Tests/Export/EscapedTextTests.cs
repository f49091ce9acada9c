using System.Text;
using Wiretale.Analysis.Export;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Tests.Export;

public class EscapedTextTests
{
    [Fact]
    public void Bytes_that_are_no_UTF8_are_replaced()
    {
        var text = new Utf8Text();
        JsonText.Append(text, "a\""u8);
        JsonText.Append(text, [(byte)'B', 0xf1, (byte)'d']);
        int start = text.Length;
        text.Append([(byte)'/', 0xe4]);
        JsonText.Escape(text, start);
        Assert.Equal("a\\\"B\ufffdd/\ufffd", Encoding.UTF8.GetString(text.Bytes));

        text.Clear();
        text.Append([(byte)'<', 0xe4]);
        XmlText.Escape(text, 0);
        Assert.Equal("&lt;\ufffd", Encoding.UTF8.GetString(text.Bytes));
    }

    [Fact]
    public void A_character_before_what_is_escaped_stays_whole()
    {
        var text = new Utf8Text();
        text.Append("ä\"ö</"u8);
        JsonText.Escape(text, 0);
        Assert.Equal("ä\\\"ö<\\/", Encoding.UTF8.GetString(text.Bytes));
    }

    [Theory]
    [InlineData("ä")]
    [InlineData("€")]
    [InlineData("😀")]
    public void Long_texts_are_not_cut_within_a_character(string character)
    {
        for (int before = 0; before < 4; before++)
        {
            string whole = new string('x', before) + string.Concat(Enumerable.Repeat(character, 300_000));
            var text = new Utf8Text();
            JsonText.AppendLong(text, Encoding.UTF8.GetBytes(whole));
            Assert.Equal(whole, Encoding.UTF8.GetString(text.Bytes));
        }
    }

    [Fact]
    public void The_smallest_times_are_written()
    {
        var text = new Utf8Text();
        TimeText.Seconds(text, new(long.MinValue, int.MinValue), 9);
        Assert.StartsWith("-9223372036854775807", Encoding.UTF8.GetString(text.Bytes), StringComparison.Ordinal);
    }
}
