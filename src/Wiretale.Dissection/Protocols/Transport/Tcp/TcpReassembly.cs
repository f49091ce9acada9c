using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>Reads from a header of fixed length how long a whole message is; 0 when that cannot be said yet.</summary>
public delegate int MessageLength(Packet p, in View v, int at);

/// <summary>Dissects one whole message.</summary>
public delegate void MessageDissect(Packet p, in View v, Node parent);

/// <content>Bytes for applications.</content>
public sealed partial class Tcp
{
    static void HandOff(Packet p, in View v, Node tree, Node parent, TcpStream stream, in TcpHeader h)
    {
        p.Stream = new StreamContext();
        Next(p, v, parent, stream, h);
    }

    /// <summary>Takes a stream apart into messages whose header tells their length; waits for the rest of one that a segment cuts.</summary>
    /// <param name="fixedLength">Bytes of a message that <paramref name="length"/> needs.</param>
    /// <returns>Bytes taken: all there are.</returns>
    public static int Pdus(Packet p, in View v, Node parent, int fixedLength, MessageLength length, MessageDissect dissect, bool reassemble = true)
    {
        int at = 0;
        var stream = reassemble && p.Stream is { CanWait: true } ? p.Stream : null;
        while (at < v.Reported)
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

            if (stream is not null && captured < whole)
            {
                stream.NeedMore(at, whole - captured);
                return v.Reported;
            }

            var part = v.Part(at, whole);
            if (stream is null)
            {
                part = part.EndingAs(ShortReason.Fragment);
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

            at += whole;
        }

        return v.Reported;
    }
}
