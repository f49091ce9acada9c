using System.Buffers.Binary;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>A field's value in a frame's headers.</summary>
delegate ulong HeaderValue(ReadOnlySpan<byte> frame, in PlainSegment segment);

/// <summary>In which of the plainest frames a field is.</summary>
[Flags]
enum Presence : byte
{
    /// <summary>In none: it belongs to a protocol that is not in them.</summary>
    None = 0,
    IPv4 = 1, IPv6 = 2, Both = IPv4 | IPv6,
    Unknown = 4,
}

/// <summary>The fields that a sieve can read.</summary>
static class HeaderFields
{
    const int Network = PlainSegment.Network;

    // Lambdas, not methods: a delegate calls them directly.
    static readonly HeaderValue Always = static (f, in s) => 1;
    static readonly HeaderValue Source = static (f, in s) => BinaryPrimitives.ReadUInt32BigEndian(f[(Network + 12)..]);
    static readonly HeaderValue Destination = static (f, in s) => BinaryPrimitives.ReadUInt32BigEndian(f[(Network + 16)..]);
    static readonly HeaderValue SourcePort = static (f, in s) => U16(f, s.Transport);
    static readonly HeaderValue DestinationPort = static (f, in s) => U16(f, s.Transport + 2);

    /// <summary>Protocols of which nothing is in a frame that carries TCP over IP.</summary>
    static readonly string[] Strangers = ["arp", "icmp", "icmpv6", "igmp", "udp"];

    /// <summary>By name: where the field is, and its values there.</summary>
    static readonly Dictionary<string, (Presence, HeaderValue[])> Known = new(StringComparer.Ordinal)
    {
        ["ip"] = (Presence.IPv4, [Always]),
        ["ip.src"] = (Presence.IPv4, [Source]),
        ["ip.dst"] = (Presence.IPv4, [Destination]),
        ["ip.addr"] = (Presence.IPv4, [Source, Destination]),
        ["ip.version"] = (Presence.IPv4, [static (f, in s) => 4]),
        ["ip.len"] = (Presence.IPv4, [static (f, in s) => U16(f, Network + 2)]),
        ["ip.id"] = (Presence.IPv4, [static (f, in s) => U16(f, Network + 4)]),
        ["ip.ttl"] = (Presence.IPv4, [static (f, in s) => f[Network + 8]]),
        ["ip.proto"] = (Presence.IPv4, [static (f, in s) => f[Network + 9]]),
        ["ipv6"] = (Presence.IPv6, [Always]),
        ["ipv6.hlim"] = (Presence.IPv6, [static (f, in s) => f[Network + 7]]),
        ["tcp"] = (Presence.Both, [Always]),
        ["tcp.srcport"] = (Presence.Both, [SourcePort]),
        ["tcp.dstport"] = (Presence.Both, [DestinationPort]),
        ["tcp.port"] = (Presence.Both, [SourcePort, DestinationPort]),
        ["tcp.hdr_len"] = (Presence.Both, [static (f, in s) => (ulong)f[s.Transport + 12] >> 4 << 2]),
        ["tcp.len"] = (Presence.Both, [static (f, in s) => (ulong)(s.End - s.Transport - (f[s.Transport + 12] >> 4 << 2))]),
        ["tcp.seq_raw"] = (Presence.Both, [static (f, in s) => BinaryPrimitives.ReadUInt32BigEndian(f[(s.Transport + 4)..])]),
        ["tcp.ack_raw"] = (Presence.Both, [static (f, in s) => BinaryPrimitives.ReadUInt32BigEndian(f[(s.Transport + 8)..])]),
        ["tcp.window_size_value"] = (Presence.Both, [static (f, in s) => U16(f, s.Transport + 14)]),
        ["tcp.flags"] = (Presence.Both, [static (f, in s) => U16(f, s.Transport + 12) & 0xfff]),
        ["tcp.flags.fin"] = (Presence.Both, [static (f, in s) => (ulong)f[s.Transport + 13] & 1]),
        ["tcp.flags.syn"] = (Presence.Both, [static (f, in s) => (ulong)f[s.Transport + 13] >> 1 & 1]),
        ["tcp.flags.reset"] = (Presence.Both, [static (f, in s) => (ulong)f[s.Transport + 13] >> 2 & 1]),
        ["tcp.flags.push"] = (Presence.Both, [static (f, in s) => (ulong)f[s.Transport + 13] >> 3 & 1]),
        ["tcp.flags.ack"] = (Presence.Both, [static (f, in s) => (ulong)f[s.Transport + 13] >> 4 & 1]),
        ["tcp.flags.urg"] = (Presence.Both, [static (f, in s) => (ulong)f[s.Transport + 13] >> 5 & 1]),
    };

    /// <summary>Where a field is, and how its values are read; without values where they cannot be.</summary>
    public static (Presence Where, HeaderValue[] Values) Find(FieldSet set)
    {
        if (set.Single >= 0 && Known.TryGetValue(set.Name, out var known))
        {
            return known;
        }

        var protocols = set.Fields.Select(f => f.Protocol.FilterName).Distinct(StringComparer.Ordinal).ToList();
        return protocols.TrueForAll(p => Strangers.Contains(p, StringComparer.Ordinal)) ? (Presence.None, [])
            : protocols is ["ip"] ? (Presence.IPv4, []) : protocols is ["ipv6"] ? (Presence.IPv6, []) : (Presence.Unknown, []);
    }

    static ulong U16(ReadOnlySpan<byte> frame, int at) => BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
}
