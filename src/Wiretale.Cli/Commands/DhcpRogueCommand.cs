using System.CommandLine;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab.Dhcp;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale dhcp rogue</c>: a second server that disturbs.</summary>
static class DhcpRogueCommand
{
    public static Command Rogue()
    {
        var server = new Option<string>("--server", "-s") { Description = "what it calls itself", HelpName = "ADDRESS", DefaultValueFactory = _ => "192.168.214.254" };
        var card = new Option<string>("--interface", "-i") { Description = "where it disturbs", HelpName = "NAME", Required = true };
        return LabRun.Command("rogue", "Refuses what clients have chosen from other servers, as one set up wrongly does.", [server, card], options => LabRun.Serve(async (screen, stop) =>
        {
            if (!DhcpPool.TryAddress(options.GetValue(server)!, out uint address))
            {
                throw new ExitException(1, $"\"{options.GetValue(server)}\" is not an IPv4 address");
            }

            using var log = new QueuedLog(screen);
            await new RogueDhcp(address, log).RunAsync(options.GetValue(card)!, TimeProvider.System, stop);
        }));
    }
}
