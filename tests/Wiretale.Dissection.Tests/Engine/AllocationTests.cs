using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Engine;

public class AllocationTests
{
    /// <summary>An UDP datagram, a TCP segment with options, an ICMP echo and an ARP request.</summary>
    static readonly string[] Frames =
    [
        "00005e00530100005e00530208004500002b000100004011f9c07f0000017f000001c350271000171234 68656c6c6f2c20776972657461 6c652e",
        "00005e00530100005e00530208004500003c1c4640004006 b1e6ac100a63ac100a0c 9c401f90 4d1f2a10 00000000 a002faf0 00000000 020405b4 0402080a 0000000a 00000000 01030307",
        "00005e00530100005e00530208004500001c000100004001f9e07f0000017f0000010800f7fd00010001",
        "ffffffffffff00005e005302080600010800060400010000 5e005302 c0000201 000000000000 c0000202",
    ];

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_packet_allocates_nothing_in_steady_state(bool columns, bool tree)
    {
        var capture = new TestCapture();
        for (int i = 0; i < 500; i++)
        {
            capture.Hex(Frames);
        }

        // The same frames twice through one engine: the first pass grows arrays and opens conversations, the second is measured.
        var engine = new DissectionEngine(new Demand(Catalog.Registry) { Columns = columns, Tree = tree }, new() { Strict = true });
        using var batch = new DissectedBatch(engine.Registry);
        byte[] file = capture.File;
        Pass(engine, batch, file);
        long allocated = Pass(engine, batch, file);

        // A growing list may double once more; anything per packet would be two thousand times as much.
        Assert.InRange(allocated, 0, 4096);
    }

    static long Pass(DissectionEngine engine, DissectedBatch batch, byte[] file)
    {
        using var reader = CaptureReader.Open(new MemoryStream(file), "test");
        engine.Capture = reader;
        long allocated = 0;
        while (true)
        {
            batch.Reset();
            if (!reader.Read(batch.Frames))
            {
                return allocated;
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            engine.Dissect(batch);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
