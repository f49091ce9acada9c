using System.Text.RegularExpressions;

namespace Wiretale.ArchitectureTests;

/// <summary>Habits that every source file keeps; a failure lists the files that do not.</summary>
public partial class SourceTests
{
    const int LineLimit = 600;

    /// <summary>Generated tables of numbers and names, which nobody reads from top to bottom.</summary>
    static readonly string[] mayBeLong = [];

    [Fact]
    public void FilesAreShort() =>
        None(Checkout.Sources.Except(mayBeLong, StringComparer.Ordinal).Where(path => Checkout.Lines(path).Length >= LineLimit));

    [Fact]
    public void ExceptionsStillExist() => None(mayBeLong.Except(Checkout.Sources, StringComparer.Ordinal));

    // A parser that prints serves one program only. The bare streams are no terminal: `-r -` and `-w -` mean them.
    [Fact]
    public void OnlyTheCommandLineTalksToTheConsole() =>
        None(LinesWith(ConsoleUse()).Where(hit => !hit.StartsWith("src/Wiretale.Cli/", StringComparison.Ordinal)));

    /// <summary>What lies at the root is what a newcomer sees first.</summary>
    [Fact]
    public void TheRootHoldsNoStrays() => None(Directory.GetFiles(Checkout.Root).Select(Path.GetFileName).Except(
        [".editorconfig", ".git", ".gitignore", "ARCHITECTURE.md", "Directory.Build.props", "Directory.Packages.props", "LICENSE", "README.md", "Wiretale.slnx", "global.json", "test", "wiretale"],
        StringComparer.Ordinal)!);

    [Fact]
    public void NoRegions() => None(LinesWith(Region()));

    [Fact]
    public void NamespacesAreFolders()
    {
        var strays = from path in Checkout.Sources
                     let expected = $"namespace {Path.GetDirectoryName(path)!["src/".Length..].Replace('/', '.')};"
                     let declared = Checkout.Lines(path).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
                     where declared is null ? !MayLackNamespace(path) : !string.Equals(declared, expected, StringComparison.Ordinal)
                     select $"{path}: {declared ?? "no namespace"}";

        None(strays);
    }

    // Top-level statements and attributes of the assembly have none.
    static bool MayLackNamespace(string path) => Path.GetFileName(path) is "Program.cs" or "GlobalUsings.cs" or "AssemblyInfo.cs";

    // A line each: a failed Assert.Empty shows no more than the first few words.
    static void None(IEnumerable<string> strays)
    {
        string[] all = [.. strays];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    static IEnumerable<string> LinesWith(Regex pattern) =>
        from path in Checkout.Sources
        from line in Checkout.Lines(path).Select((text, index) => (text, number: index + 1))
        where pattern.IsMatch(line.text)
        select $"{path}:{line.number}: {line.text.Trim()}";

    [GeneratedRegex(@"^(?!\s*//).*\bConsole\.(?!OpenStandard(Input|Output)\b)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"^\s*#\s*region\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Region();
}
