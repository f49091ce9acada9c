using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Wiretale.Lab.Networks;

/// <summary>A socket of TCP or UDP.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>tcp6</c>, <c>udp</c> or <c>udp6</c>.</param>
/// <param name="Local">Its own address and port.</param>
/// <param name="Remote">The other side's; port 0 where there is none.</param>
/// <param name="State">The kernel's number of its state; see <see cref="IsListening"/>.</param>
/// <param name="User">Number of the user who opened it.</param>
/// <param name="Inode">By which the descriptors of processes name it.</param>
public sealed record SocketEntry(string Protocol, IPEndPoint Local, IPEndPoint Remote, int State, uint User, long Inode)
{
    /// <summary>TCP_LISTEN; a UDP socket that nothing is connected to is "closed" (net/tcp_states.h).</summary>
    const int Listen = 10, Closed = 7;

    static readonly string[] names =
        ["", "established", "connecting", "answering", "closing", "closing", "time-wait", "closed", "close-wait", "closing", "listening", "closing"];

    /// <summary>Whether it waits for whoever comes.</summary>
    public bool IsListening => State == (Protocol.StartsWith("tcp", StringComparison.Ordinal) ? Listen : Closed);

    /// <summary>The state in a word.</summary>
    public string StateName => IsListening ? "listening" : State < names.Length ? names[State] : "";
}

/// <summary>The sockets of a network stack, as <c>/proc/PID/net</c> shows them (proc_pid_net(5)).</summary>
public static class SocketTable
{
    /// <summary>All sockets of TCP and UDP.</summary>
    /// <param name="process">A process of that network stack; null for this one's.</param>
    public static IReadOnlyList<SocketEntry> Read(int? process = null)
    {
        var entries = new List<SocketEntry>();
        foreach (string protocol in new[] { "tcp", "tcp6", "udp", "udp6" })
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process?.ToString(CultureInfo.InvariantCulture) ?? "self"}/net/{protocol}");
            try
            {
                entries.AddRange(File.ReadLines(path).Skip(1).Select(line => Parse(protocol, line)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // No IPv6, or the process is gone.
            }
        }

        return entries;
    }

    internal static SocketEntry Parse(string protocol, string line)
    {
        string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(protocol, EndPoint(parts[1]), EndPoint(parts[2]), int.Parse(parts[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            uint.Parse(parts[7], CultureInfo.InvariantCulture), long.Parse(parts[9], CultureInfo.InvariantCulture));
    }

    /// <summary>An address is printed as 32-bit words in the machine's byte order, the port as a number.</summary>
    static IPEndPoint EndPoint(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        byte[] address = Convert.FromHexString(text.AsSpan(0, colon));
        for (int i = 0; BitConverter.IsLittleEndian && i < address.Length; i += 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(address.AsSpan(i), BinaryPrimitives.ReadUInt32LittleEndian(address.AsSpan(i)));
        }

        return new(new IPAddress(address), int.Parse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }
}
