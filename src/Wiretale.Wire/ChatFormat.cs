namespace Wiretale.Wire;

/// <summary>The lab's chat rooms: UTF-8 text over TCP, a client's first message is its name.</summary>
public static class ChatFormat
{
    /// <summary>Room whose clients have names.</summary>
    public const ushort RoomPort = 5050;

    /// <summary>Two sides without names.</summary>
    public const ushort PlainPort = 8989;

    /// <summary>Longest name, in bytes.</summary>
    public const int LongestName = 64;

    /// <summary>Longest message, in bytes.</summary>
    public const int LongestMessage = 4096;

    /// <summary>What stands between a name and what it said when the server passes it on.</summary>
    public static ReadOnlySpan<byte> Says => ": "u8;

    /// <summary>What the others get after the name of one who left.</summary>
    public static ReadOnlySpan<byte> Left => " has left the chatroom!"u8;

    /// <summary>What a remark of the server to one client begins with; no name does.</summary>
    public static ReadOnlySpan<byte> Remark => "* "u8;
}
