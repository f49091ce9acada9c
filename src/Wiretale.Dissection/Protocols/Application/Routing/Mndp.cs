using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: none is public; the layout is what MikroTik's routers send. UDP port 5678.
//
//   +---------------+---------------+-------------------------------+
//   | Header, unknown               | Sequence number               |  then: type, length, value
//   +---------------+---------------+-------------------------------+

/// <summary>MikroTik Neighbor Discovery Protocol.</summary>
public sealed class Mndp() : Dissector("mndp")
{
    const int TlvHead = 4;

    static readonly Protocol P = new("Mikrotik Neighbor Discovery Protocol", "MNDP", "mndp");
    static readonly Layout Header = new(P.Bytes("mndp.header.unknown", "Header Unknown").Of(2), P.UInt16("mndp.header.seqno", "SeqNo"));
    static readonly Field Type = P.UInt16("mndp.tlv.type", "TlvType");
    static readonly Field Length = P.UInt16("mndp.tlv.length", "TlvLength");
    static readonly Field Data = P.Bytes("mndp.tlv.data", "TlvData");
    static readonly Field Mac = P.Ether("mndp.mac", "MAC-Address");
    static readonly Field Identity = P.String("mndp.identity", "Identity");
    static readonly Field Version = P.String("mndp.version", "Version");
    static readonly Field Platform = P.String("mndp.platform", "Platform");
    static readonly Field Uptime = P.RelativeTime("mndp.uptime", "Uptime");
    static readonly Field Software = P.String("mndp.softwareid", "Software-ID");
    static readonly Field Board = P.String("mndp.board", "Board");
    static readonly Field Unpack = P.UInt8("mndp.unpack", "Unpack", FieldBase.Dec, ValueNames.Of(() => [(1, "None")]));
    static readonly Field Address6 = P.IPv6("mndp.ipv6address", "IPv6-Address");
    static readonly Field Interface = P.String("mndp.interfacename", "Interface name");
    static readonly Field Address4 = P.IPv4("mndp.ipv4address", "IPv4-Address");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 5678);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // The columns keep what UDP says of the ports, as tshark's do.
        p.SetProtocol("MNDP");
        var tree = p.Open(P, v, parent);
        int at = p.AddRows(tree, v, 0, Header);
        while (v.ReportedFrom(at) > 0)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            v.Ensure(at, TlvHead + length);
            var (field, name) = type switch
            {
                1 => (Mac, "MAC-Address"),
                5 => (Identity, "Identity"),
                7 => (Version, "Version"),
                8 => (Platform, "Platform"),
                10 => (Uptime, "Uptime"),
                11 => (Software, "Software-ID"),
                12 => (Board, "Board"),
                14 => (Unpack, "Unpack"),
                15 => (Address6, "IPv6-Address"),
                16 => (Interface, "Interface name"),
                17 => (Address4, "IPv4-Address"),
                _ => (Data, "Unknown"),
            };
            var tlv = p.AddText(tree, v, at, TlvHead + length, $"T {type}, L {length}: {name}");
            p.AppendLabel(p.Add(tlv, Type, v, at), $" = {name}");
            p.Add(tlv, Length, v, at + 2);
            at += TlvHead;
            if (field == Uptime && length == 4)
            {
                p.AddTime(tlv, Uptime, v, at, 4, new Timestamp(v.U32LE(at), 0));
            }
            else
            {
                p.Add(tlv, field.Size == 0 || field.Size == length ? field : Data, v, at, length);
            }

            at += length;
        }

        return v.Reported;
    }
}
