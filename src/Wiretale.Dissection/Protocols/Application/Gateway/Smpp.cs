using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

// Specification: SMPP 3.4 sections 3.2 (messages), 4 (their bodies), 5 (parameters). TCP port 2775, and whatever looks like it.
//
//    0               4               8               12              16
//   +---------------+---------------+---------------+---------------+----
//   | Length        | Command       | Status        | Sequence      | body: texts up to NUL and single bytes; optional: tag (2), length (2), value
//   +---------------+---------------+---------------+---------------+----

/// <summary>Short Message Peer to Peer: between message centres and those who send many.</summary>
public sealed class Smpp() : Dissector("smpp")
{
    const int HeaderLength = 16, Longest = 1 << 16;
    const uint Answer = 0x80000000;

    internal static readonly Protocol P = new("Short Message Peer to Peer", "SMPP", "smpp");
    static readonly ValueNames Commands = ValueNames.Of(() => [
        (0x1, "Bind_receiver"), (0x2, "Bind_transmitter"), (0x3, "Query_sm"), (0x4, "Submit_sm"), (0x5, "Deliver_sm"), (0x6, "Unbind"),
        (0x7, "Replace_sm"), (0x8, "Cancel_sm"), (0x9, "Bind_transceiver"), (0xb, "Outbind"), (0x15, "Enquire_link"),
        (0x21, "Submit_multi"), (0x102, "Alert_notification"), (0x103, "Data_sm"), (0x111, "Broadcast_sm"), (0x112, "Query_broadcast_sm"),
        (0x113, "Cancel_broadcast_sm"), (0x1000001, "Auth_acc"), (0x1000002, "Sm_result_notify"), (0x80000000, "Generic_nack"),
        (0x80000001, "Bind_receiver - resp"), (0x80000002, "Bind_transmitter - resp"), (0x80000003, "Query_sm - resp"),
        (0x80000004, "Submit_sm - resp"), (0x80000005, "Deliver_sm - resp"), (0x80000006, "Unbind - resp"),
        (0x80000007, "Replace_sm - resp"), (0x80000008, "Cancel_sm - resp"), (0x80000009, "Bind_transceiver - resp"),
        (0x80000015, "Enquire_link - resp"), (0x80000021, "Submit_multi - resp"), (0x80000103, "Data_sm - resp"),
        (0x80000111, "Broadcast_sm - resp"), (0x80000112, "Query_broadcast_sm - resp"), (0x80000113, "Cancel_broadcast_sm - resp"),
        (0x81000001, "Auth_acc - resp"), (0x81000002, "Sm_result_notify - resp")]);
    static readonly ValueNames Statuses = ValueNames.Ranges(() => [
        (0x0, 0x0, "Ok"), (0x1, 0x1, "Message length is invalid"), (0x2, 0x2, "Command length is invalid"),
        (0x3, 0x3, "Invalid command ID"), (0x4, 0x4, "Incorrect BIND status for given command"), (0x5, 0x5, "ESME already in bound state"),
        (0x6, 0x6, "Invalid priority flag"), (0x7, 0x7, "Invalid registered delivery flag"), (0x8, 0x8, "System error"),
        (0x9, 0x9, "[Reserved]"), (0xa, 0xa, "Invalid source address"), (0xb, 0xb, "Invalid destination address"),
        (0xc, 0xc, "Message ID is invalid"), (0xd, 0xd, "Bind failed"), (0xe, 0xe, "Invalid password"), (0xf, 0xf, "Invalid system ID"),
        (0x10, 0x10, "[Reserved]"), (0x11, 0x11, "Cancel SM failed"), (0x12, 0x12, "[Reserved]"), (0x13, 0x13, "Replace SM failed"),
        (0x14, 0x14, "Message queue full"), (0x15, 0x15, "Invalid service type"), (0x16, 0x32, "[Reserved]"),
        (0x33, 0x33, "Invalid number of destinations"), (0x34, 0x34, "Invalid distribution list name"), (0x35, 0x3f, "[Reserved]"),
        (0x40, 0x40, "Destination flag is invalid (submit_multi)"), (0x41, 0x41, "[Reserved]"),
        (0x42, 0x42, "Invalid 'submit with replace' request"), (0x43, 0x43, "Invalid esm_class field data"),
        (0x44, 0x44, "Cannot submit to distribution list"), (0x45, 0x45, "submit_sm or submit_multi failed"), (0x46, 0x47, "[Reserved]"),
        (0x48, 0x48, "Invalid source address TON"), (0x49, 0x49, "Invalid source address NPI"),
        (0x50, 0x50, "Invalid destination address TON"), (0x51, 0x51, "Invalid destination address NPI"), (0x52, 0x52, "[Reserved]"),
        (0x53, 0x53, "Invalid system_type field"), (0x54, 0x54, "Invalid replace_if_present flag"),
        (0x55, 0x55, "Invalid number of messages"), (0x56, 0x57, "[Reserved]"),
        (0x58, 0x58, "Throttling error (ESME exceeded allowed message limits)"), (0x59, 0x60, "[Reserved]"),
        (0x61, 0x61, "Invalid scheduled delivery time"), (0x62, 0x62, "Invalid message validity period (expiry time)"),
        (0x63, 0x63, "Predefined message invalid or not found"), (0x64, 0x64, "ESME receiver temporary app error code"),
        (0x65, 0x65, "ESME receiver permanent app error code"), (0x66, 0x66, "ESME receiver reject message error code"),
        (0x67, 0x67, "query_sm request failed"), (0x68, 0xbf, "[Reserved]"), (0xc0, 0xc0, "Error in the optional part of the PDU body"),
        (0xc1, 0xc1, "Optional parameter not allowed"), (0xc2, 0xc2, "Invalid parameter length"),
        (0xc3, 0xc3, "Expected optional parameter missing"), (0xc4, 0xc4, "Invalid optional parameter  value"), (0xc5, 0xfd, "[Reserved]"),
        (0xfe, 0xfe, "(Transaction) Delivery failure (used for data_sm_resp)"), (0xff, 0xff, "Unknown error"),
        (0x100, 0x100, "ESME Not authorised to use specified service_type."),
        (0x101, 0x101, "ESME Prohibited from using specified operation."), (0x102, 0x102, "Specified service_type is unavailable."),
        (0x103, 0x103, "Specified service_type is denied."), (0x104, 0x104, "Invalid Data Coding Scheme."),
        (0x105, 0x105, "Source Address Sub unit is Invalid."), (0x106, 0x106, "Destination Address Sub unit is Invalid."),
        (0x107, 0x107, "Broadcast Frequency Interval is invalid."), (0x108, 0x108, "Broadcast Alias Name is invalid."),
        (0x109, 0x109, "Broadcast Area Format is invalid."), (0x10a, 0x10a, "Number of Broadcast Areas is invalid."),
        (0x10b, 0x10b, "Broadcast Content Type is invalid."), (0x10c, 0x10c, "Broadcast Message Class is invalid."),
        (0x10d, 0x10d, "broadcast_sm operation failed."), (0x10e, 0x10e, "query_broadcast_sm operation failed."),
        (0x10f, 0x10f, "cancel_broadcast_sm operation failed."), (0x110, 0x110, "Number of Repeated Broadcasts is invalid."),
        (0x111, 0x111, "Broadcast Service Group is invalid."), (0x112, 0x112, "Broadcast Channel Indicator is invalid."),
        (0x400, 0x4ff, "[Vendor-specific Error]"), (0x500, 0xffffffff, "[Reserved]")]);
    static readonly ValueNames NumberTypes = ValueNames.Of(() => [
        (0x0, "Unknown"), (0x1, "International"), (0x2, "National"), (0x3, "Network specific"), (0x4, "Subscriber number"),
        (0x5, "Alphanumeric"), (0x6, "Abbreviated")]);
    static readonly ValueNames Plans = ValueNames.Of(() => [
        (0x0, "Unknown"), (0x1, "ISDN (E163/E164)"), (0x3, "Data (X.121)"), (0x4, "Telex (F.69)"), (0x6, "Land mobile (E.212)"),
        (0x8, "National"), (0x9, "Private"), (0xa, "ERMES"), (0xe, "Internet (IP)"), (0x12, "WAP client Id")]);
    static readonly ValueNames Modes = ValueNames.Of(() => [(0x0, "Default SMSC mode"), (0x1, "Datagram mode"), (0x2, "Forward mode"), (0x3, "Store and forward mode")]);
    static readonly ValueNames MessageTypes = ValueNames.Of(() => [
        (0x0, "Default message type"), (0x1, "Short message contains SMSC Delivery Receipt"),
        (0x2, "Short message contains (E)SME delivery acknowledgement"), (0x3, "Reserved"),
        (0x4, "Short message contains (E)SME manual/user acknowledgement"), (0x5, "Reserved"),
        (0x6, "Short message contains conversation abort"), (0x7, "Reserved"),
        (0x8, "Short message contains intermediate delivery notification")]);
    static readonly ValueNames Features = ValueNames.Of(() => [(0x0, "No specific features selected"), (0x1, "UDHI indicator"), (0x2, "Reply path"), (0x3, "UDHI and reply path")]);
    static readonly ValueNames Priorities = ValueNames.Of(() => [
        (0x0, "GSM: None      ANSI-136: Bulk         IS-95: Normal"), (0x1, "GSM: priority  ANSI-136: Normal       IS-95: Interactive"),
        (0x2, "GSM: priority  ANSI-136: Urgent       IS-95: Urgent"), (0x3, "GSM: priority  ANSI-136: Very Urgent  IS-95: Emergency")]);
    static readonly ValueNames Receipts = ValueNames.Of(() => [
        (0x0, "No SMSC delivery receipt requested"), (0x1, "Delivery receipt requested (for success or failure)"),
        (0x2, "Delivery receipt requested (for failure)"),
        (0x3, "Reserved in version <= 3.4; Delivery receipt requested (for success) in 5.0")]);
    static readonly ValueNames Acknowledgements = ValueNames.Of(() => [
        (0x0, "No recipient SME acknowledgement requested"), (0x1, "SME delivery acknowledgement requested"),
        (0x2, "SME manual/user acknowledgement requested"), (0x3, "Both delivery and manual/user acknowledgement requested")]);
    static readonly ValueNames Notifications = ValueNames.Of(() => [(0x0, "No intermediate notification requested"), (0x1, "Intermediate notification requested")]);
    static readonly ValueNames Replacements = ValueNames.Of(() => [(0x0, "Don't replace"), (0x1, "Replace")]);
    static readonly ValueNames Codings = ValueNames.Ranges(() => [
        (0x0, 0x0, "SMSC default alphabet"), (0x1, 0x1, "IA5 (CCITT T.50)/ASCII (ANSI X3.4)"),
        (0x2, 0x2, "Octet unspecified (8-bit binary)"), (0x3, 0x3, "Latin 1 (ISO-8859-1)"), (0x4, 0x4, "Octet unspecified (8-bit binary)"),
        (0x5, 0x5, "JIS (X 0208-1990)"), (0x6, 0x6, "Cyrillic (ISO-8859-5)"), (0x7, 0x7, "Latin/Hebrew (ISO-8859-8)"),
        (0x8, 0x8, "UCS2 (ISO/IEC-10646)"), (0x9, 0x9, "Pictogram Encoding"), (0xa, 0xa, "ISO-2022-JP (Music codes)"),
        (0xb, 0xc, "Reserved"), (0xd, 0xd, "Extended Kanji JIS (X 0212-1990)"), (0xe, 0xe, "KS C 5601"), (0xf, 0xbf, "Reserved"),
        (0xc0, 0xef, "GSM MWI control - see [GSM 03.38]"), (0xf0, 0xff, "GSM message class control - see [GSM 03.38]")]);
    static readonly ValueNames States = ValueNames.Of(() => [
        (1, "ENROUTE"), (2, "DELIVERED"), (3, "EXPIRED"), (4, "DELETED"), (5, "UNDELIVERABLE"), (6, "ACCEPTED"), (7, "UNKNOWN"),
        (8, "REJECTED")]);

    static readonly Field Length = P.UInt32("smpp.command_length", "Length", blurb: "Total length of the SMPP PDU.");
    static readonly Field Command = P.UInt32("smpp.command_id", "Operation", FieldBase.Hex, Commands, blurb: "Defines the SMPP PDU.");
    static readonly Field Status = P.UInt32("smpp.command_status", "Result", FieldBase.Hex, Statuses, blurb: "Indicates success or failure of the SMPP request.");
    static readonly Field Sequence = P.UInt32("smpp.sequence_number", "Sequence #", blurb: "A number to correlate requests with responses.");
    static readonly Field SystemId = P.String("smpp.system_id", "System ID", "Identifies a system.");
    static readonly Field Password = P.String("smpp.password", "Password", "Password used for authentication.");
    static readonly Field SystemType = P.String("smpp.system_type", "System type", "Categorizes the system.");
    static readonly Field InterfaceVersion = P.UInt8("smpp.interface_version", "Version (if)", FieldBase.Custom, blurb: "Version of SMPP interface supported.");
    static readonly Field ServiceType = P.String("smpp.service_type", "Service type", "SMS application service associated with the message.");
    static readonly Field AddressType = P.UInt8("smpp.addr_ton", "Type of number", FieldBase.Hex, NumberTypes);
    static readonly Field SourceType = P.UInt8("smpp.source_addr_ton", "Type of number (originator)", FieldBase.Hex, NumberTypes);
    static readonly Field DestinationType = P.UInt8("smpp.dest_addr_ton", "Type of number (recipient)", FieldBase.Hex, NumberTypes);
    static readonly Field AddressPlan = P.UInt8("smpp.addr_npi", "Numbering plan indicator", FieldBase.Hex, Plans);
    static readonly Field SourcePlan = P.UInt8("smpp.source_addr_npi", "Numbering plan indicator (originator)", FieldBase.Hex, Plans);
    static readonly Field DestinationPlan = P.UInt8("smpp.dest_addr_npi", "Numbering plan indicator (recipient)", FieldBase.Hex, Plans);
    static readonly Field AddressRange = P.String("smpp.address_range", "Address", "Given address or address range.");
    static readonly Field SourceAddress = P.String("smpp.source_addr", "Originator address", "Address of SME originating this message.");
    static readonly Field DestinationAddress = P.String("smpp.destination_addr", "Recipient address", "Address of SME receiving this message.");
    static readonly Layout MessageClass = new(
        P.UInt8("smpp.esm.submit.msg_mode", "Messaging mode", FieldBase.Hex, Modes, mask: 0x03, blurb: "Mode attribute for this message."),
        Row.Skip(-1),
        P.UInt8("smpp.esm.submit.msg_type", "Message type", FieldBase.Hex, MessageTypes, mask: 0x3c, blurb: "Type attribute for this message."),
        P.UInt8("smpp.esm.submit.features", "GSM features", FieldBase.Hex, Features, mask: 0xc0, blurb: "GSM network specific features."));

    static readonly Field ProtocolId = P.UInt8("smpp.protocol_id", "Protocol id.", FieldBase.Hex, blurb: "Protocol identifier according GSM 03.40.");
    static readonly Field Priority = P.UInt8("smpp.priority_flag", "Priority level", FieldBase.Hex, Priorities, blurb: "The priority level of the short message.");
    static readonly Field ScheduledTime = P.AbsoluteTime("smpp.schedule_delivery_time", "Scheduled delivery time", FieldBase.Utc, "Scheduled time for delivery of short message.");
    static readonly Field ScheduledSpan = P.RelativeTime("smpp.schedule_delivery_time_r", "Scheduled delivery time", "Scheduled time for delivery of short message.");
    static readonly Field ValidTime = P.AbsoluteTime("smpp.validity_period", "Validity period", FieldBase.Utc, "Validity period of this message.");
    static readonly Field ValidSpan = P.RelativeTime("smpp.validity_period_r", "Validity period", "Validity period of this message.");
    static readonly Field FinalTime = P.AbsoluteTime("smpp.final_date", "Final date", FieldBase.Utc, "Date-time when the queried message reached a final state.");
    static readonly Field FinalSpan = P.RelativeTime("smpp.final_date_r", "Final date", "Date-time when the queried message reached a final state.");
    static readonly Layout Delivery = new(
        P.UInt8("smpp.regdel.receipt", "Delivery receipt", FieldBase.Hex, Receipts, mask: 0x03, blurb: "SMSC delivery receipt request."),
        Row.Skip(-1),
        P.UInt8("smpp.regdel.acks", "Message type", FieldBase.Hex, Acknowledgements, mask: 0x0c, blurb: "SME acknowledgement request."),
        P.UInt8("smpp.regdel.notif", "Intermediate notif", FieldBase.Hex, Notifications, mask: 0x10, blurb: "Intermediate notification request."));

    static readonly Field Replace = P.UInt8("smpp.replace_if_present_flag", "Replace", FieldBase.Hex, Replacements, mask: 0x01, blurb: "Replace the short message with this one or not.");
    static readonly Field Coding = P.UInt8("smpp.data_coding", "Data coding", FieldBase.Hex, Codings, blurb: "Defines the encoding scheme of the message.");
    static readonly Field Predefined = P.UInt8("smpp.sm_default_msg_id", "Predefined message", blurb: "Index of a predefined ('canned') short message.");
    static readonly Field TextLength = P.UInt8("smpp.sm_length", "Message length", blurb: "Length of the message content.");
    static readonly Field MessageText = P.String("smpp.message_text", "Message");
    static readonly Field MessageBytes = P.Bytes("smpp.message", "Message bytes", blurb: "The actual message bytes.");
    static readonly Field MessageId = P.String("smpp.message_id", "Message id.", "Identifier of the submitted short message.");
    static readonly Field MessageState = P.UInt8("smpp.message_state", "Message state", FieldBase.Dec, States, blurb: "Specifies the status of the queried short message.");
    static readonly Field ErrorCode = P.UInt8("smpp.error_code", "Error code", blurb: "Network specific error code defining reason for failure.");
    static readonly Field EsmeType = P.UInt8("smpp.esme_addr_ton", "Type of number (ESME)", FieldBase.Hex, NumberTypes);
    static readonly Field EsmePlan = P.UInt8("smpp.esme_addr_npi", "Numbering plan indicator (ESME)", FieldBase.Hex, Plans);
    static readonly Field EsmeAddress = P.String("smpp.esme_addr", "ESME address", "Address of ESME.");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(SmppOptions)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Tcp.Ports, 2775);
        claims.Heuristic(Tcp.Heuristics, Guess);
    }

    bool Guess(Packet p, in View v, Node parent)
    {
        if (v.Captured < HeaderLength || v.U16(0) != 0 || !IsMine(v) || Dissect(p, v, parent) == 0)
        {
            return false;
        }

        if (p.Conversation is { } conversation && !p.IsQuoted)
        {
            conversation.Dissector = this;
        }

        return true;
    }

    static bool IsMine(in View v) => v.U32(0) is >= HeaderLength and < Longest && NameOf(v.U32(4)) is not null && Statuses.Find(v.U32(8)) is not null;

    static string? NameOf(uint command) => command == Answer ? "Generic_nack" : Commands.Find(command & ~Answer);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured >= HeaderLength && !IsMine(v))
        {
            return 0;
        }

        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet p, in View v, int at) => (int)Math.Min(v.U32(at), Longest), One);
    }

    static void One(Packet p, in View v, Node parent)
    {
        uint command = v.U32(4), status = v.U32(8);
        string name = NameOf(command) ?? "Unknown", state = Statuses.FindOr(status, "Reserved");
        bool isAnswer = (command & Answer) != 0;
        string resp = isAnswer && command != Answer ? " - resp" : "";
        if (p.ProtocolColumn == "SMPP")
        {
            p.Info.Append(", "u8);
        }
        else
        {
            p.SetProtocol("SMPP");
            p.Info.Clear();
        }

        p.Info.Append(name);
        if (isAnswer)
        {
            p.Info.Append($"{resp}: \"{state}\"");
        }

        p.Info.Fence();
        var tree = p.Open(P, v, parent);
        string shown = isAnswer ? $", Status: \"{state}\"" : "";
        p.Label(tree, $"Short Message Peer to Peer, Command: {name}{resp}{shown}, Seq: {v.U32(12)}, Len: {v.U32(0)}");
        p.Add(tree, Length, v, 0);
        p.Label(p.Add(tree, Command, v, 4), $"Operation: {name}{resp} (0x{command:x8})");
        if (isAnswer)
        {
            p.Add(tree, Status, v, 8);
        }

        p.Add(tree, Sequence, v, 12);
        int at = Body(p, v, tree, command, HeaderLength, out var text);
        if (at < v.Reported)
        {
            SmppOptions.Add(p, v, tree, at);
        }

        if (text.Length > 0 && EncodingOf(v.U8(text.At - 3)) is { } encoding)
        {
            p.AddString(tree, MessageText, v, text.At, text.Length, encoding);
        }
    }

    /// <summary>SMPP 3.4 section 5.2.19, as far as the codings are known here.</summary>
    static TextEncoding? EncodingOf(int coding) => coding switch { 1 => TextEncoding.Ascii, 3 => TextEncoding.Latin1, 8 => TextEncoding.Utf16, _ => null };

    /// <param name="text">Where a short message stands.</param>
    static int Body(Packet p, in View v, Node tree, uint command, int at, out Stretch text)
    {
        text = default;
        if (at >= v.Reported)
        {
            return at;
        }

        switch (command)
        {
            case 1 or 2 or 9:
                at = Texts(p, v, tree, at, SystemId, Password, SystemType);
                int version = v.U8(at);
                p.Label(p.Add(tree, InterfaceVersion, v, at), $"Version (if): {version >> 4}.{version & 0x0f}");
                at = p.AddAll(tree, v, at + 1, AddressType, AddressPlan);
                return Texts(p, v, tree, at, AddressRange);
            case (1 | Answer) or (2 | Answer) or (9 | Answer):
                return Texts(p, v, tree, at, SystemId);
            case 11:
                return Texts(p, v, tree, at, SystemId, Password);
            case 4 or 5:
                return Short(p, v, tree, at, out text);
            case (4 | Answer) or (5 | Answer) or (0x103 | Answer):
                return Texts(p, v, tree, at, MessageId);
            case 3:
                at = Texts(p, v, tree, at, MessageId);
                return Source(p, v, tree, at);
            case 3 | Answer:
                at = Texts(p, v, tree, at, MessageId);
                at = When(p, v, tree, at, FinalTime, FinalSpan, "");
                return p.AddAll(tree, v, at, MessageState, ErrorCode);
            case 8:
                at = Service(p, v, tree, at);
                at = Texts(p, v, tree, at, MessageId);
                at = Source(p, v, tree, at);
                return Destination(p, v, tree, at);
            case 0x102:
                at = Source(p, v, tree, at);
                at = p.AddAll(tree, v, at, EsmeType, EsmePlan);
                return Texts(p, v, tree, at, EsmeAddress);
            case 0x103:
                at = Service(p, v, tree, at);
                at = Source(p, v, tree, at);
                at = Destination(p, v, tree, at);
                p.AddRows(tree, v, at, MessageClass);
                p.AddRows(tree, v, at + 1, Delivery);
                p.Add(tree, Coding, v, at + 2);
                return at + 3;
            default:
                return at;
        }
    }

    static int Short(Packet p, in View v, Node tree, int at, out Stretch text)
    {
        at = Service(p, v, tree, at);
        at = Source(p, v, tree, at);
        at = Destination(p, v, tree, at);
        p.AddRows(tree, v, at, MessageClass);
        at = p.AddAll(tree, v, at + 1, ProtocolId, Priority);
        at = When(p, v, tree, at, ScheduledTime, ScheduledSpan, "Scheduled delivery time: Immediate delivery");
        at = When(p, v, tree, at, ValidTime, ValidSpan, "Validity period: SMSC default validity period");
        p.AddRows(tree, v, at, Delivery);
        p.Add(tree, Replace, v, at + 1);
        int length = v.U8(at + 4);
        at = p.AddAll(tree, v, at + 2, Coding, Predefined, TextLength);
        if (length > 0)
        {
            p.Add(tree, MessageBytes, v, at, length);
        }

        text = new(at, length);
        return at + length;
    }

    static int Source(Packet p, in View v, Node tree, int at) => Texts(p, v, tree, p.AddAll(tree, v, at, SourceType, SourcePlan), SourceAddress);

    static int Destination(Packet p, in View v, Node tree, int at) => Texts(p, v, tree, p.AddAll(tree, v, at, DestinationType, DestinationPlan), DestinationAddress);

    static int Service(Packet p, in View v, Node tree, int at)
    {
        int end = End(v, at);
        if (end > at)
        {
            p.Add(tree, ServiceType, v, at, end - at);
        }
        else
        {
            p.AddString(tree, ServiceType, v, at, 1, "(Default)");
        }

        return end + 1;
    }

    /// <summary>Texts up to their NUL; those with nothing in them are not shown.</summary>
    static int Texts(Packet p, in View v, Node tree, int at, params ReadOnlySpan<Field> fields)
    {
        foreach (var field in fields)
        {
            int end = End(v, at);
            if (end > at)
            {
                p.Add(tree, field, v, at, end - at);
            }

            at = end + 1;
        }

        return at;
    }

    static int End(in View v, int at)
    {
        int end = v.IndexOf(0, at);
        if (end < 0)
        {
            v.ThrowShort(v.Captured, 1);
        }

        return end;
    }

    /// <summary>SMPP 3.4 section 7.1.1: YYMMDDhhmmsstnnp, where p is R for a span.</summary>
    static int When(Packet p, in View v, Node tree, int at, Field absolute, Field relative, string otherwise)
    {
        const int Written = 16;
        int end = End(v, at);
        var text = v.Bytes[at..end];
        if (text.Length == 0)
        {
            if (otherwise.Length > 0)
            {
                p.Label(p.AddTime(tree, relative, v, at, 1, default), $"{otherwise}");
            }

            return end + 1;
        }

        if (text.Length != Written || text[..Written].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < Written - 1)
        {
            return end + 1;
        }

        int year = Two(text, 0), month = Two(text, 2), day = Two(text, 4), seconds = (Two(text, 6) * 3600) + (Two(text, 8) * 60) + Two(text, 10);
        if (text[^1] == 'R')
        {
            // Years of 365 days and months of 30, as in Wireshark.
            p.AddTime(tree, relative, v, at, Written + 1, new Timestamp((((year * 365L) + (month * 30L) + day) * 86400) + seconds, 0));
        }
        else if (month is >= 1 and <= 12 && day is >= 1 and <= 31)
        {
            long days = new DateOnly(year + (year < 38 ? 2000 : 1900), month, 1).DayNumber + day - 1 - new DateOnly(1970, 1, 1).DayNumber;
            long offset = Two(text, 13) * 900L;
            p.AddTime(tree, absolute, v, at, Written + 1, new Timestamp((days * 86400) + seconds + (text[^1] == '+' ? -offset : offset), (text[12] - '0') * 100_000_000));
        }

        return end + 1;
    }

    static int Two(ReadOnlySpan<byte> text, int at) => ((text[at] - '0') * 10) + text[at + 1] - '0';
}
