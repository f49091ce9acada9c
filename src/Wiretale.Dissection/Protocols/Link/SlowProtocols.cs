using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.3-2018 annex 57A; LACP and marker: IEEE 802.1AX-2020 section 6.4.2, 6.5.3.
//
//   | subtype | the protocol's own

/// <summary>The slow protocols: at most ten frames a second.</summary>
public sealed class SlowProtocols() : Dissector("slow")
{
    static readonly Protocol P = new("Slow Protocols", "802.3 Slow protocols", "slow");
    static readonly Field Subtype = P.UInt8("slow.subtype", "Slow Protocols subtype", FieldBase.Hex, ValueNames.Of(() => [
        (1, "LACP"), (2, "Marker Protocol"), (3, "OAM"), (10, "Organization Specific Slow Protocol")]));

    /// <summary>The slow protocols by subtype.</summary>
    public static readonly TableKey Table = new("slow.subtype", "Slow protocol subtype");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, 0x8809);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("802.3 Slow protocols");
        p.Info.Clear();
        int subtype = v.U8(0);
        var tree = p.Open(P, v, parent, 0, 1);
        p.Add(tree, Subtype, v, 0);
        p.Info.Append($"Subtype {subtype}");
        var payload = v.From(1);
        if (p.Engine.Find(Table, (uint)subtype) is not { } next || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>Link Aggregation Control Protocol.</summary>
public sealed class Lacp() : Dissector("lacp")
{
    static readonly Protocol P = new("LACP", "Link Aggregation Control Protocol", "lacp");
    static readonly Field Version = P.UInt8("lacp.version", "LACP Version", FieldBase.Hex);
    static readonly Field Type = P.UInt8("lacp.tlv_type", "TLV Type", FieldBase.Hex, ValueNames.Of(() => [
        (0, "Terminator"), (1, "Actor Information"), (2, "Partner Information"), (3, "Collector Information")]));
    static readonly Field Length = P.UInt8("lacp.tlv_length", "TLV Length", FieldBase.Hex);
    static readonly Side Actor = new("actor", "Actor", "Actor System ID"), Partner = new("partner", "Partner", "Partner System");
    static readonly Layout Collector = new(P.UInt16("lacp.collector.max_delay", "Collector Max Delay"), P.Bytes("lacp.coll_reserved", "Reserved").Of(12));
    static readonly Field Pad = P.Bytes("lacp.pad", "Pad");
    static readonly Expert WrongType = P.Expert("lacp.wrong_tlv_type", Severity.Error, ExpertGroup.Malformed, "TLV is not expected type");
    static readonly Expert WrongLength = P.Expert("lacp.wrong_tlv_length", Severity.Error, ExpertGroup.Malformed, "TLV is not expected length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(SlowProtocols.Table, 1);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("LACP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Link Aggregation Control Protocol");
        p.Add(tree, Version, v, 0);
        p.Info.Append($"v{v.U8(0)}");
        AddHead(p, v, tree, 1, 1, 20);
        Actor.Add(p, v, tree, 3, "ACTOR");
        AddHead(p, v, tree, 21, 2, 20);
        Partner.Add(p, v, tree, 23, "PARTNER");
        AddHead(p, v, tree, 41, 3, 16);
        p.AddRows(tree, v, 43, Collector);
        AddHead(p, v, tree, 57, 0, 0);
        int pad = Math.Min(50, v.ReportedFrom(59));
        if (pad > 0)
        {
            p.Add(tree, Pad, v, 59, pad);
        }

        return Math.Max(1, v.Reported);
    }

    static void AddHead(Packet p, in View v, Node tree, int at, int type, int length)
    {
        var node = p.Add(tree, Type, v, at);
        if (v.U8(at) != type)
        {
            p.Expert(node, WrongType, v, at, 1);
        }

        node = p.Add(tree, Length, v, at + 1);
        if (v.U8(at + 1) != length)
        {
            p.Expert(node, WrongLength, v, at + 1, 1);
        }
    }

    /// <summary>One end's part of the message.</summary>
    sealed class Side(string name, string label, string systemLabel)
    {
        readonly Field systemPriority = P.UInt16($"lacp.{name}.sys_priority", $"{label} System Priority");
        readonly Field system = P.Ether($"lacp.{name}.sysid", systemLabel);
        readonly Field key = P.UInt16($"lacp.{name}.key", $"{label} Key");
        readonly Field portPriority = P.UInt16($"lacp.{name}.port_priority", $"{label} Port Priority");
        readonly Field port = P.UInt16($"lacp.{name}.port", $"{label} Port");
        readonly Field state = P.UInt8($"lacp.{name}.state", $"{label} State", FieldBase.Hex);
        readonly Field stateText = P.String($"lacp.{name}.state_str", $"{label} State Flags");
        readonly Field[] flags = [
            P.Flag($"lacp.{name}.state.activity", "LACP Activity", 8, 0x01, ValueNames.Flag("Active", "Passive")),
            P.Flag($"lacp.{name}.state.timeout", "LACP Timeout", 8, 0x02, ValueNames.Flag("Short Timeout", "Long Timeout")),
            P.Flag($"lacp.{name}.state.aggregation", "Aggregation", 8, 0x04, ValueNames.Flag("Aggregatable", "Individual")),
            P.Flag($"lacp.{name}.state.synchronization", "Synchronization", 8, 0x08, ValueNames.Flag("In Sync", "Out of Sync")),
            P.Flag($"lacp.{name}.state.collecting", "Collecting", 8, 0x10, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag($"lacp.{name}.state.distributing", "Distributing", 8, 0x20, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag($"lacp.{name}.state.defaulted", "Defaulted", 8, 0x40, ValueNames.YesNo),
            P.Flag($"lacp.{name}.state.expired", "Expired", 8, 0x80, ValueNames.YesNo)];
        readonly Field reserved = P.Bytes($"lacp.{name}.reserved", "Reserved");

        public void Add(Packet p, in View v, Node tree, int at, string title)
        {
            p.AddAll(tree, v, at, systemPriority, system, key, portPriority, port);
            p.AddBits(tree, state, v, at + 14, flags, sumUp: true);
            Span<byte> text = stackalloc byte[8];
            for (int i = 0; i < 8; i++)
            {
                text[i] = (v.U8(at + 14) & (0x80 >> i)) != 0 ? "EFDCSGSA"u8[i] : (byte)'*';
            }

            p.Generated(p.AddString(tree, stateText, v, at + 14, 1, text));
            p.Add(tree, reserved, v, at + 15, 3);
            p.Info.Append($" {title} {Address.Ethernet(v.Span(at + 2, 6))} P: {v.U16(at + 12)} K: {v.U16(at + 8)} {text}");
        }
    }
}

/// <summary>Link Aggregation Marker Protocol.</summary>
public sealed class Marker() : Dissector("marker")
{
    static readonly Protocol P = new("Marker", "Link Aggregation Marker Protocol", "marker");
    static readonly Field Version = P.UInt8("marker.version", "Version Number", FieldBase.Hex, blurb: "Marker protocol version");
    static readonly Field Type = P.UInt8("marker.tlvType", "TLV Type", FieldBase.Hex, ValueNames.Of(() => [
        (0, "Marker Terminator"), (1, "Marker Information"), (2, "Marker Response Information")]));
    static readonly Field Length = P.UInt8("marker.tlvLen", "TLV Length", FieldBase.Hex, blurb: "Length of the Actor TLV");
    static readonly Layout Message = new(
        Version, Type, Length, P.UInt16("marker.requesterPort", "Requester Port"), P.Ether("marker.requesterSystem", "Requester System"),
        P.UInt32("marker.requesterTransId", "Requester Transaction ID"), P.UInt32("marker.requesterPad", "Requester Pad").Of(2), Type, Length,
        P.Bytes("marker.reserved", "Reserved").Of(90));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(SlowProtocols.Table, 2);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Marker");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Marker Protocol");
        p.Info.Append($"{v.U8(1) switch { 1 => "Information ", 2 => "Response ", _ => "" }}SysId={Address.Ethernet(v.Span(5, 6))}, P={v.U16(3)}, TId={v.U32(11)}");
        p.AddRows(tree, v, 0, Message);
        return Math.Max(1, v.Reported);
    }
}

/// <summary>Slow protocols of organizations: only whose they are.</summary>
public sealed class OrganizationSlowProtocol() : Dissector("ossp")
{
    static readonly Protocol P = new("OSSP", "Organization Specific Slow Protocol", "ossp");
    static readonly Field Oui = P.UInt24("ossp.oui", "OUI", FieldBase.Oui, blurb: "IEEE assigned Organizational Unique Identifier");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(SlowProtocols.Table, 10);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("OSSP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Organization Specific Slow Protocol");
        p.Add(tree, Oui, v, 0);
        var owner = Manufacturers.Find(v.U24(0));
        p.Info.Append($"OUI: {(owner.IsEmpty ? "Unknown"u8 : owner)}");
        return Math.Max(1, v.Reported);
    }
}
