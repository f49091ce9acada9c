using System.Globalization;

namespace Wiretale.Bench;

static class Commands
{
    const string Usage = """
        Measures Wiretale beside tshark and tcpdump on a capture of its own; run it from the root of the checkout.

          bench [CASE ...] [options]     runs the cases named, or all of them, and prints a table (Markdown)
          bench list                     names the cases
          bench record                   makes the capture anew
          bench dns [--seconds 5] [--rounds 5] [--threads 2] [--clients 16] [--real-time 1]   the DNS server beside knot, asked by dnsperf
          bench dns-noise [--millions 3]                              what the DNS server makes of random bytes
          bench room [--clients 1000] [--rate 100] [--seconds 30]     the chat room under load
          bench dhcp [--rates 4000,6000,8000,10000] [--seconds 10] [--runs 3]     the DHCP server beside Kea
          bench rudp [--size 100] [--runs 3] [--no-tcp | --only-tcp]  the bulk transport over bad links, and beside the kernel's TCP

          --small         a capture of some 100,000 packets instead of 800,000
          --file FILE     this capture instead of one of its own
          --runs N        runs of each command, of which the median counts (5); a run above 20 seconds is not repeated
          --only P,...    of wiretale, tshark and tcpdump, only these
          --big           also the memory on a file ten times as large (10 GB on disk)
          --write         also puts the table into docs/performance.md
        """;

    static readonly string folder = Path.GetFullPath("artifacts/bench");

    public static int Run(string[] args)
    {
        if (args is ["room", .. var rest])
        {
            return RoomLoad.Run(rest);
        }

        if (args is ["dhcp", .. var dhcp])
        {
            return DhcpLoad.Run(dhcp);
        }

        if (args is ["dns", .. var load])
        {
            return DnsLoad.Run(load);
        }

        if (args is ["dns-noise", .. var noise])
        {
            return DnsNoise.Run(noise);
        }

        if (args is ["rudp", .. var options])
        {
            return BulkTable.Run(options);
        }

        bool small = false, big = false, write = false, record = false;
        string? file = null;
        int runs = 5;
        Contender[] programs = Enum.GetValues<Contender>();
        var cases = new List<Case>();

        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--small": small = true; break;
                case "--big": big = true; break;
                case "--write": write = true; break;
                case "--file" when i + 1 < args.Length: file = Path.GetFullPath(args[++i]); break;
                case "--runs" when i + 1 < args.Length: runs = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--only" when i + 1 < args.Length: programs = [.. args[++i].Split(',').Select(p => Enum.Parse<Contender>(p, ignoreCase: true))]; break;
                case "list" when args.Length == 1: return List();
                case "record": record = true; break;
                default:
                    if (Case.All.FirstOrDefault(c => string.Equals(c.Name, args[i], StringComparison.Ordinal)) is not { } named)
                    {
                        Console.Error.WriteLine(Usage);
                        return args[i] is "-h" or "--help" ? 0 : 2;
                    }

                    cases.Add(named);
                    break;
            }
        }

        var samples = new Samples(folder, small ? 80_000 : 800_000, file);
        if (record)
        {
            Console.WriteLine(samples.Whole(anew: true));
            return 0;
        }

        Check();
        string report = new Comparison(samples, programs, runs).Run(cases.Count == 0 && !big ? Case.All : [.. cases], big);
        Console.WriteLine(report);
        if (write)
        {
            Write(report);
        }

        return 0;
    }

    static int List()
    {
        foreach (Case @case in Case.All)
        {
            Console.WriteLine($"{@case.Name,-14} {@case.Title}");
        }

        return 0;
    }

    static void Check()
    {
        if (!File.Exists("Wiretale.slnx"))
        {
            throw new BenchException("run it from the root of the checkout");
        }

        if (Tools.Missing("time", "tshark", "tcpdump") is { Length: > 0 } missing)
        {
            throw new BenchException($"needs {string.Join(", ", missing)} (Debian: time tshark tcpdump)");
        }

        // The first start may build, which is nobody's start-up time.
        Tools.Measure([Path.GetFullPath("wiretale"), "-v"]);
    }

    static void Write(string report)
    {
        const string Heading = "## Results";
        string path = Path.GetFullPath("docs/performance.md");
        string text = File.ReadAllText(path);
        int start = text.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length, end = text.IndexOf("\n## ", start, StringComparison.Ordinal);
        File.WriteAllText(path, text[..start] + "\n\n" + report.TrimEnd() + "\n" + (end < 0 ? "" : text[end..]));
    }
}
