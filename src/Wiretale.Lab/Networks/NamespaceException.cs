namespace Wiretale.Lab.Networks;

/// <summary>A namespace could not be made, or something in it could not be set up; the message says why, and how to go on, in words for the user.</summary>
public sealed class NamespaceException(string message, Exception? inner = null) : Exception(message, inner);
