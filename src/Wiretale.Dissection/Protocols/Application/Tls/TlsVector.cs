using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

/// <summary>Vectors of variable length (RFC 8446 section 3.4): a length of one or two bytes, then as many bytes.</summary>
static class TlsVector
{
    /// <summary>Shows a vector's length and moves on to its first byte.</summary>
    /// <param name="least">Bytes that the vector must have.</param>
    /// <returns>Whether the vector lies in the view; where it does not, nothing after it can be known.</returns>
    public static bool Head(Packet p, in View v, ref int at, Node node, Field field, HandshakeFields f, int least, out int length)
    {
        int size = field.Size;
        length = 0;
        if (size > v.ReportedFrom(at))
        {
            p.Expert(p.AddText(node, v, at, v.CapturedFrom(at), $"No more room for vector of length {size}"), f.TooShort, v, at, v.CapturedFrom(at), $"No more room for vector of length {size}");
            return false;
        }

        length = size == 1 ? v.U8(at) : v.U16(at);
        var item = p.Add(node, field, v, at);
        int room = v.ReportedFrom(at + size);
        if (length > room)
        {
            p.Expert(item, f.TooShort, v, at, size, $"Vector length {length} is too large, truncating it to {room}");
        }
        else if (length < least)
        {
            p.Expert(item, f.BadVector, v, at, size, $"Vector length {length} is smaller than minimum {least}");
        }

        at += size;
        return length <= room;
    }

    /// <summary>Says when bytes of a vector are left over, and moves on to what follows it.</summary>
    public static void End(Packet p, in View v, ref int at, int end, Node node, HandshakeFields f)
    {
        int left = end - at;
        if (left > 0)
        {
            string words = left == 1 ? "byte was" : "bytes were";
            p.Expert(p.AddText(node, v, at, left, $"{left} trailing {words} unprocessed"), f.TrailingData, v, at, left, $"{left} trailing {words} unprocessed");
        }

        at = end;
    }
}
