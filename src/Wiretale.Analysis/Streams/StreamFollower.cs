using Wiretale.Analysis.Statistics;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Takes the bytes of one conversation out of packets. Which packets belong to it is its caller's filter to say.</summary>
abstract class StreamFollower
{
    /// <summary>What was taken so far.</summary>
    public FollowedStream Stream { get; } = new();

    /// <summary>Asks for the fields that it needs.</summary>
    public abstract void AddTo(Demand demand);

    /// <summary>Takes what a packet of the conversation says.</summary>
    public abstract void Take(in StatisticPacket packet);

    /// <summary>Which end sent a packet; the first packet's sender is 0.</summary>
    protected int PeerOf(in StatisticPacket packet)
    {
        ref readonly var about = ref packet.Batch[packet.Index];
        var sender = new StreamEndpoint(about.Source, about.SourcePort);
        if (Stream.Node0 == default)
        {
            Stream.Node0 = sender;
            Stream.Node1 = new(about.Destination, about.DestinationPort);
        }

        return sender == Stream.Node0 ? 0 : 1;
    }
}
