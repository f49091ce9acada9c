namespace Wiretale.ArchitectureTests;

/// <summary>Tests stand where their subject stands.</summary>
public class MirrorTests
{
    const string Suffix = ".Tests";

    [Fact]
    public void EveryProjectHasItsTests() =>
        Assert.Equal(Checkout.Projects("src"), TestProjects.Select(name => name[..^Suffix.Length]), StringComparer.Ordinal);

    [Fact]
    public void TestFoldersAreSourceFolders()
    {
        var strays = from project in TestProjects
                     let tests = Path.Combine(Checkout.Root, "tests", project)
                     from file in Directory.GetFiles(tests, "*Tests.cs", SearchOption.AllDirectories)
                     let folder = Path.GetRelativePath(tests, Path.GetDirectoryName(file)!)
                     where !Directory.Exists(Path.Combine(Checkout.Root, "src", project[..^Suffix.Length], folder))
                     select $"{project}/{folder}";

        Assert.Empty(strays.Distinct(StringComparer.Ordinal));
    }

    static IEnumerable<string> TestProjects => Checkout.Projects("tests").Where(name => name.EndsWith(Suffix, StringComparison.Ordinal));
}
