using Wiretale.Capture;
using Wiretale.Capture.Live;
using Wiretale.Cli.Commands;
using Wiretale.Cli.Options;

namespace Wiretale.Cli;

static class Program
{
    static int Main(string[] arguments)
    {
        try
        {
            return arguments switch
            {
                ["version"] => InfoCommands.Version(),
                ["help"] => InfoCommands.Help(),
                ["filter", .. var rest] => FilterCommand.Run(rest),
                ["hello", .. var rest] => HelloCommand.Run(rest),
                ["chat", .. var rest] => ChatCommand.Run(rest),
                ["webchat", .. var rest] => WebChatCommand.Run(rest),
                ["lab", .. var rest] => LabCommand.Run(rest),
                ["dhcp", .. var rest] => DhcpCommand.Run(rest),
                ["dns", .. var rest] => DnsCommand.Run(rest),
                ["http", .. var rest] => HttpCommand.Run(rest),
                ["rudp", .. var rest] => RudpCommand.Run(rest),
                ["proxy", .. var rest] => RudpCommand.RunProxy(rest),
                ["scrape", .. var rest] => RudpCommand.RunScrape(rest),
                ["redirect", .. var rest] => RedirectCommand.Run(rest),
                ["link", .. var rest] => LinkCommand.Run(rest),
                ["communicator", .. var rest] => CommunicatorCommand.Run(rest),
                ["watch", .. var rest] => WatchCommand.Run(rest),
                ["doctor", .. var rest] => DoctorCommand.Run(rest),
                ["ports", .. var rest] => PortsCommand.Run(rest),
                ["capture-filter", .. var rest] => CaptureFilterCommand.Run(rest),
                ["completion", var shell] => CompletionCommand.Run(shell),
                ["complete-field", .. var prefix] => CompletionCommand.Fields(string.Concat(prefix)),
                _ => Read(ReadOptionsParser.Parse(arguments)),
            };
        }
        catch (UsageException e)
        {
            StandardStreams.Error(e.Message);
            InfoCommands.UsageError();
            return 1;
        }
        catch (ExitException e)
        {
            StandardStreams.Error(e.Message);
            return e.Status;
        }
        catch (LiveCaptureException e)
        {
            StandardStreams.Error(e.Message);
            return 1;
        }
        catch (CaptureException e)
        {
            StandardStreams.Error(e.Message);
            return e.ExitStatus;
        }
    }

    static int Read(ReadOptions options) => options.Instead switch
    {
        "-G" => GlossaryCommand.Run(options.Report),
        "-v" => InfoCommands.Version(),
        "-h" => InfoCommands.Help(),
        "-D" => DevicesCommand.List(),
        "-L" => DevicesCommand.LinkTypes(options.Capture),
        _ => options.Input is null && options.Capture.Devices.Count > 0 ? CaptureCommand.Run(options) : ReadCommand.Run(options),
    };
}
