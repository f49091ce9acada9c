using System.Globalization;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Rtmp;

// Specification: Action Message Format AMF 0 (Adobe, 2007) section 2: a type of one byte, then the value; objects are names and values up to an empty name and 9.

/// <summary>Values of AMF 0.</summary>
static class Amf0
{
    const int Number = 0, Boolean = 1, String = 2, Object = 3, Null = 5, Undefined = 6, Reference = 7, EcmaArray = 8, EndOfObject = 9, StrictArray = 10, Date = 11,
        LongString = 12, Unsupported = 13;

    const int Deepest = 16;

    /// <summary>Declared as a protocol of its own, as in Wireshark.</summary>
    public static readonly Protocol P = new("Action Message Format", "AMF", "amf");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Number"), (1, "Boolean"), (2, "String"), (3, "Object"), (4, "Movie clip"), (5, "Null"), (6, "Undefined"), (7, "Reference"), (8, "ECMA array"),
        (9, "End of object"), (10, "Strict array"), (11, "Date"), (12, "Long string"), (13, "Unsupported"), (14, "Record set"), (15, "XML"),
        (16, "Typed object"), (17, "Switch to AMF3"), (0x22, "Int64")]);

    static readonly Field Type = P.UInt8("amf.amf0_type", "AMF0 type", FieldBase.Hex, Types);
    static readonly Field NumberValue = P.Field(FieldType.Double, "amf.number", "Number");
    static readonly Field BooleanValue = P.Flag("amf.boolean", "Boolean");
    static readonly Field Length = P.UInt32("amf.stringlength", "String length");
    static readonly Field Text = P.String("amf.string", "String");
    static readonly Field LongText = P.String("amf.longstring", "Long string");
    static readonly Field ReferenceValue = P.UInt32("amf.object_reference", "Object reference");
    static readonly Field DateValue = P.AbsoluteTime("amf.date", "Date", FieldBase.Utc);
    static readonly Field ObjectField = P.Label("amf.object", "Object");
    static readonly Field EcmaField = P.Label("amf.ecmaarray", "ECMA array");
    static readonly Field StrictField = P.Label("amf.strictarray", "Strict array");
    static readonly Field ArrayLength = P.UInt32("amf.arraylength", "Array length");
    static readonly Field End = P.Label("amf.end_of_object_marker", "End Of Object Marker");

    /// <summary>Adds a value; <paramref name="said"/> is what a line about it says.</summary>
    /// <returns>The offset after it.</returns>
    public static int Add(Packet p, in View v, Node tree, int at, out string said, int depth = 0)
    {
        int type = v.U8(at);
        if (depth > Deepest)
        {
            throw new BoundsException(ShortReason.Malformed, at, 1, v.CapturedFrom(at));
        }

        switch (type)
        {
            case Object or EcmaArray:
                return Members(p, v, tree, at, type, out said, depth);
            case StrictArray:
                return Elements(p, v, tree, at, out said, depth);
            case Number:
                double number = BitConverter.Int64BitsToDouble((long)v.U64(at + 1));
                said = "Number " + number.ToString("G15", CultureInfo.InvariantCulture);
                p.AddDouble(Branch(p, v, tree, at, 9, said), NumberValue, v, at + 1, 8, number);
                return at + 9;
            case Boolean:
                said = v.U8(at + 1) != 0 ? "Boolean true" : "Boolean false";
                p.Add(Branch(p, v, tree, at, 2, said), BooleanValue, v, at + 1);
                return at + 2;
            case String:
                int length = v.U16(at + 1);
                said = $"String '{Shown(v, at + 3, length)}'";
                AddText(p, v, Branch(p, v, tree, at, 3 + length, said), at + 1, 2, length, Text);
                return at + 3 + length;
            case LongString:
                int size = (int)Math.Min(v.U32(at + 1), int.MaxValue / 2);
                said = $"Long string '{Shown(v, at + 5, size)}'";
                AddText(p, v, Branch(p, v, tree, at, 5 + size, said), at + 1, 4, size, LongText);
                return at + 5 + size;
            case Reference:
                said = "Reference";
                p.Add(Branch(p, v, tree, at, 3, $"Reference {v.U16(at + 1)}"), ReferenceValue, v, at + 1, 2);
                return at + 3;
            case Date:
                double milliseconds = BitConverter.Int64BitsToDouble((long)v.U64(at + 1));
                long whole = double.IsFinite(milliseconds) ? (long)Math.Clamp(milliseconds, -1e15, 1e15) : 0;
                said = "Date";
                p.AddTime(Branch(p, v, tree, at, 11, said), DateValue, v, at + 1, 8, new Timestamp(Math.DivRem(whole, 1000, out long rest), (int)Math.Max(0, rest) * 1_000_000));
                v.Ensure(at, 11);
                return at + 11;
            case Null or Undefined or Unsupported:
                said = Types.FindOr((ulong)type, "");
                Branch(p, v, tree, at, 1, said);
                return at + 1;
            default:
                // Nothing tells how long it is.
                said = Types.FindOr((ulong)type, "Unknown");
                Branch(p, v, tree, at, 1, said);
                return v.Reported;
        }
    }

    /// <summary>The text of a value when it is one, else null; for what stands in a command.</summary>
    public static string? TextAt(in View v, int at) => at + 3 <= v.Captured && v.U8(at) == String && v.Has(at + 3, v.U16(at + 1)) ? Shown(v, at + 3, v.U16(at + 1)) : null;

    /// <summary>The offset after a value, without showing it; -1 where that cannot be told.</summary>
    public static int Skip(in View v, int at, int depth = 0)
    {
        if (at >= v.Captured || depth > Deepest)
        {
            return -1;
        }

        switch (v.U8(at))
        {
            case Number:
                return at + 9;
            case Boolean:
                return at + 2;
            case String when at + 3 <= v.Captured:
                return at + 3 + v.U16(at + 1);
            case Null or Undefined or Unsupported:
                return at + 1;
            case Object or EcmaArray:
                return Find(v, at, default, out _, depth);
            default:
                return -1;
        }
    }

    /// <summary>The text of an object's property.</summary>
    public static string? PropertyAt(in View v, int at, ReadOnlySpan<byte> name)
    {
        if (at < 0 || at >= v.Captured || v.U8(at) is not (Object or EcmaArray))
        {
            return null;
        }

        Find(v, at, name, out string? found, 0);
        return found;
    }

    static int Find(in View v, int at, ReadOnlySpan<byte> name, out string? found, int depth)
    {
        found = null;
        at += v.U8(at) == EcmaArray ? 5 : 1;
        while (at >= 0 && at + 3 <= v.Captured)
        {
            int length = v.U16(at);
            if (length == 0 && v.U8(at + 2) == EndOfObject)
            {
                return at + 3;
            }

            if (!v.Has(at + 2, length))
            {
                return -1;
            }

            if (name.Length > 0 && v.Span(at + 2, length).SequenceEqual(name))
            {
                found = TextAt(v, at + 2 + length);
            }

            at = Skip(v, at + 2 + length, depth + 1);
        }

        return -1;
    }

    static Node Branch(Packet p, in View v, Node tree, int at, int length, string said)
    {
        var node = p.AddText(tree, v, at, length, said).Or(tree);
        p.Add(node, Type, v, at);
        return node;
    }

    static void AddText(Packet p, in View v, Node node, int at, int sizeOfLength, int length, Field field)
    {
        p.Add(node, Length, v, at, sizeOfLength);
        p.AddString(node, field, v, at + sizeOfLength, length, TextEncoding.Utf8);
    }

    static string Shown(in View v, int at, int length) => Encoding.UTF8.GetString(v.Span(at, length));

    static int Members(Packet p, in View v, Node tree, int at, int type, out string said, int depth)
    {
        string kind = type == Object ? "Object" : "ECMA array";
        var node = p.Add(tree, type == Object ? ObjectField : EcmaField, v, at, v.ReportedFrom(at));
        p.Add(node, Type, v, at++);
        if (type == EcmaArray)
        {
            p.Add(node, ArrayLength, v, at);
            at += 4;
        }

        int items = 0;
        while (true)
        {
            int length = v.U16(at);
            if (length == 0 && v.U8(at + 2) == EndOfObject)
            {
                p.Add(node, End, v, at, 3);
                at += 3;
                break;
            }

            string name = Shown(v, at + 2, length);
            var line = p.AddText(node, v, at, v.CapturedFrom(at), $"Property '{HttpText.Formatted(p, v.Span(at + 2, length))}'");
            var property = line.Or(node);
            var named = p.AddText(property, v, at, 2 + length, $"Name: {name}").Or(property);
            AddText(p, v, named, at, 2, length, Text);
            int end = Add(p, v, property, at + 2 + length, out string value, depth + 1);
            p.AppendLabel(line, $" {value}");
            p.SetLength(line, end - at);
            at = end;
            items++;
        }

        said = kind;
        p.Label(node, $"{kind} ({items} items)");
        return at;
    }

    static int Elements(Packet p, in View v, Node tree, int at, out string said, int depth)
    {
        uint count = v.U32(at + 1);
        var node = p.Add(tree, StrictField, v, at, v.ReportedFrom(at));
        p.Add(node, Type, v, at);
        p.Add(node, ArrayLength, v, at + 1);
        at += 5;
        for (uint i = 0; i < count; i++)
        {
            at = Add(p, v, node, at, out _, depth + 1);
        }

        said = "Strict array";
        p.Label(node, $"Strict array ({count} items)");
        return at;
    }
}
