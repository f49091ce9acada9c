using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Dissection.Tests.Filters;

/// <summary>What a filter costs: it asks for the fields that it names, and allocates nothing per packet.</summary>
public class RunTests
{
    [Fact]
    public void A_filter_demands_only_what_it_names()
    {
        var demand = new Demand(Catalog.Registry);
        DisplayFilter.Compile("udp.srcport == 53 and not ip.src == 10.0.0.1", Catalog.Registry).AddTo(demand);
        Assert.Equal(["ip.src", "udp.srcport"], Catalog.Registry.Fields.Where(demand.Wants).Select(f => f.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.False(demand.Columns);
        Assert.False(demand.Tree);
    }

    [Fact]
    public void A_filter_on_headers_does_not_open_what_lies_above()
    {
        var demand = new Demand(Catalog.Registry);
        DisplayFilter.Compile("udp.port == 53", Catalog.Registry).AddTo(demand);
        var engine = new DissectionEngine(demand);
        var opened = Catalog.Dissectors.Where(d => d.IsLeaf && engine.Needed[d.CatalogIndex]).Select(d => d.Protocol.FilterName);
        Assert.Empty(opened);
    }

    [Theory]
    [InlineData("udp.port == 53 && ip.ttl == 64")]
    [InlineData("eth.dst[0] & 1 or udp[0:2] == 00:35 or udp.srcport - udp.dstport < 0")]
    [InlineData("frame matches \"hel+o\" or upper(frame.protocols) contains \"IPV6\" or string(ip.src) == \"a\"")]
    [InlineData("udp.port in {53, 67..68} or ip.addr in {10.0.0.0/8} or max(udp.port) > 1000 or count(ip.addr) == 4")]
    public void A_packet_allocates_nothing_in_steady_state(string text)
    {
        var filter = DisplayFilter.Compile(text, Catalog.Registry);
        var demand = new Demand(Catalog.Registry);
        filter.AddTo(demand);
        FilterSample.Run(demand, batch =>
        {
            // Once over all packets grows the buffers; after that the least of several passes counts, as the runtime allocates now and then on its own behalf.
            Pass(filter, batch, 3);
            Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated(() => Pass(filter, batch, 50))));
        });
    }

    [Fact]
    public void References_take_their_values_from_the_chosen_packet()
    {
        var filter = DisplayFilter.Compile("ip.src == ${ip.dst} and frame.number > ${frame.number} - 1", Catalog.Registry);
        var demand = new Demand(Catalog.Registry);
        filter.AddTo(demand);
        FilterSample.Run(demand, batch =>
        {
            Assert.False(filter.Matches(batch, 1));
            filter.SetReference(batch, 0);
            Assert.True(filter.Matches(batch, 1));
            Assert.False(filter.Matches(batch, 0));
        });
    }

    static long Allocated(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static void Pass(DisplayFilter filter, DissectedBatch batch, int times)
    {
        for (int k = 0; k < times; k++)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                filter.Matches(batch, i);
            }
        }
    }
}
