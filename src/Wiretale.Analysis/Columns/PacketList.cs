using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Columns;

/// <summary>The packet list: a line per packet with tshark's default columns.</summary>
public sealed class PacketList(bool tabs) : ISink
{
    Timestamp? first;

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ref readonly var frame = ref batch.Frames[i];
            ref readonly var packet = ref batch[i];
            first ??= frame.Time;
            Cell(output, 5, true, text => text.Append(frame0(batch, i)));
            output.Append(tabs ? '\t' : ' ');
            int at = output.Length;
            TimeText.Seconds(output, frame.Time - first.Value, 6);
            PadLeft(output, at, 10);
            output.Append(tabs ? '\t' : ' ');
            at = output.Length;
            output.Append(packet.Source);
            PadLeft(output, at, 12);
            output.Append(tabs ? "\t→\t" : " → ");
            at = output.Length;
            output.Append(packet.Destination);
            PadRight(output, at, 12);
            output.Append(tabs ? '\t' : ' ');
            output.Append(packet.Protocol);
            output.Append(tabs ? '\t' : ' ');
            output.Append(frame.OriginalLength);
            output.Append(tabs ? '\t' : ' ');
            output.Append(batch.Info(i));
            output.Append('\n');
        }

        static int frame0(DissectedBatch batch, int i) => batch.Frames[i].Number;
    }

    static void Cell(Utf8Text output, int width, bool left, Action<Utf8Text> write)
    {
        int at = output.Length;
        write(output);
        if (left)
        {
            PadLeft(output, at, width);
        }
    }

    static void PadLeft(Utf8Text output, int at, int width)
    {
        int missing = width - (output.Length - at);
        if (missing > 0)
        {
            output.Insert(at, "                "u8[..missing]);
        }
    }

    static void PadRight(Utf8Text output, int at, int width)
    {
        while (output.Length - at < width)
        {
            output.Append(' ');
        }
    }
}
