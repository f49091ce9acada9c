using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.MediaTypes;

namespace Wiretale.Dissection.Protocols.Application.Http2;

/// <content>Bodies: DATA frames (RFC 9113 section 6.1) put together, decompressed, and handed to whom they concern.</content>
public sealed partial class Http2
{
    /// <summary>Of a body that nobody wants to see, the bytes that tell what it is.</summary>
    const int BodyPrefix = 4096;

    static void DissectData(Packet p, in View v, Node under, in Context frame)
    {
        var stream = frame.Connection.Stream(frame.Id, p.Engine.State<Http2Bodies>());
        bool isLast = (frame.Flags & EndStream) != 0;
        if (!isLast)
        {
            p.AppendLabel(frame.StreamItem, " (partial entity body)");
        }

        if (stream.IsTunnel)
        {
            p.AppendLabel(frame.StreamItem, " (tunneled data)");
        }

        int at = 0, padding = AddPadding(p, v, under, frame, ref at), length = v.Reported - at - padding;
        if (length < 0)
        {
            v.ThrowShort(at, padding + 1);
        }

        var data = v.Part(at, length);
        var body = frame.BodyOf(stream);
        if (!isLast || p.IsQuoted)
        {
            p.Add(under, DataBytes, data, 0, data.Captured);
            if (!p.IsQuoted && !stream.IsTunnel)
            {
                int keep = NeedOf(p, body) == MediaNeed.Everything ? int.MaxValue : BodyPrefix;
                p.Engine.State<Http2Bodies>().Add(body, p.Number, data.Bytes, keep);
            }
        }
        else
        {
            EndBody(p, data, under, frame);
        }

        if (padding > 0)
        {
            p.Add(under, DataPadding, v, v.Reported - padding, padding);
        }
    }

    static int AddPadding(Packet p, in View v, Node under, in Context frame, ref int at)
    {
        int padding = 0;
        if ((frame.Flags & Padded) != 0)
        {
            padding = v.U8(at);
            p.Add(under, Padding, v, at++);
        }

        p.Generated(p.AddUInt(under, PadLength, v, at, 0, (uint)padding));
        return padding;
    }

    /// <summary>The side has ended the stream: its body is whole.</summary>
    /// <param name="data">What the last frame has of it; nothing when that one has headers.</param>
    static void EndBody(Packet p, in View data, Node under, in Context frame)
    {
        var bodies = p.Engine.State<Http2Bodies>();
        var stream = frame.Connection.Stream(frame.Id, bodies);
        var body = frame.BodyOf(stream);
        var whole = data;
        if (body.Total > 0 || body.IsIncomplete)
        {
            if (data.Reported > 0)
            {
                bodies.Add(body, p.Number, data.Bytes, NeedOf(p, body) == MediaNeed.Everything ? int.MaxValue : BodyPrefix);
            }

            if (body.IsIncomplete || body.Total > Http2Body.Limit)
            {
                p.Expert(under, ReassemblyFailed, data, 0, 0);
                p.Add(under, DataBytes, data, 0, data.Captured);
                whole = default;
            }
            else
            {
                whole = p.AddBuffer(body.Bytes, "Reassembled body", (int)body.Total);
                ShowPieces(p, whole, under, body);
            }
        }

        if (whole.Reported > 0)
        {
            ShowBody(p, whole, under, frame, body);
        }
        else if (frame.Type == Data && data.Reported == 0)
        {
            p.Add(under, DataBytes, data, 0, 0);
        }

        bodies.Release(body);
        body.IsDone = true;
        if (stream.First.IsDone && stream.Other.IsDone)
        {
            frame.Connection.Forget(frame.Id, bodies);
        }
    }

    static void ShowPieces(Packet p, in View whole, Node under, Http2Body body)
    {
        if (!p.WantsFields)
        {
            return;
        }

        var tree = p.Generated(p.Add(under, Fragments, whole, 0, whole.Captured));
        var pieces = body.Pieces;
        p.Label(tree, $"{pieces.Count} Body fragment{(pieces.Count == 1 ? "" : "s")} ({whole.Reported} byte{(whole.Reported == 1 ? "" : "s")}): ");
        for (int i = 0; i < pieces.Count; i++)
        {
            p.AppendLabel(tree, $"{(i == 0 ? "" : ", ")}#{pieces[i].Frame}({pieces[i].Length})");
        }

        tree = Under(tree, under);
        int at = 0;
        foreach (var (number, length) in pieces)
        {
            int shownAt = Math.Min(at, whole.Captured);
            var node = p.Generated(p.AddUInt(tree, Fragment, whole, shownAt, Math.Min(length, whole.Captured - shownAt), (uint)number));
            p.Label(node, $"Frame: {number}, payload: {at}-{at + length - 1} ({length} byte{(length == 1 ? "" : "s")})");
            at += length;
        }

        p.Generated(p.AddUInt(tree, FragmentCount, whole, 0, 0, (uint)pieces.Count));
        p.Generated(p.AddUInt(tree, ReassembledLength, whole, 0, 0, (uint)whole.Reported));
        p.Generated(p.Add(tree, ReassembledData, whole, 0, whole.Captured));
    }

    static void ShowBody(Packet p, in View whole, Node under, in Context frame, Http2Body body)
    {
        var content = whole;
        var place = frame.Tree;
        var need = NeedOf(p, body);
        var coding = body.ContentEncoding.Bytes;
        if (coding.Length > 0 && !coding.SequenceEqual("identity"u8))
        {
            var coded = p.AddText(under, whole, 0, whole.Captured, $"Content-encoded entity body ({coding}): {whole.Reported} bytes");
            place = under;
            int limit = need == MediaNeed.Everything ? ContentCoding.MaxExpanded : BodyPrefix;
            if (ContentCoding.TryExpand(ContentCoding.KindOf(coding), whole.Bytes, limit, out byte[] rented, out int length))
            {
                content = p.AddBuffer(rented, length, "Uncompressed entity body");
                p.AppendLabel(coded, $" -> {length} bytes");
                if (length >= ContentCoding.MaxExpanded)
                {
                    p.Expert(Under(coded, under), DecompressionLimited, whole, 0, whole.Captured);
                }
            }
            else
            {
                var note = p.AddText(coded, whole, 0, whole.Captured, DecompressionFailed.Summary);
                p.Expert(Under(note, under), DecompressionFailed, whole, 0, whole.Captured);
            }

            p.Add(Under(coded, under), DataBytes, content, 0, content.Captured);
        }
        else
        {
            p.Add(under, DataBytes, whole, 0, whole.Captured);
        }

        if (FindMedia(p, body, out int typeLength) is { } inside)
        {
            var type = body.ContentType.Bytes;
            MediaTypes.MediaTypes.Set(p, type[..typeLength], type[Math.Min(type.Length, typeLength + 1)..]).Depth = 0;
            p.CallGuarded(inside, content, place);
        }
    }

    static Dissector? FindMedia(Packet p, Http2Body body, out int typeLength)
    {
        var type = body.ContentType.Bytes;
        int end = type.IndexOfAny((byte)';', (byte)' ');
        typeLength = end < 0 ? type.Length : end;
        return typeLength == 0 ? null : MediaTypes.MediaTypes.Find(p, type[..typeLength]);
    }

    static MediaNeed NeedOf(Packet p, Http2Body body) =>
        p.Wants(DataBytes) || p.Wants(ReassembledData) || p.Wants(DecompressionLimited.Field) ? MediaNeed.Everything : Http.Http.NeedOf(p, FindMedia(p, body, out _));
}
