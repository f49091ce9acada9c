using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 6891, section 6.1; options RFC 5001 (NSID), 6975 (DAU, DHU, N3U), 7871 (client subnet), 7314 (EXPIRE), 7873 (COOKIE),
// 7828 (keepalive), 7830 (padding), 7901 (CHAIN), 8914 (extended errors).
//
//   +------+-----------+-----------+---------------+---------+----+--------+-----------------------------+
//   | root | OPT (41)  | UDP size  | RCODE's upper | version | DO | length | { code, length, data } ...  |
//   +------+-----------+-----------+---------------+---------+----+--------+-----------------------------+

/// <summary>The OPT record, which extends the header rather than being a record of a zone.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class EdnsRecord(Protocol dns)
{
    static readonly ValueNames Options = ValueNames.Of(() => [.. DnsNames.Options]);

    readonly Field payloadSize = dns.UInt16("dns.rr.udp_payload_size", "UDP payload size");
    readonly Field payloadSizeMdns = dns.UInt16("dns.rr.udp_payload_size", "UDP payload size", FieldBase.Hex, mask: 0x7fff);
    readonly Field upperCode = dns.UInt8("dns.resp.ext_rcode", "Higher bits in extended RCODE", FieldBase.Hex);
    readonly Field version = dns.UInt8("dns.resp.edns0_version", "EDNS0 version");
    readonly Field flags = dns.UInt16("dns.resp.z", "Z", FieldBase.Hex);
    readonly Field dnssecOk = dns.Flag("dns.resp.z.do", "DO bit", 16, 0x8000, ValueNames.Flag("Accepts DNSSEC security RRs", "Cannot handle DNSSEC security RRs"), "DNSSEC OK");
    readonly Field reserved = dns.UInt16("dns.resp.z.reserved", "Reserved", FieldBase.Hex, mask: 0x7fff);
    readonly Field option = dns.Label("dns.opt", "Option");
    readonly Field code = dns.UInt16("dns.opt.code", "Option Code", FieldBase.Dec, Options);
    readonly Field length = dns.UInt16("dns.opt.len", "Option Length");
    readonly Field data = dns.Bytes("dns.opt.data", "Option Data");
    readonly Field dau = dns.UInt8("dns.opt.dau", "DAU", FieldBase.Dec, DnsItems.Algorithms, blurb: "DNSSEC Algorithm Understood");
    readonly Field dhu = dns.UInt8("dns.opt.dhu", "DHU", FieldBase.Dec, ValueNames.Of(() => [.. DnsNames.Digests]), blurb: "DS Hash Understood");
    readonly Field n3u = dns.UInt8("dns.opt.n3u", "N3U", FieldBase.Dec, ValueNames.Of(() => [.. DnsNames.Hashes]), blurb: "NSEC3 Hash Understood");
    readonly Field family = dns.UInt16("dns.opt.client.family", "Family", FieldBase.Dec, ValueNames.Of(() => [.. DnsNames.AddressFamilies]));
    readonly Field sourceMask = dns.UInt8("dns.opt.client.netmask", "Source Netmask");
    readonly Field scopeMask = dns.UInt8("dns.opt.client.scope", "Scope Netmask");
    readonly Field subnet = dns.Bytes("dns.opt.client.addr", "Client Subnet");
    readonly Field subnet4 = dns.IPv4("dns.opt.client.addr4", "Client Subnet");
    readonly Field subnet6 = dns.IPv6("dns.opt.client.addr6", "Client Subnet");
    readonly Field clientCookie = dns.Bytes("dns.opt.cookie.client", "Client Cookie");
    readonly Field serverCookie = dns.Bytes("dns.opt.cookie.server", "Server Cookie");
    readonly Field timeout = dns.UInt16("dns.opt.edns_tcp_keepalive.timeout", "Timeout", blurb: "an idle timeout value for the TCP connection, specified in units of 100 milliseconds");
    readonly Field padding = dns.Bytes("dns.opt.padding", "Padding", blurb: "The PADDING octets SHOULD be set to 0x00");
    readonly Field chain = dns.String("dns.opt.chain.fqdn", "Closest Trust Point", "A variable length Fully Qualified Domain Name (FQDN) in DNS wire format of the requested start point of the chain");
    readonly Field infoCode = dns.UInt16("dns.opt.ext_error.info_code", "Info Code", FieldBase.Dec, ValueNames.Ranges(() => [.. DnsNames.ExtendedErrors]));
    readonly Field extraText = dns.String("dns.opt.ext_error.extra_text", "Extra Text");
    readonly Expert badLength = dns.Expert("dns.rr.opt.bad_length", Severity.Error, ExpertGroup.Malformed, "Length too long for any type of IP address.");
    readonly Expert deprecated = dns.Expert("dns.depr.opc", Severity.Warning, ExpertGroup.Protocol, "Deprecated opcode");

    /// <summary>What stands in place of class and time to live.</summary>
    /// <param name="cacheFlush">mDNS's flag in the class, or null outside of it.</param>
    public void AddHead(Packet p, in View m, Node node, int at, Field? cacheFlush)
    {
        p.Add(node, cacheFlush is null ? payloadSize : payloadSizeMdns, m, at);
        if (cacheFlush is not null)
        {
            p.Add(node, cacheFlush, m, at);
        }

        p.Add(node, upperCode, m, at + 2);
        p.Add(node, version, m, at + 3);
        var z = p.Add(node, flags, m, at + 4);
        p.Add(z, dnssecOk, m, at + 4);
        p.Add(z, reserved, m, at + 4);
    }

    /// <summary>The options.</summary>
    public void DissectOptions(Packet p, in View m, Node node, int at, int end)
    {
        while (at < end)
        {
            int number = m.U16(at), size = m.U16(at + 2);
            var item = p.Add(node, option, m, at, Math.Min(4 + size, m.CapturedFrom(at)));
            if (Options.Find((uint)number) is { } name)
            {
                p.Label(item, $"Option: {name}");
            }
            else
            {
                p.Label(item, $"Option: Unknown ({number})");
            }

            var parent = item.IsWanted ? item : node;
            var codeNode = p.Add(parent, code, m, at);
            var lengthNode = p.Add(parent, length, m, at + 2);
            at += 4;
            p.Add(parent, data, m, at, size);
            AddOption(p, m, parent, codeNode, lengthNode, number, at, size);
            at += size;
        }
    }

    void AddOption(Packet p, in View m, Node parent, Node codeNode, Node lengthNode, int number, int at, int size)
    {
        switch (number)
        {
            case 5 or 6 or 7:
                for (int i = 0; i < size; i++)
                {
                    p.Add(parent, number == 5 ? dau : number == 6 ? dhu : n3u, m, at + i);
                }

                break;
            case 8 or 20730:
                if (number == 20730)
                {
                    p.Expert(codeNode, deprecated, m, at - 4, 2, $"Deprecated opcode. Client subnet OPT assigned as 8.");
                }

                AddSubnet(p, m, parent, lengthNode, at, size);
                break;
            case 10:
                p.Add(parent, clientCookie, m, at, 8);
                p.Add(parent, serverCookie, m, at + 8, Math.Max(0, size - 8));
                break;
            case 11 when size == 2:
                p.Add(parent, timeout, m, at);
                break;
            case 12:
                p.Add(parent, padding, m, at, size);
                break;
            case 13 when size > 0:
                p.Add(parent, chain, m, at, size);
                break;
            case 15 when size >= 2:
                p.Add(parent, infoCode, m, at);
                if (size > 2)
                {
                    p.AddString(parent, extraText, m, at + 2, size - 2, TextEncoding.Utf8);
                }

                break;
            default:
                break;
        }
    }

    void AddSubnet(Packet p, in View m, Node parent, Node lengthNode, int at, int size)
    {
        int kind = m.U16(at);
        p.Add(parent, family, m, at);
        p.Add(parent, sourceMask, m, at + 2);
        p.Add(parent, scopeMask, m, at + 3);
        int given = size - 4;
        if (given > 16)
        {
            p.Expert(lengthNode, badLength, m, at - 2, 2);
            given = 16;
        }

        if (given < 0)
        {
            m.ThrowShort(at, int.MaxValue);
        }

        Span<byte> room = stackalloc byte[16];
        room.Clear();
        m.Span(at + 4, given).CopyTo(room);
        switch (kind)
        {
            case 1:
                p.AddAddress(parent, subnet4, m, at + 4, size - 4, Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(room)));
                break;
            case 2:
                p.AddAddress(parent, subnet6, m, at + 4, size - 4, Address.IPv6(room));
                break;
            default:
                p.Add(parent, subnet, m, at + 4, size - 4);
                break;
        }
    }
}
