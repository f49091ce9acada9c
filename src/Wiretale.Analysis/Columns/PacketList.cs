using System.Runtime.CompilerServices;
using System.Text;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Columns;

/// <summary>The packet list: a line per packet with tshark's default columns, in tshark's widths.</summary>
/// <remarks>The hot path of the program: cells are written straight into the output, each once.</remarks>
public sealed class PacketList : ISink
{
    const int NumberWidth = 5, TimeWidth = 10, AddressWidth = 12;

    /// <summary>What a line can take beside its protocol and info: numbers, a time, two addresses, their padding.</summary>
    const int FixedPart = 160 + (2 * AddressCell.MaxLength);

    readonly CaptureReader capture;
    readonly TimeColumn time;
    readonly AddressCell addresses = new();
    readonly ColorRules? colors;
    readonly ColumnRow? other;
    readonly byte delimiter;

    /// <param name="capture">Whose frames are listed; knows how precise their times are.</param>
    /// <param name="format">How times are written.</param>
    /// <param name="tabs">Tabs between columns instead of spaces (<c>-T tabs</c>).</param>
    /// <param name="layout">The columns; null for the default ones.</param>
    /// <param name="colors">Colours for a terminal; null for none.</param>
    public PacketList(CaptureReader capture, TimeFormat format = default, bool tabs = false, ColumnLayout? layout = null, ColorRules? colors = null)
    {
        this.capture = capture;
        this.colors = colors;
        other = layout is null || layout == ColumnLayout.Default ? null : new(new(capture, format, layout), tabs);
        time = new(format);
        delimiter = (byte)(tabs ? '\t' : ' ');
    }

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Line(batch, i, output);
        }
    }

    /// <inheritdoc />
    public void End(Utf8Text output)
    {
        if (colors is not null)
        {
            ColorRules.Reset(output);
        }
    }

    /// <summary>Writes a packet's line, or only takes note of its time when it is not shown.</summary>
    public void Line(DissectedBatch batch, int packet, Utf8Text output)
    {
        if (colors?.Find(batch, packet) is { } rule && !batch[packet].IsFilteredOut)
        {
            ColorRules.Switch(rule, output);
            Plain(batch, packet, output);
            ColorRules.EndLine(output);
        }
        else
        {
            Plain(batch, packet, output);
        }
    }

    void Plain(DissectedBatch batch, int index, Utf8Text output)
    {
        if (other is not null)
        {
            other.Write(batch, index, output);
            return;
        }

        ref readonly var packet = ref batch[index];
        ref readonly var frame = ref batch.Frames[index];
        if (packet.IsFilteredOut)
        {
            time.Start(frame);
            time.Pass(frame, shown: false);
            return;
        }

        var info = batch.Info(index);
        var line = output.Room(FixedPart + (packet.Protocol.Length * 3) + info.Length);
        int at = Right(line, Number(line, (uint)frame.Number), NumberWidth);
        line[at++] = delimiter;

        var cell = line[at..];
        at += Right(cell, time.Write(cell, frame, capture.Interfaces[frame.Interface].TimePrecision), TimeWidth);
        time.Pass(frame, shown: true);
        line[at++] = delimiter;

        var text = addresses.Text(packet.Source, batch.Names, frame.Number);
        at += Blanks(line[at..], AddressWidth - text.Length);
        text.CopyTo(line[at..]);
        at += text.Length;
        line[at++] = delimiter;
        "→"u8.CopyTo(line[at..]);
        at += 3;
        line[at++] = delimiter;

        text = addresses.Text(packet.Destination, batch.Names, frame.Number);
        text.CopyTo(line[at..]);
        at += text.Length;
        at += Blanks(line[at..], AddressWidth - text.Length);
        line[at++] = delimiter;

        if (Ascii.FromUtf16(packet.Protocol, line[at..], out int written) != System.Buffers.OperationStatus.Done)
        {
            written = Encoding.UTF8.GetBytes(packet.Protocol, line[at..]);
        }

        at += written;
        line[at++] = delimiter;
        at += Number(line[at..], frame.OriginalLength);
        line[at++] = delimiter;
        info.CopyTo(line[at..]);
        at += info.Length;
        line[at++] = (byte)'\n';
        output.Advance(at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Blanks(Span<byte> target, int count)
    {
        if (count <= 0)
        {
            return 0;
        }

        target[..count].Fill((byte)' ');
        return count;
    }

    /// <summary>Moves what was just written to the right end of its column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Right(Span<byte> cell, int length, int width)
    {
        int missing = width - length;
        if (missing <= 0)
        {
            return length;
        }

        cell[..length].CopyTo(cell[missing..]);
        cell[..missing].Fill((byte)' ');
        return width;
    }

    static int Number(Span<byte> target, uint value)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(value, target, out int written);
        return written;
    }
}
