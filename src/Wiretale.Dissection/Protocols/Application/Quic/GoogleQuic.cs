using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: "QUIC Wire Layout Specification" (Chromium, 2016), versions Q020 to Q049. From Q039 on numbers are in network order, before it little end first.
//
//   0       1                 9               13
//   +-------+-----------------+---------------+------------------+---------------+-------------------
//   | flags | connection (8)  | version (4)   | nonce (32)       | packet (1..6) | hash (12), frames, or what is encrypted
//   +-------+-----------------+---------------+------------------+---------------+-------------------
//
// From Q046 on headers look like those that became RFC 9000's:
//
//   0       1               5        6                 14
//   +-------+---------------+--------+-----------------+---------------+
//   | 11... | version (4)   | lengths| connection (8)  | packet (1..4) |
//   +-------+---------------+--------+-----------------+---------------+

/// <summary>QUIC as Google spoke it before the IETF's: the handshake's messages can be read, what follows is encrypted.</summary>
public sealed class GoogleQuic() : Dissector("gquic")
{
    const uint Port = 443;
    const int HasVersion = 0x01, IsReset = 0x02, HasNonce = 0x04, HasConnection = 0x08, NumberShift = 4, NotPublic = 0xc0, ShortForm = 0x40;
    const int NonceLength = 32, HashLength = 12, ConnectionLength = 8, VersionLength = 4, LeastLength = 1 + ConnectionLength + VersionLength, LeastShort = 3;
    const int VersionLetter = 'Q', FirstVersion = 20, LastVersion = 49, LongHeaderVersion = 46, NonceSince = 33, NetworkOrderSince = 39;

    internal static readonly Protocol P = new("GQUIC (Google Quick UDP Internet Connections)", "GQUIC", "gquic");

    static readonly ValueNames NumberLengths = ValueNames.Of(() => [(0, "1 Byte"), (1, "2 Bytes"), (2, "4 Bytes"), (3, "6 Bytes")]);
    static readonly ValueNames IdLengths = ValueNames.Of(() => [(0, "0 bytes"), (5, "8 bytes")]);
    static readonly Field HeaderForm = P.UInt8("gquic.header_form", "Header Form", FieldBase.Dec, ValueNames.Of(() => [(0, "Short Header"), (1, "Long Header")]), mask: 0x80,
        blurb: "The most significant bit (0x80) of the first octet is set to 1 for long headers and 0 for short headers.");
    static readonly Field FixedBit = P.Flag("gquic.fixed_bit", "Fixed Bit", 8, 0x40, blurb: "Must be 1");
    static readonly Field LongType = P.UInt8("gquic.long.packet_type", "Packet Type", FieldBase.Dec,
        ValueNames.Of(() => [(0, "Initial"), (1, "0-RTT"), (2, "Handshake")]), mask: 0x30, blurb: "Long Header Packet Type");
    static readonly Field LongReserved = P.UInt8("gquic.long.reserved", "Reserved", mask: 0x0c, blurb: "Reserved bits");
    static readonly Field NumberLength = P.UInt8("gquic.packet_number_length", "Packet Number Length", FieldBase.Dec,
        ValueNames.Of(() => [(0, "1 bytes"), (1, "2 bytes"), (2, "3 bytes"), (3, "4 bytes")]), mask: 0x03, blurb: "Packet Number field length");
    static readonly Field DestinationLength = P.UInt8("gquic.dcil", "Destination Connection ID Length", FieldBase.Dec, IdLengths, mask: 0xf0);
    static readonly Field SourceLength = P.UInt8("gquic.scil", "Source Connection ID Length", FieldBase.Dec, IdLengths, mask: 0x0f);
    static readonly Field Flags = P.UInt8("gquic.puflags", "Public Flags", FieldBase.Hex, blurb: "Specifying per-packet public flags");
    static readonly Field VersionFlag = P.Flag("gquic.puflags.version", "Version", 8, HasVersion, ValueNames.YesNo,
        "Signifies that this packet also contains the version of the (Google)QUIC protocol");
    static readonly Field ResetFlag = P.Flag("gquic.puflags.reset", "Reset", 8, IsReset, ValueNames.YesNo, "Signifies that this packet is a public reset packet");
    static readonly Field NonceFlag = P.Flag("gquic.puflags.nonce", "Diversification nonce", 8, HasNonce, ValueNames.YesNo, "Indicates the presence of a 32 byte diversification nonce");
    static readonly Field ConnectionFlag = P.Flag("gquic.puflags.cid", "CID Length", 8, HasConnection, ValueNames.Flag("8 Bytes", "0 Byte"),
        "Indicates the full 8 byte Connection ID is present");
    static readonly Field OldConnectionFlags = P.UInt8("gquic.puflags.cid.old", "CID Length", FieldBase.Hex,
        ValueNames.Of(() => [(0, "0 Byte"), (1, "1 Bytes"), (2, "4 Bytes"), (3, "8 Bytes")]), mask: 0x0c, blurb: "Signifies the Length of CID");
    static readonly Field NumberFlags = P.UInt8("gquic.puflags.pkn", "Packet Number Length", FieldBase.Hex, NumberLengths, mask: 0x30, blurb: "Signifies the Length of packet number");
    static readonly Field MultipathFlag = P.Flag("gquic.puflags.mpth", "Multipath", 8, 0x40, ValueNames.YesNo, "Reserved for multipath use");
    static readonly Field ReservedFlag = P.UInt8("gquic.puflags.rsv", "Reserved", FieldBase.Hex, mask: 0x80, blurb: "Must be Zero");
    static readonly Field Connection = P.UInt64("gquic.cid", "CID", blurb: "Connection ID 64 bit pseudo random number");
    static readonly Field Version = P.String("gquic.version", "Version", "32 bit opaque tag that represents the version of the (Google)QUIC");
    static readonly Field Nonce = P.Bytes("gquic.diversification_nonce", "Diversification nonce");
    static readonly Field PacketNumber = P.UInt64("gquic.packet_number", "Packet Number", blurb: "The lower 8, 16, 32, or 48 bits of the packet number");
    static readonly Field Hash = P.Bytes("gquic.message_authentication_hash", "Message Authentication Hash", blurb: "The hash is an FNV1a-128 hash, serialized in little endian order");
    static readonly Layout PrivateFlags = new(
        P.UInt8("gquic.prflags", "Private Flags", FieldBase.Hex, blurb: "Specifying per-packet Private flags").Bits(
            P.Flag("gquic.prflags.entropy", "Entropy", 8, 0x01, ValueNames.YesNo,
                "For data packets, signifies that this packet contains the 1 bit of entropy, for fec packets, contains the xor of the entropy of protected packets"),
            P.Flag("gquic.prflags.fecg", "FEC Group", 8, 0x02, ValueNames.YesNo, "Indicates whether the fec byte is present."),
            P.Flag("gquic.prflags.fec", "FEC", 8, 0x04, ValueNames.YesNo, "Signifies that this packet represents an FEC packet"),
            P.UInt8("gquic.prflags.rsv", "Reserved", FieldBase.Hex, mask: 0xf8, blurb: "Must be Zero")));

    static readonly Field Payload = P.Bytes("gquic.payload", "Payload", blurb: "(Google) QUIC Payload..");
    static readonly Expert InvalidVersion = P.Expert("gquic.version.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid Version");
    static readonly Expert InvalidParameter = P.Expert("gquic.invalid.parameter", Severity.Error, ExpertGroup.Malformed, "Invalid Parameter");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(GoogleQuicFrames), typeof(GoogleQuicTags)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Udp.Heuristics, Guess);

    /// <summary>A packet with a connection and a version begins a conversation; after it packets without versions are its own.</summary>
    bool Guess(Packet p, in View v, Node parent)
    {
        if (v.Captured < LeastLength)
        {
            return false;
        }

        int flags = v.U8(0);
        bool isLong = (flags & NotPublic) == NotPublic;
        if (!isLong && ((flags & NotPublic) != 0 || (flags & (HasVersion | HasConnection)) != (HasVersion | HasConnection)))
        {
            return false;
        }

        int version = VersionAt(v, isLong ? 1 : 1 + ConnectionLength);
        if (isLong ? version != LongHeaderVersion : version is < FirstVersion or > LastVersion)
        {
            return false;
        }

        if (p.Conversation is { } conversation && !p.IsQuoted)
        {
            conversation.Dissector = this;
        }

        Dissect(p, v, parent);
        return true;
    }

    /// <summary>The number of Q0nn, or 0.</summary>
    static int VersionAt(in View v, int at) =>
        v.Has(at, VersionLength) && v.U16(at) == (VersionLetter << 8 | '0') && char.IsAsciiDigit((char)v.U8(at + 2)) && char.IsAsciiDigit((char)v.U8(at + 3))
            ? ((v.U8(at + 2) - '0') * 10) + v.U8(at + 3) - '0'
            : 0;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < LeastShort)
        {
            return 0;
        }

        int flags = v.U8(0);
        bool fromServer = p.SourcePort == Port, isLong = (flags & NotPublic) == NotPublic, isPublic = (flags & NotPublic) == 0;
        var known = p.Conversation?.GetOrAdd<KnownVersion>(this) ?? new KnownVersion();
        int versionAt = isLong ? 1 : 1 + ConnectionLength;
        if (((isPublic && (flags & HasVersion) != 0) || (isLong && known.Number == 0)) && VersionAt(v, versionAt) is > 0 and var version)
        {
            known.Number = version;
        }

        p.SetProtocol("GQUIC");
        var tree = p.Open(P, v, parent);
        return isPublic ? PublicHeader(p, v, tree, flags, fromServer, known.Number) : LaterHeader(p, v, tree, flags, fromServer, known.Number);
    }

    static int PublicHeader(Packet p, in View v, Node tree, int flags, bool fromServer, int version)
    {
        bool isOld = version is > 0 and < NonceSince, littleEnd = version is > 0 and < NetworkOrderSince, hasConnection = (flags & HasConnection) != 0;
        int at = 1, numberLength = (flags >> NumberShift & 3) switch { 0 => 1, 1 => 2, 2 => 4, _ => 6 };
        var node = p.Add(tree, Flags, v, 0);
        p.AddAll(node, v, 0, VersionFlag);
        p.Add(node, ResetFlag, v, 0);
        if (isOld)
        {
            p.Add(node, OldConnectionFlags, v, 0);
        }
        else
        {
            p.Add(node, NonceFlag, v, 0);
            p.Add(node, ConnectionFlag, v, 0);
        }

        p.Add(node, NumberFlags, v, 0);
        p.Add(node, MultipathFlag, v, 0);
        p.Add(node, ReservedFlag, v, 0);
        ulong connection = 0;
        if (hasConnection)
        {
            connection = v.UInt(at, ConnectionLength, littleEnd);
            p.Add(tree, Connection, v, at, ConnectionLength, littleEnd);
            at += ConnectionLength;
        }

        if ((flags & HasVersion) != 0)
        {
            if (fromServer)
            {
                p.Info.Set("Version Negotiation"u8);
                AppendConnection(p, hasConnection, connection);
                for (; at < v.Reported; at += VersionLength)
                {
                    p.Add(tree, Version, v, at, VersionLength);
                }

                return v.Reported;
            }

            p.Add(tree, Version, v, at, VersionLength);
            at += VersionLength;
        }

        if ((flags & IsReset) != 0)
        {
            GoogleQuicTags.Add(p, v, tree, at);
            p.Info.Set("Public Reset"u8);
            AppendConnection(p, hasConnection, connection);
            return v.Reported;
        }

        if (!isOld && (flags & HasNonce) != 0 && fromServer)
        {
            p.Add(tree, Nonce, v, at, NonceLength);
            at += NonceLength;
        }

        ulong number = v.UInt(at, numberLength, littleEnd);
        p.Add(tree, PacketNumber, v, at, numberLength, littleEnd);
        return Rest(p, v, tree, at + numberLength, new(version, littleEnd, numberLength, number, hasConnection, connection));
    }

    /// <summary>Q046: its long headers carry the connection of the server's end, its short ones only on the way there.</summary>
    static int LaterHeader(Packet p, in View v, Node tree, int flags, bool fromServer, int version)
    {
        bool isLong = (flags & NotPublic) == NotPublic, littleEnd = version is > 0 and < NetworkOrderSince;
        var node = p.Add(tree, Flags, v, 0);
        p.AddAll(node, v, 0, HeaderForm);
        p.Add(node, FixedBit, v, 0);
        if (isLong)
        {
            p.Add(node, LongType, v, 0);
            p.Add(node, LongReserved, v, 0);
        }

        p.Add(node, NumberLength, v, 0);
        int at = 1, connectionLength = fromServer ? 0 : ConnectionLength;
        if (isLong)
        {
            const int LengthsAt = 1 + VersionLength, Whole = ConnectionLength - 3;
            if (VersionAt(v, at) == 0)
            {
                p.Expert(tree, InvalidVersion, v, at, VersionLength);
            }

            int lengths = v.U8(LengthsAt), own = fromServer ? lengths & 0xf : lengths >> 4;
            if (own != Whole)
            {
                p.Expert(tree, InvalidParameter, v, LengthsAt, 1);
            }

            p.Add(tree, Version, v, at, VersionLength);
            p.Add(tree, DestinationLength, v, LengthsAt);
            p.Add(tree, SourceLength, v, LengthsAt);
            at = LengthsAt + 1;
            connectionLength = own + 3;
        }

        ulong connection = 0;
        if (connectionLength > 0)
        {
            connection = v.UInt(at, ConnectionLength, littleEnd);
            p.Add(tree, Connection, v, at, Math.Min(connectionLength, ConnectionLength), littleEnd);
            at += connectionLength;
        }

        int numberLength = (flags & 3) + 1;
        ulong number = v.UInt(at, numberLength, littleEnd);
        p.Add(tree, PacketNumber, v, at, numberLength, littleEnd);
        return Rest(p, v, tree, at + numberLength, new(version, littleEnd, numberLength, number, connectionLength > 0, connection));
    }

    static int Rest(Packet p, in View v, Node tree, int at, in GoogleQuicPacket packet)
    {
        if (GoogleQuicFrames.AreReadable(v, packet.HasPrivateFlags ? at + HashLength + 1 : at + HashLength, at, packet))
        {
            p.Add(tree, Hash, v, at, HashLength);
            at += HashLength;
            at = packet.HasPrivateFlags ? p.AddRows(tree, v, at, PrivateFlags) : at;
            while (at < v.Reported)
            {
                at = GoogleQuicFrames.Add(p, v, tree, at, packet);
            }
        }
        else
        {
            p.Info.Set("Payload (Encrypted)"u8);
            p.Add(tree, Payload, v, at, v.ReportedFrom(at));
        }

        p.Info.Append($", PKN: {packet.Number}");
        AppendConnection(p, packet.HasConnection, packet.Connection);
        return v.Reported;
    }

    static void AppendConnection(Packet p, bool has, ulong connection)
    {
        if (has)
        {
            p.Info.Append($", CID: {connection}");
        }
    }

    /// <summary>The version that a conversation began with; 0 while none was seen.</summary>
    sealed class KnownVersion
    {
        public int Number;
    }
}

/// <summary>What a packet's header says that its frames depend on.</summary>
readonly record struct GoogleQuicPacket(int Version, bool LittleEnd, int NumberLength, ulong Number, bool HasConnection, ulong Connection)
{
    /// <summary>Up to Q033 packets say how predictable they are, so that nobody acknowledges what was not seen.</summary>
    public bool HasPrivateFlags => Version is > 0 and < 34;
}
