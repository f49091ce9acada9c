using System.Text;

namespace Wiretale.Lab.Dhcp;

/// <summary>The system's file of DNS servers (resolv.conf(5)), for as long as a lease lasts; what it held before stands beside it and comes back.</summary>
/// <param name="path">The file, such as <c>/etc/resolv.conf</c>.</param>
public sealed class ResolverFile(string path)
{
    const string Heading = "# Set by wiretale dhcp lease";

    string Before => path + ".before-dhcp";

    /// <summary>Names the servers of a lease; one that names none leaves the file as it is.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Set(DhcpGrant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        if (grant.DnsServers.Length == 0)
        {
            return;
        }

        try
        {
            string held = File.Exists(path) ? File.ReadAllText(path) : "";
            if (!held.StartsWith(Heading, StringComparison.Ordinal))
            {
                File.WriteAllText(Before, held);
            }

            var text = new StringBuilder(Heading).Append('\n');
            if (grant.Domain.Length > 0)
            {
                text.Append("search ").Append(grant.Domain).Append('\n');
            }

            foreach (uint server in grant.DnsServers)
            {
                text.Append("nameserver ").Append(DhcpPool.Text(server)).Append('\n');
            }

            // In place: it may be a link, or be mounted.
            File.WriteAllText(path, text.ToString());
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: not allowed to write it", e);
        }
    }

    /// <summary>Puts back what the file held before, if it was set.</summary>
    public void Restore()
    {
        if (File.Exists(Before))
        {
            File.WriteAllText(path, File.ReadAllText(Before));
            File.Delete(Before);
        }
    }
}
