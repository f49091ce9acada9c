using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 2332 section 5. Traffic Indication: Cisco's, what RFC 2332 calls a purge by data.
//
//   0        2          4             9    10       12         14        16      17   18     19
//   +--------+----------+-------------+----+--------+----------+---------+-------+----+------+------+----------- - - -+------------ - -
//   | family | protocol | SNAP (5)    | hops | size | checksum | ext.at  | version | op | types, lengths | mandatory | extensions
//   +--------+----------+-------------+----+--------+----------+---------+-------+----+------+------+----------- - - -+------------ - -

/// <summary>NBMA Next Hop Resolution Protocol.</summary>
public sealed class Nhrp() : Dissector("nhrp")
{
    const int FixedLength = 20, ClientLeast = 12, SnapType = 0x80;
    const int ResolutionRequest = 1, ResolutionReply = 2, RegistrationRequest = 3, RegistrationReply = 4, PurgeRequest = 5, PurgeReply = 6, Error = 7, Traffic = 8;
    const int EndExtension = 0, AuthenticationExtension = 7, VendorExtension = 8;

    static readonly Protocol P = new("NBMA Next Hop Resolution Protocol", "NHRP", "nhrp");
    static readonly ValueNames Operations = ValueNames.Of(() => [
        (1, "NHRP Resolution Request"), (2, "NHRP Resolution Reply"), (3, "NHRP Registration Request"), (4, "NHRP Registration Reply"), (5, "NHRP Purge Request"),
        (6, "NHRP Purge Reply"), (7, "NHRP Error Indication"), (8, "NHRP Traffic Indication")]);
    static readonly ValueNames AddressTypes = ValueNames.Of(() => [(0, "NSAP format"), (1, "Native E.164 format")]);
    static readonly ValueNames Codes = ValueNames.Of(() => [
        (0, "Success"), (4, "Administratively Prohibited"), (5, "Insufficient Resources"), (12, "No Interworking Layer Address to NBMA Address Binding Exists"),
        (13, "Binding Exists But Is Not Unique"), (14, "Unique Internetworking Layer Address Already Registered")]);
    static readonly ValueNames ErrorCodes = ValueNames.Of(() => [
        (1, "Unrecognized Extension"), (3, "NHRP Loop Detected"), (6, "Protocol Address Unreachable"), (7, "Protocol Error"), (8, "NHRP SDU Size Exceeded"),
        (9, "Invalid Extension"), (10, "Invalid NHRP Resolution Reply Received"), (11, "Authentication Failure"), (15, "Hop Count Exceeded"), (16, "VPN Mismatch"),
        (17, "VPN Unsupported")]);
    static readonly ValueNames Extensions = ValueNames.Of(() => [
        (0, "End of Extension"), (3, "Responder Address Extension"), (4, "Forward Transit NHS Record Extension"), (5, "Reverse Transit NHS Record Extension"),
        (7, "NHRP Authentication Extension"), (8, "NHRP Vendor Private Extension"), (9, "Cisco NAT Address Extension")]);
    static readonly Field Family = P.UInt16("nhrp.hdr.afn", "Address Family Number", FieldBase.HexDec, AddressFamilies.Names);
    static readonly Field Type = P.UInt16("nhrp.hdr.pro.type", "Protocol Type (short form)", FieldBase.HexDec);
    static readonly Field SnapOui = P.UInt24("nhrp.hdr.pro.snap.oui", "Protocol Type (long form) - OUI", FieldBase.Oui);
    static readonly Field SnapPid = P.UInt16("nhrp.hdr.pro.snap.pid", "Protocol Type (long form) - PID", FieldBase.Hex);
    static readonly Field LongType = P.Bytes("nhrp.protocol_type", "Protocol Type (long form)");
    static readonly Field Hops = P.UInt8("nhrp.hdr.hopcnt", "Hop Count");
    static readonly Field Size = P.UInt16("nhrp.hdr.pktsz", "Packet Length");
    static readonly Field Checksum = P.UInt16("nhrp.hdr.chksum", "NHRP Packet Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("nhrp.hdr.chksum.status", "NHRP Packet Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field ExtensionOffset = P.UInt16("nhrp.hdr.extoff", "Extension Offset");
    static readonly Field Version = P.UInt8("nhrp.hdr.version", "Version");
    static readonly Field Operation = P.UInt8("nhrp.hdr.op.type", "NHRP Packet Type", FieldBase.Dec, Operations);
    static readonly AddressForm SourceForm = new("nhrp.hdr.shtl", "Source Address Type/Len"), SourceSubForm = new("nhrp.hdr.sstl", "Source SubAddress Type/Len"),
        ClientForm = new("nhrp.cli.addr_tl", "Client Address Type/Len"), ClientSubForm = new("nhrp.cli.saddr_tl", "Client Sub Address Type/Len");
    static readonly Field SourceLength = P.UInt16("nhrp.src.prot.len", "Source Protocol Len");
    static readonly Field TargetLength = P.UInt16("nhrp.dst.prot.len", "Destination Protocol Len");
    static readonly Field Flags = P.UInt16("nhrp.flags", "Flags", FieldBase.Hex);
    static readonly Field NatFlag = P.Flag("nhrp.flag.nat", "Cisco NAT Supported", 16, 0x0002, blurb: "NAT bit");
    static readonly Field[] ResolutionFlags = [
        P.Flag("nhrp.flag.q", "Is Router", 16, 0x8000), P.Flag("nhrp.flag.a", "Authoritative", 16, 0x4000, blurb: "A bit"), P.Flag("nhrp.flag.d", "Stable Association", 16, 0x2000, blurb: "D bit"),
        P.Flag("nhrp.flag.u", "Uniqueness Bit", 16, 0x1000, blurb: "U bit"), P.Flag("nhrp.flag.s", "Stable Binding", 16, 0x0800, blurb: "S bit"), NatFlag];
    static readonly Field[] RegistrationFlags = [P.Flag("nhrp.flag.u", "Uniqueness Bit", 16, 0x8000, blurb: "U bit"), NatFlag];
    static readonly Field[] PurgeFlags = [P.Flag("nhrp.flag.n", "Expected Purge Reply", 16, 0x8000), NatFlag];
    static readonly Field[] OtherFlags = [NatFlag];
    static readonly Field RequestId = P.UInt32("nhrp.reqid", "Request ID", FieldBase.HexDec);
    static readonly Pair SourceNbma = new("nhrp.src.nbma.addr", "nhrp.src.nbma.addr_bytes", "Source NBMA Address"), Source = new("nhrp.src.prot.addr", "nhrp.src.prot.addr_bytes", "Source Protocol Address"),
        Target = new("nhrp.dst.prot.addr", "nhrp.dst.prot.addr_byets", "Destination Protocol Address"), ClientNbma = new("nhrp.client.nbma.addr", "nhrp.client.nbma.addr_bytes", "Client NBMA Address"),
        Client = new("nhrp.client.prot.addr", "nhrp.client.prot.addr_bytes", "Client Protocol Address"), Authenticated = new("nhrp.auth_ext.src_addr", "nhrp.auth_ext.src_addr_bytes", "Source Address");
    static readonly Field SourceSub = P.Bytes("nhrp.src.nbma.saddr", "Source NBMA Sub Address");
    static readonly Field ClientSub = P.Bytes("nhrp.client.nbma.saddr", "Client NBMA Sub Address");
    static readonly Field Code = P.UInt8("nhrp.code", "Code", FieldBase.Dec, Codes);
    static readonly Layout ClientHead = new(
        Code, P.UInt8("nhrp.prefix", "Prefix Length"), P.UInt16("nhrp.unused", "Unused"), P.UInt16("nhrp.mtu", "Max Transmission Unit"), P.UInt16("nhrp.htime", "Holding Time (s)"));
    static readonly Field ClientLength = P.UInt8("nhrp.prot.len", "Client Protocol Length");
    static readonly Field Preference = P.UInt8("nhrp.pref", "CIE Preference Value");
    static readonly Field Compulsory = P.Flag("nhrp.ext.c", "Compulsory Flag", 16, 0x8000);
    static readonly Field ExtensionType = P.UInt16("nhrp.ext.type", "Extension Type", FieldBase.Hex, mask: 0x3fff);
    static readonly Field ExtensionLength = P.UInt16("nhrp.ext.len", "Extension length");
    static readonly Field ErrorCode = P.UInt16("nhrp.err.code", "Error Code", FieldBase.Dec, ErrorCodes);
    static readonly Field ErrorOffset = P.UInt16("nhrp.err.offset", "Error Offset");
    static readonly Field AuthenticationReserved = P.UInt16("nhrp.auth_ext.reserved", "Reserved");
    static readonly Field AuthenticationSpi = P.UInt16("nhrp.auth_ext.spi", "SPI", blurb: "Security Parameter Index");
    static readonly Field AuthenticationData = P.Bytes("nhrp.auth_ext.data", "Data");
    static readonly Field VendorId = P.UInt24("nhrp.vendor_ext.id", "Vendor ID");
    static readonly Field VendorData = P.Bytes("nhrp.vendor_ext.data", "Data");
    static readonly Field UnknownValue = P.Bytes("nhrp.unknown_ext.value", "Extension Value");
    static readonly Expert WrongSize = P.Expert("nhrp.hdr.pktsz.invalid", Severity.Error, ExpertGroup.Malformed, "Packet length is less than the fixed header length");
    static readonly Expert WrongOffset = P.Expert("nhrp.hdr.extoff.invalid", Severity.Error, ExpertGroup.Malformed,
        "Extension offset is less than the fixed header length or larger than the packet size");
    static readonly Expert BadChecksum = P.Expert("nhrp.hdr.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert NotAllowed = P.Expert("nhrp.ext.not_allowed", Severity.Error, ExpertGroup.Malformed, "Extensions not allowed per RFC2332 section 5.2.7");
    static readonly Expert Incomplete = P.Expert("nhrp.ext.malformed", Severity.Error, ExpertGroup.Malformed, "Incomplete Authentication Extension");
    static readonly Expert Superfluous = P.Expert("nhrp.ext.extra", Severity.Error, ExpertGroup.Malformed, "Superfluous data follows End Extension");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(IPv4.Protocols, 54);
        claims.Numbers(Gre.Protocols, 0x2001);
        claims.Numbers(Llc.OtherPids, Llc.Key(0x00005e, 0x0003));
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("NHRP");
        p.Info.Clear();
        int operation = v.U8(17), size = v.U16(10), extensions = v.U16(14);
        string name = Operations.FindOr((ulong)operation, "");
        p.Info.Set(name.Length > 0 ? name : $"0x{operation:x2} - unknown");
        var tree = p.Open(P, v, parent);
        if (name.Length > 0)
        {
            p.Label(tree, $"Next Hop Resolution Protocol ({name})");
        }
        else
        {
            p.Label(tree, $"Next Hop Resolution Protocol (0x{operation:x2} - unknown)");
        }

        AddFixed(p, v, tree, size, extensions);
        if (size < FixedLength || (extensions != 0 && (extensions < FixedLength || extensions > size)))
        {
            return Math.Max(1, v.Reported);
        }

        bool hasExtensions = extensions != 0;
        var mandatory = v.Part(0, hasExtensions ? extensions : size);
        int at = AddMandatory(p, v, mandatory, tree, operation);
        if (hasExtensions)
        {
            AddExtensions(p, v.Part(0, size), tree, Math.Max(at, extensions), operation == Error);
        }

        return Math.Max(1, v.Reported);
    }

    static void AddFixed(Packet p, in View v, Node parent, int size, int extensions)
    {
        int type = v.U16(2);
        var tree = p.AddText(parent, v, 0, FixedLength, "NHRP Fixed Header");
        p.Add(tree, Family, v, 0);
        var shortType = p.Add(tree, Type, v, 2);
        if (type == SnapType)
        {
            p.Label(shortType, $"Protocol Type (short form): SNAP (0x0080)");
        }
        else if (EtherType.Names.Find((ulong)type) is { } typeName)
        {
            p.Label(shortType, $"Protocol Type (short form): {typeName} (0x{type:x4})");
        }

        if (type == SnapType)
        {
            p.AddAll(tree, v, 4, SnapOui, SnapPid);
        }
        else
        {
            p.Add(tree, LongType, v, 4, 5);
        }

        p.Add(tree, Hops, v, 9);
        var sizeNode = p.Add(tree, Size, v, 10);
        if (size < FixedLength)
        {
            p.Expert(sizeNode, WrongSize, v, 10, 2);
        }

        AddChecksum(p, v, tree, size);
        var offset = p.Add(tree, ExtensionOffset, v, 14);
        if (extensions != 0 && (extensions < FixedLength || extensions > size))
        {
            p.Expert(offset, WrongOffset, v, 14, 2);
        }

        int version = v.U8(16);
        p.Label(p.Add(tree, Version, v, 16), $"Version: {version} ({(version == 1 ? "NHRP - rfc2332" : "Unknown")})");
        p.Add(tree, Operation, v, 17);
        SourceForm.Add(p, v, tree, 18);
        SourceSubForm.Add(p, v, tree, 19);
    }

    static void AddChecksum(Packet p, in View v, Node tree, int size)
    {
        var node = p.Add(tree, Checksum, v, 12);
        if (!v.Has(0, size) || size < FixedLength)
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 12, 2, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(v.Span(0, size));
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 12, 2, ChecksumStates.Good));
            return;
        }

        int should = v.U16(12) + result;
        should = (should & 0xffff) + (should >> 16);
        p.AppendLabel(node, $" incorrect, should be 0x{should:x4}");
        p.Expert(node, BadChecksum, v, 12, 2, $"Bad checksum [should be 0x{should:x4}]");
        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 12, 2, ChecksumStates.Bad));
    }

    static int AddMandatory(Packet p, in View whole, in View v, Node parent, int operation)
    {
        int at = FixedLength;
        var tree = p.AddText(parent, v, at, v.ReportedFrom(at), "NHRP Mandatory Part");
        int source = v.U8(at), target = v.U8(at + 1), nbma = v.U8(18) & 0x3f, sub = v.U8(19) & 0x3f;
        p.Add(tree, SourceLength, v, at, 1);
        p.Add(tree, TargetLength, v, at + 1, 1);
        at += 2;
        switch (operation)
        {
            case Error:
                p.Add(tree, ErrorCode, v, at + 2);
                p.Add(tree, ErrorOffset, v, at + 4);
                at += 6;
                break;
            case Traffic:
                at += 6;
                break;
            default:
                var flags = operation switch
                {
                    ResolutionRequest or ResolutionReply => ResolutionFlags,
                    RegistrationRequest or RegistrationReply => RegistrationFlags,
                    PurgeRequest or PurgeReply => PurgeFlags,
                    _ => OtherFlags,
                };
                p.AddBits(tree, Flags, v, at, flags, sumUp: true);
                p.Add(tree, RequestId, v, at + 2);
                p.Info.Append($", ID={v.U32(at + 2)}");
                at += 6;
                break;
        }

        at = SourceNbma.Add(p, v, tree, at, nbma);
        if (sub > 0)
        {
            p.Add(tree, SourceSub, v, at, sub);
            at += sub;
        }

        at = Source.Add(p, v, tree, at, source);
        at = Target.Add(p, v, tree, at, target);
        if (operation is Error or Traffic)
        {
            AddCause(p, whole, parent, at, operation == Error, v.U16(2));
            return v.Reported;
        }

        while (v.ReportedFrom(at) >= ClientLeast)
        {
            at = AddClient(p, v, tree, at, operation is ResolutionReply or RegistrationReply or PurgeReply);
        }

        return at;
    }

    /// <summary>The packet that the message is about, as much of it as there is.</summary>
    static void AddCause(Packet p, in View whole, Node parent, int at, bool isError, int type)
    {
        if (whole.ReportedFrom(at) <= 0)
        {
            return;
        }

        var cause = whole.From(at);
        var tree = p.AddText(parent, whole, at, whole.CapturedFrom(at), isError ? "Packet in Error" : "Packet Causing Indication");
        if (isError)
        {
            p.Quote(Catalog.Nhrp, cause, tree);
        }
        else if (p.Engine.Find(EtherType.Table, (uint)type) is { } next)
        {
            p.Quote(next, cause, tree);
        }
        else
        {
            p.CallData(cause, tree);
        }
    }

    static int AddClient(Packet p, in View v, Node parent, int start, bool isReply)
    {
        int nbma = v.U8(start + 8) & 0x3f, sub = v.U8(start + 9) & 0x3f, protocol = v.U8(start + 10), code = v.U8(start);
        var tree = p.AddText(parent, v, start, 12 + nbma + sub + protocol, "Client Information Entry");
        p.AddRows(tree, v, start, ClientHead);
        ClientForm.Add(p, v, tree, start + 8);
        ClientSubForm.Add(p, v, tree, start + 9);
        int at = p.AddAll(tree, v, start + 10, ClientLength, Preference);
        if (isReply)
        {
            p.Info.Append($", Code={Codes.FindOr((ulong)code, "Unknown")}");
        }

        at = ClientNbma.Add(p, v, tree, at, nbma);
        if (sub > 0)
        {
            p.Add(tree, ClientSub, v, at, sub);
            at += sub;
        }

        return Client.Add(p, v, tree, at, protocol);
    }

    static void AddExtensions(Packet p, in View v, Node parent, int at, bool isError)
    {
        int nbma = v.U8(18) & 0x3f;
        while (v.ReportedFrom(at) >= 4)
        {
            int type = v.U16(at) & 0x3fff, length = v.U16(at + 2), start = at;
            var tree = p.AddText(parent, v, at, 4 + length, Extensions.FindOr((ulong)type, $"Unknown ({type})"));
            var first = p.Add(tree, Compulsory, v, at);
            if (isError)
            {
                p.Expert(first, NotAllowed, v, at, 2);
            }

            p.Add(tree, ExtensionType, v, at);
            p.Add(tree, ExtensionLength, v, at + 2);
            at += 4;
            if (type == EndExtension)
            {
                if (v.ReportedFrom(at) > 0)
                {
                    int extra = v.ReportedFrom(at);
                    var unknown = p.AddText(parent, v, at, v.CapturedFrom(at), $"Unknown Data ({extra} bytes)");
                    p.Expert(unknown, Superfluous, v, at, v.CapturedFrom(at), $"Unknown Data ({extra} bytes)");
                }

                return;
            }

            var value = v.Part(0, start + 4 + length);
            v.Ensure(at, length);
            AddExtension(p, value, tree, at, type, length, nbma);
            at += length;
        }
    }

    static void AddExtension(Packet p, in View v, Node tree, int at, int type, int length, int nbma)
    {
        switch (type)
        {
            case 3 or 4 or 5 or 9:
                while (v.ReportedFrom(at) >= ClientLeast)
                {
                    at = AddClient(p, v, tree, at, isReply: false);
                }

                break;
            case AuthenticationExtension when length > 0:
                if (length < 4 + nbma)
                {
                    p.Expert(tree, Incomplete, v, at, length);
                    break;
                }

                int data = at + 4 + nbma, rest = length - 4 - nbma;
                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Span(data, rest));
                var branch = p.AddText(tree, v, at, length, $"Extension Data: SPI={v.U16(at + 2)}{(rest > 0 ? ": Data=" : "")}{p.Scratch.Bytes}");
                p.AddAll(branch, v, at, AuthenticationReserved, AuthenticationSpi);
                Authenticated.Add(p, v, branch, at + 4, nbma);
                if (rest > 0)
                {
                    p.Add(branch, AuthenticationData, v, data, rest);
                }

                break;
            case VendorExtension when length > 3:
                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Span(at + 3, length - 3));
                var vendor = Manufacturers.Find(v.U24(at));
                var content = p.AddText(tree, v, at, length, $"Extension Data: Vendor ID={(vendor.IsEmpty ? "Unknown"u8 : vendor)}, Data={p.Scratch.Bytes}");
                p.Add(content, VendorId, v, at);
                p.Add(content, VendorData, v, at + 3, length - 3);
                break;
            default:
                if (length > 0)
                {
                    p.Add(tree, UnknownValue, v, at, length);
                }

                break;
        }
    }

    /// <summary>How an address is written, and how long it is.</summary>
    sealed class AddressForm(string name, string label)
    {
        readonly Field whole = P.UInt8(name, label);
        readonly Field type = P.UInt8($"{name}.type", "Type", FieldBase.Dec, AddressTypes, mask: 0x40);
        readonly Field length = P.UInt8($"{name}.len", "Length", mask: 0x3f);

        public void Add(Packet p, in View v, Node tree, int at)
        {
            int value = v.U8(at);
            var node = p.Add(tree, whole, v, at);
            p.Label(node, $"{whole.Label}: {AddressTypes.FindOr((ulong)(value >> 6) & 1, "Unknown")}/{value & 0x3f}");
            p.Add(node, type, v, at);
            p.Add(node, length, v, at);
        }
    }

    /// <summary>An address, of IPv4 or in bytes.</summary>
    sealed class Pair(string name, string bytesName, string label)
    {
        readonly Field v4 = P.IPv4(name, label);
        readonly Field bytes = P.Bytes(bytesName, label);

        public int Add(Packet p, in View v, Node tree, int at, int length)
        {
            if (length > 0)
            {
                p.Add(tree, length == 4 ? v4 : bytes, v, at, length);
            }

            return at + length;
        }
    }
}
