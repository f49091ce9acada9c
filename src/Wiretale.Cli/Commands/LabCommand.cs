using System.CommandLine;
using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Scenarios;
using Wiretale.Wire;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale lab</c>: scenarios, which run real programs in a network of their own and show both what they say and their packets.</summary>
static class LabCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) => LabRun.Invoke(LabRun.Group("lab", "Scenarios: real programs in a network of their own, with their packets.", List(), Play()), arguments);

    static Command List() => LabRun.Command("list", "Lists the scenarios.", [], _ =>
    {
        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(string.Concat(Scenario.All.Select(scenario => $"{scenario.Name,-14}{scenario.Summary}\n")) + $"{RedirectRun.Name,-14}{RedirectRun.Summary}\n"));
        return 0;
    });

    static Command Play()
    {
        var name = new Argument<string>("NAME") { Description = "which one (wiretale lab list)" };
        name.Validators.Add(result =>
        {
            string given = result.Tokens[0].Value;
            if (!Scenario.All.Any(scenario => scenario.Name == given))
            {
                result.AddError($"there is no scenario \"{given}\": {string.Join(", ", Scenario.All.Select(scenario => scenario.Name).Append(RedirectRun.Name))}");
            }
        });
        var keep = new Option<string?>("--keep", "-k") { Description = "where to leave the capture", HelpName = "FILE" };
        var play = LabRun.Command("run", "Runs a scenario.", [name, keep], options => LabRun.Run(async (_, stop) =>
        {
            var scenario = Scenario.All.Single(one => one.Name == options.GetValue(name));
            string? kept = options.GetValue(keep);
            using var scratch = ScratchFolder.Create();
            try
            {
                string capture = kept ?? Path.Combine(scratch.Path, scenario.Name + ".pcapng");
                StandardStreams.WriteError($"{scenario.Name}: {scenario.Summary} ...\n");
                var report = await scenario.RunAsync(capture, scratch.Path, TimeProvider.System, stop);
                Show(report, capture);
                StandardStreams.WriteError(kept is null ? "(--keep FILE leaves the capture)\n" : $"the capture is in {kept}\n");
                return 0;
            }
            catch (Exception e) when (e is NamespaceException or ScenarioException or UnauthorizedAccessException)
            {
                throw new ExitException(1, $"{scenario.Name}: {e.Message}");
            }
        }));
        play.Add(RedirectRun.Command());
        return play;
    }

    static void Show(ScenarioReport report, string capture)
    {
        using var reader = CaptureReader.Open(capture);
        using var output = StandardStreams.Output();
        output.Write(Encoding.UTF8.GetBytes(
            $"Hosts: {string.Join(", ", report.Hosts.Select(host => $"{host.Value} {host.Key}"))}\n"
            + "Programs say (\"), are told (>), and their packets have numbers:\n\n"));
        var demand = new Demand(Catalog.Registry) { Columns = true };
        var sink = new StatisticsSink([new Talks(Catalog.Registry)], new Timeline(new PacketList(reader), [.. report.Lines.Select(line => (At(line.At), Text(line)))]));
        sink.AddTo(demand);
        try
        {
            new CaptureRun(reader, new DissectionEngine(demand, new()), sink, output).Run();
        }
        catch (IOException e) when (StandardStreams.IsBrokenPipe(e))
        {
            // Whoever read the output has seen enough.
        }
    }

    static string Text(SpokenLine line)
    {
        string text = $"{line.Who,20} {(line.IsTyped ? '>' : '"')} {line.Text}";
        return Screen.HasColours(Console.IsOutputRedirected) ? $"\e[1m{text}\e[0m" : text;
    }

    static Timestamp At(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return new(ticks / TimeSpan.TicksPerSecond, (int)(ticks % TimeSpan.TicksPerSecond * 100));
    }
}
