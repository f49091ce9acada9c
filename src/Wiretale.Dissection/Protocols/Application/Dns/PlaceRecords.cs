using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specifications: RFC 1876 (LOC), 1712 (GPOS), 3123 (APL), draft-bellis-dnsop-xpf (XPF).

/// <summary>Records about places, on the earth and in the network.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class PlaceRecords(Protocol dns)
{
    static readonly ValueNames Families = ValueNames.Of(() => [.. DnsNames.AddressFamilies]);

    readonly Field version = dns.UInt8("dns.loc.version", "Version");
    readonly Field size = dns.UInt8("dns.loc.size", "Size");
    readonly Field horizontal = dns.UInt8("dns.loc.horizontal_precision", "Horizontal Precision");
    readonly Field vertical = dns.UInt8("dns.loc.vertical_precision", "Vertical Precision");
    readonly Field latitude = dns.UInt32("dns.loc.latitude", "Latitude");
    readonly Field longitude = dns.UInt32("dns.loc.longitude", "Longitude");
    readonly Field altitude = dns.UInt32("dns.loc.altitude", "Altitude");
    readonly Field unknown = dns.Bytes("dns.loc.unknown_data", "Unknown data");
    readonly Field longitudeLength = dns.UInt8("dns.gpos.longitude_length", "Longitude length");
    readonly Field longitudeText = dns.String("dns.gpos.longitude", "Longitude");
    readonly Field latitudeLength = dns.UInt8("dns.gpos.latitude_length", "Latitude length");
    readonly Field latitudeText = dns.String("dns.gpos.latitude", "Latitude");
    readonly Field altitudeLength = dns.UInt8("dns.gpos.altitude_length", "Altitude length");
    readonly Field altitudeText = dns.String("dns.gpos.altitude", "Altitude");
    readonly Field family = dns.UInt16("dns.apl.address_family", "Address Family", FieldBase.Dec, Families);
    readonly Field prefix = dns.UInt8("dns.apl.coded_prefix", "Prefix Length");
    readonly Field negation = dns.Flag("dns.apl.negation", "Negation Flag", 8, 0x80, ValueNames.Flag("Yes (!)", "No (0)"));
    readonly Field addressLength = dns.UInt8("dns.apl.afdlength", "Address Length", mask: 0x7f, blurb: "in octets");
    readonly Field address4 = dns.IPv4("dns.apl.afdpart.ipv4", "Address");
    readonly Field address6 = dns.IPv6("dns.apl.afdpart.ipv6", "Address");
    readonly Field addressBytes = dns.Bytes("dns.apl.afdpart.data", "Address");
    readonly Field xpfVersion = dns.UInt16("dns.xpf.ip_version", "IP Version", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Reserved"), (4, "IPv4"), (5, "ST Datagram"), (6, "IPv6"), (7, "TP/IX"), (8, "PIP"), (9, "TUBA")]));
    readonly Field xpfProtocol = dns.UInt8("dns.xpf.protocol", "Protocol", FieldBase.Dec, Internet.IpServices.ProtocolNames);
    readonly Field xpfSource4 = dns.IPv4("dns.xpf.source_ipv4", "IPv4 Source");
    readonly Field xpfDestination4 = dns.IPv4("dns.xpf.destination_ipv4", "IPv4 Destination");
    readonly Field xpfSource6 = dns.IPv6("dns.xpf.source_ipv6", "IPv6 Source");
    readonly Field xpfDestination6 = dns.IPv6("dns.xpf.destination_ipv6", "IPv6 Destination");
    readonly Field xpfSourcePort = dns.UInt16("dns.xpf.sport", "Source port");
    readonly Field xpfDestinationPort = dns.UInt16("dns.xpf.dport", "Destination port");

    /// <summary>Takes a record's data apart; false when its type belongs to others.</summary>
    public bool Dissect(Packet p, in View m, Node node, ushort type, int at, int count)
    {
        switch (type)
        {
            case DnsType.Loc:
                AddLocation(p, m, node, at, count);
                break;
            case DnsType.Gpos:
                at += DnsItems.AddCounted(p, m, node, longitudeLength, longitudeText, at);
                at += DnsItems.AddCounted(p, m, node, latitudeLength, latitudeText, at);
                DnsItems.AddCounted(p, m, node, altitudeLength, altitudeText, at);
                break;
            case DnsType.Apl:
                AddPrefixes(p, m, node, at, at + count);
                break;
            case DnsType.Xpf:
                AddForwarded(p, m, node, at);
                break;
            default:
                return false;
        }

        return true;
    }

    void AddLocation(Packet p, in View m, Node node, int at, int count)
    {
        int number = m.U8(at);
        p.Add(node, version, m, at);
        if (number != 0)
        {
            p.Add(node, unknown, m, at, count);
            return;
        }

        m.Ensure(at, 4);
        AddPrecision(p, m, node, size, at + 1);
        AddPrecision(p, m, node, horizontal, at + 2);
        AddPrecision(p, m, node, vertical, at + 3);
        AddDegrees(p, m, node, latitude, at + 4, 'N', 'S');
        AddDegrees(p, m, node, longitude, at + 8, 'E', 'W');
        long centimetres = (int)m.U32(at + 12) - 10000000L;
        p.Label(p.Add(node, altitude, m, at + 12), $"Altitude: {m.U32(at + 12)} ({centimetres / 100.0:0.######} m)");
    }

    static void AddPrecision(Packet p, in View m, Node node, Field field, int at)
    {
        // RFC 1876 section 2: a digit and a power of ten, in centimetres.
        int value = m.U8(at);
        p.Label(p.Add(node, field, m, at), $"{field.Label}: {value} ({(value >> 4) * Math.Pow(10, value & 15) / 100:0.######} m)");
    }

    static void AddDegrees(Packet p, in View m, Node node, Field field, int at, char positive, char negative)
    {
        // Thousandths of a second of arc around 2^31.
        uint value = m.U32(at);
        long offset = value - 0x80000000L;
        long arc = Math.Abs(offset);
        p.Label(p.Add(node, field, m, at),
            $"{field.Label}: {value} ({arc / 3600000} deg {arc / 60000 % 60} min {arc / 1000 % 60}.{arc % 1000:d3} sec {(offset < 0 ? negative : positive)})");
    }

    void AddPrefixes(Packet p, in View m, Node node, int at, int end)
    {
        Span<byte> room = stackalloc byte[16];
        while (at < end)
        {
            int kind = m.U16(at), length = m.U8(at + 3) & 0x7f;
            p.Add(node, family, m, at);
            p.Add(node, prefix, m, at + 2);
            p.Add(node, negation, m, at + 3);
            p.Add(node, addressLength, m, at + 3);
            at += 4;
            int whole = kind == 1 ? 4 : kind == 2 ? 16 : 0;
            var given = m.Span(at, length);
            if (whole > 0 && length <= whole)
            {
                room.Clear();
                given.CopyTo(room);
                p.AddAddress(node, kind == 1 ? address4 : address6, m, at, length, kind == 1 ? Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(room)) : Address.IPv6(room));
            }
            else if (whole > 0)
            {
                m.ThrowShort(at, int.MaxValue);
            }
            else
            {
                p.Add(node, addressBytes, m, at, length);
            }

            at += length;
        }
    }

    void AddForwarded(Packet p, in View m, Node node, int at)
    {
        int number = m.U8(at);
        p.Add(node, xpfVersion, m, at, 1);
        p.Add(node, xpfProtocol, m, at + 1);
        at += 2;
        if (number is not (4 or 6))
        {
            return;
        }

        int width = number == 4 ? 4 : 16;
        p.Add(node, number == 4 ? xpfSource4 : xpfSource6, m, at);
        p.Add(node, number == 4 ? xpfDestination4 : xpfDestination6, m, at + width);
        p.Add(node, xpfSourcePort, m, at + (2 * width));
        p.Add(node, xpfDestinationPort, m, at + (2 * width) + 2);
    }
}
