using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: The SSL Protocol (Hickman, 1995) section 1; RFC 5246 appendix E.2 for the Client Hello that newer clients sent in its form.
//
//   0          2      3           5
//   +----------+------+-----------+------
//   | 1 length | type | version   | ...          two-byte header, no padding; three bytes with padding when the top bit is clear
//   +----------+------+-----------+------

/// <summary>SSL 2.0 records.</summary>
static class Ssl2
{
    /// <summary>SSL 2.0's number of itself.</summary>
    public const int Version = 0x0002;

    /// <summary>Whether a Client Hello in SSL 2's form begins here, for whatever version it offers.</summary>
    public static bool IsClientHello(in View v, int at) =>
        v.Has(at, 5) && (v.U8(at) & 0x80) != 0 && v.U8(at + 2) == 1 && (v.U16(at + 3) is Version or (>= 0x0300 and <= 0x0304));

    /// <summary>Whether a record of SSL 2 with a plausible handshake message begins here.</summary>
    public static bool LooksLike(in View v, int at)
    {
        if (IsClientHello(v, at))
        {
            return true;
        }

        if (!v.Has(at, 3))
        {
            return false;
        }

        int header = (v.U8(at) & 0x80) != 0 ? 2 : 3;
        if (!v.Has(at, header + 5))
        {
            return false;
        }

        return v.U8(at + header) switch
        {
            1 => v.U16(at + header + 1) is Version or (>= 0x0300 and <= 0x0304),
            4 => v.U16(at + header + 3) == Version,
            _ => false,
        };
    }

    /// <summary>Dissects a record and returns the offset after it; negative when it goes on in a later segment.</summary>
    public static int Dissect(Packet p, in View v, int at, Node tree, TlsConnection connection)
    {
        int first = v.U8(at);
        int header = (first & 0x80) != 0 ? 2 : 3;
        int length = v.U16(at) & (header == 2 ? 0x7fff : 0x3fff);
        int missing = header + length - v.ReportedFrom(at);
        if (missing > 0 && p.Stream is { CanWait: true })
        {
            p.Stream.NeedMore(at, missing);
            return -1;
        }

        int type = v.Has(at + header, 1) ? v.U8(at + header) : -1;
        string? name = connection.Client.IsEncrypted ? null : Tls.Ssl2Type.Names!.Find((ulong)type);
        if (type == 1 && connection.Version == 0)
        {
            p.SetProtocol("SSLv2");
        }
        else if (type == 4)
        {
            connection.Version = Version;
            p.SetProtocol("SSLv2");
        }
        else if (type == 2)
        {
            // After the client's master key everything is encrypted.
            connection.Client.IsEncrypted = true;
        }

        p.Info.AppendAfter(", ", name ?? "Encrypted Data");
        var record = p.AddText(tree, v, at, Math.Min(header + length, v.CapturedFrom(at)), $"SSLv2 Record Layer: {name ?? "Encrypted Data"}");
        p.AddUInt(record, Tls.Ssl2Length, v, at, header, (uint)length);
        if (name is not null)
        {
            p.Add(record, Tls.Ssl2Type, v, at + header);
        }

        return at + header + length;
    }
}
