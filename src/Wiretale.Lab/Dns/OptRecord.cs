namespace Wiretale.Lab.Dns;

/// <summary>An option of EDNS (RFC 6891 section 6.1.2).</summary>
public readonly record struct EdnsOption(ushort Code, byte[] Data)
{
    /// <summary>The name of the server (RFC 5001).</summary>
    public const ushort Nsid = 3;

    /// <summary>The network that asks (RFC 7871).</summary>
    public const ushort ClientSubnet = 8;

    /// <summary>RFC 7873.</summary>
    public const ushort Cookie = 10;

    /// <summary>How long a TCP connection may be idle (RFC 7828).</summary>
    public const ushort TcpKeepalive = 11;

    /// <summary>RFC 7830.</summary>
    public const ushort Padding = 12;

    /// <summary>RFC 8914.</summary>
    public const ushort ExtendedError = 15;
}

/// <summary>What EDNS says about a message (RFC 6891 section 6.1). The upper part of the outcome is <see cref="DnsMessage.ResponseCode"/>'s.</summary>
public sealed record OptRecord
{
    /// <summary>The size that is safe on nearly all paths (DNS Flag Day 2020).</summary>
    public const ushort SafeSize = 1232;

    const int DnssecOkFlag = 0x8000;

    /// <summary>The longest datagram that the sender takes.</summary>
    public ushort UdpSize { get; init; } = SafeSize;

    /// <summary>Always 0 so far.</summary>
    public byte Version { get; init; }

    /// <summary>Signatures are wanted (RFC 3225).</summary>
    public bool DnssecOk { get; init; }

    /// <summary>The other flags, which mean nothing yet.</summary>
    public ushort OtherFlags { get; init; }

    /// <summary>The options.</summary>
    public IReadOnlyList<EdnsOption> Options { get; init; } = [];

    /// <summary>The data of an option; null where it is not there.</summary>
    public byte[]? this[ushort code]
    {
        get
        {
            foreach (var option in Options)
            {
                if (option.Code == code)
                {
                    return option.Data;
                }
            }

            return null;
        }
    }

    /// <summary>Reads what follows the type of the record; null, and an error in the reader, where it is wrong.</summary>
    internal static OptRecord? Read(ref DnsReader reader, out int upperCode)
    {
        ushort size = reader.U16();
        upperCode = reader.U8();
        byte version = reader.U8();
        ushort flags = reader.U16();
        int outer = reader.Within(reader.U16());
        var options = new List<EdnsOption>();
        while (reader.IsGood && reader.Left > 0)
        {
            options.Add(new(reader.U16(), reader.Bytes(reader.U16()).ToArray()));
        }

        reader.Leave(outer);
        return reader.IsGood ? new() { UdpSize = size, Version = version, DnssecOk = (flags & DnssecOkFlag) != 0, OtherFlags = (ushort)(flags & ~DnssecOkFlag), Options = options } : null;
    }

    /// <summary>How many bytes it takes.</summary>
    internal int Length => 11 + Options.Sum(option => 4 + option.Data.Length);

    internal void Write(DnsWriter writer, int upperCode)
    {
        writer.U8(0);
        writer.U16(RecordType.OPT.Value);
        writer.U16(UdpSize);
        writer.U8((byte)upperCode);
        writer.U8(Version);
        writer.U16((ushort)((DnssecOk ? DnssecOkFlag : 0) | (OtherFlags & ~DnssecOkFlag)));
        writer.U16((ushort)(Length - 11));
        foreach (var option in Options)
        {
            writer.U16(option.Code);
            writer.U16((ushort)option.Data.Length);
            writer.Bytes(option.Data);
        }
    }
}
