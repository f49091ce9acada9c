using System.Buffers.Binary;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Links;

public class OffloadTests
{
    const int Ethernet = 14, Ip4 = 20, Ip6 = 40, Tcp = 20, Udp = 8;

    [Fact]
    public void A_frame_with_nothing_left_to_do_passes_as_it_is()
    {
        byte[] frame = [.. Enumerable.Range(0, 60).Select(i => (byte)i)];
        Assert.Equal(frame, Assert.Single(Undo(new byte[Offload.HeaderLength], frame)));
    }

    [Fact]
    public void A_checksum_is_filled_in()
    {
        // As the kernel leaves it: the pseudo-header's sum, not complemented, in the field.
        byte[] frame = Frame(isIPv4: true, isTcp: true, "some text"u8.ToArray());
        ushort right = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Ethernet + Ip4 + 16));
        ulong pseudo = InternetChecksum.PseudoHeader(Address.IPv4(0x0a000001), Address.IPv4(0x0a000002), IpProtocol.Tcp, Tcp + 9);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ethernet + Ip4 + 16), (ushort)~InternetChecksum.Finish(pseudo));
        byte[] passed = Assert.Single(Undo(Header(kind: 0, size: 0, Ethernet + Ip4, 16), frame));
        Assert.Equal(right, BinaryPrimitives.ReadUInt16BigEndian(passed.AsSpan(Ethernet + Ip4 + 16)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void A_large_piece_becomes_packets_that_a_receiver_accepts(bool isIPv4, bool isTcp)
    {
        byte[] data = new byte[5000];
        new Random(1).NextBytes(data);
        int ip = isIPv4 ? Ip4 : Ip6, transport = isTcp ? Tcp : Udp, all = Ethernet + ip + transport;
        var packets = Undo(Header(isTcp ? isIPv4 ? 1 : 4 : 5, 1400, Ethernet + ip, isTcp ? 16 : 6), Frame(isIPv4, isTcp, data));

        Assert.Equal([1400, 1400, 1400, 800], packets.Select(packet => packet.Length - all));
        Assert.Equal(data, packets.SelectMany(packet => packet[all..]));
        for (int i = 0; i < packets.Count; i++)
        {
            byte[] packet = packets[i];
            Assert.Equal(0, Checksum(packet, isIPv4, isTcp));
            if (isIPv4)
            {
                Assert.Equal(0, InternetChecksum.Of(packet.AsSpan(Ethernet, Ip4)));
                Assert.Equal(packet.Length - Ethernet, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(Ethernet + 2)));
                Assert.Equal(7 + i, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(Ethernet + 4)));
            }
            else
            {
                Assert.Equal(packet.Length - Ethernet - Ip6, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(Ethernet + 4)));
            }

            if (isTcp)
            {
                Assert.Equal(unchecked(0xffff_ff00 + (uint)(1400 * i)), BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(Ethernet + ip + 4)));
                Assert.Equal(i == 3 ? 0x19 : i == 0 ? 0x90 : 0x10, packet[Ethernet + ip + 13] & (i == 3 ? 0x1f : 0xff));
            }
        }
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        byte[] frame = Frame(isIPv4: true, isTcp: true, new byte[3000]);
        foreach (byte[] header in new[] { Header(0, 0, 4000, 16), Header(1, 0, 34, 16), Header(1, 1400, 10, 16), Header(3, 1400, 34, 16), Header(1, 1400, 3030, 0) })
        {
            Assert.Empty(Undo(header, [.. frame]));
        }

        var random = new Random(2);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] header = new byte[Offload.HeaderLength], any = new byte[random.Next(200)];
            random.NextBytes(header);
            random.NextBytes(any);
            (header[0], header[1], header[7], header[9]) = (1, (byte)random.Next(6), 0, 0);
            Undo(header, any);
        }
    }

    static List<byte[]> Undo(byte[] header, byte[] frame)
    {
        var packets = new List<byte[]>();
        bool done = Offload.Undo(header, frame, packet => packets.Add(packet.ToArray()));
        Assert.Equal(done, packets.Count > 0);
        return packets;
    }

    static byte[] Header(int kind, int size, int from, int field)
    {
        byte[] header = new byte[Offload.HeaderLength];
        (header[0], header[1]) = (1, (byte)kind);
        BitConverter.TryWriteBytes(header.AsSpan(4), (ushort)size);
        BitConverter.TryWriteBytes(header.AsSpan(6), (ushort)from);
        BitConverter.TryWriteBytes(header.AsSpan(8), (ushort)field);
        return header;
    }

    static byte[] Frame(bool isIPv4, bool isTcp, byte[] data)
    {
        int ip = isIPv4 ? Ip4 : Ip6, transport = isTcp ? Tcp : Udp;
        byte[] frame = new byte[Ethernet + ip + transport + data.Length];
        var network = frame.AsSpan(Ethernet);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), isIPv4 ? EtherTypes.IPv4 : EtherTypes.IPv6);
        network[0] = isIPv4 ? (byte)0x45 : (byte)0x60;
        network[isIPv4 ? 9 : 6] = isTcp ? IpProtocol.Tcp : IpProtocol.Udp;
        if (isIPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(network[4..], 7);
            BinaryPrimitives.WriteUInt32BigEndian(network[12..], 0x0a000001);
            BinaryPrimitives.WriteUInt32BigEndian(network[16..], 0x0a000002);
        }
        else
        {
            (network[8], network[23], network[24], network[39]) = (0xfd, 1, 0xfd, 2);
        }

        if (isTcp)
        {
            BinaryPrimitives.WriteUInt32BigEndian(network[(ip + 4)..], 0xffff_ff00);
            (network[ip + 12], network[ip + 13]) = (0x50, 0x99);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(network[(ip + 4)..], (ushort)(Udp + data.Length));
        }

        data.CopyTo(network[(ip + transport)..]);
        BinaryPrimitives.WriteUInt16BigEndian(network[(ip + (isTcp ? 16 : 6))..], Checksum(frame, isIPv4, isTcp));
        return frame;
    }

    static ushort Checksum(byte[] frame, bool isIPv4, bool isTcp)
    {
        int ip = isIPv4 ? Ip4 : Ip6;
        var network = frame.AsSpan(Ethernet);
        var (source, destination) = isIPv4
            ? (Address.IPv4(BinaryPrimitives.ReadUInt32BigEndian(network[12..])), Address.IPv4(BinaryPrimitives.ReadUInt32BigEndian(network[16..])))
            : (Address.IPv6(network.Slice(8, 16)), Address.IPv6(network.Slice(24, 16)));
        return InternetChecksum.Of(source, destination, isTcp ? IpProtocol.Tcp : IpProtocol.Udp, (uint)(network.Length - ip), network[ip..]);
    }
}
