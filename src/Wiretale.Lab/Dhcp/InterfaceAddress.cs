using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dhcp;

/// <summary>Sets up an interface of this machine, through iproute2.</summary>
public static class InterfaceAddress
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>Switches an interface on.</summary>
    /// <exception cref="LinkException">Not allowed, or there is none.</exception>
    public static void Up(string name) => Ip("link", "set", name, "up");

    /// <summary>Gives it an address, and the way out of its network if there is none yet.</summary>
    public static void Set(string name, DhcpGrant grant, DateTimeOffset now, ILog log)
    {
        string seconds = Math.Ceiling((grant.Until - now).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        Ip("-4", "address", "replace", Text(grant), "broadcast", "+", "dev", name, "valid_lft", seconds, "preferred_lft", seconds);
        if (grant.Routers is not [var router, ..])
        {
            return;
        }

        try
        {
            Ip("-4", "route", "replace", "default", "via", DhcpPool.Text(router), "dev", name);
        }
        catch (LinkException e)
        {
            // A router outside of the network, for example; the address is good all the same.
            log.Show(e.Message, Tone.Bad);
        }
    }

    /// <summary>Takes the address away again.</summary>
    public static void Clear(string name, DhcpGrant grant) => Ip("-4", "address", "del", Text(grant), "dev", name);

    internal static string Text(DhcpGrant grant) => string.Create(CultureInfo.InvariantCulture, $"{DhcpPool.Text(grant.Address)}/{grant.PrefixLength}");

    static void Ip(params string[] arguments)
    {
        try
        {
            using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            var error = ip.StandardError.ReadToEndAsync();
            if (!ip.WaitForExit(patience))
            {
                ip.Kill();
            }

            if (!error.Wait(patience) || ip.ExitCode != 0)
            {
                throw new LinkException($"ip {string.Join(' ', arguments)}: {(error.IsCompleted ? error.Result.Trim() : "no end")}");
            }
        }
        catch (Win32Exception e)
        {
            throw new LinkException("there is no ip command: install it (Debian and Ubuntu: apt install iproute2)", e);
        }
    }
}
