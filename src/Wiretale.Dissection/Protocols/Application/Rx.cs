using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Rpc;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: Nickolai Zeldovich, "RX protocol specification" (2002); OpenAFS, doc/protocol/rx-spec.
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | Epoch, connection, call, sequence number, serial              |  32 bits each
//   +---------------+---------------+---------------+---------------+
//   | Type          | Flags         | User status   | Security      |
//   +---------------+---------------+---------------+---------------+
//   | Checksum                      | Service                       |
//   +---------------+---------------+---------------+---------------+

/// <summary>RX: remote procedure calls of the Andrew File System.</summary>
public sealed class Rx() : Dissector("rx")
{
    const int HeaderLength = 28;
    const int Data = 1, Ack = 2, Busy = 3, Abort = 4, Challenge = 6, Response = 7, Debug = 8, Parameters = 9, Version = 13;
    const byte FromClient = 1;

    /// <summary>The epoch of packets that only keep a NAT's mapping alive.</summary>
    const uint PingEpoch = 999;

    static readonly Protocol P = new("RX Protocol", "RX", "rx");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "data"), (2, "ack"), (3, "busy"), (4, "abort"), (5, "ackall"), (6, "challenge"), (7, "response"), (8, "debug"), (9, "params"),
        (13, "version")]);
    static readonly ValueNames Reasons = ValueNames.Of(() => [
        (1, "Ack Requested"), (2, "Duplicate Packet"), (3, "Out Of Sequence"), (4, "Exceeds Window"), (5, "No Space"), (6, "Ping"),
        (7, "Ping Response"), (8, "Delay"), (9, "Idle")]);
    static readonly Field Type = P.UInt8("rx.type", "Type", FieldBase.Dec, Types);
    static readonly Field Serial = P.UInt32("rx.serial", "Serial");
    static readonly Field Epoch = P.AbsoluteTime("rx.epoch", "Epoch"), Connection = P.UInt32("rx.cid", "CID"), Call = P.UInt32("rx.callnumber", "Call Number"),
        Security = P.UInt32("rx.securityindex", "Security Index");
    static readonly Layout Header = new(
        Epoch.Of(4), Connection, Call,
        P.UInt32("rx.seq", "Sequence Number"), Serial, Type,
        P.UInt8("rx.flags", "Flags", FieldBase.Hex).Then(static (p, node, in v, at, value) => AddFlags(p, v, node, at)),
        P.UInt32("rx.userstatus", "User Status").Of(1), Security.Of(1),
        P.UInt16("rx.spare", "Spare/Checksum"), P.UInt16("rx.serviceid", "Service ID"));
    static readonly Field[] FlagBits =
    [
        P.Flag("rx.flags.free_packet", "Free Packet", 8, 0x10), P.Flag("rx.flags.more_packets", "More Packets", 8, 0x08),
        P.Flag("rx.flags.last_packet", "Last Packet", 8, 0x04), P.Flag("rx.flags.request_ack", "Request Ack", 8, 0x02),
        P.Flag("rx.flags.client_init", "Client Initiated", 8, 0x01),
    ];

    static readonly Field AckBranch = P.Label("rx.ack", "ACK Packet"), ChallengeBranch = P.Label("rx.challenge", "CHALLENGE Packet"),
        ResponseBranch = P.Label("rx.response", "RESPONSE Packet"), AbortBranch = P.Label("rx.abort", "ABORT Packet");
    static readonly Field Acks = P.UInt8("rx.num_acks", "Num ACKs", blurb: "Number Of ACKs");
    static readonly Layout AckBody = new(
        P.UInt16("rx.bufferspace", "Bufferspace", blurb: "Number Of Packets Available"), P.UInt16("rx.maxskew", "Max Skew"),
        P.UInt32("rx.first", "First Packet"), P.UInt32("rx.prev", "Prev Packet"), Serial,
        P.UInt8("rx.reason", "Reason", FieldBase.Dec, Reasons), Acks,
        Row.Times(Acks, P.UInt8("rx.ack_type", "ACK Type", FieldBase.Dec, ValueNames.Of(() => [(0, "NACK"), (1, "ACK")]))));
    static readonly Field[] AckTail = [P.UInt32("rx.max_mtu", "Max MTU"), P.UInt32("rx.if_mtu", "Interface MTU"), P.UInt32("rx.rwind", "rwind"), P.UInt32("rx.max_packets", "Max Packets")];
    static readonly Field TicketLength = P.UInt32("rx.ticket_len", "Ticket len", blurb: "Ticket Length");
    static readonly Field SecurityVersion = P.UInt32("rx.version", "Version", blurb: "Version Of Challenge/Response");
    static readonly Layout ChallengeBody = new(SecurityVersion, P.UInt32("rx.nonce", "Nonce", FieldBase.Hex), P.UInt32("rx.min_level", "Min Level"));
    static readonly Field Encrypted = P.Label("rx.encrypted", "Encrypted", "Encrypted part of response packet");
    static readonly Layout EncryptedBody = new(Epoch.Of(4), Connection, Row.Skip(4), Security, Call, Call, Call, Call,
        P.UInt32("rx.inc_nonce", "Inc Nonce", FieldBase.Hex), P.UInt32("rx.level", "Level"));
    static readonly Layout Tickets = new(P.UInt32("rx.kvno", "kvno"), TicketLength, P.Bytes("rx.ticket", "ticket").Counted(TicketLength));
    static readonly Layout AbortBody = new(P.Int32("rx.abort_code", "Abort Code"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 7000, 7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008, 7009, 7021);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Reported < HeaderLength)
        {
            return 0;
        }

        p.SetProtocol("RX");
        p.Info.Clear();
        int type = v.U8(20);
        if (p.Info.Writable && type is not (Busy or Debug or Parameters))
        {
            p.Info.Append(type == Data ? "DATA" : Types.Find((ulong)type)?.ToUpperInvariant() ?? "UNKNOWN");
            if (type == Ack && v.Has(HeaderLength + 16, 1))
            {
                p.Info.Append($" {Reasons.FindOr(v.U8(HeaderLength + 16), "Unknown")}");
            }
            else if (type == Version)
            {
                p.Info.Append(v.U32(0) == PingEpoch ? " NAT ping" : (v.U8(21) & FromClient) != 0 ? " request" : " reply");
            }

            p.Info.Append($"  Seq: {v.U32(12)}  Call: {v.U32(8)}  Source Port: {p.ShortPort(p.SourcePort, PortKind.Udp)}  ");
            p.Info.Append($"Destination Port: {p.ShortPort(p.DestinationPort, PortKind.Udp)}  ");
        }

        var tree = p.Open(P, v, parent, 0, Math.Min(HeaderLength, v.Captured));
        int at = p.AddRows(tree, v, 0, Header);
        switch (type)
        {
            case Data:
                AddData(p, v, parent, at);
                break;
            case Ack:
                AddAck(p, v, tree, at);
                break;
            case Challenge:
                p.AddRows(p.Add(tree, ChallengeBranch, v, at, v.ReportedFrom(at)), v, at, ChallengeBody);
                break;
            case Abort:
                p.AddRows(p.Add(tree, AbortBranch, v, at, v.ReportedFrom(at)), v, at, AbortBody);
                break;
            case Response:
                AddResponse(p, v, tree, at);
                break;
        }

        return v.Reported;
    }

    static void AddData(Packet p, in View v, Node parent, int at)
    {
        var message = p.Engine.State<RxMessage>();
        (message.IsFromClient, message.Service) = ((v.U8(21) & FromClient) != 0, v.U16(26));
        (message.Connection, message.Call, message.Sequence) = (v.U32(4), v.U32(8), v.U32(12));
        var data = v.From(at);
        if (p.Call(Catalog.Afs, data, parent) == 0)
        {
            p.CallData(data, parent);
        }
    }

    /// <summary>The answer to a challenge. Its middle is encrypted, and shown as what it would be.</summary>
    static void AddResponse(Packet p, in View v, Node tree, int at)
    {
        const int EncryptedAt = 8, EncryptedLength = 40;
        var branch = p.Add(tree, ResponseBranch, v, at, v.ReportedFrom(at));
        p.Add(branch, SecurityVersion, v, at);
        var encrypted = p.Add(branch, Encrypted, v, at + EncryptedAt, EncryptedLength);
        p.AddRows(encrypted, v, at + EncryptedAt, EncryptedBody);
        p.AddRows(branch, v, at + EncryptedAt + EncryptedLength, Tickets);
    }

    static void AddFlags(Packet p, in View v, Node node, int at)
    {
        uint flags = v.U8(at);
        foreach (var bit in FlagBits)
        {
            if ((flags & bit.Mask) != 0)
            {
                p.AppendLabel(node, $", {bit.Label}");
            }
        }

        foreach (var bit in FlagBits)
        {
            p.Add(node, bit, v, at, 1);
        }
    }

    /// <summary>The acknowledgement, three bytes of padding, and what newer senders say of their sizes.</summary>
    static void AddAck(Packet p, in View v, Node tree, int at)
    {
        var branch = p.Add(tree, AckBranch, v, at, v.ReportedFrom(at));
        at = p.AddRows(branch, v, at, AckBody) + 3;
        foreach (var field in AckTail)
        {
            if (v.ReportedFrom(at) < 4)
            {
                return;
            }

            p.Add(branch, field, v, at);
            at += 4;
        }
    }
}
