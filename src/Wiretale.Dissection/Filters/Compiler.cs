using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>Fourth stage: a checked tree into tests. Common comparisons get a test of their own.</summary>
sealed class Compiler(Registry registry)
{
    /// <summary>References to the chosen frame, to be given its values.</summary>
    public List<ReferenceSource> References { get; } = [];

    public Test Compile(Bound bound) => bound switch
    {
        BoundJoin { IsAnd: true } join => new AllTest([.. join.Parts.Select(Compile)]),
        BoundJoin join => new AnyTest([.. join.Parts.Select(Compile)]),
        BoundNot not => new NotTest(Compile(not.Inner)),
        BoundExists { Operand: BoundField field } => new ExistsTest(field.Set, Layers(field)),
        BoundExists exists => new AnyValueTest(Make(exists.Operand), nonZero: false),
        BoundNonZero test => new AnyValueTest(Make(test.Operand), nonZero: true),
        BoundCompare { Left: BoundField left, Right: BoundConstant right } compare => Constant(compare, left, right.Literal),
        BoundCompare compare => new PairTest(compare.Comparison, Make(compare.Left), Make(compare.Right), compare.ForAll),
        BoundMatch match => new MatchTest(Make(match.Left), match.Pattern, match.ForAll),
        BoundIn { Negated: true } membership => new NotTest(Compile(membership with { Negated = false })),
        BoundIn membership => Set(membership),
        _ => throw new InvalidOperationException(),
    };

    Test Constant(BoundCompare compare, BoundField left, Literal constant)
    {
        bool isPlain = left.Layers is null && left.Set.Single >= 0;
        return isPlain && RangeOf(left.Type, compare.Comparison, constant.Value) is { } range
            ? new RangeTest(left.Set.Single, range.First, range.Last, range.Inside, compare.ForAll)
            : new ConstantTest(left.Set, Layers(left), compare.Comparison, constant, compare.ForAll);
    }

    /// <summary>The values that a comparison with a constant admits, or excludes; null where that is no range.</summary>
    public static (ulong First, ulong Last, bool Inside)? RangeOf(FieldType type, Comparison comparison, in Value constant)
    {
        if (type == FieldType.IPv4)
        {
            uint mask = Value.Mask(constant.Prefix), first = (uint)constant.Number & mask;
            return comparison is Comparison.Equal or Comparison.NotEqual ? (first, first | ~mask, comparison == Comparison.Equal) : null;
        }

        ulong number = constant.Number;
        return !type.IsUnsigned() && type != FieldType.Boolean ? null : comparison switch
        {
            Comparison.Equal => (number, number, true),
            Comparison.NotEqual => (number, number, false),
            Comparison.GreaterOrEqual => (number, ulong.MaxValue, true),
            Comparison.LessOrEqual => (0, number, true),
            Comparison.Greater => (0, number, false),
            Comparison.Less => (number, ulong.MaxValue, false),
            _ => null,
        };
    }

    /// <summary>The values that a set of constants admits, ascending and apart; null where a set is not that simple.</summary>
    public static (ulong First, ulong Last)[]? Ranges(BoundIn membership)
    {
        var left = membership.Left;
        bool isUnsigned = left.Type.IsUnsigned() || left.Type is FieldType.Boolean or FieldType.IPv4;
        if (!isUnsigned || !membership.Elements.All(e => e.First is BoundConstant && e.Last is null or BoundConstant))
        {
            return null;
        }

        var ranges = new List<(ulong First, ulong Last)>(membership.Elements.Count);
        foreach (var (first, last) in membership.Elements)
        {
            ranges.Add((Bound(first, upper: false), Bound(last ?? first, upper: last is null)));
        }

        return Merge(ranges);

        static ulong Bound(BoundOperand operand, bool upper)
        {
            var value = ((BoundConstant)operand).Literal.Value;
            if (value.Kind != ValueKind.IPv4)
            {
                return value.Number;
            }

            uint mask = Value.Mask(value.Prefix);
            return upper ? (uint)value.Number | ~mask : (uint)value.Number & mask;
        }
    }

    Test Set(BoundIn membership)
    {
        var left = membership.Left;
        return Ranges(membership) is { } ranges ? new RangesTest(left.Set, Layers(left), ranges, membership.ForAll)
            : new SetTest(Make(left), [.. membership.Elements.Select(e => (Make(e.First), e.Last is null ? null : Make(e.Last)))], membership.ForAll);
    }

    static (ulong First, ulong Last)[] Merge(List<(ulong First, ulong Last)> ranges)
    {
        ranges.RemoveAll(r => r.First > r.Last);
        ranges.Sort();
        var merged = new List<(ulong First, ulong Last)>(ranges.Count);
        foreach (var range in ranges)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }

    LayerFilter? Layers(BoundField field) => field.Layers is null ? null : new(field.Layers, registry);

    Source Make(BoundOperand operand, bool covered = false)
    {
        switch (operand)
        {
            case BoundField field:
                return new FieldSource(field.Set, Layers(field), covered);
            case BoundReference reference:
                var source = new ReferenceSource(reference.Set);
                References.Add(source);
                return source;
            case BoundConstant constant:
                return new ConstantSource(constant.Literal);
            case BoundSlice slice:
                return new SliceSource(Make(slice.Inner, covered: true), slice.Ranges);
            case BoundNegate negate:
                return new NegateSource(Make(negate.Inner));
            case BoundArithmetic arithmetic:
                return new ArithmeticSource(arithmetic.Operation, Make(arithmetic.Left), Make(arithmetic.Right));
            case BoundCall call:
                return Call(call);
            default:
                throw new InvalidOperationException();
        }
    }

    Source Call(BoundCall call)
    {
        switch (call.Function)
        {
            case FilterFunction.Len:
                return new LengthSource(Field(call).Set, Layers(Field(call)));
            case FilterFunction.Count:
                return new CountSource(Field(call).Set, Layers(Field(call)));
            case FilterFunction.String:
                return new TextSource(Field(call).Set, Layers(Field(call)), registry);
            case FilterFunction.Upper or FilterFunction.Lower:
                return new CaseSource(Make(call.Arguments[0]), call.Function == FilterFunction.Upper);
            case FilterFunction.Abs:
                return new AbsoluteSource(Make(call.Arguments[0]));
            default:
                return new ExtremeSource([.. call.Arguments.Select(a => Make(a))], call.Function == FilterFunction.Max);
        }
    }

    static BoundField Field(BoundCall call) => (BoundField)call.Arguments[0];
}
