using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Commands;

/// <summary>Puts what programs said and how they ended in front of the packets they sent, as comments on the capture.</summary>
static class WatchComments
{
    /// <summary>Bytes that fit into an option of pcapng, less some for the words around.</summary>
    const int LongestOutput = 60_000;

    /// <summary>Writes the capture anew beside itself and puts it in its own place: there is always a whole one.</summary>
    /// <param name="concerned">The packets to keep; null for all.</param>
    /// <returns>How many packets that were.</returns>
    public static long Write(string file, IEnumerable<WatchedProgram> programs, PacketFilter? concerned)
    {
        string next = file + ".part";
        long count = 0;
        using (var reader = CaptureReader.Open(file))
        {
            var section = new CaptureSection
            {
                OperatingSystem = RuntimeInformation.OSDescription,
                Application = "Wiretale " + typeof(WatchComments).Assembly.GetName().Version?.ToString(3),
                Comments = [.. programs.Select(Comment)],
            };
            using var writer = CaptureWriter.Create(File.Create(next), CaptureFormat.PcapNg, section);
            new CaptureRun(reader, new DissectionEngine(new Demand(Catalog.Registry)), sink: null, Stream.Null)
            {
                Filter = (batch, i) =>
                {
                    bool keeps = concerned?.Invoke(batch, i) ?? true;
                    count += keeps ? 1 : 0;
                    return keeps;
                },
                Copy = writer,
            }.Run();
        }

        File.Move(next, file, overwrite: true);
        return count;
    }

    static string Comment(WatchedProgram program)
    {
        string output = program.Output;
        while (Encoding.UTF8.GetByteCount(output) > LongestOutput)
        {
            output = output[..(output.Length * 3 / 4)];
        }

        return string.Create(CultureInfo.InvariantCulture, $"command: {program.CommandLine}\nexit status: {program.ExitStatus}\noutput:\n{output}");
    }
}
