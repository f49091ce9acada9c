using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Messaging;

// Specification: RFC 6120, RFC 6121. TCP port 5222: an XML document in each direction, of which every element below the first is a stanza.

/// <summary>Extensible Messaging and Presence Protocol.</summary>
public sealed class Xmpp() : Dissector("xmpp")
{
    const uint Port = 5222;

    static readonly Protocol P = new("XMPP Protocol", "XMPP", "xmpp");
    static readonly Field Version = P.String("xmpp.xml_header_version", "XML HEADER VER");
    static readonly Field Stream = P.Label("xmpp.stream", "STREAM"), StreamEnd = P.Label("xmpp.stream_end", "STREAM END");
    static readonly Field Iq = P.Label("xmpp.iq", "IQ"), Message = P.Label("xmpp.message", "MESSAGE"), Presence = P.Label("xmpp.presence", "PRESENCE");
    static readonly Field Features = P.Label("xmpp.features", "FEATURES"), Auth = P.Label("xmpp.auth", "AUTH"), Failure = P.Label("xmpp.failure", "FAILURE"),
        StartTls = P.Label("xmpp.starttls", "STARTTLS"), Proceed = P.Label("xmpp.proceed", "PROCEED");
    static readonly Field Query = P.Label("xmpp.query", "QUERY"), Bind = P.Label("xmpp.iq.bind", "BIND"), Item = P.Label("xmpp.query.item", "ITEM"), Card = P.Label("xmpp.vcard", "VCARD"),
        Error = P.Label("xmpp.error", "ERROR");
    static readonly Field Id = P.String("xmpp.id", "id"), Type = P.String("xmpp.type", "type"), From = P.String("xmpp.from", "from"), To = P.String("xmpp.to", "to"),
        Namespace = P.String("xmpp.xmlns", "xmlns"), Attribute = P.String("xmpp.attribute", "Attribute"), Characters = P.String("xmpp.cdata", "CDATA");
    static readonly Field UnknownAttributeText = P.String("xmpp.unknown_attr", "UNKNOWN ATTR");
    static readonly Expert UnknownAttribute = P.Expert("xmpp.unknown.attribute", Severity.Note, ExpertGroup.Undecoded, "Unknown attribute");
    static readonly Field RequestIn = P.FrameNumber("xmpp.response_to", "Request In"), ResponseIn = P.FrameNumber("xmpp.response_in", "Response In");
    static readonly Expert Unanswered = P.Expert("xmpp.packet_without_response", Severity.Chat, ExpertGroup.Protocol, "Packet without response");
    static readonly Expert UnknownPacket = P.Expert("xmpp.packet_unknown", Severity.Note, ExpertGroup.Undecoded, "Unknown packet");
    static readonly Expert Challenge = P.Expert("xmpp.challenge", Severity.Chat, ExpertGroup.Response, "CHALLENGE"), Response = P.Expert("xmpp.response", Severity.Chat, ExpertGroup.Response, "RESPONSE"),
        Success = P.Expert("xmpp.success", Severity.Chat, ExpertGroup.Response, "SUCCESS");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var bytes = v.Bytes.TrimEnd(" \t\r\n\0"u8);
        if (bytes.Length > 0 && bytes[^1] != '>' && p.Stream is { CanWait: true } stream && v.Captured == v.Reported)
        {
            stream.NeedMore(0, StreamContext.OneMoreSegment);
            return v.Reported;
        }

        p.SetProtocol("XMPP/XML");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (bytes.StartsWith("</"u8))
        {
            p.Info.Set("STREAM END");
            p.Layers.Add(Catalog.Xml);
            p.Add(tree, StreamEnd, v, 0, bytes.Length);
            return v.Reported;
        }

        var document = p.Engine.State<XmlElements>();
        document.Read(bytes);
        if (document.Version.Length > 0)
        {
            p.Info.Set("XML ");
            p.Add(tree, Version, v, document.Version.Start, document.Version.Length);
        }

        if (HasUnknown(bytes, document))
        {
            p.SetProtocol("XMPP");
            p.Call(Catalog.Xml, v, tree);
        }
        else
        {
            p.Layers.Add(Catalog.Xml);
        }

        for (int element = document.First; element >= 0; element = document[element].Next)
        {
            Stanza(p, v, tree, document, element);
        }

        return v.Reported;
    }

    /// <summary>Whether there is anything but stanzas: then the whole is shown as XML, too.</summary>
    static bool HasUnknown(ReadOnlySpan<byte> bytes, XmlElements document)
    {
        for (int element = document.First; element >= 0; element = document[element].Next)
        {
            if (!Lists("iq message presence stream features auth failure challenge response success starttls proceed", document.LocalName(bytes, element)))
            {
                return true;
            }
        }

        return false;
    }

    void Stanza(Packet p, in View v, Node tree, XmlElements document, int element)
    {
        var bytes = v.Bytes;
        bool isFromClient = p.DestinationPort == Port;
        var name = document.LocalName(bytes, element);
        switch (name)
        {
            case var _ when name.SequenceEqual("iq"u8):
                SayIq(p, v, document, element, isFromClient);
                var iq = Add(p, v, tree, document, element, Iq, new("id type from to", "id type from to xml:lang"));
                Follow(p, v, tree, iq, document, element);
                break;
            case var _ when name.SequenceEqual("message"u8):
                p.Info.Set("MESSAGE ");
                SayPeer(p, bytes, document, element, isFromClient);
                Add(p, v, tree, document, element, Message, new("id type", "id from to type xml:lang"));
                break;
            case var _ when name.SequenceEqual("presence"u8):
                p.Info.Set("PRESENCE ");
                SayPeer(p, bytes, document, element, isFromClient);
                Add(p, v, tree, document, element, Presence, new("type", "id from to type xml:lang"));
                break;
            case var _ when name.SequenceEqual("stream"u8):
                p.Info.Set("STREAM ");
                SayPeer(p, bytes, document, element, isFromClient);
                Add(p, v, tree, document, element, Stream, new("xmlns xmlns:stream", "xmlns xmlns:stream", IsStrict: true));
                break;
            case var _ when name.SequenceEqual("features"u8):
                p.Info.Set("FEATURES ");
                Add(p, v, tree, document, element, Features, default);
                break;
            case var _ when name.SequenceEqual("auth"u8):
                p.Info.Set("AUTH");
                Add(p, v, tree, document, element, Auth, default);
                break;
            case var _ when name.SequenceEqual("failure"u8):
                p.Info.Set("FAILURE ");
                Add(p, v, tree, document, element, Failure, default);
                break;
            case var _ when name.SequenceEqual("challenge"u8):
                Reply(p, v, tree, document, element, Challenge);
                break;
            case var _ when name.SequenceEqual("response"u8):
                Reply(p, v, tree, document, element, Response);
                break;
            case var _ when name.SequenceEqual("success"u8):
                Reply(p, v, tree, document, element, Success);
                break;
            case var _ when name.SequenceEqual("starttls"u8):
                Tls(p, v, tree, document, element, StartTls);
                break;
            case var _ when name.SequenceEqual("proceed"u8):
                Tls(p, v, tree, document, element, Proceed);
                p.Conversation!.Dissector = Catalog.Tls;
                break;
            default:
                p.Info.Set("UNKNOWN PACKET ");
                var one = document[element];
                p.Expert(tree, UnknownPacket, v, one.Start, one.End - one.Start, $"Unknown packet: {System.Text.Encoding.UTF8.GetString(name)}");
                break;
        }
    }

    static void Reply(Packet p, in View v, Node tree, XmlElements document, int element, Expert expert)
    {
        p.Info.Set(expert.Summary);
        Add(p, v, tree, document, element, null, default, expert);
    }

    static void Tls(Packet p, in View v, Node tree, XmlElements document, int element, Field field)
    {
        p.Info.Set(field.Label);
        p.Info.Append(" "u8);
        Add(p, v, tree, document, element, field, default);
    }

    /// <summary>What is asked or answered: the type, the first element inside that says what, and the other end.</summary>
    static void SayIq(Packet p, in View v, XmlElements document, int element, bool isFromClient)
    {
        if (!p.Info.Writable)
        {
            return;
        }

        var bytes = v.Bytes;
        p.Info.Set("IQ(");
        TextTalk.Say(p, document.Attribute(bytes, element, "type"u8));
        p.Info.Append(") "u8);
        for (int inside = document[element].Child; inside >= 0; inside = document[inside].Next)
        {
            var name = document.LocalName(bytes, inside);
            if (name.SequenceEqual("error"u8))
            {
                continue;
            }

            Span<byte> upper = stackalloc byte[Math.Min(name.Length, 64)];
            System.Text.Ascii.ToUpper(name[..upper.Length], upper, out int length);
            p.Info.Append(upper[..length]);
            var space = document.Attribute(bytes, inside, "xmlns"u8);
            if (name.SequenceEqual("query"u8) && ShortNamespace(space) is { Length: > 0 } kind)
            {
                p.Info.Append("("u8);
                TextTalk.Say(p, kind);
                p.Info.Append(")"u8);
            }

            p.Info.Append(" "u8);
            break;
        }

        SayPeer(p, bytes, document, element, isFromClient);
    }

    /// <summary>What stands behind the last slash: <c>disco#info</c>; the namespaces of old have none, and only that of the roster is told.</summary>
    static ReadOnlySpan<byte> ShortNamespace(ReadOnlySpan<byte> space)
    {
        int slash = space.LastIndexOf((byte)'/');
        return slash >= 0 ? space[(slash + 1)..] : space.SequenceEqual("jabber:iq:roster"u8) ? space : default;
    }

    static void SayPeer(Packet p, ReadOnlySpan<byte> bytes, XmlElements document, int element, bool isFromClient)
    {
        var peer = document.Attribute(bytes, element, isFromClient ? "to"u8 : "from"u8);
        if (peer.Length == 0 && !isFromClient)
        {
            peer = document.Attribute(bytes, element, "to"u8);
        }

        if (peer.Length > 0)
        {
            p.Info.Append(isFromClient ? "> "u8 : "< "u8);
            TextTalk.Say(p, peer);
            p.Info.Append(" "u8);
        }
    }

    /// <summary>Which request a result answers.</summary>
    void Follow(Packet p, in View v, Node tree, Node iq, XmlElements document, int element)
    {
        var type = document.Attribute(v.Bytes, element, "type"u8);
        var id = document.Attribute(v.Bytes, element, "id"u8);
        if (id.Length is 0 or > Requests.LongestId || p.Conversation?.GetOrAdd<Requests>(this) is not { } requests)
        {
            return;
        }

        if (type.SequenceEqual("get"u8) || type.SequenceEqual("set"u8))
        {
            requests.Add(id, p.Number);
            if (p.Later(ResponseIn) is > 0 and var later)
            {
                p.AddLater(tree, ResponseIn, v, later);
            }
            else
            {
                var one = document[element];
                p.Expert(iq, Unanswered, v, one.Start, one.End - one.Start);
            }
        }
        else if (requests.Find(id) is > 0 and var frame)
        {
            p.Generated(p.AddUInt(tree, RequestIn, v, 0, 0, (uint)frame));
        }
    }

    /// <summary>An element with its attributes and what stands in it.</summary>
    static Node Add(Packet p, in View v, Node parent, XmlElements document, int element, Field? field, in Form form, Expert? expert = null)
    {
        if (!p.WantsFields)
        {
            return parent;
        }

        var bytes = v.Bytes;
        var one = document[element];
        var name = document.LocalName(bytes, element);
        var node = field is null ? p.AddText(parent, v, one.Start, one.End - one.Start, "") : p.Add(parent, field, v, one.Start, one.End - one.Start);
        Span<byte> upper = stackalloc byte[Math.Min(name.Length, 64)];
        System.Text.Ascii.ToUpper(name[..upper.Length], upper, out int length);
        p.Label(node, $"{upper[..length]} [");
        LabelAttributes(p, bytes, node, document, one, form.Shown);
        p.AppendLabel(node, "]");
        if (expert is not null)
        {
            p.Expert(node, expert, v, one.Start, one.End - one.Start);
        }

        AddAttributes(p, v, node, document, one, form);
        for (int inside = one.Child; inside >= 0; inside = document[inside].Next)
        {
            Add(p, v, node, document, inside, FieldOfElement(document.LocalName(bytes, inside)), default);
        }

        if (one.Text.Length > 0 && one.Child < 0)
        {
            p.Add(node, Characters, v, one.Text.Start, one.Text.Length);
        }

        return node;
    }

    static void LabelAttributes(Packet p, ReadOnlySpan<byte> bytes, Node node, XmlElements document, in XmlElements.Element one, string? shown)
    {
        string separator = "";
        if (shown is null)
        {
            for (int i = 0; i < one.AttributeCount; i++)
            {
                var (key, value) = document.AttributeAt(bytes, one.FirstAttribute + i, out _);
                p.AppendLabel(node, $"{separator}{key}=\"{value}\"");
                separator = " ";
            }

            return;
        }

        foreach (var range in shown.AsSpan().Split(' '))
        {
            if (document.Find(bytes, one, shown.AsSpan(range)) is >= 0 and var index)
            {
                var (key, value) = document.AttributeAt(bytes, index, out _);
                p.AppendLabel(node, $"{separator}{key}=\"{value}\"");
                separator = " ";
            }
        }
    }

    /// <summary>The attributes: those that belong to the element in their order, then the others.</summary>
    static void AddAttributes(Packet p, in View v, Node node, XmlElements document, in XmlElements.Element one, in Form form)
    {
        var order = form.Order.AsSpan();
        if (order.Length > 0)
        {
            foreach (var range in order.Split(' '))
            {
                if (document.Find(v.Bytes, one, order[range]) is >= 0 and var index)
                {
                    AddAttribute(p, v, node, document, index, isUnknown: false);
                }
            }
        }

        for (int i = 0; i < one.AttributeCount; i++)
        {
            var (key, _) = document.AttributeAt(v.Bytes, one.FirstAttribute + i, out int _);
            if (order.Length == 0 || !Lists(form.Order!, key))
            {
                AddAttribute(p, v, node, document, one.FirstAttribute + i, form.IsStrict);
            }
        }
    }

    static void AddAttribute(Packet p, in View v, Node node, XmlElements document, int index, bool isUnknown)
    {
        var (key, value) = document.AttributeAt(v.Bytes, index, out int at);
        var item = p.Add(node, isUnknown ? UnknownAttributeText : FieldOf(key), v, at, value.Length);
        p.Label(item, $"{key}: {value}{(isUnknown ? " [UNKNOWN ATTR]" : "")}");
        if (isUnknown)
        {
            p.Expert(item, UnknownAttribute, v, at, value.Length, $"Unknown attribute {key}");
        }
    }

    static bool Lists(string names, ReadOnlySpan<byte> name)
    {
        foreach (var range in names.AsSpan().Split(' '))
        {
            if (System.Text.Ascii.Equals(name, names.AsSpan(range)))
            {
                return true;
            }
        }

        return false;
    }

    static Field FieldOf(ReadOnlySpan<byte> attribute) => attribute switch
    {
        _ when attribute.SequenceEqual("id"u8) => Id,
        _ when attribute.SequenceEqual("type"u8) => Type,
        _ when attribute.SequenceEqual("from"u8) => From,
        _ when attribute.SequenceEqual("to"u8) => To,
        _ when attribute.SequenceEqual("xmlns"u8) => Namespace,
        _ => Attribute,
    };

    static Field? FieldOfElement(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("query"u8) => Query,
        _ when name.SequenceEqual("bind"u8) => Bind,
        _ when name.SequenceEqual("item"u8) => Item,
        _ when name.SequenceEqual("vCard"u8) => Card,
        _ when name.SequenceEqual("error"u8) => Error,
        _ => null,
    };

    /// <summary>How an element's attributes are shown.</summary>
    /// <param name="Shown">Those that the label lists; null for all.</param>
    /// <param name="Order">Those that belong to it, in their order.</param>
    /// <param name="IsStrict">Whether others are remarked upon.</param>
    readonly record struct Form(string? Shown, string? Order, bool IsStrict = false);

    /// <summary>What was asked on a connection, by identifier.</summary>
    sealed class Requests
    {
        public const int LongestId = 256;
        const int Most = 4096;

        readonly Dictionary<string, int> frames = new(StringComparer.Ordinal);

        public void Add(ReadOnlySpan<byte> id, int frame)
        {
            if (frames.Count >= Most)
            {
                frames.Clear();
            }

            frames.TryAdd(System.Text.Encoding.UTF8.GetString(id), frame);
        }

        public int Find(ReadOnlySpan<byte> id) => frames.GetValueOrDefault(System.Text.Encoding.UTF8.GetString(id));
    }
}
