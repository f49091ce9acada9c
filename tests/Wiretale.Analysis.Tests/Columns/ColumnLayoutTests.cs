using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Columns;

public class ColumnLayoutTests
{
    [Fact]
    public void Columns_stand_in_the_users_order_and_arrows_follow_the_addresses() => Assert.Equal(
        "    1 10.0.0.2     ←     10.0.0.1 TCP\n", Lines("\"No.\",\"%m\",\"To\",\"%d\",\"From\",\"%s\",\"P\",\"%p\"", 1));

    [Fact]
    public void A_custom_column_shows_values_by_name_or_number_and_which_one()
    {
        Assert.Equal("40000,80 40000 80 Set 1\n", Lines("a,%Cus:tcp.port,b,%Cus:tcp.port:1:R,c,%Cus:tcp.port:-1:R,d,%Cus:tcp.flags.syn:0:R,e,%Cus:tcp.flags.syn:0:U", 1));
        Assert.Equal("10.0.0.1,10.0.0.2,TCP ✓ \n", Lines("a,%Cus:ip.addr || ip.proto:0:R,b,%Cus:tcp,c,%Cus:no.such.field", 1));
    }

    [Fact]
    public void Bytes_are_summed_up_and_services_classes_have_short_names() => Assert.Equal("54 CS0\n108 CS0\n", Lines("a,%B,b,%f", 2));

    [Fact]
    public void Titles_name_cells()
    {
        var layout = ColumnLayout.Parse("\"My host\",\"%Cus:http.host\",No,%m")!;
        Assert.Equal("http.host", Assert.Single(layout.Find("_ws.col.My host").Fields));
        Assert.Equal(ColumnKind.Number, layout.Find("_ws.col.No").Kind);
        Assert.Equal(ColumnKind.None, layout.Find("_ws.col.Time").Kind);
    }

    [Fact]
    public void Hidden_codes_are_left_out() =>
        Assert.Equal(["No.", "Destination", "Protocol", "Length", "Info"], ColumnLayout.Default.Without("%t,\"%s\"").Columns.Select(c => c.Title));

    [Theory]
    [InlineData("")]
    [InlineData("\"a\"")]
    [InlineData("\"a\",\"%zz\"")]
    [InlineData("\"a\",\"%m")]
    [InlineData("a,%m,b")]
    public void Nonsense_is_refused(string text) => Assert.Null(ColumnLayout.Parse(text));

    [Fact]
    public void Colours_are_a_terminals_escape_sequences()
    {
        var rules = ColorRules.Parse("# mine\n!@off@tcp@[1,1,1][2,2,2]\n@syn@tcp.flags.syn == 1 && !no.such.protocol@[65535,256,0][0,0,65280]\n@other@no.such.protocol@[1,1,1][2,2,2]\n", Catalog.Registry);
        Assert.Empty(rules.Problems);
        Assert.Equal(
            "\u001b[38;2;0;0;255m\u001b[48;2;255;1;0m    1\u001b[K\n\u001b[0m\u001b[38;2;0;0;255m\u001b[48;2;255;1;0m    2\u001b[K\n\u001b[0m    3\n\u001b[0m",
            Lines("No,%m", 3, rules));
    }

    [Fact]
    public void Wiresharks_own_rules_are_all_understood()
    {
        var rules = ColorRules.Default(Catalog.Registry);
        Assert.Empty(rules.Problems);
        Assert.Equal(20, rules.Rules.Count);
    }

    [Theory]
    [InlineData("@a@ip.ttl ==@[1,1,1][2,2,2]", "line 1: the filter of \"a\" is none: ")]
    [InlineData("\n@a@ip@[1,1,1]", "line 2: a rule ends in two colours")]
    [InlineData("@a@ip@[1,1,70000][1,1,1]", "line 1: \"70000\" is no part of a colour")]
    [InlineData("@a", "line 1: a rule is @name@filter@")]
    public void A_bad_rule_is_told(string text, string problem) => Assert.StartsWith(problem, Assert.Single(ColorRules.Parse(text, Catalog.Registry).Problems), StringComparison.Ordinal);

    [Fact]
    public void Hosts_have_the_names_that_the_file_gives_them()
    {
        string List(NameKinds kinds)
        {
            using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open("packet-options").Bytes), "test");
            return Print(reader, new PacketList(reader), demand => demand.Columns = true, 1, new(kinds));
        }

        Assert.StartsWith("    1 0.000000000   client.lab → server.lab   UDP", List(NameKinds.Hosts), StringComparison.Ordinal);
        Assert.StartsWith("    1 0.000000000     10.0.0.1 → 10.0.0.2     UDP", List(NameKinds.Macs), StringComparison.Ordinal);
    }

    static string Lines(string format, int packets, ColorRules? colors = null)
    {
        using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open("Http/http-messages").Bytes), "test");
        var layout = ColumnLayout.Parse(format)!;
        return Print(reader, new PacketList(reader, layout: layout, colors: colors), demand =>
        {
            layout.AddTo(demand, Catalog.Registry);
            colors?.AddTo(demand);
        }, packets, AddressNames.None);
    }

    static string Print(CaptureReader reader, ISink sink, Action<Demand> want, int packets, AddressNames names)
    {
        var demand = new Demand(Catalog.Registry);
        want(demand);
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, new() { Names = names }), sink, output) { Threads = 0 }.Run(packets);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
