using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 (TLS 1.3) section 5, RFC 5246 (1.2), RFC 4346 (1.1), RFC 2246 (1.0), RFC 6101 (SSL 3.0).
//
//   0      1           3          5
//   +------+-----------+----------+------------------
//   | type | version   | length   | fragment ...
//   +------+-----------+----------+------------------

/// <summary>Transport Layer Security: records over TCP. Handshake messages are in <see cref="TlsHandshake"/>.</summary>
public sealed class Tls() : Dissector("tls", "x509af", "x509if", "x509sat", "x509ce", "pkix1implicit", "pkix1explicit", "pkcs1", "ber")
{
    const int RecordHeader = 5;

    /// <summary>RFC 8446 section 5.2: a protected record's fragment is at most 2^14 + 256 bytes; older versions allowed 2^14 + 2048.</summary>
    const int LongestRecord = (1 << 14) + 2048;

    internal const int ChangeCipherSpec = 20, Alert = 21, Handshake = 22, ApplicationData = 23, Heartbeat = 24;

    internal static readonly Protocol P = new("Transport Layer Security", "TLS", "tls");
    static readonly Field Record = P.Label("tls.record", "Record Layer");
    static readonly Field ContentType = P.UInt8("tls.record.content_type", "Content Type", names: ValueNames.Of(() => TlsNames.ContentTypes));
    static readonly Field OpaqueType = P.UInt8("tls.record.opaque_type", "Opaque Type", names: ValueNames.Of(() => TlsNames.ContentTypes), blurb: "Always set to value 23, actual content type is known after decryption");
    static readonly Field Version = P.UInt16("tls.record.version", "Version", FieldBase.Hex, ValueNames.Of(() => TlsNames.Versions), blurb: "Record layer version");
    static readonly Field Length = P.UInt16("tls.record.length", "Length", blurb: "Length of TLS record data");
    static readonly Field AppData = P.Bytes("tls.app_data", "Encrypted Application Data", blurb: "Payload is encrypted application data");
    static readonly Field AppDataProtocol = P.String("tls.app_data_proto", "Application Data Protocol");
    static readonly Field HeartbeatLength = P.UInt16("tls.heartbeat_message.payload_length", "Payload Length");
    static readonly Field HeartbeatPayload = P.Bytes("tls.heartbeat_message.payload", "Payload Length");
    static readonly Field HeartbeatPadding = P.Bytes("tls.heartbeat_message.padding", "Payload Length");
    static readonly Field CipherSpec = P.Label("tls.change_cipher_spec", "Change Cipher Spec Message", "Signals a change in cipher specifications");
    static readonly Field AlertMessage = P.Label("tls.alert_message", "Alert Message");
    static readonly Field AlertLevel = P.UInt8("tls.alert_message.level", "Level", names: ValueNames.Of(() => TlsNames.AlertLevels), blurb: "Alert message level");
    static readonly Field AlertDescription = P.UInt8("tls.alert_message.desc", "Description", names: ValueNames.Of(() => TlsNames.AlertDescriptions), blurb: "Alert message description");
    static readonly Field HeartbeatMessage = P.Label("tls.heartbeat_message", "Heartbeat Message");
    static readonly Field HeartbeatType = P.UInt8("tls.heartbeat_message.type", "Type", names: ValueNames.Of(() => TlsNames.HeartbeatTypes), blurb: "Heartbeat message type");
    static readonly Expert IgnoredUnknown = P.Expert("tls.ignored_unknown_record", Severity.Warning, ExpertGroup.Protocol, "Ignored Unknown Record");
    static readonly Expert InvalidLength = P.Expert("tls.record.length.invalid", Severity.Error, ExpertGroup.Protocol, "Record fragment length is too small or too large");

    internal static readonly Expert MessageTooLong = P.Expert("tls.handshake.too_long", Severity.Warning, ExpertGroup.Protocol,
        "A handshake message claims to be longer than any real one; it is not put together");

    static readonly Expert Resumed = P.Expert("tls.resumed", Severity.Note, ExpertGroup.Sequence, "This session reuses previously negotiated keys (Session resumption)");

    static readonly Expert HeartbeatTooLong = P.Expert("tls.heartbeat_message.payload_length.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid heartbeat payload length");

    internal static readonly Ssl2Fields Ssl2Fields = new(P);

    /// <summary>Protocols inside TLS, by the server's port.</summary>
    public static readonly TableKey Ports = new("tls.port", "TLS Port");

    internal static readonly Preference KeyLogFile = P.TextPreference("keylog_file", "(Pre)-Master-Secret log filename");

    internal static readonly X509.X509Fields CertificateFields = new();

    internal static readonly HandshakeFields Fields = new(P, "tls");

    internal static readonly Quic.QuicParameterFields QuicParameters = new(P);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => X509.X509Fields.Protocols;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        // The ports at which tshark expects TLS without being told (-G decodes).
        claims.Numbers(Tcp.Ports, 324, 443, 465, 636, 802, 853, 993, 995, 1300, 2221, 2443, 3249, 3250, 3251, 3252, 3496, 5061, 5671, 5684, 5868, 8883, 11207, 19999, 27017);
        claims.Heuristic(Tcp.Heuristics, Guess);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Reported >= RecordHeader && IsText(v))
        {
            return 0;
        }

        var connection = p.Conversation!.GetOrAdd<TlsConnection>(this);
        p.SetProtocol(ShortName(connection.Version));
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = 0;
        while (at < v.Reported)
        {
            int next = connection.Version switch
            {
                Ssl2.Version => Ssl2.Dissect(p, v, at, tree, connection),
                // Of TLS 1.3 Wireshark looks at the version of each record, of those before it only at the type.
                not 0 when IsModern(connection.Version) && v.Has(at, 3) && !LooksLikeRecord(v, at) => Continuation(p, v),
                not 0 when !Ssl2.IsClientHello(v, at) => DissectRecord(p, v, at, tree, connection),
                _ when Ssl2.LooksLike(v, at) => Ssl2.Dissect(p, v, at, tree, connection),
                _ when LooksLikeRecord(v, at) => DissectRecord(p, v, at, tree, connection),
                _ => Continuation(p, v),
            };
            if (next < 0)
            {
                // The rest of the record is in segments to come.
                return v.Reported;
            }

            at = Math.Max(next, at + 1);
        }

        return v.Reported;
    }

    /// <summary>The Protocol column's name of a version.</summary>
    internal static string ShortName(int version) => version switch
    {
        Ssl2.Version => "SSLv2",
        0x0300 => "SSLv3",
        0x0301 => "TLSv1",
        0x0302 => "TLSv1.1",
        0x0303 => "TLSv1.2",
        _ when IsModern(version) => "TLSv1.3",
        0x0101 => "GMTLSv1",
        0xfeff or 0x0100 => "DTLSv1.0",
        0xfefd => "DTLSv1.2",
        0xfefc => "DTLSv1.3",
        _ => "SSL",
    };

    /// <summary>Whether a version is TLS 1.3 or a draft of it.</summary>
    internal static bool IsModern(int version) => version is 0x0304 or (>= 0x7f0e and <= 0x7f1c) or 0xfb17 or 0xfb1a;

    /// <summary>Whether a packet comes from the server: who answered the Client Hello, else who owns the well-known port.</summary>
    internal static bool IsFromServer(Packet p, TlsConnection connection)
    {
        bool fromA = p.Conversation!.IsFromA(p.NetworkSource, p.SourcePort);
        return connection.ServerIsA is { } serverIsA ? fromA == serverIsA : p.SourcePort < p.DestinationPort;
    }

    /// <summary>Handshake messages that another protocol carries without records: QUIC (RFC 9001 section 4.1.3). It leaves the columns to that protocol.</summary>
    public sealed class WithoutRecords() : Dissector("tls")
    {
        /// <summary>The connection that the messages are of; set before each call.</summary>
        internal sealed class Context
        {
            public TlsConnection Connection = null!;
        }

        /// <inheritdoc />
        public override Protocol Protocol => P;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            TlsHandshake.DissectWithoutRecord(p, v, parent, p.Engine.State<Context>().Connection);
            return Math.Max(1, v.Reported);
        }
    }

    static bool Guess(Packet p, in View v, Node parent)
    {
        if (!LooksLikeRecord(v, 0) && !Ssl2.IsClientHello(v, 0))
        {
            return false;
        }

        p.Conversation!.Dissector = p.Current;
        p.Current!.Dissect(p, v, parent);
        return true;
    }

    /// <summary>Whether plain text comes instead, as from a server that answers in another protocol: no record has such a type and version.</summary>
    static bool IsText(in View v) => v.Captured >= 4 && v.Bytes[..4].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    static bool LooksLikeRecord(in View v, int at) =>
        v.Has(at, 3) && v.U8(at) is >= ChangeCipherSpec and <= Heartbeat && IsVersion(v.U16(at + 1));

    static bool IsVersion(int version) => version is >= 0x0300 and <= 0x0304 or 0x0101;

    static int Continuation(Packet p, in View v)
    {
        p.Info.AppendAfter(", ", "Continuation Data");
        return v.Reported;
    }

    static int DissectRecord(Packet p, in View v, int at, Node tree, TlsConnection connection)
    {
        int available = v.ReportedFrom(at);
        bool canWait = p.Stream is { CanWait: true };
        if (available < RecordHeader)
        {
            if (canWait)
            {
                p.Stream!.NeedMore(at, StreamContext.OneMoreSegment);
                return -1;
            }

            if (v.U8(at) is >= ChangeCipherSpec and <= Heartbeat)
            {
                return Continuation(p, v);
            }
        }

        // RFC 2246 section 6: records of an unknown type are ignored. Without record boundaries everything after one is unknown, too.
        if (connection.Version is >= 0x0301 and <= 0x0303 && v.U8(at) is < ChangeCipherSpec or > Heartbeat)
        {
            p.Info.AppendAfter(", ", "Ignored Unknown Record");
            p.AddExpert(tree, IgnoredUnknown, v, at, v.CapturedFrom(at));
            return v.Reported;
        }

        int type = v.U8(at), version = v.U16(at + 1), length = v.U16(at + 3);
        bool known = type is >= ChangeCipherSpec and <= Heartbeat;
        if (known && IsVersion(version) && length + RecordHeader > available && length <= LongestRecord)
        {
            if (canWait)
            {
                p.Stream!.NeedMore(at, length + RecordHeader - available);
                return -1;
            }

            if (p.Stream is null)
            {
                // Inside messages of another protocol nobody brings the rest.
                return v.Reported;
            }
        }

        if (!known)
        {
            return Continuation(p, v);
        }

        Learn(p, connection, v, at, type, version, length);
        p.SetProtocol(ShortName(connection.Version != 0 ? connection.Version : version));
        var record = p.Add(tree, Record, v, at, Math.Min(length + RecordHeader, v.CapturedFrom(at)));
        int shown = connection.Version != 0 ? connection.Version : version;
        p.Add(record, IsModern(connection.Version) && type == ApplicationData ? OpaqueType : ContentType, v, at);
        p.Add(record, Version, v, at + 1);
        var lengthNode = p.Add(record, Length, v, at + 3);
        if (length == 0 || length > LongestRecord)
        {
            p.Expert(lengthNode, InvalidLength, v, at + 3, 2);
        }

        var fragment = v.Part(at + RecordHeader, length);
        DissectFragment(p, fragment, record, tree, connection, type, version, shown);
        return at + RecordHeader + length;
    }

    static void DissectFragment(Packet p, in View v, Node record, Node tree, TlsConnection connection, int type, int recordVersion, int version)
    {
        bool fromServer = IsFromServer(p, connection);
        var direction = connection.Direction(fromServer);
        if (direction.Cipher is not null && TlsDecryption.TryOpen(p, v, connection, direction, recordVersion, ref type, out var plain))
        {
            // What was opened is read as if it had come in the clear.
            bool isEncrypted = direction.IsEncrypted;
            direction.IsEncrypted = false;
            if (IsModern(connection.Version))
            {
                p.Generated(p.AddUInt(record, ContentType, plain, plain.Reported, 1, (uint)type));
            }

            if (type == ApplicationData)
            {
                ShowApplicationData(p, v, record, connection, ShortName(version));
            }

            DissectPlain(p, plain, record, tree, connection, direction, type, version, isOpened: true);
            direction.IsEncrypted |= isEncrypted;
            return;
        }

        DissectPlain(p, v, record, tree, connection, direction, type, version, isOpened: false);
    }

    static void DissectPlain(Packet p, in View v, Node record, Node tree, TlsConnection connection, TlsDirection direction, int type, int version, bool isOpened)
    {
        string name = ShortName(version);
        switch (type)
        {
            case ChangeCipherSpec:
                p.Info.AppendAfter(", ", "Change Cipher Spec");
                p.Label(record, $"{name} Record Layer: Change Cipher Spec Protocol: Change Cipher Spec");
                var change = p.Add(record, CipherSpec, v, 0, v.Captured);
                if (direction == connection.Server && connection is { HasServerHello: true, HasServerHelloDone: false } && !IsModern(connection.Version))
                {
                    // RFC 5246 section 7.3: in an abbreviated handshake this follows the Server Hello.
                    p.Expert(change.IsWanted ? change : record, Resumed, v, 0, v.Captured);
                }

                direction.IsEncrypted |= !IsModern(connection.Version);
                direction.Handshake.ResetWrittenCount();
                TlsDecryption.AfterChangeCipherSpec(p, connection, direction == connection.Server);
                break;
            case Alert:
                DissectAlert(p, v, record, name);
                if (isOpened)
                {
                    TlsDecryption.Close(p, tree, connection, direction);
                }

                break;
            case Handshake:
                TlsHandshake.DissectFragment(p, v, record, connection, direction, Fields, name);
                break;
            case ApplicationData when isOpened:
                if (v.Reported > 0 && !TlsDecryption.HandOff(p, v, Node.Root, connection, direction))
                {
                    p.Info.AppendAfter(", ", "Application Data");
                }

                break;
            case ApplicationData:
                p.Info.AppendAfter(", ", "Application Data");
                ShowApplicationData(p, v, record, connection, name);
                break;
            default:
                DissectHeartbeat(p, v, record, name);
                break;
        }
    }

    static void ShowApplicationData(Packet p, in View v, Node record, TlsConnection connection, string name)
    {
        string? inside = TlsApplication.Title(connection.Alpn ?? TlsApplication.ByPort(connection.ServerIsA is { } serverIsA ? serverIsA ? p.Conversation!.PortA : p.Conversation!.PortB : Math.Min(p.SourcePort, p.DestinationPort)));
        p.Label(record, $"{name} Record Layer: Application Data Protocol: {inside ?? "Application Data"}");
        p.Add(record, AppData, v, 0, v.Captured);
        if (inside is not null)
        {
            p.Generated(p.AddString(record, AppDataProtocol, v, 0, 0, inside));
        }
    }

    static void DissectAlert(Packet p, in View v, Node record, string name)
    {
        string? level = v.Reported == 2 ? AlertLevel.Names!.Find(v.U8(0)) : null;
        string? description = level is null ? null : AlertDescription.Names!.Find(v.U8(1));
        if (description is null)
        {
            p.Info.AppendAfter(", ", "Encrypted Alert");
            p.Label(record, $"{name} Record Layer: Encrypted Alert");
            p.Label(p.Add(record, AlertMessage, v, 0, v.Captured), $"Alert Message: Encrypted Alert");
            return;
        }

        p.Info.Separate(", ");
        p.Info.Append($"Alert (Level: {level}, Description: {description})");
        p.Label(record, $"{name} Record Layer: Alert (Level: {level}, Description: {description})");
        var alert = p.Add(record, AlertMessage, v, 0, 2);
        p.AddAll(alert, v, 0, AlertLevel, AlertDescription);
    }

    static void DissectHeartbeat(Packet p, in View v, Node record, string name)
    {
        // RFC 6520 section 4.
        string? type = v.Captured > 0 ? HeartbeatType.Names!.Find(v.U8(0)) : null;
        bool clear = type is not null && v.Reported >= 3 && v.U16(1) <= v.Reported - 3;
        p.Info.Separate(", ");
        p.Info.Append(clear ? "Heartbeat " : "Encrypted Heartbeat");
        p.Info.Append(clear ? type! : "");
        p.Label(record, $"{name} Record Layer: {(clear ? "Heartbeat " : "Encrypted Heartbeat")}{(clear ? type : "")}");
        var message = p.Add(record, HeartbeatMessage, v, 0, v.Captured);
        if (clear)
        {
            int payload = v.U16(1), padding = Math.Max(0, v.Reported - 3 - payload);
            p.Add(message, HeartbeatType, v, 0);
            var length = p.Add(message, HeartbeatLength, v, 1);

            // RFC 6520 section 4: at least 16 bytes of padding follow.
            if (payload > v.Reported - 3 - 16)
            {
                p.AppendLabel(length, $" (invalid, using {Math.Min(payload, v.Reported - 3)} to decode payload)");
                p.Expert(length, HeartbeatTooLong, v, 1, 2, $"Invalid heartbeat payload length ({payload})");
            }

            p.Label(p.Add(message, HeartbeatPayload, v, 3, payload), $"Payload ({payload} byte{(payload == 1 ? "" : "s")})");
            if (padding > 0)
            {
                p.Label(p.Add(message, HeartbeatPadding, v, 3 + payload, padding), $"Padding and HMAC ({padding} byte{(padding == 1 ? "" : "s")})");
            }
        }
    }

    /// <summary>Takes the version from a record that proves it: everything but a Client Hello or an unclear handshake message does.</summary>
    static void Learn(Packet p, TlsConnection connection, in View v, int at, int type, int version, int length)
    {
        if (connection.Version != 0 || !IsVersion(version))
        {
            return;
        }

        // RFC 8446 section 4.2.10: what a client sends right after a hello with early data is TLS 1.3, whatever its records say.
        if (connection.HasEarlyData && type is (ChangeCipherSpec or ApplicationData) && !IsFromServer(p, connection))
        {
            connection.Version = 0x0304;
            return;
        }

        bool proves = type != Handshake || (length > 0 && v.Has(at + RecordHeader, 1) && v.U8(at + RecordHeader) is not (1 or 2) && TlsHandshake.IsMessage(v.U8(at + RecordHeader)));
        if (proves)
        {
            connection.Version = version;
        }
    }
}
