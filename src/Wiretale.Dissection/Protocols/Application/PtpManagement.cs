using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application;

/// <summary>PTP's management messages: IEEE 1588-2019 section 15.</summary>
static class PtpManagement
{
    const int ActionAt = 46, IdAt = 52, ManagementTlv = 1, ClockDescription = 1, DefaultDataSet = 0x2000, CurrentDataSet = 0x2001, ParentDataSet = 0x2002,
        TimePropertiesDataSet = 0x2003, PortDataSet = 0x2004;

    static readonly Protocol P = Ptp.P;
    static readonly ValueNames Actions = ValueNames.Of(() => [(0, "GET"), (1, "SET"), (2, "RESPONSE"), (3, "COMMAND"), (4, "ACKNOWLEDGE")]);
    static readonly ValueNames ManagementTitles = ValueNames.Of(() => [
        (0, "Null management"), (1, "Clock description"), (2, "User description"), (3, "Save in non volatile storage"), (4, "Reset non volatile storage"),
        (5, "Initialize"), (6, "Fault log"), (7, "Fault log reset"), (0x2000, "Default dataset"), (0x2001, "Current dataset"), (0x2002, "Parent dataset"),
        (0x2003, "Time properties dataset"), (0x2004, "Port dataset"), (0x2005, "Priority 1"), (0x2006, "Priority 2"), (0x2007, "Domain"), (0x2008, "Slave only"),
        (0x2009, "Log announce interval"), (0x200a, "Announce receipt timeout"), (0x200b, "Log sync interval"), (0x200c, "Version number"), (0x200d, "Enable port"),
        (0x200e, "Disable port"), (0x200f, "Time"), (0x2010, "Clock accuracy"), (0x2011, "UTC properties"), (0x2012, "Traceability properties"),
        (0x2013, "Timescale properties"), (0x2014, "Unicast negotiation enable"), (0x2015, "Path trace list"), (0x2016, "Path trace enable"),
        (0x2017, "Grandmaster cluster table"), (0x2018, "Unicast master table"), (0x2019, "Unicast master max table size"), (0x201a, "Acceptable master table"),
        (0x201b, "Acceptable master table enabled"), (0x201c, "Acceptable master max table size"), (0x201d, "Alternate master"),
        (0x201e, "Alternate time offset enable"), (0x201f, "Alternate time offset name"), (0x2020, "Alternate time offset max key"),
        (0x2021, "Alternate time offset properties"), (0x4000, "Transparent clock default dataset"), (0x4001, "Transparent clock port dataset"),
        (0x4002, "Primary domain"), (0x6000, "Delay mechanism"), (0x6001, "Log min pdelay req. interval")]);

    static readonly Layout ManagementHead = new(
        P.UInt64("ptp.v2.mm.targetportidentity", "targetPortIdentity", FieldBase.Hex),
        P.UInt16("ptp.v2.mm.targetportid", "targetPortId"),
        P.UInt8("ptp.v2.mm.startingboundaryhops", "startingBoundaryHops"),
        P.UInt8("ptp.v2.mm.boundaryhops", "boundaryHops"),
        P.UInt8("ptp.v2.mm.action", "action", FieldBase.Dec, Actions, mask: 0x0f),
        Row.Skip(1),
        P.UInt16("ptp.v2.mm.tlvType", "tlvType", FieldBase.Dec, Ptp.TlvTypes),
        P.UInt16("ptp.v2.mm.lengthField", "lengthField"));
    static readonly Field ManagementId = P.UInt16("ptp.v2.mm.managementId", "managementId", FieldBase.Dec, ValueNames.Of(() => [
        (0, "NULL_MANAGEMENT"), (1, "CLOCK_DESCRIPTION"), (2, "USER_DESCRIPTION"), (3, "SAVE_IN_NON_VOLATILE_STORAGE"),
        (4, "RESET_NON_VOLATILE_STORAGE"), (5, "INITIALIZE"), (6, "FAULT_LOG"), (7, "FAULT_LOG_RESET"), (0x2000, "DEFAULT_DATA_SET"),
        (0x2001, "CURRENT_DATA_SET"), (0x2002, "PARENT_DATA_SET"), (0x2003, "TIME_PROPERTIES_DATA_SET"), (0x2004, "PORT_DATA_SET"),
        (0x2005, "PRIORITY1"), (0x2006, "PRIORITY2"), (0x2007, "DOMAIN"), (0x2008, "SLAVE_ONLY"), (0x2009, "LOG_ANNOUNCE_INTERVAL"),
        (0x200a, "ANNOUNCE_RECEIPT_TIMEOUT"), (0x200b, "LOG_SYNC_INTERVAL"), (0x200c, "VERSION_NUMBER"), (0x200d, "ENABLE_PORT"),
        (0x200e, "DISABLE_PORT"), (0x200f, "TIME"), (0x2010, "CLOCK_ACCURACY"), (0x2011, "UTC_PROPERTIES"), (0x2012, "TRACEABILITY_PROPERTIES"),
        (0x2013, "TIMESCALE_PROPERTIES"), (0x2014, "UNICAST_NEGOTIATION_ENABLE"), (0x2015, "PATH_TRACE_LIST"), (0x2016, "PATH_TRACE_ENABLE"),
        (0x2017, "GRANDMASTER_CLUSTER_TABLE"), (0x2018, "UNICAST_MASTER_TABLE"), (0x2019, "UNICAST_MASTER_MAX_TABLE_SIZE"),
        (0x201a, "ACCEPTABLE_MASTER_TABLE"), (0x201b, "ACCEPTABLE_MASTER_TABLE_ENABLED"), (0x201c, "ACCEPTABLE_MASTER_MAX_TABLE_SIZE"),
        (0x201d, "ALTERNATE_MASTER"), (0x201e, "ALTERNATE_TIME_OFFSET_ENABLE"), (0x201f, "ALTERNATE_TIME_OFFSET_NAME"),
        (0x2020, "ALTERNATE_TIME_OFFSET_MAX_KEY"), (0x2021, "ALTERNATE_TIME_OFFSET_PROPERTIES"), (0x4000, "TC_DEFAULT_DATA_SET"),
        (0x4001, "TC_PORT_DATA_SET"), (0x4002, "PRIMARY_DOMAIN"), (0x6000, "DELAY_MECHANISM"), (0x6001, "LOG_MIN_PDELAY_REQ_INTERVAL")]));
    static readonly Field ManagementData = P.Bytes("ptp.v2.mm.data", "data");
    static readonly Field Reserved = P.Bytes("ptp.v2.mm.reserved", "reserved");
    static readonly Field ManagedClock = P.UInt64("ptp.v2.mm.clockidentity", "Clock identity", FieldBase.Hex);

    static readonly Layout DefaultData = new(
        P.Flag("ptp.v2.mm.twoStep", "Two step", 8, 0x01), Row.Skip(-1),
        P.Flag("ptp.v2.mm.SlavOnly", "Slave only", 8, 0x02), Row.Skip(1),
        Reserved.Of(1),
        P.UInt16("ptp.v2.mm.numberPorts", "number of ports"),
        P.UInt8("ptp.v2.mm.priority1", "priority1"),
        P.UInt8("ptp.v2.mm.clockclass", "Clock class"),
        P.UInt8("ptp.v2.mm.clockaccuracy", "Clock accuracy", FieldBase.Hex, Ptp.Accuracies),
        P.UInt16("ptp.v2.mm.clockvariance", "Clock variance"),
        P.UInt8("ptp.v2.mm.priority2", "priority2"),
        ManagedClock,
        P.UInt8("ptp.v2.mm.domainNumber", "domain number"),
        Reserved.Of(1));
    static readonly Field StepsRemoved = P.Field(FieldType.Int16, "ptp.v2.mm.stepsRemoved", "steps removed", FieldBase.Dec);
    static readonly Ptp.Interval MasterOffset = new("Offset from Master", "ptp.v2.mm.offset.ns", "correction", "ptp.v2.mm.offset.subns", "SubNs");
    static readonly Ptp.Interval PathDelay = new("Mean path delay", "ptp.v2.mm.pathDelay.ns", "ns", "ptp.v2.mm.pathDelay.subns", "SubNs");
    static readonly Ptp.Interval PeerDelay = new("Peer mean path delay", "ptp.v2.mm.peerMeanPathDelay.ns", "ns", "ptp.v2.mm.peerMeanPathDelay.subns", "SubNs");
    static readonly Layout ParentData = new(
        P.UInt64("ptp.v2.mm.parentclockidentity", "parent ClockIdentity", FieldBase.Hex),
        P.UInt16("ptp.v2.mm.parentsourceportid", "parent SourcePortID"),
        P.Flag("ptp.v2.mm.parentstats", "parent stats", 8, 0x01),
        Reserved.Of(1),
        P.UInt16("ptp.v2.mm.observedParentOffsetScaledLogVariance", "observedParentOffsetScaledLogVariance"),
        P.Int32("ptp.v2.mm.observedParentClockPhaseChangeRate", "observedParentClockPhaseChangeRate"),
        P.UInt8("ptp.v2.mm.grandmasterPriority1", "Grandmaster priority1"),
        P.UInt8("ptp.v2.mm.grandmasterclockclass", "Grandmaster clock class"),
        P.UInt8("ptp.v2.mm.grandmasterclockaccuracy", "Grandmaster clock accuracy", FieldBase.Hex, Ptp.Accuracies),
        P.UInt16("ptp.v2.mm.grandmasterclockvariance", "Grandmaster clock variance"),
        P.UInt8("ptp.v2.mm.grandmasterPriority2", "Grandmaster priority2"),
        P.UInt64("ptp.v2.mm.grandmasterclockidentity", "Grandmaster clock identity", FieldBase.Hex));
    static readonly Layout PortHead = new(
        ManagedClock,
        P.UInt16("ptp.v2.mm.PortNumber", "PortNumber"),
        P.UInt8("ptp.v2.mm.portState", "Port state", FieldBase.Dec, ValueNames.Of(() => [
        (1, "INITIALIZING"), (2, "FAULTY"), (3, "DISABLED"), (4, "LISTENING"), (5, "PRE_MASTER"), (6, "MASTER"), (7, "PASSIVE"), (8, "UNCALIBRATED"),
        (9, "SLAVE")])),
        Ptp.Signed8("ptp.v2.mm.logMinDelayReqInterval", "logMinDelayReqInterval"));
    static readonly Layout PortTail = new(
        Ptp.Signed8("ptp.v2.mm.logAnnounceInterval", "logAnnounceInterval"),
        P.UInt8("ptp.v2.mm.announceReceiptTimeout", "announceReceiptTimeout"),
        Ptp.Signed8("ptp.v2.mm.logSyncInterval", "logSyncInterval"),
        P.UInt8("ptp.v2.mm.delayMechanism", "Delay mechanism", FieldBase.Dec, ValueNames.Of(() => [(1, "E2E"), (2, "P2P"), (254, "DISABLED")])),
        Ptp.Signed8("ptp.v2.mm.logMinPdelayReqInterval", "logMinPdelayReqInterval"),
        P.UInt8("ptp.v2.mm.versionNumber", "versionNumber", mask: 0x0f));

    static readonly Field ClockType = P.UInt16("ptp.v2.mm.clockType", "clockType", FieldBase.Hex);
    static readonly Field[] ClockTypes =
    [
        P.Flag("ptp.v2.mm.clockType.OC", "The node implements an ordinary clock", 16, 0x8000),
        P.Flag("ptp.v2.mm.clockType.BC", "The node implements a boundary clock", 16, 0x4000),
        P.Flag("ptp.v2.mm.clockType.p2p_TC", "The node implements a peer-to-peer transparent clock", 16, 0x2000),
        P.Flag("ptp.v2.mm.clockType.e2e_TC", "The node implements an end-to-end transparent clock", 16, 0x1000),
        P.Flag("ptp.v2.mm.clockType.MM", "The node implements a management node", 16, 0x800),
        P.Flag("ptp.v2.mm.clockType.reserved", "Reserved", 16, 0x7ff),
    ];

    static readonly Counted PhysicalLayer = new("ptp.v2.mm.physicalLayerProtocol", "physicalLayerProtocol");
    static readonly Field PhysicalLength = P.UInt16("ptp.v2.mm.physicalAddressLength", "physical address length");
    static readonly Field PhysicalAddress = P.Bytes("ptp.v2.mm.physicalAddress", "physical address");
    static readonly Field ProtocolAddress = P.Bytes("ptp.v2.mm.protocolAddress", "protocol address");
    static readonly Field NetworkProtocol = P.UInt16("ptp.v2.mm.networkProtocol", "network protocol", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Reserved"), (1, "UDP/IPv4"), (2, "UDP/IPv6"), (3, "IEEE 802.3"), (4, "DeviceNet"), (5, "ControlNet"), (6, "PROFINET"), (7, "Reserved"),
        (0xfffe, "Unknown Protocol"), (0xffff, "Reserved")]));
    static readonly Field ProtocolAddressLength = P.UInt16("ptp.v2.mm.protocolAddress.length", "length");
    static readonly Field Manufacturer = P.Bytes("ptp.v2.mm.manufacturerIdentity", "manufacturer identity");
    static readonly Counted ProductDescription = new("ptp.v2.mm.productDescription", "product description");
    static readonly Counted RevisionData = new("ptp.v2.mm.revisionData", "revision data");
    static readonly Counted UserDescription = new("ptp.v2.mm.userDescription", "user description");
    static readonly Field ProfileIdentity = P.Bytes("ptp.v2.mm.profileIdentity", "profileIdentity");

    /// <summary>Says in the Info column what is managed.</summary>
    public static void Say(Packet p, in View v)
    {
        if (!v.Has(ActionAt, IdAt + 2 - ActionAt))
        {
            return;
        }

        uint action = v.U8(ActionAt) & 15u;
        p.Info.Set("Management");
        if (v.U16(48) == ManagementTlv)
        {
            p.Info.Append($" ({ManagementTitles.FindOr(v.U16(IdAt), "Unknown")})");
        }

        if (Actions.Find(action) is { } name)
        {
            p.Info.Append($" {name}");
        }
        else
        {
            p.Info.Append($" Unknown Action {action}");
        }
    }

    public static void Add(Packet p, in View v, Node tree, int at)
    {
        at = p.AddRows(tree, v, at, ManagementHead);
        if (v.U16(at - 4) != ManagementTlv)
        {
            return;
        }

        int id = v.U16(at), length = v.U16(at - 2) - 2;
        p.Add(tree, ManagementId, v, at);
        at += 2;
        if (length <= 0)
        {
            return;
        }

        var data = p.Add(tree, ManagementData, v, at, length);
        data = data.IsWanted ? data : tree;
        switch (id)
        {
            case ClockDescription:
                AddDescription(p, v, data, at);
                break;
            case DefaultDataSet:
                p.AddRows(data, v, at, DefaultData);
                break;
            case CurrentDataSet:
                p.Add(data, StepsRemoved, v, at);
                MasterOffset.Add(p, v, data, at + 2);
                PathDelay.Add(p, v, data, at + 10);
                break;
            case ParentDataSet:
                p.AddRows(data, v, at, ParentData);
                break;
            case PortDataSet:
                at = p.AddRows(data, v, at, PortHead);
                PeerDelay.Add(p, v, data, at);
                p.AddRows(data, v, at + 8, PortTail);
                break;
        }
    }

    static void AddDescription(Packet p, in View v, Node data, int at)
    {
        p.AddBits(data, ClockType, v, at, ClockTypes);
        at = PhysicalLayer.Add(p, v, data, at + 2);
        int length = v.U16(at);
        p.Add(data, PhysicalLength, v, at);
        p.Add(data, PhysicalAddress, v, at + 2, length);
        at += 2 + length;
        int addressLength = v.U16(at + 2);
        var address = p.Add(data, ProtocolAddress, v, at + 4, addressLength);
        p.Add(address, NetworkProtocol, v, at);
        p.Add(address, ProtocolAddressLength, v, at + 2);
        p.Add(address, ProtocolAddress, v, at + 4, addressLength);
        at += 4 + addressLength;
        p.Add(data, Manufacturer, v, at, 3);
        p.Add(data, Reserved, v, at + 3, 1);
        at = ProductDescription.Add(p, v, data, at + 4);
        at = RevisionData.Add(p, v, data, at);
        at = UserDescription.Add(p, v, data, at);
        p.Add(data, ProfileIdentity, v, at, 6);
    }

    /// <summary>Text after its length (IEEE 1588-2019 section 5.3.8): both below the text itself.</summary>
    sealed class Counted(string name, string label)
    {
        readonly Field text = P.String(name, label);
        readonly Field length = P.UInt8(name + ".length", "length");

        public int Add(Packet p, in View v, Node tree, int at)
        {
            int size = v.U8(at);
            var node = p.Add(tree, text, v, at + 1, size);
            p.Add(node, length, v, at);
            p.Add(node, text, v, at + 1, size);
            return at + 1 + size;
        }
    }
}
