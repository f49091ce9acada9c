namespace Wiretale.Dissection.Tests;

/// <summary>The public captures that stand beside a checkout for tests; absent elsewhere.</summary>
static class Corpus
{
    public static string? Folder { get; } = Find();

    /// <summary>Every n-th capture, in name order; empty when the captures are not there.</summary>
    public static IEnumerable<string> Every(int n) => Folder is null
        ? []
        : Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".pcap" or ".pcapng" or ".cap")
            .Order(StringComparer.Ordinal).Where((_, i) => i % n == 0);

    static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "captures");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
