using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wiretale.Capture;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Cli.Tests.Commands;

/// <summary>Programs being watched: what is shown, what is left.</summary>
public sealed class WatchCommandTests : IDisposable
{
    const string Server = """
        python3 -c "import socket; s=socket.create_server(('127.0.0.1',6000)); print('Listening'); c,a=s.accept(); print(c.recv(99).decode()); c.sendall(b'Hello Client!'); c.close()"
        """;

    const string Client = """
        python3 -c "import socket; s=socket.create_connection(('127.0.0.1',6000)); s.sendall(b'Hello Server!'); print(s.recv(99).decode()); s.close(); raise SystemExit(3)"
        """;

    readonly string folder = Directory.CreateTempSubdirectory("wiretale-watch-").FullName;

    string File => Path.Combine(folder, "talk.pcapng");

    [NamespaceFact]
    public void A_server_and_a_client_are_shown_summed_up_and_kept()
    {
        var run = Tool.Run("watch", "-w", File, Server, Client);

        Assert.Equal(3, run.Status);
        Assert.Contains("python3: Hello Server!\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("python3: Hello Client!\n", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^    1 .* → 6000 \[SYN\] ", run.Output);
        Assert.Matches(@"Who talked to whom:\n  127\.0\.0\.1:\d+ → 127\.0\.0\.1:6000  TCP: said 13 bytes, heard 13 bytes; \d+ packets in [\d.]+ s; closed by both\n$", run.Output);
        Assert.Matches(@"python3 ended with exit status 3\n\d+ packets in .*talk\.pcapng, none dropped\n$", run.Error);

        var frames = Tool.Frames(File);
        Assert.Single(frames, f => f.AsSpan().EndsWith("Hello Server!"u8));
        Assert.Single(frames, f => f.AsSpan().EndsWith("Hello Client!"u8));
        using var reader = CaptureReader.Open(File);
        Assert.Equal(2, reader.Sections[0].Comments.Count);
        Assert.EndsWith("exit status: 0\noutput:\nListening\nHello Server!\n", reader.Sections[0].Comments[0], StringComparison.Ordinal);
        Assert.EndsWith("exit status: 3\noutput:\nHello Client!\n", reader.Sections[0].Comments[1], StringComparison.Ordinal);
    }

    [NamespaceFact]
    public void A_server_that_would_go_on_for_ever_is_ended_with_its_client()
    {
        var run = Tool.Run("watch", "-q", "-w", File, "python3 -m http.server 80", "python3 -c \"import urllib.request as u; print(u.urlopen('http://127.0.0.1/').status)\"");

        Assert.Equal(0, run.Status);
        Assert.Contains("200\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[SYN]", run.Output, StringComparison.Ordinal);
        Assert.Contains("HTTP over TCP", run.Output, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public void A_refused_connection_is_called_one()
    {
        var run = Tool.Run("watch", "-q", "-w", File, "--", "python3", "-c", "import socket; print(socket.socket().connect_ex(('127.0.0.1',9)))");
        Assert.Contains("2 packets in", run.Output, StringComparison.Ordinal);
        Assert.Contains("refused: nobody listened there", run.Output, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public void On_the_machines_network_only_the_programs_own_packets_are_kept()
    {
        // A namespace stands for the machine, with somebody else talking in it all the time.
        using var machine = NetworkNamespace.Create();
        using var other = Tool.Start(machine.Command(["python3", "-c", "import socket,time; a=socket.socket(type=socket.SOCK_DGRAM); a.bind(('127.0.0.1',7)); print('talks',flush=True)\nwhile True: a.sendto(b'noise',a.getsockname()); time.sleep(0.01)"]));
        Assert.Equal("talks", other.StandardOutput.ReadLine());

        var run = Tool.Finish(Tool.Start(machine, "watch", "--host", "-i", "lo", "-w", File, Server, Client));

        Assert.Equal(3, run.Status);
        Assert.Contains("Ports opened by the programs: 6000", run.Error, StringComparison.Ordinal);
        Assert.Contains("→ 127.0.0.1:6000  TCP: said 13 bytes, heard 13 bytes", run.Output, StringComparison.Ordinal);
        var frames = Tool.Frames(File);
        Assert.Single(frames, f => f.AsSpan().EndsWith("Hello Client!"u8));
        Assert.DoesNotContain(frames, f => f.AsSpan().EndsWith("noise"u8));
    }

    [NamespaceFact]
    public void A_command_that_is_not_there_is_said_and_leaves_127() =>
        Assert.Equal(127, Tool.Run("watch", "-q", "-w", File, "--", "no-such-command").Status);

    [NamespaceFact]
    public void Nothing_lives_on_after_a_kill()
    {
        string mark = "mark" + Guid.NewGuid().ToString("N");
        using var watch = Tool.Start(new ProcessStartInfo(Tool.Path, ["watch", "-q", "-w", File, "--", "sh", "-c", $"echo ready; sleep 1000; : {mark}"]));
        Assert.Equal("ready", watch.StandardOutput.ReadLine());
        Assert.True(Runs(mark, watch.Id));

        watch.Kill();

        Assert.True(SpinWait.SpinUntil(() => !Runs(mark, watch.Id), TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void There_must_be_something_to_watch() => Assert.StartsWith("wiretale: what is there to watch?", Tool.Run("watch").Error, StringComparison.Ordinal);

    [Fact]
    public void A_port_has_its_holder()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var run = Tool.Run("ports", port);

        Assert.Equal(0, run.Status);
        Assert.Contains($"tcp  127.0.0.1:{port} (listening)  process {Environment.ProcessId}: ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"kill {Environment.ProcessId} ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_is_a_number() => Assert.Equal((1, "", "wiretale: \"65536\" is no port: a number from 1 to 65535\n"), Tool.Run("ports", "65536"));

    [NamespaceFact]
    public void The_doctor_says_what_works()
    {
        var run = Tool.Run("doctor");
        Assert.Contains("networks of their own for programs (wiretale watch, the lab)\n", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"^(works|FAILS)    libpcap: ", run.Output);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static bool Runs(string mark, int except) => ProcessTable.All.Any(id => id != except && ProcessTable.CommandLine(id)?.Contains(mark, StringComparison.Ordinal) == true);
}
