using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Wiretale.Analysis.Tests;

/// <summary>tshark's answers, where it is installed.</summary>
static class Tshark
{
    public static string? Path { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => System.IO.Path.Combine(d, "tshark")).FirstOrDefault(File.Exists);

    /// <summary>Times of day are shown in the local zone: the same one everywhere.</summary>
    [ModuleInitializer]
    internal static void UseUtc()
    {
        Environment.SetEnvironmentVariable("TZ", "UTC");
        TimeZoneInfo.ClearCachedData();
    }

    /// <summary>Answers to statistics about a capture.</summary>
    public static string Ask(byte[] capture, params IEnumerable<string> statistics) => Run("-", capture, statistics);

    /// <summary>Answers to statistics about a capture file.</summary>
    public static string Ask(string file, params IEnumerable<string> statistics) => Run(file, [], statistics);

    /// <summary>What it prints, as bytes.</summary>
    public static byte[] Print(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        return output.ToArray();
    }

    static string Run(string file, byte[] input, IEnumerable<string> statistics)
    {
        var start = new ProcessStartInfo(Path!, ["-n", "-r", file, "-q", .. statistics.SelectMany(s => new[] { "-z", s })])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = new UTF8Encoding(false),
        };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        return output.GetAwaiter().GetResult();
    }
}
