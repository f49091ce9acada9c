using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rtp;

// Specification: RFC 3550 section 5; header extensions RFC 8285. Nothing in the bytes says that they are RTP: it is announced.
//
//    0               1               2               4
//   +---+-+-+-------+-+-------------+---------------+---------------+
//   |V=2|P|X|  CC   |M|     PT      | Sequence      | Timestamp (4) |
//   +---+-+-+-------+-+-------------+---------------+---------------+
//   | Synchronization source (4) | contributing sources (4 each) | extension | payload | padding

/// <summary>Real-Time Transport Protocol.</summary>
public sealed class Rtp() : Dissector("rtp", "sip")
{
    const int HeaderLength = 12, ExtensionHeader = 4, OneByte = 0xbede;

    static readonly Protocol P = new("Real-Time Transport Protocol", "RTP", "rtp");

    internal static readonly ValueNames Versions = ValueNames.Of(() => [(2, "RFC 1889 Version"), (0, "Old VAT Version"), (1, "First Draft Version")]);

    internal static readonly ValueNames PayloadTypes = ValueNames.Of(() => [
        (0, "ITU-T G.711 PCMU"), (1, "USA Federal Standard FS-1016"), (2, "ITU-T G.721"), (3, "GSM 06.10"), (4, "ITU-T G.723"), (5, "DVI4 8000 samples/s"),
        (6, "DVI4 16000 samples/s"), (7, "Experimental linear predictive encoding from Xerox PARC"), (8, "ITU-T G.711 PCMA"), (9, "ITU-T G.722"),
        (10, "16-bit uncompressed audio, stereo"), (11, "16-bit uncompressed audio, monaural"), (12, "Qualcomm Code Excited Linear Predictive coding"),
        (13, "Comfort noise"), (14, "MPEG-I/II Audio"), (15, "ITU-T G.728"), (16, "DVI4 11025 samples/s"), (17, "DVI4 22050 samples/s"), (18, "ITU-T G.729"),
        (19, "Comfort noise (old)"), (25, "Sun CellB video encoding"), (26, "JPEG-compressed video"), (28, "'nv' program"), (31, "ITU-T H.261"),
        (32, "MPEG-I/II Video"), (33, "MPEG-II transport streams"), (34, "ITU-T H.263"),
        (72, "Reserved for RTCP conflict avoidance"), (73, "Reserved for RTCP conflict avoidance"), (74, "Reserved for RTCP conflict avoidance"),
        (75, "Reserved for RTCP conflict avoidance"), (76, "Reserved for RTCP conflict avoidance")]);

    internal static readonly Field CallId = P.String("sip.call_id_generated", "Generated Call-ID", "Used to catch call id across protocols");
    static readonly StreamSetup.Fields Setup = new(P, CallId);
    static readonly Layout First = new(
        P.UInt8("rtp.version", "Version", FieldBase.Dec, Versions, mask: 0xc0),
        P.Flag("rtp.padding", "Padding", 8, 0x20),
        P.Flag("rtp.ext", "Extension", 8, 0x10),
        P.UInt8("rtp.cc", "Contributing source identifiers count", mask: 0x0f),
        P.Flag("rtp.marker", "Marker", 8, 0x80));

    static readonly Field PayloadType = P.UInt8("rtp.p_type", "Payload type", mask: 0x7f);

    static readonly Field Sequence = P.UInt16("rtp.seq", "Sequence number");
    static readonly Field ExtendedSequence = P.UInt32("rtp.extseq", "Extended sequence number");
    static readonly Field Timestamp = P.UInt32("rtp.timestamp", "Timestamp");
    static readonly Field Source = P.UInt32("rtp.ssrc", "Synchronization Source identifier", FieldBase.HexDec);
    static readonly Field Sources = P.Label("rtp.csrc.items", "Contributing Source identifiers");
    static readonly Field ContributingSource = P.UInt32("rtp.csrc.item", "CSRC item", FieldBase.HexDec);
    static readonly Field Profile = P.UInt16("rtp.ext.profile", "Defined by profile", FieldBase.HexDec, ValueNames.Of(() => [(103, "ED137"), (359, "ED137A")]));
    static readonly Field ExtensionLength = P.UInt16("rtp.ext.len", "Extension length");
    static readonly Field Extensions = P.Label("rtp.hdr_exts", "Header extensions");
    static readonly Field Extension = P.UInt32("rtp.hdr_ext", "Header extension", FieldBase.HexDec);
    static readonly Field ShortId = P.UInt8("rtp.ext.rfc5285.id", "Identifier", blurb: "RFC 5285 Header Extension Identifier");
    static readonly Field ShortLength = P.UInt8("rtp.ext.rfc5285.len", "Length", blurb: "RFC 5285 Header Extension length");
    static readonly Field ShortData = P.Bytes("rtp.ext.rfc5285.data", "Extension Data", blurb: "RFC 5285 Extension Data");
    static readonly Field Payload = P.Bytes("rtp.payload", "Payload");
    static readonly Field PaddingData = P.Bytes("rtp.padding.data", "Padding data");
    static readonly Field PaddingCount = P.UInt8("rtp.padding.count", "Padding count");

    /// <summary>The name of a payload type (RFC 3551 section 6).</summary>
    internal static string NameOf(int type) => type >= 96 ? $"DynamicRTP-Type-{type}" : PayloadTypes.FindOr((ulong)type, "Unassigned");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < 1 || v.U8(0) >> 6 != 2)
        {
            return 0;
        }

        int first = v.U8(0), type = v.U8(1) & 0x7f, at = HeaderLength;
        p.SetProtocol("RTP");
        var how = Latest(p);
        string name = how is not null && how.Codings.TryGetValue(type, out string? coding) ? coding : NameOf(type);
        if (p.WantsColumns)
        {
            p.Info.Set($"PT={name}, SSRC=0x{v.U32(8):X}, Seq={v.U16(2)}, Time={v.U32(4)}{((v.U8(1) & 0x80) != 0 ? ", Mark" : "")}");
        }

        var tree = p.Open(P, v, parent);
        if (how is not null)
        {
            Setup.Add(p, v, tree, how);
        }

        p.AddRows(tree, v, 0, First);
        p.Label(p.Add(tree, PayloadType, v, 1), $"Payload type: {name} ({type})");
        p.Add(tree, Sequence, v, 2);
        if (p.Conversation is { } conversation && !p.IsQuoted)
        {
            p.Generated(p.AddUInt(tree, ExtendedSequence, v, 2, 2, conversation.GetOrAdd<Sequences>(this).Extend(v.U32(8), v.U16(2))));
        }

        p.Add(tree, Timestamp, v, 4);
        p.Add(tree, Source, v, 8);
        int count = first & 0x0f;
        if (count > 0)
        {
            var sources = p.Add(tree, Sources, v, at, count * 4);
            p.AppendLabel(sources, $" ({count} items)");
            for (int i = 0; i < count; i++, at += 4)
            {
                p.Label(p.Add(sources, ContributingSource, v, at), $"CSRC item {i}: 0x{v.U32(at):X}");
            }
        }

        if ((first & 0x10) != 0)
        {
            at = AddExtension(p, v, tree, at);
        }

        if (IsEvent(type, name))
        {
            var payload = p.Add(tree, Payload, v, at);
            p.Call(Catalog.RtpEvent, v.From(at), parent);
            p.Hidden(payload);
            return v.Reported;
        }

        AddPayload(p, v, tree, at, (first & 0x20) != 0);
        if (how is null && p.Outer is Rtsp.Rtsp && !p.IsQuoted)
        {
            // Wireshark says so of whatever was handed over without an announcement.
            p.Conversation?.Set(this, new StreamSetup("DECODE AS", p.Number, "", new Dictionary<int, string>()));
        }

        return v.Reported;
    }

    static bool IsEvent(int type, string name) => type is RtpEvent.CiscoType or RtpEvent.UsualType ? name.StartsWith("Dynamic", StringComparison.Ordinal) : name == "telephone-event";

    /// <summary>The announcement that holds: the last one of where it goes to, or of where it comes from.</summary>
    StreamSetup? Latest(Packet p)
    {
        if (p.Conversation is not { } conversation)
        {
            return null;
        }

        var how = conversation.Get<StreamSetup>(this);
        if (conversation.IsAnnounced && !p.IsQuoted)
        {
            var table = p.Engine.Conversations;
            how = table.Announced(PortKind.Udp, p.NetworkDestination, p.DestinationPort, this) as StreamSetup
                ?? table.Announced(PortKind.Udp, p.NetworkSource, p.SourcePort, this) as StreamSetup ?? how;
        }

        return how;
    }

    static int AddExtension(Packet p, in View v, Node tree, int at)
    {
        int profile = v.U16(at), length = v.U16(at + 2) * 4;
        p.Add(tree, Profile, v, at);
        p.Add(tree, ExtensionLength, v, at + 2);
        at += ExtensionHeader;
        if (length == 0)
        {
            return at;
        }

        v.Ensure(at, length);
        var branch = p.Add(tree, Extensions, v, at, length);
        if (profile == OneByte)
        {
            AddShortExtensions(p, v, branch, at, at + length);
        }
        else
        {
            for (int i = at; i < at + length; i += 4)
            {
                p.Add(branch, Extension, v, i);
            }
        }

        return at + length;
    }

    /// <summary>RFC 8285 section 4.2.</summary>
    static void AddShortExtensions(Packet p, in View v, Node branch, int at, int end)
    {
        while (at < end)
        {
            int id = v.U8(at) >> 4, length = (v.U8(at) & 0x0f) + 1;
            if (v.U8(at) == 0)
            {
                at++;
                continue;
            }

            if (id == 15)
            {
                break;
            }

            var item = p.AddText(branch, v, at, 1 + length, "RFC 5285 Header Extension (One-Byte Header)");
            p.AddUInt(item, ShortId, v, at, 1, (uint)id);
            p.AddUInt(item, ShortLength, v, at, 1, (uint)length);
            p.Add(item, ShortData, v, at + 1, length);
            at += 1 + length;
        }
    }

    static void AddPayload(Packet p, in View v, Node tree, int at, bool isPadded)
    {
        int length = v.ReportedFrom(at), padding = isPadded && v.Captured == v.Reported && length > 0 ? v.U8(v.Reported - 1) : 0;
        if (padding > length)
        {
            padding = 0;
        }

        if (length > padding)
        {
            p.Add(tree, Payload, v, at, Math.Min(length - padding, v.CapturedFrom(at)));
        }

        if (padding > 1)
        {
            p.Add(tree, PaddingData, v, v.Reported - padding, padding - 1);
        }

        if (padding > 0)
        {
            p.Add(tree, PaddingCount, v, v.Reported - 1);
        }
    }

    /// <summary>How often the sequence numbers of each source have started anew (RFC 3550 appendix A.1).</summary>
    sealed class Sequences
    {
        const int Limit = 64;

        readonly Dictionary<uint, uint> last = [];

        public uint Extend(uint source, ushort number)
        {
            if (!last.TryGetValue(source, out uint before))
            {
                if (last.Count >= Limit)
                {
                    last.Clear();
                }

                // Wireshark counts the first as if it came after a whole round.
                before = 0x10000;
            }

            uint extended = (uint)(before + (short)(number - (ushort)before));
            last[source] = extended;
            return extended;
        }
    }
}
