using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.2-1998 section 3 and 5.4; SNAP: IEEE 802-2014 section 9.
//
//   0      1      2                   (3                       8)
//   +------+------+------------------+-------------+----------+------
//   | DSAP | SSAP | control (1 or 2) | OUI         | PID      | ...
//   +------+------+------------------+-------------+----------+------
//                                      SNAP, when both SAPs are 0xaa

/// <summary>IEEE 802.2 Logical Link Control with the Subnetwork Access Protocol.</summary>
public sealed class Llc() : Dissector("llc")
{
    const int Snap = 0xaa;
    const uint Bridged = 0x0080c2;

    static readonly Protocol P = new("Logical-Link Control", "LLC", "llc");
    static readonly ValueNames SapNames = ValueNames.Of(() => LlcSaps.Names());
    static readonly Field Dsap = P.UInt8("llc.dsap", "DSAP", FieldBase.Hex, SapNames);
    static readonly Field DsapSap = P.UInt8("llc.dsap.sap", "SAP", FieldBase.Custom, mask: 0xfe);
    static readonly Field DsapGroup = P.Flag("llc.dsap.ig", "IG Bit", 8, 0x01, ValueNames.Flag("Group", "Individual"));
    static readonly Field Ssap = P.UInt8("llc.ssap", "SSAP", FieldBase.Hex, SapNames);
    static readonly Field SsapSap = P.UInt8("llc.ssap.sap", "SAP", FieldBase.Custom, mask: 0xfe);
    static readonly Field SsapResponse = P.Flag("llc.ssap.cr", "CR Bit", 8, 0x01, ValueNames.Flag("Response", "Command"));
    static readonly XdlcControl Control = new(P, "llc");
    static readonly Field Type = P.UInt16("llc.type", "Type", FieldBase.Hex, EtherType.Names);
    static readonly Field Oui = P.UInt24("llc.oui", "Organization Code", FieldBase.Oui);
    static readonly Field Pid = P.UInt16("llc.pid", "Protocol ID", FieldBase.Hex);
    static readonly Field CiscoPid = P.UInt16("llc.cisco_pid", "PID", FieldBase.Hex, ValueNames.Of(() => [
        (0x0102, "DRIP"), (0x0104, "PAgP"), (0x0105, "MLS Hello"), (0x0108, "RLQ BPDUs (request)"), (0x0109, "RLQ BPDUs (response)"), (0x010b, "PVSTP+"),
        (0x010c, "VLAN Bridge"), (0x0111, "UDLD"), (0x0139, "MCP"), (0x2000, "CDP"), (0x2001, "CGMP"), (0x2003, "VTP"), (0x2004, "DTP"), (0x200a, "STP Uplink Fast")]));

    static readonly Field ExtremePid = P.UInt16("llc.extreme_pid", "PID", FieldBase.Hex, ValueNames.Of(() => [(0x00bb, "EDP")]));
    static readonly Field FoundryPid = P.UInt16("llc.foundry_pid", "PID", FieldBase.Hex, ValueNames.Of(() => [(0x2000, "FDP")]));
    static readonly Field ApplePid = P.UInt16("llc.apple_atalk_pid", "PID", FieldBase.Hex, ValueNames.Of(() => [(0x809b, "AppleTalk")]));
    static readonly Field IanaPid = P.UInt16("llc.iana_pid", "PID", FieldBase.Hex, ValueNames.Of(() => [
        (0x0001, "MARS Data Messages (short form)"), (0x0002, "Reserved for future NHRP use"), (0x0003, "MARS/NHRP Control Messages"), (0x0004, "MARS Data Messages (long form)"),
        (0x0005, "SCSP"), (0x0006, "VRID"), (0x0007, "L2TP"), (0x0008, "VPN ID"), (0x0009, "MSDP-GRE-Protocol Type")]));
    static readonly Field NortelPid = P.UInt16("llc.nortel_pid", "PID", FieldBase.Hex, ValueNames.Of(() => [
        (0x01a1, "NDP flatnet hello"), (0x01a2, "NDP segment hello"), (0x01a3, "NDP bridge hello")]));
    static readonly Field WlccpPid = P.UInt16("llc.wlccp_pid", "PID", FieldBase.Hex, ValueNames.Of(() => [(0x0000, "WLCCP")]));

    /// <summary>Protocols above LLC, by destination service access point.</summary>
    public static readonly TableKey Saps = new("llc.dsap", "LLC SAP");

    /// <summary>Cisco's protocols above SNAP (OUI 00:00:0c).</summary>
    public static readonly TableKey CiscoPids = new("llc.cisco_pid", "LLC Cisco OUI PID");

    /// <summary>Protocols above SNAP of any organisation: OUI in the upper bits, PID in the lower 16, shortened to 32 bits by leaving out the OUI's first byte.</summary>
    public static readonly TableKey OtherPids = new("llc.pid", "LLC OUI and PID");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("LLC");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, 0);
        int dsap = v.U8(0);
        AddSap(p, v, tree, 0, Dsap, DsapSap, DsapGroup);
        int ssap = v.U8(1);
        AddSap(p, v, tree, 1, Ssap, SsapSap, SsapResponse);
        var control = Control.Dissect(p, v, tree, 2, (ssap & 1) != 0);
        int at = 2 + control.Length;
        if (dsap == Snap && ssap == Snap)
        {
            DissectSnap(p, v, parent, tree, at, control.HasPayload);
            return Math.Max(1, v.Reported);
        }

        p.SetLength(tree, at);
        p.Info.Append($"; DSAP {SapName(dsap & 0xfe)} {((dsap & 1) != 0 ? "Group" : "Individual")}, SSAP {SapName(ssap & 0xfe)} {((ssap & 1) != 0 ? "Response" : "Command")}");
        if (v.ReportedFrom(at) > 0)
        {
            var payload = v.From(at);
            var next = control.HasPayload ? OfSap(p, dsap) : control.IsXid ? Catalog.BasicXid : null;
            if (next is null || p.Call(next, payload, parent) == 0)
            {
                p.CallData(payload, parent);
            }
        }

        return Math.Max(1, v.Reported);
    }

    /// <summary>The part from the organisation code on, which other links (Frame Relay, Cisco's) carry too.</summary>
    /// <param name="fields">That link's fields for it; null for LLC's own.</param>
    internal static void DissectSnap(Packet p, in View v, Node parent, Node tree, int at, bool hasPayload, SnapFields? fields = null)
    {
        uint oui = v.U24(at);
        int pid = v.U16(at + 3);
        if (p.Info.Writable)
        {
            var name = Manufacturers.Find(oui);
            p.Info.Append($"; SNAP, OUI 0x{oui:X6} ({(name.IsEmpty ? "Unknown"u8 : name)}), PID 0x{pid:X4}");
        }

        p.SetLength(tree, at + 5);
        p.Add(tree, fields?.Oui ?? Oui, v, at);
        var (field, next) = OfOrganisation(p, oui, pid);
        p.Add(tree, fields is null ? field : field == Type ? fields.Type : field == Pid ? fields.Pid : field, v, at + 3);
        int skip = at + 5;
        var payload = v.From(skip);
        if (!hasPayload || next is null || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }
    }

    static (Field Field, Dissector? Next) OfOrganisation(Packet p, uint oui, int pid) => oui switch
    {
        // 00:00:f8 is Digital's, used by Cisco for 802.1H bridge tunnels: EtherTypes too.
        0x000000 or 0x0000f8 => (Type, p.Engine.Find(EtherType.Table, (uint)pid)),
        0x00000c => (CiscoPid, p.Engine.Find(CiscoPids, (uint)pid)),
        Bridged => (Pid, pid is 1 or 7 ? Catalog.Ethernet : pid == 0x0e ? p.Engine.Find(Saps, 0x42) : null),
        0x00e02b => (ExtremePid, p.Engine.Find(OtherPids, Key(oui, pid))),
        0x00e052 => (FoundryPid, p.Engine.Find(OtherPids, Key(oui, pid))),
        0x080007 => (ApplePid, p.Engine.Find(OtherPids, Key(oui, pid)) ?? (pid == 0x809b ? p.Engine.Find(EtherType.Table, 0x809b) : null)),
        0x00005e => (IanaPid, p.Engine.Find(OtherPids, Key(oui, pid))),
        0x000081 => (NortelPid, p.Engine.Find(OtherPids, Key(oui, pid))),
        0x004096 => (WlccpPid, p.Engine.Find(OtherPids, Key(oui, pid))),
        _ => (Pid, p.Engine.Find(OtherPids, Key(oui, pid))),
    };

    /// <summary>The number under which <see cref="OtherPids"/> has a protocol.</summary>
    public static uint Key(uint oui, int pid) => (oui << 16) | (uint)pid;

    static Dissector? OfSap(Packet p, int sap) => p.Engine.Find(Saps, (uint)sap) ?? sap switch
    {
        0x06 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
        0xe0 => p.Engine.Find(EtherType.Table, 0x8137),
        _ => null,
    };

    static string SapName(int sap) => SapNames.Find((ulong)sap) ?? HexBytes.Of(sap);

    static void AddSap(Packet p, in View v, Node tree, int at, Field whole, Field sap, Field bit)
    {
        var node = p.Add(tree, whole, v, at);
        var part = p.Add(node, sap, v, at);
        int value = v.U8(at);
        p.Label(part, $"{new BitText(value, 0xfe)} = SAP: {SapNames.FindOr((ulong)(value & 0xfe), "Unknown")}");
        p.Add(node, bit, v, at);
    }
}

/// <summary>A link's own fields for the SNAP header.</summary>
sealed record SnapFields(Field Oui, Field Type, Field Pid);

/// <summary>Bytes in hexadecimal, <c>0x12</c>; each text is made once.</summary>
static class HexBytes
{
    static readonly string?[] Texts = new string?[256];

    public static string Of(int value) => Texts[value] ??= $"0x{value:x2}";
}

/// <summary>The bits of a byte under a mask, as labels show them: <c>1010 101.</c>.</summary>
readonly record struct BitText(int Value, int Mask) : IUtf8SpanFormattable
{
    public bool TryFormat(Span<byte> target, out int written, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        written = 0;
        if (target.Length < 9)
        {
            return false;
        }

        for (int bit = 7; bit >= 0; bit--)
        {
            target[written++] = (byte)((Mask >> bit & 1) == 0 ? '.' : (Value >> bit & 1) != 0 ? '1' : '0');
            if (bit == 4)
            {
                target[written++] = (byte)' ';
            }
        }

        return true;
    }
}
