using System.Globalization;
using System.Net;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>A client as a student uses it: connects, offers the signals, shows the answers. A script's signals are taken before the user is asked.</summary>
/// <param name="fetch">Downloads a file of the list, and says whether it worked; null where no web server is known.</param>
public sealed class RudpMenu(IDatagramLink link, TimeProvider clock, IScreen screen, Func<string, CancellationToken, Task<bool>>? fetch = null)
{
    /// <summary>Talks with a server until the user ends it.</summary>
    /// <param name="name">The client's name; asked for when null.</param>
    /// <param name="script">Signals to send one after the other, then the end, and behind a SIGNGET what to download, by number or name; null to ask the user.</param>
    /// <returns>Whether everything worked.</returns>
    /// <exception cref="LinkException">The server does not answer.</exception>
    public async Task<bool> RunAsync(IPEndPoint local, IPEndPoint server, string? name, IReadOnlyList<string>? script, CancellationToken stop)
    {
        name ??= (await screen.AskAsync("Enter your name: ", stop))?.Trim();
        if (name is null)
        {
            return false;
        }

        if (!RudpSignal.IsName(name))
        {
            screen.Show(string.Create(CultureInfo.InvariantCulture, $"A name has 1 to {RudpSignal.LongestName} bytes."), Tone.Bad);
            return false;
        }

        screen.Show("[RUDP] Sending a SIGNAL : SIGNEW to the RUDP Server");
        using var connection = await RudpConnection.ConnectAsync(link, clock, screen, local, server, name, stop);
        screen.Show($"[RUDP] Connected to {server}.", Tone.Good);
        bool good = true;
        if (script is null)
        {
            screen.Show("This is the list of signals you can send : SIGNGET (redirection to the HTTP server) SIGNEND (end) SIGNECHO (ping) SIGNSTAT (statistics)");
        }

        var rest = script is null ? null : new Queue<string>(script);
        while (true)
        {
            string? typed = rest is null ? await screen.AskAsync("Enter a signal: ", stop) : rest.TryDequeue(out string? scripted) ? scripted : null;
            string signal = (typed ?? RudpSignals.End).Trim().ToUpperInvariant();
            switch (signal)
            {
                case RudpSignals.Get:
                    good &= await GetAsync(connection, rest, stop);
                    break;
                case RudpSignals.Echo:
                    var echo = await connection.AskAsync(signal, (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds.ToString("F6", CultureInfo.InvariantCulture), stop);
                    screen.Show(string.Create(CultureInfo.InvariantCulture, $"Received ECHOREPLY from server. Latency: {echo.Latency.TotalMilliseconds:0.00} ms"), Tone.Peer);
                    break;
                case RudpSignals.Statistics:
                    var statistics = await connection.AskAsync(signal, "", stop);
                    screen.Show("Received STATREPLY from server. Server statistics:", Tone.Peer);
                    foreach (string line in PlainText.VisibleLines(statistics.Answer!).Split('\n'))
                    {
                        screen.Show("  " + line, Tone.Peer);
                    }

                    break;
                case RudpSignals.End:
                    await connection.AskAsync(signal, signal, stop);
                    screen.Show("[RUDP] The connection has ended.", Tone.Note);
                    return good;
                case "":
                    break;
                default:
                    screen.Show($"{PlainText.Visible(signal)} is no signal; there are SIGNGET, SIGNECHO, SIGNSTAT and SIGNEND.", Tone.Bad);
                    good &= script is null;
                    break;
            }
        }
    }

    async Task<bool> GetAsync(RudpConnection connection, Queue<string>? script, CancellationToken stop)
    {
        var answer = await connection.AskAsync(RudpSignals.Get, RudpSignals.Get, stop);
        string[] entries = FileList.Split(answer.Answer!);
        foreach (string remark in entries.Where(FileList.IsRemark))
        {
            screen.Show(PlainText.Visible(remark), Tone.Bad);
        }

        string[] files = [.. entries.Where(entry => !FileList.IsRemark(entry)).Select(FileList.NameOf)];
        for (int i = 0; i < files.Length; i++)
        {
            screen.Show(string.Create(CultureInfo.InvariantCulture, $"-{i + 1} : {PlainText.Visible(files[i])}"), Tone.Peer);
        }

        if (entries.Length == 0)
        {
            screen.Show("The server has no files.", Tone.Note);
        }

        bool good = files.Length == entries.Length;
        while (files.Length == 0 && script is not null && NextFile(script) is { } missed)
        {
            good &= missed == "0";
        }

        while (fetch is not null && files.Length > 0)
        {
            string? choice = script is null ? await screen.AskAsync("The number of the file you would like to download: Press 0 if u want to exit ", stop)
                : NextFile(script);
            if (choice is null || choice.Trim() == "0")
            {
                break;
            }

            if (Chosen(files, choice.Trim()) is { } file)
            {
                good &= await fetch(file, stop) || script is null;
            }
            else
            {
                screen.Show(string.Create(CultureInfo.InvariantCulture, $"A number from 0 to {files.Length}, please, or a name of the list."), Tone.Bad);
                good &= script is null;
            }
        }

        return good;
    }

    /// <summary>What a script wants downloaded next; null where its next word is a signal.</summary>
    static string? NextFile(Queue<string> script) =>
        script.TryPeek(out string? next) && !RudpSignals.All.Any(signal => signal.Name.Equals(next, StringComparison.OrdinalIgnoreCase)) ? script.Dequeue() : null;

    static string? Chosen(string[] files, string choice) =>
        int.TryParse(choice, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= files.Length ? files[number - 1]
            : Array.Find(files, file => file == choice);
}
