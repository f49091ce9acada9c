using Wiretale.Lab.Dhcp;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>A server that refuses what another one gave, and the client between them.</summary>
public class RogueDhcpTests
{
    const uint Server = 0x0a141e28, Given = Server + 1, Rogue = 0xc0a8d6fe;

    static readonly byte[] hardware = [2, 0, 0, 0, 0, 7];

    readonly ManualClock clock = new();
    readonly TestScreen screen = new();

    [Fact]
    public void Only_who_asks_for_an_address_is_refused_and_a_client_minds_only_the_server_it_chose()
    {
        var rogue = new RogueDhcp(Rogue, screen);
        var client = new DhcpClient(hardware, "tal", former: null, clock, new Random(1), screen);
        byte[] discover = client.Next()!.Message;
        Assert.Null(rogue.Answer(discover));
        client.Receive(Reply(discover, DhcpMessageType.Offer));
        byte[] request = client.Next()!.Message;

        byte[] refusal = rogue.Answer(request)!;
        Assert.Equal((DhcpMessageType.Nak, Rogue), (DhcpPacket.Parse(refusal, out _)!.Type, DhcpPacket.Parse(refusal, out _)!.FindNumber(DhcpOption.ServerIdentifier)));
        client.Receive(refusal);
        Assert.Equal(DhcpClientState.Requesting, client.State);
        Assert.Contains("192.168.214.254 refuses 10.20.30.41, but is not the server that was asked: ignored", screen.Lines);
        client.Receive(Reply(request, DhcpMessageType.Ack));
        Assert.Equal((DhcpClientState.Bound, Given), (client.State, client.Grant!.Address));
    }

    [Fact]
    public void Noise_is_not_answered()
    {
        var rogue = new RogueDhcp(Rogue, screen);
        var random = new Random(2);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            Assert.Null(rogue.Answer(bytes));
        }
    }

    static byte[] Reply(byte[] message, DhcpMessageType type)
    {
        var request = DhcpPacket.Parse(message, out _)!;
        var reply = new DhcpPacket { Operation = DhcpMessage.Reply, HardwareAddress = request.HardwareAddress, TransactionId = request.TransactionId, YourAddress = Given };
        reply.Add(type);
        reply.Add(DhcpOption.ServerIdentifier, Server);
        reply.Add(DhcpOption.LeaseTime, 3600u);
        return reply.Encode();
    }
}
