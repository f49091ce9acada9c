using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using F = Wiretale.Dissection.Protocols.Application.Kerberos.KerberosFields;

namespace Wiretale.Dissection.Protocols.Application.Kerberos;

// Specification: RFC 4120, messages in DER; section 7.2 (transports): over TCP each message after its length in 32 bits.

/// <summary>Kerberos, version 5.</summary>
public sealed class Kerberos() : Dissector("kerberos")
{
    const uint Port = 88, ConversionPort = 4444;
    const int MarkLength = 4;

    /// <summary>Messages that say they are longer than this are none.</summary>
    const int MaxMessage = 10 << 20;

    /// <inheritdoc />
    public override Protocol Protocol => F.P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port, ConversionPort);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Stream is null)
        {
            return IsMessage(v, 0) ? Message(p, v, parent, 0) : 0;
        }

        if (v.Captured > MarkLength && !IsMessage(v, MarkLength))
        {
            return 0;
        }

        p.Info.Clear();
        return Tcp.Pdus(p, v, parent, MarkLength, static (Packet _, in View view, int at) => (int)Math.Min(view.U32(at) & 0x7fffffff, MaxMessage) + MarkLength,
            static (Packet packet, in View view, Node node) => Message(packet, view, node, MarkLength));
    }

    static bool IsMessage(in View v, int at) => v.U8(at) is (0x61 or 0x6a or 0x6b or 0x6c or 0x6d or 0x6e or 0x6f or 0x7e or 0x74 or 0x75 or 0x76);

    static int Message(Packet p, in View v, Node parent, int at)
    {
        p.SetProtocol("KRB5");
        p.Info.Clear();
        var tree = p.Open(F.P, v, parent);
        if (at > 0)
        {
            uint length = v.U32(0) & 0x7fffffff;
            var mark = p.AddText(tree, v, 0, MarkLength, $"Record Mark: {length} {(length == 1 ? "byte" : "bytes")}");
            p.Add(mark, F.MarkReserved, v, 0);
            p.Add(mark, F.MarkLength, v, 0);
        }

        Asn.Read(p, v, tree, new Part(-1, null, KerberosModule.Messages), at, v.Captured);
        return v.Reported;
    }
}
