namespace Wiretale.Dissection.Filters;

/// <summary>Second stage: tokens into a syntax tree, by recursive descent with a limit on depth.</summary>
/// <remarks>
/// From loose to tight: <c>or</c>; <c>and</c>; <c>not</c>; comparisons (which chain: <c>a &lt; b &lt; c</c> is <c>a &lt; b and b &lt; c</c>);
/// <c>&amp;</c>; <c>+ -</c>; <c>* / %</c>; a sign. Parentheses group tests, braces group arithmetic.
/// </remarks>
sealed class Parser
{
    /// <summary>What may stand open at one place; Wireshark's own parser gives up at the same depth.</summary>
    const int MaxDepth = 98;

    readonly Scanner scanner;
    readonly string text;
    Token token;
    int depth;

    public Parser(string text)
    {
        this.text = text;
        scanner = new(text);
        token = scanner.Next();
    }

    Place Here => new(token.Position, token.Length);

    /// <summary>The whole filter; null when the text is empty, which selects everything.</summary>
    public Syntax? Parse()
    {
        if (token.Kind == TokenKind.End)
        {
            return null;
        }

        var tree = Or();
        return token.Kind == TokenKind.End ? tree : throw Unexpected();
    }

    Syntax Or() => Join(TokenKind.Or, And);

    Syntax And() => Join(TokenKind.And, Not);

    Syntax Join(TokenKind sign, Func<Syntax> part)
    {
        var first = part();
        if (token.Kind != sign)
        {
            return first;
        }

        var parts = new List<Syntax> { first };
        while (token.Kind == sign)
        {
            Next();
            Enter(2);
            parts.Add(part());
            depth -= 2;
        }

        return new JoinSyntax(sign == TokenKind.And, parts, Place.From(first.Place, parts[^1].Place));
    }

    Syntax Not()
    {
        var start = Here;
        int signs = 0;
        while (token.Kind == TokenKind.Not)
        {
            signs++;
            Next();
        }

        if (signs == 0)
        {
            return Primary();
        }

        Enter(1);
        var inner = Primary();
        depth--;
        return signs % 2 == 1 ? new NotSyntax(inner, Place.From(start, inner.Place)) : inner;
    }

    Syntax Primary()
    {
        if (token.Kind != TokenKind.OpenParenthesis)
        {
            return Relation();
        }

        Next();
        Enter(1);
        var inner = Or();
        Expect(TokenKind.CloseParenthesis);
        depth--;
        return inner;
    }

    Syntax Relation()
    {
        var start = Here;
        var quantifier = token.Kind switch { TokenKind.Any => Quantifier.Any, TokenKind.All => Quantifier.All, _ => Quantifier.Default };
        if (quantifier != Quantifier.Default)
        {
            Next();
        }

        Enter(1);
        var left = Arithmetic();
        var relation = RelationOf(start, quantifier, left);
        depth--;
        return relation;
    }

    Syntax RelationOf(Place start, Quantifier quantifier, OperandSyntax left)
    {
        if (ComparisonOf(token.Kind) is { } comparison)
        {
            return Chain(start, quantifier, left, comparison);
        }

        bool isPlain = left is not (ArithmeticSyntax or NegateSyntax);
        switch (token.Kind)
        {
            case TokenKind.Contains or TokenKind.Matches when isPlain:
                var search = token.Kind == TokenKind.Contains ? Comparison.Contains : Comparison.Matches;
                Next();
                var sought = Entity();
                return new CompareSyntax(search, quantifier, left, sought, Place.From(start, sought.Place));
            case TokenKind.In when isPlain:
                return Set(start, quantifier, left, negated: false);
            case TokenKind.Not when isPlain:
                Next();
                return token.Kind == TokenKind.In ? Set(start, quantifier, left, negated: true) : throw Unexpected();
            case var _ when quantifier != Quantifier.Default:
                throw Unexpected();
            default:
                return new ExistsSyntax(left, left.Place);
        }
    }

    Syntax Chain(Place start, Quantifier quantifier, OperandSyntax left, Comparison comparison)
    {
        List<Syntax>? links = null;
        Enter(1);
        while (true)
        {
            var (sign, own) = (token.Kind, quantifier);
            if (own == Quantifier.Default)
            {
                own = sign switch
                {
                    TokenKind.AllEqual => Quantifier.All,
                    TokenKind.AnyNotEqual => Quantifier.Any,
                    TokenKind.NotEqual => Quantifier.All,
                    _ => Quantifier.Any,
                };
            }

            Next();
            var right = Arithmetic();
            var link = new CompareSyntax(comparison, own, left, right, Place.From(start, right.Place));
            if (ComparisonOf(token.Kind) is not { } following)
            {
                depth--;
                if (links is null)
                {
                    return link;
                }

                links.Add(link);
                return new JoinSyntax(true, links, Place.From(start, right.Place));
            }

            (links ??= []).Add(link);
            (left, comparison, start) = (right, following, right.Place);
        }
    }

    static Comparison? ComparisonOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal or TokenKind.AllEqual => Comparison.Equal,
        TokenKind.NotEqual or TokenKind.AnyNotEqual => Comparison.NotEqual,
        TokenKind.Less => Comparison.Less,
        TokenKind.LessOrEqual => Comparison.LessOrEqual,
        TokenKind.Greater => Comparison.Greater,
        TokenKind.GreaterOrEqual => Comparison.GreaterOrEqual,
        _ => null,
    };

    InSyntax Set(Place start, Quantifier quantifier, OperandSyntax left, bool negated)
    {
        Next();
        Expect(TokenKind.OpenBrace);
        var elements = new List<SetElement>();
        while (true)
        {
            var first = SignedEntity();
            OperandSyntax? last = null;
            if (token.Kind == TokenKind.DotDot)
            {
                Next();
                last = SignedEntity();
            }

            elements.Add(new(first, last));
            if (token.Kind != TokenKind.Comma)
            {
                break;
            }

            Next();
        }

        var end = Here;
        Expect(TokenKind.CloseBrace);
        return new(quantifier, left, elements, negated, Place.From(start, end));
    }

    OperandSyntax Arithmetic() => Binary(Sum, static kind => kind == TokenKind.Ampersand ? Filters.Arithmetic.BitAnd : null);

    OperandSyntax Sum() => Binary(Product, static kind => kind switch
    {
        TokenKind.Plus => Filters.Arithmetic.Add,
        TokenKind.Minus => Filters.Arithmetic.Subtract,
        _ => null,
    });

    OperandSyntax Product() => Binary(Factor, static kind => kind switch
    {
        TokenKind.Star => Filters.Arithmetic.Multiply,
        TokenKind.Slash => Filters.Arithmetic.Divide,
        TokenKind.Percent => Filters.Arithmetic.Remainder,
        _ => null,
    });

    OperandSyntax Binary(Func<OperandSyntax> part, Func<TokenKind, Arithmetic?> operation)
    {
        // The tree of a long sum leans to the left and is walked by recursion later: its length counts as depth, too.
        const int MaxOperations = 500;
        var left = part();
        for (int count = 0; operation(token.Kind) is { } sign; count++)
        {
            if (count == MaxOperations)
            {
                throw new FilterException("Too many arithmetic operations in one expression.", token.Position, token.Length);
            }

            Next();
            Enter(2);
            var right = part();
            depth -= 2;
            left = new ArithmeticSyntax(sign, left, right, Place.From(left.Place, right.Place));
        }

        return left;
    }

    OperandSyntax Factor()
    {
        if (token.Kind != TokenKind.OpenBrace)
        {
            return SignedEntity();
        }

        Next();
        Enter(1);
        var inner = Arithmetic();
        Expect(TokenKind.CloseBrace);
        depth--;
        return inner;
    }

    OperandSyntax SignedEntity()
    {
        var start = Here;
        var sign = token.Kind;
        if (sign is not (TokenKind.Plus or TokenKind.Minus))
        {
            return Entity();
        }

        Next();
        var inner = Entity();
        return sign == TokenKind.Plus ? inner : new NegateSyntax(inner, Place.From(start, inner.Place));
    }

    OperandSyntax Entity()
    {
        var place = Here;
        OperandSyntax entity;
        switch (token.Kind)
        {
            case TokenKind.Word or TokenKind.FieldName or TokenKind.Value:
                entity = new WordSyntax(token.Text, token.Kind, place);
                Next();
                if (token.Kind == TokenKind.OpenParenthesis && ((WordSyntax)entity).Kind == TokenKind.Word)
                {
                    entity = Call((WordSyntax)entity);
                }

                break;
            case TokenKind.String or TokenKind.RawString or TokenKind.Character:
                entity = new QuotedSyntax(token.Text, token.Kind == TokenKind.Character, token.Kind == TokenKind.RawString, place);
                Next();
                break;
            case TokenKind.Reference:
                entity = new ReferenceSyntax(token.Text, place);
                Next();
                break;
            default:
                throw Unexpected();
        }

        if (token.Kind == TokenKind.Layer)
        {
            int inside = token.Text.Length > 0 && text[token.Position + 1] == '[' ? token.Position + 2 : token.Position + 1;
            entity = new LayerSyntax(entity, SliceText.Parse(token.Text, inside), Place.From(place, Here));
            Next();
        }

        for (int slices = 0; token.Kind == TokenKind.Brackets; slices++)
        {
            if (slices == MaxDepth)
            {
                throw TooDeep();
            }

            entity = new SliceSyntax(entity, SliceText.Parse(token.Text, token.Position + 1), Place.From(place, Here));
            Next();
        }

        return entity;
    }

    CallSyntax Call(WordSyntax name)
    {
        Next();
        Enter(2);
        var arguments = new List<OperandSyntax>();
        if (token.Kind != TokenKind.CloseParenthesis)
        {
            arguments.Add(Arithmetic());
            while (token.Kind == TokenKind.Comma)
            {
                Next();
                arguments.Add(Arithmetic());
            }
        }

        var end = Here;
        Expect(TokenKind.CloseParenthesis);
        depth -= 2;
        return new(name.Text, name.Place, arguments, Place.From(name.Place, end));
    }

    void Next() => token = scanner.Next();

    void Expect(TokenKind kind)
    {
        if (token.Kind != kind)
        {
            throw Unexpected();
        }

        Next();
    }

    void Enter(int cost)
    {
        depth += cost;
        if (depth > MaxDepth)
        {
            throw TooDeep();
        }
    }

    FilterException TooDeep() => new("The filter is nested too deeply.", token.Position, token.Length);

    FilterException Unexpected() => token.Kind == TokenKind.End
        ? new("The filter ends too early.", token.Position, 1)
        : new($"\"{text.Substring(token.Position, token.Length)}\" was not expected here.", token.Position, token.Length);
}
