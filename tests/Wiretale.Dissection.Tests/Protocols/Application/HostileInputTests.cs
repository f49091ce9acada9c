using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Protocols.Application;

/// <summary>Input that means harm: what is given up is said as an expert item, and memory stays within its bounds.</summary>
public class HostileInputTests
{
    /// <summary>Far above what is kept of anything expanded.</summary>
    const int Bomb = 64 << 20;

    const int Kept = 16 << 20;

    [Fact]
    public void A_name_whose_pointers_form_a_loop_is_said()
    {
        var capture = Conversation(53, [Prefixed(Query("c00c"))]);
        Assert.Single(capture.Values("dns.name.loops"));
        Assert.Equal("<Name contains a pointer that loops>", Assert.Single(capture.Values("dns.qry.name")));
    }

    [Fact]
    public void A_name_of_ten_thousand_labels_is_said()
    {
        var capture = Conversation(53, [Prefixed(Query(string.Concat(Enumerable.Repeat("0161", 10_000)) + "00"))]);
        Assert.Single(capture.Values("dns.name.too_long"));
        Assert.Equal("<Name too long>", Assert.Single(capture.Values("dns.qry.name")));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public void A_body_that_expands_without_end_is_cut(string coding)
    {
        byte[] body = Compressed(coding);
        byte[] response = [.. Ascii($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: {coding}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
        var capture = Conversation(80, [Ascii("GET / HTTP/1.1\r\n\r\n"), response]);
        Assert.Single(capture.Values("http.decompression_limited"));
        Assert.InRange(LargestBuffer(capture), Kept / 2, Kept);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public void A_body_over_Http2_that_expands_without_end_is_cut(string coding)
    {
        byte[] body = Compressed(coding);
        byte[] headers = [0x88, 0x5f, 10, .. Ascii("text/plain"), 0x5a, (byte)coding.Length, .. Ascii(coding)];
        var frames = new List<byte>([.. Http2Frame(4, 0, 0, []), .. Http2Frame(1, 4, 1, headers)]);
        foreach (byte[] part in body.Chunk(16384))
        {
            frames.AddRange(Http2Frame(0, 0, 1, part));
        }

        frames.AddRange(Http2Frame(0, 1, 1, []));
        byte[] request = [.. Ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), .. Http2Frame(4, 0, 0, []), .. Http2Frame(1, 5, 1, [0x82, 0x86, 0x84])];
        var capture = Conversation(80, [request, [.. frames]]);
        Assert.Single(capture.Values("http2.body_decompression_limited"));
        Assert.InRange(LargestBuffer(capture), Kept / 2, Kept);
    }

    [Fact]
    public void A_WebSocket_message_that_expands_without_end_is_cut()
    {
        byte[] packed = Packed(s => new DeflateStream(s, CompressionLevel.Optimal, leaveOpen: true));
        byte[] frame = [0xc2, 127, 0, 0, 0, 0, .. BigEndian(packed.Length), .. packed];
        var capture = Conversation(80,
        [
            Ascii("GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
            Ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"), [], frame,
        ]);
        Assert.Single(capture.Values("websocket.decompression.limited.expert"));
        Assert.InRange(LargestBuffer(capture), Kept / 2, 2 * Kept);
    }

    [Fact]
    public void A_handshake_message_that_claims_16_megabytes_is_not_waited_for()
    {
        byte[] hello = [22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff, .. new byte[0x4000 - 4]];
        var capture = Conversation(443, [hello, [], hello]);
        Assert.Equal(2, capture.Values("tls.handshake.too_long").Count);
        Assert.True(LargestBuffer(capture) <= 0x4000 + 5);
    }

    [Fact]
    public void A_record_longer_than_the_RFC_allows_is_said()
    {
        byte[] hello = [22, 3, 1, 0, 4, 14, 0, 0, 0], record = [23, 3, 3, 0xff, 0xff, .. new byte[1000]];
        Assert.Single(Conversation(443, [hello, [], record]).Values("tls.record.length.invalid"));
    }

    [Fact]
    public void A_thousand_protocols_inside_one_another_are_not_all_opened()
    {
        const int Depth = 1000, Header = 20;
        byte[] frame = new byte[14 + (Depth * Header)];
        Convert.FromHexString("0200000000010200000000020800").CopyTo(frame, 0);
        for (int i = 0; i < Depth; i++)
        {
            var header = frame.AsSpan(14 + (i * Header));
            Convert.FromHexString("450000000000000040040000" + "0a0000010a000002").CopyTo(header);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)((Depth - i) * Header));
        }

        var capture = new TestCapture().Add(frame);
        Assert.Single(capture.Values("_ws.malformed.too_deep"));
        Assert.InRange(capture.Values("ip.version").Count, 10, 100);
    }

    [Fact]
    public void A_chunked_body_is_not_copied_for_every_segment()
    {
        var body = new StringBuilder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 100; i++)
        {
            body.Append("2000\r\n").Append('x', 0x2000).Append("\r\n");
        }

        body.Append("0\r\n\r\n");
        var capture = Conversation(80, [Ascii("GET / HTTP/1.1\r\n\r\n"), Ascii(body.ToString())]);
        long held = 0;
        capture.Run(new Demand(Catalog.Registry) { Tree = true, Columns = true }, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                for (int k = 1; k <= batch[i].BufferCount; k++)
                {
                    held += batch.Buffer(i, k).Length;
                }
            }
        });

        // Once put together, once out of its chunks; the segments before have nothing of their own.
        Assert.InRange(held, body.Length, 3 * body.Length);
    }

    static long LargestBuffer(TestCapture capture)
    {
        long largest = 0;
        capture.Run(new Demand(Catalog.Registry) { Tree = true, Columns = true }, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                for (int k = 1; k <= batch[i].BufferCount; k++)
                {
                    largest = Math.Max(largest, batch.Buffer(i, k).Length);
                }
            }
        });
        return largest;
    }

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Query(string name) => Convert.FromHexString("000101000001000000000000" + name + "00010001");

    static byte[] Prefixed(byte[] message) => [.. BigEndian(message.Length)[2..], .. message];

    static byte[] Http2Frame(byte type, byte flags, int stream, byte[] payload) => [.. BigEndian(payload.Length)[1..], type, flags, .. BigEndian(stream), .. payload];

    static byte[] Compressed(string coding) => Packed(s => coding switch
    {
        "gzip" => new GZipStream(s, CompressionLevel.Optimal, leaveOpen: true),
        "deflate" => new ZLibStream(s, CompressionLevel.Optimal, leaveOpen: true),
        _ => new BrotliStream(s, CompressionLevel.Fastest, leaveOpen: true),
    });

    static byte[] Packed(Func<Stream, Stream> open)
    {
        using var packed = new MemoryStream();
        using (var packer = open(packed))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < Bomb / zeros.Length; i++)
            {
                packer.Write(zeros);
            }
        }

        return packed.ToArray();
    }

    /// <summary>Messages of a connection in turn, the client's first, in segments.</summary>
    static TestCapture Conversation(ushort port, byte[][] messages)
    {
        const int Segment = 1400;
        uint[] sequence = [1, 1];
        var capture = new TestCapture();
        for (int i = 0; i < messages.Length; i++)
        {
            int from = i & 1;
            foreach (byte[] part in messages[i].Chunk(Segment))
            {
                byte[] frame = new byte[54 + part.Length];
                Convert.FromHexString("0200000000010200000000020800").CopyTo(frame, 0);
                Convert.FromHexString("450000000001000040060000" + (from == 0 ? "0a0000010a000002" : "0a0000020a000001")).CopyTo(frame, 14);
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(40 + part.Length));
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), from == 0 ? (ushort)40000 : port);
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), from == 0 ? port : (ushort)40000);
                BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(38), sequence[from]);
                BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(42), sequence[1 - from]);
                Convert.FromHexString("5018ffff00000000").CopyTo(frame, 46);
                part.CopyTo(frame, 54);
                capture.Add(frame);
                sequence[from] += (uint)part.Length;
            }
        }

        return capture;
    }
}
