namespace Wiretale.Dissection.Filters;

/// <summary>A place in a filter's text.</summary>
readonly record struct Place(int Position, int Length)
{
    public static Place From(Place first, Place last) => new(first.Position, last.Position + last.Length - first.Position);
}

/// <summary>What the parser makes of a filter: nothing is yet known of names and types.</summary>
abstract record Syntax(Place Place);

/// <summary>Tests joined by <c>and</c> or <c>or</c>; long chains are one node, however long.</summary>
sealed record JoinSyntax(bool IsAnd, IReadOnlyList<Syntax> Parts, Place Place) : Syntax(Place);

/// <summary>A negation.</summary>
sealed record NotSyntax(Syntax Inner, Place Place) : Syntax(Place);

/// <summary>An operand as a test: a field that exists, a result that is not zero.</summary>
sealed record ExistsSyntax(OperandSyntax Operand, Place Place) : Syntax(Place);

/// <summary>A comparison.</summary>
sealed record CompareSyntax(Comparison Comparison, Quantifier Quantifier, OperandSyntax Left, OperandSyntax Right, Place Place) : Syntax(Place);

/// <summary>Membership in a set.</summary>
sealed record InSyntax(Quantifier Quantifier, OperandSyntax Left, IReadOnlyList<SetElement> Elements, bool Negated, Place Place) : Syntax(Place);

/// <summary>A value of a set, or a range of values, both ends included.</summary>
readonly record struct SetElement(OperandSyntax First, OperandSyntax? Last);

/// <summary>What a test compares.</summary>
abstract record OperandSyntax(Place Place);

/// <summary>A name or an unquoted value; <paramref name="Kind"/> says when only one of both is possible.</summary>
sealed record WordSyntax(string Text, TokenKind Kind, Place Place) : OperandSyntax(Place);

/// <summary>A quoted string (a byte to a char) or a character constant.</summary>
sealed record QuotedSyntax(string Text, bool IsCharacter, bool IsRaw, Place Place) : OperandSyntax(Place);

/// <summary><c>${field}</c>: a value of a frame chosen beforehand.</summary>
sealed record ReferenceSyntax(string Name, Place Place) : OperandSyntax(Place);

/// <summary>A field of certain layers.</summary>
sealed record LayerSyntax(OperandSyntax Inner, IReadOnlyList<SliceRange> Ranges, Place Place) : OperandSyntax(Place);

/// <summary>A part of a value.</summary>
sealed record SliceSyntax(OperandSyntax Inner, IReadOnlyList<SliceRange> Ranges, Place Place) : OperandSyntax(Place);

/// <summary>A function's call.</summary>
sealed record CallSyntax(string Name, Place NamePlace, IReadOnlyList<OperandSyntax> Arguments, Place Place) : OperandSyntax(Place);

/// <summary>An arithmetic operation.</summary>
sealed record ArithmeticSyntax(Arithmetic Operation, OperandSyntax Left, OperandSyntax Right, Place Place) : OperandSyntax(Place);

/// <summary>A sign before an operand.</summary>
sealed record NegateSyntax(OperandSyntax Inner, Place Place) : OperandSyntax(Place);

/// <summary>How two values are compared.</summary>
enum Comparison : byte
{
    Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, Matches,
}

/// <summary>Of how many of a field's values in a packet a test must hold.</summary>
enum Quantifier : byte
{
    /// <summary>The operator's own: all for <c>!=</c> and <c>===</c>, any for the others.</summary>
    Default,
    Any, All,
}

/// <summary>What is worked out of two operands.</summary>
enum Arithmetic : byte
{
    Add, Subtract, Multiply, Divide, Remainder, BitAnd,
}

/// <summary>A range of bytes or layers.</summary>
/// <param name="Start">First, from 0; negative from the end.</param>
/// <param name="End">Last, included, when <paramref name="HasEnd"/>; negative from the end.</param>
/// <param name="Length">How many, when not <paramref name="HasEnd"/>; 0 for all the rest.</param>
readonly record struct SliceRange(int Start, int End, int Length, bool HasEnd)
{
    /// <summary>Where the range lies in <paramref name="count"/> things; false when it does not lie wholly inside.</summary>
    public bool TryLocate(int count, out int start, out int length)
    {
        start = Start < 0 ? Start + count : Start;
        length = 0;
        if (start < 0 || start > count)
        {
            return false;
        }

        length = HasEnd ? (End < 0 ? End + count : End) - start + 1 : Length > 0 ? Length : count - start;
        return length >= 0 && length <= count - start && (length > 0 || !HasEnd);
    }
}
