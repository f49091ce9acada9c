using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Sip;

/// <summary>One header field.</summary>
sealed record SipHeader(Field Field)
{
    /// <summary>Its name on the wire; compared without regard to case.</summary>
    public byte[] Name { get; } = Encoding.ASCII.GetBytes(Field.Name["sip.".Length..]);
}

/// <summary>The header fields of the IANA list "SIP Header Fields", as Wireshark names them.</summary>
sealed class SipHeaders(Protocol P)
{
    readonly SipHeader[] all =
    [
        new(P.String("sip.Accept", "Accept")), new(P.String("sip.Accept-Contact", "Accept-Contact")),
        new(P.String("sip.Accept-Encoding", "Accept-Encoding")), new(P.String("sip.Accept-Language", "Accept-Language")),
        new(P.String("sip.Accept-Resource-Priority", "Accept-Resource-Priority")), new(P.String("sip.Additional-Identity", "Additional-Identity")),
        new(P.String("sip.Alert-Info", "Alert-Info")), new(P.String("sip.Allow", "Allow")), new(P.String("sip.Allow-Events", "Allow-Events")),
        new(P.String("sip.Answer-Mode", "Answer-Mode")), new(P.String("sip.Attestation-Info", "Attestation-Info")),
        new(P.String("sip.Authentication-Info", "Authentication-Info")), new(P.String("sip.Authorization", "Authorization")),
        new(P.String("sip.CSeq", "CSeq")), new(P.String("sip.Call-ID", "Call-ID")), new(P.String("sip.Call-Info", "Call-Info")),
        new(P.String("sip.Cellular-Network-Info", "Cellular-Network-Info")), new(P.String("sip.Contact", "Contact")),
        new(P.String("sip.Content-Disposition", "Content-Disposition")), new(P.String("sip.Content-Encoding", "Content-Encoding")),
        new(P.String("sip.Content-Language", "Content-Language")), new(P.UInt32("sip.Content-Length", "Content-Length")),
        new(P.String("sip.Content-Type", "Content-Type")), new(P.String("sip.Date", "Date")), new(P.String("sip.Diversion", "Diversion")),
        new(P.String("sip.ETag", "ETag")), new(P.String("sip.Error-Info", "Error-Info")), new(P.String("sip.Event", "Event")),
        new(P.UInt32("sip.Expires", "Expires")), new(P.String("sip.Feature-Caps", "Feature-Caps")), new(P.String("sip.Flow-Timer", "Flow-Timer")),
        new(P.String("sip.From", "From")), new(P.String("sip.Geolocation", "Geolocation")),
        new(P.String("sip.Geolocation-Error", "Geolocation-Error")), new(P.String("sip.Geolocation-Routing", "Geolocation-Routing")),
        new(P.String("sip.History-Info", "History-Info")), new(P.String("sip.Identity", "Identity")),
        new(P.String("sip.Identity-info", "Identity-info")), new(P.String("sip.In-Reply-To", "In-Reply-To")),
        new(P.String("sip.Info-Package", "Info-Package")), new(P.String("sip.Join", "Join")), new(P.String("sip.MIME-Version", "MIME-Version")),
        new(P.UInt32("sip.Max-Breadth", "Max-Breadth")), new(P.UInt32("sip.Max-Forwards", "Max-Forwards")),
        new(P.String("sip.Min-Expires", "Min-Expires")), new(P.String("sip.Min-SE", "Min-SE")), new(P.String("sip.Organization", "Organization")),
        new(P.String("sip.Origination-Id", "Origination-Id")), new(P.String("sip.P-Access-Network-Info", "P-Access-Network-Info")),
        new(P.String("sip.P-Answer-State", "P-Answer-State")), new(P.String("sip.P-Asserted-Identity", "P-Asserted-Identity")),
        new(P.String("sip.P-Asserted-Service", "P-Asserted-Service")), new(P.String("sip.P-Associated-URI", "P-Associated-URI")),
        new(P.String("sip.P-Called-Party-ID", "P-Called-Party-ID")), new(P.String("sip.P-Charge-Info", "P-Charge-Info")),
        new(P.String("sip.P-Charging-Function-Addresses", "P-Charging-Function-Addresses")),
        new(P.String("sip.P-Charging-Vector", "P-Charging-Vector")), new(P.String("sip.P-DCS-Billing-Info", "P-DCS-Billing-Info")),
        new(P.String("sip.P-DCS-LAES", "P-DCS-LAES")), new(P.String("sip.P-DCS-OSPS", "P-DCS-OSPS")),
        new(P.String("sip.P-DCS-Redirect", "P-DCS-Redirect")), new(P.String("sip.P-DCS-Trace-Party-ID", "P-DCS-Trace-Party-ID")),
        new(P.String("sip.P-Early-Media", "P-Early-Media")), new(P.String("sip.P-Media-Authorization", "P-Media-Authorization")),
        new(P.String("sip.P-Preferred-Identity", "P-Preferred-Identity")), new(P.String("sip.P-Preferred-Service", "P-Preferred-Service")),
        new(P.String("sip.P-Profile-Key", "P-Profile-Key")), new(P.String("sip.P-Refused-URI-List", "P-Refused-URI-List")),
        new(P.String("sip.P-Served-User", "P-Served-User")), new(P.String("sip.P-User-Database", "P-User-Database")),
        new(P.String("sip.P-Visited-Network-ID", "P-Visited-Network-ID")), new(P.String("sip.Path", "Path")),
        new(P.String("sip.Permission-Missing", "Permission-Missing")), new(P.String("sip.Priority", "Priority")),
        new(P.String("sip.Priority-Share", "Priority-Share")), new(P.String("sip.Priv-Answer-mode", "Priv-Answer-mode")),
        new(P.String("sip.Privacy", "Privacy")), new(P.String("sip.Proxy-Authenticate", "Proxy-Authenticate")),
        new(P.String("sip.Proxy-Authorization", "Proxy-Authorization")), new(P.String("sip.Proxy-Require", "Proxy-Require")),
        new(P.String("sip.RAck", "RAck")), new(P.UInt32("sip.RSeq", "RSeq")), new(P.String("sip.Reason", "Reason")),
        new(P.String("sip.Record-Route", "Record-Route")), new(P.String("sip.Recv-Info", "Recv-Info")), new(P.String("sip.Refer-Sub", "Refer-Sub")),
        new(P.String("sip.Refer-To", "Refer-To")), new(P.String("sip.Referred-by", "Referred By")),
        new(P.String("sip.Reject-Contact", "Reject-Contact")), new(P.String("sip.Relayed-Charge", "Relayed-Charge")),
        new(P.String("sip.Replaces", "Replaces")), new(P.String("sip.Reply-To", "Reply-To")),
        new(P.String("sip.Request-Disposition", "Request-Disposition")), new(P.String("sip.Require", "Require")),
        new(P.String("sip.Resource-Priority", "Resource-Priority")), new(P.String("sip.Resource-Share", "Resource-Share")),
        new(P.String("sip.Response-Source", "Response-Source")), new(P.String("sip.Restoration-Info", "Restoration-Info")),
        new(P.UInt32("sip.Retry-After", "Retry-After")), new(P.String("sip.Route", "Route")),
        new(P.String("sip.Security-Client", "Security-Client")), new(P.String("sip.Security-Server", "Security-Server")),
        new(P.String("sip.Security-Verify", "Security-Verify")), new(P.String("sip.Server", "Server")),
        new(P.String("sip.Service-Interact-Info", "Service-Interact-Info")), new(P.String("sip.Service-Route", "Service-Route")),
        new(P.String("sip.Session-Expires", "Session-Expires")), new(P.String("sip.Session-ID", "Session-ID")),
        new(P.String("sip.Subject", "Subject")), new(P.String("sip.Subscription-State", "Subscription-State")),
        new(P.String("sip.Supported", "Supported")), new(P.String("sip.Target-Dialog", "Target-Dialog")),
        new(P.String("sip.Timestamp", "Timestamp")), new(P.String("sip.To", "To")), new(P.String("sip.Trigger-Consent", "Trigger-Consent")),
        new(P.String("sip.Unsupported", "Unsupported")), new(P.String("sip.User-Agent", "User-Agent")), new(P.String("sip.Via", "Via")),
        new(P.String("sip.WWW-Authenticate", "WWW-Authenticate")), new(P.String("sip.Warning", "Warning")),
    ];

    /// <summary>A header field by its name, also the short one of RFC 3261 section 7.3.3; null when it is not known.</summary>
    public SipHeader? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length == 1)
        {
            name = Long(name[0]);
        }

        foreach (var header in all)
        {
            if (Ascii.EqualsIgnoreCase(header.Name, name))
            {
                return header;
            }
        }

        return null;
    }

    static ReadOnlySpan<byte> Long(byte letter) => (char)(letter | 0x20) switch
    {
        'a' => "Accept-Contact"u8,
        'b' => "Referred-By"u8,
        'c' => "Content-Type"u8,
        'e' => "Content-Encoding"u8,
        'f' => "From"u8,
        'i' => "Call-ID"u8,
        'j' => "Reject-Contact"u8,
        'k' => "Supported"u8,
        'l' => "Content-Length"u8,
        'm' => "Contact"u8,
        'o' => "Event"u8,
        'r' => "Refer-To"u8,
        's' => "Subject"u8,
        't' => "To"u8,
        'u' => "Allow-Events"u8,
        'v' => "Via"u8,
        'x' => "Session-Expires"u8,
        'y' => "Identity"u8,
        _ => default,
    };
}
