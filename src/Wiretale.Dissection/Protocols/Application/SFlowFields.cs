using System.Globalization;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application;

/// <summary>The fields of sFlow's datagrams and samples.</summary>
static class SFlowFields
{
    public static readonly Protocol Protocol = new("InMon sFlow", "sFlow", "sflow");
    const uint Discarded = 1, Several = 2;

    static Protocol P => Protocol;

    public static readonly ValueNames SampleTypes = ValueNames.Of(() => [
        (1, "Flow sample"), (2, "Counters sample"), (3, "Expanded flow sample"), (4, "Expanded counters sample"), (7, "Lag Port stats")]);
    public static readonly ValueNames FlowFormats = ValueNames.Of(() => [
        (1, "Raw packet header"), (2, "Ethernet frame data"), (3, "IPv4 data"), (4, "IPv6 data"), (1001, "Extended switch data"),
        (1002, "Extended router data"), (1003, "Extended gateway data"), (1004, "Extended user data"), (1005, "Extended URL data"),
        (1006, "Extended MPLS data"), (1007, "Extended NAT data"), (1008, "Extended MPLS tunnel data"), (1009, "Extended MPLS VC data"),
        (1010, "Extended MPLS FEC data"), (1011, "Extended MPLS LVP FEC data"), (1012, "Extended VLAN tunnel"),
        (1013, "Extended 802.11 payload"), (1014, "Extended 802.11 RX"), (1015, "Extended 802.11 TX"),
        (1016, "Extended 802.11 aggregation")]);
    public static readonly ValueNames CounterFormats = ValueNames.Of(() => [
        (1, "Generic interface counters"), (2, "Ethernet interface counters"), (3, "Token ring counters"),
        (4, "100 Base VG interface counters"), (5, "VLAN counters"), (7, "LAG counters"), (6, "IEEE 802.11 counters"),
        (1001, "Processor information"), (1002, "Radio utilization")]);
    static readonly ValueNames OutputInterfaceFormatNames = ValueNames.Of(() => [(0, "ifindex"), (1, "packet discarded"), (2, "multiple interfaces")]);
    public static readonly ValueNames DiscardReasons = ValueNames.Of(() => [
        (0, "Net Unreachable"), (1, "Host Unreachable"), (2, "Protocol Unreachable"), (3, "Port Unreachable"),
        (4, "Fragmentation Needed and Don't Fragment was Set"), (5, "Source Route Failed"), (6, "Destination Network Unknown"),
        (7, "Destination Host Unknown"), (8, "Source Host Isolated"),
        (9, "Communication with Destination Network is Administratively Prohibited"),
        (10, "Communication with Destination Host is Administratively Prohibited"),
        (11, "Destination Network Unreachable for Type of Service"), (12, "Destination Host Unreachable for Type of Service"),
        (13, "Communication Administratively Prohibited"), (14, "Host Precedence Violation"), (15, "Precedence cutoff in effect"),
        (256, "unknown"), (257, "ttl exceeded"), (258, "ACL"), (259, "no buffer space"), (260, "RED"),
        (261, "traffic shaping/rate limiting"), (262, "packet too big (for protocols that don't support fragmentation)")]);
    static readonly ValueNames HeaderProtocolNames = ValueNames.Of(() => [
        (1, "Ethernet"), (2, "Token Bus"), (3, "Token Ring"), (4, "FDDI"), (5, "Frame Relay"), (6, "X.25"), (7, "PPP"), (8, "SMDS"),
        (9, "ATM AAL5"), (10, "ATM AAL5-IP (e.g., Cisco AAL5 mux)"), (11, "IPv4"), (12, "IPv6"), (13, "MPLS"),
        (14, "PPP over SONET/SDH (RFC 1662, 2615)"), (15, "802.11 MAC"), (16, "802.11n Aggregated MPDU"), (17, "A-MSDU Subframe")]);

    public static readonly Field Version = P.UInt32("sflow_245.version", "Datagram version", blurb: "sFlow datagram version");
    public static readonly Field AgentType = P.UInt32("sflow_245.agenttype", "Agent address type", FieldBase.Dec, ValueNames.Of(() => [(1, "IPv4"), (2, "IPv6")]), blurb: "sFlow agent address type");
    public static readonly Field Agent = P.IPv4("sflow_245.agent", "Agent address", blurb: "sFlow Agent IP address");
    public static readonly Field Agent6 = P.IPv6("sflow_245.agent.v6", "Agent address", blurb: "sFlow Agent IPv6 address");
    public static readonly Field SubAgent = P.UInt32("sflow_245.sub_agent_id", "Sub-agent ID", blurb: "sFlow sub-agent ID");
    public static readonly Field Sequence = P.UInt32("sflow_245.sequence_number", "Sequence number", blurb: "sFlow datagram sequence number");
    public static readonly Field Uptime = P.UInt32("sflow_245.sysuptime", "SysUptime", blurb: "System Uptime");
    public static readonly Field Samples = P.UInt32("sflow_245.numsamples", "NumSamples", blurb: "Number of samples in sFlow datagram");
    public static readonly Field SampleType = P.UInt32("sflow_245.sampletype", "sFlow sample type", FieldBase.Dec, SampleTypes, mask: 0xfff, blurb: "Type of sFlow sample");
    public static readonly Field SampleLength = P.UInt32("sflow_5.sample_length", "Sample length (byte)", blurb: "sFlow sample length");
    public static readonly Field DataLength = P.UInt32("sflow_5.flow_data_length", "Flow data length (byte)", blurb: "sFlow flow data length");
    public static readonly Field Enterprise = P.UInt32("sflow.enterprise", "Enterprise", mask: 0xfffff000);
    public static readonly Field EnterpriseLength = P.UInt32("sflow.enterprise.length", "Length");
    public static readonly Field EnterpriseData = P.Bytes("sflow.enterprise.data", "Data");
    public static readonly Field FlowFormat = P.UInt32("sflow_245.flow_record_format", "Format", FieldBase.Dec, FlowFormats, blurb: "Format of sFlow flow record");
    public static readonly Field CounterFormat = P.UInt32("sflow_245.counters_record_format", "Format", FieldBase.Dec, CounterFormats, mask: 0xfff, blurb: "Format of sFlow counters record");
    public static readonly Field Header = P.Bytes("sflow_245.header", "Header of sampled packet", blurb: "Data from sampled header");
    public static readonly Field HeaderProtocol = P.UInt32("sflow_245.header_protocol", "Header protocol", FieldBase.Dec, HeaderProtocolNames, blurb: "Protocol of sampled header");
    static readonly Field OutputFormat = P.UInt32("sflow.flow_sample.output_interface_format", "Output interface format", FieldBase.Dec, OutputInterfaceFormatNames, mask: 0xc0000000), OutputValue = P.UInt32("sflow.flow_sample.output_interface_value", "Output interface value");
    static readonly Field SamplingRate = P.UInt32("sflow.flow_sample.sampling_rate", "Sampling rate"), SamplePool = P.UInt32("sflow.flow_sample.sample_pool", "Sample pool");

    static readonly Row RateRow = SamplingRate.Then(static (p, node, in v, at, value) => p.Label(node, $"Sampling rate: 1 out of {value} packets"));
    static readonly Row PoolRow = SamplePool.Then(static (p, node, in v, at, value) => p.Label(node, $"Sample pool: {value} total packets"));
    static readonly Field FlowSequence = P.UInt32("sflow.flow_sample.sequence_number", "Sequence number"), Dropped = P.UInt32("sflow.flow_sample.dropped_packets", "Dropped packets"), FlowRecords = P.UInt32("sflow.flow_sample.flow_record", "Flow record");
    static readonly Field CounterSequence = P.UInt32("sflow.counters_sample.sequence_number", "Sequence number"), CounterRecords = P.UInt32("sflow.counters_sample.counters_records", "Counters records");

    public static readonly Layout RawHead = new(
        HeaderProtocol,
        P.UInt32("sflow_245.header.frame_length", "Frame Length"),
        P.UInt32("sflow_245.header.payload_stripped", "Payload stripped"),
        P.UInt32("sflow_245.header.sampled_header_length", "Sampled header length"));
    static readonly Field SourceType = P.UInt32("sflow.flow_sample.source_id_type", "Source ID type"), SourceIndex = P.UInt32("sflow.flow_sample.source_id_index", "Source ID index");

    static readonly Field Output = P.UInt32("sflow.flow_sample.output_interface", "Output interface", FieldBase.Hex);

    public static readonly Layout FlowHead = new(
        FlowSequence,
        P.UInt32("sflow.flow_sample.source_id_class", "Source ID class", mask: 0xff000000),
        P.UInt32("sflow.flow_sample.index", "Index", mask: 0xffffff),
        RateRow, PoolRow, Dropped,
        P.UInt32("sflow.flow_sample.input_interface", "Input interface (ifIndex)"),
        Output.Then(static (p, node, in v, at, value) => AddOutput(p, v, node, at)),
        FlowRecords);
    public static readonly Layout ExpandedFlowHead = new(
        FlowSequence,
        SourceType,
        SourceIndex,
        RateRow, PoolRow, Dropped,
        P.UInt32("sflow.flow_sample.input_interface_format", "Input interface format"),
        P.UInt32("sflow.flow_sample.input_interface_value", "Input interface value"),
        P.UInt32("sflow.flow_sample.output_interface.format", "Output interface format", mask: 0x7fffffff),
        OutputValue, FlowRecords);
    public static readonly Layout CounterHead = new(
        CounterSequence,
        P.UInt32("sflow.counters_sample.source_id_type", "Source ID type", mask: 0xff000000),
        P.UInt32("sflow.counters_sample.source_id_index", "Source ID index", mask: 0xffffff),
        CounterRecords);
    public static readonly Layout ExpandedCounterHead = new(
        CounterSequence,
        SourceType,
        SourceIndex,
        CounterRecords);

    /// <summary>Where a packet went: an interface, nowhere with a reason, or so many interfaces.</summary>
    static void AddOutput(Packet p, in View v, Node node, int at)
    {
        uint output = v.U32(at), format = output >> 30, value = output & 0x3fffffff;
        p.Label(node, $"Output interface: 0x{output:x8}");
        p.Add(node, OutputFormat, v, at);
        var number = p.AddUInt(node, OutputValue, v, at, 4, value);
        if (!p.WantsLabel(number))
        {
            return;
        }

        p.Label(number, $"{OutputBits(value)} = Output interface value: ");
        if (format == Discarded && DiscardReasons.Find(value) is { } reason)
        {
            p.AppendLabel(number, $"{reason} ({value})");
        }
        else
        {
            p.AppendLabel(number, $"{value}{(format == Several && value == 0 ? " unknown number of interfaces greater than 1" : "")}");
        }
    }

    static string OutputBits(uint value) => string.Join(' ', (".." + value.ToString("b30", CultureInfo.InvariantCulture)).Chunk(4).Select(static c => new string(c)));
}
