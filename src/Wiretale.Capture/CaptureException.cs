namespace Wiretale.Capture;

/// <summary>Why a capture could not be opened, read or written.</summary>
public enum CaptureErrorKind
{
    /// <summary>No such file.</summary>
    Missing,

    /// <summary>The path names a directory.</summary>
    Directory,

    /// <summary>The system refuses access.</summary>
    Permission,

    /// <summary>The bytes begin like no format that is read here.</summary>
    NotACapture,

    /// <summary>The format is known, this version or record of it is not.</summary>
    Unsupported,

    /// <summary>The file ends in the middle of something.</summary>
    CutShort,

    /// <summary>The file contradicts itself.</summary>
    Damaged,

    /// <summary>The compressed stream is damaged.</summary>
    Decompression,

    /// <summary>The output format cannot hold what should be written.</summary>
    CannotWrite,

    /// <summary>Any other failure of the system's reads and writes.</summary>
    Io,
}

/// <summary>A capture that cannot be opened or written, in the words tshark uses, without a program's name in front.</summary>
public sealed class CaptureException : Exception
{
    /// <summary>The exception for <paramref name="kind"/> with the text for the user.</summary>
    public CaptureException(CaptureErrorKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>What went wrong.</summary>
    public CaptureErrorKind Kind { get; }

    /// <summary>Exit status tshark ends with in this case.</summary>
    public int ExitStatus => 2;
}

/// <summary>How a file ended badly. Every whole packet before the damage has been given.</summary>
/// <param name="Kind">What kind of damage.</param>
/// <param name="Message">Text for the user, as tshark words it; a second line in parentheses may give the detail.</param>
/// <param name="Offset">Offset of the damaged record in the (decompressed) file, in bytes.</param>
public sealed record CaptureDamage(CaptureErrorKind Kind, string Message, long Offset)
{
    /// <summary>Exit status tshark ends with in this case.</summary>
    public int ExitStatus => 2;
}
