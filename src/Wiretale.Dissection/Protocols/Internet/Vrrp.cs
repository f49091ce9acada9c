using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 3768 (version 2), RFC 5798 (version 3).
//
//    0               1               2               3               4
//   +-------+-------+---------------+---------------+---------------+
//   |Version| Type  | Router ID     | Priority      | Addresses     |
//   +-------+-------+---------------+---------------+---------------+
//   | 2: authentication, interval   | Checksum                      |  3: interval (12 bits)
//   +-------------------------------+-------------------------------+
//   | Addresses ... | 2: authentication data (8)

/// <summary>Virtual Router Redundancy Protocol.</summary>
public sealed class Vrrp() : Dissector("vrrp")
{
    const int PasswordType = 1, DigestType = 254;

    static readonly Protocol P = new("Virtual Router Redundancy Protocol", "VRRP", "vrrp");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "Advertisement")]);
    static readonly Field VersionAndType = P.UInt8("vrrp.typever", "VRRP message version and type", blurb: "VRRP version and type");
    static readonly Field Version = P.UInt8("vrrp.version", "VRRP protocol version", mask: 0xf0, blurb: "VRRP version");
    static readonly Field Type = P.UInt8("vrrp.type", "VRRP packet type", FieldBase.Dec, Types, mask: 0x0f, blurb: "VRRP type");
    static readonly Field RouterId = P.UInt8("vrrp.virt_rtr_id", "Virtual Rtr ID", blurb: "Virtual router this packet is reporting status for");
    static readonly Field Priority = P.UInt8("vrrp.prio", "Priority", blurb: "Sending VRRP router's priority for the virtual router");
    static readonly Field Count = P.UInt8("vrrp.addr_count", "Addr Count", blurb: "The number of addresses contained in this VRRP advertisement");
    static readonly Field AuthenticationType = P.UInt8("vrrp.auth_type", "Auth Type", FieldBase.Dec, ValueNames.Of(() => [
        (0, "No Authentication"), (1, "Simple Text Authentication [RFC 2338] / Reserved [RFC 3768]"), (2, "IP Authentication Header [RFC 2338] / Reserved [RFC 3768]"),
        (254, "Cisco VRRP MD5 authentication")]), blurb: "The authentication method being utilized");
    static readonly Field Interval = P.UInt8("vrrp.adver_int", "Adver Int", blurb: "Time interval (in seconds) between ADVERTISEMENTS");
    static readonly Field Reserved = P.UInt8("vrrp.reserved_mbz", "Reserved", mask: 0xf0, blurb: "Must be zero");
    static readonly Field ShortInterval = P.UInt16("vrrp.short_adver_int", "Adver Int", mask: 0x0fff, blurb: "Time interval (in centiseconds) between ADVERTISEMENTS");
    static readonly Field Checksum = P.UInt16("vrrp.checksum", "Checksum", FieldBase.Hex, blurb: "Used to detect data corruption in the VRRP message");
    static readonly Field ChecksumStatus = P.UInt8("vrrp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Expert BadChecksum = P.Expert("vrrp.checksum_bad.expert", Severity.Warning, ExpertGroup.Checksum, "Bad checksum");
    static readonly Field AddressV4 = P.IPv4("vrrp.ip_addr", "IP Address", "IP address associated with the virtual router");
    static readonly Field AddressV6 = P.IPv6("vrrp.ipv6_addr", "IPv6 Address", "IPv6 address associated with the virtual router");
    static readonly Field Password = P.String("vrrp.auth_string", "Authentication String");
    static readonly Field Digest = P.Bytes("vrrp.md5_auth_data", "MD5 Authentication Data", blurb: "MD5 digest string is contained.");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Vrrp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("VRRP");
        p.Info.Clear();
        int version = v.U8(0) >> 4, type = v.U8(0) & 0x0f;
        p.Info.Set($"Announcement (v{version})");
        var tree = p.Open(P, v, parent);
        var head = p.Add(tree, VersionAndType, v, 0);
        p.Label(head, $"Version {version}, Packet type {type} ({Types.FindOr((ulong)type, "Unknown")})");
        p.Add(head, Version, v, 0);
        p.Add(head, Type, v, 0);
        p.Add(tree, RouterId, v, 1);
        int priority = v.U8(2);
        p.Label(p.Add(tree, Priority, v, 2), $"Priority: {priority} ({NameOf(priority)})");
        int count = v.U8(3), authentication = v.U8(4);
        p.Add(tree, Count, v, 3);
        if (version == 3)
        {
            p.Add(tree, Reserved, v, 4);
            p.Add(tree, ShortInterval, v, 4);
        }
        else
        {
            p.AddAll(tree, v, 4, AuthenticationType, Interval);
        }

        AddChecksum(p, v, tree, version);
        bool six = p.NetworkSource.Kind == AddressKind.IPv6;
        int at = 8;
        for (int i = 0; i < count; i++)
        {
            p.Add(tree, six ? AddressV6 : AddressV4, v, at);
            at += six ? 16 : 4;
        }

        if (version != 3 && authentication == PasswordType)
        {
            p.Add(tree, Password, v, at, 8);
        }
        else if (version != 3 && authentication == DigestType)
        {
            p.Add(tree, Digest, v, at, 16);
        }

        return Math.Max(1, v.Reported);
    }

    static string NameOf(int priority) => priority switch
    {
        0 => "Current Master has stopped participating in VRRP",
        100 => "Default priority for a backup VRRP router",
        255 => "This VRRP router owns the virtual router's IP address(es)",
        _ => "Non-default backup priority",
    };

    static void AddChecksum(Packet p, in View v, Node tree, int version)
    {
        ushort carried = v.U16(6);
        var node = p.Add(tree, Checksum, v, 6);
        if (p.IsFragment || v.Captured < v.Reported)
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = version == 3
            ? InternetChecksum.Of(p.NetworkSource, p.NetworkDestination, IpProtocol.Vrrp, (uint)v.Reported, v.Span(0, v.Reported))
            : InternetChecksum.Of(v.Span(0, v.Reported));
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, ChecksumStates.Good));
            return;
        }

        ushort expected = InternetChecksum.Expected(carried, result);
        p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
        p.Expert(node, BadChecksum, v, 6, 2, $"Bad checksum [should be 0x{expected:x4}]");
        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, ChecksumStates.Bad));
    }
}
