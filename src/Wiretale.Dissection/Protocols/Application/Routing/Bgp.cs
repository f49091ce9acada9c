using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 4271 section 4; ROUTE-REFRESH RFC 2918, 5291, 7313; NOTIFICATION RFC 4486, 8203, 8538. TCP port 179.
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | Marker: 16 bytes, all ones                                    |
//   +---------------+---------------+---------------+---------------+
//   | Length (with this header)     | Type          | ...
//   +---------------+---------------+---------------+

/// <summary>Border Gateway Protocol, version 4.</summary>
public sealed class Bgp() : Dissector("bgp")
{
    internal const int HeaderLength = 19;

    const int MarkerLength = 16, MostLength = 4096;
    const int Open = 1, Update = 2, Notification = 3, RouteRefresh = 5, CiscoRouteRefresh = 128;
    const int OpenError = 2, Cease = 6, BadPeerAs = 2, Shutdown = 2, Reset = 4;

    internal static readonly Protocol P = new("Border Gateway Protocol", "BGP", "bgp");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "OPEN Message"), (2, "UPDATE Message"), (3, "NOTIFICATION Message"),
        (4, "KEEPALIVE Message"), (5, "ROUTE-REFRESH Message"), (6, "CAPABILITY Message"), (128, "Cisco ROUTE-REFRESH Message")]);

    static readonly ValueNames MajorErrors = ValueNames.Of(() => [(1, "Message Header Error"), (2, "OPEN Message Error"), (3, "UPDATE Message Error"),
        (4, "Hold Timer Expired"), (5, "Finite State Machine Error"), (6, "Cease"), (7, "CAPABILITY Message Error")]);

    static readonly Field Marker = P.Bytes("bgp.marker", "Marker", blurb: "Must be set to all ones (16 Bytes)");
    static readonly Field Length = P.UInt16("bgp.length", "Length", blurb: "The total length of the message, including the header in octets");
    static readonly Field Type = P.UInt8("bgp.type", "Type", FieldBase.Dec, Types, blurb: "BGP message type");
    static readonly Field Continuation = P.Label("bgp.continuation", "Continuation");
    static readonly Field MajorError = P.UInt8("bgp.notify.major_error", "Major error Code", FieldBase.Dec, MajorErrors);
    static readonly Field[] MinorErrors =
    [
        P.UInt8("bgp.notify.minor_error_unknown", "Minor error Code (Unknown)"),
        P.UInt8("bgp.notify.minor_error", "Minor error Code (Message Header)", FieldBase.Dec,
            ValueNames.Of(() => [(1, "Connection Not Synchronized"), (2, "Bad Message Length"), (3, "Bad Message Type")])),
        P.UInt8("bgp.notify.minor_error_open", "Minor error Code (Open Message)", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Unsupported Version Number"), (2, "Bad Peer AS"), (3, "Bad BGP Identifier"), (4, "Unsupported Optional Parameter"),
            (5, "Authentication Failure [Deprecated]"), (6, "Unacceptable Hold Time"), (7, "Unsupported Capability"), (8, "No supported AFI/SAFI (Cisco)")])),
        P.UInt8("bgp.notify.minor_error_update", "Minor error Code (Update Message)", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Malformed Attribute List"), (2, "Unrecognized Well-known Attribute"), (3, "Missing Well-known Attribute"), (4, "Attribute Flags Error"),
            (5, "Attribute Length Error"), (6, "Invalid ORIGIN Attribute"), (7, "AS Routing Loop [Deprecated]"), (8, "Invalid NEXT_HOP Attribute"),
            (9, "Optional Attribute Error"), (10, "Invalid Network Field"), (11, "Malformed AS_PATH")])),
        P.UInt8("bgp.notify.minor_error_expired", "Minor error Code (Hold Timer Expired)"),
        P.UInt8("bgp.notify.minor_error_state", "Minor error Code (State Machine)", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Receive Unexpected Message in OpenSent State"), (2, "Receive Unexpected Message in OpenConfirm State"),
            (3, "Receive Unexpected Message in Established State")])),
        P.UInt8("bgp.notify.minor_error_cease", "Minor error Code (Cease)", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Maximum Number of Prefixes Reached"), (2, "Administratively Shutdown"), (3, "Peer De-configured"), (4, "Administratively Reset"),
            (5, "Connection Rejected"), (6, "Other Configuration Change"), (7, "Connection Collision Resolution"), (8, "Out of Resources"), (9, "Hard Reset")])),
        P.UInt8("bgp.notify.minor_error_capability", "Minor error Code (Capability Message)", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Invalid Action Value"), (2, "Invalid Capability Length"), (3, "Malformed Capability Value"), (4, "Unsupported Capability Code")])),
    ];

    static readonly Field MinorData = P.Bytes("bgp.notify.minor_data", "Data");
    static readonly Field PeerAs = P.UInt32("bgp.notify.error_open.bad_peer_as", "Bad Peer AS");
    static readonly Field CommunicationLength = P.UInt8("bgp.notify.communication_length", "BGP Shutdown Communication Length");
    static readonly Field Communication = P.String("bgp.notify.communication", "Shutdown Communication");

    static readonly Layout RefreshHead = new(
        P.UInt16("bgp.route_refresh.afi", "Address family identifier (AFI)", FieldBase.Dec, BgpNames.Families),
        P.UInt8("bgp.route_refresh.subtype", "Subtype", FieldBase.Dec, ValueNames.Of(() => [
            (0, "Normal route refresh request [RFC2918] with/without ORF [RFC5291]"), (1, "Demarcation of the beginning of a route refresh"),
            (2, "Demarcation of the ending of a route refresh")])),
        P.UInt8("bgp.route_refresh.safi", "Subsequent address family identifier (SAFI)", FieldBase.Dec, BgpNames.SubFamilies));

    static readonly Field Orf = P.Label("bgp.route_refresh.orf", "ORF information");
    static readonly Field OrfFlag = P.UInt8("bgp.route_refresh.orf.flag", "ORF flag", FieldBase.Dec, ValueNames.Of(() => [(1, "Immediate"), (2, "Defer")]));
    static readonly Field OrfType = P.UInt8("bgp.route_refresh.orf.type", "ORF type", FieldBase.Dec, BgpNames.OrfTypes);
    static readonly Field OrfLength = P.UInt8("bgp.route_refresh.orf.length", "ORF length");
    static readonly Expert MarkerInvalid = P.Expert("bgp.marker_invalid", Severity.Error, ExpertGroup.Malformed, "Marker is not all ones");
    internal static readonly Expert LengthInvalid = P.Expert("bgp.length.invalid", Severity.Error, ExpertGroup.Malformed, "Length is invalid");
    static readonly Expert OrfUnknown = P.Expert("bgp.route_refresh.orf.type.unknown", Severity.Error, ExpertGroup.Malformed, "ORFEntry-Unknown");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(BgpOpen), typeof(BgpUpdate), typeof(BgpReachable), typeof(BgpCommunities)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 179);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // A capture may begin within a message: the next one is found by its marker.
        int at = 0;
        while (v.CapturedFrom(at) >= HeaderLength && v.Bytes.Slice(at, MarkerLength).ContainsAnyExcept((byte)0xff))
        {
            at++;
        }

        p.SetProtocol("BGP");
        p.Info.Clear();
        if (at == 0 || v.CapturedFrom(at) < HeaderLength)
        {
            at = 0;
        }
        else
        {
            var tree = p.Open(P, v, parent, 0, at);
            p.AddUInt(tree, Continuation, v, 0, at, 0);
        }

        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => v.U16(at + MarkerLength), Message, from: at, showSize: false);
    }

    static void Message(Packet p, in View v, Node parent)
    {
        int type = v.U8(HeaderLength - 1), length = v.U16(MarkerLength);
        string? name = Types.Find((ulong)type);
        p.Info.Append(p.Info.IsClear ? "" : ", ");
        if (name is null)
        {
            p.Info.Append($"Unknown message type (0x{type:x2})");
        }
        else
        {
            p.Info.Append(name);
        }

        var tree = p.Open(P, v, parent);
        if (name is null)
        {
            p.Label(tree, $"Border Gateway Protocol - Unknown message type (0x{type:x2})");
        }
        else
        {
            p.Label(tree, $"Border Gateway Protocol - {name}");
        }

        var marker = p.Add(tree, Marker, v, 0, MarkerLength);
        if (v.Bytes[..MarkerLength].ContainsAnyExcept((byte)0xff))
        {
            p.Expert(marker, MarkerInvalid, v, 0, MarkerLength);
        }

        var lengthNode = p.Add(tree, Length, v, MarkerLength);
        if (length is < HeaderLength or > MostLength)
        {
            p.Expert(lengthNode, LengthInvalid, v, MarkerLength, 2, $"Length is invalid {length}");
            return;
        }

        p.Add(tree, Type, v, HeaderLength - 1);
        switch (type)
        {
            case Open:
                BgpOpen.Add(p, v, tree);
                break;
            case Update:
                BgpUpdate.Add(p, v, tree);
                break;
            case Notification:
                AddNotification(p, v, tree);
                break;
            case RouteRefresh or CiscoRouteRefresh:
                AddRefresh(p, v, tree);
                break;
        }
    }

    static void AddNotification(Packet p, in View v, Node tree)
    {
        int major = v.U8(HeaderLength), minor = v.U8(HeaderLength + 1), at = HeaderLength + 2, rest = v.ReportedFrom(at);
        p.Add(tree, MajorError, v, HeaderLength);
        p.Add(tree, MinorErrors[major < MinorErrors.Length ? major : 0], v, HeaderLength + 1);
        if (rest <= 0)
        {
            return;
        }

        if (major == OpenError && minor == BadPeerAs)
        {
            p.Add(tree, PeerAs, v, at, rest is 2 or 4 ? rest : 2);
        }
        else if (major == Cease && minor is Shutdown or Reset && v.U8(at) is var size && size < rest)
        {
            // RFC 8203 section 2: a text behind its length; what says another length is data.
            if (size != rest - 1)
            {
                p.Add(tree, MinorData, v, at, rest);
                return;
            }

            p.Add(tree, CommunicationLength, v, at);
            p.AddString(tree, Communication, v, at + 1, size, TextEncoding.Utf8);
        }
        else
        {
            p.Add(tree, MinorData, v, at, rest);
        }
    }

    static void AddRefresh(Packet p, in View v, Node tree)
    {
        int at = p.AddRows(tree, v, HeaderLength, RefreshHead);
        if (v.ReportedFrom(at) <= 0)
        {
            return;
        }

        // RFC 5291 section 4: when to refresh, then entries of one type.
        int type = v.U8(at + 1), length = v.U16(at + 2);
        var orf = Branch(p, tree, Orf, v, at, v.ReportedFrom(at));
        p.Add(orf, OrfFlag, v, at);
        var typeNode = p.Add(orf, OrfType, v, at + 1);
        if (BgpNames.OrfTypes.Find((ulong)type) is null)
        {
            p.Expert(typeNode, OrfUnknown, v, at + 1, 1, $"ORFEntry-Unknown (type {type})");
        }

        p.SetLength(orf, 4 + length);
        p.Add(orf, OrfLength, v, at + 2, 2);
    }

    /// <summary>A branch that says how far it wants to reach, and may want more than there is.</summary>
    internal static Node Branch(Packet p, Node parent, Field field, in View v, int at, int length) =>
        p.AddUInt(parent, field, v, at, Math.Min(length, v.CapturedFrom(at)), 0);

    /// <summary>A remark on bytes that are of the wrong length; they have to be there nevertheless.</summary>
    internal static void Invalid(Packet p, Node tree, in View v, int at, int length, string what)
    {
        p.Scratch.Clear();
        p.Scratch.Append($"{what}: {length} byte");
        p.Scratch.Append(length == 1 ? ""u8 : "s"u8);
        p.AddExpert(tree, LengthInvalid, v, at, length, p.Scratch.Bytes);
        v.Ensure(at, length);
    }
}
