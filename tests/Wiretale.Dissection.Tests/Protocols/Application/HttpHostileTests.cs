using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Protocols.Application;

/// <summary>HTTP messages that no honest program sends: each must end soon and hold little.</summary>
public class HttpHostileTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Cases =>
        ["long header line", "many headers", "huge chunk", "tiny chunks", "gzip bomb", "nested multiparts", "nested json", "nested xml", "huge length", "many parameters"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hostile_message_is_bounded(string name)
    {
        byte[] message = Message(name);
        var watch = Stopwatch.StartNew();
        foreach (bool tree in new[] { false, true })
        {
            int packets = 0;
            Segments(message).Run(new Demand(Catalog.Registry) { Columns = true, Tree = tree }, batch => packets += batch.Count);
            Assert.True(packets > 0);
        }

        Assert.True(watch.Elapsed < Soon, $"{name} took {watch.Elapsed}");
    }

    static byte[] Message(string name) => name switch
    {
        "long header line" => Ascii($"GET / HTTP/1.1\r\nX: {new string('a', 1_000_000)}\r\n\r\n"),
        "many headers" => Ascii($"GET / HTTP/1.1\r\n{Repeat("X: y\r\n", 100_000)}\r\n"),
        "huge chunk" => Ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\nabc"),
        "tiny chunks" => Ascii($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{Repeat("1\r\na\r\n", 50_000)}0\r\n\r\n"),
        "gzip bomb" => Bomb(),
        "nested multiparts" => Multiparts(1000),
        "nested json" => Body("application/json", Ascii(Repeat("[", 100_000))),
        "nested xml" => Body("text/xml", Ascii(Repeat("<a>", 100_000))),
        "huge length" => Ascii("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nabc"),
        _ => Ascii($"GET /?{Repeat("&", 100_000)} HTTP/1.1\r\nCookie: {Repeat(";", 100_000)}\r\n\r\n"),
    };

    static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++)
            {
                gzip.Write(zeros);
            }
        }

        return Body("application/json\r\nContent-Encoding: gzip", packed.ToArray());
    }

    static byte[] Multiparts(int depth)
    {
        var body = new StringBuilder();
        for (int i = depth; i > 0; i--)
        {
            body.Append(System.Globalization.CultureInfo.InvariantCulture, $"--B{i}\r\nContent-Type: multipart/mixed; boundary=B{i - 1}\r\n\r\n");
        }

        return Body($"multipart/mixed; boundary=B{depth}", Ascii(body.ToString()));
    }

    static byte[] Body(string type, byte[] body) => [.. Ascii($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    /// <summary>The message in segments over one connection, from port 80 or to it.</summary>
    static TestCapture Segments(byte[] message)
    {
        const int SegmentLength = 1400;
        bool isResponse = message.AsSpan().StartsWith("HTTP/"u8);
        var capture = new TestCapture();
        for (int at = 0; at < message.Length; at += SegmentLength)
        {
            var part = message.AsSpan(at, Math.Min(SegmentLength, message.Length - at));
            byte[] frame = new byte[54 + part.Length];
            Convert.FromHexString("0200000000010200000000020800").CopyTo(frame, 0);
            Convert.FromHexString("450000000001000040060000" + (isResponse ? "0a0000020a000001" : "0a0000010a000002")).CopyTo(frame, 14);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(40 + part.Length));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), (ushort)(isResponse ? 80 : 40000));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), (ushort)(isResponse ? 40000 : 80));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(38), (uint)(1 + at));
            Convert.FromHexString("000000015018ffff00000000").CopyTo(frame, 42);
            part.CopyTo(frame.AsSpan(54));
            capture.Add(frame);
        }

        return capture;
    }
}
