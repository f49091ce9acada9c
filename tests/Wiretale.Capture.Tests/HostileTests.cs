namespace Wiretale.Capture.Tests;

/// <summary>Whatever the bytes: frames lie inside the file, nothing but <see cref="CaptureException"/> is thrown, memory stays small.</summary>
public class HostileTests
{
    const int Seed = 20_260_714;

    [Fact]
    public void Every_prefix_of_every_format_reads_or_is_refused()
    {
        foreach ((_, byte[] file) in Samples.All())
        {
            long whole = Frames(file);
            for (int length = 0; length < file.Length; length++)
            {
                Assert.InRange(Frames(file[..length]), 0, whole);
            }
        }
    }

    [Fact]
    public void Flipped_bytes_do_no_harm()
    {
        Random random = new(Seed);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        long bytes = 0;
        foreach ((_, byte[] file) in Samples.All())
        {
            for (int round = 0; round < 1500; round++)
            {
                byte[] bad = [.. file];
                for (int n = random.Next(1, 5); n > 0; n--)
                {
                    bad[random.Next(bad.Length)] = random.Next(4) switch { 0 => 0, 1 => 0xff, 2 => 0x80, _ => (byte)random.Next(256) };
                }

                Frames(bad);
                bytes++;
            }
        }

        // A stream's buffer of 1 MB each and little more: nothing is allocated for what a length merely claims.
        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / bytes, 0, 3 << 20);
    }

    [Fact]
    public void Files_are_as_safe_as_streams()
    {
        Random random = new(Seed);
        // How much comes out of gzip before damaged compression is noticed depends on the pieces.
        foreach ((_, byte[] file) in Samples.All().Where(s => !s.Name.StartsWith("gzip", StringComparison.Ordinal)))
        {
            for (int round = 0; round < 60; round++)
            {
                byte[] bad = [.. file[..random.Next(1, file.Length + 1)]];
                bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
                string whole;
                string streamed;
                string path = Reading.TemporaryFile(bad);
                try
                {
                    whole = Outcome(() => CaptureReader.Open(path)).Replace(path, "it", StringComparison.Ordinal);
                    streamed = Outcome(() => CaptureReader.Open(new Reading.Trickle(bad, 13), path)).Replace(path, "it", StringComparison.Ordinal);
                }
                finally
                {
                    File.Delete(path);
                }

                // The probing for old variants sees less of a pipe; it does not matter for these.
                Assert.Equal(whole, streamed);
            }
        }
    }

    static string Outcome(Func<CaptureReader> open)
    {
        try
        {
            using CaptureReader reader = open();
            return string.Join('\n', Reading.All(reader)) + reader.Damage?.Message;
        }
        catch (CaptureException e)
        {
            // A pipe is not waited for when opening, so there the same damage is met by reading.
            return e.Message.Replace(" or other data", "", StringComparison.Ordinal);
        }
    }

    static long Frames(byte[] file)
    {
        try
        {
            using CaptureReader reader = CaptureReader.Open(new Reading.Trickle(file, int.MaxValue), "hostile");
            return Reading.All(reader).Count;
        }
        catch (CaptureException)
        {
            return 0;
        }
    }
}
