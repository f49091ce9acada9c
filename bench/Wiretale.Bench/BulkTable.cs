using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Wiretale.Lab.Links;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Transport;
using Wiretale.Lab.Transport.Congestion;

namespace Wiretale.Bench;

/// <summary>The bulk transport over bad links: in simulated time, with two who share a line, and beside the kernel's TCP on the same cable.</summary>
sealed partial class BulkTable
{
    static readonly CongestionKind[] kinds = [CongestionKind.Fixed, CongestionKind.NewReno, CongestionKind.Cubic, CongestionKind.Vegas];

    /// <summary>100 Mbit/s and 40 ms there and back, with a queue of one round trip.</summary>
    static readonly ImpairmentOptions line = new() { Delay = TimeSpan.FromMilliseconds(20), Rate = 12_500_000, Queue = 500_000, Seed = 1 };

    /// <summary>The kernel's TCP without anything above it; a namespace may choose for a socket what it may not for all.</summary>
    const string Sender = """
        import socket, sys
        data, s = open(sys.argv[1], 'rb').read(), socket.create_server(('10.0.0.1', 9))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[2].encode())
        print('ready', flush=True)
        c = s.accept()[0]
        assert c.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).strip(b'\0').decode() == sys.argv[2]
        c.sendall(data)
        c.shutdown(socket.SHUT_WR)
        c.recv(1)
        """;

    const string Receiver = """
        import socket, sys, time
        begin, parts = time.monotonic(), []
        s = socket.create_connection(('10.0.0.1', 9))
        while part := s.recv(1 << 16): parts.append(part)
        print('all in %.2f s' % (time.monotonic() - begin), file=sys.stderr)
        open(sys.argv[1], 'wb').write(b''.join(parts))
        """;

    long size = 100, tcpSize = 10;
    int runs = 3;
    double loss = 2;
    bool tcp = true, simulated = true;
    string[] only = [];

    /// <summary>Runs it and prints the tables.</summary>
    public static int Run(string[] args)
    {
        var table = new BulkTable();
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--size" when i + 1 < args.Length: table.size = long.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--tcp-size" when i + 1 < args.Length: table.tcpSize = long.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--loss" when i + 1 < args.Length: table.loss = double.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--runs" when i + 1 < args.Length: table.runs = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--only" when i + 1 < args.Length: table.only = args[++i].Split(','); break;
                case "--no-tcp": table.tcp = false; break;
                case "--only-tcp": table.simulated = false; break;
                default: throw new BenchException("bench rudp [--size 100] [--tcp-size 10] [--loss 2] [--runs 3] [--only bbr,vegas,...] [--no-tcp | --only-tcp]");
            }
        }

        bool good = !table.simulated || (table.Transfers() & table.Shares());
        return good & (!table.tcp || table.BesideTcp()) ? 0 : 1;
    }

    bool Transfers()
    {
        bool good = true;
        Console.WriteLine(Invariant($"{size} MB in simulated time over 100 Mbit/s, 40 ms there and back, a queue of 500 kB: Mbit/s of the file's bytes. 'Bad' is the same loss, and bursts (0.3 %, 6 long), 2 % copies, 2 % held back, 0.5 % with a turned bit, 2 ms jitter.\n"));
        var rows = new List<string[]> { new[] { "loss", "fixed 128", "newreno", "cubic", "vegas", "bad: fixed", "newreno", "cubic", "vegas" } };
        foreach (double percent in new[] { 0, 1, 2, 5, 10, 20 })
        {
            var row = new List<string> { Invariant($"{percent} %") };
            foreach (bool isBad in new[] { false, true })
            {
                foreach (var kind in kinds)
                {
                    var way = line with { Loss = percent / 100 };
                    way = isBad ? way with { Burst = 0.003, BurstLength = 6, Duplication = 0.02, Reordering = 0.02, Corruption = 0.005, Jitter = TimeSpan.FromMilliseconds(2) } : way;
                    var simulation = new BulkSimulation(new() { Congestion = kind, Idle = TimeSpan.FromMinutes(2) }, way, way with { Seed = 2 });
                    var flow = simulation.Add(size * 1_000_000);
                    simulation.Run(TimeSpan.FromDays(1));
                    good &= flow.IsIntact;
                    row.Add(flow.IsIntact ? Invariant($"{flow.Bytes * 8 / 1e6 / flow.Ended!.Value.TotalSeconds:0.00}") : "NOT INTACT: " + flow.Connection!.Failure);
                }
            }

            rows.Add([.. row]);
        }

        Print(rows);
        Console.WriteLine(good ? "All arrived intact.\n" : "NOT ALL ARRIVED INTACT.\n");
        return good;
    }

    bool Shares()
    {
        bool good = true;
        Console.WriteLine("Two share 10 Mbit/s for a minute (simulated, 40 ms, a queue of 100 kB): Mbit/s of each, and Jain's index. The second begins at once, or 5 seconds later.\n");
        var rows = new List<string[]> { new[] { "control", "loss", "begin", "first", "second", "Jain" } };
        foreach (var kind in kinds)
        {
            foreach (var (percent, later) in new[] { (0, 0), (0, 5), (2, 0), (2, 5) })
            {
                var way = line with { Rate = 1_250_000, Queue = 100_000, Loss = percent / 100.0 };
                var simulation = new BulkSimulation(new() { Congestion = kind, FixedWindow = 64 }, way, way with { Seed = 2 });
                var (first, second) = (simulation.Add(1_000_000_000), simulation.Add(1_000_000_000, TimeSpan.FromSeconds(later)));
                simulation.Run(TimeSpan.FromSeconds(later));
                long before = first.Received;
                simulation.Run(TimeSpan.FromSeconds(later + 60));
                double a = (first.Received - before) * 8 / 60e6, b = second.Received * 8 / 60e6, jain = (a + b) * (a + b) / (2 * ((a * a) + (b * b)));
                good &= jain > 0.9;
                rows.Add([kind.ToString().ToLowerInvariant(), Invariant($"{percent} %"), later == 0 ? "together" : Invariant($"{later} s later"), Invariant($"{a:0.00}"), Invariant($"{b:0.00}"), Invariant($"{jain:0.000}")]);
            }
        }

        Print(rows);
        return good;
    }

    bool BesideTcp()
    {
        string folder = Directory.CreateTempSubdirectory("wiretale-bench-").FullName;
        try
        {
            byte[] content = new byte[tcpSize * 1_000_000];
            new Random(1).NextBytes(content);
            File.WriteAllBytes(Path.Combine(folder, "file"), content);
            foreach (double rate in new[] { 0, 50 })
            {
                BesideTcp(folder, content, rate);
            }

            return true;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    void BesideTcp(string folder, byte[] content, double rate)
    {
        string usual = File.ReadAllText("/proc/sys/net/ipv4/tcp_congestion_control").Trim();
        string[] kernel = [.. new[] { "cubic", "reno", usual }.Distinct(StringComparer.Ordinal)];
        Console.WriteLine(Invariant($"{tcpSize} MB between two hosts (namespaces) through a cable with {loss} % random loss and 20 ms each way{(rate > 0 ? Invariant($", {rate} Mbit/s, a queue of 250 kB") : "")}; median of {runs}. This kernel's TCP uses {usual} unless told otherwise.\n"));
        var contenders = new List<(string Name, string? Control, string[] Words)>();
        contenders.AddRange(kernel.Select(control => ($"kernel TCP, {control}", (string?)control, Array.Empty<string>())));
        contenders.AddRange(kinds.Select(kind => ($"rudp fetch, {kind.ToString().ToLowerInvariant()}", (string?)null, (string[])["rudp", "fetch", "10.0.0.1", "file", "--congestion", kind.ToString()])));
        contenders.RemoveAll(contender => only.Length > 0 && !Array.Exists(only, contender.Name.EndsWith));
        kernel = [.. kernel.Where(control => contenders.Exists(c => c.Control == control))];
        var seconds = contenders.Select(_ => new List<double>()).ToList();
        for (int run = 0; run < runs; run++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                seconds[i].Add(Measure(folder, contenders[i].Words, contenders[i].Control, rate, seed: run + 1, content));
            }
        }

        var medians = seconds.Select(s => s.Order().ElementAt(s.Count / 2)).ToList();
        var rows = new List<string[]> { (string[])["transport", "seconds", "Mbit/s", .. kernel.Select(control => $"× TCP, {control}")] };
        rows.AddRange(contenders.Select((c, i) => (string[])[c.Name, string.Join(", ", seconds[i].Select(s => Invariant($"{s:0.0}"))), Invariant($"{content.Length * 8 / 1e6 / medians[i]:0.00}"), .. kernel.Select((_, k) => Invariant($"{medians[k] / medians[i]:0.00}"))]));
        Print(rows);
    }

    double Measure(string folder, string[] words, string? control, double rate, int seed, byte[] content)
    {
        string wiretale = Path.Combine(AppContext.BaseDirectory, "wiretale"), to = Path.Combine(folder, "got");
        using var network = Network.Create();
        var (server, client) = (network.AddHost("server", "10.0.0.1/24"), network.AddHost("client", "10.0.0.2/24"));
        using var cable = network.Impair(client, ["--loss", Invariant($"{loss}"), "--delay", "20", "--seed", Invariant($"{seed}"), .. rate > 0 ? ["--rate", Invariant($"{rate}"), "--queue", "250"] : Array.Empty<string>()]);
        string file = Path.Combine(folder, "file");
        using var serving = Start(server, control is null ? [wiretale, "rudp", "serve", folder, "--listen", "10.0.0.1"] : ["python3", "-c", Sender, file, control]);
        serving.StandardOutput.ReadLine();
        using var getting = Start(client, control is null ? [wiretale, .. words, "-o", to, "--force"] : ["python3", "-c", Receiver, to]);
        string said = getting.StandardError.ReadToEnd();
        getting.WaitForExit();
        if (getting.ExitCode != 0 || !File.ReadAllBytes(to).AsSpan().SequenceEqual(content))
        {
            throw new BenchException($"{string.Join(' ', words)}: {said}");
        }

        return double.Parse(Elapsed().Match(said).Groups["seconds"].Value, CultureInfo.InvariantCulture);
    }

    static Process Start(NetworkHost host, string[] command)
    {
        var start = host.Command(command);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        return Process.Start(start)!;
    }

    static void Print(List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length))];
        rows.Insert(1, [.. widths.Select((width, i) => i == 0 ? new string('-', width) : new string('-', width - 1) + ":")]);
        foreach (string[] row in rows)
        {
            Console.WriteLine("| " + string.Join(" | ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))) + " |");
        }

        Console.WriteLine();
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@" in (?<seconds>[0-9.]+) s", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Elapsed();
}
