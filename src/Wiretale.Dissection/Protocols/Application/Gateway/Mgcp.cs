using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

// Specification: RFC 3435 section 3 and appendix A.
//
//   verb SP transaction SP endpoint SP "MGCP" SP version EOL *( parameter ":" value EOL ) [ EOL description ]        code SP transaction [ SP ... ] EOL ...
//   a line of "." stands between messages

/// <summary>Media Gateway Control Protocol.</summary>
public sealed class Mgcp() : Dissector("mgcp")
{
    const int MostMessages = 64;

    internal static readonly Protocol P = new("Media Gateway Control Protocol", "MGCP", "mgcp");
    static readonly ValueNames Codes = ValueNames.Of(() => [
        (0, "Response Acknowledgement"), (100, "The transaction is currently being executed.  An actual completion message will follow on later."),
        (101, "The transaction has been queued for execution.  An actual completion message will follow later."),
        (200, "The requested transaction was executed normally."), (250, "The connection was deleted."),
        (400, "The transaction could not be executed, due to a transient error."), (401, "The phone is already off hook"),
        (402, "The phone is already on hook"),
        (403, "The transaction could not be executed, because the endpoint does not have sufficient resources at this time"),
        (404, "Insufficient bandwidth at this time"), (405, "The transaction could not be executed, because the endpoint is \"restarting\"."),
        (406, "Transaction time-out.  The transaction did not complete in a reasonable period of time and has been aborted."),
        (407, "Transaction aborted.  The transaction was aborted by some external action, e.g., a ModifyConnection command aborted by a DeleteConnection command."),
        (409, "The transaction could not be executed because of internal overload."),
        (410, "No endpoint available.  A valid \"any of\" wildcard was used, however there was no endpoint available to satisfy the request."),
        (500, "The transaction could not be executed, because the endpoint is unknown."),
        (501, "The transaction could not be executed, because the endpoint is not ready."),
        (502, "The transaction could not be executed, because the endpoint does not have sufficient resources"), (503, "\"All of\" wildcard too complicated."),
        (504, "Unknown or unsupported command."), (505, "Unsupported RemoteConnectionDescriptor."),
        (506, "Unable to satisfy both LocalConnectionOptions and RemoteConnectionDescriptor."), (507, "Unsupported functionality."),
        (508, "Unknown or unsupported quarantine handling."), (509, "Error in RemoteConnectionDescriptor."),
        (510, "The transaction could not be executed, because a protocol error was detected."),
        (511, "The transaction could not be executed, because the command contained an unrecognized extension."),
        (512, "The transaction could not be executed, because the gateway is not equipped to detect one of the requested events."),
        (513, "The transaction could not be executed, because the gateway is not equipped to generate one of the requested signals."),
        (514, "The transaction could not be executed, because the gateway cannot send the specified announcement."),
        (515, "The transaction refers to an incorrect connection-id (may have been already deleted)"), (516, "The transaction refers to an unknown call-id."),
        (517, "Unsupported or invalid mode."), (518, "Unsupported or unknown package."), (519, "Endpoint does not have a digit map."),
        (520, "The transaction could not be executed, because the endpoint is 'restarting'."), (521, "Endpoint redirected to another Call Agent."),
        (522, "No such event or signal."), (523, "Unknown action or illegal combination of actions"),
        (524, "Internal inconsistency in LocalConnectionOptions"), (525, "Unknown extension in LocalConnectionOptions"), (526, "Insufficient bandwidth"),
        (527, "Missing RemoteConnectionDescriptor"), (528, "Incompatible protocol version"), (529, "Internal hardware failure"),
        (530, "CAS signaling protocol error."), (531, "failure of a grouping of trunks (e.g. facility failure)."),
        (532, "Unsupported value(s) in LocalConnectionOptions."), (533, "Response too large."), (534, "Codec negotiation failure."),
        (535, "Packetization period not supported"), (536, "Unknown or unsupported RestartMethod"), (537, "Unknown or unsupported digit map extension"),
        (538, "Event/signal parameter error (e.g., missing, erroneous, unsupported, unknown, etc.)"), (539, "Invalid or unsupported command parameter."),
        (540, "Per endpoint connection limit exceeded."), (541, "Invalid or unsupported LocalConnectionOptions")]);

    static readonly Field IsRequest = P.Flag("mgcp.req", "Request", blurb: "True if MGCP request");
    static readonly Field IsResponse = P.Flag("mgcp.rsp", "Response", blurb: "TRUE if MGCP response");
    static readonly Field RequestFrame = P.FrameNumber("mgcp.reqframe", "Request Frame");
    static readonly Field ResponseFrame = P.FrameNumber("mgcp.rspframe", "Response Frame");
    static readonly Field Time = P.RelativeTime("mgcp.time", "Time from request", "Timedelta between Request and Response");
    static readonly Field Verb = P.String("mgcp.req.verb", "Verb", "Name of the verb");
    static readonly Field Endpoint = P.String("mgcp.req.endpoint", "Endpoint", "Endpoint referenced by the message");
    static readonly Field TransactionId = P.String("mgcp.transid", "Transaction ID", "Transaction ID of this message");
    static readonly Field Version = P.String("mgcp.version", "Version", "MGCP Version");
    static readonly Field Code = P.UInt32("mgcp.rsp.rspcode", "Response Code", FieldBase.Dec, Codes);
    static readonly Field CodeText = P.String("mgcp.rsp.rspstring", "Response String");
    static readonly Field Count = P.UInt32("mgcp.messagecount", "MGCP Message Count", blurb: "Number of MGCP message in a packet");
    static readonly Field Duplicate = P.UInt32("mgcp.dup", "Duplicate Message");
    static readonly Field DuplicateRequest = P.UInt32("mgcp.req.dup", "Duplicate Request");
    static readonly Field DuplicateRequestFrame = P.FrameNumber("mgcp.req.dup.frame", "Original Request Frame", "Frame containing original request");
    static readonly Field DuplicateResponse = P.UInt32("mgcp.rsp.dup", "Duplicate Response");
    static readonly Field DuplicateResponseFrame = P.FrameNumber("mgcp.rsp.dup.frame", "Original Response Frame", "Frame containing original response");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(MgcpParameters)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, 2427, 2727);
        claims.Numbers(Tcp.Ports, 2427, 2727);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (NameOf(v.Bytes) is null && !IsCode(v.Bytes))
        {
            return 0;
        }

        p.SetProtocol("MGCP");
        p.Info.Clear();
        int messages = 0;
        for (int at = 0; at < v.Captured && messages < MostMessages;)
        {
            int end = EndOfMessage(v, at, out int next);
            var part = v.Part(at, end - at);
            if (NameOf(part.Bytes) is null && !IsCode(part.Bytes))
            {
                break;
            }

            messages++;
            var tree = Message(p, part, parent, isFirst: messages == 1, out int description);
            p.Hidden(p.AddUInt(tree, Count, part, 0, 0, (uint)messages));
            if (description < part.Captured)
            {
                p.SetProtocol("MGCP/SDP");
                p.CallGuarded(Catalog.Sdp, part.From(description), parent);
            }

            at = next;
        }

        return v.Reported;
    }

    /// <summary>What a verb is short for.</summary>
    static string? NameOf(ReadOnlySpan<byte> bytes) => bytes.Length < 5 || bytes[4] != ' ' ? null : Encoding.ASCII.GetString(bytes[..4]).ToUpperInvariant() switch
    {
        "EPCF" => "EndpointConfiguration",
        "CRCX" => "CreateConnection",
        "MDCX" => "ModifyConnection",
        "DLCX" => "DeleteConnection",
        "RQNT" => "NotificationRequest",
        "NTFY" => "Notify",
        "AUEP" => "AuditEndpoint",
        "AUCX" => "AuditConnection",
        "RSIP" => "RestartInProgress",
        "MESG" => "Message",
        _ => null,
    };

    static bool IsCode(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 4 && bytes[3] == ' ' && char.IsAsciiDigit((char)bytes[0]) && char.IsAsciiDigit((char)bytes[1]) && char.IsAsciiDigit((char)bytes[2]);

    static int EndOfMessage(in View v, int at, out int next)
    {
        while (at < v.Captured)
        {
            int end = v.LineEnd(at, out int after);
            if (end < 0)
            {
                break;
            }

            if (end == at + 1 && v.U8(at) == '.')
            {
                next = after;
                return at;
            }

            at = after;
        }

        return next = v.Captured;
    }

    /// <param name="description">Where a description begins; the end when there is none.</param>
    static Node Message(Packet p, in View v, Node parent, bool isFirst, out int description)
    {
        var tree = p.Open(P, v, parent);
        int end = TextTalk.LineEnd(v, 0, out int next);
        var line = v.Bytes[..end];
        if (isFirst)
        {
            p.Info.Append(HttpText.Formatted(p, line));
        }

        var words = new Words(line);
        var first = words.Next();
        var id = words.Next();
        var rest = words.Next();
        uint number = Utf8Parser.TryParse(id.Of(line), out uint parsed, out _) ? parsed : 0;
        if (NameOf(line) is { } name)
        {
            var verb = p.Add(tree, Verb, v, first.At, first.Length);
            p.Label(verb, $"{first.Of(line)} ({name})");
            p.Add(tree, TransactionId, v, id.At, id.Length);
            p.Add(tree, Endpoint, v, rest.At, rest.Length);
            int version = Math.Min(rest.At + rest.Length + 1, end);
            p.Add(tree, Version, v, version, end - version);
            Ask(p, v, tree, number);
        }
        else
        {
            p.AddUInt(tree, Code, v, 0, 3, Utf8Parser.TryParse(line[..3], out uint code, out _) ? code : 0);
            p.Add(tree, TransactionId, v, id.At, id.Length);
            if (rest.Length > 0)
            {
                p.Add(tree, CodeText, v, rest.At, end - rest.At);
            }

            Answer(p, v, tree, number);
        }

        description = next < v.Captured ? MgcpParameters.Add(p, v, tree, next) : v.Captured;
        p.SetLength(tree, description);
        return tree;
    }

    static void Ask(Packet p, in View v, Node tree, uint id)
    {
        p.Hidden(p.AddFlag(tree, IsRequest, v, 0, 0, true));
        if (p.Conversation is not { } conversation || p.IsQuoted)
        {
            return;
        }

        var exchange = conversation.GetOrAdd<Exchanges>(Instance(p)).Ask(id, p.Number, p.Time);
        if (exchange.Request != p.Number)
        {
            p.Info.Append($", Duplicate Request {id}");
            p.Hidden(p.AddUInt(tree, Duplicate, v, 0, 0, id));
            p.Generated(p.AddUInt(tree, DuplicateRequest, v, 0, 0, id));
            p.Generated(p.AddUInt(tree, DuplicateRequestFrame, v, 0, 0, (uint)exchange.Request));
        }

        uint answer = exchange.Response > 0 ? (uint)exchange.Response : p.Later(ResponseFrame);
        if (answer > 0)
        {
            p.Label(p.Generated(p.AddUInt(tree, ResponseFrame, v, 0, 0, answer)), $"The response to this request is in frame {answer}");
        }
    }

    static void Answer(Packet p, in View v, Node tree, uint id)
    {
        p.Hidden(p.AddFlag(tree, IsResponse, v, 0, 0, true));
        if (p.IsQuoted || p.Conversation?.Get<Exchanges>(Instance(p))?.Find(id) is not { } exchange)
        {
            return;
        }

        p.Label(p.Generated(p.AddUInt(tree, RequestFrame, v, 0, 0, (uint)exchange.Request)), $"This is a response to a request in frame {exchange.Request}");
        p.Generated(p.AddTime(tree, Time, v, 0, 0, p.Time - exchange.Time));
        if (exchange.Response == 0)
        {
            exchange.Response = p.Number;
            return;
        }

        p.Info.Append($", Duplicate Response {id}");
        p.Hidden(p.AddUInt(tree, Duplicate, v, 0, 0, id));
        p.Generated(p.AddUInt(tree, DuplicateResponse, v, 0, 0, id));
        p.Generated(p.AddUInt(tree, DuplicateResponseFrame, v, 0, 0, (uint)exchange.Response));
    }

    static Dissector Instance(Packet p) => p.Current!;

    /// <summary>Words of a line, blanks between.</summary>
    ref struct Words(ReadOnlySpan<byte> line)
    {
        readonly ReadOnlySpan<byte> line = line;
        int at;

        public Stretch Next()
        {
            while (at < line.Length && line[at] == ' ')
            {
                at++;
            }

            int start = at;
            while (at < line.Length && line[at] != ' ')
            {
                at++;
            }

            return new(start, at - start);
        }
    }

    /// <summary>A transaction: its command, and the first answer.</summary>
    sealed class Exchange
    {
        public int Request, Response;
        public Timestamp Time;
    }

    /// <summary>Transactions between two endpoints.</summary>
    sealed class Exchanges
    {
        const int Most = 4096;
        readonly Dictionary<uint, Exchange> byId = [];

        public Exchange Ask(uint id, int frame, Timestamp time)
        {
            if (byId.TryGetValue(id, out var before))
            {
                return before;
            }

            if (byId.Count >= Most)
            {
                byId.Clear();
            }

            return byId[id] = new() { Request = frame, Time = time };
        }

        public Exchange? Find(uint id) => byId.GetValueOrDefault(id);
    }
}
