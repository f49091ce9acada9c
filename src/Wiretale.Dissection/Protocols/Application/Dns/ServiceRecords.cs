using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specifications: RFC 2782 (SRV), 3403 (NAPTR), 9460 (SVCB, HTTPS); WINS records: [MS-WINSRA].

/// <summary>Records that lead to a service.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class ServiceRecords(Protocol dns)
{
    const int PortKey = 3;

    static readonly ValueNames Keys = ValueNames.Of(() => [.. DnsNames.ServiceKeys]);

    readonly Field service = dns.String("dns.srv.service", "Service", "Desired service");
    readonly Field protocol = dns.String("dns.srv.proto", "Protocol", "Desired protocol");
    readonly Field domain = dns.String("dns.srv.name", "Name", "Domain this resource record refers to");
    readonly Field priority = dns.UInt16("dns.srv.priority", "Priority");
    readonly Field weight = dns.UInt16("dns.srv.weight", "Weight");
    readonly Field port = dns.UInt16("dns.srv.port", "Port");
    readonly Field target = dns.String("dns.srv.target", "Target");
    readonly Field order = dns.UInt16("dns.naptr.order", "Order");
    readonly Field preference = dns.UInt16("dns.naptr.preference", "Preference");
    readonly Field flagsLength = dns.UInt8("dns.naptr.flags_length", "Flags Length");
    readonly Field flags = dns.String("dns.naptr.flags", "Flags");
    readonly Field serviceLength = dns.UInt8("dns.naptr.service_length", "Service Length");
    readonly Field naptrService = dns.String("dns.naptr.service", "Service");
    readonly Field regexLength = dns.UInt8("dns.naptr.regex_length", "Regex Length");
    readonly Field regex = dns.String("dns.naptr.regex", "Regex");
    readonly Field replacementLength = dns.UInt8("dns.naptr.replacement_length", "Replacement Length");
    readonly Field replacement = dns.String("dns.naptr.replacement", "Replacement");
    readonly Field bindingPriority = dns.UInt16("dns.svcb.svcpriority", "SvcPriority");
    readonly Field bindingTarget = dns.String("dns.svcb.targetname", "TargetName");
    readonly Field parameter = dns.Label("dns.svcb.svcparam", "SvcParam");
    readonly Field parameterKey = dns.UInt16("dns.svcb.svcparam.key", "SvcParamKey", FieldBase.Dec, Keys);
    readonly Field parameterLength = dns.UInt16("dns.svcb.svcparam.value.length", "SvcParamValue length");
    readonly Field parameterValue = dns.Bytes("dns.svcb.svcparam.value", "SvcParamValue");
    readonly Field mandatory = dns.UInt16("dns.svcb.svcparam.mandatory.key", "Mandatory key", FieldBase.Dec, Keys, blurb: "Mandatory keys in this RR");
    readonly Field alpnLength = dns.UInt8("dns.svcb.svcparam.alpn.length", "ALPN length");
    readonly Field alpn = dns.String("dns.svcb.svcparam.alpn", "ALPN", "Additional supported protocols");
    readonly Field bindingPort = dns.UInt16("dns.svcb.svcparam.port", "Port", blurb: "Port for alternative endpoint");
    readonly Field hint4 = dns.IPv4("dns.svcb.svcparam.ipv4hint.ip", "IP", "IPv4 address hints");
    readonly Field hint6 = dns.IPv6("dns.svcb.svcparam.ipv6hint.ip", "IP", "IPv6 address hints");
    readonly Field echConfig = dns.Bytes("dns.svcb.svcparam.echconfig", "ECHConfig", blurb: "Encrypted ClientHello (ECH) infos");
    readonly Field odohConfig = dns.Bytes("dns.svcb.svcparam.odohconfig", "ODoHConfig", blurb: "Oblivious DoH keys");
    readonly Field winsLocal = dns.Flag("dns.wins.local_flag", "Local Flag", 32, 0x1);
    readonly Field winsLookup = dns.UInt32("dns.wins.lookup_timeout", "Lookup timeout", blurb: "In seconds");
    readonly Field winsCache = dns.UInt32("dns.wins.cache_timeout", "Cache timeout", blurb: "In seconds");
    readonly Field winsCount = dns.UInt32("dns.wins.nb_wins_servers", "Number of WINS servers");
    readonly Field winsServer = dns.IPv4("dns.wins.wins_server", "WINS Server Address");
    readonly Field winsrLocal = dns.Flag("dns.winsr.local_flag", "Local Flag", 32, 0x1);
    readonly Field winsrLookup = dns.UInt32("dns.winsr.lookup_timeout", "Lookup timeout", blurb: "In seconds");
    readonly Field winsrCache = dns.UInt32("dns.winsr.cache_timeout", "Cache timeout", blurb: "In seconds");
    readonly Field winsrDomain = dns.String("dns.winsr.name_result_domain", "Name Result Domain");

    /// <summary>Takes a record's data apart; false when its type belongs to others.</summary>
    public bool Dissect(Packet p, in View m, Node node, ushort type, int at, int size)
    {
        switch (type)
        {
            case DnsType.Srv:
                AddService(p, m, node, at);
                break;
            case DnsType.Naptr:
                AddPointer(p, m, node, at);
                break;
            case DnsType.Svcb or DnsType.Https:
                AddBinding(p, m, node, at, at + size);
                break;
            case DnsType.Wins:
                AddWins(p, m, node, at, at + size);
                break;
            case DnsType.WinsReverse:
                AddWinsReverse(p, m, node, at);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>The owner of an SRV record, taken apart: <c>_service._protocol.domain</c>.</summary>
    public void AddOwner(Packet p, in View m, Node node, int at, int taken, in DnsName name)
    {
        var text = name.Text;
        int dot = text.IndexOf((byte)'.');
        p.AddString(node, service, m, at, taken, dot < 0 ? text : text[..dot]);
        if (dot < 0)
        {
            return;
        }

        text = text[(dot + 1)..];
        dot = text.IndexOf((byte)'.');
        p.AddString(node, protocol, m, at, taken, dot < 0 ? text : text[..dot]);
        if (dot >= 0)
        {
            p.AddString(node, domain, m, at, taken, text[(dot + 1)..]);
        }
    }

    void AddService(Packet p, in View m, Node node, int at)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        p.Add(node, priority, m, at);
        p.Add(node, weight, m, at + 2);
        p.Add(node, port, m, at + 4);
        int taken = name.Read(p, m, at + 6);
        uint first = m.U16(at), second = m.U16(at + 2), third = m.U16(at + 4);
        p.Info.Append($" {first} {second} {third} {name.Text}");
        p.AddString(node, target, m, at + 6, taken, name.Text);
        p.AppendLabel(node, $", priority {first}, weight {second}, port {third}, target {name.Text}");
    }

    void AddPointer(Packet p, in View m, Node node, int at)
    {
        uint first = m.U16(at), second = m.U16(at + 2);
        p.Add(node, order, m, at);
        p.Add(node, preference, m, at + 2);
        int size = m.U8(at + 4);
        var text = m.Span(at + 5, size);
        int start = at + 4;
        start += DnsItems.AddCounted(p, m, node, flagsLength, flags, start);
        start += DnsItems.AddCounted(p, m, node, serviceLength, naptrService, start);
        start += DnsItems.AddCounted(p, m, node, regexLength, regex, start);
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int taken = name.Read(p, m, start);
        p.Generated(p.AddUInt(node, replacementLength, m, start, 0, (uint)name.Length));
        p.AddString(node, replacement, m, start, taken, name.Text);
        p.Scratch.Clear();
        TextDecoder.Decode(text, TextEncoding.Ascii, p.Scratch);
        p.Info.Append($" {first} {second} {p.Scratch.Bytes}");
        p.AppendLabel(node, $", order {first}, preference {second}, flags {p.Scratch.Bytes}");
    }

    void AddBinding(Packet p, in View m, Node node, int at, int end)
    {
        p.Add(node, bindingPriority, m, at);
        at += 2;
        at += DnsItems.AddName(p, m, node, bindingTarget, at);
        while (at < end)
        {
            var item = p.Add(node, parameter, m, at, m.CapturedFrom(at));
            int key = m.U16(at), size = m.U16(at + 2);
            p.SetLength(item, Math.Min(4 + size, m.CapturedFrom(at)));
            var parent = item.IsWanted ? item : node;
            if (Keys.Find((uint)key) is { } known)
            {
                p.Label(item, $"SvcParam: {known}");
            }
            else
            {
                p.Label(item, $"SvcParam: key{key}");
            }

            p.Add(parent, parameterKey, m, at);
            p.Add(parent, parameterLength, m, at + 2);
            at += 4;
            if (size > 0)
            {
                p.AppendLabel(item, "=");
                AddParameter(p, m, parent, item, key, at, size);
            }

            // RFC 9460 section 7.2: a port is two bytes; whatever more it claims to be is read as the next parameter, as in Wireshark.
            at += key == PortKey && size > 0 ? 2 : size;
        }
    }

    void AddParameter(Packet p, in View m, Node parent, Node item, int key, int at, int size)
    {
        int end = at + size, start = at;
        switch (key)
        {
            case 0:
                for (; at < end; at += 2)
                {
                    int named = m.U16(at);
                    p.Add(parent, mandatory, m, at);
                    if (Keys.Find((uint)named) is { } known)
                    {
                        p.AppendLabel(item, $"{(at > start ? "," : "")}{known}");
                    }
                    else
                    {
                        p.AppendLabel(item, $"{(at > start ? "," : "")}key{named}");
                    }
                }

                break;
            case 1:
                while (at < end)
                {
                    int count = m.U8(at);
                    DnsItems.AddCounted(p, m, parent, alpnLength, alpn, at);
                    AppendText(p, m, item, at > start, at + 1, count);
                    at += 1 + count;
                }

                break;
            case PortKey:
                p.Add(parent, bindingPort, m, at);
                p.AppendLabel(item, $"{m.U16(at)}");
                break;
            case 4:
                for (; at < end; at += 4)
                {
                    p.Add(parent, hint4, m, at);
                    p.AppendLabel(item, $"{(at > start ? "," : "")}{Address.IPv4(m.U32(at))}");
                }

                break;
            case 6:
                for (; at < end; at += 16)
                {
                    p.Add(parent, hint6, m, at);
                    p.AppendLabel(item, $"{(at > start ? "," : "")}{Address.IPv6(m.Span(at, 16))}");
                }

                break;
            case 5 or 32769:
                AddBase64(p, m, parent, item, key == 5 ? echConfig : odohConfig, at, size);
                break;
            default:
                p.Add(parent, parameterValue, m, at, size);
                AppendText(p, m, item, false, at, size);
                break;
        }
    }

    static void AppendText(Packet p, in View m, Node item, bool comma, int at, int count)
    {
        if (item.IsWanted && p.WantsTree)
        {
            p.AppendLabel(item, $"{(comma ? "," : "")}{DnsName.Printable(p.Scratch, m.Span(at, count))}");
        }
    }

    static void AddBase64(Packet p, in View m, Node parent, Node item, Field field, int at, int size)
    {
        var node = p.Add(parent, field, m, at, size);
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            Base64.EncodeToUtf8(m.Span(at, size), p.Scratch.Room(Base64.GetMaxEncodedToUtf8Length(size)), out _, out int written);
            p.Scratch.Advance(written);
            p.Label(node, $"{field.Label}: {p.Scratch.Bytes}");
            p.AppendLabel(item, $"{p.Scratch.Bytes}");
        }
    }

    void AddWins(Packet p, in View m, Node node, int at, int end)
    {
        p.Add(node, winsLocal, m, at, 4);
        p.Add(node, winsLookup, m, at + 4);
        p.Add(node, winsCache, m, at + 8);
        p.Add(node, winsCount, m, at + 12);
        uint count = m.U32(at + 12);
        at += 16;
        for (; at < end && count > 0; at += 4, count--)
        {
            p.Add(node, winsServer, m, at);
        }
    }

    void AddWinsReverse(Packet p, in View m, Node node, int at)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        p.Add(node, winsrLocal, m, at, 4);
        p.Add(node, winsrLookup, m, at + 4);
        p.Add(node, winsrCache, m, at + 8);
        int taken = name.Read(p, m, at + 12);
        p.AddString(node, winsrDomain, m, at + 12, taken, name.Text);
        p.Info.Append($" {name.Text}");
        p.AppendLabel(node, $", name result domain {name.Text}");
    }
}
