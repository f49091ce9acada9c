using System.Buffers.Binary;

namespace Wiretale.Dissection.Protocols.Application.Rtmp;

// Specification: RTMP 1.0 (Adobe, 2012) section 5.3 (chunks).

/// <summary>What one side of a connection has sent so far: its handshake, then chunks of messages that take turns.</summary>
sealed class RtmpSide
{
    const int LongestHeader = 18, MostStreams = 256, LongestKept = 1 << 20;

    readonly byte[] header = new byte[LongestHeader];
    readonly Dictionary<int, RtmpMessage> streams = [];
    byte[] handshake = [];
    int headerLength, handshakeLength, chunkLeft;
    RtmpMessage? current;

    /// <summary>Position of the next byte in the stream.</summary>
    public uint Next { get; set; }

    /// <summary>Whether bytes are missing, or were never RTMP: then nothing more can be said.</summary>
    public bool IsLost { get; set; }

    /// <summary>Bytes of the handshake that come next; 0 when it is over.</summary>
    public int HandshakeLeft { get; private set; }

    /// <summary>How many handshakes have come.</summary>
    public int Handshakes { get; private set; }

    /// <summary>The bytes of the handshake that is complete.</summary>
    public ReadOnlySpan<byte> Handshake => handshake.AsSpan(0, handshakeLength);

    /// <summary>How long chunks are at most.</summary>
    public int ChunkSize { get; set; } = 128;

    /// <summary>Requests that wait for an answer: number and frame.</summary>
    public Dictionary<double, int> Calls { get; } = [];

    /// <summary>A handshake of so many bytes begins.</summary>
    public void Begin(int length) => (HandshakeLeft, handshake, handshakeLength) = (length, new byte[length], 0);

    /// <summary>Takes bytes of the handshake.</summary>
    /// <returns>How many.</returns>
    public int TakeHandshake(ReadOnlySpan<byte> bytes)
    {
        int taken = Math.Min(HandshakeLeft, bytes.Length);
        bytes[..taken].CopyTo(handshake.AsSpan(handshakeLength));
        handshakeLength += taken;
        HandshakeLeft -= taken;
        Handshakes += HandshakeLeft == 0 ? 1 : 0;
        return taken;
    }

    /// <summary>Takes bytes of chunks up to the end of a message.</summary>
    /// <param name="whole">The message that is complete now.</param>
    public int Take(ReadOnlySpan<byte> bytes, out RtmpMessage? whole)
    {
        whole = null;
        int at = 0;
        while (at < bytes.Length && whole is null)
        {
            if (chunkLeft == 0)
            {
                header[headerLength++] = bytes[at++];
                if (headerLength == Needed())
                {
                    Start();
                    whole = chunkLeft == 0 ? current : null;
                    headerLength = 0;
                }

                continue;
            }

            int taken = Math.Min(chunkLeft, bytes.Length - at);
            current!.Append(bytes.Slice(at, taken), LongestKept);
            chunkLeft -= taken;
            at += taken;
            whole = chunkLeft == 0 && current.IsWhole ? current : null;
        }

        return at;
    }

    int BasicLength => (header[0] & 0x3f) switch { 0 => 2, 1 => 3, _ => 1 };

    int StreamId => (header[0] & 0x3f) switch { 0 => 64 + header[1], 1 => 64 + header[1] + (header[2] << 8), var id => id };

    /// <summary>How long the header is, as far as its bytes tell.</summary>
    int Needed()
    {
        int basic = BasicLength, format = header[0] >> 6, fields = format switch { 0 => 11, 1 => 7, 2 => 3, _ => 0 };
        if (headerLength < basic + Math.Min(fields, 3))
        {
            return LongestHeader + 1;
        }

        bool isExtended = format == 3 ? streams.TryGetValue(StreamId, out var before) && before.IsExtended : Read24(basic) == 0xffffff;
        return basic + fields + (isExtended ? 4 : 0);
    }

    uint Read24(int at) => (uint)((header[at] << 16) | (header[at + 1] << 8) | header[at + 2]);

    void Start()
    {
        int id = StreamId, at = BasicLength, format = header[0] >> 6;
        if (!streams.TryGetValue(id, out var message))
        {
            if (streams.Count >= MostStreams)
            {
                streams.Clear();
            }

            streams[id] = message = new RtmpMessage();
        }

        current = message;
        if (message.IsWhole)
        {
            message.Begin(header.AsSpan(0, headerLength), format, id);
            if (format < 3)
            {
                uint time = Read24(at);
                message.IsExtended = time == 0xffffff;
                time = message.IsExtended ? BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(headerLength - 4)) : time;
                message.Delta = format == 0 ? 0 : time;
                message.Time = format == 0 ? time : message.Time + time;
            }
            else
            {
                message.Time += message.Delta;
            }

            if (format < 2)
            {
                message.Length = (int)Read24(at + 3);
                message.Type = header[at + 6];
            }

            if (format == 0)
            {
                message.StreamNumber = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(at + 7));
            }
        }

        chunkLeft = Math.Min(ChunkSize, message.Length - message.Got);
    }
}

/// <summary>A message that is being put together, with the header of its first chunk.</summary>
sealed class RtmpMessage
{
    byte[] bytes = [];

    public int Format { get; private set; }

    public int StreamId { get; private set; }

    /// <summary>Bytes of the header.</summary>
    public int HeaderLength { get; private set; }

    public uint Time { get; set; }

    public uint Delta { get; set; }

    public bool IsExtended { get; set; }

    public int Length { get; set; }

    public byte Type { get; set; }

    public uint StreamNumber { get; set; }

    /// <summary>Bytes of the body so far.</summary>
    public int Got { get; private set; }

    /// <summary>Whether all of it is there, or it has not begun.</summary>
    public bool IsWhole => Got >= Length;

    /// <summary>Bytes that were kept: the header and the body.</summary>
    public ReadOnlySpan<byte> Kept => bytes.AsSpan(0, Math.Min(bytes.Length, HeaderLength + Got));

    public void Begin(ReadOnlySpan<byte> header, int format, int streamId)
    {
        (Format, StreamId, HeaderLength, Got) = (format, streamId, header.Length, 0);
        bytes = header.ToArray();
    }

    public void Append(ReadOnlySpan<byte> part, int most)
    {
        int at = HeaderLength + Got;
        Got += part.Length;
        if (at + part.Length > most)
        {
            return;
        }

        if (bytes.Length < at + part.Length)
        {
            Array.Resize(ref bytes, Math.Min(most, Math.Max(at + part.Length, Math.Min(HeaderLength + Length, bytes.Length * 2))));
        }

        part.CopyTo(bytes.AsSpan(at));
    }
}
