using System.CommandLine;
using System.Net;
using System.Text;
using Wiretale.Cli.Options;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Querying;
using Wiretale.Lab.Dns.Resolving;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale dns query</c>: asks a server, and shows the answer as dig does.</summary>
static class DnsQueryCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Query()
    {
        var words = new Argument<string[]>("WORDS") { Description = "in any order: @SERVER[:PORT] [default: the system's], NAME, TYPE [default: A], CLASS, and dig's +words, such as +short, +tcp, +trace, +norecurse, +dnssec, +bufsize=N, +noedns, +noall +answer", Arity = ArgumentArity.ZeroOrMore };
        var reverse = new Option<IPAddress?>("-x") { Description = "look up the name of an address", HelpName = "ADDRESS", CustomParser = result => IPAddress.TryParse(result.Tokens[0].Value, out var address) ? address : Wrong(result, "an address") };
        var port = new Option<int>("--port", "-p") { Description = "the server's port", HelpName = "PORT", DefaultValueFactory = _ => DnsServerSettings.Port };
        var name = new Option<string?>("-q") { Description = "the name, where it could be taken for something else", HelpName = "NAME" };
        var type = new Option<string?>("-t") { Description = "the type, likewise", HelpName = "TYPE" };
        var from = new Option<IPAddress?>("--bind", "-b") { Description = "the address of this machine to ask from", HelpName = "ADDRESS", CustomParser = result => IPAddress.TryParse(result.Tokens[0].Value, out var address) ? address : Wrong(result, "an address") };
        var timeout = new Option<int?>("--timeout") { Description = "seconds to wait for an answer [default: 5]", HelpName = "N" };
        var tries = new Option<int?>("--tries") { Description = "how often to ask each server [default: 3]", HelpName = "N" };
        var steps = new Option<bool>("--steps") { Description = "find the answer from the root down, and tell each step" };
        var hints = ResolveOptions.Hints();
        return LabRun.Command("query", "Asks a server, and shows the answer as dig does.", [words, reverse, port, name, type, from, timeout, tries, steps, hints], options =>
        {
            QueryOptions query;
            try
            {
                string?[] all =
                [
                    .. options.GetValue(words)!, options.GetValue(type),
                    options.GetValue(timeout) is { } seconds ? $"+time={seconds}" : null, options.GetValue(tries) is { } number ? $"+tries={number}" : null,
                ];
                query = QueryOptions.Parse(all.OfType<string>());
                if ((options.GetValue(reverse) is { } address ? QueryOptions.ReverseName(address) : options.GetValue(name)) is { } asked)
                {
                    query = QueryOptions.Parse([.. all.OfType<string>(), asked, .. options.GetValue(reverse) is null ? Array.Empty<string>() : ["PTR"]]);
                }
            }
            catch (FormatException e)
            {
                throw new ExitException(1, $"{e.Message}\nwiretale: wiretale dns query --help says how it is used");
            }

            return LabRun.Run(async (_, stop) =>
            {
                var transport = new LinkTransport(new UdpLink(), new TcpLink { From = options.GetValue(from) }, TimeProvider.System) { From = options.GetValue(from) };
                var program = new QueryProgram(transport, TimeProvider.System, new UnguessableRandom(), text => StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text)))
                {
                    Title = $"wiretale dns query <<>> {string.Join(' ', options.Tokens.Skip(2).Select(token => token.Value))}",
                };
                var (servers, called) = Servers(query.Server, options.GetValue(port));
                if (!query.Trace && !options.GetValue(steps))
                {
                    return await (query.Question.Type == RecordType.AXFR ? program.TransferAsync(query, servers[0], called, stop) : program.AskAsync(query, servers, called, stop));
                }

                // Down from the root of the hints, or of the server that was named, or of the Internet.
                string? file = options.GetValue(hints);
                var settings = new ResolverSettings
                {
                    UsesIPv6 = OwnAddresses.HasIPv6,
                    Hints = file is null && query.Server is not null ? await program.AskForRootAsync(query, servers[0], stop) : ResolveOptions.ReadHints(file),
                };
                return query.Trace ? await program.TraceAsync(query, settings, stop) : await program.TellAsync(query, settings, stop);
            });
        });
    }

    static (IReadOnlyList<IPEndPoint>, string?) Servers(string? given, int port)
    {
        if (given is null)
        {
            return ([.. SystemServers.Read().Select(address => new IPEndPoint(address, port))], null);
        }

        if (!Endpoint.TryParse(given, resolve: true, out var endpoint, out string error) || endpoint.Address is null)
        {
            throw new ExitException(1, endpoint.Address is null && endpoint.Port is not null ? $"\"@{given}\" is not @SERVER[:PORT]" : error);
        }

        return ([endpoint.Or(endpoint.Address, port)], IPAddress.TryParse(given.Trim('[', ']'), out _) || endpoint.Port is not null ? null : given);
    }

    static IPAddress? Wrong(System.CommandLine.Parsing.ArgumentResult result, string what)
    {
        result.AddError($"\"{result.Tokens[0].Value}\" is not {what}");
        return null;
    }
}
