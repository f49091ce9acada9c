namespace Wiretale.Lab.Networks;

/// <summary>A bad cable between a host and its network's bridge, run by a process of its own (<see cref="Links.FrameLink"/>).</summary>
public sealed class BadCable : IDisposable
{
    readonly Companion link;

    internal BadCable(Companion link) => this.link = link;

    /// <summary>What it said: at the end, what was done in each direction.</summary>
    public string Messages => link.Messages;

    /// <summary>Cuts it.</summary>
    public void Stop() => link.Stop();

    /// <inheritdoc />
    public void Dispose() => link.Dispose();
}
