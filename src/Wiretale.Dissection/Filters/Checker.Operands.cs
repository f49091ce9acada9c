using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <content>Operands: what a test compares.</content>
sealed partial class Checker
{
    /// <summary>An operand that decides the type: a field, or something made of fields.</summary>
    BoundOperand Left(OperandSyntax syntax, string what)
    {
        var operand = Operand(syntax, null, null);
        return operand is BoundConstant
            ? throw new FilterException($"The left side of {what} must be a field or a function, not {operand}.", syntax.Place.Position, syntax.Place.Length)
            : operand;
    }

    /// <summary>An operand of which the type is known: constants are read as such.</summary>
    BoundOperand Right(OperandSyntax syntax, FieldType type, BoundOperand left) => Operand(syntax, type, NamesOf(left));

    static FieldSet? NamesOf(BoundOperand operand) => operand switch
    {
        BoundField field => field.Set,
        BoundReference reference => reference.Set,
        BoundNegate negate => NamesOf(negate.Inner),
        BoundArithmetic arithmetic => NamesOf(arithmetic.Left),
        BoundCall { Function: FilterFunction.Max or FilterFunction.Min or FilterFunction.Abs } call => NamesOf(call.Arguments[0]),
        _ => null,
    };

    /// <param name="type">What constants are to be; null where none may stand.</param>
    BoundOperand Operand(OperandSyntax syntax, FieldType? type, FieldSet? valuesOf)
    {
        switch (syntax)
        {
            case WordSyntax word:
                return Field(word) is { } field ? field
                    : word.Kind == TokenKind.FieldName ? throw Unknown(word)
                    : type is { } t ? new BoundConstant(t, Literals.Word(word.Text, t, valuesOf, word.Place), word.Text)
                    : throw NoConstant(word.Place, word.Text, word);
            case QuotedSyntax quoted:
                string text = quoted.IsCharacter ? $"'{quoted.Text}'" : $"\"{quoted.Text}\"";
                return type is { } wanted ? new BoundConstant(wanted, Quoted(quoted, wanted, valuesOf), text) : throw NoConstant(quoted.Place, text, null);
            case ReferenceSyntax reference:
                var set = names.Find(reference.Name)
                    ?? throw new FilterException($"There is no field and no macro \"{reference.Name}\".", reference.Place.Position, reference.Place.Length, names.Nearest(reference.Name));
                return new BoundReference(set);
            case LayerSyntax layer:
                return layer.Inner is WordSyntax name
                    ? (Field(name) ?? throw Unknown(name)) with { Layers = layer.Ranges }
                    : throw new FilterException("Only a field has layers.", layer.Place.Position, layer.Place.Length);
            case SliceSyntax slice:
                return Slice(slice);
            case CallSyntax call:
                return Function(call);
            case NegateSyntax negate:
                return Negate(negate, type, valuesOf);
            case ArithmeticSyntax arithmetic:
                return ArithmeticOf(arithmetic, type, valuesOf);
            default:
                throw new InvalidOperationException();
        }
    }

    BoundField? Field(WordSyntax word)
    {
        if (word.Kind == TokenKind.Value || names.Find(word.Text) is not { } set)
        {
            return null;
        }

        used[set.Name] = set;
        return new(set, null);
    }

    FilterException NoConstant(Place place, string text, WordSyntax? word)
    {
        // A name with a dot was meant to be a field; numbers and addresses were not.
        string? near = word is { Text: var name } && char.IsAsciiLetter(name[0]) ? names.Nearest(name) : null;
        return new($"A field or a function is expected here, not {text}.", place.Position, place.Length, near);
    }

    static Literal Quoted(QuotedSyntax quoted, FieldType type, FieldSet? valuesOf) => quoted.IsCharacter
        ? Literals.Character(quoted.Text[0], type, quoted.Place)
        : Literals.Quoted(quoted.Text, type, valuesOf, quoted.Place);

    BoundSlice Slice(SliceSyntax slice)
    {
        if (slice.Inner is ReferenceSyntax or QuotedSyntax)
        {
            throw new FilterException("Only fields, functions and slices can be sliced.", slice.Inner.Place.Position, slice.Inner.Place.Length);
        }

        var inner = Operand(slice.Inner, null, null);
        return TypeRules.CanSlice(inner.Type)
            ? new(inner.Type.IsString() ? inner.Type : FieldType.Bytes, inner, slice.Ranges)
            : throw new FilterException($"{Describe(inner)} is {TypeRules.Words(inner.Type)} and cannot be sliced.", slice.Inner.Place.Position, slice.Inner.Place.Length);
    }

    BoundOperand Negate(NegateSyntax negate, FieldType? type, FieldSet? valuesOf)
    {
        // A constant is read with its sign, so that -128 fits eight bits.
        var inner = type is { } t && negate.Inner is WordSyntax { Kind: not TokenKind.FieldName } word && Field(word) is null
            ? new BoundConstant(t, TypeRules.CanNegate(t) ? Literals.Word(word.Text, t, valuesOf, word.Place, negated: true) : default, word.Text)
            : Operand(negate.Inner, type, valuesOf);
        return TypeRules.CanNegate(inner.Type)
            ? new BoundNegate(inner.Type, inner)
            : throw new FilterException($"A minus cannot stand before {TypeRules.Words(inner.Type)}.", negate.Place.Position, negate.Place.Length);
    }

    BoundArithmetic ArithmeticOf(ArithmeticSyntax syntax, FieldType? type, FieldSet? valuesOf)
    {
        var left = Operand(syntax.Left, type, valuesOf);
        if (!TypeRules.Can(syntax.Operation, left.Type))
        {
            throw new FilterException($"\"{Sign(syntax.Operation)}\" does not take {TypeRules.Words(left.Type)}.", syntax.Place.Position, syntax.Place.Length);
        }

        if (syntax.Right is QuotedSyntax { IsCharacter: false } text && left.Type.IsInteger())
        {
            throw new FilterException($"\"{text.Text}\" is no number to calculate with.", text.Place.Position, text.Place.Length);
        }

        var right = Operand(syntax.Right, left.Type, NamesOf(left));
        return right is BoundConstant || TypeRules.AreCompatible(left.Type, right.Type)
            ? new(left.Type, syntax.Operation, left, right)
            : throw new FilterException($"{Describe(left)} is {TypeRules.Words(left.Type)}, {Describe(right)} is {TypeRules.Words(right.Type)}: \"{Sign(syntax.Operation)}\" does not take both.",
                syntax.Right.Place.Position, syntax.Right.Place.Length);
    }

    internal static string Sign(Arithmetic operation) => operation switch
    {
        Arithmetic.Add => "+",
        Arithmetic.Subtract => "-",
        Arithmetic.Multiply => "*",
        Arithmetic.Divide => "/",
        Arithmetic.Remainder => "%",
        _ => "&",
    };

    BoundCall Function(CallSyntax call)
    {
        if (!call.Name.All(char.IsAsciiLetterLower) || !Enum.TryParse<FilterFunction>(call.Name, ignoreCase: true, out var function))
        {
            throw new FilterException($"There is no function \"{call.Name}\"; there are len, count, string, upper, lower, max, min and abs.", call.NamePlace.Position, call.NamePlace.Length);
        }

        bool many = function is FilterFunction.Max or FilterFunction.Min;
        if (many ? call.Arguments.Count == 0 : call.Arguments.Count != 1)
        {
            throw new FilterException($"{call.Name}() takes {(many ? "at least one argument" : "one argument")}, not {call.Arguments.Count}.", call.NamePlace.Position, call.NamePlace.Length);
        }

        var first = call.Arguments[0];
        switch (function)
        {
            case FilterFunction.Len or FilterFunction.Count:
                return new(FieldType.UInt32, function, [FieldArgument(call, first)]);
            case FilterFunction.String:
                var field = FieldArgument(call, first);
                return TypeRules.HasText(field.Type) ? new(FieldType.String, function, [field])
                    : throw new FilterException($"string() does not take {field.Set.Name}, which is {TypeRules.Words(field.Type)}.", first.Place.Position, first.Place.Length);
            case FilterFunction.Upper or FilterFunction.Lower:
                var text = FieldArgument(call, first);
                return text.Type.IsString() ? new(text.Type, function, [text])
                    : throw new FilterException($"{call.Name}() takes a text, and {text.Set.Name} is {TypeRules.Words(text.Type)}.", first.Place.Position, first.Place.Length);
            case FilterFunction.Abs:
                var number = Operand(first, null, null);
                return TypeRules.CanNegate(number.Type) ? new(number.Type, function, [number])
                    : throw new FilterException($"abs() takes a number, and {Describe(number)} is {TypeRules.Words(number.Type)}.", first.Place.Position, first.Place.Length);
            default:
                return Extreme(call, function);
        }
    }

    BoundField FieldArgument(CallSyntax call, OperandSyntax argument)
    {
        if (argument is WordSyntax or LayerSyntax)
        {
            return (BoundField)Operand(argument, null, null);
        }

        throw new FilterException($"{call.Name}() takes a field.", argument.Place.Position, argument.Place.Length);
    }

    BoundCall Extreme(CallSyntax call, FilterFunction function)
    {
        var arguments = new List<BoundOperand>();
        foreach (var syntax in call.Arguments)
        {
            var argument = arguments.Count == 0 ? Operand(syntax, null, null) : Operand(syntax, arguments[0].Type, NamesOf(arguments[0]));
            if (!TypeRules.CanCompare(argument.Type) || (arguments.Count > 0 && argument.Type != arguments[0].Type))
            {
                throw new FilterException($"The arguments of {call.Name}() must have one type; {Describe(argument)} is {TypeRules.Words(argument.Type)}.", syntax.Place.Position, syntax.Place.Length);
            }

            arguments.Add(argument);
        }

        return new(arguments[0].Type, function, arguments);
    }
}
