using System.Globalization;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>DNS messages by what they ask, how they are answered and how fast (<c>dns,tree</c>).</summary>
public sealed class DnsTree : TreeStatistic
{
    const int Message = 1, Response = 2, Opcode = 3, ResponseCode = 4, NameLength = 5, Labels = 6, Type = 7, Class = 8,
        Questions = 9, Answers = 10, Authorities = 11, Additionals = 12, Time = 13, Retransmission = 14, Malformed = 15;

    static readonly string[] Levels = ["1st Level", "2nd Level", "3rd Level", "4th Level or more"];

    readonly FieldSlots slots;

    DnsTree(string? filter, StatisticSetting setting)
        : base("DNS", filter, setting)
    {
        slots = new(setting.Registry, "dns", "dns.flags.response", "dns.flags.opcode", "dns.flags.rcode", "dns.qry.name.len", "dns.count.labels",
            "dns.qry.type", "dns.qry.class", "dns.count.queries", "dns.count.answers", "dns.count.auth_rr", "dns.count.add_rr", "dns.time", "dns.retransmission",
            "_ws.malformed", "_ws.short", "_ws.unreassembled");
        foreach (string name in (string[])["rcode", "opcodes", "Query/Response", "Query Type", "Class"])
        {
            Total.Child(name);
        }

        _ = Payload;
        QueryStats.Child("Qname Len");
        foreach (string level in Levels)
        {
            QueryStats.Child("Label Stats").Child(level);
        }

        foreach (string name in (string[])["questions", "authorities", "answers", "additionals"])
        {
            ResponseStats.Child("no. of " + name);
        }

        foreach (string name in (string[])["request-response time (msec)", "no. of unsolicited responses", "no. of retransmissions"])
        {
            ServiceStats.Child(name);
        }
    }

    CountNode Total => Root("Total Packets");

    CountNode Payload => Root("Payload size");

    CountNode QueryStats => Root("Query Stats");

    CountNode ResponseStats => Root("Response Stats");

    CountNode ServiceStats => Root("Service Stats");

    internal static Statistic Make(string? arguments, StatisticSetting setting) => new DnsTree(arguments, setting);

    /// <inheritdoc />
    public override void AddTo(Demand demand) => slots.AddTo(demand);

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        var items = packet.Items;
        Span<int> at = stackalloc int[Malformed + 1];
        int message = -1;
        for (int i = 0; i < items.Length; i++)
        {
            int slot = Math.Min(slots.Of(items[i]), Malformed);
            if (slot == Message)
            {
                Count(packet, message, at);
                at.Fill(-1);
                message = (items[i].Flags & ItemFlags.Quoted) == 0 ? i : -1;
            }
            else if (slot > 0 && message >= 0 && (at[slot] < 0 || slot == Labels))
            {
                at[slot] = i;
            }
        }

        Count(packet, message, at);
    }

    void Count(in StatisticPacket packet, int message, ReadOnlySpan<int> at)
    {
        // What ends too early is none.
        if (message < 0 || at[Malformed] >= 0)
        {
            return;
        }

        double time = Touch(packet);
        Total.Tick(time);
        Name(packet, "rcode", at[ResponseCode], time, "rcode", "dns.flags.rcode");
        Name(packet, "opcodes", at[Opcode], time, "opcode", "dns.flags.opcode");
        bool isResponse = at[Response] >= 0 && packet.Items[at[Response]].Value != 0;
        Total.Child("Query/Response").Tick(time).Child(isResponse ? "Response" : "Query").Tick(time);
        Name(packet, "Query Type", at[Type], time, "packet type", "dns.qry.type");
        Name(packet, "Class", at[Class], time, "class", "dns.qry.class");
        Payload.Tick(time, (long)packet.Items[message].Value);
        if (!isResponse)
        {
            QueryStats.Child("Qname Len").Tick(time, Number(packet, at[NameLength]));
            long labels = Number(packet, at[Labels]);
            QueryStats.Child("Label Stats").Child(Levels[labels is > 0 and < 4 ? labels - 1 : 3]).Tick(time);
        }

        if (isResponse)
        {
            CountResponse(packet, at, time);
        }
    }

    void CountResponse(in StatisticPacket packet, ReadOnlySpan<int> at, double time)
    {

        bool isAnswer = at[Time] >= 0, isRepeated = at[Retransmission] >= 0;
        foreach (var (name, slot) in ((string, int)[])[("questions", Questions), ("answers", Answers), ("authorities", Authorities), ("additionals", Additionals)])
        {
            var node = ResponseStats.Child("no. of " + name).Tick(time, Number(packet, at[slot]));
            if (isAnswer || isRepeated)
            {
                // As in tshark, which counts a response to a query that it saw once more.
                node.Tick(time, Number(packet, at[slot]));
            }
        }

        if (isRepeated)
        {
            ServiceStats.Child("no. of retransmissions").Tick(time);
        }
        else if (!isAnswer)
        {
            ServiceStats.Child("no. of unsolicited responses").Tick(time);
        }
        else
        {
            var taken = ItemValue.Unpack(packet.Items[at[Time]].Value);
            ServiceStats.Child("request-response time (msec)").Tick(time, (float)((taken.Seconds * 1000) + (taken.Nanoseconds / 1e6)));
        }
    }

    void Name(in StatisticPacket packet, string branch, int item, double time, string what, string field)
    {
        // What a message does not have counts as 0.
        ulong value = item < 0 ? 0 : packet.Items[item].Value;
        var names = packet.Batch.Registry.Find(field)!.Names;
        string name = names?.Find(value) ?? $"Unknown {what} ({value.ToString(CultureInfo.InvariantCulture)})";

        Total.Child(branch).Tick(time).Child(name).Tick(time);
    }

    static long Number(in StatisticPacket packet, int item) => item < 0 ? 0 : (long)packet.Items[item].Value;
}
