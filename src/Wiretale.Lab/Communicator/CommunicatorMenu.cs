using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Communicator;

/// <summary>The communicator's menu: send, receive, exit.</summary>
public sealed class CommunicatorMenu(CommunicatorSender sender, CommunicatorReceiver receiver, IScreen screen, int port)
{
    /// <summary>Asks until the user leaves.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            screen.Show("===The Communicator===", Tone.Note);
            screen.Show("1) send message");
            screen.Show("2) receive message");
            screen.Show("0) exit");
            switch ((await screen.AskAsync("Enter option: ", stop))?.Trim())
            {
                case "1":
                    await SendAsync(stop);
                    break;
                case "2":
                    await ReceiveAsync(stop);
                    break;
                case "0" or null:
                    screen.Show("Goodbye!", Tone.Note);
                    return;
                default:
                    screen.Show("Error, invalid input", Tone.Bad);
                    break;
            }

            screen.Show("");
        }
    }

    /// <summary>What is wrong with a message, or null.</summary>
    public static string? Objection(string message) =>
        message.Length == 0 ? "Error, the message is empty"
        : message.Length > CommunicatorFormat.LongestMessage
            ? string.Create(CultureInfo.InvariantCulture, $"Error, the message has {message.Length} characters, {CommunicatorFormat.LongestMessage} at most")
        : null;

    /// <summary>Whether a text is an IPv4 address in its full form: four numbers; .NET and inet_aton(3) would take "1" for one, too.</summary>
    public static bool IsAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && address.AddressFamily == AddressFamily.InterNetwork && string.Equals(address.ToString(), text, StringComparison.Ordinal);

    async Task SendAsync(CancellationToken stop)
    {
        string? message;
        while (true)
        {
            message = await screen.AskAsync(string.Create(CultureInfo.InvariantCulture, $"Enter Message (max {CommunicatorFormat.LongestMessage} characters): "), stop);
            if (message is null)
            {
                return;
            }

            if (Objection(message) is not { } objection)
            {
                break;
            }

            screen.Show(objection, Tone.Bad);
        }

        while (await screen.AskAsync("Enter Recipient IP: ", stop) is { } text)
        {
            if (IsAddress(text.Trim(), out var address))
            {
                await sender.SendAsync(new(address, port), message, stop);
                return;
            }

            screen.Show("Error not a valid IPv4 Address:", Tone.Bad);
        }
    }

    async Task ReceiveAsync(CancellationToken stop)
    {
        try
        {
            await receiver.ReceiveAsync(new(IPAddress.Any, port), stop);
        }
        catch (LinkException e)
        {
            screen.Show(e.Message, Tone.Bad);
        }
    }
}
