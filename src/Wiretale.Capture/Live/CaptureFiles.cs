using System.Globalization;
using Wiretale.Capture.Output;

namespace Wiretale.Capture.Live;

/// <summary>The files of a capture, one after the other: the one that was asked for, those of a ring, or nameless ones that only a reader in this process sees.</summary>
sealed class CaptureFiles(LiveOptions options, FollowStream? follower, TimeProvider clock)
{
    /// <summary>Nameless files are changed so often, that what was read takes no room on the disk.</summary>
    const long NamelessSize = 64 << 20;

    readonly Queue<string> kept = new();

    /// <summary>Number of the file being written, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>When the next file is due; null never.</summary>
    public CaptureLimits? Limits { get; } = options.Ring ?? (options.File is null && follower is not null ? new() { Bytes = NamelessSize } : null);

    /// <summary>Creates the next file.</summary>
    /// <exception cref="CaptureException">It cannot be created.</exception>
    public Stream Next()
    {
        Number++;
        if (options.File is "-")
        {
            return options.Output!();
        }

        if (options.File is null && follower is null)
        {
            return Stream.Null;
        }

        string path = options.File is null ? Path.Combine(Path.GetTempPath(), $"wiretale-{Guid.NewGuid():N}.pcapng")
            : options.Ring is null ? options.File : RingName(options.File, Number, clock.GetLocalNow());
        var file = options.File is null ? OpenNameless(path) : RecordBuffer.OpenFile(path);
        follower?.Begin(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), SkipOfNext());
        if (options.File is null)
        {
            // Only the handles keep it: nothing is left behind however the program ends.
            File.Delete(path);
        }
        else if (options.Ring is not null)
        {
            DropOldest(path);
        }

        return file;
    }

    /// <summary>The name of a file of a ring, as dumpcap makes it: <c>name_00001_20260131235959.pcapng</c>.</summary>
    public static string RingName(string path, int number, DateTimeOffset time)
    {
        string name = Path.GetFileName(path), extension = Path.GetExtension(name);
        return Path.Combine(Path.GetDirectoryName(path) ?? "",
            string.Create(CultureInfo.InvariantCulture, $"{name[..^extension.Length]}_{number % 100_000:00000}_{time:yyyyMMddHHmmss}{extension}"));
    }

    /// <summary>pcapng may begin anew in the middle of a stream (a section), pcap may not: its header is read once.</summary>
    long SkipOfNext() => Number > 1 && options.Format.Kind != CaptureKind.PcapNg ? Pcap.PcapHeader.Length : 0;

    static FileStream OpenNameless(string path)
    {
        var how = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, how);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaptureException(CaptureErrorKind.Io, $"The temporary file to which the capture would be saved (\"{path}\") could not be opened: {e.Message.TrimEnd('.')}.", e);
        }
    }

    void DropOldest(string added)
    {
        kept.Enqueue(added);
        while (options.Ring?.Files is { } limit && kept.Count > limit)
        {
            File.Delete(kept.Dequeue());
        }
    }
}
