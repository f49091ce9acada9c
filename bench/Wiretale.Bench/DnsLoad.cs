using System.Globalization;
using System.Text.RegularExpressions;

namespace Wiretale.Bench;

/// <summary>Our DNS server and knot, the same zone, asked by dnsperf in turn.</summary>
static partial class DnsLoad
{
    /// <summary>Runs it and prints what came of it.</summary>
    public static int Run(string[] args)
    {
        int[] numbers = Numbers.Read(args, ["--seconds", "--rounds", "--threads", "--clients", "--real-time"], 5, 5, 2, 16, 0);
        if (Tools.Missing("knotd", "dnsperf") is { Length: > 0 } missing)
        {
            throw new BenchException($"needs {string.Join(", ", missing)} (Debian: knot dnsperf)");
        }

        // What else runs on the machine then waits: both servers and the client alike.
        string[] before = numbers[4] > 0 ? ["chrt", "-r", "10"] : [];
        string folder = Tools.TemporaryFolder();
        DnsContent.Write(folder);
        var servers = new[] { ("knot", DnsServerProcess.Knot(folder, before)), ("wiretale", DnsServerProcess.Wiretale(folder, before)) };
        var rates = servers.ToDictionary(server => server.Item1, _ => new List<double>(), StringComparer.Ordinal);
        foreach (var (name, server) in servers)
        {
            // The first questions find nothing compiled or prepared.
            Ask(folder, before, server, numbers[2], numbers[3], seconds: 3);
        }

        for (int round = 0; round < numbers[1]; round++)
        {
            foreach (var (name, server) in servers)
            {
                var (rate, lost, processor) = Ask(folder, before, server, numbers[2], numbers[3], numbers[0]);
                rates[name].Add(rate);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-9} {rate,9:0} answers a second, {lost} lost, {1e6 * processor / (rate * numbers[0]):0.0} µs of processor time each, {server.Process.WorkingSet64 / 1e6:0} MB"));
            }
        }

        double knot = Median(rates["knot"]), ours = Median(rates["wiretale"]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"medians: knot {knot:0}, wiretale {ours:0} answers a second; {ours / knot:0.00} times knot's"));
        return 0;
    }

    static (double Rate, string Lost, double Processor) Ask(string folder, string[] before, DnsServerProcess server, int threads, int clients, int seconds)
    {
        server.Process.Refresh();
        var used = server.Process.TotalProcessorTime;
        string[] command = [.. before, "dnsperf", "-s", "127.0.0.1", "-p", $"{server.Address.Port}", "-d", DnsContent.Queries, "-l", $"{seconds}", "-T", $"{threads}", "-c", $"{clients}", "-q", "1000"];
        var process = Tools.Start(folder, "dnsperf.log", command[0], command[1..]);
        process.WaitForExit();
        string report = File.ReadAllText(Path.Combine(folder, "dnsperf.log"));
        server.Process.Refresh();
        return RateLine().Match(report) is { Success: true } rate ? (double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture), LostLine().Match(report).Groups["lost"].Value, (server.Process.TotalProcessorTime - used).TotalSeconds)
            : throw new BenchException($"dnsperf failed: {report}");
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [GeneratedRegex(@"Queries per second: +(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RateLine();

    [GeneratedRegex(@"Queries lost: +(?<lost>[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LostLine();
}
