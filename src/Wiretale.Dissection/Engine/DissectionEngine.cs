using System.Runtime.Intrinsics.X86;
using System.Runtime.CompilerServices;
using System.Text;
using Wiretale.Capture;
using Wiretale.Dissection.Conversations;
using Wiretale.Dissection.Filters;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>One pass over a capture, in order: takes frames apart and remembers what later frames need. Not thread-safe; one per run.</summary>
public sealed class DissectionEngine
{
    readonly DissectorTable[] tables;
    readonly List<Heuristic>[] heuristics;
    readonly bool[] fieldsWanted;
    static int stateTypes;

    object?[] states = [];
    readonly Dictionary<Preference, string> texts;
    readonly Dictionary<Expert, int> expertCounts = new(ReferenceEqualityComparer.Instance);
    readonly Packet packet;
    int namesTaken;

    /// <summary>The engine of every lane, made when the lane gets its first frame; lane 0 is the one that was constructed, and the others share its tables.</summary>
    readonly DissectionEngine?[] lanes;
    readonly LaneMap map;
    CaptureReader? capture;

    /// <param name="demand">What the sinks want.</param>
    /// <param name="settings">Preferences, "decode as" and disabled protocols; null for the defaults.</param>
    public DissectionEngine(Demand demand, EngineSettings? settings = null)
    {
        settings ??= new();
        Demand = demand;
        Registry = Catalog.Registry;
        var claims = new Claims();
        foreach (var dissector in Catalog.Dissectors)
        {
            if (!settings.Disabled.Contains(dissector.FilterName))
            {
                claims.Current = dissector;
                dissector.Claim(claims);
            }
        }

        foreach (var (table, number, dissector) in settings.DecodeAs)
        {
            claims.Table(table).Set(number, dissector);
        }

        (tables, heuristics) = (claims.Tables, claims.Heuristics);
        if (settings.DisabledHeuristics.Count > 0)
        {
            foreach (var key in HeuristicKey.All.Where(k => k.Index < heuristics.Length))
            {
                heuristics[key.Index].RemoveAll(h => settings.DisabledHeuristics.Contains(h.Name(key)));
            }
        }

        Preferences = Registry.DeclaredPreferences;
        foreach (var (preference, value) in settings.Preferences)
        {
            Preferences[preference.Id] = value;
        }

        texts = settings.Texts;
        bool any = WantsWhatAnyMaySay(demand), all = any || demand.Columns || settings.Names.LearnsFromPackets;
        bool delivery = Protocols.Transport.Tcp.Tcp.WantsDelivery(demand), tracks = all || Any(d => !d.AddsOnlyItsOwn && demand.WantsAnyOf(d));
        Needed = PerDissector(d => all || !d.IsLeaf || (delivery && d.IsApplication) || demand.WantsAnyOf(d));
        fieldsWanted = PerDissector(d => any || !d.AddsOnlyItsOwn || demand.WantsAnyOf(d));
        GroupsWanted = FieldGroup.Wanted(demand);
        WantsLaterGroups = any || demand.Tree || demand.AllFields;
        if (any)
        {
            Array.Fill(GroupsWanted, true);
        }

        HeadersOnly = settings.HeadersOnly;
        OpensPayload = !HeadersOnly && (all || WantsPayload(demand));
        TracksTcp = OpensPayload || tracks || Protocols.Transport.Tcp.Tcp.WantsState(demand);
        TracksUdp = OpensPayload || tracks || Protocols.Transport.Udp.WantsState(demand);
        IsStrict = settings.Strict;
        (Hindsight, Learning) = (settings.Hindsight, settings.Learning);
        FrameDissector = Catalog.Frame;
        Names = settings.Names;
        packet = new(this);
        lanes = new DissectionEngine?[LaneMap.Lanes];
        lanes[0] = this;
        map = new(this, settings.Learning is null ? settings.Sieve : null, settings.Ordered || Names.LearnsFromPackets || settings.DecodeAs.Count > 0 || texts.Count > 0);
    }

    /// <summary>A lane beside the first: the same tables and conversations, what it remembers apart.</summary>
    DissectionEngine(DissectionEngine first)
    {
        (Demand, Registry, tables, heuristics, texts) = (first.Demand, first.Registry, first.tables, first.heuristics, first.texts);
        (Needed, fieldsWanted, GroupsWanted, WantsLaterGroups) = (first.Needed, first.fieldsWanted, first.GroupsWanted, first.WantsLaterGroups);
        (HeadersOnly, OpensPayload, TracksTcp, TracksUdp) = (first.HeadersOnly, first.OpensPayload, first.TracksTcp, first.TracksUdp);
        (Preferences, IsStrict, FrameDissector, Conversations) = (first.Preferences, first.IsStrict, first.FrameDissector, first.Conversations);
        (lanes, map, Names, Hindsight, Learning) = (first.lanes, first.map, first.Names, first.Hindsight, first.Learning);
        packet = new(this);
    }

    // Loops instead of queries: what the runtime library makes of a query is compiled anew at every start.
    static bool[] PerDissector(Func<Dissector, bool> ask)
    {
        var answers = new bool[Catalog.Dissectors.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = ask(Catalog.Dissectors[i]);
        }

        return answers;
    }

    static bool Any(Func<Dissector, bool> ask)
    {
        foreach (var dissector in Catalog.Dissectors)
        {
            if (ask(dissector))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the sinks want.</summary>
    public Demand Demand { get; }

    /// <summary>Which addresses and ports are shown as names, and what they are.</summary>
    public AddressNames Names { get; }

    /// <summary>All protocols and fields.</summary>
    public Registry Registry { get; }

    /// <summary>Conversations met so far.</summary>
    public ConversationTable Conversations { get; } = new();

    /// <summary>The capture being read; for interface names, secrets and name resolution.</summary>
    public CaptureReader? Capture
    {
        get => capture;
        set
        {
            foreach (var lane in MadeLanes)
            {
                lane.capture = value;
            }
        }
    }

    /// <summary>Values of preferences by <see cref="Preference.Id"/>; what was declared since has its default.</summary>
    internal uint[] Preferences { get; }

    /// <summary>Which groups of fields are wanted, by <see cref="FieldGroup.Id"/>.</summary>
    internal bool[] GroupsWanted { get; }

    /// <summary>Whether groups are wanted that came into being since the engine was made.</summary>
    internal bool WantsLaterGroups { get; }

    /// <summary>Whether a dissector's fault ends the run instead of being shown; for tests.</summary>
    internal bool IsStrict { get; }

    /// <summary>What an earlier pass over the same capture found out; null in a first or only one.</summary>
    internal Hindsight? Hindsight { get; }

    /// <summary>What this pass finds out for another one; null in a second or only one.</summary>
    internal Hindsight? Learning { get; }

    internal Protocols.Frame FrameDissector { get; }

    /// <inheritdoc cref="EngineSettings.HeadersOnly"/>
    internal bool HeadersOnly { get; }

    /// <summary>Whether what TCP and UDP carry is taken apart; tunnels always are.</summary>
    internal bool OpensPayload { get; }

    /// <summary>Whether a TCP segment's payload is taken apart: where all are, and where it may announce other connections.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool OpensTcp(uint sourcePort, uint destinationPort) => OpensPayload || (TracksTcp && (map.Crosses(sourcePort) || map.Crosses(destinationPort)));

    /// <summary>Whether anybody wants what takes a memory of the connection.</summary>
    internal bool TracksTcp { get; }

    /// <inheritdoc cref="TracksTcp"/>
    internal bool TracksUdp { get; }

    /// <summary>How often each expert item was raised.</summary>
    public IReadOnlyDictionary<Expert, int> ExpertCounts =>
        MadeLanes.SelectMany(l => l.expertCounts).GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Sum(e => e.Value));

    IEnumerable<DissectionEngine> MadeLanes => lanes.OfType<DissectionEngine>();

    /// <summary>What a protocol remembers of this run's lane (see <see cref="LaneMap"/>) or needs at hand; made at the first call.</summary>
    public T State<T>()
        where T : class, new()
    {
        int place = StatePlace<T>.Index;
        if (place >= states.Length)
        {
            Array.Resize(ref states, stateTypes);
        }

        return Unsafe.As<T>(states[place] ??= new T());
    }

    /// <summary>Where a type of state stands in every lane: protocols ask for theirs with every packet.</summary>
    static class StatePlace<T>
    {
        public static readonly int Index = Interlocked.Increment(ref stateTypes) - 1;
    }

    /// <summary>What a protocol remembers of the lane of a conversation; that is this one, unless the packet came through a tunnel.</summary>
    public T State<T>(Conversation conversation)
        where T : class, new() =>
        Lane(LaneMap.Of(conversation.Kind, conversation.AddressA, conversation.PortA, conversation.AddressB, conversation.PortB)).State<T>();

    /// <summary>What a protocol keeps for the whole run. Lanes may ask at the same time: nothing in it may change but in what <see cref="EngineSettings.Ordered"/> settles.</summary>
    public T Shared<T>()
        where T : class, new()
    {
        lock (lanes)
        {
            return lanes[0]!.State<T>();
        }
    }

    /// <summary>The value of a preference that is a text; empty without one.</summary>
    public string Text(Preference preference) => texts.GetValueOrDefault(preference, "");

    /// <summary>What protocols have to say of the run as a whole (a key that fitted nowhere); to be shown after it.</summary>
    public IEnumerable<string> Remarks => MadeLanes.SelectMany(l => l.states).OfType<IRunRemark>().Select(s => s.Remark).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>A table in this run's form.</summary>
    public DissectorTable Table(TableKey key) => key.Index < tables.Length ? tables[key.Index] : new();

    /// <summary>The dissector that a table has for a number, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dissector? Find(TableKey key, uint number) => (uint)key.Index < (uint)tables.Length ? tables[key.Index].Find(number) : null;

    /// <summary>A heuristic list in this run's form.</summary>
    public IReadOnlyList<Heuristic> Heuristics(HeuristicKey key) => key.Index < heuristics.Length ? heuristics[key.Index] : [];

    /// <summary>By <see cref="Dissector.CatalogIndex"/>: whether anything that a dissector could say is wanted, or stands inside something that is.</summary>
    internal bool[] Needed { get; }

    /// <summary>Whether a field that a dissector may add is wanted. See <see cref="Dissector.AddsOnlyItsOwn"/>.</summary>
    internal bool WantsFieldsOf(Dissector dissector) => fieldsWanted[dissector.CatalogIndex];

    /// <summary>Takes the first <paramref name="count"/> frames of a batch apart; <paramref name="batch"/> must have been reset and its frames read.</summary>
    public void Dissect(DissectedBatch batch, int count = int.MaxValue)
    {
        count = Math.Min(count, batch.Frames.Count);
        Begin(batch, count);
        ShareOut(batch);
        for (int lane = 0; !batch.IsOrdered && lane < lanes.Length; lane++)
        {
            DissectLane(batch, lane);
        }

        if (batch.IsOrdered)
        {
            DissectOrdered(batch);
        }

        Finish(batch);
    }

    /// <summary>Takes on the first <paramref name="count"/> frames of a batch. Batches begin in file order.</summary>
    public void Begin(DissectedBatch batch, int count)
    {
        batch.Count = count;
        batch.Secrets = Capture!.Secrets.Count;
        map.PassTimes(batch);
        batch.Names = Names;
        if (Names.Hosts && count > 0)
        {
            LearnFromCapture(batch.Frames[0].Number - 1);
        }
    }

    /// <summary>Shares the frames of a batch that has begun out among lanes; in any order, at the same time as others.</summary>
    public void ShareOut(DissectedBatch batch) => map.Assign(batch);

    /// <summary>Takes over the names that the capture file gave to addresses since the last batch.</summary>
    void LearnFromCapture(int frame)
    {
        var blocks = Capture?.NameResolution ?? [];
        for (; namesTaken < blocks.Count; namesTaken++)
        {
            foreach (var record in blocks[namesTaken].Records)
            {
                if (record is { Kind: ResolvedAddressKind.IPv4 or ResolvedAddressKind.IPv6, Names: [var name, ..] })
                {
                    var kind = record.Kind == ResolvedAddressKind.IPv4 ? AddressKind.IPv4 : AddressKind.IPv6;
                    Names.Learn(Address.Of(kind, record.Address.Span), Encoding.UTF8.GetBytes(name), frame);
                }
            }
        }
    }

    /// <summary>Takes a batch apart frame by frame, while no lane is at work.</summary>
    public void DissectOrdered(DissectedBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Lane(batch.Lanes[i]).packet.Dissect(batch, i);
        }
    }

    /// <summary>Takes a lane's frames of a batch apart. A lane sees its batches in file order; lanes may be worked on at the same time.</summary>
    public void DissectLane(DissectedBatch batch, int lane)
    {
        ReadOnlySpan<ushort> frames = batch.Order[batch.Starts[lane]..batch.Starts[lane + 1]];
        if (frames.Length == 0)
        {
            return;
        }

        var own = Lane(lane).packet;
        for (int i = 0; i < frames.Length; i++)
        {
            if (i + 1 < frames.Length)
            {
                Prefetch(batch.Frames[frames[i + 1]]);
            }

            if (batch.IsHeldBack(frames[i]))
            {
                own.Follow(batch, frames[i], lane);
            }
            else
            {
                own.Dissect(batch, frames[i]);
            }
        }
    }

    /// <summary>Asks for a frame's headers while the one before it is being taken apart: the thread that read them has them, not this one.</summary>
    static unsafe void Prefetch(in FrameRecord frame)
    {
        const int Line = 64;
        if (Sse.IsSupported && frame.CapturedLength > Line)
        {
            Sse.Prefetch0(frame.Bytes);
            Sse.Prefetch0(frame.Bytes + Line);
        }
    }

    /// <summary>What only file order can tell, when all lanes are done with a batch: the numbers of conversations. Batches finish in file order.</summary>
    public void Finish(DissectedBatch batch)
    {
        batch.NumberConversations(Conversations);
    }

    /// <summary>What depends on which packets are shown, when a filter has gone over a batch: the time since the last one that was. Batches come in file order.</summary>
    public void AfterFilter(DissectedBatch batch)
    {
        if (Demand.Wants(Protocols.Frame.DeltaDisplayed))
        {
            State<Protocols.DisplayedTimes>().Set(batch, Protocols.Frame.DeltaDisplayed);
        }
    }

    DissectionEngine Lane(int lane)
    {
        if (lanes[lane] is { } made)
        {
            return made;
        }

        var engine = new DissectionEngine(lanes[0]!) { capture = lanes[0]!.capture };
        lanes[lane] = engine;
        return engine;
    }

    internal void CountExpert(Expert expert) =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(expertCounts, expert, out _)++;

    /// <summary>Whether what somebody wants can be told without looking at what TCP and UDP carry.</summary>
    /// <param name="want">Says what is wanted.</param>
    public static bool LeavesPayload(Action<Demand> want)
    {
        var demand = new Demand(Catalog.Registry);
        want(demand);
        return !demand.Columns && !WantsWhatAnyMaySay(demand) && !WantsPayload(demand);
    }

    static bool WantsPayload(Demand demand) => Protocols.Transport.Tcp.Tcp.WantsDelivery(demand)
        || Any(d => d.IsInPayload && demand.WantsAnyOf(d));

    /// <summary>Whether something is wanted that any protocol may bring about; and the list of all protocols is known only when every one was opened.</summary>
    static bool WantsWhatAnyMaySay(Demand demand) => demand.Wants(Protocols.Frame.ProtocolsInFrame) || demand.WantsAnyOf(Catalog.ExpertInfo)
        || demand.WantsAnyOf(Catalog.Malformed) || demand.WantsAnyOf(Catalog.Short) || demand.WantsAnyOf(Catalog.Unreassembled);
}

/// <summary>What a user may change about a run.</summary>
public sealed class EngineSettings
{
    /// <summary>Preferences that differ from their defaults.</summary>
    public Dictionary<Preference, uint> Preferences { get; } = [];

    /// <summary>Values of preferences that are texts.</summary>
    public Dictionary<Preference, string> Texts { get; } = [];

    /// <summary>Names of addresses and ports; none unless set.</summary>
    public AddressNames Names { get; set; } = AddressNames.None;

    /// <summary>Filter names of protocols that are not dissected.</summary>
    public HashSet<string> Disabled { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of heuristics that are not asked, see <see cref="Heuristic.Name"/>.</summary>
    public HashSet<string> DisabledHeuristics { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether packets are taken apart strictly one after the other, because something (a key that one connection gives to another) reaches across connections.</summary>
    public bool Ordered { get; set; }

    /// <summary>What an earlier pass over the same capture found out, for a second one.</summary>
    public Hindsight? Hindsight { get; set; }

    /// <summary>Where this pass leaves what it finds out for a second one.</summary>
    public Hindsight? Learning { get; set; }

    /// <summary>"Decode as": which dissector gets which number of which table.</summary>
    public List<(TableKey Table, uint Number, Dissector Dissector)> DecodeAs { get; } = [];

    /// <summary>Whether what TCP and UDP carry is left alone, even for columns; packets of which a column may then be wrong say so, see <see cref="DissectedPacket.IsIncomplete"/>.</summary>
    public bool HeadersOnly { get; set; }

    /// <summary>
    /// Which frames somebody may want to see, by their headers; of the others the engine only remembers what later ones need, and they come out as
    /// <see cref="DissectedPacket.IsFilteredOut"/>. It has no effect where what TCP carries is opened. Null to take all frames apart.
    /// </summary>
    public HeaderSieve? Sieve { get; set; }

    /// <summary>Whether a dissector's fault ends the run instead of being shown; for tests.</summary>
    public bool Strict { get; set; }
}

/// <summary>A state of a run (see <see cref="DissectionEngine.State{T}()"/>) that may have something to say to the user at the end.</summary>
public interface IRunRemark
{
    /// <summary>A sentence, or null.</summary>
    string? Remark { get; }
}
