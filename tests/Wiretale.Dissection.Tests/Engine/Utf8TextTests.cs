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
}
