using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Asn1;

// Specification: ITU-T X.690 section 8.1: tag, length, content.
//
//    bits 8-7: class   bit 6: constructed   bits 5-1: number, 31 when it follows in groups of seven bits
//   +---------------------+--------------------------------------------------+-----------
//   | Identifier          | Length: below 128, or how many octets it has     | Content ...
//   +---------------------+--------------------------------------------------+-----------

/// <summary>One element of a BER encoding: where its content lies in the view.</summary>
readonly struct Ber
{
    public const int Boolean = 0x01, Integer = 0x02, BitString = 0x03, OctetString = 0x04, Null = 0x05, ObjectIdentifier = 0x06, Enumerated = 0x0a, Utf8String = 0x0c, PrintableString = 0x13,
        TeletexString = 0x14, Ia5String = 0x16, UtcTime = 0x17, GeneralizedTime = 0x18, GeneralString = 0x1b, UniversalString = 0x1c, BmpString = 0x1e, Sequence = 0x30, Set = 0x31;

    /// <summary>Bits of an identifier.</summary>
    public const int Constructed = 0x20, Application = 0x40, Context = 0x80;

    /// <summary>The length octet that says: until the end-of-contents element (X.690 section 8.1.3.6).</summary>
    const int Indefinite = 0x80;

    /// <summary>Elements without a length inside one another that are followed to their ends.</summary>
    const int MaxIndefinite = 8;

    Ber(int tag, int start, int at, int length, int trailer = 0) => (Tag, Start, At, Length, Trailer) = (tag, start, at, length, trailer);

    /// <summary>The tag's octet; -1 for none.</summary>
    public int Tag { get; }

    /// <summary>Where the element begins.</summary>
    public int Start { get; }

    /// <summary>Where its content begins.</summary>
    public int At { get; }

    /// <summary>Bytes of content.</summary>
    public int Length { get; }

    int Trailer { get; }

    /// <summary>The offset after the content.</summary>
    public int End => At + Length;

    /// <summary>The offset after the element.</summary>
    public int After => End + Trailer;

    /// <summary>Bytes from the tag to the end.</summary>
    public int Whole => After - Start;

    /// <summary>The number in the tag.</summary>
    public int Number => Tag & 0x1f;

    /// <summary>The element at an offset; tag -1 when there is none that fits before <paramref name="end"/>.</summary>
    public static Ber Read(in View v, int at, int end)
    {
        var one = Head(v, at, end, 0);
        return one.After > Math.Min(end, v.Captured) ? new(-1, at, Math.Min(end, v.Captured), 0) : one;
    }

    /// <summary>As <see cref="Read"/>, but an element that says it is longer than what it stands in is given as it says; tag -1 only without a whole head.</summary>
    public static Ber Head(in View v, int at, int end) => Head(v, at, end, 0);

    static Ber Head(in View v, int at, int end, int depth)
    {
        end = Math.Min(end, v.Captured);
        if (at < 0 || at + 2 > end)
        {
            return new(-1, at, end, 0);
        }

        int start = at, tag = v.U8(at++);
        if ((tag & 0x1f) == 0x1f)
        {
            while (at < end && (v.U8(at++) & 0x80) != 0)
            {
            }

            if (at >= end)
            {
                return new(-1, start, end, 0);
            }
        }

        int length = v.U8(at++);
        if (length == Indefinite)
        {
            return depth < MaxIndefinite ? UntilEndOfContents(v, tag, start, at, end, depth) : new(-1, start, end, 0);
        }

        if (length > Indefinite)
        {
            int count = length & 0x7f;
            if (count > 4 || at + count > end)
            {
                return new(-1, start, end, 0);
            }

            length = (int)Math.Min(v.UInt(at, count), int.MaxValue / 2);
            at += count;
        }

        return new(tag, start, at, length);
    }

    static Ber UntilEndOfContents(in View v, int tag, int start, int at, int end, int depth)
    {
        for (int next = at; next + 2 <= end;)
        {
            if (v.U16(next) == 0)
            {
                return new(tag, start, at, next - at, 2);
            }

            var one = Head(v, next, end, depth + 1);
            if (one.Tag < 0)
            {
                break;
            }

            next = one.After;
        }

        return new(tag, start, at, end - at);
    }

    /// <summary>The first element inside.</summary>
    public Ber First(in View v) => Read(v, At, End);

    /// <summary>The element after this one, before <paramref name="parent"/>'s end.</summary>
    public Ber Next(in View v, in Ber parent) => Read(v, After, parent.End);

    /// <summary>How many elements are inside; at most a thousand are counted.</summary>
    public int Count(in View v)
    {
        int count = 0;
        for (var one = First(v); one.Tag >= 0 && count < 1000; one = one.Next(v, this))
        {
            count++;
        }

        return count;
    }

    /// <summary>The content as a number without sign, as senders write it that forget the leading zero.</summary>
    public ulong Unsigned64(in View v)
    {
        ulong value = 0;
        foreach (byte b in v.Span(At, Length))
        {
            value = (value << 8) | b;
        }

        return value;
    }

    /// <summary>The content as a signed number (X.690 section 8.3); of one that is too long, the last eight bytes.</summary>
    public long Number64(in View v)
    {
        var s = v.Span(At, Length);
        long value = s.Length > 0 && s[0] >= 0x80 ? -1 : 0;
        foreach (byte b in s)
        {
            value = (value << 8) | b;
        }

        return value;
    }
}
