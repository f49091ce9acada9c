using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>
/// What a display filter says of a frame after a look at its headers alone, without anything being taken apart: that it cannot pass, or that one has
/// to see. It knows only frames of the plainest kind (<see cref="PlainSegment"/>) and the fields of <see cref="HeaderFields"/>; whatever else a filter names may be.
/// </summary>
public sealed class HeaderSieve
{
    readonly SieveTest test;

    HeaderSieve(SieveTest test) => this.test = test;

    /// <summary>The sieve of a checked filter; null when it would hold nothing back.</summary>
    internal static HeaderSieve? Of(Bound? filter) => filter is null || Make(filter) is not { } test ? null : new(test);

    /// <summary>Whether the frame may pass.</summary>
    internal bool MayPass(in FrameRecord frame) => !PlainSegment.TryFind(frame, out var segment) || test.Ask(frame.Data, segment) != Certainty.No;

    /// <summary>The test for a part of the filter; null where it may hold for any frame.</summary>
    static SieveTest? Make(Bound bound)
    {
        switch (bound)
        {
            case BoundJoin join:
                var parts = join.Parts.Select(Make).OfType<SieveTest>().ToArray();
                bool isWhole = parts.Length == join.Parts.Count;
                return join.IsAnd
                    ? parts.Length == 0 ? null : new SieveJoin(parts, decides: Certainty.No, otherwise: isWhole ? Certainty.Yes : Certainty.Maybe)
                    : isWhole ? new SieveJoin(parts, decides: Certainty.Yes, otherwise: Certainty.No) : null;
            case BoundNot not:
                return Make(not.Inner) is { } inner ? new SieveNot(inner) : null;
            case BoundExists { Operand: BoundField { Layers: null } field }:
                return Values(field.Set, isThere: true, [(0, ulong.MaxValue)], inside: true, forAll: false);
            case BoundCompare { Left: BoundField { Layers: null } left, Right: BoundConstant right } compare:
                return Compiler.RangeOf(left.Type, compare.Comparison, right.Literal.Value) is { } range
                    ? Values(left.Set, isThere: false, [(range.First, range.Last)], range.Inside, compare.ForAll) : null;
            case BoundIn { Left.Layers: null } membership:
                var test = Compiler.Ranges(membership) is { } ranges ? Values(membership.Left.Set, isThere: false, ranges, inside: true, membership.ForAll) : null;
                return membership.Negated && test is not null ? new SieveNot(test) : test;
            default:
                return null;
        }
    }

    /// <param name="isThere">Whether it is enough that the field is there.</param>
    static SieveTest? Values(FieldSet set, bool isThere, (ulong First, ulong Last)[] ranges, bool inside, bool forAll)
    {
        var (presence, values) = HeaderFields.Find(set);
        return presence == Presence.Unknown ? null : new SieveValues(presence, isThere || set.Type != FieldType.Protocol ? values : [], ranges, inside, forAll);
    }
}

/// <summary>What headers tell about a test.</summary>
enum Certainty : byte
{
    No, Yes, Maybe,
}

/// <summary>A test of a frame's headers.</summary>
abstract class SieveTest
{
    public abstract Certainty Ask(ReadOnlySpan<byte> frame, in PlainSegment segment);
}

/// <summary>Tests joined by <c>and</c> or <c>or</c>.</summary>
/// <param name="decides">The answer of one part that is the answer of the whole.</param>
/// <param name="otherwise">The answer where no part gives that one, nor is in doubt.</param>
sealed class SieveJoin(SieveTest[] parts, Certainty decides, Certainty otherwise) : SieveTest
{
    public override Certainty Ask(ReadOnlySpan<byte> frame, in PlainSegment segment)
    {
        var joined = otherwise;
        foreach (var part in parts)
        {
            var one = part.Ask(frame, segment);
            if (one == decides)
            {
                return one;
            }

            joined = one == Certainty.Maybe ? one : joined;
        }

        return joined;
    }
}

sealed class SieveNot(SieveTest inner) : SieveTest
{
    public override Certainty Ask(ReadOnlySpan<byte> frame, in PlainSegment segment) => inner.Ask(frame, segment) switch
    {
        Certainty.No => Certainty.Yes,
        Certainty.Yes => Certainty.No,
        _ => Certainty.Maybe,
    };
}

/// <summary>Whether a value of a field, or every one, lies in one of the ranges, or in none of them.</summary>
sealed class SieveValues(Presence presence, HeaderValue[] values, (ulong First, ulong Last)[] ranges, bool inside, bool forAll) : SieveTest
{
    public override Certainty Ask(ReadOnlySpan<byte> frame, in PlainSegment segment)
    {
        if ((presence & (segment.IsIPv6 ? Presence.IPv6 : Presence.IPv4)) == 0)
        {
            return Certainty.No;
        }

        if (values.Length == 0)
        {
            return Certainty.Maybe;
        }

        foreach (var value in values)
        {
            if (IsIn(value(frame, segment)) == inside != forAll)
            {
                return forAll ? Certainty.No : Certainty.Yes;
            }
        }

        return forAll ? Certainty.Yes : Certainty.No;
    }

    bool IsIn(ulong value)
    {
        foreach (var (first, last) in ranges)
        {
            if (value - first <= last - first)
            {
                return true;
            }
        }

        return false;
    }
}
