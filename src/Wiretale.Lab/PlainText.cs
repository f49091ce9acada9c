using System.Text;

namespace Wiretale.Lab;

/// <summary>Text that came over a network and goes to a terminal.</summary>
public static class PlainText
{
    /// <summary>Decodes UTF-8; what is none becomes U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => Visible(Encoding.UTF8.GetString(bytes));

    /// <summary>Makes control characters visible, lest they move the cursor or rename the window of whoever reads: ESC becomes ␛.</summary>
    public static string Visible(string text)
    {
        if (!text.AsSpan().ContainsAny(Controls))
        {
            return text;
        }

        return string.Create(text.Length, text, (to, from) =>
        {
            for (int i = 0; i < from.Length; i++)
            {
                char c = from[i];
                to[i] = c == '\t' || !Controls.Contains(c) ? c : c < ' ' ? (char)('\u2400' + c) : c == '\u007f' ? '\u2421' : '\ufffd';
            }
        });
    }

    /// <summary>The same for text that may have several lines.</summary>
    public static string VisibleLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Visible));

    // C0, DEL, C1, and the marks that turn the direction of what follows.
    static readonly System.Buffers.SearchValues<char> Controls = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(c => c != '\t').Select(c => (char)c), .. Enumerable.Range(0x7f, 0x21).Select(c => (char)c),
        '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u2028', '\u2029']);
}
