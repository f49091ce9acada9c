using System.Security.Cryptography;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Scenarios;

/// <summary>The redirect network unattended, with real processes in namespaces; what happened is asked of tshark.</summary>
public sealed class RedirectTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [NamespaceFact("tshark")]
    public async Task It_runs_to_its_end_also_with_a_second_dhcp_server_that_refuses()
    {
        string script = folder["script"], saved = folder["saved"], capture = folder["redirect.pcapng"];
        await File.WriteAllTextAsync(script, "# all of it\nSIGNECHO\nSIGNSTAT\n\nSIGNGET\n1\ntask2.pdf\n");
        var (status, output, errors) = await OwnRun.RunAsync(folder, "lab", "run", "redirect", "--name", "Tal", "--script", script, "--megabytes", "2,1", "--save", saved, "--rogue-dhcp");
        Assert.True(status == 0, output + errors);
        Assert.Equal([capture, saved, script], Directory.GetFileSystemEntries(folder.Path).Order(StringComparer.Ordinal));
        Assert.EndsWith($"the capture is in redirect.pcapng, the downloads are in {saved}\n", errors, StringComparison.Ordinal);

        // A client that has no address yet, a refusal from another network, and the address given back at the end.
        Assert.Equal("1 0.0.0.0,2 10.20.30.40,3 0.0.0.0,5 10.20.30.40,6 192.168.214.254,7 10.20.30.41", await TsharkAsync(capture, "dhcp", "dhcp.option.dhcp", "ip.src"));
        Assert.Equal("proxy.redirect.test ,proxy.redirect.test 10.20.30.20,www.redirect.test ,www.redirect.test 10.20.30.10", await TsharkAsync(capture, "dns", "dns.qry.name", "dns.a"));
        foreach (string text in (string[])["SIGNEW:Tal", "SIGNACK", "SIGNECHO:290", "ECHOREPLY:290", "SIGNSTAT:291", "STATREPLY:291", "SIGNGET:292", "ACKGET:292;2MB.zip;1MB.zip;image-site.png;task2.pdf;", "SIGNEND:293", "ACKEND"])
        {
            Assert.NotEmpty(await TsharkAsync(capture, $"udp.srcport == 49152 and udp.dstport == 49152 and frame contains \"{text}\"", "frame.number"));
        }

        Assert.Equal("10.20.30.20,10.20.30.21", await TsharkAsync(capture, "tcp.port == 49153 and tcp.len > 0", "ip.src"));
        Assert.Equal("10.20.30.21 /,10.20.30.41 /2MB.zip,10.20.30.41 /task2.pdf", await TsharkAsync(capture, "http.request", "ip.src", "http.request.uri"));
        Assert.Equal("200", string.Join(' ', (await TsharkAsync(capture, "http.response", "http.response.code")).Split(',').Distinct(StringComparer.Ordinal)));

        Assert.Equal(["2MB.zip", "task2.pdf"], Directory.GetFiles(saved).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(saved, "2MB.zip"))));
        Assert.Contains($"SHA-256 {digest} as the server says", output, StringComparison.Ordinal);
        foreach (string sentence in (string[])["rogue refused it (NAK), though dhcp had been asked and not it.", "client asked dns for www.redirect.test: 10.20.30.10, after ", "client greeted proxy as Tal (SIGNEW), and was let in",
            "proxy asked scrape for the list over TCP (SIGNGET): 4 entries.", "client asked web for /2MB.zip (HTTP GET): 200, 2,000,114 bytes in ", "client gave 10.20.30.41 back to dhcp (Release)."])
        {
            Assert.True(output.Contains(sentence, StringComparison.Ordinal), $"'{sentence}' is not in: {output}");
        }
    }

    [NamespaceFact]
    public async Task An_interrupt_gives_the_address_back_and_leaves_the_capture_only()
    {
        string output = await EndAsync("INT", 130);
        Assert.Contains("client gave 10.20.30.41 back to dhcp (Release).", output, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public Task Being_killed_leaves_the_capture_only() => EndAsync("KILL", 128 + 9);

    /// <summary>Ends it when the client has its address and waits for its user.</summary>
    Task<string> EndAsync(string signal, int status) => OwnRun.EndAsync(
        folder,
        signal,
        status,
        () => Directory.EnumerateFiles(folder.Path, "client.lease", SearchOption.AllDirectories).Any(),
        [folder["kept.pcapng"]],
        "lab", "run", "redirect", "--name", "Tal", "--megabytes", "1", "--keep", folder["kept.pcapng"]);

    /// <summary>Packets of a capture, each by its fields, in order of their text.</summary>
    static async Task<string> TsharkAsync(string capture, string filter, params string[] fields)
    {
        string output = await Running.ProgramAsync("tshark", ["-n", "-r", capture, "-Y", filter, "-T", "fields", "-E", "separator=/s", .. fields.SelectMany(field => (string[])["-e", field])]);
        return string.Join(',', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    public void Dispose() => folder.Dispose();
}
