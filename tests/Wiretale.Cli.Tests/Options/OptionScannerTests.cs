using Wiretale.Cli.Options;

namespace Wiretale.Cli.Tests.Options;

public class OptionScannerTests
{
    static readonly Dictionary<string, LongOption> Names = new(StringComparer.Ordinal)
    {
        ["file"] = new('r', true),
        ["no-dup"] = new('\0', false),
    };

    [Theory]
    [InlineData("n=|r=x", "-nr", "x")]
    [InlineData("n=|r=x", "-nrx")]
    [InlineData("r=x", "--file=x")]
    [InlineData("r=x", "--file", "x")]
    [InlineData("no-dup=|n=", "--no-dup", "-n")]
    [InlineData("n=+y", "-n", "y", "-n")]
    [InlineData("n=+-n", "-n", "--", "-n")]
    [InlineData("r=-", "-r", "-")]
    [InlineData("+-", "-")]
    public void Splits_as_getopt_does(string expected, params string[] arguments)
    {
        var scanner = new OptionScanner(arguments, "nr:", Names);
        var read = new List<string>();
        while (scanner.Next())
        {
            read.Add($"{scanner.Option}={scanner.Argument}");
        }

        string rest = scanner.Position < arguments.Length ? "+" + arguments[scanner.Position] : "";
        Assert.Equal(expected, string.Join('|', read) + rest);
    }

    [Theory]
    [InlineData("unrecognized option: Z", "-Z")]
    [InlineData("unrecognized option: foo", "--foo")]
    [InlineData("option requires an argument: r", "-r")]
    [InlineData("option requires an argument: file", "--file")]
    public void Says_what_is_wrong(string message, params string[] arguments)
    {
        var scanner = new OptionScanner(arguments, "nr:", Names);
        Assert.Equal(message, Assert.Throws<UsageException>(() => scanner.Next()).Message);
    }
}
