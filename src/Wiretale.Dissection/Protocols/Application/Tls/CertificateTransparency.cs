using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 6962 section 3.2 and 3.3.
//
//   0          2          4         5           37          45           47+n
//   +----------+----------+---------+-----------+-----------+------------+-----------
//   | of list  | of entry | version | log ID    | time (ms) | extensions | signature
//   +----------+----------+---------+-----------+-----------+------------+-----------

/// <summary>Signed certificate timestamps: in a handshake message, or inside a certificate.</summary>
static class CertificateTransparency
{
    /// <summary>The list.</summary>
    public static void Dissect(Packet p, in View v, Node node, HandshakeFields f)
    {
        p.Add(node, f.SctsLength, v, 0);
        for (int at = 2; at + 2 <= v.Reported;)
        {
            int length = v.U16(at);
            var one = p.AddText(node, v, at, Math.Min(length + 2, v.CapturedFrom(at)), "Signed Certificate Timestamp");
            p.AddAll(one, v, at, f.SctLength, f.SctVersion);
            p.Add(one, f.SctLog, v, at + 3, 32);
            ulong time = v.U64(at + 35);
            p.AddTime(one, f.SctTime, v, at + 35, 8, new Timestamp((long)(time / 1000), (int)(time % 1000) * 1_000_000));
            int after = at + 45 + v.U16(at + 43);
            p.Add(one, f.SctExtensionsLength, v, at + 43);
            TlsExtensions.Scheme(p, v, after, one, f);
            p.Add(one, f.SctSignatureLength, v, after + 2);
            p.Add(one, f.SctSignature, v, after + 4, v.U16(after + 2));
            at += 2 + length;
        }
    }
}
