using System.Diagnostics;

namespace Wiretale.Lab.Tests;

/// <summary>A Python program as a student would write it, run beside ours.</summary>
sealed class Python : IDisposable
{
    readonly Process process;
    readonly Task<string> errors;

    Python(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a program.</summary>
    public static Python Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3", ["-u", "-c", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new(Process.Start(start)!);
    }

    public Task TypeAsync(string line) => process.StandardInput.WriteLineAsync(line);

    public async Task<string> LineAsync()
    {
        string? line = await process.StandardOutput.ReadLineAsync(Peer.Soon);
        return line ?? throw new InvalidOperationException("it has ended: " + await errors);
    }

    /// <summary>Waits for its end, and gives the rest of what it printed.</summary>
    public async Task<string> EndAsync()
    {
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync(Peer.Soon);
        await process.WaitForExitAsync(Peer.Soon);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
