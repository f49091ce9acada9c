using System.Net;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>The server's side of the bulk transport, as a state machine: knows its connections, and keeps nothing of strangers.</summary>
/// <remarks>Not for several threads at once. A client stays where it is: what comes for a connection from another address is dropped.</remarks>
public sealed class BulkServer(BulkSettings settings, BulkLimits limits)
{
    /// <summary>Answers to strangers that wait to be sent, at most.</summary>
    const int MostAnswers = 256;

    readonly BulkCookies cookies = new();
    readonly Dictionary<ulong, Entry> byId = [];
    readonly Dictionary<(IPEndPoint, ulong), Entry> byClient = [];
    readonly Dictionary<IPAddress, int> ofAddress = [];
    readonly Queue<(IPEndPoint To, byte[] Datagram)> answers = new();
    readonly Queue<Entry> turns = new();
    readonly Queue<BulkConnection> accepted = new();
    readonly List<Entry> over = [];

    /// <summary>Connections.</summary>
    public int Connections => byId.Count;

    /// <summary>Datagrams that were nothing, or belonged to nobody.</summary>
    public long Ignored { get; private set; }

    /// <summary>Takes a new connection.</summary>
    public bool TryAccept([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BulkConnection? connection) => accepted.TryDequeue(out connection);

    /// <summary>Where a connection's client is.</summary>
    public IPEndPoint? AddressOf(BulkConnection connection) => byId.GetValueOrDefault(connection.Id)?.From;

    /// <summary>Takes a datagram.</summary>
    /// <returns>The connection for which it was.</returns>
    public BulkConnection? Receive(IPEndPoint from, ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        if (!BulkPacket.TryRead(datagram, out var packet))
        {
            Ignored++;
            return null;
        }

        switch (packet.Type)
        {
            case BulkPacketType.Hello:
                Greet(from, packet, now);
                return null;
            // A client's Reset has the id that it was sent to, which is the client's own: it comes from where the client is.
            case BulkPacketType.Reset when byClient.TryGetValue((from, packet.ConnectionId), out var entry):
            case BulkPacketType.Frames when byId.TryGetValue(packet.ConnectionId, out entry) && entry.From.Equals(from):
                entry.Connection.Receive(datagram, now);
                Ready(entry);
                return entry.Connection;
            case BulkPacketType.Frames:
                Ignored++;
                if (datagram.Length > BulkPacket.LengthOfReset)
                {
                    Span<byte> reset = stackalloc byte[BulkPacket.LengthOfReset];
                    Answer(from, reset[..BulkPacket.WriteReset(reset, packet.Number, packet.ConnectionId, BulkCode.UnknownConnection)]);
                }

                return null;
            default:
                Ignored++;
                return null;
        }
    }

    /// <summary>Something was written to a connection or read from it: it may have something to send.</summary>
    public void Ready(BulkConnection connection)
    {
        if (byId.TryGetValue(connection.Id, out var entry))
        {
            Ready(entry);
        }
    }

    /// <summary>Writes the next datagram to send; connections take turns.</summary>
    /// <returns>Its length; 0 when there is nothing to send now.</returns>
    public int Send(Span<byte> datagram, TimeSpan now, out IPEndPoint? to)
    {
        if (answers.TryDequeue(out var answer))
        {
            to = answer.To;
            answer.Datagram.CopyTo(datagram);
            return answer.Datagram.Length;
        }

        while (turns.TryPeek(out var entry))
        {
            turns.Dequeue();
            int length = entry.Connection.Send(datagram, now);
            if (length > 0)
            {
                turns.Enqueue(entry);
                to = entry.From;
                return length;
            }

            entry.IsReady = false;
            if (entry.Connection.State == BulkState.Closed)
            {
                Remove(entry);
            }
        }

        to = null;
        return 0;
    }

    /// <summary>When to call <see cref="OnTimer"/>; null when never.</summary>
    public TimeSpan? Deadline(TimeSpan now)
    {
        TimeSpan? first = null;
        foreach (var entry in byId.Values)
        {
            var at = Limit(entry);
            if (entry.Connection.Deadline(now) is { } due && due < at)
            {
                at = due;
            }

            first = first < at ? first : at;
        }

        return first;
    }

    /// <summary>Looks at the time.</summary>
    public void OnTimer(TimeSpan now)
    {
        foreach (var entry in byId.Values)
        {
            long progress = entry.Connection.BytesRead + entry.Connection.BytesSent;
            if (progress != entry.Progress)
            {
                (entry.Progress, entry.MovedAt) = (progress, now);
            }

            if (now >= Limit(entry))
            {
                if (entry.Connection.IsConfirmed)
                {
                    entry.Connection.Close(BulkCode.Cancelled, "nothing got any further", now);
                    entry.MovedAt = now;
                }
                else
                {
                    over.Add(entry);
                    continue;
                }
            }

            if (entry.Connection.Deadline(now) <= now)
            {
                entry.Connection.OnTimer(now);
                Ready(entry);
            }
        }

        foreach (var entry in over)
        {
            Remove(entry);
        }

        over.Clear();
    }

    TimeSpan Limit(Entry entry) => entry.MovedAt + (entry.Connection.IsConfirmed ? limits.Standstill : limits.Confirmation);

    void Greet(IPEndPoint from, in BulkPacket packet, TimeSpan now)
    {
        Span<byte> answer = stackalloc byte[128];
        if (packet.Version != RudpBulk.Version)
        {
            if (packet.Body.Length >= RudpBulk.BaseDatagram - RudpBulk.HeaderLength)
            {
                Answer(from, answer[..BulkPacket.WriteVersions(answer, packet.Number, packet.ConnectionId)]);
            }

            Ignored++;
            return;
        }

        if (!packet.TryReadHello(out int maxDatagram, out uint window, out var cookie))
        {
            Ignored++;
            return;
        }

        if (byClient.TryGetValue((from, packet.ConnectionId), out var entry))
        {
            // The Accept got lost, or the Hello came twice.
            entry.Connection.AcceptedAgain();
        }
        else if (!cookies.IsGood(cookie, from, packet.ConnectionId, now))
        {
            Span<byte> fresh = stackalloc byte[BulkCookies.Length];
            cookies.Write(fresh, from, packet.ConnectionId, now);
            Answer(from, answer[..BulkPacket.WriteRetry(answer, packet.Number, packet.ConnectionId, fresh)]);
            return;
        }
        else if (byId.Count >= limits.Connections || ofAddress.GetValueOrDefault(from.Address) >= limits.ConnectionsOfAddress)
        {
            Answer(from, answer[..BulkPacket.WriteReset(answer, packet.Number, packet.ConnectionId, BulkCode.Busy)]);
            return;
        }
        else
        {
            entry = new(BulkConnection.Accept(settings, packet.ConnectionId, maxDatagram, window, now), from, now);
            byId.Add(entry.Connection.Id, entry);
            byClient.Add((from, packet.ConnectionId), entry);
            ofAddress[from.Address] = ofAddress.GetValueOrDefault(from.Address) + 1;
            accepted.Enqueue(entry.Connection);
        }

        Answer(from, answer[..BulkPacket.WriteAccept(answer, packet.Number, packet.ConnectionId, entry.Connection.Id, settings.MaxDatagram, settings.ReceiveWindow)]);
    }

    void Remove(Entry entry)
    {
        byId.Remove(entry.Connection.Id);
        byClient.Remove((entry.From, entry.Connection.Peer));
        if (--CountOf(entry.From.Address) == 0)
        {
            ofAddress.Remove(entry.From.Address);
        }
    }

    ref int CountOf(IPAddress address) => ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(ofAddress, address, out _);

    void Answer(IPEndPoint to, ReadOnlySpan<byte> datagram)
    {
        if (answers.Count < MostAnswers)
        {
            answers.Enqueue((to, datagram.ToArray()));
        }
    }

    void Ready(Entry entry)
    {
        if (!entry.IsReady)
        {
            entry.IsReady = true;
            turns.Enqueue(entry);
        }
    }

    sealed class Entry(BulkConnection connection, IPEndPoint from, TimeSpan now)
    {
        public BulkConnection Connection => connection;

        public IPEndPoint From => from;

        public bool IsReady { get; set; }

        public long Progress { get; set; }

        public TimeSpan MovedAt { get; set; } = now;
    }
}
