using System.Diagnostics;
using System.Text;

namespace Wiretale.Cli.Tests;

/// <summary>The commands that the README and docs/ show: those that read a capture or ask about the program run, of the others the options exist.</summary>
/// <remarks>A command is a line that begins with <c>wiretale</c> or <c>./wiretale</c>, in a fenced block or indented by four blanks. Captures that it names are there, whatever their names.</remarks>
public sealed class DocumentationTests : IDisposable
{
    static readonly string Root = FindRoot();

    readonly string folder = Directory.CreateTempSubdirectory("wiretale-docs-").FullName;

    static readonly string[] PageNames =
        [.. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Append(Path.Combine(Root, "README.md")).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Pages => [.. PageNames];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_do_what_they_are_shown_for(string page)
    {
        List<string> wrong = [];
        foreach (string line in Commands(File.ReadAllLines(Path.Combine(Root, page))))
        {
            if (Try(Words(line)) is { } fault)
            {
                wrong.Add($"{line}\n    {fault}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Commands_are_found() => Assert.True(PageNames.Sum(p => Commands(File.ReadAllLines(Path.Combine(Root, p))).Count()) > 25);

    [Fact]
    public void A_wrong_command_is_noticed()
    {
        Assert.NotNull(Try(["wiretale", "-r", "capture.pcap", "--no-such-option"]));
        Assert.NotNull(Try(["wiretale", "filter", "explain", "tcp.prt"]));
        Assert.NotNull(Try(["wiretale", "chat", "serve", "--no-such-option"]));
    }

    [Fact]
    public void Words_are_the_shells() => Assert.Equal(["wiretale", "-Y", "a == \"b\"", "x y", "-w"], Words("./wiretale -Y 'a == \"b\"' \"x y\" -w   # copies | all"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static IEnumerable<string> Commands(string[] lines)
    {
        bool fenced = false;
        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
            }
            else if (fenced || line.StartsWith("    ", StringComparison.Ordinal))
            {
                string command = line.Trim();
                if (command.StartsWith("wiretale ", StringComparison.Ordinal) || command.StartsWith("./wiretale ", StringComparison.Ordinal))
                {
                    yield return command;
                }
            }
        }
    }

    /// <summary>What is wrong with a command, or null.</summary>
    string? Try(List<string> words)
    {
        string[] arguments = [.. words.Skip(1)];
        if (arguments is ["filter" or "completion" or "version" or "help" or "-G", ..] || ReadsCapture(arguments))
        {
            string? before = null;
            foreach (string argument in arguments)
            {
                if (IsCapture(argument) && before != "-w")
                {
                    File.Copy(Path.Combine(Root, "tests/Wiretale.Dissection.Tests/Golden/Http/http-messages.pcap"), Path.Combine(folder, Path.GetFileName(argument)), overwrite: true);
                }

                before = argument;
            }

            var run = Run(arguments);
            return run.Status == 0 && run.Error.Length == 0 ? null : $"status {run.Status}: {run.Error}";
        }

        // What would serve, ask the network or wait for somebody is only asked for its help; a scenario may have options of its own.
        string[] command = [.. arguments.TakeWhile(a => !a.StartsWith('-')).Take(arguments is ["lab", "run", ..] ? 3 : 2).Where(a => a.All(c => char.IsAsciiLetterLower(c) || c == '-'))];
        var help = Run([.. command, "--help"]);
        var missing = arguments.Where(a => a.StartsWith("--", StringComparison.Ordinal) && a.Length > 2 && !help.Output.Contains(a.Split('=')[0], StringComparison.Ordinal)).ToArray();
        return help.Status != 0 ? $"{string.Join(' ', command)} --help: status {help.Status}: {help.Error}" : missing.Length > 0 ? "its help does not know " + string.Join(' ', missing) : null;
    }

    /// <summary>Whether it reads a capture, rather than make one (<c>-i</c>, <c>watch</c>, <c>lab run --keep</c>).</summary>
    static bool ReadsCapture(string[] arguments) => !arguments.Contains("-i") && (arguments.Contains("-r") || arguments.Contains("-nr") || IsCapture(arguments.FirstOrDefault("")));

    static bool IsCapture(string word) => Path.GetExtension(word) is ".pcap" or ".pcapng" or ".cap";

    /// <summary>Splits a line as a shell does, up to a comment, a pipe or a redirection.</summary>
    static List<string> Words(string line)
    {
        List<string> words = [];
        var word = new StringBuilder();
        bool any = false;
        char quote = '\0';
        foreach (char c in line + " ")
        {
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
                word.Append(quote == '\0' ? "" : c.ToString());
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                any = true;
            }
            else if (c == ' ')
            {
                if (any)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                any = false;
            }
            else if (!any && c is '#' or '|' or '>' or '<' or '&' or ';')
            {
                break;
            }
            else
            {
                word.Append(c);
                any = true;
            }
        }

        words[0] = "wiretale";
        return words;
    }

    (int Status, string Output, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "wiretale"), arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["XDG_CONFIG_HOME"] = folder;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(20_000))
        {
            process.Kill();
            return (-1, "", "still running after 20 seconds");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    static string FindRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "Wiretale.slnx")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException($"no Wiretale.slnx above {AppContext.BaseDirectory}");
    }
}
