using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Reassembly;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>What data frames carry: protocols above LLC, several frames in one (section 9.3.2.2), or what only the holder of a key can read (section 12).</summary>
static class WlanBody
{
    const int MoreFragments = 0x04, Protected = 0x40;
    const byte FragmentKind = 105;
    const int InitializationVector = 4, ExtendedVector = 8, IntegrityValue = 4;

    static readonly Protocol P = Wlan.P;
    internal static readonly Protocol Aggregate = new("IEEE 802.11 wireless LAN aggregate frame", "IEEE 802.11 Aggregate Data", "wlan_aggregate");
    static readonly Field Subframe = Aggregate.Label("wlan_aggregate.a_mdsu.subframe", "A-MSDU Subframe");
    static readonly Field SubframeLength = Aggregate.UInt16("wlan_aggregate.a_mdsu.length", "A-MSDU Length");
    static readonly Field Strange = P.Label("wlan.mysterious_extra_stuff", "Mysterious extra OLPC/Ruckus/Atheros/Vector/??? stuff");
    static readonly Field WepVector = P.UInt24("wlan.wep.iv", "Initialization Vector", FieldBase.Hex);
    static readonly Field KeyIndex = P.UInt8("wlan.wep.key", "Key Index");
    static readonly Field WepIntegrity = P.UInt32("wlan.wep.icv", "WEP ICV", FieldBase.Hex);
    static readonly Field TkipVector = P.String("wlan.tkip.extiv", "TKIP Ext. Initialization Vector");
    static readonly Field CcmpVector = P.String("wlan.ccmp.extiv", "CCMP Ext. Initialization Vector");
    static readonly Field MeshControl = P.Label("wlan.mesh.control_field", "Mesh Control Field");
    static readonly Field MeshFlags = P.UInt8("wlan.fixed.mesh_flags", "Mesh Flags", FieldBase.Hex);
    static readonly Field MeshLife = P.UInt8("wlan.fixed.mesh_ttl", "Mesh TTL", FieldBase.Hex);
    static readonly Field MeshSequence = P.UInt32("wlan.fixed.mesh_sequence", "Sequence Number", FieldBase.Hex);
    static readonly Field MeshAddress4 = P.Ether("wlan.fixed.mesh_addr4", "Mesh Extended Address 4");
    static readonly Field MeshAddress5 = P.Ether("wlan.fixed.mesh_addr5", "Mesh Extended Address 5");
    static readonly Field MeshAddress6 = P.Ether("wlan.fixed.mesh_addr6", "Mesh Extended Address 6");

    static readonly FragmentFields Fragments = new(P, "wlan", "802.11", listHasBytes: false, "wlan.reassembled_in", hasData: false);

    /// <summary>Hands on what stands behind the header.</summary>
    /// <param name="isPadded">Whether the header is filled up to a multiple of four bytes.</param>
    public static void Dissect(Packet p, in View body, Node parent, Node tree, in WlanHead head, int at, bool isMesh, bool isAggregate, bool isPadded)
    {
        if (isPadded)
        {
            at = (at + 3) & ~3;
        }

        if ((head.Bits & Protected) != 0)
        {
            DissectProtected(p, body, parent, tree, at);
            return;
        }

        if (isMesh)
        {
            at = AddMeshControl(p, body, tree, at);
            p.SetLength(tree, at);
        }

        if ((head.Bits & MoreFragments) != 0 || (body.U16LE(22) & 0x0f) != 0)
        {
            DissectFragment(p, body, parent, tree, head, at);
        }
        else if (isAggregate)
        {
            DissectAggregate(p, body.From(at), parent);
        }
        else
        {
            DissectPayload(p, body.From(at), parent);
        }
    }

    /// <summary>All fragments but the last have one length (section 10.4), so a fragment's number says where it belongs.</summary>
    static void DissectFragment(Packet p, in View body, Node parent, Node tree, in WlanHead head, int at)
    {
        var payload = body.From(at);
        int sequence = body.U16LE(22), number = sequence & 0x0f;
        bool more = (head.Bits & MoreFragments) != 0;
        if (payload.Captured == payload.Reported && !p.IsQuoted)
        {
            var state = p.Engine.State<Fragmented>();
            var key = new FragmentKey(FragmentKind, p.LinkSource, p.LinkDestination, (ulong)(sequence >> 4));
            if (more)
            {
                state.Remember(key, payload.Reported);
            }
            else if (!state.Lengths.ContainsKey(key))
            {
                // Some equipment counts fragments where there is only one.
                DissectPayload(p, payload, parent);
                return;
            }

            if (state.Lengths.TryGetValue(key, out int length) && p.Engine.State<FragmentTable>().Add(key, p.Number, number * length, payload.Bytes, more, out var assembled) is { } datagram)
            {
                state.Lengths.Remove(key);
                var whole = p.AddBuffer(assembled, datagram.Length, Fragments.BufferName);
                Fragments.Show(p, datagram, whole, tree);
                p.Engine.State<FragmentTable>().Release(datagram);
                DissectPayload(p, whole, parent);
                return;
            }
        }

        p.Info.Set("Fragmented IEEE 802.11 frame"u8);
        p.CallData(payload, parent);
    }

    static void DissectPayload(Packet p, in View payload, Node parent)
    {
        var view = payload;
        Dissector? next = Catalog.Llc;
        if (view.Has(0, 2) && view.U16(0) != 0xaaaa)
        {
            // Some equipment leaves LLC out, or puts two bytes of its own before it.
            if (view.Has(0, 12) && (Address.Ethernet(view.Span(0, 6)) == p.LinkDestination || Address.Ethernet(view.Span(6, 6)) == p.LinkSource))
            {
                next = Catalog.EthernetWithoutFcs;
            }
            else if (view.U16(0) == 0xffff)
            {
                next = p.Engine.Find(EtherType.Table, 0x8137);
            }
            else if (view.U16(0) == 0)
            {
                p.Add(parent, Strange, view, 0, 2);
                view = view.From(2);
            }
        }

        if (next is null || p.Call(next, view, parent) == 0)
        {
            p.CallData(view, parent);
        }
    }

    static void DissectAggregate(Packet p, in View v, Node parent)
    {
        const int SubframeHeader = 14;
        var tree = p.Open(Aggregate, v, parent);
        p.Label(tree, $"IEEE 802.11 Aggregate MSDU");
        int at = 0;
        for (int number = 1; v.ReportedFrom(at) >= SubframeHeader; number++)
        {
            int length = v.U16(at + 12), next = at + SubframeHeader + length;
            int padded = Math.Min((next + 3) & ~3, v.Reported);
            var subframe = p.Add(tree, Subframe, v, at, Math.Min(padded - at, v.CapturedFrom(at)));
            p.Label(subframe, $"A-MSDU Subframe #{number}");
            Wlan.Destination.Add(p, subframe, v, at);
            Wlan.Source.Add(p, subframe, v, at + 6);
            p.Add(subframe, SubframeLength, v, at + 12);
            var payload = v.Part(at + SubframeHeader, length);
            if (p.CallGuarded(Catalog.Llc, payload, subframe) == 0)
            {
                p.CallData(payload, subframe);
            }

            at = padded;
        }
    }

    /// <summary>Of what is encrypted only the vector is to be read: 24 bits (WEP), or with its bit Ext IV 48 (TKIP or CCMP).</summary>
    public static void DissectProtected(Packet p, in View v, Node parent, Node tree, int at)
    {
        const int Extended = 0x20;
        int key = v.U8(at + 3);
        if ((key & Extended) == 0)
        {
            var wep = Under(tree, p.AddText(tree, v, at, InitializationVector, "WEP parameters"));
            p.Add(wep, WepVector, v, at);
            p.AddUInt(wep, KeyIndex, v, at + 3, 1, (ulong)key >> 6);
            int end = v.Reported - IntegrityValue;
            if (end >= at + InitializationVector && v.Has(end, IntegrityValue))
            {
                p.AppendLabel(p.Add(wep, WepIntegrity, v, end), " (not verified)");
                p.CallData(v.Part(at + InitializationVector, end - at - InitializationVector), parent);
            }
            else
            {
                p.CallData(v.From(at + InitializationVector), parent);
            }

            return;
        }

        // TKIP's second byte is made of its first one, so that keys which RC4 is weak with never come up (section 12.5.2.6).
        bool isTkip = v.U8(at + 1) == ((v.U8(at) | 0x20) & 0x7f);
        ulong vector = ((ulong)v.U32LE(at + 4) << 16) | (isTkip ? ((uint)v.U8(at) << 8) | v.U8(at + 2) : v.U16LE(at));
        var parameters = Under(tree, p.AddText(tree, v, at, ExtendedVector, isTkip ? "TKIP parameters" : "CCMP parameters"));
        p.SetLength(tree, at + ExtendedVector);
        if (p.WantsFields)
        {
            p.AddString(parameters, isTkip ? TkipVector : CcmpVector, v, at, ExtendedVector, $"0x{vector:X12}");
        }

        p.AddUInt(parameters, KeyIndex, v, at + 3, 1, (ulong)key >> 6);
        p.CallData(v.From(at + ExtendedVector), parent);
    }

    /// <summary>A line of text as parent, where the tree is wanted; else the item that it would stand under.</summary>
    internal static Node Under(Node tree, Node text) => text.IsWanted ? text : tree;

    static int AddMeshControl(Packet p, in View v, Node tree, int at)
    {
        int flags = v.U8(at) & 3, length = 6 + (6 * flags);
        var branch = p.Add(tree, MeshControl, v, at, length);
        p.Add(branch, MeshFlags, v, at);
        p.Add(branch, MeshLife, v, at + 1);
        p.Add(branch, MeshSequence, v, at + 2, littleEndian: true);
        if (flags == 1)
        {
            p.Add(branch, MeshAddress4, v, at + 6);
        }
        else if (flags == 2)
        {
            p.Add(branch, MeshAddress5, v, at + 6);
            p.Add(branch, MeshAddress6, v, at + 12);
        }

        return at + length;
    }

    /// <summary>How long the fragments of unfinished frames are.</summary>
    sealed class Fragmented
    {
        const int Most = 1000;

        public Dictionary<FragmentKey, int> Lengths { get; } = [];

        public void Remember(in FragmentKey key, int length)
        {
            if (Lengths.Count >= Most)
            {
                Lengths.Clear();
            }

            Lengths[key] = length;
        }
    }
}
