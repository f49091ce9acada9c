using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Text;

// Specification: RFC 1288. A line is asked; the answer is text until the server closes.

/// <summary>Finger: who is at a host.</summary>
public sealed class Finger() : Dissector("finger")
{
    const uint Port = 79;

    static readonly Protocol P = new("finger", "FINGER", "finger");
    static readonly Field Query = P.String("finger.query", "Query");
    static readonly Field Response = P.String("finger.response", "Response");
    static readonly Field ResponseIn = P.FrameNumber("finger.response_in", "Response In", blurb: "The response to this FINGER query is in this frame");
    static readonly Field ResponseTo = P.FrameNumber("finger.response_to", "Request In", blurb: "This is a response to the FINGER query in this frame");
    static readonly Field ResponseTime = P.RelativeTime("finger.response_time", "Response Time", blurb: "The time between the Query and the Response");
    static readonly Expert NoLineEnd = P.Expert("finger.nocrlf", Severity.Warning, ExpertGroup.Malformed, "Missing <CR><LF>");

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
        bool isQuery = p.DestinationPort == Port, isComplete = v.Bytes.EndsWith("\r\n"u8);
        p.Info.Set(isQuery ? "Query"u8 : "Response"u8);
        if (p.Stream is { CanWait: true } stream && (isQuery ? !isComplete : !stream.IsLast))
        {
            stream.NeedMore(0, isQuery ? StreamContext.OneMoreSegment : StreamContext.UntilEnd);
            return v.Reported;
        }

        p.SetProtocol("FINGER");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"FINGER: {(isQuery ? "Query" : "Response")}");
        var line = p.Add(tree, isQuery ? Query : Response, v, 0, v.Captured);
        if (isQuery)
        {
            if (!isComplete)
            {
                p.Expert(line.Or(tree), NoLineEnd, v, 0, v.Captured);
            }

            if (!p.IsQuoted)
            {
                (asked.Frame, asked.Time) = (p.Number, p.Time);
            }

            p.AddLater(tree, ResponseIn, v);
        }
        else if (asked.Frame > 0)
        {
            p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)asked.Frame));
            p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - asked.Time));
        }

        return v.Reported;
    }

    sealed class Question
    {
        public int Frame;
        public Timestamp Time;
    }
}
