using System.Buffers.Binary;
using System.Security.Cryptography;
using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>How one end of a connection behaves.</summary>
public sealed record BulkSettings
{
    /// <summary>Who says how much may be on the way.</summary>
    public CongestionKind Congestion { get; init; } = CongestionKind.Vegas;

    /// <summary>Packets on the way under <see cref="CongestionKind.Fixed"/>.</summary>
    public int FixedWindow { get; init; } = 128;

    /// <summary>Bytes that may come before they are read.</summary>
    public int ReceiveWindow { get; init; } = 4 << 20;

    /// <summary>Bytes that are kept until they are acknowledged, at most.</summary>
    public int SendBuffer { get; init; } = 4 << 20;

    /// <summary>Longest datagram that is sent or taken. The default fits into a frame of Ethernet.</summary>
    public int MaxDatagram { get; init; } = 1472;

    /// <summary>How long the other side may be silent.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long without a packet one is sent to see whether the other side is still there.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Where connection ids come from; nobody else may guess them.</summary>
    public Func<ulong> Random { get; init; } = Secret;

    /// <summary>The shortest maximum that both can use.</summary>
    internal int CommonDatagram(int theirs) => Math.Max(RudpBulk.BaseDatagram, Math.Min(MaxDatagram, theirs));

    static ulong Secret()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
