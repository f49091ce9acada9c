namespace Wiretale.Dissection.Filters;

/// <summary>What a piece of a filter's text is.</summary>
enum TokenKind : byte
{
    End,
    /// <summary>A name, a number, an address: what it is depends on where it stands.</summary>
    Word,
    /// <summary>A name after a dot (<c>.http</c>): a field, never a value.</summary>
    FieldName,
    /// <summary>A text after a colon (<c>:ff</c>): a value, never a field.</summary>
    Value,
    String, RawString, Character,
    /// <summary><c>${name}</c>.</summary>
    Reference,
    /// <summary>What stands between brackets after a field, or after <c>#</c>.</summary>
    Brackets,
    /// <summary>The number after <c>#</c>.</summary>
    Layer,
    OpenParenthesis, CloseParenthesis, OpenBrace, CloseBrace, Comma, DotDot,
    And, Or, Not, In, Any, All,
    Equal, NotEqual, AllEqual, AnyNotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
    Contains, Matches,
    Ampersand, Plus, Minus, Star, Slash, Percent,
    Unknown,
}

/// <summary>A piece of a filter's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Where it starts.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Text">Its meaning: a string without quotes and escapes, the text between brackets, else the text itself.</param>
readonly record struct Token(TokenKind Kind, int Position, int Length, string Text);
