using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;

namespace Wiretale.Cli.Options;

/// <summary><c>ADDRESS[:PORT]</c> as servers listen on it and clients are given it; what was not given is the program's own.</summary>
readonly record struct Endpoint(IPAddress? Address, int? Port)
{
    /// <summary>The endpoint, with the program's own address and port for what was not given.</summary>
    public IPEndPoint Or(IPAddress address, int port) => new(Address ?? address, Port ?? port);

    /// <summary>Reads one; a number alone is a port.</summary>
    /// <param name="resolve">Whether a host's name may stand for its address.</param>
    public static bool TryParse(string text, bool resolve, out Endpoint endpoint, out string error)
    {
        error = $"\"{text}\" is not ADDRESS[:PORT] (as in 127.0.0.1:8000 or [::1]:8000)";
        int colon = text.StartsWith('[') ? text.EndsWith(']') ? -1 : text.LastIndexOf(':') : text.AsSpan().Count(':') == 1 ? text.IndexOf(':', StringComparison.Ordinal) : -1;
        if (ToPort(text) is { } alone)
        {
            endpoint = new(null, alone);
            return true;
        }

        int? port = colon < 0 ? null : ToPort(text[(colon + 1)..]);
        var address = colon == 0 ? null : ToAddress(colon < 0 ? text : text[..colon], resolve, ref error);
        endpoint = new(address, port);
        return (colon < 0 || port is not null) && (colon == 0 || address is not null);
    }

    /// <summary>Makes the value of an option or an argument from its one word.</summary>
    public static Func<ArgumentResult, Endpoint> Parser(bool resolve) => result =>
    {
        if (!TryParse(result.Tokens[^1].Value, resolve, out var endpoint, out string error))
        {
            result.AddError(error);
        }

        return endpoint;
    };

    static int? ToPort(string text) => int.TryParse(text, System.Globalization.NumberStyles.None, provider: null, out int port) && port <= IPEndPoint.MaxPort ? port : null;

    static IPAddress? ToAddress(string text, bool resolve, ref string error)
    {
        string host = text.Trim('[', ']');
        if (IPAddress.TryParse(host, out var address) && (host.Contains(':', StringComparison.Ordinal) || host.Count(c => c == '.') == 3))
        {
            return address;
        }

        if (!resolve || Uri.CheckHostName(host) != UriHostNameType.Dns)
        {
            return null;
        }

        try
        {
            // The exercises are IPv4's; a host that has both is meant by that one.
            var all = Dns.GetHostAddresses(host);
            return all.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? all.FirstOrDefault();
        }
        catch (SocketException)
        {
            error = $"no address is known for \"{host}\"";
            return null;
        }
    }
}
