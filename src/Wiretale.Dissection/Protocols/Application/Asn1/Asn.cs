using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Asn1;

/// <summary>Called with an element that was added, for what a table cannot say: columns, labels, what stands inside.</summary>
delegate void AsnThen(Packet p, in View v, in Ber one, Node node);

/// <summary>A component of a sequence or an alternative of a choice: its tag, its field, and what it is.</summary>
/// <param name="Tag">The identifier octet; -1 for any (a choice, whose alternatives have the tags).</param>
/// <param name="Field">What shows it; null for nothing.</param>
/// <param name="Type">What it is.</param>
/// <param name="Then">Called after it was added.</param>
/// <param name="IsExplicit">Whether the tag wraps the type's own element (X.680 section 31.2).</param>
sealed record Part(int Tag, Field? Field, Asn Type, AsnThen? Then = null, bool IsExplicit = false)
{
    /// <summary>A component under an explicit context tag.</summary>
    public static Part Explicit(int number, Field? field, Asn type, AsnThen? then = null) => new(Ber.Context | Ber.Constructed | number, field, type, then, true);

    /// <summary>Whether an element is this.</summary>
    public bool Fits(int tag)
    {
        if (Tag >= 0)
        {
            return Tag == tag;
        }

        return Type.Fits(tag);
    }
}

/// <summary>What an element of a BER encoding is, as its ASN.1 module says: the table form for protocols that are declared in ASN.1.</summary>
/// <remarks>Tables are built when they are first used, so they stand in classes of their own, beside the fields.</remarks>
abstract class Asn
{
    /// <summary>Elements inside one another that are opened; no module of ours needs more, and a hostile packet could ask for thousands.</summary>
    const int MaxDepth = 64;

    [ThreadStatic]
    static int depth;

    /// <summary>A number.</summary>
    public static readonly Asn Integer = new Primitive(static (Packet p, in View v, Node parent, Field field, in Ber one) => p.AddInt(parent, field, v, one.At, one.Length,
        field.Type is FieldType.UInt32 or FieldType.UInt64 ? (long)one.Unsigned64(v) : one.Number64(v)));

    /// <summary>Truth.</summary>
    public static readonly Asn Boolean = new Primitive(static (Packet p, in View v, Node parent, Field field, in Ber one) => p.AddFlag(parent, field, v, one.At, one.Length, one.Number64(v) != 0));

    /// <summary>Bytes, text or an identifier: what the field's type says.</summary>
    public static readonly Asn Content = new Primitive(static (Packet p, in View v, Node parent, Field field, in Ber one) => p.Add(parent, field, v, one.At, one.Length));

    /// <summary>Text in UTF-8.</summary>
    public static readonly Asn Text = new Primitive(static (Packet p, in View v, Node parent, Field field, in Ber one) => p.AddString(parent, field, v, one.At, one.Length, Wiretale.Dissection.Engine.TextEncoding.Utf8));

    /// <summary>An object identifier, with its name.</summary>
    public static readonly Asn Identifier = new Primitive(static (Packet p, in View v, Node parent, Field field, in Ber one) =>
    {
        var node = p.Add(parent, field, v, one.At, one.Length);
        if (ObjectNames.Find(v.Span(one.At, one.Length)) is { } name)
        {
            p.AppendLabel(node, $" ({name})");
        }

        return node;
    });

    /// <summary>A point in time.</summary>
    public static readonly Asn Time = new Primitive(static (Packet p, in View v, Node parent, Field field, in Ber one) =>
        BerTime.TryRead(v.Span(one.At, one.Length), out var time) ? p.AddTime(parent, field, v, one.At, one.Length, time) : Node.None);

    /// <summary>Components in order.</summary>
    public static Asn Sequence(params Part[] parts) => new Ordered(parts);

    /// <summary>Any number of one thing.</summary>
    public static Asn Of(Part item) => new Repeated(item);

    /// <summary>One of several.</summary>
    public static Asn Choice(params Part[] alternatives) => new OneOf(alternatives);

    /// <summary>Bits with names, in order; first the number of unused ones.</summary>
    public static Asn Bits(Field padding, params Field[] bits) => new Named(padding, bits);

    /// <summary>Whatever code adds.</summary>
    public static Asn By(AsnAdd add) => new Primitive(add);

    /// <summary>A type that is declared later: modules refer to themselves.</summary>
    public static Asn Later(Func<Asn> type) => new Delayed(type);

    /// <summary>Whether an element with this tag can be the type: only a choice can tell.</summary>
    public virtual bool Fits(int tag) => true;

    /// <summary>Adds an element.</summary>
    public abstract Node Add(Packet p, in View v, Node parent, Field? field, in Ber one);

    /// <summary>Reads the element at an offset and adds it as a part.</summary>
    /// <returns>The offset after it.</returns>
    public static int Read(Packet p, in View v, Node parent, Part part, int at, int end)
    {
        var one = Take(v, at, end);
        Add(p, v, parent, part, one);
        return one.After;
    }

    /// <summary>The element at an offset, which must have a whole head.</summary>
    public static Ber Take(in View v, int at, int end)
    {
        var one = Ber.Head(v, at, end);
        if (one.Tag < 0)
        {
            v.ThrowShort(Math.Max(at, v.Captured - 1), 2);
        }

        return one;
    }

    /// <summary>Adds an element as a part, and calls what the part wants called.</summary>
    public static Node Add(Packet p, in View v, Node parent, Part part, in Ber one)
    {
        var inner = part.IsExplicit ? Take(v, one.At, one.End) : one;
        if (depth >= MaxDepth)
        {
            p.Expert(parent, Catalog.TooDeep, v, one.Start, 0);
            return Node.None;
        }

        depth++;
        try
        {
            v.Ensure(inner.At, inner.Length);
            var node = part.Type.Add(p, v, parent, part.Field, inner);
            part.Then?.Invoke(p, v, inner, node);
            return node;
        }
        finally
        {
            depth--;
        }
    }

    sealed class Primitive(AsnAdd add) : Asn
    {
        public override Node Add(Packet p, in View v, Node parent, Field? field, in Ber one) => field is null ? parent : add(p, v, parent, field, one);
    }

    sealed class Delayed(Func<Asn> type) : Asn
    {
        Asn? made;

        Asn Made => made ??= type();

        public override bool Fits(int tag) => Made.Fits(tag);

        public override Node Add(Packet p, in View v, Node parent, Field? field, in Ber one) => Made.Add(p, v, parent, field, one);
    }

    sealed class Ordered(Part[] parts) : Asn
    {
        public override Node Add(Packet p, in View v, Node parent, Field? field, in Ber one)
        {
            var node = field is null ? parent : p.Add(parent, field, v, one.Start, one.Whole);
            int next = 0;
            for (int at = one.At; at < one.End;)
            {
                var element = Take(v, at, one.End);
                int found = next;
                while (found < parts.Length && !parts[found].Fits(element.Tag))
                {
                    found++;
                }

                if (found < parts.Length)
                {
                    Asn.Add(p, v, node, parts[found], element);
                    next = found + 1;
                }

                at = element.After;
            }

            return node;
        }
    }

    sealed class Repeated(Part item) : Asn
    {
        public override Node Add(Packet p, in View v, Node parent, Field? field, in Ber one)
        {
            var node = parent;
            if (field is not null)
            {
                int count = one.Count(v);
                node = p.AddUInt(parent, field, v, one.At, one.Length, (uint)count);
                p.Label(node, $"{field.Label}: {count} item{(count == 1 ? "" : "s")}");
            }

            for (int at = one.At; at < one.End;)
            {
                at = Read(p, v, node, item, at, one.End);
            }

            return node;
        }
    }

    sealed class OneOf(Part[] alternatives) : Asn
    {
        public override bool Fits(int tag) => Find(tag) >= 0;

        int Find(int tag)
        {
            for (int i = 0; i < alternatives.Length; i++)
            {
                if (alternatives[i].Fits(tag))
                {
                    return i;
                }
            }

            return -1;
        }

        public override Node Add(Packet p, in View v, Node parent, Field? field, in Ber one)
        {
            int index = Find(one.Tag);
            if (index < 0)
            {
                return Node.None;
            }

            var node = field is null ? parent : p.AddUInt(parent, field, v, one.Start, one.Whole, (uint)((one.Tag & 0xc0) != 0 ? one.Number : index));
            Asn.Add(p, v, node, alternatives[index], one);
            return node;
        }
    }

    sealed class Named(Field padding, Field[] bits) : Asn
    {
        public override Node Add(Packet p, in View v, Node parent, Field? field, in Ber one)
        {
            if (field is null || one.Length == 0)
            {
                return parent;
            }

            p.Add(parent, padding, v, one.At, 1);
            var node = p.Add(parent, field, v, one.At + 1, one.Length - 1);
            // Bits are numbered from the top of the first byte; those that the sender left out are 0 (X.680 section 22.7).
            for (int i = 0; i < bits.Length && i / 8 < one.Length - 1; i++)
            {
                p.Add(node, bits[i], v, one.At + 1 + (i / 8), 1);
            }

            return node;
        }
    }
}

/// <summary>Adds an element under its field.</summary>
delegate Node AsnAdd(Packet p, in View v, Node parent, Field field, in Ber one);
