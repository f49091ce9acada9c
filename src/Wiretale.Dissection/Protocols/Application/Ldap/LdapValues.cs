using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using F = Wiretale.Dissection.Protocols.Application.Ldap.LdapFields;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

/// <summary>Values of attributes: text where they are text, else what the attribute's name says.</summary>
static class LdapValues
{
    /// <summary>The attribute whose values follow.</summary>
    sealed class Attribute
    {
        public readonly Utf8Text Name = new();
    }

    public static void Begin(Packet p, in View v, in Ber one, Node node)
    {
        var name = p.Engine.State<Attribute>().Name;
        name.Clear();
        name.Append(v.Span(one.At, Math.Min(one.Length, 200)));
    }

    /// <summary>An attribute's item is called after it.</summary>
    public static void Title(Packet p, in View v, in Ber one, Node node) => p.AppendLabel(node, $" {p.Engine.State<Attribute>().Name.Bytes}");

    public static Node Add(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var name = p.Engine.State<Attribute>().Name.Bytes;
        if (name.SequenceEqual("supportedControl"u8) || name.SequenceEqual("supportedCapabilities"u8))
        {
            return LdapOids.Add(p, v, parent, F.Oid, one);
        }

        if (name.SequenceEqual("objectGUID"u8) && one.Length == 16)
        {
            return p.AddLE(parent, F.Guid, v, one.At, one.Length);
        }

        var node = p.Add(parent, field, v, one.At, one.Length);
        var bytes = v.Span(one.At, one.Length);
        if (IsPrintable(bytes))
        {
            p.Label(node, $"{field.Label}: {bytes}");
        }

        return node;
    }

    /// <summary>Text, or its bytes in hexadecimal where it is none.</summary>
    public static Node Readable(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        if (!p.Wants(field))
        {
            return Node.None;
        }

        p.Scratch.Clear();
        Append(p.Scratch, v.Span(one.At, one.Length));
        return p.AddString(parent, field, v, one.At, one.Length, p.Scratch.Bytes);
    }

    /// <inheritdoc cref="Readable"/>
    public static void Append(Utf8Text target, ReadOnlySpan<byte> bytes)
    {
        if (IsPrintable(bytes))
        {
            target.Append(bytes);
        }
        else
        {
            target.AppendHex(bytes, (byte)':');
        }
    }

    static bool IsPrintable(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
}
