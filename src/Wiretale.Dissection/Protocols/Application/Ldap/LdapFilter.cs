using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using F = Wiretale.Dissection.Protocols.Application.Ldap.LdapFields;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

// Specification: RFC 4511 section 4.5.1.7; as text RFC 4515.

/// <summary>Filters of searches: a tree, with the text of each of its branches.</summary>
static class LdapFilter
{
    /// <summary>Filters inside one another that are written as text; a hostile search could ask for thousands.</summary>
    const int MaxDepth = 24;

    /// <summary>Adds a filter: its text, and below it what it is.</summary>
    public static Node Add(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var branch = parent;
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            Write(p.Scratch, v, one, 0);
            branch = p.AddText(parent, v, one.Start, one.Whole, $"Filter: {p.Scratch.Bytes}");
        }

        Asn.Add(p, v, branch, new Part(-1, field, LdapModule.FilterChoice), one);
        return branch;
    }

    /// <summary>Adds the filters of "and" and "or".</summary>
    public static Node List(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var branch = parent;
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            Write(p.Scratch, v, one, 0);
            branch = p.AddText(parent, v, one.Start, one.Whole, $"{field.Label}: {p.Scratch.Bytes}");
        }

        int count = one.Count(v);
        var node = p.AddUInt(branch, field, v, one.At, one.Length, (uint)count);
        p.Label(node, $"{field.Label}: {count} item{(count == 1 ? "" : "s")}");
        for (int at = one.At; at < one.End;)
        {
            at = Asn.Read(p, v, node, new Part(-1, field == F.And ? F.AndItem : F.OrItem, Filter), at, one.End);
        }

        return node;
    }

    static readonly Asn Filter = Asn.By(Add);

    public static Node Substrings(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var branch = parent;
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            Write(p.Scratch, v, one, 0);
            branch = p.AddText(parent, v, one.Start, one.Whole, $"substring: {p.Scratch.Bytes}");
        }

        var node = LdapModule.SubstringParts.Add(p, v, branch, field, one);
        Title(p, v, one, node, Ber.OctetString);
        return node;
    }

    /// <summary>An extensible match is called after its attribute.</summary>
    public static void TitleExtensible(Packet p, in View v, in Ber one, Node node) => Title(p, v, one, node, Ber.Context | 2);

    static void Title(Packet p, in View v, in Ber one, Node node, int tag)
    {
        for (var part = one.First(v); part.Tag >= 0; part = part.Next(v, one))
        {
            if (part.Tag == tag)
            {
                p.AppendLabel(node, $" {v.Span(part.At, part.Length)}");
                return;
            }
        }
    }

    static void Write(Utf8Text text, in View v, in Ber one, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        var first = one.First(v);
        switch (one.Tag & ~Ber.Constructed)
        {
            case Ber.Context | 0 or Ber.Context | 1:
                WriteList(text, v, one, one.Number == 0 ? '&' : '|', depth);
                break;
            case Ber.Context | 2:
                text.Append("(!"u8);
                Write(text, v, first, depth + 1);
                text.Append(')');
                break;
            case Ber.Context | 3:
                Write(text, v, one, "="u8);
                break;
            case Ber.Context | 4:
                WriteSubstrings(text, v, one);
                break;
            case Ber.Context | 5:
                Write(text, v, one, ">="u8);
                break;
            case Ber.Context | 6:
                Write(text, v, one, "<="u8);
                break;
            case Ber.Context | 7:
                text.Append($"({v.Span(one.At, one.Length)}=*)");
                break;
            case Ber.Context | 8:
                Write(text, v, one, "~="u8);
                break;
            case Ber.Context | 9:
                WriteExtensible(text, v, one);
                break;
        }
    }

    /// <summary>As Wireshark writes them: a list of three is a list of two whose first is a list of two.</summary>
    static void WriteList(Utf8Text text, in View v, in Ber one, char sign, int depth)
    {
        int count = Math.Min(one.Count(v), 100);
        for (int i = 1; i < count; i++)
        {
            text.Append('(');
            text.Append(sign);
        }

        int done = 0;
        for (var part = one.First(v); part.Tag >= 0 && done < count; part = part.Next(v, one), done++)
        {
            Write(text, v, part, depth + 1);
            if (done > 0)
            {
                text.Append(')');
            }
        }
    }

    static void Write(Utf8Text text, in View v, in Ber one, ReadOnlySpan<byte> sign)
    {
        var name = one.First(v);
        var value = name.Next(v, one);
        text.Append($"({v.Span(name.At, name.Length)}{sign}");
        LdapValues.Append(text, v.Span(value.At, value.Length));
        text.Append(')');
    }

    static void WriteSubstrings(Utf8Text text, in View v, in Ber one)
    {
        var name = one.First(v);
        var pieces = name.Next(v, one);
        text.Append($"({v.Span(name.At, name.Length)}=");
        int last = 0;
        for (var piece = pieces.First(v); piece.Tag >= 0; piece = piece.Next(v, pieces))
        {
            last = piece.Number;
            text.Append(last == 0 ? ""u8 : "*"u8);
            LdapValues.Append(text, v.Span(piece.At, piece.Length));
        }

        text.Append(last == 2 ? ")"u8 : "*)"u8);
    }

    static void WriteExtensible(Utf8Text text, in View v, in Ber one)
    {
        Ber rule = default, type = default, value = default;
        bool names = false;
        for (var part = one.First(v); part.Tag >= 0; part = part.Next(v, one))
        {
            switch (part.Number)
            {
                case 1: rule = part; break;
                case 2: type = part; break;
                case 3: value = part; break;
                case 4: names = part.Length > 0 && v.U8(part.At) != 0; break;
            }
        }

        text.Append($"({v.Span(type.At, type.Length)}{(names ? ":dn" : "")}");
        if (rule.Length > 0)
        {
            text.Append($":{v.Span(rule.At, rule.Length)}");
        }

        text.Append(":="u8);
        LdapValues.Append(text, v.Span(value.At, value.Length));
        text.Append(')');
    }
}
