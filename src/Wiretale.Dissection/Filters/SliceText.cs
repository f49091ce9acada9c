using System.Globalization;

namespace Wiretale.Dissection.Filters;

/// <summary>What stands between the brackets of a slice: <c>i</c>, <c>i:length</c>, <c>i-last</c>, <c>:length</c>, <c>i:</c>, and several with commas between.</summary>
static class SliceText
{
    /// <param name="text">Without the brackets.</param>
    /// <param name="position">Where it stands in the filter.</param>
    public static IReadOnlyList<SliceRange> Parse(string text, int position)
    {
        var ranges = new List<SliceRange>();
        int start = 0;
        foreach (string part in text.Split(','))
        {
            int lead = part.Length - part.TrimStart().Length;
            string trimmed = part.Trim();
            ranges.Add(One(trimmed, new(position + start + lead, Math.Max(1, trimmed.Length))));
            start += part.Length + 1;
        }

        return ranges;
    }

    static SliceRange One(string text, Place place)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            int from = colon == 0 ? 0 : Number(text[..colon], text, place);
            if (colon == text.Length - 1)
            {
                return new(from, 0, 0, HasEnd: false);
            }

            int length = Number(text[(colon + 1)..], text, place);
            return length > 0
                ? new(from, 0, length, HasEnd: false)
                : throw new FilterException($"The range {text} is empty: its length {length} is not positive.", place.Position, place.Length);
        }

        // The hyphen between two offsets, not the sign of one.
        int hyphen = text.Length > 1 ? text.IndexOf('-', 1) : -1;
        if (hyphen < 0)
        {
            return new(Number(text, text, place), 0, 1, HasEnd: false);
        }

        int first = Number(text[..hyphen], text, place), last = Number(text[(hyphen + 1)..], text, place);
        if (first < 0 == last < 0 && first >= last)
        {
            throw new FilterException($"The range {text} is empty: {first} is not less than {last}.", place.Position, place.Length);
        }

        return new(first, last, 0, HasEnd: true);
    }

    static int Number(string digits, string range, Place place)
    {
        string text = digits.Trim();
        bool negative = text.StartsWith('-');
        var rest = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        if (NumberLiterals.TryParse(rest, out ulong value) && value <= int.MaxValue)
        {
            return negative ? -(int)value : (int)value;
        }

        string what = text.Length == range.Length ? "number" : "range";
        throw new FilterException(string.Create(CultureInfo.InvariantCulture, $"\"{range}\" is not a valid {what}."), place.Position, place.Length);
    }
}
