using System.Globalization;
using System.Runtime.InteropServices;

namespace Wiretale.Lab.Networks;

/// <summary>Linux's table of processes, as <c>/proc</c> shows it.</summary>
public static partial class ProcessTable
{
    /// <summary>Numbers of all processes that this one can see.</summary>
    public static IEnumerable<int> All => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0).Where(id => id > 0);

    /// <summary>A child of a process, or null when it has none (any more).</summary>
    public static int? ChildOf(int parent) => All.Select(id => (int?)id).FirstOrDefault(id => ParentOf(id!.Value) == parent);

    /// <summary>The parent of a process, or null when the process is gone.</summary>
    public static int? ParentOf(int process) => Stat(process, 1);

    /// <summary>The session of a process, or null when the process is gone.</summary>
    public static int? SessionOf(int process) => Stat(process, 3);

    /// <summary>A number behind the name in <c>/proc/PID/stat</c>, counted from the state.</summary>
    static int? Stat(int process, int index)
    {
        try
        {
            // The name stands in parentheses and may hold anything, parentheses too (proc_pid_stat(5)).
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[index], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The command line of a process, words parted by blanks; its name in brackets where it has none; null when it is gone.</summary>
    public static string? CommandLine(int process)
    {
        try
        {
            string line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline")).TrimEnd('\0').Replace('\0', ' ');
            return line.Length > 0 ? line : $"[{File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/comm")).Trim()}]";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The inodes of the sockets that a process holds; none when this user may not know.</summary>
    public static IEnumerable<long> Sockets(int process)
    {
        const string Prefix = "socket:[";
        string[] descriptors;
        try
        {
            descriptors = Directory.GetFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (string descriptor in descriptors)
        {
            string? target;
            try
            {
                target = new FileInfo(descriptor).LinkTarget;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (target is not null && target.StartsWith(Prefix, StringComparison.Ordinal)
                && long.TryParse(target.AsSpan(Prefix.Length).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
            {
                yield return inode;
            }
        }
    }

    /// <summary>Sends a signal; nothing happens when the process has ended.</summary>
    public static void Signal(int process, PosixSignal signal) => _ = SendSignal(process, signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    });

    /// <summary>Stops a process where it stands, as if it hung.</summary>
    public static void Freeze(int process) => _ = SendSignal(process, 19);

    /// <summary>Kills a process.</summary>
    public static void Kill(int process) => _ = SendSignal(process, 9);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
