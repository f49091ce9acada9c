using Wiretale.Dissection.Conversations;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>What TCP remembers about a conversation: two directions and what belongs to both.</summary>
sealed class TcpStream(Conversation conversation, Timestamp first)
{
    public readonly Conversation Conversation = conversation;
    public readonly TcpFlow FromA = new(), FromB = new();
    public readonly Timestamp First = first;
    public Timestamp Last = first;

    /// <summary>The port that was asked for (the SYN's destination); 0 while unknown.</summary>
    public ushort ServerPort;
}

/// <summary>One direction of a connection.</summary>
sealed class TcpFlow
{
    public bool HasBase;
    public uint Base;

    /// <summary>Shift count of the sender's windows, or <see cref="UnknownScale"/>, <see cref="NoScale"/>.</summary>
    public int WindowScale = UnknownScale;

    public const int UnknownScale = -1, NoScale = -2;
}
