using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

/// <summary>Finds the protocol of an EtherType (IEEE 802 numbers) for whatever link carries one. Shown only in <c>frame.protocols</c>, as in Wireshark.</summary>
public sealed class EtherType() : Dissector("ethertype")
{
    static readonly Protocol P = new("Ethertype", "Ethertype", "ethertype");

    /// <summary>Network protocols claim their EtherTypes here.</summary>
    public static readonly TableKey Table = new("ethertype", "Ethertype");

    /// <summary>Names of EtherTypes, for the type field of every link.</summary>
    public static readonly ValueNames Names = ValueNames.Of(() => EtherTypes.Names());

    /// <summary>Hands what follows an EtherType to its protocol.</summary>
    /// <returns>How many bytes are the protocol's own; what is left is the link's padding or trailer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int HandOff(Packet p, ushort type, in View v, Node parent)
    {
        p.EtherType = type;
        return Math.Min(p.Call(Catalog.EtherType, v, parent), v.Reported);
    }

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        ushort type = p.EtherType;
        if (p.Engine.Find(Table, type) is { } next)
        {
            int own = p.CallLinkPayload(next, v, parent, out int taken);
            if (taken > 0)
            {
                return Math.Max(1, own);
            }
        }

        p.SetProtocol(HexNames.Of(type));
        if (Names.Find(type) is { } name)
        {
            p.Info.Set(name);
        }

        if (v.Reported == 0)
        {
            // Nothing was there to show: not even the choice counts as a layer.
            p.LeaveOutOfLayers();
        }

        p.CallData(v, parent);
        return Math.Max(1, v.Reported);
    }
}

/// <summary>Numbers as the Protocol column shows those without a protocol: <c>0x3030</c>. Each text is made once.</summary>
static class HexNames
{
    static readonly string?[] Texts = new string?[65536];

    public static string Of(ushort number) => Texts[number] ??= $"0x{number:x4}";
}
