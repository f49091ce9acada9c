using Wiretale.Capture.Output;
using Wiretale.Capture.Pcap;
using Wiretale.Capture.PcapNg;

namespace Wiretale.Capture;

/// <summary>
/// Writes frames to a capture file. What reaches the file is always whole records, so that a killed program leaves a readable
/// capture; <see cref="Flush"/> says when.
/// </summary>
/// <remarks>
/// To copy a capture, call <see cref="Follow"/> after each <see cref="CaptureReader.Read"/>, also the last: it takes over the
/// interfaces, sections, names, secrets and other blocks that have come past, in time for the frames that need them.
/// Nothing may be written after a <see cref="CaptureException"/>.
/// </remarks>
public abstract class CaptureWriter : IDisposable
{
    private protected CaptureWriter(RecordBuffer output) => Output = output;

    private protected RecordBuffer Output { get; }

    /// <summary>Interfaces known so far; <see cref="FrameRecord.Interface"/> is an index into it.</summary>
    public abstract IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>Creates the file, or empties it; <c>-</c> is standard output.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Any that can be written: pcap, nsecpcap, pcapng, in either byte order.</param>
    /// <param name="interfaces">Interfaces known already; leave out what <see cref="Follow"/> is to take from a reader.</param>
    /// <exception cref="CaptureException">The file cannot be created, or the format not written.</exception>
    public static CaptureWriter Create(string path, CaptureFormat format, params IReadOnlyList<CaptureInterface> interfaces)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckFormat(format, path);
        Stream stream = path is "-" ? Console.OpenStandardOutput() : RecordBuffer.OpenFile(path);
        return Create(stream, format, interfaces);
    }

    /// <summary>Writes to a stream, which is disposed of with the writer.</summary>
    /// <exception cref="CaptureException">The format cannot be written.</exception>
    public static CaptureWriter Create(Stream stream, CaptureFormat format, params IReadOnlyList<CaptureInterface> interfaces) =>
        Create(stream, format, section: null, interfaces);

    /// <summary>Writes to a stream, which is disposed of with the writer; <paramref name="section"/> describes the first section.</summary>
    /// <exception cref="CaptureException">The format cannot be written.</exception>
    public static CaptureWriter Create(Stream stream, CaptureFormat format, CaptureSection? section, params IReadOnlyList<CaptureInterface> interfaces)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(interfaces);
        CheckFormat(format, "stream");
        RecordBuffer output = new(stream, format.BigEndian);
        CaptureWriter writer = format.Kind == CaptureKind.PcapNg ? new PcapNgWriter(output) { Section = section } : new PcapWriter(output, format.Kind);
        foreach (CaptureInterface one in interfaces)
        {
            writer.AddInterface(one);
        }

        return writer;
    }

    /// <summary>Adds an interface and returns its number for <see cref="FrameRecord.Interface"/>.</summary>
    public abstract int AddInterface(CaptureInterface added);

    /// <summary>What is said about the file before its first frame; the first section says it. Formats without sections drop it.</summary>
    public CaptureSection? Section { get; init; }

    /// <summary>Bytes written so far, with what has not reached the stream yet.</summary>
    public long Length => Output.Total;

    /// <summary>Adds what was counted at an interface, usually at the end; pcap cannot hold it and drops it.</summary>
    public abstract void AddStatistics(InterfaceStatistics statistics);

    /// <summary>Adds secrets, which should come before the frames that they decrypt; pcap cannot hold them and drops them.</summary>
    public abstract void AddSecrets(CaptureSecrets secrets);

    /// <summary>Takes over what has come past in <paramref name="reader"/> since the last call. Formats that cannot hold a thing drop it.</summary>
    /// <exception cref="CaptureException">Writing fails.</exception>
    public abstract void Follow(CaptureReader reader);

    /// <summary>Writes a frame, with its options when the format has any.</summary>
    /// <exception cref="CaptureException">Writing fails, or the format cannot hold the frame.</exception>
    public abstract void Write(in FrameRecord frame, PacketOptions? options = null);

    /// <summary>Writes all frames of a batch with their options.</summary>
    /// <exception cref="CaptureException">Writing fails, or the format cannot hold a frame.</exception>
    public void Write(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (ref readonly FrameRecord frame in batch.Frames)
        {
            Write(frame, frame.Options < 0 ? null : batch.Options[frame.Options]);
        }
    }

    /// <summary>Hands all records written so far to the operating system.</summary>
    /// <exception cref="CaptureException">Writing fails.</exception>
    public virtual void Flush() => Output.Flush();

    /// <summary>Flushes and closes.</summary>
    public virtual void Dispose()
    {
        try
        {
            Flush();
        }
        finally
        {
            Output.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    static void CheckFormat(CaptureFormat format, string path)
    {
        if (format.Kind == CaptureKind.ModifiedPcap)
        {
            throw new CaptureException(CaptureErrorKind.CannotWrite, $"The file \"{path}\" can't be written as a \"{format.Name}\" file.");
        }
    }
}
