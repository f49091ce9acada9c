namespace Wiretale.Dissection.Protocols.Application.Messaging;

/// <summary>The elements of a piece of XML, as places in its bytes: for protocols that look at stanzas. Made once for a lane and read into again and again.</summary>
/// <remarks>Reads what is well-formed, and the beginning of what is not: an element without its end lasts to the end of the bytes.</remarks>
sealed class XmlElements
{
    const int MostElements = 4096, MostAttributes = 16384, MaxDepth = 64;

    readonly List<Element> elements = [];
    readonly List<(Place Name, Place Value)> attributes = [];

    /// <summary>The first element, or -1; the others follow by <see cref="Element.Next"/>.</summary>
    public int First { get; private set; }

    /// <summary>The version in the XML declaration.</summary>
    public Place Version { get; private set; }

    public Element this[int index] => elements[index];

    /// <summary>An element's name without its prefix.</summary>
    public ReadOnlySpan<byte> LocalName(ReadOnlySpan<byte> bytes, int element)
    {
        var name = elements[element].Name.Of(bytes);
        return name[(name.IndexOf((byte)':') + 1)..];
    }

    /// <summary>An attribute's value; empty when there is none.</summary>
    public ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> bytes, int element, ReadOnlySpan<byte> name)
    {
        var one = elements[element];
        for (int i = 0; i < one.AttributeCount; i++)
        {
            var (key, value) = attributes[one.FirstAttribute + i];
            if (key.Of(bytes).SequenceEqual(name))
            {
                return value.Of(bytes);
            }
        }

        return default;
    }

    /// <summary>The place among all of an element's attribute, or -1.</summary>
    public int Find(ReadOnlySpan<byte> bytes, in Element element, ReadOnlySpan<char> name)
    {
        for (int i = 0; i < element.AttributeCount; i++)
        {
            if (System.Text.Ascii.Equals(attributes[element.FirstAttribute + i].Name.Of(bytes), name))
            {
                return element.FirstAttribute + i;
            }
        }

        return -1;
    }

    /// <summary>An attribute by its place among all.</summary>
    public Pair AttributeAt(ReadOnlySpan<byte> bytes, int index, out int at)
    {
        var (name, value) = attributes[index];
        at = value.Start;
        return new(name.Of(bytes), value.Of(bytes));
    }

    /// <summary>Reads the elements; those before are forgotten.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        elements.Clear();
        attributes.Clear();
        First = -1;
        Version = default;
        Span<int> open = stackalloc int[MaxDepth];
        int depth = 0, lastRoot = -1, at = 0;
        while (at < bytes.Length && elements.Count < MostElements && attributes.Count < MostAttributes)
        {
            int tag = bytes[at..].IndexOf((byte)'<');
            int textEnd = tag < 0 ? bytes.Length : at + tag;
            if (depth > 0 && textEnd > at)
            {
                var holder = elements[open[depth - 1]];
                elements[open[depth - 1]] = holder.Text.Length > 0 ? holder : holder with { Text = new(at, textEnd - at) };
            }

            if (tag < 0)
            {
                break;
            }

            at = textEnd;
            int end = TagEnd(bytes, at);
            if (end - at >= 2 && bytes[at + 1] == '?')
            {
                ReadDeclaration(bytes, at, end);
            }
            else if (end - at >= 2 && bytes[at + 1] == '/')
            {
                if (depth > 0)
                {
                    depth--;
                    elements[open[depth]] = elements[open[depth]] with { End = end };
                }
            }
            else if (end - at >= 2 && bytes[at + 1] != '!')
            {
                int index = ReadElement(bytes, at, end, out bool isEmpty);
                int parent = depth > 0 ? open[depth - 1] : -1;
                Link(index, parent, ref lastRoot);
                if (!isEmpty && depth < MaxDepth)
                {
                    open[depth++] = index;
                }
            }

            at = end;
        }

        for (int i = 0; i < depth; i++)
        {
            elements[open[i]] = elements[open[i]] with { End = bytes.Length };
        }
    }

    void Link(int index, int parent, ref int lastRoot)
    {
        int last = parent < 0 ? lastRoot : elements[parent].LastChild;
        if (last >= 0)
        {
            elements[last] = elements[last] with { Next = index };
        }
        else if (parent < 0)
        {
            First = index;
        }
        else
        {
            elements[parent] = elements[parent] with { Child = index };
        }

        if (parent < 0)
        {
            lastRoot = index;
        }
        else
        {
            elements[parent] = elements[parent] with { LastChild = index };
        }
    }

    /// <summary>The offset after a tag's <c>&gt;</c>; one in quotes does not end it.</summary>
    static int TagEnd(ReadOnlySpan<byte> bytes, int at)
    {
        byte quote = 0;
        for (int i = at + 1; i < bytes.Length; i++)
        {
            byte b = bytes[i];
            if (quote != 0)
            {
                quote = b == quote ? (byte)0 : quote;
            }
            else if (b is (byte)'"' or (byte)'\'')
            {
                quote = b;
            }
            else if (b == '>')
            {
                return i + 1;
            }
        }

        return bytes.Length;
    }

    int ReadElement(ReadOnlySpan<byte> bytes, int at, int end, out bool isEmpty)
    {
        int inner = end - 1;
        isEmpty = inner > at && bytes[inner - 1] == '/';
        inner -= isEmpty ? 1 : 0;
        int nameEnd = at + 1;
        while (nameEnd < inner && !IsSpace(bytes[nameEnd]))
        {
            nameEnd++;
        }

        int first = attributes.Count;
        ReadAttributes(bytes, nameEnd, inner);
        elements.Add(new(new(at + 1, nameEnd - at - 1), at, end, first, attributes.Count - first, -1, -1, -1, default));
        return elements.Count - 1;
    }

    void ReadAttributes(ReadOnlySpan<byte> bytes, int at, int end)
    {
        while (attributes.Count < MostAttributes)
        {
            while (at < end && IsSpace(bytes[at]))
            {
                at++;
            }

            int sign = at < end ? bytes[at..end].IndexOf((byte)'=') : -1;
            if (sign <= 0)
            {
                return;
            }

            int quoteAt = at + sign + 1;
            while (quoteAt < end && IsSpace(bytes[quoteAt]))
            {
                quoteAt++;
            }

            if (quoteAt >= end || bytes[quoteAt] is not ((byte)'"' or (byte)'\''))
            {
                return;
            }

            int length = bytes[(quoteAt + 1)..end].IndexOf(bytes[quoteAt]);
            if (length < 0)
            {
                return;
            }

            int nameEnd = at + sign;
            while (nameEnd > at && IsSpace(bytes[nameEnd - 1]))
            {
                nameEnd--;
            }

            attributes.Add((new(at, nameEnd - at), new(quoteAt + 1, length)));
            at = quoteAt + length + 2;
        }
    }

    void ReadDeclaration(ReadOnlySpan<byte> bytes, int at, int end)
    {
        int first = attributes.Count;
        int name = at + 2;
        while (name < end && !IsSpace(bytes[name]))
        {
            name++;
        }

        ReadAttributes(bytes, name, Math.Max(name, end - 2));
        for (int i = first; i < attributes.Count; i++)
        {
            if (attributes[i].Name.Of(bytes).SequenceEqual("version"u8))
            {
                Version = attributes[i].Value;
            }
        }
    }

    static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <summary>Some of the bytes.</summary>
    public readonly record struct Place(int Start, int Length)
    {
        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
    }

    /// <summary>A name and its value.</summary>
    public readonly ref struct Pair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        readonly ReadOnlySpan<byte> name = name, value = value;

        public void Deconstruct(out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
        {
            first = name;
            second = value;
        }
    }

    /// <param name="Child">Its first child, or -1.</param>
    /// <param name="Next">The element after it, or -1.</param>
    /// <param name="Text">The first text in it.</param>
    public readonly record struct Element(Place Name, int Start, int End, int FirstAttribute, int AttributeCount, int Child, int LastChild, int Next, Place Text);
}
