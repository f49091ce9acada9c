using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Devices;

// Specification: ISO 13400-2. UDP and TCP port 13400.
//
//   | version (1) | its complement (1) | type (2) | length (4) | what the type asks for

/// <summary>Diagnostics over IP: how workshops talk with vehicles.</summary>
public sealed class DoIp() : Dissector("doip")
{
    const uint Port = 13400;
    const int HeaderLength = 8, MaxMessage = 1 << 24, DiagnosticMessage = 0x8001;

    static readonly Protocol P = new("DoIP (ISO13400) Protocol", "DoIP", "doip");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0x0, "Generic DoIP header NACK"), (0x1, "Vehicle identification request"), (0x2, "Vehicle identification request with EID"),
        (0x3, "Vehicle identification request with VIN"), (0x4, "Vehicle announcement message/vehicle identification response message"),
        (0x5, "Routing activation request"), (0x6, "Routing activation response"), (0x7, "Alive check request"),
        (0x8, "Alive check response"), (0x4001, "DoIP entity status request"), (0x4002, "DoIP entity status response"),
        (0x4003, "Diagnostic power mode information request"), (0x4004, "Diagnostic power mode information response"),
        (0x8001, "Diagnostic message"), (0x8002, "Diagnostic message ACK"), (0x8003, "Diagnostic message NACK")]);
    static readonly Layout Header = new(
        P.UInt8("doip.version", "Version", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "Reserved"), (0x1, "DoIP ISO/DIS 13400-2:2010"), (0x2, "DoIP ISO 13400-2:2012"), (0x3, "DoIP ISO 13400-2:2019"),
        (0x4, "DoIP ISO 13400-2:2019 Amd1 (experimental)"), (0xff, "Default value for vehicle identification request messages")])),
        P.UInt8("doip.inverse", "Inverse version", FieldBase.Hex),
        P.UInt16("doip.type", "Type", FieldBase.Hex, Types),
        P.UInt32("doip.length", "Length"));
    static readonly Field Vin = P.String("doip.vin", "VIN");
    static readonly Field Eid = P.Bytes("doip.eid", "EID");
    static readonly Field Source = P.UInt16("doip.source_address", "Source Address", FieldBase.Hex);
    static readonly Field Target = P.UInt16("doip.target_address", "Target Address", FieldBase.Hex);
    static readonly Field ReservedIso = P.UInt32("doip.reserved_iso", "Reserved by ISO", FieldBase.Hex);
    static readonly Field ReservedOem = P.UInt32("doip.reserved_oem", "Reserved by OEM", FieldBase.Hex);
    static readonly Field Previous = P.Bytes("doip.previous", "Previous message");
    static readonly Expert IllegalLength = P.Expert("doip.illegal_length_field", Severity.Error, ExpertGroup.Malformed, "DoIP illegal length field");

    static readonly Layout Nothing = new();
    static readonly Layout HeaderNack = new(P.UInt8("doip.nack_code", "DoIP Header NACK code", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "Incorrect pattern format"), (0x1, "Unknown payload type"), (0x2, "Message too large"), (0x3, "Out of memory"),
        (0x4, "Invalid payload length")])));
    static readonly Layout AskEid = new(Eid.Of(6));
    static readonly Layout AskVin = new(Vin.Of(17));
    static readonly Layout Announcement = new(
        Vin.Of(17),
        P.UInt16("doip.logical_address", "Logical Address", FieldBase.Hex),
        Eid.Of(6),
        P.Bytes("doip.gid", "GID").Of(6),
        P.UInt8("doip.futher_action", "Further action required", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "No further action required"), (0x1, "Reserved by ISO 13400"), (0x2, "Reserved by ISO 13400"), (0x3, "Reserved by ISO 13400"),
        (0x4, "Reserved by ISO 13400"), (0x5, "Reserved by ISO 13400"), (0x6, "Reserved by ISO 13400"), (0x7, "Reserved by ISO 13400"),
        (0x8, "Reserved by ISO 13400"), (0x9, "Reserved by ISO 13400"), (0xa, "Reserved by ISO 13400"), (0xb, "Reserved by ISO 13400"),
        (0xc, "Reserved by ISO 13400"), (0xd, "Reserved by ISO 13400"), (0xe, "Reserved by ISO 13400"), (0xf, "Reserved by ISO 13400"),
        (0x10, "Routing activation required to initiate central security")])),
        P.UInt8("doip.sync_status", "VIN/GID sync. status", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "VIN and/or GID are synchronized"), (0x1, "Reserved by ISO 13400"), (0x2, "Reserved by ISO 13400"),
        (0x3, "Reserved by ISO 13400"), (0x4, "Reserved by ISO 13400"), (0x5, "Reserved by ISO 13400"), (0x6, "Reserved by ISO 13400"),
        (0x7, "Reserved by ISO 13400"), (0x8, "Reserved by ISO 13400"), (0x9, "Reserved by ISO 13400"), (0xa, "Reserved by ISO 13400"),
        (0xb, "Reserved by ISO 13400"), (0xc, "Reserved by ISO 13400"), (0xd, "Reserved by ISO 13400"), (0xe, "Reserved by ISO 13400"),
        (0xf, "Reserved by ISO 13400"), (0x10, "Incomplete: VIN and GID are NOT synchronized")])).Optional());
    static readonly Layout ActivationRequest = new(
        Source,
        P.UInt8("doip.activation_type", "Activation type", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Default"), (0x1, "WWH-OBD"), (0xe0, "Central security")])),
        ReservedIso,
        ReservedOem.Optional());
    static readonly Layout FirstActivationRequest = new(Source, P.UInt16("doip.activation_type_v1", "Activation type", FieldBase.Hex), ReservedIso, ReservedOem.Optional());
    static readonly Layout ActivationResponse = new(
        P.UInt16("doip.tester_logical_address", "Logical address of external tester", FieldBase.Hex),
        Source,
        P.UInt8("doip.response_code", "Routing activation response code", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "Routing activation denied due to unknown source address."),
        (0x1, "Routing activation denied because all concurrently supported TCP_DATA sockets are registered and active."),
        (0x2, "Routing activation denied because an SA different from the table connection entry was received on the already activated TCP_DATA socket."),
        (0x3, "Routing activation denied because the SA is already registered and active on a different TCP_DATA socket."),
        (0x4, "Routing activation denied due to missing authentication."), (0x5, "Routing activation denied due to rejected confirmation."),
        (0x6, "Routing activation denied due to unsupported routing activation type."),
        (0x7, "Routing activation denied due to request for encrypted connection via TLS."), (0x8, "Reserved by ISO 13400."),
        (0x9, "Reserved by ISO 13400."), (0xa, "Reserved by ISO 13400."), (0xb, "Reserved by ISO 13400."), (0xc, "Reserved by ISO 13400."),
        (0xd, "Reserved by ISO 13400."), (0xe, "Reserved by ISO 13400."), (0xf, "Reserved by ISO 13400."),
        (0x10, "Routing successfully activated."), (0x11, "Routing will be activated; confirmation required.")])),
        ReservedIso,
        ReservedOem.Optional());
    static readonly Layout Alive = new(Source);
    static readonly Layout EntityStatus = new(
        P.UInt8("doip.node_type", "Node type", FieldBase.Hex, ValueNames.Of(() => [(0x0, "DoIP gateway"), (0x1, "DoIp node")])),
        P.UInt8("doip.max_sockets", "Max concurrent sockets"),
        P.UInt8("doip.sockets", "Currently open sockets"),
        P.UInt32("doip.max_data_size", "Max data size").Optional());
    static readonly Layout PowerMode = new(P.UInt8("doip.power_mode", "Diagnostic power mode", FieldBase.Hex, ValueNames.Of(() => [(0x0, "not ready"), (0x1, "ready"), (0x2, "not supported")])));
    static readonly Layout Diagnostic = new(Source, Target, P.Bytes("doip.data", "User data").Rest().Optional());
    static readonly Layout DiagnosticAck = new(Source, Target, P.UInt8("doip.diag_ack_code", "ACK code", FieldBase.Hex, ValueNames.Of(() => [(0x0, "ACK")])), Previous.Rest().Optional());
    static readonly Layout DiagnosticNack = new(Source, Target, P.UInt8("doip.diag_nack_code", "NACK code", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "Reserved by ISO 13400"), (0x1, "Reserved by ISO 13400"), (0x2, "Invalid source address"), (0x3, "Unknown target address"),
        (0x4, "Diagnostic message too large"), (0x5, "Out of memory"), (0x6, "Target unreachable"), (0x7, "Unknown network"),
        (0x8, "Transport protocol error")])), Previous.Rest().Optional());

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.U8(0) != (byte)~v.U8(1))
        {
            return 0;
        }

        return Tcp.Pdus(p, v, parent, HeaderLength, static (_, in v, at) => (int)Math.Min(v.U32(at + 4), MaxMessage) + HeaderLength, One, showSize: p.PortKind == PortKind.Tcp);
    }

    static void One(Packet p, in View v, Node parent)
    {
        int version = v.U8(0), type = v.U16(2);
        uint length = v.U32(4);
        p.SetProtocol("DoIP");
        if (version is > 4 and not 0xff)
        {
            p.Info.Set("Invalid/unsupported DoIP version"u8);
        }
        else if (Types.Find((uint)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"0x{type:x4} Unknown Payload");
        }

        if (!p.WantsFields)
        {
            return;
        }

        var tree = p.Open(P, v, parent);
        p.AddRows(p.AddText(tree, v, 0, HeaderLength, "Header"), v, 0, Header);
        if (length > v.ReportedFrom(HeaderLength))
        {
            p.AddExpert(tree, IllegalLength, v, 4, 4);
        }

        p.AddRows(tree, v, HeaderLength, LayoutOf(type, version));
    }

    static Layout LayoutOf(int type, int version) => type switch
    {
        0 => HeaderNack,
        2 => AskEid,
        3 => AskVin,
        4 => Announcement,
        5 => version == 1 ? FirstActivationRequest : ActivationRequest,
        6 => ActivationResponse,
        8 => Alive,
        0x4002 => EntityStatus,
        0x4004 => PowerMode,
        DiagnosticMessage => Diagnostic,
        0x8002 => DiagnosticAck,
        0x8003 => DiagnosticNack,
        _ => Nothing,
    };
}
