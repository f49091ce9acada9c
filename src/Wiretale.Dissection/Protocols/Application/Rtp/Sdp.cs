using System.Buffers.Text;
using System.Net;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Rtp;

// Specification: RFC 8866: lines of a letter, "=" and a value; those before the first "m=" are about the session, those after it about that medium.

/// <summary>Session Description Protocol: what is going to be sent, and where to.</summary>
public sealed class Sdp() : Dissector("sdp")
{
    /// <summary>More media than this in one description are not announced.</summary>
    const int MaxMedia = 32;

    static readonly Protocol P = new("Session Description Protocol", "SDP", "sdp");
    static readonly Field Version = P.String("sdp.version", "Session Description Protocol Version (v)");
    static readonly Field Owner = P.String("sdp.owner", "Owner/Creator, Session Id (o)");
    static readonly Field SessionName = P.String("sdp.session_name", "Session Name (s)");
    static readonly Field SessionInfo = P.String("sdp.session_info", "Session Information (i)");
    static readonly Field Uri = P.String("sdp.uri", "URI of Description (u)");
    static readonly Field Email = P.String("sdp.email", "E-mail Address (e)", "E-mail Address");
    static readonly Field Phone = P.String("sdp.phone", "Phone Number (p)");
    static readonly Field Connection = P.String("sdp.connection_info", "Connection Information (c)");
    static readonly Field Bandwidth = P.String("sdp.bandwidth", "Bandwidth Information (b)");
    static readonly Field TimeZone = P.String("sdp.timezone", "Time Zone Adjustments (z)");
    static readonly Field Key = P.String("sdp.encryption_key", "Encryption Key (k)");
    static readonly Field SessionAttribute = P.String("sdp.session_attr", "Session Attribute (a)");
    static readonly Field MediaAttribute = P.String("sdp.media_attr", "Media Attribute (a)");
    static readonly Field Time = P.String("sdp.time", "Time Description, active time (t)");
    static readonly Field Repeat = P.String("sdp.repeat_time", "Repeat Time (r)");
    static readonly Field Media = P.String("sdp.media", "Media Description, name and address (m)");
    static readonly Field MediaTitle = P.String("sdp.media_title", "Media Title (i)", "Media Title");
    static readonly Field Unknown = P.String("sdp.unknown", "Unknown");
    static readonly Field Invalid = P.String("sdp.invalid", "Invalid line");
    static readonly Field[] OwnerWords =
    [
        P.String("sdp.owner.username", "Owner Username"), P.String("sdp.owner.sessionid", "Session ID"), P.String("sdp.owner.version", "Session Version"),
        P.String("sdp.owner.network_type", "Owner Network Type"), P.String("sdp.owner.address_type", "Owner Address Type"), P.String("sdp.owner.address", "Owner Address"),
    ];

    static readonly Field[] ConnectionWords =
    [
        P.String("sdp.connection_info.network_type", "Connection Network Type"), P.String("sdp.connection_info.address_type", "Connection Address Type"),
        P.String("sdp.connection_info.address", "Connection Address"),
    ];

    static readonly Field[] TimeWords = [P.String("sdp.time.start", "Session Start Time"), P.String("sdp.time.stop", "Session Stop Time")];
    static readonly Field BandwidthModifier = P.String("sdp.bandwidth.modifier", "Bandwidth Modifier");
    static readonly Field BandwidthValue = P.String("sdp.bandwidth.value", "Bandwidth Value", "Bandwidth Value (in kbits/s)");
    static readonly Field SessionAttributeName = P.String("sdp.session_attr.field", "Session Attribute Fieldname");
    static readonly Field SessionAttributeValue = P.String("sdp.session_attr.value", "Session Attribute Value");
    static readonly Field MediaType = P.String("sdp.media.media", "Media Type");
    static readonly Field MediaPort = P.UInt16("sdp.media.port", "Media Port");
    static readonly Field MediaPortText = P.String("sdp.media.port_string", "Media Port");
    static readonly Field MediaProtocol = P.String("sdp.media.proto", "Media Protocol");
    static readonly Field MediaFormat = P.String("sdp.media.format", "Media Format");
    static readonly Field MediaAttributeName = P.String("sdp.media_attribute.field", "Media Attribute Fieldname");
    static readonly Field MediaAttributeValue = P.String("sdp.media_attribute.value", "Media Attribute Value");
    static readonly Field MimeType = P.String("sdp.mime.type", "MIME Type", "SDP MIME Type");
    static readonly Field SampleRate = P.String("sdp.sample_rate", "Sample Rate");
    static readonly Field FormatParameters = P.String("sdp.fmtp.parameter", "Media format specific parameters", "Format specific parameter(fmtp)");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        var session = new Description();
        for (int at = 0; at < v.Captured;)
        {
            int end = v.LineEnd(at, out int next);
            if (end < 0)
            {
                end = next = v.Captured;
            }

            if (end > at)
            {
                Line(p, v, tree, at, end - at, next - at, ref session);
            }

            at = next;
        }

        session.Announce(p);
        if (p.Engine.State<SdpCall>() is { Id.Length: > 0 } call)
        {
            p.Generated(p.AddString(tree, Rtp.CallId, v, 0, 0, call.Id));
        }

        if (p.Engine.State<SdpCall>().Context is { } context)
        {
            StreamSetup.AddContext(p, v, tree, context);
        }

        return v.Reported;
    }

    static void Line(Packet p, in View v, Node tree, int at, int length, int whole, ref Description session)
    {
        var line = v.Span(at, length);
        if (length < 2 || line[1] != '=')
        {
            p.AddString(tree, Invalid, v, at, length, TextEncoding.Utf8);
            return;
        }

        char letter = (char)line[0];
        bool inMedia = session.InMedia || letter == 'm';
        if (FieldOf(letter, inMedia) is not { } field)
        {
            p.AddString(tree, Unknown, v, at, length, TextEncoding.Utf8);
            return;
        }

        var value = line[2..];
        var node = Text(p, v, tree, field, at, whole, value);
        at += 2;
        switch (letter)
        {
            case 'o':
                AddWords(p, v, node, at, value, OwnerWords);
                break;
            case 'c':
                AddWords(p, v, node, at, value, ConnectionWords);
                session.Connect(value);
                break;
            case 't':
                AddWords(p, v, node, at, value, TimeWords);
                break;
            case 'b' when value.IndexOf((byte)':') is > 0 and var colon:
                var modifier = p.Add(node, BandwidthModifier, v, at, colon);
                p.AppendLabel(modifier, value.StartsWith("AS:"u8) ? " [Application Specific (RTP session bandwidth)]" : "");
                var amount = p.Add(node, BandwidthValue, v, at + colon + 1, value.Length - colon - 1);
                if (value.StartsWith("AS:"u8) || value.StartsWith("CT:"u8))
                {
                    p.AppendLabel(amount, " kb/s");
                }
                else if (value.StartsWith("TIAS:"u8))
                {
                    p.AppendLabel(amount, " b/s");
                }

                break;
            case 'm':
                AddMedia(p, v, node, at, value, ref session);
                break;
            case 'a':
                AddAttribute(p, v, node, at, value, inMedia, ref session);
                break;
            default:
                break;
        }
    }

    static Field? FieldOf(char letter, bool inMedia) => letter switch
    {
        'v' => Version,
        'o' => Owner,
        's' => SessionName,
        'i' => inMedia ? MediaTitle : SessionInfo,
        'u' => Uri,
        'e' => Email,
        'p' => Phone,
        'c' => Connection,
        'b' => Bandwidth,
        't' => Time,
        'r' => Repeat,
        'z' => TimeZone,
        'k' => Key,
        'm' => Media,
        'a' => inMedia ? MediaAttribute : SessionAttribute,
        _ => null,
    };

    static Node Text(Packet p, in View v, Node tree, Field field, int at, int length, ReadOnlySpan<byte> value) => p.AddString(tree, field, v, at, length, value);

    static void AddWords(Packet p, in View v, Node node, int at, ReadOnlySpan<byte> value, Field[] words)
    {
        int from = 0;
        foreach (var field in words)
        {
            int space = value[from..].IndexOf((byte)' ');
            int length = space < 0 || field == words[^1] ? value.Length - from : space;
            if (length > 0)
            {
                p.Add(node, field, v, at + from, length);
            }

            from += length + 1;
            if (from >= value.Length)
            {
                break;
            }
        }
    }

    /// <summary>media port protocol format ...</summary>
    static void AddMedia(Packet p, in View v, Node node, int at, ReadOnlySpan<byte> value, ref Description session)
    {
        int number = 0;
        uint port = 0;
        bool isRtp = false;
        for (int from = 0; from < value.Length; number++)
        {
            int space = value[from..].IndexOf((byte)' '), length = space < 0 ? value.Length - from : space;
            var word = value.Slice(from, length);
            if (number == 1)
            {
                var text = p.Add(node, MediaPortText, v, at + from, length);
                if (Utf8Parser.TryParse(word, out port, out _))
                {
                    p.Hidden(text);
                    p.AddUInt(node, MediaPort, v, at + from, length, Math.Min(port, ushort.MaxValue));
                }
            }
            else if (number == 3 && !isRtp)
            {
                p.Add(node, MediaFormat, v, at + from, value.Length - from);
                break;
            }
            else if (number >= 3)
            {
                p.AddString(node, MediaFormat, v, at + from, length, Utf8Parser.TryParse(word, out int type, out int digits) && digits == length && type < 128
                    ? Rtp.NameOf(type)
                    : System.Text.Encoding.UTF8.GetString(word));
            }
            else if (length > 0)
            {
                isRtp = number == 2 && word.StartsWith("RTP/"u8);
                p.Add(node, number == 0 ? MediaType : MediaProtocol, v, at + from, length);
            }

            from += length + 1;
        }

        session.Begin(isRtp ? port : 0);
    }

    static void AddAttribute(Packet p, in View v, Node node, int at, ReadOnlySpan<byte> value, bool inMedia, ref Description session)
    {
        int colon = value.IndexOf((byte)':');
        if (colon <= 0)
        {
            return;
        }

        var name = value[..colon];
        var rest = value[(colon + 1)..];
        int from = at + colon + 1;
        p.Add(node, inMedia ? MediaAttributeName : SessionAttributeName, v, at, colon);
        int space = rest.IndexOf((byte)' ');
        if (inMedia && space > 0 && name.SequenceEqual("rtpmap"u8))
        {
            p.Add(node, MediaFormat, v, from, space);
            var coding = rest[(space + 1)..];
            int slash = coding.IndexOf((byte)'/');
            session.Map(rest[..space], slash < 0 ? coding : coding[..slash]);
            p.Add(node, MimeType, v, from + space + 1, slash < 0 ? coding.Length : slash);
            if (slash >= 0)
            {
                int end = coding[(slash + 1)..].IndexOf((byte)'/');
                p.Add(node, SampleRate, v, from + space + slash + 2, end < 0 ? coding.Length - slash - 1 : end);
            }
        }
        else if (inMedia && space > 0 && name.SequenceEqual("fmtp"u8))
        {
            p.AppendLabel(p.Add(node, MediaFormat, v, from, space), $" [{session.CodingOf(rest[..space])}]");
            AddParameters(p, v, node, from + space + 1, rest[(space + 1)..]);
        }
        else if (rest.Length > 0)
        {
            p.Add(node, inMedia ? MediaAttributeValue : SessionAttributeValue, v, from, rest.Length);
        }
    }

    static void AddParameters(Packet p, in View v, Node node, int at, ReadOnlySpan<byte> value)
    {
        while (value.Length > 0)
        {
            int end = value.IndexOf((byte)';'), skip = 0;
            var one = end < 0 ? value : value[..end];
            while (skip < one.Length && one[skip] == ' ')
            {
                skip++;
            }

            if (one.Length > skip)
            {
                p.Add(node, FormatParameters, v, at + skip, one.Length - skip);
            }

            at += one.Length + 1;
            value = end < 0 ? default : value[(end + 1)..];
        }
    }

    /// <summary>What of a description must be known to expect its streams.</summary>
    struct Description
    {
        Address session;
        List<(uint Port, Address Address)>? media;
        Dictionary<string, string>? codings;

        public readonly bool InMedia => media is not null;

        public void Begin(uint port) => (media ??= []).Add((port, session));

        public void Connect(ReadOnlySpan<byte> value)
        {
            // nettype addrtype address[/ttl]
            var address = value[(value.LastIndexOf((byte)' ') + 1)..];
            int slash = address.IndexOf((byte)'/');
            Span<byte> bytes = stackalloc byte[16];
            if (!IPAddress.TryParse(slash < 0 ? address : address[..slash], out var parsed) || !parsed.TryWriteBytes(bytes, out int length))
            {
                return;
            }

            var found = length == 4 ? Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)) : Address.IPv6(bytes);
            if (media is null)
            {
                session = found;
            }
            else
            {
                media[^1] = (media[^1].Port, found);
            }
        }

        public void Map(ReadOnlySpan<byte> format, ReadOnlySpan<byte> coding)
        {
            codings ??= [];
            if (codings.Count < 256)
            {
                codings[System.Text.Encoding.UTF8.GetString(format)] = System.Text.Encoding.UTF8.GetString(coding);
            }
        }

        public readonly string CodingOf(ReadOnlySpan<byte> format)
        {
            string key = System.Text.Encoding.UTF8.GetString(format);
            return codings is not null && codings.TryGetValue(key, out string? coding) ? coding : int.TryParse(key, out int type) && type is >= 0 and < 128 ? Rtp.NameOf(type) : "Unknown";
        }

        /// <summary>RFC 3550 section 11: RTCP has the next port.</summary>
        public readonly void Announce(Packet p)
        {
            if (media is null || p.IsQuoted)
            {
                return;
            }

            var names = new Dictionary<int, string>();
            foreach (var (format, coding) in codings ?? [])
            {
                if (int.TryParse(format, out int type) && type is >= 96 and < 128)
                {
                    names[type] = coding;
                }
            }

            var how = new StreamSetup("SDP", p.Number, p.Engine.State<SdpCall>().Id, names, p.Engine.State<SdpCall>().Context);
            foreach (var (port, address) in media.Take(MaxMedia))
            {
                if (port is > 0 and < ushort.MaxValue && address.Length > 0)
                {
                    p.Engine.Conversations.Expect(PortKind.Udp, address, port, 0, Catalog.Rtp, how);
                    p.Engine.Conversations.Expect(PortKind.Udp, address, port + 1, 0, Catalog.Rtcp, how);
                }
            }
        }
    }
}

/// <summary>The call that a description belongs to, as the protocol around it says.</summary>
sealed class SdpCall
{
    /// <summary>Its Call-ID; empty when there is none.</summary>
    public string Id { get; set; } = "";

    /// <summary>Its context in a gateway; null when there is none.</summary>
    public uint? Context { get; set; }
}
