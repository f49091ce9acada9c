using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Radius;

// Specification: RFC 2865 section 3 (access), RFC 2866 (accounting), RFC 5176 (changes), RFC 6929 (attributes with longer numbers).
//
//    0               1               2               4                              20
//   +---------------+---------------+---------------+------------------------------+----
//   | Code          | Identifier    | Length        | Authenticator (16)           | attributes: type, length, value
//   +---------------+---------------+---------------+------------------------------+----

/// <summary>Remote Authentication Dial In User Service.</summary>
public sealed class Radius() : Dissector("radius")
{
    const int HeaderLength = 20;

    internal static readonly Protocol P = new("RADIUS Protocol", "RADIUS", "radius");
    static readonly ValueNames Codes = ValueNames.Of(() => [
        (1, "Access-Request"), (2, "Access-Accept"), (3, "Access-Reject"), (4, "Accounting-Request"), (5, "Accounting-Response"), (6, "Accounting-Status"),
        (7, "Password-Request"), (8, "Password-Ack"), (9, "Password-Reject"), (10, "Accounting-Message"), (11, "Access-Challenge"), (12, "Status-Server"),
        (13, "Status-Client"), (21, "Resource-Free-Request"), (22, "Resource-Free-Response"), (23, "Resource-Query-Request"), (24, "Query_Response"),
        (25, "Alternate-Resource-Reclaim-Request"), (26, "NAS-Reboot-Request"), (27, "NAS-Reboot-Response"), (29, "Next-Passcode"), (30, "New-Pin"),
        (31, "Terminate-Session"), (32, "Password-Expired"), (33, "Event-Request"), (34, "Event-Response"), (40, "Disconnect-Request"),
        (41, "Disconnect-ACK"), (42, "Disconnect-NAK"), (43, "CoA-Request"), (44, "CoA-ACK"), (45, "CoA-NAK"), (50, "IP-Address-Allocate"),
        (51, "IP-Address-Release"), (129, "ALU-State-Request"), (130, "ALU-State-Accept"), (131, "ALU-State-Reject"), (132, "ALU-State-Error")]);

    static readonly Field Code = P.UInt8("radius.code", "Code", FieldBase.Dec, Codes);
    static readonly Field Id = P.UInt8("radius.id", "Identifier");
    static readonly Field Length = P.UInt16("radius.length", "Length");
    static readonly Field Authenticator = P.Bytes("radius.authenticator", "Authenticator");
    static readonly Field IsRequest = P.Flag("radius.req", "Request", blurb: "TRUE if RADIUS request");
    static readonly Field IsResponse = P.Flag("radius.rsp", "Response", blurb: "TRUE if RADIUS response");
    static readonly Field RequestFrame = P.FrameNumber("radius.reqframe", "Request Frame");
    static readonly Field ResponseFrame = P.FrameNumber("radius.rspframe", "Response Frame");
    static readonly Field Time = P.RelativeTime("radius.time", "Time from request", "Timedelta between Request and Response");
    static readonly Field Duplicate = P.UInt32("radius.dup", "Duplicate Message ID");
    static readonly Field DuplicateRequest = P.FrameNumber("radius.req.dup", "Duplicate Request Frame Number");
    static readonly Field DuplicateResponse = P.FrameNumber("radius.rsp.dup", "Duplicate Response Frame Number");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(RadiusAttributes), typeof(RadiusPairs)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 1645, 1646, 1700, 1812, 1813, 3799);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int code = v.U8(0), length = v.U16(2);
        if (Codes.Find((ulong)code) is not { } name || length < HeaderLength)
        {
            return 0;
        }

        int id = v.U8(1);
        p.SetProtocol("RADIUS");
        p.Info.Set($"{name} id={id}");
        var tree = p.Open(P, v, parent, 0, Math.Min(length, v.Captured));
        p.Add(tree, Code, v, 0);
        p.Label(p.Add(tree, Id, v, 1), $"Packet identifier: 0x{id:x} ({id})");
        p.Add(tree, Length, v, 2);
        p.Add(tree, Authenticator, v, 4, 16);
        if (p.Conversation is { } conversation && !p.IsQuoted)
        {
            var exchanges = conversation.GetOrAdd<Exchanges>(this);
            if (RequestOf(code) is var asked and > 0)
            {
                Answer(p, v, tree, exchanges.Find(asked, id));
            }
            else if (IsAnswered(code))
            {
                Ask(p, v, tree, id, exchanges.Ask(code, id, v.Span(4, 16), p.Number, p.Time));
            }
        }

        if (length > HeaderLength)
        {
            v.Ensure(HeaderLength, length - HeaderLength);
            RadiusPairs.Add(p, v.Part(0, length), p.AddText(tree, v, HeaderLength, length - HeaderLength, "Attribute Value Pairs"), HeaderLength);
        }

        return v.Reported;
    }

    /// <summary>The request to which a message with this code is an answer; 0 when it is none.</summary>
    static int RequestOf(int code) => code switch
    {
        2 or 3 or 11 => 1,
        5 => 4,
        8 or 9 => 7,
        22 => 21,
        24 => 23,
        27 => 26,
        34 => 33,
        41 or 42 => 40,
        44 or 45 => 43,
        130 or 131 or 132 => 129,
        _ => 0,
    };

    static bool IsAnswered(int code) => code is 1 or 4 or 7 or 21 or 23 or 26 or 33 or 40 or 43 or 129;

    static void Ask(Packet p, in View v, Node tree, int id, Exchange exchange)
    {
        p.Hidden(p.AddFlag(tree, IsRequest, v, 0, 0, true));
        if (exchange.Request != p.Number)
        {
            p.Info.Append(", Duplicate Request"u8);
            p.Hidden(p.AddUInt(tree, Duplicate, v, 0, 0, (uint)id));
            p.Generated(p.AddUInt(tree, DuplicateRequest, v, 0, 0, (uint)exchange.Request));
        }

        uint answer = exchange.Response > 0 ? (uint)exchange.Response : p.Later(ResponseFrame);
        if (answer > 0)
        {
            p.Label(p.Generated(p.AddUInt(tree, ResponseFrame, v, 0, 0, answer)), $"The response to this request is in frame {answer}");
        }
    }

    static void Answer(Packet p, in View v, Node tree, Exchange? exchange)
    {
        p.Hidden(p.AddFlag(tree, IsResponse, v, 0, 0, true));
        if (exchange is null)
        {
            return;
        }

        p.Label(p.Generated(p.AddUInt(tree, RequestFrame, v, 0, 0, (uint)exchange.Request)), $"This is a response to a request in frame {exchange.Request}");
        p.Generated(p.AddTime(tree, Time, v, 0, 0, p.Time - exchange.Time));
        if (exchange.Response == 0)
        {
            exchange.Response = p.Number;
        }
        else
        {
            p.Info.Append(", Duplicate Response"u8);
            p.Hidden(p.AddUInt(tree, Duplicate, v, 0, 0, v.U8(1)));
            p.Generated(p.AddUInt(tree, DuplicateResponse, v, 0, 0, (uint)exchange.Response));
        }
    }

    /// <summary>A request and the first answer to it.</summary>
    sealed class Exchange
    {
        readonly byte[] authenticator = new byte[16];

        public int Request, Response;
        public Timestamp Time;

        public bool Repeats(ReadOnlySpan<byte> other) => other.SequenceEqual(authenticator);

        public Exchange Begin(ReadOnlySpan<byte> random, int frame, Timestamp time)
        {
            random.CopyTo(authenticator);
            (Request, Response, Time) = (frame, 0, time);
            return this;
        }
    }

    /// <summary>What was asked last with each identifier; the authenticator tells a repetition from another request (RFC 2865 section 2.5).</summary>
    sealed class Exchanges
    {
        readonly Dictionary<(int Code, int Id), Exchange> byId = [];

        public Exchange Ask(int code, int id, ReadOnlySpan<byte> random, int frame, Timestamp time)
        {
            if (byId.TryGetValue((code, id), out var before))
            {
                return before.Repeats(random) ? before : before.Begin(random, frame, time);
            }

            return byId[(code, id)] = new Exchange().Begin(random, frame, time);
        }

        public Exchange? Find(int code, int id) => byId.GetValueOrDefault((code, id));
    }
}
