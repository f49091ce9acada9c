using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 8490, section 5.4.
//
//   +-----------+-----------+-----------
//   | type      | length    | data ...
//   +-----------+-----------+-----------

/// <summary>DNS stateful operations: TLVs instead of sections.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class StatefulOperations(Protocol dns)
{
    static readonly ValueNames Types = ValueNames.Ranges(() => [.. DnsNames.StatefulTypes]);

    readonly Field operation = dns.Label("dns.dso", "DNS Stateful Operation");
    readonly Field element = dns.Label("dns.dso.tlv", "DSO TLV");
    readonly Field type = dns.UInt16("dns.dso.tlv.type", "Type", FieldBase.Dec, Types);
    readonly Field length = dns.UInt16("dns.dso.tlv.length", "Length");
    readonly Field data = dns.Bytes("dns.dso.tlv.data", "Data");
    readonly Field inactivity = dns.UInt32("dns.dso.tlv.keepalive.inactivity", "Inactivity Timeout", blurb: "Inactivity Timeout (ms)");
    readonly Field interval = dns.UInt32("dns.dso.tlv.keepalive.interval", "Keepalive Interval", blurb: "Keepalive Interval (ms)");
    readonly Field delay = dns.UInt32("dns.dso.tlv.retrydelay.retrydelay", "Retry Delay", blurb: "Retry Delay (ms)");
    readonly Field padding = dns.Bytes("dns.dso.tlv.encpad.padding", "Padding");

    /// <summary>Takes the TLVs apart; returns where they end.</summary>
    public int Dissect(Packet p, in View m, Node tree)
    {
        int at = Dns.HeaderLength;
        m.Ensure(at, 1);
        var branch = p.Add(tree, operation, m, at, m.CapturedFrom(at));
        branch = branch.IsWanted ? branch : tree;
        while (m.ReportedFrom(at) >= 4)
        {
            int number = m.U16(at), size = m.U16(at + 2);
            var item = p.Add(branch, element, m, at, Math.Min(4 + size, m.CapturedFrom(at)));
            p.Label(item, $"DSO TLV: {Types.FindOr((uint)number, "Unknown")}");
            item = item.IsWanted ? item : branch;
            p.Add(item, type, m, at);
            p.Add(item, length, m, at + 2);
            at += 4;
            AddElement(p, m, item, number, at, size);
            at += size;
        }

        return at;
    }

    void AddElement(Packet p, in View m, Node item, int number, int at, int size)
    {
        switch (number)
        {
            case 1:
                p.Add(item, inactivity, m, at);
                p.Add(item, interval, m, at + 4);
                break;
            case 2:
                p.Add(item, delay, m, at);
                break;
            case 3:
                p.Add(item, padding, m, at, size);
                break;
            case var _ when size == 0:
                break;
            default:
                p.Add(item, data, m, at, size);
                break;
        }
    }
}
