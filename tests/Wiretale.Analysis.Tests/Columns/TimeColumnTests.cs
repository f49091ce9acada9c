using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Capture;
using Wiretale.Wire;

namespace Wiretale.Analysis.Tests.Columns;

public class TimeColumnTests
{
    [Theory]
    [InlineData(TimeForm.Relative, false, "0.000000", "3661.156010")]
    [InlineData(TimeForm.Relative, true, "0.000000s", "1h 1m 1.156010s")]
    [InlineData(TimeForm.Delta, false, "0.000000", "3661.156010")]
    [InlineData(TimeForm.Epoch, false, "1417448172.905633", "1417451834.061643")]
    [InlineData(TimeForm.Utc, false, "15:36:12.905633", "16:37:14.061643")]
    [InlineData(TimeForm.UtcDate, false, "2014-12-01 15:36:12.905633", "2014-12-01 16:37:14.061643")]
    [InlineData(TimeForm.UtcDayOfYear, false, "2014/335 15:36:12.905633", "2014/335 16:37:14.061643")]
    public void Forms_are_tsharks(TimeForm form, bool parts, string first, string second)
    {
        var column = new TimeColumn(new(form, parts));
        Assert.Equal(first, Write(column, new(1417448172, 905633000)));
        Assert.Equal(second, Write(column, new(1417451834, 61643000)));
    }

    [Fact]
    public void Time_may_run_backwards()
    {
        var column = new TimeColumn(default);
        Write(column, new(100, 500_000_000));
        Assert.Equal("-1.250000", Write(column, new(99, 250_000_000)));
    }

    [Fact]
    public void Delta_to_what_is_shown_leaves_out_the_rest()
    {
        var column = new TimeColumn(new(TimeForm.DeltaDisplayed));
        Assert.Equal("0.000000", Write(column, new(1, 0)));
        column.Pass(new FrameRecord { HasTimestamp = true, Time = new(3, 0) }, shown: false);
        Assert.Equal("5.000000", Write(column, new(6, 0)));
    }

    static string Write(TimeColumn column, Timestamp time)
    {
        var frame = new FrameRecord { HasTimestamp = true, Time = time };
        Span<byte> text = stackalloc byte[64];
        int length = column.Write(text, frame, 6);
        column.Pass(frame, shown: true);
        return Encoding.ASCII.GetString(text[..length]);
    }
}
