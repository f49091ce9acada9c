using System.Globalization;
using System.Net;
using System.Text;
using Wiretale.Lab.Dns.Resolving;

namespace Wiretale.Lab.Dns.Querying;

/// <summary>Asks a question and shows the answer as dig does.</summary>
/// <param name="show">Takes text that is shown.</param>
public sealed class QueryProgram(IDnsTransport transport, TimeProvider clock, Random random, Action<string> show)
{
    static readonly TimeSpan longestTransfer = TimeSpan.FromMinutes(10);

    /// <summary>Exit status: an answer came, whatever it says.</summary>
    public const int Answered = 0;

    /// <summary>Exit status: nobody answered.</summary>
    public const int NoReply = 9;

    /// <summary>What stands above everything, where that is wanted: what was asked.</summary>
    public string Title { get; init; } = "";

    /// <summary>Asks servers, one after the other, until one answers.</summary>
    /// <param name="called">How the server was called; null for its address.</param>
    public async Task<int> AskAsync(QueryOptions options, IReadOnlyList<IPEndPoint> servers, string? called, CancellationToken stop)
    {
        var exchange = new DnsExchange(transport, clock, random);
        for (int i = 0; i < options.Tries; i++)
        {
            foreach (var server in servers)
            {
                var reply = await exchange.AskAsync(options.Question, options.Ask, server, options.Patience, stop);
                foreach (string remark in reply.Remarks.Where(_ => !options.Short))
                {
                    Comment(remark);
                }

                if (reply.Message is { } message)
                {
                    var text = new StringBuilder(Heading(options, servers.Count));
                    QueryText.Write(text, message, options);
                    if (options is { ShowsStatistics: true, Short: false })
                    {
                        Statistics(text, server, reply.Time, reply.OverTcp, called);
                        text.Append(CultureInfo.InvariantCulture, $";; MSG SIZE  rcvd: {reply.Size}\n\n");
                    }

                    show(text.ToString());
                    return Answered;
                }

                Comment(reply.Fault!);
            }
        }

        show(Heading(options with { Short = false }, servers.Count));
        Comment("no servers could be reached");
        return NoReply;
    }

    /// <summary>Has a zone transferred, and shows its records as they come.</summary>
    /// <param name="called">How the server was called; null for its address.</param>
    public async Task<int> TransferAsync(QueryOptions options, IPEndPoint server, string? called, CancellationToken stop)
    {
        ushort id = (ushort)random.Next(ushort.MaxValue + 1);
        var query = DnsMessage.Query(id, options.Question);
        (query.AuthenticData, query.Opt) = (options.Ask.AuthenticData, options.Ask.Edns);
        var reader = new ZoneReader(id, options.Question.Name, records =>
        {
            var text = new StringBuilder();
            QueryText.Records(text, records, options);
            show(text.ToString());
        });
        show(Heading(options, servers: 1));
        long begin = clock.GetTimestamp();
        try
        {
            await transport.AskAsync(server, overTcp: true, query.ToBytes(), reader.Take, longestTransfer, stop);
        }
        catch (Links.LinkException e)
        {
            Comment(e.Message);
            if (reader.Messages == 0)
            {
                return NoReply;
            }
        }

        if (!reader.IsWhole)
        {
            show($"; Transfer failed{(reader.Fault is { } fault ? $": {PlainText.Visible(fault)}" : "")}.\n");
        }
        else if (options.ShowsStatistics && !options.Short)
        {
            var text = new StringBuilder();
            Statistics(text, server, clock.GetElapsedTime(begin), overTcp: true, called);
            show(text.Append(CultureInfo.InvariantCulture, $";; XFR size: {reader.Records} records (messages {reader.Messages}, bytes {reader.Bytes})\n\n").ToString());
        }

        return Answered;
    }

    /// <summary>Finds the answer from the root down, and shows what each server on the way has said.</summary>
    public async Task<int> TraceAsync(QueryOptions options, ResolverSettings settings, CancellationToken stop)
    {
        show(Heading(options, servers: 0));

        // Each server is shown the whole question, as dig does.
        var finding = await Resolver(settings with { MinimisesNames = false, MixesCase = options.Ask.MixCase })
            .ResolveAsync(options.Question.Name, options.Question.Type, step => Show(step, options), stop);
        if (finding.Why is not null)
        {
            Comment(finding.Why);
        }

        return finding.Why is null ? Answered : NoReply;
    }

    /// <summary>Finds the answer, tells each step in a sentence, and shows the answer.</summary>
    public async Task<int> TellAsync(QueryOptions options, ResolverSettings settings, CancellationToken stop)
    {
        var finding = await Resolver(settings).ResolveAsync(options.Question.Name, options.Question.Type, step => show(step + "\n"), stop);
        var text = new StringBuilder("\n");
        QueryText.Records(text, finding.Records, options);
        show(finding.Records.Count == 0 ? $"\n;; {finding.Code.Name()}, no records\n" : text.ToString());
        return finding.Code == ResponseCode.ServFail ? NoReply : Answered;
    }

    /// <summary>Asks a server who the root's servers are, and where.</summary>
    /// <exception cref="IOException">It did not say.</exception>
    public async Task<Delegation> AskForRootAsync(QueryOptions options, IPEndPoint server, CancellationToken stop)
    {
        var exchange = new DnsExchange(transport, clock, random);
        var root = await AskAsync(new(DnsName.Root, RecordType.NS));
        var known = Delegation.From(DnsName.Root, root.Answers, root.Additionals, DnsName.Root);
        var servers = new List<NameServer>();
        foreach (var one in known.Servers)
        {
            var addresses = one.Addresses.Count > 0 ? one.Addresses : [.. (await AskAsync(new(one.Name, RecordType.A))).Answers.Where(record => record.Type == RecordType.A).Select(record => record.Data.Address)];
            servers.Add(one with { Addresses = addresses });
        }

        return servers.Exists(one => one.Addresses.Count > 0) ? known with { Servers = servers } : throw new IOException($"{server} does not know the root's servers (--hints FILE names them)");

        async Task<DnsMessage> AskAsync(DnsQuestion question)
        {
            var reply = await exchange.AskAsync(question, options.Ask with { RecursionDesired = true }, server, options.Patience, stop);
            return reply.Message ?? throw new IOException(reply.Fault);
        }
    }

    Resolver Resolver(ResolverSettings settings) => new(transport, clock, random, settings);

    void Show(ResolutionStep step, QueryOptions options)
    {
        if (step is { Depth: 0, Reply: { Message: { } message } reply })
        {
            var text = new StringBuilder();
            QueryText.Records(text, [.. message.Answers, .. message.Authorities], options);
            string name = step.Server?.ToString().TrimEnd('.') is { Length: > 0 } known ? known : reply.Server.Address.ToString();
            text.Append(CultureInfo.InvariantCulture, $";; Received {reply.Size} bytes from {QueryText.Endpoint(reply.Server)}({name}) in {reply.Time.TotalMilliseconds:0} ms\n\n");
            show(text.ToString());
        }
        else if (step.Reply is { Message: null } failed)
        {
            Comment(failed.Fault!);
        }
        else if (step.Depth > 0 && step.Reply is null)
        {
            Comment(step.Text);
        }
    }

    int Ended(Finding finding)
    {
        if (finding.Why is null)
        {
            return Answered;
        }

        Comment(finding.Why);
        return NoReply;
    }

    string Heading(QueryOptions options, int servers) => options is { ShowsCommand: true, Short: false }
        ? $"\n; <<>> {PlainText.Visible(Title)}\n{(servers == 0 ? "" : $"; ({servers} server{(servers == 1 ? "" : "s")} found)\n")};; global options: +cmd\n"
        : "";

    void Statistics(StringBuilder text, IPEndPoint server, TimeSpan time, bool overTcp, string? called) => text.Append(
        CultureInfo.InvariantCulture,
        $"""
        ;; Query time: {time.TotalMilliseconds:0} msec
        ;; SERVER: {QueryText.Endpoint(server)}({called ?? server.Address.ToString()}) ({(overTcp ? "TCP" : "UDP")})
        ;; WHEN: {When()}

        """);

    string When()
    {
        var now = clock.GetLocalNow();
        string zone = now.Offset == TimeSpan.Zero ? "UTC" : now.ToString("zzz", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{now:ddd MMM dd HH:mm:ss} {zone} {now:yyyy}");
    }

    void Comment(string text) => show($";; {PlainText.Visible(text)}\n");
}
