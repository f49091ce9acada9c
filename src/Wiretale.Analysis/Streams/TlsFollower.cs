using Wiretale.Analysis.Statistics;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Follows what a connection says inside TLS, where the run has its secrets: each record of application data is a piece.</summary>
/// <remarks>As in tshark, the first end is whoever sent the first record that was decrypted, and the other is not told.</remarks>
sealed class TlsFollower(Registry registry) : StreamFollower
{
    public override void AddTo(Demand demand) => demand.Want(registry.Find("tls")!);

    public override void Take(in StatisticPacket packet)
    {
        for (int i = 1; i <= packet.Batch[packet.Index].BufferCount; i++)
        {
            var content = packet.Batch.BufferContent(packet.Index, i);
            if (content == BufferContent.Other)
            {
                continue;
            }

            int peer = PeerOf(packet);
            Stream.Node1 = default;
            var bytes = packet.Batch.Buffer(packet.Index, i);
            if (content == BufferContent.TlsApplicationData && !bytes.IsEmpty)
            {
                Stream.Add(packet.Frame.Number, packet.Frame.Time, peer, bytes);
            }
        }
    }
}
