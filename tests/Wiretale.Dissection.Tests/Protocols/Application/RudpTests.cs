using System.Buffers.Binary;
using System.Text;

namespace Wiretale.Dissection.Tests.Protocols.Application;

public class RudpTests
{
    [Fact]
    public void Signals_are_named_with_their_ids()
    {
        var capture = Capture("SIGNEW:Tal", "SIGNACK", "SIGNECHO:290;1682672342.8043187", "ECHOREPLY:290;1682672342.8043187", "SIGNGET:291;SIGNGET", "ACKGET:291;50MB.zip;task2.pdf;");
        Assert.Equal(
            ["RUDP: SIGNEW name=Tal", "RUDP: SIGNACK", "RUDP: SIGNECHO id=290", "RUDP: ECHOREPLY id=290", "RUDP: SIGNGET id=291", "RUDP: ACKGET id=291 (2 files)"],
            capture.Columns());
        Assert.Equal(["50MB.zip", "task2.pdf"], capture.Values("rudp.file"));
        Assert.Equal(["3", "5"], capture.Values("rudp.response_to"));
        Assert.Equal(["0.001000000", "0.001000000"], capture.Values("rudp.time"));
    }

    [Fact]
    public void Statistics_are_fields()
    {
        var capture = Capture("STATREPLY:291;Packets sent: 2\nPackets lost: 1\nConnected time: 18.77 seconds");
        Assert.Equal(["2"], capture.Values("rudp.stat.sent"));
        Assert.Equal(["1"], capture.Values("rudp.stat.lost"));
        Assert.Equal(["18.77 seconds"], capture.Values("rudp.stat.connected_time"));
    }

    [Fact]
    public void A_request_sent_again_says_so()
    {
        var capture = Capture("SIGNECHO:290;1", "SIGNLOST:290", "SIGNECHO:290;1");
        Assert.Equal(["RUDP: SIGNECHO id=290", "RUDP: SIGNLOST id=290", "RUDP: SIGNECHO id=290 [sent again]"], capture.Columns());
        Assert.Equal(["1"], capture.Values("rudp.retransmission_of"));
    }

    [Theory]
    [InlineData("SIGNEWS:x")]
    [InlineData("hello")]
    [InlineData("")]
    public void Other_datagrams_are_left_to_others(string text) => Assert.DoesNotContain("RUDP", Capture(text).Columns()[0]);

    /// <summary>Datagrams from port 49152 to port 49152, one after the other in turns.</summary>
    static TestCapture Capture(params string[] texts)
    {
        var capture = new TestCapture();
        for (int i = 0; i < texts.Length; i++)
        {
            byte[] payload = Encoding.ASCII.GetBytes(texts[i]);
            byte[] frame = Convert.FromHexString("00005e00530100005e0053020800" + "4500001c000040004011000000000000" + "00000000" + "c000c00000080000");
            uint client = 0x0a14001e, server = 0x0a14001f;
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(26), i % 2 == 0 ? client : server);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(30), i % 2 == 0 ? server : client);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(28 + payload.Length));
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), (ushort)(8 + payload.Length));
            capture.Add([.. frame, .. payload]);
        }

        return capture;
    }
}
