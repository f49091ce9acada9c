using System.Diagnostics;
using System.Globalization;
using Wiretale.Lab.Networks;

namespace Wiretale.Bench;

/// <summary>The DHCP server beside Kea: how many four-way exchanges a second each completes of those that perfdhcp, as a relay, begins.</summary>
sealed class DhcpLoad(int[] rates, int seconds, int rounds)
{
    const int Clients = 50_000;
    const string Pool = "10.20.1.0-10.20.250.250";

    static readonly string[] contenders = ["wiretale", "kea"];

    /// <summary>Runs it and prints a table (Markdown).</summary>
    public static int Run(string[] args)
    {
        int[] rates = [4000, 6000, 8000, 10_000];
        int seconds = 10, rounds = 3;
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--rates": rates = [.. args[i + 1].Split(',').Select(rate => int.Parse(rate, CultureInfo.InvariantCulture))]; break;
                case "--seconds": seconds = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--runs": rounds = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                default: throw new BenchException($"{args[i]}: there are --rates, --seconds and --runs");
            }
        }

        if (Tools.Missing("perfdhcp", "kea-dhcp4") is { Length: > 0 } missing)
        {
            throw new BenchException($"needs {string.Join(", ", missing)} (Debian: kea-admin kea-dhcp4-server)");
        }

        Tools.Measure([Path.GetFullPath("wiretale"), "-v"]);
        new DhcpLoad(rates, seconds, rounds).Run();
        return 0;
    }

    void Run()
    {
        Console.WriteLine($"perfdhcp {Tools.FirstLine("perfdhcp", "-v")} as relay, {Clients:N0} clients, {seconds} s at each rate, median of {rounds}, the two in turn; {Environment.ProcessorCount} processors.\n");
        Console.WriteLine("| begun a second | wiretale completes | Kea completes | wiretale / Kea | wiretale drops | Kea drops |\n| ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (int rate in rates)
        {
            var results = contenders.ToDictionary(name => name, _ => new List<Result>(), StringComparer.Ordinal);
            for (int round = 0; round < rounds; round++)
            {
                foreach (string name in contenders)
                {
                    var result = Measure(name, rate);
                    results[name].Add(result);
                    Console.Error.WriteLine($"{name} at {rate}: {result.Rate:0} a second, {result.Drops:P1} dropped, processor time {result.Processor.TotalSeconds:0.0} s");
                }
            }

            var (own, kea) = (Median(results["wiretale"]), Median(results["kea"]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {rate} | {own.Rate:0} | {kea.Rate:0} | {own.Rate / kea.Rate:0.00} | {100 * own.Drops:0.0} % | {100 * kea.Drops:0.0} % |"));
        }
    }

    static Result Median(List<Result> results) => results.OrderBy(result => result.Rate).ElementAt(results.Count / 2);

    Result Measure(string name, int rate)
    {
        string folder = Tools.TemporaryFolder();
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.0.1/16");
        var relay = network.AddHost("relay", "10.20.0.2/16");
        var start = host.Command(name == "kea" ? Kea(folder) : Own(folder));
        start.RedirectStandardOutput = true;
        var server = Tools.Start(start);
        while (server.StandardOutput.ReadLine() is { } line && !line.Contains("Serving as", StringComparison.Ordinal) && !line.Contains("DHCP4_STARTED", StringComparison.Ordinal))
        {
        }

        _ = server.StandardOutput.ReadToEndAsync();
        var load = relay.Command(["perfdhcp", "-4", "-r", $"{rate}", "-R", $"{Clients}", "-p", $"{seconds}", "-W", "1000000", "-l", "10.20.0.2", "10.20.0.1"]);
        load.RedirectStandardOutput = true;
        load.RedirectStandardError = true;
        var perfdhcp = Tools.Start(load);
        var errors = perfdhcp.StandardError.ReadToEndAsync();
        string report = perfdhcp.StandardOutput.ReadToEnd();
        perfdhcp.WaitForExit();

        // perfdhcp ends with 3 when anything was dropped.
        double[] sent = Numbers("sent packets: ", report), received = Numbers("received packets: ", report), rates = Numbers("Rate: ", report);
        if (sent is not [> 0, _] || received.Length != 2 || rates.Length != 1)
        {
            throw new BenchException($"perfdhcp against {name}: {errors.Result}{report}");
        }

        var processor = ProcessTable.ChildOf(server.Id) is { } id ? Process.GetProcessById(id).TotalProcessorTime : default;
        NetworkNamespace.Kill(server);
        server.WaitForExit();
        return new(rates[0], 1 - (received[1] / sent[0]), processor);
    }

    /// <summary>The numbers behind a heading at the beginning of lines.</summary>
    static double[] Numbers(string heading, string report) =>
        [.. report.Split('\n').Where(line => line.StartsWith(heading, StringComparison.Ordinal)).Select(line => double.Parse(line[heading.Length..].Split(' ')[0], CultureInfo.InvariantCulture))];

    // Neither looks whether an address is used before it is offered: Kea only does with a hook. Both say only what goes wrong.
    static string[] Own(string folder) =>
        [Path.GetFullPath("wiretale"), "dhcp", "serve", "--server", "10.20.0.1", "--pool", $"{Pool}/16", "--journal", Path.Combine(folder, "leases"), "--no-probe", "--quiet"];

    static string[] Kea(string folder)
    {
        string settings = Path.Combine(folder, "kea.json");
        File.WriteAllText(settings, $$"""
            { "Dhcp4": {
                "interfaces-config": { "interfaces": [ "eth0" ], "dhcp-socket-type": "udp" },
                "lease-database": { "type": "memfile", "persist": true, "name": "{{Path.Combine(folder, "leases.csv")}}" },
                "valid-lifetime": 86400,
                "subnet4": [ { "id": 1, "subnet": "10.20.0.0/16", "pools": [ { "pool": "{{Pool}}" } ] } ],
                "loggers": [ { "name": "kea-dhcp4", "severity": "ERROR", "output_options": [ { "output": "stderr" } ] },
                             { "name": "kea-dhcp4.dhcp4", "severity": "INFO", "output_options": [ { "output": "stdout" } ] } ] } }
            """);
        return ["sh", "-c", "export KEA_PIDFILE_DIR=\"$0\" KEA_LOCKFILE_DIR=\"$0\" KEA_DHCP_DATA_DIR=\"$0\"; exec kea-dhcp4 -c \"$1\"", folder, settings];
    }

    /// <param name="Rate">Exchanges completed a second.</param>
    /// <param name="Drops">Share of those begun that were not.</param>
    /// <param name="Processor">What the server took of the processors.</param>
    readonly record struct Result(double Rate, double Drops, TimeSpan Processor);
}
