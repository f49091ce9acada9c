using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Snmp;

/// <summary>Fields of SNMP, with Wireshark's names (which follow the ASN.1 modules).</summary>
static class SnmpFields
{
    public static readonly Protocol P = new("Simple Network Management Protocol", "SNMP", "snmp");

    static readonly ValueNames Versions = ValueNames.Of(() => [(0, "version-1"), (1, "v2c"), (2, "v2u"), (3, "snmpv3")]);
    static readonly ValueNames Errors = ValueNames.Of(() => [(0, "noError"), (1, "tooBig"), (2, "noSuchName"), (3, "badValue"), (4, "readOnly"), (5, "genErr"), (6, "noAccess"), (7, "wrongType"), (8, "wrongLength"),
        (9, "wrongEncoding"), (10, "wrongValue"), (11, "noCreation"), (12, "inconsistentValue"), (13, "resourceUnavailable"), (14, "commitFailed"), (15, "undoFailed"), (16, "authorizationError"),
        (17, "notWritable"), (18, "inconsistentName")]);

    public static readonly ValueNames Pdus = ValueNames.Of(() => [(0, "get-request"), (1, "get-next-request"), (2, "get-response"), (3, "set-request"), (4, "trap"), (5, "getBulkRequest"), (6, "informRequest"),
        (7, "snmpV2-trap"), (8, "report")]);

    /// <summary>Makers of agents that write their engine's number (IANA private enterprise numbers).</summary>
    public static readonly ValueNames Enterprises = ValueNames.Of(() => [(2, "IBM"), (9, "ciscoSystems"), (11, "Hewlett-Packard"), (42, "Sun Microsystems"), (43, "3Com"), (311, "Microsoft"), (2011, "HUAWEI Technology Co.,Ltd"),
        (2021, "ucdavis"), (2636, "Juniper Networks, Inc."), (8072, "net-snmp"), (14988, "MikroTik"), (30065, "Arista Networks")]);

    public static readonly ValueNames Formats = ValueNames.Of(() => [(1, "IPv4 address"), (2, "IPv6 address"), (3, "MAC address"), (4, "Text, administratively assigned"), (5, "Octets, administratively assigned")]);

    public static readonly Field ResponseIn = P.FrameNumber("snmp.response_in", "Response In", "The response to this SNMP request is in this frame");
    public static readonly Field ResponseTo = P.FrameNumber("snmp.response_to", "Response To", "This is a response to the SNMP request in this frame");
    public static readonly Field Time = P.RelativeTime("snmp.time", "Time", "The time between the Request and the Response");
    public static readonly Field Authenticated = P.Flag("snmp.v3.flags.auth", "Authenticated", 8, 0x01, ValueNames.SetNotSet);
    public static readonly Field Private = P.Flag("snmp.v3.flags.crypt", "Encrypted", 8, 0x02, ValueNames.SetNotSet);
    public static readonly Field Reportable = P.Flag("snmp.v3.flags.report", "Reportable", 8, 0x04, ValueNames.SetNotSet);
    public static readonly Field Conform = P.Flag("snmp.engineid.conform", "Engine ID Conformance", 8, 0x80, ValueNames.Flag("RFC3411 (SNMPv3)", "RFC1910 (Non-SNMPv3)"), "Engine ID RFC3411 Conformance");
    public static readonly Field Enterprise3 = P.UInt32("snmp.engineid.enterprise", "Engine Enterprise ID", FieldBase.Dec, Enterprises);
    public static readonly Field Format = P.UInt8("snmp.engineid.format", "Engine ID Format", FieldBase.Dec, Formats);
    public static readonly Field EngineIPv4 = P.IPv4("snmp.engineid.ipv4", "Engine ID Data: IPv4 address");
    public static readonly Field EngineIPv6 = P.IPv6("snmp.engineid.ipv6", "Engine ID Data: IPv6 address");
    public static readonly Field CiscoType = P.UInt8("snmp.engineid.cisco.type", "Engine ID Data: Cisco type", FieldBase.Hex, ValueNames.Of(() => [(0, "Agent"), (1, "Manager")]));
    public static readonly Field EngineMac = P.Ether("snmp.engineid.mac", "Engine ID Data: MAC address");
    public static readonly Field EngineText = P.String("snmp.engineid.text", "Engine ID Data: Text");
    public static readonly Field EngineTime = P.AbsoluteTime("snmp.engineid.time", "Engine ID Data: Creation Time");
    public static readonly Field EngineData = P.Bytes("snmp.engineid.data", "Engine ID Data");
    public static readonly Field Int = P.Field(FieldType.Int64, "snmp.value.int", "Value (Integer32)", FieldBase.Dec);
    public static readonly Field Unsigned = P.Field(FieldType.Int64, "snmp.value.u32", "Value (Unsigned32)", FieldBase.Dec);
    public static readonly Field Octets = P.Bytes("snmp.value.octets", "Value (OctetString)");
    public static readonly Field Oid = P.Field(FieldType.Oid, "snmp.value.oid", "Value (OID)");
    public static readonly Field Null = P.Label("snmp.value.null", "Value (Null)");
    public static readonly Field IPv4 = P.IPv4("snmp.value.ipv4", "Value (IpAddress)");
    public static readonly Field Gauge = P.Field(FieldType.Int64, "snmp.value.g32", "Value (Gauge32)", FieldBase.Dec);
    public static readonly Field Counter = P.UInt64("snmp.value.counter", "Value (Counter32)");
    public static readonly Field Ticks = P.UInt64("snmp.value.timeticks", "Value (Timeticks)");
    public static readonly Field Opaque = P.Bytes("snmp.value.opaque", "Value (Opaque)");
    public static readonly Field Counter64 = P.UInt64("snmp.value.counter", "Value (Counter64)");
    public static readonly Expert NoObject = P.Expert("snmp.noSuchObject", Severity.Note, ExpertGroup.Response, "noSuchObject");
    public static readonly Expert NoInstance = P.Expert("snmp.noSuchInstance", Severity.Note, ExpertGroup.Response, "noSuchInstance");
    public static readonly Expert End = P.Expert("snmp.endOfMibView", Severity.Note, ExpertGroup.Response, "endOfMibView");
    public static readonly Field Name = P.Field(FieldType.Oid, "snmp.name", "Object Name");
    public static readonly Field Text = P.String("snmp.var-bind_str", "Variable-binding-string");
    public static readonly Field Version = P.Int32("snmp.version", "version", names: Versions);
    public static readonly Field Community = P.String("snmp.community", "community");
    public static readonly Field Data = P.UInt32("snmp.data", "data", FieldBase.Dec, Pdus, blurb: "PDUs");
    public static readonly Field Engine = P.Bytes("snmp.msgAuthoritativeEngineID", "msgAuthoritativeEngineID");
    public static readonly Field Boots = P.UInt32("snmp.msgAuthoritativeEngineBoots", "msgAuthoritativeEngineBoots");
    public static readonly Field EngineSeconds = P.UInt32("snmp.msgAuthoritativeEngineTime", "msgAuthoritativeEngineTime");
    public static readonly Field User = P.String("snmp.msgUserName", "msgUserName");
    public static readonly Field Authentication = P.Bytes("snmp.msgAuthenticationParameters", "msgAuthenticationParameters");
    public static readonly Field Privacy = P.Bytes("snmp.msgPrivacyParameters", "msgPrivacyParameters");
    public static readonly Field Version3 = P.Int32("snmp.msgVersion", "msgVersion", names: Versions, blurb: "Version");
    public static readonly Field Global = P.Label("snmp.msgGlobalData_element", "msgGlobalData", "HeaderData");
    public static readonly Field Data3 = P.UInt32("snmp.msgData", "msgData", FieldBase.Dec, ValueNames.Of(() => [(0, "plaintext"), (1, "encryptedPDU")]), blurb: "ScopedPduData");
    public static readonly Field MessageId = P.UInt32("snmp.msgID", "msgID", blurb: "INTEGER_0_2147483647");
    public static readonly Field MaxSize = P.UInt32("snmp.msgMaxSize", "msgMaxSize", blurb: "INTEGER_484_2147483647");
    public static readonly Field Flags = P.Bytes("snmp.msgFlags", "msgFlags");
    public static readonly Field Security = P.UInt32("snmp.msgSecurityModel", "msgSecurityModel", FieldBase.Dec, ValueNames.Of(() => [(0, "Any"), (1, "V1"), (2, "V2C"), (3, "USM")]));
    public static readonly Field Plain = P.Label("snmp.plaintext_element", "plaintext", "ScopedPDU");
    public static readonly Field Encrypted = P.Bytes("snmp.encryptedPDU", "encryptedPDU");
    public static readonly Field ContextEngine = P.Bytes("snmp.contextEngineID", "contextEngineID", blurb: "SnmpEngineID");
    public static readonly Field ContextName = P.String("snmp.contextName", "contextName", "OCTET_STRING");
    public static readonly Field Get = P.Label("snmp.get_request_element", "get-request", "GetRequest_PDU");
    public static readonly Field GetNext = P.Label("snmp.get_next_request_element", "get-next-request", "GetNextRequest_PDU");
    public static readonly Field Response = P.Label("snmp.get_response_element", "get-response", "GetResponse_PDU");
    public static readonly Field Set = P.Label("snmp.set_request_element", "set-request", "SetRequest_PDU");
    public static readonly Field Trap = P.Label("snmp.trap_element", "trap", "Trap_PDU");
    public static readonly Field GetBulk = P.Label("snmp.getBulkRequest_element", "getBulkRequest", "GetBulkRequest_PDU");
    public static readonly Field Inform = P.Label("snmp.informRequest_element", "informRequest", "InformRequest_PDU");
    public static readonly Field Trap2 = P.Label("snmp.snmpV2_trap_element", "snmpV2-trap", "SNMPv2_Trap_PDU");
    public static readonly Field Report = P.Label("snmp.report_element", "report", "Report_PDU");
    public static readonly Field RequestId = P.Int32("snmp.request_id", "request-id", blurb: "T_request_id");
    public static readonly Field ErrorStatus = P.Int32("snmp.error_status", "error-status", names: Errors);
    public static readonly Field ErrorIndex = P.Int32("snmp.error_index", "error-index", blurb: "INTEGER");
    public static readonly Field Bindings = P.UInt32("snmp.variable_bindings", "variable-bindings", blurb: "VarBindList");
    public static readonly Field NonRepeaters = P.UInt32("snmp.non_repeaters", "non-repeaters", blurb: "INTEGER_0_2147483647");
    public static readonly Field MaxRepetitions = P.UInt32("snmp.max_repetitions", "max-repetitions", blurb: "INTEGER_0_2147483647");
    public static readonly Field Enterprise = P.Field(FieldType.Oid, "snmp.enterprise", "enterprise");
    public static readonly Field Agent = P.IPv4("snmp.agent_addr", "agent-addr", "NetworkAddress");
    public static readonly Field GenericTrap = P.Int32("snmp.generic_trap", "generic-trap", names: ValueNames.Of(() => [(0, "coldStart"), (1, "warmStart"), (2, "linkDown"), (3, "linkUp"),
        (4, "authenticationFailure"), (5, "egpNeighborLoss"), (6, "enterpriseSpecific")]));
    public static readonly Field SpecificTrap = P.Int32("snmp.specific_trap", "specific-trap", blurb: "SpecificTrap");
    public static readonly Field Uptime = P.UInt32("snmp.time_stamp", "time-stamp", blurb: "TimeTicks");
}
