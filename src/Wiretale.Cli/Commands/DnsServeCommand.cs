using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale dns serve</c>: answers from zone files.</summary>
static class DnsServeCommand
{
    const int MostUdpSize = 4096, MostWorkers = 64;

    public static Command Serve()
    {
        var files = new Argument<string[]>("[NAME=]FILE") { Description = "zone files; a zone's name is its $ORIGIN, the file's name without .zone, or NAME", Arity = ArgumentArity.ZeroOrMore };
        var listen = new Option<Endpoint[]>("--listen", "-l") { Description = $"where to wait for questions, several times for several addresses; port 0 takes a free one [default: 127.0.0.1:{DnsServerSettings.Port}]", HelpName = "ADDRESS[:PORT]", CustomParser = Endpoints, DefaultValueFactory = _ => [default] };
        var nsid = new Option<string?>("--nsid") { Description = "the server's name for who asks (dig +nsid)", HelpName = "TEXT" };
        var rate = new Option<int?>("--rate-limit") { Description = $"like answers a second to one network over UDP, 0 for no limit [default: {DnsServerSettings.UsualRateLimit}, and none for this machine's own questions]", HelpName = "N" };
        var slip = new Option<int>("--slip") { Description = "of what is over the limit, each N-th gets a short answer that leads to TCP; 0 is none", HelpName = "N", DefaultValueFactory = _ => 2 };
        var transfer = new Option<IPNetwork[]>("--allow-transfer") { Description = "who may have whole zones (dig AXFR), several times for several", HelpName = "ADDRESS[/PREFIX]", CustomParser = Networks, DefaultValueFactory = _ => [] };
        var size = new Option<int>("--udp-size") { Description = "the longest answer over UDP", HelpName = "BYTES", DefaultValueFactory = _ => OptRecord.SafeSize };
        var workers = new Option<int?>("--workers") { Description = "threads for UDP on each address [default: half the processors]", HelpName = "N" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "say each question and how it was answered" };
        var others = new ResolveOptions();
        return LabRun.Command("serve", "Answers from zone files, and finds other answers if told so, until Ctrl-C; SIGHUP reads the files anew.", [files, listen, .. others.All, nsid, rate, slip, transfer, size, workers, verbose], options => LabRun.Serve(async (screen, stop) =>
        {
            Check(options.GetValue(size) is >= DnsMessage.PlainUdpSize and <= MostUdpSize, $"--udp-size is from {DnsMessage.PlainUdpSize} to {MostUdpSize}");
            Check(options.GetValue(workers) is null or (>= 1 and <= MostWorkers), $"--workers is from 1 to {MostWorkers}");
            Check(options.GetValue(rate) is null or (>= 0 and <= DnsServerSettings.MostRateLimit), $"--rate-limit is from 0 to {DnsServerSettings.MostRateLimit}");
            Check(options.GetValue(slip) >= 0, "--slip is a number, 0 or more");
            Check(options.GetValue(files)!.Length > 0 || others.AreGiven(options), "what is to be served? Zone files, --resolve, or --forward SERVER");
            byte[]? name = options.GetValue(nsid) is { } text ? Encoding.UTF8.GetBytes(text) : null;
            Check(name is null or { Length: > 0 and <= byte.MaxValue }, $"--nsid has 1 to {byte.MaxValue} bytes");
            var normal = new DnsServerSettings { Listen = [.. options.GetValue(listen)!.Select(one => one.Or(IPAddress.Loopback, DnsServerSettings.Port))] };
            var settings = normal with
            {
                Nsid = name,
                RateLimit = options.GetValue(rate),
                Slip = options.GetValue(slip),
                AllowTransfer = options.GetValue(transfer)!,
                UdpSize = (ushort)options.GetValue(size),
                Workers = options.GetValue(workers) ?? normal.Workers,
            };

            using var log = new QueuedLog(screen);
            string[] sources = options.GetValue(files)!;
            var zones = new ZoneResponder(Load(sources, log));
            using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                Reload(zones, sources, log);
            });
            await new DnsServer(others.Behind(zones, options, log), zones, settings, TimeProvider.System, log, options.GetValue(verbose) ? log : null).RunAsync(stop);
        }));
    }

    static ZoneSet Load(string[] sources, ILog log)
    {
        var zones = new List<Zone>();
        foreach (string source in sources)
        {
            // A file's name may have an equals sign; a domain's has none of these.
            int equals = source.IndexOf('=', StringComparison.Ordinal);
            bool isNamed = equals > 0 && !source.AsSpan(0, equals).ContainsAny("/\\") && !File.Exists(source);
            string file = isNamed ? source[(equals + 1)..] : source;
            var zone = ZoneFile.Read(file, isNamed ? Name(source[..equals]) : null);
            zones.Add(zone);
            log.Show($"{zone.Name} from {file}: {zone.RecordCount} records, serial {zone.Soa.Serial}", Tone.Note);
        }

        return new(zones);
    }

    static void Reload(ZoneResponder zones, string[] sources, ILog log)
    {
        try
        {
            zones.Zones = Load(sources, log);
        }
        catch (Exception e) when (e is IOException or ExitException)
        {
            log.Show($"{e.Message}; the zones from before are served on", Tone.Bad);
        }
    }

    static DnsName Name(string text)
    {
        try
        {
            return DnsName.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ExitException(1, $"{e.Message}; zones are named as NAME=FILE");
        }
    }

    static void Check(bool isGood, string otherwise)
    {
        if (!isGood)
        {
            throw new ExitException(1, otherwise);
        }
    }

    internal static Endpoint[] Endpoints(ArgumentResult result)
    {
        var endpoints = new List<Endpoint>();
        foreach (var token in result.Tokens)
        {
            if (!Endpoint.TryParse(token.Value, resolve: false, out var endpoint, out string error))
            {
                result.AddError(error);
                return [];
            }

            endpoints.Add(endpoint);
        }

        return [.. endpoints];
    }

    internal static IPNetwork[] Networks(ArgumentResult result)
    {
        var networks = new List<IPNetwork>();
        foreach (var token in result.Tokens)
        {
            string text = token.Value;
            if (IPAddress.TryParse(text, out var address) && !text.Contains('/', StringComparison.Ordinal))
            {
                networks.Add(new(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                result.AddError($"\"{text}\" is not ADDRESS or ADDRESS/PREFIX of a network (as in 10.1.0.0/16)");
                return [];
            }
        }

        return [.. networks];
    }
}
