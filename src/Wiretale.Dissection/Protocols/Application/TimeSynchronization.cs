using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: "The Berkeley UNIX Time Synchronization Protocol" (Gusella, Zatti), timed(8). UDP port 525.
//
//   0      1         2              4               8             12
//   +------+---------+--------------+---------------+-------------+------------------
//   | type | version | sequence     | seconds       | microseconds| name of the machine
//   +------+---------+--------------+---------------+-------------+------------------

/// <summary>The clock protocol of BSD's timed.</summary>
public sealed class TimeSynchronization() : Dissector("tsp")
{
    static readonly Protocol P = new("Time Synchronization Protocol", "TSP", "tsp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "any"), (1, "adjtime"), (2, "ack"), (3, "masterreq"), (4, "masterack"), (5, "settime"), (6, "masterup"), (7, "slaveup"),
        (8, "election"), (9, "accept"), (10, "refuse"), (11, "conflict"), (12, "resolve"), (13, "quit"), (14, "date"), (15, "datereq"),
        (16, "dateack"), (17, "traceon"), (18, "traceoff"), (19, "msite"), (20, "msitereq"), (21, "test"), (22, "setdate"),
        (23, "setdatereq"), (24, "loop")]);

    static readonly Field Type = P.UInt8("tsp.type", "Type", FieldBase.Dec, Types, blurb: "Packet Type");
    static readonly Layout Message = new(
        Type,
        P.UInt8("tsp.version", "Version", blurb: "Protocol Version Number"),
        P.UInt16("tsp.sequence", "Sequence", blurb: "Sequence Number"),
        P.UInt8("tsp.hopcnt", "Hop Count").When(Type, 24),
        Row.Skip(7).When(Type, 24),
        P.UInt32("tsp.sec", "Seconds").When(Type, 1, 5, 22, 23),
        P.UInt32("tsp.usec", "Microseconds").When(Type, 1, 5, 22, 23),
        Row.Skip(8).When(Type, 0, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21));

    static readonly Field Name = P.StringZ("tsp.name", "Machine Name", "Sender Machine Name");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 525);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        const int NameAt = 12;
        int type = v.U8(0);
        p.SetProtocol("TSP");
        p.Info.Clear();
        if (Types.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown message type ({type})");
        }

        var tree = p.Open(P, v, parent);
        p.AddRows(tree, v, 0, Message);
        int end = v.IndexOf(0, NameAt);
        if (end >= 0)
        {
            p.Add(tree, Name, v, NameAt, end + 1 - NameAt);
        }

        return v.Reported;
    }
}
