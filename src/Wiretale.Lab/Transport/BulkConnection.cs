using System.Text;
using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>How far a connection is.</summary>
public enum BulkState
{
    /// <summary>A client waits for its server.</summary>
    Connecting,

    Open,

    /// <summary>The other side is told of the end, and may not have heard it.</summary>
    Closing,

    Closed,
}

/// <summary>What a connection has done so far.</summary>
public readonly record struct BulkStatistics(
    long PacketsSent, long PacketsReceived, long PacketsLost, long PacketsTakenForLost, long BytesSentAgain, long Duplicates, TimeSpan RoundTrip, long Window, int Reductions, int Datagram);

/// <summary>One end of a connection of the bulk transport (docs/rudp.md), as a state machine: datagrams and the time come from outside, datagrams to send are taken.</summary>
/// <remarks>Not for several threads at once. After whatever is done to it, <see cref="Send"/> is called until it has nothing, then <see cref="Deadline"/> says when to look again.</remarks>
public sealed class BulkConnection : IPacketOwner
{
    /// <summary>Attempts to reach a server, and the pauses between them.</summary>
    const int Hellos = 14;

    /// <summary>Bytes of ranges in a packet that has room for others' bytes, too.</summary>
    const int LongestAck = BulkFrame.AckHeader + (4 * (ReceivedPackets.MostRanges - 1));

    /// <summary>Packets of nothing but acknowledgements after which one asks for an answer, so that old ranges can be forgotten.</summary>
    const int AskEvery = 32;

    /// <summary>Timeouts in a row after which the path may have become narrower.</summary>
    const int NarrowAfter = 4;

    /// <summary>Bytes that are sent before it pays to look for a wider path.</summary>
    const int WorthProbing = 20_000;

    static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(500), longestPause = TimeSpan.FromSeconds(2);

    readonly BulkSettings settings;
    readonly bool isClient;
    readonly ulong id;
    readonly LossDetection detection;
    readonly ReceivedPackets received = new();
    readonly Pacer pacer = new();
    readonly SendStream outgoing;
    readonly ReceiveStream incoming;
    readonly List<TimeSpan> helloTimes = [];
    PathMtu path;
    ulong peer;
    byte[] cookie = [];
    TimeSpan helloAt, lastHeard, lastSent, closingUntil, closeAt;
    TimeSpan? acceptedAt;
    bool tellsWindow, pings, tellsEnd;
    int probes, ackOnly, untilLeftOut, retries, ends;
    BulkCode endCode;
    string endReason = "";
    long packetsReceived, duplicates;

    BulkConnection(BulkSettings settings, bool isClient, TimeSpan now)
    {
        (this.settings, this.isClient, lastHeard, helloAt) = (settings, isClient, now, now);
        id = settings.Random();
        path = new(settings.MaxDatagram);
        detection = new(this, CongestionControl.Create(settings.Congestion, path.Current, settings.FixedWindow));
        outgoing = new(settings.SendBuffer);
        incoming = new(settings.ReceiveWindow);
        untilLeftOut = NextLeftOut();
    }

    /// <summary>How far it is.</summary>
    public BulkState State { get; private set; }

    /// <summary>Why it ended before everything had arrived on both sides; null as long as nothing went wrong.</summary>
    public string? Failure { get; private set; }

    /// <summary>The number by which the other side addresses this end.</summary>
    public ulong Id => id;

    /// <summary>Whether anything has come from the other side since it was opened.</summary>
    public bool IsConfirmed => received.Largest >= 0;

    /// <summary>Whether the other side has ended its direction and everything has been read.</summary>
    public bool IsEnd => incoming.IsDone;

    /// <summary>Whether everything written, and the end, has arrived.</summary>
    public bool IsDelivered => outgoing.IsDone;

    /// <summary>Bytes that can be read.</summary>
    public int Available => incoming.Available;

    /// <summary>Bytes that can be written.</summary>
    public int Room => outgoing.IsFinished ? 0 : outgoing.Room(Congestion.Window);

    /// <summary>Bytes that the other side has, as far as is known, in order or not.</summary>
    public long BytesSent => outgoing.Sent;

    /// <summary>Bytes read.</summary>
    public long BytesRead => incoming.Read;

    /// <summary>What it has done.</summary>
    public BulkStatistics Statistics => new(detection.Next, packetsReceived, detection.PacketsLost, detection.Spurious, outgoing.SentAgain, duplicates,
        detection.RoundTrip.Smoothed, Congestion.Window, Congestion.Reductions - Congestion.Undone, path.Current);

    /// <summary>A client's end.</summary>
    public static BulkConnection Connect(BulkSettings settings, TimeSpan now) => new(settings, isClient: true, now);

    /// <summary>A server's end, for a Hello with a good cookie.</summary>
    internal static BulkConnection Accept(BulkSettings settings, ulong client, int maxDatagram, uint window, TimeSpan now)
    {
        var connection = new BulkConnection(settings, isClient: false, now);
        connection.Open(client, maxDatagram, window);
        connection.acceptedAt = now;
        return connection;
    }

    CongestionControl Congestion => detection.Congestion;

    /// <summary>Changes the way to find out what the path carries, before anything is sent over it; null leaves it as it is.</summary>
    public void Use(CongestionKind? kind)
    {
        if (kind is { } other && outgoing.Sent == 0)
        {
            detection.Congestion = CongestionControl.Create(other, path.Current, settings.FixedWindow);
        }
    }

    /// <summary>The id that the client gave itself.</summary>
    internal ulong Peer => peer;

    /// <summary>The Accept was sent again: how long its answer took says nothing any more.</summary>
    internal void AcceptedAgain() => acceptedAt = null;

    /// <summary>Takes as many bytes to send as there is room for.</summary>
    public int Write(ReadOnlySpan<byte> data) => State is BulkState.Connecting or BulkState.Open ? outgoing.Write(data, Congestion.Window) : 0;

    /// <summary>Ends our direction: nothing more is written.</summary>
    public void Finish() => outgoing.Finish();

    /// <summary>Reads what has come.</summary>
    public int Read(Span<byte> data)
    {
        int length = incoming.Take(data);
        tellsWindow |= length > 0 && incoming.ShouldAllowMore;
        return length;
    }

    /// <summary>Ends the connection before its time.</summary>
    public void Close(BulkCode code, string reason, TimeSpan now)
    {
        if (State is BulkState.Connecting)
        {
            End(reason);
        }
        else if (State is BulkState.Open)
        {
            Failure ??= reason;
            BeginClosing(code, reason, now);
        }
    }

    /// <summary>Takes a datagram of the other side.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        if (State == BulkState.Closed || !BulkPacket.TryRead(datagram, out var packet))
        {
            return;
        }

        switch (packet.Type)
        {
            case BulkPacketType.Versions when State == BulkState.Connecting && packet.ConnectionId == id && packet.Number < helloTimes.Count:
                End("the server speaks another version of the protocol");
                break;
            case BulkPacketType.Reset when packet.ConnectionId == (State == BulkState.Connecting ? id : peer):
                TakeReset(packet);
                break;
            case BulkPacketType.Retry or BulkPacketType.Accept when packet.Version == RudpBulk.Version && State == BulkState.Connecting && packet.ConnectionId == id && packet.Number < helloTimes.Count:
                TakeGreeting(packet, now);
                break;
            case BulkPacketType.Frames when packet.Version == RudpBulk.Version && packet.ConnectionId == id && State is BulkState.Open or BulkState.Closing:
                TakeFrames(packet, now);
                break;
            default:
                break;
        }
    }

    /// <summary>Writes the next datagram to send.</summary>
    /// <param name="datagram">Room for the longest one.</param>
    /// <returns>Its length; 0 when there is nothing to send now.</returns>
    public int Send(Span<byte> datagram, TimeSpan now)
    {
        if (State == BulkState.Connecting)
        {
            return SendHello(datagram, now);
        }

        if (State == BulkState.Open && incoming.IsDone && outgoing.IsDone)
        {
            BeginClosing(BulkCode.Done, "", now);
        }

        return State == BulkState.Open ? SendFrames(datagram, now) : SendEnd(datagram, now);
    }

    /// <summary>When to call <see cref="OnTimer"/> and <see cref="Send"/>, if nothing else happens; null when never.</summary>
    public TimeSpan? Deadline(TimeSpan now) => State switch
    {
        BulkState.Connecting => helloAt,
        BulkState.Open => OpenDeadline(now),
        BulkState.Closing => Min(closingUntil, closeAt),
        _ => tellsEnd ? now : null,
    };

    /// <summary>Looks at the time.</summary>
    public void OnTimer(TimeSpan now)
    {
        switch (State)
        {
            case BulkState.Connecting when helloTimes.Count >= Hellos && now >= helloAt:
                End("no answer");
                break;
            case BulkState.Open:
                OnOpenTimer(now);
                break;
            case BulkState.Closing when now >= closingUntil:
                State = BulkState.Closed;
                break;
            case BulkState.Closing:
                tellsEnd |= now >= closeAt;
                break;
            default:
                break;
        }
    }

    /// <inheritdoc />
    void IPacketOwner.Acknowledged(in SentPacket packet, TimeSpan now)
    {
        if (packet.HasData)
        {
            outgoing.Acknowledged(packet.Offset, packet.Length, packet.Ends);
        }

        if (packet.Told >= 0)
        {
            received.Forget(packet.Told - ReceivedPackets.MostRanges);
        }

        if (packet.IsProbe)
        {
            path.Acknowledged(packet.Size);
            Congestion.Datagram = path.Current;
        }
    }

    /// <inheritdoc />
    void IPacketOwner.Lost(in SentPacket packet, TimeSpan now)
    {
        if (packet.HasData)
        {
            outgoing.Lost(packet.Offset, packet.Length, packet.Ends);
        }

        tellsWindow |= packet.HasWindow;
        if (packet.IsProbe)
        {
            path.Lost(packet.Size);
        }
    }

    void Open(ulong other, int maxDatagram, uint window)
    {
        (State, peer) = (BulkState.Open, other);
        path = new(settings.CommonDatagram(maxDatagram));
        outgoing.Allow(window);
    }

    void TakeGreeting(in BulkPacket packet, TimeSpan now)
    {
        if (packet.TryReadRetry(out var biscuit) && !biscuit.SequenceEqual(cookie) && retries < Hellos)
        {
            retries++;
            detection.RoundTrip.Measured(now - helloTimes[(int)packet.Number], TimeSpan.Zero);
            (cookie, helloAt, lastHeard) = (biscuit.ToArray(), now, now);
        }
        else if (packet.TryReadAccept(out ulong server, out int maxDatagram, out uint window))
        {
            lastHeard = now;
            detection.RoundTrip.Measured(now - helloTimes[(int)packet.Number], TimeSpan.Zero);
            Open(server, maxDatagram, window);
        }
    }

    void TakeReset(in BulkPacket packet)
    {
        var code = packet.Body.Length > 0 ? (BulkCode)packet.Body[0] : BulkCode.UnknownConnection;
        if (State == BulkState.Connecting ? packet.Number < helloTimes.Count : detection.WasSent(packet.Number))
        {
            // While closing it only means that the other side has closed already.
            End(State == BulkState.Closing ? Failure : code == BulkCode.Busy ? "the server has no room for another connection" : "the other side knows nothing of this connection any more");
        }
    }

    void TakeFrames(in BulkPacket packet, TimeSpan now)
    {
        packetsReceived++;
        if (received.IsKnown(packet.Number))
        {
            duplicates++;
            return;
        }

        if (acceptedAt is { } at && !IsConfirmed)
        {
            detection.RoundTrip.Measured(now - at, TimeSpan.Zero);
        }

        lastHeard = now;
        var frame = new BulkFrame(packet.Body);
        bool asks = false, atOnce = false;
        while (frame.Next())
        {
            if (frame.Type == BulkFrameType.Close)
            {
                TakeClose((BulkCode)frame.Code, frame.Content);
                return;
            }

            if (State == BulkState.Open && !Take(ref frame, now))
            {
                return;
            }

            asks |= frame.Asks;
            atOnce |= frame.Type is BulkFrameType.Ping or BulkFrameType.Probe || (frame.Type == BulkFrameType.Data && frame.Ends);
        }

        if (frame.IsBad)
        {
            Violated(BulkCode.ProtocolViolation, "a frame makes no sense", now);
            return;
        }

        received.Add(packet.Number, asks, atOnce, now);
        if (State == BulkState.Closing)
        {
            // Half as often each time, lest two ends that do not understand each other go on for ever.
            ends++;
            tellsEnd |= System.Numerics.BitOperations.IsPow2(ends);
        }
    }

    /// <returns>Whether to go on with the packet.</returns>
    bool Take(ref BulkFrame frame, TimeSpan now)
    {
        switch (frame.Type)
        {
            case BulkFrameType.Ack:
                Span<(long, long)> ranges = stackalloc (long, long)[byte.MaxValue + 1];
                int count = frame.ReadRanges(ranges);
                if (count < 0 || !detection.Acknowledge(ranges[..count], frame.Delay, now))
                {
                    Violated(BulkCode.ProtocolViolation, "packets are acknowledged that were never sent", now);
                    return false;
                }

                probes = 0;
                return true;
            case BulkFrameType.Window:
                outgoing.Allow(frame.Number);
                return true;
            case BulkFrameType.Data:
                switch (incoming.Put(frame.Number, frame.Content, frame.Ends))
                {
                    case ReceiveStream.Result.NoRoom:
                        return false;
                    case ReceiveStream.Result.TooFar:
                        Violated(BulkCode.FlowControl, "more came than was allowed", now);
                        return false;
                    case ReceiveStream.Result.WrongEnd:
                        Violated(BulkCode.FinalSize, "the stream has two ends", now);
                        return false;
                    default:
                        return true;
                }

            default:
                return true;
        }
    }

    void TakeClose(BulkCode code, ReadOnlySpan<byte> reason)
    {
        if (State == BulkState.Open)
        {
            // Its acknowledgement of our last bytes may have got lost, but it closes in good order only when it has them.
            bool good = code == BulkCode.Done && incoming.IsComplete && outgoing is { IsFinished: true, HasMore: false };
            string text = PlainText.Decode(reason);
            Failure = good ? null : text.Length > 0 ? $"the other side ended it: {text}" : "the other side ended it too early";
            (endCode, endReason, tellsEnd) = (BulkCode.Done, "", true);
        }

        State = BulkState.Closed;
    }

    void Violated(BulkCode code, string reason, TimeSpan now)
    {
        if (State == BulkState.Open)
        {
            Failure = "the other side broke the rules: " + reason;
            BeginClosing(code, reason, now);
        }
    }

    void BeginClosing(BulkCode code, string reason, TimeSpan now)
    {
        (State, endCode, endReason, tellsEnd) = (BulkState.Closing, code, reason, true);
        closingUntil = now + (detection.RoundTrip.ProbeTimeout * 3);
        closeAt = now + detection.RoundTrip.ProbeTimeout;
    }

    void End(string? failure) => (State, Failure) = (BulkState.Closed, failure);

    int SendHello(Span<byte> datagram, TimeSpan now)
    {
        if (now < helloAt || helloTimes.Count >= Hellos)
        {
            return 0;
        }

        var pause = (detection.RoundTrip.IsKnown ? detection.RoundTrip.ProbeTimeout : firstPause) * Math.Pow(2, Math.Max(0, helloTimes.Count - retries));
        helloAt = now + (pause < longestPause ? pause : longestPause);
        helloTimes.Add(now);
        return BulkPacket.WriteHello(datagram, helloTimes.Count - 1, id, settings.MaxDatagram, settings.ReceiveWindow, cookie);
    }

    int SendEnd(Span<byte> datagram, TimeSpan now)
    {
        if (!tellsEnd)
        {
            return 0;
        }

        tellsEnd = false;
        closeAt = now + detection.RoundTrip.ProbeTimeout;
        int length = RudpBulk.HeaderLength;
        length += BulkFrame.WriteClose(datagram[length..], endCode, endReason);
        BulkPacket.Seal(datagram[..length], BulkPacketType.Frames, detection.Next, peer);
        detection.Sent(new() { At = now, Size = length, Fate = PacketFate.Unasked, Told = -1 });
        return length;
    }

    int SendFrames(Span<byte> datagram, TimeSpan now)
    {
        bool mayAsk = MayAsk(now);
        if (mayAsk && probes == 0 && outgoing.Sent >= WorthProbing && outgoing.HasMore && path.Probe(now) is { } size && detection.InFlight + size <= Congestion.Window)
        {
            return SendProbe(datagram[..size], now);
        }

        datagram = datagram[..path.Current];
        bool mustTell = received.Due <= now;
        bool hasData = mayAsk && outgoing.HasMore;
        bool asks = mayAsk && (tellsWindow || pings || probes > 0 || (mustTell && ackOnly >= AskEvery && received.Ranges > 4));
        if (!mustTell && !hasData && !asks)
        {
            return 0;
        }

        if (hasData && --untilLeftOut <= 0)
        {
            // Who acknowledges it has not seen what it acknowledges (RFC 9000 section 21.4).
            detection.LeaveOut();
            untilLeftOut = NextLeftOut();
        }

        var packet = new SentPacket { At = now, Fate = PacketFate.Unasked, Told = -1 };
        int length = RudpBulk.HeaderLength;
        if (received.HasNews)
        {
            int ack = received.Write(datagram.Slice(length, LongestAck), now);
            packet.Told = ack > 0 ? received.Largest : -1;
            length += ack;
        }

        if (asks && tellsWindow)
        {
            length += BulkFrame.WriteWindow(datagram[length..], incoming.AllowMore());
            (tellsWindow, packet.HasWindow, packet.Fate) = (false, true, PacketFate.OnTheWay);
        }

        if (hasData)
        {
            var (offset, bytes, ends) = outgoing.Take(datagram[(length + BulkFrame.DataHeader)..]);
            BulkFrame.WriteDataHeader(datagram[length..], offset, bytes, ends);
            length += BulkFrame.DataHeader + bytes;
            (packet.HasData, packet.Offset, packet.Length, packet.Ends, packet.Fate) = (true, offset, bytes, ends, PacketFate.OnTheWay);
            packet.IsLimited = outgoing.HasMore;
        }
        else if (asks && packet.Fate != PacketFate.OnTheWay)
        {
            datagram[length++] = (byte)BulkFrameType.Ping;
            packet.Fate = PacketFate.OnTheWay;
        }

        Leaves(datagram[..length], ref packet, now);
        return length;
    }

    int SendProbe(Span<byte> datagram, TimeSpan now)
    {
        datagram.Clear();
        BulkFrame.WriteProbe(datagram[RudpBulk.HeaderLength..], datagram.Length);
        var packet = new SentPacket { At = now, Fate = PacketFate.OnTheWay, Told = -1, IsProbe = true };
        path.Sent(datagram.Length);
        Leaves(datagram, ref packet, now);
        return datagram.Length;
    }

    void Leaves(Span<byte> datagram, ref SentPacket packet, TimeSpan now)
    {
        packet.Size = datagram.Length;
        BulkPacket.Seal(datagram, BulkPacketType.Frames, detection.Next, peer);
        detection.Sent(packet);
        lastSent = now;
        ackOnly = packet.Fate == PacketFate.OnTheWay ? 0 : ackOnly + 1;
        if (packet.Fate == PacketFate.OnTheWay)
        {
            pacer.Sent(packet.Size);
            probes = Math.Max(0, probes - 1);
            pings = false;
        }
    }

    bool MayAsk(TimeSpan now) =>
        detection.HasRoom && (probes > 0 || (detection.InFlight + path.Current <= Congestion.Window && pacer.NextAt(Rate, path.Current, detection.RoundTrip.Smoothed, now) <= now));

    /// <summary>Bytes a second: a little more than a window in a round trip, so that the window stays what limits (RFC 9002 section 7.7).</summary>
    double Rate => (Congestion.IsSlowStart ? 2 : 1.25) * Congestion.Window / Math.Max(detection.RoundTrip.Smoothed.TotalSeconds, 0.0001);

    TimeSpan OpenDeadline(TimeSpan now)
    {
        var at = lastHeard + settings.Idle;
        if (isClient)
        {
            at = Min(at, (lastHeard > lastSent ? lastHeard : lastSent) + settings.KeepAlive);
        }

        at = Min(at, detection.Deadline ?? at);
        at = Min(at, received.Due ?? at);
        if ((outgoing.HasMore || tellsWindow || pings || probes > 0) && detection.HasRoom && (probes > 0 || detection.InFlight + path.Current <= Congestion.Window))
        {
            at = Min(at, probes > 0 ? now : pacer.NextAt(Rate, path.Current, detection.RoundTrip.Smoothed, now));
        }

        return incoming.IsDone && outgoing.IsDone ? now : at;
    }

    void OnOpenTimer(TimeSpan now)
    {
        if (now >= lastHeard + settings.Idle)
        {
            End($"the other side has been silent for {settings.Idle.TotalSeconds:0} seconds");
            return;
        }

        pings |= isClient && now >= (lastHeard > lastSent ? lastHeard : lastSent) + settings.KeepAlive;
        if (detection.OnTimer(now))
        {
            probes = detection.Timeouts > 1 ? 2 : 1;
            outgoing.Repeat(probes * path.Current);
            if (detection.Timeouts == NarrowAfter)
            {
                path.NothingArrives();
                Congestion.Datagram = path.Current;
            }
        }
    }

    int NextLeftOut() => 200 + (int)(settings.Random() % 800);

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
