using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>Elements of organisations other than the IEEE (section 9.4.2.25): Microsoft's, from which the Wi-Fi Alliance's grew, Cisco's, and others' by name.</summary>
static class WlanVendor
{
    const uint Microsoft = 0x0050f2, Aironet = 0x004096, Epigram = 0x00904c, Alliance = 0x506f9a;
    const int Wpa = 1, Wmm = 2;

    static readonly Protocol P = Wlan.P;
    static readonly Field Oui = P.UInt24("wlan.tag.oui", "OUI", FieldBase.Oui, blurb: "OUI of vendor specific IE");
    static readonly Field OuiType = P.UInt8("wlan.tag.vendor.oui.type", "Vendor Specific OUI Type");
    static readonly Field VendorData = P.Bytes("wlan.tag.vendor.data", "Vendor Specific Data");
    static readonly Field AllianceSubtype = P.UInt8("wlan.tag.oui.wfa_subtype", "WFA Subtype", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Subscription Remediation"), (1, "Deauthentication Imminent"), (9, "P2P"), (16, "Hotspot 2.0 Indication"),
        (18, "OSU Server-only l2 Encryption Network"), (19, "NAN"), (22, "Multi Band Operation - Optimized Connectivity Experience"),
        (24, "NAN Action"), (26, "Device Provisioning Protocol"), (27, "IEEE1905 Multi-AP"), (28, "OWE Transition Mode"),
        (23, "60GHz Information Element"), (2, "Non-preferred Channel Report"), (3, "Cellular Data Capabilities"), (33, "QoS Management")]));
    static readonly ValueNames MicrosoftTypes = ValueNames.Of(() => [(1, "WPA Information Element"), (2, "WMM/WME"), (4, "WPS"), (17, "Network Cost")]);
    static readonly Field MicrosoftType = P.UInt8("wlan.wfa.ie.type", "Type", FieldBase.Hex, MicrosoftTypes);
    static readonly Field WmmSubtype = P.UInt8("wlan.wfa.ie.wme.subtype", "WME Subtype", FieldBase.Dec, ValueNames.Of(() => [(0, "Information Element"), (1, "Parameter Element"), (2, "TSPEC Element")]));
    static readonly Field WmmVersion = P.UInt8("wlan.wfa.ie.wme.version", "WME Version");
    static readonly Field WmmInfo = P.UInt8("wlan.wfa.ie.wme.qos_info", "WME QoS Info", FieldBase.Hex);
    static readonly Field[] StationBits =
    [
        P.UInt8("wlan.wfa.ie.wme.qos_info.sta.max_sp_length", "Max SP Length", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "WMM AP may deliver all buffered frames (MSDUs and MMPDUs)"),
        (0x1, "WMM AP may deliver a maximum of 2 buffered frames (MSDUs and MMPDUs) per USP"),
        (0x2, "WMM AP may deliver a maximum of 4 buffered frames (MSDUs and MMPDUs) per USP"),
        (0x3, "WMM AP may deliver a maximum of 6 buffered frames (MSDUs and MMPDUs) per USP")]), mask: 0x60),
        P.Flag("wlan.wfa.ie.wme.qos_info.sta.ac_be", "AC_BE", 8, 0x8, ValueNames.Flag("WMM delivery and trigger enabled", "non-WMM PS")),
        P.Flag("wlan.wfa.ie.wme.qos_info.sta.ac_bk", "AC_BK", 8, 0x4, ValueNames.Flag("WMM delivery and trigger enabled", "non-WMM PS")),
        P.Flag("wlan.wfa.ie.wme.qos_info.sta.ac_vi", "AC_VI", 8, 0x2, ValueNames.Flag("WMM delivery and trigger enabled", "non-WMM PS")),
        P.Flag("wlan.wfa.ie.wme.qos_info.sta.ac_vo", "AC_VO", 8, 0x1, ValueNames.Flag("WMM delivery and trigger enabled", "non-WMM PS")),
        P.UInt8("wlan.wfa.ie.wme.qos_info.sta.reserved", "Reserved", FieldBase.Hex, mask: 0x90),
    ];

    static readonly Field[] AccessPointBits =
    [
        P.Flag("wlan.wfa.ie.wme.qos_info.ap.u_apsd", "U-APSD", 8, 0x80, ValueNames.Flag("Enabled", "Disabled")),
        P.UInt8("wlan.wfa.ie.wme.qos_info.ap.parameter_set_count", "Parameter Set Count", FieldBase.Hex, mask: 0xf),
        P.UInt8("wlan.wfa.ie.wme.qos_info.ap.reserved", "Reserved", FieldBase.Hex, mask: 0x70),
    ];

    static readonly Field WmmReserved = P.Bytes("wlan.wfa.ie.wme.reserved", "Reserved");
    static readonly Field AccessParameters = P.Label("wlan.wfa.ie.wme.acp", "Ac Parameters");
    static readonly Field AccessFirst = P.UInt8("wlan.wfa.ie.wme.acp.aci_aifsn", "ACI / AIFSN Field", FieldBase.Hex);
    static readonly Field AccessSpace = P.UInt8("wlan.wfa.ie.wme.acp.aifsn", "AIFSN", mask: 0xf);
    static readonly Field AccessMandatory = P.Flag("wlan.wfa.ie.wme.acp.acm", "Admission Control Mandatory", 8, 0x10, ValueNames.YesNo);
    static readonly Field AccessCategory = P.UInt8("wlan.wfa.ie.wme.acp.aci", "ACI", FieldBase.Dec, ValueNames.Of(() => [(0, "Best Effort"), (1, "Background"), (2, "Video"), (3, "Voice")]), mask: 0x60);
    static readonly Field AccessReserved = P.UInt8("wlan.wfa.ie.wme.acp.reserved", "Reserved", mask: 0x80);
    static readonly Field Window = P.UInt8("wlan.wfa.ie.wme.acp.ecw", "ECW", FieldBase.Hex);
    static readonly Field WindowMaxExponent = P.UInt8("wlan.wfa.ie.wme.acp.ecw.max", "ECW Max", mask: 0xf0);
    static readonly Field WindowMinExponent = P.UInt8("wlan.wfa.ie.wme.acp.ecw.min", "ECW Min", mask: 0xf);
    static readonly Field WindowMax = P.UInt8("wlan.wfa.ie.wme.acp.cw.max", "CW Max");
    static readonly Field WindowMin = P.UInt8("wlan.wfa.ie.wme.acp.cw.min", "CW Min");
    static readonly Field AccessLimit = P.UInt16("wlan.wfa.ie.wme.acp.txop_limit", "TXOP Limit");
    static readonly ValueNames AironetNames = ValueNames.Of(() => [(0, "DTPC"), (1, "Unknown (1)"), (3, "CCX version"), (4, "Qos"), (11, "Unknown (11)"), (14, "QBSS V2 - CCA"), (20, "Client MFP")]);
    static readonly Field AironetType = P.UInt8("wlan.aironet.type", "Aironet IE type", FieldBase.Dec, AironetNames);
    static readonly Field AironetVersion = P.UInt8("wlan.aironet.version", "Aironet IE CCX version");
    static readonly Field AironetData = P.Bytes("wlan.aironet.data", "Aironet IE data");
    static readonly Field EpigramType = P.UInt8("wlan.vs.pren.type", "802.11n (Pre) Type", FieldBase.Dec, ValueNames.Of(() => [(51, "HT Capabilities (802.11n D1.10)"), (52, "HT Additional Capabilities (802.11n D1.00)")]));

    /// <summary>Adds an element's content.</summary>
    public static void Add(Packet p, in View v, Node tag, Node lengthNode, int length, bool fromStation)
    {
        if (!WlanElements.Require(p, v, lengthNode, length, 3))
        {
            return;
        }

        uint organisation = v.U24(0);
        AddOui(p, v, tag, 0);
        p.AppendLabel(tag, $": {Name(organisation)}");
        if (length <= 3)
        {
            return;
        }

        p.Add(tag, OuiType, v, 3);
        switch (organisation)
        {
            case Microsoft:
                AddMicrosoft(p, v, tag, length, fromStation);
                break;
            case Aironet:
                AddAironet(p, v, tag, length);
                break;
            case Epigram when v.U8(3) is 0x33 or 0x34:
                p.Add(tag, EpigramType, v, 3);
                p.AppendLabel(tag, v.U8(3) == 0x33 ? ": HT Capabilities (802.11n D1.10)" : ": HT Additional Capabilities (802.11n D1.00)");
                if (v.U8(3) == 0x33)
                {
                    WlanThroughput.AddHtCapabilities(p, v.From(4), tag, lengthNode, length - 4, isVendors: true);
                }
                else
                {
                    p.Add(tag, VendorData, v, 4, length - 4);
                }

                break;
            default:
                p.Add(tag, VendorData, v, 3, length - 3);
                break;
        }
    }

    /// <summary>An organisation's number.</summary>
    public static void AddOui(Packet p, in View v, Node tree, int at) => p.Add(tree, Oui, v, at);

    /// <summary>A vendor's public action: its organisation, and for the Wi-Fi Alliance what it is.</summary>
    public static int AddAction(Packet p, in View v, Node tree, int at)
    {
        AddOui(p, v, tree, at);
        if (v.U24(at) != Alliance)
        {
            p.CallData(v.From(at + 3), tree);
            return v.Reported;
        }

        p.Add(tree, AllianceSubtype, v, at + 3);
        return at + 4;
    }

    static ReadOnlySpan<byte> Name(uint organisation)
    {
        var name = Manufacturers.Find(organisation);
        return name.IsEmpty ? "Unknown"u8 : name;
    }

    static void AddMicrosoft(Packet p, in View v, Node tag, int length, bool fromStation)
    {
        int type = v.U8(3);
        p.Add(tag, MicrosoftType, v, 3);
        p.AppendLabel(tag, $": {MicrosoftTypes.FindOr((ulong)type, "Unknown")}");
        if (type == Wpa)
        {
            WlanSecurity.AddWpa(p, v, tag, 4, length);
        }
        else if (type == Wmm)
        {
            AddWmm(p, v, tag, length, fromStation);
        }
        else if (length > 4)
        {
            p.Add(tag, VendorData, v, 4, length - 4);
        }
    }

    static void AddWmm(Packet p, in View v, Node tag, int length, bool fromStation)
    {
        const int Information = 0, Parameters = 1;
        int subtype = v.U8(4);
        p.Add(tag, WmmSubtype, v, 4);
        p.AppendLabel(tag, $": {WmmSubtype.Names!.FindOr((ulong)subtype, "Unknown")}");
        p.Add(tag, WmmVersion, v, 5);
        if (subtype is not (Information or Parameters))
        {
            if (length > 6)
            {
                p.Add(tag, VendorData, v, 6, length - 6);
            }

            return;
        }

        p.AddBits(tag, WmmInfo, v, 6, fromStation ? StationBits : AccessPointBits);
        if (subtype == Information)
        {
            return;
        }

        p.Add(tag, WmmReserved, v, 7, 1);
        for (int at = 8; at < 24; at += 4)
        {
            AddAccess(p, v, tag, at);
        }
    }

    static void AddAccess(Packet p, in View v, Node tag, int at)
    {
        int first = v.U8(at), window = v.U8(at + 1), limit = v.U16LE(at + 2), min = (1 << (window & 15)) - 1, max = (1 << (window >> 4)) - 1;
        var tree = p.Add(tag, AccessParameters, v, at, 4);
        if (!p.WantsFields)
        {
            return;
        }

        p.AppendLabel(tree, $" ACI {(first >> 5) & 3} ({AccessCategory.Names!.FindOr((ulong)((first >> 5) & 3), "(Unknown)")}), ACM {((first & 0x10) != 0 ? "yes" : "no")}, AIFSN {first & 15}, ECWmin/max {window & 15}/{window >> 4} (CWmin/max {min}/{max}), TXOP {limit}");
        var part = p.Add(tree, AccessFirst, v, at);
        foreach (var field in (ReadOnlySpan<Field>)[AccessSpace, AccessMandatory, AccessCategory, AccessReserved])
        {
            p.Add(part, field, v, at);
        }

        part = p.Add(tree, Window, v, at + 1);
        p.Add(part, WindowMaxExponent, v, at + 1);
        p.Add(part, WindowMinExponent, v, at + 1);
        p.AddUInt(part, WindowMax, v, at + 1, 1, (ulong)max);
        p.AddUInt(part, WindowMin, v, at + 1, 1, (ulong)min);
        p.Add(tree, AccessLimit, v, at + 2, littleEndian: true);
    }

    static void AddAironet(Packet p, in View v, Node tag, int length)
    {
        const int Version = 3;
        int type = v.U8(3);
        p.Add(tag, AironetType, v, 3);
        string? name = AironetNames.Find((ulong)type);
        if (type == Version && length > 4)
        {
            p.Add(tag, AironetVersion, v, 4);
            p.AppendLabel(tag, $": Aironet CCX version = {v.U8(4)}");
            return;
        }

        p.AppendLabel(tag, ": Aironet ");
        p.AppendLabel(tag, $"{name ?? "Unknown"} ({type})");
        if (length > 4)
        {
            p.Add(tag, AironetData, v, 4, length - 4);
        }
    }
}
