namespace Wiretale.Lab.Transport;

/// <summary>What became of a packet that was sent.</summary>
enum PacketFate : byte
{
    /// <summary>Not known yet.</summary>
    OnTheWay,

    Acknowledged,

    /// <summary>Taken for lost; it may still arrive.</summary>
    Lost,

    /// <summary>It asked for nothing, so nobody waits for it.</summary>
    Unasked,

    /// <summary>A number that was left out; who acknowledges it lies.</summary>
    LeftOut,
}

/// <summary>A packet that was sent, and what was in it.</summary>
struct SentPacket
{
    public TimeSpan At;
    public long Offset;
    public int Length;
    public int Size;

    /// <summary>The highest number that its ACK told of; -1 without one.</summary>
    public long Told;

    public PacketFate Fate;

    /// <summary>Whether it has bytes of the stream, or its end.</summary>
    public bool HasData;

    public bool Ends;
    public bool HasWindow;

    /// <summary>Whether it only looks how much fits; its loss is no congestion.</summary>
    public bool IsProbe;

    /// <summary>Whether the window was what held the sender back when it left.</summary>
    public bool IsLimited;
}
