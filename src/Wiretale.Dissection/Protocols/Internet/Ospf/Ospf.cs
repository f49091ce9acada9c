using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet.Ospf;

// Specification: RFC 2328 (version 2), RFC 5340 (version 3), RFC 5613 (link-local signaling).
//
//    0               1               2               4
//   +---------------+---------------+---------------+
//   | Version       | Type          | Packet length |
//   +---------------+---------------+---------------+
//   | Router ID (4), area ID (4), checksum (2)      |
//   +-----------------------------------------------+
//   | 2: authentication type (2) and data (8)       |  3: instance ID (1), reserved (1)
//   +-----------------------------------------------+

/// <summary>Open Shortest Path First.</summary>
public sealed class OspfPackets() : Dissector("ospf")
{
    const int Hello = 1, Description = 2, Request = 3, Update = 4, Acknowledge = 5;
    const int HeaderV2 = 24, HeaderV3 = 16, AuthenticationAt = 16;
    const int NoAuthentication = 0, Password = 1, Cryptographic = 2;

    /// <summary>The L bit of the options: a block of link-local signaling follows the packet (RFC 5613 section 2.1).</summary>
    const uint LinkLocalV2 = 0x10, LinkLocalV3 = 0x200;

    internal static readonly Protocol P = new("Open Shortest Path First", "OSPF", "ospf");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "Hello Packet"), (2, "DB Description"), (3, "LS Request"), (4, "LS Update"), (5, "LS Acknowledge")]);
    static readonly Field Header = P.Label("ospf.header", "OSPF Header");
    static readonly Field Version = P.UInt8("ospf.version", "Version");
    static readonly Field Type = P.UInt8("ospf.msg", "Message Type", FieldBase.Dec, Types);
    static readonly Field PacketLength = P.UInt16("ospf.packet_length", "Packet Length");
    static readonly Field SourceRouter = P.IPv4("ospf.srcrouter", "Source OSPF Router");
    static readonly Field Area = P.IPv4("ospf.area_id", "Area ID");
    static readonly Field Checksum = P.UInt16("ospf.checksum", "Checksum", FieldBase.Hex);
    static readonly Field AuthenticationType = P.UInt16("ospf.auth.type", "Auth Type", FieldBase.Dec, ValueNames.Of(() => [(0, "Null"), (1, "Simple password"), (2, "Cryptographic")]));
    static readonly Field AuthenticationNone = P.Bytes("ospf.auth.none", "Auth Data (none)");
    static readonly Field AuthenticationSimple = P.String("ospf.auth.simple", "Auth Data (Simple)");
    static readonly Field KeyId = P.UInt8("ospf.auth.crypt.key_id", "Auth Crypt Key id");
    static readonly Field CryptLength = P.UInt8("ospf.auth.crypt.data_length", "Auth Crypt Data Length");
    static readonly Field CryptSequence = P.UInt32("ospf.auth.crypt.seq_nbr", "Auth Crypt Sequence Number");
    static readonly Field CryptData = P.Bytes("ospf.auth.crypt.data", "Auth Crypt Data");
    static readonly Field AuthenticationUnknown = P.Bytes("ospf.auth.unknown", "Auth Unknown");
    static readonly Field InstanceId = P.UInt8("ospf.instance_id", "Instance ID", FieldBase.Dec, ValueNames.Ranges(() => [
        (0, 31, "IPv6 unicast AF"), (32, 63, "IPv6 multicast AF"), (64, 95, "IPv4 unicast AF"), (96, 127, "IPv4 multicast AF"), (128, 255, "Reserved")]));

    internal static readonly Field Reserved = P.Bytes("ospf.reserved", "Reserved", blurb: "Must be zero");
    internal static readonly Expert NotZero = P.Expert("ospf.reserved.not_zero", Severity.Warning, ExpertGroup.Protocol, "incorrect, should be 0");

    /// <summary>Fields that only filters see: what kind of packet it is.</summary>
    static readonly Field[] Kinds = [
        P.Flag("ospf.msg.hello", "Hello"), P.Flag("ospf.msg.dbdesc", "Database Description"), P.Flag("ospf.msg.lsreq", "Link State Adv Request"),
        P.Flag("ospf.msg.lsupdate", "Link State Adv Update"), P.Flag("ospf.msg.lsack", "Link State Adv Acknowledgement")];

    static readonly Field HelloPacket = P.Label("ospf.hello", "OSPF Hello Packet");
    static readonly Field NetworkMask = P.IPv4("ospf.hello.network_mask", "Network Mask");
    static readonly Field InterfaceId = P.UInt32("ospf.hello.interface_id", "Interface ID");
    static readonly Field HelloInterval = P.UInt32("ospf.hello.hello_interval", "Hello Interval [sec]");
    static readonly Field Priority = P.UInt8("ospf.hello.router_priority", "Router Priority");
    static readonly Field DeadInterval = P.UInt32("ospf.hello.router_dead_interval", "Router Dead Interval [sec]");
    static readonly Field Designated = P.IPv4("ospf.hello.designated_router", "Designated Router");
    static readonly Field Backup = P.IPv4("ospf.hello.backup_designated_router", "Backup Designated Router");
    static readonly Field Neighbor = P.IPv4("ospf.hello.active_neighbor", "Active Neighbor");

    static readonly Field InterfaceMtu = P.UInt16("ospf.db.interface_mtu", "Interface MTU");
    static readonly Field DescriptionSequence = P.UInt32("ospf.db.dd_sequence", "DD Sequence");
    static readonly Row DescriptionFlags = P.UInt8("ospf.dbd", "DB Description", FieldBase.Hex).Summary(
        P.Flag("ospf.dbd.r", "(R) OOBResync", 8, 0x08, ValueNames.SetNotSet), P.Flag("ospf.dbd.i", "(I) Init", 8, 0x04, ValueNames.SetNotSet),
        P.Flag("ospf.dbd.m", "(M) More", 8, 0x02, ValueNames.SetNotSet), P.Flag("ospf.dbd.ms", "(MS) Master", 8, 0x01, ValueNames.YesNo));

    static readonly Field LsaCount = P.UInt32("ospf.ls.number_of_lsas", "Number of LSAs");
    internal static readonly Field LinkStateId = P.IPv4("ospf.link_state_id", "Link State ID");
    internal static readonly Field AdvertisingRouter = P.IPv4("ospf.advrouter", "Advertising Router");

    internal static readonly Row OptionsV2 = P.UInt8("ospf.v2.options", "Options", FieldBase.Hex).Summary(
        P.Flag("ospf.v2.options.dn", "DN", 8, 0x80, ValueNames.SetNotSet),
        P.Flag("ospf.v2.options.o", "O", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("ospf.v2.options.dc", "(DC) Demand Circuits", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("ospf.v2.options.l", "(L) LLS Data block", 8, 0x10, ValueNames.Flag("Present", "Not Present")),
        P.Flag("ospf.v2.options.n", "(N) NSSA", 8, 0x08, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("ospf.v2.options.mc", "(MC) Multicast", 8, 0x04, ValueNames.Flag("Capable", "Not capable")),
        P.Flag("ospf.v2.options.e", "(E) External Routing", 8, 0x02, ValueNames.Flag("Capable", "Not capable")),
        P.Flag("ospf.v2.options.mt", "(MT) Multi-Topology Routing", 8, 0x01, ValueNames.YesNo));

    static readonly Field Propagate = P.Flag("ospf.v2.options.p", "(P) Propagate", 8, 0x08, ValueNames.SetNotSet);

    /// <summary>In a type 7 advertisement the N bit has another meaning (RFC 3101 section 2.5).</summary>
    internal static readonly Row OptionsNssa = OptionsV2 with { BitFields = Array.ConvertAll(OptionsV2.BitFields, static f => f.Mask == 0x08 ? Propagate : f) };

    internal static readonly Row OptionsV3 = P.UInt24("ospf.v3.options", "Options", FieldBase.Hex).Summary(
        P.Flag("ospf.v3.options.at", "AT", 24, 0x400, ValueNames.SetNotSet), P.Flag("ospf.v3.options.l", "L", 24, 0x200, ValueNames.SetNotSet),
        P.Flag("ospf.v3.options.af", "AF", 24, 0x100, ValueNames.SetNotSet), P.Flag("ospf.v3.options.dc", "DC", 24, 0x20, ValueNames.SetNotSet),
        P.Flag("ospf.v3.options.r", "R", 24, 0x10, ValueNames.SetNotSet), P.Flag("ospf.v3.options.n", "N", 24, 0x08, ValueNames.SetNotSet),
        P.Flag("ospf.v3.options.mc", "MC", 24, 0x04, ValueNames.SetNotSet), P.Flag("ospf.v3.options.e", "E", 24, 0x02, ValueNames.SetNotSet),
        P.Flag("ospf.v3.options.v6", "V6", 24, 0x01, ValueNames.SetNotSet));

    static readonly Layout HelloV2 = new(NetworkMask, HelloInterval.Of(2), OptionsV2, Priority, DeadInterval, Designated, Backup);
    static readonly Layout HelloV3 = new(InterfaceId, Priority, OptionsV3, HelloInterval.Of(2), DeadInterval.Of(2), Designated, Backup);
    static readonly Layout DescriptionV2 = new(InterfaceMtu, OptionsV2, DescriptionFlags, DescriptionSequence);
    static readonly Layout DescriptionV3 = new(Reserved.Of(1), OptionsV3, InterfaceMtu, Reserved.Of(1), DescriptionFlags, DescriptionSequence);

    static readonly Field SignalingChecksum = P.UInt16("ospf.lls.checksum", "Checksum", FieldBase.Hex);
    static readonly Field SignalingLength = P.UInt16("ospf.lls.data_length", "LLS Data Length");
    static readonly Field SignalingSequence = P.UInt32("ospf.v2.lls.sequence_number", "Sequence number", FieldBase.Hex);
    static readonly Field SignalingDigest = P.Bytes("ospf.v2.lls.auth_data", "Auth Data");
    static readonly Layout ExtendedOptions = new(P.UInt32("ospf.lls.ext.options", "Options", FieldBase.Hex).Summary(
        P.Flag("ospf.lls.ext.options.rs", "(RS) Restart Signal", 32, 0x02, ValueNames.SetNotSet),
        P.Flag("ospf.lls.ext.options.lr", "(LR) LSDB Resynchronization", 32, 0x01, ValueNames.SetNotSet)));

    internal static readonly Field TlvType = P.UInt16("ospf.tlv_type", "TLV Type");
    internal static readonly Field TlvLength = P.UInt16("ospf.tlv_length", "TLV Length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(OspfLsas), typeof(OspfOpaque), typeof(OspfV3)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Ospf);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("OSPF");
        p.Info.Clear();
        int version = v.U8(0), type = v.U8(1);
        if (Types.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown ({type})");
        }

        int length = v.U16(2), header = version == 3 ? HeaderV3 : HeaderV2;
        var tree = p.Open(P, v, parent, 0, length);
        if (version is not (2 or 3))
        {
            p.AddText(tree, v, 0, v.Captured, $"Unknown OSPF version {version}");
            return Math.Max(1, v.Reported);
        }

        AddHeader(p, v, tree, version, type, length, header);
        if (length < header)
        {
            return Math.Max(1, v.Reported);
        }

        bool signaling = false;
        switch (type)
        {
            case Hello:
                signaling = AddHello(p, v, tree, version, header, length);
                break;
            case Description:
                signaling = AddDescription(p, v, tree, version, header, length);
                break;
            case Request:
                AddRequests(p, v, tree, version, header, length);
                break;
            case Update:
                uint count = v.U32(header);
                var branch = p.AddText(tree, v, header, length - header, "LS Update Packet");
                p.Add(branch, LsaCount, v, header);
                int at = header + 4;
                for (uint i = 0; i < count; i++)
                {
                    at = AddLsa(p, v, branch, version, at, withBody: true);
                }

                break;
            case Acknowledge:
                AddHeaders(p, v, tree, version, header, length);
                break;
            default:
                p.CallData(v.From(header), parent);
                break;
        }

        if (signaling)
        {
            AddSignaling(p, v, tree, length + DigestLength(v, version));
        }

        return Math.Max(1, v.Reported);
    }

    /// <summary>Bytes that must be zero, and a remark when they are not.</summary>
    internal static void AddReserved(Packet p, in View v, Node tree, int at, int length)
    {
        var node = p.Add(tree, Reserved, v, at, length);
        if (v.UInt(at, length) != 0)
        {
            p.Expert(node, NotZero, v, at, length);
        }
    }

    static int DigestLength(in View v, int version) => version == 2 && v.U16(14) == Cryptographic ? v.U8(AuthenticationAt + 3) : 0;

    static void AddHeader(Packet p, in View v, Node tree, int version, int type, int length, int end)
    {
        var header = p.AddUInt(tree, Header, v, 0, end, 0);
        p.Add(header, Version, v, 0);
        p.Add(header, Type, v, 1);
        if (type is >= Hello and <= Acknowledge)
        {
            p.Hidden(p.AddFlag(header, Kinds[type - 1], v, 1, 1, true));
        }

        p.AddAll(header, v, 2, PacketLength, SourceRouter);
        var area = p.Add(header, Area, v, 8);
        if (v.U32(8) == 0)
        {
            p.AppendLabel(area, " (Backbone)");
        }

        AddChecksum(p, v, header, version, length, end);
        if (version == 3)
        {
            p.Add(header, InstanceId, v, 14);
            AddReserved(p, v, header, 15, 1);
            return;
        }

        p.Add(header, AuthenticationType, v, 14);
        switch (v.U16(14))
        {
            case NoAuthentication:
                p.Add(header, AuthenticationNone, v, AuthenticationAt, 8);
                break;
            case Password:
                p.Add(header, AuthenticationSimple, v, AuthenticationAt, 8);
                break;
            case Cryptographic:
                p.AddAll(header, v, AuthenticationAt + 2, KeyId, CryptLength, CryptSequence);

                // The digest stands behind the packet (RFC 2328 appendix D.3).
                if (v.Has(length, v.U8(AuthenticationAt + 3)))
                {
                    p.Add(header, CryptData, v, length, v.U8(AuthenticationAt + 3));
                }

                break;
            default:
                p.Add(header, AuthenticationUnknown, v, AuthenticationAt, 8);
                break;
        }
    }

    static void AddChecksum(Packet p, in View v, Node header, int version, int length, int end)
    {
        ushort carried = v.U16(12);
        var node = p.Add(header, Checksum, v, 12);
        if (length < end || !v.Has(0, length) || p.IsFragment || p.IsQuoted || !p.WantsFields)
        {
            return;
        }

        ushort result;
        if (version == 3)
        {
            result = InternetChecksum.Of(p.NetworkSource, p.NetworkDestination, IpProtocol.Ospf, (uint)length, v.Span(0, length));
        }
        else if (v.U16(14) == Cryptographic)
        {
            p.AppendLabel(node, " (None)");
            return;
        }
        else
        {
            // All but the authentication data (RFC 2328 appendix D.4).
            result = InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Add(0, v.Span(0, AuthenticationAt)), v.Span(HeaderV2, length - HeaderV2)));
        }

        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            p.AppendLabel(node, $" [incorrect, should be 0x{InternetChecksum.Expected(carried, result):x4}]");
        }
    }

    static bool AddHello(Packet p, in View v, Node tree, int version, int at, int end)
    {
        var branch = p.AddUInt(tree, HelloPacket, v, at, end - at, 0);
        bool signaling = version == 3 ? (v.U24(at + 5) & LinkLocalV3) != 0 : (v.U8(at + 6) & LinkLocalV2) != 0;
        at = p.AddRows(branch, v, at, version == 3 ? HelloV3 : HelloV2);
        for (; at < end; at += 4)
        {
            p.Add(branch, Neighbor, v, at);
        }

        return signaling;
    }

    static bool AddDescription(Packet p, in View v, Node tree, int version, int at, int end)
    {
        var branch = p.AddText(tree, v, at, end - at, "OSPF DB Description");
        bool signaling = version == 3 ? (v.U24(at + 1) & LinkLocalV3) != 0 : (v.U8(at + 2) & LinkLocalV2) != 0;
        at = p.AddRows(branch, v, at, version == 3 ? DescriptionV3 : DescriptionV2);
        AddHeaders(p, v, tree, version, at, end);
        return signaling;
    }

    static void AddRequests(Packet p, in View v, Node tree, int version, int at, int end)
    {
        for (; at < end; at += 12)
        {
            var branch = p.AddText(tree, v, at, 12, "Link State Request");
            if (version == 2)
            {
                p.Add(branch, OspfLsas.Type, v, at, 4);
                p.AddAll(branch, v, at + 4, LinkStateId, AdvertisingRouter);
                continue;
            }

            AddReserved(p, v, branch, at, 2);
            p.AddRows(branch, v, at + 2, OspfV3.RequestType);
            p.AddAll(branch, v, at + 4, LinkStateId, AdvertisingRouter);
        }
    }

    static void AddHeaders(Packet p, in View v, Node tree, int version, int at, int end)
    {
        while (at < end)
        {
            at = AddLsa(p, v, tree, version, at, withBody: false);
        }
    }

    static int AddLsa(Packet p, in View v, Node tree, int version, int at, bool withBody) =>
        version == 2 ? OspfLsas.Add(p, v, tree, at, withBody) : OspfV3.Add(p, v, tree, at, withBody);

    /// <summary>Adds the block of link-local signaling behind a packet (RFC 5613 section 2).</summary>
    static void AddSignaling(Packet p, in View v, Node tree, int at)
    {
        int words = v.U16(at + 2), end = at + (words * 4);
        var branch = p.AddText(tree, v, at, words * 4, "OSPF LLS Data Block");
        p.AddAll(branch, v, at, SignalingChecksum, SignalingLength);
        for (at += 4; at < end;)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            var tlv = p.AddText(branch, v, at, 4 + length, type switch { 1 => "Extended options TLV", 2 => "Crypto Authentication TLV", _ => "Unknown LLS TLV" });
            p.AddAll(tlv, v, at, TlvType, TlvLength);
            if (type == 1)
            {
                p.AddRows(tlv, v, at + 4, ExtendedOptions);
            }
            else if (type == 2)
            {
                p.Add(tlv, SignalingSequence, v, at + 4);
                p.Add(tlv, SignalingDigest, v, at + 8, Math.Max(0, length - 4));
            }

            at += 4 + length + (-length & 3);
        }
    }
}
