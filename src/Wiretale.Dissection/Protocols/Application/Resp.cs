using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: Redis serialization protocol, version 2 (https://redis.io/docs/reference/protocol-spec). Version 3's new types are
// shown as fragments, line by line, as Wireshark 4.0 shows them.
//
//   +text CRLF   -error CRLF   :integer CRLF   $length CRLF bytes CRLF   *length CRLF elements

/// <summary>REdis Serialization Protocol.</summary>
public sealed class Resp() : Dissector("resp")
{
    const uint Port = 6379;

    /// <summary>Arrays inside one another that are shown as such.</summary>
    const int MaxDepth = 32;

    /// <summary>A value this long or longer is only counted in the Info column.</summary>
    const int LongValue = 100;

    static readonly Protocol P = new("REdis Serialization Protocol", "RESP", "resp");
    static readonly Field Text = P.String("resp.string", "String");
    static readonly Field Error = P.String("resp.error", "Error");
    static readonly Field Bulk = P.Label("resp.bulk_string", "Bulk String");
    static readonly Field BulkLength = P.Int32("resp.bulk_string.length", "Length");
    static readonly Field BulkValue = P.Bytes("resp.bulk_string.value", "Value");
    static readonly Field Integer = P.Field(FieldType.Int64, "resp.integer", "Integer", FieldBase.Dec);
    static readonly Field Array = P.Label("resp.array", "Array");
    static readonly Field ArrayLength = P.Field(FieldType.Int64, "resp.array.length", "Length", FieldBase.Dec);
    static readonly Field Fragment = P.Label("resp.fragment", "Fragment");
    static readonly Expert Partial = P.Expert("resp.partial", Severity.Note, ExpertGroup.Undecoded, "Field is only partially decoded");
    static readonly Expert BadLength = P.Expert("resp.malformed_length", Severity.Error, ExpertGroup.Undecoded, "Malformed length specified");
    static readonly Expert GoesOn = P.Expert("resp.reassembled_in_next_frame", Severity.Note, ExpertGroup.Undecoded,
        "Array is partially decoded. Re-assembled array is in the next frame");
    static readonly Expert TooDeep = P.Expert("resp.array_recursion_too_deep", Severity.Note, ExpertGroup.Undecoded,
        "Array is too deep to recurse any further. Subsequent elements attached to the protocol tree may not reflect their actual location in the array");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool request = p.DestinationPort == Port;
        p.SetProtocol("RESP");
        p.Info.Clear();
        p.Info.Append(request ? "Request:"u8 : "Response:"u8);
        var tree = p.Open(P, v, parent);
        int at = 0;
        while (at < v.Captured)
        {
            int next = One(p, v, tree, at, request, 0);
            if (next < 0)
            {
                if (p.Stream is { CanWait: true } stream)
                {
                    p.Info.Append(" [continuation]"u8);
                    stream.NeedMore(at, next == -1 ? StreamContext.OneMoreSegment : -next - 1);
                }
                else
                {
                    p.Expert(tree, Partial, v, at, v.Captured - at);
                }

                break;
            }

            at = next;
        }

        return v.Reported;
    }

    /// <returns>Where the next element begins; when this one is not all there, -1, or less by the bytes that are missing.</returns>
    static int One(Packet p, in View v, Node tree, int at, bool request, int depth)
    {
        if (!"+-:$*"u8.Contains(v.Bytes[at]))
        {
            return Unknown(p, v, tree, at);
        }

        int end = v.Bytes[at..].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return -1;
        }

        end += at;
        int next = end + 2;
        var line = v.Bytes[(at + 1)..end];
        switch (v.Bytes[at])
        {
            case (byte)'+':
                p.Add(tree, Text, v, at + 1, line.Length);
                Say(p, line, !request && depth == 0);
                break;
            case (byte)'-':
                p.Add(tree, Error, v, at + 1, line.Length);
                p.Info.Append(" Error: "u8);
                Say(p, line, true, separate: false);
                break;
            case (byte)':':
                long number = Number(line);
                p.AddInt(tree, Integer, v, at + 1, line.Length, number);
                if (!request && depth == 0)
                {
                    p.Info.Append($" {number}");
                }

                break;
            case (byte)'$':
                return BulkString(p, v, tree, at, next, request, depth);
            default:
                return Elements(p, v, tree, at, next, request, depth);
        }

        return next;
    }

    /// <summary>A line of what is none of version 2's types.</summary>
    static int Unknown(Packet p, in View v, Node tree, int at)
    {
        int end = v.LineEnd(at, out int next);
        if (end < 0)
        {
            end = next = v.Captured;
        }

        if (end > at)
        {
            p.Add(tree, Fragment, v, at, end - at);
            p.Info.Append(" [fragment]"u8);
        }

        return next;
    }

    static int BulkString(Packet p, in View v, Node tree, int at, int value, bool request, int depth)
    {
        var digits = v.Bytes[(at + 1)..(value - 2)];
        long length = Number(digits);
        if (length >= 0 && v.CapturedFrom(value) < length + 2)
        {
            return length > int.MaxValue / 2 ? -1 : -1 - (int)(length + 2 - v.CapturedFrom(value));
        }

        int end = length < 0 ? value : value + (int)length + 2;
        var branch = p.Add(tree, Bulk, v, at, end - at);
        p.AddInt(branch, BulkLength, v, at + 1, digits.Length, length);
        if (length < 0)
        {
            if (length == -1)
            {
                p.Label(branch, $"Bulk String: [NULL]");
            }
            else
            {
                p.Expert(branch, BadLength, v, at + 1, digits.Length);
            }

            return end;
        }

        var bytes = v.Bytes.Slice(value, (int)length);
        bool plain = IsPlain(bytes);
        if (plain)
        {
            p.AppendLabel(branch, $": {bytes}");
        }

        if (length > 0)
        {
            p.Add(branch, BulkValue, v, value, (int)length);
        }

        if (request ? depth > 0 : depth == 0)
        {
            if (length >= LongValue || !(plain || request))
            {
                p.Info.Append($" BulkString({length})");
            }
            else
            {
                Say(p, bytes, plain);
            }
        }
        else if (request)
        {
            p.Info.Append($" BulkString({length})");
        }

        return end;
    }

    static int Elements(Packet p, in View v, Node tree, int at, int next, bool request, int depth)
    {
        var digits = v.Bytes[(at + 1)..(next - 2)];
        long count = Number(digits);
        var branch = p.Add(tree, Array, v, at, next - at);
        p.AddInt(branch, ArrayLength, v, at + 1, digits.Length, count);
        switch (count)
        {
            case -1:
                p.Label(branch, $"Array: NULL");
                return next;
            case 0:
                p.Label(branch, $"Array: Empty");
                return next;
            case < 0:
                p.Expert(branch, BadLength, v, at + 1, digits.Length);
                return next;
            default:
                p.Label(branch, $"Array: Length {count}");
                break;
        }

        if (next >= v.Captured && p.Stream is { CanWait: true })
        {
            return -1;
        }

        if (!request && depth == 0)
        {
            p.Info.Append($" Array({count})");
        }

        if (depth + 1 == MaxDepth)
        {
            p.Expert(branch, TooDeep, v, at, next - at);
            return next;
        }

        // As Wireshark: an array whose bytes end between two elements is taken as it is.
        for (long i = 0; i < count && next < v.Captured; i++)
        {
            int element = One(p, v, branch, next, request, depth + 1);
            if (element < 0)
            {
                p.Expert(branch, GoesOn, v, at, next - at);
                return -1;
            }

            next = element;
        }

        p.SetLength(branch, next - at);
        return next;
    }

    static void Say(Packet p, ReadOnlySpan<byte> text, bool wanted, bool separate = true)
    {
        if (wanted && p.WantsColumns)
        {
            p.Info.Append(separate ? " "u8 : ""u8);
            p.Scratch.Clear();
            FieldFormat.Escaped(p.Scratch, text);
            p.Info.Append(p.Scratch.Bytes);
        }
    }

    /// <summary>Digits up to what is none; 0 without any, the largest number where there are too many.</summary>
    static long Number(ReadOnlySpan<byte> digits)
    {
        digits = digits.TrimStart((byte)'+');
        return Utf8Parser.TryParse(digits, out long value, out _) ? value
            : digits.Length < 19 ? 0
            : digits[0] == '-' ? long.MinValue : digits[0] is >= (byte)'0' and <= (byte)'9' ? long.MaxValue : 0;
    }

    static bool IsPlain(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0 || text.IndexOfAnyExceptInRange((byte)9, (byte)'~') < 0;
}
