using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Ntp;

// Specification: RFC 5905 (version 4), RFC 1305 (3), RFC 7822 (extension fields), RFC 8915 (NTS); control messages: RFC 9327.
//
//    0               1               2               3
//   +---+-----+-----+---------------+---------------+---------------+
//   |LI | Ver | Mode| Stratum       | Poll          | Precision     |
//   +---+-----+-----+---------------+---------------+---------------+
//   | Root delay    | Root dispersion               | Reference ID  |  32 bits each
//   +---------------+-------------------------------+---------------+
//   | Reference, origin, receive, transmit timestamp                |  64 bits each
//   +---------------------------------------------------------------+
//   | Extension fields; key ID and message authentication code      |

/// <summary>Network Time Protocol.</summary>
public sealed class Ntp() : Dissector("ntp")
{
    const byte Control = 6, Private = 7;

    /// <summary>The shortest extension field, and what must follow one that is not the last (RFC 7822 section 7.5).</summary>
    const int ShortestExtension = 16, ShortestAfterExtension = 20;

    internal static readonly Protocol P = new("Network Time Protocol", "NTP", "ntp");

    internal static readonly Field Flags = P.UInt8("ntp.flags", "Flags", FieldBase.Hex, blurb: "Flags (Leap/Version/Mode)");
    internal static readonly Field Leap = P.UInt8("ntp.flags.li", "Leap Indicator", FieldBase.Dec, NtpNames.Leap, mask: 0xc0,
        blurb: "Warning of an impending leap second to be inserted or deleted in the last minute of the current month");
    internal static readonly Field Version = P.UInt8("ntp.flags.vn", "Version number", FieldBase.Dec, NtpNames.Versions, mask: 0x38);
    internal static readonly Field Mode = P.UInt8("ntp.flags.mode", "Mode", FieldBase.Dec, NtpNames.Modes, mask: 0x07);
    internal static readonly Field Stratum = P.UInt8("ntp.stratum", "Peer Clock Stratum", FieldBase.Dec, NtpNames.Strata);
    internal static readonly Field ReferenceId = P.Bytes("ntp.refid", "Reference ID", blurb: "Particular server or reference clock being used");
    internal static readonly Field KeyId = P.Bytes("ntp.keyid", "Key ID");
    internal static readonly Field Mac = P.Bytes("ntp.mac", "Message Authentication Code");
    static readonly Field Extension = P.Label("ntp.ext", "Extension");
    static readonly Field ExtensionType = P.UInt16("ntp.ext.type", "Field Type", FieldBase.Hex, NtpNames.Extensions);
    static readonly Field ExtensionLength = P.UInt16("ntp.ext.length", "Length", blurb: "Entire extension length including padding");
    static readonly Field ExtensionValue = P.Bytes("ntp.ext.value", "Value", blurb: "Type-specific value");
    static readonly Expert OddLength = P.Expert("ntp.ext.invalid_length", Severity.Warning, ExpertGroup.Protocol, "Extension invalid length");

    internal static readonly Field Poll = P.UInt8("ntp.ppoll", "Peer Polling Interval", blurb: "Maximum interval between successive messages");
    static readonly Row PollRow = Poll.Then(
        static (p, node, in v, at, value) =>
        {
            // RFC 5905 section 7.2: 2^4 to 2^17 seconds.
            if (value is >= 4 and <= 17)
            {
                p.Label(node, $"Peer Polling Interval: {value} ({1 << (int)value} seconds)");
            }
            else
            {
                p.Label(node, $"Peer Polling Interval: invalid ({value})");
            }
        });

    internal static readonly Field Precision = P.UInt8("ntp.precision", "Peer Clock Precision", blurb: "The precision of the system clock");
    static readonly Row PrecisionRow = Precision.Then(
        static (p, node, in v, at, value) => p.Label(node, $"Peer Clock Precision: {Math.Pow(2, (sbyte)value):F6} seconds"));

    internal static readonly Field RootDelay = P.UInt32("ntp.rootdelay", "Root Delay", blurb: "Total round-trip delay to the reference clock");
    internal static readonly Field RootDispersion = P.UInt32("ntp.rootdispersion", "Root Dispersion", blurb: "Total dispersion to the reference clock");
    internal static readonly Field ReferenceTime = P.AbsoluteTime("ntp.reftime", "Reference Timestamp", FieldBase.NtpUtc, "Time when the system clock was last set or corrected");
    internal static readonly Field OriginTime = P.AbsoluteTime("ntp.org", "Origin Timestamp", FieldBase.NtpUtc, "Time at the client when the request departed for the server");
    internal static readonly Field ReceiveTime = P.AbsoluteTime("ntp.rec", "Receive Timestamp", FieldBase.NtpUtc, "Time at the server when the request arrived from the client");
    internal static readonly Field TransmitTime = P.AbsoluteTime("ntp.xmt", "Transmit Timestamp", FieldBase.NtpUtc, "Time at the server when the response left for the client");

    static readonly Layout Message = new(
        Flags.Summary(Leap, Version, Mode),
        Stratum, PollRow, PrecisionRow, RootDelay.Then(ShowSeconds("Root Delay")), RootDispersion.Then(ShowSeconds("Root Dispersion")),
        ReferenceId.Of(4).Then(ShowReference),
        ReferenceTime, OriginTime, ReceiveTime, TransmitTime);

    static readonly Layout Authenticator = new(KeyId.Of(4), Mac.Rest().Optional());

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(NtpControl), typeof(NtpPrivate)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, 123);
        claims.Numbers(Tcp.Ports, 123);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int flags = v.U8(0), mode = flags & 0x07;
        string version = NtpNames.Versions.FindOr((ulong)(flags >> 3) & 0x07, "reserved"), name = NtpNames.ShortModes.FindOr((ulong)mode, "reserved");
        p.SetProtocol("NTP");
        p.Info.Set($"{version}, {name}");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Network Time Protocol ({version}, {name})");
        switch (mode)
        {
            case Control:
                NtpControl.Dissect(p, v, tree);
                break;
            case Private:
                NtpPrivate.Dissect(p, v, tree);
                break;
            default:
                AddAfterMessage(p, v, tree, p.AddRows(tree, v, 0, Message));
                break;
        }

        return v.Reported;
    }

    /// <summary>Seconds and their 65536ths.</summary>
    static RowDone ShowSeconds(string label) => (p, node, in v, at, value) => p.Label(node, $"{label}: {(double)value / 65536:F6} seconds");

    /// <summary>Letters in the highest stratum, an address in those below.</summary>
    static void ShowReference(Packet p, Node node, in View v, int at, ulong value)
    {
        if (v.U8(1) > 1)
        {
            p.Label(node, $"Reference ID: {Address.IPv4((uint)value)}");
        }
        else if (NtpNames.References.Find(value) is { } name)
        {
            p.Label(node, $"Reference ID: {name}");
        }
        else
        {
            p.Scratch.Clear();
            var letters = v.Span(at, 4);
            int end = letters.IndexOf((byte)0);
            TextDecoder.Decode(end < 0 ? letters : letters[..end], TextEncoding.Ascii, p.Scratch);
            p.Label(node, $"Reference ID: Unidentified reference source '{p.Scratch.Bytes}'");
        }
    }

    static void AddAfterMessage(Packet p, in View v, Node tree, int at)
    {
        while (IsExtension(v, at))
        {
            int length = v.U16(at + 2);
            var branch = p.Add(tree, Extension, v, at, length);
            p.Add(branch, ExtensionType, v, at);
            var shown = p.Add(branch, ExtensionLength, v, at + 2);
            if (length % 4 != 0)
            {
                p.Expert(shown, OddLength, v, at + 2, 2, $"Extension length {length} isn't a multiple of 4");
                return;
            }

            p.Add(branch, ExtensionValue, v, at + 4, length - 4);
            at += length;
        }

        AddAuthenticator(p, v, tree, at);
    }

    /// <summary>Whether what begins here can be an extension field rather than an authenticator: after it comes nothing, another, or an authenticator.</summary>
    static bool IsExtension(in View v, int at)
    {
        if (v.ReportedFrom(at) < ShortestExtension)
        {
            return false;
        }

        int length = v.U16(at + 2), rest = v.ReportedFrom(at) - length;
        return length >= ShortestExtension && (rest is 0 or >= ShortestAfterExtension || (rest == ShortestExtension && IsExtension(v, at + length)));
    }

    /// <summary>What stands last: the number of a key, and what it made of the message.</summary>
    internal static void AddAuthenticator(Packet p, in View v, Node tree, int at)
    {
        if (v.ReportedFrom(at) >= 4)
        {
            p.AddRows(tree, v, at, Authenticator);
        }
    }
}
