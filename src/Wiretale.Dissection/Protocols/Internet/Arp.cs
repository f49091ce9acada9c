using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 826; RARP RFC 903, DRARP RFC 1931, InARP RFC 2390, probes and announcements RFC 5227.
//
//   0       2       4      5      6        8
//   +-------+-------+------+------+--------+---------------------------------------------
//   | hw    | proto | hw   | proto| opcode | sender hw, sender proto, target hw, target proto
//   | type  | type  | size | size |        | (sizes as given)
//   +-------+-------+------+------+--------+---------------------------------------------

/// <summary>Address Resolution Protocol, and its relatives RARP, DRARP and InARP, which share its form.</summary>
public sealed class Arp() : Dissector("arp")
{
    const int HeaderLength = 8;

    static readonly Protocol P = new("Address Resolution Protocol", "ARP/RARP", "arp");
    static readonly Field HardwareType = P.UInt16("arp.hw.type", "Hardware type", FieldBase.Dec, ValueNames.Of(() => ArpHardware.Names()));
    static readonly Field ProtocolType = P.UInt16("arp.proto.type", "Protocol type", FieldBase.Hex, EtherType.Names);
    static readonly Field HardwareSize = P.UInt8("arp.hw.size", "Hardware size");
    static readonly Field ProtocolSize = P.UInt8("arp.proto.size", "Protocol size");
    static readonly Field Opcode = P.UInt16("arp.opcode", "Opcode", FieldBase.Dec, ValueNames.Of(() => ArpOpcodes.Names()));
    static readonly Field IsGratuitous = P.Flag("arp.isgratuitous", "Is gratuitous");
    static readonly Field IsProbe = P.Flag("arp.isprobe", "Is probe");
    static readonly Field IsAnnouncement = P.Flag("arp.isannouncement", "Is announcement");
    static readonly Field SenderHardware = P.Bytes("arp.src.hw", "Sender hardware address");
    static readonly Field SenderMac = P.Ether("arp.src.hw_mac", "Sender MAC address");
    static readonly Field SenderProtocol = P.Bytes("arp.src.proto", "Sender protocol address");
    static readonly Field SenderIPv4 = P.IPv4("arp.src.proto_ipv4", "Sender IP address");
    static readonly Field TargetHardware = P.Bytes("arp.dst.hw", "Target hardware address");
    static readonly Field TargetMac = P.Ether("arp.dst.hw_mac", "Target MAC address");
    static readonly Field TargetProtocol = P.Bytes("arp.dst.proto", "Target protocol address");
    static readonly Field TargetIPv4 = P.IPv4("arp.dst.proto_ipv4", "Target IP address");
    static readonly Field DrarpStatus = P.UInt16("arp.dst.drarp_error_status", "DRARP error status", FieldBase.Dec, ValueNames.Of(() => [
        (1, "restricted"), (2, "no address"), (3, "serverdown"), (4, "moved"), (5, "failure")]));
    static readonly Field DuplicateFrame = P.FrameNumber("arp.duplicate-address-frame", "Frame showing earlier use of IP address");
    static readonly Field DuplicateSeconds = P.UInt32("arp.seconds-since-duplicate-address-frame", "Seconds since earlier frame seen");
    static readonly Expert Duplicate = P.Expert("arp.duplicate-address-detected", Severity.Warning, ExpertGroup.Sequence, "Duplicate IP address configured");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypes.Arp, EtherTypes.Rarp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ARP");
        p.Info.Clear();
        v.Ensure(0, 1);
        var tree = p.Open(P, v, parent);
        p.Add(tree, HardwareType, v, 0);
        p.Add(tree, ProtocolType, v, 2);
        p.Add(tree, HardwareSize, v, 4);
        p.Add(tree, ProtocolSize, v, 5);
        p.Add(tree, Opcode, v, 6);
        int hardwareSize = v.U8(4), protocolSize = v.U8(5), opcode = v.U16(6);
        int length = HeaderLength + (2 * (hardwareSize + protocolSize));
        if (length > v.Reported)
        {
            v.ThrowShort(HeaderLength, length - HeaderLength);
        }

        p.SetActualLength(v, length);
        p.SetLength(tree, Math.Min(length, v.Captured));

        var a = new Addresses(v.U16(0), v.U16(2), hardwareSize, protocolSize);
        SetProtocolColumn(p, opcode);
        bool probe = false, gratuitous = false, announcement = false;
        if (opcode is ArpOpcodes.Request or ArpOpcodes.Reply)
        {
            var address = v.Span(a.SenderProtocol, protocolSize);
            gratuitous = protocolSize > 0 && address.SequenceEqual(v.Span(a.TargetProtocol, protocolSize));
            probe = opcode == ArpOpcodes.Request && a.HasIPv4 && !gratuitous && v.U32(a.SenderProtocol) == 0;
            announcement = gratuitous && opcode == ArpOpcodes.Request && !v.Span(a.TargetHardware, hardwareSize).ContainsAnyExcept((byte)0);
        }

        SetInfo(p, v, a, opcode, probe, gratuitous, announcement);
        Finding sender = default, target = default;
        if (opcode is ArpOpcodes.Request or ArpOpcodes.Reply && a.HasMac && a.HasIPv4)
        {
            // A reply names the target's address too, and for the Info column what is found there counts.
            bool hasSender = IsStation(v, a.SenderHardware, a.SenderProtocol);
            bool hasTarget = opcode == ArpOpcodes.Reply && IsStation(v, a.TargetHardware, a.TargetProtocol);
            var users = p.Engine.State<AddressUsers>();
            sender = hasSender ? users.Check(p, v, a.SenderHardware, a.SenderProtocol) : default;
            target = hasTarget ? users.Check(p, v, a.TargetHardware, a.TargetProtocol) : default;
            var found = hasTarget ? target : sender;
            if (found.IsDuplicate)
            {
                p.Info.Append($" (duplicate use of {Address.IPv4(found.IPv4)} detected!)");
            }
        }

        if (p.WantsFields)
        {
            AddItems(p, v, tree, a, opcode, probe, gratuitous, announcement);
            AddDuplicate(p, v, parent, sender);
            AddDuplicate(p, v, parent, target);
        }

        return length;
    }

    static void SetProtocolColumn(Packet p, int opcode) => p.SetProtocol(opcode switch
    {
        3 or 4 => "RARP",
        5 or 6 or 7 => "DRARP",
        8 or 9 => "Inverse ARP",
        >= 11 and <= 22 => "MARS",
        23 => "MAPOS",
        _ => "ARP",
    });

    static void SetInfo(Packet p, in View v, in Addresses a, int opcode, bool probe, bool gratuitous, bool announcement)
    {
        if (!p.Info.Writable)
        {
            return;
        }

        var info = p.Info;
        switch (opcode)
        {
            case ArpOpcodes.Request when announcement:
                info.Set("ARP Announcement for "u8);
                AppendProtocol(p, v, a, a.TargetProtocol);
                break;
            case ArpOpcodes.Request or ArpOpcodes.Reply when gratuitous:
                info.Set("Gratuitous ARP for "u8);
                AppendProtocol(p, v, a, a.TargetProtocol);
                info.Append(opcode == ArpOpcodes.Request ? " (Request)" : " (Reply)");
                break;
            case ArpOpcodes.Request:
                info.Set("Who has "u8);
                AppendProtocol(p, v, a, a.TargetProtocol);
                info.Append(probe ? "? (ARP Probe)" : "? Tell ");
                if (!probe)
                {
                    AppendProtocol(p, v, a, a.SenderProtocol);
                }

                break;
            case ArpOpcodes.Reply or ArpOpcodes.InverseReply:
                AppendPair(p, v, a, opcode == ArpOpcodes.InverseReply, a.SenderProtocol, a.SenderHardware);
                break;
            case ArpOpcodes.ReverseRequest or ArpOpcodes.InverseRequest or 5:
                info.Set("Who is "u8);
                AppendHardware(p, v, a, a.TargetHardware);
                info.Append("? Tell "u8);
                AppendHardware(p, v, a, a.SenderHardware);
                break;
            case ArpOpcodes.ReverseReply or 6:
                AppendPair(p, v, a, hardwareFirst: true, a.TargetProtocol, a.TargetHardware);
                break;
            case 7:
                info.Set("DRARP Error"u8);
                break;
            case 10:
                info.Set("ARP NAK"u8);
                break;
            case >= 11 and <= 22:
                info.Set("MARS request from "u8);
                AppendFrom(p, v, a);
                break;
            case 23:
                info.Set("MAPOS UNARP request from "u8);
                AppendFrom(p, v, a);
                break;
            case 24 or 25:
                info.Set($"Experimental {opcode - 23} ( opcode {opcode} )");
                break;
            case 0 or 65535:
                info.Set($"Reserved opcode {opcode}");
                break;
            default:
                info.Set($"Unknown ARP opcode 0x{opcode:x4}");
                break;
        }
    }

    static void AppendPair(Packet p, in View v, in Addresses a, bool hardwareFirst, int protocolAt, int hardwareAt)
    {
        p.Info.Clear();
        if (hardwareFirst)
        {
            AppendHardware(p, v, a, hardwareAt);
            p.Info.Append(" is at "u8);
            AppendProtocol(p, v, a, protocolAt);
        }
        else
        {
            AppendProtocol(p, v, a, protocolAt);
            p.Info.Append(" is at "u8);
            AppendHardware(p, v, a, hardwareAt);
        }
    }

    static void AppendFrom(Packet p, in View v, in Addresses a)
    {
        AppendHardware(p, v, a, a.SenderHardware);
        p.Info.Append(" at "u8);
        AppendProtocol(p, v, a, a.SenderProtocol);
    }

    static void AppendProtocol(Packet p, in View v, in Addresses a, int at)
    {
        if (a.HasIPv4)
        {
            p.Info.Append($"{Address.IPv4(v.U32(at))}");
        }
        else
        {
            AppendBytes(p, v.Span(at, a.ProtocolSize));
        }
    }

    static void AppendHardware(Packet p, in View v, in Addresses a, int at)
    {
        if (a.HasMac)
        {
            p.Info.Append($"{Address.Ethernet(v.Span(at, 6))}");
        }
        else
        {
            AppendBytes(p, v.Span(at, a.HardwareSize));
        }
    }

    static void AppendBytes(Packet p, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            p.Info.Append("<No address>"u8);
            return;
        }

        p.Scratch.Clear();
        p.Scratch.AppendHex(bytes[..Math.Min(bytes.Length, 24)]);
        p.Info.Append(p.Scratch.Bytes);
        p.Info.Append(bytes.Length > 24 ? "…" : "");
    }

    static void AddItems(Packet p, in View v, Node tree, in Addresses a, int opcode, bool probe, bool gratuitous, bool announcement)
    {
        string? name = Opcode.Names!.Find((ulong)opcode);
        p.AppendLabel(tree, probe ? " (ARP Probe)" : announcement ? " (ARP Announcement)" : "");
        if (!probe && !announcement)
        {
            if (name is null)
            {
                p.AppendLabel(tree, $" (opcode 0x{opcode:x4})");
            }
            else
            {
                p.AppendLabel(tree, $" ({name}{(gratuitous ? "/gratuitous ARP" : "")})");
            }
        }

        if (gratuitous)
        {
            p.Generated(p.AddFlag(tree, IsGratuitous, v, 0, 0, true));
        }

        if (probe)
        {
            p.Generated(p.AddFlag(tree, IsProbe, v, 0, 0, true));
        }

        if (announcement)
        {
            p.Generated(p.AddFlag(tree, IsAnnouncement, v, 0, 0, true));
        }

        AddHardware(p, v, tree, a, SenderMac, SenderHardware, a.SenderHardware);
        AddProtocol(p, v, tree, a, SenderIPv4, SenderProtocol, a.SenderProtocol);
        AddHardware(p, v, tree, a, TargetMac, TargetHardware, a.TargetHardware);
        if (opcode == 7)
        {
            // RFC 1931: the error stands where the target's protocol address would.
            if (a.ProtocolSize > 0)
            {
                p.Add(tree, DrarpStatus, v, a.TargetProtocol, 1);
            }
        }
        else
        {
            AddProtocol(p, v, tree, a, TargetIPv4, TargetProtocol, a.TargetProtocol);
        }
    }

    static void AddHardware(Packet p, in View v, Node tree, in Addresses a, Field mac, Field other, int at)
    {
        if (a.HardwareSize > 0)
        {
            p.Add(tree, a.HasMac ? mac : other, v, at, a.HardwareSize);
        }
    }

    static void AddProtocol(Packet p, in View v, Node tree, in Addresses a, Field ip, Field other, int at)
    {
        if (a.ProtocolSize > 0)
        {
            p.Add(tree, a.HasIPv4 ? ip : other, v, at, a.ProtocolSize);
        }
    }

    static bool IsStation(in View v, int hardwareAt, int protocolAt) =>
        (v.U8(hardwareAt) & 1) == 0 && v.Span(hardwareAt, 6).ContainsAnyExcept((byte)0) && v.U32(protocolAt) != 0;

    static void AddDuplicate(Packet p, in View v, Node parent, in Finding found)
    {
        if (!found.IsDuplicate)
        {
            return;
        }

        var ip = Address.IPv4(found.IPv4);
        var branch = p.Generated(p.AddText(parent, v, 0, 0, $"Duplicate IP address detected for {ip} ({found.Claimed}) - also in use by {found.Earlier} (frame {found.Frame})"));
        var frame = p.Generated(p.AddUInt(branch, DuplicateFrame, v, 0, 0, (ulong)found.Frame));
        p.Expert(frame, Duplicate, v, 0, 0, $"Duplicate IP address configured ({ip})");
        p.Generated(p.AddUInt(branch, DuplicateSeconds, v, 0, 0, (ulong)Math.Max(0, found.Seconds)));
    }

    /// <summary>Where the four addresses stand, and whether they are of the usual kinds.</summary>
    readonly record struct Addresses(int HardwareType, int ProtocolType, int HardwareSize, int ProtocolSize)
    {
        public bool HasMac => HardwareSize == 6 && HardwareType is ArpHardware.Ethernet or ArpHardware.Ieee802;

        public bool HasIPv4 => ProtocolSize == 4 && ProtocolType == EtherTypes.IPv4;

        public int SenderHardware => HeaderLength;

        public int SenderProtocol => SenderHardware + HardwareSize;

        public int TargetHardware => SenderProtocol + ProtocolSize;

        public int TargetProtocol => TargetHardware + HardwareSize;
    }

    /// <summary>An address that two stations claim; <see cref="IsDuplicate"/> is false when there is nothing of the kind.</summary>
    readonly record struct Finding(bool IsDuplicate, uint IPv4, Address Claimed, Address Earlier, int Frame, long Seconds);

    /// <summary>Who uses which IPv4 address, from what ARP said so far.</summary>
    sealed class AddressUsers
    {
        const int Limit = 1 << 20;
        readonly Dictionary<uint, (Address Mac, int Frame, long Seconds)> users = [];

        public Finding Check(Packet p, in View v, int hardwareAt, int protocolAt)
        {
            uint ip = v.U32(protocolAt);
            var mac = Address.Ethernet(v.Span(hardwareAt, 6));
            if (users.TryGetValue(ip, out var known) && known.Mac != mac)
            {
                return new(true, ip, mac, known.Mac, known.Frame, p.Time.Seconds - known.Seconds);
            }

            if (users.Count < Limit || known.Frame > 0)
            {
                users[ip] = (mac, p.Number, p.Time.Seconds);
            }

            return default;
        }
    }
}
