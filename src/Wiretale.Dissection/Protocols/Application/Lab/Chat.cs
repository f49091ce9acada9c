using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Lab;

// Specification: the lab's chat rooms (docs/lab.md), UTF-8 over TCP, one send a message, no line end required:
//
//   5050   client -> server   NAME (first), then TEXT
//          server -> others   NAME: TEXT, or NAME has left the chatroom!
//          server -> client   * REMARK
//   8989   either way         TEXT

/// <summary>Chat rooms: who joins, says what, leaves.</summary>
public sealed class Chat() : Dissector("chat")
{
    static readonly Protocol P = new("Chat Room", "CHAT", "chat");
    static readonly Field Event = P.String("chat.event", "Event", "join, say, relay, leave or remark");
    static readonly Field Name = P.String("chat.name", "Name");
    static readonly Field Text = P.String("chat.text", "Text");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, ChatFormat.RoomPort, ChatFormat.PlainPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (!LabText.IsPlain(v.Bytes))
        {
            return 0;
        }

        var text = v.Bytes.TrimEnd("\r\n"u8);
        p.SetProtocol("CHAT");
        var tree = p.Open(P, v, parent);
        if (p.SourcePort == ChatFormat.RoomPort)
        {
            Relayed(p, v, tree, text);
        }
        else if (p.DestinationPort == ChatFormat.RoomPort && IsFirst(p))
        {
            Show(p, v, tree, "join", 0, text.Length, 0, 0);
        }
        else
        {
            Show(p, v, tree, "say", 0, 0, 0, text.Length);
        }

        return v.Reported;
    }

    static void Relayed(Packet p, in View v, Node tree, ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf(ChatFormat.Says);
        if (text.StartsWith(ChatFormat.Remark))
        {
            Show(p, v, tree, "remark", 0, 0, ChatFormat.Remark.Length, text.Length - ChatFormat.Remark.Length);
        }
        else if (text.EndsWith(ChatFormat.Left) && text.Length - ChatFormat.Left.Length is > 0 and <= ChatFormat.LongestName)
        {
            Show(p, v, tree, "leave", 0, text.Length - ChatFormat.Left.Length, 0, 0);
        }
        else if (colon is > 0 and <= ChatFormat.LongestName)
        {
            Show(p, v, tree, "relay", 0, colon, colon + ChatFormat.Says.Length, text.Length - colon - ChatFormat.Says.Length);
        }
        else
        {
            Show(p, v, tree, "say", 0, 0, 0, text.Length);
        }
    }

    static void Show(Packet p, in View v, Node tree, string what, int nameAt, int nameLength, int textAt, int textLength)
    {
        p.AddString(tree, Event, v, 0, v.Captured, what);
        p.Info.Set(what);
        if (nameLength > 0)
        {
            p.Scratch.Clear();
            FieldFormat.Escaped(p.Scratch, LabText.Start(v.Bytes.Slice(nameAt, nameLength)));
            p.Info.Append($" {p.Scratch.Bytes}");
            p.Add(tree, Name, v, nameAt, nameLength);
        }

        if (textLength > 0)
        {
            p.Scratch.Clear();
            FieldFormat.Escaped(p.Scratch, LabText.Start(v.Bytes.Slice(textAt, textLength)));
            p.Info.Append($": {p.Scratch.Bytes}{(textLength > LabText.Beginning ? "…" : "")}");
            p.Add(tree, Text, v, textAt, textLength);
        }
    }

    /// <summary>The first thing a client sends is its name.</summary>
    bool IsFirst(Packet p)
    {
        if (p.Conversation is null || p.IsQuoted)
        {
            return false;
        }

        var room = p.Conversation.GetOrAdd<Joined>(this);
        room.Frame = room.Frame == 0 ? p.Number : room.Frame;
        return room.Frame == p.Number;
    }

    sealed class Joined
    {
        public int Frame;
    }
}
