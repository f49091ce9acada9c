namespace Wiretale.Cli.Tests.Commands;

/// <summary>The commands that docs/lab.md shows exist, with the options that it shows.</summary>
public class LabDocsTests
{
    public static TheoryData<string> Lines =>
        [.. File.ReadAllLines(Path.Combine(Root(), "docs", "lab.md")).Where(line => line.StartsWith("wiretale ", StringComparison.Ordinal)).Select(line => line.Split('#')[0].Trim()).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_command_of_the_docs_is_known(string line)
    {
        string[] words = line.Split(' ');
        string[] path = [.. words.Skip(1).TakeWhile(word => word.All(char.IsAsciiLetterLower)).Take(2)];
        string help = Help([.. path, .. path is ["lab", "run"] ? words.Skip(3).Take(1) : []]);
        Assert.Contains("wiretale " + string.Join(' ', path), help, StringComparison.Ordinal);
        Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains(option, help, StringComparison.Ordinal));
    }

    static string Help(string[] path)
    {
        var (status, output, error) = Tool.Run([.. path, "--help"]);
        Assert.True(status == 0, error);
        return output;
    }

    static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Wiretale.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("no Wiretale.slnx above the tests");
    }
}
