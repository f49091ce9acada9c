using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Resolving;

namespace Wiretale.Lab.Tests.Dns.Resolving;

public sealed class DnsCacheTests
{
    readonly ManualClock clock = new();

    static readonly DnsName name = DnsName.Parse("www.example.com");

    [Fact]
    public void Better_knowledge_is_not_replaced_by_worse_as_long_as_it_lasts()
    {
        var cache = new DnsCache(clock);
        cache.Add([SimulatedDns.Record("www.example.com. 100 A 192.0.2.1")], Credibility.Authoritative);
        cache.Add([SimulatedDns.Record("www.example.com. 500 A 6.6.6.6")], Credibility.Hearsay);
        Assert.Equal("192.0.2.1", Data(cache));
        clock.Turn(TimeSpan.FromSeconds(100));
        Assert.Null(cache.Find(name, RecordType.A));
        cache.Add([SimulatedDns.Record("www.example.com. 500 A 192.0.2.2")], Credibility.Hearsay);
        Assert.Equal("192.0.2.2", Data(cache));
        cache.Add([SimulatedDns.Record("www.example.com. 500 A 192.0.2.3")], Credibility.Authoritative);
        Assert.Equal("192.0.2.3", Data(cache));
    }

    [Theory]
    [InlineData(4_000_000u, DnsCache.LongestAnswer)]
    [InlineData(uint.MaxValue, null)]
    [InlineData(0u, null)]
    [InlineData(10u, 10u)]
    public void Times_have_a_ceiling_and_those_with_the_first_bit_set_are_none(uint ttl, uint? left)
    {
        var cache = new DnsCache(clock);
        cache.Add([new(name, ttl, RecordData.Parse(RecordType.A, "192.0.2.1"))], Credibility.Authoritative);
        Assert.Equal(left, cache.Find(name, RecordType.A)?.Records[0].Ttl);
    }

    [Fact]
    public void The_shortest_time_counts_for_all_records_of_a_set()
    {
        var cache = new DnsCache(clock);
        cache.Add([SimulatedDns.Record("www.example.com. 100 A 192.0.2.1"), SimulatedDns.Record("www.example.com. 50 A 192.0.2.2")], Credibility.Authoritative);
        clock.Turn(TimeSpan.FromSeconds(20));
        Assert.Equal([30u, 30u], cache.Find(name, RecordType.A)!.Records.Select(record => record.Ttl));
    }

    [Theory]
    [InlineData("60 SOA ns. host. 1 1 1 1 600", 60u)]
    [InlineData("600 SOA ns. host. 1 1 1 1 60", 60u)]
    [InlineData("999999 SOA ns. host. 1 1 1 1 999999", DnsCache.LongestNothing)]
    public void Nothing_is_remembered_as_long_as_the_smaller_number_of_the_SOA_says(string soa, uint left)
    {
        var cache = new DnsCache(clock);
        cache.AddNothing(name, RecordType.A, ResponseCode.NoError, SimulatedDns.Record("example.com. " + soa), Credibility.Authoritative);
        Assert.Equal(left, cache.Find(name, RecordType.A)!.Soa!.Ttl);
        Assert.Null(cache.Find(name, RecordType.AAAA));
    }

    [Fact]
    public void Memory_is_bounded_and_what_was_not_asked_for_longest_goes()
    {
        var cache = new DnsCache(clock, 400_000);
        cache.Add([SimulatedDns.Record("www.example.com. 3600 A 192.0.2.1")], Credibility.Authoritative);
        for (int i = 0; i < 5000; i++)
        {
            cache.Add([SimulatedDns.Record($"a{i}.example.com. 3600 TXT \"{new string('x', i % 200)}\"")], Credibility.Authoritative);
            cache.Add(new Delegation(DnsName.Parse($"z{i}.example.com"), [new(name, [])], 3600));
            Assert.NotNull(cache.Find(name, RecordType.A));
        }

        Assert.InRange(cache.Weight, 200_000, 400_000);
        Assert.InRange(cache.Count.Answers, 100, 1200);
        Assert.Null(cache.Find(DnsName.Parse("a0.example.com"), RecordType.TXT));
        Assert.NotNull(cache.Find(DnsName.Parse("a4999.example.com"), RecordType.TXT));
    }

    [Fact]
    public void The_nearest_zone_above_a_name_is_found_as_long_as_it_is_known()
    {
        var cache = new DnsCache(clock);
        cache.Add(new Delegation(DnsName.Root, [new(name, [])], 1000));
        cache.Add(new Delegation(DnsName.Parse("example.com"), [new(name, [])], 10));
        Assert.Equal("example.com.", cache.FindDelegation(name)!.Zone.ToString());
        Assert.True(cache.FindDelegation(DnsName.Parse("notexample.com"))!.Zone.IsRoot);
        clock.Turn(TimeSpan.FromSeconds(10));
        Assert.True(cache.FindDelegation(name)!.Zone.IsRoot);
        clock.Turn(TimeSpan.FromSeconds(1000));
        Assert.Null(cache.FindDelegation(name));
    }

    static string Data(DnsCache cache) => Assert.Single(cache.Find(name, RecordType.A)!.Records).Data.ToString();
}
