using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

/// <content>JSON's tree: what is not JSON any more is shown as lines of text.</content>
public sealed partial class Json
{
    /// <summary>Values inside one another beyond this are taken for no JSON.</summary>
    const int MaxDepth = 100;

    static readonly Protocol P = new("JavaScript Object Notation", "JSON", "json");
    static readonly Field ArrayField = P.Label("json.array", "Array", "JSON array");
    static readonly Field ObjectField = P.Label("json.object", "Object", "JSON object");
    static readonly Field Member = P.String("json.member", "Member", "JSON object member");
    static readonly Field Key = P.String("json.key", "Key", "JSON object key");
    static readonly Field PathField = P.String("json.path", "Path", "JSON path");
    static readonly Field PathWithValue = P.String("json.path_with_value", "Path with value", "JSON path with value");
    static readonly Field MemberWithValue = P.String("json.member_with_value", "Member with value", "JSON member with value");
    static readonly Field StringValue = P.String("json.value.string", "String value", "JSON string value");
    static readonly Field NumberValue = P.String("json.value.number", "Number value", "JSON number value");
    static readonly Field FalseValue = P.Label("json.value.false", "False value", "JSON false value");
    static readonly Field NullValue = P.Label("json.value.null", "Null value", "JSON null value");
    static readonly Field TrueValue = P.Label("json.value.true", "True value", "JSON true value");

    static void Tree(Packet p, in View v, Node parent, ReadOnlySpan<byte> type)
    {
        var tree = p.Open(P, v, parent);
        if (type.Length > 0)
        {
            p.Label(tree, $"JavaScript Object Notation: {type}");
        }

        var bytes = v.Bytes;
        int at = SkipSpace(bytes, 0), start = at;
        if (at < bytes.Length && bytes[at] is (byte)'{' or (byte)'[' && Skip(bytes, ref at, 0))
        {
            int end = start;
            var path = p.Engine.State<JsonPath>();
            path.Text.Clear();
            Value(p, v, tree, path.Text, ref end, default);
            at = SkipSpace(bytes, end);
        }
        else
        {
            at = start;
        }

        if (at < bytes.Length)
        {
            TextLines.Show(p, v.From(at), parent);
        }
    }

    /// <summary>Whether bytes are an object or an array, whole.</summary>
    internal static bool LooksLike(ReadOnlySpan<byte> bytes)
    {
        int at = SkipSpace(bytes, 0);
        return at < bytes.Length && bytes[at] is (byte)'{' or (byte)'[' && Skip(bytes, ref at, 0);
    }

    static int SkipSpace(ReadOnlySpan<byte> b, int at)
    {
        while (at < b.Length && b[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    /// <summary>Goes past a value; false when it is not a whole one.</summary>
    static bool Skip(ReadOnlySpan<byte> b, ref int at, int depth)
    {
        if (at >= b.Length || depth > MaxDepth)
        {
            return false;
        }

        switch (b[at])
        {
            case (byte)'"':
                return SkipString(b, ref at);
            case (byte)'{' or (byte)'[':
                return SkipList(b, ref at, depth);
            case (byte)'t':
                return Literal(b, ref at, "true"u8);
            case (byte)'f':
                return Literal(b, ref at, "false"u8);
            case (byte)'n':
                return Literal(b, ref at, "null"u8);
            default:
                int start = at;
                while (at < b.Length && b[at] is (byte)'-' or (byte)'+' or (byte)'.' or (byte)'e' or (byte)'E' or (>= (byte)'0' and <= (byte)'9'))
                {
                    at++;
                }

                return at > start;
        }
    }

    static bool SkipList(ReadOnlySpan<byte> b, ref int at, int depth)
    {
        bool isObject = b[at] == '{';
        byte close = isObject ? (byte)'}' : (byte)']';
        at = SkipSpace(b, at + 1);
        if (at < b.Length && b[at] == close)
        {
            at++;
            return true;
        }

        while (true)
        {
            if (isObject)
            {
                if (at >= b.Length || b[at] != '"' || !SkipString(b, ref at))
                {
                    return false;
                }

                at = SkipSpace(b, at);
                if (at >= b.Length || b[at] != ':')
                {
                    return false;
                }

                at = SkipSpace(b, at + 1);
            }

            if (!Skip(b, ref at, depth + 1))
            {
                return false;
            }

            at = SkipSpace(b, at);
            if (at >= b.Length)
            {
                return false;
            }

            byte next = b[at++];
            if (next == close)
            {
                return true;
            }

            if (next != ',')
            {
                return false;
            }

            at = SkipSpace(b, at);
        }
    }

    static bool SkipString(ReadOnlySpan<byte> b, ref int at)
    {
        at++;
        while (at < b.Length)
        {
            int i = b[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (i < 0)
            {
                return false;
            }

            at += i + 1;
            if (b[at - 1] == '"')
            {
                return true;
            }

            at++;
        }

        return false;
    }

    static bool Literal(ReadOnlySpan<byte> b, ref int at, ReadOnlySpan<byte> word)
    {
        bool found = b[at..].StartsWith(word);
        at += found ? word.Length : 0;
        return found;
    }

    /// <summary>A value that <see cref="Skip"/> has found to be whole.</summary>
    static void Value(Packet p, in View v, Node parent, Utf8Text path, ref int at, Stretch name)
    {
        var b = v.Bytes;
        int start = at;
        if (b[at] == '{')
        {
            Skip(b, ref at, 0);
            var tree = p.Add(parent, ObjectField, v, start, at - start);
            Members(p, v, tree.IsWanted ? tree : parent, path, start);
            return;
        }

        if (b[at] == '[')
        {
            Skip(b, ref at, 0);
            var tree = p.Add(parent, ArrayField, v, start, at - start);
            Elements(p, v, tree.IsWanted ? tree : parent, path, start);
            return;
        }

        Skip(b, ref at, 0);
        var (field, from, length) = b[start] switch
        {
            (byte)'"' => (StringValue, start + 1, at - start - 2),
            (byte)'t' => (TrueValue, start, at - start),
            (byte)'f' => (FalseValue, start, at - start),
            (byte)'n' => (NullValue, start, at - start),
            _ => (NumberValue, start, at - start),
        };
        p.Scratch.Clear();
        p.Scratch.Append(path.Bytes);
        p.Scratch.Append(':');
        Unescape(p.Scratch, b.Slice(from, length));
        var withValue = p.Scratch.Bytes;
        p.Generated(p.AddString(parent, PathWithValue, v, start, at - start, withValue));
        p.Generated(p.AddString(parent, MemberWithValue, v, start, at - start, withValue[name.At..]));
        if (field.Type == FieldType.String)
        {
            p.AddString(parent, field, v, start, at - start, withValue[(path.Length + 1)..]);
        }
        else
        {
            p.Add(parent, field, v, start, at - start);
        }
    }

    static void Members(Packet p, in View v, Node parent, Utf8Text path, int at)
    {
        var b = v.Bytes;
        at = SkipSpace(b, at + 1);
        while (b[at] == '"')
        {
            int start = at, length = path.Length;
            SkipString(b, ref at);
            int keyEnd = at;
            at = SkipSpace(b, SkipSpace(b, at) + 1);
            int valueAt = at;
            Skip(b, ref at, 0);
            path.Append('/');
            int nameAt = path.Length;
            Unescape(path, b[(start + 1)..(keyEnd - 1)]);
            var node = p.AddString(parent, Member, v, start, at - start, path.Bytes[nameAt..]);
            node = node.IsWanted ? node : parent;
            Value(p, v, node, path, ref valueAt, new(nameAt, path.Length - nameAt));
            p.AddString(node, Key, v, start, keyEnd - start, path.Bytes[nameAt..]);
            p.Generated(p.AddString(node, PathField, v, start, at - start, path.Bytes));
            path.Length = length;
            at = SkipSpace(b, at);
            if (b[at] != ',')
            {
                return;
            }

            at = SkipSpace(b, at + 1);
        }
    }

    static void Elements(Packet p, in View v, Node parent, Utf8Text path, int at)
    {
        var b = v.Bytes;
        at = SkipSpace(b, at + 1);
        if (b[at] == ']')
        {
            return;
        }

        int length = path.Length;
        path.Append("/[]"u8);
        while (true)
        {
            Value(p, v, parent, path, ref at, new(length + 1, 2));
            at = SkipSpace(b, at);
            if (b[at] != ',')
            {
                break;
            }

            at = SkipSpace(b, at + 1);
        }

        path.Length = length;
    }

    /// <summary>RFC 8259 section 7.</summary>
    static void Unescape(Utf8Text target, ReadOnlySpan<byte> text)
    {
        int i;
        while ((i = text.IndexOf((byte)'\\')) >= 0 && i + 1 < text.Length)
        {
            target.Append(text[..i]);
            byte kind = text[i + 1];
            text = text[(i + 2)..];
            if (kind == 'u' && text.Length >= 4)
            {
                int unit = HttpText.Hexadecimal(text[..4]);
                text = text[4..];
                if (char.IsHighSurrogate((char)unit) && text.Length >= 6 && text[0] == '\\' && text[1] == 'u')
                {
                    int low = HttpText.Hexadecimal(text[2..6]);
                    if (char.IsLowSurrogate((char)low))
                    {
                        unit = char.ConvertToUtf32((char)unit, (char)low);
                        text = text[6..];
                    }
                }

                var rune = Rune.IsValid(unit) ? new Rune(unit) : Rune.ReplacementChar;
                target.Advance(rune.EncodeToUtf8(target.Room(4)));
                continue;
            }

            target.Append(kind switch
            {
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                _ => (char)kind,
            });
        }

        target.Append(text);
    }

    sealed class JsonPath
    {
        public Utf8Text Text { get; } = new(256);
    }
}
