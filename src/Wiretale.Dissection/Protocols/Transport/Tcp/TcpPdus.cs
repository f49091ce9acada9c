using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>Reads from a header of fixed length how long a whole message is; 0 when that cannot be said yet.</summary>
/// <param name="at">Where in the view the message begins.</param>
public delegate int MessageLength(Packet p, in View v, int at);

/// <summary>Dissects one whole message.</summary>
public delegate void MessageDissect(Packet p, in View v, Node parent);

/// <content>For protocols whose messages tell their length.</content>
public sealed partial class Tcp
{
    /// <summary>Takes a stream apart into messages whose header tells their length; waits for the rest of one that a segment cuts.</summary>
    /// <remarks>A message that ends too early shows that and does not keep the next from being dissected.</remarks>
    /// <param name="fixedLength">Bytes of a message that <paramref name="length"/> needs.</param>
    /// <param name="reassemble">The protocol's own preference.</param>
    /// <param name="from">Where the first message begins; what is before it is the end of one that began earlier.</param>
    /// <param name="showSize">Whether each message's size is a field.</param>
    /// <returns>Bytes taken: all there are.</returns>
    public static int Pdus(Packet p, in View v, Node parent, int fixedLength, MessageLength length, MessageDissect dissect, bool reassemble = true, int from = 0, bool showSize = true)
    {
        var stream = reassemble && p.Stream is { CanWait: true } ? p.Stream : null;
        int at = from;

        // Where a message ends past what was captured there is nothing more to say, and nothing that would be missing.
        while (at < v.Reported && at <= v.Captured)
        {
            v.Ensure(at, 1);
            int captured = v.CapturedFrom(at);
            if (stream is not null && captured < fixedLength)
            {
                stream.NeedMore(at, StreamContext.OneMoreSegment);
                return v.Reported;
            }

            int whole = length(p, v, at);
            if (whole == 0)
            {
                if (stream is null)
                {
                    throw new BoundsException(ShortReason.Fragment, at, fixedLength, captured);
                }

                stream.NeedMore(at, StreamContext.OneMoreSegment);
                return v.Reported;
            }

            if (whole < fixedLength)
            {
                p.Recover(p.Mark(), new BoundsException(ShortReason.Malformed, at, whole, captured), v, parent);
                return v.Reported;
            }

            if (stream is not null && captured < whole && v.Captured == v.Reported)
            {
                stream.NeedMore(at, whole - captured);
                return v.Reported;
            }

            One(p, stream is null ? v.Part(at, whole).EndingAs(v.ReportedFrom(at) < whole ? ShortReason.Fragment : ShortReason.Malformed) : v.Part(at, whole), parent, dissect, showSize);
            if (whole > v.Reported - at)
            {
                break;
            }

            at += whole;
        }

        return v.Reported;
    }

    /// <summary>The size of one message, for a protocol that walks over its messages itself.</summary>
    internal static void ShowPduSize(Packet p, in View part, Node parent) =>
        p.Generated(p.AddUInt(p.Stream is { Tree.IsWanted: true } stream ? stream.Tree : parent, PduSize, part, 0, part.Captured, (uint)part.Reported));

    static void One(Packet p, in View part, Node parent, MessageDissect dissect, bool showSize)
    {
        if (showSize)
        {
            ShowPduSize(p, part, parent);
        }

        var state = p.Mark();
        try
        {
            dissect(p, part, parent);
        }
        catch (BoundsException e)
        {
            p.Recover(state, e, part, parent);
        }
    }
}
