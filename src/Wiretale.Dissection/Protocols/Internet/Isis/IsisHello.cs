using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: ISO/IEC 10589 sections 9.5 to 9.7; RFC 5303 (three-way handshake), RFC 5306 (restart), RFC 6329 (shortest path bridging).

/// <summary>The hellos of IS-IS.</summary>
public sealed class IsisHello() : Dissector("isis.hello")
{
    const int Neighbors = 6, Padding = 8, PortCapability = 143, Restart = 211, Topologies = 229, ThreeWay = 240;
    const int BridgingMcid = 4, BridgingDigest = 5, McidLength = 51;

    static readonly Protocol P = new("ISIS HELLO", "ISIS HELLO", "isis.hello");
    static readonly Field CircuitType = P.UInt8("isis.hello.circuit_type", "Circuit type", FieldBase.Hex, ValueNames.Of(() => [
        (0, "Reserved 0 (discard PDU)"), (1, "Level 1 only"), (2, "Level 2 only"), (3, "Level 1 and 2")]), mask: 0x03);
    static readonly Field CircuitReserved = P.UInt8("isis.hello.reserved", "Reserved", FieldBase.Hex, mask: 0xfc);
    static readonly Field Source = P.Field(FieldType.SystemId, "isis.hello.source_id", "SystemID {Sender of PDU}");
    static readonly Field HoldingTimer = P.UInt16("isis.hello.holding_timer", "Holding timer");
    static readonly Field PduLength = P.UInt16("isis.hello.pdu_length", "PDU length");
    static readonly Field Priority = P.UInt8("isis.hello.priority", "Priority", mask: 0x7f);
    static readonly Field PriorityReserved = P.UInt8("isis.hello.reserved", "Reserved", mask: 0x80);
    static readonly Field LanId = P.Field(FieldType.SystemId, "isis.hello.lan_id", "SystemID {Designated IS}");
    static readonly Field LocalCircuit = P.UInt8("isis.hello.local_circuit_id", "Local circuit ID");
    static readonly IsisTlvs Tlvs = new(P, "isis.hello", ValueNames.Of(() => [
        (1, "Area address(es)"), (Neighbors, "IS Neighbor(s)"), (Padding, "Padding"), (10, "Authentication"), (129, "Protocols Supported"), (132, "IP Interface address(es)"),
        (133, "Authentication (old)"), (PortCapability, "MT Port Capability"), (Restart, "Restart Signaling"), (Topologies, "Multi Topology"),
        (232, "IPv6 Interface address(es)"), (ThreeWay, "Point-to-point Adjacency State")]));

    static readonly Field Neighbor = P.Ether("isis.hello.is_neighbor", "IS Neighbor");
    static readonly Layout RestartFlags = new(P.UInt8("isis.hello.clv_restart_flags", "Restart Signaling Flags", FieldBase.Hex).Summary(
        P.Flag("isis.hello.clv_restart_flags.sa", "Suppress Adjacency", 8, 0x04, blurb: "When set, the router is starting as opposed to restarting"),
        P.Flag("isis.hello.clv_restart_flags.ra", "Restart Acknowledgment", 8, 0x02, blurb: "When set, the router is willing to enter helper mode"),
        P.Flag("isis.hello.clv_restart_flags.rr", "Restart Request", 8, 0x01, blurb: "When set, the router is beginning a graceful restart")));
    static readonly Field RemainingTime = P.UInt16("isis.hello.clv_restart.remain_time", "Remaining holding time", FieldBase.Dec, ValueNames.Unit("s"), blurb: "How long the helper router will maintain the existing adjacency");
    static readonly Field RestartNeighbor = P.Field(FieldType.SystemId, "isis.hello.clv_restart.neighbor", "Restarting Neighbor ID");
    static readonly Field State = P.UInt8("isis.hello.adjacency_state", "Adjacency State", FieldBase.Dec, ValueNames.Of(() => [(0, "Up"), (1, "Initializing"), (2, "Down")]));
    static readonly Field ExtendedCircuit = P.UInt32("isis.hello.extended_local_circuit_id", "Extended Local circuit ID", FieldBase.Hex);
    static readonly Field NeighborId = P.Field(FieldType.SystemId, "isis.hello.neighbor_systemid", "Neighbor SystemID");
    static readonly Field NeighborCircuit = P.UInt32("isis.hello.neighbor_extended_local_circuit_id", "Neighbor Extended Local circuit ID", FieldBase.Hex);
    static readonly Field Topology = P.UInt16("isis.hello.mtid", "Topology ID", FieldBase.Dec, IsisTopologies.Names, mask: 0x0fff);
    static readonly Field Mcid = P.Bytes("isis.hello.mcid", "MCID");
    static readonly Field AuxMcid = P.Bytes("isis.hello.aux_mcid", "Aux MCID");
    static readonly Field DigestV = P.UInt8("isis.hello.digest.v", "V", mask: 0x10);
    static readonly Field DigestA = P.UInt8("isis.hello.digest.a", "A", mask: 0x0c);
    static readonly Field DigestD = P.UInt8("isis.hello.digest.d", "D", mask: 0x03);
    static readonly Field Digest = P.Bytes("isis.hello.digest", "Digest");
    static readonly Expert BadLength = P.Expert("isis.lsp.hello_pdu", Severity.Error, ExpertGroup.Malformed, "PDU length less than header length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ISIS HELLO");
        int type = v.U8(4) & 0x1f, header = v.U8(1), at = 8;
        var tree = IsisPackets.Open(p, P, v, parent);
        p.Add(tree, CircuitType, v, at);
        p.Add(tree, CircuitReserved, v, at);
        p.Info.Append($", System-ID: {IsisSystemId.Of(p, v, at + 1, 6)}");
        p.Add(tree, Source, v, at + 1, 6);
        p.Add(tree, HoldingTimer, v, at + 7);
        int length = v.U16(at + 9);
        var item = p.Add(tree, PduLength, v, at + 9);
        if (length < header)
        {
            p.Expert(item, BadLength, v, at + 9, 2);
        }

        at += 11;
        if (type == IsisPackets.HelloPointToPoint)
        {
            p.Add(tree, LocalCircuit, v, at);
            at++;
        }
        else
        {
            p.Add(tree, Priority, v, at);
            p.Add(tree, PriorityReserved, v, at);
            p.Add(tree, LanId, v, at + 1, 7);
            at += 8;
        }

        Tlvs.Add(p, v, tree, at, at + length - header, AddValue);
        return Math.Max(1, v.Reported);
    }

    static bool AddValue(Packet p, in View v, Node tlv, int type, int at, int length)
    {
        int end = at + length;
        switch (type)
        {
            case Padding:
                return true;
            case Neighbors:
                for (; at < end; at += 6)
                {
                    if (end - at < 6)
                    {
                        p.AddExpert(tlv, Tlvs.TooShort, v, at, end - at, "short IS neighbor"u8);
                        break;
                    }

                    p.Add(tlv, Neighbor, v, at);
                }

                return true;
            case Restart:
                if (length >= 1)
                {
                    p.AddRows(tlv, v, at, RestartFlags);
                }

                // The time that remains is there in acknowledgments only (RFC 5306 section 3.1).
                if (length >= 3 && (v.U8(at) & 2) != 0)
                {
                    p.Add(tlv, RemainingTime, v, at + 1);
                    if (length >= 9)
                    {
                        p.Add(tlv, RestartNeighbor, v, at + 3, 6);
                    }
                }

                return true;
            case ThreeWay:
                p.Add(tlv, State, v, at);
                if (length >= 5)
                {
                    p.Add(tlv, ExtendedCircuit, v, at + 1);
                }

                if (length >= 11)
                {
                    p.Add(tlv, NeighborId, v, at + 5, 6);
                }

                if (length == 15)
                {
                    p.Add(tlv, NeighborCircuit, v, at + 11);
                }

                return true;
            case PortCapability:
                AddPort(p, v, tlv, at, end);
                return true;
            default:
                return false;
        }
    }

    static void AddPort(Packet p, in View v, Node tlv, int at, int end)
    {
        if (end - at < 2)
        {
            return;
        }

        p.Add(tlv, Topology, v, at);
        at += 2;
        while (end - at >= 2)
        {
            int type = v.U8(at), length = v.U8(at + 1);
            at += 2;
            if (end - at < length)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Short type {type} TLV ({length} vs {end - at})");
                p.AddExpert(tlv, Tlvs.TooShort, v, at - 2, 2, p.Scratch.Bytes);
                return;
            }

            if (type == BridgingMcid)
            {
                var sub = p.AddText(tlv, v, at - 2, length + 2, $"SPB MCID: Type: 0x{type:x2}, Length: {length}");
                if (length == 2 * McidLength)
                {
                    p.Add(sub, Mcid, v, at, McidLength);
                    p.Add(sub, AuxMcid, v, at + McidLength, McidLength);
                }
            }
            else if (type == BridgingDigest)
            {
                var sub = p.AddText(tlv, v, at - 2, length + 2, $"SPB Digest: Type: 0x{type:x2}, Length: {length}");
                if (length == 33)
                {
                    p.Add(sub, DigestV, v, at);
                    p.Add(sub, DigestA, v, at);
                    p.Add(sub, DigestD, v, at);
                    p.Add(sub, Digest, v, at + 1, 32);
                }
            }
            else
            {
                p.AddText(tlv, v, at - 2, length + 2, $"Unknown subTLV: Type: 0x{type:x2}, Length: {length}");
            }

            at += length;
        }
    }
}

/// <summary>Multi-topology identifiers (RFC 5120 section 7.5).</summary>
static class IsisTopologies
{
    internal static readonly ValueNames Names = ValueNames.Ranges(() => [
        (0, 0, "Standard topology"), (1, 1, "IPv4 In-Band Management"), (2, 2, "IPv6 routing topology"), (3, 3, "IPv4 multicast topology"),
        (4, 4, "IPv6 multicast topology"), (5, 5, "IPv6 in-band management topology"), (6, 3995, "Reserved for IETF consensus"),
        (3996, 4095, "Development, Experimental and Proprietary features")]);
}
