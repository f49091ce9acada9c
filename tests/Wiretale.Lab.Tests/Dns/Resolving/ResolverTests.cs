using System.Net;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Resolving;

namespace Wiretale.Lab.Tests.Dns.Resolving;

/// <summary>The resolver among servers that a test invents.</summary>
public sealed class ResolverTests
{
    const string Soa = "ns. host. 1 3600 900 604800 60";

    readonly SimulatedDns dns = new();
    readonly List<string> steps = [];

    public ResolverTests()
    {
        dns.Serve("10.0.0.1", $". 600 SOA {Soa}", ". 600 NS ns.root.", "ns.root. 600 A 10.0.0.1", "com. 600 NS ns.com.", "ns.com. 600 A 10.0.0.2", "org. 600 NS ns.org.", "ns.org. 600 A 10.0.0.3");
        dns.Serve("10.0.0.2", $"com. 300 SOA {Soa}", "example.com. 300 NS ns1.example.com.", "example.com. 300 NS ns2.example.com.", "ns1.example.com. 300 A 10.0.0.4", "ns2.example.com. 300 A 10.0.0.5", "far.com. 300 NS ns.far.org.");
        dns.Serve("10.0.0.3", $"org. 300 SOA {Soa}", "far.org. 300 NS ns.far.org.", "ns.far.org. 300 A 10.0.0.6");
        string[] example =
        [
            $"example.com. 120 SOA {Soa}", "www.example.com. 100 A 192.0.2.1", "www.example.com. 90 A 192.0.2.2", "alias.example.com. 100 CNAME www.example.com.",
            "away.example.com. 100 CNAME www.far.org.", "loop.example.com. 100 CNAME pool.example.com.", "pool.example.com. 100 CNAME loop.example.com.", "a.b.c.d.example.com. 100 A 192.0.2.9",
            "huge.example.com. 100 CNAME out.far.org.",
        ];
        dns.Serve("10.0.0.4", example);
        dns.Serve("10.0.0.5", example);
        dns.Serve("10.0.0.6", $"far.org. 120 SOA {Soa}", "www.far.org. 50 A 192.0.2.7", $"far.com. 120 SOA {Soa}", "www.far.com. 50 A 192.0.2.8", "out.far.org. 50 CNAME loop.example.com.", "ns.far.org. 50 A 10.0.0.6");
    }

    [Fact]
    public async Task An_answer_is_found_from_the_root_down()
    {
        var finding = await ResolveAsync(dns.Resolver(), "www.example.com");
        Assert.Equal("NOERROR 192.0.2.1 192.0.2.2", Text(finding));
        Assert.Equal(["10.0.0.1 . NS", "10.0.0.1 com. A", "10.0.0.2 example.com. A", "www.example.com. A"], dns.Asked.Select(line => line.Replace("10.0.0.4 ", "", StringComparison.Ordinal).Replace("10.0.0.5 ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_second_time_it_is_remembered_and_its_time_counts_down()
    {
        var resolver = dns.Resolver();
        await ResolveAsync(resolver, "www.example.com");
        dns.Asked.Clear();
        dns.Clock.Turn(TimeSpan.FromSeconds(30));
        var finding = await ResolveAsync(resolver, "WWW.example.com");
        Assert.True(finding.IsFromCache);
        Assert.All(finding.Records, record => Assert.Equal(60u, record.Ttl));
        Assert.Empty(dns.Asked);

        // The records' time is up; who serves example.com is still known.
        dns.Clock.Turn(TimeSpan.FromSeconds(60));
        Assert.False((await ResolveAsync(resolver, "www.example.com")).IsFromCache);
        Assert.Single(dns.Asked);
    }

    [Theory]
    [InlineData("nothing.example.com", "A", "NXDOMAIN")]
    [InlineData("www.example.com", "TXT", "NOERROR")]
    [InlineData("c.d.example.com", "A", "NOERROR")]
    [InlineData("nothing", "A", "NXDOMAIN")]
    public async Task What_is_not_there_is_remembered_as_long_as_the_SOA_says(string name, string type, string expected)
    {
        var resolver = dns.Resolver();
        Assert.Equal(expected, Text(await ResolveAsync(resolver, name, type)));
        dns.Asked.Clear();
        dns.Clock.Turn(TimeSpan.FromSeconds(50));
        var finding = await ResolveAsync(resolver, name, type);
        Assert.Equal((expected, true, 10u), (Text(finding), finding.IsFromCache, finding.Soa!.Ttl));
        Assert.Empty(dns.Asked);
        dns.Clock.Turn(TimeSpan.FromSeconds(11));
        Assert.Equal(expected, Text(await ResolveAsync(resolver, name, type)));
        Assert.NotEmpty(dns.Asked);
    }

    [Fact]
    public async Task A_name_that_is_not_there_has_no_records_of_any_type()
    {
        var resolver = dns.Resolver();
        await ResolveAsync(resolver, "nothing.example.com");
        dns.Asked.Clear();
        Assert.Equal("NXDOMAIN", Text(await ResolveAsync(resolver, "nothing.example.com", "MX")));
        Assert.Empty(dns.Asked);
    }

    [Theory]
    [InlineData("alias.example.com", "NOERROR www.example.com. 192.0.2.1 192.0.2.2")]
    [InlineData("away.example.com", "NOERROR www.far.org. 192.0.2.7")]
    public async Task Aliases_are_followed_also_into_other_zones(string name, string expected) => Assert.Equal(expected, Text(await ResolveAsync(dns.Resolver(), name)));

    [Theory]
    [InlineData("loop.example.com")]
    [InlineData("huge.example.com")]
    public async Task Aliases_that_lead_in_a_circle_are_an_error_and_not_an_endless_work(string name)
    {
        var finding = await ResolveAsync(dns.Resolver(), name);
        Assert.Equal(ResponseCode.ServFail, finding.Code);
        Assert.Contains("circle", finding.Why, StringComparison.Ordinal);
        Assert.InRange(dns.Asked.Count, 1, 12);
    }

    [Fact]
    public async Task A_chain_of_aliases_has_an_end()
    {
        dns.Serve("10.0.0.4", query =>
        {
            var response = query.Response();
            response.IsAuthoritative = true;
            int number = int.Parse(System.Text.Encoding.ASCII.GetString(query.Questions[0].Name.FirstLabel)[1..], System.Globalization.CultureInfo.InvariantCulture);
            response.Answers.Add(SimulatedDns.Record($"{query.Questions[0].Name} 100 CNAME a{number + 1}.example.com."));
            return response;
        });
        dns.Serve("10.0.0.5", _ => null);
        var finding = await ResolveAsync(dns.Resolver(), "a1.example.com");
        Assert.Equal("more than 11 aliases, one leading to the next, begin at a1.example.com.", finding.Why);
    }

    [Fact]
    public async Task A_server_without_an_address_beside_it_is_looked_up()
    {
        Assert.Equal("NOERROR 192.0.2.8", Text(await ResolveAsync(dns.Resolver(), "www.far.com")));
        Assert.Contains("10.0.0.3 far.org. A", dns.Asked);
        Assert.Contains(steps, step => step.Contains("needs the address of ns.far.org. first", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_zones_that_need_each_other_are_an_error()
    {
        dns.Serve("10.0.0.2", $"com. 300 SOA {Soa}", "a.com. 300 NS ns.b.com.", "b.com. 300 NS ns.a.com.");
        var finding = await ResolveAsync(dns.Resolver(), "www.a.com");
        Assert.StartsWith("no server of a.com. gives an answer", finding.Why, StringComparison.Ordinal);
        Assert.InRange(dns.Asked.Count, 1, 20);
    }

    [Fact]
    public async Task A_failure_is_remembered_for_a_moment()
    {
        dns.Serve("10.0.0.4", query => query.Response(ResponseCode.ServFail));
        dns.Serve("10.0.0.5", query => query.Response(ResponseCode.ServFail));
        var resolver = dns.Resolver();
        Assert.Equal("SERVFAIL", Text(await ResolveAsync(resolver, "www.example.com")));
        dns.Asked.Clear();
        Assert.True((await ResolveAsync(resolver, "www.example.com")).IsFromCache);
        Assert.Empty(dns.Asked);
        dns.Clock.Turn(TimeSpan.FromSeconds(DnsCache.FailureTime));
        await ResolveAsync(resolver, "www.example.com");
        Assert.NotEmpty(dns.Asked);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_or_does_not_know_the_zone_is_passed_over()
    {
        dns.Serve("10.0.0.4", _ => null);
        var resolver = dns.Resolver();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("NOERROR", Text(await ResolveAsync(resolver, "www.example.com", $"TYPE{1000 + i}")));
        }

        // It is tried now and then, at first.
        Assert.InRange(dns.Asked.Count(line => line.StartsWith("10.0.0.4", StringComparison.Ordinal)), 0, 4);

        dns.Serve("10.0.0.4", $"example.net. 60 SOA {Soa}");
        resolver = dns.Resolver();
        dns.Asked.Clear();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("NOERROR", Text(await ResolveAsync(resolver, "www.example.com", $"TYPE{1000 + i}")));
        }

        Assert.InRange(dns.Asked.Count(line => line.StartsWith("10.0.0.4", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public async Task Servers_that_learn_their_zone_later_are_asked_again()
    {
        dns.Serve("10.0.0.4", query => query.Response(ResponseCode.Refused));
        dns.Serve("10.0.0.5", query => query.Response(ResponseCode.Refused));
        var resolver = dns.Resolver();
        var finding = await ResolveAsync(resolver, "www.example.com");
        Assert.Matches(@"^no server of example.com. gives an answer \(the last one: ns[12].example.com. \(10.0.0.[45]\): REFUSED\)$", finding.Why);
        dns.Serve("10.0.0.4", $"example.com. 120 SOA {Soa}", "www.example.com. 100 A 192.0.2.1");
        dns.Clock.Turn(TimeSpan.FromSeconds(DnsCache.FailureTime));
        Assert.Equal("NOERROR 192.0.2.1", Text(await ResolveAsync(resolver, "www.example.com")));
    }

    [Fact]
    public async Task The_whole_name_can_be_shown_to_each_server()
    {
        await ResolveAsync(dns.Resolver(settings => settings with { MinimisesNames = false }), "www.example.com");
        Assert.Equal("10.0.0.1 www.example.com. A", dns.Asked[1]);
        Assert.Equal("10.0.0.2 www.example.com. A", dns.Asked[2]);
    }

    [Fact]
    public async Task A_server_that_denies_the_middle_of_a_name_is_asked_for_the_whole()
    {
        DnsMessage Answer(DnsMessage query)
        {
            var response = query.Response();
            response.IsAuthoritative = true;
            if (query.Questions[0].Name.LabelCount == 6)
            {
                response.Answers.Add(SimulatedDns.Record("a.b.c.d.example.com. 100 A 192.0.2.9"));
            }
            else
            {
                response.ResponseCode = ResponseCode.NXDomain;
            }

            return response;
        }

        dns.Serve("10.0.0.4", Answer);
        dns.Serve("10.0.0.5", Answer);
        Assert.Equal("NOERROR 192.0.2.9", Text(await ResolveAsync(dns.Resolver(), "a.b.c.d.example.com")));
    }

    [Fact]
    public async Task A_name_of_many_labels_takes_few_queries()
    {
        string name = string.Concat(Enumerable.Repeat("a.", 100)) + "example.com.";
        Assert.Equal("NXDOMAIN", Text(await ResolveAsync(dns.Resolver(), name)));
        Assert.InRange(dns.Asked.Count, 4, 6);
        dns.Serve("10.0.0.4", query => Deny(query, ResponseCode.NoError));
        dns.Serve("10.0.0.5", query => Deny(query, ResponseCode.NoError));
        dns.Asked.Clear();
        await ResolveAsync(dns.Resolver(), name);
        Assert.InRange(dns.Asked.Count, 10, 14);

        static DnsMessage Deny(DnsMessage query, ResponseCode code)
        {
            var response = query.Response(code);
            response.IsAuthoritative = true;
            response.Authorities.Add(SimulatedDns.Record($"example.com. 60 SOA {Soa}"));
            return response;
        }
    }

    [Fact]
    public async Task What_a_long_answer_does_not_fit_into_comes_over_TCP()
    {
        var many = Enumerable.Range(0, 200).Select(i => $"many.example.com. 60 A 192.0.3.{i}").Append($"example.com. 60 SOA {Soa}").ToArray();
        dns.Serve("10.0.0.4", many);
        dns.Serve("10.0.0.5", many);
        Assert.Equal(200, (await ResolveAsync(dns.Resolver(), "many.example.com")).Records.Count);
        Assert.EndsWith("many.example.com. A tcp", dns.Asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_know_EDNS_is_asked_without_from_then_on()
    {
        int withEdns = 0;
        foreach (string address in new[] { "10.0.0.4", "10.0.0.5" })
        {
            dns.Serve(address, query =>
            {
                withEdns += query.Opt is null ? 0 : 1;
                var response = query.Response(query.Opt is null ? ResponseCode.NXDomain : ResponseCode.FormErr);
                response.IsAuthoritative = true;
                return response;
            });
        }

        var resolver = dns.Resolver();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("NXDOMAIN", Text(await ResolveAsync(resolver, $"a{i}.example.com")));
        }

        Assert.InRange(withEdns, 1, 2);
    }

    [Fact]
    public async Task The_same_question_of_many_is_asked_once()
    {
        var gate = new TaskCompletionSource();
        int asked = 0;
        dns.Serve("10.0.0.1", query =>
        {
            Interlocked.Increment(ref asked);
            gate.Task.Wait(TimeSpan.FromSeconds(20));
            var response = query.Response(ResponseCode.NXDomain);
            response.IsAuthoritative = true;
            return response;
        });
        var resolver = dns.Resolver(settings => settings with { MostAtOnce = 1 });
        var all = Enumerable.Range(0, 50).Select(_ => ResolveAsync(resolver, "example.com")).ToList();
        var other = await ResolveAsync(resolver, "example.org");
        Assert.Contains("no more at the same time", other.Why, StringComparison.Ordinal);
        gate.SetResult();
        Assert.All(await Task.WhenAll(all), finding => Assert.Equal("NXDOMAIN", Text(finding)));
        Assert.InRange(asked, 1, 3);
    }

    [Fact]
    public async Task Others_can_be_asked_instead_of_the_root()
    {
        dns.Serve("10.0.0.8", _ => null);
        dns.Serve("10.0.0.9", query =>
        {
            Assert.True(query.RecursionDesired);
            var response = query.Response();
            response.RecursionAvailable = true;
            response.Answers.AddRange([SimulatedDns.Record("away.example.com. 100 CNAME www.far.org."), SimulatedDns.Record("www.far.org. 20 A 192.0.2.7")]);
            return response;
        });
        var resolver = dns.Resolver(settings => settings with { Forwarders = [new(IPAddress.Parse("10.0.0.8"), 53), new(IPAddress.Parse("10.0.0.9"), 53)] });
        Assert.Equal("NOERROR www.far.org. 192.0.2.7", Text(await ResolveAsync(resolver, "away.example.com")));
        Assert.Equal("10.0.0.9 away.example.com. A", dns.Asked[^1]);
        Assert.True((await ResolveAsync(resolver, "away.example.com")).IsFromCache);
    }

    [Fact]
    public async Task Its_steps_are_told_in_sentences()
    {
        await ResolveAsync(dns.Resolver(), "alias.example.com");
        string all = string.Join('\n', steps);
        Assert.Contains("asks ns.com. (10.0.0.2), a server of com.: example.com. A?", all, StringComparison.Ordinal);
        Assert.Contains("-> ask the servers of example.com.: ns1.example.com. (10.0.0.4), ns2.example.com. (10.0.0.5) (10.0 ms)", all, StringComparison.Ordinal);
        Assert.Contains("-> alias of www.example.com., 192.0.2.1, 192.0.2.2, for 90 s (10.0 ms)", all, StringComparison.Ordinal);
    }

    Task<Finding> ResolveAsync(Resolver resolver, string name, string type = "A")
    {
        Assert.True(RecordType.TryParse(type, out var parsed));
        return resolver.ResolveAsync(DnsName.Parse(name), parsed, step => steps.Add(step.Text), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    static string Text(Finding finding) => string.Join(' ', finding.Records.Select(record => record.Data.ToString()).Prepend(finding.Code.Name()));
}
