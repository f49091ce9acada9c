using System.Runtime.CompilerServices;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>Turns <c>$"..."</c> into appends to a <see cref="Utf8Text"/>; when nobody wants the text, the holes are not even evaluated.</summary>
/// <remarks>
/// Formats: <c>{n}</c> decimal, <c>{n:x4}</c> hexadecimal with at least four digits, <c>{n:X4}</c> the same in upper case, <c>{n:d2}</c> decimal with leading zeros.
/// <c>{n,8}</c> pads on the left, <c>{n,-8}</c> on the right. Spans of bytes are taken as UTF-8 text.
/// </remarks>
[InterpolatedStringHandler]
public readonly ref struct TextHandler
{
    readonly Utf8Text text;

    /// <summary>Appends to <paramref name="text"/>.</summary>
    public TextHandler(int literalLength, int formattedCount, Utf8Text text)
    {
        this.text = text;
        text.Room(literalLength + (formattedCount * 8));
    }

    /// <summary>For the label of a node; off when the node or its text is not wanted.</summary>
    public TextHandler(int literalLength, int formattedCount, Packet packet, Node node, out bool wanted)
    {
        text = packet.Labels;
        wanted = packet.WantsLabel(node);
    }

    /// <summary>For a label in the tree; off when there is no tree.</summary>
    public TextHandler(int literalLength, int formattedCount, Packet packet, out bool wanted)
    {
        text = packet.Labels;
        wanted = packet.WantsTree;
    }

    /// <summary>For a column; off when it is not wanted or not writable.</summary>
    public TextHandler(int literalLength, int formattedCount, Column column, out bool wanted)
    {
        text = column.Text;
        wanted = column.Begin();
    }

    public void AppendLiteral(string value) => text.Append(value);

    public void AppendFormatted(string? value) => text.Append(value);

    public void AppendFormatted(ReadOnlySpan<byte> utf8) => text.Append(utf8);

    public void AppendFormatted(int value) => text.Append(value);

    public void AppendFormatted(uint value) => text.Append(value);

    public void AppendFormatted(long value) => text.Append(value);

    public void AppendFormatted(ulong value) => text.Append(value);

    public void AppendFormatted(char value) => text.Append(value);

    public void AppendFormatted(Address value) => text.Append(value);

    public void AppendFormatted(int value, string format) => AppendFormatted<int>(value, format);

    public void AppendFormatted(uint value, string format) => AppendFormatted<uint>(value, format);

    public void AppendFormatted(ulong value, string format) => AppendFormatted<ulong>(value, format);

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IUtf8SpanFormattable
    {
        int room = 64;
        int written;
        while (!value.TryFormat(text.Room(room), out written, format, System.Globalization.CultureInfo.InvariantCulture))
        {
            room *= 2;
        }

        text.Advance(written);
    }

    /// <summary>Padded with spaces to a width: on the left, or on the right when it is negative.</summary>
    public void AppendFormatted<T>(T value, int alignment, string? format = null)
        where T : IUtf8SpanFormattable
    {
        int start = text.Length;
        AppendFormatted(value, format);
        Align(start, alignment);
    }

    /// <summary>Padded, as above.</summary>
    public void AppendFormatted(string? value, int alignment)
    {
        int start = text.Length;
        text.Append(value);
        Align(start, alignment);
    }

    void Align(int start, int alignment)
    {
        int missing = Math.Abs(alignment) - (text.Length - start);
        if (missing > 0)
        {
            Span<byte> blanks = stackalloc byte[missing];
            blanks.Fill((byte)' ');
            text.Insert(alignment > 0 ? start : text.Length, blanks);
        }
    }
}
