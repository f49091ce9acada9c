using System.Diagnostics;
using System.Text;
using Wiretale.Capture;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Tests.Commands;

/// <summary>The built command as a process.</summary>
static class Tool
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "wiretale");

    /// <summary>Runs it to its end.</summary>
    public static (int Status, string Output, string Error) Run(params string[] arguments) => Finish(Start(new ProcessStartInfo(Path, arguments)));

    /// <summary>Starts it in a namespace.</summary>
    public static Process Start(NetworkNamespace place, params string[] arguments) => Start(place.Command([Path, .. arguments]));

    public static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = new UTF8Encoding(false);
        return Process.Start(start)!;
    }

    public static (int Status, string Output, string Error) Finish(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "no end");
            return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
    }

    /// <summary>The frames of a capture that ends well.</summary>
    public static List<byte[]> Frames(string file)
    {
        var frames = new List<byte[]>();
        using var reader = CaptureReader.Open(file);
        using var batch = new FrameBatch();
        while (reader.Read(batch))
        {
            foreach (ref readonly var frame in batch.Frames)
            {
                frames.Add(frame.Data.ToArray());
            }
        }

        Assert.Null(reader.Damage);
        return frames;
    }
}
