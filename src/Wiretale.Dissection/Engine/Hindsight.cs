namespace Wiretale.Dissection.Engine;

/// <summary>What a first pass over a capture found out about frames from later ones, for a second pass that shows it (<c>-2</c>).</summary>
/// <remarks>
/// Nothing is kept but numbers: a field that refers back (<c>dns.response_to</c>) has a counterpart that refers forward (<c>dns.response_in</c>), and
/// the second pass takes every packet apart anew. Bounded: beyond <see cref="Limit"/> references nothing more is learned.
/// </remarks>
public sealed class Hindsight
{
    const int Limit = 32_000_000;

    static readonly (string Back, string Forward)[] Pairs =
    [
        ("dns.response_to", "dns.response_in"),
        ("http.request_in", "http.response_in"),
        ("http.prev_request_in", "http.next_request_in"),
        ("http.prev_response_in", "http.next_response_in"),
        ("icmp.resp_to", "icmp.resp_in"),
        ("icmpv6.resp_to", "icmpv6.resp_in"),
        ("ip.fragment", "ip.reassembled_in"),
        ("ipv6.fragment", "ipv6.reassembled.in"),
        ("afs.reqframe", "afs.repframe"),
        ("kafka.request_frame", "kafka.response_frame"),
        ("cql.response_to", "cql.response_in"),
        ("xmpp.response_to", "xmpp.response_in"),
        ("cotp.segment", "cotp.reassembled_in"),
        ("stun.response-to", "stun.response-in"),
        ("classicstun.response_to", "classicstun.response_in"),
        ("tcp.segment", "tcp.reassembled_in"),
    ];

    readonly FieldMap<int> forwardOf = new();
    readonly List<Field> wanted = [];
    readonly int stream, roundTrip, requestNumber, responseNumber, requestIn, previousRequestIn, previousResponseIn, nextRequestIn;
    readonly Dictionary<(int Frame, int Field), Reference> references = [];
    readonly Dictionary<(int Frame, int Field, int Place), uint> others = [];
    readonly Dictionary<uint, int> firstFrames = [];
    readonly Dictionary<(int FirstFrame, int Field), ulong> lastValues = [];

    /// <param name="registry">Whose fields are meant.</param>
    public Hindsight(Registry registry)
    {
        foreach (var (back, forward) in Pairs)
        {
            if (registry.Find(back) is { } from && registry.Find(forward) is { } to)
            {
                forwardOf[from.Id] = to.Id + 1;
                wanted.Add(from);
            }
        }

        stream = Want("tcp.stream");
        roundTrip = Want("tcp.analysis.initial_rtt");
        requestNumber = Want("http.request_number");
        responseNumber = Want("http.response_number");
        requestIn = Want("http.request_in");
        previousRequestIn = Want("http.prev_request_in");
        previousResponseIn = Want("http.prev_response_in");
        nextRequestIn = registry.Find("http.next_request_in")!.Id;

        int Want(string name)
        {
            var field = registry.Find(name)!;
            wanted.Add(field);
            return field.Id;
        }
    }

    /// <summary>Asks the first pass for what is learned from.</summary>
    public void AddTo(Demand demand) => wanted.ForEach(demand.Want);

    /// <summary>Learns from a packet of the first pass; packets come in file order.</summary>
    public void Learn(DissectedBatch batch, int packet)
    {
        int number = batch.Frames[packet].Number, connection = 0, previousResponse = 0;
        bool isResponse = false;
        foreach (ref readonly var item in batch.Items(packet))
        {
            if (item.Field == requestNumber || item.Field == responseNumber)
            {
                (isResponse, previousResponse) = (item.Field == responseNumber, 0);
            }
            else if (item.Field == previousResponseIn)
            {
                previousResponse = (int)item.Value;
            }
            else if (item.Field == requestIn && previousResponse != 0)
            {
                Refer(previousResponse, nextRequestIn, (uint)item.Value);
            }

            if (item.Field == previousRequestIn && isResponse)
            {
                // A response repeats what its request said.
                continue;
            }

            if (forwardOf[item.Field] is not 0 and var forward)
            {
                if (item.Value != (uint)number)
                {
                    Refer((int)item.Value, forward - 1, (uint)number);
                }
            }
            else if (item.Field == stream)
            {
                ref int first = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(firstFrames, (uint)item.Value, out bool known);
                connection = first = known ? first : number;
            }
            else if (connection != 0 && (item.Field == roundTrip || item.Field == requestNumber || item.Field == responseNumber))
            {
                SetLast(connection, item.Field, item.Value);
            }
        }
    }

    /// <summary>Says in the first pass what a field of a TCP connection has come to; for what no item of a packet says. Lanes may call at the same time.</summary>
    internal void SetLast(int firstFrame, int field, ulong value)
    {
        lock (lastValues)
        {
            lastValues[(firstFrame, field)] = value;
        }
    }

    /// <summary>The frame that a field of a frame refers to; 0 when there is none.</summary>
    /// <param name="place">Which one, when the frame has the field several times.</param>
    internal uint Later(int frame, Field field, int place) =>
        !references.TryGetValue((frame, field.Id), out var reference) ? 0
        : place == 0 ? reference.Frame
        : others.GetValueOrDefault((frame, field.Id, place));

    /// <summary>The value that a field had in the last packet of a TCP connection.</summary>
    /// <param name="firstFrame">The connection's first frame.</param>
    internal bool TryLast(int firstFrame, Field field, out ulong value) => lastValues.TryGetValue((firstFrame, field.Id), out value);

    void Refer(int frame, int field, uint number)
    {
        if (references.Count + others.Count >= Limit)
        {
            return;
        }

        ref var reference = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(references, (frame, field), out bool known);
        if (known)
        {
            others[(frame, field, reference.Count)] = number;
        }
        else
        {
            reference.Frame = number;
        }

        reference.Count++;
    }

    struct Reference
    {
        public uint Frame;
        public int Count;
    }
}
