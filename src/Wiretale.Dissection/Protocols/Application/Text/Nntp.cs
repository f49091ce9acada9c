using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Text;

// Specification: RFC 3977. Lines of text: commands, and answers that begin with three digits.

/// <summary>Network News Transfer Protocol.</summary>
public sealed class Nntp() : Dissector("nntp")
{
    const uint Port = 119;

    static readonly Protocol P = new("Network News Transfer Protocol", "NNTP", "nntp");
    static readonly Field Response = P.Flag("nntp.response", "Response", blurb: "TRUE if NNTP response");
    static readonly Field Request = P.Flag("nntp.request", "Request", blurb: "TRUE if NNTP request");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool request = p.DestinationPort == Port;
        p.SetProtocol("NNTP");
        int end = TextTalk.LineEnd(v, 0, out _);
        TextTalk.Say(p, request ? "Request: "u8 : "Response: "u8, v.Bytes[..end]);
        var tree = p.Open(P, v, parent);
        p.Hidden(p.AddFlag(tree, request ? Request : Response, v, 0, 0, true));
        for (int at = 0, next; at < v.Captured; at = next)
        {
            TextTalk.LineEnd(v, at, out next);
            TextTalk.Show(p, v, tree, at, next);
        }

        return v.Reported;
    }
}
