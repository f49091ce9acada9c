using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

// Specification: HTML, application/x-www-form-urlencoded; WHATWG URL section 5.1.
//
//   name=value *( "&" name=value ), "+" for a space, %XX for other bytes

/// <summary>A form's names and values.</summary>
public sealed class UrlEncodedForm() : MediaDissector("urlencoded-form")
{
    static readonly Protocol P = new("HTML Form URL Encoded", "URL Encoded Form Data", "urlencoded-form");
    static readonly Field Key = P.StringZ("urlencoded-form.key", "Key");
    static readonly Field Value = P.StringZ("urlencoded-form.value", "Value");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims, "application/x-www-form-urlencoded");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var type = p.Engine.State<MediaContext>().Type;
        p.Info.Append(" ("u8);
        p.Info.Append(type.Bytes);
        p.Info.Append(")"u8);
        if (!p.WantsFields)
        {
            return Math.Max(1, v.Reported);
        }

        var tree = p.Open(P, v, parent);
        p.Label(tree, $"HTML Form URL Encoded: {type.Bytes}");
        int at = 0;
        while (at < v.Captured)
        {
            int end = v.IndexOf((byte)'&', at);
            end = end < 0 ? v.Captured : end;
            Item(p, v, tree, at, end);
            at = end + 1;
        }

        return Math.Max(1, v.Reported);
    }

    static void Item(Packet p, in View v, Node tree, int at, int end)
    {
        int equals = v.Bytes[at..end].IndexOf((byte)'=');
        int keyLength = equals < 0 ? end - at : equals, valueAt = equals < 0 ? end : at + equals + 1;
        p.Scratch.Clear();
        Decode(p.Scratch, v.Span(at, keyLength));
        int key = p.Scratch.Length;
        Decode(p.Scratch, v.Span(valueAt, end - valueAt));
        var both = p.Scratch.Bytes;
        var item = p.AddText(tree, v, at, end - at, $"Form item: \"{both[..key]}\" = \"{both[key..]}\"");
        item = item.IsWanted ? item : tree;
        p.AddString(item, Key, v, at, keyLength, both[..key]);
        p.AddString(item, Value, v, valueAt, end - valueAt, both[key..]);
    }

    static void Decode(Utf8Text target, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '+')
            {
                target.Append(' ');
            }
            else if (text[i] == '%' && i + 2 < text.Length && Uri.IsHexDigit((char)text[i + 1]) && Uri.IsHexDigit((char)text[i + 2]))
            {
                target.Append((char)HttpText.Hexadecimal(text.Slice(i + 1, 2)));
                i += 2;
            }
            else
            {
                target.Append((char)text[i]);
            }
        }
    }
}
