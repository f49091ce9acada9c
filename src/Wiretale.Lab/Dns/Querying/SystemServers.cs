using System.Net;

namespace Wiretale.Lab.Dns.Querying;

/// <summary>The servers that the system asks (resolv.conf(5)).</summary>
public static class SystemServers
{
    /// <summary>Where they are listed.</summary>
    public const string File = "/etc/resolv.conf";

    /// <summary>Reads the list; where there is none, the server is this machine.</summary>
    public static IReadOnlyList<IPAddress> Read(string file = File)
    {
        try
        {
            var listed = System.IO.File.ReadLines(file).Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words is ["nameserver", _, ..]).Select(words => IPAddress.TryParse(words[1], out var address) ? address : null).OfType<IPAddress>().ToList();
            return listed.Count > 0 ? listed : [IPAddress.Loopback];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [IPAddress.Loopback];
        }
    }
}
