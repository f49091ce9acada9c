using Wiretale.Dissection.Protocols.Application.Quic;
using Wiretale.Wire;

namespace Wiretale.Dissection.Tests.Protocols.Application;

/// <summary>Keys of QUIC against the vectors of RFC 9001 and RFC 9369.</summary>
public class QuicKeysTests
{
    const uint One = 1;

    static byte[] Hex(string text) => Convert.FromHexString(text);

    [Theory]
    [InlineData(false, "d1b1c98dd7689fb8ec11d242b123dc9b", "437b9aec36")]
    [InlineData(true, "2cd0991cd25b0aac406a5816b6394100", "2ec0d8356a")]
    public void Initial_headers_are_masked_as_in_appendix_A(bool fromServer, string sample, string mask)
    {
        // RFC 9001 A.2 and A.3.
        using var keys = QuicKeys.Initial(One, Hex("8394c8f03e515708"), fromServer);
        var made = new byte[QuicKeys.Sample];
        keys.HeaderMask(Hex(sample), made);
        Assert.Equal(mask, Convert.ToHexStringLower(made[..5]));
    }

    [Fact]
    public void ChaCha20_packet_of_appendix_A5_is_opened()
    {
        // RFC 9001 A.5: a short header, packet number 654360564 in 3 bytes, and a PING.
        byte[] secret = Hex("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b"), packet = Hex("4cfe4189655e5cd55c41f69080575d7999c25a5bfb");
        using var keys = QuicKeys.OfSecret(One, 0x1303, secret, secret)!;
        var mask = new byte[QuicKeys.Sample];
        keys.HeaderMask(packet.AsSpan(5, QuicKeys.Sample), mask);
        Assert.Equal("aefefe7d03", Convert.ToHexStringLower(mask[..5]));
        byte[] header = [(byte)(packet[0] ^ (mask[0] & 0x1f)), (byte)(packet[1] ^ mask[1]), (byte)(packet[2] ^ mask[2]), (byte)(packet[3] ^ mask[3])];
        Assert.Equal("4200bff4", Convert.ToHexStringLower(header));
        var plain = new byte[1];
        Assert.True(keys.TryOpen(654360564, header, packet.AsSpan(4), plain));
        Assert.Equal(1, plain[0]);
        Assert.False(keys.TryOpen(654360565, header, packet.AsSpan(4), plain));
        Assert.Equal("1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9", Convert.ToHexStringLower(QuicKeys.Next(One, 0x1303, secret)));
    }

    [Fact]
    public void Version_2_has_keys_of_its_own()
    {
        // RFC 9369 A.2: the client's Initial packet.
        using var keys = QuicKeys.Initial(QuicVersions.Two, Hex("8394c8f03e515708"), fromServer: false);
        var mask = new byte[QuicKeys.Sample];
        keys.HeaderMask(Hex("ffe67b6abcdb4298b485dd04de806071"), mask);
        Assert.Equal("94a0c95e80", Convert.ToHexStringLower(mask[..5]));
    }

    [Fact]
    public void A_secret_of_another_length_than_the_suites_is_refused() => Assert.Null(QuicKeys.OfSecret(One, 0x1302, new byte[32], new byte[32]));

    [Fact]
    public void Stream_bytes_come_in_order_whatever_order_they_arrive_in()
    {
        var stream = new QuicByteStream(new());
        Assert.True(stream.Add(6, "world"u8));
        Assert.True(stream.Ready.IsEmpty);
        Assert.True(stream.Add(0, "hello"u8));
        Assert.True(stream.Add(3, "lo w"u8));
        Assert.Equal("hello world", System.Text.Encoding.ASCII.GetString(stream.Ready));
        stream.Take(6);
        Assert.True(stream.Add(4, "o world!"u8));
        Assert.Equal("world!", System.Text.Encoding.ASCII.GetString(stream.Ready));
        Assert.False(stream.Add(1ul << 40, "far"u8), "what lies far ahead is not kept");
    }

    [Fact]
    public void All_streams_together_hold_no_more_than_their_limit()
    {
        var memory = new QuicMemory();
        bool refused = false;
        for (int i = 0; i < 1000; i++)
        {
            refused |= !new QuicByteStream(memory).Add(1_000_000, [1]);
        }

        Assert.True(refused);
        Assert.InRange(memory.Held, 1, QuicMemory.Limit);
    }
}
