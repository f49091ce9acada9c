namespace Wiretale.Capture;

/// <summary>What tshark says of files it cannot read, in its words, so that scripts which look for them keep working.</summary>
static class Messages
{
    public static CaptureDamage CutShort(string name, long offset) =>
        new(CaptureErrorKind.CutShort, $"{Subject(name)} appears to have been cut short in the middle of a packet.", offset);

    public static CaptureDamage Damaged(string name, long offset, string detail) =>
        new(CaptureErrorKind.Damaged, $"{Subject(name)} appears to be damaged or corrupt.\n({detail})", offset);

    public static CaptureDamage UnsupportedRecord(string name, long offset, string detail) =>
        new(CaptureErrorKind.Unsupported, $"{Subject(name)} contains record data that Wiretale doesn't support.\n({detail})", offset);

    public static CaptureException CutShortInHeader(string name) =>
        new(CaptureErrorKind.CutShort, $"{Subject(name)} appears to have been cut short in the middle of a packet or other data.");

    public static CaptureException Unsupported(string name, string detail) =>
        new(CaptureErrorKind.Unsupported, $"{Subject(name)} contains record data that Wiretale doesn't support.\n({detail})");

    public static CaptureException NotACapture(string name) =>
        new(CaptureErrorKind.NotACapture, $"{Subject(name)} isn't a capture file in a format Wiretale understands.");

    public static CaptureException Missing(string name) =>
        new(CaptureErrorKind.Missing, $"{Subject(name)} doesn't exist.");

    public static CaptureException IsDirectory(string name) =>
        new(CaptureErrorKind.Directory, $"\"{name}\" is a directory (folder), not a file.");

    public static CaptureException NoPermission(string name) =>
        new(CaptureErrorKind.Permission, $"You don't have permission to read the file \"{name}\".");

    public static CaptureException CannotOpen(string name, string reason, Exception inner) =>
        new(CaptureErrorKind.Io, $"{Subject(name)} could not be opened: {reason}.", inner);

    /// <summary>How a message names the file.</summary>
    public static string Subject(string name) => name is "-" ? "The standard input" : $"The file \"{name}\"";
}
