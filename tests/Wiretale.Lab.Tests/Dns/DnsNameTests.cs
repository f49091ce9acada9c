using Wiretale.Lab.Dns;

namespace Wiretale.Lab.Tests.Dns;

public sealed class DnsNameTests
{
    [Theory]
    [InlineData("example.com", "example.com.")]
    [InlineData("WwW.Example.com.", "WwW.Example.com.")]
    [InlineData(".", ".")]
    [InlineData(@"a\.b.c", @"a\.b.c.")]
    [InlineData(@"\097\000\032x", @"a\000\032x.")]
    [InlineData(@"\@.\$.\(\)\;\""\\", @"\@.\$.\(\)\;\""\\.")]
    [InlineData("grün", @"gr\195\188n.")]
    [InlineData("*.w", "*.w.")]
    [InlineData("_sip._tcp", "_sip._tcp.")]
    public void Names_are_read_and_written(string text, string written)
    {
        var name = DnsName.Parse(text);
        Assert.Equal(written, name.ToString());
        Assert.Equal(name, DnsName.Parse(written));
        Assert.Equal(name, DnsName.FromWire(name.Wire));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData(@"a\")]
    [InlineData(@"a\25")]
    [InlineData(@"a\256")]
    public void What_is_no_name_is_refused(string text) => Assert.Throws<FormatException>(() => DnsName.Parse(text));

    [Fact]
    public void Lengths_are_those_of_RFC_1035()
    {
        string label = new('x', 63);
        Assert.Equal(255, DnsName.Parse($"{label}.{label}.{label}.{label[..61]}").Wire.Length);
        Assert.Throws<FormatException>(() => DnsName.Parse($"{label}.{label}.{label}.{label[..62]}"));
        Assert.Throws<FormatException>(() => DnsName.Parse(label + "x"));
    }

    [Fact]
    public void Relative_names_get_the_origin()
    {
        var origin = DnsName.Parse("example.com");
        Assert.Equal("www.example.com.", DnsName.Parse("www", origin).ToString());
        Assert.Equal("www.", DnsName.Parse("www.", origin).ToString());
        Assert.Same(origin, DnsName.Parse("@", origin));
        Assert.Equal(@"\@.example.com.", DnsName.Parse(@"\@", origin).ToString());
    }

    [Fact]
    public void Case_does_not_count_but_is_kept()
    {
        Assert.Equal(DnsName.Parse("A.b"), DnsName.Parse("a.B"));
        Assert.Equal(DnsName.Parse("A.b").GetHashCode(), DnsName.Parse("a.B").GetHashCode());
        Assert.NotEqual(DnsName.Parse(@"a\.b"), DnsName.Parse("a.b"));
        Assert.Equal("A.b.", DnsName.Parse("A.b").ToString());
    }

    [Fact]
    public void The_order_is_the_canonical_one()
    {
        // The list of RFC 4034 section 6.1.
        string[] ordered = ["example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example.", @"\001.z.example.", "*.z.example.", @"\200.z.example."];
        var names = ordered.Select(text => DnsName.Parse(text)).ToArray();
        Random.Shared.Shuffle(names);
        Assert.Equal(ordered, names.Order().Select(name => name.ToString()));
    }

    [Fact]
    public void Names_stand_in_a_tree()
    {
        var name = DnsName.Parse("a.b.Example.com");
        Assert.Equal(4, name.LabelCount);
        Assert.True(name.IsWithin(DnsName.Parse("example.COM")));
        Assert.True(name.IsWithin(DnsName.Root));
        Assert.True(name.IsWithin(name));
        Assert.False(name.IsWithin(DnsName.Parse("xample.com")));
        Assert.False(DnsName.Parse("notexample.com").IsWithin(DnsName.Parse("example.com")));
        Assert.Equal("Example.com.", name.Suffix(2).ToString());
        Assert.Equal("a.b.other.", name.Rebase(DnsName.Parse("example.com"), DnsName.Parse("other"))!.ToString());
        Assert.Null(name.Rebase(DnsName.Parse("com"), DnsName.Parse($"{new string('x', 63)}.{new string('x', 63)}.{new string('x', 63)}.{new string('x', 55)}")));
    }
}
