using System.Buffers.Binary;
using System.Net;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>Makes a response of a request: all of the protocol that does not depend on zones. Each thread has one.</summary>
sealed class ServerExchange(IDnsResponder responder, DnsServerSettings settings, DnsCookies cookies, ResponseRate rate, ILog? log)
{
    /// <summary>Nothing is to be sent.</summary>
    public const int None = 0;

    /// <summary>The answer takes time: <see cref="LaterAsync"/> gives it.</summary>
    public const int Later = -1;

    const int TruncatedFlag = 0x200, AdditionalsAt = 10, EmptyOpt = 11;

    readonly byte[] lower = new byte[DnsName.MaximumLength];
    readonly byte[] options = new byte[DnsCookies.Length + 4 + 4 + byte.MaxValue + 8];

    /// <summary>Answers a request.</summary>
    /// <param name="message">What came.</param>
    /// <param name="address">From whom: 4 or 16 bytes.</param>
    /// <param name="isTcp">Whether over TCP.</param>
    /// <param name="response">Where the response goes.</param>
    /// <returns>Its length, or <see cref="None"/>, or <see cref="Later"/>.</returns>
    public int Answer(ReadOnlySpan<byte> message, ReadOnlySpan<byte> address, bool isTcp, Span<byte> response)
    {
        var verdict = DnsRequest.Read(message, isTcp, lower, out var request);
        request.Client = address;
        if (verdict == RequestVerdict.Drop)
        {
            return None;
        }

        var options = Options(request, address, out bool isKnown);
        int optLength = request.HasEdns ? EmptyOpt + options.Length : 0, limit = Limit(request) - optLength, upperCode = 0, length;
        switch (verdict)
        {
            case RequestVerdict.Question:
                try
                {
                    length = responder.Answer(request, response[..limit]);
                }
                catch (Exception e) when (IsFault(e))
                {
                    length = request.WriteHead(response, (int)ResponseCode.ServFail);
                }

                if (length == IDnsResponder.Later)
                {
                    return Later;
                }

                break;
            case RequestVerdict.BadVers:
                length = request.WriteHead(response, 0);
                upperCode = (int)ResponseCode.BadVers >> 4;
                break;
            default:
                length = request.WriteHead(response, (int)(verdict switch { RequestVerdict.FormErr => ResponseCode.FormErr, RequestVerdict.NotImp => ResponseCode.NotImp, _ => ResponseCode.NoError }));
                break;
        }

        if (!isTcp && !isKnown && !MayGo(request, address, response, ref length))
        {
            return None;
        }

        length = AddOpt(request, response, length, upperCode, options);
        Tell(request, address, response[..length], upperCode);
        return length;
    }

    /// <summary>Answers a request whose answer takes time. The settings of the client are those of the request; what comes then is bounded as always.</summary>
    public static async Task<DnsMessage?> LaterAsync(IDnsResponder responder, byte[] message, IPEndPoint client, CancellationToken stop)
    {
        if (!DnsMessage.TryParse(message, out var query, out _))
        {
            return null;
        }

        try
        {
            return await responder.AnswerAsync(query, client, stop);
        }
        catch (Exception e) when (e is IOException or TimeoutException || IsFault(e))
        {
            return query.Response(ResponseCode.ServFail);
        }
    }

    /// <summary>A fault of a responder costs one question its answer, not all others theirs.</summary>
    static bool IsFault(Exception e) => e is IndexOutOfRangeException or ArgumentException or InvalidOperationException or ArithmeticException
        or NullReferenceException or InvalidCastException or KeyNotFoundException or FormatException;

    /// <summary>Writes an answer that took time, as <see cref="Answer"/> writes those at hand.</summary>
    /// <param name="message">What had come.</param>
    /// <param name="address">From whom.</param>
    /// <param name="isTcp">Whether over TCP.</param>
    /// <param name="answer">The answer; null where the question was none.</param>
    /// <param name="response">Where the response goes.</param>
    public int Finish(ReadOnlySpan<byte> message, ReadOnlySpan<byte> address, bool isTcp, DnsMessage? answer, Span<byte> response)
    {
        DnsRequest.Read(message, isTcp, lower, out var request);
        int length;
        if (answer is null)
        {
            length = request.WriteHead(response, (int)ResponseCode.FormErr);
            return AddOpt(request, response, length, 0, Options(request, address, out _));
        }

        var options = Options(request, address, out bool isKnown);
        var own = new List<EdnsOption>();
        for (; options.Length >= 4; options = options[(4 + BinaryPrimitives.ReadUInt16BigEndian(options[2..]))..])
        {
            own.Add(new(BinaryPrimitives.ReadUInt16BigEndian(options), options.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(options[2..])).ToArray()));
        }

        answer.Id = BinaryPrimitives.ReadUInt16BigEndian(message);
        answer.IsResponse = true;
        answer.Questions.Clear();
        answer.Questions.Add(new(DnsName.FromWire(request.Name), request.Type, request.Class));
        answer.Opt = request.HasEdns ? new() { UdpSize = settings.UdpSize, DnssecOk = request.DnssecOk, Options = [.. own, .. answer.Opt?.Options ?? []] } : null;
        var writer = new DnsWriter(Limit(request));
        answer.Write(writer);
        writer.Written.CopyTo(response);
        length = writer.Position;
        if (!isTcp && !isKnown && rate.Judge(address, Alike(request, response), (ResponseCode)(response[3] & 15)) is var verdict and not RateVerdict.Send)
        {
            length = verdict == RateVerdict.Drop ? None : AddOpt(request, response, request.WriteHead(response, TruncatedFlag), 0, []);
        }

        Tell(request, address, response[..length], 0);
        return length;
    }

    int Limit(in DnsRequest request) => request.IsTcp ? ushort.MaxValue : Math.Min(request.UdpSize, Math.Max(settings.UdpSize, (ushort)DnsMessage.PlainUdpSize));

    bool MayGo(in DnsRequest request, ReadOnlySpan<byte> address, Span<byte> response, ref int length)
    {
        switch (rate.Judge(address, Alike(request, response), (ResponseCode)(response[3] & 15)))
        {
            case RateVerdict.Drop:
                return false;
            case RateVerdict.Shorten:
                length = request.WriteHead(response, TruncatedFlag);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Answers with records are alike if the question is the same; all others are alike.</summary>
    static ReadOnlySpan<byte> Alike(in DnsRequest request, ReadOnlySpan<byte> response) =>
        BinaryPrimitives.ReadUInt16BigEndian(response[6..]) > 0 ? request.LowerName : [];

    ReadOnlySpan<byte> Options(in DnsRequest request, ReadOnlySpan<byte> address, out bool isKnown)
    {
        int at = 0;
        isKnown = false;
        if (request.WantsNsid && settings.Nsid is { } name)
        {
            Head(EdnsOption.Nsid, name.Length);
            name.CopyTo(options, at);
            at += name.Length;
        }

        if (!request.Cookie.IsEmpty)
        {
            Head(EdnsOption.Cookie, DnsCookies.Length);
            isKnown = cookies.Write(request.Cookie, address, options.AsSpan(at, DnsCookies.Length));
            at += DnsCookies.Length;
        }

        if (request.WantsKeepalive)
        {
            Head(EdnsOption.TcpKeepalive, 2);
            BinaryPrimitives.WriteUInt16BigEndian(options.AsSpan(at), (ushort)Math.Min(ushort.MaxValue, settings.IdleTime.TotalMilliseconds / 100));
            at += 2;
        }

        return options.AsSpan(0, at);

        void Head(ushort code, int length)
        {
            BinaryPrimitives.WriteUInt16BigEndian(options.AsSpan(at), code);
            BinaryPrimitives.WriteUInt16BigEndian(options.AsSpan(at + 2), (ushort)length);
            at += 4;
        }
    }

    int AddOpt(in DnsRequest request, Span<byte> response, int length, int upperCode, ReadOnlySpan<byte> options)
    {
        if (!request.HasEdns)
        {
            return length;
        }

        var opt = response[length..];
        opt[..EmptyOpt].Clear();
        opt[2] = (byte)RecordType.OPT.Value;
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], settings.UdpSize);
        opt[5] = (byte)upperCode;
        opt[7] = (byte)(request.DnssecOk ? 0x80 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], (ushort)options.Length);
        options.CopyTo(opt[EmptyOpt..]);
        var count = response[AdditionalsAt..];
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(count) + 1));
        return length + EmptyOpt + options.Length;
    }

    void Tell(in DnsRequest request, ReadOnlySpan<byte> address, ReadOnlySpan<byte> response, int upperCode)
    {
        if (log is null || response.IsEmpty)
        {
            return;
        }

        var code = (ResponseCode)((upperCode << 4) | (response[3] & 15));
        string question = request.Name.IsEmpty ? "(no question)" : new DnsQuestion(DnsName.FromWire(request.Name), request.Type, request.Class).ToString();
        string cut = (response[2] & (TruncatedFlag >> 8)) != 0 ? ", truncated" : "";
        log.Show($"{new IPAddress(address)}{(request.IsTcp ? " (TCP)" : "")} {question}: {code.Name()}, {BinaryPrimitives.ReadUInt16BigEndian(response[6..])} answers, {response.Length} bytes{cut}");
    }
}
