using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Options;

/// <summary>How packets are printed; tshark's <c>-T</c>.</summary>
enum OutputForm
{
    Text, Tabs, Fields, Json, JsonRaw, Ek, Pdml, Psml,
}

/// <summary>What a command line in tshark's manner asks for.</summary>
sealed class ReadOptions
{
    /// <summary><c>-r</c>, or the first operand that is a file.</summary>
    public string? Input { get; set; }

    /// <summary><c>-c</c>.</summary>
    public long PacketLimit { get; set; } = long.MaxValue;

    /// <summary><c>-t</c> and <c>-u</c>.</summary>
    public TimeFormat Time { get; set; }

    /// <summary><c>-n</c>.</summary>
    public bool NoNames { get; set; }

    /// <summary><c>-N</c>, which stands above <c>-n</c>.</summary>
    public NameKinds? ChosenNames { get; set; }

    /// <summary>What is shown by names; manufacturers' of MAC addresses unless told otherwise.</summary>
    public NameKinds Names => ChosenNames ?? (NoNames ? NameKinds.None : NameKinds.Macs);

    /// <summary>The columns of the packet list.</summary>
    public ColumnLayout Columns { get; set; } = ColumnLayout.Default;

    /// <summary>Codes of columns that are not shown.</summary>
    public string HiddenColumns { get; set; } = "";

    /// <summary><c>--color</c>.</summary>
    public bool Color { get; set; }

    /// <summary>A file of colouring rules instead of the user's own (<c>--color-rules</c>).</summary>
    public string? ColorFile { get; set; }

    /// <summary><c>-w</c>.</summary>
    public string? Write { get; set; }

    /// <summary><c>-F</c>.</summary>
    public string WriteFormat { get; set; } = "pcapng";

    /// <summary><c>-P</c>.</summary>
    public bool PrintList { get; set; }

    /// <summary><c>-V</c> or <c>-O</c>.</summary>
    public bool PrintDetails { get; set; }

    /// <summary><c>-O</c>; null for all.</summary>
    public List<string>? DetailsOf { get; set; }

    /// <summary><c>-x</c>, <c>--hexdump</c>.</summary>
    public HexDumpOptions? HexDump { get; set; }

    /// <summary>Whether something is printed although packets are written to a file or <c>-q</c> asks for quiet.</summary>
    public bool Prints => PrintList || PrintDetails || HexDump is not null || Form is not (OutputForm.Text or OutputForm.Tabs);

    /// <summary><c>-S</c>.</summary>
    public string Separator { get; set; } = "";

    /// <summary><c>-q</c>, <c>-Q</c>.</summary>
    public bool Quiet { get; set; }

    /// <summary><c>-2</c>.</summary>
    public bool TwoPasses { get; set; }

    /// <summary><c>-T</c>.</summary>
    public OutputForm Form { get; set; }

    /// <summary><c>-e</c>.</summary>
    public List<string> Fields { get; } = [];

    /// <summary><c>-E</c>.</summary>
    public FieldsOptions FieldsOptions { get; } = new();

    /// <summary><c>-j</c> and <c>-J</c>.</summary>
    public string? JsonOnly { get; set; }

    /// <summary>Whether <c>-J</c> gave them: then with everything below.</summary>
    public bool JsonOnlyWithChildren { get; set; }

    /// <summary><c>--no-duplicate-keys</c>.</summary>
    public bool UniqueKeys { get; set; }

    /// <summary><c>-Y</c>, or the operands.</summary>
    public string? DisplayFilter { get; set; }

    /// <summary><c>-R</c>.</summary>
    public string? ReadFilter { get; set; }

    /// <summary><c>-d</c>.</summary>
    public List<string> DecodeAs { get; } = [];

    /// <summary><c>-o</c>.</summary>
    public List<string> Preferences { get; } = [];

    /// <summary><c>--disable-protocol</c>.</summary>
    public HashSet<string> Disabled { get; } = new(StringComparer.Ordinal);

    /// <summary><c>--disable-heuristic</c>.</summary>
    public HashSet<string> DisabledHeuristics { get; } = new(StringComparer.Ordinal);

    /// <summary><c>-z</c>; each names a statistic that exists.</summary>
    public List<string> Statistics { get; } = [];

    /// <summary><c>--export-objects http,DIR</c>: the folders.</summary>
    public List<string> ObjectFolders { get; } = [];

    /// <summary>What there is to capture, when no file is read.</summary>
    public CaptureOptions Capture { get; } = new();

    /// <summary>What else the command line asks for instead of reading: <c>-G</c>, <c>-D</c>, <c>-L</c>, <c>-v</c>, <c>-h</c>.</summary>
    public string? Instead { get; set; }

    /// <summary>The report after <c>-G</c>.</summary>
    public string Report { get; set; } = "fields";
}
