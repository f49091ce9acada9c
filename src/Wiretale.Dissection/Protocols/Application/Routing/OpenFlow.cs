using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: Open Networking Foundation, OpenFlow Switch Specification 1.0.0 to 1.5.1. TCP port 6653, before that 6633.
//
//    0               1               2               3
//   +---------------+---------------+-------------------------------+
//   | Version       | Type          | Length                        |
//   +---------------+---------------+-------------------------------+
//   | Transaction identifier                                        |
//   +---------------+---------------+---------------+---------------+

/// <summary>OpenFlow: takes messages apart and gives each to the dissector of its version.</summary>
public sealed class OpenFlow() : Dissector("openflow")
{
    const int HeaderLength = 8, LastVersion = 6;
    const uint EarlyPort = 6633;

    static readonly Protocol P = new("OpenFlow", "OpenFlow", "openflow");
    static readonly ValueNames Versions = ValueNames.Of(() => [(1, "1.0"), (2, "1.1"), (3, "1.2"), (4, "1.3"), (5, "1.4"), (6, "1.5")]);
    static readonly Expert UnknownVersion = P.Expert("openflow.version.unknown", Severity.Warning, ExpertGroup.Undecoded, "Unsupported version not dissected");

    /// <summary>The version of a message, whatever follows.</summary>
    internal static readonly Field Version = P.UInt8("openflow.version", "Version", FieldBase.Hex, Versions, 0x7f);

    /// <summary>Packets of other connections travel inside.</summary>
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 6653);

    /// <summary>The port that was used before there was a registered one: a switch's first message gives the connection away.</summary>
    public sealed class OnEarlyPort() : Dissector("openflow")
    {
        /// <inheritdoc />
        public override Protocol Protocol => P;

        /// <inheritdoc />
        public override bool CrossesLanes => true;

        /// <inheritdoc />
        public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, EarlyPort);

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            if (p.DestinationPort != EarlyPort || v.Captured < HeaderLength || v.U8(0) is < 1 or > LastVersion)
            {
                return 0;
            }

            p.LeaveOutOfLayers();
            p.Conversation?.Dissector = Catalog.OpenFlow;
            return p.Call(Catalog.OpenFlow, v, parent);
        }
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("OpenFlow");
        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => v.U16(at + 2), Message);
    }

    static void Message(Packet p, in View v, Node parent)
    {
        p.SetProtocol("OpenFlow");
        p.Info.Clear();
        Dissector? version = (v.U8(0) & 0x7f) switch { 1 => Catalog.OpenFlow10, 4 => Catalog.OpenFlow13, 5 => Catalog.OpenFlow14, 6 => Catalog.OpenFlow15, _ => null };
        if (version is not null)
        {
            p.Call(version, v, parent);
            return;
        }

        p.Expert(p.Add(parent, Version, v, 0), UnknownVersion, v, 0, 1);
    }
}

/// <summary>OpenFlow 1.3, 1.4 and 1.5: what their messages have in common.</summary>
public sealed class OpenFlowLater : Dissector
{
    const int HeaderLength = 8, Hello = 0, FeaturesReply = 6, ElementHead = 4;

    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "OFPT_HELLO"), (1, "OFPT_ERROR"), (2, "OFPT_ECHO_REQUEST"), (3, "OFPT_ECHO_REPLY"), (4, "OFPT_EXPERIMENTER"), (5, "OFPT_FEATURES_REQUEST"),
        (6, "OFPT_FEATURES_REPLY"), (7, "OFPT_GET_CONFIG_REQUEST"), (8, "OFPT_GET_CONFIG_REPLY"), (9, "OFPT_SET_CONFIG"), (10, "OFPT_PACKET_IN"),
        (11, "OFPT_FLOW_REMOVED"), (12, "OFPT_PORT_STATUS"), (13, "OFPT_PACKET_OUT"), (14, "OFPT_FLOW_MOD"), (15, "OFPT_GROUP_MOD"), (16, "OFPT_PORT_MOD"),
        (17, "OFPT_TABLE_MOD"), (18, "OFPT_MULTIPART_REQUEST"), (19, "OFPT_MULTIPART_REPLY"), (20, "OFPT_BARRIER_REQUEST"), (21, "OFPT_BARRIER_REPLY"),
        (22, "OFPT_QUEUE_GET_CONFIG_REQUEST"), (23, "OFPT_QUEUE_GET_CONFIG_REPLY"), (24, "OFPT_ROLE_REQUEST"), (25, "OFPT_ROLE_REPLY"),
        (26, "OFPT_GET_ASYNC_REQUEST"), (27, "OFPT_GET_ASYNC_REPLY"), (28, "OFPT_SET_ASYNC"), (29, "OFPT_METER_MOD"), (30, "OFPT_ROLE_STATUS"),
        (31, "OFPT_TABLE_STATUS"), (32, "OFPT_REQUESTFORWARD"), (33, "OFPT_BUNDLE_CONTROL"), (34, "OFPT_BUNDLE_ADD_MESSAGE"), (35, "OFPT_CONTROLLER_STATUS")]);

    readonly Layout header, element, features;
    readonly Field elementData;

    /// <param name="name">Wireshark's name of the protocol.</param>
    /// <param name="filterName">Its name in filters, which its fields' names begin with.</param>
    public OpenFlowLater(string name, string filterName)
        : base(new Protocol(name, filterName, filterName))
    {
        var p = Protocol;
        header = new(
            p.UInt8($"{filterName}.version", "Version", FieldBase.Hex, ValueNames.Of(() => [(4, "1.3"), (5, "1.4"), (6, "1.5")])),
            p.UInt8($"{filterName}.type", "Type", FieldBase.Dec, Types), p.UInt16($"{filterName}.length", "Length"), p.UInt32($"{filterName}.xid", "Transaction ID"));
        element = new(
            p.UInt16($"{filterName}.hello_element.type", "Type", FieldBase.Dec, ValueNames.Of(() => [(1, "OFPHET_VERSIONBITMAP")])),
            p.UInt16($"{filterName}.hello_element.length", "Length"));
        elementData = p.Bytes($"{filterName}.hello_element.version.bitmap", "Bitmap");
        features = new(
            p.UInt64($"{filterName}.switch_features.datapath_id", "datapath_id", FieldBase.Hex), p.UInt32($"{filterName}.switch_features.n_buffers", "n_buffers"),
            p.UInt8($"{filterName}.switch_features.n_tables", "n_tables"), p.UInt8($"{filterName}.switch_features.auxiliary_id", "auxiliary_id"),
            p.UInt16($"{filterName}.switch_features.pad", "Pad"),
            p.UInt32($"{filterName}.switch_features.capabilities", "capabilities", FieldBase.Hex).Bits(
                p.Flag($"{filterName}.switch_features.capabilities.flow_stats", "OFPC_FLOW_STATS", 32, 0x1),
                p.Flag($"{filterName}.switch_features.capabilities.table_stats", "OFPC_TABLE_STATS", 32, 0x2),
                p.Flag($"{filterName}.switch_features.capabilities.port_stats", "OFPC_PORT_STATS", 32, 0x4),
                p.Flag($"{filterName}.switch_features.capabilities.group_stats", "OFPC_GROUP_STATS", 32, 0x8),
                p.Flag($"{filterName}.switch_features.capabilities.ip_reasm", "OFPC_IP_REASM", 32, 0x20),
                p.Flag($"{filterName}.switch_features.capabilities.queue_stats", "OFPC_QUEUE_STATS", 32, 0x40),
                p.Flag($"{filterName}.switch_features.capabilities.port_blocked", "OFPC_PORT_BLOCKED", 32, 0x100)),
            p.UInt32($"{filterName}.switch_features_reserved", "Reserved", FieldBase.Hex));
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int type = v.U8(1), at = HeaderLength;
        p.Info.Set($"Type: {Types.FindOr((ulong)type, "Unknown type")}");
        var tree = p.Open(Protocol, v, parent);
        p.AddRows(tree, v, 0, header);
        if (type == FeaturesReply)
        {
            p.AddRows(tree, v, at, features);
        }

        // Elements are filled up to a multiple of 8 bytes.
        while (type == Hello && v.ReportedFrom(at) >= ElementHead)
        {
            int length = v.U16(at + 2);
            var node = p.AddText(tree, v, at, length, "Element");
            p.AddRows(node, v, at, element);
            if (length < ElementHead)
            {
                break;
            }

            p.Add(node, elementData, v, at + ElementHead, length - ElementHead);
            at += (length + 7) / 8 * 8;
        }

        return v.Reported;
    }
}
