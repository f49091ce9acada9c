namespace Wiretale.Lab.Networks;

/// <summary>What an interface of a namespace carries, recorded into a pcapng file by a process of its own.</summary>
public sealed class Recording : IDisposable
{
    readonly Companion recorder;

    Recording(Companion recorder) => this.recorder = recorder;

    /// <summary>What the recorder said: at the end, how many packets it wrote and how many were dropped.</summary>
    public string Messages => recorder.Messages;

    /// <summary>Starts recording; when this returns, packets are being taken.</summary>
    /// <param name="place">Where the interface is; null for the machine itself, where recording takes a permission.</param>
    /// <param name="device">The interface, such as <c>lo</c> or <see cref="Network.Bridge"/>.</param>
    /// <param name="file">The pcapng file to write.</param>
    /// <param name="options">Further options of the recorder, such as <c>--capture-comment</c>.</param>
    /// <exception cref="NamespaceException">It could not be started.</exception>
    public static Recording Start(NetworkNamespace? place, string device, string file, params string[] options) =>
        new(Companion.Start(place, ["-q", "-i", device, "-w", Path.GetFullPath(file), .. options], "Capturing on ", $"record {device}"));

    /// <summary>Ends it after what has come so far; the file is whole then.</summary>
    public void Stop() => recorder.Stop();

    /// <inheritdoc />
    public void Dispose() => recorder.Dispose();
}
