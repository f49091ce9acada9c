namespace Wiretale.Lab;

/// <summary>How a line is meant; a terminal may colour it.</summary>
public enum Tone
{
    Plain,

    /// <summary>A remark of the program itself.</summary>
    Note,

    /// <summary>What somebody else said.</summary>
    Peer,

    Good,

    Bad,
}

/// <summary>Where a program of the lab says what happens.</summary>
public interface ILog
{
    /// <summary>Shows a line; may be called from any thread.</summary>
    void Show(string line, Tone tone = Tone.Plain);
}

/// <summary>Whom a program of the lab talks with.</summary>
public interface IScreen : ILog
{
    /// <summary>Asks for a line; null when no more will come.</summary>
    Task<string?> AskAsync(string prompt, CancellationToken stop);
}
