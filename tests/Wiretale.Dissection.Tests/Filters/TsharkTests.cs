using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Dissection.Tests.Filters;

/// <summary>The filters of filters.txt over all Ethernet captures of the folder Golden, one after the other: what tshark selects, and what it refuses.</summary>
public class TsharkTests
{
    static readonly string? Tshark = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, "tshark")).FirstOrDefault(File.Exists);

    [Fact]
    public async Task Selects_and_refuses_what_tshark_does()
    {
        if (Tshark is null)
        {
            Console.WriteLine("skipped: no tshark to ask which packets filters select");
            return;
        }

        string path = Path.Combine(Path.GetTempPath(), $"wiretale-filters-{Guid.NewGuid():N}.pcap");
        try
        {
            byte[] capture = Merged();
            await File.WriteAllBytesAsync(path, capture);
            var differences = new System.Collections.Concurrent.ConcurrentBag<string>();
            await Parallel.ForEachAsync(Filters(), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (text, _) =>
            {
                string theirs = await AskTshark(path, text), ours = Select(capture, text);
                if (theirs != ours)
                {
                    differences.Add($"{text}\n  tshark: {theirs}\n  ours:   {ours}");
                }
            });
            Assert.True(differences.IsEmpty, string.Join('\n', differences));
        }
        finally
        {
            File.Delete(path);
        }
    }

    static IEnumerable<string> Filters([CallerFilePath] string here = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "filters.txt")).Where(l => l.Length > 0 && l[0] != '#');

    /// <summary>Captures that look the same to both programs, a second apart.</summary>
    static byte[] Merged()
    {
        var merged = new TestCapture();
        int seconds = 1_200_000_000;
        foreach (string name in GoldenCapture.Names)
        {
            var capture = GoldenCapture.Open(name);
            if (File.Exists(capture.Beside(".differs")) || capture.Preferences.Length > 0 || !IsEthernet(capture.Bytes))
            {
                continue;
            }

            using var reader = CaptureReader.Open(new MemoryStream(capture.Bytes), name);
            TestCapture.Run(reader, new Demand(Catalog.Registry), batch =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    ref readonly var frame = ref batch.Frames[i];
                    merged.Add(frame.Data, (int)frame.OriginalLength, seconds + (i * 0.01));
                }
            }, new() { Strict = false });
            seconds += 10_000;
        }

        return merged.File;
    }

    /// <summary>Whether it is a pcap file of link type 1.</summary>
    static bool IsEthernet(byte[] file) =>
        file.Length > 24 && BinaryPrimitives.ReadUInt32LittleEndian(file) == 0xa1b2c3d4 && BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(20)) == 1;

    static string Select(byte[] capture, string text)
    {
        DisplayFilter filter;
        try
        {
            filter = DisplayFilter.Compile(text, Catalog.Registry);
        }
        catch (FilterException)
        {
            return "refused";
        }

        var demand = new Demand(Catalog.Registry);
        filter.AddTo(demand);
        var selected = new List<int>();
        using var reader = CaptureReader.Open(new MemoryStream(capture), "merged");
        TestCapture.Run(reader, demand, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (filter.Matches(batch, i))
                {
                    selected.Add(batch.Frames[i].Number);
                }
            }
        }, new() { Strict = false });
        return string.Join(' ', selected);
    }

    static async Task<string> AskTshark(string path, string text)
    {
        var start = new ProcessStartInfo(Tshark!, ["-n", "-r", path, "-Y", text, "-T", "fields", "-e", "frame.number"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["TZ"] = "UTC";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return process.ExitCode == 2 && output.Length == 0 ? "refused" : output.Trim().ReplaceLineEndings(" ");
    }
}
