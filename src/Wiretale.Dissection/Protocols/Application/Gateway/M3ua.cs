using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

// Specification: RFC 4666 section 3: a header, then parameters of a tag, a length and a value, padded to four bytes.
//
//    0               1               2               3               4
//   +---------------+---------------+---------------+---------------+---------------+----
//   | Version       | Reserved      | Class         | Type          | Length (4)    | parameters
//   +---------------+---------------+---------------+---------------+---------------+----

/// <summary>MTP 3 User Adaptation Layer: signalling system 7 over SCTP.</summary>
public sealed class M3ua() : Dissector("m3ua", "mtp3")
{
    const int HeaderLength = 8, MostNested = 4;

    const int Info = 4, RoutingContext = 6, Diagnostic = 7, Heartbeat = 9, TrafficMode = 11, ErrorTag = 12, Status = 13, AspId = 17, AffectedPoint = 18,
        Correlation = 19, Appearance = 512, UserCause = 516, Congestion = 517, Concerned = 518, RoutingKey = 519, Registration = 520, Deregistration = 521,
        LocalKey = 522, Destination = 523, Services = 524, Origins = 526, Circuits = 527, ProtocolData = 528, Registered = 530, Deregistered = 531;

    static readonly Protocol P = new("MTP 3 User Adaptation Layer", "M3UA", "m3ua");
    static readonly ValueNames Versions = ValueNames.Of(() => [(1, "Release 1")]);
    static readonly ValueNames Classes = ValueNames.Of(() => [
        (0, "Management messages"), (1, "Transfer messages"), (2, "SS7 signalling network management messages"), (3, "ASP state maintenance messages"),
        (4, "ASP traffic maintenance messages"), (9, "Routing key management messages")]);

    /// <summary>By class and type.</summary>
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0x000, "Error (ERR)"), (0x001, "Notify (NTFY)"), (0x101, "Payload data (DATA)"), (0x201, "Destination unavailable (DUNA)"),
        (0x202, "Destination available (DAVA)"), (0x203, "Destination state audit (DAUD)"), (0x204, "SS7 Network congestion state (SCON)"),
        (0x205, "Destination userpart unavailable (DUPU)"), (0x206, "Destination Restricted (DRST)"), (0x301, "ASP up (ASPUP)"), (0x302, "ASP down (ASPDN)"),
        (0x303, "Heartbeat (BEAT)"), (0x304, "ASP up ack (ASPUP_ACK)"), (0x305, "ASP down ack (ASPDN_ACK)"), (0x306, "Heartbeat ack (BEAT_ACK)"),
        (0x401, "ASP active (ASPAC)"), (0x402, "ASP inactive (ASPIA)"), (0x403, "ASP active ack (ASPAC_ACK)"), (0x404, "ASP inactive ack (ASPIA_ACK)"),
        (0x901, "Registration request (REG_REQ)"), (0x902, "Registration response (REG_RSP)"), (0x903, "Deregistration request (DEREG_REQ)"),
        (0x904, "Deregistration response (DEREG_RSP)")]);

    static readonly ValueNames Tags = ValueNames.Of(() => [
        (4, "Info string"), (6, "Routing context"), (7, "Diagnostic Information"), (9, "Heartbeat data"), (11, "Traffic mode type"), (12, "Error code"),
        (13, "Status"), (17, "ASP identifier"), (18, "Affected point code"), (19, "Correlation identifier"), (512, "Network appearance"), (516, "User / cause"),
        (517, "Congestion indications"), (518, "Concerned destination"), (519, "Routing key"), (520, "Registration result"), (521, "Deregistration result"),
        (522, "Local routing key identifier"), (523, "Destination point code"), (524, "Service indicators"), (526, "Originating point code list"),
        (527, "Circuit range"), (528, "Protocol data"), (530, "Registration status"), (531, "Deregistration status")]);

    static readonly ValueNames Modes = ValueNames.Of(() => [(1, "Over-ride"), (2, "Load-share"), (3, "Broadcast")]);
    static readonly ValueNames Errors = ValueNames.Of(() => [
        (1, "Invalid version"), (3, "Unsupported message class"), (4, "Unsupported message type"), (5, "Unsupported traffic handling mode"),
        (6, "Unexpected message"), (7, "Protocol error"), (9, "Invalid stream identifier"), (13, "Refused - management blocking"),
        (14, "ASP identifier required"), (15, "Invalid ASP identifier"), (17, "Invalid parameter value"), (18, "Parameter field error"),
        (19, "Unexpected parameter"), (20, "Destination status unknown"), (21, "Invalid network appearance"), (22, "Missing parameter"),
        (25, "Invalid routing context"), (26, "No configured AS for ASP")]);

    static readonly ValueNames StatusTypes = ValueNames.Of(() => [(1, "Application server state change"), (2, "Other")]);

    /// <summary>By type and information.</summary>
    static readonly ValueNames Statuses = ValueNames.Of(() => [
        (0x10001, "Reserved"), (0x10002, "Application server inactive"), (0x10003, "Application server active"), (0x10004, "Application server pending"),
        (0x20001, "Insufficient ASP resources active in AS"), (0x20002, "Alternate ASP active"), (0x20003, "ASP Failure")]);

    static readonly ValueNames Users = ValueNames.Of(() => [
        (0, "Reserved"), (1, "Reserved"), (2, "Reserved"), (3, "SCCP"), (4, "TUP"), (5, "ISUP"), (6, "Reserved"), (7, "Reserved"), (8, "Reserved"),
        (9, "Broadband ISUP"), (10, "Satellite ISUP"), (11, "Reserved"), (12, "AAL type2 Signaling"), (13, "Bearer Independent Call Control (BICC)"),
        (14, "Gateway Control Protocol"), (15, "Reserved")]);

    static readonly ValueNames Causes = ValueNames.Of(() => [(0, "Unknown"), (1, "Unequipped remote user"), (2, "Inaccessible remote user")]);
    static readonly ValueNames Levels = ValueNames.Of(() => [
        (0, "No congestion or undefined"), (1, "Congestion level 1"), (2, "Congestion level 2"), (3, "Congestion level 3")]);

    static readonly ValueNames ServiceIndicators = ValueNames.Of(() => [
        (0, "SNM"), (1, "MTN"), (2, "MTNS"), (3, "SCCP"), (4, "TUP"), (5, "ISUP"), (6, "DUP (CC)"), (7, "DUP (FAC/CANC)"), (8, "MTP Test"), (9, "ISUP-b"),
        (10, "ISUP-s"), (12, "AAL type 2"), (13, "BICC"), (14, "GCP")]);

    static readonly ValueNames Networks = ValueNames.Of(() => [
        (0, "International network"), (1, "Spare (for international use only)"), (2, "National network"), (3, "Reserved for national use")]);

    static readonly ValueNames RegistrationStatuses = ValueNames.Of(() => [
        (0, "Successfully Registered"), (1, "Error - Unknown"), (2, "Error - Invalid DPC"), (3, "Error - Invalid Network Appearance"),
        (4, "Error - Invalid Routing Key"), (5, "Error - Permission Denied"), (6, "Error - Cannot Support Unique Routing"),
        (7, "Error - Routing Key not Currently Provisioned"), (8, "Error - Insufficient Resources"), (9, "Error - Unsupported RK parameter Field"),
        (10, "Error - Unsupported/Invalid Traffic Handling Mode"), (11, "Error - Routing Key Change Refused"), (12, "Error - Routing Key Already Registered")]);

    static readonly ValueNames DeregistrationStatuses = ValueNames.Of(() => [
        (0, "Successfully Deregistered"), (1, "Error - Unknown"), (2, "Error - Invalid Routing context"), (3, "Error - Permission Denied"),
        (4, "Error - Not registered"), (5, "Error - ASP Currently Active for Routing Context")]);

    static readonly Field VersionField = P.UInt8("m3ua.version", "Version", FieldBase.Dec, Versions);
    static readonly Field Reserved = P.UInt8("m3ua.reserved", "Reserved", FieldBase.Hex);
    static readonly Field MessageClass = P.UInt8("m3ua.message_class", "Message class", FieldBase.Dec, Classes);
    static readonly Field MessageType = P.UInt8("m3ua.message_type", "Message Type");
    static readonly Field MessageLength = P.UInt32("m3ua.message_length", "Message length");
    static readonly Field Tag = P.UInt16("m3ua.parameter_tag", "Parameter Tag", FieldBase.Dec, Tags);
    static readonly Field ParameterLength = P.UInt16("m3ua.parameter_length", "Parameter length");
    static readonly Field Value = P.Bytes("m3ua.parameter_value", "Parameter value");
    static readonly Field Padding = P.Bytes("m3ua.parameter_padding", "Padding");
    static readonly Field InfoString = P.String("m3ua.info_string", "Info string");
    static readonly Field Context = P.UInt32("m3ua.routing_context", "Routing context");
    static readonly Field DiagnosticData = P.Bytes("m3ua.diagnostic_information", "Diagnostic information");
    static readonly Field HeartbeatData = P.Bytes("m3ua.heartbeat_data", "Heartbeat data");
    static readonly Field Mode = P.UInt32("m3ua.traffic_mode_type", "Traffic mode Type", FieldBase.Dec, Modes);
    static readonly Field ErrorCode = P.UInt32("m3ua.error_code", "Error code", FieldBase.Dec, Errors);
    static readonly Field StatusType = P.UInt16("m3ua.status_type", "Status type", FieldBase.Dec, StatusTypes);
    static readonly Field StatusInfo = P.UInt16("m3ua.status_info", "Status info");
    static readonly Field AspIdentifier = P.UInt32("m3ua.asp_identifier", "ASP identifier");
    static readonly Field AffectedMask = P.UInt8("m3ua.affected_point_code_mask", "Mask");
    static readonly Field AffectedCode = P.UInt24("m3ua.affected_point_code_pc", "Affected point code");
    static readonly Field CorrelationId = P.UInt32("m3ua.correlation_identifier", "Correlation Identifier");
    static readonly Field NetworkAppearance = P.UInt32("m3ua.network_appearance", "Network appearance");
    static readonly Field Cause = P.UInt16("m3ua.unavailability_cause", "Unavailability cause", FieldBase.Dec, Causes);
    static readonly Field User = P.UInt16("m3ua.user_identity", "User Identity", FieldBase.Dec, Users);
    static readonly Field CongestionReserved = P.Bytes("m3ua.congestion_reserved", "Reserved");
    static readonly Field CongestionLevel = P.UInt8("m3ua.congestion_level", "Congestion level", FieldBase.Dec, Levels);
    static readonly Field ConcernedReserved = P.Bytes("m3ua.concerned_reserved", "Reserved");
    static readonly Field ConcernedCode = P.UInt24("m3ua.concerned_dpc", "Concerned DPC");
    static readonly Field LocalKeyId = P.UInt32("m3ua.local_rk_identifier", "Local routing key identifier");
    static readonly Field DestinationMask = P.UInt8("m3ua.dpc_mask", "Mask");
    static readonly Field DestinationCode = P.UInt24("m3ua.dpc_pc", "Destination point code");
    static readonly Field Service = P.UInt8("m3ua.si", "Service indicator", FieldBase.Dec, Users);
    static readonly Field OriginMask = P.UInt8("m3ua.opc_list_mask", "Mask");
    static readonly Field OriginCode = P.UInt24("m3ua.opc_list_pc", "Originating point code");
    static readonly Layout Circuit = new(
        P.UInt8("m3ua.cic_range_mask", "Mask"), P.UInt24("m3ua.cic_range_pc", "Originating point code"),
        P.UInt16("m3ua.cic_range_lower", "Lower CIC value"), P.UInt16("m3ua.cic_range_upper", "Upper CIC value"));

    static readonly Field RegistrationStatus = P.UInt32("m3ua.registration_status", "Registration status", FieldBase.Dec, RegistrationStatuses);
    static readonly Field DeregistrationStatus = P.UInt32("m3ua.deregistration_status", "Deregistration status", FieldBase.Dec, DeregistrationStatuses);
    static readonly Field DataOrigin = P.UInt32("m3ua.protocol_data_opc", "OPC");
    static readonly Field DataDestination = P.UInt32("m3ua.protocol_data_dpc", "DPC");
    static readonly Field DataService = P.UInt8("m3ua.protocol_data_si", "SI", FieldBase.Dec, ServiceIndicators);
    static readonly Field DataNetwork = P.UInt8("m3ua.protocol_data_ni", "NI", FieldBase.Dec, Networks);
    static readonly Field DataPriority = P.UInt8("m3ua.protocol_data_mp", "MP");
    static readonly Field DataLink = P.UInt8("m3ua.protocol_data_sls", "SLS");
    static readonly Field LayerOrigin = P.UInt32("mtp3.opc", "OPC");
    static readonly Field LayerDestination = P.UInt32("mtp3.dpc", "DPC");
    static readonly Field LayerCode = P.UInt32("mtp3.pc", "PC");
    static readonly Field LayerNetwork = P.UInt8("mtp3.ni", "NI");
    static readonly Field LayerLink = P.UInt8("mtp3.sls", "SLS");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Sctp.Payloads, 3);
        claims.Numbers(Sctp.Ports, 2905);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("M3UA (RFC 4666)");
        var tree = p.Open(P, v, parent);
        v.Ensure(0, HeaderLength);
        int kind = v.U16(2);
        string name = Types.FindOr((ulong)kind, "reserved");
        int opening = name.IndexOf('(', StringComparison.Ordinal);
        p.Info.Set($"{(opening < 0 ? name : name[(opening + 1)..^1])} ");
        p.Info.Fence();
        p.AddAll(tree, v, 0, VersionField, Reserved, MessageClass);
        p.Label(p.Add(tree, MessageType, v, 3), $"Message Type: {name} ({v.U8(3)})");
        p.Add(tree, MessageLength, v, 4);
        Parameters(p, v.From(HeaderLength), tree, parent, 0);
        return v.Reported;
    }

    static void Parameters(Packet p, in View v, Node tree, Node parent, int depth)
    {
        for (int at = 0; at < v.Reported;)
        {
            int tag = v.U16(at), length = v.U16(at + 2);
            int padded = Math.Min((length + 3) & ~3, v.ReportedFrom(at));
            var branch = p.AddText(tree, v, at, Math.Min(padded, v.CapturedFrom(at)), Tags.FindOr((ulong)tag, "Unknown parameter")).Or(tree);
            p.Add(branch, Tag, v, at);
            p.Add(branch, ParameterLength, v, at + 2);
            if (length < 4)
            {
                throw new BoundsException(ShortReason.Malformed, at, length, v.CapturedFrom(at));
            }

            if (length > v.ReportedFrom(at))
            {
                throw new BoundsException(ShortReason.Contained, at, length, v.CapturedFrom(at));
            }

            One(p, v.Part(at + 4, length - 4), branch, parent, tag, depth);
            if (padded > length)
            {
                p.Add(branch, Padding, v, at + length, padded - length);
            }

            at += padded;
        }
    }

    static void One(Packet p, in View v, Node branch, Node parent, int tag, int depth)
    {
        int length = v.Reported;
        switch (tag)
        {
            case Info:
                p.AddString(branch, InfoString, v, 0, length, TextEncoding.Utf8);
                p.AppendLabel(branch, $" ({HttpText.Formatted(p, v.Span(0, length))})");
                break;
            case RoutingContext:
                Each(p, v, branch, 4, Context);
                p.AppendLabel(branch, $" ({length / 4} context{(length / 4 == 1 ? "" : "s")})");
                break;
            case Diagnostic or Heartbeat:
                p.Add(branch, tag == Diagnostic ? DiagnosticData : HeartbeatData, v, 0, length);
                p.AppendLabel(branch, $" ({length} bytes)");
                break;
            case TrafficMode:
                Number(p, v, branch, Mode, Modes);
                break;
            case ErrorTag:
                Number(p, v, branch, ErrorCode, Errors);
                break;
            case Registered:
                Number(p, v, branch, RegistrationStatus, RegistrationStatuses);
                break;
            case Deregistered:
                Number(p, v, branch, DeregistrationStatus, DeregistrationStatuses);
                break;
            case Status:
                string? said = Statuses.Find(v.U32(0));
                p.Add(branch, StatusType, v, 0);
                p.Label(p.Add(branch, StatusInfo, v, 2), $"Status info: {said ?? "unknown"} ({v.U16(2)})");
                p.AppendLabel(branch, $" ({said ?? "unknown status information"})");
                break;
            case AspId or Correlation or Appearance or LocalKey:
                p.Add(branch, tag switch { AspId => AspIdentifier, Correlation => CorrelationId, Appearance => NetworkAppearance, _ => LocalKeyId }, v, 0);
                p.AppendLabel(branch, $" ({v.U32(0)})");
                break;
            case AffectedPoint:
                Each(p, v, branch, 4, AffectedMask, AffectedCode);
                p.AppendLabel(branch, $" ({length / 4} destination{(length / 4 == 1 ? "" : "s")})");
                break;
            case UserCause:
                p.AddAll(branch, v, 0, Cause, User);
                p.AppendLabel(branch, $" ({Users.FindOr(v.U16(2), "Unknown")}: {Causes.FindOr(v.U16(0), "unknown")})");
                break;
            case Congestion:
                p.Add(branch, CongestionReserved, v, 0, 3);
                p.Add(branch, CongestionLevel, v, 3);
                p.AppendLabel(branch, $" ({Levels.FindOr(v.U8(3), "unknown")})");
                break;
            case Concerned:
                p.Add(branch, ConcernedReserved, v, 0, 1);
                p.Add(branch, ConcernedCode, v, 1);
                p.AppendLabel(branch, $" ({v.U24(1)})");
                break;
            case RoutingKey or Registration or Deregistration when depth < MostNested:
                Parameters(p, v, branch, parent, depth + 1);
                break;
            case Destination:
                p.AddAll(branch, v, 0, DestinationMask, DestinationCode);
                p.AppendLabel(branch, $" ({v.U24(1)})");
                break;
            case Services:
                Each(p, v, branch, 1, Service);
                p.AppendLabel(branch, $" ({length} indicator{(length == 1 ? "" : "s")})");
                break;
            case Origins:
                Each(p, v, branch, 4, OriginMask, OriginCode);
                p.AppendLabel(branch, $" ({length / 4} point code{(length / 4 == 1 ? "" : "s")})");
                break;
            case Circuits:
                for (int at = 0; at + 8 <= length; at += 8)
                {
                    p.AddRows(p.AddText(branch, v, at, 8, $"CIC range ({v.U24(at + 1)}: {v.U16(at + 4)}-{v.U16(at + 6)})").Or(branch), v, at, Circuit);
                }

                p.AppendLabel(branch, $" ({length / 8} range{(length / 8 == 1 ? "" : "s")})");
                break;
            case ProtocolData:
                Transfer(p, v, branch, parent);
                break;
            default:
                p.AppendLabel(branch, $" (tag {tag} and {length} bytes value)");
                if (length > 0)
                {
                    p.Add(branch, Value, v, 0, length);
                }

                break;
        }
    }

    static void Number(Packet p, in View v, Node branch, Field field, ValueNames names)
    {
        p.Add(branch, field, v, 0);
        p.AppendLabel(branch, $" ({names.FindOr(v.U32(0), "unknown")})");
    }

    static void Each(Packet p, in View v, Node branch, int size, params ReadOnlySpan<Field> fields)
    {
        for (int at = 0; at + size <= v.Reported; at += size)
        {
            p.AddAll(branch, v, at, fields);
        }
    }

    /// <summary>RFC 4666 section 3.3.1: what MTP 3 would have carried.</summary>
    static void Transfer(Packet p, in View v, Node branch, Node parent)
    {
        const int Label = 12;
        v.Ensure(0, Label);
        int length = v.Reported - Label;
        p.AppendLabel(branch, $" (SS7 message of {length} byte{(length == 1 ? "" : "s")})");
        p.AddAll(branch, v, 0, DataOrigin, DataDestination, DataService, DataNetwork, DataPriority, DataLink);
        var same = p.AddText(branch, v, 0, 0, "MTP3 equivalents").Or(branch);
        p.Generated(same);
        p.Generated(p.AddUInt(same, LayerOrigin, v, 0, 0, v.U32(0)));
        p.Generated(p.AddUInt(same, LayerDestination, v, 0, 0, v.U32(4)));
        p.Generated(p.AddUInt(same, LayerCode, v, 0, 0, v.U32(0)));
        p.Generated(p.AddUInt(same, LayerCode, v, 0, 0, v.U32(4)));
        p.Generated(p.AddUInt(same, LayerNetwork, v, 0, 0, v.U8(9)));
        p.Generated(p.AddUInt(same, LayerLink, v, 0, 0, v.U8(11)));
        if (length > 0)
        {
            p.CallData(v.From(Label), parent);
        }
    }
}
