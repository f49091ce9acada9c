using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>A filter in words: what it selects, and what each field is that it names.</summary>
public static class FilterExplainer
{
    /// <summary>Lines of text, each ended by a line feed.</summary>
    public static string Explain(DisplayFilter filter)
    {
        if (filter.Bound is not { } bound)
        {
            return "Selects every packet.\n";
        }

        var text = new StringBuilder("Selects packets where\n");
        Tell(text, bound, 1);
        text.Append("\nFields:\n");
        foreach (var field in filter.Fields.DistinctBy(f => f.Name, StringComparer.Ordinal))
        {
            text.Append("  ").Append(field.Name).Append(": ").Append(field.Label);
            if (field != field.Protocol.Self)
            {
                text.Append(", ").Append(TypeRules.Words(field.Type)).Append(" of ").Append(field.Protocol.Name);
            }
            else
            {
                text.Append(", a protocol");
            }

            text.Append(field.Blurb.Length > 0 ? $" ({field.Blurb})\n" : "\n");
        }

        return text.ToString();
    }

    static void Tell(StringBuilder text, Bound bound, int depth)
    {
        if (bound is BoundJoin join)
        {
            Line(text, depth, join.IsAnd ? "all of these hold:" : "at least one of these holds:");
            foreach (var part in join.Parts)
            {
                Tell(text, part, depth + 1);
            }
        }
        else if (bound is BoundNot { Inner: BoundJoin inner })
        {
            Line(text, depth, inner.IsAnd ? "not all of these hold:" : "none of these holds:");
            foreach (var part in inner.Parts)
            {
                Tell(text, part, depth + 1);
            }
        }
        else
        {
            Line(text, depth, bound is BoundNot not ? $"it is not so that {Words(not.Inner)}" : Words(bound));
        }
    }

    static void Line(StringBuilder text, int depth, string words) => text.Append(' ', depth * 2).Append(words).Append('\n');

    static string Words(Bound bound) => bound switch
    {
        BoundExists { Operand: BoundField { Type: FieldType.Protocol, Layers: null } field } => $"the protocol {field.Set.Fields[0].Label} is there",
        BoundExists exists => $"{Operand(exists.Operand)} is there",
        BoundNonZero nonZero => $"{Operand(nonZero.Operand)} is not zero",
        BoundMatch match => $"{Subject(match.Left, match.ForAll)} matches the pattern \"{match.Text}\" (upper and lower case alike)",
        BoundCompare compare => $"{Subject(compare.Left, compare.ForAll)} {Verb(compare)} {Operand(compare.Right)}",
        BoundIn set => $"{Subject(set.Left, set.ForAll)} is {(set.Negated ? "not " : "")}one of {string.Join(", ", set.Elements.Take(20).Select(e => e.Last is null ? Operand(e.First) : $"{Operand(e.First)} to {Operand(e.Last)}"))}{(set.Elements.Count > 20 ? " ..." : "")}",
        BoundNot not => $"not ({Words(not.Inner)})",
        BoundJoin join => string.Join(join.IsAnd ? " and " : " or ", join.Parts.Select(p => $"({Words(p)})")),
        _ => "",
    };

    static string Subject(BoundOperand operand, bool forAll) => (forAll ? "every " : "") + Operand(operand);

    static string Verb(BoundCompare compare) => compare.Comparison switch
    {
        Comparison.Equal when compare.Right is BoundConstant { Literal.Value.Prefix: > 0 } => "lies in",
        Comparison.NotEqual when compare.Right is BoundConstant { Literal.Value.Prefix: > 0 and not 32 } => "lies outside of",
        Comparison.Equal => "is",
        Comparison.NotEqual => "is not",
        Comparison.Less => "is less than",
        Comparison.LessOrEqual => "is at most",
        Comparison.Greater => "is more than",
        Comparison.GreaterOrEqual => "is at least",
        _ => "contains",
    };

    static string Operand(BoundOperand operand) => operand switch
    {
        BoundField field => field.Set.Name + (field.Layers is null ? "" : " of certain layers"),
        BoundReference reference => $"{reference.Set.Name} of the chosen packet",
        BoundConstant constant => Constant(constant),
        BoundSlice slice => $"part {string.Join(",", slice.Ranges.Select(Range))} of {Operand(slice.Inner)}",
        BoundNegate negate => $"-{Operand(negate.Inner)}",
        BoundArithmetic arithmetic => $"({Operand(arithmetic.Left)} {Checker.Sign(arithmetic.Operation)} {Operand(arithmetic.Right)})",
        BoundCall call => call.Function switch
        {
            FilterFunction.Len => $"length in bytes of {Operand(call.Arguments[0])}",
            FilterFunction.Count => $"number of values of {Operand(call.Arguments[0])}",
            FilterFunction.String => $"text of {Operand(call.Arguments[0])}",
            FilterFunction.Upper => $"{Operand(call.Arguments[0])} in upper case",
            FilterFunction.Lower => $"{Operand(call.Arguments[0])} in lower case",
            FilterFunction.Abs => $"absolute value of {Operand(call.Arguments[0])}",
            _ => $"{(call.Function == FilterFunction.Max ? "largest" : "smallest")} of {string.Join(", ", call.Arguments.Select(Operand))}",
        },
        _ => "",
    };

    static string Constant(BoundConstant constant) => constant.Type == FieldType.Boolean
        ? constant.Literal.Value.Number != 0 ? "true" : "false"
        : constant.Text.Length > 200 ? constant.Text[..200] + "..." : constant.Text;

    static string Range(SliceRange range) => range.HasEnd ? $"{range.Start} to {range.End}" : range.Length > 0 ? $"{range.Start} ({range.Length} long)" : $"{range.Start} to the end";
}
