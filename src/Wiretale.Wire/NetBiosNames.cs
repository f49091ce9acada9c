namespace Wiretale.Wire;

/// <summary>Numbers of NetBIOS over TCP and UDP (RFC 1002 section 4.2) and what the last byte of a NetBIOS name says.</summary>
public static class NetBiosNames
{
    /// <summary>What a name service message asks for.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Opcodes { get; } =
    [
        (0, "Name query"), (5, "Registration"), (6, "Release"), (7, "Wait for acknowledgment"), (8, "Refresh"), (9, "Refresh (alternate opcode)"),
        (15, "Multi-homed registration"),
    ];

    /// <summary>How a request went.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> ResponseCodes { get; } =
    [
        (0, "No error"), (1, "Request was invalidly formatted"), (2, "Server failure"), (3, "Requested name does not exist"), (4, "Request is not implemented"),
        (5, "Request was refused"), (6, "Name is owned by another node"), (7, "Name is in conflict"),
    ];

    /// <summary>Services that register a name, by the name's last byte.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Services { get; } =
    [
        (0x00, "Workstation/Redirector"), (0x01, "Browser"), (0x02, "Workstation/Redirector"), (0x03, "Messenger service/Main name"), (0x05, "Forwarded name"),
        (0x06, "RAS Server service"), (0x1b, "Domain Master Browser"), (0x1c, "Domain Controllers"), (0x1d, "Local Master Browser"),
        (0x1e, "Browser Election Service"), (0x1f, "Net DDE Service"), (0x20, "Server service"), (0x21, "RAS client service"),
        (0x22, "Exchange Interchange (MSMail Connector)"), (0x23, "Exchange Store"), (0x24, "Exchange Directory"), (0x2b, "Lotus Notes Server service"),
        (0x30, "Modem sharing server service"), (0x31, "Modem sharing client service"), (0x43, "SMS Clients Remote Control"),
        (0x44, "SMS Administrators Remote Control Tool"), (0x45, "SMS Clients Remote Chat"), (0x46, "SMS Clients Remote Transfer"),
        (0x4c, "DEC Pathworks TCP/IP Service on Windows NT"), (0x52, "DEC Pathworks TCP/IP Service on Windows NT"), (0x6a, "Microsoft Exchange IMC"),
        (0x87, "Microsoft Exchange MTA"), (0xbe, "Network Monitor Agent"), (0xbf, "Network Monitor Analyzer"),
    ];
}
