using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

// Specification: RFC 2046 section 5.1.
//
//   [preamble CRLF] "--" boundary CRLF header *( CRLF header ) CRLF CRLF body CRLF ... "--" boundary "--" [epilogue]

/// <summary>A body of several parts, each with headers of its own.</summary>
public sealed class Multipart() : MediaDissector("mime_multipart")
{
    /// <summary>Multiparts inside one another beyond this are not opened.</summary>
    const int MaxDepth = 20;

    /// <summary>Parts of one body that are shown.</summary>
    const int MaxParts = 10_000;

    static readonly Protocol P = new("MIME Multipart Media Encapsulation", "MIME multipart", "mime_multipart");
    static readonly Field Type = P.String("mime_multipart.type", "Type", "MIME multipart encapsulation type");
    static readonly Field Part = P.String("mime_multipart.part", "Encapsulated multipart part");
    static readonly Field ContentDescription = P.String("mime_multipart.header.content-description", "Content-Description", "Content-Description Header");
    static readonly Field ContentDisposition = P.String("mime_multipart.header.content-disposition", "Content-Disposition", "RFC 2183: Content-Disposition Header");
    static readonly Field ContentEncoding = P.String("mime_multipart.header.content-encoding", "Content-Encoding", "Content-Encoding Header");
    static readonly Field ContentId = P.String("mime_multipart.header.content-id", "Content-Id", "RFC 2045: Content-Id Header");
    static readonly Field ContentLanguage = P.String("mime_multipart.header.content-language", "Content-Language", "Content-Language Header");
    static readonly Field ContentLength = P.String("mime_multipart.header.content-length", "Content-Length", "Content-Length Header");
    static readonly Field ContentTransferEncoding = P.String("mime_multipart.header.content-transfer-encoding", "Content-Transfer-Encoding",
        "RFC 2045: Content-Transfer-Encoding Header");
    static readonly Field ContentType = P.String("mime_multipart.header.content-type", "Content-Type", "Content-Type Header");
    static readonly Field FirstBoundary = P.String("mime_multipart.first_boundary", "First boundary");
    static readonly Field Preamble = P.Bytes("mime_multipart.preamble", "Preamble");
    static readonly Field LastBoundary = P.String("mime_multipart.last_boundary", "Last boundary");
    static readonly Field Boundary = P.String("mime_multipart.boundary", "Boundary");
    static readonly Field Trailer = P.Bytes("mime_multipart.trailer", "Trailer");

    static readonly Field[] Headers =
        [ContentDescription, ContentDisposition, ContentEncoding, ContentId, ContentLanguage, ContentLength, ContentTransferEncoding, ContentType];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override MediaNeed Need => MediaNeed.Everything;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims, "multipart/");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var context = p.Engine.State<MediaContext>();
        if (context.Depth >= MaxDepth)
        {
            return 0;
        }

        Span<byte> boundary = stackalloc byte[256];
        var value = BoundaryOf(context.Parameters.Bytes);
        if (value.IsEmpty || value.Length > boundary.Length - 2)
        {
            return 0;
        }

        "--"u8.CopyTo(boundary);
        value.CopyTo(boundary[2..]);
        boundary = boundary[..(value.Length + 2)];
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"MIME Multipart Media Encapsulation, Type: {context.Type.Bytes}, Boundary: \"{value}\"");
        p.Generated(p.AddString(tree, Type, v, 0, 0, context.Type.Bytes));

        // The context is one for all: what stands inside writes over it.
        context.Depth++;
        int at = Find(v.Bytes, boundary, 0, out int next, out bool last);
        if (at < 0)
        {
            p.CallData(v, tree);
            context.Depth--;
            return Math.Max(1, v.Reported);
        }

        if (at > 0)
        {
            p.Add(tree, Preamble, v, 0, at);
        }

        Line(p, v, tree, FirstBoundary, at, next);
        for (int parts = 0; !last && parts < MaxParts && next < v.Captured; parts++)
        {
            int start = next;
            int end = Find(v.Bytes, boundary, start, out next, out last);
            int stop = end < 0 ? v.Captured : end;
            OnePart(p, v.Part(start, stop - start), tree);
            if (end < 0)
            {
                break;
            }

            Line(p, v, tree, last ? LastBoundary : Boundary, end, next);
        }

        if (last && next < v.Captured)
        {
            p.Add(tree, Trailer, v, next, v.Captured - next);
        }

        context.Depth--;
        return Math.Max(1, v.Reported);
    }

    static void Line(Packet p, in View v, Node tree, Field field, int at, int next) =>
        p.AddString(tree, field, v, at, next - at, TextEncoding.Ascii);

    /// <summary>The next line that is a boundary, with the line end before it; -1 when there is none.</summary>
    static int Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> boundary, int at, out int next, out bool last)
    {
        int from = at;
        next = bytes.Length;
        last = false;
        while (from < bytes.Length)
        {
            int i = bytes[from..].IndexOf(boundary);
            if (i < 0)
            {
                return -1;
            }

            int start = from + i, after = start + boundary.Length;
            bool atLineStart = start == 0 || bytes[start - 1] is (byte)'\n' or (byte)'\r';
            last = bytes[after..].StartsWith("--"u8);
            after += last ? 2 : 0;
            int end = HttpText.LineEnd(bytes, after, out next, more: false);
            if (atLineStart && bytes[after..(end < 0 ? bytes.Length : end)].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0)
            {
                int before = start > at && bytes[start - 1] == '\n' ? start - 1 : start;
                return before > at && bytes[before - 1] == '\r' ? before - 1 : before;
            }

            from = start + boundary.Length;
        }

        return -1;
    }

    static void OnePart(Packet p, in View v, Node parent)
    {
        var bytes = v.Bytes;
        var tree = p.AddString(parent, Part, v, 0, v.Captured, ReadOnlySpan<byte>.Empty);
        p.Label(tree, $"Encapsulated multipart part: ");
        var branch = tree.IsWanted ? tree : parent;
        Stretch type = default, parameters = default;
        bool hasType = false;
        int at = 0;
        while (at < bytes.Length)
        {
            int end = HttpText.LineEnd(bytes, at, out int next, more: false);
            if (end == at)
            {
                at = next;
                break;
            }

            // A line that begins with white space goes on with the one before (RFC 5322 section 2.2.3).
            while (end >= 0 && next < bytes.Length && bytes[next] is (byte)' ' or (byte)'\t')
            {
                end = HttpText.LineEnd(bytes, next, out next, more: false);
            }

            end = end < 0 ? bytes.Length : end;
            int colon = bytes[at..end].IndexOf((byte)':');
            if (colon < 0)
            {
                break;
            }

            var name = bytes.Slice(at, colon);
            int valueAt = at + colon + 1;
            while (valueAt < end && bytes[valueAt] is (byte)' ' or (byte)'\t')
            {
                valueAt++;
            }

            AddHeader(p, v, branch, name, at, end, next, valueAt);
            if (Ascii.EqualsIgnoreCase(name, "Content-Type"u8))
            {
                hasType = true;
                int typeLength = bytes[valueAt..end].IndexOfAny((byte)';', (byte)' ');
                typeLength = typeLength < 0 ? end - valueAt : typeLength;
                type = new(valueAt, typeLength);
                int parametersAt = valueAt + typeLength;
                while (parametersAt < end && bytes[parametersAt] is (byte)';' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                {
                    parametersAt++;
                }

                parameters = new(parametersAt, end - parametersAt);
            }

            at = next;
        }

        Inside(p, v, v.From(Math.Min(at, v.Captured)), branch, tree, hasType, type, parameters);
    }

    static void AddHeader(Packet p, in View v, Node branch, ReadOnlySpan<byte> name, int at, int end, int next, int valueAt)
    {
        if (!p.WantsFields)
        {
            return;
        }

        // The empty line after the last header belongs to it.
        int shown = HttpText.LineEnd(v.Bytes, Math.Min(next, v.Captured), out int after, more: false) == next ? after : next;
        foreach (var field in Headers)
        {
            if (Ascii.EqualsIgnoreCase(name, field.Label))
            {
                var node = p.AddString(branch, field, v, at, next - at, v.Bytes[valueAt..end]);
                p.Label(node, $"{HttpText.Formatted(p, v.Bytes[at..shown])}");
                return;
            }
        }

        p.AddText(branch, v, at, next - at, $"{HttpText.Formatted(p, v.Bytes[at..shown])}");
    }

    static void Inside(Packet p, in View v, in View body, Node branch, Node tree, bool hasType, Stretch type, Stretch parameters)
    {
        if (!hasType)
        {
            p.CallData(body, branch);
            return;
        }

        var typeText = type.Of(v.Bytes);
        p.Label(tree, $"Encapsulated multipart part:  ({typeText})");
        if (body.Reported == 0)
        {
            return;
        }

        var inside = MediaTypes.Find(p, typeText);
        MediaTypes.Set(p, typeText, parameters.Of(v.Bytes));
        if (inside is null || p.Call(inside, body, branch) <= 0)
        {
            p.Call(Catalog.Media, body, branch);
        }
    }

    static ReadOnlySpan<byte> BoundaryOf(ReadOnlySpan<byte> parameters)
    {
        for (int i = 0; i + 9 < parameters.Length; i++)
        {
            if ((i == 0 || parameters[i - 1] is (byte)';' or (byte)' ' or (byte)'\t' or (byte)'\n') && Ascii.EqualsIgnoreCase(parameters.Slice(i, 9), "boundary="u8))
            {
                var value = parameters[(i + 9)..];
                if (value[0] == '"')
                {
                    value = value[1..];
                    int quote = value.IndexOf((byte)'"');
                    return quote < 0 ? value : value[..quote];
                }

                int end = value.IndexOfAny("; \t\r\n"u8);
                return end < 0 ? value : value[..end];
            }
        }

        return default;
    }
}
