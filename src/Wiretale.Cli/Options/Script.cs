namespace Wiretale.Cli.Options;

/// <summary>What a program is told in advance instead of asking for it: words parted by commas or blanks, or the lines of a file.</summary>
static class Script
{
    /// <summary>Reads one; a file's empty lines and those that begin with # are passed over.</summary>
    public static string[] Read(string text)
    {
        try
        {
            return File.Exists(text)
                ? [.. File.ReadLines(text).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')]
                : text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(1, $"{text}: cannot be read");
        }
    }
}
