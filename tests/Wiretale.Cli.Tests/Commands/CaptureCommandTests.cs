using System.Diagnostics;
using System.Runtime.InteropServices;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Cli.Tests.Commands;

/// <summary>Live capture in a namespace where nobody else speaks.</summary>
public sealed class CaptureCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wiretale-capture-").FullName;

    [NamespaceFact]
    public void Packets_are_listed_as_they_come_and_the_end_tells_of_drops()
    {
        using var place = NetworkNamespace.Create();
        using var capture = Capture(place, "-f", "udp", "-n");
        Send(place, 3);
        // It comes before the capture ends.
        Assert.Contains("UDP", capture.StandardOutput.ReadLine(), StringComparison.Ordinal);
        Assert.Contains("UDP", capture.StandardOutput.ReadLine(), StringComparison.Ordinal);

        NetworkNamespace.Signal(capture, PosixSignal.SIGINT);
        var run = Tool.Finish(capture);

        Assert.Equal(0, run.Status);
        Assert.Contains("    3 ", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"^3 packets captured\nlo: \d+ packets received by filter, 0 dropped by kernel, 0 dropped by interface\n$", run.Error);
    }

    [NamespaceFact]
    public void A_number_of_packets_ends_it()
    {
        string file = Path.Combine(folder, "two.pcap");
        using var place = NetworkNamespace.Create();
        using var capture = Capture(place, "-f", "udp", "-c", "2", "-w", file, "-F", "pcap");
        Send(place, 5);

        Assert.Equal(0, Tool.Finish(capture).Status);
        Assert.Equal(["0", "1"], Tool.Frames(file).Select(f => ((char)f[^1]).ToString()));
    }

    [NamespaceFact]
    public void A_ring_keeps_the_last_files_and_a_list_shows_all_packets()
    {
        using var place = NetworkNamespace.Create();
        using var capture = Capture(place, "-f", "udp", "-w", Path.Combine(folder, "r.pcapng"), "-b", "packets:2", "-b", "files:2", "-a", "packets:7", "-P", "-n", "-T", "fields", "-e", "data.data");
        Send(place, 7);

        Assert.Equal(string.Concat("0123456".Select(c => $"{(int)c:x}\n")), Tool.Finish(capture).Output);
        string[] files = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        Assert.Equal(["r_00003", "r_00004"], files.Select(f => Path.GetFileName(f)[..7]));
        Assert.Equal("45", string.Concat(Tool.Frames(files[0]).Select(f => (char)f[^1])));
        Assert.Equal("6", string.Concat(Tool.Frames(files[1]).Select(f => (char)f[^1])));
    }

    [NamespaceFact]
    public void Packets_go_down_a_pipe()
    {
        using var place = NetworkNamespace.Create();
        using var capture = Capture(place, "-f", "udp", "-c", "4", "-w", "-");
        Send(place, 4);
        string file = Path.Combine(folder, "piped.pcapng");
        using (var copy = File.Create(file))
        {
            capture.StandardOutput.BaseStream.CopyTo(copy);
        }

        Tool.Finish(capture);
        Assert.Equal(4, Tool.Frames(file).Count);
    }

    [NamespaceFact]
    public void What_was_captured_survives_a_kill()
    {
        string file = Path.Combine(folder, "killed.pcapng");
        using var place = NetworkNamespace.Create();
        using var capture = Capture(place, "-f", "udp", "-w", file);
        Send(place, 3);
        Assert.True(SpinWait.SpinUntil(() => Tool.Frames(file).Count == 3, TimeSpan.FromSeconds(20)));

        NetworkNamespace.Kill(capture);

        Assert.NotEqual(0, Tool.Finish(capture).Status);
        Assert.Equal(3, Tool.Frames(file).Count);
    }

    [NamespaceFact]
    public void Time_ends_it_where_nothing_comes()
    {
        using var place = NetworkNamespace.Create();
        var run = Tool.Finish(Capture(place, "-a", "duration:0.3"));
        Assert.Equal((0, ""), (run.Status, run.Output));
        Assert.StartsWith("0 packets captured\n", run.Error, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public void Several_interfaces_are_one_capture()
    {
        string file = Path.Combine(folder, "both.pcapng");
        using var place = NetworkNamespace.Create();
        using var capture = Capture(place, "'Loopback: lo' and 'any'", ["-f", "udp", "-i", "lo", "-i", "any", "-w", file, "-a", "packets:2"]);
        Send(place, 1);
        Tool.Finish(capture);

        // Ethernet of the one, Linux's cooked header of the other.
        Assert.Equal([43, 45], Tool.Frames(file).Select(f => f.Length).Order());
    }

    [Theory]
    [InlineData(1, "Only read filters, not capture filters, can be specified when reading a capture file.", "-r", "/nowhere", "-f", "tcp")]
    [InlineData(1, "A maximum capture time was specified, but a capture isn't being done.", "-r", "/nowhere", "-a", "duration:1")]
    [InlineData(1, "Multiple capture files requested, but a capture isn't being saved to a file.", "-i", "lo", "-b", "packets:1")]
    [InlineData(1, "Multiple capture files requested, but the capture is being written to the standard output.", "-i", "lo", "-b", "packets:1", "-w", "-")]
    [InlineData(1, "Multiple capture files requested, but no maximum capture file size, duration, interval or packets were specified.", "-i", "lo", "-b", "files:1", "-w", "x")]
    [InlineData(1, "Display filters aren't supported when capturing and saving the captured packets.", "-i", "lo", "-Y", "tcp", "-w", "x")]
    [InlineData(1, "The specified buffer size is zero", "-i", "lo", "-B", "0")]
    [InlineData(1, "The specified number of files \"x\" isn't a decimal number", "-i", "lo", "-b", "files:x")]
    public void Mistakes_have_tsharks_words(int status, string message, params string[] arguments)
    {
        var run = Tool.Run(arguments);
        Assert.Equal((status, "", "wiretale: " + message + "\n"), run);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static Process Capture(NetworkNamespace place, params string[] arguments) => Capture(place, "'Loopback: lo'", ["-i", "lo", .. arguments]);

    /// <summary>A capture that has begun.</summary>
    static Process Capture(NetworkNamespace place, string devices, string[] arguments)
    {
        var process = Tool.Start(place, arguments);
        Assert.Equal($"Capturing on {devices}", process.StandardError.ReadLine());
        return process;
    }

    /// <summary>Datagrams of a digit each, to a port that takes them.</summary>
    static void Send(NetworkNamespace place, int count)
    {
        using var sender = Process.Start(place.Command(["python3", "-c",
            $"import socket; a=socket.socket(type=socket.SOCK_DGRAM); a.bind(('127.0.0.1',0)); [a.sendto(b'%d'%i, a.getsockname()) for i in range({count})]"]))!;
        Assert.True(sender.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, sender.ExitCode);
    }
}
