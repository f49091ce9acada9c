using System.Diagnostics;

namespace Wiretale.Capture.Tests;

/// <summary>tshark reads what is written here, and sees the same frames as in the original.</summary>
public class TsharkTests
{
    [TsharkFact]
    public void Reads_our_pcapng_with_all_blocks()
    {
        byte[] original = Samples.Rich(false);
        string copy = Reading.TemporaryFile([]);
        string source = Reading.TemporaryFile(original);
        try
        {
            foreach (CaptureFormat format in new[] { CaptureFormat.PcapNg, CaptureFormat.PcapNg with { BigEndian = true } })
            {
                using (CaptureReader reader = CaptureReader.Open(source))
                using (CaptureWriter writer = CaptureWriter.Create(copy, format))
                using (FrameBatch batch = new())
                {
                    while (reader.Read(batch))
                    {
                        writer.Follow(reader);
                        writer.Write(batch);
                    }
                }

                // tshark counts custom blocks as frames and the other byte order leaves them out, so they are filtered away.
                Assert.Equal(Tshark(source), Tshark(copy));
            }
        }
        finally
        {
            File.Delete(copy);
            File.Delete(source);
        }
    }

    static string Tshark(string file)
    {
        ProcessStartInfo start = new("tshark")
        {
            ArgumentList =
            {
                "-n", "-r", file, "-Y", "frame.interface_id", "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len",
                "-e", "frame.interface_id", "-e", "frame.interface_name", "-e", "frame.encap_type", "-e", "frame.comment", "-e", "frame.packet_flags",
                "-e", "frame.drop_count", "-e", "frame.packet_id", "-e", "frame.interface_queue",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(4, output.Count(c => c == '\n'));
        return output;
    }

    sealed class TsharkFactAttribute : FactAttribute
    {
        public TsharkFactAttribute()
        {
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, "tshark"))))
            {
                Skip = "tshark is not installed.";
            }
        }
    }
}
