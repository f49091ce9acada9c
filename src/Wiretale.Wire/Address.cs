using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Wiretale.Wire;

/// <summary>What kind of address an <see cref="Address"/> holds.</summary>
public enum AddressKind : byte
{
    None, Ethernet, IPv4, IPv6,
    /// <summary>An 8-byte extended unique identifier.</summary>
    Eui64,
    /// <summary>An IPX network (4 bytes) and node (6 bytes).</summary>
    Ipx,
    /// <summary>An AppleTalk network (2 bytes) and node (1 byte).</summary>
    AppleTalk,
    /// <summary>An MTP3 point code.</summary>
    PointCode,
    /// <summary>An ARCNET station, one byte.</summary>
    Arcnet,
    /// <summary>The link has no addresses; printed as N/A.</summary>
    NotAvailable,
    /// <summary>A number that a link gives its stations, printed in hexadecimal or by its own rule.</summary>
    Other,
    /// <summary>A MAC address with what its owner is to a wireless frame, see <see cref="StationRole"/>.</summary>
    Station,
    /// <summary>A short address of IEEE 802.15.4, two bytes.</summary>
    LowRate,
}

/// <summary>What an address of a wireless control frame says of its owner (IEEE 802.11-2020 section 9.2.4.3).</summary>
public enum StationRole : byte
{
    /// <summary>It is to receive the frame (RA).</summary>
    Receiver,
    /// <summary>It sent the frame (TA).</summary>
    Transmitter,
    /// <summary>It is the network's access point (BSSID).</summary>
    Bss,
}

/// <summary>An address of any family, up to 16 bytes, without allocation; comparable and usable as a key.</summary>
/// <param name="Kind">The family.</param>
/// <param name="Length">Bytes in use.</param>
/// <param name="High">First eight bytes, big-endian, padded with zeros.</param>
/// <param name="Low">The rest, likewise.</param>
public readonly record struct Address(AddressKind Kind, byte Length, ulong High, ulong Low)
{
    /// <summary>What stands for the address of a link that has none, and is shown as such.</summary>
    public static Address NotAvailable => new(AddressKind.NotAvailable, 0, 0, 0);

    /// <summary>An IPv4 address from its number.</summary>
    public static Address IPv4(uint value) => new(AddressKind.IPv4, 4, (ulong)value << 32, 0);

    /// <summary>An IPv6 address from its 16 bytes.</summary>
    public static Address IPv6(ReadOnlySpan<byte> bytes) =>
        new(AddressKind.IPv6, 16, BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>An Ethernet address from its six bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Address Ethernet(ReadOnlySpan<byte> bytes) => new(AddressKind.Ethernet, 6,
        ((ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 32) | ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) << 16), 0);

    /// <summary>A station's address, and its part in the frame.</summary>
    public static Address Station(StationRole role, ReadOnlySpan<byte> mac) => Ethernet(mac) with { Kind = AddressKind.Station, Low = (byte)role };

    /// <summary>The part in the frame, as it stands behind a station's address: <c> (RA)</c>.</summary>
    public ReadOnlySpan<byte> RoleText => (StationRole)Low switch
    {
        StationRole.Receiver => " (RA)"u8,
        StationRole.Transmitter => " (TA)"u8,
        _ => " (BSSID)"u8,
    };

    /// <summary>An address of any kind from its bytes, 16 at most.</summary>
    public static Address Of(AddressKind kind, ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        bytes.CopyTo(padded);
        return new(kind, (byte)bytes.Length, BinaryPrimitives.ReadUInt64BigEndian(padded), BinaryPrimitives.ReadUInt64BigEndian(padded[8..]));
    }

    /// <summary>Same family, length and bytes.</summary>
    /// <remarks>Written out, since what the compiler makes for a record boxes the enumeration in code compiled ahead.</remarks>
    public bool Equals(Address other) => High == other.High && Low == other.Low && Kind == other.Kind && Length == other.Length;

    /// <inheritdoc />
    public override int GetHashCode()
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ulong hash = (High ^ (Low * 3) ^ ((uint)Kind << 8) ^ Length) * Multiplier;
        return (int)(hash >> 32);
    }

    /// <summary>The number of an IPv4 address.</summary>
    public uint IPv4Value => (uint)(High >> 32);

    /// <summary>Copies the bytes in use to <paramref name="target"/> and returns how many.</summary>
    public int CopyTo(Span<byte> target)
    {
        Span<byte> all = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(all, High);
        BinaryPrimitives.WriteUInt64BigEndian(all[8..], Low);
        all[..Length].CopyTo(target);
        return Length;
    }

    /// <summary>Writes the address as text (UTF-8), at most 48 bytes, and returns how many.</summary>
    public int Format(Span<byte> target)
    {
        Span<byte> raw = stackalloc byte[16];
        CopyTo(raw);
        switch (Kind)
        {
            case AddressKind.IPv4:
                return AddressText.IPv4(target, IPv4Value);
            case AddressKind.IPv6:
                return AddressText.IPv6(target, raw);
            case AddressKind.Ethernet or AddressKind.Eui64:
                return AddressText.Hex(target, raw[..Length], (byte)':');
            case AddressKind.Ipx:
                int written = AddressText.Hex(target, raw[..4], 0);
                target[written++] = (byte)'.';
                return written + AddressText.Hex(target[written..], raw[4..10], 0);
            case AddressKind.AppleTalk:
                System.Buffers.Text.Utf8Formatter.TryFormat(BinaryPrimitives.ReadUInt16BigEndian(raw), target, out int network);
                target[network++] = (byte)'.';
                System.Buffers.Text.Utf8Formatter.TryFormat(raw[2], target[network..], out int node);
                return network + node;
            case AddressKind.None:
                return 0;
            case AddressKind.Arcnet:
                "0x"u8.CopyTo(target);
                return 2 + AddressText.Hex(target[2..], raw[..1], 0);
            case AddressKind.Station:
                int mac = AddressText.Hex(target, raw[..6], (byte)':');
                RoleText.CopyTo(target[mac..]);
                return mac + RoleText.Length;
            case AddressKind.LowRate when High >> 48 == 0xffff:
                "Broadcast"u8.CopyTo(target);
                return 9;
            case AddressKind.LowRate:
                "0x"u8.CopyTo(target);
                return 2 + AddressText.Hex(target[2..], raw[..2], 0);
            case AddressKind.NotAvailable:
                "N/A"u8.CopyTo(target);
                return 3;
            default:
                return AddressText.Hex(target, raw[..Length], 0);
        }
    }

    /// <inheritdoc />
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[48];
        return System.Text.Encoding.ASCII.GetString(text[..Format(text)]);
    }
}
