using System.Net;
using System.Text;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Querying;
using Wiretale.Lab.Dns.Resolving;
using Wiretale.Lab.Tests.Dns.Resolving;

namespace Wiretale.Lab.Tests.Dns.Querying;

public sealed class QueryProgramTests
{
    const string Soa = "ns. host. 1 3600 900 604800 60";

    readonly SimulatedDns dns = new();
    readonly StringBuilder shown = new();

    public QueryProgramTests() => dns.Serve(
        "10.0.0.1", $". 600 SOA {Soa}", ". 600 NS ns.root.", "ns.root. 600 A 10.0.0.1", "www.a. 60 A 192.0.2.1", "alias.a. 60 CNAME www.a.", "b. 60 NS ns.b.", "ns.b. 60 A 10.0.0.2");

    [Fact]
    public async Task An_answer_looks_as_dig_prints_it()
    {
        Assert.Equal(0, await AskAsync("alias.a"));
        Assert.Equal(
            """

            ; <<>> wiretale dns query <<>> alias.a
            ; (1 server found)
            ;; global options: +cmd
            ;; Got answer:
            ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: N
            ;; flags: qr aa rd; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1
            ;; WARNING: recursion requested but not available

            ;; OPT PSEUDOSECTION:
            ; EDNS: version: 0, flags:; udp: 1232
            ;; QUESTION SECTION:
            ;alias.a.			IN	A

            ;; ANSWER SECTION:
            alias.a.		60	IN	CNAME	www.a.
            www.a.			60	IN	A	192.0.2.1

            ;; Query time: 10 msec
            ;; SERVER: 10.0.0.1#53(10.0.0.1) (UDP)
            ;; WHEN: Fri Jan 02 03:04:05 UTC 2026
            ;; MSG SIZE  rcvd: 70


            """,
            System.Text.RegularExpressions.Regex.Replace(shown.ToString(), "id: [0-9]+", "id: N", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Short_is_the_data_alone()
    {
        Assert.Equal(0, await AskAsync("alias.a", "+short"));
        Assert.Equal("www.a.\n192.0.2.1\n", shown.ToString());
    }

    [Fact]
    public async Task Nobody_who_answers_is_status_9_after_all_tries()
    {
        dns.Serve("10.0.0.1", _ => null);
        Assert.Equal(9, await AskAsync("a", "+tries=2", "+time=1"));
        Assert.Equal(";; 10.0.0.1:53: no answer within 1 s\n;; 10.0.0.1:53: no answer within 1 s\n\n; <<>> wiretale dns query <<>> a +tries=2 +time=1\n; (1 server found)\n;; global options: +cmd\n;; no servers could be reached\n", shown.ToString());
        Assert.Equal(TimeSpan.FromSeconds(2), dns.Clock.Now);
    }

    [Fact]
    public async Task The_second_server_is_asked_when_the_first_is_not_there()
    {
        var program = new QueryProgram(dns, dns.Clock, new Random(1), text => shown.Append(text));
        Assert.Equal(0, await program.AskAsync(QueryOptions.Parse(["www.a", "+short"]), [new(IPAddress.Parse("10.0.0.9"), 53), new(IPAddress.Parse("10.0.0.1"), 53)], null, CancellationToken.None));
        Assert.EndsWith("\n192.0.2.1\n", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_passed_over_is_said()
    {
        dns.Serve("10.0.0.1", (query, _) =>
        {
            var response = query.Response();
            response.Answers.Add(SimulatedDns.Record("www.a. 60 A 192.0.2.1"));
            byte[] good = response.ToBytes();
            response.Id++;
            response.Answers[0] = SimulatedDns.Record("www.a. 60 A 6.6.6.6");
            return [response.ToBytes(), good];
        });
        Assert.Equal(0, await AskAsync("www.a", "+noall", "+answer"));
        Assert.StartsWith(";; ID mismatch: expected ID ", shown.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\nwww.a.\t\t\t60\tIN\tA\t192.0.2.1\n", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_of_others_do_not_reach_the_terminal()
    {
        dns.Serve("10.0.0.1", query =>
        {
            var response = query.Response();
            response.Opt = new() { Options = [new(EdnsOption.ExtendedError, [0, 22, .. "\e[31mred"u8]), new(EdnsOption.Nsid, [0x1b, 0x41]), new(999, [1])] };
            response.Answers.Add(new(DnsName.Root.Prepend([0x1b, 0x5b]), 1, RecordData.Parse(RecordType.TXT, "\"\\027[31m\"")));
            return response;
        });
        Assert.Equal(0, await AskAsync("."));
        Assert.DoesNotContain('\e', shown.ToString());
        Assert.Contains("; EDE: 22 (No Reachable Authority): (␛[31mred)\n; NSID: 1b 41 (\".A\")\n; OPT=999: 01\n", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_shows_what_each_server_said()
    {
        dns.Serve("10.0.0.2", $"b. 60 SOA {Soa}", "www.b. 60 A 192.0.2.2");
        var program = new QueryProgram(dns, dns.Clock, new Random(1), text => shown.Append(text)) { Title = "traced" };
        Assert.Equal(0, await program.TraceAsync(QueryOptions.Parse(["www.b"]), Settings, CancellationToken.None));
        Assert.Equal(
            """

            ; <<>> traced
            ;; global options: +cmd
            .			600	IN	NS	ns.root.
            ;; Received 64 bytes from 10.0.0.1#53(ns.root) in 10 ms

            b.			60	IN	NS	ns.b.
            ;; Received 67 bytes from 10.0.0.1#53(ns.root) in 10 ms

            www.b.			60	IN	A	192.0.2.2
            ;; Received 50 bytes from 10.0.0.2#53(ns.b) in 10 ms


            """,
            shown.ToString());
    }

    [Fact]
    public async Task Steps_are_told_and_the_answer_shown()
    {
        dns.Serve("10.0.0.2", $"b. 60 SOA {Soa}", "www.b. 60 A 192.0.2.2");
        var program = new QueryProgram(dns, dns.Clock, new Random(1), text => shown.Append(text));
        Assert.Equal(0, await program.TellAsync(QueryOptions.Parse(["www.b"]), Settings, CancellationToken.None));
        Assert.Contains("     0.0 ms  looks for www.b. A, from the root down\n", shown.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\n\nwww.b.\t\t\t60\tIN\tA\t192.0.2.2\n", shown.ToString(), StringComparison.Ordinal);
        Assert.Equal(9, await program.TellAsync(QueryOptions.Parse(["www.c.b"]), Settings with { MostQueries = 1 }, CancellationToken.None));
        Assert.Contains("gives up: no answer after 1 queries", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_can_say_where_the_root_is()
    {
        var program = new QueryProgram(dns, dns.Clock, new Random(1), text => shown.Append(text));
        dns.Serve("10.0.0.7", query =>
        {
            var response = query.Response();
            response.Answers.Add(SimulatedDns.Record(query.Questions[0].Type == RecordType.NS ? ". 60 NS ns.root." : "ns.root. 60 A 10.0.0.1"));
            return response;
        });
        var root = await program.AskForRootAsync(new(), new(IPAddress.Parse("10.0.0.7"), 53), CancellationToken.None);
        Assert.Equal("ns.root. (10.0.0.1)", root.ToString());
        dns.Serve("10.0.0.7", query => query.Response(ResponseCode.Refused));
        var error = await Assert.ThrowsAsync<IOException>(() => program.AskForRootAsync(new(), new(IPAddress.Parse("10.0.0.7"), 53), CancellationToken.None));
        Assert.Equal("10.0.0.7:53 does not know the root's servers (--hints FILE names them)", error.Message);
    }

    [Fact]
    public async Task A_zone_comes_in_many_messages_and_ends_with_its_SOA_record()
    {
        dns.Serve("10.0.0.1", (query, _) => new[] { "a. 60 SOA " + Soa, "b.a. 60 A 192.0.2.1", "c.a. 60 A 192.0.2.2", "a. 60 SOA " + Soa, "d.a. 60 A 6.6.6.6" }.Select(line =>
        {
            var response = query.Response();
            response.Answers.Add(SimulatedDns.Record(line));
            return response.ToBytes();
        }));
        Assert.Equal(0, await TransferAsync("a.", "AXFR"));
        Assert.StartsWith("a.\t\t\t60\tIN\tSOA\tns. host. 1 3600 900 604800 60\nb.a.\t\t\t60\tIN\tA\t192.0.2.1\nc.a.", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains(";; XFR size: 4 records (messages 4, bytes ", shown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_that_is_not_given_or_breaks_off_is_said_to_have_failed()
    {
        dns.Serve("10.0.0.1", query => query.Response(ResponseCode.Refused));
        Assert.Equal(0, await TransferAsync("a.", "AXFR"));
        Assert.Equal("; Transfer failed: the server says REFUSED.\n", shown.ToString());
        shown.Clear();
        dns.Serve("10.0.0.1", (query, _) =>
        {
            var response = query.Response();
            response.Answers.Add(SimulatedDns.Record("b.a. 60 A 192.0.2.1"));
            return [response.ToBytes()];
        });
        Assert.Equal(0, await TransferAsync("a.", "AXFR"));
        Assert.Equal("; Transfer failed: a message that does not belong to a transfer.\n", shown.ToString());
        Assert.Equal(9, await new QueryProgram(dns, dns.Clock, new Random(1), text => shown.Append(text)).TransferAsync(QueryOptions.Parse(["a.", "AXFR"]), new(IPAddress.Parse("10.0.0.9"), 53), null, CancellationToken.None));
    }

    Task<int> TransferAsync(params string[] words) =>
        new QueryProgram(dns, dns.Clock, new Random(1), text => shown.Append(text)).TransferAsync(QueryOptions.Parse([.. words, "+nocmd"]), new(IPAddress.Parse("10.0.0.1"), 53), null, CancellationToken.None);

    static ResolverSettings Settings => new() { Hints = new(DnsName.Root, [new(DnsName.Parse("ns.root."), [IPAddress.Parse("10.0.0.1")])], 3600), MixesCase = false };

    Task<int> AskAsync(params string[] words) =>
        new QueryProgram(dns, dns.Clock, new Random(1), text => shown.Append(text)) { Title = $"wiretale dns query <<>> {string.Join(' ', words)}" }.AskAsync(QueryOptions.Parse(words), [new(IPAddress.Parse("10.0.0.1"), 53)], null, CancellationToken.None);
}
