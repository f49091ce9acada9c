using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Osi;

// Specification: RFC 1006 section 6: version 3, a byte reserved, a length of all.

/// <summary>ISO transport over TCP: packets in a stream.</summary>
public sealed class Tpkt() : Dissector("tpkt")
{
    const uint Port = 102, RemoteDesktopPort = 3389;
    const int HeaderLength = 4, LengthAt = 2, OnlyVersion = 3;

    static readonly Protocol P = new("TPKT - ISO on TCP - RFC1006", "TPKT", "tpkt");
    static readonly Layout Header = new(
        P.UInt8("tpkt.version", "Version", blurb: "Version, only version 3 is defined"),
        P.UInt8("tpkt.reserved", "Reserved", blurb: "Reserved, should be 0"),
        P.UInt16("tpkt.length", "Length", blurb: "Length of data unit, including this header"));

    static readonly Field Continuation = P.Bytes("tpkt.continuation_data", "Continuation data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <summary>Protocols that share its ports and do without it.</summary>
    public static readonly HeuristicKey Heuristics = new("tpkt");

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port, RemoteDesktopPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int at = 0;
        p.Info.Clear();
        while (at < v.Reported)
        {
            if (v.U8(at) != OnlyVersion)
            {
                if (at == 0 && p.TryHeuristics(Heuristics, v, parent))
                {
                    return v.Reported;
                }

                return Continue(p, v.From(at), parent, v.Reported);
            }

            var stream = p.Stream is { CanWait: true } waiting && v.Captured == v.Reported ? waiting : null;
            int there = v.ReportedFrom(at);
            if (stream is not null && there < HeaderLength)
            {
                stream.NeedMore(at, StreamContext.OneMoreSegment);
                break;
            }

            int whole = Math.Max((int)v.U16(at + LengthAt), HeaderLength);
            if (stream is not null && there < whole)
            {
                stream.NeedMore(at, whole - there);
                break;
            }

            One(p, v.Part(at, whole), parent);
            at += whole;
        }

        return v.Reported;
    }

    /// <summary>What cannot begin a packet: its beginning was not captured, or it is of another protocol.</summary>
    static int Continue(Packet p, in View v, Node parent, int taken)
    {
        p.SetProtocol("TPKT");
        p.Info.Set("Continuation"u8);
        var tree = p.Open(P, v, parent);
        p.Add(tree, Continuation, v, 0, v.Captured);
        return taken;
    }

    static void One(Packet p, in View v, Node parent)
    {
        p.SetProtocol("TPKT");
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        p.Label(tree, $"TPKT, Version: {v.U8(0)}, Length: {v.U16(LengthAt)}");
        p.AddRows(tree, v, 0, Header);
        if (v.Reported > HeaderLength)
        {
            p.CallGuarded(Catalog.Cotp, v.From(HeaderLength), parent);
        }
    }
}
