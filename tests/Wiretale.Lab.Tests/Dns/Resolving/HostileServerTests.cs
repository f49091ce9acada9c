using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Resolving;

namespace Wiretale.Lab.Tests.Dns.Resolving;

/// <summary>Servers and others that mean no good: what they cause is bounded, and nothing of it is believed.</summary>
public sealed class HostileServerTests
{
    const string Soa = "ns. host. 1 3600 900 604800 60";

    readonly SimulatedDns dns = new();
    readonly List<string> steps = [];

    public HostileServerTests()
    {
        dns.Serve("10.0.0.1", $". 600 SOA {Soa}", ". 600 NS ns.root.", "ns.root. 600 A 10.0.0.1", "evil. 600 NS ns.evil.", "ns.evil. 600 A 10.0.0.2", "good. 600 NS ns.good.", "ns.good. 600 A 10.0.0.3");
        dns.Serve("10.0.0.3", $"good. 60 SOA {Soa}", "www.good. 60 A 192.0.2.1", "victim.good. 60 A 192.0.2.2");
    }

    [Fact]
    public async Task A_forger_who_guesses_ids_or_questions_is_not_believed()
    {
        dns.Serve("10.0.0.3", (query, _) =>
        {
            byte[] Forged(Action<DnsMessage> change, string address = "6.6.6.6")
            {
                var response = query.Response();
                response.IsAuthoritative = true;
                response.Answers.Add(SimulatedDns.Record($"www.good. 60 A {address}"));
                change(response);
                return response.ToBytes();
            }

            return
            [
                Forged(message => message.Id ^= 1),
                Forged(message => message.Questions[0] = message.Questions[0] with { Name = DnsName.Parse("other.good") }),
                Forged(message => message.Questions[0] = message.Questions[0] with { Type = RecordType.AAAA }),
                Forged(message => message.Questions.Clear()),
                Forged(message => message.IsResponse = false),
                [1, 2, 3],
                Forged(_ => { }, "192.0.2.1"),
            ];
        });
        var finding = await ResolveAsync(dns.Resolver(), "www.good");
        Assert.Equal("192.0.2.1", Assert.Single(finding.Records).Data.ToString());
        Assert.Contains(steps, step => step.Contains("(ID mismatch: expected ID ", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.Contains("(Question section mismatch: got other.good./A/IN)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_guesses_a_lot_is_evaded_over_TCP()
    {
        dns.Serve("10.0.0.3", (query, tcp) =>
        {
            var response = query.Response();
            response.IsAuthoritative = true;
            response.Answers.Add(SimulatedDns.Record($"www.good. 60 A {(tcp ? "192.0.2.1" : "6.6.6.6")}"));
            return tcp ? [response.ToBytes()] : Enumerable.Range(1, 10_000).Select(i =>
            {
                response.Id = (ushort)(query.Id + i);
                return response.ToBytes();
            });
        });
        Assert.Equal("192.0.2.1", Assert.Single((await ResolveAsync(dns.Resolver(), "www.good")).Records).Data.ToString());
        Assert.Equal("10.0.0.3 www.good. A tcp", dns.Asked[^1]);
    }

    [Fact]
    public async Task Letters_must_come_back_as_they_were_sent()
    {
        var sent = new List<DnsName>();
        dns.Serve("10.0.0.3", (query, tcp) =>
        {
            sent.Add(query.Questions[0].Name);
            var response = query.Response();
            response.Questions[0] = response.Questions[0] with { Name = query.Questions[0].Name.ToLower() };
            response.IsAuthoritative = true;
            response.Answers.Add(SimulatedDns.Record($"www.good. 60 A {(tcp ? "192.0.2.1" : "6.6.6.6")}"));
            return [response.ToBytes()];
        });
        var finding = await ResolveAsync(dns.Resolver(settings => settings with { MixesCase = true }), "www.good");
        Assert.Equal("192.0.2.1", Assert.Single(finding.Records).Data.ToString());
        Assert.NotEqual(sent[0].ToLower().ToString(), sent[0].ToString());
        Assert.Contains(steps, step => step.Contains("letters were changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mixed_letters_are_seen_by_servers_alone()
    {
        var finding = await ResolveAsync(dns.Resolver(settings => settings with { MixesCase = true }), "www.GOOD");
        Assert.Equal("www.GOOD. 60 IN A 192.0.2.1", Assert.Single(finding.Records).ToString());
        Assert.DoesNotContain(dns.Asked, line => line.EndsWith("tcp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_of_others_are_passed_over()
    {
        dns.Serve("10.0.0.2", query =>
        {
            var response = query.Response();
            response.IsAuthoritative = true;
            response.Answers.AddRange([SimulatedDns.Record("www.evil. 60 A 192.0.2.66"), SimulatedDns.Record("victim.good. 60 A 6.6.6.6")]);
            response.Authorities.Add(SimulatedDns.Record("good. 60 NS ns.evil."));
            response.Additionals.AddRange([SimulatedDns.Record("victim.good. 60 A 6.6.6.6"), SimulatedDns.Record("ns.good. 60 A 10.0.0.2")]);
            return response;
        });
        var resolver = dns.Resolver();
        Assert.Equal("192.0.2.66", Assert.Single((await ResolveAsync(resolver, "www.evil")).Records).Data.ToString());
        Assert.Equal("192.0.2.2", Assert.Single((await ResolveAsync(resolver, "victim.good")).Records).Data.ToString());
        Assert.Equal("10.0.0.3 victim.good. A", dns.Asked[^1]);
    }

    [Fact]
    public async Task An_alias_into_another_zone_does_not_bring_its_data_along()
    {
        dns.Serve("10.0.0.2", query =>
        {
            var response = query.Response();
            response.IsAuthoritative = true;
            response.Answers.AddRange([SimulatedDns.Record("www.evil. 60 CNAME victim.good."), SimulatedDns.Record("victim.good. 60 A 6.6.6.6")]);
            return response;
        });
        Assert.Equal("victim.good. 192.0.2.2", string.Join(' ', (await ResolveAsync(dns.Resolver(), "www.evil")).Records.Select(record => record.Data.ToString())));
    }

    [Theory]
    [InlineData(".", "leads up")]
    [InlineData("good.", "leads aside")]
    [InlineData("evil.", "leads to itself")]
    [InlineData("other.evil.", "leads down, but elsewhere")]
    public async Task A_referral_that_leads_elsewhere_is_of_no_use(string to, string what)
    {
        dns.Serve("10.0.0.2", query =>
        {
            var response = query.Response();
            response.Authorities.Add(SimulatedDns.Record($"{to} 60 NS ns.evil."));
            response.Additionals.Add(SimulatedDns.Record("ns.evil. 60 A 10.0.0.2"));
            return response;
        });
        var finding = await ResolveAsync(dns.Resolver(), "www.evil");
        Assert.True(finding.Code == ResponseCode.ServFail, what);
        Assert.InRange(dns.Asked.Count, 1, 6);
        Assert.Contains(steps, step => step.Contains("which does not lead from evil. to www.evil.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_referral_to_thousands_of_servers_leads_to_few_queries()
    {
        dns.Serve("10.0.0.2", (query, _) =>
        {
            var response = query.Response();
            response.Authorities.AddRange(Enumerable.Range(0, 2000).Select(i => SimulatedDns.Record($"a.evil. 60 NS ns{i}.victim.good.")));
            return [response.ToBytes()];
        });
        var resolver = dns.Resolver();
        var finding = await ResolveAsync(resolver, "www.a.evil");
        Assert.StartsWith("no server of a.evil. gives an answer", finding.Why, StringComparison.Ordinal);
        Assert.InRange(dns.Asked.Count(line => line.StartsWith("10.0.0.3", StringComparison.Ordinal)), 1, 25);
        Assert.Contains(steps, step => step.Contains("10 servers were looked for already", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_for_one_question_has_an_end()
    {
        // Each name leads to two more that are deeper.
        int number = 0;
        dns.Serve("10.0.0.2", query =>
        {
            var response = query.Response();
            var zone = query.Questions[0].Name;
            if (zone.LabelCount < 2)
            {
                response.IsAuthoritative = true;
                return response;
            }

            number++;
            response.Authorities.AddRange([SimulatedDns.Record($"{zone.Suffix(2)} 60 NS ns.a{number}.evil."), SimulatedDns.Record($"{zone.Suffix(2)} 60 NS ns.b{number}.evil.")]);
            return response;
        });
        var finding = await ResolveAsync(dns.Resolver(), "www.a.evil");
        Assert.Equal(ResponseCode.ServFail, finding.Code);
        Assert.InRange(dns.Asked.Count, 5, 64);
    }

    [Fact]
    public async Task A_question_takes_no_longer_than_it_may()
    {
        string[] silent = [.. Enumerable.Range(20, 8).Select(i => $"10.0.0.{i}")];
        dns.Serve("10.0.0.1", [$". 600 SOA {Soa}", .. silent.Select((_, i) => $"evil. 600 NS ns{i}.evil."), .. silent.Select((address, i) => $"ns{i}.evil. 600 A {address}")]);
        foreach (string address in silent)
        {
            dns.Serve(address, _ => null);
        }

        var finding = await ResolveAsync(dns.Resolver(settings => settings with { Longest = TimeSpan.FromSeconds(1) }), "www.evil");
        Assert.Equal("no answer within 1 s", finding.Why);
        Assert.InRange(dns.Clock.Now, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.2));
    }

    [Fact]
    public async Task A_broken_message_is_said_to_be_broken()
    {
        dns.Serve("10.0.0.2", (query, _) =>
        {
            // The record's name is a pointer at itself.
            byte[] bytes = query.Response().ToBytes();
            bytes[7] = 1;
            return [[.. bytes, 0xc0, (byte)bytes.Length, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 6, 6, 6, 6]];
        });
        Assert.Equal(ResponseCode.ServFail, (await ResolveAsync(dns.Resolver(), "www.evil")).Code);
        Assert.Contains(steps, step => step.Contains("the answer is malformed: a compressed name points forward or at itself at byte", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Noise_in_place_of_answers_neither_hurts_nor_is_believed()
    {
        var random = new Random(7);
        dns.Serve("10.0.0.2", (query, _) => Enumerable.Range(0, 20).Select(i =>
        {
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            byte[] whole = query.Response().ToBytes();
            return i % 2 == 0 ? noise : [.. whole.AsSpan(0, Math.Min(whole.Length, random.Next(30))), .. noise];
        }));
        var resolver = dns.Resolver();
        for (int i = 0; i < 300; i++)
        {
            Assert.Empty((await ResolveAsync(resolver, $"a{i}.evil")).Records);
        }

        Assert.Equal("192.0.2.1", Assert.Single((await ResolveAsync(resolver, "www.good")).Records).Data.ToString());
    }

    Task<Finding> ResolveAsync(Resolver resolver, string name) =>
        resolver.ResolveAsync(DnsName.Parse(name), RecordType.A, step => steps.Add(step.Text), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
}
