using Wiretale.Capture.Input;
using Wiretale.Capture.Pcap;

namespace Wiretale.Capture;

/// <summary>Reads a capture's frames in order. <see cref="Open(string)"/> finds out the format.</summary>
public abstract class CaptureReader : IDisposable
{
    private protected CaptureReader()
    {
    }

    /// <summary>Format and byte order of the file.</summary>
    public abstract CaptureFormat Format { get; }

    /// <summary>Interfaces seen so far; pcapng may add more as reading goes on.</summary>
    public abstract IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>Sections seen so far: one in a pcap file, one or more in pcapng. A batch never spans two.</summary>
    public abstract IReadOnlyList<CaptureSection> Sections { get; }

    /// <summary>Name Resolution Blocks come past so far.</summary>
    public virtual IReadOnlyList<NameResolution> NameResolution => [];

    /// <summary>Decryption Secrets Blocks come past so far; those before a packet are in the list when its batch is.</summary>
    public virtual IReadOnlyList<CaptureSecrets> Secrets => [];

    /// <summary>Interface Statistics Blocks come past so far.</summary>
    public virtual IReadOnlyList<InterfaceStatistics> Statistics => [];

    /// <summary>Custom, systemd journal and unknown blocks come past so far, for copying.</summary>
    public virtual IReadOnlyList<RawBlock> OtherBlocks => [];

    /// <summary>Set when the file ended badly, after all whole packets before the damage have been given.</summary>
    public CaptureDamage? Damage { get; private protected set; }

    /// <summary>Opens a file; <c>-</c> is standard input.</summary>
    /// <exception cref="CaptureException">The file cannot be opened or is no capture.</exception>
    public static CaptureReader Open(string path) => CaptureOpener.Open(path);

    /// <summary>Reads from a stream, which is disposed of with the reader; <paramref name="name"/> stands in messages.</summary>
    /// <exception cref="CaptureException">The stream does not begin like a capture.</exception>
    public static CaptureReader Open(Stream stream, string name) => CaptureOpener.Open(stream, name);

    /// <summary>
    /// Resets <paramref name="batch"/> and puts the next frames into it: at least one, at most its capacity; fewer where the
    /// memory at hand ends, so that a pipe which is still being written gives what has arrived. False, with an empty batch, at
    /// the end of the file; then <see cref="Damage"/> says whether it was a good one.
    /// </summary>
    public bool Read(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Reset();
        Fill(batch);
        return batch.Count > 0;
    }

    /// <summary>Whether <see cref="ReadAhead"/> has something to do.</summary>
    public bool CanReadAhead => Source.Ahead is { CanFetch: true };

    /// <summary>Fetches a piece of the file that <see cref="Read"/> will need, on any thread and at the same time as others; false when there is none to fetch. Pipes cannot be read like that.</summary>
    /// <remarks>Nobody has to: what was not fetched is read when it is needed.</remarks>
    public bool ReadAhead() => Source.Ahead is { } ahead && ahead.Fetch();

    private protected abstract ByteSource Source { get; }

    private protected abstract void Fill(FrameBatch batch);

    /// <inheritdoc />
    public abstract void Dispose();
}
