using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Statistics;

public class AccountTests
{
    static readonly Dictionary<string, string> hosts = new(StringComparer.Ordinal)
    {
        ["10.20.30.10"] = "web",
        ["10.20.30.20"] = "proxy",
        ["10.20.30.21"] = "scrape",
        ["10.20.30.30"] = "dns",
        ["10.20.30.40"] = "dhcp",
        ["192.168.214.254"] = "rogue",
    };

    [Fact]
    public void The_redirect_network_is_told_in_the_order_in_which_things_began()
    {
        using var reader = CaptureReader.Open(Sample("redirect.pcapng"));
        string[] sentences = [.. Answer(reader, new Account(Catalog.Registry, hosts, "client")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
        string[] expected =
        [
            "client asked everybody for an address (DHCP Discover).", "dhcp offered 10.20.30.41.", "client asked for 10.20.30.41 from dhcp (Request).", "rogue refused it (NAK), though dhcp had been asked and not it.",
            "dhcp gave it 10.20.30.41 (ACK).", "client asked dns for www.redirect.test: 10.20.30.10, after ", "client asked dns for proxy.redirect.test: 10.20.30.20, after ",
            "client greeted proxy as Tal (SIGNEW), and was let in after ", "client sent SIGNECHO 290, answered after ", "client sent SIGNSTAT 291, answered after ", "client sent SIGNGET 292, ",
            "proxy asked scrape for the list over TCP (SIGNGET): 4 entries.", "scrape asked web for / (HTTP GET): 200, ", "client asked web for /task2.pdf (HTTP GET): 200, 595 bytes in ",
            "client asked web for /image-site.png (HTTP GET): 200, ", "client sent SIGNEND 293, answered after ", "client gave 10.20.30.41 back to dhcp (Release).",
        ];
        Assert.Equal(expected.Length, sentences.Length);
        Assert.All(expected.Zip(sentences), pair => Assert.StartsWith(pair.First, pair.Second[(pair.Second.IndexOf(" s  ", StringComparison.Ordinal) + 4)..], StringComparison.Ordinal));
    }

    [Fact]
    public void Without_names_it_is_told_with_addresses()
    {
        using var reader = CaptureReader.Open(Sample("redirect.pcapng"));
        string account = Answer(reader, StatisticsCatalog.Make("account,dhcp or rudp", new(Catalog.Registry)));
        Assert.Contains("02:00:00:00:00:01 asked everybody for an address (DHCP Discover).", account, StringComparison.Ordinal);
        Assert.Contains("10.20.30.41 greeted 10.20.30.20 as Tal (SIGNEW)", account, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP", account, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_got_lost_has_the_time_it_took_and_not_that_of_the_next_asking()
    {
        // The question and its answer, and both once more a second later, since the first answer did not arrive.
        var packets = new List<byte[]>();
        int linkType;
        using (var reader = CaptureReader.Open(Sample("redirect.pcapng")))
        {
            using var batch = new FrameBatch();
            while (reader.Read(batch))
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    byte[] data = batch[i].Data.ToArray();
                    if (data.AsSpan().IndexOf("\u0003www\u0008redirect"u8) >= 0 && data[23] == 17)
                    {
                        packets.Add(data);
                    }
                }
            }

            linkType = (int)reader.Interfaces[0].LinkType;
        }

        using var capture = new MemoryStream();
        using var writer = new BinaryWriter(capture);
        writer.Write(0xa1b2c3d4);
        writer.Write(0x00040002);
        writer.Write(0L);
        writer.Write(65535);
        writer.Write(linkType);
        foreach (var (packet, seconds, microseconds) in new[] { (packets[0], 0, 0), (packets[1], 0, 8000), (packets[0], 1, 0), (packets[1], 1, 4000) })
        {
            writer.Write(seconds);
            writer.Write(microseconds);
            writer.Write(packet.Length);
            writer.Write(packet.Length);
            writer.Write(packet);
        }

        using var again = CaptureReader.Open(new MemoryStream(capture.ToArray()), "asked twice");
        Assert.Contains("10.20.30.41 asked dns for www.redirect.test, 2 times: 10.20.30.10, after 8.0 ms.", Answer(again, new Account(Catalog.Registry, hosts, "client")), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_of_that_is_there_it_says_so()
    {
        using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open("Transport/tcp-handshake").Bytes), "tcp-handshake");
        Assert.Equal("\nNothing happened that this tells of.\n", Answer(reader, new Account(Catalog.Registry, hosts, "client")));
    }

    static string Answer(CaptureReader reader, Statistic account)
    {
        var sink = new StatisticsSink([account]);
        var demand = new Demand(Catalog.Registry);
        sink.AddTo(demand);
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, new() { Strict = true }), sink, output).Run();
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    static string Sample(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Wiretale.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder!, "samples", name);
    }
}
