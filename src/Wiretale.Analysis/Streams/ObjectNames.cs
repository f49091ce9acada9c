using System.Text;

namespace Wiretale.Analysis.Streams;

/// <summary>Names of files for objects out of a capture: as tshark makes them, and never anything but a new file's name in one folder.</summary>
static class ObjectNames
{
    /// <summary>What file systems take as a name, in bytes.</summary>
    const int LongestName = 255;

    const string Forbidden = "\\/:*?\"<>|";

    /// <summary>Names that stand for devices on Windows, with any ending.</summary>
    static readonly HashSet<string> Devices = new(["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })], StringComparer.OrdinalIgnoreCase);

    /// <summary>The last part of a request's target; <c>/</c> when it has no other.</summary>
    public static string LastPart(string target)
    {
        string trimmed = target.TrimEnd('/');
        return trimmed.Length == 0 ? target.Length == 0 ? "" : "/" : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    /// <summary>The name with everything replaced that a file system might take for more than a character.</summary>
    public static string Safe(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (c < ' ' || c == '\x7f' || Forbidden.Contains(c, StringComparison.Ordinal))
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{(int)c:x2}");
            }
            else
            {
                text.Append(char.IsSurrogate(c) || char.IsControl(c) ? '\uFFFD' : c);
            }
        }

        string safe = text.ToString();
        return Devices.Contains(safe.Split('.')[0].TrimEnd()) ? "_" + safe : safe;
    }

    /// <summary>The name for the object's <paramref name="copy"/>-th try: <c>page(1).html</c> after <c>page.html</c>; cut to what file systems take.</summary>
    public static string Numbered(string name, int copy)
    {
        int dot = name.LastIndexOf('.');
        string ending = dot < 0 ? "" : name[dot..], number = copy == 0 ? "" : $"({copy})";
        int room = LongestName - number.Length - Encoding.UTF8.GetByteCount(ending);
        if (room <= 0)
        {
            ending = "";
            room = LongestName - number.Length;
        }

        return Cut(name[..^ending.Length], room) + number + ending;
    }

    static string Cut(string text, int bytes)
    {
        int at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0)
            {
                break;
            }

            at += rune.Utf16SequenceLength;
        }

        return text[..at];
    }
}
