using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

// Specification: Extensible Markup Language (XML) 1.0, sections 2 and 3: tags, attributes, text, comments, processing instructions.

/// <summary>eXtensible Markup Language.</summary>
/// <remarks>A reader of tokens, not a validating one: what fits nowhere is shown as it stands.</remarks>
public sealed class Xml() : MediaDissector("xml")
{
    /// <summary>Elements inside one another beyond this are shown side by side.</summary>
    const int MaxDepth = 200;

    static readonly Protocol P = new("eXtensible Markup Language", "XML", "xml");
    static readonly Field Instruction = P.String("xml.xmlpi", "XMLPI");
    static readonly Field CdataSection = P.String("xml.cdatasection", "CDATASection");
    static readonly Field Comment = P.String("xml.comment", "Comment");
    static readonly Field Attribute = P.String("xml.attribute", "Attribute");
    static readonly Field Doctype = P.String("xml.doctype", "Doctype");
    static readonly Field DtdTag = P.String("xml.dtdtag", "DTD Tag");
    static readonly Field Cdata = P.String("xml.cdata", "CDATA");
    static readonly Field Tag = P.String("xml.tag", "Tag");
    static readonly Field Unknown = P.String("xml.unknown", "Unknown");
    static readonly Field Declaration = P.String("xml.xmlpi.xml", "xml.xmlpi.xml");
    static readonly Field Standalone = P.String("xml.xmlpi.xml.standalone", "standalone");
    static readonly Field Version = P.String("xml.xmlpi.xml.version", "version");
    static readonly Field Encoding = P.String("xml.xmlpi.xml.encoding", "encoding");
    static readonly Expert ClosingUnopened = P.Expert("xml.closing_unopened_tag", Severity.Error, ExpertGroup.Malformed, "Closing an unopened tag");
    static readonly Expert Unrecognized = P.Expert("xml.unrecognized_text", Severity.Warning, ExpertGroup.Protocol, "Unrecognized text");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims,
        "text/xml", "text/vnd.wap.wml", "application/xml", "application/soap+xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml",
        "application/mathml+xml", "application/xslt+xml", "application/auth-policy+xml", "application/x-crd+xml", "application/pidf+xml",
        "application/xcap-diff+xml", "application/vnd.wv.csp+xml", "image/svg+xml");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        MediaTypes.AppendProtocol(p, "XML");
        if (p.WantsFields)
        {
            Document(p, v, p.Open(P, v, parent));
        }

        return Math.Max(1, v.Reported);
    }

    static void Document(Packet p, in View v, Node root)
    {
        Span<Node> open = stackalloc Node[MaxDepth];
        Span<int> starts = stackalloc int[MaxDepth];
        open[0] = root;
        int depth = 0, at = 0;
        var bytes = v.Bytes;
        while ((at = SkipSpace(bytes, at)) < bytes.Length)
        {
            var rest = bytes[at..];
            if (rest.StartsWith("<!--"u8))
            {
                at = Whole(p, v, open[depth], Comment, at, "-->"u8);
            }
            else if (rest.StartsWith("<![CDATA["u8))
            {
                at = Whole(p, v, open[depth], CdataSection, at, "]]>"u8);
            }
            else if (rest.StartsWith("<!DOCTYPE"u8))
            {
                at = DocumentType(p, v, open[depth], at);
            }
            else if (rest.StartsWith("</"u8))
            {
                int end = End(bytes, at, ">"u8);
                Line(p, v, open[depth], at, end);
                if (depth == 0)
                {
                    p.Expert(p.AddText(open[0], v, at, end - at, ClosingUnopened.Summary), ClosingUnopened, v, at, end - at);
                }
                else
                {
                    p.SetLength(open[depth], end - starts[depth]);
                    depth--;
                }

                at = end;
            }
            else if (rest[0] == '<')
            {
                int begin = at;
                at = Opening(p, v, open[depth], at, out var node, out bool isOpen);
                if (isOpen && depth + 1 < MaxDepth)
                {
                    starts[++depth] = begin;
                    open[depth] = node.IsWanted ? node : open[depth - 1];
                }
            }
            else
            {
                int end = rest.IndexOf((byte)'<');
                end = end < 0 ? bytes.Length : at + end;
                Shown(p, v, open[depth], depth == 0 ? Unknown : Cdata, at, end);
                at = end;
            }
        }
    }

    /// <summary>A tag that opens an element or stands for an empty one, or a processing instruction; its attributes below it.</summary>
    static int Opening(Packet p, in View v, Node parent, int at, out Node node, out bool isOpen)
    {
        var bytes = v.Bytes;
        bool isInstruction = at + 1 < bytes.Length && bytes[at + 1] == '?';
        int nameAt = at + (isInstruction ? 2 : 1), name = NameLength(bytes, nameAt), cursor = nameAt + name;
        bool isDeclaration = isInstruction && bytes.Slice(nameAt, name).SequenceEqual("xml"u8);
        node = Node.None;
        isOpen = false;

        // Two walks: the first finds whether it is a tag and where it ends, the second shows it.
        int end = TagEnd(bytes, cursor, isInstruction, out bool isEmpty, out bool hasAttributes);
        if (name == 0 || end < 0)
        {
            p.Expert(p.AddText(parent, v, at, 1, Unrecognized.Summary), Unrecognized, v, at, 1);
            return SkipSpace(bytes, Math.Max(cursor, at + 1));
        }

        var field = isDeclaration ? Declaration : isInstruction ? Instruction : Tag;
        node = p.AddString(parent, field, v, at, end - at, bytes[at..end]);
        string close = isInstruction || hasAttributes ? "" : isEmpty ? "/>" : ">";
        p.Label(node, $"{HttpText.Formatted(p, bytes[at..cursor])}{close}");
        var branch = node.IsWanted ? node : parent;
        var last = Node.None;
        while (NextAttribute(bytes, ref cursor, out int attributeAt, out int valueAt, out int valueLength))
        {
            last = ShowAttribute(p, v, branch, isDeclaration, attributeAt, cursor, valueAt, valueLength);
        }

        if (isInstruction)
        {
            p.AddText(branch, v, end - 2, 2, "?>");
        }
        else if (hasAttributes)
        {
            p.AppendLabel(last, isEmpty ? "/>" : ">");
        }

        isOpen = !isInstruction && !isEmpty;
        return end;
    }

    static Node ShowAttribute(Packet p, in View v, Node branch, bool isDeclaration, int at, int end, int valueAt, int valueLength)
    {
        var text = v.Bytes[at..end];
        var value = v.Bytes.Slice(valueAt, valueLength);
        var known = !isDeclaration ? null
            : text.StartsWith("version"u8) ? Version
            : text.StartsWith("encoding"u8) ? Encoding
            : text.StartsWith("standalone"u8) ? Standalone
            : null;
        var node = known is null ? p.AddString(branch, Attribute, v, at, end - at, text) : p.AddString(branch, known, v, valueAt, valueLength, value);
        p.Label(node, $"{HttpText.Formatted(p, text)}");
        return node;
    }

    /// <summary>Where the tag ends, or -1 when it is none.</summary>
    static int TagEnd(ReadOnlySpan<byte> bytes, int at, bool isInstruction, out bool isEmpty, out bool hasAttributes)
    {
        isEmpty = hasAttributes = false;
        while (NextAttribute(bytes, ref at, out _, out _, out _))
        {
            hasAttributes = true;
        }

        at = SkipSpace(bytes, at);
        var rest = bytes[Math.Min(at, bytes.Length)..];
        if (isInstruction)
        {
            return rest.StartsWith("?>"u8) ? at + 2 : -1;
        }

        isEmpty = rest.StartsWith("/>"u8);
        return isEmpty ? at + 2 : rest.StartsWith(">"u8) ? at + 1 : -1;
    }

    /// <summary>The attribute at <paramref name="at"/>, which goes past it.</summary>
    static bool NextAttribute(ReadOnlySpan<byte> bytes, ref int at, out int start, out int valueAt, out int valueLength)
    {
        start = SkipSpace(bytes, at);
        valueAt = valueLength = 0;
        int name = NameLength(bytes, start);
        int cursor = SkipSpace(bytes, start + name);
        if (name == 0 || cursor >= bytes.Length || bytes[cursor] != '=')
        {
            return false;
        }

        cursor = SkipSpace(bytes, cursor + 1);
        if (cursor >= bytes.Length || bytes[cursor] is not ((byte)'"' or (byte)'\''))
        {
            return false;
        }

        int end = bytes[(cursor + 1)..].IndexOf(bytes[cursor]);
        if (end < 0)
        {
            return false;
        }

        (valueAt, valueLength) = (cursor + 1, end);
        at = cursor + end + 2;
        return true;
    }

    static int DocumentType(Packet p, in View v, Node parent, int at)
    {
        var bytes = v.Bytes;
        int nameAt = SkipSpace(bytes, at + "<!DOCTYPE".Length), name = NameLength(bytes, nameAt);
        int stop = bytes[at..].IndexOfAny((byte)'[', (byte)'>');
        int end = stop < 0 ? bytes.Length : at + stop + 1;
        var node = p.AddString(parent, Doctype, v, nameAt, name, bytes.Slice(nameAt, name));
        p.Label(node, $"{HttpText.Formatted(p, bytes[at..end])}");
        if (stop < 0 || bytes[end - 1] == '>')
        {
            return end;
        }

        var branch = node.IsWanted ? node : parent;
        int cursor = end;
        while ((cursor = SkipSpace(bytes, cursor)) < bytes.Length && bytes[cursor] == '<')
        {
            int close = End(bytes, cursor, ">"u8);
            Shown(p, v, branch, DtdTag, cursor, close);
            cursor = close;
        }

        end = End(bytes, Math.Min(cursor, bytes.Length), ">"u8);
        Line(p, v, branch, cursor, end);
        return end;
    }

    static int Whole(Packet p, in View v, Node parent, Field field, int at, ReadOnlySpan<byte> close)
    {
        int end = End(v.Bytes, at, close);
        Shown(p, v, parent, field, at, end);
        return end;
    }

    static void Shown(Packet p, in View v, Node parent, Field field, int at, int end)
    {
        p.Scratch.Clear();
        TextDecoder.Decode(v.Bytes[at..end], TextEncoding.Utf8, p.Scratch);
        var node = p.AddString(parent, field, v, at, end - at, p.Scratch.Bytes);
        p.Label(node, $"{HttpText.Formatted(p, v.Bytes[at..end])}");
    }

    static void Line(Packet p, in View v, Node parent, int at, int end) =>
        p.AddText(parent, v, at, end - at, $"{HttpText.Formatted(p, v.Bytes[at..end])}");

    static int End(ReadOnlySpan<byte> bytes, int at, ReadOnlySpan<byte> close)
    {
        int i = bytes[at..].IndexOf(close);
        return i < 0 ? bytes.Length : at + i + close.Length;
    }

    static int SkipSpace(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    static int NameLength(ReadOnlySpan<byte> bytes, int at)
    {
        int length = 0;
        while (at + length < bytes.Length && (char.IsAsciiLetterOrDigit((char)bytes[at + length])
            || bytes[at + length] is (byte)'_' or (byte)'-' or (byte)'.' or (byte)':' or >= 0x80))
        {
            length++;
        }

        return length;
    }
}
