using System.Text.RegularExpressions;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>What the checker makes of a syntax tree: names are fields, texts are values, and every operation is one that the types have.</summary>
abstract record Bound;

/// <summary>Tests joined by <c>and</c> or <c>or</c>.</summary>
sealed record BoundJoin(bool IsAnd, IReadOnlyList<Bound> Parts) : Bound;

/// <summary>A negation.</summary>
sealed record BoundNot(Bound Inner) : Bound;

/// <summary>A field that exists.</summary>
sealed record BoundExists(BoundOperand Operand) : Bound;

/// <summary>A result that is not zero.</summary>
sealed record BoundNonZero(BoundOperand Operand) : Bound;

/// <summary>A comparison; <paramref name="ForAll"/> says whether it must hold for all values or for one.</summary>
sealed record BoundCompare(Comparison Comparison, bool ForAll, BoundOperand Left, BoundOperand Right) : Bound;

/// <summary>A search for a pattern.</summary>
sealed record BoundMatch(bool ForAll, BoundOperand Left, Regex Pattern, string Text) : Bound;

/// <summary>Membership in a set.</summary>
sealed record BoundIn(bool ForAll, BoundField Left, IReadOnlyList<(BoundOperand First, BoundOperand? Last)> Elements, bool Negated) : Bound;

/// <summary>What a test compares, and its type.</summary>
abstract record BoundOperand(FieldType Type);

/// <summary>A field, perhaps of certain layers only.</summary>
sealed record BoundField(FieldSet Set, IReadOnlyList<SliceRange>? Layers) : BoundOperand(Set.Type);

/// <summary>A field of the frame that was chosen as reference.</summary>
sealed record BoundReference(FieldSet Set) : BoundOperand(Set.Type);

/// <summary>A constant.</summary>
sealed record BoundConstant(FieldType Type, Literal Literal, string Text) : BoundOperand(Type);

/// <summary>A part of a value.</summary>
sealed record BoundSlice(FieldType Type, BoundOperand Inner, IReadOnlyList<SliceRange> Ranges) : BoundOperand(Type);

/// <summary>A function's result.</summary>
sealed record BoundCall(FieldType Type, FilterFunction Function, IReadOnlyList<BoundOperand> Arguments) : BoundOperand(Type);

/// <summary>An arithmetic result.</summary>
sealed record BoundArithmetic(FieldType Type, Arithmetic Operation, BoundOperand Left, BoundOperand Right) : BoundOperand(Type);

/// <summary>A negated number.</summary>
sealed record BoundNegate(FieldType Type, BoundOperand Inner) : BoundOperand(Type);

/// <summary>The language's functions.</summary>
enum FilterFunction : byte
{
    Len, Count, String, Upper, Lower, Max, Min, Abs,
}
