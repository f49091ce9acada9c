using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: AMD's "Magic Packet Technology" (publication 20213); passwords: SecureOn. EtherType 0x0842, or in the payload of UDP.
//
//   | ff ff ff ff ff ff | the sleeper's address, 16 times | password (0, 4 or 6)

/// <summary>Wake On LAN.</summary>
public sealed class WakeOnLan() : Dissector("wol")
{
    const int Times = 16, AddressLength = 6, Length = AddressLength * (1 + Times);

    static readonly Protocol P = new("Wake On LAN", "WOL", "wol");
    static readonly Field Sync = P.Bytes("wol.sync", "Sync stream");
    static readonly Field Mac = P.Ether("wol.mac", "MAC");
    static readonly Field Password = P.Bytes("wol.passwd", "Password");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(EtherType.Table, 0x0842);
        claims.Heuristic(Udp.Heuristics, (p, in v, parent) => Dissect(p, v, parent) > 0);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (!IsMagic(v))
        {
            return 0;
        }

        p.SetProtocol("WOL");
        var mac = Address.Ethernet(v.Span(AddressLength, AddressLength));
        int password = v.ReportedFrom(Length) switch { >= 6 => 6, >= 4 => 4, _ => 0 };
        p.Scratch.Clear();
        if (password == 6)
        {
            p.Scratch.Append(Address.Ethernet(v.Span(Length, 6)));
        }
        else if (password == 4)
        {
            p.Scratch.Append(Address.IPv4(v.U32(Length)));
        }

        p.Info.Set($"MagicPacket for {mac}{(password > 0 ? ", password " : "")}{p.Scratch.Bytes}");
        var tree = p.Open(P, v, parent, 0, Length + password);
        p.Label(tree, $"Wake On LAN, MAC: {mac}{(password > 0 ? ", password: " : "")}{p.Scratch.Bytes}");
        p.Add(tree, Sync, v, 0, AddressLength);
        var all = p.AddText(tree, v, AddressLength, Times * AddressLength, $"MAC: {mac}");
        for (int i = 1; i <= Times; i++)
        {
            p.Add(all, Mac, v, i * AddressLength);
        }

        if (password > 0)
        {
            p.Label(p.Add(tree, Password, v, Length, password), $"Password: {p.Scratch.Bytes}");
        }

        return Math.Max(1, v.Reported);
    }

    static bool IsMagic(in View v)
    {
        if (!v.Has(0, Length) || v.U48(0) != 0xffffffffffff)
        {
            return false;
        }

        var addresses = v.Span(AddressLength, Times * AddressLength);
        return addresses[AddressLength..].SequenceEqual(addresses[..^AddressLength]);
    }
}
