using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.BitTorrent;

// Specification: BEP 3 (messages), BEP 6 (fast extension), BEP 10 (extended messages). TCP ports 6881 to 6889, and wherever a handshake is seen.
//
//   +----+---------------------+--------------+-----------------+--------------+
//   | 19 | BitTorrent protocol | reserved (8) | info hash (20)  | peer (20)    |
//   +----+---------------------+--------------+-----------------+--------------+
//
//   +----------------+------+----------------
//   | length (4)     | type | what it asks for      a length of 0 keeps the connection alive
//   +----------------+------+----------------

/// <summary>BitTorrent's protocol between peers.</summary>
public sealed class BitTorrent() : Dissector("bittorrent")
{
    const int LengthSize = 4, HandshakeLength = 68, NameLength = 19, TypeAt = 4, BodyAt = 5;
    const int Choke = 0, Unchoke = 1, Interested = 2, NotInterested = 3, Have = 4, Bitfield = 5, Request = 6, Piece = 7, Cancel = 8, Port = 9,
        Suggest = 13, HaveAll = 14, HaveNone = 15, Reject = 16, AllowedFast = 17, Extended = 20, ExtendedHandshake = 0;

    /// <summary>Lengths beyond these are of something else: blocks are 16 kB, and bitfields of a byte for eight pieces.</summary>
    const uint LongestPiece = 0x8008, Longest = 0x1ffff;

    static readonly Protocol P = new("BitTorrent", "BitTorrent", "bittorrent");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (Choke, "Choke"), (Unchoke, "Unchoke"), (Interested, "Interested"), (NotInterested, "Not Interested"), (Have, "Have"), (Bitfield, "Bitfield"),
        (Request, "Request"), (Piece, "Piece"), (Cancel, "Cancel"), (Port, "Port"), (Suggest, "Suggest Piece"), (HaveAll, "Have All"),
        (HaveNone, "Have None"), (Reject, "Reject Request"), (AllowedFast, "Allowed Fast"), (Extended, "Extended")]);

    static readonly Layout Handshake = new(
        P.UInt8("bittorrent.protocol.name.length", "Protocol Name Length"),
        P.String("bittorrent.protocol.name", "Protocol Name").Of(NameLength),
        P.Bytes("bittorrent.reserved", "Reserved Extension Bytes").Of(8),
        P.Bytes("bittorrent.info_hash", "SHA1 Hash of info dictionary").Of(20),
        P.Bytes("bittorrent.peer_id", "Peer ID").Of(20));

    static readonly Field Message = P.Label("bittorrent.msg", "Message");
    static readonly Field Length = P.UInt32("bittorrent.msg.length", "Message Length");
    static readonly Field Type = P.UInt8("bittorrent.msg.type", "Message Type", FieldBase.Dec, Types);
    static readonly Field BitfieldData = P.Bytes("bittorrent.msg.bitfield", "Bitfield data");
    static readonly Field Index = P.UInt32("bittorrent.piece.index", "Piece index", FieldBase.Hex);
    static readonly Field Begin = P.UInt32("bittorrent.piece.begin", "Begin offset of piece", FieldBase.Hex);
    static readonly Field PieceData = P.Bytes("bittorrent.piece.data", "Data in a piece");
    static readonly Field PieceLength = P.UInt32("bittorrent.piece.length", "Piece Length", FieldBase.Hex);
    static readonly Field PortNumber = P.UInt16("bittorrent.port", "Port");
    static readonly Field ExtendedId = P.UInt8("bittorrent.extended.id", "Extended Message ID");
    static readonly Field ExtendedData = P.Bytes("bittorrent.extended", "Extended Message");
    static readonly Field Continuation = P.Bytes("bittorrent.continuous_data", "Extended Message");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Tcp.Ports, 6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889);
        claims.Heuristic(Tcp.Heuristics, Guess);
    }

    bool Guess(Packet p, in View v, Node parent)
    {
        if (!IsHandshake(v, 0))
        {
            return false;
        }

        if (p.Conversation is { } conversation && !p.IsQuoted)
        {
            conversation.Dissector = this;
        }

        Dissect(p, v, parent);
        return true;
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("BitTorrent");
        return Tcp.Pdus(p, v, parent, LengthSize, static (_, in v, at) => WholeLength(v, at), One);
    }

    static bool IsHandshake(in View v, int at) => v.Has(at, 1 + NameLength) && v.U8(at) == NameLength && v.Span(at + 1, NameLength).SequenceEqual("BitTorrent protocol"u8);

    /// <summary>Length of a message; what is none is taken as a whole, since there is no telling where the next begins.</summary>
    static int WholeLength(in View v, int at) =>
        IsHandshake(v, at) ? HandshakeLength
        : v.CapturedFrom(at) <= LengthSize || v.U32(at) == 0 ? LengthSize
        : IsMessage(v, at) ? (int)v.U32(at) + LengthSize
        : v.ReportedFrom(at);

    static bool IsMessage(in View v, int at)
    {
        uint length = v.U32(at);
        return v.U8(at + TypeAt) switch
        {
            Choke or Bitfield => length <= Longest,
            Unchoke or Interested or NotInterested or HaveAll or HaveNone => length == 1,
            Have or Suggest or AllowedFast => length == 5,
            Request or Cancel or Reject => length == 13,
            Port => length == 3,
            Piece or Extended => length <= LongestPiece,
            _ => false,
        };
    }

    static void One(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        if (IsHandshake(v, 0))
        {
            p.Info.Set("Handshake"u8);
            p.AddRows(tree, v, 0, Handshake);
        }
        else if (v.Reported <= LengthSize)
        {
            p.Info.Set("BitTorrent "u8);
        }
        else if (!IsMessage(v, 0))
        {
            p.Info.Set("Continuation data"u8);
            p.Add(tree, Continuation, v, 0, v.Reported);
        }
        else
        {
            AddMessage(p, v, tree);
        }

        p.Info.Append("  "u8);
        p.Info.Fence();
    }

    static void AddMessage(Packet p, in View v, Node tree)
    {
        int type = v.U8(TypeAt), rest = v.ReportedFrom(BodyAt);
        string name = Types.FindOr((ulong)type, "Unknown");
        p.Info.Set(name);
        var node = p.Add(tree, Message, v, 0, v.Reported);
        p.Label(node, $"Message: Len:{v.U32(0)}, {name}");
        p.AddAll(node, v, 0, Length, Type);
        switch (type)
        {
            case Have or Suggest or AllowedFast:
                p.Info.Append($", Piece (Idx:0x{v.U32(BodyAt):x})");
                p.AppendLabel(node, $", Piece (Idx:0x{v.U32(BodyAt):x})");
                p.Add(node, Index, v, BodyAt);
                break;
            case Bitfield:
                p.Info.Append($", Len:0x{rest:x}");
                p.AppendLabel(node, $", Len:0x{rest:x}");
                p.Add(node, BitfieldData, v, BodyAt, rest);
                break;
            case Request or Cancel or Reject:
                p.Info.Append($", Piece (Idx:0x{v.U32(BodyAt):x},Begin:0x{v.U32(BodyAt + 4):x},Len:0x{v.U32(BodyAt + 8):x})");
                p.AppendLabel(node, $", Piece (Idx:0x{v.U32(BodyAt):x},Begin:0x{v.U32(BodyAt + 4):x},Len:0x{v.U32(BodyAt + 8):x})");
                p.AddAll(node, v, BodyAt, Index, Begin, PieceLength);
                break;
            case Piece:
                int data = p.AddAll(node, v, BodyAt, Index, Begin);
                v.Ensure(BodyAt, data - BodyAt);
                p.Info.Append($", Idx:0x{v.U32(BodyAt):x},Begin:0x{v.U32(BodyAt + 4):x},Len:0x{v.ReportedFrom(data):x}");
                p.AppendLabel(node, $", Idx:0x{v.U32(BodyAt):x},Begin:0x{v.U32(BodyAt + 4):x},Len:0x{v.ReportedFrom(data):x}");
                p.Add(node, PieceData, v, data, v.ReportedFrom(data));
                break;
            case Port:
                p.Add(node, PortNumber, v, BodyAt);
                break;
            case Extended:
                p.Add(node, ExtendedId, v, BodyAt);
                v.Ensure(BodyAt, 1);
                if (v.U8(BodyAt) == ExtendedHandshake)
                {
                    p.Call(Catalog.Bencode, v.From(BodyAt + 1), node);
                }
                else
                {
                    p.Add(node, ExtendedData, v, BodyAt + 1, v.ReportedFrom(BodyAt + 1));
                }

                break;
        }
    }
}
