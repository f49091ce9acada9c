using Wiretale.Lab.Dhcp;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>What was committed is there again, and nothing else.</summary>
public sealed class LeaseJournalTests : IDisposable
{
    static readonly Lease lease = new(0x0a141e29, LeaseState.Bound, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "01020000000001", "020000000001", "anna");

    readonly TemporaryFolder folder = new();

    string Journal => folder["dhcp.leases"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_last_line_of_an_address_counts()
    {
        using (var journal = LeaseJournal.Open(Journal, out var before))
        {
            Assert.Empty(before);
            journal.Add(lease);
            journal.Add(lease with { State = LeaseState.Released, Name = "" });
            journal.Commit([lease]);
        }

        Assert.Equal([lease with { State = LeaseState.Released, Name = "" }], LeaseJournal.Read(Journal));
    }

    [Fact]
    public void A_line_that_was_cut_off_is_taken_away()
    {
        File.WriteAllText(Journal, lease.ToLine() + "\nbound 10.20.30.42 2026-01-0");
        using (var journal = LeaseJournal.Open(Journal, out var leases))
        {
            Assert.Equal([lease], leases);
            journal.Add(lease with { Address = lease.Address + 1 });
            journal.Commit([lease]);
        }

        Assert.Equal(2, LeaseJournal.Read(Journal).Count);
    }

    [Fact]
    public void A_line_that_makes_no_sense_is_named()
    {
        File.WriteAllText(Journal, lease.ToLine() + "\nnonsense\n" + lease.ToLine() + "\n");
        Assert.Contains("line 2: not a lease", Assert.Throws<IOException>(() => LeaseJournal.Open(Journal, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_one_server_writes_to_it()
    {
        using var journal = LeaseJournal.Open(Journal, out _);
        Assert.Contains("another DHCP server", Assert.Throws<IOException>(() => LeaseJournal.Open(Journal, out _)).Message, StringComparison.Ordinal);
        Assert.Empty(LeaseJournal.Read(Journal));
    }

    [Fact]
    public void It_is_written_anew_when_most_of_it_is_history()
    {
        using (var journal = LeaseJournal.Open(Journal, out _))
        {
            for (int i = 0; i < 25_000; i++)
            {
                journal.Add(lease with { Until = lease.Until.AddSeconds(i) });
                if (i % 1000 == 999)
                {
                    journal.Commit([lease with { Until = lease.Until.AddSeconds(i) }, lease with { Address = 1, State = LeaseState.Offered }]);
                }
            }
        }

        Assert.True(File.ReadLines(Journal).Count() < 12_000);
        Assert.Equal([lease with { Until = lease.Until.AddSeconds(24_999) }], LeaseJournal.Read(Journal));
    }

    [Fact]
    public async Task Whoever_waits_is_told_when_it_is_in_the_file_and_many_share_a_flush()
    {
        using var journal = LeaseJournal.Open(Journal, out _);
        var known = new List<Lease>();
        var missing = new List<uint>();
        var last = new TaskCompletionSource();
        for (uint i = 1; i <= 500; i++)
        {
            var next = lease with { Address = lease.Address + i };
            known.Add(next);
            journal.Add(next);
            uint number = i;
            journal.Commit(known, () =>
            {
                if (LeaseJournal.Read(Journal).All(kept => kept.Address != next.Address))
                {
                    missing.Add(next.Address);
                }

                if (number == 500)
                {
                    last.SetResult();
                }
            });
        }

        await last.Task.WaitAsync(Peer.Soon);
        Assert.Empty(missing);
        Assert.Equal(500, LeaseJournal.Read(Journal).Count);
    }

    [Fact]
    public void The_port_of_a_relay_is_kept_too()
    {
        var behind = lease with { Port = "0a141e07abcd" };
        Assert.Equal((behind, (Lease?)null), (Lease.Parse(behind.ToLine()), Lease.Parse(behind.ToLine() + " more")));
    }

    [Theory]
    [InlineData("a name", "")]
    [InlineData("\u001b[2J", "")]
    [InlineData("-", "")]
    [InlineData("anna.example", "anna.example")]
    public void Names_are_those_of_hosts(string said, string kept) => Assert.Equal(kept, Lease.ToName(System.Text.Encoding.UTF8.GetBytes(said)));
}
