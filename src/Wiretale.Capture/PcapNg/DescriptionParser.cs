using System.Text;
using Wiretale.Capture.Input;
using Wiretale.Wire;

namespace Wiretale.Capture.PcapNg;

/// <summary>The blocks that describe rather than hold packets. Each gets the block's body, between the two lengths.</summary>
/// <remarks>An option of the wrong length is kept as a raw one: it is no reason to refuse the packets.</remarks>
static unsafe class DescriptionParser<TOrder>
    where TOrder : struct, IByteOrder
{
    /// <summary>Section Header Block, section 4.1: magic, version, section length, options.</summary>
    public static CaptureSection Section(byte* body, byte* end, out string? error)
    {
        string? hardware = null;
        string? system = null;
        string? application = null;
        List<string> comments = [];
        List<RawOption> others = [];
        OptionReader<TOrder> options = new(body + 16, end);
        while (options.Next())
        {
            switch (options.Code)
            {
                case OptionCode.Comment: comments.Add(options.Text()); break;
                case OptionCode.SectionHardware: hardware = options.Text(); break;
                case OptionCode.SectionSystem: system = options.Text(); break;
                case OptionCode.SectionApplication: application = options.Text(); break;
                default: others.Add(options.Raw()); break;
            }
        }

        error = options.Error;
        return new()
        {
            BigEndian = TOrder.IsBigEndian,
            Major = TOrder.U16(body + 4),
            Minor = TOrder.U16(body + 6),
            Hardware = hardware,
            OperatingSystem = system,
            Application = application,
            Comments = comments,
            Others = others,
        };
    }

    /// <summary>Interface Description Block, section 4.2: link type, reserved, snaplen, options.</summary>
    public static CaptureInterface Interface(byte* body, byte* end, int section, int number, out string? error)
    {
        string? name = null, description = null, filter = null, system = null, hardware = null;
        byte resolution = CaptureInterface.Microseconds;
        long offset = 0;
        ulong? speed = null;
        int? fcs = null;
        ReadOnlyMemory<byte>? mac = null;
        List<string> comments = [];
        List<ReadOnlyMemory<byte>> v4 = [], v6 = [];
        List<RawOption> others = [];
        OptionReader<TOrder> options = new(body + 8, end);
        while (options.Next())
        {
            ReadOnlySpan<byte> value = options.Value;
            switch (options.Code, value.Length)
            {
                case (OptionCode.Comment, _): comments.Add(options.Text()); break;
                case (OptionCode.Name, _): name = options.Text(); break;
                case (OptionCode.Description, _): description = options.Text(); break;
                case (OptionCode.System, _): system = options.Text(); break;
                case (OptionCode.Hardware, _): hardware = options.Text(); break;
                case (OptionCode.IPv4Address, 8): v4.Add(value.ToArray()); break;
                case (OptionCode.IPv6Address, 17): v6.Add(value.ToArray()); break;
                case (OptionCode.MacAddress, 6): mac = value.ToArray(); break;
                case (OptionCode.TimeResolution, 1): resolution = value[0]; break;
                case (OptionCode.FcsLength, 1): fcs = value[0]; break;
                // The first byte says what follows: 0 is a string in libpcap's filter language, others are programs.
                case (OptionCode.Filter, > 1) when value[0] == 0: filter = OptionReader<TOrder>.Text(value[1..]); break;
                case (OptionCode.Speed, 8) when options.TryU64(out ulong bits): speed = bits; break;
                case (OptionCode.TimeOffset, 8) when options.TryU64(out ulong seconds): offset = (long)seconds; break;
                default: others.Add(options.Raw()); break;
            }
        }

        error = options.Error;
        return new()
        {
            LinkType = (LinkType)TOrder.U16(body),
            SnapLength = TOrder.U32(body + 4),
            Section = section,
            NumberInSection = number,
            TimeResolution = resolution,
            TimeOffset = offset,
            Name = name,
            Description = description,
            Filter = filter,
            OperatingSystem = system,
            Hardware = hardware,
            Speed = speed,
            FcsLength = fcs,
            MacAddress = mac,
            IPv4Addresses = v4,
            IPv6Addresses = v6,
            Comments = comments,
            Others = others,
        };
    }

    /// <summary>Name Resolution Block, section 4.5: records up to an end record, then options.</summary>
    public static NameResolution Names(byte* body, byte* end, out string? error)
    {
        List<ResolvedAddress> records = [];
        error = null;
        byte* next = body;
        while (end - next >= 4)
        {
            ushort type = TOrder.U16(next);
            int length = TOrder.U16(next + 2);
            next += 4;
            int padded = (length + 3) & ~3;
            if (type == 0)
            {
                next += Math.Min(padded, end - next);
                break;
            }

            if (end - next < padded)
            {
                error = $"pcapng: {end - next} bytes left in the block < NRB record length + padding {padded}";
                break;
            }

            if (AddressLength(type) is { } size)
            {
                if (length < size)
                {
                    error = $"pcapng: NRB record length for {(ResolvedAddressKind)type} record {length} < minimum length {size}";
                    break;
                }

                records.Add(new((ResolvedAddressKind)type, new ReadOnlySpan<byte>(next, size).ToArray(),
                    Strings(new(next + size, length - size))));
            }

            next += padded;
        }

        List<RawOption> raw = [];
        OptionReader<TOrder> options = new(next, end);
        while (error is null && options.Next())
        {
            raw.Add(options.Raw());
        }

        error ??= options.Error;
        return new() { Records = records, Options = raw };
    }

    /// <summary>Interface Statistics Block, section 4.6: interface, time, options.</summary>
    public static InterfaceStatistics Statistics(byte* body, byte* end, int number, InterfaceClock clock, out string? error)
    {
        ulong?[] counts = new ulong?[OptionCode.Delivered + 1];
        List<string> comments = [];
        OptionReader<TOrder> options = new(body + 12, end);
        while (options.Next())
        {
            if (options.Code == OptionCode.Comment)
            {
                comments.Add(options.Text());
            }
            else if (options.Code is OptionCode.StartTime or OptionCode.EndTime && options.Value.Length == 8)
            {
                fixed (byte* at = options.Value)
                {
                    counts[options.Code] = Ticks(at);
                }
            }
            else if (options.Code < counts.Length && options.TryU64(out ulong count))
            {
                counts[options.Code] = count;
            }
        }

        error = options.Error;
        return new()
        {
            Interface = number,
            Time = clock.ToTime(Ticks(body + 4)),
            Start = counts[OptionCode.StartTime] is { } start ? clock.ToTime(start) : null,
            End = counts[OptionCode.EndTime] is { } stop ? clock.ToTime(stop) : null,
            Received = counts[OptionCode.Received],
            Dropped = counts[OptionCode.Dropped],
            FilterAccepted = counts[OptionCode.FilterAccepted],
            SystemDropped = counts[OptionCode.SystemDropped],
            Delivered = counts[OptionCode.Delivered],
            Comments = comments,
        };
    }

    /// <summary>Decryption Secrets Block, section 4.7: type, length, data.</summary>
    public static CaptureSecrets? Secrets(byte* body, byte* end, out string? error)
    {
        uint length = TOrder.U32(body + 4);
        error = end - body - 8 < length ? $"pcapng: secrets length {length} is larger than the {end - body - 8} bytes of the DSB" : null;
        return error is null ? new(TOrder.U32(body), new ReadOnlySpan<byte>(body + 8, (int)length).ToArray()) : null;
    }

    /// <summary>Two 32-bit halves, upper first whatever the byte order.</summary>
    public static ulong Ticks(byte* at) => ((ulong)TOrder.U32(at) << 32) | TOrder.U32(at + 4);

    static int? AddressLength(ushort type) => (ResolvedAddressKind)type switch
    {
        ResolvedAddressKind.IPv4 => 4,
        ResolvedAddressKind.IPv6 => 16,
        ResolvedAddressKind.Eui48 => 6,
        ResolvedAddressKind.Eui64 => 8,
        _ => null,
    };

    static List<string> Strings(ReadOnlySpan<byte> bytes)
    {
        List<string> strings = [];
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)0);
            ReadOnlySpan<byte> one = end < 0 ? bytes : bytes[..end];
            if (!one.IsEmpty)
            {
                strings.Add(Encoding.UTF8.GetString(one));
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }

        return strings;
    }
}
