using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Options;

/// <summary>What is said about arguments that make no sense; the beginnings are tshark's, for those who look for them.</summary>
static class OptionText
{
    public const string HexDump =
        """
        "all" dumps every source of bytes (default), "frames" only the frame;
        "ascii" shows the characters (default), "delimit" between | signs, "noascii" not at all.
        """;

    public static OutputForm? FormOf(string text) => text switch
    {
        "text" => OutputForm.Text,
        "tabs" => OutputForm.Tabs,
        "fields" => OutputForm.Fields,
        "json" => OutputForm.Json,
        "jsonraw" => OutputForm.JsonRaw,
        "ek" => OutputForm.Ek,
        "pdml" => OutputForm.Pdml,
        "psml" => OutputForm.Psml,
        _ => null,
    };

    public static string Forms(string given) =>
        $"""
        Invalid -T parameter "{given}"; it must be one of:
        	"text"    A line per packet, or the details with -V. The default.
        	"tabs"    As text, with tabs between the columns.
        	"fields"  The values of the fields given with -e, in the form given with -E.
        	"json"    The details as JSON. "jsonraw": only the bytes, in hexadecimal.
        	"ek"      The details as JSON for Elasticsearch's bulk import, a line each.
        	"pdml"    The details as XML.
        	"psml"    The columns as XML.
        """;

    public static string TimeForms(string given) =>
        $"""
        Invalid time stamp type "{given}"; it must be one of:
        	"a"    for absolute
        	"ad"   for absolute with YYYY-MM-DD date
        	"adoy" for absolute with YYYY/DOY date
        	"d"    for delta
        	"dd"   for delta displayed
        	"e"    for epoch
        	"r"    for relative
        	"u"    for absolute UTC
        	"ud"   for absolute UTC with YYYY-MM-DD date
        	"udoy" for absolute UTC with YYYY/DOY date
        """;

    public static string SecondsForms(string given) =>
        $"""
        Invalid seconds type "{given}"; it must be one of:
        	"s"   for seconds
        	"hms" for hours, minutes and seconds
        """;

    /// <summary>What the letters after <c>-N</c> ask for. Nothing is asked of the network, and there are no names of VLANs, GeoIP or SS7: these letters change nothing.</summary>
    public static NameKinds NameKindsOf(string letters) => letters.Aggregate(NameKinds.None, (kinds, letter) => kinds | letter switch
    {
        'm' => NameKinds.Macs,
        'n' => NameKinds.Hosts,
        'd' => NameKinds.HostsFromPackets,
        't' => NameKinds.Ports,
        'N' or 'v' or 'g' or 's' => NameKinds.None,
        _ => throw new ExitException(1, NameFlags(letter)),
    });

    static string NameFlags(char given) =>
        $"""
        -N specifies unknown resolving option '{given}'; valid options are:
        	'd' to enable address resolution from captured DNS packets
        	'm' to enable MAC address resolution
        	'n' to enable network address resolution
        	'N' to enable using external resolvers (e.g., DNS)
        	    for network address resolution
        	't' to enable transport-layer port number resolution
        	'v' to enable VLAN IDs to names resolution
        """;
}
