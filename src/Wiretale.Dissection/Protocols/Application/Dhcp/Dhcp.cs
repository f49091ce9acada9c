using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

// Specification: RFC 2131, Dynamic Host Configuration Protocol, section 2; RFC 951, Bootstrap Protocol; RFC 2132, options.
//
//    0                   1                   2                   3
//   +---------------+---------------+---------------+---------------+
//   |    op (1)     |   htype (1)   |   hlen (1)    |   hops (1)    |
//   +---------------+---------------+---------------+---------------+
//   |                            xid (4)                            |
//   +-------------------------------+-------------------------------+
//   |           secs (2)            |           flags (2)           |
//   +-------------------------------+-------------------------------+
//   |  ciaddr (4), yiaddr (4), siaddr (4), giaddr (4)               |
//   |  chaddr (16), sname (64), file (128)                          |
//   +---------------------------------------------------------------+
//   |  magic cookie (4), options (variable)                         |
//   +---------------------------------------------------------------+

/// <summary>Dynamic Host Configuration Protocol, and BOOTP, which is the same without a message type.</summary>
public sealed class Dhcp() : Dissector("dhcp")
{
    const int HardwareAddressAt = 28, ServerNameAt = 44, FileAt = 108, CookieAt = 236, OptionsAt = 240;
    const int HardwareAddressLength = 16;
    const int ServerNameLength = FileAt - ServerNameAt, FileLength = CookieAt - FileAt;

    /// <summary>BOOTP's vendor area where no cookie stands (RFC 951 section 3).</summary>
    const int VendorLength = 64;

    static readonly Protocol P = new("Dynamic Host Configuration Protocol", "DHCP/BOOTP", "dhcp");
    static readonly Field IsBootp = P.Flag("dhcp.bootp", "Frame is BOOTP");
    static readonly Field Op = P.UInt8("dhcp.type", "Message type", names: ValueNames.Of(() => [(1, "Boot Request"), (2, "Boot Reply")]));
    static readonly ValueNames HardwareNames = ValueNames.Of(() => ArpHardware.Names());
    static readonly Field HardwareType = P.UInt8("dhcp.hw.type", "Hardware type", FieldBase.Hex, HardwareNames);
    static readonly Field HardwareLength = P.UInt8("dhcp.hw.len", "Hardware address length");
    static readonly Field Hops = P.UInt8("dhcp.hops", "Hops");
    static readonly Field Id = P.UInt32("dhcp.id", "Transaction ID", FieldBase.Hex);
    static readonly Field Elapsed = P.UInt16("dhcp.secs", "Seconds elapsed");
    static readonly Field Flags = P.UInt16("dhcp.flags", "Bootp flags", FieldBase.Hex);
    static readonly Field FlagBroadcast = P.Flag("dhcp.flags.bc", "Broadcast flag", 16, DhcpMessage.Broadcast, ValueNames.Flag("Broadcast", "Unicast"));
    static readonly Field FlagReserved = P.UInt16("dhcp.flags.reserved", "Reserved flags", FieldBase.Hex, mask: 0x7fff);
    static readonly Field ClientAddress = P.IPv4("dhcp.ip.client", "Client IP address");
    static readonly Field YourAddress = P.IPv4("dhcp.ip.your", "Your (client) IP address");
    static readonly Field ServerAddress = P.IPv4("dhcp.ip.server", "Next server IP address");
    static readonly Field RelayAddress = P.IPv4("dhcp.ip.relay", "Relay agent IP address");
    static readonly Field HardwareAddress = P.Bytes("dhcp.hw.addr", "Client hardware address");
    static readonly Field HardwarePadding = P.Bytes("dhcp.hw.addr_padding", "Client hardware address padding");
    static readonly Field Mac = P.Ether("dhcp.hw.mac_addr", "Client MAC address");
    static readonly Field ServerName = P.String("dhcp.server", "Server host name");
    static readonly Field FileName = P.String("dhcp.file", "Boot file name");
    static readonly Field Cookie = P.IPv4("dhcp.cookie", "Magic cookie");
    static readonly Field VendorArea = P.Bytes("dhcp.vendor_specific_options", "Bootp vendor specific options");
    static readonly Expert ElapsedReversed = P.Expert("dhcp.secs_le", Severity.Note, ExpertGroup.Protocol, "Seconds elapsed appears to be encoded as little-endian");
    static readonly Expert NoAddress = P.Expert("dhcp.client_address_not_given", Severity.Note, ExpertGroup.Protocol, "Client address not given");
    static readonly Expert EndMissing = P.Expert("dhcp.end_option_missing", Severity.Error, ExpertGroup.Protocol, "End option missing");
    static readonly Expert ServerNameOverloaded = P.Expert("dhcp.server_name_overloaded_by_dhcp", Severity.Note, ExpertGroup.Protocol, "Server name option overloaded by DHCP");
    static readonly Expert FileOverloaded = P.Expert("dhcp.boot_filename_overloaded_by_dhcp", Severity.Note, ExpertGroup.Protocol, "Boot file name option overloaded by DHCP");
    static readonly DhcpOptions Options = new(P, HardwareNames, HardwareType, Mac);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, DhcpMessage.ServerPort, DhcpMessage.ClientPort, DhcpMessage.ProxyPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("BOOTP");
        p.Info.Clear();
        byte op = v.U8(0), hardware = v.U8(1), length = v.U8(2);
        Summary(p, v, op, hardware, length);
        var scan = DhcpScan.Read(v, OptionsAt);
        bool isDhcp = v.Has(CookieAt, 4) && v.U32(CookieAt) == DhcpMessage.MagicCookie;
        if (isDhcp && scan.HasType)
        {
            p.SetProtocol("DHCP");
            DhcpSummary(p, v, scan.Type);
        }

        var tree = p.Open(P, v, parent);
        Header(p, v, tree, hardware, length, isDhcp ? scan.Overload : (byte)0);
        if (v.U32(CookieAt) != DhcpMessage.MagicCookie)
        {
            p.Add(tree, VendorArea, v, CookieAt, VendorLength);
            return v.Reported;
        }

        p.Label(p.Add(tree, Cookie, v, CookieAt), $"Magic cookie: DHCP");
        if (!scan.HasType)
        {
            p.Hidden(p.AddFlag(tree, IsBootp, v, 0, 0, true));
        }

        var area = new DhcpArea(tree, tree, scan.IsPxe, scan.Type);
        int end = Options.AddAll(p, v, area, OptionsAt, v.Reported, out bool ended);
        if (!ended && scan.HasType)
        {
            p.Expert(tree, EndMissing, v, 0, 0);
        }

        if (ended && v.ReportedFrom(end) > 0)
        {
            Options.AddPadding(p, v, tree, end, v.ReportedFrom(end));
        }

        return v.Reported;
    }

    static void Summary(Packet p, in View v, byte op, byte hardware, byte length)
    {
        switch (op)
        {
            case DhcpMessage.Request when length is > 0 and <= HardwareAddressLength && v.Has(HardwareAddressAt, length):
                var address = v.Span(HardwareAddressAt, length);
                if (IsMac(hardware, length))
                {
                    var mac = Address.Ethernet(address);
                    p.Info.Set($"Boot Request from {mac} ({mac})");
                }
                else
                {
                    p.Info.Set("Boot Request from "u8);
                    p.Scratch.Clear();
                    p.Scratch.AppendHex(address, (byte)':');
                    p.Info.Append(p.Scratch.Bytes);
                }

                break;
            case DhcpMessage.Request:
                p.Info.Set("Boot Request"u8);
                break;
            case DhcpMessage.Reply:
                p.Info.Set("Boot Reply"u8);
                break;
            default:
                p.Info.Set($"Unknown BOOTP message type ({op})");
                break;
        }
    }

    static void DhcpSummary(Packet p, in View v, byte type)
    {
        string dhcp = p.DestinationPort == DhcpMessage.ProxyPort || p.SourcePort == DhcpMessage.ProxyPort ? "proxyDHCP" : "DHCP";
        if (DhcpOptions.MessageTypes.Find(type) is { } name)
        {
            // Eight columns, so that the transactions of an exchange stand below each other.
            p.Info.Set($"{dhcp} {name}{"        "u8[Math.Min(name.Length, 8)..]} - Transaction ID 0x{v.U32(4):x}");
        }
        else
        {
            p.Info.Set($"{dhcp} Unknown Message Type (0x{type:x2}) - Transaction ID 0x{v.U32(4):x}");
        }
    }

    static bool IsMac(byte hardware, int length) => hardware is (byte)ArpHardware.Ethernet or (byte)ArpHardware.Ieee802 && length == 6;

    static void Header(Packet p, in View v, Node tree, byte hardware, byte length, byte overload)
    {
        p.AddAll(tree, v, 0, Op, HardwareType, HardwareLength, Hops, Id);
        ushort seconds = v.U16(8);
        if (seconds > 0xff && (seconds & 0xff) == 0)
        {
            p.Expert(p.AddLE(tree, Elapsed, v, 8), ElapsedReversed, v, 8, 2);
        }
        else
        {
            p.Add(tree, Elapsed, v, 8);
        }

        var flags = p.Add(tree, Flags, v, 10);
        p.AppendLabel(flags, (v.U16(10) & DhcpMessage.Broadcast) != 0 ? ", Broadcast flag (Broadcast)" : " (Unicast)");
        p.Add(flags, FlagBroadcast, v, 10, 2);
        p.Add(flags, FlagReserved, v, 10, 2);
        p.AddAll(tree, v, 12, ClientAddress, YourAddress, ServerAddress, RelayAddress);
        ClientHardware(p, v, tree, hardware, length);
        Name(p, v, tree, ServerName, ServerNameAt, ServerNameLength, (overload & 2) != 0 ? ServerNameOverloaded : null, "Server host name not given");
        Name(p, v, tree, FileName, FileAt, FileLength, (overload & 1) != 0 ? FileOverloaded : null, "Boot file name not given");
    }

    static void ClientHardware(Packet p, in View v, Node tree, byte hardware, byte length)
    {
        if (length is 0 or > HardwareAddressLength)
        {
            p.Expert(p.AddText(tree, v, HardwareAddressAt, HardwareAddressLength, "Client address not given"), NoAddress, v, HardwareAddressAt, HardwareAddressLength);
            return;
        }

        p.Add(tree, IsMac(hardware, length) ? Mac : HardwareAddress, v, HardwareAddressAt, length);
        if (length < HardwareAddressLength)
        {
            p.Add(tree, HardwarePadding, v, HardwareAddressAt + length, HardwareAddressLength - length);
        }
    }

    static void Name(Packet p, in View v, Node tree, Field field, int at, int length, Expert? overloaded, string notGiven)
    {
        bool isGiven = v.U8(at) != 0;
        if (overloaded is not null)
        {
            p.Expert(p.AddText(tree, v, at, length, overloaded.Summary), overloaded, v, at, length);
        }
        else if (isGiven)
        {
            p.AddString(tree, field, v, at, length, TextEncoding.Ascii);
        }
        else
        {
            p.Label(p.AddString(tree, field, v, at, length, ""u8), $"{notGiven}");
        }
    }
}

/// <summary>What must be known of the options before they are shown in their order.</summary>
readonly record struct DhcpScan(bool HasType, byte Type, byte Overload, bool IsPxe)
{
    public static DhcpScan Read(in View v, int at)
    {
        var found = default(DhcpScan);
        while (v.Has(at, 2) && v.U8(at) != DhcpOption.End)
        {
            byte code = v.U8(at);
            if (code == DhcpOption.Pad)
            {
                at++;
                continue;
            }

            int length = v.U8(at + 1);
            at += 2;
            if (!v.Has(at, length))
            {
                break;
            }

            if (code == DhcpOption.MessageType && length > 0)
            {
                found = found with { HasType = true, Type = v.U8(at) };
            }
            else if (code == DhcpOption.Overload && length > 0)
            {
                found = found with { Overload = v.U8(at) };
            }
            else if (code == DhcpOption.VendorClass && v.Span(at, length).StartsWith("PXEClient"u8))
            {
                found = found with { IsPxe = true };
            }

            at += length;
        }

        return found;
    }
}
