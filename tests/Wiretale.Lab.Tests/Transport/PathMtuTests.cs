using Wiretale.Lab.Transport;

namespace Wiretale.Lab.Tests.Transport;

public class PathMtuTests
{
    [Theory]
    [InlineData(9000, 1472, 1472)]
    [InlineData(1472, 1472, 1472)]
    [InlineData(1400, 1472, 1400)]
    [InlineData(1250, 8972, 1250)]
    [InlineData(1200, 1472, 1200)]
    [InlineData(1200, 1200, 1200)]
    public void The_search_ends_just_below_what_passes(int passes, int most, int found)
    {
        var path = new PathMtu(most);
        int probes = Search(path, passes, TimeSpan.Zero);
        Assert.InRange(path.Current, found - 8, found);
        Assert.InRange(probes, 0, 40);
        Assert.Null(path.Probe(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void A_path_that_becomes_wider_is_noticed_after_ten_minutes()
    {
        var path = new PathMtu(1472);
        Search(path, 1300, TimeSpan.Zero);
        Search(path, 1472, TimeSpan.FromMinutes(11));
        Assert.Equal(1472, path.Current);
    }

    [Fact]
    public void A_path_that_becomes_narrower_is_searched_anew()
    {
        var path = new PathMtu(1472);
        Search(path, 1472, TimeSpan.Zero);
        path.NothingArrives();
        Assert.Equal(1200, path.Current);
        Search(path, 1300, TimeSpan.FromSeconds(1));
        Assert.InRange(path.Current, 1292, 1300);
    }

    static int Search(PathMtu path, int passes, TimeSpan now)
    {
        int probes = 0;
        for (; path.Probe(now) is { } length; probes++)
        {
            path.Sent(length);
            Assert.Null(path.Probe(now));
            if (length <= passes)
            {
                path.Acknowledged(length);
            }
            else
            {
                path.Lost(length);
            }
        }

        return probes;
    }
}
