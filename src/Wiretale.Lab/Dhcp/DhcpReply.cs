namespace Wiretale.Lab.Dhcp;

/// <summary>A message to send, and where to.</summary>
/// <param name="Address">Where it goes; all ones for everybody on the network.</param>
/// <param name="Port">The client's port or the relay's.</param>
/// <param name="Hardware">The station that it goes to by its hardware address, because it has no other yet; null otherwise.</param>
/// <param name="Message">The message.</param>
public sealed record DhcpReply(uint Address, ushort Port, byte[]? Hardware, byte[] Message)
{
    /// <summary>Whether it promises something that must be kept for good before it leaves.</summary>
    public bool IsPromise { get; init; }

    /// <summary>The address that should be tried before it leaves, and for whom; null when that is not called for.</summary>
    public (uint Address, DhcpAsker Asker)? ToTry { get; init; }
}
