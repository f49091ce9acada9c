using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: struct pktap_header of Apple's <net/pktap.h>; numbers in the byte order of the machine that captured, which is little-endian today.

/// <summary>Apple's PKTAP: which interface and process a packet belongs to, before the packet with its link's own header.</summary>
public sealed class Pktap() : Dissector("pktap")
{
    const int Header = 108, NameLength = 24, CommandLength = 20;

    static readonly Protocol P = new("PKTAP packet header", "PKTAP", "pktap");
    static readonly Field HeaderLength = P.UInt32("pktap.hdrlen", "Header length");
    static readonly Field LinkKind = P.UInt32("pktap.dlt", "DLT");
    static readonly Expert TooShort = P.Expert("pktap.hdrlen_too_short", Severity.Error, ExpertGroup.Malformed, "Header length is too short");

    static readonly Layout Rest = new(
        P.UInt32("pktap.rectype", "Record type").LittleEnd(),
        LinkKind.LittleEnd(),
        P.StringZ("pktap.ifname", "Interface name").Of(NameLength),
        P.UInt32("pktap.flags", "Flags", FieldBase.Hex).LittleEnd(),
        P.UInt32("pktap.pfamily", "Protocol family").LittleEnd(),
        P.UInt32("pktap.llhdrlen", "Link-layer header length").LittleEnd(),
        P.UInt32("pktap.lltrlrlen", "Link-layer trailer length").LittleEnd(),
        P.UInt32("pktap.pid", "Process ID").LittleEnd(),
        P.StringZ("pktap.cmdname", "Command name").Of(CommandLength),
        P.UInt32("pktap.svc_class", "Service class").LittleEnd(),
        P.UInt16("pktap.iftype", "Interface type").LittleEnd(),
        P.UInt16("pktap.ifunit", "Interface unit").LittleEnd(),
        P.UInt32("pktap.epid", "Effective process ID").LittleEnd(),
        P.StringZ("pktap.ecmdname", "Effective command name").Of(CommandLength));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.Pktap, (uint)LinkType.User2);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PKTAP");
        p.Info.Clear();
        uint length = v.U32LE(0), link = v.U32LE(8);
        var tree = p.Open(P, v, parent, 0, (int)Math.Min(length, (uint)v.Captured));
        p.AddLE(tree, HeaderLength, v, 0);
        p.Info.Set($"PKTAP, {length} byte header");
        if (length < Header)
        {
            p.Expert(p.AddText(parent, v, 0, 4, TooShort.Summary), TooShort, v, 0, 4);
            return v.Reported;
        }

        p.AddRows(tree, v, 4, Rest);
        p.Engine.State<Inner>().Link = link;
        p.Call(Catalog.PcapPacketData, v.From((int)Math.Min(length, (uint)v.Captured)), parent);
        return v.Reported;
    }

    /// <summary>The link type of the packet inside, for the dissector called next.</summary>
    sealed class Inner
    {
        public uint Link { get; set; }
    }

    /// <summary>A packet of a link that another header names; shown only in <c>frame.protocols</c>, as in Wireshark.</summary>
    public sealed class PacketData() : Dissector("pcap_pktdata")
    {
        static readonly Protocol PacketProtocol = new("pcap/pcapng packet data", "pcap_pktdata", "pcap_pktdata");
        static readonly Field Undecoded = PacketProtocol.Label("pcap_pktdata.undecoded_data", "Undecoded data");
        static readonly Expert Unsupported = PacketProtocol.Expert("pcap_pktdata.linktype_unknown", Severity.Note, ExpertGroup.Undecoded, "That link-layer header type is not supported");

        /// <inheritdoc />
        public override Protocol Protocol => PacketProtocol;

        /// <inheritdoc />
        public override bool CrossesLanes => true;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            uint link = p.Engine.State<Inner>().Link;
            if (p.Engine.Find(Frame.LinkTypes, link) is { } next)
            {
                p.Call(next, v, parent);
            }
            else
            {
                p.Expert(p.Add(parent, Undecoded, v, 0, v.Captured), Unsupported, v, 0, 0, $"Link-layer header type {link} is not supported");
            }

            return Math.Max(1, v.Reported);
        }
    }
}
