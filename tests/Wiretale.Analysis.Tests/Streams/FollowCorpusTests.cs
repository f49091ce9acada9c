using Wiretale.Capture;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Streams;

/// <summary>The first streams of public captures, as tshark prints them.</summary>
public class FollowCorpusTests(Xunit.Abstractions.ITestOutputHelper log)
{
    const int Wanted = 50, LargestFile = 200_000;

    /// <summary>Captures that differ where something below the stream is not taken apart yet.</summary>
    const int MayDiffer = 3;

    [Fact]
    public void First_streams_of_fifty_captures_are_tsharks()
    {
        if (Tshark.Path is null || Corpus.Folder is null)
        {
            log.WriteLine($"skipped: no {(Tshark.Path is null ? "tshark" : "captures beside the checkout")}");
            return;
        }

        // By rule: captures in name order, evenly spread. tshark starts slowly, so one run answers both; the last question first.
        string[] questions = ["follow,udp,hex,0", "follow,tcp,ascii,0"];
        var captures = Corpus.Every(9).Where(f => new FileInfo(f).Length < LargestFile).AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(f => (File: f, Expected: Tshark.Ask(f, questions))).ToList();
        foreach (string question in questions)
        {
            var chosen = captures.Select(c => (c.File, Expected: Of(c.Expected, question))).Where(c => c.Expected.Count(l => l == '\n') > 7).Take(Wanted).ToList();
            var different = chosen.Where(c => !IsEqual(c.File, question, c.Expected)).Select(c => Path.GetRelativePath(Corpus.Folder, c.File)).ToList();
            string report = $"{question}: {chosen.Count - different.Count} of {chosen.Count} equal; different: {string.Join(", ", different)}";
            log.WriteLine(report);
            Assert.True(chosen.Count >= Wanted && different.Count <= MayDiffer, report);
        }
    }

    /// <summary>The part of two answers that belongs to one question.</summary>
    static string Of(string answers, string question)
    {
        int second = answers.LastIndexOf("\n===================================================================\nFollow: udp,hex\n", StringComparison.Ordinal);
        return second < 0 ? "" : question.Contains("udp", StringComparison.Ordinal) ? answers[second..] : answers[..second];
    }

    static bool IsEqual(string file, string question, string expected)
    {
        using var reader = CaptureReader.Open(file);
        return FollowTests.Answer(reader, question) == expected;
    }
}
