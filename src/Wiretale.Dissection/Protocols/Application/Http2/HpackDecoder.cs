using System.Buffers;
using System.Buffers.Binary;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Http2;

// Specification: RFC 7541 section 5 and 6.
//
//   1 index(7)                                            field of the tables
//   01 index(6)  0 = new  [name] value                    added to the table
//   001 size(5)                                           the table's size changes
//   0000 index(4) 0 = new [name] value                    not added
//   0001 index(4) 0 = new [name] value                    never to be added

/// <summary>How a field stands in a header block.</summary>
enum HpackForm : byte
{
    Indexed, Incremental, IncrementalNew, Plain, PlainNew, Never, NeverNew, SizeUpdate,
}

/// <summary>A field of a header block; its name and value lie in <see cref="HpackDecoder.Text"/>.</summary>
/// <param name="Number">The index that it was read from, or the table's new size.</param>
/// <param name="WireAt">Where the header block has it; negative when it began in an earlier frame.</param>
readonly record struct HpackHeader(HpackForm Form, int Number, int NameAt, int NameLength, int ValueAt, int ValueLength, int WireAt, int WireLength);

/// <summary>Takes the header blocks of one direction apart. Blocks must come in order, from the connection's first: each refers to those before.</summary>
sealed class HpackDecoder
{
    /// <summary>Beyond these a block is only followed, not shown.</summary>
    public const int MostHeaders = 200, MostText = 256 << 10;

    /// <summary>Bytes before each name and each value in <see cref="Text"/>: its length.</summary>
    public const int LengthSize = 4;

    /// <summary>Longest field that may lie across frames.</summary>
    const int PendingLimit = 1 << 20;

    readonly HpackTable table = new();
    readonly ArrayBufferWriter<byte> pending = new();
    readonly Utf8Text name = new(), value = new();

    /// <summary>How many bytes a field that is not all there has at least: before, it is not worth another look.</summary>
    int needed;

    /// <summary>Fields that the last call completed.</summary>
    public List<HpackHeader> Headers { get; } = [];

    /// <summary>Names and values, each behind its length.</summary>
    public Utf8Text Text { get; } = new(1024);

    /// <summary>Whether a block did not make sense (or earlier ones were not seen): nothing after it can be read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Which limit the last call went over: <see cref="MostHeaders"/>, <see cref="MostText"/>, or 0.</summary>
    public int Exceeded { get; private set; }

    /// <summary>Decodes a block, or the part of one that a frame has.</summary>
    /// <param name="isLast">Whether the block ends here.</param>
    public void Decode(ReadOnlySpan<byte> fragment, bool isLast)
    {
        Headers.Clear();
        Text.Clear();
        Exceeded = 0;
        int before = pending.WrittenCount;
        ReadOnlySpan<byte> bytes = fragment;
        if (before > 0)
        {
            pending.Write(fragment);
            bytes = pending.WrittenSpan;
        }

        int at = 0;
        while (!IsBroken && at < bytes.Length && bytes.Length >= needed)
        {
            int start = at;
            needed = 0;
            if (!TryOne(bytes, ref at, before))
            {
                // What is needed counts from what will be kept.
                needed -= start;
                at = start;
                break;
            }
        }

        int rest = bytes.Length - at;
        IsBroken |= rest > 0 && (isLast || rest > PendingLimit);
        if (at == 0 && before > 0 && !IsBroken)
        {
            return;
        }

        byte[] kept = IsBroken ? [] : bytes[at..].ToArray();
        pending.ResetWrittenCount();
        pending.Write(kept);
    }

    /// <summary>One field; false when its bytes are not all there, or make no sense.</summary>
    bool TryOne(ReadOnlySpan<byte> bytes, ref int at, int before)
    {
        int start = at;
        byte first = bytes[at];
        var (form, prefix) = first switch
        {
            >= 0x80 => (HpackForm.Indexed, 7),
            >= 0x40 => (HpackForm.Incremental, 6),
            >= 0x20 => (HpackForm.SizeUpdate, 5),
            >= 0x10 => (HpackForm.Never, 4),
            _ => (HpackForm.Plain, 4),
        };
        if (!TryInteger(bytes, ref at, prefix, out int number))
        {
            return false;
        }

        name.Clear();
        value.Clear();
        if (form == HpackForm.SizeUpdate)
        {
            if (!table.Resize(number))
            {
                IsBroken = true;
                return false;
            }

            Record(form, number, start - before, at - start);
            return true;
        }

        if (number == 0 && form != HpackForm.Indexed)
        {
            form++;
            if (!TryString(bytes, ref at, name))
            {
                return false;
            }
        }
        else if (table.TryGet(number, out byte[] knownName, out byte[] knownValue))
        {
            name.Append(knownName);
            if (form == HpackForm.Indexed)
            {
                value.Append(knownValue);
            }
        }
        else
        {
            IsBroken = true;
            return false;
        }

        if (form != HpackForm.Indexed && !TryString(bytes, ref at, value))
        {
            return false;
        }

        if (form is HpackForm.Incremental or HpackForm.IncrementalNew)
        {
            table.Add(name.Bytes, value.Bytes);
        }

        Record(form, number, start - before, at - start);
        return true;
    }

    void Record(HpackForm form, int number, int wireAt, int wireLength)
    {
        if (Headers.Count >= MostHeaders || Text.Length + name.Length + value.Length > MostText)
        {
            Exceeded = Headers.Count >= MostHeaders ? MostHeaders : MostText;
            return;
        }

        int nameAt = Text.Length + LengthSize, valueAt = nameAt + name.Length + LengthSize;
        if (form != HpackForm.SizeUpdate)
        {
            Write(name);
            Write(value);
        }

        Headers.Add(new(form, number, nameAt, name.Length, valueAt, value.Length, wireAt, wireLength));
    }

    void Write(Utf8Text text)
    {
        BinaryPrimitives.WriteInt32BigEndian(Text.Room(LengthSize), text.Length);
        Text.Advance(LengthSize);
        Text.Append(text.Bytes);
    }

    /// <summary>An integer with a prefix of so many bits (RFC 7541 section 5.1).</summary>
    bool TryInteger(ReadOnlySpan<byte> bytes, ref int at, int prefix, out int number)
    {
        int mask = (1 << prefix) - 1;
        number = bytes[at++] & mask;
        if (number < mask)
        {
            return true;
        }

        long sum = number;
        for (int shift = 0; at < bytes.Length; shift += 7)
        {
            byte next = bytes[at++];
            sum += (long)(next & 0x7f) << Math.Min(shift, 35);
            if (sum > int.MaxValue / 2 || shift > 35)
            {
                IsBroken = true;
                return false;
            }

            if (next < 0x80)
            {
                number = (int)sum;
                return true;
            }
        }

        return false;
    }

    /// <summary>A string, in the Huffman code or not (RFC 7541 section 5.2).</summary>
    bool TryString(ReadOnlySpan<byte> bytes, ref int at, Utf8Text text)
    {
        if (at >= bytes.Length)
        {
            return false;
        }

        bool isCoded = bytes[at] >= 0x80;
        if (!TryInteger(bytes, ref at, 7, out int length))
        {
            return false;
        }

        if (length > bytes.Length - at)
        {
            needed = at + length;
            return false;
        }

        var raw = bytes.Slice(at, length);
        at += length;
        if (!isCoded)
        {
            text.Append(raw);
            return true;
        }

        IsBroken |= !HpackHuffman.TryDecode(raw, text);
        return !IsBroken;
    }
}
