using System.Globalization;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Engine;

public class Utf8TextTests
{
    [Fact]
    public void Numbers_are_written_in_decimal()
    {
        var text = new Utf8Text();
        var random = new Random(1);
        for (int digits = 0; digits <= 9; digits++)
        {
            uint power = (uint)Math.Pow(10, digits);
            foreach (uint value in new[] { power, power - 1, power + 1, (uint)random.NextInt64(power, power * 10L), uint.MaxValue })
            {
                text.Clear();
                text.Append(value);
                Assert.Equal(value.ToString(CultureInfo.InvariantCulture), text.ToString());
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Signed_numbers_too(int value)
    {
        var text = new Utf8Text(1);
        text.Append(value);
        Assert.Equal(value.ToString(CultureInfo.InvariantCulture), text.ToString());
    }

    [Fact]
    public void Hexadecimal_numbers_have_as_many_digits_as_asked_for_or_needed()
    {
        var text = new Utf8Text(1);
        foreach (ulong value in new ulong[] { 0, 1, 0xf, 0x10, 0xabc, 0xdeadbeef, 0x1_0000_0000, ulong.MaxValue })
        {
            for (int digits = 0; digits <= 17; digits++)
            {
                text.Clear();
                text.AppendHex(value, digits);
                Assert.Equal(value.ToString("x", CultureInfo.InvariantCulture).PadLeft(digits, '0'), text.ToString());
            }
        }
    }

    [Theory]
    [InlineData(7, 1, "7")]
    [InlineData(7, 2, "07")]
    [InlineData(1234, 3, "1234")]
    [InlineData(1234, 9, "000001234")]
    [InlineData(4_000_000_000, 12, "004000000000")]
    public void Decimal_numbers_may_have_zeros_in_front(uint value, int digits, string expected)
    {
        var text = new Utf8Text(1);
        text.Append(value, digits);
        Assert.Equal(expected, text.ToString());
    }

    [Fact]
    public void Only_a_long_text_is_taken_away_at_a_pause()
    {
        int taken = 0;
        var text = new Utf8Text { Drain = t => (taken, t.Length) = (t.Length, 0) };
        text.Append("short"u8);
        text.Pause();
        Assert.Equal(0, taken);

        text.Append(new byte[9 << 20]);
        text.Pause();
        Assert.Equal((9 << 20) + 5, taken);
        Assert.Equal(0, text.Length);
    }

    [Fact]
    public void Memory_goes_back_when_it_is_more_than_is_to_be_kept()
    {
        var text = new Utf8Text();
        text.Append(new byte[5000]);
        text.ClearToAtMost(4096);
        Assert.Equal(0, text.Length);
        text.Append("again"u8);
        Assert.Equal("again", text.ToString());
    }
}
