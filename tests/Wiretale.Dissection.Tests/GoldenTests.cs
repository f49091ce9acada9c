using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Wiretale.Dissection.Tests;

/// <summary>The captures in the folder Golden against their expected text and, where tshark is installed, against tshark's; see the README.md there.</summary>
public class GoldenTests
{
    static readonly string? Tshark = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, "tshark")).FirstOrDefault(File.Exists);

    public static TheoryData<string> Captures => [.. GoldenCapture.Names];

    /// <summary>Arrival times are shown in the local zone: the same one everywhere.</summary>
    [ModuleInitializer]
    internal static void UseUtc()
    {
        Environment.SetEnvironmentVariable("TZ", "UTC");
        TimeZoneInfo.ClearCachedData();
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Capture_shows_its_expected_text(string name)
    {
        var capture = GoldenCapture.Open(name);
        string list = capture.List(), tree = capture.Tree();
        if (Environment.GetEnvironmentVariable("WIRETALE_REGENERATE") == "1")
        {
            File.WriteAllText(capture.Beside(".list"), list);
            File.WriteAllText(capture.Beside(".tree"), tree);
        }

        AssertSame(File.ReadAllText(capture.Beside(".list")), list);
        AssertSame(File.ReadAllText(capture.Beside(".tree")), tree);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public async Task Capture_shows_what_tshark_shows(string name)
    {
        if (Tshark is null)
        {
            return;
        }

        var capture = GoldenCapture.Open(name);
        Task<string> askedList = Task.Run(() => AskTshark(capture)), askedTree = Task.Run(() => AskTshark(capture, "-V"));
        string list = capture.List(), tree = capture.Tree(), theirList = await askedList, theirTree = await askedTree;
        if (File.Exists(capture.Beside(".differs")))
        {
            Assert.False(list == theirList && tree == theirTree, "nothing differs any more: remove the .differs file");
            return;
        }

        AssertSame(theirList, list);
        AssertSame(theirTree, tree);
    }

    /// <summary>Names the first line that differs: texts of a hundred lines are hard to read in a message.</summary>
    static void AssertSame(string expected, string actual)
    {
        string[] theirs = expected.Split('\n'), ours = actual.Split('\n');
        for (int i = 0; i < Math.Max(theirs.Length, ours.Length); i++)
        {
            string their = i < theirs.Length ? theirs[i] : "(end)", our = i < ours.Length ? ours[i] : "(end)";
            Assert.True(their == our, $"line {i + 1}\n  expected: {their}\n  actual:   {our}");
        }
    }

    static string AskTshark(GoldenCapture capture, params string[] options)
    {
        var start = new ProcessStartInfo(Tshark!, ["-n", "-r", "-", .. options, .. capture.Preferences.SelectMany(p => new[] { "-o", p })])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = new UTF8Encoding(false),
        };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(capture.Bytes);
        process.StandardInput.Close();
        return output.GetAwaiter().GetResult();
    }
}
