using System.Globalization;

namespace Wiretale.Capture.Tests;

/// <summary>A frame copied out of a batch, for comparison.</summary>
sealed record Seen(int Number, Wiretale.Wire.Timestamp Time, bool HasTime, uint Original, int Interface, string Data, string Options);

static class Reading
{
    /// <summary>Writes <paramref name="bytes"/> to a temporary file, which the caller deletes.</summary>
    public static string TemporaryFile(byte[] bytes)
    {
        string path = Path.Combine(Path.GetTempPath(), $"wiretale-{Guid.NewGuid():N}.cap");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Reads all frames of a file.</summary>
    public static (List<Seen> Frames, CaptureDamage? Damage) File_(byte[] bytes)
    {
        string path = TemporaryFile(bytes);
        try
        {
            using CaptureReader reader = CaptureReader.Open(path);
            return (All(reader), reader.Damage);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Reads all frames through a stream that gives <paramref name="piece"/> bytes at a time.</summary>
    public static (List<Seen> Frames, CaptureDamage? Damage) Stream_(byte[] bytes, int piece = int.MaxValue)
    {
        using CaptureReader reader = CaptureReader.Open(new Trickle(bytes, piece), "stream");
        return (All(reader), reader.Damage);
    }

    public static List<Seen> All(CaptureReader reader, int capacity = 64)
    {
        List<Seen> seen = [];
        using FrameBatch batch = new(capacity);
        while (reader.Read(batch))
        {
            foreach (ref readonly FrameRecord frame in batch.Frames)
            {
                seen.Add(Copy(batch, frame));
            }
        }

        return seen;
    }

    public static long Count(CaptureReader reader)
    {
        long count = 0;
        using FrameBatch batch = new();
        while (reader.Read(batch))
        {
            count += batch.Count;
        }

        return count;
    }

    public static Seen Copy(FrameBatch batch, in FrameRecord frame) => new(
        frame.Number,
        frame.HasTimestamp ? frame.Time : default,
        frame.HasTimestamp,
        frame.OriginalLength,
        frame.Interface,
        Convert.ToHexString(frame.Data),
        frame.Options < 0 ? "" : Text(batch.Options[frame.Options]));

    static string Text(PacketOptions options) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join('|', options.Comments)} {options.Flags} {options.DropCount} {options.PacketId} {options.Queue} "
        + $"{string.Join(',', options.Hashes.Select(h => Convert.ToHexString(h.Span)))} "
        + $"{string.Join(',', options.Verdicts.Select(v => Convert.ToHexString(v.Span)))}");

    /// <summary>A stream that cannot seek and gives a few bytes at a time, as a pipe does.</summary>
    public sealed class Trickle(byte[] bytes, int piece) : Stream
    {
        int _at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int n = Math.Min(Math.Min(buffer.Length, piece), bytes.Length - _at);
            bytes.AsSpan(_at, n).CopyTo(buffer);
            _at += n;
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
