using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 4884 section 7 and 8 (structure), RFC 4950 (MPLS label stack), RFC 5837 (interface information), RFC 8335 section 2.1
// (interface identification).
//
//    0       4               16                                    31
//   +-------+---------------+-------------------------------------+
//   |Version|   Reserved    |              Checksum               |
//   +-------+-------+-------+------------------+------------------+
//   |    Length of object   |      Class       |      C-Type      |
//   +-----------------------+------------------+------------------+
//   |    Payload, then more objects ...

/// <summary>The objects that follow the quoted packet of an ICMP error, or stand alone in an extended echo request.</summary>
sealed class IcmpExtensions(Protocol protocol)
{
    const int HeaderLength = 4, ObjectHeaderLength = 4;
    const byte MplsStack = 1, InterfaceInformation = 2, InterfaceIdentification = 3;
    const byte HasIndex = 8, HasAddress = 4, HasName = 2, HasMtu = 1;

    static readonly ValueNames Classes = ValueNames.Of(() => [(MplsStack, "MPLS Label Stack Class"), (InterfaceInformation, "Interface Information Object"),
        (InterfaceIdentification, "Interface Identification Object")]);

    static readonly ValueNames Roles = ValueNames.Of(() => [(0, "IP interface upon which datagram arrived"),
        (1, "sub-IP component of an IP interface upon which datagram arrived"), (2, "IP interface through which datagram would be forwarded"),
        (3, "IP next-hop to which datagram would be forwarded")]);

    static readonly ValueNames Presence = ValueNames.Flag("Present", "Not Present");

    readonly Field branch = protocol.Label("icmp.ext", "ICMP Extensions");
    readonly Field version = protocol.UInt8("icmp.ext.version", "Version");
    readonly Field reserved = protocol.UInt16("icmp.ext.res", "Reserved", FieldBase.Hex, mask: 0x0fff);
    readonly Field checksum = protocol.UInt16("icmp.ext.checksum", "Checksum", FieldBase.Hex);
    readonly Field checksumStatus = protocol.UInt8("icmp.ext.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    readonly Field length = protocol.UInt16("icmp.ext.length", "Length");
    readonly Field objectClass = protocol.UInt8("icmp.ext.class", "Class", FieldBase.Dec, Classes);
    readonly Field objectType = protocol.UInt8("icmp.ext.ctype", "C-Type");
    readonly Field data = protocol.Bytes("icmp.ext.data", "Data");
    readonly Field mplsLabel = protocol.UInt24("icmp.mpls.label", "Label", mask: 0xfffff0);
    readonly Field mplsExperimental = protocol.UInt24("icmp.mpls.exp", "Experimental", mask: 0x0e);
    readonly Field mplsBottom = protocol.Flag("icmp.mpls.s", "Stack bit", 24, 1, ValueNames.SetNotSet);
    readonly Field mplsLife = protocol.UInt8("icmp.mpls.ttl", "Time to live");
    readonly Field mplsData = protocol.Bytes("icmp.mpls.data", "Data");
    readonly Field role = protocol.UInt8("icmp.int_info.role", "Interface Role", FieldBase.Dec, Roles, mask: 0xc0);
    readonly Field roleReserved = protocol.UInt8("icmp.int_info.reserved", "Reserved", mask: 0x30);
    readonly Field hasIndex = protocol.Flag("icmp.int_info.ifindex", "ifIndex", 8, HasIndex,
        blurb: "True: ifIndex of the interface included; False: ifIndex of the interface not included");
    readonly Field hasAddress = protocol.Flag("icmp.int_info.ipaddr", "IP Address", 8, HasAddress, Presence);
    readonly Field hasName = protocol.Flag("icmp.int_info.name_present", "Interface Name", 8, HasName, Presence);
    readonly Field hasMtu = protocol.Flag("icmp.int_info.mtu_present", "MTU", 8, HasMtu, Presence);
    readonly Field index = protocol.UInt32("icmp.int_info.index", "Interface Index");
    readonly Field family = protocol.UInt16("icmp.int_info.afi", "Address Family Identifier", blurb: "Address Family of the interface address");
    readonly Field address4 = protocol.IPv4("icmp.int_info.ipv4", "Source");
    readonly Field address6 = protocol.IPv6("icmp.int_info.ipv6", "Source");
    readonly Field addressUnknown = protocol.Bytes("icmp.int_info.ipunknown", "Source");
    readonly Field nameLength = protocol.UInt8("icmp.int_info.name_length", "Name Length");
    readonly Field name = protocol.String("icmp.int_info.name", "Name");
    readonly Field mtu = protocol.UInt32("icmp.int_info.mtu", "Maximum Transmission Unit");
    readonly Field idName = protocol.String("icmp.int_ident.name", "Name");
    readonly Field idIndex = protocol.UInt32("icmp.int_ident.index", "Interface Index");
    readonly Field idFamily = protocol.UInt16("icmp.int_ident.afi", "Address Family Identifier", FieldBase.Dec, AddressFamilies.Names,
        blurb: "Address Family of the interface address");
    readonly Field idAddressLength = protocol.UInt8("icmp.int_ident.addr_length", "Address Length");
    readonly Field idReserved = protocol.Bytes("icmp.int_ident.reserved", "Reserved");
    readonly Field idAddress4 = protocol.IPv4("icmp.int_ident.ipv4", "Address");
    readonly Field idAddress6 = protocol.IPv6("icmp.int_ident.ipv6", "Address");
    readonly Field idAddress = protocol.Bytes("icmp.int_ident.address", "Address");
    readonly Expert badChecksum = protocol.Expert("icmp.ext.checksum_bad", Severity.Warning, ExpertGroup.Checksum, "Bad checksum");

    /// <summary>Shows the extension structure that <paramref name="v"/> begins with.</summary>
    public void Dissect(Packet p, in View v, Node parent)
    {
        int reportedLength = v.Reported;
        if (reportedLength < HeaderLength)
        {
            return;
        }

        var tree = p.AddUInt(parent, branch, v, 0, reportedLength, 0);
        p.Label(tree, $"ICMP Multi-Part Extensions");
        byte first = v.U8(0);
        p.AddUInt(tree, version, v, 0, 1, (uint)first >> 4);
        p.Add(tree, reserved, v, 0);
        AddChecksum(p, v, tree);
        if (first >> 4 is not (1 or 2))
        {
            p.AppendLabel(tree, " (unsupported version)");
            return;
        }

        for (int at = HeaderLength; v.ReportedFrom(at) >= ObjectHeaderLength;)
        {
            int objectLength = v.U16(at);
            Object(p, v, tree, at, objectLength);
            if (objectLength < ObjectHeaderLength)
            {
                return;
            }

            at += objectLength;
        }
    }

    void AddChecksum(Packet p, in View v, Node tree)
    {
        ushort carried = v.U16(2);
        if (carried == 0)
        {
            var missing = p.Generated(p.Add(tree, checksum, v, 2));
            p.Label(missing, $"Checksum: [missing]");
            p.Generated(p.AddUInt(tree, checksumStatus, v, 2, 0, ChecksumStates.NotPresent));
            return;
        }

        var node = p.Add(tree, checksum, v, 2);
        if (v.Captured < v.Reported)
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, checksumStatus, v, 2, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(v.Bytes);
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            ushort expected = InternetChecksum.Expected(carried, result);
            p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
            p.Expert(node, badChecksum, v, 2, 2, $"Bad checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, checksumStatus, v, 2, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
    }

    void Object(Packet p, in View v, Node parent, int at, int objectLength)
    {
        int there = Math.Min(objectLength, v.ReportedFrom(at));
        bool truncated = objectLength > v.ReportedFrom(at);
        var node = p.AddText(parent, v, at, Math.Max(there, 0), "Unknown object");
        p.Add(node, length, v, at);
        byte kind = v.U8(at + 2);
        p.Add(node, objectClass, v, at + 2);
        byte type = v.U8(at + 3);
        if (objectLength < ObjectHeaderLength)
        {
            p.Label(node, $"Object with bad length");
            return;
        }

        int end = at + there;
        if (kind == InterfaceInformation)
        {
            p.Label(node, $"Interface Information Object{(truncated ? " (truncated)" : "")}");
            Information(p, v, node, at + 3, end, type);
            return;
        }

        var typeNode = p.Add(node, objectType, v, at + 3);
        if (kind == MplsStack && type == 1)
        {
            p.Label(node, $"MPLS Stack Entry{(truncated ? " (truncated)" : "")}");
            Labels(p, v, node, at + ObjectHeaderLength, end);
        }
        else if (kind == InterfaceIdentification)
        {
            p.Label(node, $"Interface Identification Object{(truncated ? " (truncated)" : "")}");
            Identification(p, v, node, typeNode, at + ObjectHeaderLength, end, type);
        }
        else
        {
            p.Label(node, $"Unknown object ({(uint)kind}/{(uint)type}){(truncated ? " (truncated)" : "")}");
            if (kind == MplsStack)
            {
                p.Add(node, objectType, v, at + 3);
            }

            if (end > at + ObjectHeaderLength)
            {
                p.Add(node, data, v, at + ObjectHeaderLength, end - at - ObjectHeaderLength);
            }
        }
    }

    void Labels(Packet p, in View v, Node parent, int at, int end)
    {
        for (; end - at >= 4; at += 4)
        {
            uint entry = v.U32(at);
            var node = p.AddText(parent, v, at, 4, $"Label: {entry >> 12}, Exp: {(entry >> 9) & 7}, S: {(entry >> 8) & 1}, TTL: {entry & 255}");
            Node under = p.WantsTree ? node : parent;
            p.Add(under, mplsLabel, v, at);
            p.Add(under, mplsExperimental, v, at);
            p.Add(under, mplsBottom, v, at, 3);
            p.Add(under, mplsLife, v, at + 3);
        }

        if (end > at)
        {
            p.Add(parent, mplsData, v, at, end - at);
        }
    }

    void Information(Packet p, in View v, Node parent, int at, int end, byte type)
    {
        var flags = p.Add(parent, objectType, v, at);
        p.Label(flags, $"C-Type: {(uint)type}, Interface Role: {Roles.Find((uint)type >> 6)}{((type & HasIndex) != 0 ? ", ifIndex" : "")}{((type & HasAddress) != 0 ? ", IP Address" : "")}{((type & HasName) != 0 ? ", Interface Name" : "")}{((type & HasMtu) != 0 ? ", MTU" : "")}");
        Node under = flags.IsWanted ? flags : parent;
        foreach (var field in (ReadOnlySpan<Field>)[role, roleReserved, hasIndex, hasAddress, hasName, hasMtu])
        {
            p.Add(under, field, v, at, 1);
        }

        at++;
        if ((type & HasIndex) != 0)
        {
            if (end - at < 4)
            {
                v.Part(0, end).ThrowShort(at, 4);
            }

            p.Add(parent, index, v, at);
            at += 4;
        }

        if ((type & HasAddress) != 0)
        {
            ushort kind = v.U16(at);
            int size = kind switch { 1 => 4, 2 => 16, _ => -1 };
            var node = p.AddText(parent, v, at, 4 + Math.Max(size, 0), "IP Address Sub-Object");
            under = p.WantsTree ? node : parent;
            p.Add(under, family, v, at);
            p.Label(p.Add(under, addressUnknown, v, at + 2, 2), $"Reserved: {v.U16(at + 2):x4}");
            if (size < 0)
            {
                // Nothing says how long it is.
                v.Part(0, end).ThrowShort(end, 1);
            }

            p.Add(under, kind == 1 ? address4 : address6, v, at + 4);
            at += 4 + size;
        }

        if ((type & HasName) != 0)
        {
            int size = v.U8(at);
            int text = size == 0 ? end - at - 1 : size - 1;
            v.Part(0, end).Ensure(at + 1, text);
            var node = p.AddText(parent, v, at, text + 1, "Interface Name Sub-Object");
            under = p.WantsTree ? node : parent;
            p.Add(under, nameLength, v, at);
            p.Add(under, name, v, at + 1, text);
            at += text + 1;
        }

        if ((type & HasMtu) != 0)
        {
            p.Add(parent, mtu, v.Part(0, end), at);
        }
    }

    void Identification(Packet p, in View v, Node parent, Node typeNode, int at, int end, byte type)
    {
        switch (type)
        {
            case 1:
                p.AppendLabel(typeNode, " (Identifies Interface By Name)");
                p.Add(parent, idName, v, at, end - at);
                break;
            case 2:
                p.AppendLabel(typeNode, " (Identifies Interface By Index)");
                p.Add(parent, idIndex, v, at);
                break;
            case 3:
                p.AppendLabel(typeNode, " (Identifies Interface By Address)");
                ushort kind = v.U16(at);
                p.Add(parent, idFamily, v, at);
                p.Add(parent, idAddressLength, v, at + 2);
                p.Add(parent, idReserved, v, at + 3, 1);
                at += 4;
                if (kind == 1)
                {
                    p.Add(parent, idAddress4, v, at);
                }
                else if (kind == 2)
                {
                    p.Add(parent, idAddress6, v, at);
                }
                else
                {
                    p.Add(parent, idAddress, v, at, end - at);
                }

                break;
            default:
                p.AppendLabel(typeNode, $" (Unknown C-Type {(uint)type})");
                break;
        }
    }
}
