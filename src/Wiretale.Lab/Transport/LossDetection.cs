using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>Whom loss detection tells what became of a packet.</summary>
interface IPacketOwner
{
    void Acknowledged(in SentPacket packet, TimeSpan now);

    void Lost(in SentPacket packet, TimeSpan now);
}

/// <summary>Packets that were sent, and what is to be thought of those of which nothing is heard (RFC 9002 section 6).</summary>
sealed class LossDetection(IPacketOwner owner, CongestionControl congestion)
{
    /// <summary>Packets that are remembered; beyond them nothing more is sent.</summary>
    public const int Most = 1 << 15;

    /// <summary>Most by which later packets may overtake one before it is lost.</summary>
    const int LongestOvertaking = 256;

    /// <summary>Timeouts in a row after which they do not get longer.</summary>
    const int MostBackoff = 6;

    /// <summary>Timeouts that make a long silence a congestion (RFC 9002 section 7.6.1).</summary>
    const int PersistentTimeouts = 3;

    SentPacket[] ring = new SentPacket[64];

    // Numbers below oldest are forgotten; from there to next they are in the ring. None below waiting is on the way.
    long oldest, waiting;
    TimeSpan? lossAt;
    TimeSpan lastAsked, firstMeasured = TimeSpan.MaxValue;
    int packetThreshold = 3;
    double timeThreshold = 9.0 / 8;
    int lostInEpisode, spuriousInEpisode;

    /// <summary>Whom it tells.</summary>
    public CongestionControl Congestion { get; set; } = congestion;

    /// <summary>The time to the other side and back.</summary>
    public RoundTrip RoundTrip { get; } = new();

    /// <summary>The number of the next packet.</summary>
    public long Next { get; private set; }

    /// <summary>The highest number that arrived; -1 when none has.</summary>
    public long LargestAcknowledged { get; private set; } = -1;

    /// <summary>Bytes of packets on the way.</summary>
    public long InFlight { get; private set; }

    /// <summary>Timeouts since something arrived.</summary>
    public int Timeouts { get; private set; }

    public long PacketsLost { get; private set; }

    /// <summary>Packets that were taken for lost and were not.</summary>
    public long Spurious { get; private set; }

    /// <summary>Whether another packet can be remembered.</summary>
    public bool HasRoom => Next - oldest < Most;

    /// <summary>When it must be looked again; null when nothing is on the way.</summary>
    public TimeSpan? Deadline => lossAt ?? (InFlight > 0 ? lastAsked + ProbeTimeout : null);

    /// <summary>The timeout with its backoff.</summary>
    public TimeSpan ProbeTimeout => RoundTrip.ProbeTimeout * (1 << Math.Min(Timeouts, MostBackoff));

    /// <summary>Whether a number has been sent.</summary>
    public bool WasSent(long number) => number >= 0 && number < Next;

    /// <summary>Leaves a number out.</summary>
    public void LeaveOut() => Add(new() { Fate = PacketFate.LeftOut, Told = -1 });

    /// <summary>A packet leaves.</summary>
    public void Sent(in SentPacket packet)
    {
        Add(packet);
        if (packet.Fate == PacketFate.OnTheWay)
        {
            InFlight += packet.Size;
            lastAsked = packet.At;
        }
    }

    /// <summary>Takes an ACK's ranges, the highest first.</summary>
    /// <returns>Whether they can be true.</returns>
    public bool Acknowledge(ReadOnlySpan<(long From, long To)> ranges, TimeSpan delay, TimeSpan now)
    {
        long largest = ranges[0].To - 1;
        if (largest >= Next)
        {
            return false;
        }

        foreach (var (from, to) in ranges)
        {
            for (long n = Math.Max(from, oldest); n < to; n++)
            {
                if (At(n).Fate == PacketFate.LeftOut)
                {
                    return false;
                }
            }
        }

        bool isLargestNews = largest > LargestAcknowledged && largest >= oldest && At(largest).Fate is PacketFate.OnTheWay;
        LargestAcknowledged = Math.Max(LargestAcknowledged, largest);
        if (isLargestNews)
        {
            RoundTrip.Measured(now - At(largest).At, delay);
            firstMeasured = firstMeasured < now ? firstMeasured : now;
        }

        bool any = false;
        for (int i = ranges.Length - 1; i >= 0; i--)
        {
            for (long n = Math.Max(ranges[i].From, oldest); n < ranges[i].To; n++)
            {
                any |= Arrived(n, now);
            }
        }

        if (any)
        {
            Timeouts = 0;
            Detect(now);
        }

        Advance(now);
        return true;
    }

    /// <summary>Looks at the time.</summary>
    /// <returns>Whether it is time to ask with another packet.</returns>
    public bool OnTimer(TimeSpan now)
    {
        if (Deadline is not { } due || due > now)
        {
            return false;
        }

        if (lossAt is not null)
        {
            Detect(now);
            Advance(now);
            return false;
        }

        Timeouts++;
        // Counted from here: the packet that asks may have to wait for its turn.
        lastAsked = now;
        return true;
    }

    bool Arrived(long number, TimeSpan now)
    {
        ref var packet = ref At(number);
        switch (packet.Fate)
        {
            case PacketFate.OnTheWay:
                packet.Fate = PacketFate.Acknowledged;
                InFlight -= packet.Size;
                Congestion.Acknowledged(packet.Size, packet.At, now, RoundTrip, packet.IsLimited);
                owner.Acknowledged(packet, now);
                return true;
            case PacketFate.Lost:
                packet.Fate = PacketFate.Acknowledged;
                owner.Acknowledged(packet, now);
                WasNotLost(number, packet);
                return true;
            case PacketFate.Unasked:
                packet.Fate = PacketFate.Acknowledged;
                owner.Acknowledged(packet, now);
                return false;
            default:
                return false;
        }
    }

    /// <summary>The path mixes packets more than was thought: from now on they get more patience (RFC 8985 section 3.3.2 has the same for TCP).</summary>
    void WasNotLost(long number, in SentPacket packet)
    {
        Spurious++;
        packetThreshold = (int)Math.Clamp(LargestAcknowledged - number + 1, packetThreshold, LongestOvertaking);
        timeThreshold = Math.Min(2, timeThreshold + 0.125);
        if (!packet.IsProbe && ++spuriousInEpisode == lostInEpisode)
        {
            Congestion.Undo();
        }
    }

    void Detect(TimeSpan now)
    {
        lossAt = null;
        var longest = RoundTrip.Latest > RoundTrip.Smoothed ? RoundTrip.Latest : RoundTrip.Smoothed;
        var patience = longest * timeThreshold;
        patience = patience > RoundTrip.Granularity ? patience : RoundTrip.Granularity;
        TimeSpan? runBegan = null;
        while (waiting < LargestAcknowledged && At(waiting).Fate != PacketFate.OnTheWay)
        {
            waiting++;
        }

        for (long n = waiting; n < LargestAcknowledged; n++)
        {
            ref var packet = ref At(n);
            if (packet.Fate == PacketFate.Acknowledged)
            {
                runBegan = null;
            }

            if (packet.Fate != PacketFate.OnTheWay)
            {
                continue;
            }

            if (packet.At + patience > now && LargestAcknowledged - n < packetThreshold)
            {
                // Those sent later are due later.
                lossAt = packet.At + patience;
                break;
            }

            Lose(ref packet, now);
            runBegan ??= packet.At;
            if (!packet.IsProbe && runBegan > firstMeasured && packet.At - runBegan.Value > RoundTrip.ProbeTimeout * PersistentTimeouts)
            {
                Congestion.PersistentlyCongested();
            }
        }
    }

    void Lose(ref SentPacket packet, TimeSpan now)
    {
        packet.Fate = PacketFate.Lost;
        InFlight -= packet.Size;
        if (!packet.IsProbe)
        {
            PacketsLost++;
            if (Congestion.Lost(packet.At, now, RoundTrip))
            {
                (lostInEpisode, spuriousInEpisode) = (0, 0);
            }

            lostInEpisode++;
        }

        owner.Lost(packet, now);
    }

    /// <summary>Forgets what needs no thought any more: lost ones after a while in which they could still have arrived.</summary>
    void Advance(TimeSpan now)
    {
        var longAgo = now - (RoundTrip.ProbeTimeout * 3);
        while (oldest < Next)
        {
            ref var packet = ref At(oldest);
            if (packet.Fate == PacketFate.OnTheWay
                || (packet.Fate == PacketFate.LeftOut && oldest > LargestAcknowledged)
                || (packet.Fate == PacketFate.Lost && packet.At > longAgo && Next - oldest < Most / 2))
            {
                break;
            }

            oldest++;
        }

        waiting = Math.Max(waiting, oldest);
    }

    void Add(in SentPacket packet)
    {
        if (Next > RudpBulk.LargestPacketNumber)
        {
            throw new InvalidOperationException("packet numbers are used up");
        }

        if (Next - oldest == ring.Length)
        {
            var larger = new SentPacket[ring.Length * 2];
            for (long n = oldest; n < Next; n++)
            {
                larger[n & (larger.Length - 1)] = At(n);
            }

            ring = larger;
        }

        ring[Next & (ring.Length - 1)] = packet;
        Next++;
        Advance(packet.At);
    }

    ref SentPacket At(long number) => ref ring[number & (ring.Length - 1)];
}
