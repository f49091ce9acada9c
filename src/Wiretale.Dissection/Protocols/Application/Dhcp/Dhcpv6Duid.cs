using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

// Specification: RFC 8415 section 11 (DUID-LLT, DUID-EN, DUID-LL), RFC 6355 (DUID-UUID).

/// <summary>DHCP Unique Identifier: who a client or server is, whatever its addresses.</summary>
sealed class Dhcpv6Duid(Protocol P, Expert malformed)
{
    /// <summary>Seconds from 1970 to 2000, from which DUID times count.</summary>
    const long Epoch = 946684800;

    static readonly ValueNames HardwareNames = ValueNames.Of(() => ArpHardware.Names());
    readonly Field bytes = P.Bytes("dhcpv6.duid.bytes", "DUID");
    readonly Field type = P.UInt16("dhcpv6.duid.type", "DUID Type", names: ValueNames.Of(() => [
        (1, "link-layer address plus time"), (2, "assigned by vendor based on Enterprise number"), (3, "link-layer address"),
        (4, "Universally Unique IDentifier (UUID)")]));
    readonly Field timedHardware = P.UInt16("dhcpv6.duidllt.hwtype", "Hardware type", names: HardwareNames);
    readonly Field time = P.AbsoluteTime("dhcpv6.duidllt.time", "DUID Time", FieldBase.Local);
    readonly Field timedAddress = P.String("dhcpv6.duidllt.link_layer_addr", "Link-layer address");
    readonly Field enterprise = P.UInt32("dhcpv6.duiden.enterprise", "Enterprise ID", names: DhcpEnterprises.Names);
    readonly Field identifier = P.Bytes("dhcpv6.duiden.identifier", "Identifier");
    readonly Field hardware = P.UInt16("dhcpv6.duidll.hwtype", "Hardware type", names: HardwareNames);
    readonly Field address = P.String("dhcpv6.duidll.link_layer_addr", "Link-layer address");
    readonly Field uuid = P.Bytes("dhcpv6.duiduuid.bytes", "UUID");

    /// <summary>Adds a DUID; the client's is named in the column.</summary>
    public void Add(Packet p, in View v, Node node, int size, bool isClient)
    {
        if (isClient && size > 0)
        {
            p.Scratch.Clear();
            p.Scratch.AppendHex(v.Span(0, size));
            p.Info.Append($"CID: {p.Scratch.Bytes} ");
        }

        if (size < 2)
        {
            p.Expert(node, malformed, v, 0, size, $"DUID: malformed option");
            return;
        }

        ushort kind = v.U16(0);
        p.Add(node, bytes, v, 0, size);
        p.Add(node, type, v, 0);
        switch (kind)
        {
            case 1 when size >= 8:
                p.Add(node, timedHardware, v, 2);
                p.AddTime(node, time, v, 4, 4, new(Epoch + v.U32(4), 0));
                Link(p, v, node, timedAddress, v.U16(2), 8, size - 8);
                break;
            case 2 when size >= 6:
                p.Add(node, enterprise, v, 2);
                if (size > 6)
                {
                    p.Add(node, identifier, v, 6, size - 6);
                }

                break;
            case 3 when size >= 4:
                p.Add(node, hardware, v, 2);
                Link(p, v, node, address, v.U16(2), 4, size - 4);
                break;
            case 4 when size == 18:
                p.Add(node, uuid, v, 2, 16);
                break;
            case >= 1 and <= 4:
                p.Expert(node, malformed, v, 0, size, $"DUID: malformed option");
                break;
            default:
                break;
        }
    }

    /// <summary>Adds bytes as text in hexadecimal.</summary>
    public static void Hex(Packet p, in View v, Node node, Field field, int at, int size, byte separator = 0)
    {
        v.Ensure(at, size);
        if (p.Wants(field))
        {
            p.Scratch.Clear();
            p.Scratch.AppendHex(v.Span(at, size), separator);
            p.AddString(node, field, v, at, size, p.Scratch.Bytes);
        }
    }

    static void Link(Packet p, in View v, Node node, Field field, ushort kind, int at, int size)
    {
        if (size > 0)
        {
            Hex(p, v, node, field, at, size, kind is ArpHardware.Ethernet or ArpHardware.Ieee802 && size == 6 ? (byte)':' : (byte)0);
        }
    }
}

/// <summary>Domain names as DHCPv6 has them: labels without compression (RFC 8415 section 10), each followed by a dot.</summary>
static class Dhcpv6Name
{
    /// <summary>Adds every name of a field; what is left without its end is a partial name.</summary>
    public static void AddAll(Packet p, in View v, Node node, Field field, int at, int size)
    {
        v.Ensure(at, size);
        for (int end = at + size; at < end;)
        {
            int start = at;
            p.Scratch.Clear();
            while (at < end)
            {
                int count = v.U8(at);
                if (count > end - at - 1)
                {
                    p.Info.Append(" [DOMAIN FIELD LEN EXCEEDED]"u8);
                    count = end - at - 1;
                }

                at++;
                if (count == 0)
                {
                    break;
                }

                p.Scratch.Append(v.Span(at, count));
                p.Scratch.Append('.');
                at += count;
            }

            p.AddString(node, field, v, start, at - start, p.Scratch.Bytes);
        }
    }
}
