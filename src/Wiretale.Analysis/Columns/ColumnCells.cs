using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Columns;

/// <summary>A column of the packet list.</summary>
public enum ListColumn : byte
{
    Number, Time, Source, Destination, Protocol, Length, Info,
    /// <summary>A column that the list does not have; it is empty.</summary>
    None,
}

/// <summary>Cells of the packet list on their own, without padding; what <c>_ws.col.*</c> names.</summary>
public sealed class ColumnCells(CaptureReader capture, TimeFormat format = default)
{
    const string Prefix = "_ws.col.";

    readonly TimeColumn time = new(format);

    /// <summary>The columns' titles, in order.</summary>
    public static IReadOnlyList<string> Titles { get; } = ["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"];

    /// <summary>Whether a name speaks of a column rather than of a field.</summary>
    public static bool IsColumnName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The column of a name such as <c>_ws.col.Info</c>; <see cref="ListColumn.None"/> when no column has that title.</summary>
    public static ListColumn Find(string name)
    {
        for (int i = 0; i < Titles.Count; i++)
        {
            if (name.AsSpan(Prefix.Length).SequenceEqual(Titles[i]))
            {
                return (ListColumn)i;
            }
        }

        return ListColumn.None;
    }

    /// <summary>Writes a packet's cell.</summary>
    public void Write(DissectedBatch batch, int packet, ListColumn column, Utf8Text output)
    {
        ref readonly var columns = ref batch[packet];
        ref readonly var frame = ref batch.Frames[packet];
        switch (column)
        {
            case ListColumn.Number:
                output.Append(frame.Number);
                break;
            case ListColumn.Time:
                output.Advance(time.Write(output.Room(64), frame, capture.Interfaces[frame.Interface].TimePrecision));
                break;
            case ListColumn.Source:
                output.Append(columns.Source);
                break;
            case ListColumn.Destination:
                output.Append(columns.Destination);
                break;
            case ListColumn.Protocol:
                output.Append(columns.Protocol);
                break;
            case ListColumn.Length:
                output.Append(frame.OriginalLength);
                break;
            case ListColumn.Info:
                output.Append(batch.Info(packet));
                break;
            default:
                break;
        }
    }

    /// <summary>Takes note of a packet that all cells were written of, or that is not shown.</summary>
    public void Pass(DissectedBatch batch, int packet)
    {
        ref readonly var frame = ref batch.Frames[packet];
        time.Start(frame);
        time.Pass(frame, !batch[packet].IsFilteredOut);
    }
}
