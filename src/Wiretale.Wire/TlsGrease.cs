namespace Wiretale.Wire;

/// <summary>Numbers that clients send so that servers learn to pass over what they do not know (RFC 8701): the same for suites, extensions, groups and versions.</summary>
public static class TlsGrease
{
    /// <summary>Rows for a table of numbers of 16 bits. A property: tables of other files are built from it, in whatever order.</summary>
    public static (ulong Value, string Name)[] Rows => [.. Enumerable.Range(0, 16).Select(i => ((ulong)(0x0a0a + (0x1010 * i)), "Reserved (GREASE)"))];
}
