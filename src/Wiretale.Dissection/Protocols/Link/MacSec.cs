using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.1AE-2018, clause 9.
//
//   0                  1              2               6
//   +----------+-------+--------------+---------------+--------------------------------+----------+-----
//   | TCI      | AN    | short length | packet number | system and port id, when SC is | secured  | ICV
//   +----------+-------+--------------+---------------+--------------------------------+----------+-----
//    6 bits     2 bits

/// <summary>IEEE 802.1AE: frames with a check value, and perhaps encrypted, between neighbours.</summary>
public sealed class MacSec() : Dissector("macsec")
{
    const int ShortTag = 6, LongTag = 14, CheckValue = 16;
    const int Version = 0x80, HasChannel = 0x20, Changed = 0x0c;

    static readonly Protocol P = new("802.1AE Security tag", "MACsec", "macsec");
    static readonly Field Control = P.UInt8("macsec.TCI", "TCI", FieldBase.Hex, mask: 0xfc, blurb: "TAG Control Information");
    static readonly Field ControlVersion = P.UInt8("macsec.TCI.V", "VER", FieldBase.Hex, mask: 0x80, blurb: "Version");
    static readonly Field EndStation = P.Flag("macsec.TCI.ES", "ES", 8, 0x40, ValueNames.SetNotSet, blurb: "End Station");
    static readonly Field SecureChannel = P.Flag("macsec.TCI.SC", "SC", 8, 0x20, ValueNames.SetNotSet, blurb: "Secure Channel");
    static readonly Field SingleCopy = P.Flag("macsec.TCI.SCB", "SCB", 8, 0x10, ValueNames.SetNotSet, blurb: "Single Copy Broadcast");
    static readonly Field Encryption = P.Flag("macsec.TCI.E", "E", 8, 0x08, ValueNames.SetNotSet, blurb: "Encryption");
    static readonly Field ChangedText = P.Flag("macsec.TCI.C", "C", 8, 0x04, ValueNames.SetNotSet, blurb: "Changed Text");
    static readonly Field Association = P.UInt8("macsec.AN", "AN", FieldBase.Hex, mask: 0x03, blurb: "Association Number");
    static readonly Field ShortLength = P.UInt8("macsec.SL", "Short length");
    static readonly Field Number = P.UInt32("macsec.PN", "Packet number");
    static readonly Field SystemIdentifier = P.Ether("macsec.SCI.system_identifier", "System Identifier");
    static readonly Field PortIdentifier = P.UInt16("macsec.SCI.port_identifier", "Port Identifier");
    static readonly Field Type = P.UInt16("macsec.etype", "Ethertype", FieldBase.Hex);
    static readonly Field Check = P.Bytes("macsec.ICV", "ICV");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypes.MacSec);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        byte control = v.U8(0);
        int header = (control & HasChannel) != 0 ? LongTag : ShortTag;
        if ((control & Version) != 0 || v.Captured < header + CheckValue)
        {
            return 0;
        }

        bool isReadable = (control & Changed) == 0;
        p.SetProtocol("MACSEC");
        p.Info.Set("MACsec frame"u8);
        var tree = p.Open(P, v, parent, 0, header + (isReadable ? 2 : 0));
        ShowTag(p, v, tree, header);
        if (isReadable)
        {
            // The check value is what stands behind the protocol's own bytes, like any link's trailer.
            p.Add(tree, Type, v, header);
            int own = EtherType.HandOff(p, v.U16(header), v.From(header + 2), parent);
            Ethernet.AddTrailer(p, tree, v, header + 2 + own, Check, mayHaveFcs: false);
        }
        else
        {
            int secured = v.Captured - CheckValue;
            p.Add(tree, Check, v, secured, CheckValue);
            p.CallData(v.Part(header, secured - header), parent);
        }

        return v.Reported;
    }

    static void ShowTag(Packet p, in View v, Node tree, int header)
    {
        if (!p.WantsFields)
        {
            return;
        }

        byte control = v.U8(0);
        var node = p.Add(tree, Control, v, 0);
        foreach (var field in (ReadOnlySpan<Field>)[ControlVersion, EndStation, SecureChannel, SingleCopy, Encryption, ChangedText])
        {
            p.Add(node, field, v, 0, 1);
        }

        p.AppendLabel(node, $", VER: 0x{control >> 7:x}");
        foreach (var flag in (ReadOnlySpan<Field>)[EndStation, SecureChannel, SingleCopy, Encryption, ChangedText])
        {
            if ((control & (byte)flag.Mask) != 0)
            {
                p.AppendLabel(node, $", {flag.Label}");
            }
        }

        p.AddAll(tree, v, 0, Association, ShortLength, Number);
        if (header == LongTag)
        {
            p.AddAll(tree, v, ShortTag, SystemIdentifier, PortIdentifier);
        }
    }
}
