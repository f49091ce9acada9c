using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Wiretale.Capture;
using Wiretale.Dissection.Filters;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>
/// Shares frames out among lanes. What packets of one lane teach never matters to another's, so lanes can be worked on at the same time: every TCP
/// connection is whole in one of the lanes 1 and up, everything else is in lane 0. Frames for which a look at the headers does not settle that
/// (fragments, tunnels, protocols that announce connections) make their batch an ordered one, taken apart frame by frame while all lanes stand still.
/// </summary>
/// <remarks>The lanes are the same however many threads there are, so the output does not depend on these.</remarks>
sealed class LaneMap
{
    /// <summary>Lanes of a run: more than processors, so that a busy connection holds up only its neighbours.</summary>
    public const int Lanes = 8;

    /// <summary>Where the frames belong that a sieve holds back: no lane, for nobody sees them.</summary>
    public const int HeldBack = Lanes;

    const byte Any = 0xff;
    const int EthernetHeader = 14, CookedHeader = 16, IPv4Header = 20, IPv6Header = 40, Ports = 4;

    readonly DissectionEngine engine;
    readonly bool ordered;
    readonly HeaderSieve? sieve;
    readonly bool[] crossing = new bool[65536];
    Timestamp first, previous;
    bool started;

    /// <param name="sieve">What holds frames back, if anything.</param>
    /// <param name="ordered">Whether all batches are ordered ones.</param>
    public LaneMap(DissectionEngine engine, HeaderSieve? sieve, bool ordered)
    {
        this.engine = engine;
        this.sieve = engine.OpensPayload || !IsPlain(engine) ? null : sieve;
        this.ordered = ordered || Crosses(engine.Heuristics(Tcp.Heuristics));
        foreach (var (port, dissector) in engine.Table(Tcp.Ports).Entries)
        {
            crossing[port] = engine.TracksTcp && dissector.CrossesLanes;
        }

        HasCrossingHeuristics = Crosses(engine.Heuristics(Udp.Heuristics));

        static bool Crosses(IReadOnlyList<Heuristic> heuristics) => heuristics.Any(h => h.Dissector.CrossesLanes);
    }

    bool HasCrossingHeuristics { get; }

    /// <summary>Whether the plainest frames go the way that <see cref="PlainSegment"/> takes for granted: a preference or a disabled protocol may be in it.</summary>
    static bool IsPlain(DissectionEngine engine) => engine.Find(EtherType.Table, EtherTypes.IPv4) is IPv4 && engine.Find(EtherType.Table, EtherTypes.IPv6) is IPv6
        && engine.Find(IPv4.Protocols, IpProtocol.Tcp) is Tcp && engine.Heuristics(IPv4.Heuristics).Count == 0;

    /// <summary>The lane of a conversation; that of every frame which belongs to it.</summary>
    public static int Of(PortKind kind, in Address a, uint portA, in Address b, uint portB) =>
        kind != PortKind.Tcp ? 0 : Of(End(a.High, a.Low, portA) + End(b.High, b.Low, portB));

    /// <summary>Whether connections of a TCP port may say something about others.</summary>
    public bool Crosses(uint port) => port < crossing.Length && crossing[port];

    /// <summary>Says of every frame of a batch which lane it belongs to.</summary>
    public void Assign(DissectedBatch batch)
    {
        // Keys may open what any connection says.
        batch.IsOrdered = ordered || batch.Secrets > 0;
        var lanes = batch.Lanes;
        var places = batch.Places;
        Span<ushort> counts = stackalloc ushort[Lanes];
        counts.Clear();
        uint mask = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            ref readonly var frame = ref batch.Frames[i];
            int lane = Of(frame);
            if (lane == Any)
            {
                batch.IsOrdered = true;
                lane = 0;
            }

            lanes[i] = (byte)lane;
            places[i] = counts[lane]++;
            mask |= 1u << lane;
        }

        batch.LaneMask = mask;
        Sort(batch, counts);
    }

    /// <summary>Puts the frames of each lane one after the other, and those aside that nobody wants to see.</summary>
    void Sort(DissectedBatch batch, ReadOnlySpan<ushort> counts)
    {
        var starts = batch.Starts;
        for (int lane = 0; lane < Lanes; lane++)
        {
            starts[lane + 1] = starts[lane] + counts[lane];
        }

        Span<byte> lanes = batch.Lanes;
        Span<ushort> places = batch.Places, order = batch.Order;
        for (int i = 0; i < batch.Count; i++)
        {
            order[starts[lanes[i]] + places[i]] = (ushort)i;
        }

        if (sieve is null || batch.IsOrdered)
        {
            return;
        }

        Span<ushort> shown = stackalloc ushort[Lanes];
        shown.Clear();
        for (int i = 0; i < batch.Count; i++)
        {
            int lane = lanes[i];
            if (lane == 0 || sieve.MayPass(batch.Frames[i]))
            {
                places[i] = shown[lane]++;
            }
            else
            {
                lanes[i] = HeldBack;
                places[i] = 0;
            }
        }
    }

    /// <summary>Gives a batch the times before it. Batches come in file order.</summary>
    public void PassTimes(DissectedBatch batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (!started)
        {
            started = true;
            first = previous = batch.Frames[0].Time;
        }

        (batch.FirstTime, batch.PreviousTime) = (first, previous);
        previous = batch.Frames[batch.Count - 1].Time;
    }

    int Of(in FrameRecord frame)
    {
        var data = frame.Data;
        switch (frame.LinkType)
        {
            case LinkType.Ethernet:
                return data.Length < EthernetHeader ? 0 : OfType(data, BinaryPrimitives.ReadUInt16BigEndian(data[12..]), EthernetHeader);
            case LinkType.LinuxCooked:
                return data.Length < CookedHeader ? 0 : OfType(data, BinaryPrimitives.ReadUInt16BigEndian(data[14..]), CookedHeader);
            case LinkType.RawIp or LinkType.RawIpDlt12 or LinkType.RawIpDlt14 when data.Length > 0:
                return data[0] >> 4 == 4 ? OfIPv4(data) : OfIPv6(data);
            case LinkType.Null or LinkType.Loop when data.Length > Ports:
                return data[4] >> 4 == 4 ? OfIPv4(data[4..]) : OfIPv6(data[4..]);
            default:
                return Any;
        }
    }

    int OfType(ReadOnlySpan<byte> data, ushort type, int at)
    {
        const ushort LargestLength = 1500, Snap = 0xaa, IpSap = 0x06, Tag = 4;
        while (type == EtherTypes.Vlan && data.Length >= at + Tag)
        {
            type = BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]);
            at += Tag;
        }

        switch (type)
        {
            case EtherTypes.IPv4:
                return OfIPv4(data[at..]);
            case EtherTypes.IPv6:
                return OfIPv6(data[at..]);
            case <= LargestLength:
                return data.Length > at && data[at] is (byte)Snap or (byte)IpSap ? Any : 0;
            default:
                return engine.Find(EtherType.Table, type) is { CrossesLanes: true } ? Any : 0;
        }
    }

    int OfIPv4(ReadOnlySpan<byte> data)
    {
        const int NoOptions = 0x45, FragmentBits = 0x3fff;
        if (data.Length < IPv4Header)
        {
            return 0;
        }

        if ((BinaryPrimitives.ReadUInt16BigEndian(data[6..]) & FragmentBits) != 0)
        {
            return Any;
        }

        byte protocol = data[9];
        if (protocol is IpProtocol.Tcp or IpProtocol.Udp)
        {
            // Options may say that the addresses are only the next stop's.
            return data[0] != NoOptions ? Any : OfPorts(data[IPv4Header..], protocol, End(BinaryPrimitives.ReadUInt32BigEndian(data[12..]), 0), End(BinaryPrimitives.ReadUInt32BigEndian(data[16..]), 0));

            static ulong End(uint address, ulong low) => LaneMap.End((ulong)address << 32, low);
        }

        return engine.Find(IPv4.Protocols, protocol) is { CrossesLanes: true } ? Any : 0;
    }

    int OfIPv6(ReadOnlySpan<byte> data)
    {
        if (data.Length < IPv6Header)
        {
            return 0;
        }

        byte protocol = data[6];
        return protocol is IpProtocol.Tcp or IpProtocol.Udp ? OfPorts(data[IPv6Header..], protocol, End(data[8..]), End(data[24..]))
            : protocol is IpProtocol.IcmpV6 ? 0 : Any;

        static ulong End(ReadOnlySpan<byte> address) => LaneMap.End(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]));
    }

    int OfPorts(ReadOnlySpan<byte> data, byte protocol, ulong source, ulong destination)
    {
        if (data.Length < Ports)
        {
            return 0;
        }

        int from = BinaryPrimitives.ReadUInt16BigEndian(data), to = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        if (protocol == IpProtocol.Tcp)
        {
            return crossing[from] || crossing[to] ? Any : Of(End(source, (uint)from) + End(destination, (uint)to));
        }

        var byPort = engine.Find(Udp.Ports, (uint)Math.Min(from, to)) ?? engine.Find(Udp.Ports, (uint)Math.Max(from, to));
        return byPort is null ? (HasCrossingHeuristics ? Any : 0) : byPort.CrossesLanes ? Any : 0;
    }

    static ulong End(ulong high, ulong low, uint port) => End(End(high, low), port);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong End(ulong high, ulong low) => (high ^ (high >> 32) ^ (low * 3)) * 0x9E3779B97F4A7C15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong End(ulong address, uint port)
    {
        ulong hash = (address ^ port) * 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Of(ulong ends) => 1 + (int)(((ends & uint.MaxValue) * (Lanes - 1)) >> 32);
}
