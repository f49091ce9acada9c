using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 2637 section 2. TCP port 1723; what it arranges runs in GRE.
//
//   0         2         4                   8         10
//   +---------+---------+-------------------+---------+----------+--------------
//   | length  | type    | cookie 0x1a2b3c4d | message | reserved | what it asks for
//   +---------+---------+-------------------+---------+----------+--------------

/// <summary>The control connection of PPTP.</summary>
public sealed class Pptp() : Dissector("pptp")
{
    const uint Port = 1723, RightCookie = 0x1a2b3c4d;
    const int HeaderLength = 12, MessageAt = 8, NameLength = 64;

    static readonly Protocol P = new("Point-to-Point Tunnelling Protocol", "PPTP", "pptp");
    static readonly ValueNames Messages = ValueNames.Of(() => [
        (1, "Start-Control-Connection-Request"), (2, "Start-Control-Connection-Reply"), (3, "Stop-Control-Connection-Request"),
        (4, "Stop-Control-Connection-Reply"), (5, "Echo-Request"), (6, "Echo-Reply"), (7, "Outgoing-Call-Request"),
        (8, "Outgoing-Call-Reply"), (9, "Incoming-Call-Request"), (10, "Incoming-Call-Reply"), (11, "Incoming-Call-Connected"),
        (12, "Call-Clear-Request"), (13, "Call-Disconnect-Notify"), (14, "WAN-Error-Notify"), (15, "Set-Link-Info")]);

    static readonly ValueNames Framings = ValueNames.Of(() => [(1, "Asynchronous Framing supported"), (2, "Synchronous Framing supported"), (3, "Either Framing supported")]);
    static readonly ValueNames Bearers = ValueNames.Of(() => [(1, "Analog access supported"), (2, "Digital access supported"), (3, "Either access supported")]);
    static readonly ValueNames Errors = ValueNames.Of(() => [
        (0, "None"), (1, "Not-Connected"), (2, "Bad-Format"), (3, "Bad-Value"), (4, "No-Resource"), (5, "Bad-Call ID"), (6, "PAC-Error")]);

    static readonly ValueNames StopResults = ValueNames.Of(() => [(1, "OK"), (2, "General error")]);
    static readonly Expert WrongCookie = P.Expert("pptp.magic_cookie.incorrect", Severity.Warning, ExpertGroup.Protocol, "Incorrect Magic Cookie");

    static readonly Field Reserved = P.Bytes("pptp.reserved", "Reserved", blurb: "This field MUST be 0");
    static readonly Layout Header = new(
        P.UInt16("pptp.length", "Length", blurb: "Total length in octets of this PPTP message"),
        P.UInt16("pptp.type", "Message type", FieldBase.Dec, ValueNames.Of(() => [(1, "Control Message"), (2, "Management Message")]), blurb: "PPTP message type"),
        P.UInt32("pptp.magic_cookie", "Magic Cookie", FieldBase.Hex, blurb: "This constant value is used as a sanity check on received messages").Then(
            static (p, node, in v, at, value) =>
            {
                p.AppendLabel(node, value == RightCookie ? " (correct)" : " (incorrect)");
                if (value != RightCookie)
                {
                    p.Expert(node, WrongCookie, v, at, 4);
                }
            }),
        P.UInt16("pptp.control_message_type", "Control Message Type", FieldBase.Dec, Messages),
        Reserved.Of(2));

    static readonly Row Version = P.UInt16("pptp.protocol_version", "Protocol version", blurb: "The version of the PPTP protocol").Then(
        static (p, node, in v, at, value) => p.Label(node, $"Protocol version: {value >> 8}.{value & 0xff}"));

    static readonly Field Framing = P.UInt32("pptp.framing_capabilities", "Framing Capabilities", FieldBase.Dec, Framings, blurb: "A set of bits indicating the type of framing");
    static readonly Field Bearer = P.UInt32("pptp.bearer_capabilities", "Bearer Capabilities", FieldBase.Dec, Bearers, blurb: "A set of bits indicating the type of bearer");
    static readonly Field Channels = P.UInt16("pptp.maximum_channels", "Maximum Channels", blurb: "The total number of individual PPP sessions this PAC can support");
    static readonly Field Firmware = P.UInt16("pptp.firmware_revision", "Firmware Revision", blurb: "This field contains the firmware revision");
    static readonly Row Host = P.String("pptp.host_name", "Host Name", "A 64 octet field containing the DNS name").Of(NameLength);
    static readonly Row Vendor = P.String("pptp.vendor_name", "Vendor Name", "A 64 octet field containing a vendor").Of(NameLength);
    static readonly Field Error = P.UInt8("pptp.error", "Error Code", FieldBase.Dec, Errors);
    static readonly Field Identifier = P.UInt32("pptp.identifier", "Identifier");
    static readonly Field CallId = P.UInt16("pptp.call_id", "Call ID", blurb: "A unique identifier, unique to a particular PAC-PNS pair assigned by the PNS");
    static readonly Field PeerCallId = P.UInt16("pptp.peer_call_id", "Peer Call ID",
        blurb: "This field is set to the value received in the Call ID field of the corresponding Outgoing-Call-Request message");
    static readonly Field Serial = P.UInt16("pptp.call_serial_number", "Call Serial Number",
        blurb: "An identifier assigned by the PNS to this session for the purpose of identifying this particular session in logged session information");
    static readonly Field BearerType = P.UInt32("pptp.bearer_type", "Bearer Type", FieldBase.Dec, Bearers, blurb: "A value indicating the bearer capability required for this outgoing call");
    static readonly Field FramingType = P.UInt32("pptp.framing_type", "Framing Type", FieldBase.Dec, Framings,
        blurb: "A value indicating the type of PPP framing to be used for this outgoing call");
    static readonly Field Window = P.UInt16("pptp.packet_receive_window_size", "Packet Receive Window Size",
        blurb: "A unique identifier, unique to a particular PAC-PNS pair assigned by the PNS");
    static readonly Field Delay = P.UInt16("pptp.packet_processing_delay", "Packet Processing Delay",
        blurb: "A measure of the packet processing delay that might be imposed on data sent to the PNS from the PAC");
    static readonly Row Subaddress = P.String("pptp.subaddress", "Subaddress", "A 64 octet field used to specify additional dialing information.").Of(NameLength);
    static readonly Field Cause = P.UInt16("pptp.cause", "Cause Code", blurb: "This field gives additional information");
    static readonly Field Speed = P.UInt32("pptp.connect_speed", "Connect Speed", blurb: "The actual connection speed used, in bits/second.");
    static readonly Field Channel = P.UInt32("pptp.physical_channel_id", "Physical Channel ID",
        blurb: "This field is set by the PAC in a vendor-specific manner to the physical channel number used to place this call");

    static readonly Layout StartRequest = new(Version, Reserved.Of(2), Framing, Bearer, Channels, Firmware, Host, Vendor);
    static readonly Layout StartReply = new(
        Version,
        P.UInt8("pptp.control_result", "Result Code", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Successful channel establishment"), (2, "General error"), (3, "Command channel already exists"), (4, "Requester not authorized"),
            (5, "Protocol version not supported")]), blurb: "Indicates the result of the command channel establishment attempt"),
        Error, Framing, Bearer, Channels, Firmware, Host, Vendor);

    static readonly Layout StopRequest = new(
        P.UInt8("pptp.reason", "Reason", FieldBase.Dec, ValueNames.Of(() => [(1, "None"), (2, "Stop-Protocol"), (3, "Stop-Local-Shutdown")]),
            blurb: "Indicates the reason for the control connection being close"),
        Reserved.Of(1), Reserved.Of(2));

    static readonly Layout StopReply = new(
        P.UInt8("pptp.stop_result", "Result Code", FieldBase.Dec, StopResults, blurb: "Indicates the result of the attempt to close the control connection"),
        Error, Reserved.Of(2));

    static readonly Layout EchoRequest = new(Identifier);
    static readonly Layout EchoReply = new(
        Identifier, P.UInt8("pptp.echo_result", "Result Code", FieldBase.Dec, StopResults, blurb: "Indicates the result of the receipt of the Echo-Request"),
        Error, Reserved.Of(2));

    static readonly Layout OutgoingRequest = new(
        CallId, Serial,
        P.UInt32("pptp.minimum_bps", "Minimum BPS", blurb: "The lowest acceptable line speed (in bits/second) for this session"),
        P.UInt32("pptp.maximum_bps", "Maximum BPS", blurb: "The highest acceptable line speed (in bits/second) for this session"),
        BearerType, FramingType, Window, Delay,
        P.UInt16("pptp.phone_number_length", "Phone Number Length", blurb: "The actual number of valid digits in the Phone Number field"),
        Reserved.Of(2), P.String("pptp.phone_number", "Phone Number", "The number to be dialed to establish the outgoing session").Of(NameLength), Subaddress);

    static readonly Layout OutgoingReply = new(
        CallId, PeerCallId,
        P.UInt8("pptp.out_result", "Result Code", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Connected"), (2, "General Error"), (3, "No Carrier"), (4, "Busy"), (5, "No Dial Tone"), (6, "Time-out"), (7, "Do Not Accept")]),
            blurb: "Indicates the result of the receipt of the Outgoing-Call-Request attempt"),
        Error, Cause, Speed, Window, Delay, Channel);

    static readonly Layout IncomingRequest = new(
        CallId, Serial, BearerType, Channel,
        P.UInt16("pptp.dialed_number_length", "Dialed Number Length", blurb: "The actual number of valid digits in the Dialed Number field"),
        P.UInt16("pptp.dialing_number_length", "Dialing Number Length", blurb: "The actual number of valid digits in the Dialing Number field"),
        P.String("pptp.dialed_number", "Dialed Number", "The number that was dialed by the caller").Of(NameLength),
        P.String("pptp.dialing_number", "Dialing Number", "The number from which the call was placed").Of(NameLength), Subaddress);

    static readonly Layout IncomingReply = new(
        CallId, PeerCallId,
        P.UInt8("pptp.in_result", "Result Code", FieldBase.Dec, ValueNames.Of(() => [(1, "Connect"), (2, "General error"), (3, "Do Not Accept")]),
            blurb: "This value indicates the result of the Incoming-Call-Request attempt"),
        Error, Window, Delay, Reserved.Of(2));

    static readonly Layout IncomingConnected = new(PeerCallId, Reserved.Of(2), Speed, Window, Delay, FramingType);
    static readonly Layout Clear = new(CallId, Reserved.Of(2));
    static readonly Layout Disconnect = new(
        CallId,
        P.UInt8("pptp.disc_result", "Result Code", FieldBase.Dec, ValueNames.Of(() => [
            (1, "Lost Carrier"), (2, "General Error"), (3, "Admin Shutdown"), (4, "Request")]), blurb: "This value indicates the reason for the disconnect"),
        Error, Cause, Reserved.Of(2),
        P.String("pptp.call_Statistics", "Call Statistics",
            "This field is an ASCII string containing vendor-specific call statistics that can be logged for diagnostic purpose").Of(NameLength));

    static readonly Layout WanError = new(
        PeerCallId, Reserved.Of(2),
        P.UInt32("pptp.crc_errors", "CRC Errors", blurb: "Number of PPP frames received with CRC errors since session was established"),
        P.UInt32("pptp.framing_errors", "Framing Errors", blurb: "Number of improperly framed PPP packets received"),
        P.UInt32("pptp.hardware_overruns", "Hardware overruns", blurb: "Number of receive buffer over-runs since session was established"),
        P.UInt32("pptp.buffer_overruns", "Buffer overruns", blurb: "Number of buffer over-runs detected since session was established"),
        P.UInt32("pptp.timeout_errors", "Time-out Errors", blurb: "Number of time-outs since call was established"),
        P.UInt32("pptp.alignment_errors", "Alignment Errors", blurb: "Number of Alignment errors since call was established"));

    static readonly Layout LinkInfo = new(
        PeerCallId, Reserved.Of(2),
        P.UInt32("pptp.send_accm", "Send ACCM", FieldBase.Hex, blurb: "The send ACCM value the client should use to process outgoing PPP packets"),
        P.UInt32("pptp.receive_accm", "Receive ACCM", FieldBase.Hex, blurb: "The Receive ACCM value the client should use to process incoming PPP packets"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PPTP");
        p.Info.Clear();
        int message = v.U16(MessageAt);
        if (Messages.Find((ulong)message) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown control type ({message})");
        }

        var tree = p.Open(P, v, parent);
        p.AddRows(tree, v, 0, Header);
        var rows = message switch
        {
            1 => StartRequest,
            2 => StartReply,
            3 => StopRequest,
            4 => StopReply,
            5 => EchoRequest,
            6 => EchoReply,
            7 => OutgoingRequest,
            8 => OutgoingReply,
            9 => IncomingRequest,
            10 => IncomingReply,
            11 => IncomingConnected,
            12 => Clear,
            13 => Disconnect,
            14 => WanError,
            15 => LinkInfo,
            _ => null,
        };
        if (rows is not null)
        {
            p.AddRows(tree, v, HeaderLength, rows);
        }
        else if (v.Reported > HeaderLength)
        {
            p.CallData(v.From(HeaderLength), tree);
        }

        return v.Reported;
    }
}
