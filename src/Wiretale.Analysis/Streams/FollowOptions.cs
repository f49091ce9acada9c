using System.Globalization;
using System.Net;
using Wiretale.Analysis.Statistics;

namespace Wiretale.Analysis.Streams;

/// <summary>How a stream is printed.</summary>
public enum FollowForm
{
    /// <summary>Text: what is no printable ASCII is a dot.</summary>
    Ascii,

    /// <summary>Text out of EBCDIC.</summary>
    Ebcdic,

    /// <summary>A hex dump of each direction.</summary>
    Hex,

    /// <summary>Hexadecimal digits, a line a piece.</summary>
    Raw,

    /// <summary>Text: what is no UTF-8 or a control character is a dot.</summary>
    Utf8,

    /// <summary>YAML, the bytes in base 64.</summary>
    Yaml,
}

/// <summary>What <c>-z follow,...</c> asks for.</summary>
/// <param name="Protocol">Whose bytes: <c>tcp</c>.</param>
/// <param name="Form">How they are printed.</param>
/// <param name="Filter">Display filter of the conversation's packets.</param>
/// <param name="First">The first piece that is printed, from 1.</param>
/// <param name="Last">The last one.</param>
public sealed record FollowOptions(string Protocol, FollowForm Form, string Filter, int First = 1, int Last = int.MaxValue)
{
    static readonly Dictionary<string, FollowForm> Forms = new(StringComparer.Ordinal)
    {
        ["ascii"] = FollowForm.Ascii,
        ["ebcdic"] = FollowForm.Ebcdic,
        ["hex"] = FollowForm.Hex,
        ["raw"] = FollowForm.Raw,
        ["utf-8"] = FollowForm.Utf8,
        ["yaml"] = FollowForm.Yaml,
    };

    /// <summary>The form's name.</summary>
    public string FormName => Forms.First(f => f.Value == Form).Key;

    /// <summary>Takes <c>FORM,NUMBER[,RANGE]</c> or <c>FORM,ADDRESS:PORT,ADDRESS:PORT[,RANGE]</c>.</summary>
    /// <param name="protocol">Whose bytes.</param>
    /// <param name="transport">What has the ports: <c>tcp</c>, <c>udp</c>.</param>
    /// <param name="arguments">The text.</param>
    /// <exception cref="StatisticException">It is none of these.</exception>
    public static FollowOptions Parse(string protocol, string transport, string? arguments)
    {
        string[] parts = (arguments ?? "").Split(',');
        if (!Forms.TryGetValue(parts[0], out var form))
        {
            throw new StatisticException("follow - Invalid display mode.");
        }

        string filter;
        int used;
        if (parts.Length > 1 && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            filter = $"{transport}.stream eq {number}";
            used = 2;
        }
        else if (parts.Length > 2 && TryEndpoint(parts[1], out var a, out ushort portA) && TryEndpoint(parts[2], out var b, out ushort portB)
            && a.AddressFamily == b.AddressFamily)
        {
            string ip = a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "ipv6" : "ip";
            filter = $"({Way(ip, transport, a, portA, b, portB)}) or ({Way(ip, transport, b, portB, a, portA)})";
            used = 3;
        }
        else
        {
            throw new StatisticException("follow - Invalid address.");
        }

        var (first, last) = parts.Length > used ? Range(string.Join(',', parts[used..])) : (1, int.MaxValue);
        return new(protocol, form, filter, first, last);
    }

    static string Way(string ip, string transport, IPAddress from, ushort fromPort, IPAddress to, ushort toPort) =>
        $"({ip}.src eq {from} and {transport}.srcport eq {fromPort}) and ({ip}.dst eq {to} and {transport}.dstport eq {toPort})";

    static bool TryEndpoint(string text, out IPAddress address, out ushort port)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool isV6 = host.StartsWith('[') && host.EndsWith(']');
        address = IPAddress.None;
        port = 0;
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || !IPAddress.TryParse(isV6 ? host[1..^1] : host, out var parsed)
            || (parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) != isV6
            || (!isV6 && host.Count(c => c == '.') != 3) || host.Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        address = parsed;
        return true;
    }

    static (int First, int Last) Range(string text)
    {
        string[] ends = text.Split('-');
        if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last))
        {
            throw new StatisticException("follow - Invalid range.");
        }

        return first > 0 && last >= first ? (first, last) : throw new StatisticException("follow - Invalid range value.");
    }
}
