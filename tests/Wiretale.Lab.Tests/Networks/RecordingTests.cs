using System.Diagnostics;
using Wiretale.Capture;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Networks;

/// <summary>What is recorded of a namespace is what was said there.</summary>
public sealed class RecordingTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wiretale-lab-").FullName;

    [NamespaceFact]
    public void Every_frame_between_two_hosts_is_recorded_once()
    {
        string file = Path.Combine(folder, "talk.pcapng");
        using var network = Network.Create();
        var server = network.AddHost("server", "10.0.0.1/24");
        var client = network.AddHost("client", "10.0.0.2/24");
        using (var recording = Recording.Start(network.Switch, Network.Bridge, file))
        {
            var start = server.Command(["python3", "-c", "import socket; s=socket.socket(type=socket.SOCK_DGRAM); s.bind(('10.0.0.1',0)); print(s.getsockname()[1],flush=True); print(s.recv(99))"]);
            start.RedirectStandardOutput = true;
            using var listener = Process.Start(start)!;
            string port = listener.StandardOutput.ReadLine()!;
            using var sender = Process.Start(client.Command(["python3", "-c", $"import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'one word',('10.0.0.1',{port}))"]))!;
            Assert.True(listener.WaitForExit(TimeSpan.FromSeconds(30)) && sender.WaitForExit(TimeSpan.FromSeconds(30)));

            recording.Stop();

            Assert.Contains("dropped by kernel", recording.Messages, StringComparison.Ordinal);
        }

        Assert.Single(Frames(file), f => f.AsSpan().EndsWith("one word"u8));
    }

    [NamespaceFact]
    public void A_device_that_is_not_there_is_said()
    {
        using var place = NetworkNamespace.Create();

        var e = Assert.Throws<NamespaceException>(() => Recording.Start(place, "nosuch", Path.Combine(folder, "none.pcapng")));

        Assert.Contains("There is no device named \"nosuch\"", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static List<byte[]> Frames(string file)
    {
        var frames = new List<byte[]>();
        using var reader = CaptureReader.Open(file);
        using var batch = new FrameBatch();
        while (reader.Read(batch))
        {
            foreach (ref readonly var frame in batch.Frames)
            {
                frames.Add(frame.Data.ToArray());
            }
        }

        Assert.Null(reader.Damage);
        return frames;
    }
}
