namespace Wiretale.Lab.Rudp;

/// <summary>What a server of signals gives to whom at most.</summary>
public sealed record RudpLimits
{
    /// <summary>Sessions of all together.</summary>
    public int Sessions { get; init; } = 1024;

    /// <summary>Sessions of one address.</summary>
    public int SessionsOfAddress { get; init; } = 64;

    /// <summary>Signals a second that are read from one address.</summary>
    public int SignalsPerSecond { get; init; } = 1000;

    /// <summary>Bytes sent for each byte received, as in RFC 9000 section 8.1: the sender's address may be a lie, and the answer hit somebody else.</summary>
    public int Amplification { get; init; } = 3;

    /// <summary>Bytes that an address gets beyond that, at first: room for two lists, or many statistics.</summary>
    public int Allowance { get; init; } = 2 * RudpSignal.LongestAnswer;

    /// <summary>Bytes a second that it gets beyond that later: less than would bother anybody.</summary>
    public int AllowancePerSecond { get; init; } = 240;

    /// <summary>Bytes of one session's signals that wait for an earlier one.</summary>
    public int Memory { get; init; } = 16 * 1024;

    /// <summary>How long a session may be silent.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After how long a silent session makes room for another one, where there is none.</summary>
    public TimeSpan Silent { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an ended one is remembered, for SIGNEND that comes again because ACKEND was lost.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a copy of a datagram may be on its way. After it a second SIGNEW means a client that has started again.</summary>
    public TimeSpan DatagramLife { get; init; } = TimeSpan.FromSeconds(3);
}
