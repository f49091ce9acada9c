using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Http2;

/// <content>Header blocks (RFC 9113 section 4.3, 6.2, 6.6, 6.10), and what a request or response is by them (section 8.3).</content>
public sealed partial class Http2
{
    static ReadOnlySpan<byte> FormOf(HpackForm form) => form switch
    {
        HpackForm.Indexed => "Indexed Header Field"u8,
        HpackForm.Incremental => "Literal Header Field with Incremental Indexing - Indexed Name"u8,
        HpackForm.IncrementalNew => "Literal Header Field with Incremental Indexing - New Name"u8,
        HpackForm.Plain => "Literal Header Field without Indexing - Indexed Name"u8,
        HpackForm.PlainNew => "Literal Header Field without Indexing - New Name"u8,
        HpackForm.Never => "Literal Header Field never Indexed - Indexed Name"u8,
        _ => "Literal Header Field never Indexed - New Name"u8,
    };

    static void DissectHeaders(Packet p, in View v, Node under, in Context frame)
    {
        if (frame.Type == Headers && (frame.Flags & EndStream) != 0 && !p.IsQuoted)
        {
            EndBody(p, v.Part(0, 0), under, frame);
        }

        int at = 0;
        int padding = AddPadding(p, v, under, frame, ref at);
        uint streamId = frame.Id;
        if (frame.Type == Headers && (frame.Flags & HasPriority) != 0)
        {
            at = AddPriority(p, v, under, at);
        }
        else if (frame.Type == PushPromise)
        {
            p.Add(under, PushReserved, v, at);
            p.Add(under, PromisedStream, v, at);
            streamId = v.U32(at) & 0x7fffffff;
            at += 4;
        }

        int length = v.Reported - at - padding;
        if (length < 0)
        {
            v.ThrowShort(at, padding + 1);
        }

        var field = frame.Type switch { Headers => HeaderBlock, PushPromise => PushHeader, _ => ContinuationHeader };
        p.Add(under, field, v, at, length);
        if (!p.IsQuoted)
        {
            var block = v.Part(at, length);
            bool isWhole = (frame.Flags & EndHeaders) != 0;
            if (frame.Type != Continuation)
            {
                frame.Direction.Block.Clear();
            }

            frame.Direction.Hpack.Decode(block.Bytes, isWhole);
            ShowBlock(p, block, under, frame);
            if (isWhole)
            {
                EndBlock(p, v, under, frame, streamId);
            }
        }

        if (padding > 0)
        {
            p.Add(under, frame.Type switch { Headers => HeaderPadding, PushPromise => PushPadding, _ => ContinuationPadding }, v, v.Reported - padding, padding);
        }
    }

    static void ShowBlock(Packet p, in View v, Node under, in Context frame)
    {
        var hpack = frame.Direction.Hpack;
        var text = hpack.Text;
        foreach (var header in hpack.Headers)
        {
            if (header.Form != HpackForm.SizeUpdate)
            {
                frame.Direction.Block.Learn(text.Slice(header.NameAt, header.NameLength), text.Slice(header.ValueAt, header.ValueLength));
            }
        }

        if (!p.WantsFields || hpack.Headers.Count == 0)
        {
            return;
        }

        var plain = p.AddBuffer(text.Bytes, "Decompressed Header");
        p.Generated(p.AddUInt(under, HeaderLength, plain, 0, 0, (uint)text.Length));
        p.Generated(p.AddUInt(under, HeaderCount, plain, 0, 0, (uint)hpack.Headers.Count));
        foreach (var header in hpack.Headers)
        {
            ShowHeader(p, v, plain, under, header);
        }

        if (hpack.Exceeded != 0)
        {
            p.Expert(frame.StreamItem.IsWanted ? frame.StreamItem : under, hpack.Exceeded == HpackDecoder.MostHeaders ? HeaderLinesExceeded : HeaderSizeExceeded, v, 0, v.Captured);
        }
    }

    static void ShowHeader(Packet p, in View wire, in View plain, Node under, in HpackHeader header)
    {
        if (header.Form == HpackForm.SizeUpdate)
        {
            var update = p.Add(under, SizeUpdate, wire, Math.Max(0, header.WireAt), 0);
            p.SetLength(update, Math.Min(header.WireLength, wire.Captured));
            p.AddUInt(Under(update, under), SizeUpdateSize, wire, Math.Max(0, header.WireAt), Math.Min(header.WireLength, wire.Captured), (uint)header.Number);
            return;
        }

        const int LengthSize = HpackDecoder.LengthSize;
        var name = plain.Span(header.NameAt, header.NameLength);
        var value = plain.Span(header.ValueAt, header.ValueLength);
        int start = header.NameAt - LengthSize, end = header.ValueAt + header.ValueLength;
        var item = p.Add(under, Header, plain, start, end - start);
        p.Label(item, $"Header: {HttpText.Formatted(p, name)}: ");
        p.AppendLabel(item, $"{HttpText.Formatted(p, value)}");
        if (name.SequenceEqual(":status"u8))
        {
            p.AppendLabel(item, $" {StatusName(value)}");
        }

        var branch = Under(item, under);
        p.AddUInt(branch, NameLength, plain, start, LengthSize, (uint)name.Length);
        p.Add(branch, Name, plain, header.NameAt, name.Length);
        p.AddUInt(branch, ValueLength, plain, header.ValueAt - LengthSize, LengthSize, (uint)value.Length);
        AddText(p, plain, branch, Value, header.ValueAt, value);
        ShowNamed(p, plain, branch, header, name, value);
        p.Generated(AddUnescaped(p, plain, branch, header.ValueAt, value));
        p.AddString(branch, Representation, wire, Math.Max(0, header.WireAt), 0, FormOf(header.Form));
        if (header.Form is not (HpackForm.IncrementalNew or HpackForm.PlainNew or HpackForm.NeverNew))
        {
            p.AddUInt(branch, Index, wire, Math.Max(0, header.WireAt), 0, (uint)header.Number);
        }
    }

    static Node AddText(Packet p, in View plain, Node parent, Field field, int at, ReadOnlySpan<byte> value) =>
        p.AddString(parent, field, plain, at, value.Length, TextEncoding.Ascii);

    /// <summary>The field that a well-known header has.</summary>
    static void ShowNamed(Packet p, in View plain, Node branch, in HpackHeader header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (FieldOfHeader(name) is not { } field)
        {
            return;
        }

        if (field.Type != FieldType.String)
        {
            if (Utf8Parser.TryParse(value, out ulong number, out int used) && used == value.Length)
            {
                p.AddUInt(branch, field, plain, header.ValueAt, value.Length, number);
            }

            return;
        }

        var node = AddText(p, plain, branch, field, header.ValueAt, value);
        int query = name.SequenceEqual(":path"u8) ? value.IndexOf((byte)'?') : -1;
        if (query < 0)
        {
            return;
        }

        node = Under(node, branch);
        p.AddString(node, Http.Http.PathSegment, plain, header.ValueAt, query, TextEncoding.Ascii);
        for (int at = query + 1; at <= value.Length;)
        {
            int next = value[at..].IndexOfAny((byte)'&', (byte)';');
            int length = next < 0 ? value.Length - at : next;
            p.AddString(node, Http.Http.PathSubSegment, plain, header.ValueAt + at, length, TextEncoding.Ascii);
            at += length + 1;
        }
    }

    /// <summary>A value whose percent-encoding is undone (RFC 3986 section 2.1); none where it is none.</summary>
    static Node AddUnescaped(Packet p, in View plain, Node branch, int at, ReadOnlySpan<byte> value)
    {
        if (!p.Wants(Unescaped))
        {
            return Node.None;
        }

        if (value.IndexOf((byte)'%') < 0)
        {
            return AddText(p, plain, branch, Unescaped, at, value);
        }

        p.Scratch.Clear();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                p.Scratch.Append((char)value[i]);
                continue;
            }

            if (i + 2 >= value.Length || !Utf8Parser.TryParse(value.Slice(i + 1, 2), out byte code, out int used, 'x') || used != 2)
            {
                return Node.None;
            }

            p.Scratch.Append((char)code);
            i += 2;
        }

        return p.AddString(branch, Unescaped, plain, at, value.Length, p.Scratch.Bytes);
    }

    static string StatusName(ReadOnlySpan<byte> status) =>
        Utf8Parser.TryParse(status, out int code, out int used) && used == status.Length ? HttpStatus.Name(code) ?? "Unknown" : "Unknown";

    /// <summary>The block is whole: it says what was asked for, or how it ended.</summary>
    static void EndBlock(Packet p, in View v, Node under, in Context frame, uint streamId)
    {
        var block = frame.Direction.Block;
        bool isNamed = frame.Type != Continuation;
        if (block.Status.Length > 0 && isNamed)
        {
            string name = StatusName(block.Status.Bytes);
            p.Info.Append($": {HttpText.Formatted(p, block.Status.Bytes)} {name}");
            p.AppendLabel(frame.StreamItem, $", {HttpText.Formatted(p, block.Status.Bytes)} {name}");
        }
        else if (block.Method.Length > 0 && block.Path.Length > 0 && isNamed)
        {
            p.Info.Append($": {HttpText.Formatted(p, block.Method.Bytes)} ");
            p.Info.Append($"{HttpText.Formatted(p, block.Path.Bytes)}");
            p.AppendLabel(frame.StreamItem, $", {HttpText.Formatted(p, block.Method.Bytes)} ");
            p.AppendLabel(frame.StreamItem, $"{HttpText.Formatted(p, block.Path.Bytes)}");
        }

        bool isConnect = block.Method.Bytes.SequenceEqual("CONNECT"u8) && block.Path.Length == 0;
        if (p.Wants(FullUri) && block.Authority.Length > 0 && (isConnect || (block.Scheme.Length > 0 && block.Path.Length > 0)))
        {
            p.Scratch.Clear();
            if (!isConnect)
            {
                p.Scratch.Append(block.Scheme.Bytes);
                p.Scratch.Append("://"u8);
            }

            p.Scratch.Append(block.Authority.Bytes);
            p.Scratch.Append(isConnect ? default : block.Path.Bytes);
            p.Generated(p.AddString(under, FullUri, v, 0, 0, p.Scratch.Bytes));
        }

        var stream = frame.Connection.Stream(streamId, p.Engine.State<Http2Bodies>());
        stream.IsTunnel |= isConnect;
        var body = frame.BodyOf(stream);
        if (frame.Type != PushPromise && block.ContentType.Length + block.ContentEncoding.Length + block.Status.Length + block.Method.Length > 0)
        {
            // Trailers say nothing about the body.
            Copy(block.ContentType, body.ContentType);
            Copy(block.ContentEncoding, body.ContentEncoding);
        }

        static void Copy(Utf8Text from, Utf8Text to)
        {
            to.Clear();
            to.Append(from.Bytes);
        }
    }
}
