namespace Wiretale.Cli.Options;

/// <summary>A command line that does not say what to do: the message, then how to use the command; exit status 1.</summary>
sealed class UsageException(string message) : Exception(message);

/// <summary>Ends the command with a message on standard error and a status.</summary>
sealed class ExitException(int status, string message) : Exception(message)
{
    /// <summary>The exit status.</summary>
    public int Status { get; } = status;
}
