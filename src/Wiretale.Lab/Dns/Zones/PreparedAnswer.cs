using System.Buffers.Binary;
using Wiretale.Lab.Dns.Serving;

namespace Wiretale.Lab.Dns.Zones;

/// <summary>
/// An answer as bytes, all but the question, names compressed. It serves every name of which only the front differs: pointers to what lies
/// behind the front move with the length of the name.
/// </summary>
sealed class PreparedAnswer
{
    const int AuthoritativeFlag = 0x400, TruncatedFlag = 0x200;

    /// <summary>Behind this a pointer could not be moved by the length of a name.</summary>
    const int Longest = 0x3fff - 2 * DnsName.MaximumLength;

    readonly byte[] body;
    readonly ushort[] moving;
    readonly int nameLength, required, flags, answers, authorities, requiredAdditionals, additionals;
    readonly bool touchesName;

    PreparedAnswer(DnsName name, ZoneAnswer answer, byte[] body, ushort[] moving, int required, bool touchesName)
    {
        this.body = body;
        this.moving = moving;
        this.required = required;
        this.touchesName = touchesName;
        nameLength = name.Wire.Length;
        flags = (answer.IsAuthoritative ? AuthoritativeFlag : 0) | (int)answer.Code;
        answers = answer.Answers.Count;
        authorities = answer.Authorities.Count;
        requiredAdditionals = answer.Glue.Count;
        additionals = requiredAdditionals + answer.Additionals.Count;
    }

    /// <summary>Bytes that it keeps.</summary>
    public int Size => body.Length + (2 * moving.Length);

    /// <summary>Prepares an answer; null where it is too long for that.</summary>
    public static PreparedAnswer? From(DnsName name, ZoneAnswer answer, int limit = Longest)
    {
        var writer = new DnsWriter(limit);
        writer.Bytes(new byte[DnsMessage.HeaderLength]);
        writer.Name(name.Wire);
        writer.U32(0);
        int start = writer.Position, required = 0;
        foreach (var section in new[] { answer.Answers, answer.Authorities, answer.Glue, answer.Additionals })
        {
            foreach (var record in section)
            {
                if (!record.Write(writer))
                {
                    return null;
                }
            }

            required = section == answer.Additionals ? required : writer.Position - start;
        }

        var message = writer.Written;
        var moving = new List<ushort>();
        bool touchesName = false;
        foreach (int pointer in writer.Pointers)
        {
            // The whole name begins at the same place however long it is.
            int target = BinaryPrimitives.ReadUInt16BigEndian(message[pointer..]) & 0x3fff;
            if (target != DnsMessage.HeaderLength)
            {
                moving.Add((ushort)(pointer - start));
                touchesName |= target < start;
            }
        }

        return new(name, answer, message[start..].ToArray(), [.. moving], required, touchesName);
    }

    /// <summary>Whether it serves this question: what is pointed at in the question's name must be in the same letters.</summary>
    public bool Fits(in DnsRequest request, DnsName suffix) => !touchesName || request.Name.EndsWith(suffix.Wire);

    /// <summary>Writes the response; what does not fit is left out, or all of it with TC.</summary>
    public int Write(in DnsRequest request, Span<byte> response)
    {
        int start = request.QuestionEnd, length = body.Length, extra = additionals;
        if (start + length > response.Length)
        {
            length = required;
            extra = requiredAdditionals;
            if (start + length > response.Length)
            {
                return request.WriteHead(response, flags | TruncatedFlag);
            }
        }

        request.WriteHead(response, flags);
        DnsRequest.WriteCounts(response, answers, authorities, extra);
        body.AsSpan(0, length).CopyTo(response[start..]);
        int moved = request.Name.Length - nameLength;
        if (moved != 0)
        {
            foreach (ushort at in moving)
            {
                if (at < length)
                {
                    var pointer = response[(start + at)..];
                    BinaryPrimitives.WriteUInt16BigEndian(pointer, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(pointer) + moved));
                }
            }
        }

        return start + length;
    }
}
