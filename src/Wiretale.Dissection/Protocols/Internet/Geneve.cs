using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 8926, sections 3.4 and 3.5.
//
//    0   2           8 10             16                           31
//   +---+-----------+-+-+-------------+-----------------------------+
//   |ver| opt words |O|C|  reserved   |        protocol type        |
//   +---+-----------+-+-+-------------+---------------+-------------+
//   |        network identifier (VNI)                 |  reserved   |
//   +-------------------------------+-+---------+-----+-------------+
//   |         option class          |C|  type   | rsv | data words  |
//   +-------------------------------+-+---------+-----+-------------+

/// <summary>Generic Network Virtualization Encapsulation: Ethernet or IP over UDP, with options.</summary>
public sealed class Geneve() : Dissector("geneve")
{
    const uint Port = 6081;
    const int HeaderLength = 8, OptionHeader = 4;

    static readonly Protocol P = new("Generic Network Virtualization Encapsulation", "Geneve", "geneve");
    static readonly ValueNames Classes = ValueNames.Ranges(() => [
        (0x0000, 0x00ff, "Standard"), (0x0100, 0x0100, "Linux"), (0x0101, 0x0101, "Open vSwitch"), (0x0102, 0x0102, "Open Virtual Networking (OVN)"),
        (0x0103, 0x0103, "In-band Network Telemetry (INT)"), (0x0104, 0x0104, "VMware"), (0x0105, 0x0105, "Amazon.com, Inc."), (0x0106, 0x0106, "Cisco Systems, Inc."),
        (0x0107, 0x0107, "Oracle Corporation"), (0x0108, 0x0110, "Amazon.com, Inc."), (0x0111, 0x0118, "IBM"), (0x0119, 0x0128, "Ericsson"),
        (0x0129, 0x0129, "Oxide Computer Company"), (0x0130, 0x0131, "Cisco Systems, Inc."), (0x0132, 0x0135, "Google LLC"),
        (0x0136, 0x0136, "InfoQuick Global Connection Tech Ltd."), (0x0137, 0xfeff, "Unassigned"), (0xfff0, 0xffff, "Experimental")]);

    static readonly Field Version = P.UInt8("geneve.version", "Version");
    static readonly Field Flags = P.UInt8("geneve.flags", "Flags", FieldBase.Hex);
    static readonly Field FlagOam = P.Flag("geneve.flags.oam", "Operations, Administration and Management Frame", 8, 0x80);
    static readonly Field FlagCritical = P.Flag("geneve.flags.critical", "Critical Options Present", 8, 0x40);
    static readonly Field FlagReserved = P.Flag("geneve.flags.reserved", "Reserved", 8, 0x3f);
    static readonly Field Type = P.UInt16("geneve.proto_type", "Protocol Type", FieldBase.Hex, EtherType.Names);
    static readonly Field NetworkIdentifier = P.UInt24("geneve.vni", "Virtual Network Identifier (VNI)", FieldBase.HexDec);
    static readonly Field Reserved = P.UInt8("geneve.reserved", "Reserved", FieldBase.Hex);
    static readonly Field Options = P.Bytes("geneve.options", "Geneve Options");
    static readonly Field OptionClass = P.UInt16("geneve.option.class", "Class", FieldBase.Hex, Classes);
    static readonly Field OptionType = P.UInt8("geneve.option.type", "Type", FieldBase.Hex);
    static readonly Field OptionCritical = P.Flag("geneve.option.type.critical", "Critical Option", 8, 0x80);
    static readonly Field OptionFlags = P.UInt8("geneve.option.flags", "Flags", FieldBase.Hex);
    static readonly Field OptionReserved = P.Flag("geneve.option.flags.reserved", "Reserved", 8, 0xe0);
    static readonly Field OptionLength = P.UInt8("geneve.option.length", "Length", FieldBase.Dec, ValueNames.Unit(" byte", " bytes"));
    static readonly Field Option = P.Bytes("geneve.option", "Option");
    static readonly Field UnknownData = P.Bytes("geneve.option.unknown.data", "Unknown Option Data");
    static readonly Expert UnknownVersion = P.Expert("geneve.version.unknown", Severity.Warning, ExpertGroup.Protocol, "Unknown version");
    static readonly Expert BadOptionLength = P.Expert("geneve.option.length.invalid", Severity.Warning, ExpertGroup.Protocol, "Invalid length for option");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Geneve");
        p.Info.Clear();
        int optionsLength = (v.U8(0) & 0x3f) * 4;
        ushort type = v.U16(2);
        if (EtherType.Names.Find(type) is { } name)
        {
            p.Info.Set($"Encapsulated {name}");
        }
        else
        {
            p.Info.Set($"Encapsulated 0x{type:x4} (unknown)");
        }

        v.Ensure(0, HeaderLength);
        if (p.WantsFields)
        {
            AddHeader(p, v, parent, optionsLength);
        }

        var payload = v.From(HeaderLength + optionsLength);
        var next = type == EtherTypes.TransparentEthernet ? Catalog.EthernetWithoutFcs : p.Engine.Find(EtherType.Table, type);
        if (next is null || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }

        return v.Reported;
    }

    static void AddHeader(Packet p, in View v, Node parent, int optionsLength)
    {
        int bits = v.U8(1), version = v.U8(0) >> 6;
        uint network = v.U24(4);
        var tree = p.Open(P, v, parent, 0, Math.Min(HeaderLength + optionsLength, v.Captured));
        p.Label(tree, $"Generic Network Virtualization Encapsulation, VNI: 0x{network:x6}{((bits & 0x80) != 0 ? ", OAM" : "")}");
        p.AddUInt(tree, Version, v, 0, 1, (uint)version);
        if (version != 0)
        {
            var unknown = p.AddText(tree, v, 0, 1, $"Unknown version {version}");
            p.Expert(unknown, UnknownVersion, v, 0, 1, $"Unknown version {version}");
        }

        p.AddUInt(tree, OptionLength, v, 0, 1, (uint)optionsLength);
        var flags = p.Add(tree, Flags, v, 1);
        foreach (var flag in (ReadOnlySpan<Field>)[FlagOam, FlagCritical, FlagReserved])
        {
            p.Add(flags, flag, v, 1);
            if (((ulong)bits & flag.Mask) != 0)
            {
                p.AppendLabel(flags, $", {flag.Label}");
            }
        }

        p.Add(tree, Type, v, 2);
        p.Add(tree, NetworkIdentifier, v, 4);
        if (v.U8(7) != 0)
        {
            p.Add(tree, Reserved, v, 7);
        }

        if (optionsLength > 0)
        {
            var branch = p.Add(tree, Options, v, HeaderLength, optionsLength);
            p.Label(branch, $"Options: ({optionsLength} bytes)");
            for (int at = HeaderLength, end = HeaderLength + optionsLength; at < end;)
            {
                at = AddOption(p, v, branch, at, end);
            }
        }
    }

    static int AddOption(Packet p, in View v, Node branch, int at, int end)
    {
        int @class = v.U16(at), type = v.U8(at + 2), length = OptionHeader + ((v.U8(at + 3) & 0x1f) * 4), reserved = v.U8(at + 3) >> 5;
        string className = Classes.FindOr((ulong)@class, "Unknown");
        if (length > end - at)
        {
            var bad = p.AddText(branch, v, at, end - at, $"Unknown, Class: {className} (0x{@class:x4}) Type: 0x{type:x2} (length of {length} is past end of options)");
            p.Expert(bad, BadOptionLength, v, at, end - at, $"Unknown, Class: {className} (0x{@class:x4}) Type: 0x{type:x2} (length of {length} is past end of options)");
            return end;
        }

        string critical = (type & 0x80) != 0 ? "Critical" : "Non-critical";
        var node = p.Add(branch, Option, v, at, length);
        p.Label(node, $"Unknown, Class: {className} (0x{@class:x4}) Type: 0x{type:x2} ({critical})");
        p.Add(node, OptionClass, v, at);
        var typeNode = p.Add(node, OptionType, v, at + 2);
        p.AppendLabel(typeNode, $" ({critical})");
        p.Hidden(p.Add(typeNode, OptionCritical, v, at + 2));
        if (reserved != 0)
        {
            var flags = p.AddUInt(node, OptionFlags, v, at + 3, 1, (uint)reserved);
            p.AppendLabel(flags, $" (RSVD)");
            p.Add(flags, OptionReserved, v, at + 3);
        }

        p.AddUInt(node, OptionLength, v, at + 3, 1, (uint)length);
        p.Add(node, UnknownData, v, at + OptionHeader, length - OptionHeader);
        return at + length;
    }
}
