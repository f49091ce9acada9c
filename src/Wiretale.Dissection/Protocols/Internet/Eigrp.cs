using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 7868 section 6. IP protocol 88.
//
//    0               1               2               3
//   +---------------+---------------+-------------------------------+
//   | Version       | Opcode        | Checksum                      |
//   +---------------+---------------+-------------------------------+
//   | Flags; sequence; acknowledge                                  |  32 bits each
//   +-------------------------------+-------------------------------+
//   | Virtual router                | Autonomous system             |  then TLVs: type, length (with this head), value
//   +-------------------------------+-------------------------------+

/// <summary>Enhanced Interior Gateway Routing Protocol.</summary>
public sealed class Eigrp() : Dissector("eigrp")
{
    const int TlvHead = 4, Version = 2, Hello = 5, HelloAck = 8;
    const int Parameters = 0x0001, Authentication = 0x0002, Sequence = 0x0003, SoftwareVersion = 0x0004, NextSequence = 0x0005, Stub = 0x0006, Termination = 0x0007,
        Internal4 = 0x0102, External4 = 0x0103, Internal6 = 0x0402, External6 = 0x0403;

    static readonly Protocol P = new("Enhanced Interior Gateway Routing Protocol", "EIGRP", "eigrp");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [(1, "Update"), (2, "Request"), (3, "Query"), (4, "Reply"), (5, "Hello"), (6, "IPX/SAP Update"),
        (7, "Route Probe"), (8, "Hello (Ack)"), (9, "Stub-Info"), (10, "SIA-Query"), (11, "SIA-Reply")]);

    static readonly ValueNames TlvTypes = ValueNames.Of(() => [
        (0x1, "Parameters"), (0x2, "Authentication"), (0x3, "Sequence"), (0x4, "Software Version"), (0x5, "Next multicast sequence"), (0x6, "Peer Stub Information"),
        (0x7, "Peer Termination"), (0x8, "Peer Topology ID List"), (0x102, "Internal Route(IPv4)"), (0x103, "External Route(IPv4)"), (0x104, "Ext-Community(IPv4)"),
        (0x402, "Internal Route(IPv6)"), (0x403, "External Route(IPv6)"), (0x404, "Ext-Community(IPv6)"), (0x302, "IPX Internal Route(IPX)"),
        (0x303, "IPX External Route(IPX)"), (0x202, "Internal Route(ATALK)"), (0x203, "External Route(ATALK)"), (0x204, "Cable Configuration(ATALK)"),
        (0xf1, "Request(MTR)"), (0xf2, "Internal Route(MTR)"), (0xf3, "External Route(MTR)"), (0xf4, "Ext-Community(MTR)"), (0xf5, "TopologyID List"),
        (0x601, "Request"), (0x602, "Internal Route"), (0x603, "External Route"), (0x604, "Ext-Community")]);

    static readonly ValueNames Sources = ValueNames.Of(() => [(1, "IGRP"), (2, "EIGRP"), (3, "Static Route"), (4, "RIP"), (5, "Hello"), (6, "OSPF"), (7, "IS-IS"), (8, "EGP"),
        (9, "BGP"), (10, "IDRP"), (11, "Connected Route")]);

    static readonly Field VersionNumber = P.UInt8("eigrp.version", "Version", blurb: "Version - Version of EIGRP packet format");
    static readonly Field Opcode = P.UInt8("eigrp.opcode", "Opcode", FieldBase.Dec, Opcodes, blurb: "Opcode - Operation code indicating the message type");
    static readonly Field Checksum = P.UInt16("eigrp.checksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("eigrp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Expert BadChecksum = P.Expert("eigrp.checksum.bad", Severity.Warning, ExpertGroup.Checksum, "Bad Checksum");
    static readonly Expert BadLength = P.Expert("eigrp.tlv.len.invalid", Severity.Error, ExpertGroup.Malformed, "Corrupt TLV (Length field less than 4)");
    static readonly Expert BadAddressLength = P.Expert("eigrp.seq.addrlen.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid address length");
    static readonly Expert BadPrefixLength = P.Expert("eigrp.prefixlen.invalid", Severity.Warning, ExpertGroup.Malformed, "Invalid prefix length");

    static readonly Layout Header = new(
        P.UInt32("eigrp.flags", "Flags", FieldBase.Hex, blurb: "Flag - Initialization bit and is used in establishing a new neighbor relationship").Summary(
            P.Flag("eigrp.flags.init", "Init", 32, 0x1, ValueNames.SetNotSet, "Init - tells the neighbor to send its full topology table"),
            P.Flag("eigrp.flags.condrecv", "Conditional Receive", 32, 0x2, ValueNames.SetNotSet, "Conditionally Received the next packet if address was in listed in the previous HELLO"),
            P.Flag("eigrp.flags.restart", "Restart", 32, 0x4, ValueNames.SetNotSet, "Restart flag - Set in the HELLO and the initial UPDATE packets during the nsf signaling period."),
            P.Flag("eigrp.flags.eot", "End Of Table", 32, 0x8, ValueNames.SetNotSet)),
        P.UInt32("eigrp.seq", "Sequence", blurb: "Sequence number -- used to send messages reliably"),
        P.UInt32("eigrp.ack", "Acknowledge", blurb: "Acknowledge number -- used to send messages reliably"),
        P.UInt16("eigrp.vrid", "Virtual Router ID").Then(static (p, node, in v, at, value) =>
            p.AppendLabel(node, (value & 0x8000) != 0 ? " (Service-Family)" : value == 1 ? " (Multi-Cast)" : " (Address-Family)")),
        P.UInt16("eigrp.as", "Autonomous System"));

    static readonly Field TlvType = P.UInt16("eigrp.tlv_type", "Type", FieldBase.Hex, TlvTypes, blurb: "TLV Type");
    static readonly Field TlvLength = P.UInt16("eigrp.tlv.len", "Length", blurb: "TLV Length");
    static readonly Layout Values = new(
        P.UInt8("eigrp.par.k1", "K1", blurb: "Bandwidth/Throughput Coefficient"), P.UInt8("eigrp.par.k2", "K2", blurb: "Load Coefficient"),
        P.UInt8("eigrp.par.k3", "K3", blurb: "Delay/Latency Coefficient"), P.UInt8("eigrp.par.k4", "K4", blurb: "Reliability Coefficient"),
        P.UInt8("eigrp.par.k5", "K5", blurb: "Reliability Coefficient"), P.UInt8("eigrp.par.k6", "K6", blurb: "Extended Metric Coefficient"),
        P.UInt16("eigrp.par.holdtime", "Hold Time", blurb: "How long to ignore lost HELLO's"));

    static readonly Layout Secret = new(
        P.UInt16("eigrp.auth.type", "Type", FieldBase.Dec, ValueNames.Of(() => [(1, "TEXT"), (2, "MD5"), (3, "SHA256")])), P.UInt16("eigrp.auth.length", "Length"),
        P.UInt32("eigrp.auth.keyid", "Key ID"), P.UInt32("eigrp.auth.keyseq", "Key Sequence"), P.Bytes("eigrp.nullpad", "Nullpad").Of(8),
        P.Bytes("eigrp.auth.digest", "Digest").Rest());

    static readonly Field AddressLength = P.UInt8("eigrp.seq.addrlen", "Address length");
    static readonly Field Address4 = P.IPv4("eigrp.seq.ipv4addr", "IP Address");
    static readonly Field Address6 = P.IPv6("eigrp.seq.ipv6addr", "IPv6 Address");
    static readonly Layout Release = new(
        P.UInt16("eigrp.release_version", "EIGRP Release").Then(static (p, node, in v, at, value) => p.Label(node, $"EIGRP Release: {value >> 8}.{(uint)value & 0xff:d2}")),
        P.UInt16("eigrp.tlv_version", "EIGRP TLV version").Then(static (p, node, in v, at, value) => p.Label(node, $"EIGRP TLV version: {value >> 8}.{(uint)value & 0xff:d2}")));

    static readonly Layout Multicast = new(P.UInt32("eigrp.next_mcast_seq", "Multicast Sequence"));
    static readonly Layout StubOptions = new(P.UInt16("eigrp.stub_options", "Stub Options", FieldBase.Hex).Summary(
        P.Flag("eigrp.stub_options.connected", "Connected", 16, 0x1, ValueNames.SetNotSet), P.Flag("eigrp.stub_options.static", "Static", 16, 0x2, ValueNames.SetNotSet),
        P.Flag("eigrp.stub_options.summary", "Summary", 16, 0x4, ValueNames.SetNotSet), P.Flag("eigrp.stub_options.redist", "Redistributed", 16, 0x8, ValueNames.SetNotSet),
        P.Flag("eigrp.stub_options.leakmap", "Leak-Map", 16, 0x10, ValueNames.SetNotSet), P.Flag("eigrp.stub_options.recvonly", "Receive-Only", 16, 0x20, ValueNames.SetNotSet)));

    static readonly Layout Metric = new(
        P.UInt32("eigrp.old_metric.delay", "Scaled Delay", blurb: "delay, in 39.1 nanosec interments"), P.UInt32("eigrp.old_metric.bw", "Scaled BW", blurb: "bandwidth, in units of 1 Kbit/sec"),
        P.UInt24("eigrp.old_metric.mtu", "MTU", blurb: "MTU, in octets"), P.UInt8("eigrp.old_metric.hopcount", "Hop Count", blurb: "Number of hops to destination"),
        P.UInt8("eigrp.old_metric.rel", "Reliability", blurb: "percent packets successfully tx/rx"), P.UInt8("eigrp.old_metric.load", "Load", blurb: "percent of channel occupied"),
        P.UInt8("eigrp.old_metric.intag", "Route Tag", blurb: "Internal Route Tag"));

    static readonly Layout MetricFlags = new(
        P.Flag("eigrp.metric.flags.srcwd", "Source Withdraw", 8, 0x1, blurb: "Route Source Withdraw"), Row.Skip(-1), P.Flag("eigrp.metric.flags.cd", "Candidate Default", 8, 0x2),
        P.Flag("eigrp.metric.flags.active", "Route is Active", 8, 0x4, blurb: "Route is currently in active state"),
        P.Flag("eigrp.metric.flags.repl", "Route is Replicated", 8, 0x8, blurb: "Route is replicated from different tableid"));

    static readonly Layout External = new(
        P.IPv4("eigrp.extdata.origrid", "Originating RouterID", "Router ID of redistributing router"), P.UInt32("eigrp.extdata.as", "Originating A.S.", blurb: "Autonomous System of redistributing protocol"),
        P.UInt32("eigrp.extdata.tag", "Administrative Tag", blurb: "Administrative Route Tag"), P.UInt32("eigrp.extdata.metric", "External Metric", blurb: "Metric reported by redistributing protocol"),
        P.UInt16("eigrp.extdata.reserved", "Reserved"), P.UInt8("eigrp.extdata.proto", "External Protocol ID", FieldBase.Dec, Sources));

    static readonly Layout ExternalFlags = new(
        P.Flag("eigrp.opaque.flag.ext", "Route is External", 8, 0x1, blurb: "External route"), Row.Skip(-1), P.Flag("eigrp.opaque.flag.cd", "Route is Candidate Default", 8, 0x2, blurb: "Candidate-Default route"));

    static readonly Field NextHop4 = P.IPv4("eigrp.ipv4.nexthop", "NextHop");
    static readonly Field NextHop6 = P.IPv6("eigrp.ipv6.nexthop", "NextHop");
    static readonly Field PrefixLength4 = P.UInt8("eigrp.ipv4.prefixlen", "Prefix Length");
    static readonly Field PrefixLength6 = P.UInt8("eigrp.ipv6.prefixlen", "Prefix Length");
    static readonly Field Destination4 = P.IPv4("eigrp.ipv4.destination", "Destination");
    static readonly Field Destination6 = P.IPv6("eigrp.ipv6.destination", "Destination");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Eigrp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int opcode = v.U8(1);
        bool isAck = opcode == Hello && v.U32(12) != 0;
        p.SetProtocol("EIGRP");
        p.Info.Set(Opcodes.FindOr((ulong)(isAck ? HelloAck : opcode), "Unknown"));
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Cisco EIGRP");
        p.Add(tree, VersionNumber, v, 0);
        p.Add(tree, Opcode, v, 1);
        AddChecksum(p, v, tree);
        int at = p.AddRows(tree, v, 4, Header);
        while (v.U8(0) == Version && v.ReportedFrom(at) > 0)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            if (length < TlvHead)
            {
                p.AddExpert(tree, BadLength, v, at, v.ReportedFrom(at));
                return v.Reported;
            }

            var tlv = p.AddText(tree, v, at, length, TlvTypes.FindOr((ulong)type, "Unknown"));
            p.Add(tlv, TlvType, v, at);
            p.Add(tlv, TlvLength, v, at + 2);
            AddTlv(p, v.Part(at + TlvHead, length - TlvHead), tlv, type);
            at += length;
        }

        return v.Reported;
    }

    static void AddTlv(Packet p, in View v, Node tlv, int type)
    {
        switch (type)
        {
            case Parameters:
                p.AddRows(tlv, v, 0, Values);
                break;
            case Authentication:
                p.AddRows(tlv, v, 0, Secret);
                break;
            case Sequence:
                AddSequence(p, v, tlv);
                break;
            case SoftwareVersion:
                p.AddRows(tlv, v, 0, Release);
                p.AppendLabel(tlv, $": EIGRP={v.U8(0)}.{v.U8(1)}, TLV={v.U8(2)}.{v.U8(3)}");
                break;
            case NextSequence:
                p.AddRows(tlv, v, 0, Multicast);
                p.AppendLabel(tlv, $": {v.U32(0)}");
                break;
            case Stub:
                p.AddRows(tlv, v, 0, StubOptions);
                break;
            case Termination:
                break;
            case Internal4 or External4 or Internal6 or External6:
                AddRoute(p, v, tlv, isFour: type < Internal6, isExternal: type is External4 or External6);
                break;
        }
    }

    static void AddSequence(Packet p, in View v, Node tlv)
    {
        for (int at = 0; v.ReportedFrom(at) > 0;)
        {
            int size = v.U8(at);
            var node = p.Add(tlv, AddressLength, v, at);
            if (size is not (4 or 16))
            {
                p.Expert(node, BadAddressLength, v, at, 1);
                return;
            }

            p.Add(tlv, size == 4 ? Address4 : Address6, v, at + 1);
            at += 1 + size;
        }
    }

    static void AddRoute(Packet p, in View v, Node tlv, bool isFour, bool isExternal)
    {
        int size = isFour ? 4 : 16, at = size;
        p.Add(tlv, isFour ? NextHop4 : NextHop6, v, 0);
        if (isExternal)
        {
            var data = p.AddText(tlv, v, at, 20, "External Data");
            at = p.AddRows(data, v, at, External);
            p.AddRows(p.AddText(data, v, at, 1, "External Flags"), v, at, ExternalFlags);
            at++;
        }

        var metric = p.AddText(tlv, v, at, 16, "Legacy Metric");
        at = p.AddRows(metric, v, at, Metric);
        p.AddRows(p.AddText(metric, v, at, 1, "Flags"), v, at, MetricFlags);
        at++;

        Span<byte> bytes = stackalloc byte[16];
        for (bool isFirst = true; v.ReportedFrom(at) > 0; isFirst = false)
        {
            // At least one byte, even where there are no bits (RFC 7868 section 6.6.2).
            int bits = v.U8(at), used = Math.Max(1, (bits + 7) / 8);
            var length = p.Add(tlv, isFour ? PrefixLength4 : PrefixLength6, v, at);
            if (used > size)
            {
                p.Expert(length, BadPrefixLength, v, at, 1, $"Invalid prefix length {bits}, must be <= {size * 8}");
                return;
            }

            bytes.Clear();
            v.Span(at + 1, used).CopyTo(bytes);
            var address = isFour ? Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)) : Address.IPv6(bytes);
            p.AddAddress(tlv, isFour ? Destination4 : Destination6, v, at + 1, used, address);
            p.AppendLabel(tlv, isFirst ? "  = " : "  , ");
            p.AppendLabel(tlv, $"  {address}/{bits}");
            at += 1 + used;
        }
    }

    static void AddChecksum(Packet p, in View v, Node tree)
    {
        ushort carried = v.U16(2);
        var node = p.Add(tree, Checksum, v, 2);
        if (p.IsFragment || p.IsQuoted || !v.Has(0, v.Reported))
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(v.Span(0, v.Reported));
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            ushort expected = InternetChecksum.Expected(carried, result);
            p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
            p.Expert(node, BadChecksum, v, 2, 2, $"Bad Checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
    }
}
