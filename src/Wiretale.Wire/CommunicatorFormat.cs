namespace Wiretale.Wire;

/// <summary>The lab's communicator: one UTF-8 message over TCP, which the receiver answers with an end marker.</summary>
public static class CommunicatorFormat
{
    /// <summary>Where a receiver waits.</summary>
    public const ushort Port = 65432;

    /// <summary>Longest message, in characters.</summary>
    public const int LongestMessage = 4096;

    /// <summary>Bytes that the longest message can have; no character takes more than four.</summary>
    public const int LongestMessageBytes = LongestMessage * 4;

    /// <summary>What a receiver answers when it has the message.</summary>
    public static ReadOnlySpan<byte> EndMarker => "#<<END>>#"u8;
}
