using Wiretale.Analysis.Statistics;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Follows a TCP connection: its bytes in order, each once, and where the capture lacks some that were acknowledged, how many.</summary>
sealed class TcpFollower(Registry registry) : StreamFollower
{
    const int SourcePort = 1, Sequence = 2, Acknowledgment = 3, Length = 4, Flags = 5, Payload = 6, ResetCause = 7, Time = 8;
    const uint SynFlag = 2, AckFlag = 16;

    readonly FieldSlots slots = new(registry, "tcp.srcport", "tcp.seq", "tcp.ack", "tcp.len", "tcp.flags", "tcp.payload", "tcp.reset_cause", "tcp.time_relative");
    readonly TcpDirection[] directions = [new(), new()];

    public override void AddTo(Demand demand) => slots.AddTo(demand);

    public override void Take(in StatisticPacket packet)
    {
        var segment = default(Segment);
        foreach (ref readonly var item in packet.Items)
        {
            switch (slots.Of(item))
            {
                case SourcePort:
                    Take(packet, segment);
                    segment = default;
                    break;
                case Sequence:
                    segment.Sequence = (uint)item.Value;
                    break;
                case Acknowledgment:
                    segment.Acknowledgment = (uint)item.Value;
                    break;
                case Length:
                    segment.Length = (uint)item.Value;
                    break;
                case Flags:
                    segment.Flags = (uint)item.Value;
                    break;
                case Payload or ResetCause:
                    segment.IsWhole = true;
                    segment.Bytes = packet.Bytes(item);
                    break;
                case Time:
                    // It stands after the options: they are not malformed.
                    segment.IsWhole = true;
                    break;
            }
        }

        Take(packet, segment);
    }

    void Take(in StatisticPacket packet, in Segment segment)
    {
        if (!segment.IsWhole)
        {
            return;
        }

        int peer = PeerOf(packet);
        if ((segment.Flags & AckFlag) != 0)
        {
            directions[1 - peer].Acknowledged(Stream, 1 - peer, segment.Acknowledgment, packet.Frame.Number);
        }

        uint sequence = segment.Sequence + ((segment.Flags & SynFlag) != 0 ? 1u : 0);
        directions[peer].Take(Stream, peer, sequence, segment.Length, segment.Bytes, packet.Frame.Number, packet.Frame.Time);
    }

    ref struct Segment
    {
        public bool IsWhole;
        public uint Sequence, Acknowledgment, Length, Flags;
        public ReadOnlySpan<byte> Bytes;
    }
}
