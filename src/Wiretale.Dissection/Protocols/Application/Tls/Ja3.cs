using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: https://github.com/salesforce/ja3: version,suites,extensions,groups,point formats in decimal, without GREASE (RFC 8701), and the MD5 of that.

/// <summary>Fingerprints of hellos. Worked out only where somebody looks.</summary>
static class Ja3
{
    /// <summary>The fingerprint of a Client Hello.</summary>
    /// <param name="v">The message's body.</param>
    /// <param name="suites">Where the cipher suites' length stands.</param>
    public static void Client(Packet p, in View v, int suites, Node node, HandshakeFields f)
    {
        if (!p.Wants(f.Ja3) && !p.Wants(f.Ja3Full))
        {
            return;
        }

        var text = new StringBuilder().Append(v.U16(0)).Append(',');
        List(text, v, suites + 2, v.U16(suites), 2);
        int at = suites + 2 + v.U16(suites);
        at += 1 + v.U8(at);
        text.Append(',');
        if (at == v.Reported || (v.Has(at, 2) && v.U16(at) <= v.ReportedFrom(at + 2)))
        {
            Extensions(text, v, at, -1);
            Extensions(text.Append(','), v, at, 10);
            Extensions(text.Append(','), v, at, 11);
        }

        Show(p, v, node, f.Ja3Full, f.Ja3, text);
    }

    /// <summary>The fingerprint of a Server Hello.</summary>
    public static void Server(Packet p, in View v, int suite, Node node, HandshakeFields f)
    {
        if (!p.Wants(f.Ja3s) && !p.Wants(f.Ja3sFull))
        {
            return;
        }

        var text = new StringBuilder().Append(v.U16(0)).Append(',').Append(v.U16(suite)).Append(',');
        Extensions(text, v, suite + 3, -1);
        Show(p, v, node, f.Ja3sFull, f.Ja3s, text);
    }

    static void Extensions(StringBuilder text, in View v, int at, int wanted)
    {
        if (!v.Has(at, 2))
        {
            return;
        }

        bool first = true;
        for (int i = at + 2, end = Math.Min(at + 2 + v.U16(at), v.Captured); i + 4 <= end; i += 4 + v.U16(i + 2))
        {
            int type = v.U16(i);
            if (wanted < 0 && !IsGrease(type))
            {
                text.Append(first ? "" : "-").Append(type.ToString(CultureInfo.InvariantCulture));
                first = false;
            }
            else if (type == wanted && v.U16(i + 2) > 0)
            {
                if (wanted == 10)
                {
                    List(text, v, i + 6, v.U16(i + 4), 2);
                }
                else
                {
                    List(text, v, i + 5, v.U8(i + 4), 1);
                }
            }
        }
    }

    static void List(StringBuilder text, in View v, int at, int length, int size)
    {
        bool first = true;
        for (int end = at + length; at + size <= end; at += size)
        {
            int value = (int)v.UInt(at, size);
            if (size == 1 || !IsGrease(value))
            {
                text.Append(first ? "" : "-").Append(value.ToString(CultureInfo.InvariantCulture));
                first = false;
            }
        }
    }

    static bool IsGrease(int value) => (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);

    static void Show(Packet p, in View v, Node node, Field full, Field hash, StringBuilder text)
    {
        var bytes = Encoding.ASCII.GetBytes(text.ToString());
        p.Generated(p.AddString(node, full, v, 0, 0, bytes));
        p.Generated(p.AddString(node, hash, v, 0, 0, Convert.ToHexStringLower(MD5.HashData(bytes))));
    }
}
