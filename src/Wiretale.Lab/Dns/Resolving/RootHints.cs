using System.Net;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Where resolving begins: the servers of the root, as IANA lists them (named.root), or those of a file.</summary>
public static class RootHints
{
    static readonly (char Letter, string IPv4, string IPv6)[] servers =
    [
        ('a', "198.41.0.4", "2001:503:ba3e::2:30"),
        ('b', "170.247.170.2", "2801:1b8:10::b"),
        ('c', "192.33.4.12", "2001:500:2::c"),
        ('d', "199.7.91.13", "2001:500:2d::d"),
        ('e', "192.203.230.10", "2001:500:a8::e"),
        ('f', "192.5.5.241", "2001:500:2f::f"),
        ('g', "192.112.36.4", "2001:500:12::d0d"),
        ('h', "198.97.190.53", "2001:500:1::53"),
        ('i', "192.36.148.17", "2001:7fe::53"),
        ('j', "192.58.128.30", "2001:503:c27::2:30"),
        ('k', "193.0.14.129", "2001:7fd::1"),
        ('l', "199.7.83.42", "2001:500:9f::42"),
        ('m', "202.12.27.33", "2001:dc3::35"),
    ];

    /// <summary>The Internet's.</summary>
    public static Delegation Internet { get; } = new(
        DnsName.Root,
        [.. servers.Select(server => new NameServer(DnsName.Parse($"{server.Letter}.root-servers.net."), [IPAddress.Parse(server.IPv4), IPAddress.Parse(server.IPv6)]))],
        DnsCache.LongestAnswer);

    /// <summary>Reads a file of the root's servers: NS records of the root, and their addresses.</summary>
    /// <exception cref="IOException">It is none; the message says why.</exception>
    public static Delegation Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "may not be read (or is a folder)")}", e);
        }

        // What a zone has and hints do not; a whole root zone may stand there, too.
        bool hasSoa = text.Split('\n').Any(line => line.Split(';')[0].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Contains("SOA", StringComparer.OrdinalIgnoreCase));
        string soa = hasSoa ? "" : "\n. 0 IN SOA . . 0 0 0 0 0\n";
        var zone = ZoneFile.Parse(text + soa, DnsName.Root, path);
        var hints = Delegation.From(DnsName.Root, zone.Apex.Find(RecordType.NS)!.Records(DnsName.Root), zone.Nodes.SelectMany(node => node.Sets.SelectMany(set => set.Records(node.Name))), DnsName.Root);
        return hints.Servers.Any(server => server.Addresses.Count > 0) ? hints : throw new IOException($"{path}: none of the root's servers has an address there");
    }
}
