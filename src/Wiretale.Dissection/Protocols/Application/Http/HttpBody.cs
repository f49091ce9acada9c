using System.Buffers;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Http;

/// <content>Bodies: how long, out of chunks, decompressed, and to whom they go.</content>
public sealed partial class Http
{
    /// <summary>How many bytes from the start of the message its dissection needs; the rest of a body that no sink looks at is let go.</summary>
    static int Keep(Packet p, in View v, in HttpMessage message)
    {
        var inside = message.HasContentType ? MediaTypes.MediaTypes.Find(p, message.ContentType.Of(v.Bytes)) : null;
        return NeedOf(p, inside) == MediaNeed.Everything ? int.MaxValue
            : message.HeadEnd + (message.HasContentEncoding ? CodedPrefix : BodyPrefix);
    }

    /// <summary>How much of a body is worth having.</summary>
    internal static MediaNeed NeedOf(Packet p, Dissector? inside)
    {
        if (p.WantsTree || p.Wants(FileData) || p.Wants(ChunkData) || p.Wants(DecompressionLimited.Field) || p.Wants(Catalog.ExpertInfo.Self) || (p.WantsFields && p.Engine.State<WantedMedia>().IsWanted(p, inside)))
        {
            return MediaNeed.Everything;
        }

        return inside is MediaDissector media ? media.Need : inside is null || inside == Catalog.Data ? MediaNeed.Nothing : MediaNeed.Everything;
    }

    /// <returns>Bytes of the message, head and body.</returns>
    static int Body(Packet p, in View v, Node parent, Node tree, in HttpMessage message, HttpState state, out bool dissected)
    {
        dissected = false;
        int at = message.BodyAt;
        bool isKept = p.Stream is { IsReassembled: true } && v.Captured < v.Reported;
        int length = isKept ? v.ReportedFrom(at) : v.CapturedFrom(at);
        if (message is { ContentLength: >= 0, Transfer: TransferCoding.None })
        {
            length = (int)Math.Min(length, message.ContentLength);
        }
        else if ((message.Kind == HttpMessageKind.Request && message.Transfer == TransferCoding.None)
            || (message.Kind == HttpMessageKind.Response && (message.Status / 100 == 1 || message.Status is 204 or 304)))
        {
            length = 0;
        }

        if (length == 0)
        {
            return at;
        }

        var body = v.Part(at, length);
        Dissector? inside = message.HasContentType ? MediaTypes.MediaTypes.Find(p, message.ContentType.Of(v.Bytes)) : null;
        var need = NeedOf(p, inside);
        if (message.Transfer == TransferCoding.Chunked)
        {
            body = Join(p, body, tree, NeedsJoining(body.Bytes, need, message.HasContentEncoding), out length);
            if (body.Reported == 0)
            {
                AddFileData(p, body, tree);
                return at + length;
            }
        }
        else if (message.Transfer is TransferCoding.Compress or TransferCoding.Deflate or TransferCoding.Gzip)
        {
            p.CallData(body, tree);
            return at + length;
        }

        if (message.HasContentEncoding && !Expand(p, body, tree, message.ContentEncoding.Of(v.Bytes), need, out body))
        {
            return at + length;
        }

        AddFileData(p, body, tree);
        if (body.Reported > 0)
        {
            dissected = HandOff(p, v, body, parent, tree, message, inside);
        }

        return at + length;
    }

    /// <summary>Whether the first chunk alone will not do.</summary>
    static bool NeedsJoining(ReadOnlySpan<byte> body, MediaNeed need, bool isCoded)
    {
        if (need == MediaNeed.Everything)
        {
            return true;
        }

        int at = 0;
        return !HttpChunks.Next(body, ref at, out var first) || first.Size < BodyPrefix || (isCoded && need == MediaNeed.Beginning);
    }

    static bool HandOff(Packet p, in View v, in View body, Node parent, Node tree, in HttpMessage message, Dissector? inside)
    {
        if (!message.HasContentType)
        {
            if (p.TryHeuristics(Media.Heuristics, body, parent))
            {
                return true;
            }

            p.CallData(body, tree);
            return false;
        }

        var context = MediaTypes.MediaTypes.Set(p, message.ContentType.Of(v.Bytes), message.Parameters.Of(v.Bytes));
        context.Depth = 0;
        if (inside is not null)
        {
            if (p.Call(inside, body, parent) > 0)
            {
                return true;
            }

            p.Expert(tree, SubdissectorFailed, v, 0, 0);
        }

        if (p.TryHeuristics(Media.Heuristics, body, parent))
        {
            return true;
        }

        p.Call(Catalog.Media, body, parent);
        return false;
    }

    static void AddFileData(Packet p, in View body, Node tree)
    {
        if (p.Wants(FileData))
        {
            var node = p.AddString(tree, FileData, body, 0, body.Captured, TextEncoding.Ascii);
            p.Label(node, $"File Data: {body.Captured} bytes");
        }
    }

    /// <summary>Takes the data out of its chunks.</summary>
    /// <param name="all">Whether all data is needed; else the first chunk's will do.</param>
    /// <param name="taken">Bytes that the chunked body has with all its lengths.</param>
    static View Join(Packet p, scoped in View body, Node parent, bool all, out int taken)
    {
        var bytes = body.Bytes;
        var tree = p.AddText(parent, body, 0, body.Captured, "HTTP chunked response");
        tree = tree.IsWanted ? tree : parent;
        byte[] joined = all ? ArrayPool<byte>.Shared.Rent(bytes.Length) : [];
        int total = 0, at = 0;
        Stretch first = default;
        while (HttpChunks.Next(bytes, ref at, out var chunk))
        {
            if (p.WantsFields)
            {
                AddChunk(p, body, tree, chunk, at);
            }

            if (chunk.IsLast)
            {
                int trailer = HttpChunks.Trailer(bytes, chunk.DataAt, out at);
                if (trailer > chunk.DataAt)
                {
                    var node = p.AddString(tree, TrailerPart, body, chunk.DataAt, trailer - chunk.DataAt, TextEncoding.Ascii);
                    p.Label(node, $"trailer-part: {HttpText.Formatted(p, bytes[chunk.DataAt..trailer])}");
                }

                if (at > trailer)
                {
                    p.AddText(tree, body, trailer, at - trailer, $"{HttpText.Formatted(p, bytes[trailer..at])}");
                }

                break;
            }

            if (all)
            {
                bytes.Slice(chunk.DataAt, chunk.Size).CopyTo(joined.AsSpan(total));
            }

            first = total == 0 ? new(chunk.DataAt, chunk.Size) : first;
            total += chunk.Size;
        }

        taken = Math.Max(1, at);
        if (all)
        {
            return p.AddBuffer(joined, total, "De-chunked entity body");
        }

        return body.Part(first.At, first.Length);
    }

    static void AddChunk(Packet p, in View body, Node parent, in HttpChunk chunk, int next)
    {
        int end = chunk.DataAt + chunk.Size;
        var tree = chunk.IsLast ? p.AddText(parent, body, chunk.At, chunk.DataAt - chunk.At, "End of chunked encoding")
            : p.AddText(parent, body, chunk.At, next - chunk.At, $"Data chunk ({chunk.Size} octets)");
        tree = tree.IsWanted ? tree : parent;
        p.Label(p.AddUInt(tree, ChunkSize, body, chunk.At, chunk.DataAt - chunk.At, (uint)chunk.Size),
            $"Chunk size: {chunk.Size} octet{(chunk.Size == 1 ? "" : "s")}");
        if (!chunk.IsLast)
        {
            p.Add(tree, ChunkData, body, chunk.DataAt, chunk.Size);
            if (next > end)
            {
                p.Add(tree, ChunkBoundary, body, end, next - end);
            }
        }
    }

    /// <summary>Undoes a content coding (RFC 9110 section 8.4); false when that cannot be done.</summary>
    static bool Expand(Packet p, scoped in View body, Node tree, ReadOnlySpan<byte> coding, MediaNeed need, out View expanded)
    {
        expanded = body;
        if (System.Text.Ascii.EqualsIgnoreCase(coding, "identity"u8))
        {
            return true;
        }

        var kind = ContentCoding.KindOf(coding);
        if (need == MediaNeed.Nothing && ContentCoding.LooksLike(kind, body.Bytes))
        {
            return true;
        }

        var node = p.AddText(tree, body, 0, body.Captured, $"Content-encoded entity body ({coding}): {body.Captured} bytes");
        node = node.IsWanted ? node : tree;
        int limit = need == MediaNeed.Everything ? ContentCoding.MaxExpanded : BodyPrefix;
        if (!ContentCoding.TryExpand(kind, body.Bytes, limit, out byte[] rented, out int length))
        {
            p.Expert(node, DecompressionFailed, body, 0, body.Captured);
            p.CallData(body, node);
            return false;
        }

        p.AppendLabel(node, $" -> {length} bytes");
        if (length >= ContentCoding.MaxExpanded)
        {
            p.Expert(node, DecompressionLimited, body, 0, body.Captured);
        }

        expanded = p.AddBuffer(rented, length, "Uncompressed entity body");
        return true;
    }

    /// <summary>Which media dissectors' fields are wanted; worked out once in a run.</summary>
    sealed class WantedMedia
    {
        readonly Dictionary<Dissector, bool> known = [];

        public bool IsWanted(Packet p, Dissector? dissector)
        {
            dissector ??= Catalog.Media;
            if (!known.TryGetValue(dissector, out bool wanted))
            {
                wanted = p.Engine.Demand.WantsAnyOf(dissector) || p.Engine.Demand.WantsAnyOf(Catalog.Data);
                known.Add(dissector, wanted);
            }

            return wanted;
        }
    }
}
