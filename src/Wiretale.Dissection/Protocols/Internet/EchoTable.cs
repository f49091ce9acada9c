using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

/// <summary>Echo requests of a run that still wait for their reply. Bounded: what is older than the last tens of thousands is forgotten.</summary>
/// <remarks>
/// A reply belongs to the last request between the same two hosts with the same identifier and number whose checksum differs just by the type:
/// so the data is the same, too.
/// </remarks>
sealed class EchoTable
{
    const int Generation = 32768;

    Dictionary<Key, Request> young = [], old = [];

    /// <summary>Remembers a request; an earlier one that looks the same is no longer found.</summary>
    public void Add(in Address a, in Address b, uint protocol, ushort checksum, uint ids, int frame, Timestamp time)
    {
        if (young.Count >= Generation)
        {
            (young, old) = (old, young);
            young.Clear();
        }

        young[new(a, b, protocol, checksum, ids)] = new(frame, time);
    }

    /// <summary>Takes the request of a reply out of the table; false when there is none.</summary>
    public bool Take(in Address a, in Address b, uint protocol, ushort checksum, uint ids, out Request request)
    {
        var key = new Key(a, b, protocol, checksum, ids);
        bool found = young.Remove(key, out request);
        bool older = old.Remove(key, out var before);
        request = found ? request : before;
        return found || older;
    }

    /// <summary>The checksum that a request had, from that of its reply: the only other difference is the type (RFC 1624).</summary>
    public static ushort RequestChecksum(ushort reply, ushort requestType, ushort replyType)
    {
        uint sum = (uint)(ushort)~reply + requestType + (ushort)~replyType;
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>Where and when a request was seen.</summary>
    public readonly record struct Request(int Frame, Timestamp Time);

    readonly record struct Key
    {
        readonly Address low, high;
        readonly uint protocol, ids;
        readonly ushort checksum;

        public Key(in Address a, in Address b, uint protocol, ushort checksum, uint ids)
        {
            bool swap = a.High != b.High ? a.High > b.High : a.Low > b.Low;
            (low, high) = swap ? (b, a) : (a, b);
            this.protocol = protocol;
            this.ids = ids;

            // Zero has two forms in one's complement arithmetic.
            this.checksum = checksum == 0xffff ? (ushort)0 : checksum;
        }
    }
}
