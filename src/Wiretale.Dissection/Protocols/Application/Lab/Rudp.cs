using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Lab;

// Specification: the lab's reliable-UDP signals (docs/lab.md), ASCII on UDP 49152:
//
//   SIGNEW:name                  SIGNACK
//   SIGNGET:id;text              ACKGET:id;file;file;
//   SIGNECHO:id;timestamp        ECHOREPLY:id;timestamp
//   SIGNSTAT:id                  STATREPLY:id;Packets sent: n\nPackets lost: n\nConnected time: n seconds
//   SIGNEND:id;text              ACKEND
//   SIGNLOST:id                  SIGNFULL
//
// and SIGNGET with its list over TCP 49153, between the proxy and the scrape server.

/// <summary>Reliable-UDP signals: who asks what under which id, what was lost, how long an answer took.</summary>
public sealed class Rudp() : Dissector("rudp")
{
    static readonly Protocol P = new("Reliable UDP Signals", "RUDP", "rudp");
    static readonly Field Signal = P.String("rudp.signal", "Signal", "Name of the signal");
    static readonly Field Id = P.UInt32("rudp.id", "Id", blurb: "Number of the request, one higher each time");
    static readonly Field Name = P.String("rudp.name", "Name", "Name under which the client connects");
    static readonly Field Payload = P.String("rudp.payload", "Payload", "What follows the id");
    static readonly Field Timestamp = P.String("rudp.timestamp", "Timestamp", "Clock of the sender of an echo, in seconds");
    static readonly Field File = P.String("rudp.file", "File", "A file of the list");
    static readonly Field Sent = P.UInt32("rudp.stat.sent", "Packets sent");
    static readonly Field Lost = P.UInt32("rudp.stat.lost", "Packets lost");
    static readonly Field Connected = P.String("rudp.stat.connected_time", "Connected time");
    static readonly Field ResponseTo = P.FrameNumber("rudp.response_to", "Answer to the request in frame");
    static readonly Field ResponseTime = P.RelativeTime("rudp.time", "Time since the request");
    static readonly Field Retransmission = P.FrameNumber("rudp.retransmission_of", "Same request as in frame");
    static readonly Expert LostSignal = P.Expert("rudp.lost", Severity.Note, ExpertGroup.Sequence, "The receiver misses a signal and asks for it again");
    static readonly Expert Full = P.Expert("rudp.full", Severity.Warning, ExpertGroup.Sequence, "The receiver's window is full");
    static readonly Expert Again = P.Expert("rudp.retransmission", Severity.Note, ExpertGroup.Sequence, "This request was sent before");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, RudpSignals.Port);
        claims.Numbers(Tcp.Ports, RudpSignals.ScrapePort);
        claims.Heuristic(Udp.Heuristics, (p, in v, parent) => Dissect(p, v, parent) > 0);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int signal = Find(v.Bytes, out int nameLength);
        if (signal < 0)
        {
            return p.PortKind == PortKind.Tcp && p.SourcePort == RudpSignals.ScrapePort ? ScrapedList(p, v, parent) : 0;
        }

        string name = RudpSignals.All[signal].Name;
        p.SetProtocol("RUDP");
        p.Info.Set(name);
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Reliable UDP Signals, {name} ({RudpSignals.All[signal].Meaning})");
        p.Add(tree, Signal, v, 0, nameLength);
        if (nameLength < v.Captured)
        {
            Arguments(p, v, tree, signal, nameLength + 1);
        }

        Remark(p, v, tree, name);
        return v.Reported;
    }

    void Arguments(Packet p, in View v, Node tree, int signal, int at)
    {
        string name = RudpSignals.All[signal].Name;
        if (signal == 0)
        {
            p.Add(tree, Name, v, at, v.Captured - at);
            p.Info.Append($" name={v.Bytes[at..]}");
            return;
        }

        if (!Utf8Parser.TryParse(v.Bytes[at..], out uint id, out int digits))
        {
            p.Add(tree, Payload, v, at, v.Captured - at);
            return;
        }

        p.AddUInt(tree, Id, v, at, digits, id);
        p.Info.Append($" id={id}");
        Match(p, v, tree, signal, id);
        at += digits;
        if (at + 1 >= v.Captured || v.Bytes[at] != ';')
        {
            return;
        }

        at++;
        p.Add(tree, Payload, v, at, v.Captured - at);
        switch (name)
        {
            case "ACKGET":
                Files(p, v, tree, at);
                break;
            case "SIGNECHO" or "ECHOREPLY":
                p.Add(tree, Timestamp, v, at, v.Captured - at);
                break;
            case "STATREPLY":
                Statistics(p, v, tree, at);
                break;
            default:
                break;
        }
    }

    /// <summary>The scrape server's answer to SIGNGET: file names, a semicolon after each.</summary>
    static int ScrapedList(Packet p, in View v, Node parent)
    {
        if (!LabText.IsPlain(v.Bytes) || v.IndexOf((byte)';', 0) < 0)
        {
            return 0;
        }

        p.SetProtocol("RUDP");
        p.Info.Set("File list"u8);
        Files(p, v, p.Open(P, v, parent), 0);
        return v.Reported;
    }

    static void Files(Packet p, in View v, Node tree, int at)
    {
        int count = 0;
        while (at < v.Captured)
        {
            int end = v.IndexOf((byte)';', at);
            end = end < 0 ? v.Captured : end;
            if (end > at)
            {
                p.Add(tree, File, v, at, end - at);
                count++;
            }

            at = end + 1;
        }

        p.Info.Append($" ({count} files)");
    }

    static void Statistics(Packet p, in View v, Node tree, int at)
    {
        while (at < v.Captured)
        {
            int end = v.LineEnd(at, out int next);
            end = end < 0 ? v.Captured : end;
            int colon = v.IndexOf((byte)':', at);
            if (colon > at && colon + 2 < end)
            {
                var key = v.Bytes[at..colon];
                int value = colon + 2;
                if (key.SequenceEqual("Connected time"u8))
                {
                    p.Add(tree, Connected, v, value, end - value);
                }
                else if (Utf8Parser.TryParse(v.Bytes[value..end], out uint number, out int digits))
                {
                    p.AddUInt(tree, key.SequenceEqual("Packets lost"u8) ? Lost : Sent, v, value, digits, number);
                }
            }

            at = next <= 0 ? v.Captured : next;
        }
    }

    static void Remark(Packet p, in View v, Node tree, string name)
    {
        if (name == "SIGNLOST")
        {
            p.Expert(tree, LostSignal, v);
        }
        else if (name == "SIGNFULL")
        {
            p.Expert(tree, Full, v);
        }
    }

    /// <summary>Ties an answer to its request, and a request to the one it repeats.</summary>
    void Match(Packet p, in View v, Node tree, int signal, uint id)
    {
        if (p.Conversation is null || p.IsQuoted)
        {
            return;
        }

        var seen = p.Conversation.GetOrAdd<Requests>(this);
        ref var slot = ref seen.Slots[id % RudpSignals.Window];
        bool request = RudpSignals.All[signal].Name is "SIGNGET" or "SIGNECHO" or "SIGNSTAT" or "SIGNEND";
        if (request)
        {
            if (slot.Frame > 0 && slot.Id == id)
            {
                p.Info.Append(" [sent again]"u8);
                p.Generated(p.AddUInt(tree, Retransmission, v, 0, 0, (uint)slot.Frame));
                p.Expert(tree, Again, v);
            }

            slot = new(id, p.Number, p.Time);
        }
        else if (slot.Frame > 0 && slot.Id == id)
        {
            p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)slot.Frame));
            p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - slot.Time));
        }
    }

    /// <summary>The signal that the bytes begin with, an index into <see cref="RudpSignals.All"/>, or -1; it must be followed by a colon or nothing.</summary>
    static int Find(ReadOnlySpan<byte> bytes, out int length)
    {
        Span<byte> name = stackalloc byte[16];
        for (int i = 0; i < RudpSignals.All.Length; i++)
        {
            length = System.Text.Encoding.ASCII.GetBytes(RudpSignals.All[i].Name, name);
            if (bytes.StartsWith(name[..length]) && (bytes.Length == length || bytes[length] == ':'))
            {
                return i;
            }
        }

        length = 0;
        return -1;
    }

    sealed class Requests
    {
        public readonly (uint Id, int Frame, Timestamp Time)[] Slots = new (uint, int, Timestamp)[RudpSignals.Window];
    }
}
