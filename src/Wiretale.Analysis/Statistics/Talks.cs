using System.Globalization;
using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Who talked to whom: every conversation in a line of words, in the order they began.</summary>
public sealed class Talks : Statistic
{
    /// <summary>Conversations that are told apart; a scan of ports must not fill the memory, nor a screen.</summary>
    const int Limit = 10_000, Shown = 50;

    const int Syn = 1, Ack = 2, Fin = 3, Reset = 4, TcpLength = 5, UdpLength = 6, Sequence = 7;

    /// <summary>Bytes of a UDP header, which its length counts.</summary>
    const int UdpHeader = 8;

    readonly FieldSlots slots;
    readonly Dictionary<(Address, uint, Address, uint, Transport), Talk> byEnds = [];
    readonly List<Talk> talks = [];
    long others;

    public Talks(Registry registry) => slots = new(registry,
        "tcp.flags.syn", "tcp.flags.ack", "tcp.flags.fin", "tcp.flags.reset", "tcp.len", "udp.length", "tcp.seq");

    /// <summary>The packets that belong to it; null for all.</summary>
    public PacketFilter? Concerned { get; init; }

    enum Transport
    {
        None, Tcp, Udp,
    }

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        ArgumentNullException.ThrowIfNull(demand);
        demand.Columns = true;
        slots.AddTo(demand);
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        if (Concerned is not null && !Concerned(packet.Batch, packet.Index))
        {
            return;
        }

        ref readonly var from = ref packet.Batch[packet.Index];
        var transport = Transport.None;
        long payload = 0;
        bool syn = false, ack = false, fin = false, reset = false;
        uint sequence = 0;
        foreach (ref readonly var item in packet.Items)
        {
            // A packet that quotes another, as ICMP's errors do, is no part of that one's conversation.
            int slot = transport == Transport.Udp ? 0 : slots.Of(item);
            bool set = item.Value != 0;
            switch (slot)
            {
                case Syn:
                    transport = Transport.Tcp;
                    syn = set;
                    break;
                case Ack:
                    ack = set;
                    break;
                case Fin:
                    fin = set;
                    break;
                case Reset:
                    reset = set;
                    break;
                case TcpLength:
                    payload = (long)item.Value;
                    break;
                case Sequence:
                    sequence = (uint)item.Value;
                    break;
                case UdpLength when transport == Transport.None:
                    transport = Transport.Udp;
                    payload = Math.Max(0, (long)item.Value - UdpHeader);
                    break;
                default:
                    break;
            }
        }

        if (from.Protocol is "ICMP" or "ICMPv6")
        {
            (transport, payload, syn, fin, reset) = (Transport.None, 0, false, false, false);
        }

        bool hasPorts = transport != Transport.None;
        uint sourcePort = hasPorts ? from.SourcePort : 0, destinationPort = hasPorts ? from.DestinationPort : 0;
        if (Find(from, sourcePort, destinationPort, transport) is not { } talk)
        {
            others++;
            return;
        }

        // Who asks for a connection is its client, even where its answer was captured first; the same ends may meet again.
        if (talk.Packets == 0 || (syn && !ack && talk.IsOver))
        {
            talk = talk.Packets == 0 ? talk : Begin(from, sourcePort, destinationPort, transport);
            talk.Start = packet.Time;
            (talk.Client, talk.ClientPort, talk.Server, talk.ServerPort) = syn && ack
                ? (from.Destination, destinationPort, from.Source, sourcePort) : (from.Source, sourcePort, from.Destination, destinationPort);
        }

        bool isClient = talk.Client == from.Source && talk.ClientPort == sourcePort;
        talk.Packets++;
        talk.End = packet.Time;
        talk.Protocol = from.Protocol is "TCP" or "UDP" && talk.Protocol.Length > 0 ? talk.Protocol : from.Protocol;
        talk.Add(isClient, payload, sequence, syn, ack, fin, reset);
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Append(talks.Count == 0 ? "\nNobody talked to anybody.\n" : "\nWho talked to whom:\n");
        foreach (var talk in talks.Take(Shown))
        {
            output.Append("  " + talk + "\n");
        }

        long left = talks.Count - Shown + others;
        if (talks.Count > Shown)
        {
            output.Append(string.Create(CultureInfo.InvariantCulture, $"  and {left} more\n"));
        }
    }

    Talk? Find(in DissectedPacket packet, uint sourcePort, uint destinationPort, Transport transport) =>
        byEnds.GetValueOrDefault(Key(packet, sourcePort, destinationPort, transport))
        ?? (talks.Count < Limit ? Begin(packet, sourcePort, destinationPort, transport) : null);

    Talk Begin(in DissectedPacket packet, uint sourcePort, uint destinationPort, Transport transport)
    {
        var talk = new Talk { Transport = transport };
        byEnds[Key(packet, sourcePort, destinationPort, transport)] = talk;
        talks.Add(talk);
        return talk;
    }

    static (Address, uint, Address, uint, Transport) Key(in DissectedPacket packet, uint sourcePort, uint destinationPort, Transport transport)
    {
        int order = packet.Source.High.CompareTo(packet.Destination.High);
        order = order != 0 ? order : packet.Source.Low.CompareTo(packet.Destination.Low);
        order = order != 0 ? order : sourcePort.CompareTo(destinationPort);
        return order <= 0 ? (packet.Source, sourcePort, packet.Destination, destinationPort, transport) : (packet.Destination, destinationPort, packet.Source, sourcePort, transport);
    }

    sealed class Talk
    {
        Side fromClient, fromServer;
        bool asked, accepted, clientEnded, serverEnded, wasReset, wasRefused;

        public Transport Transport { get; init; }

        public Address Client { get; set; }

        public Address Server { get; set; }

        public uint ClientPort { get; set; }

        public uint ServerPort { get; set; }

        public string Protocol { get; set; } = "";

        public long Packets { get; set; }

        public Timestamp Start { get; set; }

        public Timestamp End { get; set; }

        public bool IsOver => Transport == Transport.Tcp && (wasReset || wasRefused || (clientEnded && serverEnded));

        public void Add(bool isClient, long payload, uint sequence, bool syn, bool ack, bool fin, bool reset)
        {
            ref var side = ref isClient ? ref fromClient : ref fromServer;
            if (Transport == Transport.Tcp)
            {
                side.Add(sequence + (syn ? 1u : 0), payload);
            }
            else
            {
                side.Said += payload;
            }

            asked |= syn && !ack;
            accepted |= syn && ack;
            clientEnded |= fin && isClient;
            serverEnded |= fin && !isClient;
            wasRefused |= reset && asked && !accepted;
            wasReset |= reset && !wasRefused;
        }

        public override string ToString()
        {
            string name = Transport switch
            {
                Transport.Tcp when Protocol is not "TCP" => Protocol + " over TCP",
                Transport.Udp when Protocol is not "UDP" => Protocol + " over UDP",
                _ => Protocol,
            };
            string said = Transport == Transport.None ? "" : $": said {Bytes(fromClient.Said)}, heard {Bytes(fromServer.Said)}";
            var span = End - Start;
            return string.Create(CultureInfo.InvariantCulture,
                $"{Ends(Client, ClientPort)} → {Ends(Server, ServerPort)}  {name}{said}; {Packets} packet{(Packets == 1 ? "" : "s")} in {span.Seconds + (span.Nanoseconds / 1e9):0.000} s{Outcome()}");
        }

        string Outcome() => Transport != Transport.Tcp ? ""
            : wasRefused ? "; refused: nobody listened there"
            : wasReset ? "; ended by a reset"
            : clientEnded && serverEnded ? "; closed by both"
            : clientEnded ? "; closed by the client only"
            : serverEnded ? "; closed by the server only"
            : asked && !accepted ? "; never answered" : "; still open at the end";

        string Ends(in Address address, uint port) => Transport == Transport.None ? address.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{(address.Kind == AddressKind.IPv6 ? $"[{address}]" : address.ToString())}:{port}");

        static string Bytes(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} byte{(count == 1 ? "" : "s")}");
    }

    /// <summary>What one side of a TCP connection said, each byte once: what comes again, or late, was counted when the numbers went past it.</summary>
    struct Side
    {
        uint end;
        bool started;

        public long Said { get; set; }

        public void Add(uint sequence, long length)
        {
            if (!started)
            {
                (started, end) = (true, sequence);
            }

            // A FIN has a number, too, and says nothing.
            if (length == 0)
            {
                return;
            }

            int more = unchecked((int)(sequence + (uint)length - end));
            if (more > 0)
            {
                Said += more;
                end = sequence + (uint)length;
            }
        }
    }
}
