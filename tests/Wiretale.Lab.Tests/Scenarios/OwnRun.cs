using System.Diagnostics;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Scenarios;

/// <summary>The command, run in a folder that everything it leaves would be in.</summary>
static class OwnRun
{
    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Status, string Output, string Errors)> RunAsync(TemporaryFolder folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Ends it with a signal when it is where it should be, and looks that nothing is left but what may be.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> EndAsync(TemporaryFolder folder, string signal, int status, Func<bool> isThere, string[] mayStay, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        Assert.True(SpinWait.SpinUntil(isThere, TimeSpan.FromSeconds(30)), "it did not start");
        await Running.ProgramAsync("kill", "-" + signal, $"{process.Id}");
        await process.WaitForExitAsync(Peer.Soon);
        Assert.Equal(status, process.ExitCode);

        // The runtime of a process that is killed leaves its own diagnostic ports.
        bool IsLeft(string text) => !text.Contains($"-{process.Id}-", StringComparison.Ordinal) && !mayStay.Contains(text, StringComparer.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => !Left(folder).Any(IsLeft), TimeSpan.FromSeconds(10)), string.Join('\n', Left(folder).Where(IsLeft)));
        return await output;
    }

    /// <summary>What it has made: processes that were told about its folder, and what is in the folder.</summary>
    public static string[] Left(TemporaryFolder folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder.Path),
        .. ProcessTable.All.Select(id => ProcessTable.CommandLine(id) ?? "").Where(line => line.Contains(folder.Path, StringComparison.Ordinal)),
    ];

    static Process Start(TemporaryFolder folder, string[] arguments) => Process.Start(new ProcessStartInfo(OwnCommand.Words[0], [.. OwnCommand.Words[1..], .. arguments])
    {
        // Open to the end: a client without a script waits for its user.
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder.Path,
        Environment = { ["TMPDIR"] = folder.Path },
    })!;
}
