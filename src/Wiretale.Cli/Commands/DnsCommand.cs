namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale dns</c>: servers of names, and who asks them.</summary>
static class DnsCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) => LabRun.Invoke(LabRun.Group("dns", "DNS: a server of zones and a resolver, and a client that prints like dig.", DnsServeCommand.Serve(), DnsQueryCommand.Query()), arguments);
}
