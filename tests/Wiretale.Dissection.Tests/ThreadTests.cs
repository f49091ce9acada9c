using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests;

/// <summary>Formatting beside dissection must not change a byte of what is printed.</summary>
public class ThreadTests
{
    /// <summary>Enough for many batches, more than are in flight at a time.</summary>
    const int Rounds = 4000;

    static readonly string[] Frames =
    [
        "00005e00530100005e00530208004500002b000100004011f9c07f0000017f000001c350271000171234 68656c6c6f2c20776972657461 6c652e",
        "00005e00530100005e00530208004500003c1c4640004006 b1e6ac100a63ac100a0c 9c401f90 4d1f2a10 00000000 a002faf0 00000000 020405b4 0402080a 0000000a 00000000 01030307",
        "00005e00530100005e00530208004500001c000100004001f9e07f0000017f0000010800f7fd00010001",
    ];

    [Theory]
    [InlineData("list")]
    [InlineData("tree")]
    [InlineData("json")]
    public void One_thread_and_two_print_the_same(string form)
    {
        var capture = new TestCapture();
        for (int i = 0; i < Rounds; i++)
        {
            capture.Hex(Frames[i % Frames.Length]);
        }

        byte[] file = capture.File;
        using var reader = CaptureReader.Open(new MemoryStream(file), "test");
        var (sink, demand) = Sink(form, reader);
        var alone = new Utf8Text();
        sink.Begin(alone);
        TestCapture.Run(reader, demand, batch => sink.Write(batch, alone));
        sink.End(alone);

        using var again = CaptureReader.Open(new MemoryStream(file), "test");
        (sink, demand) = Sink(form, again);
        using var together = new MemoryStream();
        new CaptureRun(again, new DissectionEngine(demand), sink, together).Run();

        Assert.Equal(alone.ToString(), Encoding.UTF8.GetString(together.ToArray()));
    }

    static (ISink Sink, Demand Demand) Sink(string form, CaptureReader reader)
    {
        var demand = new Demand(Catalog.Registry) { Columns = form == "list", Tree = form != "list" };
        ISink sink = form switch
        {
            "list" => new PacketList(reader),
            "tree" => new PacketText(null, new DetailsTree(), null),
            _ => new JsonExport(Catalog.Registry, new ColumnCells(reader, default)),
        };
        return (sink, demand);
    }
}
