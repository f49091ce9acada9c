using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.BitTorrent;

// Specification: BEP 3, "bencoding".
//
//   string   4:spam          list         l4:spam4:eggse
//   integer  i-3e            dictionary   d3:cow3:moo4:spami1ee

/// <summary>BitTorrent's encoding of values.</summary>
public sealed class Bencode() : Dissector("bencode")
{
    const byte Dictionary = (byte)'d', List = (byte)'l', Integer = (byte)'i', End = (byte)'e', AfterLength = (byte)':', Negative = (byte)'-';
    const int LongestNumber = 8, MaxDepth = 10;

    static readonly Protocol P = new("Bencode", "Bencode", "bencode");
    static readonly Field StringLength = P.UInt32("bencode.str.length", "String Length");
    static readonly Field String = P.String("bencode.str", "String");
    static readonly Field Int = P.Int32("bencode.int", "Integer");
    static readonly Field Dict = P.Label("bencode.dict", "Dictionary");
    static readonly Field Entry = P.Label("bencode.dict.entry", "Entry");
    static readonly Field Items = P.Label("bencode.list", "List");
    static readonly Field Truncated = P.Bytes("bencode.truncated_data", "Truncated Data");
    static readonly Expert InvalidLength = P.Expert("bencode.str.length.invalid", Severity.Error, ExpertGroup.Malformed, "Decode Aborted: Invalid String Length");
    static readonly Expert InvalidInteger = P.Expert("bencode.int.invalid", Severity.Error, ExpertGroup.Malformed, "Decode Aborted: Invalid Integer");
    static readonly Expert TooDeep = P.Expert("bencode.nest", Severity.Error, ExpertGroup.Malformed, "Decode Aborted: Nested Too Deep");
    static readonly Expert InvalidKey = P.Expert("bencode.dict.key_invalid", Severity.Error, ExpertGroup.Malformed, "Decode Aborted: Invalid Dictionary Key");
    static readonly Expert InvalidValue = P.Expert("bencode.dict.value_invalid", Severity.Error, ExpertGroup.Malformed, "Decode Aborted: Invalid Dictionary Value");
    static readonly Expert Invalid = P.Expert("bencode.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid Bencoding");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        Add(p, v, parent, 0, 0);
        return v.Reported;
    }

    /// <summary>Adds a value.</summary>
    /// <returns>Where it ends, or -1 when it is none; that has been said then.</returns>
    static int Add(Packet p, in View v, Node tree, int at, int depth)
    {
        if (depth > MaxDepth)
        {
            p.AddExpert(tree, TooDeep, v, at, v.ReportedFrom(at));
            return -1;
        }

        switch (v.U8(at))
        {
            case Dictionary:
                return AddDictionary(p, v, tree, at, depth);
            case List:
                var list = p.Add(tree, Items, v, at, 1);
                int next = at + 1;
                while (v.U8(next) != End)
                {
                    next = Add(p, v, list, next, depth + 1);
                    if (next < 0)
                    {
                        return -1;
                    }
                }

                p.SetLength(list, next + 1 - at);
                return next + 1;
            case Integer:
                int end = ReadInteger(v, at, out int number);
                if (end < 0)
                {
                    // A number that has begun well but does not end is only cut.
                    if (v.IndexOf(End, at) < 0)
                    {
                        p.Add(tree, Truncated, v, v.Captured, 0);
                    }
                    else
                    {
                        p.AddExpert(tree, InvalidInteger, v, at, v.ReportedFrom(at));
                    }

                    return -1;
                }

                p.AddInt(tree, Int, v, at, end - at, number);
                return end;
            case >= (byte)'0' and <= (byte)'9':
                int text = ReadLength(v, at, out int length);
                if (text < 0 || length == 0 || length > v.ReportedFrom(text))
                {
                    p.AddExpert(tree, InvalidLength, v, at, v.ReportedFrom(at));
                    return -1;
                }

                return AddString(p, v, tree, at);
            default:
                p.AddExpert(tree, Invalid, v, at, v.ReportedFrom(at));
                return -1;
        }
    }

    static int AddDictionary(Packet p, in View v, Node tree, int at, int depth)
    {
        var node = p.Add(tree, Dict, v, at, 1);
        int start = at++;
        while (v.U8(at) != End)
        {
            int valueAt = ReadLength(v, at, out int length) is > 0 and var text && length <= v.ReportedFrom(text) ? text + length : -1;
            if (valueAt < 0)
            {
                p.AddExpert(node, InvalidKey, v, at, v.ReportedFrom(at));
                return -1;
            }

            int end = EndOf(v, valueAt, depth + 1);
            if (end < 0)
            {
                p.AddExpert(node, InvalidValue, v, valueAt, v.ReportedFrom(valueAt));
                return -1;
            }

            var entry = p.Add(node, Entry, v, at, end - at);
            p.Label(entry, $"Entry Key: {Decoded(p, v.Span(valueAt - length, length))}");
            int kind = v.U8(valueAt);
            if (kind == Integer)
            {
                _ = ReadInteger(v, valueAt, out int number);
                p.AppendLabel(entry, $"  Value: {number}");
            }
            else if (kind is not (Dictionary or List))
            {
                int valueText = ReadLength(v, valueAt, out int valueLength);
                p.AppendLabel(entry, $"  Value: {Decoded(p, v.Span(valueText, valueLength))}");
            }

            AddString(p, v, entry, at);
            Add(p, v, entry, valueAt, depth + 1);
            at = end;
        }

        p.SetLength(node, at + 1 - start);
        return at + 1;
    }

    /// <summary>Adds a string whose length is known to be right.</summary>
    static int AddString(Packet p, in View v, Node tree, int at)
    {
        int text = ReadLength(v, at, out int length);
        p.AddUInt(tree, StringLength, v, at, text - at - 1, (uint)length);
        p.Add(tree, String, v, text, length);
        return text + length;
    }

    /// <summary>Text as headings show it; good until the packet's scratch text is used again.</summary>
    static ReadOnlySpan<byte> Decoded(Packet p, ReadOnlySpan<byte> text)
    {
        p.Scratch.Clear();
        TextDecoder.Decode(text, TextEncoding.Utf8, p.Scratch);
        int length = p.Scratch.Length;
        FieldFormat.Escaped(p.Scratch, p.Scratch.Bytes.ToArray());
        return p.Scratch.Slice(length, p.Scratch.Length - length);
    }

    /// <summary>Where a value ends, or -1 when it is none.</summary>
    static int EndOf(in View v, int at, int depth)
    {
        if (depth > MaxDepth)
        {
            return -1;
        }

        int kind = v.U8(at);
        switch (kind)
        {
            case Integer:
                return ReadInteger(v, at, out _);
            case >= '0' and <= '9':
                return ReadLength(v, at, out int length) is > 0 and var text && length > 0 && length <= v.ReportedFrom(text) ? text + length : -1;
            case not (Dictionary or List):
                return -1;
        }

        at++;
        while (v.U8(at) != End)
        {
            if (kind == Dictionary)
            {
                at = ReadLength(v, at, out int length) is > 0 and var text && length <= v.ReportedFrom(text) ? text + length : -1;
            }

            at = at < 0 ? -1 : EndOf(v, at, depth + 1);
            if (at < 0)
            {
                return -1;
            }
        }

        return at + 1;
    }

    /// <summary>Reads a string's length.</summary>
    /// <returns>Where its text begins, or -1.</returns>
    static int ReadLength(in View v, int at, out int length)
    {
        length = 0;
        for (int digits = 0; digits <= LongestNumber && v.Has(at, 1); digits++, at++)
        {
            int c = v.U8(at);
            if (c == AfterLength && digits > 0)
            {
                return at + 1;
            }

            if (!char.IsAsciiDigit((char)c) || (digits == 1 && length == 0))
            {
                return -1;
            }

            length = (length * 10) + c - '0';
        }

        return -1;
    }

    /// <summary>Reads a number; one that is too large keeps its low bits.</summary>
    /// <returns>Where it ends, or -1.</returns>
    static int ReadInteger(in View v, int at, out int number)
    {
        number = 0;
        bool isNegative = v.Has(++at, 1) && v.U8(at) == Negative;
        at += isNegative ? 1 : 0;
        for (int digits = 0; v.Has(at, 1); digits++, at++)
        {
            int c = v.U8(at);
            if (c == End)
            {
                number = isNegative ? unchecked(-number) : number;
                return at + 1;
            }

            if (!char.IsAsciiDigit((char)c) || (digits == 1 && number == 0))
            {
                return -1;
            }

            number = unchecked((number * 10) + c - '0');
        }

        return -1;
    }
}
