using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

// Specification: RFC 3435 section 3.2.2 (parameters), 3.2.2.5 (connection parameters), 3.2.2.10 (local connection options).

/// <summary>The parameter lines of a message.</summary>
static class MgcpParameters
{
    static readonly Protocol P = Mgcp.P;
    static readonly Field Parameters = P.Label("mgcp.params", "Parameters", "MGCP parameters");
    static readonly Field Extension = P.String("mgcp.param.extension", "Extension Parameter (non-critical)", "Extension Parameter");
    static readonly Field Critical = P.String("mgcp.param.extensioncritical", "Extension Parameter (critical)", "Critical Extension Parameter");
    static readonly Field Invalid = P.String("mgcp.param.invalid", "Invalid Parameter");
    static readonly Field Unknown = P.String("mgcp.unknown_parameter", "Unknown parameter");
    static readonly Field VendorExtension = P.String("mgcp.param.connectionparam.x", "Vendor Extension", "Vendor Extension (P:X-*)");

    static readonly (string Name, Field Field)[] Known =
    [
        ("K", P.String("mgcp.param.rspack", "ResponseAck (K)", "Response Ack")),
        ("B", P.String("mgcp.param.bearerinfo", "BearerInformation (B)", "Bearer Information")),
        ("C", P.String("mgcp.param.callid", "CallId (C)", "Call Id")),
        ("I2", P.String("mgcp.param.secondconnectionid", "SecondConnectionID (I2)", "Second Connection Identifier")),
        ("I", P.String("mgcp.param.connectionid", "ConnectionIdentifier (I)", "Connection Identifier")),
        ("N", P.String("mgcp.param.notifiedentity", "NotifiedEntity (N)", "Notified Entity")),
        ("X", P.String("mgcp.param.requestid", "RequestIdentifier (X)", "Request Identifier")),
        ("L", P.String("mgcp.param.localconnectionoptions", "LocalConnectionOptions (L)", "Local Connection Options")),
        ("M", P.String("mgcp.param.connectionmode", "ConnectionMode (M)", "Connection Mode")),
        ("R", P.String("mgcp.param.reqevents", "RequestedEvents (R)", "Requested Events")),
        ("S", P.String("mgcp.param.signalreq", "SignalRequests (S)", "Signal Request")),
        ("RM", P.String("mgcp.param.restartmethod", "RestartMethod (RM)", "Restart Method")),
        ("RD", P.String("mgcp.param.restartdelay", "RestartDelay (RD)", "Restart Delay")),
        ("D", P.String("mgcp.param.digitmap", "DigitMap (D)", "Digit Map")),
        ("O", P.String("mgcp.param.observedevents", "ObservedEvents (O)", "Observed Events")),
        ("P", P.String("mgcp.param.connectionparam", "ConnectionParameters (P)", "Connection Parameters")),
        ("E", P.String("mgcp.param.reasoncode", "ReasonCode (E)", "Reason Code")),
        ("ES", P.String("mgcp.param.eventstates", "EventStates (ES)", "Event States")),
        ("Z", P.String("mgcp.param.specificendpointid", "SpecificEndpointID (Z)", "Specific Endpoint ID")),
        ("Z2", P.String("mgcp.param.secondendpointid", "SecondEndpointID (Z2)", "Second Endpoint ID")),
        ("F", P.String("mgcp.param.reqinfo", "RequestedInfo (F)", "Requested Info")),
        ("Q", P.String("mgcp.param.quarantinehandling", "QuarantineHandling (Q)", "Quarantine Handling")),
        ("T", P.String("mgcp.param.detectedevents", "DetectedEvents (T)", "Detected Events")),
        ("A", P.String("mgcp.param.capabilities", "Capabilities (A)", "Capabilities")),
        ("MD", P.String("mgcp.param.maxmgcpdatagram", "MaxMGCPDatagram (MD)", "Maximum MGCP Datagram size")),
        ("PL", P.String("mgcp.param.packagelist", "PackageList (PL)", "Package List")),
        ("DQ-RI", P.String("mgcp.param.resourceid", "ResourceIdentifier (DQ-RI)", "Resource Identifier")),
    ];

    static readonly (string Name, Field Field)[] Options =
    [
        ("p", P.UInt32("mgcp.param.localconnectionoptions.p", "Packetization period (p)", blurb: "Packetization period")),
        ("a", P.String("mgcp.param.localconnectionoptions.a", "Codecs (a)", "Codecs")),
        ("s", P.String("mgcp.param.localconnectionoptions.s", "Silence Suppression (s)", "Silence Suppression")),
        ("e", P.String("mgcp.param.localconnectionoptions.e", "Echo Cancellation (e)", "Echo Cancellation")),
        ("sc-rtp", P.String("mgcp.param.localconnectionoptions.scrtp", "RTP ciphersuite (sc-rtp)", "RTP ciphersuite")),
        ("sc-rtcp", P.String("mgcp.param.localconnectionoptions.scrtcp", "RTCP ciphersuite (sc-rtcp)", "RTCP ciphersuite")),
        ("b", P.String("mgcp.param.localconnectionoptions.b", "Bandwidth (b)", "Bandwidth")),
        ("es-ccd", P.String("mgcp.param.localconnectionoptions.esccd", "Content Destination (es-ccd)", "Content Destination")),
        ("es-cci", P.String("mgcp.param.localconnectionoptions.escci", "Content Identifier (es-cci)", "Content Identifier")),
        ("dq-gi", P.String("mgcp.param.localconnectionoptions.dqgi", "D-QoS GateID (dq-gi)", "D-QoS GateID")),
        ("dq-rd", P.String("mgcp.param.localconnectionoptions.dqrd", "D-QoS Reserve Destination (dq-rd)", "D-QoS Reserve Destination")),
        ("dq-ri", P.String("mgcp.param.localconnectionoptions.dqri", "D-QoS Resource ID (dq-ri)", "D-QoS Resource ID")),
        ("dq-rr", P.String("mgcp.param.localconnectionoptions.dqrr", "D-QoS Resource Reservation (dq-rr)", "D-QoS Resource Reservation")),
        ("k", P.String("mgcp.param.localconnectionoptions.k", "Encryption Key (k)", "Encryption Key")),
        ("gc", P.UInt32("mgcp.param.localconnectionoptions.gc", "Gain Control (gc)", blurb: "Gain Control")),
        ("fmtp", P.String("mgcp.param.localconnectionoptions.fmtp", "Media Format (fmtp)", "Media Format")),
        ("nt", P.String("mgcp.param.localconnectionoptions.nt", "Network Type (nt)", "Network Type")),
        ("o-fmtp", P.String("mgcp.param.localconnectionoptions.ofmtp", "Optional Media Format (o-fmtp)", "Optional Media Format")),
        ("r", P.String("mgcp.param.localconnectionoptions.r", "Resource Reservation (r)", "Resource Reservation")),
        ("t", P.String("mgcp.param.localconnectionoptions.t", "Type of Service (r)", "Type of Service")),
        ("r-cnf", P.String("mgcp.param.localconnectionoptions.rcnf", "Reservation Confirmation (r-cnf)", "Reservation Confirmation")),
        ("r-dir", P.String("mgcp.param.localconnectionoptions.rdir", "Reservation Direction (r-dir)", "Reservation Direction")),
        ("r-sh", P.String("mgcp.param.localconnectionoptions.rsh", "Resource Sharing (r-sh)", "Resource Sharing")),
        ("mp", P.String("mgcp.param.localconnectionoptions.mp", "Multiple Packetization period (mp)", "Multiple Packetization period")),
    ];

    static readonly (string Name, Field Field)[] ConnectionParameters =
    [
        ("PS", P.UInt32("mgcp.param.connectionparam.ps", "Packets sent (PS)", blurb: "Packets sent (P:PS)")),
        ("OS", P.UInt32("mgcp.param.connectionparam.os", "Octets sent (OS)", blurb: "Octets sent (P:OS)")),
        ("PR", P.UInt32("mgcp.param.connectionparam.pr", "Packets received (PR)", blurb: "Packets received (P:PR)")),
        ("OR", P.UInt32("mgcp.param.connectionparam.or", "Octets received (OR)", blurb: "Octets received (P:OR)")),
        ("PL", P.UInt32("mgcp.param.connectionparam.pl", "Packets lost (PL)", blurb: "Packets lost (P:PL)")),
        ("JI", P.UInt32("mgcp.param.connectionparam.ji", "Jitter (JI)", blurb: "Average inter-packet arrival jitter in milliseconds (P:JI)")),
        ("LA", P.UInt32("mgcp.param.connectionparam.la", "Latency (LA)", blurb: "Average latency in milliseconds (P:LA)")),
        ("PC/RPS", P.UInt32("mgcp.param.connectionparam.pcrps", "Remote Packets sent (PC/RPS)", blurb: "Remote Packets sent (P:PC/RPS)")),
        ("PC/ROS", P.UInt32("mgcp.param.connectionparam.pcros", "Remote Octets sent (PC/ROS)", blurb: "Remote Octets sent (P:PC/ROS)")),
        ("PC/RPL", P.UInt32("mgcp.param.connectionparam.pcrpl", "Remote Packets lost (PC/RPL)", blurb: "Remote Packets lost (P:PC/RPL)")),
        ("PC/RJI", P.UInt32("mgcp.param.connectionparam.pcrji", "Remote Jitter (PC/RJI)", blurb: "Remote Jitter (P:PC/RJI)")),
    ];

    /// <returns>Where a description begins, after the empty line.</returns>
    public static int Add(Packet p, in View v, Node tree, int at)
    {
        var branch = p.Add(tree, Parameters, v, at, v.Captured - at);
        int start = at;
        while (at < v.Captured)
        {
            int end = TextTalk.LineEnd(v, at, out int next);
            if (end == at && next < v.Captured)
            {
                p.SetLength(branch, at - start);
                return next;
            }

            One(p, v, branch, at, v.Bytes[at..end]);
            at = next;
        }

        return v.Captured;
    }

    static void One(Packet p, in View v, Node branch, int at, ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            p.AddString(branch, Invalid, v, at, line.Length, line);
            return;
        }

        var name = line[..colon];
        int from = colon + 1;
        while (from < line.Length && line[from] is (byte)' ' or (byte)'\t')
        {
            from++;
        }

        if (name.StartsWith("X-"u8) || name.StartsWith("x-"u8) || name.StartsWith("X+"u8) || name.StartsWith("x+"u8))
        {
            var field = name[1] == '-' ? Extension : Critical;
            p.Label(p.AddString(branch, field, v, at, line.Length, line), $"{field.Label}: {HttpText.Formatted(p, line)}");
            return;
        }

        if (Find(Known, name) is not { } known)
        {
            p.AddString(branch, Invalid, v, at, line.Length, line);
            return;
        }

        if (Ascii.EqualsIgnoreCase(name, "L"u8) || Ascii.EqualsIgnoreCase(name, "P"u8))
        {
            bool isOptions = (name[0] | 0x20) == 'l';
            List(p, v, p.AddString(branch, known, v, at, line.Length, line), at + from, line[from..], isOptions);
        }
        else
        {
            p.AddString(branch, known, v, at + from, line.Length - from, line[from..]);
        }
    }

    static Field? Find((string Name, Field Field)[] table, ReadOnlySpan<byte> name)
    {
        foreach (var (known, field) in table)
        {
            if (Ascii.EqualsIgnoreCase(name, known))
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>Pairs with commas between: <c>p:10, a:PCMU</c>, or <c>PS=1, OS=2</c>.</summary>
    static void List(Packet p, in View v, Node node, int at, ReadOnlySpan<byte> text, bool isOptions)
    {
        while (text.Length > 0)
        {
            int comma = text.IndexOf((byte)',');
            var one = comma < 0 ? text : text[..comma];
            int mark = one.IndexOf(isOptions ? (byte)':' : (byte)'=');
            var name = mark < 0 ? default : one[..mark].Trim((byte)' ');
            var value = mark < 0 ? default : one[(mark + 1)..].Trim((byte)' ');
            var field = mark < 0 ? null : Find(isOptions ? Options : ConnectionParameters, name);
            if (field is null)
            {
                bool isVendors = !isOptions && name.StartsWith("X-"u8);
                p.AddString(node, isVendors ? VendorExtension : Unknown, v, at, one.Length, one);
            }
            else if (field.Type == FieldType.UInt32)
            {
                p.AddUInt(node, field, v, at, one.Length, Utf8Parser.TryParse(value, out uint number, out _) ? number : 0);
            }
            else
            {
                p.AddString(node, field, v, at, one.Length, value);
            }

            at += one.Length + 1;
            text = comma < 0 ? default : text[(comma + 1)..];
        }
    }
}
