using System.Globalization;
using System.Security.Cryptography;
using Wiretale.Lab.Http;
using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>A file on its way to the disk: the bytes of an answer, checked and written.</summary>
sealed class FileReceiving : IDisposable
{
    readonly string part, sum;
    readonly ILog log;
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] head = new byte[FileAnswer.Fixed + FileAnswer.LongestReason];
    readonly FileStream file;
    byte[] wanted = new byte[SHA256.HashSizeInBytes];
    int headLength;
    FileAnswer? answer;
    long resumed;

    /// <summary>Opens the part, with what is there of an earlier attempt.</summary>
    public FileReceiving(string part, ILog log)
    {
        (this.part, this.log, sum) = (part, log, part + ".sha256");
        bool isKnown = File.Exists(part) && ReadSum();
        try
        {
            file = new(part, isKnown ? FileMode.Open : FileMode.Create, FileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{part}: cannot be written here ({(e is DirectoryNotFoundException ? "no such folder" : "not allowed")})", e);
        }

        byte[] piece = new byte[1 << 16];
        int got;
        while ((got = file.Read(piece)) > 0)
        {
            hash.AppendData(piece, 0, got);
            Done += got;
        }

        resumed = Done;
    }

    /// <summary>Bytes that are there.</summary>
    public long Done { get; private set; }

    /// <summary>Why the server does not send the file; null when it does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether anything came in this attempt.</summary>
    public bool GotFurther => Done > resumed;

    /// <summary>Whether all of it is there.</summary>
    public bool IsComplete => answer is not null && Done == answer.Size;

    /// <summary>The digest that the server told.</summary>
    public string Digest => Convert.ToHexStringLower(wanted);

    /// <summary>How far it is; null until the size is known.</summary>
    public DownloadProgress? Progress => answer is null ? null : new(Done, answer.Size, resumed);

    /// <summary>What to ask for.</summary>
    public FileRequest Ask(string name, CongestionKind? congestion) => new(name, Done, wanted, congestion);

    /// <summary>Takes the next bytes of the answer.</summary>
    /// <exception cref="IOException">They make no sense, or the disk is full.</exception>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (answer is null && Refusal is null && bytes.Length > 0)
        {
            int whole = headLength < FileAnswer.Fixed ? FileAnswer.Fixed : FileAnswer.LengthOf(head);
            int taken = Math.Min(bytes.Length, whole - headLength);
            bytes[..taken].CopyTo(head.AsSpan(headLength));
            bytes = bytes[taken..];
            headLength += taken;
            if (headLength == whole && whole == FileAnswer.LengthOf(head))
            {
                Begin(FileAnswer.Read(head.AsSpan(0, whole)));
            }
        }

        if (bytes.Length > 0 && Refusal is null)
        {
            if (Done + bytes.Length > answer!.Size)
            {
                throw new IOException("the server sent more than the file has");
            }

            Write(bytes);
            hash.AppendData(bytes);
            Done += bytes.Length;
        }
    }

    /// <summary>Gives the file its name, if it is what it should be.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void Complete(string name)
    {
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(wanted))
        {
            file.Dispose();
            File.Delete(part);
            File.Delete(sum);
            throw new IOException($"{name}: what came is not what the server has (its SHA-256 is another); try again");
        }

        file.Dispose();
        File.Move(part, name, overwrite: true);
        File.Delete(sum);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        file.Dispose();
        hash.Dispose();
        if (answer is null && Done == 0)
        {
            File.Delete(part);
        }
    }

    void Begin(FileAnswer what)
    {
        if (what.Status != BulkFileStatus.Ok)
        {
            Refusal = what.Reason;
            return;
        }

        if (what.Offset != Done && what.Offset != 0)
        {
            throw new IOException("the server goes on elsewhere than asked");
        }

        if (what.Offset != Done)
        {
            log.Show("the file has changed since: starting over", Tone.Note);
            hash.GetHashAndReset();
            file.SetLength(0);
            (Done, resumed) = (0, 0);
        }
        else if (Done > 0)
        {
            log.Show(string.Create(CultureInfo.InvariantCulture, $"going on after {Done} bytes"), Tone.Note);
        }

        (answer, wanted) = (what, what.Digest);
        try
        {
            File.WriteAllText(sum, $"{Digest}  {Path.GetFileName(part)}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{sum}: cannot be written here", e);
        }
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (IOException e)
        {
            throw new IOException($"{part}: cannot be written any further (is the disk full?)", e);
        }
    }

    bool ReadSum()
    {
        try
        {
            string text = File.ReadAllText(sum);
            if (text.Length > 64 && text.AsSpan(0, 64).IndexOfAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdef")) < 0)
            {
                wanted = Convert.FromHexString(text.AsSpan(0, 64));
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the part is nobody's.
        }

        return false;
    }
}
