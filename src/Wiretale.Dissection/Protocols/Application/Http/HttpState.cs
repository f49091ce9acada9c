using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Http;

/// <summary>A request with its response, as far as seen; frames are 0 while unknown.</summary>
struct HttpExchange
{
    public int RequestFrame, ResponseFrame;
    public Timestamp RequestTime;
}

/// <summary>What is remembered about a conversation: the last exchanges, what the connection has become, how far chunks were looked through.</summary>
sealed class HttpState
{
    /// <summary>Longest request target kept for the response.</summary>
    const int MaxUri = 8192;

    /// <summary>The last exchange and the one before it.</summary>
    public HttpExchange Current, Previous;

    /// <summary>Exchanges so far.</summary>
    public int Count;

    /// <summary>Whether a request was seen; before, what is no message's beginning may be anything.</summary>
    public bool HasRequest;

    /// <summary>Method of the last request, where it changes what the response means.</summary>
    public bool LastWasHead, LastWasConnect;

    /// <summary>What the connection carries after 101 Switching Protocols, and from which frame on.</summary>
    public Dissector? Upgraded;

    /// <summary>After CONNECT and a 2xx: from which frame on the connection is somebody else's; 0 when it is not a tunnel.</summary>
    public int TunnelFrom;

    /// <summary>For HTTP inside the tunnel.</summary>
    public HttpState? Inner;

    /// <summary>Of an unfinished chunked message in each direction: where it starts and how far whole chunks reach.</summary>
    public ChunkScan FirstScan, OtherScan;

    /// <summary>The head of the last message that had to wait for its body.</summary>
    public WaitingHead Waiting;

    Utf8Text? uri, fullUri;

    /// <summary>The last request's target.</summary>
    public ReadOnlySpan<byte> Uri => uri is null ? default : uri.Bytes;

    /// <summary>The last target with its host, of the last request that named one; else the last target.</summary>
    public ReadOnlySpan<byte> BestUri => fullUri is null ? Uri : fullUri.Bytes;

    /// <summary>Starts an exchange.</summary>
    public void Request(Packet p)
    {
        Previous = Current;
        Current = new() { RequestFrame = p.Number, RequestTime = p.Time };
        Count++;
    }

    /// <summary>Ends the last exchange, or starts one of which the request was not seen.</summary>
    public void Response(Packet p)
    {
        if (Count == 0 || Current.ResponseFrame != 0)
        {
            Previous = Current;
            Current = default;
            Count++;
        }

        Current.ResponseFrame = p.Number;
    }

    /// <summary>Keeps the last request's target.</summary>
    public void SetUri(ReadOnlySpan<byte> value) => Set(ref uri, value);

    /// <summary>Keeps it with its host.</summary>
    public void SetFullUri(ReadOnlySpan<byte> value) => Set(ref fullUri, value);

    static void Set(ref Utf8Text? text, ReadOnlySpan<byte> value)
    {
        text ??= new(64);
        text.Clear();
        text.Append(value[..Math.Min(value.Length, MaxUri)]);
    }
}

/// <summary>What a whole head said whose body was not there yet: when it is, the head need not be read again.</summary>
struct WaitingHead
{
    uint position;
    bool isFromFirst;
    HttpMessage head;

    public void Keep(StreamContext stream, int viewAt, in HttpMessage message) =>
        (position, isFromFirst, head) = (stream.Position + (uint)viewAt, stream.IsFromFirst, message);

    public readonly bool Knows(StreamContext stream, int viewAt) =>
        head.IsHeadWhole && position == stream.Position + (uint)viewAt && isFromFirst == stream.IsFromFirst;

    public readonly HttpMessage Head => head;
}

/// <summary>How far an unfinished chunked body was looked through, so that each new segment costs only its own bytes.</summary>
struct ChunkScan
{
    /// <summary>Stream position of the message; 0 for none.</summary>
    public uint Message;

    /// <summary>Offset in the message of the first chunk that was not complete.</summary>
    public int Next;
}
