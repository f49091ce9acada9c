using System.Globalization;
using Wiretale.Lab.Http;

namespace Wiretale.Cli.Terminal;

/// <summary>A download's progress on one line of the terminal; nothing where standard error is none.</summary>
sealed class ProgressBar(string name, TimeProvider clock)
{
    const int Cells = 24;

    static readonly string[] units = ["B", "kB", "MB", "GB", "TB"];

    readonly bool isTerminal = !Console.IsErrorRedirected;
    readonly long begin = clock.GetTimestamp();
    long last;
    bool isShown;

    /// <summary>Time since it began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(begin);

    /// <summary>Draws it, at most ten times a second.</summary>
    public void Show(DownloadProgress progress)
    {
        if (!isTerminal || (isShown && progress.Done != progress.Total && clock.GetElapsedTime(last) < TimeSpan.FromSeconds(0.1)))
        {
            return;
        }

        (last, isShown) = (clock.GetTimestamp(), true);
        StandardStreams.WriteError("\r" + Text(progress, Elapsed, name) + "\e[K");
    }

    /// <summary>Takes it away.</summary>
    public void Clear()
    {
        if (isShown)
        {
            StandardStreams.WriteError("\r\e[K");
            isShown = false;
        }
    }

    /// <summary>The line.</summary>
    public static string Text(DownloadProgress progress, TimeSpan elapsed, string name)
    {
        double speed = elapsed > TimeSpan.Zero ? (progress.Done - progress.Resumed) / elapsed.TotalSeconds : 0;
        string shortName = name.Length > 24 ? name[..23] + "…" : name;
        if (progress.Total is not { } total)
        {
            return $"{shortName} {Bytes(progress.Done)}  {Bytes(speed)}/s";
        }

        double part = total > 0 ? Math.Clamp((double)progress.Done / total, 0, 1) : 1;
        int full = (int)(part * Cells);
        string bar = new string('█', full) + new string('░', Cells - full);
        string left = speed > 0 ? TimeSpan.FromSeconds((total - progress.Done) / speed).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : "-:--:--";
        return string.Create(CultureInfo.InvariantCulture, $"{shortName} {(int)(part * 100),3}% {bar} {Bytes(progress.Done)} of {Bytes(total)}  {Bytes(speed)}/s  {left} left");
    }

    static string Bytes(double count)
    {
        int unit = 0;
        while (count >= 1000 && unit < units.Length - 1)
        {
            count /= 1000;
            unit++;
        }

        return count.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }
}
