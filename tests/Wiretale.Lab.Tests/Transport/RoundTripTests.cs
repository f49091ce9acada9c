using Wiretale.Lab.Transport;

namespace Wiretale.Lab.Tests.Transport;

public class RoundTripTests
{
    [Fact]
    public void It_smooths_as_RFC_9002_says()
    {
        var time = new RoundTrip();
        Assert.Equal(333 + (4 * 166.5) + 25, time.ProbeTimeout.TotalMilliseconds);
        time.Measured(Milliseconds(100), default);
        Assert.Equal((100, 50, 325), (time.Smoothed.TotalMilliseconds, time.Variation.TotalMilliseconds, time.ProbeTimeout.TotalMilliseconds));

        // 140 of which 20 were spent waiting: 120; the variation takes a quarter of |100 - 120|, the mean an eighth of 120.
        time.Measured(Milliseconds(140), Milliseconds(20));
        Assert.Equal((102.5, 42.5), (time.Smoothed.TotalMilliseconds, time.Variation.TotalMilliseconds));
        Assert.Equal(100, time.Least.TotalMilliseconds);
    }

    [Fact]
    public void Who_claims_to_have_waited_long_is_not_believed()
    {
        var time = new RoundTrip();
        time.Measured(Milliseconds(100), default);
        time.Measured(Milliseconds(180), Milliseconds(500));
        Assert.Equal(100 * 7 / 8.0 + ((180 - 25) / 8.0), time.Smoothed.TotalMilliseconds);
        time.Measured(Milliseconds(110), Milliseconds(20));
        Assert.Equal(100, time.Least.TotalMilliseconds);
    }

    static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);
}
