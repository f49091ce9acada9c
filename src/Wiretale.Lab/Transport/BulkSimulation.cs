using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Transport;

/// <summary>Clients that fetch bytes from a server through one bad link each way, in a time that passes only when nothing else is to be done.</summary>
/// <remarks>The bytes follow from their offset (<see cref="ByteAt"/>), so that whoever gets them can tell whether they are right.</remarks>
public sealed class BulkSimulation
{
    readonly BulkServer server;
    readonly Impairment up, down;
    readonly PriorityQueue<(int Client, bool IsUp, byte[] Datagram), (TimeSpan, long)> onTheWay = new();
    readonly List<Flow> flows = [];
    readonly Dictionary<BulkConnection, Outgoing> sending = [];
    readonly byte[] datagram = new byte[ushort.MaxValue];
    readonly byte[] piece = new byte[1 << 16];
    long order;

    /// <summary>Makes one without clients.</summary>
    /// <param name="forth">What the link does to what the server sends.</param>
    /// <param name="back">What it does to what clients send.</param>
    public BulkSimulation(BulkSettings settings, ImpairmentOptions forth, ImpairmentOptions back)
    {
        server = new(settings, new());
        (down, up) = (new(forth), new(back));
        Settings = settings;
    }

    /// <summary>How the ends behave.</summary>
    public BulkSettings Settings { get; }

    /// <summary>The time.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>What the link did to what the server sent.</summary>
    public IReadOnlyCollection<LinkEvent> Log => down.Log;

    /// <summary>The clients.</summary>
    public IReadOnlyList<Flow> Flows => flows;

    /// <summary>The byte at an offset: no two pieces of some length are the same.</summary>
    public static byte ByteAt(long offset) => (byte)(((ulong)offset * 0x9E3779B97F4A7C15) >> 56);

    /// <summary>Adds a client that begins at a time and wants so many bytes.</summary>
    public Flow Add(long bytes, TimeSpan begins = default)
    {
        var flow = new Flow(flows.Count, bytes, begins);
        flows.Add(flow);
        return flow;
    }

    /// <summary>Lets time pass until all have what they want, or have failed, or the time is up.</summary>
    public void Run(TimeSpan until)
    {
        while (true)
        {
            Move();
            if (flows.TrueForAll(flow => flow.IsOver) && server.Connections == 0)
            {
                return;
            }

            var next = Next();
            if (next > until)
            {
                Now = until;
                return;
            }

            Now = next > Now ? next : Now;
            Arrive();
        }
    }

    TimeSpan Next()
    {
        var next = server.Deadline(Now) ?? TimeSpan.MaxValue;
        foreach (var flow in flows)
        {
            var due = flow.Connection is null ? flow.Begins : flow.Connection.Deadline(Now) ?? TimeSpan.MaxValue;
            next = due < next ? due : next;
        }

        return onTheWay.TryPeek(out _, out var first) && first.Item1 < next ? first.Item1 : next;
    }

    void Arrive()
    {
        while (onTheWay.TryPeek(out _, out var at) && at.Item1 <= Now)
        {
            var (client, isUp, bytes) = onTheWay.Dequeue();
            if (isUp)
            {
                server.Receive(flows[client].Address, bytes, Now);
            }
            else
            {
                flows[client].Connection?.Receive(bytes, Now);
            }
        }

        foreach (var flow in flows)
        {
            if (flow.Connection is null && flow.Begins <= Now)
            {
                flow.Start(BulkConnection.Connect(Settings, Now));
            }

            if (flow.Connection?.Deadline(Now) <= Now)
            {
                flow.Connection.OnTimer(Now);
            }
        }

        server.OnTimer(Now);
    }

    void Move()
    {
        while (server.TryAccept(out var connection))
        {
            sending.Add(connection, new());
        }

        foreach (var (connection, outgoing) in sending)
        {
            Serve(connection, outgoing);
        }

        int length;
        while ((length = server.Send(datagram, Now, out var to)) > 0)
        {
            Pass(down, to!.Port - Flow.FirstPort, isUp: false, datagram.AsSpan(0, length));
        }

        foreach (var flow in flows)
        {
            if (flow.Connection is null)
            {
                continue;
            }

            flow.Read(piece, Now);
            while ((length = flow.Connection.Send(datagram, Now)) > 0)
            {
                Pass(up, flow.Number, isUp: true, datagram.AsSpan(0, length));
            }
        }
    }

    void Serve(BulkConnection connection, Outgoing outgoing)
    {
        if (connection.State == BulkState.Closed)
        {
            sending.Remove(connection);
            return;
        }

        Span<byte> asked = stackalloc byte[sizeof(long)];
        if (connection.Available == asked.Length)
        {
            connection.Read(asked);
            outgoing.Size = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(asked);
        }

        bool any = false;
        while (outgoing.Done < outgoing.Size && connection.Room > 0)
        {
            var part = piece.AsSpan(0, (int)Math.Min(Math.Min(piece.Length, connection.Room), outgoing.Size.Value - outgoing.Done));
            Fill(part, outgoing.Done);
            outgoing.Done += connection.Write(part);
            any = true;
        }

        if (outgoing.Done == outgoing.Size && !outgoing.IsFinished)
        {
            connection.Finish();
            outgoing.IsFinished = any = true;
        }

        if (any)
        {
            server.Ready(connection);
        }
    }

    void Pass(Impairment way, int client, bool isUp, ReadOnlySpan<byte> bytes)
    {
        foreach (var (at, copy) in way.Pass(Now, bytes))
        {
            onTheWay.Enqueue((client, isUp, copy), (at, order++));
        }
    }

    static void Fill(Span<byte> bytes, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = ByteAt(offset + i);
        }
    }

    sealed class Outgoing
    {
        public long? Size { get; set; }

        public long Done { get; set; }

        public bool IsFinished { get; set; }
    }

    /// <summary>A client, and what has come of what it wants.</summary>
    public sealed class Flow
    {
        internal const int FirstPort = 40000;

        internal Flow(int number, long bytes, TimeSpan begins) =>
            (Number, Bytes, Begins, Address) = (number, bytes, begins, new(IPAddress.Loopback, FirstPort + number));

        /// <summary>Its number, from 0.</summary>
        public int Number { get; }

        /// <summary>Bytes that it wants.</summary>
        public long Bytes { get; }

        /// <summary>When it begins.</summary>
        public TimeSpan Begins { get; }

        /// <summary>Its end of the connection.</summary>
        public BulkConnection? Connection { get; private set; }

        /// <summary>Bytes that have come.</summary>
        public long Received { get; private set; }

        /// <summary>When the last byte came.</summary>
        public TimeSpan? Ended { get; private set; }

        /// <summary>Whether a byte was not what it should be.</summary>
        public bool IsWrong { get; private set; }

        /// <summary>Whether everything came and is right.</summary>
        public bool IsIntact => Ended is not null && !IsWrong && Received == Bytes;

        /// <summary>Whether nothing more comes.</summary>
        public bool IsOver => Connection?.State == BulkState.Closed;

        internal IPEndPoint Address { get; }

        internal void Start(BulkConnection connection)
        {
            Connection = connection;
            Span<byte> asked = stackalloc byte[sizeof(long)];
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(asked, Bytes);
            connection.Write(asked);
            connection.Finish();
        }

        internal void Read(byte[] piece, TimeSpan now)
        {
            int length;
            while ((length = Connection!.Read(piece)) > 0)
            {
                for (int i = 0; i < length; i++)
                {
                    IsWrong |= piece[i] != ByteAt(Received + i);
                }

                Received += length;
            }

            if (Connection.IsEnd)
            {
                Ended ??= now;
            }
        }
    }
}
