using System.Diagnostics.CodeAnalysis;

namespace Wiretale.Lab.Dns;

/// <summary>A message (RFC 1035 section 4), with its EDNS part apart from the records.</summary>
public sealed class DnsMessage
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 12;

    /// <summary>The longest datagram to someone who does not speak EDNS (RFC 1035 section 4.2.1).</summary>
    public const int PlainUdpSize = 512;

    /// <summary>Longer than nearly every message.</summary>
    internal const int UsualLength = 4096;

    const int ResponseFlag = 0x8000, AuthoritativeFlag = 0x400, TruncatedFlag = 0x200, RecursionDesiredFlag = 0x100, RecursionAvailableFlag = 0x80,
        ReservedFlag = 0x40, AuthenticDataFlag = 0x20, CheckingDisabledFlag = 0x10;

    /// <summary>What an answer shares with its question.</summary>
    public ushort Id { get; set; }

    /// <summary>QR: it is a response.</summary>
    public bool IsResponse { get; set; }

    public Opcode Opcode { get; set; }

    /// <summary>AA: from a server of the zone.</summary>
    public bool IsAuthoritative { get; set; }

    /// <summary>TC: there is more; ask over TCP.</summary>
    public bool IsTruncated { get; set; }

    /// <summary>RD: the server is to find the answer.</summary>
    public bool RecursionDesired { get; set; }

    /// <summary>RA: the server would.</summary>
    public bool RecursionAvailable { get; set; }

    /// <summary>Z: must be zero.</summary>
    public bool ReservedBit { get; set; }

    /// <summary>AD: all was validated (RFC 4035 section 3.2.3).</summary>
    public bool AuthenticData { get; set; }

    /// <summary>CD: no validation, please (RFC 4035 section 3.2.2).</summary>
    public bool CheckingDisabled { get; set; }

    /// <summary>How it went: four bits of the header, and eight more where there is an <see cref="Opt"/>.</summary>
    public ResponseCode ResponseCode { get; set; }

    public List<DnsQuestion> Questions { get; } = [];

    public List<ResourceRecord> Answers { get; } = [];

    public List<ResourceRecord> Authorities { get; } = [];

    /// <summary>The additional records without the OPT record.</summary>
    public List<ResourceRecord> Additionals { get; } = [];

    /// <summary>EDNS, where it is spoken.</summary>
    public OptRecord? Opt { get; set; }

    /// <summary>Makes a question.</summary>
    public static DnsMessage Query(ushort id, DnsQuestion question) => new() { Id = id, Questions = { question } };

    /// <summary>Makes the beginning of a response: what it takes over from its question.</summary>
    public DnsMessage Response(ResponseCode code = ResponseCode.NoError)
    {
        var response = new DnsMessage { Id = Id, IsResponse = true, Opcode = Opcode, RecursionDesired = RecursionDesired, CheckingDisabled = CheckingDisabled, ResponseCode = code };
        response.Questions.AddRange(Questions);
        return response;
    }

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">The whole of it.</param>
    /// <param name="message">The message; null where it is none.</param>
    /// <param name="error">What is wrong with it, and where.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out DnsMessage? message, [NotNullWhen(false)] out string? error)
    {
        var reader = new DnsReader(bytes);
        var read = new DnsMessage { Id = reader.U16() };
        read.SetFlags(reader.U16());
        int questions = reader.U16(), answers = reader.U16(), authorities = reader.U16(), additionals = reader.U16();
        for (; questions > 0 && reader.IsGood; questions--)
        {
            read.Questions.Add(new(reader.Name(), new(reader.U16()), (RecordClass)reader.U16()));
        }

        read.ReadRecords(ref reader, answers, read.Answers);
        read.ReadRecords(ref reader, authorities, read.Authorities);
        read.ReadRecords(ref reader, additionals, read.Additionals);
        if (reader.IsGood && reader.Left > 0)
        {
            reader.Fail("bytes are left over");
        }

        error = reader.Error;
        message = error is null ? read : null;
        return error is null;
    }

    void SetFlags(int flags)
    {
        IsResponse = (flags & ResponseFlag) != 0;
        Opcode = (Opcode)((flags >> 11) & 15);
        IsAuthoritative = (flags & AuthoritativeFlag) != 0;
        IsTruncated = (flags & TruncatedFlag) != 0;
        RecursionDesired = (flags & RecursionDesiredFlag) != 0;
        RecursionAvailable = (flags & RecursionAvailableFlag) != 0;
        ReservedBit = (flags & ReservedFlag) != 0;
        AuthenticData = (flags & AuthenticDataFlag) != 0;
        CheckingDisabled = (flags & CheckingDisabledFlag) != 0;
        ResponseCode = (ResponseCode)(flags & 15);
    }

    int Flags => (IsResponse ? ResponseFlag : 0) | ((int)Opcode << 11) | (IsAuthoritative ? AuthoritativeFlag : 0) | (IsTruncated ? TruncatedFlag : 0)
        | (RecursionDesired ? RecursionDesiredFlag : 0) | (RecursionAvailable ? RecursionAvailableFlag : 0) | (ReservedBit ? ReservedFlag : 0)
        | (AuthenticData ? AuthenticDataFlag : 0) | (CheckingDisabled ? CheckingDisabledFlag : 0) | ((int)ResponseCode & 15);

    void ReadRecords(ref DnsReader reader, int count, List<ResourceRecord> records)
    {
        for (; count > 0 && reader.IsGood; count--)
        {
            var ahead = reader;
            bool isRoot = ahead.Name().IsRoot;
            if (new RecordType(ahead.U16()) == RecordType.OPT)
            {
                ReadOpt(ref reader, ahead, isRoot && ReferenceEquals(records, Additionals));
            }
            else if (ResourceRecord.Read(ref reader) is { } record)
            {
                records.Add(record);
            }
        }
    }

    void ReadOpt(ref DnsReader reader, DnsReader behindType, bool isInPlace)
    {
        // One at most, the root's, among the additional records (RFC 6891 section 6.1.1).
        if (!isInPlace || Opt is not null)
        {
            reader.Fail("an OPT record out of place");
            return;
        }

        Opt = OptRecord.Read(ref behindType, out int upperCode);
        ResponseCode |= (ResponseCode)(upperCode << 4);
        reader = behindType;
    }

    /// <summary>Writes the message.</summary>
    /// <param name="limit">How long it may be. Records that do not fit are left out; of the answers or authorities, TC says so (RFC 2181 section 9).</param>
    public byte[] ToBytes(int limit = ushort.MaxValue)
    {
        var writer = new DnsWriter(limit);
        Write(writer);
        return writer.Written.ToArray();
    }

    /// <summary>Writes the message up to the writer's limit; see <see cref="ToBytes"/>.</summary>
    public void Write(DnsWriter writer)
    {
        int start = writer.Position, whole = writer.Limit, flags = Flags;
        int Place(int index) => start + 4 + (2 * index);
        writer.Limit = whole - (Opt?.Length ?? 0);
        writer.U16(Id);
        writer.U16((ushort)flags);
        writer.U16((ushort)Questions.Count);
        writer.U16(0);
        writer.U16(0);
        writer.U16(0);
        foreach (var question in Questions)
        {
            writer.Name(question.Name.Wire);
            writer.U16(question.Type.Value);
            writer.U16((ushort)question.Class);
        }

        List<ResourceRecord>[] sections = [Answers, Authorities, Additionals];
        bool full = writer.IsFull;
        int additionals = 0;
        for (int i = 0; i < sections.Length && !full; i++)
        {
            ushort count = 0;
            foreach (var record in sections[i])
            {
                if (!record.Write(writer))
                {
                    full = true;
                    flags |= sections[i] == Additionals ? 0 : TruncatedFlag;
                    break;
                }

                count++;
            }

            writer.Patch16(Place(i + 1), count);
            additionals = sections[i] == Additionals ? count : 0;
        }

        writer.Limit = whole;
        if (Opt is not null)
        {
            Opt.Write(writer, (int)ResponseCode >> 4);
            writer.Patch16(Place(3), (ushort)(1 + additionals));
        }

        writer.Patch16(start + 2, (ushort)flags);
    }
}
