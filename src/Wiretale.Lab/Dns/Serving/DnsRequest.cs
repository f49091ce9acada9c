using System.Buffers.Binary;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>What is to be done with a message that came to a server.</summary>
public enum RequestVerdict
{
    /// <summary>Nothing: it is a response, or too short to have an id. Whoever answers such can be made to talk to himself.</summary>
    Drop,

    /// <summary>A question.</summary>
    Question,

    /// <summary>No question, but a cookie to be had (RFC 7873 section 5.4).</summary>
    CookieOnly,

    FormErr,

    NotImp,

    /// <summary>A version of EDNS that is not ours.</summary>
    BadVers,
}

/// <summary>A question to a server, read in place: nothing is copied but the name in small letters.</summary>
public ref struct DnsRequest
{
    const int FlagsAt = 2, CountsAt = 4;
    const int ResponseFlag = 0x8000, OpcodeMask = 0x7800, RecursionDesiredFlag = 0x100, CheckingDisabledFlag = 0x10;

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Message { get; private set; }

    /// <summary>The name that is asked for, in the letters of whoever asks.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The same in small letters.</summary>
    public ReadOnlySpan<byte> LowerName { get; private set; }

    public RecordType Type { get; private set; }

    public RecordClass Class { get; private set; }

    /// <summary>The address of whoever asks: 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> Client { get; internal set; }

    /// <summary>Whether it came over a connection, and so may get an answer of any length.</summary>
    public bool IsTcp { get; private set; }

    /// <summary>RD.</summary>
    public readonly bool RecursionDesired => (Flags & RecursionDesiredFlag) != 0;

    /// <summary>Whether the client speaks EDNS.</summary>
    public bool HasEdns { get; private set; }

    /// <summary>DO: signatures are wanted.</summary>
    public bool DnssecOk { get; private set; }

    /// <summary>The longest datagram that the client takes.</summary>
    public ushort UdpSize { get; private set; }

    /// <summary>Whether the server's name is wanted (RFC 5001).</summary>
    public bool WantsNsid { get; private set; }

    /// <summary>Whether it is wanted to know how long a connection may be idle (RFC 7828).</summary>
    public bool WantsKeepalive { get; private set; }

    /// <summary>The cookies of the client and, where it has one, of the server (RFC 7873 section 4).</summary>
    public ReadOnlySpan<byte> Cookie { get; private set; }

    /// <summary>Where the question ends, if one was read; else the end of the header.</summary>
    public int QuestionEnd { get; private set; }

    readonly int Flags => BinaryPrimitives.ReadUInt16BigEndian(Message[FlagsAt..]);

    /// <summary>Reads a request.</summary>
    /// <param name="message">What came.</param>
    /// <param name="isTcp">Whether it came over TCP.</param>
    /// <param name="lower">Where the name in small letters goes: 255 bytes.</param>
    /// <param name="request">What is asked; after errors, as much of it as an answer takes over.</param>
    public static RequestVerdict Read(ReadOnlySpan<byte> message, bool isTcp, Span<byte> lower, out DnsRequest request)
    {
        request = new() { Message = message, IsTcp = isTcp, UdpSize = DnsMessage.PlainUdpSize, QuestionEnd = DnsMessage.HeaderLength };
        if (message.Length < DnsMessage.HeaderLength || (request.Flags & ResponseFlag) != 0)
        {
            return RequestVerdict.Drop;
        }

        int questions = request.Count(0);
        bool whole = questions == 0 || (questions == 1 && request.ReadQuestion(lower));
        if ((request.Flags & OpcodeMask) != 0)
        {
            return RequestVerdict.NotImp;
        }

        int version = -1;
        if (!whole || !request.ReadRecords(ref version))
        {
            return RequestVerdict.FormErr;
        }

        // A later version may put questions in another way; ours is said before anything else (RFC 6891 section 6.1.3).
        if (version > 0)
        {
            return RequestVerdict.BadVers;
        }

        return questions == 1 ? RequestVerdict.Question : request.Cookie.IsEmpty ? RequestVerdict.FormErr : RequestVerdict.CookieOnly;
    }

    readonly int Count(int index) => BinaryPrimitives.ReadUInt16BigEndian(Message[(CountsAt + (2 * index))..]);

    bool ReadQuestion(Span<byte> lower)
    {
        // There is nothing before the name that it could point at.
        var rest = Message[DnsMessage.HeaderLength..];
        int length = DnsName.Measure(rest);
        if (length < 0 || rest.Length < length + 4)
        {
            return false;
        }

        Name = rest[..length];
        for (int i = 0; i < length; i++)
        {
            lower[i] = DnsName.Lower(rest[i]);
        }

        LowerName = lower[..length];
        Type = new(BinaryPrimitives.ReadUInt16BigEndian(rest[length..]));
        Class = (RecordClass)BinaryPrimitives.ReadUInt16BigEndian(rest[(length + 2)..]);
        QuestionEnd = DnsMessage.HeaderLength + length + 4;
        return true;
    }

    bool ReadRecords(ref int version)
    {
        int answers = Count(1) + Count(2), all = answers + Count(3);
        if (all == 0)
        {
            return QuestionEnd == Message.Length;
        }

        // A record has 11 bytes at least, so the message bounds how many are read.
        int at = QuestionEnd;
        for (int i = 0; i < all; i++)
        {
            int length = MeasureOwner(Message[at..]);
            if (length < 0 || at + length + 10 > Message.Length)
            {
                return false;
            }

            var fixedPart = Message.Slice(at + length, 10);
            int dataLength = BinaryPrimitives.ReadUInt16BigEndian(fixedPart[8..]);
            int data = at + length + 10;
            at = data + dataLength;
            if (at > Message.Length)
            {
                return false;
            }

            if (BinaryPrimitives.ReadUInt16BigEndian(fixedPart) == RecordType.OPT.Value
                && (i < answers || length != 1 || HasEdns || !ReadOpt(fixedPart, Message.Slice(data, dataLength), ref version)))
            {
                return false;
            }
        }

        return at == Message.Length;
    }

    /// <summary>Names of other records are of no interest here, only where they end.</summary>
    static int MeasureOwner(ReadOnlySpan<byte> rest)
    {
        int at = 0;
        while (at < rest.Length && at < DnsName.MaximumLength)
        {
            switch (rest[at])
            {
                case 0:
                    return at + 1;
                case >= 0xc0:
                    return at + 2;
                case > DnsName.MaximumLabel:
                    return -1;
                default:
                    at += rest[at] + 1;
                    break;
            }
        }

        return -1;
    }

    bool ReadOpt(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> options, ref int version)
    {
        HasEdns = true;
        UdpSize = Math.Max((ushort)DnsMessage.PlainUdpSize, BinaryPrimitives.ReadUInt16BigEndian(fixedPart[2..]));
        version = fixedPart[5];
        DnssecOk = (fixedPart[6] & 0x80) != 0;
        while (options.Length >= 4)
        {
            int code = BinaryPrimitives.ReadUInt16BigEndian(options), length = BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            if (length > options.Length - 4)
            {
                return false;
            }

            var data = options.Slice(4, length);
            switch (code)
            {
                case EdnsOption.Nsid:
                    WantsNsid = true;
                    break;
                case EdnsOption.TcpKeepalive:
                    WantsKeepalive = IsTcp;
                    break;
                case EdnsOption.Cookie when version == 0:
                    // RFC 7873 section 5.2.2: eight bytes of the client's and none or 8 to 32 of the server's.
                    if (length is not (8 or (>= 16 and <= 40)))
                    {
                        return false;
                    }

                    Cookie = Cookie.IsEmpty ? data : Cookie;
                    break;
            }

            options = options[(4 + length)..];
        }

        return options.IsEmpty;
    }

    /// <summary>Begins a response: id, flags and question of the request, and no records yet.</summary>
    /// <param name="response">Where it goes; a request and its question always fit.</param>
    /// <param name="flags">AA, TC, RA and the outcome, as they stand in the header.</param>
    /// <returns>Where records go.</returns>
    public readonly int WriteHead(Span<byte> response, int flags)
    {
        Message[..QuestionEnd].CopyTo(response);
        int kept = Flags & (OpcodeMask | RecursionDesiredFlag | CheckingDisabledFlag);
        BinaryPrimitives.WriteUInt16BigEndian(response[FlagsAt..], (ushort)(ResponseFlag | kept | flags));
        BinaryPrimitives.WriteUInt16BigEndian(response[CountsAt..], (ushort)(QuestionEnd > DnsMessage.HeaderLength ? 1 : 0));
        response.Slice(CountsAt + 2, 6).Clear();
        return QuestionEnd;
    }

    /// <summary>Says in a response how many records its sections have.</summary>
    public static void WriteCounts(Span<byte> response, int answers, int authorities, int additionals)
    {
        BinaryPrimitives.WriteUInt16BigEndian(response[(CountsAt + 2)..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(response[(CountsAt + 4)..], (ushort)authorities);
        BinaryPrimitives.WriteUInt16BigEndian(response[(CountsAt + 6)..], (ushort)additionals);
    }
}
