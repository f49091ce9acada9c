using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Trees of HTTP messages (SSDP's, too): by kind, by server and by request (<c>http,tree</c>, <c>http_srv,tree</c>, <c>http_req,tree</c>).</summary>
public sealed class HttpTrees : TreeStatistic
{
    const int Message = 1, Method = 3, Uri = 4, Host = 5, Code = 6;

    static readonly string[] Classes = ["???: broken", "1xx: Informational", "2xx: Success", "3xx: Redirection", "4xx: Client Error", "5xx: Server Error"];

    readonly FieldSlots slots;
    readonly TransferReader addresses;
    readonly Action<HttpTrees, double, HttpMessage> count;

    HttpTrees(string title, Action<HttpTrees, double, HttpMessage> count, string? filter, StatisticSetting setting)
        : base("HTTP/" + title, filter, setting)
    {
        this.count = count;
        slots = new(setting.Registry, "http", "ssdp", "http.request.method", "http.request.uri", "http.host", "http.response.code");
        addresses = new(AddressTree.BothFamilies, setting.Registry);
    }

    internal static IEnumerable<StatisticKind> Kinds =>
    [
        new("http,tree", (filter, setting) => new HttpTrees("Packet Counter", (tree, time, message) => tree.CountKind(time, message), filter, setting).WithKinds()),
        new("http_srv,tree", (filter, setting) => new HttpTrees("Load Distribution", (tree, time, message) => tree.CountServer(time, message), filter, setting).WithServers()),
        new("http_req,tree", (filter, setting) => new HttpTrees("Requests", (tree, time, message) => tree.CountRequest(time, message), filter, setting).WithRequests()),
    ];

    CountNode All => Root("Total HTTP Packets");

    CountNode Responses => All.Child("HTTP Response Packets");

    CountNode Requests => All.Child("HTTP Request Packets");

    CountNode ByServer => Root("HTTP Requests by Server");

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

    static string Text(in StatisticPacket packet, in Item item) => Encoding.UTF8.GetString(packet.Bytes(item)).TrimEnd('\0');

    sealed class HttpMessage
    {
        public string? Method, Uri, Host;
        public string From = "", To = "";
        public int Code;
    }
}
