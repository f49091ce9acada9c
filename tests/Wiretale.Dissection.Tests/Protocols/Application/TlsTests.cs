using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wiretale.Dissection.Tests.Protocols.Application;

/// <summary>TLS over a bare IPv4 link: columns of records, and input that means harm.</summary>
public class TlsTests
{
    const string Hello = "16 0301 002f 01 00002b 0303 00000000000000000000000000000000000000000000000000000000000000ff 00 0002 1301 01 00 0000";

    [Fact]
    public void A_client_hello_is_named() => Assert.Equal("TLSv1: Client Hello", Capture(Parse(Hello)).Columns()[0]);

    [Fact]
    public void Several_records_are_listed() =>
        Assert.Equal("TLSv1.2: Change Cipher Spec, Application Data", Capture(Parse("14 0303 0001 01 17 0303 0004 01020304")).Columns()[0]);

    [Fact]
    public void An_alert_in_the_clear_is_read() =>
        Assert.Equal("TLSv1.2: Alert (Level: Fatal, Description: Handshake Failure)", Capture(Parse("15 0303 0002 0228")).Columns()[0]);

    [Fact]
    public void What_is_no_record_is_continuation_data() => Assert.Equal("SSL: Continuation Data", Capture(Parse("00 11 22 33 44 55 66")).Columns()[0]);

    [Fact]
    public void A_hello_gets_its_fingerprint()
    {
        var ja3 = Assert.Single(Capture(Parse(Hello)).Values("tls.handshake.ja3"));
        Assert.Equal(Convert.ToHexStringLower(MD5.HashData("771,4865,,,"u8)), ja3);
    }

    [Fact]
    public void A_certificate_within_a_certificate_without_end_is_left_out()
    {
        // Sequences that each claim to hold the next one, and more than there is.
        string nested = string.Concat(Enumerable.Repeat("30 82ffff", 300));
        int bytes = 1200;
        string record = $"16 0303 {bytes + 10:x4} 0b {bytes + 6:x6} {bytes + 3:x6} {bytes:x6} {nested}";
        Assert.Equal("TLSv1.2: Certificate", Capture(Parse(record)).Columns()[0]);
        Assert.Single(Capture(Parse(record)).Values("tls.handshake.certificate_length"));
    }

    [Fact]
    public void Random_bytes_behind_a_header_never_fail()
    {
        var random = new Random(7);
        var frames = new List<byte[]>();
        for (int i = 0; i < 400; i++)
        {
            var body = new byte[random.Next(1, 200)];
            random.NextBytes(body);
            body[0] = (byte)random.Next(0, 26);
            frames.Add(Parse($"16 0303 {body.Length + 4:x4} {Convert.ToHexString(body[..1])} 00 {body.Length - 1:x4} {Convert.ToHexString(body[1..])}00"));
        }

        Assert.Equal(400, Capture([.. frames]).Tree().Count(l => l.StartsWith("Frame ", StringComparison.Ordinal)));
    }

    static byte[] Parse(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Segments from a client's ports 50000 and up to port 443, each the first of its connection.</summary>
    static TestCapture Capture(params byte[][] payloads)
    {
        var capture = new TestCapture();
        for (int i = 0; i < payloads.Length; i++)
        {
            byte[] frame = Convert.FromHexString("00005e00530100005e0053020800" + "4500000000004000400600000a14001e0a14001f" + "c35001bb0000000100000001501801f600000000");
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(40 + payloads[i].Length));
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), (ushort)(50000 + i));
            capture.Add([.. frame, .. payloads[i]]);
        }

        return capture;
    }
}
