using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9000 section 2.1 and 19.8.

/// <summary>STREAM frames, and who reads what they carry.</summary>
static class QuicStreams
{
    const int Fin = 1, HasLength = 2, HasOffset = 4, ServerInitiated = 1, Unidirectional = 2;

    /// <summary>One frame; returns where it ends.</summary>
    /// <param name="start">Where its type stands.</param>
    /// <param name="at">Behind it.</param>
    /// <param name="type">The type's item.</param>
    public static int Dissect(Packet p, in View v, int start, int at, Node node, Node type, QuicConnection connection, bool fromServer, QuicFrameFields f)
    {
        int flags = v.U8(start), idAt = at;
        ulong id = Quic.VarInt(v, ref at);
        int offsetAt = at;
        ulong offset = (flags & HasOffset) != 0 ? Quic.VarInt(v, ref at) : 0;
        int lengthAt = at;
        ulong length = (flags & HasLength) != 0 ? Quic.VarInt(v, ref at) : (ulong)v.ReportedFrom(at);
        p.Info.Append($", STREAM({id})");
        if (p.WantsFields)
        {
            AddFields(p, v, start, idAt, offsetAt, lengthAt, at, node, type, (id, offset, length), f);
        }

        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        var data = v.Part(at, (int)length);
        p.Add(node, f.StreamData, data, 0, data.Captured);
        if (Http3.IsSpokenBy(connection))
        {
            Deliver(p, data, connection.Side(fromServer), id, offset, (flags & Fin) != 0);
        }

        return at + (int)length;
    }

    static void AddFields(Packet p, in View v, int start, int idAt, int offsetAt, int lengthAt, int dataAt, Node node, Node type, (ulong Id, ulong Offset, ulong Length) stream, QuicFrameFields f)
    {
        int flags = v.U8(start);
        var (id, offset, length) = stream;
        p.Label(node, $"STREAM id={id} fin={flags & Fin} off={offset} len={length} dir={((id & Unidirectional) != 0 ? "Unidirectional" : "Bidirectional")} origin={((id & ServerInitiated) != 0 ? "Server-initiated" : "Client-initiated")}");
        type = type.IsWanted ? type : node;
        p.Add(type, f.StreamFin, v, start);
        p.Add(type, f.StreamHasLength, v, start);
        p.Add(type, f.StreamHasOffset, v, start);
        var own = p.AddUInt(node, f.StreamId, v, idAt, offsetAt - idAt, id);
        own = own.IsWanted ? own : node;
        p.AddUInt(own, f.StreamInitiator, v, idAt, offsetAt - idAt, id);
        p.AddUInt(own, f.StreamDirection, v, idAt, offsetAt - idAt, id);
        if (lengthAt > offsetAt)
        {
            p.AddUInt(node, f.StreamOffset, v, offsetAt, lengthAt - offsetAt, offset);
        }

        if (dataAt > lengthAt)
        {
            p.AddUInt(node, f.StreamLength, v, lengthAt, dataAt - lengthAt, length);
        }
    }

    /// <summary>Hands what is there without a gap to HTTP/3, from where it left off.</summary>
    static void Deliver(Packet p, in View data, QuicSide side, ulong id, ulong offset, bool isLast)
    {
        var stream = side.Stream(id);
        if (!stream.Add(offset, data.Bytes))
        {
            return;
        }

        // What lies in this frame alone is shown there.
        long from = stream.Taken - (long)offset;
        var ready = stream.Ready;
        if (from >= 0 && from + ready.Length <= data.Captured)
        {
            stream.Take(Http3.Deliver(p, data.Part((int)from, ready.Length), id, stream));
        }
        else if (Http3.WholeLength(ready, id, stream) is > 0 and int whole)
        {
            stream.Take(Http3.Deliver(p, p.AddBuffer(ready[..whole], "Reassembled QUIC STREAM"), id, stream));
        }

        if (isLast && stream.Ready.IsEmpty)
        {
            side.EndStream(id);
        }
    }
}
