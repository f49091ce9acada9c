using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>The question for a file, which is all that a client sends in its direction (docs/rudp.md).</summary>
/// <param name="Offset">How many bytes of it are there already.</param>
/// <param name="Digest">The SHA-256 of the whole file of which they are; 32 zeros when there are none.</param>
/// <param name="Congestion">How the server shall find out what the path carries; null leaves that to it.</param>
sealed record FileRequest(string Name, long Offset, byte[] Digest, CongestionKind? Congestion = null)
{
    /// <summary>Longest name, in bytes.</summary>
    public const int LongestName = 1024;

    /// <summary>Longest request, in bytes.</summary>
    public const int Longest = Fixed + LongestName;

    const int Fixed = 12 + SHA256.HashSizeInBytes;

    const byte GetFile = 1;

    public byte[] ToBytes()
    {
        byte[] name = Encoding.UTF8.GetBytes(Name);
        byte[] bytes = new byte[Fixed + name.Length];
        bytes[0] = GetFile;
        bytes[1] = Congestion is { } kind ? (byte)(kind + 1) : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)name.Length);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(4), Offset);
        Digest.CopyTo(bytes, 12);
        name.CopyTo(bytes, Fixed);
        return bytes;
    }

    /// <summary>Reads one that has come to its end; null when it is none.</summary>
    public static FileRequest? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Fixed || bytes[0] != GetFile || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != bytes.Length - Fixed)
        {
            return null;
        }

        long offset = BinaryPrimitives.ReadInt64BigEndian(bytes[4..]);
        var kind = (CongestionKind)(bytes[1] - 1);
        return offset < 0 ? null : new(Encoding.UTF8.GetString(bytes[Fixed..]), offset, bytes[12..Fixed].ToArray(), bytes[1] > 0 && Enum.IsDefined(kind) ? kind : null);
    }
}

/// <summary>What stands before a file's bytes, or instead of them.</summary>
/// <param name="Reason">Why there are none, for people.</param>
/// <param name="Size">Bytes of the whole file.</param>
/// <param name="Offset">Where those that follow begin: where the client asked, if it has the beginning of this very file, else 0.</param>
sealed record FileAnswer(BulkFileStatus Status, string Reason, long Size, long Offset, byte[] Digest)
{
    /// <summary>Bytes before the reason.</summary>
    public const int Fixed = 20 + SHA256.HashSizeInBytes;

    /// <summary>Longest reason, in bytes.</summary>
    public const int LongestReason = 500;

    public static FileAnswer Error(BulkFileStatus status, string reason) => new(status, reason, 0, 0, new byte[SHA256.HashSizeInBytes]);

    public byte[] ToBytes()
    {
        byte[] reason = Encoding.UTF8.GetBytes(Reason);
        byte[] bytes = new byte[Fixed + Math.Min(reason.Length, LongestReason)];
        bytes[0] = (byte)Status;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(bytes.Length - Fixed));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(4), Size);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(12), Offset);
        Digest.CopyTo(bytes, 20);
        reason.AsSpan(0, bytes.Length - Fixed).CopyTo(bytes.AsSpan(Fixed));
        return bytes;
    }

    /// <summary>The length that it has in all, as its fixed part says.</summary>
    public static int LengthOf(ReadOnlySpan<byte> start) => Fixed + Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(start[2..]), LongestReason);

    /// <summary>Reads a whole one.</summary>
    public static FileAnswer Read(ReadOnlySpan<byte> bytes) => new(
        (BulkFileStatus)bytes[0],
        PlainText.Decode(bytes[Fixed..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[4..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[12..]),
        bytes[20..Fixed].ToArray());
}
