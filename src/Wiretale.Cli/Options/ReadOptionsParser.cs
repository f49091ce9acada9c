using System.Globalization;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Dissection.Engine;
using Wiretale.Analysis.Statistics;

namespace Wiretale.Cli.Options;

/// <summary>Reads a command line in tshark's manner.</summary>
static class ReadOptionsParser
{
    const string Letters = "2a:A:b:B:c:C:d:De:E:f:F:gG:hH:i:I:j:J:k:K:lLM:nN:o:O:pPqQr:R:s:S:t:T:u:U:vVw:W:xX:y:Y:z:";

    static readonly Dictionary<string, LongOption> Names = new(StringComparer.Ordinal)
    {
        ["read-file"] = new('r', true),
        ["display-filter"] = new('Y', true),
        ["read-filter"] = new('R', true),
        ["interface"] = new('i', true),
        ["list-interfaces"] = new('D', false),
        ["snapshot-length"] = new('s', true),
        ["no-promiscuous-mode"] = new('p', false),
        ["monitor-mode"] = new('I', false),
        ["buffer-size"] = new('B', true),
        ["linktype"] = new('y', true),
        ["list-data-link-types"] = new('L', false),
        ["autostop"] = new('a', true),
        ["ring-buffer"] = new('b', true),
        ["print"] = new('P', false),
        ["version"] = new('v', false),
        ["help"] = new('h', false),
        ["hexdump"] = new('\0', true),
        ["no-duplicate-keys"] = new('\0', false),
        ["export-objects"] = new('\0', true),
        ["enable-protocol"] = new('\0', true),
        ["disable-protocol"] = new('\0', true),
        ["enable-heuristic"] = new('\0', true),
        ["disable-heuristic"] = new('\0', true),
        ["color"] = new('\0', false),
        ["color-rules"] = new('\0', true),
        ["log-level"] = new('\0', true),
        ["log-fatal"] = new('\0', true),
        ["temp-dir"] = new('\0', true),
        ["capture-comment"] = new('\0', true),
        ["elastic-mapping-filter"] = new('\0', true),
    };

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="UsageException">No such option, or no argument where one is needed.</exception>
    /// <exception cref="ExitException">An argument that makes no sense.</exception>
    public static ReadOptions Parse(string[] arguments)
    {
        // -G stands alone, and its report may be left out.
        if (arguments is ["-G", ..])
        {
            return new() { Instead = "-G", Report = arguments.Length > 1 ? arguments[1] : "fields" };
        }

        var options = new ReadOptions();
        var scanner = new OptionScanner(arguments, Letters, Names);
        while (true)
        {
            while (scanner.Next())
            {
                Apply(options, scanner.Option, scanner.Argument);
            }

            if (scanner.Position >= arguments.Length)
            {
                break;
            }

            // A capture may be named without -r; what else stands there is a display filter, as in tshark.
            if (options.Input is null && options.Capture.Devices.Count == 0 && (File.Exists(arguments[scanner.Position]) || scanner.Position == arguments.Length - 1))
            {
                options.Input = scanner.TakeOperand();
                continue;
            }

            if (options.DisplayFilter is not null)
            {
                throw new ExitException(1, "Display filters were specified both with \"-Y\" and with additional command-line arguments.");
            }

            options.DisplayFilter = string.Join(' ', arguments[scanner.Position..]);
            break;
        }

        options.Columns = options.HiddenColumns.Length > 0 ? options.Columns.Without(options.HiddenColumns) : options.Columns;
        Check(options);
        return options;
    }

    static void Apply(ReadOptions options, string option, string argument)
    {
        if (options.Capture.TryApply(option, argument))
        {
            return;
        }

        switch (option)
        {
            case "2":
                options.TwoPasses = true;
                break;
            case "c":
                options.PacketLimit = PacketCount(argument);
                break;
            case "d":
                options.DecodeAs.Add(argument);
                break;
            case "e":
                options.Fields.Add(argument);
                break;
            case "E":
                if (!options.FieldsOptions.TrySet(argument))
                {
                    throw new ExitException(1, $"\"{argument}\" is not a valid field output option=value pair.\nThe available options for field output \"E\" are:\n{FieldsOptions.Help}");
                }

                break;
            case "F":
                options.WriteFormat = argument;
                break;
            case "j" or "J":
                options.JsonOnly = argument;
                options.JsonOnlyWithChildren = option == "J";
                break;
            case "n":
                options.NoNames = true;
                break;
            case "N":
                options.ChosenNames = (options.ChosenNames ?? NameKinds.None) | OptionText.NameKindsOf(argument);
                break;
            case "o":
                SetPreference(options, argument);
                break;
            case "O":
                options.PrintDetails = true;
                options.DetailsOf = [.. argument.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
                break;
            case "P":
                options.PrintList = true;
                break;
            case "q" or "Q":
                options.Quiet = true;
                break;
            case "r":
                options.Input = argument;
                break;
            case "R":
                options.ReadFilter = argument;
                break;
            case "S":
                options.Separator = argument;
                break;
            case "t":
                options.Time = options.Time with { Form = TimeFormat.TryParse(argument, out var form) ? form : throw new ExitException(1, OptionText.TimeForms(argument)) };
                break;
            case "T":
                options.Form = OptionText.FormOf(argument) ?? throw new ExitException(1, OptionText.Forms(argument));
                break;
            case "u":
                options.Time = options.Time with { HoursMinutesSeconds = argument == "hms" || (argument == "s" ? false : throw new ExitException(1, OptionText.SecondsForms(argument))) };
                break;
            case "V":
                options.PrintDetails = true;
                options.DetailsOf = null;
                break;
            case "w":
                options.Write = argument;
                break;
            case "x":
                options.HexDump ??= new();
                break;
            case "Y":
                options.DisplayFilter = argument;
                break;
            case "z":
                options.Statistics.Add(StatisticName(argument));
                break;
            case "D" or "G" or "L" or "h" or "v":
                options.Instead ??= "-" + option;
                options.Report = option == "G" ? argument : options.Report;
                break;
            case "hexdump":
                options.HexDump = HexDumpOption(options.HexDump ?? new(), argument);
                break;
            case "color":
                options.Color = true;
                break;
            case "color-rules":
                options.Color = true;
                options.ColorFile = File.Exists(argument) ? argument : throw new ExitException(2, $"The file \"{argument}\" doesn't exist.");
                break;
            case "no-duplicate-keys":
                options.UniqueKeys = true;
                break;
            case "export-objects":
                options.ObjectFolders.Add(ObjectFolder(argument));
                break;
            case "disable-protocol":
                options.Disabled.Add(argument);
                break;
            case "enable-protocol":
                options.Disabled.Remove(argument);
                break;
            case "disable-heuristic":
                options.DisabledHeuristics.Add(argument);
                break;
            case "enable-heuristic":
                options.DisabledHeuristics.Remove(argument);
                break;
            case "C":
                throw new ExitException(1, $"Configuration Profile \"{argument}\" does not exist");
            case "H" or "X" or "U" or "K" or "A" or "k":
                throw new ExitException(1, $"the option -{option} of tshark is not there");
            default:
                // The others (-l, -g, --log-level ...) change nothing here.
                break;
        }
    }

    static void Check(ReadOptions options)
    {
        bool takesFields = options.Form is OutputForm.Fields or OutputForm.Json or OutputForm.JsonRaw or OutputForm.Ek or OutputForm.Pdml;
        if (options.Fields.Count > 0 && !takesFields)
        {
            throw new ExitException(1, "Output fields were specified with \"-e\", but \"-Tek, -Tfields, -Tjson or -Tpdml\" was not specified.");
        }

        if (options.Form == OutputForm.Fields && options.Fields.Count == 0)
        {
            throw new ExitException(1, "\"-Tfields\" was specified, but no fields were specified with \"-e\".");
        }

        if (options.UniqueKeys && options.Form is not (OutputForm.Json or OutputForm.JsonRaw))
        {
            throw new ExitException(1, "--no-duplicate-keys can only be used with \"-T json\" and \"-T jsonraw\"");
        }

        if (options.ReadFilter is not null && !options.TwoPasses)
        {
            throw new ExitException(1, "-R without -2 is deprecated. For single-pass filtering use -Y.");
        }

        // A pipe is captured on as if it were a device.
        if (options.Input is null && options.Capture.IsStandardInput)
        {
            options.Input = "-";
        }

        if (options.Input is not null)
        {
            options.Capture.CheckForReading();
        }
        else if (options.Capture.Devices.Count > 0)
        {
            options.Capture.CheckForCapturing(options);
        }
    }

    static long PacketCount(string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count))
        {
            throw new ExitException(1, $"The specified packet count \"{text}\" isn't a decimal number");
        }

        return count switch
        {
            0 => throw new ExitException(1, "The specified packet count is zero"),
            < 0 => throw new ExitException(1, $"The specified packet count \"{text}\" is a negative number"),
            > int.MaxValue => throw new ExitException(1, $"The specified packet count \"{text}\" is too large (greater than {int.MaxValue})"),
            _ => count,
        };
    }

    static string ObjectFolder(string argument)
    {
        const string Kinds = "The available export object types for the \"--export-objects\" option are:\n     http";
        return argument == "help" ? throw new ExitException(0, Kinds)
            : argument.StartsWith("http,", StringComparison.Ordinal) && argument.Length > 5 ? argument[5..]
            : throw new ExitException(1, $"\"--export-objects\" are specified as: <protocol>,<destdir>\nwiretale: {Kinds}");
    }

    static string StatisticName(string argument)
    {
        if (argument == "help")
        {
            throw new ExitException(0, $"The available statistics for the \"-z\" option are:\n{StatisticsCatalog.Names}");
        }

        return StatisticsCatalog.Find(argument) is null ? throw new ExitException(1, StatisticsCatalog.Unknown(argument)) : argument;
    }

    /// <summary>A preference: of the packet list here, of dissection later.</summary>
    static void SetPreference(ReadOptions options, string text)
    {
        string[] parts = text.Split(':', 2);
        switch (parts[0])
        {
            case "gui.column.format" when parts.Length == 2:
                options.Columns = ColumnLayout.Parse(parts[1]) ?? throw new ExitException(1, $"Invalid -o flag \"{text}\"");
                break;
            case "gui.column.hidden" when parts.Length == 2:
                options.HiddenColumns = parts[1];
                break;
            default:
                options.Preferences.Add(text);
                break;
        }
    }

    static HexDumpOptions HexDumpOption(HexDumpOptions options, string text) => text switch
    {
        "all" => options with { FramesOnly = false },
        "frames" => options with { FramesOnly = true },
        "ascii" => options with { Text = true, Delimited = false },
        "delimit" => options with { Text = true, Delimited = true },
        "noascii" => options with { Text = false },
        "help" => throw new ExitException(0, OptionText.HexDump),
        _ => throw new ExitException(1, $"\"{text}\" is an invalid value for --hexdump <hexoption>\nFor valid <hexoption> values enter: wiretale --hexdump help"),
    };
}
