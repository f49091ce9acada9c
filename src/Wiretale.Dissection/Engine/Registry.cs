namespace Wiretale.Dissection.Engine;

/// <summary>Every protocol, field, expert item and preference, by number and by name. Built once from the catalog; never changes.</summary>
public sealed class Registry
{
    readonly Lazy<Dictionary<string, Field>> byName;
    readonly Field[] fields;

    internal Registry(IEnumerable<Protocol> protocols)
    {
        Protocols = protocols.Distinct().ToArray();
        var allFields = new List<Field>(4096);
        var allPreferences = new List<Preference>();
        foreach (var protocol in Protocols)
        {
            Add(protocol.Self);
            foreach (var field in protocol.Fields)
            {
                Add(field);
            }

            protocol.Seal();
            foreach (var preference in protocol.Preferences)
            {
                preference.Id = allPreferences.Count;
                allPreferences.Add(preference);
            }
        }

        fields = [.. allFields];
        Preferences = allPreferences;
        byName = new(MakeIndex);

        void Add(Field field)
        {
            field.Id = allFields.Count;
            allFields.Add(field);
        }
    }

    /// <summary>Protocols in catalog order.</summary>
    public IReadOnlyList<Protocol> Protocols { get; }

    /// <summary>Fields by <see cref="Field.Id"/>.</summary>
    public IReadOnlyList<Field> Fields => fields;

    /// <summary>Preferences by <see cref="Preference.Id"/>.</summary>
    public IReadOnlyList<Preference> Preferences { get; }

    /// <summary>The field with a number.</summary>
    public Field this[int id] => fields[id];

    /// <summary>The first declared field of a name, or null. Wireshark, too, has names that several fields share: see <see cref="FindAll"/>.</summary>
    public Field? Find(string name) => byName.Value.GetValueOrDefault(name);

    /// <summary>All fields of a name.</summary>
    public IEnumerable<Field> FindAll(string name) => fields.Where(f => f.Name.Equals(name, StringComparison.Ordinal));

    /// <summary>The preference of a name, or null.</summary>
    public Preference? FindPreference(string name) => Preferences.FirstOrDefault(p => p.Name.Equals(name, StringComparison.Ordinal));

    Dictionary<string, Field> MakeIndex()
    {
        var index = new Dictionary<string, Field>(fields.Length, StringComparer.Ordinal);
        foreach (var field in fields)
        {
            index.TryAdd(field.Name, field);
        }

        return index;
    }
}
