using System.Runtime.CompilerServices;

namespace Wiretale.Dissection.Engine;

/// <summary>The Info column of the packet being dissected: set, appended to, and fenced as protocols add what they know.</summary>
/// <remarks>A later protocol replaces what an earlier one wrote, up to the fence: text before it stays whatever comes.</remarks>
public sealed class Column
{
    int fence;
    int frozen;

    /// <summary>Whether a sink wants the column at all; when not, nothing is formatted.</summary>
    public bool Wanted { get; set; }

    /// <summary>Whether writes count. Off while a protocol quotes another packet (ICMP errors). Freezes nest.</summary>
    public bool Writable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Wanted && frozen == 0;
    }

    internal Utf8Text Text { get; } = new(1024);

    /// <summary>The text so far.</summary>
    public ReadOnlySpan<byte> Bytes => Text.Bytes;

    internal bool Begin() => Writable;

    internal void Reset()
    {
        Text.Clear();
        fence = 0;
        frozen = 0;
    }

    /// <summary>Stops writes until <see cref="Thaw"/>.</summary>
    public void Freeze() => frozen++;

    /// <summary>Ends a <see cref="Freeze"/>.</summary>
    public void Thaw() => frozen--;

    /// <summary>Freezes in force, to be put back after an exception.</summary>
    internal int Frozen
    {
        get => frozen;
        set => frozen = value;
    }

    /// <summary>Protects the text so far from <see cref="Set(ReadOnlySpan{byte})"/> and <see cref="Clear"/>.</summary>
    public void Fence()
    {
        if (Writable)
        {
            fence = Text.Length;
        }
    }

    /// <summary>Whether nothing stands after the fence.</summary>
    public bool IsClear => Text.Length == fence;

    /// <summary>Removes what stands after the fence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear()
    {
        if (Writable)
        {
            Text.Length = fence;
        }
    }

    /// <summary>Replaces what stands after the fence.</summary>
    public void Set(ReadOnlySpan<byte> utf8)
    {
        if (Writable)
        {
            Text.Length = fence;
            Text.Append(utf8);
        }
    }

    /// <summary>Replaces what stands after the fence.</summary>
    public void Set(string text)
    {
        if (Writable)
        {
            Text.Length = fence;
            Text.Append(text);
        }
    }

    /// <summary>Replaces what stands after the fence; write <c>Set($"...")</c>.</summary>
    public void Set([InterpolatedStringHandlerArgument("")] ref SetHandler text) => _ = text;

    /// <summary>Appends.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        if (Writable)
        {
            Text.Append(utf8);
        }
    }

    /// <summary>Appends.</summary>
    public void Append(string text)
    {
        if (Writable)
        {
            Text.Append(text);
        }
    }

    /// <summary>Appends; write <c>Append($"...")</c>.</summary>
    public void Append([InterpolatedStringHandlerArgument("")] ref TextHandler text) => _ = text;

    /// <summary>Appends after a separator, which is left out when nothing stands before.</summary>
    public void AppendAfter(string separator, string text)
    {
        if (Writable)
        {
            if (Text.Length > 0)
            {
                Text.Append(separator);
            }

            Text.Append(text);
        }
    }

    /// <summary>Writes a separator unless nothing stands before; for an <see cref="Append(ReadOnlySpan{byte})"/> that follows.</summary>
    public void Separate(string separator)
    {
        if (Writable && Text.Length > 0)
        {
            Text.Append(separator);
        }
    }

    /// <summary>Puts text in front of everything.</summary>
    public void Prepend(ReadOnlySpan<byte> utf8)
    {
        if (Writable)
        {
            Text.Insert(0, utf8);
            fence += fence > 0 ? utf8.Length : 0;
        }
    }

    /// <summary>Puts text in front of everything and fences it: a mark that stays whatever the protocols above write.</summary>
    public void PrependFenced(ReadOnlySpan<byte> utf8)
    {
        if (Writable)
        {
            Text.Insert(0, utf8);
            fence += utf8.Length;
        }
    }

    /// <summary>Puts text in front of what stands after the fence.</summary>
    public void PrependAfterFence(ReadOnlySpan<byte> utf8)
    {
        if (Writable)
        {
            Text.Insert(fence, utf8);
        }
    }

    /// <summary>As <see cref="TextHandler"/>, after clearing to the fence.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct SetHandler
    {
        readonly TextHandler inner;

        public SetHandler(int literalLength, int formattedCount, Column column, out bool wanted)
        {
            column.Clear();
            inner = new(literalLength, formattedCount, column, out wanted);
        }

        public void AppendLiteral(string value) => inner.AppendLiteral(value);

        public void AppendFormatted(string? value) => inner.AppendFormatted(value);

        public void AppendFormatted(ReadOnlySpan<byte> utf8) => inner.AppendFormatted(utf8);

        public void AppendFormatted(int value) => inner.AppendFormatted(value);

        public void AppendFormatted(uint value) => inner.AppendFormatted(value);

        public void AppendFormatted(Wiretale.Wire.Address value) => inner.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IUtf8SpanFormattable => inner.AppendFormatted(value, format);
    }
}
