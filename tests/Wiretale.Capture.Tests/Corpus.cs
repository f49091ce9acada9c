namespace Wiretale.Capture.Tests;

/// <summary>The public captures that stand beside the project, in ../shared, when they do.</summary>
static class Corpus
{
    public static string? Root { get; } = Find();

    public static string Captures => Path.Combine(Root!, "captures");

    /// <summary>All captures, in a fixed order; none when the corpus is missing.</summary>
    public static IReadOnlyList<string> Files { get; } = Root is null
        ? []
        : [.. Directory.EnumerateFiles(Path.Combine(Root, "captures"), "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".md", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>What tshark prints for a capture, a line for each packet.</summary>
    public static string Golden(string capture) =>
        Path.Combine(Root!, "golden", Path.GetRelativePath(Captures, capture) + ".summary.tsv");

    static string? Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Wiretale.slnx")))
            {
                string shared = Path.Combine(at.FullName, "..", "shared");
                return Directory.Exists(Path.Combine(shared, "captures")) ? Path.GetFullPath(shared) : null;
            }
        }

        return null;
    }
}

/// <summary>A test over the corpus; skipped, saying so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute()
    {
        if (Corpus.Root is null)
        {
            Skip = "The captures of public projects (../shared/captures) are not here.";
        }
    }
}
