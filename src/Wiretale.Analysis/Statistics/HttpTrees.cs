using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Trees of HTTP messages (SSDP's, too): by kind, by server, by request, and what led to what (<c>http,tree</c>, <c>http_srv,tree</c>, <c>http_req,tree</c>, <c>http_seq,tree</c>).</summary>
public sealed class HttpTrees : TreeStatistic
{
    const int Message = 1, Method = 3, Uri = 4, Host = 5, Code = 6, Referer = 7, Location = 8, FullUri = 9, ResponseFor = 10;

    static readonly string[] Classes = ["???: broken", "1xx: Informational", "2xx: Success", "3xx: Redirection", "4xx: Client Error", "5xx: Server Error"];

    /// <summary>Addresses that lead to one another in a circle are not followed deeper than this.</summary>
    const int MaxSteps = 1000;

    readonly FieldSlots slots;

    /// <summary>Where an address stands that others were reached from: the nodes from the margin to its own.</summary>
    readonly Dictionary<string, CountNode[]> paths = new(StringComparer.Ordinal);
    readonly TransferReader addresses;
    readonly Action<HttpTrees, double, HttpMessage> count;

    HttpTrees(string title, Action<HttpTrees, double, HttpMessage> count, string? filter, StatisticSetting setting, params string[] more)
        : base("HTTP/" + title, filter, setting)
    {
        this.count = count;
        slots = new(setting.Registry, ["http", "ssdp", "http.request.method", "http.request.uri", "http.host", "http.response.code", .. more]);
        addresses = new(AddressTree.BothFamilies, setting.Registry);
    }

    internal static IEnumerable<StatisticKind> Kinds =>
    [
        new("http,tree", (filter, setting) => new HttpTrees("Packet Counter", (tree, time, message) => tree.CountKind(time, message), filter, setting).WithKinds()),
        new("http_srv,tree", (filter, setting) => new HttpTrees("Load Distribution", (tree, time, message) => tree.CountServer(time, message), filter, setting).WithServers()),
        new("http_req,tree", (filter, setting) => new HttpTrees("Requests", (tree, time, message) => tree.CountRequest(time, message), filter, setting).WithRequests()),
        new("http_seq,tree", (filter, setting) => new HttpTrees("Request Sequences", (tree, time, message) => tree.CountSequence(time, message), filter, setting,
            "http.referer", "http.location", "http.request.full_uri", "http.response_for.uri").WithSequences()),
    ];

    CountNode All => Root("Total HTTP Packets");

    CountNode Responses => All.Child("HTTP Response Packets");

    CountNode Requests => All.Child("HTTP Request Packets");

    CountNode ByServer => Root("HTTP Requests by Server");

    CountNode Sequences => Root("HTTP Request Sequences");

    CountNode ByHost => Root("HTTP Requests by HTTP Host");

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        slots.AddTo(demand);
        addresses.AddTo(demand);
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        HttpMessage? message = null;
        foreach (ref readonly var item in packet.Items)
        {
            int slot = slots.Of(item);
            if (slot is Message or Message + 1)
            {
                Count(packet, message);
                message = (item.Flags & ItemFlags.Quoted) == 0 ? new() : null;
            }
            else if (slot > 0 && message is not null)
            {
                switch (slot)
                {
                    case Method: message.Method = Text(packet, item); break;
                    case Uri: message.Uri = Text(packet, item); break;
                    case Host: message.Host = Text(packet, item); break;
                    case Code: message.Code = (int)item.Value; break;
                    case Referer: message.Referer = Text(packet, item); break;
                    case Location: message.Location = Text(packet, item); break;
                    case FullUri: message.FullUri = Text(packet, item); break;
                    case ResponseFor: message.ResponseFor = Text(packet, item); break;
                }
            }
        }

        Count(packet, message);
    }

    void Count(in StatisticPacket packet, HttpMessage? message)
    {
        if (message is not null)
        {
            var transfers = addresses.Read(packet);
            (message.From, message.To) = transfers.IsEmpty ? ("", "") : (transfers[^1].From.ToString(), transfers[^1].To.ToString());
            count(this, Touch(packet), message);
        }
    }

    HttpTrees WithKinds()
    {
        foreach (string name in Classes)
        {
            Responses.Child(name);
        }

        _ = Requests;
        All.Child("Other HTTP Packets");
        return this;
    }

    void CountKind(double time, HttpMessage message)
    {
        All.Tick(time);
        if (message.Code > 0)
        {
            string name = HttpStatus.Name(message.Code) ?? $"Unknown ({message.Code})";
            Responses.Tick(time).Child(Classes[message.Code is >= 100 and < 600 ? message.Code / 100 : 0]).Tick(time).Child($"{message.Code} {name}").Tick(time);
        }
        else if (message.Method is not null)
        {
            // As tshark has it, the M of SSDP's M-SEARCH is a prefix.
            Requests.Tick(time).Child(message.Method.StartsWith("M-", StringComparison.Ordinal) ? message.Method[2..] : message.Method).Tick(time);
        }
        else
        {
            All.Child("Other HTTP Packets").Tick(time);
        }
    }

    HttpTrees WithServers()
    {
        ByServer.Child("HTTP Requests by Server Address");
        ByServer.Child("HTTP Requests by HTTP Host");
        Root("HTTP Responses by Server Address");
        return this;
    }

    void CountServer(double time, HttpMessage message)
    {
        if (message.Method is not null)
        {
            var server = ByServer.Tick(time).Child("HTTP Requests by Server Address").Tick(time).Child(message.To).Tick(time);
            var hosts = ByServer.Child("HTTP Requests by HTTP Host").Tick(time);
            if (message.Host is { } host)
            {
                server.Child(host).Tick(time);
                hosts.Child(host).Tick(time).Child(message.To).Tick(time);
            }
        }
        else if (message.Code > 0)
        {
            Root("HTTP Responses by Server Address").Tick(time).Child(message.From).Tick(time).Child(message.Code is >= 200 and < 400 ? "OK" : "KO").Tick(time);
        }
    }

    HttpTrees WithRequests()
    {
        _ = ByHost;
        return this;
    }

    void CountRequest(double time, HttpMessage message)
    {
        if (message.Method is not null)
        {
            ByHost.Tick(time);
            if (message.Host is { } host)
            {
                ByHost.Child(host).Tick(time).Child(message.Uri ?? "").Tick(time);
            }
        }
    }

    HttpTrees WithSequences()
    {
        _ = Sequences;
        return this;
    }

    void CountSequence(double time, HttpMessage message)
    {
        if (message.Location is { Length: > 0 } location && message.ResponseFor is { } from)
        {
            CountStep(time, from, Resolve(from, location));
        }

        if (message.Referer is { } referer && message.FullUri is { } uri)
        {
            CountStep(time, referer, uri);
        }
    }

    /// <summary>One address has led to another. As tshark has it, that counts twice for the first: it was left, and something below it was reached.</summary>
    void CountStep(double time, string from, string to)
    {
        if (!paths.TryGetValue(from, out var path))
        {
            paths[from] = path = [Sequences.Child(from)];
        }

        if (path.Length >= MaxSteps)
        {
            return;
        }

        Sequences.Tick(time);
        foreach (var node in path)
        {
            node.Tick(time);
        }

        paths[to] = [.. path, path[^1].Tick(time).Child(to).Tick(time)];
    }

    /// <summary>A reference against the address it stands under; dots in the path stay (RFC 3986 section 5.2 would take them out, tshark does not).</summary>
    static string Resolve(string address, string reference)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || reference.Contains("://", StringComparison.Ordinal))
        {
            return reference;
        }

        if (reference.StartsWith("//", StringComparison.Ordinal))
        {
            return address[..(scheme + 1)] + reference;
        }

        int query = address.IndexOf('?', StringComparison.Ordinal);
        string whole = query < 0 ? address : address[..query];
        int path = whole.IndexOf('/', scheme + 3);
        return reference[0] switch
        {
            '?' => whole + reference,
            '/' => (path < 0 ? whole : whole[..path]) + reference,
            _ => path < 0 ? $"{whole}/{reference}" : whole[..(whole.LastIndexOf('/') + 1)] + reference,
        };
    }

    static string Text(in StatisticPacket packet, in Item item) => Encoding.UTF8.GetString(packet.Bytes(item)).TrimEnd('\0');

    sealed class HttpMessage
    {
        public string? Method, Uri, Host, Referer, Location, FullUri, ResponseFor;
        public string From = "", To = "";
        public int Code;
    }
}
