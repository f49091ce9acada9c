using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 791.

/// <summary>Internet Protocol, version 4.</summary>
public sealed class IPv4() : Dissector(P)
{
    static readonly Protocol P = new("Internet Protocol Version 4", "IPv4", "ip");
    static readonly Field Version = P.UInt8("ip.version", "Version", mask: 0xf0);
    static readonly Field HeaderLength = P.UInt8("ip.hdr_len", "Header Length", mask: 0x0f);
    static readonly Field TotalLength = P.UInt16("ip.len", "Total Length");
    static readonly Field NextProtocol = P.UInt8("ip.proto", "Protocol");
    static readonly Field Source = P.IPv4("ip.src", "Source Address");
    static readonly Field Destination = P.IPv4("ip.dst", "Destination Address");

    /// <summary>Protocols above IP, by number.</summary>
    public static readonly TableKey Protocols = new("ip.proto", "IP protocol");

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Link.EtherType.Table, 0x0800);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("IPv4");
        p.Info.Clear();
        v.Ensure(0, 20);
        int header = (v.U8(0) & 15) * 4;
        int total = v.U16(2);
        byte protocol = v.U8(9);
        p.Source = p.NetworkSource = Address.IPv4(v.U32(12));
        p.Destination = p.NetworkDestination = Address.IPv4(v.U32(16));
        var tree = p.Open(P, v, parent, 0, header);
        p.Label(tree, $"Internet Protocol Version 4, Src: {p.Source}, Dst: {p.Destination}");
        p.Add(tree, Version, v, 0);
        p.Add(tree, HeaderLength, v, 0);
        p.Add(tree, TotalLength, v, 2);
        p.Add(tree, NextProtocol, v, 9);
        p.Add(tree, Source, v, 12);
        p.Add(tree, Destination, v, 16);
        var payload = v.Part(header, total - header);
        if (p.Engine.Find(Protocols, protocol) is not { } next || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }

        return v.Reported;
    }
}
