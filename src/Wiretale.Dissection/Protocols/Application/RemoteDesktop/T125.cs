using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.RemoteDesktop;

// Specification: ITU-T T.125 section 7. Connections are made in BER (application tags 101 to 104), what follows is aligned PER: six bits say which
// message, and the next ones begin its body.
//
//   erectDomainRequest   000001.. | sub-height | sub-interval             attachUserConfirm    001011.i | result | initiator (2)
//   channelJoinRequest   001110.. | initiator (2) | channel (2)           channelJoinConfirm   001111.c | result | initiator (2) | requested (2) | channel (2)
//   sendDataRequest      011001.. | initiator (2) | channel (2) | priority, segmentation | length | data

/// <summary>Multipoint communication service: channels that users join, as RDP uses it.</summary>
public sealed class T125() : Dissector("t125", "t124")
{
    const int ErectDomain = 1, AttachUserRequest = 10, AttachUserConfirm = 11, JoinRequest = 14, JoinConfirm = 15, SendRequest = 25, SendIndication = 26;
    const int ConnectTag = 0x7f, ConnectInitial = 101, ConnectResponse = 102, HasOptional = 0x02;

    static readonly Protocol P = new("MULTIPOINT-COMMUNICATION-SERVICE T.125", "T.125", "t125");

    /// <summary>Wireshark has the domain's messages in T.124's module.</summary>
    static readonly Protocol Domain = new("GENERIC-CONFERENCE-CONTROL T.124", "T.124", "t124");

    static readonly ValueNames Results = ValueNames.Of(() => [
        (0, "rt-successful"), (1, "rt-domain-merging"), (2, "rt-domain-not-hierarchical"), (3, "rt-no-such-channel"), (4, "rt-no-such-domain"),
        (5, "rt-no-such-user"), (6, "rt-not-admitted"), (7, "rt-other-user-id"), (8, "rt-parameters-unacceptable"), (9, "rt-token-not-available"),
        (10, "rt-token-not-possessed"), (11, "rt-too-many-channels"), (12, "rt-too-many-tokens"), (13, "rt-too-many-users"),
        (14, "rt-unspecified-failure"), (15, "rt-user-rejected")]);

    static readonly ValueNames Messages = ValueNames.Of(() => [
        (0, "plumbDomainIndication"), (ErectDomain, "erectDomainRequest"), (2, "mergeChannelsRequest"), (3, "mergeChannelsConfirm"), (4, "purgeChannelsIndication"),
        (5, "mergeTokensRequest"), (6, "mergeTokensConfirm"), (7, "purgeTokensIndication"), (8, "disconnectProviderUltimatum"), (9, "rejectMCSPDUUltimatum"),
        (AttachUserRequest, "attachUserRequest"), (AttachUserConfirm, "attachUserConfirm"), (12, "detachUserRequest"), (13, "detachUserIndication"),
        (JoinRequest, "channelJoinRequest"), (JoinConfirm, "channelJoinConfirm"), (16, "channelLeaveRequest"), (17, "channelConveneRequest"),
        (18, "channelConveneConfirm"), (19, "channelDisbandRequest"), (20, "channelDisbandIndication"), (21, "channelAdmitRequest"),
        (22, "channelAdmitIndication"), (23, "channelExpelRequest"), (24, "channelExpelIndication"), (SendRequest, "sendDataRequest"),
        (SendIndication, "sendDataIndication"), (27, "uniformSendDataRequest"), (28, "uniformSendDataIndication"), (29, "tokenGrabRequest"),
        (30, "tokenGrabConfirm"), (31, "tokenInhibitRequest"), (32, "tokenInhibitConfirm"), (33, "tokenGiveRequest"), (34, "tokenGiveIndication"),
        (35, "tokenGiveResponse"), (36, "tokenGiveConfirm"), (37, "tokenPleaseRequest"), (38, "tokenPleaseIndication"), (39, "tokenReleaseRequest"),
        (40, "tokenReleaseConfirm"), (41, "tokenTestRequest"), (42, "tokenTestConfirm")]);

    static readonly Field Connect = P.UInt32("t125.ConnectMCSPDU", "ConnectMCSPDU", FieldBase.Dec, ValueNames.Of(() => [
        (ConnectInitial, "connect-initial"), (ConnectResponse, "connect-response"), (103, "connect-additional"), (104, "connect-result")]));

    static readonly Field InitialElement = P.Label("t125.connect_initial_element", "connect-initial");
    static readonly Field ResponseElement = P.Label("t125.connect_response_element", "connect-response");
    static readonly Field Message = Domain.UInt32("t124.DomainMCSPDU", "DomainMCSPDU", FieldBase.Dec, Messages);
    static readonly Field ErectElement = Domain.Label("t124.erectDomainRequest_element", "erectDomainRequest");
    static readonly Field AttachRequestElement = Domain.Label("t124.attachUserRequest_element", "attachUserRequest");
    static readonly Field AttachConfirmElement = Domain.Label("t124.attachUserConfirm_element", "attachUserConfirm");
    static readonly Field JoinRequestElement = Domain.Label("t124.channelJoinRequest_element", "channelJoinRequest");
    static readonly Field JoinConfirmElement = Domain.Label("t124.channelJoinConfirm_element", "channelJoinConfirm");
    static readonly Field SendRequestElement = Domain.Label("t124.sendDataRequest_element", "sendDataRequest");
    static readonly Field SendIndicationElement = Domain.Label("t124.sendDataIndication_element", "sendDataIndication");
    static readonly Field SubHeight = Domain.UInt32("t124.subHeight", "subHeight");
    static readonly Field SubInterval = Domain.UInt32("t124.subInterval", "subInterval");
    static readonly Field Result = Domain.UInt32("t124.result", "result", FieldBase.Dec, Results);
    static readonly Field Initiator = Domain.UInt32("t124.initiator", "initiator");
    static readonly Field Requested = Domain.UInt32("t124.requested", "requested");
    static readonly Field Channel = Domain.UInt32("t124.channelId", "channelId");
    static readonly Field Priority = Domain.UInt32("t124.dataPriority", "dataPriority", FieldBase.Dec, ValueNames.Of(() => [(0, "top"), (1, "high"), (2, "medium"), (3, "low")]));
    static readonly Field Segmentation = Domain.Bytes("t124.segmentation", "segmentation");
    static readonly Field Begin = Domain.Flag("t124.Segmentation.begin", "begin", 8, 0x80);
    static readonly Field End = Domain.Flag("t124.Segmentation.end", "end", 8, 0x40);
    static readonly Field UserData = Domain.Bytes("t124.userData", "userData");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [Domain];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Osi.Cotp.Heuristics, Guess);

    /// <summary>A connection begins with BER, or with erectDomainRequest where that was not captured; other protocols of the session layer begin neither way.</summary>
    bool Guess(Packet p, in View v, Node parent)
    {
        if (p.Conversation is not { } conversation || v.Captured < 1)
        {
            return false;
        }

        bool begins = v.Captured > 2 && ((v.U8(0) == ConnectTag && v.U8(1) is ConnectInitial or ConnectResponse) || (v.U8(0) == ErectDomain << 2 && v.Captured == 5));
        var known = conversation.GetOrAdd<RdpSession>(Catalog.Rdp);
        if (!begins && !known.HasBegun)
        {
            return false;
        }

        known.HasBegun = true;
        Dissect(p, v, parent);
        return true;
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("T.125");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (v.U8(0) == ConnectTag)
        {
            int tag = v.U8(1);
            p.Add(p.AddUInt(tree, Connect, v, 0, v.Reported, (uint)tag), tag == ConnectInitial ? InitialElement : ResponseElement, v, 0, v.Reported);
            p.Info.Append(tag == ConnectInitial ? "Connect-Initial "u8 : "Connect-Response "u8);
            p.Call(Catalog.Rdp, v, parent);
            return v.Reported;
        }

        int type = v.U8(0) >> 2;
        string name = Messages.FindOr((ulong)type, "Unknown");
        if (p.Info.Writable && type is not (SendRequest or SendIndication))
        {
            p.Info.Append($"{name} ");
        }

        var message = p.AddUInt(tree, Message, v, 0, v.Reported, (uint)type);
        switch (type)
        {
            case ErectDomain:
                var erect = p.Add(message, ErectElement, v, 0, v.Reported);
                int interval = AddInteger(p, v, erect, SubHeight, 1);
                AddInteger(p, v, erect, SubInterval, interval);
                break;
            case AttachUserRequest:
                p.Add(message, AttachRequestElement, v, 0, v.Reported);
                break;
            case AttachUserConfirm:
                var attach = p.Add(message, AttachConfirmElement, v, 0, v.Reported);
                AddResult(p, v, attach);
                if ((v.U8(0) & HasOptional) != 0)
                {
                    p.Add(attach, Initiator, v, 2, 2);
                }

                break;
            case JoinRequest:
                var join = p.Add(message, JoinRequestElement, v, 0, v.Reported);
                p.Add(join, Initiator, v, 1, 2);
                p.Add(join, Channel, v, 3, 2);
                p.Info.Append($"{v.U16(3)}");
                break;
            case JoinConfirm:
                var confirm = p.Add(message, JoinConfirmElement, v, 0, v.Reported);
                AddResult(p, v, confirm);
                p.Add(confirm, Initiator, v, 2, 2);
                p.Add(confirm, Requested, v, 4, 2);
                if ((v.U8(0) & HasOptional) != 0)
                {
                    p.Add(confirm, Channel, v, 6, 2);
                    p.Info.Append($"{v.U16(6)}");
                }

                break;
            case SendRequest or SendIndication:
                AddSend(p, v, p.Add(message, type == SendRequest ? SendRequestElement : SendIndicationElement, v, 0, v.Reported), parent);
                break;
        }

        return v.Reported;
    }

    /// <summary>Four bits that begin with the last of the first byte.</summary>
    static void AddResult(Packet p, in View v, Node tree) => p.AddUInt(tree, Result, v, 0, 1, (uint)((v.U16(0) >> 5) & 0xf));

    static int AddInteger(Packet p, in View v, Node tree, Field field, int at)
    {
        int length = v.U8(at);
        p.AddUInt(tree, field, v, at, 1 + length, v.UInt(at + 1, Math.Min(length, 4)));
        v.Ensure(at + 1, length);
        return at + 1 + length;
    }

    static void AddSend(Packet p, in View v, Node tree, Node parent)
    {
        const int BitsAt = 5, LengthAt = 6;
        int bits = v.U8(BitsAt), segmentation = (bits & 0x30) << 2, length = v.U8(LengthAt), at = LengthAt + 1;
        if ((length & 0x80) != 0)
        {
            length = v.U16(LengthAt) & 0x3fff;
            at++;
        }

        p.Add(tree, Initiator, v, 1, 2);
        p.Add(tree, Channel, v, 3, 2);
        p.AddUInt(tree, Priority, v, BitsAt, 1, (uint)(bits >> 6));
        var node = p.AddBytes(tree, Segmentation, v, BitsAt, 1, [(byte)segmentation]);
        p.Label(node, $"segmentation: {segmentation:x2} [bit length 2, 6 LSB pad bits, {segmentation >> 7 & 1}{segmentation >> 6 & 1}.. .... decimal value {segmentation >> 6}]");
        p.Label(p.AddFlag(node, Begin, v, BitsAt, 1, (segmentation & 0x80) != 0), $"{segmentation >> 7 & 1}... .... = begin: {((segmentation & 0x80) != 0 ? "True" : "False")}");
        p.Label(p.AddFlag(node, End, v, BitsAt, 1, (segmentation & 0x40) != 0), $".{segmentation >> 6 & 1}.. .... = end: {((segmentation & 0x40) != 0 ? "True" : "False")}");
        p.Add(tree, UserData, v, at, length);
        p.Conversation!.GetOrAdd<RdpSession>(Catalog.Rdp).Channel = v.U16(3);
        p.Call(Catalog.Rdp, v.Part(at, length), parent);
    }
}
