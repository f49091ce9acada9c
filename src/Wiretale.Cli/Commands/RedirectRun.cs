using System.CommandLine;
using System.Globalization;
using System.Text;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Lab;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Scenarios;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale lab run redirect</c>: six hosts, of which the user is one, and the account of what happened.</summary>
static class RedirectRun
{
    /// <summary>The scenario's name, and what it is.</summary>
    public const string Name = "redirect", Summary = "address, names, signals over UDP, a proxy, a scrape server, downloads: six hosts, one of them yours";

    /// <summary>Exit status when Ctrl-C ended it, as the shell has it.</summary>
    const int Interrupted = 130;

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var (name, script) = RedirectCommand.Client();
        var keep = new Option<string?>("--keep", "-k") { Description = $"where to leave the capture [default: {Name}.pcapng here, numbered if it is there]", HelpName = "FILE" };
        var save = new Option<string?>("--save") { Description = "where to leave the downloads [default: they go with the network]", HelpName = "FOLDER" };
        var sizes = new Option<int[]>("--megabytes") { Description = "how long the web site's archives are [default: 50,100]", HelpName = "N,N...", CustomParser = Numbers };
        var cables = CableOptions();
        var seed = new Option<int>("--seed") { Description = "the same number makes the same faults", HelpName = "N" };
        var rogue = new Option<bool>("--rogue-dhcp") { Description = "a second DHCP server refuses what the first one gives" };
        var dead = new Option<string[]>("--dead") { Description = $"a server that hangs: {string.Join(", ", RedirectNetwork.ServerNames)}", HelpName = "HOST", DefaultValueFactory = _ => [] };
        dead.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !RedirectNetwork.ServerNames.Contains(token.Value, StringComparer.Ordinal)) is { } other)
            {
                result.AddError($"--dead {other.Value}: the servers are {string.Join(", ", RedirectNetwork.ServerNames)}");
            }
        });
        var deadDns = new Option<bool>("--dead-dns") { Description = "the same as --dead dns" };
        var servers = new Option<bool>("--servers", "-s") { Description = "show what the servers say, too" };
        return LabRun.Command(Name, "Runs the redirect network: you are its client.", [name, script, keep, save, sizes, .. cables, seed, rogue, dead, deadDns, servers], options => LabRun.Run(async (screen, stop) =>
        {
            string capture = options.GetValue(keep) ?? FreeName();
            string? downloads = options.GetValue(save);
            string? commands = options.GetValue(script);
            var faults = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var option in cables)
            {
                foreach (var (host, value) in options.GetValue(option) ?? [])
                {
                    (faults.TryGetValue(host, out var words) ? words : faults[host] = []).AddRange([option.Name, value]);
                }
            }

            var network = new RedirectNetwork(
                new()
                {
                    Name = options.GetValue(name),

                    // The client starts elsewhere.
                    Script = commands is not null && File.Exists(commands) ? Path.GetFullPath(commands) : commands,
                    Megabytes = options.GetValue(sizes) is { Length: > 0 } given ? given : new RedirectOptions().Megabytes,
                    Cables = faults.ToDictionary(pair => pair.Key, pair => (string[])[.. pair.Value, "--seed", options.GetValue(seed).ToString(CultureInfo.InvariantCulture)], StringComparer.Ordinal),
                    HasRogueDhcp = options.GetValue(rogue),
                    Hanging = [.. options.GetValue(dead)!, .. options.GetValue(deadDns) ? ["dns"] : Array.Empty<string>()],
                    Downloads = downloads,
                },
                TimeProvider.System)
            {
                Heard = options.GetValue(servers) ? line => screen.Show($"{line.Who,8} {(line.IsTyped ? '>' : '"')} {line.Text}", Tone.Note) : null,
            };
            using var scratch = ScratchFolder.Create();
            try
            {
                StandardStreams.WriteError("starting six hosts ...\n");
                var report = await network.RunAsync(capture, scratch.Path, stop);
                Show(report, capture);
                StandardStreams.WriteError($"the capture is in {capture}{(downloads is null ? "" : $", the downloads are in {downloads}")}\n");
                return report.WasInterrupted ? Interrupted : report.Status;
            }
            catch (Exception e) when (e is NamespaceException or ScenarioException or UnauthorizedAccessException)
            {
                throw new ExitException(1, $"{Name}: {e.Message}");
            }
        }));
    }

    static void Show(RedirectReport report, string capture)
    {
        using var reader = CaptureReader.Open(capture);
        using var output = StandardStreams.Output();
        output.Write(Encoding.UTF8.GetBytes($"\nHosts: client, {string.Join(", ", report.Hosts.Select(host => $"{host.Value} {host.Key}"))}\n"));
        var demand = new Demand(Catalog.Registry);
        var sink = new StatisticsSink([new Account(Catalog.Registry, report.Hosts, "client")]);
        sink.AddTo(demand);
        try
        {
            new CaptureRun(reader, new DissectionEngine(demand, new()), sink, output).Run();
            output.Write(Encoding.UTF8.GetBytes(report.Cables.Count == 0 ? "" : "\nWhat bad cables did:\n" + string.Concat(report.Cables.Select(line => $"  {line}\n"))));
        }
        catch (IOException e) when (StandardStreams.IsBrokenPipe(e))
        {
            // Whoever read the output has seen enough.
        }
    }

    static string FreeName()
    {
        string path = Name + ".pcapng";
        for (int i = 2; File.Exists(path); i++)
        {
            path = string.Create(CultureInfo.InvariantCulture, $"{Name}-{i}.pcapng");
        }

        return path;
    }

    /// <summary>Options of <c>wiretale link</c> for a host's cable: HOST=NUMBER.</summary>
    static Option<(string Host, string Value)[]>[] CableOptions()
    {
        return
        [
            Cable("--loss", "lose so many percent on a host's cable, both ways"), Cable("--burst", "begin a burst of losses at so many percent"), Cable("--duplicate", "so many percent come twice"),
            Cable("--reorder", "so many percent are overtaken"), Cable("--corrupt", "turn a bit over in so many percent"),
            Cable("--delay", "so many milliseconds each way", 60_000, isWhole: true), Cable("--jitter", "up to so many milliseconds more or less", 60_000, isWhole: true), Cable("--rate", "so many million bits a second at most", 100_000),
        ];

        static Option<(string Host, string Value)[]> Cable(string name, string description, int most = 100, bool isWhole = false) => new(name)
        {
            Description = description,
            HelpName = "HOST=N",
            CustomParser = result =>
            {
                var all = new List<(string, string)>();
                foreach (var token in result.Tokens)
                {
                    if (token.Value.Split('=') is not [var host, var value] || !RedirectNetwork.HostNames.Contains(host, StringComparer.Ordinal)
                        || !double.TryParse(value.TrimEnd('%'), isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) || number > most)
                    {
                        result.AddError($"{name} {token.Value}: not HOST=N (as in client=10, {most} at most; hosts are {string.Join(", ", RedirectNetwork.HostNames)})");
                        return [];
                    }

                    all.Add((host, number.ToString(CultureInfo.InvariantCulture)));
                }

                return [.. all];
            },
        };
    }

    static int[] Numbers(System.CommandLine.Parsing.ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 1000 || numbers.Contains(number) || numbers.Count == 8)
            {
                result.AddError("--megabytes takes up to eight different numbers from 1 to 1000, as in 50,100");
                return [];
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }
}
