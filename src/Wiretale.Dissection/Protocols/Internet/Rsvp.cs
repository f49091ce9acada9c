using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 2205 (messages and objects), RFC 3209 (tunnels), RFC 2961 (message identifiers), RFC 3473 (hello, restart), RFC 2747. IP protocol 46.
//
//    0               1               2               3
//   +-------+-------+---------------+-------------------------------+
//   | Ver   | Flags | Message type  | Checksum                      |
//   +-------+-------+---------------+-------------------------------+
//   | Sending TTL   | Reserved      | Length (with this header)     |  then objects:
//   +---------------+---------------+-------------------------------+
//   | Length (with this head)       | Class         | C-Type        |
//   +---------------+---------------+---------------+---------------+

/// <summary>Resource Reservation Protocol.</summary>
public sealed class Rsvp() : Dissector("rsvp")
{
    const int HeaderLength = 8, ObjectHead = 4, MostObjects = 1000;
    const int Session = 1, Hop = 3, TimeValues = 5, ErrorObject = 6, Style = 8, FilterSpec = 10, SenderTemplate = 11, Label = 16, LabelRequest = 19, ExplicitRoute = 20,
        HelloObject = 22, MessageId = 23, MessageIdAck = 24, Restart = 131, FastReroute = 205, SessionAttribute = 207;

    const int Udp4 = 1, Tunnel4 = 7, BasicLabels = 1, Strict = 0x80, Hop4 = 1, HopLabel = 3;

    static readonly Protocol P = new("Resource ReserVation Protocol (RSVP)", "RSVP", "rsvp");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "PATH Message. "), (2, "RESV Message. "), (3, "PATH ERROR Message. "), (4, "RESV ERROR Message. "),
        (5, "PATH TEAR Message. "), (6, "RESV TEAR Message. "), (7, "CONFIRM Message. "), (10, "RESV TEAR CONFIRM Message. "), (12, "BUNDLE Message. "),
        (13, "ACK Message. "), (15, "SREFRESH Message. "), (20, "HELLO Message. "), (21, "NOTIFY Message. ")]);

    static readonly ValueNames Classes = ValueNames.Of(() => [
        (0, "NULL object"), (1, "SESSION object"), (3, "HOP object"), (4, "INTEGRITY object"), (5, "TIME VALUES object"), (6, "ERROR object"), (7, "SCOPE object"),
        (8, "STYLE object"), (9, "FLOWSPEC object"), (10, "FILTER SPEC object"), (11, "SENDER TEMPLATE object"), (12, "SENDER TSPEC object"), (13, "ADSPEC object"),
        (14, "POLICY object"), (15, "CONFIRM object"), (16, "LABEL object"), (17, "HOP_COUNT object"), (18, "STRICT_SOURCE_ROUTE object"), (19, "LABEL REQUEST object"),
        (20, "EXPLICIT ROUTE object"), (21, "RECORD ROUTE object"), (22, "HELLO object"), (23, "MESSAGE-ID object"), (24, "MESSAGE-ID ACK/NACK object"),
        (25, "MESSAGE-ID LIST object"), (34, "RECOVERY-LABEL object"), (35, "UPSTREAM-LABEL object"), (36, "LABEL-SET object"), (37, "PROTECTION object"),
        (50, "S2L_SUB_LSP object"), (63, "DETOUR object"), (65, "DIFFSERV object"), (66, "CLASSTYPE object"), (67, "LSP REQUIRED ATTRIBUTES object"),
        (129, "SUGGESTED-LABEL object"), (130, "ACCEPTABLE-LABEL-SET object"), (131, "RESTART-CAPABILITY object"), (133, "LINK-CAPABILITY object"),
        (193, "LSP-TUNNEL INTERFACE-ID object"), (195, "NOTIFY-REQUEST object"), (196, "ADMIN-STATUS object"), (197, "LSP ATTRIBUTES object"), (199, "ASSOCIATION object"),
        (202, "CALL ATTRIBUTES object"), (204, "Juniper properties object"), (205, "FAST-REROUTE object"), (207, "SESSION ATTRIBUTE object"), (225, "DCLASS object"),
        (229, "GENERALIZED-UNI object"), (230, "CALL-ID object"), (231, "3GPP2 object"), (232, "EXCLUDE ROUTE object")]);

    static readonly ValueNames Errors = ValueNames.Of(() => [(0, "Confirmation"), (1, "Admission Control Failure "), (2, "Policy Control Failure"), (3, "No PATH information for this RESV message"),
        (4, "No sender information for this RESV message"), (5, "Conflicting reservation style"), (6, "Unknown reservation style"), (7, "Conflicting destination ports"),
        (8, "Conflicting source ports"), (12, "Service preempted"), (13, "Unknown object class"), (14, "Unknown object C-type"), (21, "Traffic Control Error"),
        (22, "Traffic Control System Error"), (23, "RSVP System Error"), (24, "Routing Error"), (25, "RSVP Notify Error")]);

    static readonly ValueNames Styles = ValueNames.Of(() => [(17, "Wildcard Filter"), (10, "Fixed Filter"), (18, "Shared-Explicit")]);

    static readonly ValueNames Desire = ValueNames.Flag("Desired", "Not Desired");

    static readonly Field Version = P.UInt8("rsvp.version", "RSVP Version", mask: 0xf0);
    static readonly Field Flags = P.UInt8("rsvp.flags", "Flags", FieldBase.Hex, mask: 0x0f);
    static readonly Field Type = P.UInt8("rsvp.msg", "Message Type", FieldBase.Dec, Types);
    static readonly Field Checksum = P.UInt16("rsvp.message_checksum", "Message Checksum", FieldBase.Hex);
    static readonly Layout HeaderEnd = new(P.UInt8("rsvp.sending_ttl", "Sending TTL"), Row.Skip(1), P.UInt16("rsvp.message_length", "Message length"));
    static readonly Field ObjectLength = P.UInt16("rsvp.length", "Length");
    static readonly Field ObjectClass = P.UInt8("rsvp.object", "Object class", FieldBase.Dec, Classes);
    static readonly Field UnknownObject = P.Label("rsvp.obj_unknown", "Unknown object");
    static readonly Field UnknownType = P.UInt32("rsvp.ctype.unknown", "C-type");
    static readonly Field UnknownData = P.Bytes("rsvp.unknown.data", "Data");
    static readonly Expert InvalidLength = P.Expert("rsvp.invalid_length", Severity.Error, ExpertGroup.Malformed, "Invalid length");

    static readonly Field SessionObject = P.Label("rsvp.session", "SESSION");
    static readonly Field SessionType = P.UInt32("rsvp.ctype.session", "C-type", FieldBase.Dec, ValueNames.Of(() => [(1, "IPv4"), (7, "IPv4-LSP")]));
    static readonly Field SessionIp = P.IPv4("rsvp.session.ip", "Destination address");
    static readonly Layout FlowSession = new(SessionIp, P.UInt8("rsvp.session.proto", "Protocol"), P.UInt8("rsvp.session.flags", "Flags", FieldBase.Hex), P.UInt16("rsvp.session.port", "Port number"));
    static readonly Layout TunnelSession = new(
        SessionIp, P.UInt16("rsvp.session.short_call_id", "Short Call ID"), P.UInt16("rsvp.session.tunnel_id", "Tunnel ID"),
        P.UInt32("rsvp.session.ext_tunnel_id", "Extended tunnel ID").Then(static (p, node, in v, at, value) => p.Label(node, $"Extended Tunnel ID: {value} ({Address.IPv4((uint)value)})")));

    static readonly Field HopObject = P.Label("rsvp.hop", "HOP");
    static readonly Field HopType = P.UInt32("rsvp.ctype.hop", "C-Type", FieldBase.Dec, ValueNames.Of(() => [(1, "IPv4"), (2, "IPv6")]));
    static readonly Layout HopRows = new(P.IPv4("rsvp.hop.neighbor_address_ipv4", "Neighbor address"), P.UInt32("rsvp.hop.logical_interface", "Logical interface"));
    static readonly Field TimeObject = P.Label("rsvp.time", "TIME VALUES");
    static readonly Field TimeType = P.UInt32("rsvp.ctype.time_values", "C-Type", FieldBase.Dec, ValueNames.Of(() => [(1, "Time Values")]));
    static readonly Layout TimeRows = new(P.UInt32("rsvp.refresh_interval", "Refresh interval").Then(static (p, node, in v, at, value) =>
        p.Label(node, $"Refresh interval: {value} ms ({value / 1000} seconds)")));

    static readonly Field ErrorBranch = P.Label("rsvp.error", "ERROR");
    static readonly Field ErrorType = P.UInt32("rsvp.ctype.error", "C-Type", FieldBase.Dec, ValueNames.Of(() => [(1, "IPv4"), (2, "IPv6")]));
    static readonly Layout ErrorRows = new(
        P.IPv4("rsvp.error.error_node_ipv4", "Error node"), P.UInt8("rsvp.error_flags", "Flags", FieldBase.Hex), P.UInt8("rsvp.error.error_code", "Error code", FieldBase.Dec, Errors),
        P.UInt16("rsvp.error_value", "Error value"));

    static readonly Field StyleObject = P.Label("rsvp.style", "STYLE");
    static readonly Field StyleType = P.UInt32("rsvp.ctype.style", "C-Type", FieldBase.Dec, ValueNames.Of(() => [(1, "Style")]));
    static readonly Layout StyleRows = new(P.UInt8("rsvp.style.flags", "Flags", FieldBase.Hex), P.UInt24("rsvp.style.style", "Style", FieldBase.Hex, Styles));
    static readonly Field SenderObject = P.Label("rsvp.sender", "SENDER TEMPLATE");
    static readonly Field FilterObject = P.Label("rsvp.filter", "FILTERSPEC");
    static readonly Field SenderType = P.UInt32("rsvp.ctype.template", "C-Type", FieldBase.Dec, ValueNames.Of(() => [(1, "IPv4"), (2, "IPv6"), (7, "IPv4 LSP")]));
    static readonly Field SenderIp = P.IPv4("rsvp.sender.ip", "Sender IPv4 address");
    static readonly Field SenderCall = P.UInt16("rsvp.sender.short_call_id", "Short Call ID");
    static readonly Field SenderPath = P.UInt16("rsvp.sender.lsp_id", "LSP ID");
    static readonly Field SenderPort = P.UInt16("rsvp.sender.port", "Sender port number");
    static readonly Field LabelObject = P.Label("rsvp.label", "LABEL");
    static readonly Field LabelType = P.UInt32("rsvp.ctype.label", "C-type", FieldBase.Dec, ValueNames.Of(() => [(1, "Packet Label"), (2, "Generalized Label")]));
    static readonly Layout LabelRows = new(P.UInt32("rsvp.label.label", "Label"));
    static readonly Field RequestObject = P.Label("rsvp.label_request", "LABEL REQUEST");
    static readonly Field RequestType = P.UInt32("rsvp.ctype.label_request", "C-Type", FieldBase.Dec, ValueNames.Of(() => [(4, "Generalized Label Request")]));
    static readonly Layout RequestRows = new(Row.Skip(2), P.UInt16("rsvp.label_request.l3pid", "L3PID", FieldBase.Hex, ValueNames.Of(() => [(0x0800, "IPv4"), (0x86dd, "IPv6")])));
    static readonly Field RouteObject = P.Label("rsvp.explicit_route", "EXPLICIT ROUTE");
    static readonly Field RouteType = P.UInt32("rsvp.ctype.explicit_route", "C-Type");
    static readonly Field Loose = P.Flag("rsvp.loose_hop", "Hop", 8, Strict, ValueNames.Flag("Loose Hop", "Strict Hop"));
    static readonly Field HopKind = P.UInt16("rsvp.type", "Type");
    static readonly Field HopLength = P.UInt8("rsvp.ero_rro_subobjects.length", "Length");
    static readonly Field HopIp = P.IPv4("rsvp.ero_rro_subobjects.ipv4_hop", "IPv4 hop");
    static readonly Field HopPrefix = P.UInt8("rsvp.ero_rro_subobjects.prefix_length", "Prefix length");
    static readonly Field HopLabelType = P.UInt32("rsvp.ctype", "C-type");
    static readonly Field HopLabelValue = P.UInt32("rsvp.ero_rro_subobjects.label", "Label");
    static readonly Field HelloBranch = P.Label("rsvp.hello_obj", "HELLO Request/Ack");
    static readonly Field HelloType = P.UInt32("rsvp.ctype.hello", "C-Type");
    static readonly Layout HelloRows = new(P.UInt32("rsvp.hello.source_instance", "Source Instance", FieldBase.Hex), P.UInt32("rsvp.hello.destination_instance", "Destination Instance", FieldBase.Hex));
    static readonly Field IdObject = P.Label("rsvp.msgid", "MESSAGE-ID");
    static readonly Field IdType = P.UInt32("rsvp.ctype.message_id", "C-Type");
    static readonly Layout IdRows = new(P.UInt8("rsvp.message_id.flags", "Flags"), P.UInt24("rsvp.message_id.epoch", "Epoch"), P.UInt32("rsvp.message_id.message_id", "Message-ID"));
    static readonly Field AckObject = P.Label("rsvp.msgid_ack", "MESSAGE-ID ACK");
    static readonly Field AckType = P.UInt32("rsvp.ctype.message_id_ack", "C-Type");
    static readonly Layout AckRows = new(P.UInt8("rsvp.message_id_ack.flags", "Flags"), P.UInt24("rsvp.message_id_ack.epoch", "Epoch"), P.UInt32("rsvp.message_id_ack.message_id", "Message-ID"));
    static readonly Field RestartObject = P.Label("rsvp.restart", "RESTART CAPABILITY");
    static readonly Field RestartType = P.UInt32("rsvp.ctype.restart_cap", "C-type");
    static readonly Layout RestartRows = new(
        P.UInt32("rsvp.restart_cap.restart_time", "Restart Time").Then(static (p, node, in v, at, value) => p.AppendLabel(node, "ms")),
        P.UInt32("rsvp.restart_cap.recovery_time", "Recovery Time").Then(static (p, node, in v, at, value) => p.AppendLabel(node, "ms")));

    static readonly Field AttributeObject = P.Label("rsvp.session_attribute", "SESSION ATTRIBUTE");
    static readonly Field AttributeType = P.UInt32("rsvp.ctype.attribute", "C-Type", FieldBase.Dec, ValueNames.Of(() => [(7, "IPv4 LSP Resource Affinities")]));
    static readonly Field NameLength = P.UInt8("rsvp.session_attribute.name_length", "Name length");
    static readonly Layout AttributeRows = new(
        P.UInt8("rsvp.session_attribute.setup_priority", "Setup priority"), P.UInt8("rsvp.session_attribute.hold_priority", "Hold priority"),
        P.UInt8("rsvp.session_attribute.flags", "Flags", FieldBase.Hex).Bits(
            P.Flag("rsvp.flags_local", "Local protection", 8, 0x1, Desire), P.Flag("rsvp.flags_label", "Label recording", 8, 0x2, Desire), P.Flag("rsvp.flags_se_style", "SE style", 8, 0x4, Desire),
            P.Flag("rsvp.flags_bandwidth", "Bandwidth protection", 8, 0x8, Desire), P.Flag("rsvp.flags_node", "Node protection", 8, 0x10, Desire)),
        NameLength, P.String("rsvp.session_attribute.name", "Name").Counted(NameLength));

    static readonly Field RerouteObject = P.Label("rsvp.fast_reroute", "FAST_REROUTE");
    static readonly Field RerouteType = P.UInt32("rsvp.ctype.fast_reroute", "C-type");
    static readonly Layout RerouteRows = new(P.Bytes("rsvp.fast_reroute.data", "Data").Rest());

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Rsvp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int type = v.U8(1), length = v.U16(6);
        string? name = Types.Find((ulong)type);
        p.SetProtocol("RSVP");
        var about = p.Scratch;
        about.Clear();
        if (name is null)
        {
            about.Append($"Unknown ({type}). ");
        }
        else
        {
            about.Append(name);
        }

        AppendEnds(about, v, length);
        p.Info.Set(about.Bytes);
        var tree = p.Open(P, v, parent, 0, Math.Min(length, v.Captured));
        p.Label(tree, $"Resource ReserVation Protocol (RSVP): {about.Bytes}");
        var header = name is null ? p.AddText(tree, v, 0, HeaderLength, $"RSVP Header. Unknown Message ({type}). ") : p.AddText(tree, v, 0, HeaderLength, $"RSVP Header. {name}");
        p.Add(header, Version, v, 0);
        p.Add(header, Flags, v, 0);
        p.Add(header, Type, v, 1);
        AddChecksum(p, v, header, length);
        p.AddRows(header, v, 4, HeaderEnd);
        int at = HeaderLength;
        for (int i = 0; at < length && i < MostObjects; i++)
        {
            int next = AddObject(p, v, tree, at);
            if (next < 0)
            {
                break;
            }

            at = next;
        }

        return v.Reported;
    }

    /// <summary>Whose reservation a message is about: its session, and the sender or filter.</summary>
    static void AppendEnds(Utf8Text text, in View v, int length)
    {
        int sender = -1;
        for (int at = HeaderLength, i = 0; at + ObjectHead <= Math.Min(length, v.Captured) && i < MostObjects; i++)
        {
            int size = v.U16(at);
            if (size < ObjectHead || !v.Has(at, size))
            {
                break;
            }

            if (v.U8(at + 2) == Session)
            {
                text.Append("SESSION: "u8);
                AppendSession(text, v, at, size);
            }
            else if (v.U8(at + 2) is FilterSpec or SenderTemplate)
            {
                sender = at;
            }

            at += size;
        }

        if (sender >= 0)
        {
            text.Append(v.U8(sender + 2) == FilterSpec ? "FILTERSPEC: "u8 : "SENDER TEMPLATE: "u8);
            AppendSender(text, v, sender, v.U16(sender));
        }
    }

    static void AppendSession(Utf8Text text, in View v, int at, int size)
    {
        int value = at + ObjectHead;
        if (v.U8(at + 3) == Tunnel4 && size >= 16)
        {
            text.Append($"IPv4-LSP, Destination {Address.IPv4(v.U32(value))}, Short Call ID {v.U16(value + 4)}, Tunnel ID {v.U16(value + 6)}, Ext ID {v.U32(value + 8):x}. ");
        }
        else if (v.U8(at + 3) == Udp4 && size >= 12)
        {
            text.Append($"IPv4, Destination {Address.IPv4(v.U32(value))}, Protocol {v.U8(value + 4)}, Port {v.U16(value + 6)}. ");
        }
    }

    static void AppendSender(Utf8Text text, in View v, int at, int size)
    {
        int value = at + ObjectHead;
        if (v.U8(at + 3) == Tunnel4 && size >= 12)
        {
            text.Append($"IPv4-LSP, Tunnel Source: {Address.IPv4(v.U32(value))}, Short Call ID: {v.U16(value + 4)}, LSP ID: {v.U16(value + 6)}. ");
        }
        else if (v.U8(at + 3) == Udp4 && size >= 12)
        {
            text.Append($"IPv4, Sender {Address.IPv4(v.U32(value))}, Port {v.U16(value + 6)}. ");
        }
    }

    /// <returns>Where the next object begins, or -1 where none can be told.</returns>
    static int AddObject(Packet p, in View v, Node tree, int at)
    {
        int size = v.U16(at), kind = v.U8(at + 2), type = v.U8(at + 3), value = at + ObjectHead;
        var (branch, typeField, rows, least) = kind switch
        {
            Session => (SessionObject, SessionType, type == Tunnel4 ? TunnelSession : type == Udp4 ? FlowSession : null, type == Udp4 ? 8 : 12),
            Hop => (HopObject, HopType, type == 1 ? HopRows : null, 8),
            TimeValues => (TimeObject, TimeType, TimeRows, 4),
            ErrorObject => (ErrorBranch, ErrorType, type == 1 ? ErrorRows : null, 8),
            Style => (StyleObject, StyleType, StyleRows, 4),
            Label => (LabelObject, LabelType, type == BasicLabels ? LabelRows : null, 4),
            LabelRequest => (RequestObject, RequestType, type == BasicLabels ? RequestRows : null, 4),
            HelloObject => (HelloBranch, HelloType, HelloRows, 8),
            MessageId => (IdObject, IdType, IdRows, 8),
            MessageIdAck => (AckObject, AckType, AckRows, 8),
            Restart => (RestartObject, RestartType, RestartRows, 8),
            SessionAttribute => (AttributeObject, AttributeType, type == Tunnel4 ? AttributeRows : null, 4),
            FastReroute => (RerouteObject, RerouteType, RerouteRows, 0),
            SenderTemplate => (SenderObject, SenderType, null, 0),
            FilterSpec => (FilterObject, SenderType, null, 0),
            ExplicitRoute => (RouteObject, RouteType, null, 0),
            _ => (UnknownObject, UnknownType, (Layout?)null, 0),
        };
        var node = p.AddUInt(tree, branch, v, at, Math.Min(size, v.CapturedFrom(at)), 0);
        var length = p.Add(node, ObjectLength, v, at);
        if (size < ObjectHead)
        {
            p.Expert(length, InvalidLength, v, at, 2, $"Length: {size} (bogus, must be >= 4)");
            return -1;
        }

        p.Add(node, ObjectClass, v, at + 2);
        p.Add(node, typeField, v, at + 3, 1);
        var part = v.Part(value, size - ObjectHead);
        if (kind is SenderTemplate or FilterSpec && type is Tunnel4 or Udp4 && part.Reported >= 8)
        {
            p.Add(node, SenderIp, v, value);
            if (kind == SenderTemplate && type == Tunnel4)
            {
                p.Add(node, SenderCall, v, value + 4);
            }

            p.Add(node, type == Tunnel4 ? SenderPath : SenderPort, v, value + 6);
        }
        else if (kind == ExplicitRoute && type == 1)
        {
            AddRoute(p, v, node, value, at + size);
        }
        else if (rows is not null && (part.Reported >= least || part.Captured < part.Reported))
        {
            p.AddRows(node, part, 0, rows);
        }
        else
        {
            p.Add(node, UnknownData, part, 0, part.Reported);
        }

        Summarize(p, v, node, at, size, kind, type);
        return at + size;
    }

    static void Summarize(Packet p, in View v, Node node, int at, int size, int kind, int type)
    {
        int value = at + ObjectHead;
        p.Scratch.Clear();
        switch (kind)
        {
            case Session:
                AppendSession(p.Scratch, v, at, size);
                p.AppendLabel(node, $": {p.Scratch.Bytes}");
                break;
            case SenderTemplate or FilterSpec:
                AppendSender(p.Scratch, v, at, size);
                p.AppendLabel(node, $": {p.Scratch.Bytes}");
                break;
            case Hop when type == 1 && size >= 12:
                p.AppendLabel(node, $": IPv4, {Address.IPv4(v.U32(value))}");
                break;
            case TimeValues when size >= 8:
                p.AppendLabel(node, $": {v.U32(value)} ms");
                break;
            case ErrorObject when type == 1 && size >= 12:
                p.AppendLabel(node, $": IPv4, Error code: {Errors.FindOr(v.U8(value + 5), "Unknown")}, Value: {v.U16(value + 6)}, Error Node: {Address.IPv4(v.U32(value))}");
                break;
            case Style when size >= 8:
                p.AppendLabel(node, $": {Styles.FindOr(v.U24(value + 1), "Unknown")} ({v.U24(value + 1)})");
                break;
            case Label when type == BasicLabels && size >= 8:
                p.AppendLabel(node, $": {v.U32(value)}");
                break;
            case LabelRequest when type == BasicLabels && size >= 8:
                p.AppendLabel(node, $": Basic: L3PID: {(v.U16(value + 2) == 0x0800 ? "IPv4" : v.U16(value + 2) == 0x86dd ? "IPv6" : "Unknown")} (0x{v.U16(value + 2):x4})");
                break;
            case HelloObject when size >= 12:
                p.AppendLabel(node, $": {(type == 1 ? "REQUEST" : type == 2 ? "ACK" : "UNKNOWN")}. Src Instance: 0x{v.U32(value):x}. Dest Instance: 0x{v.U32(value + 4):x}. ");
                break;
            case MessageId or MessageIdAck when size >= 12:
                p.AppendLabel(node, $": {v.U32(value + 4)}");
                break;
            case Restart when size >= 12:
                p.AppendLabel(node, $": Restart Time: {v.U32(value)} ms. Recovery Time: {v.U32(value + 4)} ms.");
                break;
            case SessionAttribute when type == Tunnel4 && size >= 8:
                p.AppendLabel(node, $": SetupPrio {v.U8(value)}, HoldPrio {v.U8(value + 1)}, ");
                if (v.U8(value + 3) is var name && name > 0 && v.Has(value + 4, name))
                {
                    p.AppendLabel(node, $" [{v.Span(value + 4, name)}]");
                }

                break;
            case FastReroute:
                p.AppendLabel(node, ": ");
                break;
        }
    }

    static void AddRoute(Packet p, in View v, Node node, int at, int end)
    {
        p.AppendLabel(node, ": ");
        for (int i = 0; at < end && i < MostObjects; i++)
        {
            int head = v.U8(at), kind = head & 0x7f, size = v.U8(at + 1);
            bool isLoose = (head & Strict) != 0;
            string how = isLoose ? "Loose" : "Strict";
            p.AppendLabel(node, i > 0 ? ", " : "");
            if (kind is not (Hop4 or HopLabel))
            {
                p.AppendLabel(node, $"Unknown Subobject [{kind}]");
                p.AddText(node, v, at, size, $"Unknown subobject - {kind}");
            }
            else if (kind == Hop4)
            {
                var hop = p.AddText(node, v, at, size, $"IPv4 Subobject - {Address.IPv4(v.U32(at + 2))}, {how}");
                p.AppendLabel(node, $"IPv4 {Address.IPv4(v.U32(at + 2))}");
                AddHopHead(p, v, hop, at, "IPv4", kind);
                p.Add(hop, HopIp, v, at + 2);
                p.Add(hop, HopPrefix, v, at + 6);
                p.AppendLabel(node, isLoose ? " [L]" : "");
            }
            else
            {
                var hop = p.AddText(node, v, at, size, $"Label Subobject - {v.U32(at + 4)}, {how}");
                p.AppendLabel(node, $"Label {v.U32(at + 4)}");
                AddHopHead(p, v, hop, at, "Label", kind);
                p.Add(hop, HopLabelType, v, at + 3, 1);
                p.Add(hop, HopLabelValue, v, at + 4);
                p.AppendLabel(node, isLoose ? " [L]" : "");
                if (size < 8)
                {
                    p.Scratch.Clear();
                    p.Scratch.Append($"Invalid length: {size}");
                    p.AddExpert(hop, InvalidLength, v, at + 1, 1, p.Scratch.Bytes);
                }
            }

            if (size < 1)
            {
                return;
            }

            at += size;
        }
    }

    static void AddHopHead(Packet p, in View v, Node hop, int at, string name, int kind)
    {
        p.Add(hop, Loose, v, at);
        var type = p.AddUInt(hop, HopKind, v, at, 1, (uint)kind);
        p.Label(type, $"Type: {kind} ({name})");
        p.Add(hop, HopLength, v, at + 1);
    }

    static void AddChecksum(Packet p, in View v, Node tree, int length)
    {
        ushort carried = v.U16(2);
        var node = p.Add(tree, Checksum, v, 2);
        if (p.IsFragment || !v.Has(0, length) || carried == 0)
        {
            return;
        }

        ushort result = InternetChecksum.Of(v.Span(0, length));
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            p.AppendLabel(node, $" [incorrect, should be 0x{InternetChecksum.Expected(carried, result):x4}]");
        }
    }
}
