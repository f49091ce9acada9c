using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Dissection.Tests.Filters;

/// <summary>Six small packets: two UDP datagrams, an IPv6 one, a broadcast, IPv4 in IPv4, and one that nobody knows.</summary>
static class FilterSample
{
    static readonly string[] Frames =
    [
        // 1: 10.0.0.1:1000 > 10.0.0.2:53, "Hello"
        "020000000002 020000000001 0800 4500 0021 0001 4000 40 11 26c9 0a000001 0a000002 03e8 0035 000d 0000 48656c6c6f",
        // 2: back again, "GET /a"
        "020000000001 020000000002 0800 4500 0022 0002 0000 20 11 86c7 0a000002 0a000001 0035 03e8 000e 0000 474554202f61",
        // 3: fe80::1 > fe80::2, UDP 546 > 547, no payload
        "020000000002 020000000001 86dd 60000000 0008 11 01 fe800000000000000000000000000001 fe800000000000000000000000000002 0222 0223 0008 0000",
        // 4: broadcast from 192.168.1.5, UDP 68 > 67, three bytes
        "ffffffffffff 020000000005 0800 4500 001f 0003 0000 40 11 f81a c0a80105 ffffffff 0044 0043 000b 0000 000102",
        // 5: 10.0.0.1 > 10.0.0.9 carries 172.16.0.1 > 172.16.0.2, UDP 7 > 7
        "020000000009 020000000001 0800 4500 0031 0004 0000 40 04 0000 0a000001 0a000009 4500 001d 0005 0000 10 11 0000 ac100001 ac100002 0007 0007 0009 0000 2a",
        // 6: an experimental EtherType
        "020000000002 020000000001 88b5 deadbeef",
    ];

    public static byte[] File { get; } = new TestCapture().Hex(Frames).File;

    /// <summary>Frame numbers that a filter selects, with spaces between; only what the filter demands is dissected.</summary>
    public static string Select(string text)
    {
        var filter = DisplayFilter.Compile(text, Catalog.Registry);
        var demand = new Demand(Catalog.Registry);
        filter.AddTo(demand);
        var selected = new List<int>();
        Run(demand, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (filter.Matches(batch, i))
                {
                    selected.Add(batch.Frames[i].Number);
                }
            }
        });
        return string.Join(' ', selected);
    }

    public static void Run(Demand demand, Action<DissectedBatch> each)
    {
        using var reader = CaptureReader.Open(new MemoryStream(File), "sample");
        TestCapture.Run(reader, demand, each);
    }
}
