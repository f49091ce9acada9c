using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Osi;

namespace Wiretale.Dissection.Protocols.Application.RemoteDesktop;

// Specification: [MS-RDPBCGR] sections 2.2.1 (connection), 2.2.8.1.1.2 (security headers), 2.2.8.1.2 and 2.2.9.1.2 (fast path).
// The connection begins in X.224's request and confirm, goes on in T.125, and then skips all of that for what must be fast.

/// <summary>Remote Desktop Protocol.</summary>
public sealed class Rdp() : Dissector("rdp")
{
    const uint Port = 3389;
    const int NegotiationLength = 8, NegotiationRequest = 1, NegotiationResponse = 2, NegotiationFailure = 3, Correlation = 6;
    const int SecurityExchange = 0x01, ClientInfo = 0x40, License = 0x80, Encrypted = 0x08, SignatureLength = 8;
    const int ServerCore = 0x0c01, ServerSecurity = 0x0c02, ServerNetwork = 0x0c03;
    const ushort FirstStaticChannel = 1004;

    internal static readonly Protocol P = new("Remote Desktop Protocol", "RDP", "rdp");
    static readonly ValueNames FailureCodes = ValueNames.Of(() => [
        (1, "TLS required by server"), (2, "TLS not allowed by server"), (3, "TLS certificate not on server"), (4, "Inconsistent flags"),
        (5, "Server requires Enhanced RDP Security with CredSSP"), (6, "Server requires Enhanced RDP Security with TLS and certificate-based client authentication")]);

    static readonly ValueNames Methods = ValueNames.Of(() => [(0, "None"), (1, "40-bit RC4"), (2, "128-bit RC4"), (8, "56-bit RC4"), (0x10, "FIPS140-1 3DES")]);
    static readonly ValueNames Levels = ValueNames.Of(() => [(0, "None"), (1, "Low"), (2, "Client Compatible"), (3, "High"), (4, "FIPS140-1")]);
    static readonly Field Cookie = P.String("rdp.rt_cookie", "Routing Token/Cookie");
    static readonly Field NegotiationType = P.UInt8("rdp.neg_type", "Type", FieldBase.Hex, ValueNames.Of(() => [
        (NegotiationRequest, "RDP Negotiation Request"), (NegotiationResponse, "RDP Negotiation Response"), (NegotiationFailure, "RDP Negotiation Failure"),
        (Correlation, "RDP Correlation Info")]));

    static readonly Field NegotiationSize = P.UInt16("rdp.neg_length", "Length");
    static readonly Layout RequestRows = new(
        NegotiationType,
        P.UInt8("rdp.negReq.flags", "Flags", FieldBase.Hex).Summary(
            P.Flag("rdp.negReq.flags.restricted_admin_mode_req", "Restricted admin mode required", 8, 0x01),
            P.Flag("rdp.negReq.flags.correlation_info_present", "Correlation info present", 8, 0x08)),
        NegotiationSize.LittleEnd(),
        P.UInt32("rdp.negReq.requestedProtocols", "requestedProtocols", FieldBase.Hex).LittleEnd().Summary(
            P.Flag("rdp.negReq.requestedProtocols.ssl", "TLS security supported", 32, 0x1),
            P.Flag("rdp.negReq.requestedProtocols.hybrid", "CredSSP supported", 32, 0x2),
            P.Flag("rdp.negReq.requestedProtocols.rdstls", "RDSTLS supported", 32, 0x4),
            P.Flag("rdp.negReq.requestedProtocols.hybrid_ex", "CredSSP with Early User Authorization Result PDU supported", 32, 0x8)));

    static readonly Layout ResponseRows = new(
        NegotiationType,
        P.UInt8("rdp.negRsp.flags", "Flags", FieldBase.Hex).Summary(
            P.Flag("rdp.negRsp.flags.extended_client_data_supported", "Extended Client Data Blocks supported", 8, 0x01),
            P.Flag("rdp.negRsp.flags.dynvc_gfx_protocol_supported", "Graphics Pipeline Extension Protocol supported", 8, 0x02),
            P.Flag("rdp.negRsp.flags.restricted_admin_mode_supported", "Restricted admin mode supported", 8, 0x08),
            P.Flag("rdp.negRsp.flags.restricted_authentication_mode_supported", "Restricted authentication mode supported", 8, 0x10)),
        NegotiationSize.LittleEnd(),
        P.UInt32("rdp.negReq.selectedProtocol", "selectedProtocol", FieldBase.Hex, ValueNames.Of(() => [
            (0, "Standard RDP Security"), (1, "TLS 1.0, 1.1 or 1.2"), (2, "CredSSP"), (4, "RDSTLS protocol"),
            (8, "CredSSP with Early User Authorization Result PDU")])).LittleEnd());

    static readonly Layout FailureRows = new(
        NegotiationType, P.UInt8("rdp.negFailure.flags", "Flags", FieldBase.Hex), NegotiationSize.LittleEnd(),
        P.UInt32("rdp.negFailure.failureCode", "failureCode", FieldBase.Hex, FailureCodes).LittleEnd());

    static readonly Field ClientData = P.Label("rdp.clientData", "ClientData");
    static readonly Field ServerData = P.Label("rdp.serverData", "ServerData");
    static readonly Field HeaderType = P.UInt16("rdp.header.type", "headerType", FieldBase.Hex, ValueNames.Of(() => [
        (0xc001, "clientCoreData"), (0xc002, "clientSecurityData"), (0xc003, "clientNetworkData"), (0xc004, "clientClusterData"), (0xc005, "clientMonitorData"),
        (0xc006, "clientMsgChannelData"), (0xc008, "clientMonitorExData"), (0xc00a, "clientMultiTransportData"), (ServerCore, "serverCoreData"),
        (ServerSecurity, "serverSecurityData"), (ServerNetwork, "serverNetworkData"), (0x0c04, "serverMsgChannelData"), (0x0c08, "serverMultiTransportData")]));

    static readonly Field HeaderLength = P.UInt16("rdp.header.length", "headerLength");
    static readonly Layout BlockHeader = new(HeaderType.LittleEnd(), HeaderLength.LittleEnd());
    static readonly Field ServerCoreBlock = P.Label("rdp.server.coreData", "serverCoreData");
    static readonly Field ServerSecurityBlock = P.Label("rdp.server.securityData", "serverSecurityData");
    static readonly Field ServerNetworkBlock = P.Label("rdp.server.networkData", "serverNetworkData");
    static readonly Layout CoreRows = new(
        HeaderType.LittleEnd(), HeaderLength.LittleEnd(), P.UInt16("rdp.version.major", "versionMajor").LittleEnd(), P.UInt16("rdp.version.minor", "versionMinor").LittleEnd(),
        P.UInt32("rdp.client.requestedProtocols", "clientRequestedProtocols", FieldBase.Hex).LittleEnd().Optional());

    static readonly Field RandomLength = P.UInt32("rdp.serverRandomLen", "serverRandomLen");
    static readonly Field CertificateLength = P.UInt32("rdp.serverCertLen", "serverCertLen");
    static readonly Layout SecurityRows = new(
        HeaderType.LittleEnd(), HeaderLength.LittleEnd(), P.UInt32("rdp.encryptionMethod", "encryptionMethod", FieldBase.Hex, Methods).LittleEnd(),
        P.UInt32("rdp.encryptionLevel", "encryptionLevel", FieldBase.Hex, Levels).LittleEnd(), RandomLength.LittleEnd().Optional(), CertificateLength.LittleEnd().Optional(),
        P.Bytes("rdp.serverRandom", "serverRandom").Counted(RandomLength).Optional(), P.Bytes("rdp.serverCertificate", "serverCertificate").Counted(CertificateLength).Optional());

    static readonly Field Channel = P.UInt16("rdp.MCSChannelId", "MCSChannelId");
    static readonly Field ChannelCount = P.UInt16("rdp.channelCount", "channelCount");
    static readonly Layout NetworkRows = new(
        HeaderType.LittleEnd(), HeaderLength.LittleEnd(), Channel.LittleEnd(), ChannelCount.LittleEnd(),
        P.Label("rdp.channelIdArray", "channelIdArray").Around(Row.Times(ChannelCount, Channel.LittleEnd())));

    static readonly Field SendData = P.Label("rdp.sendData", "SendData");
    static readonly Field ExchangePdu = P.Label("rdp.securityExchangePDU", "securityExchangePDU");
    static readonly Field InfoPdu = P.Label("rdp.clientInfoPDU", "clientInfoPDU");
    static readonly Field LicensePdu = P.Label("rdp.validClientLicenseData", "validClientLicenseData");
    static readonly Layout SecurityHeader = new(
        P.UInt16("rdp.flags", "flags", FieldBase.Hex).LittleEnd().Bits(
            P.UInt16("rdp.flags.pkt", "flagsPkt", FieldBase.Hex, ValueNames.Of(() => [
                (0, "(None)"), (SecurityExchange, "Security Exchange PDU"), (ClientInfo, "Client Info PDU"), (License, "Licensing PDU"),
                (0x400, "Standard Security Server Redirection PDU")]), mask: 0x4c1),
            P.UInt16("rdp.flags.encrypt", "flagsEncrypt", FieldBase.Hex, mask: Encrypted),
            P.UInt16("rdp.flags.resetseqno", "flagsResetSeqno", FieldBase.Hex, mask: 0x10),
            P.UInt16("rdp.flags.ignoreseqno", "flagsIgnoreSeqno", FieldBase.Hex, mask: 0x20),
            P.UInt16("rdp.flags.licenseencrypt", "flagsLicenseEncrypt", FieldBase.Hex, mask: 0x200),
            P.UInt16("rdp.flags.securechecksum", "flagsSecureChecksum", FieldBase.Hex, mask: 0x800),
            P.UInt16("rdp.flags.flagshivalid", "flagsHiValid", FieldBase.Hex, mask: 0x8000)),
        P.UInt16("rdp.flagsHi", "flagsHi", FieldBase.Hex).LittleEnd());

    static readonly Field ExchangeLength = P.UInt32("rdp.length", "length");
    static readonly Layout ExchangeRows = new(ExchangeLength.LittleEnd(), P.Bytes("rdp.encryptedClientRandom", "encryptedClientRandom").Rest());
    static readonly Field Signature = P.Bytes("rdp.dataSignature", "dataSignature");
    static readonly Field EncryptedData = P.Label("rdp.encryptedData", "encryptedData");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(RdpFastPath)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Heuristic(Cotp.ConnectHeuristics, Negotiate);
        claims.Heuristic(Tpkt.Heuristics, FastPath);
    }

    /// <summary>[MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2: a cookie or a token in a line, then what is offered, chosen or refused.</summary>
    static bool Negotiate(Packet p, in View v, Node parent)
    {
        bool hasCookie = v.Bytes.StartsWith("Cookie: "u8);
        if (!hasCookie && !(v.Captured >= NegotiationLength && v.U8(0) is >= NegotiationRequest and <= NegotiationFailure && v.U16LE(2) == NegotiationLength))
        {
            return false;
        }

        p.SetProtocol("RDP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = 0;
        if (hasCookie)
        {
            int end = v.LineEnd(0, out int next);
            end = end < 0 ? v.Captured : end;
            at = next <= 0 ? v.Captured : next;
            p.Info.Append($"{v.Span(0, end)}");
            p.Add(tree, Cookie, v, 0, end);
        }

        if (v.ReportedFrom(at) < NegotiationLength)
        {
            return true;
        }

        int type = v.U8(at);
        p.Info.Separate(", ");
        switch (type)
        {
            case NegotiationRequest:
                p.Info.Append("Negotiate Request"u8);
                p.AddRows(tree, v, at, RequestRows);
                break;
            case NegotiationResponse:
                p.Info.Append("Negotiate Response"u8);
                p.AddRows(tree, v, at, ResponseRows);
                break;
            case NegotiationFailure:
                p.Info.Append($"Negotiate Failure, failureCode {FailureCodes.FindOr(v.U32LE(at + 4), "Unknown")}");
                p.AddRows(tree, v, at, FailureRows);
                break;
        }

        return true;
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var session = p.Conversation?.GetOrAdd<RdpSession>(this) ?? new RdpSession();
        bool connects = v.Captured > 1 && v.U16(0) is 0x7f65 or 0x7f66;
        p.SetProtocol("RDP");
        if (connects)
        {
            p.Info.Clear();
            AddBlocks(p, v, parent, session, v.U8(1) == 0x65);
            return v.Reported;
        }

        var tree = p.Open(P, v, parent);
        AddSendData(p, v, p.Add(tree, SendData, v, 0, v.Reported), session);
        return v.Reported;
    }

    /// <summary>The blocks behind the conference's own words: they follow a key, "Duca" of clients and "McDn" of servers, and a length.</summary>
    static void AddBlocks(Packet p, in View whole, Node parent, RdpSession session, bool isClient)
    {
        int key = whole.Bytes.IndexOf(isClient ? "Duca"u8 : "McDn"u8);
        if (key < 0)
        {
            return;
        }

        int at = key + 4;
        at += (whole.U8(at) & 0x80) != 0 ? 2 : 1;
        var v = whole.From(at);
        var tree = p.Open(P, v, parent);
        var data = p.Add(tree, isClient ? ClientData : ServerData, v, 0, v.Reported);
        p.Info.Set(isClient ? "ClientData"u8 : "ServerData"u8);
        for (at = 0; v.ReportedFrom(at) >= 4;)
        {
            int type = v.U16LE(at), length = Math.Max((int)v.U16LE(at + 2), 4);
            var block = v.Part(at, length);
            var rows = type switch { ServerCore => CoreRows, ServerSecurity => SecurityRows, ServerNetwork => NetworkRows, _ => BlockHeader };
            var field = type switch { ServerCore => ServerCoreBlock, ServerSecurity => ServerSecurityBlock, ServerNetwork => ServerNetworkBlock, _ => null };
            var node = field is null ? p.AddText(data, block, 0, length, HeaderType.Names!.FindOr((ulong)type, "Unknown")) : p.Add(data, field, block, 0, length);
            p.AddRows(node, block, 0, rows);
            if (type == ServerSecurity)
            {
                p.Info.Append($" Encryption: {Methods.FindOr(block.U32LE(4), "Unknown")} ({Levels.FindOr(block.U32LE(8), "Unknown")})");
            }
            else if (type == ServerNetwork)
            {
                session.MainChannel = block.U16LE(4);
            }

            at += length;
        }
    }

    static void AddSendData(Packet p, in View v, Node tree, RdpSession session)
    {
        int flags = v.U16LE(0), at = 4;
        bool isChannel = session.Channel != session.MainChannel && session.Channel >= FirstStaticChannel;

        // Several in one segment stand in a row; what TCP said before them ends with a space.
        if (p.Info.Bytes.Length > 0 && p.Info.Bytes[^1] != ' ')
        {
            p.Info.Append(", "u8);
        }

        var node = (flags & 0x4c1) switch
        {
            SecurityExchange => p.Add(tree, ExchangePdu, v, 0, v.Reported),
            ClientInfo => p.Add(tree, InfoPdu, v, 0, v.Reported),
            License => p.Add(tree, LicensePdu, v, 0, v.Reported),
            _ => tree,
        };
        p.AddRows(node, v, 0, SecurityHeader);
        if ((flags & SecurityExchange) != 0)
        {
            p.Info.Append("SecurityExchange"u8);
            p.AddRows(node, v, at, ExchangeRows);
        }
        else
        {
            p.Info.Append((flags & ClientInfo) != 0 ? "ClientInfo"u8 : isChannel ? "Virtual Channel PDU"u8 : ""u8);
            if ((flags & Encrypted) != 0)
            {
                p.Info.Append((flags & ClientInfo) != 0 || isChannel ? ", [Encrypted]"u8 : "[Encrypted]"u8);
                p.Add(node, Signature, v, at, SignatureLength);
                at += SignatureLength;
                var data = p.Add(node, EncryptedData, v, at, v.ReportedFrom(at));
                if (isChannel)
                {
                    p.AppendLabel(data, " (Channel PDU)");
                }
            }
        }

        p.Info.Fence();
    }

    /// <summary>A packet that is no TPKT: its first two bits are 0, and its length is that of the segment.</summary>
    static bool FastPath(Packet p, in View v, Node parent)
    {
        if (v.Captured < 3 || (v.U8(0) & 3) != 0 || RdpFastPath.LengthOf(v, out int at) != v.Reported)
        {
            return false;
        }

        p.SetProtocol("RDP");
        p.Info.Set("Fast-Path PDU"u8);
        RdpFastPath.Add(p, v, p.Open(P, v, parent), at, p.DestinationPort == Port);
        return true;
    }
}

/// <summary>What is known of a connection.</summary>
sealed class RdpSession
{
    /// <summary>Whether T.125 was seen to connect.</summary>
    public bool HasBegun;

    /// <summary>The channel of what is being taken apart, and the one that is not a virtual one.</summary>
    public ushort Channel, MainChannel = 1003;
}
