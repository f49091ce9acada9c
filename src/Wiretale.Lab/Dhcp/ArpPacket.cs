using System.Buffers.Binary;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>ARP of IPv4 over Ethernet (RFC 826), for asking whether somebody uses an address.</summary>
static class ArpPacket
{
    /// <summary>Bytes of an Ethernet address.</summary>
    public const int HardwareLength = 6;

    const int Length = 28, OperationAt = 6, SenderAt = 8, SenderAddressAt = 14, TargetAddressAt = 24;

    static ReadOnlySpan<byte> Form => [0, 1, 8, 0, HardwareLength, 4];

    /// <summary>A request; the sender's address is 0 when it has none yet, so that nobody learns a wrong one (RFC 5227 section 1.1).</summary>
    public static byte[] Ask(ReadOnlySpan<byte> hardware, uint sender, uint target)
    {
        byte[] packet = new byte[Length];
        Form.CopyTo(packet);
        packet[OperationAt + 1] = (byte)ArpOpcodes.Request;
        hardware.CopyTo(packet.AsSpan(SenderAt));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(SenderAddressAt), sender);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(TargetAddressAt), target);
        return packet;
    }

    /// <summary>Who says, in a request or a reply, that it has an address; null when nobody does.</summary>
    public static (uint Address, byte[] Hardware)? User(ReadOnlyMemory<byte> packet)
    {
        var bytes = packet.Span;
        return bytes.Length >= Length && bytes.StartsWith(Form) && BinaryPrimitives.ReadUInt32BigEndian(bytes[SenderAddressAt..]) is var address and not 0
            ? (address, bytes.Slice(SenderAt, HardwareLength).ToArray()) : null;
    }
}
