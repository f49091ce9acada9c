using System.Buffers.Binary;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

/// <summary>The client identifier (RFC 2132 section 9.14; RFC 4361, as an IAID and a DUID) and the machine's UUID (RFC 4578).</summary>
sealed class DhcpClientId(Protocol P, ValueNames hardwareNames, Field hardwareType, Field mac)
{
    /// <summary>Hardware types from here on stand for something else.</summary>
    const byte LastHardware = 47;

    const byte IsDuid = 255;

    readonly Field uuid = P.Field(FieldType.Guid, "dhcp.client_id.uuid", "Client Identifier (UUID)");
    readonly Field hardwareAddress = P.String("dhcp.client_hardware_address", "Client hardware address");
    readonly Field iaid = P.String("dhcp.client_id.iaid", "IAID");
    readonly Field duidType = P.UInt16("dhcp.client_id.duid_type", "DUID Type", names: ValueNames.Of(() => [
        (1, "link-layer address plus time"), (2, "assigned by vendor based on Enterprise number"), (3, "link-layer address")]));
    readonly Field timedHardware = P.UInt16("dhcp.client_id.duid_llt_hw_type", "Hardware type", names: hardwareNames);
    readonly Field plainHardware = P.UInt16("dhcp.client_id.duid_ll_hw_type", "Hardware type", names: hardwareNames);
    readonly Field time = P.UInt32("dhcp.client_id.time", "Time");
    readonly Field linkAddress = P.String("dhcp.client_id.link_layer_address", "Link layer address");
    readonly Field enterprise = P.UInt32("dhcp.client_id.enterprise_num", "Enterprise-number", names: DhcpEnterprises.Names);
    readonly Field identifier = P.Bytes("dhcp.client_id", "Identifier");
    readonly Field type = P.UInt8("dhcp.client_id.type", "Type");
    readonly Field text = P.String("dhcp.client_id.undef", "Client Identifier");
    readonly Expert badDuid = P.Expert("dhcp.malformed.duid", Severity.Error, ExpertGroup.Protocol, "DUID: malformed option");

    /// <summary>Adds the identifier.</summary>
    public void Add(Packet p, in View v, Node node, int at, int size)
    {
        byte first = v.U8(at);
        if (size == 7 && first is > 0 and <= LastHardware)
        {
            p.Add(node, hardwareType, v, at);
            if (first is (byte)ArpHardware.Ethernet or (byte)ArpHardware.Ieee802)
            {
                p.Add(node, mac, v, at + 1);
            }
            else
            {
                Hex(p, v, node, hardwareAddress, at + 1, 6, 0);
            }
        }
        else if (size == 17 && first == 0)
        {
            AddUuid(p, v, node, at, size);
        }
        else if (first == IsDuid && size > 7)
        {
            Duid(p, v, node, at, size);
        }
        else if (first == 0 && size > 1)
        {
            p.Add(node, type, v, at);
            p.AddString(node, text, v, at + 1, size - 1, TextEncoding.Ascii);
        }
    }

    /// <summary>Adds a UUID behind its type: the first three parts stand little end first, as PXE clients send them.</summary>
    public void AddUuid(Packet p, in View v, Node node, int at, int size)
    {
        if (size != 17 || v.U8(at) != 0 || !p.Wants(uuid))
        {
            return;
        }

        Span<byte> ordered = stackalloc byte[16];
        v.Span(at + 1, 16).CopyTo(ordered);
        BinaryPrimitives.WriteUInt32BigEndian(ordered, v.U32LE(at + 1));
        BinaryPrimitives.WriteUInt16BigEndian(ordered[4..], v.U16LE(at + 5));
        BinaryPrimitives.WriteUInt16BigEndian(ordered[6..], v.U16LE(at + 7));
        p.AddBytes(node, uuid, v, at + 1, 16, ordered);
    }

    void Duid(Packet p, in View v, Node node, int at, int size)
    {
        Hex(p, v, node, iaid, at + 1, 4, 0);
        ushort kind = v.U16(at + 5);
        p.Add(node, duidType, v, at + 5);
        int rest = at + size;
        at += 7;
        switch (kind)
        {
            case 1 when rest - at >= 6:
                p.AddAll(node, v, at, timedHardware, time);
                Link(p, v, node, v.U16(at), at + 6, rest - at - 6);
                break;
            case 2 when rest - at >= 4:
                p.Add(node, enterprise, v, at);
                p.Add(node, identifier, v, at + 4, rest - at - 4);
                break;
            case 3 when rest - at >= 2:
                p.Add(node, plainHardware, v, at);
                Link(p, v, node, v.U16(at), at + 2, rest - at - 2);
                break;
            case 1 or 2 or 3:
                p.Expert(node, badDuid, v, at, rest - at);
                break;
            default:
                break;
        }
    }

    void Link(Packet p, in View v, Node node, ushort hardware, int at, int size)
    {
        if (size > 0)
        {
            Hex(p, v, node, linkAddress, at, size, hardware is ArpHardware.Ethernet or ArpHardware.Ieee802 && size == 6 ? (byte)':' : (byte)0);
        }
    }

    static void Hex(Packet p, in View v, Node node, Field field, int at, int size, byte separator)
    {
        v.Ensure(at, size);
        if (p.Wants(field))
        {
            p.Scratch.Clear();
            p.Scratch.AppendHex(v.Span(at, size), separator);
            p.AddString(node, field, v, at, size, p.Scratch.Bytes);
        }
    }
}
