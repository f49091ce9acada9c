using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

// Specification: SMPP 3.4 section 5.3: a tag, a length, a value.

/// <summary>The optional parameters of a message.</summary>
static class SmppOptions
{
    const int Header = 4, Version = 0x0210, ShownBytes = 36;

    static readonly Protocol P = Smpp.P;
    static readonly ValueNames DestAddrSubunitNames = ValueNames.Of(() => [(0x0, "Unknown -default-"), (0x1, "MS Display"), (0x2, "Mobile equipment"), (0x3, "Smart card 1"), (0x4, "External unit 1")]);
    static readonly ValueNames DestNetworkTypeNames = ValueNames.Of(() => [
        (0x0, "Unknown"), (0x1, "GSM"), (0x2, "ANSI-136/TDMA"), (0x3, "IS-95/CDMA"), (0x4, "PDC"), (0x5, "PHS"), (0x6, "iDEN"),
        (0x7, "AMPS"), (0x8, "Paging network")]);
    static readonly ValueNames DestBearerTypeNames = ValueNames.Of(() => [
        (0x0, "Unknown"), (0x1, "SMS"), (0x2, "Circuit Switched Data (CSD)"), (0x3, "Packet data"), (0x4, "USSD"), (0x5, "CDPD"),
        (0x6, "DataTAC"), (0x7, "FLEX/ReFLEX"), (0x8, "Cell Broadcast")]);
    static readonly ValueNames PayloadTypeNames = ValueNames.Of(() => [(0, "Default"), (1, "WCMP message")]);
    static readonly ValueNames PrivacyIndicatorNames = ValueNames.Of(() => [(0, "Not restricted -default-"), (1, "Restricted"), (2, "Confidential"), (3, "Secret")]);
    static readonly ValueNames LanguageIndicatorNames = ValueNames.Of(() => [(0, "Unspecified -default-"), (1, "english"), (2, "french"), (3, "spanish"), (4, "german"), (5, "portuguese")]);
    static readonly ValueNames DpfResultNames = ValueNames.Of(() => [(0, "DPF not set"), (1, "DPF set")]);
    static readonly ValueNames SetDpfNames = ValueNames.Of(() => [(0, "Not requested (Set DPF for delivery failure)"), (1, "Requested (Set DPF for delivery failure)")]);
    static readonly ValueNames MsAvailabilityStatusNames = ValueNames.Of(() => [(0, "Available -default-"), (1, "Denied"), (2, "Unavailable")]);

    static readonly Field List = P.Label("smpp.opt_params", "Optional parameters", "The list of optional parameters in this operation.");
    static readonly Field One = P.Label("smpp.opt_param", "Optional parameter");
    static readonly Field Tag = P.UInt16("smpp.opt_param_tag", "Tag", FieldBase.Hex, blurb: "Optional parameter identifier tag");
    static readonly Field Length = P.UInt16("smpp.opt_param_len", "Length", blurb: "Optional parameter length");
    static readonly Field Value = P.Bytes("smpp.vendor_op", "Value", blurb: "A supplied optional parameter specific to an SMSC-vendor.");
    static readonly Field InterfaceVersion = P.UInt8("smpp.SC_interface_version", "SMSC-supported version", FieldBase.Custom);
    static readonly (int Tag, string Name, Field Field)[] Known =
    [
        (0x0005, "dest_addr_subunit", P.UInt8("smpp.dest_addr_subunit", "Subunit destination", FieldBase.Hex, DestAddrSubunitNames, blurb: "Subunit address within mobile to route message to.")),
        (0x0006, "dest_network_type", P.UInt8("smpp.dest_network_type", "Destination network", FieldBase.Hex, DestNetworkTypeNames, blurb: "Network associated with the destination address.")),
        (0x0007, "dest_bearer_type", P.UInt8("smpp.dest_bearer_type", "Destination bearer", FieldBase.Hex, DestBearerTypeNames, blurb: "Desired bearer for delivery of message.")),
        (0x0008, "dest_telematics_id", P.UInt16("smpp.dest_telematics_id", "Telematic interworking (dest)", FieldBase.Hex, blurb: "Telematic interworking to be used for message delivery.")),
        (0x000d, "source_addr_subunit", P.UInt8("smpp.source_addr_subunit", "Subunit origin", FieldBase.Hex, DestAddrSubunitNames, blurb: "Subunit address within mobile that generated the message.")),
        (0x000e, "source_network_type", P.UInt8("smpp.source_network_type", "Originator network", FieldBase.Hex, DestNetworkTypeNames, blurb: "Network associated with the originator address.")),
        (0x000f, "source_bearer_type", P.UInt8("smpp.source_bearer_type", "Originator bearer", FieldBase.Hex, DestBearerTypeNames, blurb: "Bearer over which the message originated.")),
        (0x0010, "source_telematics_id", P.UInt8("smpp.source_telematics_id", "Telematic interworking (orig)", FieldBase.Hex, blurb: "Telematic interworking used for message submission.")),
        (0x0017, "qos_time_to_live", P.UInt32("smpp.qos_time_to_live", "Validity period", blurb: "Number of seconds to retain message before expiry.")),
        (0x0019, "payload_type", P.UInt8("smpp.payload_type", "Payload", FieldBase.Dec, PayloadTypeNames, blurb: "PDU type contained in the message payload.")),
        (0x001d, "additional_status_info_text", P.String("smpp.additional_status_info_text", "Information", blurb: "Description of the meaning of a response PDU.")),
        (0x001e, "receipted_message_id", P.String("smpp.receipted_message_id", "SMSC identifier", blurb: "SMSC handle of the message being received.")),
        (0x0201, "privacy_indicator", P.UInt8("smpp.privacy_indicator", "Privacy indicator", FieldBase.Dec, PrivacyIndicatorNames, blurb: "Indicates the privacy level of the message.")),
        (0x0202, "source_subaddress", P.Bytes("smpp.source_subaddress", "Source Subaddress")),
        (0x0203, "dest_subaddress", P.Bytes("smpp.dest_subaddress", "Destination Subaddress")),
        (0x0204, "user_message_reference", P.UInt16("smpp.user_message_reference", "Message reference", FieldBase.Hex, blurb: "Reference to the message, assigned by the user.")),
        (0x0205, "user_response_code", P.UInt8("smpp.user_response_code", "Application response code", FieldBase.Hex, blurb: "A response code set by the user.")),
        (0x020a, "source_port", P.UInt16("smpp.source_port", "Source port", FieldBase.Hex, blurb: "Application port associated with the source of the message.")),
        (0x020b, "dest_port", P.UInt16("smpp.destination_port", "Destination port", FieldBase.Hex, blurb: "Application port associated with the destination of the message.")),
        (0x020c, "sar_msg_ref_num", P.UInt16("smpp.sar_msg_ref_num", "SAR reference number", blurb: "Reference number for a concatenated short message.")),
        (0x020d, "language_indicator", P.UInt8("smpp.language_indicator", "Language", FieldBase.Dec, LanguageIndicatorNames, blurb: "Indicates the language of the short message.")),
        (0x020e, "sar_total_segments", P.UInt16("smpp.sar_total_segments", "SAR size", blurb: "Number of segments of a concatenated short message.")),
        (0x020f, "sar_segment_seqnum", P.UInt8("smpp.sar_segment_seqnum", "SAR sequence number", blurb: "Segment number within a concatenated short message.")),
        (0x0304, "number_of_messages", P.UInt8("smpp.number_of_messages", "Number of messages")),
        (0x0420, "dpf_result", P.UInt8("smpp.dpf_result", "Delivery pending set?", FieldBase.Dec, DpfResultNames, blurb: "Indicates whether Delivery Pending Flag was set.")),
        (0x0421, "set_dpf", P.UInt8("smpp.set_dpf", "Request DPF set", FieldBase.Dec, SetDpfNames, blurb: "Request to set the DPF for certain failure scenario's.")),
        (0x0422, "ms_availability_status", P.UInt8("smpp.ms_availability_status", "Availability status", FieldBase.Dec, MsAvailabilityStatusNames, blurb: "Indicates the availability state of the handset.")),
        (0x0424, "message_payload", P.Bytes("smpp.message_payload", "Payload", blurb: "Short message user data.")),
    ];

    /// <summary>Adds them up to the end.</summary>
    public static void Add(Packet p, in View v, Node tree, int at)
    {
        var list = p.Add(tree, List, v, at, v.Reported - at);
        p.Label(list, $"Optional parameters");
        while (v.ReportedFrom(at) >= Header)
        {
            int tag = v.U16(at), length = v.U16(at + 2);
            v.Ensure(at, Header + length);
            var (name, field) = Find(tag);
            var node = p.Add(list, One, v, at, Header + length);
            if (name.Length > 0)
            {
                p.Label(node, $"Optional parameter: {name} (0x{tag:x4})");
            }
            else
            {
                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Span(at + Header, Math.Min(length, ShownBytes)));
                p.Label(node, $"Optional parameter: 0x{tag:x4} (0x{tag:x4}): {p.Scratch.Bytes}{(length > ShownBytes ? "…" : "")}");
            }

            p.Add(node, Tag, v, at);
            p.Add(node, Length, v, at + 2);
            at += Header;
            if (tag == Version && length == 1)
            {
                p.Label(p.Add(node, InterfaceVersion, v, at), $"SMSC-supported version: {v.U8(at) >> 4}.{v.U8(at) & 0x0f}");
            }
            else if (length > 0)
            {
                bool fits = field is not null && (field.Size == 0 || length <= field.Size);
                p.Add(node, fits ? field! : Value, v, at, length);
            }

            at += length;
        }
    }

    static (string Name, Field? Field) Find(int tag)
    {
        foreach (var (known, name, field) in Known)
        {
            if (known == tag)
            {
                return (name, field);
            }
        }

        return (tag == Version ? "sc_interface_version" : "", null);
    }
}
