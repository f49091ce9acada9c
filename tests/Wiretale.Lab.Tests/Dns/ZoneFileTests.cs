using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Lab.Tests.Dns;

public sealed class ZoneFileTests
{
    const string Top = "@ 3600 IN SOA ns admin 1 2 3 4 300\n@ NS ns\n";

    static readonly DnsName origin = DnsName.Parse("example.com");

    static string[] Records(Zone zone) =>
        [.. zone.Nodes.SelectMany(node => node.Sets.SelectMany(set => set.Records(node.Name))).Where(record => record.Type != RecordType.SOA && record.Type != RecordType.NS).Select(record => record.ToString())];

    [Fact]
    public void The_forms_of_RFC_1035_are_read()
    {
        var zone = ZoneFile.Parse(
            """
            $TTL 1h30m ; an hour and a half
            @ IN SOA ns ( admin\.of.example.com.   ; a dot in a mailbox
                          7 2h 15m 1w
                          5m )
               NS ns
            ns      A       192.0.2.1
                    300 IN AAAA 2001:db8::1
            a       IN 60   A 192.0.2.2
            b 60 IN         A 192.0.2.3
            A               A 192.0.2.4
            t       TXT     "a ; b" ( c
                    "d e" ) "\"" \;
            $ORIGIN sub
            x       A       192.0.2.5
            @       TXT     origin
            $ORIGIN example.com.
            \@.y    CLASS1 TYPE1 \# 4 C0000206
            * MX    ( 10 )  x.sub
            """, origin);
        Assert.Equal(
            [
                "ns.example.com. 5400 IN A 192.0.2.1", "ns.example.com. 300 IN AAAA 2001:db8::1", "a.example.com. 60 IN A 192.0.2.2", "a.example.com. 60 IN A 192.0.2.4", "b.example.com. 60 IN A 192.0.2.3",
                "t.example.com. 5400 IN TXT \"a ; b\" \"c\" \"d e\" \"\\\"\" \";\"", "sub.example.com. 5400 IN TXT \"origin\"", "x.sub.example.com. 5400 IN A 192.0.2.5",
                @"\@.y.example.com. 5400 IN A 192.0.2.6", "*.example.com. 5400 IN MX 10 x.sub.example.com.",
            ],
            Records(zone));
        Assert.Equal(@"ns.example.com. admin\.of.example.com. 7 7200 900 604800 300", zone.Soa.ToString());
        Assert.Equal(300u, zone.NegativeSoa.Ttl);
    }

    [Fact]
    public void A_TTL_that_is_not_said_is_the_last_one_or_that_of_the_SOA()
    {
        var zone = ZoneFile.Parse("@ SOA ns admin 1 2 3 4 77\n@ NS ns\na A 192.0.2.1\nb 5 A 192.0.2.2\nc A 192.0.2.3\n$TTL 9\nd A 192.0.2.4\n", origin);
        Assert.Equal([77u, 77u, 77u, 5u, 5u, 9u], zone.Nodes.SelectMany(node => node.Sets.Select(set => set.Ttl)));
    }

    [Fact]
    public void Generated_records_are_made()
    {
        var zone = ZoneFile.Parse(Top + "$GENERATE 9-11/2 h$ A 192.0.2.$\n$GENERATE 10-10 x${6,4,x} 60 IN TXT \\$${-3}-$\n", origin);
        Assert.Equal(["h9.example.com. 3600 IN A 192.0.2.9", "h11.example.com. 3600 IN A 192.0.2.11", "x0010.example.com. 60 IN TXT \"$7-10\""], Records(zone));
    }

    [Theory]
    [InlineData("", "zone: there is no SOA record")]
    [InlineData("a A 192.0.2.1", "zone:1: no TTL is known")]
    [InlineData("@ 1 SOA ns a 1 2 3 4 5", "zone: example.com. has no NS record")]
    [InlineData("  A 192.0.2.1", "zone:1: the first record has no owner")]
    [InlineData(Top + "a A 192.0.2.300", "zone:3: A: '192.0.2.300' is not an IPv4 address")]
    [InlineData(Top + "a TXT \"open", "zone:3: a quote is opened")]
    [InlineData(Top + "a TXT ( open\n\n", "zone:3: a parenthesis is opened")]
    [InlineData(Top + "a TXT open )", "zone:3: a parenthesis is closed")]
    [InlineData(Top + "a.example.org. A 192.0.2.1", "zone:3: a.example.org. is not within example.com.")]
    [InlineData(Top + "a CNAME b\na A 192.0.2.1", "zone:4: a.example.com. has A and CNAME records")]
    [InlineData(Top + "a CNAME b\na CNAME c", "zone:4: a second CNAME")]
    [InlineData(Top + "@ SOA ns a 1 2 3 4 5", "zone:3: a second SOA")]
    [InlineData(Top + "a CH A 192.0.2.1", "zone:3: class CH")]
    [InlineData(Top + "a OPT x", "zone:3: 'OPT' is not a type")]
    [InlineData(Top + "a IN 60", "zone:3: a record has an owner, a type and data")]
    [InlineData(Top + "$FOO", "zone:3: '$FOO' is not known")]
    [InlineData(Top + "$TTL", "zone:3: $TTL has another form")]
    [InlineData(Top + "$INCLUDE /etc/passwd", "zone:3: $INCLUDE is for files")]
    [InlineData(Top + "$GENERATE 1-99999999 a$ A 192.0.2.1", "zone:3: '1-99999999' makes no records")]
    [InlineData(Top + "a..b A 192.0.2.1", "zone:3: 'a..b' has an empty label")]
    [InlineData(Top + "a MX mail", "zone:3: MX: 'mail' is not a number")]
    public void What_is_wrong_is_said_with_its_line(string text, string error) =>
        Assert.StartsWith(error, Assert.Throws<ZoneException>(() => ZoneFile.Parse(text, origin)).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_name_the_file_must_say_it()
    {
        Assert.Contains("$ORIGIN", Assert.Throws<ZoneException>(() => ZoneFile.Parse(Top)).Message, StringComparison.Ordinal);
        Assert.Equal("a.b.", ZoneFile.Parse("$ORIGIN a.b.\n" + Top).Name.ToString());
        Assert.StartsWith("zone:1: the SOA record is that of a.b.", Assert.Throws<ZoneException>(() => ZoneFile.Parse("a.b. 1 SOA a. b. 1 2 3 4 5", origin)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_include_others_of_their_folder_alone()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["zones/more"]);
        File.WriteAllText(folder["outside"], "x A 192.0.2.9\n");
        File.WriteAllText(folder["zones/more/hosts"], "$ORIGIN deep\na A 192.0.2.1\n$INCLUDE ../others\n");
        File.WriteAllText(folder["zones/others"], "b A 192.0.2.2\n");
        string path = folder["zones/example.com.zone"];

        File.WriteAllText(path, Top + "$INCLUDE more/hosts\nc A 192.0.2.3\n$INCLUDE others sub\n");
        Assert.Equal(["a.deep.example.com.", "b.deep.example.com.", "c.example.com.", "b.sub.example.com."], Records(ZoneFile.Read(path)).Select(record => record.Split(' ')[0]));

        File.WriteAllText(path, Top + "$INCLUDE ../outside\n");
        Assert.Contains($"{path}:3: '../outside' is not in the zone's folder", Assert.Throws<ZoneException>(() => ZoneFile.Read(path)).Message, StringComparison.Ordinal);

        File.CreateSymbolicLink(folder["zones/link"], folder["outside"]);
        File.WriteAllText(path, Top + "$INCLUDE link\n");
        Assert.Contains("is not in the zone's folder", Assert.Throws<ZoneException>(() => ZoneFile.Read(path)).Message, StringComparison.Ordinal);

        File.WriteAllText(path, Top + "$INCLUDE example.com.zone\n");
        Assert.Throws<ZoneException>(() => ZoneFile.Read(path));
        File.WriteAllText(path, Top.Replace("@ 3600 IN SOA", "@ 3600 IN TXT", StringComparison.Ordinal) + "$INCLUDE example.com.zone\n");
        Assert.Contains("more than 8 deep", Assert.Throws<ZoneException>(() => ZoneFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<ZoneException>(() => ZoneFile.Read(folder["none"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_zone_prints_is_the_zone()
    {
        var zone = ZoneFile.Read(Sample);
        string text = string.Concat(zone.Nodes.SelectMany(node => node.Sets.SelectMany(set => set.Records(node.Name))).Select(record => record + "\n"));
        var again = ZoneFile.Parse(text);
        Assert.Equal(Records(zone).Order(StringComparer.Ordinal), Records(again).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Noise_is_a_zone_or_an_error()
    {
        const string Letters = "\n\"();\\$@. 0aA\u00e4{}";
        var random = new Random(3);
        string good = File.ReadAllText(Sample);
        for (int round = 0; round < 3000; round++)
        {
            char[] text = [.. good];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                text[random.Next(text.Length)] = Letters[random.Next(Letters.Length)];
            }

            try
            {
                ZoneFile.Parse(new(text), origin);
            }
            catch (ZoneException e)
            {
                Assert.StartsWith("zone:", e.Message, StringComparison.Ordinal);
            }
        }
    }

    internal static string Sample
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "Wiretale.slnx")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return Path.Combine(folder ?? throw new InvalidOperationException("no Wiretale.slnx above the tests"), "samples", "example.com.zone");
        }
    }
}
