using System.Diagnostics;
using System.Runtime.InteropServices;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Networks;

/// <summary>Namespaces as those who use them meet them: by programs that run inside.</summary>
public class NetworkNamespaceTests
{
    [NamespaceFact]
    public void Nothing_but_loopback_is_there_and_it_is_up()
    {
        using var place = NetworkNamespace.Create();

        var run = Run(place.Command(["ip", "-br", "link"]));

        Assert.Equal(0, run.Status);
        Assert.Matches(@"^lo +UNKNOWN .*LOOPBACK,UP", Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [NamespaceFact]
    public void A_command_runs_in_the_folder_and_ends_with_its_own_status()
    {
        using var place = NetworkNamespace.Create();

        var run = Run(place.Command(["sh", "-c", "pwd; exit 7"], folder: "/usr"));

        Assert.Equal(("/usr\n", 7), run);
    }

    [NamespaceFact]
    public void Programs_see_their_own_processes_only()
    {
        using var place = NetworkNamespace.Create();

        var run = Run(place.Command(["sh", "-c", "read -r number rest < /proc/self/stat; test \"$number\" = $$ && kill -0 1"]));

        Assert.Equal(0, run.Status);
    }

    [NamespaceFact]
    public void The_caller_may_stay_who_he_is()
    {
        using var place = NetworkNamespace.Create();

        Assert.Equal(Run(new("id", ["-u"])), Run(place.Command(["id", "-u"], NamespaceUser.Caller)));
        Assert.Equal("0\n", Run(place.Command(["id", "-u"])).Output);
    }

    [NamespaceFact]
    public void A_signal_reaches_the_command()
    {
        using var place = NetworkNamespace.Create();
        var start = place.Command(["sh", "-c", "trap 'exit 42' TERM; echo ready; while :; do sleep 0.1; done"]);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        Assert.Equal("ready", process.StandardOutput.ReadLine());

        NetworkNamespace.Signal(process, PosixSignal.SIGTERM);

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(42, process.ExitCode);
    }

    [NamespaceFact]
    public void All_that_runs_inside_ends_with_the_namespace_even_what_nobody_waits_for()
    {
        string mark = "mark" + Guid.NewGuid().ToString("N");
        using (var place = NetworkNamespace.Create())
        {
            Assert.Equal(0, Run(place.Command(["sh", "-c", $"setsid sh -c 'trap \"\" TERM INT; sleep 1000' {mark} > /dev/null 2>&1 &"])).Status);
            Assert.True(SpinWait.SpinUntil(() => Runs(mark), TimeSpan.FromSeconds(10)), "it did not start");
        }

        Assert.True(SpinWait.SpinUntil(() => !Runs(mark), TimeSpan.FromSeconds(10)), "it still runs");
    }

    [NamespaceFact]
    public void Hosts_reach_each_other_over_the_bridge()
    {
        using var network = Network.Create();
        var server = network.AddHost("server", "10.0.0.1/24", "fd00::1/64");
        var client = network.AddHost("client", "10.0.0.2/24", "fd00::2/64");

        foreach (string address in new[] { "10.0.0.1", "fd00::1" })
        {
            var start = server.Command(["python3", "-c",
                $"import socket; s=socket.create_server(('{address}',0),family=socket.{(address.Contains(':') ? "AF_INET6" : "AF_INET")}); print(s.getsockname()[1],flush=True); c,a=s.accept(); print(a[0],flush=True)"]);
            start.RedirectStandardOutput = true;
            using var listener = Process.Start(start)!;
            string port = listener.StandardOutput.ReadLine()!;

            var run = Run(client.Command(["python3", "-c", $"import socket; socket.create_connection(('{address}',{port}),10)"]));

            Assert.Equal(0, run.Status);
            Assert.Equal(address[..^1] + "2", listener.StandardOutput.ReadLine());
            Assert.True(listener.WaitForExit(TimeSpan.FromSeconds(10)));
        }
    }

    static bool Runs(string mark) => ProcessTable.All.Any(id =>
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    static (string Output, int Status) Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        return (output, process.ExitCode);
    }
}
