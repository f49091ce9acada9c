using System.Numerics;

namespace Wiretale.Dissection.Engine;

/// <summary>A field, declared once: this one handle dissects, filters, exports and shows.</summary>
/// <remarks>Names, labels and types are Wireshark's, because people's filters and scripts know them.</remarks>
public sealed class Field
{
    internal Field(Protocol protocol, FieldType type, string name, string label, FieldBase @base, ulong mask, ValueNames? names, string blurb)
    {
        Protocol = protocol;
        Type = type;
        Name = name;
        Label = label;
        Base = @base;
        Mask = mask;
        Shift = mask == 0 ? 0 : BitOperations.TrailingZeroCount(mask);
        Names = names;
        Blurb = blurb;
        Size = type == FieldType.AbsoluteTime && @base == FieldBase.NtpUtc ? 8 : type.Size();
        Form = FieldFormat.FormOf(type, @base, names);
        Id = Registry.Add(this);
    }

    /// <summary>Place in <see cref="Registry.Fields"/>: fields are numbered as they are declared, which depends on what was asked for.</summary>
    public int Id { get; }

    /// <summary>The protocol that declares the field.</summary>
    public Protocol Protocol { get; }

    /// <summary>Type of the value.</summary>
    public FieldType Type { get; }

    /// <summary>Name in filters, such as <c>tcp.srcport</c>.</summary>
    public string Name { get; }

    /// <summary>Name for people, such as <c>Source Port</c>.</summary>
    public string Label { get; }

    /// <summary>How the value is written.</summary>
    public FieldBase Base { get; }

    /// <summary>The bits that the field takes of the number it is read from; 0 when it takes all.</summary>
    public ulong Mask { get; }

    /// <summary>Bits to the right of <see cref="Mask"/>.</summary>
    public int Shift { get; }

    /// <summary>Names or units of values, or null.</summary>
    public ValueNames? Names { get; }

    /// <summary>A longer description; may be empty.</summary>
    public string Blurb { get; }

    /// <summary>For a masked boolean or integer: how many bits the number it is read from has (a boolean's own type says nothing about that).</summary>
    public int ParentBits
    {
        get;
        internal init
        {
            field = value;
            if (Type == FieldType.Boolean && value > 0)
            {
                Size = value / 8;
            }
        }
    }

    /// <summary>Bytes that are read for the field where nobody says how many; 0 when that varies.</summary>
    public int Size { get; private init; }

    /// <summary>The short way to the value's text, where there is one.</summary>
    internal ValueForm Form { get; }

    /// <summary>Whether the value's text is made of bytes (see <see cref="DissectedBatch.ValueBytes"/>), not of <see cref="Item.Value"/> alone.</summary>
    public bool ShowsBytes => Form is ValueForm.Other or ValueForm.Text or ValueForm.Bytes;

    /// <inheritdoc />
    public override string ToString() => Name;
}
