using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Snmp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Radius;

// Specification: RFC 2865 section 5 and 5.26 (vendors), RFC 2868 section 3 (tags), RFC 3579 section 3.1 (EAP), RFC 4675 (VLANs), RFC 6929 section 2 (longer numbers).
//
//    0               1               2
//   +---------------+---------------+----
//   | Type          | Length        | value        26: vendor (4), then pairs of its own     241 to 246: another type, of 245 and 246 flags, value
//   +---------------+---------------+----

/// <summary>The attributes of a message.</summary>
static class RadiusPairs
{
    const int VlanId = 56, VlanName = 58, ChapPassword = 3, VendorSpecific = 26, EapMessage = 79, FirstExtended = 241, FirstLong = 245, LastExtended = 246;

    /// <summary>A message put together from EAP's pieces is no longer than a RADIUS message.</summary>
    const int LongestEap = 1 << 16;

    const int ShownBytes = 36;

    static readonly Protocol P = Radius.P;
    static readonly ValueNames Tagging = ValueNames.Of(() => [(0x31, "Tagged"), (0x32, "Untagged")]);
    static readonly Field Pair = P.Bytes("radius.avp", "AVP");
    static readonly Field PairType = P.UInt8("radius.avp.type", "Type");
    static readonly Field PairLength = P.UInt8("radius.avp.length", "Length");
    static readonly Field Vendor = P.UInt32("radius.avp.vendor_id", "Vendor ID", FieldBase.Custom);
    static readonly Field VendorType = P.UInt8("radius.avp.vendor_type", "Type");
    static readonly Field VendorLength = P.UInt8("radius.avp.vendor_len", "Length");
    static readonly Field ExtendedType = P.UInt8("radius.avp.extended_type", "Extended Type");
    static readonly Field ExtendedMore = P.Flag("radius.avp.extended_more", "Extended More", 8, 0x80);
    static readonly Field Unknown = P.Bytes("radius.Unknown_Attribute", "Unknown-Attribute");
    static readonly Field EapFragment = P.Bytes("radius.eap_fragment", "EAP fragment");
    static readonly Field ChapId = P.UInt8("radius.CHAP_Ident", "CHAP Ident", FieldBase.Hex);
    static readonly Field ChapText = P.Bytes("radius.CHAP_String", "CHAP String");
    static readonly Field VlanTag = P.UInt32("radius.egress_vlanid_tag", "Tag", FieldBase.Hex, Tagging, mask: 0xff000000);
    static readonly Field VlanPad = P.UInt32("radius.egress_vlanid_pad", "Pad", FieldBase.Hex, mask: 0xfff000);
    static readonly Field Vlan = P.UInt32("radius.egress_vlanid", "Vlan ID", mask: 0xfff);
    static readonly Field VlanNameTag = P.UInt8("radius.egress_vlan_name_tag", "Tag", FieldBase.Hex, Tagging);
    static readonly Field VlanText = P.String("radius.egress_vlan_name", "Vlan Name");
    static readonly RadiusAttribute FragmentStatus = new(1, "Frag-Status", RadiusKind.Number, RadiusNames.FragStatus);
    static readonly Expert Wrong = P.Expert("radius.invalid_length", Severity.Error, ExpertGroup.Malformed, "Invalid length");

    public static void Add(Packet p, in View v, Node tree, int at)
    {
        var eap = new Pieces();
        while (at < v.Reported)
        {
            int type = v.U8(at), length = v.U8(at + 1);
            if (length < 2)
            {
                var wrong = p.AddText(tree, v, at, 2, $"AVP too short: length {length} < 2");
                p.Expert(wrong, Wrong, v, at, 2, $"AVP too short: length {length} < 2");
                return;
            }

            if (v.ReportedFrom(at) < length)
            {
                var wrong = p.AddText(tree, v, at, v.ReportedFrom(at), "Not enough room in packet for AVP");
                p.Expert(wrong, Wrong, v, at, v.ReportedFrom(at), $"Not enough room in packet for AVP");
                return;
            }

            v.Ensure(at, length);
            bool goesOn = at + length + 1 < v.Reported && v.U8(at + length) == EapMessage;
            One(p, v.Part(at, length), tree, type, length, ref eap, goesOn);
            at += length;
        }
    }

    static void One(Packet p, in View v, Node tree, int type, int length, ref Pieces eap, bool goesOn)
    {
        if (type is >= FirstExtended and <= LastExtended && length > 3)
        {
            Extended(p, v, tree, type, length);
            return;
        }

        var known = RadiusAttributes.Find(type);
        var node = p.Add(tree, Pair, v, 0, length);
        string name = type switch { VendorSpecific => "Vendor-Specific", >= FirstExtended and <= LastExtended => $"Extended-Attribute-{type - FirstExtended + 1}", _ => known?.Name ?? "Unknown-Attribute" };
        p.Label(node, $"AVP: t={name}({type}) l={length}");
        p.Add(node, PairType, v, 0);
        p.Add(node, PairLength, v, 1);
        if (type == VendorSpecific && length >= 6)
        {
            uint vendor = v.U32(2);
            AddVendor(p, v, node, 2, vendor);
            VendorPairs(p, v, node, tree, vendor);
        }
        else if (type == EapMessage)
        {
            AddEap(p, v, node, ref eap, goesOn);
        }
        else
        {
            Value(p, v, node, known, 2);
        }
    }

    static void AddVendor(Packet p, in View v, Node node, int at, uint vendor)
    {
        string name = SnmpFields.Enterprises.FindOr(vendor, "Unknown");
        p.AppendLabel(node, $" vnd={name}({vendor})");
        p.Label(p.Add(node, Vendor, v, at), $"Vendor ID: {name} ({vendor})");
    }

    /// <summary>RFC 2865 section 5.26: most vendors put pairs of a type, a length and a value there.</summary>
    static void VendorPairs(Packet p, in View v, Node node, Node tree, uint vendor)
    {
        for (int at = 6; at < v.Reported;)
        {
            int type = v.U8(at), length = v.U8(at + 1);
            if (length < 2)
            {
                p.Expert(p.AddText(tree, v, at, 1, "VSA too short"), Wrong, v, at, 1, $"VSA too short");
                return;
            }

            v.Ensure(at, length);
            var known = RadiusAttributes.Find(vendor, type);
            var pair = p.AddText(node, v, at, length, $"VSA: t={known?.Name ?? "Unknown-Attribute"}({type}) l={length}");
            p.Add(pair, VendorType, v, at);
            p.Add(pair, VendorLength, v, at + 1);
            Value(p, v.Part(at, length), pair, known, 2);
            at += length;
        }
    }

    /// <summary>RFC 6929 sections 2.1 to 2.4.</summary>
    static void Extended(Packet p, in View v, Node tree, int type, int length)
    {
        int inner = v.U8(2), at = type >= FirstLong ? 4 : 3;
        var known = type == FirstExtended && inner == 1 ? FragmentStatus : null;
        var node = p.Add(tree, Pair, v, 0, length);
        if (inner == VendorSpecific)
        {
            p.Label(node, $"AVP: t=Extended-Vendor-Specific-{type - FirstExtended + 1}({type}.{inner}) l={length}");
        }
        else
        {
            p.Label(node, $"AVP: t={known?.Name ?? "Unknown-Attribute"}({type}.{inner}) l={length}");
        }

        p.Add(node, PairType, v, 0);
        p.Add(node, PairLength, v, 1);
        p.Add(node, ExtendedType, v, 2);
        if (type >= FirstLong)
        {
            p.Add(node, ExtendedMore, v, 3);
        }

        if (inner == VendorSpecific && length >= at + 5)
        {
            uint vendor = v.U32(at);
            AddVendor(p, v, node, at, vendor);
            at += 4;
            int number = v.U8(at);
            var pair = p.AddText(node, v, at, length - at, $"EVS: t=Unknown-Attribute({number}) l={length - at}");
            p.Add(pair, VendorType, v, at);
            Value(p, v, pair, known, at + 1);
            return;
        }

        Value(p, v, node, known, at);
    }

    /// <summary>RFC 3579 section 3.1: what is too long for one attribute goes on in those right after it.</summary>
    static void AddEap(Packet p, in View v, Node node, ref Pieces eap, bool goesOn)
    {
        eap.Count++;
        p.AppendLabel(node, goesOn ? $" Segment[{eap.Count}]" : $" Last Segment[{eap.Count}]");
        p.Add(node, EapFragment, v, 2, v.Reported - 2);
        if (goesOn || eap.Count > 1)
        {
            eap.Take(v.Span(2, v.Reported - 2));
        }

        if (goesOn || v.Reported == 2)
        {
            return;
        }

        p.Info.Freeze();
        if (eap.Count > 1)
        {
            p.Call(Catalog.Eap, p.AddBuffer(eap.Whole, "Reassembled EAP"), node);
        }
        else
        {
            p.Call(Catalog.Eap, v.From(2), node);
        }

        p.Info.Thaw();
        eap = default;
    }

    /// <summary>A value, and in the pair's own line what it is.</summary>
    static void Value(Packet p, in View v, Node node, RadiusAttribute? known, int at)
    {
        int length = v.Reported - at;
        if (known?.Tag is { } tag && length > 0 && v.U8(at) <= 0x1f && (known.Kind != RadiusKind.Number || length == 4))
        {
            p.AppendLabel(node, $" Tag=0x{v.U8(at):x2}");
            p.Add(node, tag, v, at);
            (at, length) = (at + 1, length - 1);
        }

        p.AppendLabel(node, " val=");
        switch (known?.Kind)
        {
            case RadiusKind.Text when known.Number == VlanName && known.Name[0] == 'E':
                AddVlanName(p, v, node, at, length);
                break;
            case RadiusKind.Text:
                p.AddString(node, known.Field, v, at, length, TextEncoding.Utf8);
                p.AppendLabel(node, $"{HttpText.Formatted(p, v.Span(at, length))}");
                break;
            case RadiusKind.Secret:
                p.Add(node, known.Field, v, at, length);
                p.AppendLabel(node, "Encrypted");
                break;
            case RadiusKind.Number when known.Number == VlanId && known.Name[0] == 'E':
                AddVlan(p, v, node, at, length);
                break;
            case RadiusKind.Number:
                AddNumber(p, v, node, known, at, length);
                break;
            case RadiusKind.Address4 or RadiusKind.Special4 or RadiusKind.Address6 or RadiusKind.Date or RadiusKind.Prefix6:
                AddFixed(p, v, node, known, at, length);
                break;
            default:
                var shown = p.Add(node, known?.Field ?? Unknown, v, at, length);
                AppendBytes(p, node, v.Span(at, length));
                if (known is { Number: ChapPassword, Name: "CHAP-Password" } && length > 1)
                {
                    p.Add(shown, ChapId, v, at);
                    p.Add(shown, ChapText, v, at + 1, length - 1);
                }

                break;
        }
    }

    static void AppendBytes(Packet p, Node node, ReadOnlySpan<byte> bytes)
    {
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            p.Scratch.AppendHex(bytes[..Math.Min(bytes.Length, ShownBytes)]);
            p.AppendLabel(node, $"{p.Scratch.Bytes}{(bytes.Length > ShownBytes ? "…" : "")}");
        }
    }

    static void AddNumber(Packet p, in View v, Node node, RadiusAttribute known, int at, int length)
    {
        if (length is not (1 or 2 or 3 or 4 or 8))
        {
            p.AppendLabel(node, $"[unhandled integer length({length})]");
            return;
        }

        ulong value = v.UInt(at, length);
        var shown = p.AddUInt(node, known.Field, v, at, length, value);
        if (known.Field.Names is { } names)
        {
            p.AppendLabel(node, $"{names.FindOr(value, "Unknown")}({value})");
        }
        else
        {
            p.AppendLabel(node, $"{value}");
            if (length == 8)
            {
                p.Label(shown, $"{known.Name}: {value}");
            }
        }
    }

    /// <summary>What is right only when it is as long as it should be.</summary>
    static void AddFixed(Packet p, in View v, Node node, RadiusAttribute known, int at, int length)
    {
        switch (known.Kind)
        {
            case RadiusKind.Address4 when length == 4:
                p.Add(node, known.Field, v, at);
                p.AppendLabel(node, $"{Address.IPv4(v.U32(at))}");
                break;
            case RadiusKind.Special4 when length == 4:
                AddSpecial(p, v, node, known, at);
                break;
            case RadiusKind.Address4 or RadiusKind.Special4:
                p.AppendLabel(node, "[wrong length for IP address]");
                break;
            case RadiusKind.Address6 when length == 16:
                p.Add(node, known.Field, v, at);
                p.AppendLabel(node, $"{Address.IPv6(v.Span(at, 16))}");
                break;
            case RadiusKind.Address6:
                p.AppendLabel(node, "[wrong length for IPv6 address]");
                break;
            case RadiusKind.Date when length == 4:
                p.Add(node, known.Field, v, at, 4);
                if (p.WantsTree)
                {
                    p.Scratch.Clear();
                    TimeText.Absolute(p.Scratch, new Timestamp(v.U32(at), 0), known.Field.Base);
                    p.AppendLabel(node, $"{p.Scratch.Bytes}");
                }

                break;
            case RadiusKind.Date:
                p.AppendLabel(node, "[wrong length for timestamp]");
                break;
            default:
                AddPrefix(p, v, node, known, at, length);
                break;
        }
    }

    /// <summary>RFC 2865 sections 5.8, 5.14 and 5.23: two values of an address say who is to choose.</summary>
    static void AddSpecial(Packet p, in View v, Node node, RadiusAttribute known, int at)
    {
        const int FramedAddress = 8, LoginHost = 14;
        uint value = v.U32(at);
        string? said = (known.Number, value) switch
        {
            (FramedAddress, 0xffffffff) => "Negotiated",
            (FramedAddress, 0xfffffffe) => "Assigned",
            (LoginHost, 0xffffffff) => "User-selected",
            (LoginHost, 0) or (not FramedAddress and not LoginHost, 0xfffffffe) => "NAS-selected",
            _ => null,
        };
        var shown = p.Add(node, known.Field, v, at);
        if (said is not null)
        {
            p.Label(shown, $"{known.Name}: {(known.Number == RadiusAttributes.IpxNetwork ? "Framed-IPX-Network: " : "")}{said}");
            p.AppendLabel(node, said);
        }
        else
        {
            p.AppendLabel(node, $"{Address.IPv4(value)}");
        }
    }

    /// <summary>RFC 3162 section 2.3: a reserved byte, how many bits, and as many bytes as these take.</summary>
    static void AddPrefix(Packet p, in View v, Node node, RadiusAttribute known, int at, int length)
    {
        if (length is < 2 or > 18)
        {
            p.AppendLabel(node, "[wrong length for IPv6 prefix]");
            return;
        }

        int bits = v.U8(at + 1);
        if (bits > 128)
        {
            p.AppendLabel(node, "[invalid IPv6 prefix length]");
            return;
        }

        Span<byte> address = stackalloc byte[16];
        address.Clear();
        v.Span(at + 2, length - 2).CopyTo(address);
        p.Add(node, known.Field, v, at, length);
        p.AppendLabel(node, $"{Address.IPv6(address)}/{bits}");
    }

    /// <summary>RFC 4675 section 2.1.</summary>
    static void AddVlan(Packet p, in View v, Node node, int at, int length)
    {
        if (length != 4)
        {
            p.AppendLabel(node, "[wrong length for Egress-VLANID ]");
            return;
        }

        p.AddAll(node, v, at, VlanTag, VlanPad, Vlan);
        p.AppendLabel(node, $"{Tagging.FindOr(v.U8(at), "Unknown")}, Vlan ID: {v.U32(at) & 0xfff}");
    }

    /// <summary>RFC 4675 section 2.3.</summary>
    static void AddVlanName(Packet p, in View v, Node node, int at, int length)
    {
        if (length < 2)
        {
            p.AppendLabel(node, "[wrong length for Egress-VLAN-Name ]");
            return;
        }

        p.Add(node, VlanNameTag, v, at);
        p.AddString(node, VlanText, v, at + 1, length - 1, TextEncoding.Utf8);
        p.AppendLabel(node, $"{Tagging.FindOr(v.U8(at), "Unknown")}, Vlan Name: {HttpText.Formatted(p, v.Span(at + 1, length - 1))}");
    }

    /// <summary>A message of EAP in several attributes.</summary>
    struct Pieces
    {
        byte[]? bytes;
        int length;

        public int Count { get; set; }

        public readonly ReadOnlySpan<byte> Whole => bytes.AsSpan(0, length);

        public void Take(ReadOnlySpan<byte> piece)
        {
            bytes ??= new byte[1024];
            if (length + piece.Length > LongestEap)
            {
                return;
            }

            if (bytes.Length < length + piece.Length)
            {
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + piece.Length));
            }

            piece.CopyTo(bytes.AsSpan(length));
            length += piece.Length;
        }
    }
}
