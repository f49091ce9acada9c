using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: "The Gnutella Protocol Specification v0.4". TCP port 6346. Numbers stand little end first, addresses do not.
//
//   0         16     17    18     19            23
//   +---------+------+-----+------+-------------+----------
//   | id      | type | TTL | hops | length (4)  | payload
//   +---------+------+-----+------+-------------+----------

/// <summary>Gnutella's descriptors; handshakes and files are shown as a stream.</summary>
public sealed class Gnutella() : Dissector("gnutella")
{
    const int HeaderLength = 23, TypeAt = 16, LengthAt = 19, Longest = 1500, ServentLength = 16;
    const int Ping = 0, Pong = 1, Push = 0x40, Query = 0x80, QueryHit = 0x81;

    static readonly Protocol P = new("Gnutella Protocol", "GNUTELLA", "gnutella");
    static readonly ValueNames Types = ValueNames.Of(() => [(Ping, "Ping"), (Pong, "Pong"), (Push, "Push"), (Query, "Query"), (QueryHit, "QueryHit")]);
    static readonly Field Header = P.Label("gnutella.header", "Descriptor Header", "Gnutella Descriptor Header");
    static readonly Field PongPayload = P.Label("gnutella.pong.payload", "Pong", "Gnutella Pong Payload");
    static readonly Field PushPayload = P.Label("gnutella.push.payload", "Push", "Gnutella Push Payload");
    static readonly Field QueryPayload = P.Label("gnutella.query.payload", "Query", "Gnutella Query Payload");
    static readonly Field HitPayload = P.Label("gnutella.queryhit.payload", "QueryHit", "Gnutella QueryHit Payload");
    static readonly Field StreamField = P.Label("gnutella.stream", "Gnutella Upload / Download Stream");
    static readonly Field Id = P.Bytes("gnutella.header.id", "ID", blurb: "Gnutella Descriptor ID");
    static readonly Field Type = P.UInt8("gnutella.header.payload", "Payload", blurb: "Gnutella Descriptor Payload");
    static readonly Field Ttl = P.UInt8("gnutella.header.ttl", "TTL", blurb: "Gnutella Descriptor Time To Live");
    static readonly Field Hops = P.UInt8("gnutella.header.hops", "Hops", blurb: "Gnutella Descriptor Hop Count");
    static readonly Field Length = P.UInt8("gnutella.header.size", "Length", blurb: "Gnutella Descriptor Payload Length");
    static readonly Layout PongBody = new(
        P.UInt16("gnutella.pong.port", "Port", blurb: "Gnutella Pong TCP Port").LittleEnd(),
        P.IPv4("gnutella.pong.ip", "IP", "Gnutella Pong IP Address"),
        P.UInt32("gnutella.pong.files", "Files Shared", blurb: "Gnutella Pong Files Shared").LittleEnd(),
        P.UInt32("gnutella.pong.kbytes", "KBytes Shared", blurb: "Gnutella Pong KBytes Shared").LittleEnd());

    static readonly Layout QueryBody = new(
        P.UInt32("gnutella.query.min_speed", "Min Speed", blurb: "Gnutella Query Minimum Speed").Of(2) with { IsLittleEndian = true },
        P.StringZ("gnutella.query.search", "Search", "Gnutella Query Search").Rest());

    static readonly Layout PushBody = new(
        P.Bytes("gnutella.push.servent_id", "Servent ID", blurb: "Gnutella Push Servent ID").Of(ServentLength),
        P.UInt32("gnutella.push.index", "Index", blurb: "Gnutella Push Index").LittleEnd(),
        P.IPv4("gnutella.push.ip", "IP", "Gnutella Push IP Address"),
        P.UInt16("gnutella.push.port", "Port", blurb: "Gnutella Push Port").LittleEnd());

    static readonly Layout HitHeader = new(
        P.UInt8("gnutella.queryhit.count", "Count", blurb: "Gnutella QueryHit Count"),
        P.UInt16("gnutella.queryhit.port", "Port", blurb: "Gnutella QueryHit Port").LittleEnd(),
        P.IPv4("gnutella.queryhit.ip", "IP", "Gnutella QueryHit IP Address"),
        P.UInt32("gnutella.queryhit.speed", "Speed", blurb: "Gnutella QueryHit Speed").LittleEnd());

    static readonly Field Hit = P.Label("gnutella.queryhit.hit", "Hit", "Gnutella QueryHit");
    static readonly Layout HitNumbers = new(
        P.UInt32("gnutella.queryhit.hit.index", "Index", blurb: "Gnutella QueryHit Index").LittleEnd(),
        P.UInt32("gnutella.queryhit.hit.size", "Size", blurb: "Gnutella QueryHit Size").LittleEnd());

    static readonly Field HitName = P.String("gnutella.queryhit.hit.name", "Name", "Gnutella Query Name");
    static readonly Field HitExtra = P.Bytes("gnutella.queryhit.hit.extra", "Extra", blurb: "Gnutella Query Extra");
    static readonly Field Extra = P.Bytes("gnutella.queryhit.extra", "Extra", blurb: "Gnutella QueryHit Extra");
    static readonly Field Servent = P.Bytes("gnutella.queryhit.servent_id", "Servent ID", blurb: "Gnutella QueryHit Servent ID");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 6346);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Gnutella");
        p.Info.Clear();
        if (v.Captured >= HeaderLength && LengthOf(v, 0) > Longest)
        {
            One(p, v, parent);
            return v.Reported;
        }

        return Tcp.Pdus(p, v, parent, HeaderLength, static (_, in v, at) => LengthOf(v, at) <= Longest ? (int)LengthOf(v, at) + HeaderLength : v.ReportedFrom(at), One);
    }

    static uint LengthOf(in View v, int at) => v.U32LE(at + LengthAt);

    static void One(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        if (v.Reported < HeaderLength || LengthOf(v, 0) > Longest)
        {
            p.Add(tree, StreamField, v, 0, v.Reported);
            return;
        }

        int type = v.U8(TypeAt), length = (int)LengthOf(v, 0);
        string name = Types.FindOr((ulong)type, "Unknown");
        p.Info.AppendAfter(", ", name);
        var header = p.Add(tree, Header, v, 0, HeaderLength);
        p.Add(header, Id, v, 0, TypeAt);
        p.Label(p.Add(header, Type, v, TypeAt), $"Payload: {type} ({name})");
        p.AddAll(header, v, TypeAt + 1, Ttl, Hops);
        p.AddUInt(header, Length, v, LengthAt, 4, (uint)length);
        if (length == 0)
        {
            return;
        }

        var body = v.From(HeaderLength);
        switch (type)
        {
            case Pong:
                p.AddRows(p.Add(header, PongPayload, body, 0, length), body, 0, PongBody);
                break;
            case Push:
                p.AddRows(p.Add(header, PushPayload, body, 0, length), body, 0, PushBody);
                break;
            case Query:
                p.AddRows(p.Add(header, QueryPayload, body, 0, length), body, 0, QueryBody);
                break;
            case QueryHit:
                AddHits(p, body, p.Add(header, HitPayload, body, 0, length));
                break;
        }
    }

    static void AddHits(Packet p, in View v, Node tree)
    {
        int at = p.AddRows(tree, v, 0, HitHeader);
        int end = v.Reported - ServentLength;
        for (int count = v.U8(0); count > 0 && at < end; count--)
        {
            var hit = p.Add(tree, Hit, v, at, 0);
            int start = at;
            at = p.AddRows(hit, v, at, HitNumbers);
            int next = TextEnd(v, at);
            p.Add(hit, HitName, v, at, next - at);
            int last = TextEnd(v, next);
            if (last - next > 1)
            {
                p.Add(hit, HitExtra, v, next, last - next - 1);
            }

            at = last;
            p.SetLength(hit, at - start);
        }

        if (end > at)
        {
            p.Add(tree, Extra, v, at, end - at);
        }

        p.Add(tree, Servent, v, end, ServentLength);
    }

    static int TextEnd(in View v, int at)
    {
        int end = v.IndexOf(0, at);
        if (end < 0)
        {
            v.ThrowShort(v.Captured, 1);
        }

        return end + 1;
    }
}
