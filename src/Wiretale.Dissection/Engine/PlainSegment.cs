using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Wiretale.Capture;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>
/// Where the headers stand in a frame of the plainest kind: Ethernet II, IP without options, extension headers or fragments, and a TCP header that
/// was captured whole. Nothing but these protocols is in it as long as nobody opens what TCP carries.
/// </summary>
/// <remarks>Offsets are in bytes from the start of the frame.</remarks>
readonly struct PlainSegment
{
    const int EthernetHeader = 14, IPv4Header = 20, IPv6Header = 40, TcpHeader = 20;

    PlainSegment(int transport, int end, bool isIPv6) => (Transport, End, IsIPv6) = (transport, end, isIPv6);

    /// <summary>Where the IP header begins.</summary>
    public const int Network = EthernetHeader;

    /// <summary>Where the TCP header begins.</summary>
    public int Transport { get; }

    /// <summary>Where IP says that the segment ends, be that captured or not.</summary>
    public int End { get; }

    /// <summary>Whether the network protocol is IPv6, not IPv4.</summary>
    public bool IsIPv6 { get; }

    /// <summary>Finds the headers; false for a frame of another kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFind(in FrameRecord frame, out PlainSegment segment)
    {
        const int ToMany = 1, NoOptions = 0x45, FragmentBits = 0x3fff;
        segment = default;
        var data = frame.Data;
        if (frame.LinkType != LinkType.Ethernet || data.Length < EthernetHeader + IPv4Header + TcpHeader || (data[0] & ToMany) != 0)
        {
            return false;
        }

        int transport, end;
        int type = BinaryPrimitives.ReadUInt16BigEndian(data[12..]);
        if (type == EtherTypes.IPv4)
        {
            if (data[EthernetHeader] != NoOptions || data[EthernetHeader + 9] != IpProtocol.Tcp
                || (BinaryPrimitives.ReadUInt16BigEndian(data[(EthernetHeader + 6)..]) & FragmentBits) != 0)
            {
                return false;
            }

            transport = EthernetHeader + IPv4Header;
            end = EthernetHeader + BinaryPrimitives.ReadUInt16BigEndian(data[(EthernetHeader + 2)..]);
        }
        else if (type == EtherTypes.IPv6 && data[EthernetHeader] >> 4 == 6 && data[EthernetHeader + 6] == IpProtocol.Tcp)
        {
            transport = EthernetHeader + IPv6Header;
            end = transport + BinaryPrimitives.ReadUInt16BigEndian(data[(EthernetHeader + 4)..]);
        }
        else
        {
            return false;
        }

        if (data.Length < transport + TcpHeader)
        {
            return false;
        }

        int header = data[transport + 12] >> 4 << 2;
        if (header < TcpHeader || transport + header > Math.Min(data.Length, end) || (uint)end > frame.OriginalLength)
        {
            return false;
        }

        segment = new(transport, end, type == EtherTypes.IPv6);
        return true;
    }

    /// <summary>The network addresses.</summary>
    public (Address Source, Address Destination) Addresses(in FrameRecord frame)
    {
        var data = frame.Data[Network..];
        return IsIPv6 ? (Address.IPv6(data[8..24]), Address.IPv6(data[24..40]))
            : (Address.IPv4(BinaryPrimitives.ReadUInt32BigEndian(data[12..])), Address.IPv4(BinaryPrimitives.ReadUInt32BigEndian(data[16..])));
    }

    /// <summary>The TCP segment.</summary>
    public View Tcp(in FrameRecord frame) => new(frame.Data[Transport..Math.Min(End, frame.CapturedLength)], End - Transport, 0, Transport);
}
