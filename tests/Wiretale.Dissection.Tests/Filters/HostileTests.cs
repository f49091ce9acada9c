using System.Diagnostics;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Dissection.Tests.Filters;

/// <summary>Texts made to hurt: an answer or a refusal, soon, and never anything else.</summary>
public class HostileTests
{
    /// <summary>Seconds after which an answer counts as none. Each takes a small part of one on an idle machine; without a bound on the work it would take years.</summary>
    const double Bounded = 120;

    static readonly string[] Pieces =
    [
        "udp", "udp.port", "ip.src", "eth.src", "frame", "frame.number", "frame.protocols", "==", "!=", "===", "<", ">=", "contains", "matches", "in", "{", "}", "(", ")", "[0:2]", "[", "]",
        "#1", "#[1-2]", "#", "and", "or", "not", "!", "any", "all", "\"a\"", "r\"\\d\"", "'x'", "\"", "53", "0x10", "10.0.0.1", "10.0.0.0/8", "ff:ff", "fe80::1", "+", "-", "*", "/", "%", "&",
        "len(", "max(", ",", "..", "${ip.src}", "${", ".", ":", "1.5", "é", "\u0000", "\ud83d\ude00", "\ud800",
    ];

    [Fact]
    public void Random_texts_compile_or_are_refused()
    {
        var random = new Random(20261121);
        int compiled = 0;
        for (int round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder();
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]).Append(random.Next(3) == 0 ? "" : " ");
            }

            try
            {
                DisplayFilter.Compile(text.ToString(), Catalog.Registry);
                compiled++;
            }
            catch (FilterException e)
            {
                Assert.Contains('^', e.ToString());
            }
        }

        Assert.InRange(compiled, 50, 20_000);
    }

    public static TheoryData<string> Hurtful => new()
    {
        new string('(', 10_000) + "udp" + new string(')', 10_000),
        new string('{', 10_000) + "udp.port" + new string('}', 10_000) + " == 1",
        string.Concat(Enumerable.Repeat("not (", 10_000)) + "udp" + new string(')', 10_000),
        string.Concat(Enumerable.Repeat("not ", 250_000)) + "udp",
        string.Join(" or ", Enumerable.Range(0, 50_000).Select(i => $"udp.port == {i}")),
        "udp.port in {" + string.Join(",", Enumerable.Range(0, 60_000)) + "}",
        "udp.port == " + string.Join("+", Enumerable.Repeat("1", 500_000)),
        string.Concat(Enumerable.Repeat("max(", 10_000)) + "udp.port",
        "udp" + string.Concat(Enumerable.Repeat("[0:2]", 200_000)),
        "frame contains \"" + new string('a', 1 << 20) + "\"",
        new string('a', 1 << 20),
        new string(':', 1 << 20),
        string.Concat(Enumerable.Repeat("udp.port == 1 == ", 60_000)),
        "frame matches \"" + new string('(', 20_000) + new string(')', 20_000) + "\"",
    };

    [Theory]
    [MemberData(nameof(Hurtful), DisableDiscoveryEnumeration = true)]
    public void An_answer_comes(string text)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            FilterSample.Select(text);
        }
        catch (FilterException e)
        {
            Assert.InRange(e.ToString().Length, 1, 10_000);
        }

        // A busy machine may take its time; an algorithm that is not linear takes minutes.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, Bounded);
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(?=(a+)+$)b")]
    public void A_pattern_that_backtracks_comes_to_an_end(string pattern)
    {
        var filter = DisplayFilter.Compile($"frame matches \"{pattern}\"", Catalog.Registry);
        var demand = new Demand(Catalog.Registry);
        filter.AddTo(demand);
        var capture = new TestCapture();
        byte[] frame = [.. Enumerable.Repeat((byte)'a', 60_000), (byte)'!'];
        for (int i = 0; i < 20; i++)
        {
            capture.Add(frame);
        }

        var clock = Stopwatch.StartNew();
        int matches = 0;
        capture.Run(demand, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                matches += filter.Matches(batch, i) ? 1 : 0;
            }
        });
        Assert.Equal(0, matches);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, Bounded);
    }
}
