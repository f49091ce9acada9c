using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wiretale.Bench;

/// <summary>What one run of a program took.</summary>
/// <param name="Exit">Its exit status; a run that did not end with 0 has no time worth showing.</param>
/// <param name="Wall">Wall time.</param>
/// <param name="Peak">Peak resident memory in bytes.</param>
readonly record struct Run(int Exit, TimeSpan Wall, long Peak);

/// <summary>Starts the programs of other people: servers, clients, tshark.</summary>
static partial class Tools
{
    const int Terminate = 15;

    static readonly List<Process> started = [];
    static readonly List<string> folders = [];
    static bool ended;

    /// <summary>Those of the commands that are not on the PATH.</summary>
    public static string[] Missing(params ReadOnlySpan<string> commands)
    {
        var missing = new List<string>();
        foreach (string command in commands)
        {
            if (Find(command) is null)
            {
                missing.Add(command);
            }
        }

        return [.. missing];
    }

    // Servers live in sbin, which is not on everybody's PATH.
    static string? Find(string command) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':')
            .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    /// <summary>Starts a program with both outputs in a file.</summary>
    public static Process Start(string folder, string log, string command, params string[] arguments)
    {
        // The shell gives way to the program, so the id is the program's own.
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", log, Find(command) ?? command, .. arguments])
        {
            WorkingDirectory = folder,
        };
        return Start(start);
    }

    /// <summary>Starts a program that ends with this one.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        lock (started)
        {
            if (ended)
            {
                throw new BenchException("interrupted");
            }

            Process process = Process.Start(start)!;
            started.Add(process);
            return process;
        }
    }

    /// <summary>A folder that is gone when this program is.</summary>
    public static string TemporaryFolder()
    {
        string folder = Directory.CreateTempSubdirectory("wiretale-bench-").FullName;
        lock (started)
        {
            folders.Add(folder);
        }

        return folder;
    }

    /// <summary>Ends, by its id, every program that still runs, and clears up after them.</summary>
    public static void EndAll()
    {
        lock (started)
        {
            ended = true;
            started.ForEach(End);
            started.Clear();
            folders.ForEach(folder => Directory.Delete(folder, recursive: true));
            folders.Clear();
        }
    }

    public static void End(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        _ = Kill(process.Id, Terminate);
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>Runs a command to its end with its output thrown away, and measures it.</summary>
    /// <remarks>
    /// GNU time does the measuring: a child's peak begins at the peak of the process it was started by, and a .NET process
    /// is larger than tcpdump will ever be.
    /// </remarks>
    public static Run Measure(string[] command)
    {
        string report = Path.GetTempFileName();
        try
        {
            long begin = Stopwatch.GetTimestamp();
            using Process process = Process.Start("sh", ["-c", "exec /usr/bin/time -f %M -o \"$0\" \"$@\" > /dev/null 2>&1 < /dev/null", report, .. command]);
            process.WaitForExit();
            TimeSpan wall = Stopwatch.GetElapsedTime(begin);
            long kilobytes = long.Parse(File.ReadLines(report).Last(), CultureInfo.InvariantCulture);
            return new(process.ExitCode, wall, kilobytes * 1024);
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>Runs a command until its first byte of output, and measures the time to it.</summary>
    public static Run MeasureFirstOutput(string[] command)
    {
        long begin = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(command[0], command.AsSpan(1).ToArray()) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        int first = process.StandardOutput.BaseStream.ReadByte();
        TimeSpan wall = Stopwatch.GetElapsedTime(begin);
        if (first >= 0)
        {
            process.Kill();
        }

        process.WaitForExit();
        return new(first >= 0 ? 0 : process.ExitCode, wall, 0);
    }

    /// <summary>First line of what a command prints; for the versions in a report.</summary>
    public static string FirstLine(params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command.AsSpan(1).ToArray()) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string line = process.StandardOutput.ReadLine() ?? process.StandardError.ReadLine() ?? "";
        process.WaitForExit();
        return line;
    }
}
