using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Engine;

public class AllocationTests
{
    /// <summary>An UDP datagram, a TCP segment with options and its acknowledgment (without one the stream remembers every segment, up to a limit), an ICMP echo and an ARP request.</summary>
    static readonly string[][] Frames =
    [
        ["00005e00530100005e00530208004500002b000100004011f9c07f0000017f000001c350271000171234 68656c6c6f2c20776972657461 6c652e"],
        [
            "00005e00530100005e00530208004500003c1c4640004006 b1e6ac100a63ac100a0c 9c401f90 4d1f2a10 00000000 a002faf0 00000000 020405b4 0402080a 0000000a 00000000 01030307",
            "00005e00530200005e005301 0800 450000281c4640004006b1faac100a0cac100a63 1f909c40000000014d1f2a115010faf015520000",
        ],
        ["00005e00530100005e00530208004500001c000100004001f9e07f0000017f0000010800f7fd00010001"],
        ["ffffffffffff00005e005302080600010800060400010000 5e005302 c0000201 000000000000 c0000202"],
    ];

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_packet_allocates_nothing_in_steady_state(int kind, bool tree)
    {
        var capture = new TestCapture();
        for (int i = 0; i < 500; i++)
        {
            capture.Hex(Frames[kind]);
        }

        // The same frames through one engine: the first pass grows arrays and opens conversations; of those after it the least counts, as the
        // runtime allocates now and then on its own behalf (a method compiled again).
        var engine = new DissectionEngine(new Demand(Catalog.Registry) { Columns = !tree, Tree = tree }, new() { Strict = true });
        using var batch = new DissectedBatch(engine.Registry);
        byte[] file = capture.File;
        Pass(engine, batch, file);
        long allocated = Enumerable.Range(0, 4).Min(_ => Pass(engine, batch, file));

        Assert.Equal(0, allocated);
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
