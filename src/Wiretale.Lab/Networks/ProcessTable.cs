using System.Globalization;

namespace Wiretale.Lab.Networks;

/// <summary>Linux's table of processes, as <c>/proc</c> shows it.</summary>
public static class ProcessTable
{
    /// <summary>Numbers of all processes that this one can see.</summary>
    public static IEnumerable<int> All => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0).Where(id => id > 0);

    /// <summary>A child of a process, or null when it has none (any more).</summary>
    public static int? ChildOf(int parent) => All.Select(id => (int?)id).FirstOrDefault(id => ParentOf(id!.Value) == parent);

    /// <summary>The parent of a process, or null when the process is gone.</summary>
    public static int? ParentOf(int process)
    {
        try
        {
            // The name stands in parentheses and may hold anything, parentheses too (proc_pid_stat(5)).
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
