using System.Text;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

/// <summary>Walks over items of the text encoding that stand side by side: <c>name</c>, <c>name = value</c>, each perhaps with <c>{ items }</c>, and commas between.</summary>
ref struct MegacoText(ReadOnlySpan<byte> bytes, int at, int end)
{
    readonly ReadOnlySpan<byte> bytes = bytes;
    readonly int end = end;
    int at = at;

    /// <summary>Whether a name is one of its two forms, in whatever case.</summary>
    public static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> shortForm, ReadOnlySpan<byte> longForm) =>
        Ascii.EqualsIgnoreCase(name, shortForm) || Ascii.EqualsIgnoreCase(name, longForm);

    /// <summary>Past blanks and line ends.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && IsBlank(bytes[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Where a word without blanks ends.</summary>
    public static int WordEnd(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && !IsBlank(bytes[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>The next item.</summary>
    public bool Next(out MegacoItem item)
    {
        item = default;
        while (at < end && (IsBlank(bytes[at]) || bytes[at] is (byte)',' or (byte)'}'))
        {
            at++;
        }

        if (at >= end)
        {
            return false;
        }

        int nameAt = at;
        Advance(stopAtEqual: true);
        var name = Trimmed(nameAt, at);
        var value = new Http.Stretch(at, 0);
        if (at < end && bytes[at] is (byte)'=' or (byte)'<' or (byte)'>' or (byte)'#')
        {
            at = Math.Min(end, SkipBlanks(bytes, at + 1));
            int valueAt = at;
            Advance(stopAtEqual: false);
            value = Trimmed(valueAt, at);
        }

        int insideAt = 0, insideEnd = 0;
        if (at < end && bytes[at] == '{')
        {
            insideAt = at + 1;
            insideEnd = Matching(insideAt);
            at = Math.Min(end, insideEnd + 1);
        }

        item = new(name, value, insideAt, insideEnd, at);
        return true;
    }

    static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    void Advance(bool stopAtEqual)
    {
        int brackets = 0;
        for (; at < end; at++)
        {
            byte b = bytes[at];
            brackets += b == '[' ? 1 : b == ']' ? -1 : 0;
            if (b is (byte)'{' or (byte)'}' || (b == ',' && brackets <= 0) || (stopAtEqual && b == '='))
            {
                break;
            }

            if (b == '"')
            {
                int close = bytes[(at + 1)..end].IndexOf((byte)'"');
                at = close < 0 ? end - 1 : at + 1 + close;
            }
        }
    }

    readonly Http.Stretch Trimmed(int from, int to)
    {
        while (to > from && IsBlank(bytes[to - 1]))
        {
            to--;
        }

        return new(from, to - from);
    }

    /// <summary>Where the brace closes; the end when it does not.</summary>
    readonly int Matching(int from)
    {
        int depth = 1;
        for (int i = from; i < end; i++)
        {
            depth += bytes[i] == '{' ? 1 : bytes[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return end;
    }
}

/// <summary>An item of the text: where its name, its value and what is in its braces stand.</summary>
readonly record struct MegacoItem(Http.Stretch Name, Http.Stretch Value, int InsideAt, int InsideEnd, int End)
{
    /// <summary>Whether it has braces.</summary>
    public bool HasInside => InsideAt > 0;

    /// <summary>The items in its braces.</summary>
    public MegacoText Inside(ReadOnlySpan<byte> bytes) => new(bytes, InsideAt, InsideEnd);
}
