using System.Globalization;
using System.Text;
using Wiretale.Capture.Live;
using Wiretale.Cli.Options;

namespace Wiretale.Cli.Commands;

/// <summary>What there is to capture on: <c>-D</c>, and <c>-L</c> for the link types of a device.</summary>
static class DevicesCommand
{
    /// <summary>Lists the devices as tshark does, with their addresses behind.</summary>
    public static int List()
    {
        var text = new StringBuilder();
        foreach (var (index, device) in CaptureDevice.List().Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"{index + 1}. {device.Name}");
            if (device.IsLoopback)
            {
                text.Append(" (Loopback)");
            }

            text.Append(device.Addresses.Count > 0 ? "  " + string.Join(", ", device.Addresses) : "").Append('\n');
        }

        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text.ToString()));
        return 0;
    }

    /// <summary>Lists the link types that the devices of <c>-i</c> can give.</summary>
    public static int LinkTypes(CaptureOptions options)
    {
        var devices = options.Resolve();
        foreach (var device in devices.Count > 0 ? devices : throw new ExitException(1, "-L needs an interface: -i NAME"))
        {
            var types = LiveCapture.LinkTypes(device);
            StandardStreams.WriteOutput(Encoding.UTF8.GetBytes($"Data link types of interface {device.Name} (use option -y to set):\n"
                + string.Concat(types.Select(t => $"  {t.Name} ({t.Description})\n"))));
        }

        return 0;
    }
}
