using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Columns;

/// <summary>Cells of the packet list on their own, without padding; what <c>_ws.col.*</c> names.</summary>
public sealed class ColumnCells
{
    /// <summary>RFC 2474, 2597, 3246, 5865, 8622: differentiated services code points by their short names.</summary>
    static readonly Dictionary<ulong, string> TrafficClasses = new()
    {
        [1] = "LE", [44] = "VOICE-ADMIT", [46] = "EF",
        [0] = "CS0", [8] = "CS1", [16] = "CS2", [24] = "CS3", [32] = "CS4", [40] = "CS5", [48] = "CS6", [56] = "CS7",
        [10] = "AF11", [12] = "AF12", [14] = "AF13", [18] = "AF21", [20] = "AF22", [22] = "AF23",
        [26] = "AF31", [28] = "AF32", [30] = "AF33", [34] = "AF41", [36] = "AF42", [38] = "AF43",
    };

    readonly CaptureReader capture;
    readonly Dictionary<ColumnKind, TimeColumn> times = [];
    readonly Dictionary<string, int[]> fieldIds;
    ulong bytes;

    /// <param name="capture">Whose frames are shown; knows how precise their times are.</param>
    /// <param name="format">How the Time column is written.</param>
    /// <param name="layout">The columns; null for the default ones.</param>
    public ColumnCells(CaptureReader capture, TimeFormat format = default, ColumnLayout? layout = null)
    {
        this.capture = capture;
        Layout = layout ?? ColumnLayout.Default;
        foreach (var column in Layout.Columns)
        {
            if (column.Kind is >= ColumnKind.Time and <= ColumnKind.UtcDayOfYear)
            {
                times.TryAdd(column.Kind, new(FormatOf(column.Kind, format)));
            }
        }

        fieldIds = Layout.Columns.SelectMany(c => c.Fields).Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, name => Catalog.Registry.FindAll(name).Select(f => f.Id).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The columns.</summary>
    public ColumnLayout Layout { get; }

    /// <summary>Writes a packet's cell.</summary>
    public void Write(DissectedBatch batch, int packet, ListColumn column, Utf8Text output)
    {
        ref readonly var columns = ref batch[packet];
        ref readonly var frame = ref batch.Frames[packet];
        switch (column.Kind)
        {
            case ColumnKind.Number:
                output.Append(frame.Number);
                break;
            case >= ColumnKind.Time and <= ColumnKind.UtcDayOfYear:
                output.Advance(times[column.Kind].Write(output.Room(64), frame, capture.Interfaces[frame.Interface].TimePrecision));
                break;
            case ColumnKind.Source:
                Address(batch, packet, columns.Source, column, output);
                break;
            case ColumnKind.Destination:
                Address(batch, packet, columns.Destination, column, output);
                break;
            case ColumnKind.Protocol:
                output.Append(columns.Protocol);
                break;
            case ColumnKind.Length:
                output.Append(frame.OriginalLength);
                break;
            case ColumnKind.Info:
                output.Append(batch.Info(packet));
                break;
            case ColumnKind.CumulativeBytes:
                output.Append(bytes + frame.OriginalLength);
                break;
            case ColumnKind.Custom:
                Custom(batch, packet, column, output);
                break;
            case ColumnKind.None:
                break;
            default:
                if (Last(batch.Items(packet), column) is var item and >= 0)
                {
                    Found(batch, packet, column, batch.Items(packet)[item], output);
                }

                break;
        }
    }

    /// <summary>Takes note of a packet that all cells were written of, or that is not shown.</summary>
    public void Pass(DissectedBatch batch, int packet)
    {
        ref readonly var frame = ref batch.Frames[packet];
        bool shown = !batch[packet].IsFilteredOut;
        bytes += shown ? frame.OriginalLength : 0;
        foreach (var time in times.Values)
        {
            time.Start(frame);
            time.Pass(frame, shown);
        }
    }

    static TimeFormat FormatOf(ColumnKind kind, TimeFormat chosen) => kind switch
    {
        ColumnKind.RelativeTime => chosen with { Form = TimeForm.Relative },
        ColumnKind.DeltaTime => chosen with { Form = TimeForm.Delta },
        ColumnKind.DeltaDisplayed => chosen with { Form = TimeForm.DeltaDisplayed },
        ColumnKind.AbsoluteTime => chosen with { Form = TimeForm.Absolute },
        ColumnKind.AbsoluteDate => chosen with { Form = TimeForm.AbsoluteDate },
        ColumnKind.AbsoluteDayOfYear => chosen with { Form = TimeForm.AbsoluteDayOfYear },
        ColumnKind.UtcTime => chosen with { Form = TimeForm.Utc },
        ColumnKind.UtcDate => chosen with { Form = TimeForm.UtcDate },
        ColumnKind.UtcDayOfYear => chosen with { Form = TimeForm.UtcDayOfYear },
        _ => chosen,
    };

    static void Address(DissectedBatch batch, int packet, in Address address, ListColumn column, Utf8Text output)
    {
        if (column.Code.Unresolved)
        {
            output.Append(address);
        }
        else
        {
            batch.Names.Append(output, address, batch.Frames[packet].Number);
        }
    }

    /// <summary>The last item of any of a column's fields, or -1.</summary>
    int Last(ReadOnlySpan<Item> items, ListColumn column)
    {
        for (int i = items.Length - 1; i >= 0; i--)
        {
            foreach (string name in column.Fields)
            {
                if (Array.IndexOf(fieldIds[name], items[i].Field) >= 0)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    static void Found(DissectedBatch batch, int packet, ListColumn column, in Item item, Utf8Text output)
    {
        var field = batch.Registry[item.Field];
        switch (column.Kind)
        {
            case ColumnKind.HardwareSource or ColumnKind.HardwareDestination or ColumnKind.NetworkSource or ColumnKind.NetworkDestination:
                Address(batch, packet, FieldFormat.AddressOf(field, item, batch.ValueBytes(packet, item)), column, output);
                break;
            case ColumnKind.ExpertSeverity:
                output.Append(field.Names?.Find(Worst(batch.Items(packet), field)));
                break;
            case ColumnKind.TrafficClass:
                output.Append(TrafficClasses.GetValueOrDefault(item.Value) ?? item.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case ColumnKind.SourcePort or ColumnKind.DestinationPort:
                output.Append(item.Value);
                break;
            default:
                FieldFormat.Cell(output, field, item, batch.ValueBytes(packet, item), resolved: true);
                break;
        }
    }

    static ulong Worst(ReadOnlySpan<Item> items, Field severity)
    {
        ulong worst = 0;
        foreach (ref readonly var item in items)
        {
            worst = item.Field == severity.Id ? Math.Max(worst, item.Value) : worst;
        }

        return worst;
    }

    void Custom(DissectedBatch batch, int packet, ListColumn column, Utf8Text output)
    {
        var items = batch.Items(packet);
        bool any = false;
        foreach (string name in column.Fields)
        {
            int[] ids = fieldIds[name];
            int count = 0, wanted = column.Occurrence;
            for (int i = 0; i < items.Length && wanted < 0; i++)
            {
                count += Array.IndexOf(ids, items[i].Field) >= 0 ? 1 : 0;
            }

            wanted = wanted < 0 ? count + wanted + 1 : wanted;
            int seen = 0;
            for (int i = 0; i < items.Length; i++)
            {
                if (Array.IndexOf(ids, items[i].Field) >= 0 && (++seen == wanted || column.Occurrence == 0))
                {
                    output.Append(any ? ","u8 : ""u8);
                    any = true;
                    FieldFormat.Cell(output, batch.Registry[items[i].Field], items[i], batch.ValueBytes(packet, items[i]), column.Resolved);
                }
            }
        }
    }
}
