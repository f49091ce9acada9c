using System.Globalization;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>What happened, in sentences: addresses given, names found, signals sent, pages and files fetched, and what had to be sent again (<c>account</c>).</summary>
/// <param name="hosts">Names of addresses.</param>
/// <param name="newcomer">Who has no address yet; null where that may be anybody.</param>
public sealed class Account(Registry registry, IReadOnlyDictionary<string, string> hosts, string? newcomer) : Statistic
{
    const int DhcpType = 1, DhcpYours = 2, DhcpServer = 3, DhcpWanted = 4, DnsName = 5, DnsResponse = 6, DnsAddress = 7, DnsCode = 8, RudpSignal = 9, RudpId = 10, RudpName = 11, RudpFile = 12,
        HttpMethod = 13, HttpUri = 14, HttpCode = 15, HttpLength = 16, TcpStream = 17, TcpLength = 18, TcpAgain = 19, DhcpMine = 20, DhcpHardware = 21;

    /// <summary>Steps that are told; a flood must not fill the memory, nor a screen.</summary>
    const int Most = 200;

    readonly FieldSlots slots = new(registry, "dhcp.option.dhcp", "dhcp.ip.your", "dhcp.option.dhcp_server_id", "dhcp.option.requested_ip_address", "dns.qry.name", "dns.flags.response", "dns.a", "dns.flags.rcode",
        "rudp.signal", "rudp.id", "rudp.name", "rudp.file", "http.request.method", "http.request.uri", "http.response.code", "http.content_length", "tcp.stream", "tcp.len", "tcp.analysis.retransmission", "dhcp.ip.client", "dhcp.hw.mac_addr");

    readonly Dictionary<string, string> names = new(hosts, StringComparer.Ordinal);
    readonly Dictionary<string, Step> byKey = new(StringComparer.Ordinal);
    readonly Dictionary<ulong, Step> byStream = [];
    readonly List<Step> steps = [];
    string? chosen;
    long left;

    internal static Statistic Make(string? arguments, StatisticSetting setting) =>
        new Account(setting.Registry, new Dictionary<string, string>(StringComparer.Ordinal), newcomer: null) { Filter = setting.Filter(arguments, "Couldn't register account tap: ") };

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
        var seen = new Seen();
        foreach (ref readonly var item in packet.Items)
        {
            int slot = slots.Of(item);
            switch (slot)
            {
                case 0:
                    break;
                case DnsName or RudpSignal or RudpName or HttpMethod or HttpUri:
                    seen.Texts[slot] ??= Encoding.UTF8.GetString(packet.Bytes(item)).TrimEnd('\0');
                    break;
                case DhcpHardware:
                    seen.Texts[slot] ??= string.Join(':', Convert.ToHexStringLower(packet.Bytes(item)).Chunk(2).Select(pair => new string(pair)));
                    break;
                case RudpFile:
                    seen.Files++;
                    break;
                default:
                    seen.Numbers[slot] ??= item.Value;
                    break;
            }
        }

        ref readonly var ends = ref packet.Batch[packet.Index];
        (seen.From, seen.To, seen.At) = (ends.Source.ToString(), ends.Destination.ToString(), Seconds(packet.Time));
        if (seen.Numbers[DhcpType] is { } type)
        {
            Dhcp(seen, (DhcpMessageType)type);
        }
        else if (seen.Texts[DnsName] is { } name)
        {
            Dns(seen, name);
        }
        else if (seen.Numbers[TcpStream] is { } stream)
        {
            Tcp(seen, stream);
        }
        else if (seen.Texts[RudpSignal] is { } signal)
        {
            Rudp(seen, signal);
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Append(steps.Count == 0 ? "\nNothing happened that this tells of.\n" : "\nWhat happened:\n");
        foreach (var step in steps)
        {
            output.Append(string.Create(CultureInfo.InvariantCulture, $"{step.At,9:0.000} s  {step.Tell(step)}\n"));
        }

        if (left > 0)
        {
            output.Append(string.Create(CultureInfo.InvariantCulture, $"{"",11}  and {left} more\n"));
        }
    }

    void Dhcp(Seen seen, DhcpMessageType type)
    {
        string server = Who(Ip(seen.Numbers[DhcpServer]) ?? seen.From);
        string address = Ip(type is DhcpMessageType.Offer or DhcpMessageType.Ack ? seen.Numbers[DhcpYours] : seen.Numbers[DhcpWanted]) ?? Ip(seen.Numbers[DhcpMine]) ?? "its address";
        string client = newcomer ?? Mac(seen);
        switch (type)
        {
            case DhcpMessageType.Discover:
                Add(seen, "discover " + client, step => $"{client} asked everybody for an address (DHCP Discover{Times(step)}).");
                break;
            case DhcpMessageType.Offer:
                Add(seen, $"offer {server} {address}", step => $"{server} offered {address}{Times(step)}.");
                break;
            case DhcpMessageType.Request:
                chosen = seen.Numbers[DhcpServer] is null ? null : server;
                string from = chosen is null ? "" : $" from {chosen}";
                Add(seen, $"request {client} {server} {address}", step => $"{client} asked for {address}{from} (Request{Times(step)}).");
                break;
            case DhcpMessageType.Ack:
                if (newcomer is not null)
                {
                    names.TryAdd(address, newcomer);
                }

                Add(seen, $"ack {server} {client} {address}", step => $"{server} gave it {address} (ACK{Times(step)}).");
                break;
            case DhcpMessageType.Nak:
                string otherwise = chosen is null || chosen == server ? "" : $", though {chosen} had been asked and not it";
                Add(seen, $"nak {server} {chosen} {client}", step => $"{server} refused it (NAK{Times(step)}){otherwise}.");
                break;
            case DhcpMessageType.Decline:
                Add(seen, "decline " + address, step => $"{client} declined {address}: somebody else uses it.");
                break;
            case DhcpMessageType.Release:
                Add(seen, "release " + address, step => $"{client} gave {address} back to {server} (Release).");
                break;
            default:
                break;
        }
    }

    void Dns(Seen seen, string name)
    {
        bool isResponse = seen.Numbers[DnsResponse] is > 0;
        var (client, server) = isResponse ? (seen.To, seen.From) : (seen.From, seen.To);
        string key = $"dns {client} {server} {name}";
        if (!isResponse)
        {
            Add(seen, key, step => step.Answer is { } answer
                ? $"{Who(client)} asked {Who(server)} for {name}{Times(step)}: {answer}, after {Milliseconds(step.Took)}."
                : $"{Who(client)} asked {Who(server)} for {name}{Times(step)} and got no answer.");
        }
        else if (byKey.GetValueOrDefault(key) is { Answer: null } step)
        {
            step.AnsweredAt = seen.At;
            step.Answer = Ip(seen.Numbers[DnsAddress]) ?? (seen.Numbers[DnsCode] is > 0 and var code ? $"an error ({DnsNames.ResponseCodes.FirstOrDefault(one => one.Number == code).Name ?? "unknown"})" : "no address");
        }
    }

    void Rudp(Seen seen, string signal)
    {
        ulong? id = seen.Numbers[RudpId];
        switch (signal)
        {
            case RudpSignals.New:
                string name = seen.Texts[RudpName] ?? "";
                var (client, server) = (seen.From, seen.To);
                Add(seen, $"rudp {client} new", step => $"{Who(client)} greeted {Who(server)} as {name} (SIGNEW{Times(step)}), {(step.Answer is null ? "which did not answer" : $"and was let in after {Milliseconds(step.Took)}")}.");
                break;
            case RudpSignals.Get or RudpSignals.Echo or RudpSignals.Statistics or RudpSignals.End:
                var asker = seen.From;
                Add(seen, $"rudp {asker} {id}", step => $"{Who(asker)} sent {signal} {id}{Times(step)}, {(step.Answer is null ? "never answered" : $"answered{step.Answer} after {Milliseconds(step.AnsweredAt - step.At)}")}.");
                break;
            case RudpSignals.Lost:
                string sender = seen.From, misser = seen.To;
                Add(seen, $"rudp lost {misser} {id}", step => $"{Who(sender)} missed signal {id} of {Who(misser)} and said so (SIGNLOST{Times(step)}).");
                break;
            case RudpSignals.Full:
                string full = seen.From;
                Add(seen, $"rudp full {seen.To}", step => $"{Who(full)} could take no more signals for now (SIGNFULL{Times(step)}).");
                break;
            case RudpSignals.Accepted:
                Answer($"rudp {seen.To} new", seen, "");
                break;
            case RudpSignals.Ended:
                var end = steps.FindLast(step => step.Answer is null && step.Key.StartsWith($"rudp {seen.To} ", StringComparison.Ordinal));
                Answer(end?.Key ?? "", seen, "");
                break;
            default:
                Answer($"rudp {seen.To} {id}", seen, seen.Files > 0 ? string.Create(CultureInfo.InvariantCulture, $" with a list of {seen.Files}") : "");
                break;
        }
    }

    void Tcp(Seen seen, ulong stream)
    {
        bool isAgain = seen.Numbers[TcpAgain] is not null;
        if (isAgain && byStream.TryGetValue(stream, out var disturbed))
        {
            disturbed.Again++;
        }

        var (from, to) = (seen.From, seen.To);
        if (seen.Texts[HttpMethod] is { } method)
        {
            string uri = seen.Texts[HttpUri] ?? "";
            byStream[stream] = Add(seen, string.Create(CultureInfo.InvariantCulture, $"http {stream} {seen.At}"), step => $"{Who(from)} asked {Who(to)} for {uri} (HTTP {method}): {Got(step)}.");
        }
        else if (seen.Texts[RudpSignal] is { } signal && byStream.TryAdd(stream, new Step { Tell = _ => "" }))
        {
            byStream[stream] = Add(seen, string.Create(CultureInfo.InvariantCulture, $"list {stream}"), step => $"{Who(from)} asked {Who(to)} for the list over TCP ({signal}): {(step.Files > 0 ? string.Create(CultureInfo.InvariantCulture, $"{step.Files} {(step.Files == 1 ? "entry" : "entries")}") : "nothing came")}.");
        }

        if (!byStream.TryGetValue(stream, out var current))
        {
            return;
        }

        current.Files += seen.Files;
        if (seen.Numbers[HttpCode] is { } code)
        {
            current.Code = code;
            current.Length = seen.Numbers[HttpLength];
        }

        if (seen.Numbers[TcpLength] is > 0 && current.Asker != from)
        {
            current.AnsweredAt = seen.At;
            current.Bytes += isAgain ? 0 : (long)seen.Numbers[TcpLength]!.Value;
        }
    }

    string Got(Step step)
    {
        string again = step.Again > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {step.Again:N0} {(step.Again == 1 ? "segment was" : "segments were")} sent again") : "";
        return step.Code is { } code
            ? string.Create(CultureInfo.InvariantCulture, $"{code}{(step.Length is { } length ? $", {length:N0} bytes" : "")} in {step.AnsweredAt - step.At:0.000} s{again}")
            : step.Bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{step.Bytes:N0} bytes came, and then it broke off{again}") : "no answer" + again;
    }

    Step Add(Seen seen, string key, Func<Step, string> tell)
    {
        if (byKey.TryGetValue(key, out var step))
        {
            step.Times++;
            step.LastAt = seen.At;
            return step;
        }

        step = new() { Key = key, At = seen.At, LastAt = seen.At, Asker = seen.From, Tell = tell };
        if (steps.Count >= Most)
        {
            left++;
            return step;
        }

        byKey.Add(key, step);
        steps.Add(step);
        return step;
    }

    void Answer(string key, Seen seen, string text)
    {
        if (byKey.GetValueOrDefault(key) is { Answer: null } step)
        {
            (step.Answer, step.AnsweredAt) = (text, seen.At);
        }
    }

    static string Mac(Seen seen) => seen.Texts[DhcpHardware] ?? "somebody";

    string Who(string address) => names.GetValueOrDefault(address, address);

    static string? Ip(ulong? value) => value is > 0 and var number ? Address.IPv4((uint)number).ToString() : null;

    static string Times(Step step) => step.Times > 1 ? string.Create(CultureInfo.InvariantCulture, $", {step.Times} times") : "";

    static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.0} ms");

    static double Seconds(Timestamp time) => time.Seconds + (time.Nanoseconds / 1e9);

    /// <summary>What a packet says that is of interest.</summary>
    sealed class Seen
    {
        public ulong?[] Numbers { get; } = new ulong?[DhcpHardware + 1];

        public string?[] Texts { get; } = new string?[DhcpHardware + 1];

        public int Files { get; set; }

        public string From { get; set; } = "";

        public string To { get; set; } = "";

        public double At { get; set; }
    }

    /// <summary>Something that was done, once or several times, and what came of it.</summary>
    sealed class Step
    {
        public string Key { get; init; } = "";

        public string Asker { get; init; } = "";

        public double At { get; init; }

        public double LastAt { get; set; }

        public required Func<Step, string> Tell { get; init; }

        public int Times { get; set; } = 1;

        public string? Answer { get; set; }

        public double AnsweredAt
        {
            get;
            set
            {
                field = value;
                Took = value - LastAt;
            }
        }

        /// <summary>Seconds from the asking that was answered to the answer; it may have been asked again since, when the answer got lost.</summary>
        public double Took { get; private set; }

        public ulong? Code { get; set; }

        public ulong? Length { get; set; }

        public long Bytes { get; set; }

        public long Again { get; set; }

        public int Files { get; set; }
    }
}
