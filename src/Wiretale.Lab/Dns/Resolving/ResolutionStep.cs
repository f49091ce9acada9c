namespace Wiretale.Lab.Dns.Resolving;

/// <summary>A step on the way to an answer.</summary>
/// <param name="At">When, since the question.</param>
/// <param name="Depth">0 for the question itself; more for the names of servers that had to be looked up on the way.</param>
/// <param name="Text">What happened, in a sentence.</param>
public sealed record ResolutionStep(TimeSpan At, int Depth, string Text)
{
    /// <summary>What a server said.</summary>
    public DnsReply? Reply { get; init; }

    /// <summary>The server's name.</summary>
    public DnsName? Server { get; init; }

    /// <summary>The step as a line: the time, and the sentence, further in for each depth.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{At.TotalMilliseconds,8:0.0} ms  {new string(' ', 4 * Depth)}{PlainText.Visible(Text)}");
}
