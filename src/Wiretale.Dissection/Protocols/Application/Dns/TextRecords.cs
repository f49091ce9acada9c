using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specifications: RFC 1035 section 3.3 (HINFO, NULL, TXT); RFC 7208 (SPF), 1183 (X25, ISDN), 8659 (CAA), 7929 (OPENPGPKEY), 4701 (DHCID).

/// <summary>Records of text, and of bytes that only their user understands.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class TextRecords(Protocol dns)
{
    readonly Field textLength = dns.UInt8("dns.txt.length", "TXT Length");
    readonly Field text = dns.String("dns.txt", "TXT");
    readonly Field spfLength = dns.UInt8("dns.spf.length", "SPF Length");
    readonly Field spf = dns.String("dns.spf", "SPF");
    readonly Field cpuLength = dns.UInt8("dns.hinfo.cpu_length", "CPU Length");
    readonly Field cpu = dns.String("dns.hinfo.cpu", "CPU");
    readonly Field osLength = dns.UInt8("dns.hinfo.os_length", "OS Length");
    readonly Field os = dns.String("dns.hinfo.os", "OS");
    readonly Field x25Length = dns.UInt8("dns.x25.length", "Length");
    readonly Field x25 = dns.String("dns.x25.psdn_address", "PSDN-Address");
    readonly Field isdnLength = dns.UInt8("dns.idsn.length", "Length");
    readonly Field isdn = dns.String("dns.idsn.address", "ISDN Address");
    readonly Field subAddressLength = dns.UInt8("dns.idsn.sa.length", "Length");
    readonly Field subAddress = dns.String("dns.idsn.sa.address", "Sub Address");
    readonly Field nullData = dns.Bytes("dns.null", "Null (data)");
    readonly Field openPgp = dns.String("dns.openpgpkey", "OpenPGP Key");
    readonly Field dhcid = dns.Bytes("dns.dhcid.rdata", "DHCID Data");
    readonly Field caaFlags = dns.UInt8("dns.caa.flags", "CAA Flags", FieldBase.Hex);
    readonly Field caaCritical = dns.Flag("dns.caa.flags.issuer_critical", "Issuer Critical", 8, 0x80, ValueNames.Flag("Critical", "Not critical"), "Other CAs must not issue certificates");
    readonly Field caaIssue = dns.String("dns.caa.issue", "Issue", "CA which is allowed to issue certificates");
    readonly Field caaIssueWild = dns.String("dns.caa.issuewild", "Issue Wildcard", "CA which is allowed to issue wildcard certificates");
    readonly Field caaReport = dns.String("dns.caa.iodef", "Report URL", "URL or email address for certificate issue requests and violation reports");
    readonly Field caaUnknown = dns.String("dns.caa.unknown", "Unknown tag");
    readonly Field caaTagLength = dns.UInt8("dns.caa.tag_length", "Tag length");
    readonly Field caaTag = dns.String("dns.caa.tag", "Tag");
    readonly Field caaValue = dns.String("dns.caa.value", "Value");

    /// <summary>Takes a record's data apart; false when its type belongs to others.</summary>
    public bool Dissect(Packet p, in View m, Node node, ushort type, int at, int size)
    {
        switch (type)
        {
            case DnsType.Txt:
                AddStrings(p, m, node, textLength, text, at, at + size);
                break;
            case DnsType.Spf:
                AddStrings(p, m, node, spfLength, spf, at, at + size);
                break;
            case DnsType.Hinfo:
                AddHost(p, m, node, at);
                break;
            case DnsType.X25:
                DnsItems.AddCounted(p, m, node, x25Length, x25, at);
                break;
            case DnsType.Isdn:
                int taken = DnsItems.AddCounted(p, m, node, isdnLength, isdn, at);
                if (taken < size)
                {
                    DnsItems.AddCounted(p, m, node, subAddressLength, subAddress, at + taken);
                }

                break;
            case DnsType.Null:
                p.Add(node, nullData, m, at, size);
                break;
            case DnsType.OpenPgpKey:
                p.Add(node, openPgp, m, at, size);
                break;
            case DnsType.Dhcid:
                p.Add(node, dhcid, m, at, size);
                break;
            case DnsType.Caa:
                AddAuthorization(p, m, node, at, size);
                break;
            default:
                return false;
        }

        return true;
    }

    static void AddStrings(Packet p, in View m, Node node, Field length, Field text, int at, int end)
    {
        while (at != end)
        {
            at += DnsItems.AddCounted(p, m, node, length, text, at);
        }
    }

    void AddHost(Packet p, in View m, Node node, int at)
    {
        int first = m.U8(at), second = m.U8(at + 1 + first);
        m.Ensure(at, 2 + first + second);
        AppendDecoded(p, m, at + 1, first);
        AppendDecoded(p, m, at + 2 + first, second);
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            TextDecoder.Decode(m.Span(at + 1, first), TextEncoding.Ascii, p.Scratch);
            p.AppendLabel(node, $", CPU {UntilNul(p.Scratch.Bytes)}");
            p.Scratch.Clear();
            TextDecoder.Decode(m.Span(at + 2 + first, second), TextEncoding.Ascii, p.Scratch);
            p.AppendLabel(node, $", OS {UntilNul(p.Scratch.Bytes)}");
        }

        at += DnsItems.AddCounted(p, m, node, cpuLength, cpu, at);
        DnsItems.AddCounted(p, m, node, osLength, os, at);
    }

    static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;

    static void AppendDecoded(Packet p, in View m, int at, int count)
    {
        if (p.WantsColumns)
        {
            p.Scratch.Clear();
            TextDecoder.Decode(m.Span(at, count), TextEncoding.Ascii, p.Scratch);
            p.Info.Append(" "u8);
            p.Info.Append(UntilNul(p.Scratch.Bytes));
        }
    }

    void AddAuthorization(Packet p, in View m, Node node, int at, int size)
    {
        int tag = m.U8(at + 1), value = size - 2 - tag;
        var flags = p.Add(node, caaFlags, m, at);
        p.Add(flags, caaCritical, m, at);
        m.Ensure(at + 2, tag);
        var name = m.Span(at + 2, tag);
        var field = name.SequenceEqual("issue"u8) ? caaIssue : name.SequenceEqual("issuewild"u8) ? caaIssueWild
            : name.SequenceEqual("iodef"u8) ? caaReport : caaUnknown;
        if (value < 0)
        {
            m.ThrowShort(at, int.MaxValue);
        }

        var item = p.Add(node, field, m, at + 2 + tag, value);
        p.Add(item, caaTagLength, m, at + 1);
        p.Add(item, caaTag, m, at + 2, tag);
        p.Add(item, caaValue, m, at + 2 + tag, value);
    }
}
