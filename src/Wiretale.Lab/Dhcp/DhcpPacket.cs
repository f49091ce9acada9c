using System.Buffers.Binary;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A DHCP message (RFC 2131 section 2). Reading is strict: what an endpoint would have to guess about is no message.</summary>
public sealed class DhcpPacket
{
    /// <summary>Bytes in front of the options: the header and the magic cookie.</summary>
    const int OptionsAt = 240;

    /// <summary>Every BOOTP implementation must take, and some insist on, this many bytes (RFC 1542 section 2.1).</summary>
    const int Shortest = 300;

    const int ServerNameAt = 44, FileAt = 108, CookieAt = 236;

    readonly List<(byte Code, byte[] Value)> options = [];

    public required byte Operation { get; init; }

    /// <summary>Hardware type and address of the client.</summary>
    public byte HardwareType { get; init; } = 1;

    public byte[] HardwareAddress { get; init; } = [];

    public byte Hops { get; init; }

    public uint TransactionId { get; init; }

    public ushort Seconds { get; init; }

    public ushort Flags { get; init; }

    /// <summary>The address that the client has and answers for (ciaddr).</summary>
    public uint ClientAddress { get; init; }

    /// <summary>The address that the client is given (yiaddr).</summary>
    public uint YourAddress { get; init; }

    /// <summary>Whom to ask next when booting (siaddr).</summary>
    public uint NextServer { get; init; }

    /// <summary>The relay through which the client speaks (giaddr).</summary>
    public uint Relay { get; init; }

    public DhcpMessageType Type => Find(DhcpOption.MessageType) is [var type] ? (DhcpMessageType)type : DhcpMessageType.None;

    public bool WantsBroadcast => (Flags & DhcpMessage.Broadcast) != 0;

    /// <summary>In the order of the message; one that came in parts is whole (RFC 3396).</summary>
    public IReadOnlyList<(byte Code, byte[] Value)> Options => options;

    /// <summary>An option's value, or null.</summary>
    public byte[]? Find(byte code) => options.Find(option => option.Code == code).Value;

    /// <summary>An option's value as a number of four bytes, such as an address, or null.</summary>
    public uint? FindNumber(byte code) => Find(code) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    public void Add(byte code, ReadOnlySpan<byte> value) => options.Add((code, value.ToArray()));

    public void Add(byte code, params ReadOnlySpan<uint> numbers)
    {
        byte[] value = new byte[4 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(4 * i), numbers[i]);
        }

        options.Add((code, value));
    }

    public void Add(DhcpMessageType type) => Add(DhcpOption.MessageType, [(byte)type]);

    /// <summary>Writes the message; options that find no place within the limit are left out, except the relay's, which has its place at the end.</summary>
    /// <param name="limit">Most bytes, 548 at least.</param>
    public byte[] Encode(int limit = 548)
    {
        byte[] bytes = new byte[limit];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (Operation, HardwareType, (byte)HardwareAddress.Length, Hops);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), Seconds);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), Flags);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), ClientAddress);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), YourAddress);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), NextServer);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), Relay);
        HardwareAddress.CopyTo(bytes, 28);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CookieAt), DhcpMessage.MagicCookie);

        // The relay's option has its place kept, at the end (RFC 3046 section 2.2). What does not fit goes where a boot file and a server would be named,
        // and an option says so (RFC 2132 section 9.3).
        int kept = Size(Find(DhcpOption.RelayAgent)) + 1;
        bool isTight = OptionsAt + options.Sum(option => Size(option.Value)) + 1 > limit;
        var main = new Space(OptionsAt, limit - kept - (isTight ? 3 : 0));
        var file = new Space(FileAt, CookieAt - 1);
        var serverName = new Space(ServerNameAt, FileAt - 1);
        foreach (var (code, value) in options.Where(option => option.Code != DhcpOption.RelayAgent))
        {
            _ = main.TryWrite(bytes, code, value) || (isTight && (file.TryWrite(bytes, code, value) || serverName.TryWrite(bytes, code, value)));
        }

        main = new(main.At, limit - 1);
        if (file.At > FileAt || serverName.At > ServerNameAt)
        {
            main.TryWrite(bytes, DhcpOption.Overload, [(byte)((file.Finish(bytes, FileAt) ? 1 : 0) + (serverName.Finish(bytes, ServerNameAt) ? 2 : 0))]);
        }

        if (Find(DhcpOption.RelayAgent) is { } relay)
        {
            main.TryWrite(bytes, DhcpOption.RelayAgent, relay);
        }

        bytes[main.At] = DhcpOption.End;
        return bytes[..Math.Max(main.At + 1, Shortest)];
    }

    /// <summary>Reads a message; null, and why, when it is none.</summary>
    public static DhcpPacket? Parse(ReadOnlySpan<byte> bytes, out string fault)
    {
        fault = bytes.Length < OptionsAt ? $"{bytes.Length} bytes are too few"
            : bytes[0] is not (DhcpMessage.Request or DhcpMessage.Reply) ? $"operation {bytes[0]}"
            : bytes[2] > 16 ? $"a hardware address of {bytes[2]} bytes"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[CookieAt..]) != DhcpMessage.MagicCookie ? "no magic cookie (BOOTP)"
            : "";
        if (fault.Length > 0)
        {
            return null;
        }

        var packet = new DhcpPacket
        {
            Operation = bytes[0],
            HardwareType = bytes[1],
            HardwareAddress = bytes.Slice(28, bytes[2]).ToArray(),
            Hops = bytes[3],
            TransactionId = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Seconds = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]),
            Flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]),
            ClientAddress = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            YourAddress = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            NextServer = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]),
            Relay = BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]),
        };
        if (!packet.Read(bytes[OptionsAt..], ref fault))
        {
            return null;
        }

        // The file field's options come before those of the server name (RFC 2131 section 4.1).
        byte overload = packet.Find(DhcpOption.Overload) is [var one] ? one : (byte)0;
        if (((overload & 1) != 0 && !packet.Read(bytes[FileAt..CookieAt], ref fault))
            || ((overload & 2) != 0 && !packet.Read(bytes[ServerNameAt..FileAt], ref fault)))
        {
            return null;
        }

        if (packet.options.Find(option => !Fits(option.Code, option.Value)) is { Value: { } wrong } misfit)
        {
            fault = $"{DhcpOption.Name(misfit.Code)} of {wrong.Length} bytes";
            return null;
        }

        if (packet.Type is DhcpMessageType.None)
        {
            fault = "no message type (BOOTP)";
            return null;
        }

        return packet;
    }

    static int Size(byte[]? value) => value is null ? 0 : value.Length + (2 * Math.Max(1, (value.Length + byte.MaxValue - 1) / byte.MaxValue));

    static bool Fits(byte code, byte[] value) => code switch
    {
        DhcpOption.MessageType or DhcpOption.Overload => value.Length == 1,
        DhcpOption.MaximumMessageSize => value.Length == 2,
        DhcpOption.RequestedAddress or DhcpOption.ServerIdentifier or DhcpOption.LeaseTime or DhcpOption.RenewalTime
            or DhcpOption.RebindingTime or DhcpOption.SubnetSelection or DhcpOption.SubnetMask or DhcpOption.BroadcastAddress => value.Length == 4,
        DhcpOption.Router or DhcpOption.DomainNameServer => value.Length > 0 && value.Length % 4 == 0,
        DhcpOption.ClientIdentifier => value.Length >= 2,
        DhcpOption.ParameterRequestList or DhcpOption.HostName => value.Length >= 1,
        _ => true,
    };

    bool Read(ReadOnlySpan<byte> field, ref string fault)
    {
        for (int at = 0; at < field.Length;)
        {
            byte code = field[at++];
            if (code == DhcpOption.End)
            {
                return true;
            }

            if (code == DhcpOption.Pad)
            {
                continue;
            }

            if (at >= field.Length || at + 1 + field[at] > field.Length)
            {
                fault = $"{DhcpOption.Name(code)} goes beyond the end";
                return false;
            }

            var value = field.Slice(at + 1, field[at]);
            at += 1 + value.Length;
            int earlier = options.FindIndex(option => option.Code == code);
            if (earlier < 0)
            {
                options.Add((code, value.ToArray()));
            }
            else
            {
                options[earlier] = (code, [.. options[earlier].Value, .. value]);
            }
        }

        fault = "no end of the options";
        return false;
    }

    /// <summary>A field that options are written to.</summary>
    /// <param name="at">Where the next one goes.</param>
    /// <param name="end">Where the field ends, less the place for the end of the options.</param>
    struct Space(int at, int end)
    {
        public int At { get; private set; } = at;

        public bool TryWrite(byte[] bytes, byte code, byte[] value)
        {
            if (At + Size(value) > end)
            {
                return false;
            }

            // Longer values go on in a further option of the same code (RFC 3396).
            for (int from = 0; from == 0 || from < value.Length; from += byte.MaxValue)
            {
                var part = value.AsSpan(from, Math.Min(byte.MaxValue, value.Length - from));
                (bytes[At], bytes[At + 1]) = (code, (byte)part.Length);
                part.CopyTo(bytes.AsSpan(At + 2));
                At += 2 + part.Length;
            }

            return true;
        }

        /// <summary>Ends the options of a field; false when there are none in it.</summary>
        public readonly bool Finish(byte[] bytes, int start)
        {
            if (At > start)
            {
                bytes[At] = DhcpOption.End;
            }

            return At > start;
        }
    }
}
