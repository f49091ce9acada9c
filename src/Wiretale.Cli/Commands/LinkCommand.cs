using System.CommandLine;
using Wiretale.Cli.Options;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale link</c>: a cable between two interfaces that treats frames badly.</summary>
static class LinkCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments)
    {
        var (first, second) = (Interface("A"), Interface("B"));
        var file = new Option<string?>("--log") { Description = "write down what was done to each frame that did not just pass", HelpName = "FILE" };
        var bad = new BadLink();
        return LabRun.Invoke(LabRun.Command("link", "Joins two interfaces by a cable that treats frames as the options say, in both directions.", [first, second, file, .. bad.Options], options => LabRun.Serve((screen, stop) =>
        {
            string one = options.GetValue(first)!, other = options.GetValue(second)!;
            var forth = bad.Read(options);
            using var log = OpenLog(options.GetValue(file));
            using var link = FrameLink.Open(one, other, forth, forth with { Seed = unchecked(forth.Seed + 1) }, TimeProvider.System, log is null ? null : (from, happened) => Write(log, from, happened));
            screen.Show($"Linking {one} and {other}", Lab.Tone.Note);
            link.Run(stop);
            screen.Show($"{one} > {other}: {link.Tallies[0]}");
            screen.Show($"{other} > {one}: {link.Tallies[1]}");
            return Task.CompletedTask;
        })), arguments);
    }

    static void Write(StreamWriter log, string from, in LinkEvent happened)
    {
        if (happened.Fate != Fate.Delivered)
        {
            log.WriteLine($"{from} {happened}");
        }
    }

    static StreamWriter? OpenLog(string? path)
    {
        try
        {
            return path is null ? null : new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(1, $"{path}: cannot be written ({(e is DirectoryNotFoundException ? "no such folder" : "not allowed")})");
        }
    }

    static Argument<string> Interface(string name) => new(name) { Description = "an interface that is up, such as an end of a veth pair" };
}
