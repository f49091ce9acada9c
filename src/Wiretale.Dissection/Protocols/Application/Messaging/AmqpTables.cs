using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Messaging;

/// <summary>AMQP's values: arguments by their fields' types, and tables, whose fields tell their types (AMQP 0-9-1 section 4.2.5, RabbitMQ's errata).</summary>
static class AmqpTables
{
    const int MaxDepth = 16;

    static readonly Protocol P = Amqp.P;
    static readonly Field Entry = P.Label("amqp.field", "AMQP");
    static readonly Expert Cut = P.Expert("amqp.field_short", Severity.Error, ExpertGroup.Protocol, "Field is cut off by the end of the field table");

    /// <summary>Adds an argument.</summary>
    /// <returns>The offset after it.</returns>
    public static int Add(Packet p, in View v, Node tree, int at, Field field, out Node node)
    {
        int length;
        switch (field.Type)
        {
            case FieldType.String:
                length = v.U8(at);
                v.Ensure(at + 1, length);
                node = p.Add(tree, field, v, at + 1, length);
                return at + 1 + length;
            case FieldType.Bytes:
                length = Length(v, at);
                node = p.Add(tree, field, v, at + 4, length);
                return at + 4 + length;
            case FieldType.None:
                length = Length(v, at);
                node = p.Add(tree, field, v, at, 4 + length);
                AddTable(p, v, node, at + 4, at + 4 + length, 0);
                return at + 4 + length;
            case FieldType.AbsoluteTime:
                node = p.AddTime(tree, field, v, at, 8, new((long)Math.Min(v.U64(at), long.MaxValue), 0));
                return at + 8;
            default:
                node = p.Add(tree, field, v, at);
                return at + field.Size;
        }
    }

    static int Length(in View v, int at)
    {
        int length = (int)Math.Min(v.U32(at), int.MaxValue / 2);
        v.Ensure(at + 4, length);
        return length;
    }

    static void AddTable(Packet p, in View v, Node tree, int at, int end, int depth)
    {
        while (at < end)
        {
            int name = at + 1, length = v.U8(at);
            at += 1 + length;
            if (at >= end)
            {
                p.AddExpert(p.AddText(tree, v, name - 1, end - name + 1, Cut.Summary), Cut, v, 0, 0);
                return;
            }

            int size = ValueLength(v, at, end);
            if (at + 1 + size > end)
            {
                p.AddExpert(p.AddText(tree, v, at, end - at, Cut.Summary), Cut, v, 0, 0);
                return;
            }

            var node = p.Add(tree, Entry, v, name, length + size);
            AddValue(p, v, node, v.Span(name, length), at, depth);
            at += 1 + size;
        }
    }

    static void AddArray(Packet p, in View v, Node tree, int at, int end, int depth)
    {
        Span<byte> name = stackalloc byte[16];
        for (int index = 0; at < end; index++)
        {
            int size = ValueLength(v, at, end);
            if (at + 1 + size > end)
            {
                p.AddExpert(p.AddText(tree, v, at, end - at, Cut.Summary), Cut, v, 0, 0);
                return;
            }

            System.Buffers.Text.Utf8Formatter.TryFormat(index, name[1..], out int digits);
            name[0] = (byte)'[';
            name[digits + 1] = (byte)']';
            AddValue(p, v, p.Add(tree, Entry, v, at, 1 + size), name[..(digits + 2)], at, depth);
            at += 1 + size;
        }
    }

    /// <summary>Bytes of a value after its type.</summary>
    static int ValueLength(in View v, int at, int end) => v.U8(at) switch
    {
        (byte)'t' or (byte)'b' or (byte)'B' => 1,
        (byte)'s' or (byte)'u' => 2,
        (byte)'I' or (byte)'i' or (byte)'f' => 4,
        (byte)'D' => 5,
        (byte)'l' or (byte)'T' or (byte)'d' => 8,
        (byte)'S' or (byte)'x' or (byte)'F' or (byte)'A' => at + 5 <= end ? 4 + (int)Math.Min(v.U32(at + 1), int.MaxValue / 2) : 4,
        _ => 0,
    };

    static void AddValue(Packet p, in View v, Node node, ReadOnlySpan<byte> name, int at, int depth)
    {
        int type = v.U8(at++);
        p.Label(node, $"{name}");
        switch (type)
        {
            case 't':
                p.AppendLabel(node, $" (boolean): {(v.U8(at) != 0 ? "true" : "false")}");
                break;
            case 'b':
                p.AppendLabel(node, $" (byte): {v.I8(at)}");
                break;
            case 'B':
                p.AppendLabel(node, $" (unsigned byte): {v.U8(at)}");
                break;
            case 's':
                p.AppendLabel(node, $" (short int): {(short)v.U16(at)}");
                break;
            case 'u':
                p.AppendLabel(node, $" (short uint): {v.U16(at)}");
                break;
            case 'I':
                p.AppendLabel(node, $" (integer): {(int)v.U32(at)}");
                break;
            case 'i':
                p.AppendLabel(node, $" (unsigned integer): {v.U32(at)}");
                break;
            case 'l':
                p.AppendLabel(node, $" (long int): {(long)v.U64(at)}");
                break;
            case 'f':
                p.AppendLabel(node, $" (float): {BitConverter.UInt32BitsToSingle(v.U32(at)):F6}");
                break;
            case 'd':
                p.AppendLabel(node, $" (double): {BitConverter.UInt64BitsToDouble(v.U64(at)):F6}");
                break;
            case 'D':
                p.AppendLabel(node, $" (decimal): {v.U32(at + 1) / Math.Pow(10, v.U8(at)):F6}");
                break;
            case 'T':
                p.Scratch.Clear();
                TimeText.Absolute(p.Scratch, new((long)Math.Min(v.U64(at), long.MaxValue), 0), FieldBase.Local);
                p.AppendLabel(node, $" (timestamp): {p.Scratch.Bytes}");
                break;
            case 'S':
                p.AppendLabel(node, $" (string): {v.Span(at + 4, (int)v.U32(at))}");
                break;
            case 'x':
                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Span(at + 4, (int)v.U32(at)));
                p.AppendLabel(node, $" (byte array): {p.Scratch.Bytes}");
                break;
            case 'V':
                p.AppendLabel(node, " (void): ");
                break;
            case 'F' when depth < MaxDepth:
                p.AppendLabel(node, " (field table)");
                AddTable(p, v, node, at + 4, at + 4 + (int)v.U32(at), depth + 1);
                break;
            case 'A' when depth < MaxDepth:
                p.AppendLabel(node, " (array)");
                AddArray(p, v, node, at + 4, at + 4 + (int)v.U32(at), depth + 1);
                break;
            default:
                p.AppendLabel(node, $": unknown type {type:x} ({(char)type})");
                break;
        }
    }
}
