using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Lab;

// Specification: the lab's communicator (docs/lab.md), TCP 65432:
//
//   sender   -> receiver   message, UTF-8, at most 4096 characters
//   receiver -> sender     #<<END>>#

/// <summary>The communicator: one message one way, the end marker the other.</summary>
public sealed class Communicator() : Dissector("communicator")
{
    static readonly Protocol P = new("The Communicator", "COMMUNICATOR", "communicator");
    static readonly Field Message = P.String("communicator.message", "Message");
    static readonly Field End = P.String("communicator.end", "End marker", "The receiver has the whole message");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, CommunicatorFormat.Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (!LabText.IsPlain(v.Bytes))
        {
            return 0;
        }

        p.SetProtocol("COMMUNICATOR");
        int length = v.Captured;
        bool ends = v.Bytes.EndsWith(CommunicatorFormat.EndMarker);
        var tree = p.Open(P, v, parent);
        if (ends)
        {
            length -= CommunicatorFormat.EndMarker.Length;
        }

        if (length > 0)
        {
            p.Scratch.Clear();
            FieldFormat.Escaped(p.Scratch, LabText.Start(v.Bytes[..length]));
            p.Info.Set($"Message, {length} bytes: {p.Scratch.Bytes}{(length > LabText.Beginning ? "…" : "")}");
            p.Add(tree, Message, v, 0, length);
        }

        if (ends)
        {
            if (length == 0)
            {
                p.Info.Set("End of message #<<END>>#"u8);
            }
            else
            {
                p.Info.Append(", end of message #<<END>>#"u8);
            }

            p.Add(tree, End, v, length, CommunicatorFormat.EndMarker.Length);
        }

        return v.Reported;
    }
}
