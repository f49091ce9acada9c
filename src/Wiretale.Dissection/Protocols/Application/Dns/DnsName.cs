using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 1035, section 3.1 (labels), 4.1.4 (compression).
//
//   +--+--+----------------+      +--+--+----------------------------+
//   |0 0 | length | bytes ...     |1 1 |  offset from the message's start
//   +--+--+----------------+      +--+--+----------------------------+

/// <summary>A domain name out of a message, decoded into a buffer of its caller: <c>Span&lt;byte&gt; room = stackalloc byte[DnsName.Room]</c>.</summary>
/// <param name="room">Where labels go; <see cref="Room"/> bytes.</param>
ref struct DnsName(Span<byte> room)
{
    /// <summary>Bytes that a buffer for a name needs.</summary>
    public const int Room = 256;

    /// <summary>RFC 1035 section 2.3.4: 255 octets with all lengths, which is 253 characters with the dots between.</summary>
    const int Longest = 253;

    /// <summary>A message has no reason for more jumps than labels; a loop has no end.</summary>
    const int MostPointers = 255;

    /// <summary>Bytes that are looked at behind pointers of a name that is too long already.</summary>
    const int MostSurplus = 4096;

    readonly Span<byte> room = room;
    ReadOnlySpan<byte> raw;

    /// <summary>The name for people: valid UTF-8, control characters as octal escapes, <c>&lt;Root&gt;</c> for the root.</summary>
    /// <remarks>Lasts until the buffer or the packet's scratch text is used again.</remarks>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>The name as it stands in the packet, up to the first zero byte.</summary>
    public readonly ReadOnlySpan<byte> Raw => raw.IndexOf((byte)0) is >= 0 and var end ? raw[..end] : raw;

    /// <summary>Characters before any were escaped.</summary>
    public int Length { get; private set; }

    /// <summary>Reads the name at <paramref name="at"/> of a message.</summary>
    /// <returns>Bytes that it takes there; a compression pointer takes two.</returns>
    public int Read(Packet p, in View v, int at)
    {
        int start = at, consumed = 0, length = 0, pointers = 0, surplus = 0;
        uint unusual = 0;
        bool isLong = false;
        while (true)
        {
            int count = v.U8(at++);
            if (count == 0)
            {
                break;
            }

            if (count < 0x40)
            {
                var label = v.Span(at, count);
                at += count;
                int dot = length > 0 ? 1 : 0;
                if (length + dot + count > Longest)
                {
                    // What was read so far cannot become shorter; it is only followed on to tell a loop from a long name.
                    isLong = true;
                    if (consumed > 0 && (surplus += count) > MostSurplus)
                    {
                        break;
                    }

                    continue;
                }

                if (dot != 0)
                {
                    room[length++] = (byte)'.';
                }

                label.CopyTo(room[length..]);
                length += count;
                foreach (byte b in label)
                {
                    unusual |= (uint)(b - 0x20) > 0x5e ? 1u : 0;
                }
            }
            else if (count >= 0xc0)
            {
                int target = ((count & 0x3f) << 8) | v.U8(at++);
                consumed = consumed > 0 ? consumed : at - start;
                if (++pointers > MostPointers)
                {
                    Set("<Name contains a pointer that loops>"u8);
                    p.Engine.State<DnsNameFaults>().Loops++;
                    return consumed;
                }

                at = target;
            }
            else
            {
                // RFC 6891 section 5: the other kinds of labels were given up, and how long they are is not known.
                throw new BoundsException(ShortReason.Malformed, at - 1, count, v.Captured);
            }
        }

        if (isLong)
        {
            Set("<Name too long>"u8);
            p.Engine.State<DnsNameFaults>().TooLong++;
        }
        else if (length == 0)
        {
            Set("<Root>"u8);
        }
        else if (unusual == 0)
        {
            Set(room[..length]);
        }
        else
        {
            Set(room[..length]);
            Text = Printable(p.Scratch, Text);
        }

        return consumed > 0 ? consumed : at - start;
    }

    /// <summary>Text as valid UTF-8, with what cannot be seen as C escapes, octal digits or <c>\u200B</c>.</summary>
    public static ReadOnlySpan<byte> Printable(Utf8Text scratch, ReadOnlySpan<byte> text)
    {
        scratch.Clear();
        for (int i = 0; i < text.Length;)
        {
            byte b = text[i];
            if (b < 0x80)
            {
                i++;
                if (b is < 0x20 or 0x7f)
                {
                    Escape(scratch, b);
                }
                else
                {
                    scratch.Append((char)b);
                }
            }
            else
            {
                i += Decode(text[i..], out int value);
                Append(scratch, value);
            }
        }

        return scratch.Bytes;
    }

    /// <summary>One character as its first byte announces it, also when it was written longer than it needs; -1 when it is none.</summary>
    static int Decode(ReadOnlySpan<byte> text, out int value)
    {
        int more = text[0] switch { < 0xc0 => 0, < 0xe0 => 1, < 0xf0 => 2, < 0xf8 => 3, < 0xfc => 4, < 0xfe => 5, _ => 0 };
        value = text[0] & (0x3f >> more);
        int used = 1;
        while (used <= more && used < text.Length && (text[used] & 0xc0) == 0x80)
        {
            value = (value << 6) | (text[used++] & 0x3f);
        }

        if (more == 0 || used <= more || !System.Text.Rune.IsValid(value))
        {
            value = -1;
        }

        return used;
    }

    static void Append(Utf8Text target, int value)
    {
        var rune = value < 0 ? System.Text.Rune.ReplacementChar : new System.Text.Rune(value);
        bool hidden = System.Text.Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control
            or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.OtherNotAssigned;
        if (!hidden)
        {
            target.Advance(rune.EncodeToUtf8(target.Room(4)));
        }
        else if (value > 0xffff)
        {
            target.Append($"\\U{value:X8}");
        }
        else
        {
            target.Append($"\\u{value:X4}");
        }
    }

    static void Escape(Utf8Text target, byte value)
    {
        int letter = "\a\b\t\n\v\f\r".IndexOf((char)value, StringComparison.Ordinal);
        target.Append('\\');
        if (letter >= 0)
        {
            target.Append("abtnvfr"[letter]);
            return;
        }

        target.Append((char)('0' + (value >> 6)));
        target.Append((char)('0' + ((value >> 3) & 7)));
        target.Append((char)('0' + (value & 7)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Set(ReadOnlySpan<byte> text)
    {
        raw = text;
        Text = text;
        Length = text.Length;
    }

    /// <summary>Characters and labels as tshark counts them: a name of one character has none of either.</summary>
    public readonly (int Characters, int Labels) Count() =>
        Length <= 1 ? (0, 0) : (Length, 1 + Text.Count((byte)'.'));
}

/// <summary>What was wrong with the names of the message at hand; it says so at its end.</summary>
sealed class DnsNameFaults
{
    /// <summary>Names whose compression pointers lead nowhere but in circles.</summary>
    public int Loops { get; set; }

    /// <summary>Names of more than 255 bytes.</summary>
    public int TooLong { get; set; }
}
