using Wiretale.Lab.Dns.Resolving;

namespace Wiretale.Lab.Tests.Dns.Resolving;

public sealed class RootHintsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("; without an SOA record\n. 3600 NS A.ROOT.\nA.ROOT. 3600 A 10.0.0.1\nA.ROOT. 3600 AAAA fd00::1\n. 3600 NS B.ROOT.\n")]
    [InlineData("$TTL 3600\n. SOA a.root. host. 1 2 3 4 5\n. NS a.root.\n. NS b.root.\na.root. A 10.0.0.1\na.root. AAAA fd00::1\ncom. NS ns.com.\nns.com. A 10.0.0.2\n")]
    public void Hints_are_read_from_a_list_and_from_a_whole_root_zone(string text)
    {
        var hints = RootHints.Read(Write(text));
        Assert.Equal(2, hints.Servers.Count);
        Assert.Equal(["10.0.0.1", "fd00::1"], hints.Servers[0].Addresses.Select(address => address.ToString()));
        Assert.Empty(hints.Servers[1].Addresses);
    }

    [Theory]
    [InlineData(". 3600 NS a.root.\n", ": none of the root's servers has an address there")]
    [InlineData("a.root. 3600 A 10.0.0.1\n", ": . has no NS record; a zone names its servers")]
    [InlineData(". 3600 NS a.root.\na.root. 3600 A 10.0.0.300\n", ":2: A: '10.0.0.300' is not an IPv4 address")]
    public void What_is_wrong_with_them_is_said_with_its_place(string text, string error)
    {
        string path = Write(text);
        Assert.Equal(path + error, Assert.ThrowsAny<IOException>(() => RootHints.Read(path)).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_to_be_missing() =>
        Assert.Equal(folder["none"] + ": there is no such file", Assert.Throws<IOException>(() => RootHints.Read(folder["none"])).Message);

    [Fact]
    public void The_Internet_has_thirteen_with_two_addresses_each() =>
        Assert.Equal((13, 26), (RootHints.Internet.Servers.Count, RootHints.Internet.Servers.SelectMany(server => server.Addresses).Distinct().Count()));

    string Write(string text)
    {
        File.WriteAllText(folder["hints"], text);
        return folder["hints"];
    }
}
