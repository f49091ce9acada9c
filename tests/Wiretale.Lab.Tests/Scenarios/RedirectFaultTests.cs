using System.Security.Cryptography;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Scenarios;

/// <summary>The redirect network when something in it is bad.</summary>
public sealed class RedirectFaultTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [NamespaceFact]
    public async Task With_a_tenth_lost_on_the_clients_cable_it_ends_well()
    {
        string saved = folder["saved"];
        var (status, output, errors) = await OwnRun.RunAsync(folder, "lab", "run", "redirect", "--name", "Tal", "--script", "SIGNECHO,SIGNSTAT,SIGNGET,1", "--megabytes", "1", "--loss", "client=10%", "--seed", "6", "--save", saved);
        Assert.True(status == 0, output + errors);
        string digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(saved, "1MB.zip"))));
        Assert.Contains($"SHA-256 {digest} as the server says", output, StringComparison.Ordinal);
        Assert.Matches(@"from client: \d+ frames \([0-9,]+ bytes\), \d\d+ lost", output);
        Assert.Matches(@"to client: \d+ frames \([0-9,]+ bytes\), \d\d+ lost", output);
        Assert.Contains("were sent again", output, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task A_dns_server_that_hangs_is_said_and_the_address_given_back()
    {
        string capture = folder["kept.pcapng"];
        var (status, output, errors) = await OwnRun.RunAsync(folder, "lab", "run", "redirect", "--name", "Tal", "--script", "SIGNGET", "--megabytes", "1", "--dead", "dns", "--keep", capture);
        Assert.Equal(1, status);
        Assert.Contains("wiretale: the address of www.redirect.test cannot be found: of 10.20.30.30 nobody answers DNS requests (asked 5 times;", errors, StringComparison.Ordinal);
        Assert.Contains("client asked dns for www.redirect.test, 5 times and got no answer.", output, StringComparison.Ordinal);
        Assert.Contains("client gave 10.20.30.41 back to dhcp (Release).", output, StringComparison.Ordinal);
        Assert.Equal([capture], Directory.GetFileSystemEntries(folder.Path));
    }

    public void Dispose() => folder.Dispose();
}
