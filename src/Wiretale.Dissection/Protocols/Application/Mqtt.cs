using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: MQTT 3.1 and 3.1.1 (OASIS). Version 5's properties are shown as bytes.
//
//   | type and flags | remaining length: seven bits a byte, low ones first | variable header and payload ...

/// <summary>Message Queuing Telemetry Transport.</summary>
public sealed class Mqtt() : Dissector("mqtt")
{
    const int Connect = 1, ConnectAck = 2, Publish = 3, PublishAck = 4, PublishComplete = 7, Subscribe = 8, SubscribeAck = 9, Unsubscribe = 10, UnsubscribeAck = 11;
    const int Version5 = 5, LongestHeader = 5;

    static readonly Protocol P = new("MQ Telemetry Transport Protocol", "MQTT", "mqtt");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Reserved"), (1, "Connect Command"), (2, "Connect Ack"), (3, "Publish Message"), (4, "Publish Ack"), (5, "Publish Received"),
        (6, "Publish Release"), (7, "Publish Complete"), (8, "Subscribe Request"), (9, "Subscribe Ack"), (10, "Unsubscribe Request"),
        (11, "Unsubscribe Ack"), (12, "Ping Request"), (13, "Ping Response"), (14, "Disconnect Req"), (15, "Authentication Exchange")]);
    static readonly ValueNames Qualities = ValueNames.Of(() => [
        (0, "At most once delivery (Fire and Forget)"), (1, "At least once delivery (Acknowledged deliver)"),
        (2, "Exactly once delivery (Assured Delivery)"), (3, "Reserved")]);
    static readonly ValueNames Granted = ValueNames.Of(() => [
        (0, "At most once delivery (Fire and Forget)"), (1, "At least once delivery (Acknowledged deliver)"),
        (2, "Exactly once delivery (Assured Delivery)"), (3, "Reserved"), (128, "Failure")]);
    static readonly ValueNames Returns = ValueNames.Of(() => [
        (0, "Connection Accepted"), (1, "Connection Refused: unacceptable protocol version"), (2, "Connection Refused: identifier rejected"),
        (3, "Connection Refused: server unavailable"), (4, "Connection Refused: bad user name or password"), (5, "Connection Refused: not authorized")]);

    static readonly Field MessageType = P.UInt8("mqtt.msgtype", "Message Type", FieldBase.Dec, Types, mask: 0xf0);
    static readonly Field HeaderFlags = P.UInt8("mqtt.hdrflags", "Header Flags", FieldBase.Hex);
    static readonly Field Duplicate = P.Flag("mqtt.dupflag", "DUP Flag", 8, 0x8, ValueNames.SetNotSet);
    static readonly Field Quality = P.UInt8("mqtt.qos", "QoS Level", FieldBase.Dec, Qualities, mask: 0x6);
    static readonly Field HeaderReserved = P.UInt8("mqtt.hdr_reserved", "Reserved", mask: 0xf, blurb: "Fixed Header Reserved Field");
    static readonly Field RetainReserved = P.UInt8("mqtt.retain_reserved", "Reserved", mask: 0x1, blurb: "Fixed Header Reserved Field");
    static readonly Field Retain = P.Flag("mqtt.retain", "Retain", 8, 0x1, ValueNames.SetNotSet);
    static readonly Layout PlainHeader = new(HeaderFlags.Summary(MessageType, HeaderReserved));
    static readonly Layout PublishHeader = new(HeaderFlags.Summary(MessageType, Duplicate, Quality, Retain));
    static readonly Layout SubscribeHeader = new(HeaderFlags.Summary(MessageType, Duplicate, Quality, RetainReserved));

    static readonly Field Length = P.UInt64("mqtt.len", "Msg Len");
    static readonly Field NameLength = P.UInt16("mqtt.proto_len", "Protocol Name Length");
    static readonly Field Name = P.String("mqtt.protoname", "Protocol Name");
    static readonly Field Version = P.UInt8("mqtt.ver", "Version", FieldBase.Dec, ValueNames.Of(() => [(3, "MQTT v3.1"), (4, "MQTT v3.1.1"), (5, "MQTT v5.0")]));
    static readonly Layout ConnectFlags = new(P.UInt8("mqtt.conflags", "Connect Flags", FieldBase.Hex).Summary(
        P.Flag("mqtt.conflag.uname", "User Name Flag", 8, 0x80, ValueNames.SetNotSet),
        P.Flag("mqtt.conflag.passwd", "Password Flag", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("mqtt.conflag.retain", "Will Retain", 8, 0x20, ValueNames.SetNotSet),
        P.UInt8("mqtt.conflag.qos", "QoS Level", FieldBase.Dec, Qualities, mask: 0x18),
        P.Flag("mqtt.conflag.willflag", "Will Flag", 8, 0x4, ValueNames.SetNotSet),
        P.Flag("mqtt.conflag.cleansess", "Clean Session Flag", 8, 0x2, ValueNames.SetNotSet),
        P.Flag("mqtt.conflag.reserved", "(Reserved)", 8, 0x1, ValueNames.SetNotSet)),
        P.UInt16("mqtt.kalive", "Keep Alive"));
    static readonly Field ClientLength = P.UInt16("mqtt.clientid_len", "Client ID Length");
    static readonly Field Client = P.String("mqtt.clientid", "Client ID");
    static readonly Field WillTopicLength = P.UInt16("mqtt.willtopic_len", "Will Topic Length");
    static readonly Field WillTopic = P.String("mqtt.willtopic", "Will Topic");
    static readonly Field WillLength = P.UInt16("mqtt.willmsg_len", "Will Message Length");
    static readonly Field Will = P.Bytes("mqtt.willmsg", "Will Message");
    static readonly Field UserLength = P.UInt16("mqtt.username_len", "User Name Length");
    static readonly Field User = P.String("mqtt.username", "User Name");
    static readonly Field PasswordLength = P.UInt16("mqtt.passwd_len", "Password Length");
    static readonly Field Password = P.String("mqtt.passwd", "Password");
    static readonly Field AckReserved = P.Flag("mqtt.conack.flags.reserved", "Reserved", 8, 0xfe, ValueNames.SetNotSet);
    static readonly Layout AckFlags = new(P.UInt8("mqtt.conack.flags", "Acknowledge Flags", FieldBase.Hex).Summary(
        AckReserved,
        P.Flag("mqtt.conack.flags.sp", "Session Present", 8, 0x1, ValueNames.SetNotSet, blurb: "Session Present (version 3.1.1)")));
    static readonly Field Return = P.UInt8("mqtt.conack.val", "Return Code", FieldBase.Dec, Returns);
    static readonly Field MessageId = P.UInt16("mqtt.msgid", "Message Identifier");
    static readonly Field TopicLength = P.UInt16("mqtt.topic_len", "Topic Length");
    static readonly Field Topic = P.String("mqtt.topic", "Topic");
    static readonly Field Message = P.Bytes("mqtt.msg", "Message");
    static readonly Field Requested = P.UInt8("mqtt.sub.qos", "Requested QoS", FieldBase.Dec, Qualities);
    static readonly Field GrantedQuality = P.UInt8("mqtt.suback.qos", "Granted QoS", FieldBase.Dec, Granted);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 1883);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.Info.Clear();
        return Tcp.Pdus(p, v, parent, 2, MessageLength, One);
    }

    /// <summary>The whole message; 0 while bytes of its length are missing.</summary>
    static int MessageLength(Packet p, in View v, int at) =>
        Remaining(v, at + 1, out int size) is { } length ? (int)length + 1 + size : v.CapturedFrom(at) >= LongestHeader ? LongestHeader : 0;

    static uint? Remaining(in View v, int at, out int size)
    {
        uint value = 0;
        for (size = 0; size < 4 && v.Has(at, size + 1);)
        {
            byte b = v.U8(at + size);
            value |= (uint)(b & 0x7f) << (7 * size++);
            if (b < 0x80)
            {
                return value;
            }
        }

        return null;
    }

    void One(Packet p, in View v, Node parent)
    {
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new();
        p.SetProtocol("MQTT");
        int type = v.U8(0) >> 4;
        string name = Types.FindOr((ulong)type, "Unknown");
        p.Info.AppendAfter(", ", name);
        var tree = p.Open(P, v, parent);
        p.AppendLabel(tree, $", {name}");
        p.AddRows(tree, v, 0, type switch { Publish => PublishHeader, 6 or Subscribe or Unsubscribe => SubscribeHeader, _ => PlainHeader });
        uint length = Remaining(v, 1, out int size) ?? 0;
        p.AddUInt(tree, Length, v, 1, size, length);
        int at = 1 + size;
        switch (type)
        {
            case Connect:
                AddConnect(p, v, tree, at, session);
                break;
            case ConnectAck:
                if (session.Version >= 4)
                {
                    p.AddRows(tree, v, at, AckFlags);
                }
                else
                {
                    p.Label(p.Add(tree, AckReserved, v, at, 1), $"Reserved: {(v.U8(at) == 0 ? "Not set" : "Set")}");
                }

                p.Add(tree, Return, v, at + 1);
                break;
            case Publish:
                AddPublish(p, v, tree, at);
                break;
            case (>= PublishAck and <= PublishComplete) or UnsubscribeAck:
                Id(p, v, tree, at);
                break;
            case Subscribe or Unsubscribe:
                Id(p, v, tree, at);
                Topics(p, v, tree, at + 2, type == Subscribe);
                break;
            case SubscribeAck:
                Id(p, v, tree, at);
                for (at += 2; at < v.Reported; at++)
                {
                    p.Add(tree, GrantedQuality, v, at);
                }

                break;
            default:
                break;
        }
    }

    static void Id(Packet p, in View v, Node tree, int at)
    {
        p.Info.Append($" (id={v.U16(at)})");
        p.Add(tree, MessageId, v, at);
    }

    static void AddConnect(Packet p, in View v, Node tree, int at, Session session)
    {
        at = Counted(p, v, tree, at, NameLength, Name);
        int version = v.U8(at);
        if (!p.IsQuoted)
        {
            session.Version = version;
        }

        p.Add(tree, Version, v, at++);
        int flags = v.U8(at);
        at = p.AddRows(tree, v, at, ConnectFlags);
        if (version >= Version5)
        {
            return;
        }

        at = Counted(p, v, tree, at, ClientLength, Client);
        if ((flags & 4) != 0)
        {
            at = Counted(p, v, tree, at, WillTopicLength, WillTopic);
            at = Counted(p, v, tree, at, WillLength, Will);
        }

        if ((flags & 0x80) != 0 && at < v.Reported)
        {
            at = Counted(p, v, tree, at, UserLength, User);
        }

        if ((flags & 0x40) != 0 && at < v.Reported)
        {
            Counted(p, v, tree, at, PasswordLength, Password);
        }
    }

    static void AddPublish(Packet p, in View v, Node tree, int at)
    {
        int topic = at + 2;
        at = Counted(p, v, tree, at, TopicLength, Topic);
        bool hasId = (v.U8(0) & 6) != 0;
        if (hasId)
        {
            Id(p, v, tree, at);
        }

        SayTopic(p, v, topic, at);
        at += hasId ? 2 : 0;
        if (at < v.Reported)
        {
            p.Add(tree, Message, v, at, v.Reported - at);
        }
    }

    static void SayTopic(Packet p, in View v, int at, int end)
    {
        p.Info.Append(" ["u8);
        TextTalk.Say(p, v.Span(at, end - at));
        p.Info.Append("]"u8);
    }

    static void Topics(Packet p, in View v, Node tree, int at, bool withQuality)
    {
        while (at < v.Reported)
        {
            int topic = at + 2;
            at = Counted(p, v, tree, at, TopicLength, Topic);
            if (withQuality)
            {
                SayTopic(p, v, topic, at);
                p.Add(tree, Requested, v, at++);
            }
        }
    }

    static int Counted(Packet p, in View v, Node tree, int at, Field lengthField, Field field)
    {
        int length = v.U16(at);
        p.Add(tree, lengthField, v, at);
        p.Add(tree, field, v, at + 2, length);
        return at + 2 + length;
    }

    /// <summary>What both ends have agreed on.</summary>
    sealed class Session
    {
        public int Version;
    }
}
