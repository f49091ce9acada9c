using System.Globalization;
using System.Text;
using Wiretale.Capture;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Commands;

/// <summary>Puts what programs said and how they ended in front of the packets they sent, as comments on the capture.</summary>
static class WatchComments
{
    /// <summary>Bytes that fit into an option of pcapng, less some for the words around.</summary>
    const int LongestOutput = 60_000;

    /// <summary>Writes the capture anew beside itself and puts it in its own place: there is always a whole one.</summary>
    public static void Write(string file, IEnumerable<WatchedProgram> programs)
    {
        string next = file + ".part";
        using (var reader = CaptureReader.Open(file))
        using (var batch = new FrameBatch())
        {
            bool more = reader.Read(batch);
            var old = reader.Sections[0];
            var section = new CaptureSection
            {
                Hardware = old.Hardware,
                OperatingSystem = old.OperatingSystem,
                Application = old.Application,
                Comments = [.. programs.Select(Comment)],
                Others = old.Others,
            };
            using var writer = CaptureWriter.Create(File.Create(next), CaptureFormat.PcapNg, section);
            for (; more; more = reader.Read(batch))
            {
                writer.Follow(reader);
                writer.Write(batch);
            }

            writer.Follow(reader);
        }

        File.Move(next, file, overwrite: true);
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
