using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Stun;

// Specification: RFC 8489 section 14, RFC 8656 section 18, RFC 8445 section 16.1, [MS-TURN] section 2.2.2, [MS-ICE2], [MS-ICE2BWN].
//
//   +---------------+---------------+----
//   | Type          | Length        | value, padded to a multiple of 4 ...
//   +---------------+---------------+----

/// <summary>STUN's attributes.</summary>
static class StunAttributes
{
    const int HeaderLength = 4;
    const uint FingerprintMask = 0x5354554e;
    const int IPv4 = 1, IPv6 = 2;

    static readonly ValueNames Transports = ValueNames.Of(() => [(6, "TCP"), (0x11, "UDP")]);
    static readonly ValueNames MsVersions = ValueNames.Of(() => [(1, "ICE"), (2, "MS-ICE2"), (3, "MS-ICE2 with SHA256"), (4, "MS-ICE2 with SHA256 and IPv6"),
        (5, "MULTIPLEXED TURN over UDP only"), (6, "MULTIPLEXED TURN over UDP and TCP")]);

    static readonly ValueNames IceVersions = ValueNames.Ranges(() => [(0, 2, "Supports only RFC3489bis-02 message formats"), (3, uint.MaxValue, "Supports RFC5389 message formats")]);
    static readonly ValueNames Families = ValueNames.Of(() => [(IPv4, "IPv4"), (IPv6, "IPv6")]);
    static readonly ValueNames Places = ValueNames.Of(() => [(0, "Unknown"), (1, "Internet"), (2, "Intranet")]);

    static readonly Protocol P = Stun.P;
    static readonly Field Attribute = P.UInt16("stun.attribute", "Attribute Type", FieldBase.Hex);
    static readonly Field Type = P.UInt16("stun.att.type", "Attribute Type", FieldBase.Hex);
    static readonly Field Comprehension = P.UInt16("stun.att.type.comprehension", "Attribute Type Comprehension", FieldBase.Hex,
        ValueNames.Of(() => [(0, "Required"), (1, "Optional")]), mask: 0x8000);

    static readonly Field Assignment = P.UInt16("stun.att.type.assignment", "Attribute Type Assignment", FieldBase.Hex, Stun.Assignments, mask: 0x4000);
    static readonly Field Length = P.UInt16("stun.att.length", "Attribute Length");
    static readonly Field Family = P.UInt8("stun.att.family", "Protocol Family", FieldBase.Hex, Families);
    static readonly Field Address4 = P.IPv4("stun.att.ipv4", "IP");
    static readonly Field Address6 = P.IPv6("stun.att.ipv6", "IP");
    static readonly Field Port = P.UInt16("stun.att.port", "Port");
    static readonly Field MaskedAddress4 = P.Bytes("stun.att.ipv4-xord", "IP (XOR-d)");
    static readonly Field MaskedAddress6 = P.Bytes("stun.att.ipv6-xord", "IP (XOR-d)");
    static readonly Field MaskedPort = P.Bytes("stun.att.port-xord", "Port (XOR-d)");
    static readonly Field Username = P.String("stun.att.username", "Username");
    static readonly Field Password = P.Bytes("stun.att.password", "Password");
    static readonly Field Padding = P.UInt16("stun.att.padding", "Padding");
    static readonly Field Hmac = P.Bytes("stun.att.hmac", "HMAC-SHA1");
    static readonly Field Fingerprint = P.UInt32("stun.att.crc32", "CRC-32", FieldBase.Hex);
    static readonly Field FingerprintStatus = P.UInt8("stun.att.crc32.status", "CRC-32 Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field ErrorClass = P.UInt8("stun.att.error.class", "Error Class", mask: 0x7);
    static readonly Field ErrorCode = P.UInt8("stun.att.error", "Error Code");
    static readonly Field ErrorReason = P.String("stun.att.error.reason", "Error Reason Phrase");
    static readonly Field Realm = P.String("stun.att.realm", "Realm");
    static readonly Field Nonce = P.String("stun.att.nonce", "Nonce");
    static readonly Field Unknown = P.UInt16("stun.att.unknown", "Unknown Attribute", FieldBase.Hex);
    static readonly Field Software = P.String("stun.att.software", "Software");
    static readonly Field Lifetime = P.UInt32("stun.att.lifetime", "Lifetime", blurb: "Session idle time remaining (seconds)");
    static readonly Field ChannelNumber = P.UInt16("stun.att.channelnum", "Channel-Number", FieldBase.Hex);
    static readonly Field Bandwidth = P.UInt32("stun.port.bandwidth", "Bandwidth", blurb: "Peak Bandwidth (kBit/s)");
    static readonly Field Value = P.Bytes("stun.value", "Value");
    static readonly Field Reserved = P.Bytes("stun.att.reserved", "Reserved");
    static readonly Field Transport = P.UInt8("stun.att.transp", "Transport", FieldBase.Hex, Transports);
    static readonly Field MsVersion = P.UInt32("stun.att.ms.version", "MS Version", FieldBase.Dec, MsVersions);
    static readonly Field IceVersion = P.UInt32("stun.att.ms.version.ice", "MS ICE Version", FieldBase.Dec, IceVersions);
    static readonly Field PasswordAlgorithm = P.UInt16("stun.att.pw_alg", "Password Algorithm", FieldBase.Dec, ValueNames.Of(() => [(0, "Reserved"), (1, "MD5"), (2, "SHA-256")]));
    static readonly Field PasswordAlgorithmLength = P.UInt16("stun.att.pw_alg_len", "Password Algorithm Length");
    static readonly Field PasswordAlgorithmData = P.Bytes("stun.att.pw_alg_data", "Password Algorithm Data");
    static readonly Field Token = P.Bytes("stun.att.token", "Token");
    static readonly Field TieBreaker = P.Bytes("stun.att.tie-breaker", "Tie breaker");
    static readonly Field Foundation = P.String("stun.att.ms.foundation", "Foundation");
    static readonly Field Unknown8006 = P.Bytes("stun.att.unknown8006", "Unknown8006", blurb: "MS-TURN Unknown Attribute 0x8006");

    static readonly Expert UnknownAttribute = P.Expert("stun.unknown_attribute", Severity.Warning, ExpertGroup.Undecoded, "Attribute unknown");
    static readonly Expert BadFingerprint = P.Expert("stun.att.crc32.bad", Severity.Warning, ExpertGroup.Checksum, "Bad Fingerprint");

    static readonly Layout ChangeRequest = new(
        Row.Skip(2),
        P.Flag("stun.att.change-ip", "Change IP", 16, 0x4, ValueNames.SetNotSet).Of(2),
        P.Flag("stun.att.change-port", "Change Port", 16, 0x2, ValueNames.SetNotSet).Of(2));

    static readonly Layout Icmp = new(P.UInt8("stun.att.icmp.type", "ICMP type"), P.UInt8("stun.att.icmp.code", "ICMP code"));
    static readonly Layout Priority = new(P.UInt32("stun.att.priority", "Priority"));
    static readonly Layout MagicCookie = new(P.UInt32("stun.att.magic_cookie", "Magic Cookie", FieldBase.Hex));
    static readonly Layout CacheTimeout = new(P.UInt32("stun.att.cache-timeout", "Cache timeout"));
    static readonly Layout EvenPort = new(P.UInt8("stun.att.even-port.reserve-next", "Reserve next", FieldBase.Dec,
        ValueNames.Of(() => [(0, "No reservation"), (1, "Reserve next port number")]), mask: 0x80));

    static readonly Layout RequestedFamily = new(Family, Reserved.Of(3)), ChannelNumberRows = new(ChannelNumber, Reserved.Of(2));
    static readonly Layout SequenceNumber = new(P.Bytes("stun.att.ms.connection_id", "Connection ID").Of(20), P.UInt32("stun.att.ms.sequence_number", "Sequence Number"));
    static readonly Layout ServiceQuality = new(
        P.UInt16("stun.att.ms.stream_type", "Stream Type", FieldBase.Dec, ValueNames.Of(() => [(1, "Audio"), (2, "Video"), (3, "Supplemental Video"), (4, "Data")])),
        P.UInt16("stun.att.ms.service_quality", "Service Quality", FieldBase.Dec, ValueNames.Of(() => [(0, "Best effort delivery"), (1, "Reliable delivery")])));

    static readonly Layout MultiplexedSession = new(P.UInt64("stun.att.ms.multiplexed_turn_session_id", "MS Multiplexed TURN Session Id", FieldBase.Hex));
    static readonly Layout NetworkInfo = new(
        P.UInt16("stun.att.google.network_id", "Google Network ID"),
        P.UInt16("stun.att.google.network_cost", "Google Network Cost", FieldBase.Dec, ValueNames.Of(() => [(0, "Min"), (10, "Low"), (50, "Unknown"),
            (250, "Cellular5G"), (500, "Cellular4G"), (900, "Cellular"), (910, "Cellular3G"), (980, "Cellular2G"), (999, "Max")])));

    static readonly Layout LocationProfile = new(
        P.UInt8("stun.att.lp.peer_location", "Peer Location", FieldBase.Dec, Places),
        P.UInt8("stun.att.lp.seft_location", "Self Location", FieldBase.Dec, Places),
        P.UInt8("stun.att.lp.federation", "Federation", FieldBase.Dec, ValueNames.Of(() => [(0, "No Federation"), (1, "Enterprise Federation"), (2, "Public Cloud Federation")])),
        Reserved.Of(1));

    static readonly Layout SipDialog = new(P.Bytes("stun.att.sip_dialog_id", "SIP Dialog ID").Rest()), SipCall = new(P.Bytes("stun.att.sip_call_id", "SIP Call ID").Rest());
    static readonly Layout UnknownTypes = new(Unknown.Each());

    /// <summary>Adds the attributes from <paramref name="at"/> on; what they say about the message goes into its line.</summary>
    public static void Add(Packet p, in View v, Node tree, int at, int end)
    {
        while (at < end)
        {
            int type = v.U16(at), length = v.U16(at + 2), padded = (length + 3) & ~3;
            var branch = AddHead(p, v, tree, at, type, HeaderLength + padded);
            var lengthNode = p.Add(branch, Length, v, at + 2);
            int from = at + HeaderLength;
            if (length > end - from && StunNames.Attributes.Find((ulong)type) is not null)
            {
                p.AppendLabel(lengthNode, " (bogus, goes past the end of the message)");
                break;
            }

            v.Ensure(from, length);

            One(p, v, branch, type, at, length);
            if (padded > length)
            {
                p.AddUInt(branch, Padding, v, from + length, padded - length, (uint)(padded - length));
            }

            at = from + padded;
        }
    }

    static Node AddHead(Packet p, in View v, Node tree, int at, int type, int whole)
    {
        if (StunNames.Attributes.Find((ulong)type) is not { } name)
        {
            var unknown = p.AddText(tree, v, at, 2, $"Unknown attribute 0x{type:x4}");
            p.Expert(unknown, UnknownAttribute, v, at, 2, $"Unknown attribute 0x{type:x4}");
            return unknown;
        }

        var branch = p.AddUInt(tree, Attribute, v, at, Math.Min(whole, v.CapturedFrom(at)), (uint)type);
        p.Label(branch, $"{name}");
        var node = p.Add(branch, Type, v, at);
        p.Label(node, $"Attribute Type: {name}");
        p.Add(node, Comprehension, v, at);
        p.Add(node, Assignment, v, at);
        return branch;
    }

    static void One(Packet p, in View v, Node branch, int type, int start, int length)
    {
        int at = start + HeaderLength;
        switch (type)
        {
            case 0x0001 or 0x0002 or 0x0004 or 0x0005 or 0x000b or 0x000e or 0x0011 or 0x8023 or 0x802b or 0x802c or 0x8090:
                AddAddress(p, v, branch, type, at, length, isMasked: false);
                break;
            case 0x0012 or 0x0016 or 0x0020 or 0x0027 or 0x0028 or 0x8020 or (>= 0x8059 and <= 0x805c):
                AddAddress(p, v, branch, type, at, length, isMasked: true);
                break;
            case 0x0006:
                AddNamed(p, v, branch, Username, at, length);
                p.Info.Append(" user: "u8);
                AppendText(p, v.Span(at, length));
                break;
            case 0x0007:
                p.Add(branch, Password, v, at, length);
                break;
            case 0x0008:
                if (length >= 20)
                {
                    p.Add(branch, Hmac, v, at, length);
                }

                break;
            case 0x0009:
                AddError(p, v, branch, at, length);
                break;
            case 0x000c when length >= 4:
                p.AddRows(branch, v, at, ChannelNumberRows);
                p.AppendLabel(branch, $": 0x{v.U16(at):x}");
                p.Info.Append($" ChannelNumber=0x{v.U16(at):x}");
                break;
            case 0x000d when length >= 4:
                AddNumber(p, v, branch, Lifetime, at, " lifetime: ");
                break;
            case 0x0010 when length >= 4:
                AddNumber(p, v, branch, Bandwidth, at, " bandwidth: ");
                break;
            case 0x0013:
                p.Add(branch, Value, v, at, length);
                Stun.HandOn(p, v.Part(at, length), branch);
                break;
            case 0x0014:
                AddNamed(p, v, branch, Realm, at, length);
                p.Info.Append(" realm: "u8);
                AppendText(p, v.Span(at, length));
                break;
            case 0x0015:
                AddNamed(p, v, branch, Nonce, at, length);
                p.Info.Append(" with nonce"u8);
                break;
            case 0x0019 when length >= 4:
                AddTransport(p, v, branch, at);
                break;
            case 0x001d or 0x8002:
                AddAlgorithms(p, v, branch, at, at + length);
                break;
            case 0x0022:
                if (length >= 8)
                {
                    p.Add(branch, Token, v, at, 8);
                }

                break;
            case 0x0026:
                p.AddUInt(branch, Padding, v, at, length, (uint)length);
                break;
            case 0x8006:
                p.Add(branch, Unknown8006, v, at, length);
                break;
            case 0x8008 when length >= 4:
                p.Add(branch, MsVersion, v, at);
                AppendVersion(p, branch, MsVersions, v.U32(at));
                break;
            case 0x8070 when length >= 4:
                p.Add(branch, IceVersion, v, at);
                AppendVersion(p, branch, IceVersions, v.U32(at));
                break;
            case 0x8022:
                p.AddString(branch, Software, v, at, length, TextEncoding.Utf8);
                break;
            case 0x8054:
                p.Add(branch, Foundation, v, at, length);
                break;
            case 0x8028 when length >= 4:
                AddFingerprint(p, v, branch, at, start);
                break;
            case 0x8029 or 0x802a when length >= 8:
                p.Add(branch, TieBreaker, v, at, 8);
                break;
            default:
                AddOther(p, v, branch, type, at, length);
                break;
        }
    }

    static void AddOther(Packet p, in View v, Node branch, int type, int at, int length)
    {
        var (rows, shortest) = RowsOf(type);
        if (rows is null)
        {
            if (length > 0)
            {
                p.Add(branch, Value, v, at, length);
            }
        }
        else if (length >= shortest)
        {
            p.AddRows(branch, v.Part(at, length), 0, rows);
        }
    }

    static (Layout? Rows, int Shortest) RowsOf(int type) => type switch
    {
        0x0003 => (ChangeRequest, 4),
        0x000a => (UnknownTypes, 2),
        0x000f => (MagicCookie, 4),
        0x0017 => (RequestedFamily, 4),
        0x0018 => (EvenPort, 1),
        0x0024 => (Priority, 4),
        0x0030 or 0x8004 => (Icmp, 4),
        0x8027 => (CacheTimeout, 4),
        0x8050 => (SequenceNumber, 24),
        0x8055 => (ServiceQuality, 4),
        0x8061 => (SipDialog, 1),
        0x8062 => (SipCall, 1),
        0x8068 => (LocationProfile, 4),
        0x8095 => (MultiplexedSession, 8),
        0xc057 => (NetworkInfo, 4),
        _ => (null, 0),
    };

    /// <summary>RFC 8489 sections 14.1 and 14.2: plain, or combined with the cookie and the transaction ID.</summary>
    static void AddAddress(Packet p, in View v, Node branch, int type, int at, int length, bool isMasked)
    {
        if (length < 1)
        {
            return;
        }

        p.Add(branch, Reserved, v, at, 1);
        if (length < 2)
        {
            return;
        }

        int family = v.U8(at + 1), size = family == IPv4 ? 4 : family == IPv6 ? 16 : 0;
        p.Add(branch, Family, v, at + 1);
        if (size == 0 || length < 4)
        {
            return;
        }

        int port = isMasked ? v.U16(at + 2) ^ v.U16(4) : v.U16(at + 2);
        if (isMasked)
        {
            p.Add(branch, MaskedPort, v, at + 2, 2);
            p.Generated(p.AddUInt(branch, Port, v, at + 2, 2, (uint)port));
        }
        else
        {
            p.Add(branch, Port, v, at + 2);
        }

        if (length < 4 + size)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[size];
        v.Span(at + 4, size).CopyTo(bytes);
        if (isMasked)
        {
            p.Add(branch, family == IPv4 ? MaskedAddress4 : MaskedAddress6, v, at + 4, size);
            var mask = v.Span(4, 16);
            for (int i = 0; i < size; i++)
            {
                bytes[i] ^= mask[i];
            }
        }

        var address = family == IPv4 ? Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)) : Address.IPv6(bytes);
        var node = p.AddAddress(branch, family == IPv4 ? Address4 : Address6, v, at + 4, size, address);
        if (isMasked)
        {
            p.Generated(node);
        }

        bool isOld = type is 0x0002 or 0x0004 or 0x0005 or 0x000b or 0x0011;
        p.AppendLabel(branch, $"{(isOld ? " (Deprecated)" : "")}: {address}:{port}");
        if (!isOld)
        {
            p.Info.Append($" {StunNames.Attributes.Find((ulong)type)}: {address}:{port}");
        }
    }

    static void AddNamed(Packet p, in View v, Node branch, Field field, int at, int length)
    {
        p.AddString(branch, field, v, at, length, TextEncoding.Utf8);
        p.AppendLabel(branch, $": {Shown(p, v.Span(at, length))}");
    }

    static void AddNumber(Packet p, in View v, Node branch, Field field, int at, string what)
    {
        p.Add(branch, field, v, at);
        p.AppendLabel(branch, $" {v.U32(at)}");
        p.Info.Append($"{what}{v.U32(at)}");
    }

    static void AddError(Packet p, in View v, Node branch, int at, int length)
    {
        if (length < 4)
        {
            return;
        }

        int code = ((v.U8(at + 2) & 7) * 100) + v.U8(at + 3);
        string name = StunNames.Errors.FindOr((ulong)code, "*Unknown error code*");
        p.Add(branch, Reserved, v, at, 2);
        p.AddAll(branch, v, at + 2, ErrorClass);
        p.Add(branch, ErrorCode, v, at + 3);
        p.AppendLabel(branch, $" {code} ({name})");
        p.Info.Append($" error-code: {code} ({name})");
        if (length > 4)
        {
            p.AddString(branch, ErrorReason, v, at + 4, length - 4, TextEncoding.Utf8);
            p.AppendLabel(branch, $": {Shown(p, v.Span(at + 4, length - 4))}");
            p.Info.Append(" "u8);
            AppendText(p, v.Span(at + 4, length - 4));
        }
    }

    static void AddTransport(Packet p, in View v, Node branch, int at)
    {
        p.Add(branch, Transport, v, at);
        p.Add(branch, Reserved, v, at + 1, 3);
        int protocol = v.U8(at);
        if (Transports.Find((ulong)protocol) is { } name)
        {
            p.AppendLabel(branch, $": {name}");
            p.Info.Append($" {name}");
        }
        else
        {
            p.AppendLabel(branch, $": Unknown (0x{protocol,8:x})");
            p.Info.Append($" Unknown (0x{protocol,8:x})");
        }
    }

    static void AppendVersion(Packet p, Node branch, ValueNames names, uint version)
    {
        if (names.Find(version) is { } name)
        {
            p.AppendLabel(branch, $": {name}");
        }
        else
        {
            p.AppendLabel(branch, $": Unknown (0x{version})");
        }
    }

    static void AddAlgorithms(Packet p, in View v, Node branch, int at, int end)
    {
        while (at + 4 <= end)
        {
            int length = v.U16(at + 2);
            p.AddAll(branch, v, at, PasswordAlgorithm, PasswordAlgorithmLength);
            at += 4;
            if (length > 0)
            {
                p.Add(branch, PasswordAlgorithmData, v, at, length);
            }

            at += (length + 3) & ~3;
        }
    }

    /// <summary>RFC 8489 section 14.7: over all that stands before.</summary>
    static void AddFingerprint(Packet p, in View v, Node branch, int at, int start)
    {
        if (!p.WantsFields)
        {
            return;
        }

        uint expected = Crc32.Of(v.Span(0, start)) ^ FingerprintMask, found = v.U32(at);
        var node = p.Add(branch, Fingerprint, v, at);
        if (found == expected)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            p.AppendLabel(node, $" incorrect, should be 0x{expected:x8}");
            p.Expert(node, BadFingerprint, v, at, 4, $"Bad Fingerprint [should be 0x{expected:x8}]");
        }

        p.Generated(p.AddUInt(branch, FingerprintStatus, v, at, 0, found == expected ? ChecksumStates.Good : ChecksumStates.Bad));
    }

    static void AppendText(Packet p, ReadOnlySpan<byte> text)
    {
        if (p.WantsColumns)
        {
            p.Info.Append(Shown(p, text));
        }
    }

    /// <summary>A text as it stands in a line: up to its NUL, without control characters.</summary>
    static ReadOnlySpan<byte> Shown(Packet p, ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        p.Scratch.Clear();
        while (text.Length > 0)
        {
            var status = System.Text.Rune.DecodeFromUtf8(text, out var rune, out int taken);
            if (status != System.Buffers.OperationStatus.Done)
            {
                p.Scratch.Append("\ufffd"u8);
            }
            else if (!System.Text.Rune.IsControl(rune))
            {
                p.Scratch.Append(text[..taken]);
            }

            text = text[taken..];
        }

        return p.Scratch.Bytes;
    }
}
