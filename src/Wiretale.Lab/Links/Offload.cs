using System.Buffers.Binary;
using Wiretale.Wire;

namespace Wiretale.Lab.Links;

/// <summary>What a sender leaves to its network card, done here: checksums, and the cutting of large pieces into packets.</summary>
/// <remarks>The kernel says what is left to do in a header of struct virtio_net_hdr (linux/virtio_net.h) before the frame, in the machine's byte order.</remarks>
public static class Offload
{
    /// <summary>Length of the header.</summary>
    public const int HeaderLength = 10;

    const int KindAt = 1, SizeAt = 4, ChecksumFromAt = 6, ChecksumToAt = 8;
    const byte NeedsChecksum = 1, Tcp4 = 1, Tcp6 = 4, Udp = 5, KindMask = 0x7f;
    const byte Fin = 1, Push = 8, WindowReduced = 128;
    const int EthernetHeader = 14, TagLength = 4, LongestTags = 4;

    /// <summary>Gives the packets that would be on the wire.</summary>
    /// <param name="header">What is left to do.</param>
    /// <param name="frame">The frame; its checksum may be filled in.</param>
    /// <param name="pass">Takes each packet; the bytes are good until it returns.</param>
    /// <returns>Whether this was understood; nothing was passed otherwise.</returns>
    public static bool Undo(ReadOnlySpan<byte> header, Span<byte> frame, Packet pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        int from = BitConverter.ToUInt16(header[ChecksumFromAt..]), to = from + BitConverter.ToUInt16(header[ChecksumToAt..]);
        bool needsChecksum = (header[0] & NeedsChecksum) != 0;
        if (needsChecksum && to + 2 > frame.Length)
        {
            return false;
        }

        byte kind = (byte)(header[KindAt] & KindMask);
        if (kind == 0)
        {
            if (needsChecksum)
            {
                // The sum of the pseudo-header stands in the field already.
                WriteChecksum(frame[to..], InternetChecksum.Of(frame[from..]));
            }

            pass(frame);
            return true;
        }

        int network = NetworkHeader(frame), size = BitConverter.ToUInt16(header[SizeAt..]);
        return needsChecksum && size > 0 && network > 0 && network < from && kind switch
        {
            Tcp4 or Tcp6 when from + 20 <= frame.Length => Cut(frame, network, from, from + (frame[from + 12] >> 4 << 2), size, isTcp: true, pass),
            Udp when from + 8 <= frame.Length => Cut(frame, network, from, from + 8, size, isTcp: false, pass),
            _ => false,
        };
    }

    /// <summary>Takes a packet.</summary>
    public delegate void Packet(Span<byte> frame);

    static bool Cut(Span<byte> frame, int network, int transport, int data, int size, bool isTcp, Packet pass)
    {
        bool isIPv4 = frame[network] >> 4 == 4;
        if (data > frame.Length || data < transport + (isTcp ? 20 : 8) || transport - network < (isIPv4 ? 20 : 40))
        {
            return false;
        }

        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(frame[(transport + 4)..]);
        ushort id = BinaryPrimitives.ReadUInt16BigEndian(frame[(network + 4)..]);
        byte flags = frame[transport + 13];
        Span<byte> packet = stackalloc byte[Math.Min(data + size, frame.Length)];
        for (int at = data, number = 0; at < frame.Length; at += size, number++)
        {
            int length = Math.Min(size, frame.Length - at);
            bool isFirst = at == data, isLast = at + length == frame.Length;
            var one = packet[..(data + length)];
            frame[..data].CopyTo(one);
            frame.Slice(at, length).CopyTo(one[data..]);
            if (isTcp)
            {
                BinaryPrimitives.WriteUInt32BigEndian(one[(transport + 4)..], unchecked(sequence + (uint)(at - data)));
                one[transport + 13] = (byte)(flags & ~((isLast ? 0 : Fin | Push) | (isFirst ? 0 : WindowReduced)));
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(one[(transport + 4)..], (ushort)(one.Length - transport));
            }

            if (isIPv4)
            {
                BinaryPrimitives.WriteUInt16BigEndian(one[(network + 2)..], (ushort)(one.Length - network));
                BinaryPrimitives.WriteUInt16BigEndian(one[(network + 4)..], unchecked((ushort)(id + number)));
                WriteChecksum(one[(network + 10)..], 0);
                WriteChecksum(one[(network + 10)..], InternetChecksum.Of(one[network..(network + ((one[network] & 15) * 4))]));
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(one[(network + 4)..], (ushort)(one.Length - network - 40));
            }

            int field = transport + (isTcp ? 16 : 6);
            WriteChecksum(one[field..], 0);
            ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(PseudoHeader(one, network, isIPv4, isTcp, one.Length - transport), one[transport..]));

            // A UDP checksum of zero would say that there is none (RFC 768).
            WriteChecksum(one[field..], checksum == 0 && !isTcp ? ushort.MaxValue : checksum);
            pass(one);
        }

        return true;
    }

    static ulong PseudoHeader(ReadOnlySpan<byte> packet, int network, bool isIPv4, bool isTcp, int length)
    {
        var addresses = isIPv4 ? packet.Slice(network + 12, 8) : packet.Slice(network + 8, 32);
        Span<byte> rest = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)length);
        BinaryPrimitives.WriteUInt32BigEndian(rest[4..], isTcp ? IpProtocol.Tcp : IpProtocol.Udp);
        return InternetChecksum.Add(InternetChecksum.Add(0, addresses), rest);
    }

    static void WriteChecksum(Span<byte> field, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(field, value);

    /// <summary>Where IP begins, behind whatever VLAN tags; 0 when that is not found.</summary>
    static int NetworkHeader(ReadOnlySpan<byte> frame)
    {
        for (int i = 0, at = EthernetHeader; i <= LongestTags && at < frame.Length; i++, at += TagLength)
        {
            switch (BinaryPrimitives.ReadUInt16BigEndian(frame[(at - 2)..]))
            {
                case EtherTypes.IPv4 or EtherTypes.IPv6:
                    return at;
                case EtherTypes.Vlan or EtherTypes.ProviderBridge:
                    continue;
                default:
                    return 0;
            }
        }

        return 0;
    }
}
