using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Wiretale.Cli.Options;
using Wiretale.Lab;
using Wiretale.Lab.Dns.Resolving;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Lab.Dns.Zones;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary>Options of a server that finds answers to what is not in its zones.</summary>
sealed class ResolveOptions
{
    readonly Option<bool> resolve = new("--resolve", "-r") { Description = "find answers to what is in no zone here, from the root down" };
    readonly Option<Endpoint[]> forward = new("--forward", "-f") { Description = "ask this server for them instead, several times for several", HelpName = "ADDRESS[:PORT]", CustomParser = DnsServeCommand.Endpoints };
    readonly Option<string?> hints = Hints();
    readonly Option<IPNetwork[]> allow = new("--allow") { Description = "for whom answers are found, several times for several [default: this machine and private networks]", HelpName = "ADDRESS[/PREFIX]", CustomParser = DnsServeCommand.Networks };
    readonly Option<bool> wholeNames = new("--whole-names") { Description = "show each server the whole name, and not only what it needs to know (RFC 9156)" };
    readonly Option<bool> teach = new("--teach") { Description = "tell each step on the way to an answer" };

    /// <summary>The options.</summary>
    public Option[] All => [resolve, forward, hints, allow, wholeNames, teach];

    /// <summary>File of the root's servers.</summary>
    public static Option<string?> Hints() => new("--hints") { Description = "file of the root's servers, as NS, A and AAAA records [default: those of the Internet]", HelpName = "FILE" };

    /// <summary>Reads the hints, or takes the Internet's.</summary>
    public static Delegation ReadHints(string? file) => file is null ? RootHints.Internet : RootHints.Read(file);

    /// <summary>Whether any answer is to be found.</summary>
    public bool AreGiven(ParseResult options) => options.GetValue(resolve) || Forwarders(options).Count > 0;

    /// <summary>Puts a resolver behind zones, if it is asked for.</summary>
    public IDnsResponder Behind(ZoneResponder zones, ParseResult options, ILog log)
    {
        var forwarders = Forwarders(options);
        if (options.GetValue(resolve) && forwarders.Count > 0)
        {
            throw new ExitException(1, "either --resolve, from the root down, or --forward, through others");
        }

        if (!AreGiven(options))
        {
            var useless = All.Where(option => option != resolve && options.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
            return useless.Count == 0 ? zones : throw new ExitException(1, $"{string.Join(", ", useless)}: only with --resolve or --forward");
        }

        var settings = new ResolverSettings
        {
            Hints = ReadHints(options.GetValue(hints)),
            Forwarders = forwarders,
            MinimisesNames = !options.GetValue(wholeNames),
            UsesIPv6 = OwnAddresses.HasIPv6,
        };
        var resolver = new Resolver(new LinkTransport(new UdpLink(), new TcpLink(), TimeProvider.System), TimeProvider.System, new UnguessableRandom(), settings);
        var clients = new AllowedClients(options.GetValue(allow) is { Length: > 0 } networks ? networks : AllowedClients.Normal);
        log.Show(forwarders.Count > 0 ? $"Asks {string.Join(", ", forwarders)} for what is in no zone here" : $"Finds what is in no zone here, from {settings.Hints} down", Tone.Note);
        return new ZonesFirst(zones, new ResolvingResponder(resolver, clients, options.GetValue(teach) ? log : null));
    }

    List<IPEndPoint> Forwarders(ParseResult options) => [.. (options.GetValue(forward) ?? []).Select(one => one.Or(IPAddress.Loopback, DnsServerSettings.Port))];
}
