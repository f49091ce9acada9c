using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Reassembly;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 6347 (DTLS 1.2) section 4, RFC 4347 (1.0).
//
//   0      1           3       5                  11         13
//   +------+-----------+-------+------------------+----------+----------
//   | type | version   | epoch | sequence number  | length   | fragment ...
//   +------+-----------+-------+------------------+----------+----------
//
// A handshake message (section 4.2.2):
//
//   0      1          4          6                 9                 12
//   +------+----------+----------+-----------------+-----------------+-----
//   | type | length   | sequence | fragment offset | fragment length | ...
//   +------+----------+----------+-----------------+-----------------+-----

/// <summary>Datagram Transport Layer Security: TLS records over UDP; messages are those of TLS.</summary>
public sealed class Dtls() : Dissector("dtls")
{
    const int RecordHeader = 13, MessageHeader = 12;
    const int ChangeCipherSpec = 20, Alert = 21, Handshake = 22, ApplicationData = 23, Heartbeat = 24, WithConnectionId = 25;

    static readonly Protocol P = new("Datagram Transport Layer Security", "DTLS", "dtls");
    static readonly Field Record = P.Label("dtls.record", "Record Layer");
    static readonly Field ContentType = P.UInt8("dtls.record.content_type", "Content Type", names: ValueNames.Of(() => TlsNames.ContentTypes));
    static readonly Field Version = P.UInt16("dtls.record.version", "Version", FieldBase.Hex, ValueNames.Of(() => TlsNames.Versions), blurb: "Record layer version.");
    static readonly Field Epoch = P.UInt16("dtls.record.epoch", "Epoch");
    static readonly Field Sequence = P.UInt64("dtls.record.sequence_number", "Sequence Number");
    static readonly Field Length = P.UInt16("dtls.record.length", "Length", blurb: "Length of DTLS record data");
    static readonly Field AppData = P.Bytes("dtls.app_data", "Encrypted Application Data", blurb: "Payload is encrypted application data");
    static readonly Field EncryptedContent = P.Bytes("dtls.enc_content", "Encrypted Record Content");
    static readonly Field CipherSpec = P.Label("dtls.change_cipher_spec", "Change Cipher Spec Message", "Signals a change in cipher specifications");
    static readonly Field AlertMessage = P.Label("dtls.alert_message", "Alert Message");
    static readonly Field AlertLevel = P.UInt8("dtls.alert_message.level", "Level", names: ValueNames.Of(() => TlsNames.AlertLevels), blurb: "Alert message level");
    static readonly Field AlertDescription = P.UInt8("dtls.alert_message.desc", "Description", names: ValueNames.Of(() => TlsNames.AlertDescriptions), blurb: "Alert message description");
    static readonly Field HeartbeatMessage = P.Label("dtls.heartbeat_message", "Heartbeat Message");
    static readonly Field HeartbeatType = P.UInt8("dtls.heartbeat_message.type", "Type", names: ValueNames.Of(() => TlsNames.HeartbeatTypes), blurb: "Heartbeat message type");
    static readonly Field MessageSequence = P.UInt16("dtls.handshake.message_seq", "Message Sequence", blurb: "Message sequence of handshake message");
    static readonly Field FragmentOffset = P.UInt24("dtls.handshake.fragment_offset", "Fragment Offset", blurb: "Fragment offset of handshake message");
    static readonly Field FragmentLength = P.UInt24("dtls.handshake.fragment_length", "Fragment Length", blurb: "Fragment length of handshake message");
    static readonly Field Fragments = P.Label("dtls.fragments", "Message fragments");
    static readonly Field Fragment = P.FrameNumber("dtls.fragment", "Message fragment");
    static readonly Field FragmentCount = P.UInt32("dtls.fragment.count", "Message fragment count");
    static readonly Field ReassembledLength = P.UInt32("dtls.reassembled.length", "Reassembled DTLS length");
    static readonly HandshakeFields Fields = new(P, "dtls");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, 853, 2221, 5684, 5868);
        claims.Heuristic(Udp.Heuristics, Guess);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Conversation is null)
        {
            return 0;
        }

        var connection = p.Conversation.GetOrAdd<TlsConnection>(this);
        p.SetProtocol(NameOf(connection.Version));
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        for (int at = 0; at < v.Reported;)
        {
            if (!v.Has(at, RecordHeader) || v.U8(at) is < ChangeCipherSpec or > WithConnectionId || !IsVersion(v.U16(at + 1)))
            {
                p.Info.AppendAfter(", ", "Continuation Data");
                break;
            }

            at = DissectRecord(p, v, at, tree, connection);
        }

        return v.Reported;
    }

    static bool Guess(Packet p, in View v, Node parent)
    {
        if (p.Conversation is null || !LooksLike(v))
        {
            return false;
        }

        // The conversation is not claimed: every datagram is judged by its own bytes, as tshark does (DTLS 1.3 records look like others').
        return p.Current!.Dissect(p, v, parent) > 0;
    }

    /// <summary>Records one after the other that fill the datagram; the last one may be cut by the capture.</summary>
    static bool LooksLike(in View v)
    {
        int at = 0;
        do
        {
            if (!v.Has(at, RecordHeader))
            {
                return at > 0 && at < v.Reported && v.Captured < v.Reported;
            }

            if (v.U8(at) is < ChangeCipherSpec or > WithConnectionId || !IsVersion(v.U16(at + 1)))
            {
                return false;
            }

            // With a connection ID, whose length is not in the record, the record's length stands elsewhere.
            if (v.U8(at) == WithConnectionId)
            {
                return true;
            }

            at += RecordHeader + v.U16(at + 11);
            if (at > v.Reported)
            {
                return false;
            }
        }
        while (at < v.Reported);
        return true;
    }

    static bool IsVersion(int version) => version is 0xfeff or 0xfefd or 0xfefc or 0x0100;

    static string NameOf(int version) => version switch
    {
        0xfeff => "DTLSv1.0",
        0x0100 => "DTLS 1.0 (OpenSSL pre 0.9.8f)",
        0xfefd => "DTLSv1.2",
        0xfefc => "DTLSv1.3",
        _ => "DTLS",
    };

    static int DissectRecord(Packet p, in View v, int at, Node tree, TlsConnection connection)
    {
        int type = v.U8(at), version = v.U16(at + 1), epoch = v.U16(at + 3);
        int length = type == WithConnectionId ? Math.Max(0, v.ReportedFrom(at) - RecordHeader) : v.U16(at + 11);
        bool isHello = type == Handshake && epoch == 0 && v.Has(at + RecordHeader, 1) && v.U8(at + RecordHeader) is TlsHandshake.ClientHello or TlsHandshake.HelloVerifyRequest;
        if (connection.Version == 0 && !isHello && !(type == Handshake && epoch == 0 && v.Has(at + RecordHeader, 1) && v.U8(at + RecordHeader) == TlsHandshake.ServerHello))
        {
            connection.Version = version;
        }

        p.SetProtocol(NameOf(connection.Version));
        var record = p.Add(tree, Record, v, at, Math.Min(RecordHeader + length, v.CapturedFrom(at)));
        p.AddAll(record, v, at, ContentType, Version, Epoch);
        p.Add(record, Sequence, v, at + 5, 6);
        if (type == WithConnectionId)
        {
            p.Info.AppendAfter(", ", "Connection ID");
            p.Label(record, $"{NameOf(connection.Version)} Record Layer: Connection ID");
            p.Add(record, EncryptedContent, v, at + 11, v.CapturedFrom(at + 11));
            return v.Reported;
        }

        p.Add(record, Length, v, at + 11);
        DissectFragment(p, v.Part(at + RecordHeader, length), record, connection, type, epoch);
        return at + RecordHeader + length;
    }

    static void DissectFragment(Packet p, in View v, Node record, TlsConnection connection, int type, int epoch)
    {
        var direction = Tls.IsFromServer(p, connection) ? connection.Server : connection.Client;
        switch (type)
        {
            case ChangeCipherSpec:
                p.Info.AppendAfter(", ", "Change Cipher Spec");
                p.Label(record, $"{NameOf(connection.Version)} Record Layer: Change Cipher Spec Protocol: Change Cipher Spec");
                p.Add(record, CipherSpec, v, 0, v.Captured);
                break;
            case Alert:
                DissectAlert(p, v, record, connection);
                break;
            case Handshake when epoch > 0:
                Encrypted(p, v, record, connection);
                break;
            case Handshake:
                DissectMessages(p, v, record, connection, direction);
                break;
            case ApplicationData:
                p.Info.AppendAfter(", ", "Application Data");
                p.Label(record, $"{NameOf(connection.Version)} Record Layer: Application Data Protocol: Application Data");
                p.Add(record, AppData, v, 0, v.Captured);
                break;
            default:
                DissectHeartbeat(p, v, record, connection);
                break;
        }
    }

    static void DissectAlert(Packet p, in View v, Node record, TlsConnection connection)
    {
        string? level = v.Reported == 2 ? AlertLevel.Names!.Find(v.U8(0)) : null;
        string? description = level is null ? null : AlertDescription.Names!.Find(v.U8(1));
        if (description is null)
        {
            p.Info.AppendAfter(", ", "Encrypted Alert");
            p.Label(record, $"{NameOf(connection.Version)} Record Layer: Encrypted Alert");
            p.Label(p.Add(record, AlertMessage, v, 0, v.Captured), $"Alert Message: Encrypted Alert");
            return;
        }

        p.Info.Separate(", ");
        p.Info.Append($"Alert (Level: {level}, Description: {description})");
        p.Label(record, $"{NameOf(connection.Version)} Record Layer: Alert (Level: {level}, Description: {description})");
        p.AddAll(p.Add(record, AlertMessage, v, 0, 2), v, 0, AlertLevel, AlertDescription);
    }

    static void DissectHeartbeat(Packet p, in View v, Node record, TlsConnection connection)
    {
        string? type = v.Captured > 2 && v.U16(1) <= v.Reported - 3 ? HeartbeatType.Names!.Find(v.U8(0)) : null;
        p.Info.Separate(", ");
        p.Info.Append(type is null ? "Encrypted Heartbeat" : "Heartbeat ");
        p.Info.Append(type ?? "");
        p.Label(record, $"{NameOf(connection.Version)} Record Layer: {(type is null ? "Encrypted Heartbeat" : "Heartbeat ")}{type}");
        var message = p.Add(record, HeartbeatMessage, v, 0, v.Captured);
        if (type is not null)
        {
            p.Add(message, HeartbeatType, v, 0);
        }
    }

    static void Encrypted(Packet p, in View v, Node record, TlsConnection connection)
    {
        p.Info.AppendAfter(", ", "Encrypted Handshake Message");
        p.Label(record, $"{NameOf(connection.Version)} Record Layer: Handshake Protocol: Encrypted Handshake Message");
        p.Label(p.Add(record, Fields.Handshake, v, 0, v.Captured), $"Handshake Protocol: Encrypted Handshake Message");
    }

    static void DissectMessages(Packet p, in View v, Node record, TlsConnection connection, TlsDirection direction)
    {
        bool isFirst = true;
        for (int at = 0; at < v.Reported; isFirst = false)
        {
            int type = v.U8(at);
            string? name = Fields.Type.Names!.Find((uint)type);
            if (name is null || direction.IsEncrypted || (v.Has(at, MessageHeader) && v.U24(at + 9) > v.ReportedFrom(at) - MessageHeader))
            {
                if (isFirst)
                {
                    Encrypted(p, v, record, connection);
                }

                return;
            }

            int length = (int)v.U24(at + 1), offset = (int)v.U24(at + 6), part = (int)v.U24(at + 9);
            DissectMessage(p, v.Part(at, MessageHeader + part), record, connection, name, type, length, offset, part, isFirst);
            at += MessageHeader + part;
        }
    }

    static void DissectMessage(Packet p, in View v, Node record, TlsConnection connection, string name, int type, int length, int offset, int part, bool isFirst)
    {
        bool isPart = part < length;
        var body = v.From(MessageHeader);
        Datagram? whole = null;
        byte[] assembled = [];
        if (isPart && !p.IsQuoted && body.Captured == part && length <= TlsDirection.HandshakeLimit && offset + part <= length)
        {
            ulong id = ((ulong)p.SourcePort << 48) | ((ulong)p.DestinationPort << 32) | ((ulong)connection.Version << 16) | v.U16(4);
            whole = p.Engine.State<DtlsFragments>().Table.Add(new(1, p.NetworkSource, p.NetworkDestination, id), p.Number, offset, body.Bytes, offset + part < length, out assembled);
        }

        string suffix = !isPart ? "" : whole is null ? " (Fragment)" : " (Reassembled)";
        p.Info.Separate(", ");
        p.Info.Append($"{name}{suffix}");
        var node = p.Add(record, Fields.Handshake, v, 0, v.Captured);
        p.Label(node, $"Handshake Protocol: {name}{suffix}");
        p.AddAll(node, v, 0, Fields.Type, Fields.Length, MessageSequence, FragmentOffset, FragmentLength);
        if (!isPart)
        {
            Body(p, body, node, type, connection);
        }
        else if (whole is not null)
        {
            var view = p.AddBuffer(assembled, whole.Length, "Reassembled DTLS");
            Body(p, view, node, type, connection);
            ShowFragments(p, whole, view, record);
            p.Engine.State<DtlsFragments>().Table.Release(whole);
        }

        if (isFirst)
        {
            p.Label(record, $"{NameOf(connection.Version)} Record Layer: Handshake Protocol: {name}{suffix}");
        }
        else
        {
            p.Label(record, $"{NameOf(connection.Version)} Record Layer: Handshake Protocol: Multiple Handshake Messages");
        }
    }

    static void Body(Packet p, in View v, Node node, int type, TlsConnection connection)
    {
        if (type == TlsHandshake.HelloVerifyRequest)
        {
            connection.Version = v.U16(0);
            p.SetProtocol(NameOf(connection.Version));
            p.AddAll(node, v, 0, Fields.Version, Fields.CookieLength);
            if (v.U8(2) > 0)
            {
                p.Add(node, Fields.Cookie, v, 3, v.U8(2));
            }

            return;
        }

        TlsHandshake.DissectBody(p, v, node, type, isRetry: false, connection, Fields);
    }

    static void ShowFragments(Packet p, Datagram whole, in View v, Node parent)
    {
        if (!p.WantsFields)
        {
            return;
        }

        var parts = whole.Fragments;
        var tree = p.Generated(p.Add(parent, Fragments, v, 0, v.Captured));
        p.Label(tree, $"{parts.Count} Message fragments ({v.Captured} bytes): ");
        for (int i = 0; i < parts.Count; i++)
        {
            p.AppendLabel(tree, $"{(i == 0 ? "" : ", ")}#{parts[i].Frame}({parts[i].Length})");
        }

        for (int i = 0; i < parts.Count; i++)
        {
            int at = Math.Min(parts[i].Offset, v.Captured), length = Math.Min(parts[i].Length, v.Captured - at);
            var node = p.Generated(p.AddUInt(tree, Fragment, v, at, length, (uint)parts[i].Frame));
            p.Label(node, $"Frame: {parts[i].Frame}, payload: {at}-{at + length - 1} ({length} byte{(length == 1 ? "" : "s")})");
        }

        p.Generated(p.AddUInt(tree, FragmentCount, v, 0, 0, (uint)parts.Count));
        p.Generated(p.AddUInt(tree, ReassembledLength, v, 0, 0, (uint)v.Captured));
    }

    /// <summary>Handshake messages of a run that wait for their other fragments.</summary>
    sealed class DtlsFragments
    {
        public FragmentTable Table { get; } = new();
    }
}
