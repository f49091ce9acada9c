using System.Text;

namespace Wiretale.Cli.Terminal;

/// <summary>One line that is being typed on a terminal, with the usual keys and a history, while other lines appear above it.</summary>
/// <remarks>It never touches the terminal: keys go in, what to print comes out.</remarks>
sealed class LineEditor(bool hasColours, int width)
{
    const string ClearLine = "\r\e[K";

    readonly StringBuilder line = new();
    readonly List<string> history = [];
    string? prompt;
    int cursor, recalled;

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; set; } = width;

    /// <summary>Begins to ask, or with null ends it; what was typed and not sent yet stays for the next question.</summary>
    public string Prompt(string? text)
    {
        bool was = prompt is not null;
        prompt = text;
        return text is not null ? Draw() : was ? ClearLine : "";
    }

    /// <summary>Prints something above the line.</summary>
    public string Above(string text) => prompt is null ? text : ClearLine + text + Draw();

    /// <summary>Takes a key.</summary>
    /// <returns>What to print; the line when it is finished; whether the input has ended (Ctrl-D on an empty line).</returns>
    public (string Echo, string? Line, bool IsEnd) Press(ConsoleKeyInfo key)
    {
        bool control = (key.Modifiers & ConsoleModifiers.Control) != 0;
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return Finish();
            case ConsoleKey.D when control && line.Length == 0:
                return ("\n", null, true);
            case ConsoleKey.D when control:
            case ConsoleKey.Delete:
                Remove(cursor, After());
                break;
            case ConsoleKey.Backspace:
            case ConsoleKey.H when control:
                Remove(Before(), cursor);
                break;
            case ConsoleKey.W when control:
                Remove(WordStart(), cursor);
                break;
            case ConsoleKey.U when control:
                Remove(0, cursor);
                break;
            case ConsoleKey.K when control:
                Remove(cursor, line.Length);
                break;
            case ConsoleKey.LeftArrow when control:
                cursor = WordStart();
                break;
            case ConsoleKey.LeftArrow:
            case ConsoleKey.B when control:
                cursor = Before();
                break;
            case ConsoleKey.RightArrow:
            case ConsoleKey.F when control:
                cursor = After();
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                cursor = 0;
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                cursor = line.Length;
                break;
            case ConsoleKey.UpArrow:
            case ConsoleKey.P when control:
                Recall(recalled - 1);
                break;
            case ConsoleKey.DownArrow:
            case ConsoleKey.N when control:
                Recall(recalled + 1);
                break;
            default:
                if (key.KeyChar >= ' ' && key.KeyChar != '\u007f')
                {
                    line.Insert(cursor++, key.KeyChar);
                }

                break;
        }

        return (prompt is null ? "" : Draw(), null, false);
    }

    (string, string?, bool) Finish()
    {
        string text = line.ToString();
        line.Clear();
        cursor = 0;
        if (text.Length > 0 && (history.Count == 0 || !string.Equals(history[^1], text, StringComparison.Ordinal)))
        {
            history.Add(text);
        }

        recalled = history.Count;
        string echo = prompt is null ? "" : ClearLine + prompt + text + "\n";
        prompt = null;
        return (echo, text, false);
    }

    void Recall(int index)
    {
        if (index >= 0 && index <= history.Count)
        {
            recalled = index;
            line.Clear().Append(index < history.Count ? history[index] : "");
            cursor = line.Length;
        }
    }

    void Remove(int from, int to)
    {
        line.Remove(from, to - from);
        cursor = from;
    }

    // A character outside the first plane is two chars and is never cut in half.
    int Before() => cursor == 0 ? 0 : cursor > 1 && char.IsLowSurrogate(line[cursor - 1]) ? cursor - 2 : cursor - 1;

    int After() => cursor == line.Length ? cursor : char.IsHighSurrogate(line[cursor]) && cursor + 1 < line.Length ? cursor + 2 : cursor + 1;

    int WordStart()
    {
        int at = cursor;
        while (at > 0 && line[at - 1] == ' ')
        {
            at--;
        }

        while (at > 0 && line[at - 1] != ' ')
        {
            at--;
        }

        return at;
    }

    /// <summary>The part of the line around the cursor that fits beside the prompt, with the cursor in its place.</summary>
    string Draw()
    {
        int room = Math.Max(8, Width - prompt!.Length - 1);
        int start = Math.Max(0, cursor - room);
        string shown = line.ToString(start, Math.Min(room, line.Length - start));
        string text = hasColours && prompt.Length > 0 ? $"{ClearLine}\e[1m{prompt}\e[0m{shown}" : ClearLine + prompt + shown;
        int back = shown.Length - (cursor - start);
        return back > 0 ? $"{text}\e[{back}D" : text;
    }
}
