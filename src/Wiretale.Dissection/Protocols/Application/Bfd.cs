using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 5880 section 4; ports: RFC 5881 (3784), RFC 5883 (4784), RFC 7130 (6784), RFC 7881 (7784).
//
//    0               1               2               3
//   +-----+---------+---+-+-+-+-+-+-+---------------+---------------+
//   | Ver | Diag    |Sta|P|F|C|A|D|M| Multiplier    | Length        |
//   +-----+---------+---+-+-+-+-+-+-+---------------+---------------+
//   | My discriminator, your discriminator; three intervals         |  32 bits each
//   +---------------+---------------+---------------+---------------+
//   | Authentication type, length   | Key ID        | ...

/// <summary>Bidirectional Forwarding Detection, control packets.</summary>
public sealed class Bfd() : Dissector("bfd")
{
    const int Length = 24, AuthenticationHead = 3;
    const byte HasAuthentication = 0x04;
    const int SimplePassword = 1, KeyedMd5 = 2, MeticulousMd5 = 3, KeyedSha1 = 4, MeticulousSha1 = 5;

    static readonly Protocol P = new("Bidirectional Forwarding Detection Control Message", "BFD Control", "bfd");
    static readonly ValueNames Diagnostics = ValueNames.Of(() => [(0, "No Diagnostic"), (1, "Control Detection Time Expired"), (2, "Echo Function Failed"),
        (3, "Neighbor Signaled Session Down"), (4, "Forwarding Plane Reset"), (5, "Path Down"), (6, "Concatenated Path Down"), (7, "Administratively Down"),
        (8, "Reverse Concatenated Path Down"), (9, "Mis-Connectivity Defect")]);

    static readonly ValueNames States = ValueNames.Of(() => [(0, "AdminDown"), (1, "Down"), (2, "Init"), (3, "Up")]);
    static readonly ValueNames Authentications = ValueNames.Of(() => [(SimplePassword, "Simple Password"), (KeyedMd5, "Keyed MD5"), (MeticulousMd5, "Meticulous Keyed MD5"),
        (KeyedSha1, "Keyed SHA1"), (MeticulousSha1, "Meticulous Keyed SHA1")]);

    static readonly Field Version = P.UInt8("bfd.version", "Protocol Version", mask: 0xe0, blurb: "The version number of the BFD protocol");
    static readonly Field Diagnostic = P.UInt8("bfd.diag", "Diagnostic Code", FieldBase.Hex, Diagnostics, mask: 0x1f, blurb: "This field give the reason for a BFD session failure");
    static readonly Field State = P.UInt8("bfd.sta", "Session State", FieldBase.Hex, States, mask: 0xc0, blurb: "The BFD state as seen by the transmitting system");
    static readonly Field Flags = P.UInt8("bfd.flags", "Message Flags", FieldBase.Hex);
    static readonly Field[] FlagBits =
    [
        P.Flag("bfd.flags.p", "Poll", 6, 0x20, ValueNames.SetNotSet),
        P.Flag("bfd.flags.f", "Final", 6, 0x10, ValueNames.SetNotSet),
        P.Flag("bfd.flags.c", "Control Plane Independent", 6, 0x08, ValueNames.SetNotSet, "If set, the BFD implementation is implemented in the forwarding plane"),
        P.Flag("bfd.flags.a", "Authentication Present", 6, 0x04, ValueNames.SetNotSet, "The Authentication Section is present"),
        P.Flag("bfd.flags.d", "Demand", 6, 0x02, ValueNames.SetNotSet),
        P.Flag("bfd.flags.m", "Multipoint", 6, 0x01, ValueNames.SetNotSet, "Reserved for future point-to-multipoint extensions"),
    ];

    static readonly Field[] FlagBits0 =
    [
        P.Flag("bfd.flags.h", "I hear you", 8, 0x80, ValueNames.SetNotSet),
        P.Flag("bfd.flags.d", "Demand", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("bfd.flags.p", "Poll", 8, 0x20, ValueNames.SetNotSet),
        P.Flag("bfd.flags.f", "Final", 8, 0x10, ValueNames.SetNotSet),
    ];

    static readonly Field AuthenticationType = P.UInt8("bfd.auth.type", "Authentication Type", FieldBase.Dec, Authentications, blurb: "The type of authentication in use on this session");
    static readonly Field Password = P.String("bfd.auth.password", "Password", "The simple password in use on this session");
    static readonly Expert BadLength = P.Expert("bfd.auth.len.invalid", Severity.Warning, ExpertGroup.Malformed, "Length of authentication section is invalid");
    static readonly Expert NoData = P.Expert("bfd.auth.no_data", Severity.Warning, ExpertGroup.Malformed,
        "Authentication flag is set in a BFD packet, but no authentication data is present");

    static readonly Layout Timers = new(
        P.UInt8("bfd.detect_time_multiplier", "Detect Time Multiplier", blurb: "The transmit interval multiplied by this value is the failure detection time").Then(
            static (p, node, in v, at, value) => p.AppendLabel(node, $" (= {value * (v.U32(at + 10) / 1000)} ms Detection time)")),
        P.UInt8("bfd.message_length", "Message Length", blurb: "Length of the BFD Control packet, in bytes").Then(static (p, node, in v, at, value) => p.AppendLabel(node, " bytes")),
        P.UInt32("bfd.my_discriminator", "My Discriminator", FieldBase.Hex),
        P.UInt32("bfd.your_discriminator", "Your Discriminator", FieldBase.Hex),
        P.UInt32("bfd.desired_min_tx_interval", "Desired Min TX Interval", blurb: "The minimum interval to use when transmitting BFD Control packets").Then(
            Milliseconds("Desired Min TX Interval")),
        P.UInt32("bfd.required_min_rx_interval", "Required Min RX Interval",
            blurb: "The minimum interval between received BFD Control packets that this system can support").Then(Milliseconds("Required Min RX Interval")),
        P.UInt32("bfd.required_min_echo_interval", "Required Min Echo Interval",
            blurb: "The minimum interval between received BFD Echo packets that this system can support").Then(Milliseconds("Required Min Echo Interval")));

    static readonly Layout AuthenticationHeader = new(
        AuthenticationType,
        P.UInt8("bfd.auth.len", "Authentication Length", blurb: "The length, in bytes, of the authentication section").Then(static (p, node, in v, at, value) => p.AppendLabel(node, " bytes")),
        P.UInt8("bfd.auth.key", "Authentication Key ID", blurb: "The Authentication Key ID, identifies which password is in use for this packet"));

    static readonly Field Sequence = P.UInt32("bfd.auth.seq_num", "Sequence Number", FieldBase.Hex, blurb: "The Sequence Number is periodically incremented to prevent replay attacks");
    static readonly Field Checksum = P.Bytes("bfd.checksum", "Checksum");
    static readonly Layout Md5 = new(Row.Skip(1), Sequence, Checksum.Of(16)), Sha1 = new(Row.Skip(1), Sequence, Checksum.Of(20));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 3784, 4784, 6784, 7784);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int version = v.U8(0) >> 5, flags = v.U8(1);
        p.SetProtocol("BFD Control");
        p.Info.Clear();
        v.Ensure(0, Length);
        p.Info.Set($"Diag: {Diagnostics.FindOr((ulong)v.U8(0) & 0x1f, "Unknown")}");
        if (version == 0)
        {
            p.Info.Append($", Flags: 0x{flags:x2}");
        }
        else
        {
            p.Info.Append($", State: {States.Find((ulong)flags >> 6)}, Flags: 0x{flags & 0x3e:x2}");
        }

        var tree = p.Open(P, v, parent, 0, Math.Min(v.U8(3), v.Captured));
        p.Label(tree, $"BFD Control message");
        p.AddAll(tree, v, 0, Version, Diagnostic);
        if (version > 0)
        {
            p.Add(tree, State, v, 1);
        }

        AddFlags(p, v, tree, flags, version == 0 ? FlagBits0 : FlagBits);
        p.AddRows(tree, v, 2, Timers);
        if (version > 0 && (flags & HasAuthentication) != 0)
        {
            AddAuthentication(p, v, tree);
        }

        return v.Reported;
    }

    static void AddFlags(Packet p, in View v, Node tree, int flags, Field[] bits)
    {
        var node = p.Add(tree, Flags, v, 1);
        foreach (var bit in bits)
        {
            if (((ulong)flags & bit.Mask) != 0)
            {
                p.AppendLabel(node, $", {bit.Label}: Set");
            }
        }

        foreach (var bit in bits)
        {
            p.Add(node, bit, v, 1, 1);
        }
    }

    static void AddAuthentication(Packet p, in View v, Node tree)
    {
        int length = v.U8(3);
        if (length < Length + AuthenticationHead)
        {
            p.Scratch.Clear();
            p.Scratch.Append($"Authentication: Length of the BFD frame is invalid ({length})");
            p.AddExpert(tree, NoData, v, Length, 0, p.Scratch.Bytes);
            return;
        }

        int type = v.U8(Length), size = v.U8(Length + 1);
        string? name = Authentications.Find((ulong)type);
        var branch = name is null
            ? p.AddText(tree, v, Length, size, $"Authentication: Unknown Authentication Type ({type})")
            : p.AddText(tree, v, Length, size, $"Authentication: {name}");
        int at = p.AddRows(branch, v, Length, AuthenticationHeader);
        if (type == SimplePassword)
        {
            p.Add(branch, Password, v, at, Math.Max(0, size - AuthenticationHead));
        }
        else if (type is >= KeyedMd5 and <= MeticulousSha1)
        {
            bool md5 = type is KeyedMd5 or MeticulousMd5;
            if (size != (md5 ? 24 : 28))
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Length of authentication section ({size}) is invalid for Authentication Type: {name}");
                p.AddExpert(branch, BadLength, v, Length, size, p.Scratch.Bytes);
            }

            p.AddRows(branch, v, at, md5 ? Md5 : Sha1);
        }
    }

    static RowDone Milliseconds(string label) => (p, node, in v, at, value) =>
    {
        p.Scratch.Clear();
        p.Scratch.Append($"{value / 1000}");
        p.Label(node, $"{label}: {"    "u8[..Math.Max(0, 4 - p.Scratch.Length)]}{p.Scratch.Bytes} ms ({value} us)");
    };
}

/// <summary>Echoes of Bidirectional Forwarding Detection (RFC 5881 section 4): what is in them only their sender knows.</summary>
public sealed class BfdEcho() : Dissector("bfd_echo")
{
    static readonly Protocol P = new("Bidirectional Forwarding Detection Echo Packet", "BFD Echo", "bfd_echo");
    static readonly Field Echo = P.Bytes("bfd_echo.packet", "Echo", blurb: "Originator specific echo packet");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 3785);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("BFD Echo");
        p.Info.Set("Originator specific content");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"BFD Echo message");
        p.Add(tree, Echo, v, 0);
        return Math.Max(1, v.Reported);
    }
}
