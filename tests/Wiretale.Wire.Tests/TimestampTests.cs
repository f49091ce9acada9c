namespace Wiretale.Wire.Tests;

public class TimestampTests
{
    [Theory]
    [InlineData(5, 100, 3, 200, 1, 999_999_900)]
    [InlineData(3, 200, 5, 100, -1, -999_999_900)]
    [InlineData(3, 200, 3, 100, 0, 100)]
    [InlineData(3, 100, 3, 200, 0, -100)]
    public void A_span_has_one_sign(long seconds, int nanoseconds, long seconds2, int nanoseconds2, long expectedSeconds, int expectedNanoseconds)
    {
        var span = new Timestamp(seconds, nanoseconds) - new Timestamp(seconds2, nanoseconds2);
        Assert.Equal(new Timestamp(expectedSeconds, expectedNanoseconds), span);
        Assert.Equal(new Timestamp(seconds, nanoseconds), new Timestamp(seconds2, nanoseconds2) + span);
    }

    [Fact]
    public void Points_are_ordered() => Assert.True(new Timestamp(1, 999_999_999) < new Timestamp(2, 0));
}
