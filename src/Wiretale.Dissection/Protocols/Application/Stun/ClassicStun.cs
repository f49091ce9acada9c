using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Stun;

// Specification: RFC 3489 section 11: no magic cookie, a transaction ID of 16 bytes. Attributes as in RFC 8489, without padding.

/// <summary>STUN as it was before it had a cookie (RFC 3489), and early TURN.</summary>
public sealed class ClassicStun() : Dissector("classicstun")
{
    const int HeaderLength = 20, AttributeHeader = 4;
    const uint Cookie = 0x2112a442;

    static readonly Protocol P = new("Simple Traversal of UDP Through NAT", "CLASSICSTUN", "classicstun");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0x0001, "Binding Request"), (0x0101, "Binding Response"), (0x0111, "Binding Error Response"), (0x0002, "Shared Secret Request"),
        (0x0102, "Shared Secret Response"), (0x1112, "Shared Secret Error Response"), (0x0003, "Allocate Request"), (0x0103, "Allocate Response"),
        (0x0113, "Allocate Error Response"), (0x0004, "Send Request"), (0x0104, "Send Response"), (0x0114, "Send Error Response"), (0x0115, "Data Indication"),
        (0x0006, "Set Active Destination Request"), (0x0106, "Set Active Destination Response"), (0x0116, "Set Active Destination Error Response")]);

    static readonly ValueNames AttributeNames = ValueNames.Of(() => [
        (0x0001, "MAPPED-ADDRESS"), (0x0002, "RESPONSE-ADDRESS"), (0x0003, "CHANGE-REQUEST"), (0x0004, "SOURCE-ADDRESS"), (0x0005, "CHANGED-ADDRESS"),
        (0x0006, "USERNAME"), (0x0007, "PASSWORD"), (0x0008, "MESSAGE-INTEGRITY"), (0x0009, "ERROR-CODE"), (0x000b, "REFLECTED-FROM"), (0x000d, "LIFETIME"),
        (0x000e, "ALTERNATE_SERVER"), (0x000f, "MAGIC_COOKIE"), (0x0010, "BANDWIDTH"), (0x0011, "DESTINATION_ADDRESS"), (0x0012, "REMOTE_ADDRESS"),
        (0x0013, "DATA"), (0x0014, "NONCE"), (0x0015, "REALM"), (0x0016, "REQUESTED_ADDRESS_TYPE"), (0x8020, "XOR_MAPPED_ADDRESS"), (0x0021, "XOR_ONLY"),
        (0x8022, "SERVER"), (0xc001, "CONNECTION-REQUEST-BINDING"), (0xc002, "BINDING-CHANGE")]);

    static readonly Field Type = P.UInt16("classicstun.type", "Message Type", FieldBase.Hex, Types);
    static readonly Field Length = P.UInt16("classicstun.length", "Message Length", FieldBase.Hex);
    static readonly Field Id = P.Bytes("classicstun.id", "Message Transaction ID");
    static readonly Field Attributes = P.Label("classicstun.att", "Attributes");
    static readonly Field ResponseIn = P.FrameNumber("classicstun.response_in", "Response In", "The response to this CLASSICSTUN query is in this frame");
    static readonly Field ResponseTo = P.FrameNumber("classicstun.response_to", "Request In", "This is a response to the CLASSICSTUN Request in this frame");
    static readonly Field Time = P.RelativeTime("classicstun.time", "Time", "The time between the Request and the Response");
    static readonly Field AttributeType = P.UInt16("classicstun.att.type", "Attribute Type", FieldBase.Hex, AttributeNames);
    static readonly Field AttributeLength = P.UInt16("classicstun.att.length", "Attribute Length");
    static readonly Field Value = P.Bytes("classicstun.att.value", "Value");
    static readonly Field Family = P.UInt16("classicstun.att.family", "Protocol Family", FieldBase.Hex, ValueNames.Of(() => [(1, "IPv4"), (2, "IPv6")]));
    static readonly Field Address4 = P.IPv4("classicstun.att.ipv4", "IP");
    static readonly Field Address6 = P.IPv6("classicstun.att.ipv6", "IP");
    static readonly Field Port = P.UInt16("classicstun.att.port", "Port");
    static readonly Field MaskedAddress4 = P.IPv4("classicstun.att.ipv4-xord", "IP (XOR-d)");
    static readonly Field MaskedPort = P.UInt16("classicstun.att.port-xord", "Port (XOR-d)");
    static readonly Field Data = P.Bytes("classicstun.att.data", "Data");
    static readonly Layout ChangeRequest = new(Row.Skip(2),
        P.Flag("classicstun.att.change.ip", "Change IP", 16, 0x4, ValueNames.SetNotSet).Of(2),
        P.Flag("classicstun.att.change.port", "Change Port", 16, 0x2, ValueNames.SetNotSet).Of(2));

    static readonly Layout Error = new(Row.Skip(2), P.UInt8("classicstun.att.error.class", "Error Class", mask: 0x7), P.UInt8("classicstun.att.error", "Error Code"),
        P.String("classicstun.att.error.reason", "Error Reason Phase").Rest().Optional());

    static readonly Layout Lifetime = new(P.UInt32("classicstun.att.lifetime", "Lifetime")), Magic = new(P.UInt32("classicstun.att.magic.cookie", "Magic Cookie", FieldBase.Hex));
    static readonly Layout Bandwidth = new(P.UInt32("classicstun.att.bandwidth", "Bandwidth"));
    static readonly Layout Server = new(P.String("classicstun.att.server", "Server version").Rest());
    static readonly Layout Binding = new(P.String("classicstun.att.connection_request_binding", "Connection Request Binding").Rest());

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Heuristic(Udp.Heuristics, (p, in v, parent) => Dissect(p, v, parent) > 0);
        claims.Heuristic(Tcp.Heuristics, (p, in v, parent) => Dissect(p, v, parent) > 0);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < HeaderLength || v.U8(0) > 0x11 || v.U16(2) + HeaderLength != v.Reported || Types.Find(v.U16(0)) is not { } name || v.U32(4) == Cookie)
        {
            return 0;
        }

        p.SetProtocol("CLASSIC-STUN");
        p.Info.Set($"Message: {name}");
        var tree = p.Open(P, v, parent);
        AddTransaction(p, v, tree);
        p.Add(tree, Type, v, 0);
        p.Label(p.Add(tree, Length, v, 2), $"Message Length: 0x{v.U16(2):x4}");
        p.Add(tree, Id, v, 4, 16);
        if (v.U16(2) > 0)
        {
            AddAttributes(p, v, p.Add(tree, Attributes, v, HeaderLength, v.CapturedFrom(HeaderLength)));
        }

        return v.Reported;
    }

    static void AddAttributes(Packet p, in View v, Node tree)
    {
        for (int at = HeaderLength; at < v.Reported;)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            var branch = AttributeNames.Find((ulong)type) is { } name
                ? p.AddText(tree, v, at, AttributeHeader + length, $"Attribute: {name}")
                : p.AddText(tree, v, at, AttributeHeader + length, $"Attribute: Unknown (0x{type:x4})");
            p.AddAll(branch, v, at, AttributeType, AttributeLength);
            at += AttributeHeader;
            if (length > v.ReportedFrom(at))
            {
                break;
            }

            AddValue(p, v, branch, type, at, length);
            at += length;
        }
    }

    static void AddValue(Packet p, in View v, Node branch, int type, int at, int length)
    {
        switch (type)
        {
            case 0x0001 or 0x0002 or 0x0004 or 0x0005 or 0x000b or 0x000e or 0x0011 or 0x0012 when length >= 8:
                AddAddress(p, v, branch, at, length);
                break;
            case 0x8020 when length >= 8:
                p.AddUInt(branch, Family, v, at + 1, 1, v.U8(at + 1));
                p.Add(branch, MaskedPort, v, at + 2);
                p.Generated(p.AddUInt(branch, Port, v, at + 2, 2, (uint)(v.U16(at + 2) ^ v.U16(4))));
                if (v.U8(at + 1) == 1)
                {
                    p.Add(branch, MaskedAddress4, v, at + 4);
                    p.Generated(p.AddAddress(branch, Address4, v, at + 4, 4, Address.IPv4(v.U32(at + 4) ^ v.U32(4))));
                }

                break;
            case 0x0013 when length > 0:
                p.Add(branch, Data, v, at, length);
                p.CallData(v.Part(at, length), branch);
                break;
            default:
                var (rows, shortest) = RowsOf(type);
                if (rows is null && length > 0 && AttributeNames.Find((ulong)type) is not null)
                {
                    p.Add(branch, Value, v, at, length);
                }
                else if (rows is not null && length >= shortest)
                {
                    p.AddRows(branch, v.Part(at, length), 0, rows);
                }

                break;
        }
    }

    static (Layout? Rows, int Shortest) RowsOf(int type) => type switch
    {
        0x0003 => (ChangeRequest, 4),
        0x0009 => (Error, 4),
        0x000d => (Lifetime, 4),
        0x000f => (Magic, 4),
        0x0010 => (Bandwidth, 4),
        0x8022 => (Server, 1),
        0xc001 => (Binding, 1),
        _ => (null, 0),
    };

    static void AddAddress(Packet p, in View v, Node branch, int at, int length)
    {
        p.AddUInt(branch, Family, v, at + 1, 1, v.U8(at + 1));
        p.Add(branch, Port, v, at + 2);
        if (v.U8(at + 1) == 1)
        {
            p.Add(branch, Address4, v, at + 4);
        }
        else if (v.U8(at + 1) == 2 && length >= 20)
        {
            p.Add(branch, Address6, v, at + 4);
        }
    }

    void AddTransaction(Packet p, in View v, Node tree)
    {
        if (p.Conversation is not { } conversation)
        {
            return;
        }

        var open = conversation.GetOrAdd<OpenRequests>(this).ById;
        var id = (v.U64(4), v.U64(12));
        bool isRequest = (v.U16(0) & 0x110) == 0;
        if (isRequest)
        {
            if (open.Count >= OpenRequests.Limit)
            {
                open.Clear();
            }

            open.TryAdd(id, (p.Number, p.Time));
            p.AddLater(tree, ResponseIn, v);
        }
        else if (open.TryGetValue(id, out var request))
        {
            p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)request.Frame));
            p.Generated(p.AddTime(tree, Time, v, 0, 0, p.Time - request.Time));
        }
    }

    /// <summary>Requests of a conversation that may still be answered.</summary>
    sealed class OpenRequests
    {
        public const int Limit = 4096;

        public Dictionary<(ulong, ulong), (int Frame, Timestamp Time)> ById { get; } = [];
    }
}
