using Wiretale.Lab.Networks;
using Wiretale.Lab.Scenarios;

namespace Wiretale.Lab.Tests.Scenarios;

/// <summary>The captures in <c>samples/</c>.</summary>
public class SampleTests
{
    static readonly string folder = Find();

    public static TheoryData<string> Names => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_scenario_has_left_one(string name)
    {
        Assert.Contains($"wiretale lab run {name} --keep samples/{name}.pcapng", File.ReadAllText(Path.Combine(folder, "README.md")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, name + ".pcapng")));
    }

    [Theory]
    [InlineData("chat", "chat.event", "join,join,join,say,relay,relay,say,relay,relay,say,relay,relay,say,relay,relay,say,relay,relay,say,relay,relay,leave,leave,leave")]
    [InlineData("communicator", "communicator.message", "Hello guest operating system,Hello host operating system")]
    [InlineData("http", "http.response.code", "200,200,206,404,200")]
    [InlineData("dns", "dns.flags.rcode", "0,0,0,0,0,0,0,0,0,0,0,3,3,0,0,0,0,0,0,0,0")]
    public async Task They_show_what_they_are_for(string name, string field, string values)
    {
        string output = await Running.ProgramAsync(OwnCommand.Words[0], [.. OwnCommand.Words[1..], "-n", "-r", Path.Combine(folder, name + ".pcapng"), "-Y", field, "-T", "fields", "-e", field]);
        Assert.Equal(values, string.Join(',', output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    static string Find()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "Wiretale.slnx")))
        {
            at = Path.GetDirectoryName(at);
        }

        return Path.Combine(at!, "samples");
    }
}
