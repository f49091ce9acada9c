using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

// Specification: RFC 3525 sections 7.1 (descriptors), annex B.2; error codes: IANA "Megaco/H.248 Error Codes".

/// <summary>What stands in a command's braces.</summary>
static class MegacoDescriptors
{
    static readonly Protocol P = Megaco.P;
    static readonly ValueNames ErrorCodes = ValueNames.Of(() => [
        (400, "Syntax error in message"), (401, "Protocol Error"), (402, "Unauthorized"), (403, "Syntax error in transaction request"),
        (406, "Version Not Supported"), (410, "Incorrect identifier"), (411, "The transaction refers to an unknown ContextId"),
        (412, "No ContextIDs available"), (421, "Unknown action or illegal combination of actions"), (422, "Syntax Error in Action"),
        (430, "Unknown TerminationID"), (431, "No TerminationID matched a wildcard"), (432, "Out of TerminationIDs or No TerminationID available"),
        (433, "TerminationID is already in a Context"), (434, "Max number of Terminations in a Context exceeded"),
        (435, "Termination ID is not in specified Context"), (440, "Unsupported or unknown Package"), (441, "Missing Remote or Local Descriptor"),
        (442, "Syntax Error in Command"), (443, "Unsupported or Unknown Command"), (444, "Unsupported or Unknown Descriptor"),
        (445, "Unsupported or Unknown Property"), (446, "Unsupported or Unknown Parameter"), (447, "Descriptor not legal in this command"),
        (448, "Descriptor appears twice in a command"), (449, "Unsupported or Unknown Parameter or Property Value"),
        (450, "No such property in this package"), (451, "No such event in this package"), (452, "No such signal in this package"),
        (453, "No such statistic in this package"), (454, "No such parameter value in this package"), (455, "Property illegal in this Descriptor"),
        (456, "Property appears twice in this Descriptor"), (457, "Missing parameter in signal or event"), (458, "Unexpected Event/Request ID"),
        (459, "Unsupported or Unknown Profile"), (460, "Unable to set statistic on stream"), (471, "Implied Add for Multiplex failure"),
        (500, "Internal software Failure in the MG"), (501, "Not Implemented"), (502, "Not ready"), (503, "Service Unavailable"),
        (504, "Command Received from unauthorized entity"), (505, "Transaction Request Received before a Service Change Reply has been received"),
        (506, "Number of Transaction Pendings Exceeded"), (510, "Insufficient resources"), (512, "Media Gateway unequipped to detect requested Event"),
        (513, "Media Gateway unequipped to generate requested Signals"), (514, "Media Gateway cannot send the specified announcement"),
        (515, "Unsupported Media Type"), (517, "Unsupported or invalid mode"), (518, "Event buffer full"), (519, "Out of space to store digit map"),
        (520, "Digit Map undefined in the MG"), (521, "Termination is ServiceChangeing"), (522, "Functionality Requested in Topology Triple Not Supported"),
        (526, "Insufficient bandwidth"), (529, "Internal hardware failure in MG"), (530, "Temporary Network failure"), (531, "Permanent Network failure"),
        (532, "Audited Property, Statistic, Event or Signal does not exist"), (533, "Response exceeds maximum transport PDU size"),
        (534, "Illegal write or read only property"), (540, "Unexpected initial hook state"), (542, "Command is not allowed on this termination"),
        (581, "Does Not Exist"), (600, "Illegal syntax within an announcement specification"), (601, "Variable type not supported"),
        (602, "Variable value out of range"), (603, "Category not supported"), (604, "Selector type not supported"), (605, "Selector value not supported"),
        (606, "Unknown segment ID"), (607, "Mismatch between play specification and provisioned data"), (608, "Provisioning error"), (609, "Invalid offset"),
        (610, "No free segment IDs"), (611, "Temporary segment not found"), (612, "Segment in use")]);

    static readonly Field AuditItem = P.String("megaco.audititem", "Audit Item", "Identity of item to be audited");
    static readonly Field Audit = P.Label("megaco.audit", "Audit Descriptor", "Audit Descriptor of the megaco Command");
    static readonly Field ErrorField = P.Label("megaco.error", "ERROR Descriptor", "Error Descriptor of the megaco Command");
    static readonly Field ErrorCode = P.UInt32("megaco.error_code", "ERROR Code", FieldBase.Dec, ErrorCodes, blurb: "Error Code of the megaco Command");
    static readonly Field ErrorText = P.String("megaco.error_string", "ERROR String", "Error String of the megaco Command");
    static readonly Field Buffering = P.String("megaco.eventbuffercontrol", "Event Buffer Control", "Event Buffer Control in Termination State Descriptor");
    static readonly Field Events = P.Label("megaco.events", "Events Descriptor", "Events Descriptor of the megaco Command");
    static readonly Field Local = P.Label("megaco.localdescriptor", "Local Descriptor", "Local Descriptor in Media Descriptor");
    static readonly Field Remote = P.Label("megaco.remotedescriptor", "Remote Descriptor", "Remote Descriptor in Media Descriptor");
    static readonly Field Control = P.Label("megaco.localcontroldescriptor", "Local Control Descriptor", "Local Control Descriptor in Media Descriptor");
    static readonly Field Media = P.Label("megaco.media", "Media Descriptor", "Media Descriptor of the megaco Command");
    static readonly Field Mode = P.String("megaco.mode", "Mode", "Mode  sendonly/receiveonly/inactive/loopback");
    static readonly Field Observed = P.Label("megaco.observedevents", "Observed Events Descriptor", "Observed Events Descriptor of the megaco Command");
    static readonly Field Package = P.String("megaco.pkgdname", "pkgdName", "PackageName SLASH ItemID");
    static readonly Field ReserveGroup = P.String("megaco.reservegroup", "Reserve Group", "Reserve Group on or off");
    static readonly Field ReserveValue = P.String("megaco.reservevalue", "Reserve Value", "Reserve Value on or off");
    static readonly Field RequestId = P.UInt32("megaco.requestid", "RequestID", blurb: "RequestID in Events or Observedevents Descriptor");
    static readonly Field ServiceState = P.String("megaco.servicestates", "Service State", "Service States in Termination State Descriptor");
    static readonly Field Signals = P.Label("megaco.signal", "Signal Descriptor", "Signal Descriptor of the megaco Command");
    static readonly Field Statistics = P.Label("megaco.statistics", "Statistics Descriptor", "Statistics Descriptor of the megaco Command");
    static readonly Field Stream = P.UInt32("megaco.streamid", "StreamID", blurb: "StreamID in the Media Descriptor");
    static readonly Field State = P.Label("megaco.terminationstate", "Termination State Descriptor", "Termination State Descriptor in Media Descriptor");
    static readonly Expert NoDescriptor = P.Expert("megaco.no_descriptor", Severity.Warning, ExpertGroup.Protocol, "No Descriptor detectable");

    /// <param name="descriptions">How many descriptions of streams the message has so far; the Protocol column names each.</param>
    public static void Add(Packet p, in View v, Node tree, in MegacoItem item, ref int descriptions)
    {
        var bytes = v.Bytes;
        var name = item.Name.Of(bytes);
        if (MegacoText.Is(name, "M"u8, "Media"u8))
        {
            AddMedia(p, v, Branch(p, v, tree, Media, item), item, ref descriptions);
        }
        else if (MegacoText.Is(name, "E"u8, "Events"u8))
        {
            AddEvents(p, v, Branch(p, v, tree, Events, item), item);
        }
        else if (MegacoText.Is(name, "OE"u8, "ObservedEvents"u8))
        {
            AddEvents(p, v, Branch(p, v, tree, Observed, item), item);
        }
        else if (MegacoText.Is(name, "SG"u8, "Signals"u8))
        {
            p.Info.Append(" (Signal:{)"u8);
            AddNames(p, v, Branch(p, v, tree, Signals, item), item, Package);
        }
        else if (MegacoText.Is(name, "AT"u8, "Audit"u8))
        {
            AddAudit(p, v, Branch(p, v, tree, Audit, item), item);
        }
        else if (MegacoText.Is(name, "SA"u8, "Statistics"u8))
        {
            AddLines(p, v, Branch(p, v, tree, Statistics, item), item);
        }
        else if (MegacoText.Is(name, "ER"u8, "Error"u8))
        {
            Error(p, v, tree, item);
        }
        else if (!IsKnown(name))
        {
            p.Expert(tree, NoDescriptor, v, item.Name.At, item.Name.Length);
        }
    }

    /// <summary>RFC 3525 section 7.2.8: a code and a text.</summary>
    public static void Error(Packet p, in View v, Node tree, in MegacoItem item)
    {
        var branch = Branch(p, v, tree, ErrorField, item);
        uint code = Utf8Parser.TryParse(item.Value.Of(v.Bytes), out uint number, out _) ? number : 0;
        p.AddUInt(branch, ErrorCode, v, item.Value.At, item.Value.Length, code);
        var walk = item.Inside(v.Bytes);
        if (item.HasInside && walk.Next(out var text))
        {
            bool isQuoted = text.Name.Length >= 2 && v.Bytes[text.Name.At] == '"';
            p.Add(branch, ErrorText, v, text.Name.At + (isQuoted ? 1 : 0), text.Name.Length - (isQuoted ? 2 : 0));
        }
    }

    static bool IsKnown(ReadOnlySpan<byte> name) =>
        MegacoText.Is(name, "MD"u8, "Modem"u8) || MegacoText.Is(name, "MX"u8, "Mux"u8) || MegacoText.Is(name, "DM"u8, "DigitMap"u8)
        || MegacoText.Is(name, "PG"u8, "Packages"u8) || MegacoText.Is(name, "EB"u8, "EventBuffer"u8) || MegacoText.Is(name, "SV"u8, "Services"u8)
        || MegacoText.Is(name, "TP"u8, "Topology"u8);

    static Node Branch(Packet p, in View v, Node tree, Field field, in MegacoItem item) => p.Add(tree, field, v, item.Name.At, item.End - item.Name.At);

    static void AddAudit(Packet p, in View v, Node branch, in MegacoItem item)
    {
        var walk = item.Inside(v.Bytes);
        while (walk.Next(out var one))
        {
            var name = one.Name.Of(v.Bytes);
            string? said = MegacoText.Is(name, "M"u8, "Media"u8) ? "Media"
                : MegacoText.Is(name, "E"u8, "Events"u8) ? "Events"
                : MegacoText.Is(name, "SG"u8, "Signals"u8) ? "Signals"
                : MegacoText.Is(name, "MD"u8, "Modem"u8) ? "Modem"
                : MegacoText.Is(name, "MX"u8, "Mux"u8) ? "Mux"
                : MegacoText.Is(name, "DM"u8, "DigitMap"u8) ? "DigitMap"
                : MegacoText.Is(name, "SA"u8, "Statistics"u8) ? "Statistics"
                : MegacoText.Is(name, "PG"u8, "Packages"u8) ? "Packages"
                : MegacoText.Is(name, "OE"u8, "ObservedEvents"u8) ? "ObservedEvents"
                : MegacoText.Is(name, "EB"u8, "EventBuffer"u8) ? "EventBuffer" : null;
            if (said is null)
            {
                p.Add(branch, AuditItem, v, one.Name.At, one.Name.Length);
            }
            else
            {
                p.AddString(branch, AuditItem, v, one.Name.At, one.Name.Length, said);
            }
        }
    }

    static void AddEvents(Packet p, in View v, Node branch, in MegacoItem item)
    {
        if (Utf8Parser.TryParse(item.Value.Of(v.Bytes), out uint id, out _))
        {
            p.AddUInt(branch, RequestId, v, item.Value.At, item.Value.Length, id);
        }

        AddNames(p, v, branch, item, Package);
    }

    static void AddNames(Packet p, in View v, Node branch, in MegacoItem item, Field field)
    {
        var walk = item.Inside(v.Bytes);
        while (walk.Next(out var one))
        {
            p.Add(branch, field, v, one.Name.At, one.Name.Length);
            var parameters = one.Inside(v.Bytes);
            while (one.HasInside && parameters.Next(out var parameter))
            {
                AddLine(p, v, branch, parameter);
            }
        }
    }

    static void AddLines(Packet p, in View v, Node branch, in MegacoItem item)
    {
        var walk = item.Inside(v.Bytes);
        while (walk.Next(out var one))
        {
            AddLine(p, v, branch, one);
        }
    }

    static void AddLine(Packet p, in View v, Node branch, in MegacoItem item)
    {
        int length = (item.Value.Length > 0 ? item.Value.At + item.Value.Length : item.Name.At + item.Name.Length) - item.Name.At;
        p.AddText(branch, v, item.Name.At, length, $"{HttpText.Line(p, v.Span(item.Name.At, length))}");
    }

    static void AddMedia(Packet p, in View v, Node branch, in MegacoItem item, ref int descriptions)
    {
        var walk = item.Inside(v.Bytes);
        while (walk.Next(out var one))
        {
            var name = one.Name.Of(v.Bytes);
            if (MegacoText.Is(name, "ST"u8, "Stream"u8))
            {
                p.AddUInt(branch, Stream, v, one.Value.At, one.Value.Length, Utf8Parser.TryParse(one.Value.Of(v.Bytes), out uint id, out _) ? id : 0);
                var inner = one.Inside(v.Bytes);
                while (inner.Next(out var part))
                {
                    AddMediaPart(p, v, branch, part, ref descriptions);
                }
            }
            else
            {
                AddMediaPart(p, v, branch, one, ref descriptions);
            }
        }
    }

    static void AddMediaPart(Packet p, in View v, Node branch, in MegacoItem item, ref int descriptions)
    {
        var name = item.Name.Of(v.Bytes);
        if (MegacoText.Is(name, "TS"u8, "TerminationState"u8))
        {
            AddState(p, v, Branch(p, v, branch, State, item), item);
        }
        else if (MegacoText.Is(name, "O"u8, "LocalControl"u8))
        {
            AddControl(p, v, Branch(p, v, branch, Control, item), item);
        }
        else if (MegacoText.Is(name, "L"u8, "Local"u8))
        {
            AddDescription(p, v, Branch(p, v, branch, Local, item), item, ref descriptions);
        }
        else if (MegacoText.Is(name, "R"u8, "Remote"u8))
        {
            AddDescription(p, v, Branch(p, v, branch, Remote, item), item, ref descriptions);
        }
    }

    static void AddState(Packet p, in View v, Node branch, in MegacoItem item)
    {
        var walk = item.Inside(v.Bytes);
        while (walk.Next(out var one))
        {
            var name = one.Name.Of(v.Bytes);
            if (MegacoText.Is(name, "SI"u8, "ServiceStates"u8))
            {
                p.Add(branch, ServiceState, v, one.Value.At, one.Value.Length);
            }
            else if (MegacoText.Is(name, "BF"u8, "Buffer"u8))
            {
                p.Add(branch, Buffering, v, one.Value.At, one.Value.Length);
            }
            else
            {
                AddLine(p, v, branch, one);
            }
        }
    }

    static void AddControl(Packet p, in View v, Node branch, in MegacoItem item)
    {
        var walk = item.Inside(v.Bytes);
        while (walk.Next(out var one))
        {
            var name = one.Name.Of(v.Bytes);
            if (MegacoText.Is(name, "MO"u8, "Mode"u8))
            {
                p.Add(branch, Mode, v, one.Value.At, one.Value.Length);
                p.Info.Append($" (Mode:{HttpText.Formatted(p, one.Value.Of(v.Bytes))})");
            }
            else if (MegacoText.Is(name, "RV"u8, "ReservedValue"u8))
            {
                p.Add(branch, ReserveValue, v, one.Value.At, one.Value.Length);
            }
            else if (MegacoText.Is(name, "RG"u8, "ReservedGroup"u8))
            {
                p.Add(branch, ReserveGroup, v, one.Value.At, one.Value.Length);
            }
            else
            {
                AddLine(p, v, branch, one);
            }
        }
    }

    /// <summary>RFC 3525 section 7.1.8: a description as of RFC 8866.</summary>
    static void AddDescription(Packet p, in View v, Node branch, in MegacoItem item, ref int descriptions)
    {
        int at = Math.Min(MegacoText.SkipBlanks(v.Bytes, item.InsideAt), item.InsideEnd);
        if (!item.HasInside || at >= item.InsideEnd)
        {
            return;
        }

        descriptions++;
        p.SetProtocol(descriptions == 1 ? "MEGACO/SDP" : "MEGACO/SDP/SDP");
        p.CallGuarded(Catalog.Sdp, v.Part(at, item.InsideEnd - at), branch);
    }
}
