using Wiretale.Lab.Dhcp;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>Two servers with one pool in one database.</summary>
public sealed class PostgresLeasesTests : DhcpPrograms
{
    static readonly DhcpSettings settings = new() { Server = 0x0a141e28, Pools = [DhcpPool.Parse(DhcpSettings.NormalPool)!], DnsServers = [], Reservations = new Dictionary<string, uint> { ["020000000009"] = 0x0a141e2a } };

    [PostgresFact]
    public async Task Two_servers_that_are_asked_at_once_give_no_address_twice()
    {
        using var postgres = new PostgresServer();
        var got = await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            using var store = PostgresLeases.Open(settings, postgres.Where);
            var book = new LeaseBook(settings, store);
            var mine = new List<uint>();
            for (int i = 0; i < 25; i++)
            {
                // Every client is at two servers.
                var asker = Asker(((thread / 2) << 8) | i);
                if (book.Offer(asker, wish: 0x0a141e30, out _) is { } address && book.Request(asker, address, TimeSpan.FromHours(1), isChosen: true, isOurs: false) == RequestOutcome.Bound)
                {
                    mine.Add(address);
                }
            }

            return (thread, mine);
        })));

        var kept = PostgresLeases.All(postgres.Where).Where(lease => lease.State == LeaseState.Bound).ToArray();
        Assert.Equal(50, kept.Length);
        Assert.Equal(50, kept.DistinctBy(lease => lease.Client).Count());
        Assert.DoesNotContain(kept, lease => lease.Address is < 0x0a141e29 or > 0x0a141e64 or 0x0a141e2a);
        foreach (var (thread, mine) in got)
        {
            Assert.Equal(25, mine.Count);
            Assert.Equal(got[thread ^ 1].mine, mine);
            Assert.Empty(mine.Intersect(got[(thread + 2) % 4].mine));
        }
    }

    [PostgresFact]
    public void The_rules_are_those_of_the_journal()
    {
        using var postgres = new PostgresServer();
        using var store = PostgresLeases.Open(settings, postgres.Where);
        var book = new LeaseBook(settings, store);
        var (anna, bert) = (Asker(1), Asker(2));

        uint first = book.Offer(anna, null, out bool isItsOwn)!.Value;
        Assert.Equal((0x0a141e29u, false), (first, isItsOwn));
        Assert.Equal(RequestOutcome.Bound, book.Request(anna, first, TimeSpan.FromHours(1), isChosen: true, isOurs: false));
        Assert.Equal(first, book.Offer(anna, null, out isItsOwn));
        Assert.True(isItsOwn);
        Assert.Equal(RequestOutcome.Refused, book.Request(bert, first, TimeSpan.FromHours(1), isChosen: true, isOurs: false));
        Assert.Equal(RequestOutcome.Unknown, book.Request(bert, first + 9, TimeSpan.FromHours(1), isChosen: false, isOurs: false));
        Assert.False(book.Release(bert, first));
        Assert.True(book.Decline(anna, first));
        Assert.Equal(first + 2, book.Offer(bert, null, out _));
        book.Withdraw(bert);
        Assert.Equal(0x0a141e2au, book.Offer(new("id", "020000000009", "", "", settings.Pools), null, out _));
        Assert.Equal(first + 3, book.Offer(anna, first + 3, out _));
        Assert.Equal(RequestOutcome.Bound, book.Request(anna, first + 3, TimeSpan.FromHours(1), isChosen: true, isOurs: false));
        Assert.True(book.Release(anna, first + 3));
        Assert.Equal(["declined", "offered", "offered", "released"], PostgresLeases.All(postgres.Where).Select(lease => lease.State.ToString().ToLowerInvariant()));
    }

    [PostgresFact]
    public void A_restart_of_the_database_is_an_error_that_passes()
    {
        using var postgres = new PostgresServer();
        using var store = PostgresLeases.Open(settings, postgres.Where);
        var book = new LeaseBook(settings, store);
        uint address = book.Offer(Asker(1), null, out _)!.Value;
        book.Request(Asker(1), address, TimeSpan.FromHours(1), isChosen: true, isOurs: false);

        postgres.Stop();
        Assert.Contains("cannot be reached", Assert.Throws<LeaseStoreException>(() => book.Offer(Asker(2), null, out _)).Message, StringComparison.Ordinal);
        postgres.Start();

        Assert.Equal(address, book.Offer(Asker(1), null, out _));
        Assert.NotEqual(address, book.Offer(Asker(2), null, out _));
    }

    [PostgresFact(inNamespaces: true)]
    public async Task Two_servers_on_a_network_share_a_pool_through_a_restart_of_the_database()
    {
        using var postgres = new PostgresServer();
        using var network = Network.Create();
        string[] options = ["--pool", "10.20.0.1-10.20.2.250/16", "--no-probe", "--store", postgres.Where];
        var (hosts, relays) = (new[] { network.AddHost("one", "10.20.30.40/16"), network.AddHost("two", "10.20.30.50/16") }, new[] { network.AddHost("relay1", "10.20.30.200/16"), network.AddHost("relay2", "10.20.30.201/16") });
        var one = await ServeAsync(hosts[0], options);
        var two = await ServeAsync(hosts[1], [.. options, "--server", "10.20.30.50"]);
        var promised = new List<(string Hardware, string Address)>();
        try
        {
            await CrowdsAsync(first: 0);
            postgres.Stop();
            var more = CrowdsAsync(first: 500);
            await Task.WhenAll(UntilAsync(one, "cannot be reached"), UntilAsync(two, "cannot be reached"));
            postgres.Start();
            await Task.WhenAll(UntilAsync(one, "the leases can be reached again"), UntilAsync(two, "the leases can be reached again"));
            await more;
        }
        finally
        {
            await EndAsync(one);
            await EndAsync(two);
        }

        Assert.Equal((300, 300, 300), (promised.Count, promised.DistinctBy(p => p.Hardware).Count(), promised.DistinctBy(p => p.Address).Count()));
        var kept = PostgresLeases.All(postgres.Where).Where(lease => lease.State == LeaseState.Bound).ToDictionary(lease => lease.Hardware, lease => Wire.Address.IPv4(lease.Address).ToString());
        Assert.All(promised, p => Assert.Equal(p.Address, kept[p.Hardware]));

        // A crowd at each server at once.
        async Task CrowdsAsync(int first)
        {
            using var here = Start(relays[0], "python3", "-c", Crowd, "10.20.30.200", "10.20.30.40", $"{first}", "75");
            using var there = Start(relays[1], "python3", "-c", Crowd, "10.20.30.201", "10.20.30.50", $"{first + 100}", "75");
            var others = new List<(string Hardware, string Address)>();
            while (await HearAsync(here, promised) | await HearAsync(there, others))
            {
            }

            promised.AddRange(others);
        }
    }

    [Theory]
    [InlineData("Host=db;Password=secret", "PGPASSWORD")]
    [InlineData("nonsense=secret", "Host=db.example")]
    [InlineData("Database=x", "needs a Host")]
    [InlineData("Host=127.0.0.1;Port=1;Username=x", "the leases in the database x at 127.0.0.1 cannot be reached")]
    public void What_cannot_be_is_said_without_secrets(string where, string said)
    {
        string message = Assert.Throws<LeaseStoreException>(() => PostgresLeases.Open(settings, where)).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    static DhcpAsker Asker(int number) => new($"hw01{number:x12}", $"{number:x12}", "", "", settings.Pools);
}

/// <summary>A test that starts a PostgreSQL server; skipped, saying so, where there is none, or where it needs namespaces that cannot be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute(bool inNamespaces = false) => Skip = PostgresServer.Missing ?? (inNamespaces ? new NamespaceFactAttribute("python3").Skip : null);
}
