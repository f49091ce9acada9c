namespace Wiretale.ArchitectureTests;

/// <summary>The source tree that the tests were built from.</summary>
static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>Names of the projects in <c>src</c> or <c>tests</c>.</summary>
    public static string[] Projects(string folder) =>
        [.. Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];

    /// <summary>Paths of the C# files under <c>src</c>, from the root, with forward slashes.</summary>
    public static string[] Sources { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))];

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Wiretale.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"no Wiretale.slnx above {AppContext.BaseDirectory}");
    }
}
