using System.Net;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Names that are the same everywhere and of which the servers of the Internet know nothing.</summary>
static class LocalNames
{
    const uint Ttl = 10_800;

    static readonly DnsName localhost = DnsName.Parse("localhost."), invalid = DnsName.Parse("invalid.");

    /// <summary>Addresses that many networks use for themselves (RFC 6303 section 4).</summary>
    static readonly DnsName[] privateAddresses =
    [
        .. new[] { "10", "168.192", "127", "0", "254.169", "255.255.255.255" }.Concat(Enumerable.Range(16, 16).Select(i => $"{i}.172")).Select(net => DnsName.Parse($"{net}.in-addr.arpa.")),
        .. new[] { "d.f", "8.e.f", "9.e.f", "a.e.f", "b.e.f", "8.b.d.0.1.0.0.2" }.Select(net => DnsName.Parse($"{net}.ip6.arpa.")),
    ];

    /// <summary>What is known of a name without asking anybody; null where nothing is.</summary>
    /// <param name="keepsPrivate">Whether nobody who is asked could know names of private addresses: the servers of the Internet do not.</param>
    public static Finding? Find(DnsName name, RecordType type, bool keepsPrivate)
    {
        // RFC 6761 section 6.3.
        if (name.IsWithin(localhost))
        {
            return type == RecordType.A ? Address(IPAddress.Loopback) : type == RecordType.AAAA ? Address(IPAddress.IPv6Loopback) : Nothing(localhost, ResponseCode.NoError);
        }

        // RFC 6761 section 6.4.
        if (name.IsWithin(invalid))
        {
            return Nothing(invalid, ResponseCode.NXDomain);
        }

        return keepsPrivate && Array.Find(privateAddresses, name.IsWithin) is { } network ? Nothing(network, ResponseCode.NXDomain) : null;

        Finding Address(IPAddress address) => new(ResponseCode.NoError, [new(name, Ttl, RecordData.Of(address))]) { IsFromCache = true };
    }

    static Finding Nothing(DnsName zone, ResponseCode code) =>
        new(code, []) { Soa = new(zone, Ttl, RecordData.Parse(RecordType.SOA, "localhost. nobody.invalid. 1 3600 1200 604800 10800")), IsFromCache = true };
}
