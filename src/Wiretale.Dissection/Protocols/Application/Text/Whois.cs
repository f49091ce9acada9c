using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Text;

// Specification: RFC 3912. A line is asked; the answer is text until the server closes.

/// <summary>Whois: who has a name or an address.</summary>
public sealed class Whois() : Dissector("whois")
{
    const uint Port = 43;

    /// <summary>Bytes of a query that the answer's line repeats.</summary>
    const int LongestQuery = 1024;

    static readonly Protocol P = new("whois", "WHOIS", "whois");
    static readonly Field Query = P.String("whois.query", "Query");
    static readonly Field Answer = P.String("whois.answer", "Answer");
    static readonly Field AnswerIn = P.FrameNumber("whois.answer_in", "Answer In", blurb: "The answer to this WHOIS query is in this frame");
    static readonly Field AnswerTo = P.FrameNumber("whois.answer_to", "Query In", blurb: "This is the answer to the WHOIS query in this frame");
    static readonly Field ResponseTime = P.RelativeTime("whois.response_time", "Response Time", blurb: "The time between the Query and the Answer");
    static readonly Expert Encoding = P.Expert("whois.encoding", Severity.Chat, ExpertGroup.Assumption,
        "WHOIS has no mechanism to indicate encoding (RFC 3912), assuming UTF-8");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var asked = p.Conversation?.GetOrAdd<Question>(this) ?? new();
        bool isQuery = p.DestinationPort == Port;
        int first = TextTalk.LineEnd(v, 0, out int next);
        TextTalk.Say(p, isQuery ? "Query: "u8 : "Answer: "u8, isQuery || asked.Text.Length == 0 ? v.Bytes[..first] : asked.Text);
        if (p.Stream is { CanWait: true } stream && (isQuery ? next == v.Captured && first == next : !stream.IsLast))
        {
            stream.NeedMore(0, isQuery ? StreamContext.OneMoreSegment : StreamContext.UntilEnd);
            return v.Reported;
        }

        p.SetProtocol("WHOIS");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"WHOIS: {(isQuery ? "Query" : "Answer")}");
        if (isQuery)
        {
            if (!p.IsQuoted)
            {
                (asked.Frame, asked.Time, asked.Text) = (p.Number, p.Time, v.Bytes[..Math.Min(first, LongestQuery)].ToArray());
            }

            p.AddLater(tree, AnswerIn, v);
            p.Add(tree, Query, v, 0, v.Captured);
            return v.Reported;
        }

        if (asked.Frame > 0)
        {
            p.Generated(p.AddUInt(tree, AnswerTo, v, 0, 0, (uint)asked.Frame));
            p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - asked.Time));
        }

        for (int at = 0; at < v.Captured; at = next)
        {
            TextTalk.LineEnd(v, at, out next);
            p.Add(tree, Answer, v, at, next - at);
        }

        p.AddExpert(tree, Encoding, v, 0, 0);
        return v.Reported;
    }

    sealed class Question
    {
        public int Frame;
        public Timestamp Time;
        public byte[] Text = [];
    }
}
