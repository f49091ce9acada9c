using Wiretale.Capture;
using Wiretale.Dissection.Conversations;

namespace Wiretale.Dissection.Engine;

/// <summary>One pass over a capture, in order: takes frames apart and remembers what later frames need. Not thread-safe; one per run.</summary>
public sealed class DissectionEngine
{
    readonly DissectorTable[] tables;
    readonly List<Heuristic>[] heuristics;
    readonly bool[] needed;
    readonly Dictionary<Type, object> states = [];
    readonly Dictionary<Preference, string> texts;
    readonly Dictionary<Expert, int> expertCounts = new(ReferenceEqualityComparer.Instance);
    readonly Packet packet;

    /// <param name="demand">What the sinks want.</param>
    /// <param name="settings">Preferences, "decode as" and disabled protocols; null for the defaults.</param>
    public DissectionEngine(Demand demand, EngineSettings? settings = null)
    {
        settings ??= new();
        Demand = demand;
        Registry = Catalog.Registry;
        tables = new DissectorTable[TableKey.Count];
        heuristics = new List<Heuristic>[HeuristicKey.Count];
        for (int i = 0; i < tables.Length; i++)
        {
            tables[i] = new();
        }

        for (int i = 0; i < heuristics.Length; i++)
        {
            heuristics[i] = [];
        }

        var claims = new Claims(tables, heuristics);
        foreach (var dissector in Catalog.Dissectors)
        {
            if (!settings.Disabled.Contains(dissector.Protocol.FilterName))
            {
                claims.Current = dissector;
                dissector.Claim(claims);
            }
        }

        if (settings.DisabledHeuristics.Count > 0)
        {
            foreach (var key in HeuristicKey.All)
            {
                heuristics[key.Index].RemoveAll(h => settings.DisabledHeuristics.Contains(h.Name(key)));
            }
        }

        foreach (var (table, number, dissector) in settings.DecodeAs)
        {
            tables[table.Index].Set(number, dissector);
        }

        Preferences = [.. Registry.Preferences.Select(p => settings.Preferences.GetValueOrDefault(p, p.Default))];
        texts = settings.Texts;
        needed = FindNeeded(demand);
        IsStrict = settings.Strict;
        FrameDissector = Catalog.Frame;
        packet = new(this);
    }

    /// <summary>What the sinks want.</summary>
    public Demand Demand { get; }

    /// <summary>All protocols and fields.</summary>
    public Registry Registry { get; }

    /// <summary>Conversations met so far.</summary>
    public ConversationTable Conversations { get; } = new();

    /// <summary>The capture being read; for interface names, secrets and name resolution.</summary>
    public CaptureReader? Capture { get; set; }

    /// <summary>Values of preferences by <see cref="Preference.Id"/>.</summary>
    internal uint[] Preferences { get; }

    /// <summary>Whether a dissector's fault ends the run instead of being shown; for tests.</summary>
    internal bool IsStrict { get; }

    internal Protocols.Frame FrameDissector { get; }

    /// <summary>How often each expert item was raised.</summary>
    public IReadOnlyDictionary<Expert, int> ExpertCounts => expertCounts;

    /// <summary>What a protocol remembers of this run; made at the first call.</summary>
    public T State<T>()
        where T : class, new()
    {
        if (!states.TryGetValue(typeof(T), out var state))
        {
            states.Add(typeof(T), state = new T());
        }

        return (T)state;
    }

    /// <summary>The value of a preference that is a text; empty without one.</summary>
    public string Text(Preference preference) => texts.GetValueOrDefault(preference, "");

    /// <summary>What protocols have to say of the run as a whole (a key that fitted nowhere); to be shown after it.</summary>
    public IEnumerable<string> Remarks => states.Values.OfType<IRunRemark>().Select(s => s.Remark).OfType<string>();

    /// <summary>A table in this run's form.</summary>
    public DissectorTable Table(TableKey key) => tables[key.Index];

    /// <summary>The dissector that a table has for a number, or null.</summary>
    public Dissector? Find(TableKey key, uint number) => tables[key.Index].Find(number);

    /// <summary>A heuristic list in this run's form.</summary>
    public IReadOnlyList<Heuristic> Heuristics(HeuristicKey key) => heuristics[key.Index];

    /// <summary>Whether anything that a dissector could say is wanted, or stands inside something that is.</summary>
    public bool IsNeeded(Dissector dissector) => needed[dissector.CatalogIndex];

    /// <summary>Takes the first <paramref name="count"/> frames of a batch apart; <paramref name="batch"/> must have been reset and its frames read.</summary>
    public void Dissect(DissectedBatch batch, int count = int.MaxValue)
    {
        count = Math.Min(count, batch.Frames.Count);
        for (int i = 0; i < count; i++)
        {
            packet.Dissect(batch, i);
        }
    }

    internal void CountExpert(Expert expert) =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(expertCounts, expert, out _)++;

    static bool[] FindNeeded(Demand demand)
    {
        var needed = new bool[Catalog.Dissectors.Count];

        // What any protocol may raise, and the list of all protocols, is known only when every one was opened.
        bool all = demand.Columns || demand.Wants(Protocols.Frame.ProtocolsInFrame) || demand.WantsAnyOf(Catalog.ExpertInfo)
            || demand.WantsAnyOf(Catalog.Malformed) || demand.WantsAnyOf(Catalog.Short) || demand.WantsAnyOf(Catalog.Unreassembled);
        foreach (var dissector in Catalog.Dissectors)
        {
            needed[dissector.CatalogIndex] = all || !dissector.IsLeaf || demand.WantsAnyOf(dissector.Protocol)
                || dissector.MoreProtocols.Any(demand.WantsAnyOf);
        }

        return needed;
    }
}

/// <summary>What a user may change about a run.</summary>
public sealed class EngineSettings
{
    /// <summary>Preferences that differ from their defaults.</summary>
    public Dictionary<Preference, uint> Preferences { get; } = [];

    /// <summary>Values of preferences that are texts.</summary>
    public Dictionary<Preference, string> Texts { get; } = [];

    /// <summary>Filter names of protocols that are not dissected.</summary>
    public HashSet<string> Disabled { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of heuristics that are not asked, see <see cref="Heuristic.Name"/>.</summary>
    public HashSet<string> DisabledHeuristics { get; } = new(StringComparer.Ordinal);

    /// <summary>"Decode as": which dissector gets which number of which table.</summary>
    public List<(TableKey Table, uint Number, Dissector Dissector)> DecodeAs { get; } = [];

    /// <summary>Whether a dissector's fault ends the run instead of being shown; for tests.</summary>
    public bool Strict { get; set; }
}

/// <summary>A state of a run (see <see cref="DissectionEngine.State{T}"/>) that may have something to say to the user at the end.</summary>
public interface IRunRemark
{
    /// <summary>A sentence, or null.</summary>
    string? Remark { get; }
}
