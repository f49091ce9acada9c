using System.Globalization;

namespace Wiretale.Bench;

/// <summary>Options that are numbers.</summary>
static class Numbers
{
    /// <summary>Reads <c>--NAME N</c> in any order; what is not given is as it was.</summary>
    public static int[] Read(string[] args, string[] names, params int[] values)
    {
        for (int i = 0; i < args.Length; i += 2)
        {
            int index = Array.IndexOf(names, args[i]);
            if (index < 0 || i + 1 == args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out values[index]))
            {
                throw new BenchException($"{args[i]}: known are {string.Join(", ", names)}, each with a number");
            }
        }

        return values;
    }
}
