using System.Text;
using System.Text.RegularExpressions;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>Third stage: names become fields, texts become values of the type on the other side, and what the types do not have is refused.</summary>
/// <remarks>Operands stand in Checker.Operands.cs.</remarks>
sealed partial class Checker(FieldNames names, bool unknownIsAbsent = false)
{
    readonly Dictionary<string, FieldSet> used = new(StringComparer.Ordinal);

    /// <summary>Every field that the filter names.</summary>
    public IReadOnlyCollection<FieldSet> Used => used.Values;

    public Bound Check(Syntax syntax) => syntax switch
    {
        JoinSyntax join => new BoundJoin(join.IsAnd, [.. join.Parts.Select(Check)]),
        NotSyntax not => new BoundNot(Check(not.Inner)),
        _ when unknownIsAbsent && AsksForUnknown(syntax) => new BoundJoin(IsAnd: false, []),
        ExistsSyntax exists => Exists(exists.Operand),
        CompareSyntax { Comparison: Comparison.Matches } match => Match(match),
        CompareSyntax compare => Compare(compare),
        InSyntax membership => In(membership),
        _ => throw new InvalidOperationException(),
    };

    bool AsksForUnknown(Syntax test)
    {
        var asked = test switch
        {
            ExistsSyntax exists => exists.Operand,
            CompareSyntax compare => compare.Left,
            InSyntax membership => membership.Left,
            _ => null,
        };
        return asked is WordSyntax word && Field(word) is null;
    }

    Bound Exists(OperandSyntax operand)
    {
        switch (operand)
        {
            case WordSyntax word:
                return new BoundExists(Field(word) ?? throw Unknown(word));
            case LayerSyntax or SliceSyntax:
                return new BoundExists(Left(operand, "a test"));
            case ArithmeticSyntax or NegateSyntax:
                return new BoundNonZero(Left(operand, "a test"));
            case CallSyntax call:
                Function(call);
                throw new FilterException($"A function's result must be compared with something: {call.Name}(...) alone is no test.", call.NamePlace.Position, call.NamePlace.Length);
            case ReferenceSyntax reference:
                throw new FilterException($"The reference ${{{reference.Name}}} is neither a field nor a protocol.", operand.Place.Position, operand.Place.Length);
            default:
                throw new FilterException("A value alone is no test: a field or protocol is expected here.", operand.Place.Position, operand.Place.Length);
        }
    }

    Bound Compare(CompareSyntax compare)
    {
        var left = Left(compare.Left, $"\"{Sign(compare.Comparison)}\"");
        bool search = compare.Comparison == Comparison.Contains;
        if (search ? !TypeRules.CanSearch(left.Type) : !TypeRules.CanCompare(left.Type))
        {
            throw new FilterException($"{Describe(left)} is {TypeRules.Words(left.Type)}, which \"{Sign(compare.Comparison)}\" does not take.", compare.Left.Place.Position, compare.Left.Place.Length);
        }

        // What an address contains need not be a whole address; a part of anything is bytes.
        var wanted = left is BoundSlice || (search && !left.Type.IsString()) ? FieldType.Bytes : left.Type;
        var right = Right(compare.Right, wanted, left);
        Reconcile(compare, ref left, ref right);
        return new BoundCompare(compare.Comparison, compare.Quantifier == Quantifier.All, left, right);
    }

    /// <summary>A slice is bytes, and so is then what it is compared with; all else must be of compatible types.</summary>
    void Reconcile(CompareSyntax compare, ref BoundOperand left, ref BoundOperand right)
    {
        if (right is BoundConstant)
        {
            return;
        }

        if (left is BoundSlice && right is BoundField)
        {
            right = AsBytes(right, compare.Right.Place);
        }
        else if (right is BoundSlice && left is BoundField)
        {
            left = AsBytes(left, compare.Left.Place);
        }
        else if (left is not BoundSlice && right is not BoundSlice && !TypeRules.AreCompatible(left.Type, right.Type))
        {
            throw new FilterException($"{Describe(left)} is {TypeRules.Words(left.Type)}, {Describe(right)} is {TypeRules.Words(right.Type)}: the two cannot be compared.",
                compare.Right.Place.Position, compare.Right.Place.Length);
        }
    }

    static BoundSlice AsBytes(BoundOperand operand, Place place) => TypeRules.CanSlice(operand.Type)
        ? new(operand.Type.IsString() ? operand.Type : FieldType.Bytes, operand, [new(0, 0, 0, HasEnd: false)])
        : throw new FilterException($"{Describe(operand)} is {TypeRules.Words(operand.Type)} and cannot be taken as bytes.", place.Position, place.Length);

    BoundMatch Match(CompareSyntax compare)
    {
        var left = Left(compare.Left, "\"matches\"");
        if (!TypeRules.CanSearch(left.Type))
        {
            throw new FilterException($"{Describe(left)} is {TypeRules.Words(left.Type)}, which \"matches\" does not take.", compare.Left.Place.Position, compare.Left.Place.Length);
        }

        if (compare.Right is not QuotedSyntax { IsCharacter: false } pattern)
        {
            throw new FilterException("\"matches\" takes a pattern in double quotes.", compare.Right.Place.Position, compare.Right.Place.Length);
        }

        return new(compare.Quantifier == Quantifier.All, left, Pattern(pattern), pattern.Text);
    }

    static Regex Pattern(QuotedSyntax pattern)
    {
        const RegexOptions Common = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
        try
        {
            string text = RegexSyntax.Translate(pattern.Text);
            try
            {
                return new Regex(text, Common | RegexOptions.NonBacktracking, Regex.InfiniteMatchTimeout);
            }
            catch (NotSupportedException)
            {
                // Look-around and back references need backtracking, which a limit of time keeps from running away.
                return new Regex(text, Common, TimeSpan.FromMilliseconds(100));
            }
        }
        catch (ArgumentException e)
        {
            string message = e is RegexParseException parse ? parse.Error.ToString() : "it is too large";
            throw new FilterException($"The pattern is not valid: {message}.", pattern.Place.Position, pattern.Place.Length);
        }
    }

    BoundIn In(InSyntax membership)
    {
        if (Operand(membership.Left, null, null) is not BoundField left)
        {
            throw new FilterException("Only a field can be tested for membership in a set.", membership.Left.Place.Position, membership.Left.Place.Length);
        }

        if (!TypeRules.CanCompare(left.Type))
        {
            throw new FilterException($"{Describe(left)} is {TypeRules.Words(left.Type)}, which \"in\" does not take.", membership.Left.Place.Position, membership.Left.Place.Length);
        }

        var elements = new List<(BoundOperand First, BoundOperand? Last)>(membership.Elements.Count);
        foreach (var element in membership.Elements)
        {
            elements.Add((Element(element.First), element.Last is null ? null : Element(element.Last)));
        }

        return new(membership.Quantifier == Quantifier.All, left, elements, membership.Negated);

        BoundOperand Element(OperandSyntax syntax)
        {
            var element = Right(syntax, left.Type, left);
            return element is BoundConstant || TypeRules.AreCompatible(left.Type, element.Type)
                ? element
                : throw new FilterException($"{Describe(left)} is {TypeRules.Words(left.Type)}, {Describe(element)} is {TypeRules.Words(element.Type)}: the two cannot be compared.",
                    syntax.Place.Position, syntax.Place.Length);
        }
    }

    FilterException Unknown(WordSyntax word) =>
        new($"{word.Text} is neither a field nor a protocol name.", word.Place.Position, word.Place.Length, names.Nearest(word.Text));

    /// <summary>An operand in words, for messages.</summary>
    internal static string Describe(BoundOperand operand) => operand switch
    {
        BoundField field => field.Set.Name,
        BoundReference reference => $"${{{reference.Set.Name}}}",
        BoundSlice slice => $"a part of {Describe(slice.Inner)}",
        BoundCall call => $"{call.Function.ToString().ToLowerInvariant()}(...)",
        BoundConstant constant => constant.Text,
        _ => "the arithmetic result",
    };

    internal static string Sign(Comparison comparison) => comparison switch
    {
        Comparison.Equal => "==",
        Comparison.NotEqual => "!=",
        Comparison.Less => "<",
        Comparison.LessOrEqual => "<=",
        Comparison.Greater => ">",
        Comparison.GreaterOrEqual => ">=",
        Comparison.Contains => "contains",
        _ => "matches",
    };
}
