using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 3626; the messages of olsr.org and NRL. UDP port 698.
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | Packet length                 | Sequence number               |
//   +---------------+---------------+---------------+---------------+
//   | Message type  | Validity time | Message size                  |  messages
//   | Originator's address, of IPv4 or IPv6                         |
//   | TTL           | Hop count     | Sequence number               |
//   +---------------+---------------+---------------+---------------+

/// <summary>Optimized Link State Routing.</summary>
public sealed class Olsr() : Dissector("olsr")
{
    const int HeaderLength = 4, LeastMessage = 12, LeastLink = 4;
    const int Hello = 1, TopologyControl = 2, Interfaces = 3, Networks = 4, Names = 130, QualityHello = 201, QualityTopology = 202, NrlTopology = 241;

    static readonly Protocol P = new("Optimized Link State Routing Protocol", "OLSR", "olsr");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "HELLO"), (2, "TC"), (3, "MID"), (4, "HNA"), (201, "HELLO (LQ, olsr.org)"), (202, "TC (LQ, olsr.org)"),
        (130, "Nameservice (olsr.org)"), (241, "TC (LQ, nrlolsr)")]);
    static readonly ValueNames LinkTypes = ValueNames.Of(() => [
        (0, "Unspecified Link"), (1, "Asymmetric Link"), (3, "Lost Link"), (5, "Pending Link"), (6, "Symmetric Link"), (10, "MPR Link")]);
    static readonly ValueNames NameTypes = ValueNames.Of(() => [(0, "HOST"), (1, "FORWARDER"), (2, "SERVICE"), (3, "LATLON")]);
    static readonly Field PacketLength = P.UInt16("olsr.packet_len", "Packet Length", blurb: "Packet Length in Bytes");
    static readonly Field PacketSequence = P.UInt16("olsr.packet_seq_num", "Packet Sequence Number");
    static readonly Field Message = P.Bytes("olsr.message", "Message");
    static readonly Field MessageType = P.UInt8("olsr.message_type", "Message Type", FieldBase.Dec, Types);
    static readonly Field MessageSize = P.UInt16("olsr.message_size", "Message", blurb: "Message Size in Bytes");
    static readonly Field MessageSequence = P.UInt16("olsr.message_seq_num", "Message Sequence Number");
    static readonly Field Validity = P.Field(FieldType.Double, "olsr.vtime", "Validity Time", blurb: "Validity Time in seconds");
    static readonly Field SequenceNumber = P.UInt16("olsr.ansn", "Advertised Neighbor Sequence Number (ANSN)");
    static readonly Field Interval = P.Field(FieldType.Double, "olsr.htime", "Hello Emission Interval", blurb: "Hello emission interval in seconds");
    static readonly Field Willingness = P.UInt8("olsr.willingness", "Willingness to forward messages", FieldBase.Dec, ValueNames.Of(() => [(0, "never"), (7, "always")]));
    static readonly Field Ttl = P.UInt8("olsr.ttl", "TTL", blurb: "Time to Live in hops"), HopCount = P.UInt8("olsr.hop_count", "Hop Count");
    static readonly Field LinkType = P.UInt8("olsr.link_type", "Link Type", FieldBase.Dec, LinkTypes);
    static readonly Field LinkSize = P.UInt16("olsr.link_message_size", "Link Message Size", blurb: "Link Message Size in bytes");
    static readonly Field Neighbor = P.Bytes("olsr.neighbor", "Neighbor Address");
    static readonly Place Originator = new("origin", "Originator Address"), NeighborAddress = new("neighbor", "Neighbor Address"), Network = new("network", "Network Address"),
        Interface = new("interface", "Interface Address");
    static readonly Field Netmask = P.IPv4("olsr.netmask", "Netmask"), Netmask6 = P.IPv6("olsr.netmask6", "Netmask");
    static readonly Field Data = P.Bytes("olsr.data", "Data");
    static readonly Field Quality = P.UInt8("olsr.lq", "LQ", blurb: "Link quality"), NeighborQuality = P.UInt8("olsr.nlq", "NLQ", blurb: "Neighbor link quality");
    static readonly Field NameService = P.Bytes("olsr.ns", "Nameservice"), NameVersion = P.UInt16("olsr.ns.version", "Version"),
        NameCount = P.UInt16("olsr.ns.count", "Count", blurb: "Number of nameservice messages");
    static readonly Field NameType = P.UInt16("olsr.ns.type", "Message Type", FieldBase.Dec, NameTypes), NameLength = P.UInt16("olsr.ns.length", "Length"),
        NameAddress = P.IPv4("olsr.ns.ip", "Address"), NameAddress6 = P.IPv6("olsr.ns.ip6", "Address"), NameContent = P.String("olsr.ns.content", "Content");
    static readonly Field MinMax = P.UInt8("olsr.nrl.minmax", "NRL MINMAX"), Spf = P.UInt8("olsr.nrl.spf", "NRL SPF");
    static readonly Expert NotEnough = P.Expert("olsr.not_enough_bytes", Severity.Error, ExpertGroup.Malformed, "Not enough bytes for field");
    static readonly Expert UnknownVersion = P.Expert("olsr.ns.version.unknown", Severity.Warning, ExpertGroup.Protocol, "Unknown nameservice protocol version");
    static readonly Expert Misaligned = P.Expert("olsr.data.misaligned", Severity.Warning, ExpertGroup.Protocol, "Must be aligned on 32 bits");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 698);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Reported < HeaderLength)
        {
            p.Info.Set($"OLSR Packet,  Length: {v.Reported} Bytes (not enough data in packet)");
            return 0;
        }

        bool is6 = p.Source.Kind == AddressKind.IPv6;
        p.SetProtocol("OLSR v1");
        int end = v.U16(0);
        p.Info.Set($"OLSR ({(is6 ? "IPv6" : "IPv4")}) Packet,  Length: {end} Bytes");
        var tree = p.Open(P, v, parent);
        int at = p.AddAll(tree, v, 0, PacketLength, PacketSequence);
        while (at < end)
        {
            int type = v.U8(at), size = v.U16(at + 2);
            v.Ensure(at, size);
            var message = p.Add(tree, Message, v, at, size);
            p.Label(message, $"Message: {Types.FindOr((ulong)type, "UNKNOWN")} ({type})");
            p.Add(message, MessageType, v, at);
            AddTime(p, v, message, Validity, at + 1);
            var sizeNode = p.Add(message, MessageSize, v, at + 2);
            if (size < LeastMessage)
            {
                p.Expert(sizeNode, NotEnough, v, at + 2, 2, $"(too short, must be >= {LeastMessage})");
                break;
            }

            int next = Originator.Add(p, v, message, at + 4, is6);
            next = p.AddAll(message, v, next, Ttl, HopCount, MessageSequence);
            Body(p, v, message, next, at + size, type, is6);
            at += size;
        }

        return v.Reported;
    }

    static void Body(Packet p, in View v, Node tree, int at, int end, int type, bool is6)
    {
        switch (type)
        {
            case Hello or QualityHello:
                AddHello(p, v, tree, at, end, type == QualityHello, is6);
                break;
            case TopologyControl or QualityTopology or NrlTopology:
                if (!Enough(p, v, tree, at, end, 4, "TC"))
                {
                    break;
                }

                p.Add(tree, SequenceNumber, v, at);
                if (type == NrlTopology)
                {
                    AddNrlNeighbors(p, v, tree, at + 4, end, is6);
                }
                else if (type == QualityTopology)
                {
                    AddRated(p, v, tree, at + 4, end, is6, is6 ? "last entry (need 20 bytes)" : "last entry (need 8 bytes)");
                }
                else
                {
                    AddAddresses(p, v, tree, at + 4, end, NeighborAddress, is6, "last neighbor");
                }

                break;
            case Interfaces:
                AddAddresses(p, v, tree, at, end, Interface, is6, "last MID entry");
                break;
            case Networks:
                int size = is6 ? 16 : 4;
                while (at < end && Enough(p, v, tree, at, end, 2 * size, "last HNA entry"))
                {
                    at = Network.Add(p, v, tree, at, is6);
                    p.Add(tree, is6 ? Netmask6 : Netmask, v, at);
                    at += size;
                }

                break;
            case Names:
                AddNames(p, v, tree, at, end, is6);
                break;
            default:
                if (at < end)
                {
                    var data = p.Add(tree, Data, v, at, end - at);
                    p.Label(data, $"Data ({end - at} bytes)");
                    if ((end - at) % 4 != 0)
                    {
                        p.Expert(data, Misaligned, v, at, end - at);
                    }
                }

                break;
        }
    }

    static void AddHello(Packet p, in View v, Node tree, int at, int end, bool isRated, bool is6)
    {
        if (!Enough(p, v, tree, at, end, 4, "Hello"))
        {
            return;
        }

        AddTime(p, v, tree, Interval, at + 2);
        p.Add(tree, Willingness, v, at + 3);
        at += 4;
        while (at < end)
        {
            if (!Enough(p, v, tree, at, end, LeastLink, "last Hello entry"))
            {
                return;
            }

            int size = v.U16(at + 2), linkEnd = Math.Min(end, at + size);
            var link = p.Add(tree, LinkType, v, at);
            var sizeNode = p.Add(link, LinkSize, v, at + 2);
            if (size < LeastLink)
            {
                p.Expert(sizeNode, NotEnough, v, at + 2, 2, $"(too short, must be >= {LeastLink})");
                return;
            }

            if (isRated)
            {
                AddRated(p, v, link, at + 4, linkEnd, is6, "last Olsr.org LQ-Hello entry");
            }
            else
            {
                AddAddresses(p, v, link, at + 4, linkEnd, NeighborAddress, is6, "last Hello entry");
            }

            at = linkEnd;
        }
    }

    static void AddAddresses(Packet p, in View v, Node tree, int at, int end, Place place, bool is6, string what)
    {
        while (at < end && Enough(p, v, tree, at, end, is6 ? 16 : 4, what))
        {
            at = place.Add(p, v, tree, at, is6);
        }
    }

    /// <summary>Neighbors with the qualities of their links.</summary>
    static void AddRated(Packet p, in View v, Node tree, int at, int end, bool is6, string what)
    {
        int size = is6 ? 16 : 4;
        while (at < end && Enough(p, v, tree, at, end, size + 4, what))
        {
            var address = is6 ? Address.IPv6(v.Span(at, 16)) : Address.IPv4(v.U32(at));
            var branch = p.Add(tree, Neighbor, v, at, size + 4);
            uint quality = v.U8(at + size), back = v.U8(at + size + 1);
            p.Label(branch, $"Neighbor Address: {address} ({quality}/{back})");
            p.AddAll(branch, v, NeighborAddress.Add(p, v, branch, at, is6), Quality, NeighborQuality);
            at += size + 4;
        }
    }

    /// <summary>Three lists, one after the other: the neighbors, and two numbers for each.</summary>
    static void AddNrlNeighbors(Packet p, in View v, Node tree, int at, int end, bool is6)
    {
        int size = is6 ? 16 : 4, count = (end - at) / (size + 2), numbers = at + (count * size);
        for (int i = 0; i < count; i++)
        {
            at = NeighborAddress.Add(p, v, tree, at, is6);
            p.Add(tree, MinMax, v, numbers + i);
            p.Add(tree, Spf, v, numbers + count + i);
        }
    }

    static void AddNames(Packet p, in View v, Node tree, int at, int end, bool is6)
    {
        const int EntryLength = 20;
        if (!Enough(p, v, tree, at, end, 4, "nameservice message"))
        {
            return;
        }

        int version = v.U16(at), count = v.U16(at + 2);
        var versionNode = p.Add(tree, NameVersion, v, at);
        p.Add(tree, NameCount, v, at + 2);
        at += 4;
        if (version != 1)
        {
            p.Expert(versionNode, UnknownVersion, v, at - 4, 2);
            if (at < end)
            {
                p.Add(tree, Data, v, at, end - at);
            }

            return;
        }

        for (int i = 0; i < count && at < end; i++)
        {
            if (!Enough(p, v, tree, at, end, EntryLength, "last nameservice entry"))
            {
                return;
            }

            int type = v.U16(at), length = v.U16(at + 2), whole = EntryLength + ((length + 3) & ~3);
            if (!Enough(p, v, tree, at, end, EntryLength + length, "nameservice content"))
            {
                return;
            }

            var entry = p.Add(tree, NameService, v, at, EntryLength + length);
            p.Label(entry, $"Nameservice: {NameTypes.FindOr((ulong)type, "UNKNOWN")} ({type})");
            p.AddAll(entry, v, at, NameType, NameLength);
            p.Add(entry, is6 ? NameAddress6 : NameAddress, v, at + 4);
            p.Add(entry, NameContent, v, at + EntryLength, length);
            at += whole;
        }
    }

    static bool Enough(Packet p, in View v, Node tree, int at, int end, int needed, string what)
    {
        if (end - at >= needed)
        {
            return true;
        }

        p.Scratch.Clear();
        p.Scratch.Append($"Not enough bytes for {what}");
        p.AddExpert(tree, NotEnough, v, at, Math.Max(0, end - at), p.Scratch.Bytes);
        return false;
    }

    /// <summary>A time as RFC 3626 section 18.3 packs it: a sixteenth of a second, times (1 + a/16) 2^b.</summary>
    static void AddTime(Packet p, in View v, Node tree, Field field, int at)
    {
        int packed = v.U8(at);
        double seconds = (1 << (packed & 0xf)) * (16 + (packed >> 4)) / 256.0;
        var node = p.AddDouble(tree, field, v, at, 1, seconds);
        p.Label(node, $"{field.Label}: {seconds:F3} (in seconds)");
    }

    /// <summary>An address that is IPv4's or IPv6's.</summary>
    sealed class Place(string name, string label)
    {
        readonly Field four = P.IPv4($"olsr.{name}_addr", label), six = P.IPv6($"olsr.{name}6_addr", label);

        public int Add(Packet p, in View v, Node tree, int at, bool is6)
        {
            p.Add(tree, is6 ? six : four, v, at);
            return at + (is6 ? 16 : 4);
        }
    }
}
