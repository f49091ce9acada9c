using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Messaging;

// Specification: AMQP 0-9-1, with RabbitMQ's extensions. TCP port 5672. Of AMQP 1.0 only the protocol header is known.
//
//   +------+---------+-----------------+ +---------------------+ +------+
//   | Type | Channel | Length (32 bits)| | payload             | | 0xce |
//   +------+---------+-----------------+ +---------------------+ +------+

/// <summary>Advanced Message Queuing Protocol.</summary>
public sealed class Amqp() : Dissector("amqp")
{
    const int HeaderLength = 7, EndLength = 1, GreetingLength = 8;
    const int MethodFrame = 1, HeaderFrame = 2, BodyFrame = 3, HeartbeatFrame = 8;
    const uint OldDraft = 0x0101000a;
    const int Basic = 60, Publish = 40, Return = 50, Deliver = 60, GetOk = 71, Ack = 80, Reject = 90, Nack = 120;

    internal static readonly Protocol P = new("Advanced Message Queuing Protocol", "AMQP", "amqp");

    static readonly ValueNames Classes = ValueNames.Of(() => [
        (10, "Connection"), (20, "Channel"), (30, "Access"), (40, "Exchange"), (50, "Queue"), (60, "Basic"), (70, "File"), (80, "Stream"), (85, "Confirm"), (90, "Tx"),
        (100, "Dtx"), (110, "Tunnel")]);

    static readonly Field Type = P.UInt8("amqp.type", "Type", FieldBase.Dec, ValueNames.Of(() => [(1, "Method"), (2, "Content header"), (3, "Content body"), (8, "Heartbeat")]));
    static readonly Layout Head = new(Type, P.UInt16("amqp.channel", "Channel"), P.UInt32("amqp.length", "Length"));
    static readonly Field Class = P.UInt16("amqp.method.class", "Class", FieldBase.Dec, Classes), Method = P.UInt16("amqp.method.method", "Method");
    static readonly Field Arguments = P.Label("amqp.method.arguments", "Arguments");
    static readonly Field PublishNumber = P.UInt64("amqp.method.arguments.publish_number", "Publish-Number");
    static readonly Field MessageIn = P.FrameNumber("amqp.message_in", "Message in frame");
    static readonly Field PropertyFlags = P.UInt16("amqp.header.property-flags", "Property flags", FieldBase.Hex);
    static readonly Layout ContentHeader = new(
        P.UInt16("amqp.header.class", "Class ID", FieldBase.Dec, Classes), P.UInt16("amqp.header.weight", "Weight"), P.UInt64("amqp.header.body-size", "Body size"), PropertyFlags);
    static readonly Field Properties = P.Label("amqp.header.properties", "Properties"), Payload = P.Bytes("amqp.payload", "Payload");
    static readonly Layout Greeting = new(
        P.String("amqp.init.protocol", "Protocol").Of(4), P.UInt8("amqp.init.id_major", "Protocol ID Major"), P.UInt8("amqp.init.id_minor", "Protocol ID Minor"),
        P.UInt8("amqp.init.version_major", "Version Major"), P.UInt8("amqp.init.version_minor", "Version Minor"));
    static readonly Expert UnknownClass = P.Expert("amqp.unknown.method.class", Severity.Error, ExpertGroup.Protocol, "Unknown method class");
    static readonly Expert UnknownMethod = P.Expert("amqp.unknown.method.basic", Severity.Error, ExpertGroup.Protocol, "Unknown basic method");
    static readonly Expert UnknownFrame = P.Expert("amqp.unknown.frame_type", Severity.Error, ExpertGroup.Protocol, "Unknown frame type");
    static readonly Expert Undelivered = P.Expert("amqp.message.undeliverable", Severity.Warning, ExpertGroup.Response, "Message was not delivered");

    /// <summary>What a content header may say, in the order of its flags.</summary>
    static readonly Field[] ContentProperties =
    [
        P.String("amqp.method.properties.content_type", "Content-Type"), P.String("amqp.method.properties.content_encoding", "Content-Encoding"),
        P.Label("amqp.method.properties.headers", "Headers"), P.UInt8("amqp.method.properties.delivery_mode", "Delivery-Mode"),
        P.UInt8("amqp.method.properties.priority", "Priority"), P.String("amqp.method.properties.correlation_id", "Correlation-Id"),
        P.String("amqp.method.properties.reply_to", "Reply-To"), P.String("amqp.method.properties.expiration", "Expiration"),
        P.String("amqp.method.properties.message_id", "Message-Id"), P.AbsoluteTime("amqp.method.properties.timestamp", "Timestamp"),
        P.String("amqp.method.properties.type", "Type"), P.String("amqp.method.properties.user_id", "User-Id"),
        P.String("amqp.method.properties.app_id", "App-Id"), P.String("amqp.method.properties.cluster_id", "Cluster-Id"),
    ];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(AmqpMethods), typeof(AmqpTables)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 5672);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("AMQP");
        p.Info.Clear();
        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => IsGreeting(v, at)
            ? GreetingLength
            : (int)Math.Min(v.U32(at + 3), int.MaxValue - HeaderLength - EndLength) + HeaderLength + EndLength, Frame);
    }

    static bool IsGreeting(in View v, int at) => v.Span(at, 4).SequenceEqual("AMQP"u8);

    void Frame(Packet p, in View v, Node parent)
    {
        if (IsGreeting(v, 0))
        {
            if (v.U32(4) == OldDraft)
            {
                p.Info.Append("Protocol-Header 0-10 "u8);
            }
            else
            {
                p.Info.Append($"Protocol-Header {v.U8(5)}-{v.U8(6)}-{v.U8(7)}{(v.U8(5) == 1 ? " " : "")}");
            }

            p.AddRows(p.Open(P, v, parent), v, 0, Greeting);
            return;
        }

        var tree = p.Open(P, v, parent);
        int type = v.U8(0);
        p.AddRows(tree, v, 0, Head);
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new();
        var channel = session.Of(v.U16(1));
        var body = v.Part(0, v.Reported - EndLength);
        switch (type)
        {
            case MethodFrame:
                AddMethod(p, body, tree, channel);
                break;
            case HeaderFrame:
                p.Info.Append("Content-Header "u8);
                AddHeader(p, body, tree, channel);
                break;
            case BodyFrame:
                p.Info.Append("Content-Body "u8);
                AddBody(p, body, tree, channel);
                break;
            case HeartbeatFrame:
                p.Info.Append("Heartbeat "u8);
                break;
            default:
                p.Expert(tree, UnknownFrame, v, 0, 1, $"Unknown frame type {type}");
                break;
        }
    }

    static void AddMethod(Packet p, in View v, Node tree, Channel channel)
    {
        int at = HeaderLength, @class = v.U16(at), number = v.U16(at + 2);
        p.Add(tree, Class, v, at);
        var method = AmqpMethods.Find(@class, number);
        if (Classes.Find((ulong)@class) is not { } className)
        {
            p.Expert(tree, UnknownClass, v, at, 2, $"Unknown method class {@class}");
            return;
        }

        p.Info.Append($"{className}.");
        if (method is null)
        {
            p.Info.Append($"Unknown ({number}) ");
        }
        else
        {
            p.Info.Append($"{method.Name} ");
        }

        p.Label(p.Add(tree, Method, v, at + 2), $"Method: {method?.Name ?? "Unknown"} ({number})");
        at += 4;
        var arguments = p.Add(tree, Arguments, v, at, v.ReportedFrom(at));
        if (@class == Basic && number == Publish)
        {
            channel.Published++;
            p.Generated(p.AddUInt(arguments, PublishNumber, v, at, 2, channel.Published));
        }

        if (method is null)
        {
            p.Expert(tree, UnknownMethod, v, at - 2, 2, $"Unknown {className.ToLowerInvariant()} method {number}");
        }

        int bit = 0;
        ulong tag = 0;
        foreach (var (field, info) in method?.Arguments ?? [])
        {
            if (field.Type == FieldType.Boolean)
            {
                AddBit(p, v, arguments, field, at, bit++);
                continue;
            }

            (at, bit) = (bit > 0 ? at + 1 : at, 0);
            tag = field.Size == 8 ? v.U64(at) : tag;
            int start = at;
            at = AmqpTables.Add(p, v, arguments, at, field, out var node);
            if (info is not null)
            {
                p.Info.Append(info);
                TextTalk.Say(p, v.Span(start + 1, at - start - 1));
                p.Info.Append(" "u8);
            }

            if (@class == Basic && number == Return && start == HeaderLength + 4)
            {
                p.Expert(node, Undelivered, v, start, 2);
            }
        }

        if (@class == Basic)
        {
            Follow(p, v, tree, channel, number, tag, number is Ack or Nack && (v.U8(at) & 1) != 0);
        }
    }

    /// <summary>Remembers where a message was sent, and shows it where it is acknowledged.</summary>
    static void Follow(Packet p, in View v, Node tree, Channel channel, int method, ulong tag, bool isMultiple)
    {
        bool isFromServer = p.SourcePort < p.DestinationPort;
        if (method == Publish)
        {
            channel.Content.Clear();
            channel.Sent.Add(channel.Published, p.Number);
        }
        else if (method is Deliver or GetOk)
        {
            channel.Content.Clear();
            channel.Delivered.Add(tag, p.Number);
        }
        else if (method is Return)
        {
            channel.Content.Clear();
        }
        else if (method is Ack or Reject or Nack)
        {
            foreach (int frame in (isFromServer ? channel.Sent : channel.Delivered).Take(tag, isMultiple))
            {
                p.Generated(p.AddUInt(tree, MessageIn, v, 0, 0, (uint)frame));
            }
        }
    }

    static void AddBit(Packet p, in View v, Node tree, Field field, int at, int bit)
    {
        bool isSet = (v.U8(at) & (1 << bit)) != 0;
        var node = p.AddFlag(tree, field, v, at, 1, isSet);
        if (p.WantsLabel(node))
        {
            Span<char> bits = ['.', '.', '.', '.', ' ', '.', '.', '.', '.'];
            bits[bit < 4 ? 8 - bit : 7 - bit] = isSet ? '1' : '0';
            p.Label(node, $"{bits.ToString()} = {field.Label}: {(isSet ? "True" : "False")}");
        }
    }

    static void AddHeader(Packet p, in View v, Node tree, Channel channel)
    {
        int at = p.AddRows(tree, v, HeaderLength, ContentHeader), flags = v.U16(at - 2);
        var branch = p.Add(tree, Properties, v, at, v.ReportedFrom(at));
        channel.Content.Clear();
        for (int i = 0; i < ContentProperties.Length; i++)
        {
            if ((flags & (0x8000 >> i)) == 0)
            {
                continue;
            }

            int start = at;
            at = AmqpTables.Add(p, v, branch, at, ContentProperties[i], out _);
            if (i == 0)
            {
                var type = v.Span(start + 1, at - start - 1);
                channel.Content.Append(type);
                p.Info.Append("type="u8);
                TextTalk.Say(p, type);
                p.Info.Append(" "u8);
            }
        }
    }

    static void AddBody(Packet p, in View v, Node tree, Channel channel)
    {
        var body = v.From(HeaderLength);
        if (body.Reported > 0)
        {
            p.Add(tree, Payload, v, HeaderLength, body.Reported);
        }

        var type = channel.Content.Bytes;
        int end = type.IndexOf((byte)';');
        if (end >= 0)
        {
            type = type[..end];
        }

        if (type.Length > 0 && MediaTypes.MediaTypes.Find(p, type) is { } inside)
        {
            MediaTypes.MediaTypes.Set(p, type, default);
            p.CallGuarded(inside, body, tree);
        }
    }

    sealed class Session
    {
        const int MostChannels = 1000;

        readonly Dictionary<int, Channel> channels = [];

        public Channel Of(int number)
        {
            if (!channels.TryGetValue(number, out var channel))
            {
                if (channels.Count >= MostChannels)
                {
                    channels.Clear();
                }

                channels[number] = channel = new();
            }

            return channel;
        }
    }

    sealed class Channel
    {
        /// <summary>How many messages the client has sent.</summary>
        public ulong Published;

        /// <summary>The media type of the message that is under way.</summary>
        public readonly Utf8Text Content = new(32);

        public readonly Waiting Sent = new(), Delivered = new();
    }

    /// <summary>Messages that were not acknowledged yet.</summary>
    sealed class Waiting
    {
        const int Most = 4096;

        readonly SortedDictionary<ulong, int> frames = [];

        public void Add(ulong tag, int frame)
        {
            if (frames.Count >= Most)
            {
                frames.Remove(frames.Keys.First());
            }

            frames[tag] = frame;
        }

        /// <summary>The frames of what is acknowledged: one message, or all up to it.</summary>
        public IEnumerable<int> Take(ulong tag, bool isMultiple)
        {
            ulong[] taken = isMultiple ? [.. frames.Keys.TakeWhile(t => t <= tag)] : frames.ContainsKey(tag) ? [tag] : [];
            foreach (ulong one in taken)
            {
                frames.Remove(one, out int frame);
                yield return frame;
            }
        }
    }
}
