using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.Http2;

/// <summary>What is remembered of a connection.</summary>
sealed class Http2Connection
{
    /// <summary>Streams that are open at a time; of more the oldest is forgotten.</summary>
    const int MostStreams = 1024;

    readonly Dictionary<uint, Http2Stream> streams = [];
    readonly Queue<uint> order = new();

    /// <summary>What each side has sent.</summary>
    public Http2Direction First { get; } = new();

    /// <inheritdoc cref="First" />
    public Http2Direction Other { get; } = new();

    /// <summary>A stream; a new one when it was not met before.</summary>
    public Http2Stream Stream(uint id, Http2Bodies bodies)
    {
        if (!streams.TryGetValue(id, out var stream))
        {
            if (order.Count >= MostStreams)
            {
                Forget(order.Dequeue(), bodies);
            }

            streams.Add(id, stream = new());
            order.Enqueue(id);
        }

        return stream;
    }

    /// <summary>The stream is over: both sides have ended it, or one has reset it.</summary>
    public void Forget(uint id, Http2Bodies bodies)
    {
        if (streams.Remove(id, out var stream))
        {
            bodies.Release(stream.First);
            bodies.Release(stream.Other);
        }
    }
}

/// <summary>One direction of a connection.</summary>
sealed class Http2Direction
{
    /// <summary>What opens its header blocks.</summary>
    public HpackDecoder Hpack { get; } = new();

    /// <summary>The header block that is under way, over as many frames as it takes.</summary>
    public Http2Block Block { get; } = new();
}

/// <summary>The fields of a header block that say what the message is.</summary>
sealed class Http2Block
{
    const int LongestText = 8192;

    /// <summary>RFC 9113 section 8.3; empty when absent.</summary>
    public Utf8Text Method { get; } = new(16);

    /// <inheritdoc cref="Method" />
    public Utf8Text Scheme { get; } = new(16);

    /// <inheritdoc cref="Method" />
    public Utf8Text Authority { get; } = new(64);

    /// <inheritdoc cref="Method" />
    public Utf8Text Path { get; } = new(64);

    /// <inheritdoc cref="Method" />
    public Utf8Text Status { get; } = new(8);

    /// <summary>The media type with its parameters, and the coding of the body.</summary>
    public Utf8Text ContentType { get; } = new(64);

    /// <inheritdoc cref="ContentType" />
    public Utf8Text ContentEncoding { get; } = new(16);

    /// <summary>Starts a block.</summary>
    public void Clear()
    {
        Method.Clear();
        Scheme.Clear();
        Authority.Clear();
        Path.Clear();
        Status.Clear();
        ContentType.Clear();
        ContentEncoding.Clear();
    }

    /// <summary>Keeps a field when it is one of these.</summary>
    public void Learn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var text = name.SequenceEqual(":method"u8) ? Method
            : name.SequenceEqual(":path"u8) ? Path
            : name.SequenceEqual(":status"u8) ? Status
            : name.SequenceEqual(":authority"u8) ? Authority
            : name.SequenceEqual(":scheme"u8) ? Scheme
            : name.SequenceEqual("content-type"u8) ? ContentType
            : name.SequenceEqual("content-encoding"u8) ? ContentEncoding
            : null;
        if (text is not null)
        {
            text.Clear();
            text.Append(value[..Math.Min(value.Length, LongestText)]);
        }
    }
}

/// <summary>A stream: a request and its response.</summary>
sealed class Http2Stream
{
    /// <summary>What each side sends in it.</summary>
    public Http2Body First { get; } = new();

    /// <inheritdoc cref="First" />
    public Http2Body Other { get; } = new();

    /// <summary>Whether CONNECT made it a tunnel (RFC 9113 section 8.5).</summary>
    public bool IsTunnel { get; set; }
}

/// <summary>The body of a message, as far as it is there.</summary>
sealed class Http2Body
{
    /// <summary>Bytes of one body that are kept.</summary>
    public const int Limit = 16 << 20;

    const int MostPieces = 10_000;

    Utf8Text bytes = new(0);

    /// <summary>What the header block says of it.</summary>
    public Utf8Text ContentType { get; } = new(0);

    /// <inheritdoc cref="ContentType" />
    public Utf8Text ContentEncoding { get; } = new(0);

    /// <summary>Frames that brought it, and how much.</summary>
    public List<(int Frame, int Length)> Pieces { get; } = [];

    /// <summary>Its length so far.</summary>
    public long Total { get; private set; }

    /// <summary>Whether the side has ended the stream.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether bytes were let go to save memory: the body is not what it was.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Its place among those that hold memory.</summary>
    public LinkedListNode<Http2Body>? Place { get; set; }

    /// <summary>What was kept.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.Bytes;

    /// <summary>Adds a DATA frame's bytes, of which up to <paramref name="keep"/> in all are kept.</summary>
    public void Add(int frame, ReadOnlySpan<byte> data, int keep)
    {
        Total += data.Length;
        if (Pieces.Count < MostPieces)
        {
            Pieces.Add((frame, data.Length));
        }

        int room = IsIncomplete ? 0 : Math.Max(0, keep - bytes.Length);
        bytes.Append(data[..Math.Min(room, data.Length)]);
    }

    /// <summary>Lets the bytes go.</summary>
    public void Drop(bool isNeeded)
    {
        IsIncomplete |= isNeeded;
        bytes = new(0);
        Pieces.Clear();
    }
}

/// <summary>The memory that unfinished bodies of a whole run hold.</summary>
sealed class Http2Bodies
{
    /// <summary>Above this the body that has waited longest is given up.</summary>
    const long Limit = 64L << 20;

    readonly LinkedList<Http2Body> waiting = new();
    long held;

    /// <summary>Adds bytes to a body.</summary>
    public void Add(Http2Body body, int frame, ReadOnlySpan<byte> data, int keep)
    {
        held -= body.Bytes.Length;
        body.Add(frame, data, Math.Min(keep, Http2Body.Limit));
        held += body.Bytes.Length;
        body.Place ??= waiting.AddLast(body);
        while (held > Limit && waiting.First is { } oldest && oldest.Value != body)
        {
            Release(oldest.Value, isNeeded: true);
        }
    }

    /// <summary>The body is done with.</summary>
    public void Release(Http2Body body, bool isNeeded = false)
    {
        held -= body.Bytes.Length;
        body.Drop(isNeeded);
        if (body.Place is not null)
        {
            waiting.Remove(body.Place);
            body.Place = null;
        }
    }
}
