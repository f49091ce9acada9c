using System.Buffers.Binary;

namespace Wiretale.Lab.Dns;

/// <summary>
/// Reads a message that may be anything. The first thing wrong is remembered in <see cref="Error"/>; from then on every read gives nothing.
/// </summary>
public ref struct DnsReader
{
    const int Pointer = 0xc0;

    readonly ReadOnlySpan<byte> message;
    int limit;

    /// <summary>Reads from the start of a message.</summary>
    public DnsReader(ReadOnlySpan<byte> message)
    {
        this.message = message;
        limit = message.Length;
    }

    /// <summary>Where the next read is.</summary>
    public int Position { get; private set; }

    /// <summary>What is wrong, and where.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether all went well so far.</summary>
    public readonly bool IsGood => Error is null;

    /// <summary>Bytes up to the end, or to the end of what <see cref="Within"/> was told.</summary>
    public readonly int Left => limit - Position;

    /// <summary>Says what is wrong, if nothing was before.</summary>
    public void Fail(string why)
    {
        Error ??= string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{why} at byte {Position}");
        Position = limit;
    }

    /// <summary>Reads a byte.</summary>
    public byte U8() => Bytes(1) is [var value] ? value : (byte)0;

    /// <summary>Reads a number of two bytes.</summary>
    public ushort U16() => Bytes(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    /// <summary>Reads a number of four bytes.</summary>
    public uint U32() => Bytes(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>Reads some bytes; none where there are not as many.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > Left)
        {
            Fail("the message is too short");
        }

        if (Error is not null)
        {
            return [];
        }

        Position += count;
        return message.Slice(Position - count, count);
    }

    /// <summary>Makes the next bytes the whole of what can be read; gives what <see cref="Leave"/> takes back.</summary>
    public int Within(int count)
    {
        int before = limit;
        if (count > Left)
        {
            Fail("the message is too short");
        }
        else
        {
            limit = Position + count;
        }

        return before;
    }

    /// <summary>Ends what <see cref="Within"/> began; all must have been read.</summary>
    public void Leave(int before)
    {
        if (IsGood && Position != limit)
        {
            Fail("bytes are left over");
        }

        limit = before;
    }

    /// <summary>
    /// Reads a name. A pointer must lead to before the place where the name, or what the last pointer led to, began: so nothing can turn in
    /// circles, and a name that would be longer than 255 bytes ends the reading (RFC 1035 section 4.1.4, RFC 9267 section 2).
    /// </summary>
    public DnsName Name(bool mayPoint = true)
    {
        Span<byte> name = stackalloc byte[DnsName.MaximumLength];
        int length = ReadName(name, mayPoint);
        return length == 0 ? DnsName.Root : DnsName.FromWire(name[..length]);
    }

    /// <summary>Reads a name into 255 bytes, and gives its length; 0 where there is none.</summary>
    public int ReadName(scoped Span<byte> name, bool mayPoint = true)
    {
        int length = 0, at = Position, begin = Position, end = -1;
        while (IsGood)
        {
            // What a pointer leads to may stand outside of the record.
            int bound = end < 0 ? limit : message.Length;
            if (at >= bound)
            {
                Fail("a name runs over the end");
                break;
            }

            int first = message[at];
            if (first >= Pointer)
            {
                if (!mayPoint || at + 2 > bound)
                {
                    Fail(mayPoint ? "a name runs over the end" : "a name is compressed that must not be");
                    break;
                }

                int target = BinaryPrimitives.ReadUInt16BigEndian(message[at..]) & 0x3fff;
                if (target >= begin)
                {
                    Fail("a compressed name points forward or at itself");
                    break;
                }

                end = end < 0 ? at + 2 : end;
                at = begin = target;
                continue;
            }

            if (first > DnsName.MaximumLabel)
            {
                Fail("a label of an unknown kind");
                break;
            }

            if (at + 1 + first > bound)
            {
                Fail("a name runs over the end");
                break;
            }

            if (length + 1 + first > DnsName.MaximumLength - (first == 0 ? 0 : 1))
            {
                Fail("a name is longer than 255 bytes");
                break;
            }

            message.Slice(at, first + 1).CopyTo(name[length..]);
            length += first + 1;
            at += first + 1;
            if (first == 0)
            {
                Position = end < 0 ? at : end;
                return length;
            }
        }

        return 0;
    }
}
