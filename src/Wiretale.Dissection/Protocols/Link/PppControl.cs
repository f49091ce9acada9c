using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 1661 section 5 (LCP), RFC 1332 (IPCP), RFC 1877 (its name servers), RFC 5072 (IPv6CP), RFC 1962 (CCP), RFC 5036 (MPLSCP: RFC 3032).
//
//   0      1            2          4
//   +------+------------+----------+--------------------------------
//   | code | identifier | length   | options, each: type, length, value
//   +------+------------+----------+--------------------------------

/// <summary>The control protocols of PPP: LCP, and one for each network protocol, all of the same form.</summary>
public sealed class PppControl : Dissector
{
    internal static readonly ValueNames CodeNames = ValueNames.Of(() => [
        (0, "Vendor Specific"), (1, "Configuration Request"), (2, "Configuration Ack"), (3, "Configuration Nak"), (4, "Configuration Reject"), (5, "Termination Request"),
        (6, "Termination Ack"), (7, "Code Reject"), (8, "Protocol Reject"), (9, "Echo Request"), (10, "Echo Reply"), (11, "Discard Request"),
        (12, "Identification"), (13, "Time Remaining"), (14, "Reset Request"), (15, "Reset Ack")]);

    readonly string column;
    readonly uint number;
    readonly (int Type, string Name, Field? Value)[] options;
    readonly Field? type, length;
    readonly bool namesValue;
    readonly Field? rejected;

    PppControl(Protocol protocol, uint number, (int Type, string Name, Field? Value)[] options, bool namesValue = false, Field? rejected = null)
        : base(protocol)
    {
        this.number = number;
        this.options = options;
        this.namesValue = namesValue;
        this.rejected = rejected;
        column = protocol.ShortName;
        if (options.Length > 0)
        {
            var names = ValueNames.Of(() => [.. options.Select(o => ((ulong)o.Type, o.Name))]);
            type = protocol.UInt8($"{protocol.FilterName}.opt.type", "Type", FieldBase.Dec, names);
            length = protocol.UInt8($"{protocol.FilterName}.opt.length", "Length");
        }
    }

    /// <summary>Link Control Protocol.</summary>
    public static PppControl Lcp()
    {
        var p = new Protocol("PPP Link Control Protocol", "PPP LCP", "lcp");
        var rejected = p.UInt16("lcp.rej_proto", "Rejected Protocol", FieldBase.Hex, Ppp.Names);
        return new(p, PppProtocols.Lcp,
            [
                (0, "Vendor Specific", null), (1, "Maximum Receive Unit", p.UInt16("lcp.opt.mru", "Maximum Receive Unit")),
                (2, "Async Control Character Map", p.UInt32("lcp.opt.asyncmap", "Async Control Character Map", FieldBase.Hex)),
                (3, "Authentication Protocol", p.UInt16("lcp.opt.auth_protocol", "Authentication Protocol", FieldBase.Hex, Ppp.Names)),
                (4, "Quality Protocol", p.UInt16("lcp.opt.quality_protocol", "Quality Protocol", FieldBase.Hex, Ppp.Names)),
                (5, "Magic Number", p.UInt32("lcp.opt.magic_number", "Magic Number", FieldBase.Hex)),
                (7, "Protocol Field Compression", null), (8, "Address and Control Field Compression", null), (9, "FCS Alternatives", null),
                (10, "Self-Describing Pad", null), (11, "Numbered Mode", null), (12, "Multi-Link Procedure", null), (13, "Callback", null), (17, "Multilink MRRU", null),
                (18, "Multilink Short Sequence Number Header", null), (19, "Multilink Endpoint Discriminator", null), (23, "Link Discriminator for BAP", null),
            ], namesValue: true, rejected);
    }

    /// <summary>IP Control Protocol.</summary>
    public static PppControl Ipcp()
    {
        var p = new Protocol("PPP IP Control Protocol", "PPP IPCP", "ipcp");
        return new(p, PppProtocols.Ipcp,
            [
                (1, "IP Addresses (deprecated)", null),
                (2, "IP Compression Protocol", p.UInt16("ipcp.opt.compress_proto", "IP Compression Protocol", FieldBase.Hex, ValueNames.Of(() => [
                    (0x0003, "Robust Header Compression (ROHC)"), (0x002d, "VJ compression"), (0x0037, "Van Jacobson Compressed TCP/IP"), (0x0061, "IP Header Compression")]))),
                (3, "IP Address", p.IPv4("ipcp.opt.ip_address", "IP Address")),
                (4, "Mobile Node's Home IP Address", p.IPv4("ipcp.opt.mobilenodehomeaddress", "Mobile Node's Home Address")),
                (129, "Primary DNS Server IP Address", p.IPv4("ipcp.opt.pri_dns_address", "Primary DNS Address")),
                (130, "Primary NBNS Server IP Address", p.IPv4("ipcp.opt.pri_nbns_address", "Primary NBNS Address")),
                (131, "Secondary DNS Server IP Address", p.IPv4("ipcp.opt.sec_dns_address", "Secondary DNS Address")),
                (132, "Secondary NBNS Server IP Address", p.IPv4("ipcp.opt.sec_nbns_address", "Secondary NBNS Address")),
            ]);
    }

    /// <summary>IPv6 Control Protocol.</summary>
    public static PppControl Ipv6Cp()
    {
        var p = new Protocol("PPP IPv6 Control Protocol", "PPP IPV6CP", "ipv6cp");
        return new(p, 0x8057, [(1, "Interface Identifier", p.Bytes("ipv6cp.interface_identifier", "Interface Identifier", FieldBase.Colon)), (2, "IPv6 Compression Protocol", null)]);
    }

    /// <summary>Compression Control Protocol.</summary>
    public static PppControl Ccp() => new(new("PPP Compression Control Protocol", "PPP CCP", "ccp"), 0x80fd,
        [
            (0, "OUI", null), (1, "Predictor type 1", null), (2, "Predictor type 2", null), (3, "Puddle Jumper", null), (16, "Hewlett-Packard PPC", null),
            (17, "Stac Electronics LZS", null), (18, "Microsoft PPE/PPC", null), (19, "Gandalf FZA", null), (20, "V.42bis compression", null),
            (21, "BSD LZW Compress", null), (23, "LZS-DCP", null), (24, "MVRCA (Magnalink)", null), (26, "Deflate", null),
        ]);

    /// <summary>Multiprotocol Label Switching Control Protocol.</summary>
    public static PppControl Mplscp() => new(new("PPP MPLS Control Protocol", "PPP MPLSCP", "mplscp"), 0x8281, []);

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ppp.Protocols, number);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol(column);
        p.Info.Clear();
        int code = v.U8(0);
        int size = v.U16(2);
        p.Info.Set(CodeNames.FindOr((ulong)code, "Unknown"));
        var tree = p.Open(Protocol, v, parent, 0, Math.Min(size, v.Captured));
        p.Add(tree, Ppp.Code, v, 0);
        p.Add(tree, Ppp.Identifier, v, 1);
        p.Add(tree, Ppp.Length, v, 2);
        int rest = size - 4;
        if (rest <= 0)
        {
            return Math.Max(1, v.Reported);
        }

        switch (code)
        {
            case >= 1 and <= 4:
                if (options.Length > 0)
                {
                    AddOptions(p, v, tree, rest);
                }

                break;
            case 8 when rejected is not null:
                p.Add(tree, rejected, v, 4);
                break;
            case 9 or 10 or 11 or 12 or 13 when rejected is not null:
                p.Add(tree, Ppp.MagicNumber, v, 4);
                AddData(p, v, tree, 8, rest - 4);
                break;
            default:
                AddData(p, v, tree, 4, rest);
                break;
        }

        return Math.Max(1, v.Reported);
    }

    static void AddData(Packet p, in View v, Node tree, int at, int size)
    {
        if (size > 0)
        {
            p.Add(tree, Ppp.Data, v, at, size);
        }
    }

    void AddOptions(Packet p, in View v, Node tree, int size)
    {
        var branch = p.AddText(tree, v, 4, Math.Min(size, v.CapturedFrom(4)), $"Options: ({size} byte{(size == 1 ? "" : "s")})");
        int at = 4, end = 4 + size;
        while (at < end)
        {
            int optionType = v.U8(at);
            int optionLength = Math.Max(2, (int)v.U8(at + 1));
            v.Ensure(at, Math.Min(optionLength, end - at));
            var (name, value) = Find(optionType);
            p.AppendLabel(branch, $", {name}");
            var node = p.AddText(branch, v, at, optionLength, name);
            p.Add(node, type!, v, at);
            p.Add(node, length!, v, at + 1);
            if (value is not null && optionLength >= 2 + value.Type.Size())
            {
                p.Add(node, value, v, at + 2, value.Type == FieldType.Bytes ? optionLength - 2 : -1);
                AppendValue(p, v, node, value, at + 2);
            }
            else if (optionLength > 2)
            {
                p.Add(node, Ppp.Data, v, at + 2, optionLength - 2);
            }

            at += optionLength;
        }
    }

    void AppendValue(Packet p, in View v, Node node, Field value, int at)
    {
        if (!namesValue)
        {
            return;
        }

        if (value.Names is { } names)
        {
            p.AppendLabel(node, $": {names.FindOr(v.U16(at), "Unknown")} (0x{v.U16(at):x4})");
        }
        else if (value.Base == FieldBase.Hex)
        {
            p.AppendLabel(node, $": 0x{v.U32(at):x8}");
        }
        else
        {
            p.AppendLabel(node, $": {v.U16(at)}");
        }
    }

    (string Name, Field? Value) Find(int optionType)
    {
        foreach (var (t, name, value) in options)
        {
            if (t == optionType)
            {
                return (name, value);
            }
        }

        return ("Unknown", null);
    }
}
