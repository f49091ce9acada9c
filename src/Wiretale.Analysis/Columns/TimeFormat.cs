namespace Wiretale.Analysis.Columns;

/// <summary>What the Time column says; tshark's <c>-t</c>.</summary>
public enum TimeForm : byte
{
    /// <summary>Since the first frame (<c>r</c>), the default.</summary>
    Relative,

    /// <summary>Time of day, local (<c>a</c>); with a date (<c>ad</c>); with year and day of the year (<c>adoy</c>).</summary>
    Absolute, AbsoluteDate, AbsoluteDayOfYear,

    /// <summary>Since the frame before (<c>d</c>); since the one shown before (<c>dd</c>).</summary>
    Delta, DeltaDisplayed,

    /// <summary>Seconds since 1970 (<c>e</c>).</summary>
    Epoch,

    /// <summary>As the absolute ones, in UTC (<c>u</c>, <c>ud</c>, <c>udoy</c>).</summary>
    Utc, UtcDate, UtcDayOfYear,
}

/// <summary>How times are written in the packet list.</summary>
/// <param name="Form">What is written.</param>
/// <param name="HoursMinutesSeconds">Spans as hours, minutes and seconds (<c>-u hms</c>).</param>
public readonly record struct TimeFormat(TimeForm Form = TimeForm.Relative, bool HoursMinutesSeconds = false)
{
    /// <summary>Reads what stands after <c>-t</c>.</summary>
    public static bool TryParse(string text, out TimeForm form)
    {
        TimeForm? found = text switch
        {
            "r" => TimeForm.Relative,
            "a" => TimeForm.Absolute,
            "ad" => TimeForm.AbsoluteDate,
            "adoy" => TimeForm.AbsoluteDayOfYear,
            "d" => TimeForm.Delta,
            "dd" => TimeForm.DeltaDisplayed,
            "e" => TimeForm.Epoch,
            "u" => TimeForm.Utc,
            "ud" => TimeForm.UtcDate,
            "udoy" => TimeForm.UtcDayOfYear,
            _ => null,
        };
        form = found.GetValueOrDefault();
        return found is not null;
    }
}
