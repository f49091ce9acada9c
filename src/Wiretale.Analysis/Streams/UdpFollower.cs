using Wiretale.Analysis.Statistics;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Follows datagrams: each is a piece.</summary>
sealed class UdpFollower(Registry registry) : StreamFollower
{
    const int Payload = 1;

    readonly FieldSlots slots = new(registry, "udp.payload", "icmp", "icmpv6");

    public override void AddTo(Demand demand) => slots.AddTo(demand);

    public override void Take(in StatisticPacket packet)
    {
        foreach (ref readonly var item in packet.Items)
        {
            int slot = slots.Of(item);
            if (slot > Payload)
            {
                // What an error message quotes was said before.
                return;
            }

            if (slot == Payload && packet.Bytes(item) is { IsEmpty: false } bytes)
            {
                Stream.Add(packet.Frame.Number, packet.Frame.Time, PeerOf(packet), bytes);
            }
        }
    }
}
