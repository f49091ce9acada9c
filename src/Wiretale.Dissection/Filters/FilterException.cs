namespace Wiretale.Dissection.Filters;

/// <summary>A display filter that cannot be used: what is wrong, where, and what was perhaps meant.</summary>
public sealed class FilterException : Exception
{
    /// <summary>A message quotes what is wrong, which may be a megabyte.</summary>
    const int LongestMessage = 300;

    /// <param name="message">What is wrong.</param>
    /// <param name="position">Place in the text, in characters from 0.</param>
    /// <param name="length">Characters concerned; at least 1.</param>
    /// <param name="suggestion">The nearest name that exists, or null.</param>
    public FilterException(string message, int position, int length, string? suggestion = null)
        : base(message.Length <= LongestMessage ? message : message[..LongestMessage] + "...")
    {
        Position = position;
        Length = Math.Max(1, length);
        Suggestion = suggestion;
    }

    /// <summary>Place in the text, in characters from 0.</summary>
    public int Position { get; }

    /// <summary>Characters concerned; at least 1.</summary>
    public int Length { get; }

    /// <summary>The nearest name that exists, or null.</summary>
    public string? Suggestion { get; }

    /// <summary>The filter's text; empty until <see cref="DisplayFilter.Compile"/> or <see cref="In"/> has given it.</summary>
    public string Text { get; internal set; } = "";

    /// <summary>The exception, which now knows the text that it is about.</summary>
    public static FilterException In(string text, FilterException exception)
    {
        exception.Text = text;
        return exception;
    }

    /// <summary>The message, the filter's text and a caret under the place; long texts are cut around it.</summary>
    public override string ToString()
    {
        const int Before = 60, Shown = 120;
        int start = Position > Before ? Position - Before : 0;
        int end = Math.Min(Text.Length, start + Shown);
        string prefix = start > 0 ? "..." : "", suffix = end < Text.Length ? "..." : "";
        string line = string.Concat(Text[Math.Min(start, end)..end].Select(c => char.IsControl(c) ? ' ' : c));
        int caret = Position - start + prefix.Length;
        int tail = Math.Clamp(Length - 1, 0, Math.Max(0, prefix.Length + line.Length - caret - 1));
        string message = Suggestion is null ? Message : $"{Message} Did you mean \"{Suggestion}\"?";
        return $"{message}\n    {prefix}{line}{suffix}\n    {new string(' ', caret)}^{new string('~', tail)}";
    }
}
