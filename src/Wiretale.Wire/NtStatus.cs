using System.Globalization;

namespace Wiretale.Wire;

/// <summary>What Windows calls its results ([MS-ERREF] section 2.3): the numbers that SMB and DCE/RPC carry.</summary>
/// <remarks>They stand beside this file, a number and a name in each line, and are read at the first question.</remarks>
public static class NtStatus
{
    /// <summary>The number of a result that is none yet: another answer follows.</summary>
    public const uint Pending = 0x00000103;

    /// <summary>A buffer was too short for all there is; what fits is there.</summary>
    public const uint BufferOverflow = 0x80000005;

    /// <summary>One more round of an authentication.</summary>
    public const uint MoreProcessingRequired = 0xc0000016;

    /// <summary>Every result with its name.</summary>
    public static (ulong Value, string Name)[] All()
    {
        var names = new List<(ulong, string)>();
        using var reader = new StreamReader(typeof(NtStatus).Assembly.GetManifestResourceStream("NtStatus.txt")!);
        while (reader.ReadLine() is { } line)
        {
            names.Add((ulong.Parse(line.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture), line[9..]));
        }

        return [.. names];
    }
}
