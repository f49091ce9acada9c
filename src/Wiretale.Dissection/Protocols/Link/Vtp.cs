using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: Cisco's "Understanding VLAN Trunk Protocol (VTP)" (document 10558). SNAP 00-00-0C/2003.
//
//   +---------+------+-----------+---------------+-------------+------
//   | version | code | by code   | domain length | domain (32) | by code
//   +---------+------+-----------+---------------+-------------+------

/// <summary>Cisco's VLAN Trunking Protocol, versions 1 and 2.</summary>
public sealed class Vtp() : Dissector("vtp")
{
    const int Summary = 1, Subset = 2, Request = 3, Join = 4;

    static readonly Protocol P = new("VLAN Trunking Protocol", "VTP", "vtp");
    static readonly ValueNames Codes = ValueNames.Of(() => [
        (Summary, "Summary Advertisement"), (Subset, "Subset Advertisement"), (Request, "Advertisement Request"), (Join, "Join/Prune Message")]);
    static readonly ValueNames VlanTypes = ValueNames.Of(() => [(1, "Ethernet"), (2, "FDDI"), (3, "TrCRF"), (4, "FDDI-net"), (5, "TrBRF")]);
    static readonly ValueNames TlvTypes = ValueNames.Of(() => [
        (0x1, "Source-Routing Ring Number"), (0x2, "Source-Routing Bridge Number"), (0x3, "Spanning-Tree Protocol Type"), (0x4, "Parent VLAN"),
        (0x5, "Translationally Bridged VLANs"), (0x6, "Pruning"), (0x7, "Bridge Type"), (0x8, "Max ARE Hop Count"), (0x9, "Max STE Hop Count"), (0xa, "Backup CRF Mode")]);
    static readonly Field Version = P.UInt8("vtp.version", "Version", FieldBase.Hex);
    static readonly Field Code = P.UInt8("vtp.code", "Code", FieldBase.Hex, Codes);
    static readonly Field Followers = P.UInt8("vtp.followers", "Followers", blurb: "Number of following Subset-Advert messages");
    static readonly Field Sequence = P.UInt8("vtp.seq_num", "Sequence Number", blurb: "Order of this frame in the sequence of Subset-Advert frames");
    static readonly Field Reserved = P.Bytes("vtp.reserved", "Reserved");
    static readonly Field DomainLength = P.UInt8("vtp.md_len", "Management Domain Length", blurb: "Length of management domain string");
    static readonly Field Domain = P.String("vtp.md", "Management Domain");
    static readonly Field Revision = P.UInt32("vtp.conf_rev_num", "Configuration Revision Number", blurb: "Revision number of the configuration information");
    static readonly Field Updater = P.IPv4("vtp.upd_id", "Updater Identity", blurb: "IP address of the updater");
    static readonly Field UpdateTime = P.String("vtp.upd_ts", "Update Timestamp", blurb: "Time stamp of the current configuration revision");
    static readonly Field Digest = P.Bytes("vtp.md5_digest", "MD5 Digest");
    static readonly Field StartValue = P.UInt16("vtp.start_value", "Start Value", FieldBase.Hex, blurb: "Virtual LAN ID of first VLAN for which information is requested");
    static readonly Field InfoLength = P.UInt8("vtp.vlan_info.len", "VLAN Information Length", blurb: "Length of the VLAN information field");
    static readonly Field Status = P.UInt8("vtp.vlan_info.status", "Status", FieldBase.Hex);
    static readonly Field Suspended = P.Flag("vtp.vlan_info.status.vlan_susp", "VLAN suspended", 8, 0x01);
    static readonly Field VlanType = P.UInt8("vtp.vlan_info.vlan_type", "VLAN Type", FieldBase.Hex, VlanTypes, blurb: "Type of VLAN");
    static readonly Field NameLength = P.UInt8("vtp.vlan_info.vlan_name_len", "VLAN Name Length", blurb: "Length of VLAN name string");
    static readonly Field IslId = P.UInt16("vtp.vlan_info.isl_vlan_id", "ISL VLAN ID", FieldBase.Hex, blurb: "ID of this VLAN on ISL trunks");
    static readonly Field MtuSize = P.UInt16("vtp.vlan_info.mtu_size", "MTU Size", blurb: "MTU for this VLAN");
    static readonly Field Index = P.UInt32("vtp.vlan_info.802_10_index", "802.10 Index", FieldBase.Hex, blurb: "IEEE 802.10 security association identifier for this VLAN");
    static readonly Field VlanName = P.String("vtp.vlan_info.vlan_name", "VLAN Name");
    static readonly Field TlvType = P.UInt8("vtp.vlan_info.tlv_type", "Type", FieldBase.Hex, TlvTypes);
    static readonly Field TlvLength = P.UInt8("vtp.vlan_info.tlv_len", "Length");
    static readonly Field TlvData = P.Bytes("vtp.vlan_info.data", "Data");
    static readonly Field FirstPruned = P.UInt16("vtp.pruning.first", "First VLAN ID", blurb: "First VLAN ID for which pruning information is present");
    static readonly Field LastPruned = P.UInt16("vtp.pruning.last", "Last VLAN ID", blurb: "Last VLAN ID for which pruning information is present");
    static readonly Field Active = P.UInt16("vtp.pruning.active", "VLAN", blurb: "Active advertised VLAN ID");

    // What a VLAN's parameters hold, one a type.
    static readonly Field[] Parameters = [
        P.UInt16("vtp.vlan_info.src_route_ring_num", "Source-Routing Ring Number", FieldBase.Hex),
        P.UInt16("vtp.vlan_info.src_route_bridge_num", "Source-Routing Bridge Number", FieldBase.Hex),
        P.UInt16("vtp.vlan_info.stp_type", "Spanning-Tree Protocol Type", FieldBase.Hex, ValueNames.Of(() => [(1, "SRT"), (2, "SRB"), (3, "Auto")])),
        P.UInt16("vtp.vlan_info.parent_vlan", "Parent VLAN", FieldBase.Hex),
        P.UInt16("vtp.vlan_info.translationally_bridged_vlans", "Translationally Bridged VLANs", FieldBase.Hex),
        P.UInt16("vtp.vlan_info.pruning", "Pruning", FieldBase.Hex, ValueNames.Of(() => [(1, "Enabled"), (2, "Disabled")])),
        P.UInt16("vtp.vlan_info.bridge_type", "Bridge Type", FieldBase.Hex, ValueNames.Of(() => [(1, "SRT"), (2, "SRB")])),
        P.UInt16("vtp.vlan_info.max_are_hop_count", "Max ARE Hop Count"),
        P.UInt16("vtp.vlan_info.max_ste_hop_count", "Max STE Hop Count"),
        P.UInt16("vtp.vlan_info.backup_crf_mode", "Backup CRF Mode", FieldBase.Hex, ValueNames.Of(() => [(1, "TrCRF is configured as a backup"), (2, "TrCRF is not configured as a backup")]))];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Llc.CiscoPids, 0x2003);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("VTP");
        int code = v.U8(1);
        p.Info.Set(code == Join ? "Join" : Codes.FindOr((ulong)code, "Unrecognized VTP message"));
        var tree = p.Open(P, v, parent);
        p.AddAll(tree, v, 0, Version, Code);
        switch (code)
        {
            case Summary:
                p.Add(tree, Followers, v, 2);
                break;
            case Subset:
                p.Add(tree, Sequence, v, 2);
                break;
            case Request or Join:
                p.Add(tree, Reserved, v, 2, 1);
                break;
            default:
                return Math.Max(1, v.Reported);
        }

        p.Add(tree, DomainLength, v, 3);
        p.Add(tree, Domain, v, 4, 32);
        switch (code)
        {
            case Summary:
                AddSummary(p, v, tree);
                break;
            case Subset:
                p.Add(tree, Revision, v, 36);
                p.Info.Append($", Revision: {v.U32(36)}, Seq: {v.U8(2)}");
                AddVlans(p, v, tree);
                break;
            case Request:
                p.Add(tree, StartValue, v, 36);
                break;
            case Join:
                AddPruning(p, v, tree);
                break;
        }

        return Math.Max(1, v.Reported);
    }

    static void AddSummary(Packet p, in View v, Node tree)
    {
        p.Add(tree, Revision, v, 36);
        int followers = v.U8(2);
        p.Info.Append($", Revision: {v.U32(36)}");
        if (followers > 0)
        {
            p.Info.Append($", Followers: {followers}");
        }

        p.Add(tree, Updater, v, 40);
        var t = v.Span(44, 12);
        p.Scratch.Clear();
        for (int i = 0; i < 6; i++)
        {
            // YYMMDDHHMMSS
            p.Scratch.Append(t.Slice(2 * i, 2));
            p.Scratch.Append(i switch { 0 or 1 => "-", 2 => " ", 3 or 4 => ":", _ => "" });
        }

        var time = p.Add(tree, UpdateTime, v, 44, 12);
        p.Label(time, $"Update Timestamp: {p.Scratch.Bytes}");
        p.Add(tree, Digest, v, 56, 16);
    }

    static void AddVlans(Packet p, in View v, Node tree)
    {
        int at = 40;
        while (v.ReportedFrom(at) > 0)
        {
            int length = v.U8(at), end = at + length;
            var info = p.AddText(tree, v, at, length, "VLAN Information");
            p.Add(info, InfoLength, v, at);
            var status = p.AddBits(info, Status, v, at + 1, [Suspended]);
            if ((v.U8(at + 1) & 1) != 0)
            {
                p.AppendLabel(status, " (VLAN suspended)");
            }

            p.Add(info, VlanType, v, at + 2);
            int nameLength = v.U8(at + 3);
            at = p.AddAll(info, v, at + 3, NameLength, IslId, MtuSize, Index);
            p.Add(info, VlanName, v, at, nameLength);

            // The name fills words of 4 bytes.
            at += (nameLength + 3) & ~3;
            while (at + 2 <= end)
            {
                at += AddParameter(p, v, info, at);
            }

            if (length < 12)
            {
                break;
            }

            at = Math.Max(at, end);
        }
    }

    static int AddParameter(Packet p, in View v, Node info, int at)
    {
        int type = v.U8(at), words = v.U8(at + 1);
        var tree = p.AddText(info, v, at, 2 + (2 * words), TlvTypes.FindOr((ulong)type, $"Unknown TLV type: 0x{type:x2}"));
        p.Add(tree, TlvType, v, at);
        p.Add(tree, TlvLength, v, at + 1);
        if (type is >= 1 and <= 10 && words == 1)
        {
            p.Add(tree, Parameters[type - 1], v, at + 2);
        }
        else
        {
            p.Add(tree, TlvData, v, at + 2, 2 * words);
        }

        return 2 + (2 * words);
    }

    static void AddPruning(Packet p, in View v, Node tree)
    {
        int at = p.AddAll(tree, v, 36, FirstPruned, LastPruned), vlan = v.U16(36);
        var active = p.AddText(tree, v, at, v.CapturedFrom(at), "Advertised active (i.e. not pruned) VLANs");
        for (; v.ReportedFrom(at) > 0; at++)
        {
            for (int bit = 0x80; bit != 0; bit >>= 1, vlan++)
            {
                if ((v.U8(at) & bit) != 0)
                {
                    p.AddUInt(active, Active, v, at, 1, (ulong)vlan);
                }
            }
        }
    }
}
