using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>How tshark's tables write things.</summary>
static class StatisticText
{
    /// <summary>An address, with its port where there is one, padded to a width.</summary>
    public static void Station(Utf8Text output, in Address address, uint? port, int width)
    {
        int start = output.Length;
        if (address.Kind == AddressKind.None)
        {
            output.Append("NONE"u8);
        }

        output.Append(address);
        if (port is { } number)
        {
            output.Append(':');
            output.Append(number);
        }

        Pad(output, start + width);
    }

    /// <summary>Spaces up to a column; none when the text is longer already.</summary>
    public static void Pad(Utf8Text output, int column)
    {
        int missing = column - output.Length;
        if (missing > 0)
        {
            output.Room(missing)[..missing].Fill((byte)' ');
            output.Advance(missing);
        }
    }

    /// <summary>A number of bytes in the largest decimal unit of which there are ten.</summary>
    public static string Size(ulong bytes)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB"];
        int unit = 0;
        while (unit + 1 < units.Length && bytes >= 10_000)
        {
            bytes /= 1000;
            unit++;
        }

        return $"{bytes} {(bytes == 1 && unit == 0 ? "byte" : units[unit])}";
    }
}
