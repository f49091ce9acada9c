using Wiretale.Capture.Input;
using Wiretale.Capture.Pcap;
using Wiretale.Capture.PcapNg;
using Wiretale.Wire;

namespace Wiretale.Capture;

/// <summary>Finds out how a capture's bytes are to be got at and what format they are in.</summary>
static unsafe class CaptureOpener
{
    public static CaptureReader Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path is "-")
        {
            return Open(Console.OpenStandardInput(), "-");
        }

        var file = OpenFile(path);
        return file.CanSeek && !StartsLikeGzip(file) ? Sniff(new ByteSource(file, path), path) : Open(file, path);
    }

    static bool StartsLikeGzip(FileStream file)
    {
        Span<byte> start = stackalloc byte[GzipInput.Magic.Length];
        return RandomAccess.Read(file.SafeFileHandle, start, 0) == start.Length && start.SequenceEqual(GzipInput.Magic);
    }

    public static CaptureReader Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] start = new byte[GzipInput.Magic.Length];
        int got;
        try
        {
            got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            stream.Dispose();
            throw Messages.CannotOpen(name, e.Message.TrimEnd('.'), e);
        }

        Stream whole = new PrefixedStream(start[..got], stream);
        return Sniff(new ByteSource(start.AsSpan(0, got).SequenceEqual(GzipInput.Magic) ? new GzipInput(whole) : whole, name), name);
    }

    static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw Messages.IsDirectory(path);
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Messages.Missing(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw Messages.NoPermission(path);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw Messages.CannotOpen(path, e.Message.TrimEnd('.'), e);
        }
    }

    static CaptureReader Sniff(ByteSource source, string name)
    {
        try
        {
            return Recognise(source, name);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    static CaptureReader Recognise(ByteSource source, string name)
    {
        if (!source.Need(4))
        {
            if (source.Failure is { } failure)
            {
                throw failure.Kind == CaptureErrorKind.CutShort
                    ? Messages.CutShortInHeader(name)
                    : new CaptureException(failure.Kind, failure.Message);
            }

            // tshark reads a file of no bytes as a capture of no packets.
            return source.Available == 0
                ? new PcapReader<LittleEndian>(source, name, PcapHeader.OfEmptyFile)
                : throw Messages.NotACapture(name);
        }

        uint magic = LittleEndian.U32(source.Next);
        if (magic == BlockType.SectionHeader)
        {
            return new PcapNgReader(source, name);
        }

        if (PcapHeader.KindOf(magic) is null && PcapHeader.KindOf(BigEndian.U32(source.Next)) is null)
        {
            throw Messages.NotACapture(name);
        }

        if (!source.Need(PcapHeader.Length))
        {
            throw Messages.CutShortInHeader(name);
        }

        PcapHeader header = PcapHeader.Parse(source.Next)!.Value;
        if (header.Major < 2)
        {
            throw Messages.Unsupported(name, $"pcap: major version {header.Major} unsupported");
        }

        if (Encapsulation.Of(header.LinkType) is null)
        {
            throw Messages.Unsupported(name, $"pcap: network type {(int)header.LinkType} unknown or unsupported");
        }

        source.Next += PcapHeader.Length;
        header = PcapVariant.Decide(source, header);
        return header.Format.BigEndian
            ? new PcapReader<BigEndian>(source, name, header)
            : new PcapReader<LittleEndian>(source, name, header);
    }
}
