using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

/// <summary>Finds the protocol of an EtherType (IEEE 802 numbers) for whatever link carries one. Shown only in <c>frame.protocols</c>, as in Wireshark.</summary>
public sealed class EtherType() : Dissector(P)
{
    static readonly Protocol P = new("Ethertype", "Ethertype", "ethertype");

    /// <summary>Network protocols claim their EtherTypes here.</summary>
    public static readonly TableKey Table = new("ethertype", "Ethertype");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        uint type = p.EtherType;
        var next = p.Engine.Find(Table, type);
        if (next is null)
        {
            p.SetProtocol($"0x{type:x4}");
            p.Info.Set($"Ethernet II");
            p.CallData(v, parent);
            return Math.Max(1, v.Reported);
        }

        return p.CallGuarded(next, v, parent);
    }
}
