using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Columns;

/// <summary>A line of the packet list with columns that the user chose, in the widths and with the arrows of tshark.</summary>
sealed class ColumnRow(ColumnCells cells, bool tabs)
{
    const int NumberWidth = 5, TimeWidth = 10, AddressWidth = 12;

    /// <summary>Writes a packet's line, or takes note of one that is not shown.</summary>
    public void Write(DissectedBatch batch, int packet, Utf8Text output)
    {
        if (!batch[packet].IsFilteredOut)
        {
            var columns = cells.Layout.Columns;
            for (int i = 0; i < columns.Count; i++)
            {
                int start = output.Length;
                cells.Write(batch, packet, columns[i], output);
                Pad(columns[i].Kind, start, output);
                if (i + 1 < columns.Count)
                {
                    Separate(columns[i].Kind, columns[i + 1].Kind, output);
                }
            }

            output.Append('\n');
        }

        cells.Pass(batch, packet);
    }

    static void Pad(ColumnKind kind, int start, Utf8Text output)
    {
        int width = kind switch
        {
            ColumnKind.Number => NumberWidth,
            ColumnKind.DeltaTime or ColumnKind.DeltaDisplayed => 0,
            >= ColumnKind.Time and <= ColumnKind.UtcDayOfYear => TimeWidth,
            >= ColumnKind.Source and <= ColumnKind.NetworkDestination => AddressWidth,
            _ => 0,
        };
        var blanks = "            "u8[..Math.Clamp(width - (output.Length - start), 0, AddressWidth)];
        bool left = kind is ColumnKind.Destination or ColumnKind.HardwareDestination or ColumnKind.NetworkDestination;
        output.Insert(left ? output.Length : start, blanks);
    }

    void Separate(ColumnKind kind, ColumnKind next, Utf8Text output)
    {
        char delimiter = tabs ? '\t' : ' ';
        var arrow = (kind, next) switch
        {
            (ColumnKind.Source, ColumnKind.Destination) or (ColumnKind.HardwareSource, ColumnKind.HardwareDestination)
                or (ColumnKind.NetworkSource, ColumnKind.NetworkDestination) => "→"u8,
            (ColumnKind.Destination, ColumnKind.Source) or (ColumnKind.HardwareDestination, ColumnKind.HardwareSource)
                or (ColumnKind.NetworkDestination, ColumnKind.NetworkSource) => "←"u8,
            _ => default,
        };
        output.Append(delimiter);
        if (!arrow.IsEmpty)
        {
            output.Append(arrow);
            output.Append(delimiter);
        }
    }
}
