using System.Text;

namespace Wiretale.Dissection.Filters;

/// <summary>First stage: a filter's text into tokens.</summary>
/// <remarks>
/// The longest reading of a place wins: <c>ff:ff</c> is one byte string, <c>fe80::1/64</c> one address, <c>80-90</c> one word
/// (which is why a subtraction needs a space before its sign).
/// </remarks>
sealed class Scanner(string text)
{
    /// <summary>An IPv6 address in text form is never longer (RFC 4291 section 2.2, with an IPv4 tail).</summary>
    const int LongestAddress = 45;

    static readonly Dictionary<string, TokenKind> Words = new(StringComparer.Ordinal)
    {
        ["and"] = TokenKind.And, ["or"] = TokenKind.Or, ["not"] = TokenKind.Not, ["in"] = TokenKind.In,
        ["any"] = TokenKind.Any, ["all"] = TokenKind.All,
        ["eq"] = TokenKind.Equal, ["any_eq"] = TokenKind.Equal, ["ne"] = TokenKind.NotEqual, ["all_ne"] = TokenKind.NotEqual,
        ["all_eq"] = TokenKind.AllEqual, ["any_ne"] = TokenKind.AnyNotEqual,
        ["gt"] = TokenKind.Greater, ["ge"] = TokenKind.GreaterOrEqual, ["lt"] = TokenKind.Less, ["le"] = TokenKind.LessOrEqual,
        ["contains"] = TokenKind.Contains, ["matches"] = TokenKind.Matches, ["bitwise_and"] = TokenKind.Ampersand,
    };

    static readonly (string Text, TokenKind Kind)[] Signs =
    [
        ("===", TokenKind.AllEqual), ("!==", TokenKind.AnyNotEqual),
        ("==", TokenKind.Equal), ("!=", TokenKind.NotEqual), ("~=", TokenKind.AnyNotEqual), (">=", TokenKind.GreaterOrEqual), ("<=", TokenKind.LessOrEqual),
        ("&&", TokenKind.And), ("||", TokenKind.Or), ("..", TokenKind.DotDot),
        (">", TokenKind.Greater), ("<", TokenKind.Less), ("!", TokenKind.Not), ("~", TokenKind.Matches), ("&", TokenKind.Ampersand),
        ("+", TokenKind.Plus), ("-", TokenKind.Minus), ("*", TokenKind.Star), ("/", TokenKind.Slash), ("%", TokenKind.Percent),
        ("(", TokenKind.OpenParenthesis), (")", TokenKind.CloseParenthesis), ("{", TokenKind.OpenBrace), ("}", TokenKind.CloseBrace), (",", TokenKind.Comma),
    ];

    int at;

    /// <summary>The next token; <see cref="TokenKind.End"/> for ever after the last.</summary>
    public Token Next()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r')
        {
            at++;
        }

        if (at >= text.Length)
        {
            return new(TokenKind.End, text.Length, 0, "");
        }

        char c = text[at];
        switch (c)
        {
            case '"':
                return Quoted(at, at + 1);
            case 'r' or 'R' when Peek(1) == '"':
                return Raw();
            case '\'':
                return Character();
            case '$' when Peek(1) == '{':
                return Reference();
            case '#':
                return Layer();
            case '[':
                return Brackets(at, at + 1);
            case '.' when IsWord(Peek(1)):
                int end = WordEnd(at + 1);
                return Take(TokenKind.FieldName, end, text[(at + 1)..end]);
        }

        int word = Math.Max(Math.Max(IsWord(c) && c != '-' ? WordEnd(at) : at, BytesEnd()), AddressEnd());
        if (word > at)
        {
            string value = text[at..word];
            return Take(Words.GetValueOrDefault(value, TokenKind.Word), word, value);
        }

        if (c == ':')
        {
            int end = at + 1;
            while (end < text.Length && (IsWord(text[end]) || text[end] is ':' or '.' or '/'))
            {
                end++;
            }

            if (end > at + 1)
            {
                return Take(TokenKind.Value, end, text[(at + 1)..end]);
            }
        }

        foreach (var (sign, kind) in Signs)
        {
            if (text.AsSpan(at).StartsWith(sign))
            {
                return Take(kind, at + sign.Length, sign);
            }
        }

        int length = char.IsSurrogatePair(text, at) ? 2 : 1;
        return Take(TokenKind.Unknown, at + length, text.Substring(at, length));
    }

    static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    char Peek(int ahead) => at + ahead < text.Length ? text[at + ahead] : '\0';

    Token Take(TokenKind kind, int end, string meaning)
    {
        var token = new Token(kind, at, end - at, meaning);
        at = end;
        return token;
    }

    /// <summary>The end of letters, digits, underscores and hyphens with single dots between; an IPv4 address keeps its prefix length.</summary>
    int WordEnd(int start)
    {
        int end = start, dots = 0;
        bool digits = true;
        while (end < text.Length)
        {
            if (text[end] == '.' && end > start && end + 1 < text.Length && IsWord(text[end + 1]))
            {
                dots++;
            }
            else if (!IsWord(text[end]))
            {
                break;
            }
            else
            {
                digits &= char.IsAsciiDigit(text[end]);
            }

            end++;
        }

        return digits && dots == 3 ? PrefixEnd(end, 2) : end;
    }

    /// <summary>The end of pairs of hexadecimal digits with colons between, two pairs at least.</summary>
    int BytesEnd()
    {
        int end = at, pairs = 0;
        while (end + 1 < text.Length && char.IsAsciiHexDigit(text[end]) && char.IsAsciiHexDigit(text[end + 1]))
        {
            end += 2;
            pairs++;
            if (end >= text.Length || text[end] != ':')
            {
                break;
            }

            end++;
        }

        if (end > at && text[end - 1] == ':')
        {
            end--;
        }

        return pairs >= 2 ? end : at;
    }

    /// <summary>The end of the longest IPv6 address, with its prefix length.</summary>
    int AddressEnd()
    {
        int end = at, colons = 0;
        while (end < text.Length && end - at < LongestAddress && (char.IsAsciiHexDigit(text[end]) || text[end] is ':' or '.'))
        {
            colons += text[end] == ':' ? 1 : 0;
            end++;
        }

        Span<byte> address = stackalloc byte[16];
        for (; colons >= 2 && end - at >= 2; end--)
        {
            if (AddressLiterals.TryParseIPv6(text.AsSpan(at, end - at), address))
            {
                return PrefixEnd(end, 3);
            }
        }

        return at;
    }

    int PrefixEnd(int end, int most)
    {
        if (end + 1 >= text.Length || text[end] != '/' || !char.IsAsciiDigit(text[end + 1]))
        {
            return end;
        }

        int digits = 1;
        while (digits < most && end + 1 + digits < text.Length && char.IsAsciiDigit(text[end + 1 + digits]))
        {
            digits++;
        }

        return end + 1 + digits;
    }

    Token Reference()
    {
        int close = text.IndexOf('}', at);
        if (close < 0)
        {
            throw new FilterException("The closing brace of a reference is missing.", at, text.Length - at);
        }

        return Take(TokenKind.Reference, close + 1, text[(at + 2)..close].Trim());
    }

    Token Layer()
    {
        int end = at + 1;
        if (end >= text.Length)
        {
            throw new FilterException("A layer number is missing after \"#\".", at, 1);
        }

        if (text[end] == '[')
        {
            return Brackets(at, end + 1) with { Kind = TokenKind.Layer };
        }

        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end > at + 1
            ? Take(TokenKind.Layer, end, text[(at + 1)..end])
            : throw new FilterException($"A layer is a number or a range in brackets, not \"{text[end]}\".", end, 1);
    }

    Token Brackets(int start, int inside)
    {
        int close = text.IndexOf(']', inside);
        return close < 0
            ? throw new FilterException("The closing bracket is missing.", start, text.Length - start)
            : Take(TokenKind.Brackets, close + 1, text[inside..close]);
    }

    Token Raw()
    {
        var value = new StringBuilder();
        for (int i = at + 2; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return Take(TokenKind.RawString, i + 1, value.ToString());
            }

            // A backslash keeps a quote from ending the string, and stays in it.
            value.Append(text[i]);
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '"')
            {
                value.Append(text[++i]);
            }
        }

        throw new FilterException("The closing quote of a string is missing.", at, text.Length - at);
    }

    Token Quoted(int start, int inside)
    {
        var value = new StringBuilder();
        for (int i = inside; i < text.Length;)
        {
            if (text[i] == '"')
            {
                return Take(TokenKind.String, i + 1, value.ToString());
            }

            i = OneOf(i, value);
        }

        throw new FilterException("The closing quote of a string is missing.", start, text.Length - start);
    }

    Token Character()
    {
        var value = new StringBuilder();
        int i = at + 1;
        while (i < text.Length && text[i] != '\'')
        {
            i = OneOf(i, value);
        }

        if (i >= text.Length)
        {
            throw new FilterException("The closing quote of a character is missing.", at, text.Length - at);
        }

        return value.Length switch
        {
            0 => throw new FilterException("A character constant is empty.", at, i + 1 - at),
            1 => Take(TokenKind.Character, i + 1, value.ToString()),
            _ => throw new FilterException($"{text[at..(i + 1)]} is more than one character.", at, i + 1 - at),
        };
    }

    /// <summary>Appends one character or escape as the UTF-8 bytes it stands for, a byte to a char: <c>\xe9</c> is one byte, <c>\u00e9</c> two.</summary>
    int OneOf(int i, StringBuilder value)
    {
        if (text[i] != '\\' || i + 1 >= text.Length)
        {
            int length = char.IsSurrogatePair(text, i) ? 2 : 1;
            AppendUtf8(value, text.AsSpan(i, length));
            return i + length;
        }

        char c = text[i + 1];
        int simple = "'\"\\abfnrtv".IndexOf(c, StringComparison.Ordinal);
        if (simple >= 0)
        {
            value.Append("'\"\\\a\b\f\n\r\t\v"[simple]);
            return i + 2;
        }

        if (c is >= '0' and <= '7')
        {
            int end = Digits(i + 1, 3, char.IsBetween, '0', '7'), number = 0;
            for (int k = i + 1; k < end; k++)
            {
                number = (number * 8) + (text[k] - '0');
            }

            return number < 256 ? Byte(number, end) : throw BadEscape(i, end);
        }

        int most = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        int stop = Digits(i + 2, most, static (d, _, _) => char.IsAsciiHexDigit(d), '0', '0');
        if (stop == i + 2 || (c != 'x' && stop != i + 2 + most))
        {
            throw BadEscape(i, i + 2);
        }

        uint code = uint.Parse(text.AsSpan(i + 2, stop - i - 2), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        if (c == 'x')
        {
            return Byte((int)code, stop);
        }

        // ISO C section 6.4.3: below A0 only $, @ and ` may be written so.
        if (!Rune.IsValid(code) || (code < 0xa0 && code is not ('$' or '@' or '`')))
        {
            throw BadEscape(i, stop);
        }

        AppendUtf8(value, new Rune(code).ToString());
        return stop;

        int Byte(int number, int end)
        {
            value.Append((char)number);
            return end;
        }
    }

    int Digits(int start, int most, Func<char, char, char, bool> fits, char low, char high)
    {
        int end = start;
        while (end < text.Length && end - start < most && fits(text[end], low, high))
        {
            end++;
        }

        return end;
    }

    FilterException BadEscape(int start, int end) => new($"{text[start..Math.Min(end, text.Length)]} is not an escape that exists.", start, end - start);

    static void AppendUtf8(StringBuilder value, ReadOnlySpan<char> characters)
    {
        Span<byte> bytes = stackalloc byte[8];
        int count = Encoding.UTF8.GetBytes(characters, bytes);
        foreach (byte b in bytes[..count])
        {
            value.Append((char)b);
        }
    }
}
