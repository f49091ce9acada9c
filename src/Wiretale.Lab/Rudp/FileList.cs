using System.Globalization;
using System.Text;

namespace Wiretale.Lab.Rudp;

/// <summary>The list of files as it goes over the wire: a semicolon behind each name. An entry that begins with <c>! </c> is a remark for the user, such as an error.</summary>
public static class FileList
{
    /// <summary>Longest list, in bytes: with its <c>ACKGET:id;</c> it fits into an answer.</summary>
    public const int Longest = RudpSignal.LongestAnswer - 18;

    const string RemarkMark = "! ", WrittenSemicolon = "%3B", WrittenPercent = "%25";

    /// <summary>A list that says why there is none.</summary>
    public static string Error(string message) => Join([RemarkMark + message]);

    /// <summary>Whether an entry is a remark.</summary>
    public static bool IsRemark(string entry) => entry.StartsWith(RemarkMark, StringComparison.Ordinal);

    /// <summary>Makes the list; what does not fit is left out, and how many is said.</summary>
    public static string Join(IReadOnlyCollection<string> names)
    {
        // Room for the remark is kept until the last name is in.
        const int Reserve = 40;
        var list = new StringBuilder();
        int length = 0, done = 0;
        foreach (string name in names)
        {
            string entry = Entry(name);
            int size = Encoding.UTF8.GetByteCount(entry) + 1;
            if (length + size > (done == names.Count - 1 ? Longest : Longest - Reserve))
            {
                return list.Append(CultureInfo.InvariantCulture, $"{RemarkMark}{names.Count - done} more do not fit;").ToString();
            }

            list.Append(entry).Append(';');
            length += size;
            done++;
        }

        return list.ToString();
    }

    /// <summary>The list of a folder's files; hidden ones (with a dot in front) are left out.</summary>
    public static string OfFolder(string folder)
    {
        try
        {
            return Join([.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Where(name => !name.StartsWith('.')).Order(StringComparer.OrdinalIgnoreCase)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Error("the folder cannot be read");
        }
    }

    /// <summary>Takes a list apart.</summary>
    public static string[] Split(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The name that an entry stands for.</summary>
    public static string NameOf(string entry) => entry.Replace(WrittenSemicolon, ";", StringComparison.OrdinalIgnoreCase).Replace(WrittenPercent, "%", StringComparison.Ordinal);

    // A semicolon ends a name; within one it is written as in an address, and so is a percent sign that would read as part of one.
    static string Entry(string name)
    {
        string entry = PlainText.Visible(name.ReplaceLineEndings(" ")).Replace("%25", "%2525", StringComparison.Ordinal)
            .Replace("%3B", "%253B", StringComparison.OrdinalIgnoreCase).Replace(";", WrittenSemicolon, StringComparison.Ordinal);
        return Encoding.UTF8.GetByteCount(entry) <= Longest / 2 ? entry : entry[..Math.Min(entry.Length, Longest / 8)] + "…";
    }
}
