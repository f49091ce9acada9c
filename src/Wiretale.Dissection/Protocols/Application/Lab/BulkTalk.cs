using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Lab;

/// <summary>What is remembered of a connection of the bulk transport.</summary>
sealed class BulkTalk
{
    readonly Direction forth = new(), back = new();
    ulong client;
    bool? clientIsFirst;

    /// <summary>What the order of numbers says.</summary>
    public enum Order
    {
        Next,
        Late,
        Copy,
    }

    /// <summary>Whether it was seen from its beginning.</summary>
    public bool IsWhole => clientIsFirst is not null;

    /// <summary>Takes note of a packet; another client's Hello between the same ports begins anew.</summary>
    public void Enter(Packet p, BulkPacketType type, ulong id)
    {
        if (type == BulkPacketType.Hello && (clientIsFirst is null || id != client))
        {
            (client, clientIsFirst) = (id, IsFirst(p));
            forth.Clear();
            back.Clear();
        }
    }

    /// <summary>Whether the packet goes from the client to the server; null when nobody knows.</summary>
    public bool? IsFromClient(Packet p) =>
        clientIsFirst is { } first ? IsFirst(p) == first : p.DestinationPort == RudpSignals.Port ? true : p.SourcePort == RudpSignals.Port ? false : null;

    /// <summary>What the packet's sender has sent.</summary>
    public Direction Sender(Packet p) => IsFirst(p) ? forth : back;

    /// <summary>What the packet's receiver has sent.</summary>
    public Direction Receiver(Packet p) => IsFirst(p) ? back : forth;

    static bool IsFirst(Packet p) => p.SourcePort == p.Conversation!.PortA && p.Source.Equals(p.Conversation.AddressA);

    /// <summary>What one side has sent: the last packets, and how far its stream is.</summary>
    public sealed class Direction
    {
        const int Kept = 4096;

        readonly Entry[] packets = new Entry[Kept];
        long highest = -1;
        ulong end;
        bool hasEnded;

        public void Clear()
        {
            Array.Clear(packets);
            (highest, end, hasEnded) = (-1, 0, false);
        }

        /// <summary>Takes note of a packet's number.</summary>
        public Order Sent(long number, int frame, Timestamp time)
        {
            ref var packet = ref packets[number & (Kept - 1)];
            if (packet.Frame > 0 && packet.Number == number)
            {
                return Order.Copy;
            }

            bool isLate = number < highest;
            if (packet.Number <= number)
            {
                packet = new(number, frame, time, IsAcknowledged: false);
            }

            highest = Math.Max(highest, number);
            return isLate ? Order.Late : Order.Next;
        }

        /// <summary>Whether bytes were sent before, all or some of them.</summary>
        public bool IsAgain(ulong offset, int length, bool ends)
        {
            ulong to = offset + (ulong)length;
            bool isAgain = offset < end || (length == 0 && ends && hasEnded);
            end = Math.Max(end, to);
            hasEnded |= ends;
            return isAgain;
        }

        /// <summary>Counts the packets of a range that had not been acknowledged.</summary>
        public uint Acknowledged(long from, long to, int frame)
        {
            uint fresh = 0;
            for (long number = Math.Max(from, highest - Kept + 1); number <= Math.Min(to, highest); number++)
            {
                ref var packet = ref packets[number & (Kept - 1)];
                if (packet.Frame > 0 && packet.Number == number && !packet.IsAcknowledged)
                {
                    packet = packet with { IsAcknowledged = true };
                    fresh++;
                }
            }

            return fresh;
        }

        /// <summary>The packet of a number, if it is remembered.</summary>
        public (int Frame, Timestamp Time)? Find(long number)
        {
            var packet = packets[number & (Kept - 1)];
            return packet.Frame > 0 && packet.Number == number ? (packet.Frame, packet.Time) : null;
        }

        readonly record struct Entry(long Number, int Frame, Timestamp Time, bool IsAcknowledged);
    }
}
