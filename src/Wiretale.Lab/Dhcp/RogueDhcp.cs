using System.Net;
using System.Net.Sockets;
using System.Text;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A DHCP server that thinks the network is its own, and refuses what clients have chosen from another: what a second server, set up wrongly, does to a network.</summary>
public sealed class RogueDhcp(uint server, ILog log)
{
    const int SocketLevel = 1, BindToDevice = 25, Longest = 4096;

    /// <summary>Refusals a second; more would make a flood of one.</summary>
    const int MostInSecond = 50;

    long second;
    int said;

    /// <summary>Takes a datagram, and gives the refusal if it asked for an address.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> datagram)
    {
        if (DhcpPacket.Parse(datagram, out _) is not { Operation: DhcpMessage.Request, Type: DhcpMessageType.Request } request)
        {
            return null;
        }

        string wanted = (request.FindNumber(DhcpOption.RequestedAddress) ?? request.ClientAddress) is var address and not 0 ? DhcpPool.Text(address) : "an address";
        log.Show($"NAK to {Convert.ToHexStringLower(request.HardwareAddress)}: not {wanted}", Tone.Bad);
        var refusal = new DhcpPacket
        {
            Operation = DhcpMessage.Reply,
            HardwareType = request.HardwareType,
            HardwareAddress = request.HardwareAddress,
            TransactionId = request.TransactionId,
            Flags = request.Flags,
        };
        refusal.Add(DhcpMessageType.Nak);
        refusal.Add(DhcpOption.ServerIdentifier, server);
        refusal.Add(DhcpOption.Message, "wrong network"u8);
        return refusal.Encode();
    }

    /// <summary>Refuses until it is stopped.</summary>
    /// <exception cref="LinkException">The port is taken, or this user may not.</exception>
    public async Task RunAsync(string interfaceName, TimeProvider clock, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        var local = new IPEndPoint(IPAddress.Any, DhcpMessage.ServerPort);
        try
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.UTF8.GetBytes(interfaceName));
            socket.Bind(local);
        }
        catch (SocketException e)
        {
            throw new LinkException($"cannot listen on {interfaceName}, port {local.Port}: {SocketText.Listening(e, local)}", e);
        }

        log.Show($"Refusing what others gave, as {DhcpPool.Text(server)}", Tone.Note);
        var everybody = new IPEndPoint(IPAddress.Broadcast, DhcpMessage.ClientPort);
        byte[] buffer = new byte[Longest];
        while (true)
        {
            int length = await socket.ReceiveAsync(buffer, stop);
            long now = clock.GetUtcNow().ToUnixTimeSeconds();
            (second, said) = now == second ? (second, said) : (now, 0);
            if (said++ < MostInSecond && Answer(buffer.AsSpan(0, length)) is { } refusal)
            {
                await socket.SendToAsync(refusal, everybody, stop);
            }
        }
    }
}
