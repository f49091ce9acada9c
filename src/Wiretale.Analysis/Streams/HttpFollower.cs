using Wiretale.Analysis.Statistics;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Follows HTTP messages: head and body are a piece each, the body out of its chunks and decompressed.</summary>
sealed class HttpFollower(Registry registry) : StreamFollower
{
    const int Message = 1, FileData = 2;

    readonly FieldSlots slots = new(registry, "http", "http.file_data",
        "http.request.line", "http.response.line", "http.request.method", "http.request.uri", "http.request.version", "http.response.phrase", "http.response.code");

    public override void AddTo(Demand demand) => slots.AddTo(demand);

    public override void Take(in StatisticPacket packet)
    {
        var head = default(Head);
        foreach (ref readonly var item in packet.Items)
        {
            switch (slots.Of(item))
            {
                case 0:
                    break;
                case Message:
                    Add(packet, head, hasBody: false);
                    head = new() { IsSeen = true, Buffer = item.Buffer, Start = item.Start, End = item.Start };
                    break;
                case FileData:
                    Add(packet, head, hasBody: true);
                    head = default;
                    Add(packet, item.Buffer, item.Start, item.Start + item.Length);
                    break;
                default:
                    head.End = Math.Max(head.End, item.Start + item.Length);
                    break;
            }
        }

        Add(packet, head, hasBody: false);
    }

    /// <summary>Adds a head: to the end of the line that was read last, and the empty one after it. The middle of a body has an empty head, as in tshark.</summary>
    void Add(in StatisticPacket packet, in Head head, bool hasBody)
    {
        if (!head.IsSeen || (head.End == head.Start && !hasBody))
        {
            return;
        }

        int end = head.End;
        if (end > head.Start)
        {
            var bytes = packet.Batch.Buffer(packet.Index, head.Buffer);
            if (bytes[end - 1] != (byte)'\n')
            {
                int newline = bytes[end..].IndexOf((byte)'\n');
                end = newline < 0 ? bytes.Length : end + newline + 1;
            }

            // A line that the capture cut belongs to it; a whole one that is no field begins the body.
            var rest = bytes[end..];
            end += rest.StartsWith("\r\n"u8) ? 2 : rest.StartsWith("\n"u8) ? 1 : rest.Contains((byte)'\n') ? 0 : rest.Length;
        }

        Add(packet, head.Buffer, head.Start, end);
    }

    void Add(in StatisticPacket packet, int buffer, int start, int end)
    {
        var all = packet.Batch.Buffer(packet.Index, buffer);
        start = Math.Min(start, all.Length);
        Stream.Add(packet.Frame.Number, packet.Frame.Time, PeerOf(packet), all[start..Math.Clamp(end, start, all.Length)]);
    }

    struct Head
    {
        public bool IsSeen;
        public int Buffer, Start, End;
    }
}
