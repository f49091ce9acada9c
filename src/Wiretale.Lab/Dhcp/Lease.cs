using System.Globalization;

namespace Wiretale.Lab.Dhcp;

/// <summary>What an address is to a client.</summary>
public enum LeaseState
{
    Bound,

    /// <summary>Held for a client that was offered it; no promise.</summary>
    Offered,

    /// <summary>Given back; kept so that the client gets the same again.</summary>
    Released,

    /// <summary>In use by somebody who did not get it here.</summary>
    Declined,
}

/// <summary>An address and whose it is.</summary>
/// <param name="Client">The client's identifier in hexadecimal, or <see cref="ByHardware"/> with hardware type and address where it has none.</param>
/// <param name="Hardware">The client's hardware address in hexadecimal.</param>
/// <param name="Name">What the client calls itself; empty when it does not say.</param>
/// <param name="Until">End of the lease, the offer or the quarantine.</param>
/// <param name="Port">The relay's port behind which the client is, in hexadecimal; empty when none is named.</param>
public sealed record Lease(uint Address, LeaseState State, DateTimeOffset Until, string Client, string Hardware, string Name, string Port = "")
{
    /// <summary>Begins what stands for the identifier of a client that has none.</summary>
    public const string ByHardware = "hw";

    const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public bool IsFree(DateTimeOffset now) => State == LeaseState.Released || Until <= now;

    /// <summary>A line of the journal.</summary>
    public string ToLine() => string.Join(' ', State.ToString().ToLowerInvariant(), DhcpPool.Text(Address), Until.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture), OrDash(Client), OrDash(Hardware), OrDash(Name)) + (Port.Length > 0 ? " " + Port : "");

    /// <summary>Reads a line of the journal; null when it is none.</summary>
    public static Lease? Parse(string line)
    {
        return line.Split(' ') is [var state, var address, var until, var client, var hardware, var name, .. var more] && more.Length <= 1
            && Enum.TryParse(state, ignoreCase: true, out LeaseState known) && known is LeaseState.Bound or LeaseState.Released or LeaseState.Declined
            && DhcpPool.TryAddress(address, out uint number)
            && DateTimeOffset.TryParseExact(until, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && IsHex(client.StartsWith(ByHardware, StringComparison.Ordinal) ? client[ByHardware.Length..] : client) && IsHex(hardware) && (name == "-" || ToName(System.Text.Encoding.ASCII.GetBytes(name)) == name)
            && more.All(IsHex)
            ? new(number, known, time, OrEmpty(client), OrEmpty(hardware), OrEmpty(name), more is [var port] ? port : "") : null;
    }

    /// <summary>A client's name as it may stand in a journal: letters of host names only, or nothing.</summary>
    public static string ToName(ReadOnlySpan<byte> bytes)
    {
        string text = System.Text.Encoding.ASCII.GetString(bytes.TrimEnd((byte)0));
        return text.Length is > 0 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && text != "-" ? text : "";
    }

    static bool IsHex(string text) => text == "-" || (text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit));

    static string OrDash(string text) => text.Length == 0 ? "-" : text;

    static string OrEmpty(string text) => text == "-" ? "" : text;
}
