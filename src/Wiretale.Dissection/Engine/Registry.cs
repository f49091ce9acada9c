using System.Runtime.CompilerServices;

namespace Wiretale.Dissection.Engine;

/// <summary>Every protocol, field, expert item and preference, by number and by name.</summary>
/// <remarks>
/// A protocol declares its fields when its class is first touched: by a packet, or by somebody who asks for one of its names. Most runs meet few of the
/// protocols that there are, and declaring all fields takes longer than reading a small capture. Who asks for all (<see cref="Fields"/>) gets all.
/// </remarks>
public sealed class Registry
{
    static readonly Lock Gate = new();
    static Field[] declared = new Field[1024];
    static readonly List<uint> preferences = [];
    static int declaredFields;

    readonly Protocol[] own;
    readonly IReadOnlyList<Dissector> dissectors;
    readonly Lazy<Dictionary<string, List<Dissector>>> byFirstPart;
    readonly Lazy<Everything> everything;

    /// <param name="own">Protocols without a dissector.</param>
    /// <param name="dissectors">Every dissector, in order.</param>
    internal Registry(Protocol[] own, IReadOnlyList<Dissector> dissectors)
    {
        this.own = own;
        this.dissectors = dissectors;
        byFirstPart = new(ByFirstPart);
        everything = new(DeclareAll);
    }

    /// <summary>Protocols in catalog order.</summary>
    public IReadOnlyList<Protocol> Protocols => everything.Value.Protocols;

    /// <summary>All fields by <see cref="Field.Id"/>; see <see cref="Protocol.Fields"/> for the order in which a protocol declares its own.</summary>
    public IReadOnlyList<Field> Fields => everything.Value.Fields;

    /// <summary>Preferences in catalog order.</summary>
    public IReadOnlyList<Preference> Preferences => everything.Value.Preferences;

    /// <summary>How many fields have been declared so far: every <see cref="Field.Id"/> is smaller.</summary>
    internal static int DeclaredFields => Volatile.Read(ref declaredFields);

    /// <summary>The defaults of all preferences that have been declared so far, by <see cref="Preference.Id"/>.</summary>
    internal static uint[] DeclaredPreferences
    {
        get
        {
            lock (Gate)
            {
                return [.. preferences];
            }
        }
    }

    /// <summary>The field with a number.</summary>
    public Field this[int id] => Volatile.Read(ref declared)[id];

    /// <summary>The first field of a name, in catalog order, or null. Wireshark, too, has names that several fields share: see <see cref="FindAll"/>.</summary>
    public Field? Find(string name)
    {
        if (everything.IsValueCreated)
        {
            return everything.Value.ByName.TryGetValue(name, out var fields) ? fields[0] : null;
        }

        foreach (var protocol in Named(name))
        {
            if (Of(protocol, name) is [var field, ..])
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>All fields of a name, in catalog order.</summary>
    public IReadOnlyList<Field> FindAll(string name)
    {
        if (everything.IsValueCreated)
        {
            return everything.Value.ByName.TryGetValue(name, out var known) ? known : [];
        }

        var fields = new List<Field>();
        foreach (var protocol in Named(name))
        {
            fields.AddRange(Of(protocol, name));
        }

        return fields;
    }

    /// <summary>The preference of a name, or null.</summary>
    public Preference? FindPreference(string name)
    {
        foreach (var protocol in Named(name))
        {
            foreach (var preference in protocol.Preferences)
            {
                if (preference.Name.Equals(name, StringComparison.Ordinal))
                {
                    return preference;
                }
            }
        }

        return null;
    }

    /// <summary>Takes a new field in.</summary>
    /// <returns>Its number.</returns>
    internal static int Add(Field field)
    {
        lock (Gate)
        {
            int id = declaredFields;
            if (id == declared.Length)
            {
                // Readers hold no lock: they see the table before or after, both with every number that they can know.
                var larger = new Field[2 * declared.Length];
                declared.CopyTo(larger, 0);
                Volatile.Write(ref declared, larger);
            }

            declared[id] = field;
            Volatile.Write(ref declaredFields, id + 1);
            return id;
        }
    }

    /// <summary>Takes a new preference in.</summary>
    /// <returns>Its number.</returns>
    internal static int AddPreference(uint value)
    {
        lock (Gate)
        {
            preferences.Add(value);
            return preferences.Count - 1;
        }
    }

    /// <summary>Protocols of which fields may have a name, with all their fields declared.</summary>
    List<Protocol> Named(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        var named = new List<Protocol>(own);
        foreach (var dissector in byFirstPart.Value.GetValueOrDefault(dot < 0 ? name : name[..dot]) ?? [])
        {
            Declare(dissector, named);
        }

        return named;
    }

    static List<Field> Of(Protocol protocol, string name)
    {
        var fields = new List<Field>();
        if (protocol.FilterName.Equals(name, StringComparison.Ordinal))
        {
            fields.Add(protocol.Self);
        }

        foreach (var field in protocol.Fields)
        {
            if (field.Name.Equals(name, StringComparison.Ordinal))
            {
                fields.Add(field);
            }
        }

        return fields;
    }

    /// <summary>Makes a dissector's protocols declare what they have, and adds them where they are not yet.</summary>
    static void Declare(Dissector dissector, List<Protocol> protocols)
    {
        var protocol = dissector.Protocol;
        RuntimeHelpers.RunClassConstructor(dissector.GetType().TypeHandle);
        foreach (var table in dissector.MoreTables)
        {
            RuntimeHelpers.RunClassConstructor(table.TypeHandle);
        }

        if (!protocols.Contains(protocol))
        {
            protocols.Add(protocol);
        }

        foreach (var more in dissector.MoreProtocols)
        {
            if (!protocols.Contains(more))
            {
                protocols.Add(more);
            }
        }
    }

    Dictionary<string, List<Dissector>> ByFirstPart()
    {
        var dictionary = new Dictionary<string, List<Dissector>>(2 * dissectors.Count, StringComparer.Ordinal);
        foreach (var dissector in dissectors)
        {
            foreach (string name in dissector.NamePrefixes)
            {
                int dot = name.IndexOf('.', StringComparison.Ordinal);
                string first = dot < 0 ? name : name[..dot];
                if (!dictionary.TryGetValue(first, out var list))
                {
                    dictionary.Add(first, list = []);
                }

                if (!list.Contains(dissector))
                {
                    list.Add(dissector);
                }
            }
        }

        return dictionary;
    }

    Everything DeclareAll()
    {
        var protocols = new List<Protocol>(own);
        foreach (var dissector in dissectors)
        {
            Declare(dissector, protocols);
        }

        foreach (var protocol in protocols)
        {
            protocol.Seal();
        }

        return new(protocols, Volatile.Read(ref declared).AsSpan(0, DeclaredFields).ToArray());
    }

    /// <summary>All protocols and what they have declared.</summary>
    sealed class Everything
    {
        public Everything(List<Protocol> protocols, Field[] fields)
        {
            (Protocols, Fields) = (protocols, fields);
            ByName = new(fields.Length, StringComparer.Ordinal);
            foreach (var protocol in protocols)
            {
                Add(protocol.Self);
                foreach (var field in protocol.Fields)
                {
                    Add(field);
                }

                Preferences.AddRange(protocol.Preferences);
            }
        }

        public List<Protocol> Protocols { get; }

        public Field[] Fields { get; }

        public List<Preference> Preferences { get; } = [];

        public Dictionary<string, List<Field>> ByName { get; }

        void Add(Field field)
        {
            if (!ByName.TryGetValue(field.Name, out var named))
            {
                ByName.Add(field.Name, named = new(1));
            }

            named.Add(field);
        }
    }
}
