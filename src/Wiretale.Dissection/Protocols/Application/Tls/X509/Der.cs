using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls.X509;

// Specification: ITU-T X.690 section 8.1: tag, length, content.

/// <summary>One element of a DER encoding: where its content lies in the view.</summary>
readonly struct Der
{
    public const int Boolean = 0x01, Integer = 0x02, BitString = 0x03, OctetString = 0x04, ObjectIdentifier = 0x06, Utf8String = 0x0c, PrintableString = 0x13, TeletexString = 0x14, Ia5String = 0x16,
        UtcTime = 0x17, GeneralizedTime = 0x18, UniversalString = 0x1c, BmpString = 0x1e, Sequence = 0x30, Set = 0x31;

    Der(int tag, int start, int at, int length) => (Tag, Start, At, Length) = (tag, start, at, length);

    /// <summary>The tag's octet; -1 for none.</summary>
    public int Tag { get; }

    /// <summary>Where the element begins.</summary>
    public int Start { get; }

    /// <summary>Where its content begins.</summary>
    public int At { get; }

    /// <summary>Bytes of content.</summary>
    public int Length { get; }

    /// <summary>The offset after it.</summary>
    public int End => At + Length;

    /// <summary>Bytes from the tag to the end.</summary>
    public int Whole => End - Start;

    /// <summary>The element at an offset; tag -1 when there is none that fits before <paramref name="end"/>.</summary>
    public static Der Read(in View v, int at, int end)
    {
        end = Math.Min(end, v.Captured);
        if (at + 2 > end)
        {
            return new(-1, at, end, 0);
        }

        int tag = v.U8(at), length = v.U8(at + 1), start = at;
        at += 2;
        if (length > 0x80)
        {
            int count = length & 0x7f;
            if (count > 3 || at + count > end)
            {
                return new(-1, start, end, 0);
            }

            length = (int)v.UInt(at, count);
            at += count;
        }

        return length > end - at ? new(-1, start, end, 0) : new(tag, start, at, length);
    }

    /// <summary>The first element inside.</summary>
    public Der First(in View v) => Read(v, At, End);

    /// <summary>The element after this one, before <paramref name="parent"/>'s end.</summary>
    public Der Next(in View v, in Der parent) => Read(v, End, parent.End);

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
}
