using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Tests;

/// <summary>Dissection in lanes, and formatting beside it, must not change a byte of what is printed.</summary>
public class ThreadTests
{
    /// <summary>Enough for many batches, more than are in flight at a time.</summary>
    const int Rounds = 240;

    [Theory]
    [InlineData("list", "")]
    [InlineData("tree", "")]
    [InlineData("json", "")]
    [InlineData("fields", "")]
    [InlineData("list", "tcp.stream & 3 == 1 or udp.stream == 2 or icmp")]
    public void One_thread_and_many_print_the_same(string form, string filter)
    {
        byte[] file = Mixture();

        string alone = Print(file, form, filter, threads: 0);

        Assert.Contains("\n", alone);
        Assert.Equal(alone, Print(file, form, filter, threads: 1));
        Assert.Equal(alone, Print(file, form, filter, threads: 4));
    }

    /// <summary>One that did would have every packet on an unknown port taken apart one after the other, in every capture.</summary>
    [Fact]
    public void No_heuristic_crosses_lanes()
    {
        var engine = new DissectionEngine(new Demand(Catalog.Registry) { Columns = true });
        var all = engine.Heuristics(Udp.Heuristics).Concat(engine.Heuristics(Tcp.Heuristics)).ToList();
        Assert.NotEmpty(all);
        Assert.DoesNotContain(all, h => h.Dissector.CrossesLanes);
    }

    /// <summary>The frames of all Ethernet captures among the golden ones, again and again in another order: many conversations at a time, tunnels and fragments between them.</summary>
    internal static byte[] Mixture()
    {
        var all = GoldenCapture.Names.Select(name => GoldenCapture.Open(name).EthernetFrames()).Where(f => f.Count > 0).ToList();
        var plain = all.Where(c => c.TrueForAll(IsPlainTcp)).ToList();
        var random = new Random(20);
        var mixture = new TestCapture();
        for (int round = 0; round < Rounds; round++)
        {
            // For a while only such frames as lanes take apart side by side, then any.
            var captures = round % (Rounds / 3) < Rounds / 6 ? plain : all;

            // A few captures at a time, their frames in order among themselves.
            var chosen = Enumerable.Range(0, 5).Select(_ => captures[random.Next(captures.Count)]).ToArray();
            var places = new int[chosen.Length];
            for (int left = chosen.Sum(c => c.Count); left > 0; left--)
            {
                int from;
                do
                {
                    from = random.Next(chosen.Length);
                }
                while (places[from] == chosen[from].Count);
                mixture.Add(chosen[from][places[from]++]);
            }
        }

        return mixture.File;
    }

    static bool IsPlainTcp(byte[] frame) => frame.Length > 54 && frame.AsSpan(12, 3).SequenceEqual((ReadOnlySpan<byte>)[8, 0, 0x45]) && frame[23] == IpProtocol.Tcp && (frame[20] & 0x3f) == 0;

    static string Print(byte[] file, string form, string filter, int threads)
    {
        using var reader = CaptureReader.Open(new MemoryStream(file), "test");
        var registry = Catalog.Registry;
        var demand = new Demand(registry) { Columns = form == "list", Tree = form is "tree" or "json" };
        ISink sink = form switch
        {
            "list" => new PacketList(reader),
            "tree" => new PacketText(null, new DetailsTree(), null),
            // Fields that only file order can tell are among them.
            "fields" => new ItemLines(demand, "frame.time_delta", "frame.time_relative", "tcp.stream", "udp.stream", "tcp.analysis.flags", "http.time"),
            _ => new JsonExport(registry, new ColumnCells(reader, default)),
        };
        var compiled = filter.Length > 0 ? DisplayFilter.Compile(filter, registry) : null;
        compiled?.AddTo(demand);
        using var together = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, new() { Strict = true }), sink, together) { Threads = threads, Filter = compiled is null ? null : compiled.Matches }.Run();
        return Encoding.UTF8.GetString(together.ToArray());
    }
}
