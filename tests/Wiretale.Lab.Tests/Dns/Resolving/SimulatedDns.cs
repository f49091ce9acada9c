using System.Net;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Resolving;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Tests.Dns.Resolving;

/// <summary>Servers without a network: each answers from its zones, or as a test says, in a time that passes only then.</summary>
sealed class SimulatedDns : IDnsTransport
{
    readonly Dictionary<IPAddress, Func<DnsMessage, bool, IEnumerable<byte[]>>> servers = [];

    public ManualClock Clock { get; } = new();

    /// <summary>Time that an answer takes.</summary>
    public TimeSpan RoundTrip { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>What was asked: the server's address, then the question as <c>name type</c> in small letters, and <c>tcp</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Adds a server that has zones: each word-wise <c>owner ttl type data</c>, a line each.</summary>
    public void Serve(string address, params string[] lines)
    {
        var records = lines.Select(Record).ToList();
        var zones = records.Where(record => record.Type == RecordType.SOA).Select(record => record.Name).OrderByDescending(name => name.LabelCount).ToList();
        Serve(address, query => Answer(query, records, zones));
    }

    /// <summary>Adds a server that gives one answer to each question.</summary>
    public void Serve(string address, Func<DnsMessage, DnsMessage?> answer) => Serve(address, (query, tcp) => answer(query) is { } message ? [message.ToBytes(tcp ? ushort.MaxValue : query.Opt?.UdpSize ?? 512)] : []);

    /// <summary>Adds a server that sends whatever it likes.</summary>
    public void Serve(string address, Func<DnsMessage, bool, IEnumerable<byte[]>> answer) => servers[IPAddress.Parse(address)] = answer;

    /// <summary>Makes a resolver whose root is 10.0.0.1.</summary>
    public Resolver Resolver(Func<ResolverSettings, ResolverSettings>? change = null)
    {
        var settings = new ResolverSettings { Hints = new(DnsName.Root, [new(DnsName.Parse("ns.root."), [IPAddress.Parse("10.0.0.1")])], 3600), MixesCase = false };
        return new(this, Clock, new Random(5), change?.Invoke(settings) ?? settings);
    }

    public static ResourceRecord Record(string line)
    {
        string[] words = line.Split(' ', 4);
        Assert.True(RecordType.TryParse(words[2], out var type));
        return new(DnsName.Parse(words[0]), uint.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), RecordData.Parse(type, words[3]));
    }

    public Task<bool> AskAsync(IPEndPoint server, bool overTcp, ReadOnlyMemory<byte> query, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan patience, CancellationToken stop)
    {
        Assert.True(DnsMessage.TryParse(query.Span, out var message, out string? error), error);
        Asked.Add($"{server.Address} {message.Questions[0].Name.ToLower()} {message.Questions[0].Type}{(overTcp ? " tcp" : "")}");
        if (!servers.TryGetValue(server.Address, out var answer))
        {
            throw new LinkException($"{server}: nobody listens there");
        }

        foreach (byte[] bytes in answer(message, overTcp))
        {
            Clock.Turn(RoundTrip);
            if (take(bytes))
            {
                return Task.FromResult(true);
            }
        }

        Clock.Turn(patience);
        return Task.FromResult(false);
    }

    /// <summary>Answers as an authoritative server does.</summary>
    static DnsMessage Answer(DnsMessage query, List<ResourceRecord> records, List<DnsName> zones)
    {
        var (name, type) = (query.Questions[0].Name, query.Questions[0].Type);
        var response = query.Response();
        response.Opt = query.Opt is null ? null : new();
        if (zones.Find(zone => name.IsWithin(zone)) is not { } zone)
        {
            response.ResponseCode = ResponseCode.Refused;
            return response;
        }

        for (int labels = zone.LabelCount + 1; labels <= name.LabelCount; labels++)
        {
            var cut = name.Suffix(labels);
            var servers = records.Where(record => record.Name == cut && record.Type == RecordType.NS).ToList();
            if (servers.Count > 0)
            {
                response.Authorities.AddRange(servers);
                response.Additionals.AddRange(records.Where(record => servers.Exists(server => server.Data.Target == record.Name)));
                return response;
            }
        }

        response.IsAuthoritative = true;
        for (var at = name; at.IsWithin(zone) && response.Answers.Count < 20;)
        {
            var found = records.Where(record => record.Name == at && (record.Type == type || record.Type == RecordType.CNAME)).ToList();
            response.Answers.AddRange(found);
            if (found.Count == 0)
            {
                response.ResponseCode = records.Exists(record => record.Name.IsWithin(at)) ? ResponseCode.NoError : ResponseCode.NXDomain;
                response.Authorities.Add(records.Find(record => record.Type == RecordType.SOA && record.Name == zone)!);
                return response;
            }

            if (found[0].Type == type)
            {
                response.Additionals.AddRange(records.Where(record => record.Type == RecordType.A && found.Exists(one => one.Type == RecordType.NS && one.Data.Target == record.Name)));
                return response;
            }

            at = found[0].Data.Target;
        }

        return response;
    }
}
