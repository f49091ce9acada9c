using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Statistics;

/// <summary>Statistics of public captures, as tshark prints them.</summary>
public class StatisticsCorpusTests(Xunit.Abstractions.ITestOutputHelper log)
{
    const int Wanted = 50, LargestFile = 200_000, LongestSpan = 10_000;

    /// <summary>How many of fifty may differ: damaged and rare messages, of which tshark and this program say different things.</summary>
    static readonly (string Question, int MayDiffer)[] Questions = [("conv,tcp", 0), ("endpoints,ip", 0), ("io,phs", 4), ("io,stat,1", 0), ("expert", 1)];

    [Fact]
    public void Statistics_of_fifty_captures_are_tsharks()
    {
        if (Tshark.Path is null || Corpus.Folder is null)
        {
            log.WriteLine($"skipped: no {(Tshark.Path is null ? "tshark" : "captures beside the checkout")}");
            return;
        }

        // By rule: captures in name order, evenly spread, neither large nor long, in which tshark meets no protocol that is not known here.
        // tshark starts slowly, so one run answers all questions; the last one comes first.
        string[] questions = [.. Questions.Select(q => q.Question)];
        var chosen = Corpus.Every(11).Where(f => new FileInfo(f).Length < LargestFile && Span(f) < LongestSpan).AsParallel().AsOrdered().WithDegreeOfParallelism(2).WithMergeOptions(ParallelMergeOptions.NotBuffered)
            .Select(f => (File: f, Expected: Tshark.Ask(f, questions))).Where(c => Knows(c.Expected)).Take(Wanted).ToList();
        Assert.Equal(Wanted, chosen.Count);
        var reports = new List<string>();
        bool good = true;
        foreach (var (question, mayDiffer) in Questions)
        {
            var different = chosen.Where(c => !IsEqual(c.File, question, c.Expected)).Select(c => Path.GetRelativePath(Corpus.Folder, c.File)).ToList();
            reports.Add($"{question}: {Wanted - different.Count} of {Wanted} equal; different: {string.Join(", ", different)}");
            good &= different.Count <= mayDiffer;
        }

        string report = string.Join('\n', reports);
        log.WriteLine(report);
        Assert.True(good, report);
    }

    /// <summary>Whether every name in tshark's protocol hierarchy is known here.</summary>
    static bool Knows(string answers) => answers.Split('\n').Where(l => l.Contains(" frames:", StringComparison.Ordinal) && l.Contains(" bytes:", StringComparison.Ordinal))
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]).ToList() is { Count: > 0 } names && names.TrueForAll(n => Catalog.Registry.Find(n) is not null);

    /// <summary>Seconds from the first packet to the last, of which each is a line of <c>io,stat,1</c>; no number of a file that cannot be read.</summary>
    static double Span(string file)
    {
        CaptureReader reader;
        try
        {
            reader = CaptureReader.Open(file);
        }
        catch (CaptureException)
        {
            return double.NaN;
        }

        using var opened = reader;
        using var batch = new FrameBatch();
        double first = double.NaN, last = 0;
        while (reader.Read(batch))
        {
            first = double.IsNaN(first) ? batch[0].Time.TotalSeconds : first;
            last = batch[batch.Count - 1].Time.TotalSeconds;
        }

        return last - first;
    }

    /// <summary>Whether the answer stands among tshark's; every one is recognised by its heading.</summary>
    static bool IsEqual(string file, string question, string expected)
    {
        using var reader = CaptureReader.Open(file);
        string answer = StatisticsTests.Answer(reader, question);
        return question == "expert" ? expected[..Math.Max(0, expected.IndexOf("\n" + new string('=', 20), StringComparison.Ordinal))].TrimEnd('\n') == answer.TrimEnd('\n')
            : expected.Contains(answer, StringComparison.Ordinal);
    }
}
