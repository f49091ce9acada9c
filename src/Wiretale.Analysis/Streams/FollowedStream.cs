using System.Buffers.Binary;
using Wiretale.Wire;

namespace Wiretale.Analysis.Streams;

/// <summary>What two ends of a conversation said to each other, piece by piece, in the order in which it was said.</summary>
/// <remarks>However long it is, it takes little memory: beyond <see cref="InMemory"/> it lies in a temporary file.</remarks>
public sealed class FollowedStream : IDisposable
{
    /// <summary>Bytes kept in memory.</summary>
    const int InMemory = 16 << 20;

    const int HeaderLength = 24;

    readonly byte[] header = new byte[HeaderLength];
    Stream store = new MemoryStream();

    /// <summary>The end that was seen first; what it says is peer 0's.</summary>
    public StreamEndpoint Node0 { get; internal set; }

    /// <summary>The other end.</summary>
    public StreamEndpoint Node1 { get; internal set; }

    /// <summary>Adds what one end said.</summary>
    internal void Add(int frame, Timestamp time, int peer, ReadOnlySpan<byte> bytes)
    {
        if (store is MemoryStream && store.Length + bytes.Length > InMemory)
        {
            var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite,
                FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            store.Position = 0;
            store.CopyTo(file);
            store.Dispose();
            store = file;
        }

        BinaryPrimitives.WriteInt32LittleEndian(header, frame);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), peer);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), time.Seconds);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), time.Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), bytes.Length);
        store.Write(header);
        store.Write(bytes);
    }

    /// <summary>The pieces from the first on. One walk at a time, and none while packets still come in.</summary>
    public IEnumerable<StreamPiece> Pieces()
    {
        byte[] read = new byte[HeaderLength];
        byte[] content = [];
        store.Position = 0;
        while (store.ReadAtLeast(read, HeaderLength, throwOnEndOfStream: false) == HeaderLength)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(read.AsSpan(20));
            if (content.Length < length)
            {
                content = new byte[Math.Max(length, content.Length * 2)];
            }

            store.ReadExactly(content, 0, length);
            yield return new(
                BinaryPrimitives.ReadInt32LittleEndian(read),
                new(BinaryPrimitives.ReadInt64LittleEndian(read.AsSpan(8)), BinaryPrimitives.ReadInt32LittleEndian(read.AsSpan(16))),
                BinaryPrimitives.ReadInt32LittleEndian(read.AsSpan(4)),
                content.AsMemory(0, length));
        }
    }

    /// <inheritdoc />
    public void Dispose() => store.Dispose();
}

/// <summary>A piece of a stream.</summary>
/// <param name="Frame">The frame that brought it; of bytes that are missing, the frame that shows that they were sent.</param>
/// <param name="Time">When that was captured; zero for bytes that are missing.</param>
/// <param name="Peer">Who said it: 0 or 1.</param>
/// <param name="Bytes">What was said; good until the next piece is taken.</param>
public readonly record struct StreamPiece(int Frame, Timestamp Time, int Peer, ReadOnlyMemory<byte> Bytes);
