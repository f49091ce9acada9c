namespace Wiretale.Dissection.Engine;

/// <summary>A protocol's declaration: its three names and, in order, its fields, expert items and preferences.</summary>
/// <remarks>A dissector declares it as its first static field and every other handle through it, so what a protocol can say stands in one place.</remarks>
public sealed class Protocol
{
    readonly List<Field> fields = [];
    readonly List<Expert> experts = [];
    readonly List<Preference> preferences = [];
    bool isSealed;

    /// <param name="name">Full name, as in the details tree: <c>User Datagram Protocol</c>.</param>
    /// <param name="shortName">Short name, as in the Protocol column: <c>UDP</c>.</param>
    /// <param name="filterName">Name in filters: <c>udp</c>.</param>
    /// <param name="type">What its item is: FT_BYTES for a part of another protocol, such as an option, that only has a name of its own.</param>
    public Protocol(string name, string shortName, string filterName, FieldType type = FieldType.Protocol)
    {
        Name = name;
        ShortName = shortName;
        FilterName = filterName;
        Self = new Field(this, type, filterName, name, FieldBase.None, 0, null, "");
    }

    /// <summary>Full name.</summary>
    public string Name { get; }

    /// <summary>Short name.</summary>
    public string ShortName { get; }

    /// <summary>Name in filters.</summary>
    public string FilterName { get; }

    /// <summary>The protocol as a field: what its item in the tree is, and what its bare name in a filter tests.</summary>
    public Field Self { get; }

    /// <summary>Fields in declaration order, without <see cref="Self"/>.</summary>
    public IReadOnlyList<Field> Fields
    {
        get
        {
            // Tables in classes of their own declare their fields when they are first touched, on whatever thread.
            lock (fields)
            {
                return [.. fields];
            }
        }
    }

    /// <summary>Expert items in declaration order.</summary>
    public IReadOnlyList<Expert> Experts => experts;

    /// <summary>Preferences in declaration order.</summary>
    public IReadOnlyList<Preference> Preferences => preferences;

    /// <summary>Declares a field.</summary>
    /// <param name="bits">For a masked boolean: bits of the number it is read from (8, 16, 24, 32 ...); 0 takes the mask's own width in whole bytes.</param>
    public Field Field(FieldType type, string name, string label, FieldBase @base = FieldBase.None, ulong mask = 0, ValueNames? names = null, int bits = 0, string blurb = "")
    {
        if (isSealed)
        {
            // Who asked for all fields did not get this one.
            throw new InvalidOperationException($"The field {name} is declared too late; its class must be touched by its dissector's static fields, or be in MoreTables.");
        }

        var field = new Field(this, type, name, label, @base, mask, names, blurb) { ParentBits = bits };
        lock (fields)
        {
            fields.Add(field);
        }

        return field;
    }

    /// <summary>Ends declaration: somebody has asked for all fields.</summary>
    internal void Seal() => isSealed = true;

    /// <summary>FT_UINT8.</summary>
    public Field UInt8(string name, string label, FieldBase @base = FieldBase.Dec, ValueNames? names = null, ulong mask = 0, string blurb = "") =>
        Field(FieldType.UInt8, name, label, @base, mask, names, blurb: blurb);

    /// <summary>FT_UINT16.</summary>
    public Field UInt16(string name, string label, FieldBase @base = FieldBase.Dec, ValueNames? names = null, ulong mask = 0, string blurb = "") =>
        Field(FieldType.UInt16, name, label, @base, mask, names, blurb: blurb);

    /// <summary>FT_UINT24.</summary>
    public Field UInt24(string name, string label, FieldBase @base = FieldBase.Dec, ValueNames? names = null, ulong mask = 0, string blurb = "") =>
        Field(FieldType.UInt24, name, label, @base, mask, names, blurb: blurb);

    /// <summary>FT_UINT32.</summary>
    public Field UInt32(string name, string label, FieldBase @base = FieldBase.Dec, ValueNames? names = null, ulong mask = 0, string blurb = "") =>
        Field(FieldType.UInt32, name, label, @base, mask, names, blurb: blurb);

    /// <summary>FT_UINT64.</summary>
    public Field UInt64(string name, string label, FieldBase @base = FieldBase.Dec, ValueNames? names = null, ulong mask = 0, string blurb = "") =>
        Field(FieldType.UInt64, name, label, @base, mask, names, blurb: blurb);

    /// <summary>FT_INT32.</summary>
    public Field Int32(string name, string label, FieldBase @base = FieldBase.Dec, ValueNames? names = null, ulong mask = 0, string blurb = "") =>
        Field(FieldType.Int32, name, label, @base, mask, names, blurb: blurb);

    /// <summary>FT_BOOLEAN: one bit or more of a number of <paramref name="bits"/> bits, or a whole byte when <paramref name="mask"/> is 0.</summary>
    public Field Flag(string name, string label, int bits = 0, ulong mask = 0, ValueNames? names = null, string blurb = "") =>
        Field(FieldType.Boolean, name, label, FieldBase.None, mask, names, bits, blurb);

    /// <summary>FT_IPv4.</summary>
    public Field IPv4(string name, string label, string blurb = "") => Field(FieldType.IPv4, name, label, blurb: blurb);

    /// <summary>FT_IPv6.</summary>
    public Field IPv6(string name, string label, string blurb = "") => Field(FieldType.IPv6, name, label, blurb: blurb);

    /// <summary>FT_ETHER.</summary>
    public Field Ether(string name, string label, string blurb = "") => Field(FieldType.Ether, name, label, blurb: blurb);

    /// <summary>FT_BYTES.</summary>
    public Field Bytes(string name, string label, FieldBase @base = FieldBase.None, string blurb = "") => Field(FieldType.Bytes, name, label, @base, blurb: blurb);

    /// <summary>FT_STRING.</summary>
    public Field String(string name, string label, string blurb = "") => Field(FieldType.String, name, label, blurb: blurb);

    /// <summary>FT_STRINGZ.</summary>
    public Field StringZ(string name, string label, string blurb = "") => Field(FieldType.StringZ, name, label, blurb: blurb);

    /// <summary>FT_NONE: a label, or a branch of the tree that a filter can name.</summary>
    public Field Label(string name, string label, string blurb = "") => Field(FieldType.None, name, label, blurb: blurb);

    /// <summary>FT_FRAMENUM.</summary>
    public Field FrameNumber(string name, string label, string blurb = "") => Field(FieldType.FrameNumber, name, label, blurb: blurb);

    /// <summary>FT_RELATIVE_TIME.</summary>
    public Field RelativeTime(string name, string label, string blurb = "") => Field(FieldType.RelativeTime, name, label, blurb: blurb);

    /// <summary>FT_ABSOLUTE_TIME.</summary>
    public Field AbsoluteTime(string name, string label, FieldBase @base = FieldBase.Local, string blurb = "") => Field(FieldType.AbsoluteTime, name, label, @base, blurb: blurb);

    /// <summary>Declares an expert item.</summary>
    public Expert Expert(string name, Severity severity, ExpertGroup group, string summary)
    {
        var expert = new Expert(Field(FieldType.None, name, "Expert Info", blurb: summary), severity, group, summary);
        experts.Add(expert);
        return expert;
    }

    /// <summary>Declares a preference of type boolean, settable as <c>-o name:TRUE</c>.</summary>
    public Preference Preference(string name, string label, bool value)
    {
        var preference = new Preference($"{FilterName}.{name}", label, value ? 1u : 0u, isBoolean: true);
        preferences.Add(preference);
        return preference;
    }

    /// <summary>Declares a preference that is a number, settable as <c>-o name:NUMBER</c>.</summary>
    public Preference NumberPreference(string name, string label, uint value)
    {
        var preference = new Preference($"{FilterName}.{name}", label, value, isBoolean: false);
        preferences.Add(preference);
        return preference;
    }

    /// <summary>Declares a preference that is a text, settable as <c>-o name:TEXT</c>.</summary>
    public Preference TextPreference(string name, string label)
    {
        var preference = new Preference($"{FilterName}.{name}", label, 0, isBoolean: false) { IsText = true };
        preferences.Add(preference);
        return preference;
    }

    /// <inheritdoc />
    public override string ToString() => FilterName;
}
