using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

/// <summary>The fields that Wireshark makes of one MAC address in a link header: the address, its organisation, and its two flag bits.</summary>
/// <remarks>IEEE 802-2014 section 8.2: in the first byte, 0x01 is the group bit (IG) and 0x02 the local bit (LG).</remarks>
sealed class MacFields
{
    static readonly ValueNames LocalNames = ValueNames.Flag("Locally administered address (this is NOT the factory default)", "Globally unique address (factory default)");
    static readonly ValueNames GroupNames = ValueNames.Flag("Group address (multicast/broadcast)", "Individual address (unicast)");

    readonly Field address, resolved, oui, ouiResolved;

    /// <param name="name">Filter name: <c>eth.dst</c>.</param>
    /// <param name="label">Label: <c>Destination</c>.</param>
    public MacFields(Protocol protocol, string name, string label)
    {
        address = protocol.Ether(name, label);
        resolved = protocol.String($"{name}_resolved", $"{label} (resolved)");
        oui = protocol.UInt24($"{name}.oui", $"{label} OUI", FieldBase.Oui);
        ouiResolved = protocol.String($"{name}.oui_resolved", $"{label} OUI (resolved)");
    }

    /// <summary>Declares the pair of flag bits.</summary>
    public static (Field Local, Field Group) Bits(Protocol protocol, string prefix) =>
        (protocol.Flag($"{prefix}.lg", "LG bit", 24, 0x020000, LocalNames), protocol.Flag($"{prefix}.ig", "IG bit", 24, 0x010000, GroupNames));

    /// <summary>Adds the address, with its hidden companions under it or, when another item is given for them, there.</summary>
    public Node Add(Packet p, Node parent, in View v, int at, in Address mac, Node companions = default)
    {
        var node = p.AddAddress(parent, address, v, at, 6, mac);
        var under = companions.IsWanted ? companions : node;
        if (p.Wants(resolved))
        {
            p.Hidden(p.AddString(under, resolved, v, at, 6, p.Name(mac)));
        }

        uint number = v.U24(at);
        p.Hidden(p.AddUInt(under, oui, v, at, 3, number));
        if (p.Wants(ouiResolved))
        {
            var name = Manufacturers.Find(number);
            if (!name.IsEmpty)
            {
                p.Hidden(p.AddString(under, ouiResolved, v, at, 6, name));
            }
        }

        return node;
    }
}
