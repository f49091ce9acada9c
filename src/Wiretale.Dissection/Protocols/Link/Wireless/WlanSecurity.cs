using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>How a network encrypts and how its keys are made: the RSN element (IEEE 802.11-2020 section 9.4.2.24), and WPA, which was there first.</summary>
static class WlanSecurity
{
    static readonly Protocol P = Wlan.P;
    static readonly ValueNames CipherNames = ValueNames.Of(() => [
        (0, "NONE"), (1, "WEP (40-bit)"), (2, "TKIP"), (3, "AES (OCB)"), (4, "AES (CCM)"), (5, "WEP (104-bit)"), (6, "BIP (128)"),
        (7, "Group addressed traffic not allowed"), (8, "GCMP (128)"), (9, "GCMP (256)"), (10, "CCMP (256)"), (11, "BIP (GMAC-128)"),
        (12, "BIP (GMAC-256)"), (13, "BIP (CMAC-256)")]);
    static readonly ValueNames KeyNames = ValueNames.Of(() => [
        (0, "NONE"), (1, "WPA"), (2, "PSK"), (3, "FT over IEEE 802.1X"), (4, "FT using PSK"), (5, "WPA (SHA256)"), (6, "PSK (SHA256)"),
        (7, "TDLS / TPK Handshake (SHA256)"), (8, "SAE (SHA256)"), (9, "FT using SAE (SHA256)"), (10, "APPeerKey (SHA256)"),
        (11, "WPA (SHA256-SuiteB)"), (12, "WPA (SHA384-SuiteB)"), (13, "FT over IEEE 802.1X (SHA384)"),
        (14, "FILS (SHA256 and AES-SIV-256)"), (15, "FILS (SHA384 and AES-SIV-512)"), (16, "FT over FILS (SHA256 and AES-SIV-256)"),
        (17, "FT over FILS (SHA384 and AES-SIV-512)"), (18, "Opportunistic Wireless Encryption"), (19, "FT using PSK (SHA384)"),
        (20, "PSK (SHA384)"), (21, "PASN")]);
    static readonly Field Version = P.UInt16("wlan.rsn.version", "RSN Version", blurb: "Indicates the version number of the RSNA protocol");
    static readonly Suite Group = new("wlan.rsn.gcs", "Group Cipher Suite", "wlan.rsn.gcs.type", CipherNames);
    static readonly SuiteList Pairwise = new("wlan.rsn.pcs", "Pairwise Cipher Suite", "wlan.rsn.pcs.type", CipherNames);
    static readonly SuiteList KeyManagement = new("wlan.rsn.akms", "Auth Key Management (AKM)", "wlan.rsn.akms.type", KeyNames);
    static readonly Field Capabilities = P.UInt16("wlan.rsn.capabilities", "RSN Capabilities", FieldBase.Hex);
    static readonly Field[] CapabilityBits =
    [
        P.Flag("wlan.rsn.capabilities.preauth", "RSN Pre-Auth capabilities", 16, 0x1, ValueNames.Flag("Transmitter supports pre-authentication", "Transmitter does not support pre-authentication")),
        P.Flag("wlan.rsn.capabilities.no_pairwise", "RSN No Pairwise capabilities", 16, 0x2, ValueNames.Flag("Transmitter cannot support WEP default key 0 simultaneously with Pairwise key", "Transmitter can support WEP default key 0 simultaneously with Pairwise key")),
        P.UInt16("wlan.rsn.capabilities.ptksa_replay_counter", "RSN PTKSA Replay Counter capabilities", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "1 replay counter per PTKSA/GTKSA/STAKeySA"), (0x1, "2 replay counters per PTKSA/GTKSA/STAKeySA"),
        (0x2, "4 replay counters per PTKSA/GTKSA/STAKeySA"), (0x3, "16 replay counters per PTKSA/GTKSA/STAKeySA")]), mask: 0xc),
        P.UInt16("wlan.rsn.capabilities.gtksa_replay_counter", "RSN GTKSA Replay Counter capabilities", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "1 replay counter per PTKSA/GTKSA/STAKeySA"), (0x1, "2 replay counters per PTKSA/GTKSA/STAKeySA"),
        (0x2, "4 replay counters per PTKSA/GTKSA/STAKeySA"), (0x3, "16 replay counters per PTKSA/GTKSA/STAKeySA")]), mask: 0x30),
        P.Flag("wlan.rsn.capabilities.mfpr", "Management Frame Protection Required", 16, 0x40),
        P.Flag("wlan.rsn.capabilities.mfpc", "Management Frame Protection Capable", 16, 0x80),
        P.Flag("wlan.rsn.capabilities.jmr", "Joint Multi-band RSNA", 16, 0x100),
        P.Flag("wlan.rsn.capabilities.peerkey", "PeerKey Enabled", 16, 0x200),
        P.Flag("wlan.rsn.capabilities.extended_key_id_iaf", "Extended Key ID for Individually Addressed Frames", 16, 0x2000, ValueNames.Flag("Supported", "Not supported")),
    ];

    static readonly Field IdentifierCount = P.UInt16("wlan.rsn.pmkid.count", "PMKID Count");
    static readonly Field IdentifierList = P.Label("wlan.rsn.pmkid.list", "PMKID List");
    static readonly Field Identifier = P.Bytes("wlan.pmkid.akms", "PMKID");
    static readonly Suite GroupManagement = new("wlan.rsn.gmcs", "Group Management Cipher Suite", "wlan.rsn.gmcs.type", CipherNames);
    static readonly ValueNames WpaCipherNames = ValueNames.Of(() => [
        (0, "NONE"), (1, "WEP (40-bit)"), (2, "TKIP"), (3, "AES (OCB)"), (4, "AES (CCM)"), (5, "WEP (104-bit)"), (6, "BIP"),
        (7, "Group addressed traffic not allowed")]);
    static readonly ValueNames WpaKeyNames = ValueNames.Of(() => [
        (0, "NONE"), (1, "WPA"), (2, "PSK"), (3, "FT over IEEE 802.1X"), (4, "FT using PSK"), (5, "WPA (SHA256)"), (6, "PSK (SHA256)"),
        (7, "TDLS / TPK Handshake")]);
    static readonly Field WpaVersion = P.UInt16("wlan.wfa.ie.wpa.version", "WPA Version");
    static readonly Suite Multicast = new("wlan.wfa.ie.wpa.mcs", "Multicast Cipher Suite", "wlan.wfa.ie.wpa.mcs.type", WpaCipherNames);
    static readonly SuiteList Unicast = new("wlan.wfa.ie.wpa.ucs", "Unicast Cipher Suite", "wlan.wfa.ie.wpa.ucs.type", WpaCipherNames);
    static readonly SuiteList WpaKeyManagement = new("wlan.wfa.ie.wpa.akms", "Auth Key Management (AKM)", "wlan.wfa.ie.wpa.type", WpaKeyNames);
    static readonly Expert TooManyPairwise = P.Expert("wlan.rsn.pcs.count.invalid", Severity.Error, ExpertGroup.Malformed, "Pairwise Cipher Suite Count too large");
    static readonly Expert TooManyKeys = P.Expert("wlan.rsn.akms.count.invalid", Severity.Error, ExpertGroup.Malformed, "Auth Key Management (AKM) Suite Count too large");
    static readonly Expert TooManyIdentifiers = P.Expert("wlan.rsn.pmkid.count.invalid", Severity.Error, ExpertGroup.Malformed, "PMKID Count too large");

    /// <summary>The RSN element.</summary>
    public static void AddRsn(Packet p, in View v, Node tag, Node lengthNode, int length)
    {
        const int Shortest = 2, IdentifierLength = 16;
        if (!WlanElements.Require(p, v, lengthNode, length, Shortest))
        {
            return;
        }

        v.Ensure(0, length);
        p.Add(tag, Version, v, 0, littleEndian: true);
        Group.Add(p, v, tag, 2);
        int at = 6;
        if (at >= length)
        {
            return;
        }

        at = Pairwise.Add(p, v, tag, at, length, TooManyPairwise);
        if (at >= length)
        {
            return;
        }

        at = KeyManagement.Add(p, v, tag, at, length, TooManyKeys);
        if (at >= length)
        {
            return;
        }

        p.AddBits(tag, Capabilities, v, at, CapabilityBits, littleEndian: true);
        at += 2;
        if (at >= length)
        {
            return;
        }

        int count = v.U16LE(at);
        var countNode = p.Add(tag, IdentifierCount, v, at, littleEndian: true);
        at += 2;
        if (at + (count * IdentifierLength) > length)
        {
            p.Expert(countNode, TooManyIdentifiers, v, at - 2, 0, $"PMKID Count too large, {count} > {(length - at) / IdentifierLength}");
            count = Math.Max(0, (length - at) / IdentifierLength);
        }

        var list = p.Add(tag, IdentifierList, v, at, count * IdentifierLength);
        for (int i = 0; i < count; i++)
        {
            p.Add(list, Identifier, v, at, IdentifierLength);
            at += IdentifierLength;
        }

        if (at < length)
        {
            GroupManagement.Add(p, v, tag, at);
        }
    }

    /// <summary>The content of WPA's element, behind its organisation and type.</summary>
    public static void AddWpa(Packet p, in View v, Node tag, int at, int length)
    {
        p.Add(tag, WpaVersion, v, at, littleEndian: true);
        Multicast.Add(p, v, tag, at + 2);
        at += 6;
        if (at < length)
        {
            at = Unicast.Add(p, v, tag, at, length, null);
        }

        if (at < length)
        {
            WpaKeyManagement.Add(p, v, tag, at, length, null);
        }
    }

    /// <summary>A method, as the organisation that made it and its number there.</summary>
    sealed class Suite
    {
        readonly Field whole, oui, type, otherType;
        readonly ValueNames names;

        public Suite(string name, string label, string typeName, ValueNames names, string typeLabel = "")
        {
            this.names = names;
            typeLabel = typeLabel.Length > 0 ? typeLabel : label;
            whole = P.UInt32(name, label == "Auth Key Management (AKM)" ? "Auth Key Management (AKM) Suite" : label, FieldBase.Custom);
            oui = P.UInt24($"{name}.oui", $"{typeLabel} OUI", FieldBase.Oui);
            type = P.UInt8(typeName, $"{typeLabel} type", FieldBase.Dec, names);
            otherType = P.UInt8(typeName, $"{typeLabel} type");
        }

        /// <summary>Adds it.</summary>
        /// <param name="list">The list that it stands in, whose label says it too.</param>
        public void Add(Packet p, in View v, Node parent, int at, Node list = default)
        {
            var node = p.Add(parent, whole, v, at);
            uint organisation = v.U24(at);
            int number = v.U8(at + 3);
            bool isKnown = organisation is 0x000fac or 0x0050f2;
            string name = isKnown ? names.FindOr((ulong)number, "Unknown") : "Unknown";
            p.Label(node, $"{whole.Label}: {new OuiText(organisation)} {name}");
            if (name == "Unknown")
            {
                p.AppendLabel(node, $" {number}");
            }
            else if (list.IsWanted)
            {
                p.AppendLabel(list, $" {new OuiText(organisation)} {name}");
            }

            p.Add(node, oui, v, at);
            p.Add(node, isKnown ? type : otherType, v, at + 3);
        }
    }

    /// <summary>Several methods after their number.</summary>
    sealed class SuiteList
    {
        readonly Field count, list;
        readonly Suite one;
        readonly string label;

        public SuiteList(string name, string label, string typeName, ValueNames names)
        {
            this.label = label;
            count = P.UInt16($"{name}.count", label.EndsWith(')') ? $"{label} Suite Count" : $"{label} Count");
            list = P.Label($"{name}.list", $"{label} List");
            one = new(name, label, typeName, names);
        }

        /// <summary>Adds as many as fit, and returns where they end.</summary>
        public int Add(Packet p, in View v, Node tag, int at, int end, Expert? tooMany)
        {
            const int SuiteLength = 4;
            int number = v.U16LE(at);
            var countNode = p.Add(tag, count, v, at, littleEndian: true);
            at += 2;
            if (at + (number * SuiteLength) > end)
            {
                int most = Math.Max(0, (end - at) / SuiteLength);
                if (tooMany is not null)
                {
                    p.Expert(countNode, tooMany, v, at - 2, 0, $"{label}{(label.EndsWith(')') ? " Suite" : "")} Count too large, {SuiteLength}*{number} > {end - at}");
                }

                number = most;
            }

            var branch = p.Add(tag, list, v, at, number * SuiteLength);
            for (int i = 0; i < number; i++)
            {
                one.Add(p, v, branch, at, branch);
                at += SuiteLength;
            }

            return at;
        }
    }
}

/// <summary>An organisation's number with its name, as suites show it: <c>00:0f:ac (Ieee 802.11)</c>.</summary>
readonly record struct OuiText(uint Value) : IUtf8SpanFormattable
{
    public bool TryFormat(Span<byte> target, out int written, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        written = 0;
        var name = Manufacturers.Find(Value);
        if (target.Length < 11 + name.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = [(byte)(Value >> 16), (byte)(Value >> 8), (byte)Value];
        written = AddressText.Hex(target, bytes, (byte)':');
        if (!name.IsEmpty)
        {
            " ("u8.CopyTo(target[written..]);
            name.CopyTo(target[(written + 2)..]);
            written += 3 + name.Length;
            target[written - 1] = (byte)')';
        }

        return true;
    }
}
