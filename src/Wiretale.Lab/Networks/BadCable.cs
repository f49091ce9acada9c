namespace Wiretale.Lab.Networks;

/// <summary>A bad cable between a host and its network's bridge, run by a process of its own (<see cref="Links.FrameLink"/>).</summary>
public sealed class BadCable : IDisposable
{
    readonly Companion link;

    internal BadCable(Companion link) => this.link = link;

    /// <summary>What it said: at the end, what was done in each direction.</summary>
    public string Messages => link.Messages;

    /// <summary>What was done in each direction, in words; known once it was cut.</summary>
    public IEnumerable<string> Done(string host)
    {
        foreach (string line in Messages.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Split(": ", 2) is [var way, var what] && way.Contains(" > ", StringComparison.Ordinal))
            {
                yield return $"{(way.StartsWith(host + Network.HostEnd, StringComparison.Ordinal) ? "from" : "to")} {host}: {what}";
            }
        }
    }

    /// <summary>Cuts it.</summary>
    public void Stop() => link.Stop();

    /// <inheritdoc />
    public void Dispose() => link.Dispose();
}
