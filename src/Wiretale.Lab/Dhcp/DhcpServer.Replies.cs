using System.Text;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>How its answers are built, and which way they go.</summary>
public sealed partial class DhcpServer
{
    /// <summary>What every IPv4 host takes without being asked, less the IP and UDP headers (RFC 2131 section 2).</summary>
    const int NormalSize = 576, Headers = 28, LargestSize = 1500;

    static readonly byte[] usual = [DhcpOption.SubnetMask, DhcpOption.Router, DhcpOption.DomainNameServer, DhcpOption.DomainName];

    static DhcpPacket Reply(Question from, DhcpMessageType type, uint has, uint address, ushort flags)
    {
        var reply = new DhcpPacket
        {
            Operation = DhcpMessage.Reply,
            HardwareType = from.Packet.HardwareType,
            HardwareAddress = from.Packet.HardwareAddress,
            TransactionId = from.Packet.TransactionId,
            Flags = flags,
            ClientAddress = has,
            YourAddress = address,
            Relay = from.Packet.Relay,
        };
        reply.Add(type);
        reply.Add(DhcpOption.ServerIdentifier, from.Server);
        return reply;
    }

    /// <summary>The client's identifier comes back to it (RFC 6842), the network that was chosen (RFC 3011), and last the relay's own option (RFC 3046 section 2.2).</summary>
    static byte[] Finish(Question from, DhcpPacket reply)
    {
        foreach (byte code in (ReadOnlySpan<byte>)[DhcpOption.ClientIdentifier, DhcpOption.SubnetSelection, DhcpOption.RelayAgent])
        {
            if (from.Packet.Find(code) is { } value)
            {
                reply.Add(code, value);
            }
        }

        byte[]? size = from.Packet.Find(DhcpOption.MaximumMessageSize);
        return reply.Encode((size is null ? NormalSize : Math.Clamp((size[0] << 8) | size[1], NormalSize, LargestSize)) - Headers);
    }

    DhcpReply Refuse(Question from, uint address, string state)
    {
        log.Show($"NAK to {from.Asker}: not {DhcpPool.Text(address)} ({state})", Tone.Bad);

        // A client on another network than it believes hears only what its relay broadcasts (RFC 2131 section 4.3.2).
        bool isRelayed = from.Packet.Relay != 0;
        var reply = Reply(from, DhcpMessageType.Nak, 0, 0, isRelayed ? (ushort)(from.Packet.Flags | DhcpMessage.Broadcast) : from.Packet.Flags);
        reply.Add(DhcpOption.Message, "not your address"u8);
        byte[] message = Finish(from, reply);
        return isRelayed ? new(from.Packet.Relay, DhcpMessage.ServerPort, null, message) : new(uint.MaxValue, DhcpMessage.ClientPort, null, message);
    }

    DhcpReply Say(Question from, DhcpMessageType type, uint address, string? state = null, uint inform = 0)
    {
        log.Show($"{type} to {from.Asker}: {DhcpPool.Text(address != 0 ? address : inform)}{(state is null ? "" : $" ({state})")}", Tone.Good);
        var packet = from.Packet;
        uint has = inform != 0 ? inform : type == DhcpMessageType.Ack ? packet.ClientAddress : 0;
        var reply = Reply(from, type, has, address, packet.Flags);
        if (address != 0)
        {
            uint seconds = (uint)Time(from).TotalSeconds;
            reply.Add(DhcpOption.LeaseTime, seconds);
            reply.Add(DhcpOption.RenewalTime, seconds / 2);
            reply.Add(DhcpOption.RebindingTime, (uint)(seconds * 7L / 8));
        }

        var pool = from.Asker.Pools.FirstOrDefault(pool => pool.Contains(address)) ?? from.Asker.Pools[0];
        foreach (byte code in packet.Find(DhcpOption.ParameterRequestList) ?? usual)
        {
            // The mask stands before the router (RFC 2132 section 3.3), and nothing stands there twice.
            if (code == DhcpOption.Router && pool.Router != 0)
            {
                AddOnce(DhcpOption.SubnetMask);
            }

            AddOnce(code);
        }

        byte[] message = Finish(from, reply);

        // RFC 2131 section 4.1: through the relay, to the address it has, to everybody if it asks for that, to its hardware address. Who only informs itself
        // has an address in any case (section 4.3.5).
        return packet.Relay != 0 && inform == 0 ? new(packet.Relay, DhcpMessage.ServerPort, null, message)
            : has != 0 ? new(has, DhcpMessage.ClientPort, null, message)
            : packet.WantsBroadcast || packet.HardwareType != 1 || packet.HardwareAddress.Length != 6 ? new(uint.MaxValue, DhcpMessage.ClientPort, null, message)
            : new(address, DhcpMessage.ClientPort, packet.HardwareAddress, message);

        void AddOnce(byte code)
        {
            if (reply.Find(code) is null)
            {
                AddParameter(reply, code, pool);
            }
        }
    }

    void AddParameter(DhcpPacket reply, byte code, DhcpPool pool)
    {
        if (settings.Options.TryGetValue(code, out byte[]? value))
        {
            reply.Add(code, value);
            return;
        }

        switch (code)
        {
            case DhcpOption.SubnetMask:
                reply.Add(code, pool.Mask);
                break;
            case DhcpOption.BroadcastAddress:
                reply.Add(code, pool.Broadcast);
                break;
            case DhcpOption.Router when pool.Router != 0:
                reply.Add(code, pool.Router);
                break;
            case DhcpOption.DomainNameServer when settings.DnsServers.Count > 0:
                reply.Add(code, settings.DnsServers.ToArray());
                break;
            case DhcpOption.DomainName when settings.Domain is { Length: > 0 } domain:
                reply.Add(code, Encoding.ASCII.GetBytes(domain));
                break;
        }
    }
}
