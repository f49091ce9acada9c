namespace Wiretale.Analysis.Columns;

/// <summary>What a column of the packet list shows.</summary>
public enum ColumnKind : byte
{
    /// <summary>Nothing: a column that the list does not have, or whose protocol nobody dissects.</summary>
    None,
    Number, Time, RelativeTime, DeltaTime, DeltaDisplayed, AbsoluteTime, AbsoluteDate, AbsoluteDayOfYear, UtcTime, UtcDate, UtcDayOfYear,
    Source, Destination, HardwareSource, HardwareDestination, NetworkSource, NetworkDestination, SourcePort, DestinationPort,
    Protocol, Length, Info, CumulativeBytes, ExpertSeverity, TrafficClass,
    /// <summary>The value of one of the code's fields.</summary>
    Value,
    /// <summary>Fields that the user names.</summary>
    Custom,
}

/// <summary>A code of <c>gui.column.format</c>.</summary>
/// <param name="Code">As the user writes it: <c>%t</c>.</param>
/// <param name="Kind">What is shown.</param>
/// <param name="Title">Wireshark's description.</param>
/// <param name="Unresolved">Whether addresses stay numbers even where they have names.</param>
/// <param name="Fields">The fields that it is found in; the last one present in the packet counts.</param>
public sealed record ColumnCode(string Code, ColumnKind Kind, string Title, bool Unresolved = false, params string[] Fields)
{
    static readonly string[] HardwareSources = ["eth.src", "wlan.sa", "sll.src.eth", "tr.src", "fddi.src"];
    static readonly string[] HardwareDestinations = ["eth.dst", "wlan.da", "tr.dst", "fddi.dst"];
    static readonly string[] NetworkSources = ["ip.src", "ipv6.src"];
    static readonly string[] NetworkDestinations = ["ip.dst", "ipv6.dst"];
    static readonly string[] SourcePorts = ["tcp.srcport", "udp.srcport", "sctp.srcport", "dccp.srcport"];
    static readonly string[] DestinationPorts = ["tcp.dstport", "udp.dstport", "sctp.dstport", "dccp.dstport"];

    /// <summary>All that tshark 4.0 knows, in its order.</summary>
    public static IReadOnlyList<ColumnCode> All { get; } =
    [
        new("%q", ColumnKind.Value, "802.1Q VLAN id", Fields: ["vlan.id"]),
        new("%Yt", ColumnKind.AbsoluteDate, "Absolute date, as YYYY-MM-DD, and time"),
        new("%YDOYt", ColumnKind.AbsoluteDayOfYear, "Absolute date, as YYYY/DOY, and time"),
        new("%At", ColumnKind.AbsoluteTime, "Absolute time"),
        new("%V", ColumnKind.None, "Cisco VSAN"),
        new("%B", ColumnKind.CumulativeBytes, "Cumulative Bytes"),
        new("%Cus", ColumnKind.Custom, "Custom"),
        new("%y", ColumnKind.Value, "DCE/RPC call (cn_call_id / dg_seqnum)", Fields: ["dcerpc.cn_call_id", "dcerpc.dg_seqnum"]),
        new("%Tt", ColumnKind.DeltaTime, "Delta time"),
        new("%Gt", ColumnKind.DeltaDisplayed, "Delta time displayed"),
        new("%rd", ColumnKind.Destination, "Dest addr (resolved)"),
        new("%ud", ColumnKind.Destination, "Dest addr (unresolved)", true),
        new("%rD", ColumnKind.DestinationPort, "Dest port (resolved)", Fields: DestinationPorts),
        new("%uD", ColumnKind.DestinationPort, "Dest port (unresolved)", true, DestinationPorts),
        new("%d", ColumnKind.Destination, "Destination address"),
        new("%D", ColumnKind.DestinationPort, "Destination port", Fields: DestinationPorts),
        new("%a", ColumnKind.ExpertSeverity, "Expert Info Severity", Fields: ["_ws.expert.severity"]),
        new("%I", ColumnKind.None, "FW-1 monitor if/direction"),
        new("%F", ColumnKind.Value, "Frequency/Channel", Fields: ["radiotap.channel.freq", "wlan_radio.frequency"]),
        new("%hd", ColumnKind.HardwareDestination, "Hardware dest addr", Fields: HardwareDestinations),
        new("%hs", ColumnKind.HardwareSource, "Hardware src addr", Fields: HardwareSources),
        new("%rhd", ColumnKind.HardwareDestination, "Hw dest addr (resolved)", Fields: HardwareDestinations),
        new("%uhd", ColumnKind.HardwareDestination, "Hw dest addr (unresolved)", true, HardwareDestinations),
        new("%rhs", ColumnKind.HardwareSource, "Hw src addr (resolved)", Fields: HardwareSources),
        new("%uhs", ColumnKind.HardwareSource, "Hw src addr (unresolved)", true, HardwareSources),
        new("%e", ColumnKind.Value, "IEEE 802.11 RSSI", Fields: ["radiotap.dbm_antsignal", "wlan_radio.signal_dbm"]),
        new("%x", ColumnKind.Value, "IEEE 802.11 TX rate", Fields: ["radiotap.datarate", "wlan_radio.data_rate"]),
        new("%f", ColumnKind.TrafficClass, "IP DSCP Value", Fields: ["ip.dsfield.dscp", "ipv6.tclass.dscp"]),
        new("%i", ColumnKind.Info, "Information"),
        new("%rnd", ColumnKind.NetworkDestination, "Net dest addr (resolved)", Fields: NetworkDestinations),
        new("%und", ColumnKind.NetworkDestination, "Net dest addr (unresolved)", true, NetworkDestinations),
        new("%rns", ColumnKind.NetworkSource, "Net src addr (resolved)", Fields: NetworkSources),
        new("%uns", ColumnKind.NetworkSource, "Net src addr (unresolved)", true, NetworkSources),
        new("%nd", ColumnKind.NetworkDestination, "Network dest addr", Fields: NetworkDestinations),
        new("%ns", ColumnKind.NetworkSource, "Network src addr", Fields: NetworkSources),
        new("%m", ColumnKind.Number, "Number"),
        new("%L", ColumnKind.Length, "Packet length (bytes)"),
        new("%p", ColumnKind.Protocol, "Protocol"),
        new("%Rt", ColumnKind.RelativeTime, "Relative time"),
        new("%s", ColumnKind.Source, "Source address"),
        new("%S", ColumnKind.SourcePort, "Source port", Fields: SourcePorts),
        new("%rs", ColumnKind.Source, "Src addr (resolved)"),
        new("%us", ColumnKind.Source, "Src addr (unresolved)", true),
        new("%rS", ColumnKind.SourcePort, "Src port (resolved)", Fields: SourcePorts),
        new("%uS", ColumnKind.SourcePort, "Src port (unresolved)", true, SourcePorts),
        new("%E", ColumnKind.None, "TEI"),
        new("%Yut", ColumnKind.UtcDate, "UTC date, as YYYY-MM-DD, and time"),
        new("%YDOYut", ColumnKind.UtcDayOfYear, "UTC date, as YYYY/DOY, and time"),
        new("%Aut", ColumnKind.UtcTime, "UTC time"),
        new("%t", ColumnKind.Time, "Time (format as specified)"),
    ];

    /// <summary>The code as the user wrote it; null when there is none.</summary>
    public static ColumnCode? Find(string code) => All.FirstOrDefault(c => c.Code.Equals(code, StringComparison.Ordinal));
}
