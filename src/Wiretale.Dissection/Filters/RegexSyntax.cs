using System.Text;

namespace Wiretale.Dissection.Filters;

/// <summary>Rewrites a PCRE pattern for .NET's engine, where the two differ. Patterns see bytes, one to a char, and classes mean ASCII.</summary>
static class RegexSyntax
{
    static readonly (string Name, string Set)[] Posix =
    [
        ("alpha", "a-zA-Z"), ("digit", "0-9"), ("alnum", "a-zA-Z0-9"), ("upper", "a-zA-Z"), ("lower", "a-zA-Z"), ("space", @"\t-\r "), ("blank", @"\t "),
        ("punct", @"!-/:-@\[-`{-~"), ("cntrl", @"\x00-\x1f\x7f"), ("xdigit", "0-9a-fA-F"), ("word", "a-zA-Z0-9_"), ("print", " -~"), ("graph", "!-~"), ("ascii", @"\x00-\x7f"),
    ];

    public static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                i = Escape(pattern, i, inClass, result);
            }
            else if (inClass && c == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':' && PosixClass(pattern, i, result) is var end and > 0)
            {
                i = end;
            }
            else if (inClass && c == '[')
            {
                // In .NET, "-[" inside a class subtracts.
                result.Append("\\[");
            }
            else if (!inClass && c is '+' && i > 0 && pattern[i - 1] is '+' or '*' or '?' or '}' && !IsEscaped(pattern, i - 1))
            {
                // A possessive quantifier finds a subset of what a greedy one finds; bytes decide as well without.
            }
            else
            {
                if (c == '[' && !inClass)
                {
                    inClass = true;
                    result.Append(c);
                    if (i + 1 < pattern.Length && pattern[i + 1] == '^')
                    {
                        result.Append(pattern[++i]);
                    }

                    // A bracket that comes first is a member.
                    if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                    {
                        result.Append("\\]");
                        i++;
                    }

                    continue;
                }

                inClass &= c != ']';
                result.Append(c);
                if (c == '?' && i > 0 && pattern[i - 1] == '(' && i + 1 < pattern.Length && pattern[i + 1] == 'P' && i + 2 < pattern.Length && pattern[i + 2] == '<')
                {
                    i++;
                }
            }
        }

        return result.ToString();
    }

    static int Escape(string pattern, int i, bool inClass, StringBuilder result)
    {
        char c = pattern[i + 1];
        string? set = c switch
        {
            'd' => "0-9",
            'w' => "a-zA-Z0-9_",
            's' => @"\t-\r ",
            'h' => @"\t ",
            'D' when inClass => @"\x00-/:-\xff",
            'W' when inClass => @"\x00-/:-@\[-^`{-\xff",
            'S' when inClass => @"\x00-\x08\x0e-\x1f!-\xff",
            'D' => "^0-9",
            'W' => "^a-zA-Z0-9_",
            'S' => @"^\t-\r ",
            'H' when !inClass => @"^\t ",
            'N' when !inClass => @"^\n",
            'R' when !inClass => @"\n-\r",
            _ => null,
        };
        if (set is not null)
        {
            result.Append(inClass ? set : $"[{set}]");
            return i + 1;
        }

        if (c == 'Q')
        {
            int end = pattern.IndexOf("\\E", i + 2, StringComparison.Ordinal);
            string literal = end < 0 ? pattern[(i + 2)..] : pattern[(i + 2)..end];
            foreach (char one in literal)
            {
                result.Append(char.IsAsciiLetterOrDigit(one) || one > 0x7f ? one.ToString() : $"\\x{(int)one:x2}");
            }

            return end < 0 ? pattern.Length : end + 1;
        }

        if (c == 'E')
        {
            return i + 1;
        }

        if (c == 'x' && i + 2 < pattern.Length && pattern[i + 2] == '{' && pattern.IndexOf('}', i) is var close and > 0
            && byte.TryParse(pattern.AsSpan(i + 3, close - i - 3), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out byte code))
        {
            result.Append($"\\x{code:x2}");
            return close;
        }

        result.Append('\\').Append(c);
        return i + 1;
    }

    static int PosixClass(string pattern, int i, StringBuilder result)
    {
        int end = pattern.IndexOf(":]", i + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            return 0;
        }

        string name = pattern[(i + 2)..end];
        foreach (var (known, set) in Posix)
        {
            if (name == known)
            {
                result.Append(set);
                return end + 1;
            }
        }

        return 0;
    }

    static bool IsEscaped(string pattern, int i)
    {
        int backslashes = 0;
        while (i - 1 - backslashes >= 0 && pattern[i - 1 - backslashes] == '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }
}
