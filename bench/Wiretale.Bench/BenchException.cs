namespace Wiretale.Bench;

/// <summary>The bench cannot go on, and the message says why.</summary>
sealed class BenchException(string message) : Exception(message);
