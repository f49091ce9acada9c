using System.Globalization;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Wire;
using F = Wiretale.Dissection.Protocols.Application.Snmp.SnmpFields;

namespace Wiretale.Dissection.Protocols.Application.Snmp;

// Specification: RFC 3411 section 5 (SnmpEngineID).

/// <summary>The number of an engine: who made it, and what its maker numbered it by.</summary>
static class SnmpEngine
{
    const int IPv4 = 1, IPv6 = 2, Mac = 3, Text = 4, Octets = 5, NetSnmpRandom = 128;
    const uint Cisco = 9, NetSnmp = 8072;

    public static void Add(Packet p, in View v, in Ber one, Node node)
    {
        int at = one.At, left = one.Length;
        if (left < 5 || !p.WantsFields)
        {
            return;
        }

        p.Add(node, F.Conform, v, at);
        uint enterprise = v.U32(at) & 0x7fffffff;
        var maker = p.AddUInt(node, F.Enterprise3, v, at, 4, enterprise);
        p.Label(maker, $"Engine Enterprise ID: {F.Enterprises.FindOr(enterprise, "<Unknown>")} ({enterprise})");
        if ((v.U8(at) & 0x80) == 0)
        {
            p.Add(node, F.EngineData, v, at + 4, left - 4);
            return;
        }

        int format = v.U8(at + 4);
        var shown = p.Add(node, F.Format, v, at + 4);
        at += 5;
        left -= 5;
        switch (format)
        {
            case IPv4 when left == 4:
                p.Add(node, F.EngineIPv4, v, at);
                return;
            case IPv6 when left == 16:
                p.Add(node, F.EngineIPv6, v, at);
                return;
            case Mac when left == 6:
                p.Add(node, F.EngineMac, v, at);
                return;
            case Mac when left == 7 && enterprise == Cisco:
                p.Add(node, F.CiscoType, v, at);
                p.Add(node, F.EngineMac, v, at + 1);
                return;
            case Text:
                p.Add(node, F.EngineText, v, at, left);
                return;
            case NetSnmpRandom when enterprise == NetSnmp && left == 8:
                p.Label(shown, $"Engine ID Format: Reserved/Enterprise-specific (128): Net-SNMP Random");
                p.Add(node, F.EngineData, v, at, 4);
                var time = p.AddTime(node, F.EngineTime, v, at + 4, 4, new Timestamp(v.U32LE(at + 4), 0));
                var date = DateTimeOffset.FromUnixTimeSeconds(v.U32LE(at + 4));
                p.Label(time, $"Engine ID Data: Creation Time: {date.ToString("MMM", CultureInfo.InvariantCulture)} {date.Day,2}, {date:yyyy HH:mm:ss} UTC");
                return;
            case >= NetSnmpRandom:
                p.Label(shown, $"Engine ID Format: Reserved/Enterprise-specific ({format})");
                break;
        }

        p.Add(node, F.EngineData, v, at, left);
    }
}
