using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: "QUIC Crypto" (Langley, Chang). A message is a tag, a number of entries, and for each its tag and where its value ends; then the values.

/// <summary>Messages of the handshake of Google's QUIC: tags and values.</summary>
static class GoogleQuicTags
{
    internal const uint ClientHello = 0x43484c4f, ServerHello = 0x53484c4f, Rejection = 0x52454a00;
    const uint Padding = 0x50414400, ServerName = 0x534e4900, Version = 0x56455200, CommonSets = 0x43435300, UserAgent = 0x55414944, ProofDemand = 0x50444d44,
        SourceToken = 0x53544b00, ServerNonce = 0x534e4f00, Proof = 0x50524f46, ServerConfig = 0x53434647, Reasons = 0x5252454a, Certificates = 0x435254ff,
        Encryption = 0x41454144, ConfigId = 0x53434944, PublicValues = 0x50554253, Exchanges = 0x4b455853, Orbit = 0x4f424954, Expiry = 0x45585059,
        ClientNonce = 0x4e4f4e43, MaxStreams = 0x4d535043, IdTruncation = 0x54434944, ReceiveBuffer = 0x53524246, IdleState = 0x4943534c,
        SilentClose = 0x53434c53, Options = 0x434f5054, CachedCertificates = 0x43435254, InitialRtt = 0x49525454, ConnectionWindow = 0x43464357,
        StreamWindow = 0x53464357, EncryptedTags = 0x43455456, ExpectedLeaf = 0x584c4354, ProofNonce = 0x4e4f4e50, Timestamps = 0x43534354,
        ClientTime = 0x4354494d, ResetNonce = 0x524e4f4e, RejectedNumber = 0x52534551, ClientAddress = 0x43414452, MaxDynamic = 0x4d494453,
        ForceBlocking = 0x46484f4c, ConfigLife = 0x5354544c, HeaderLists = 0x534d484c, TokenBinding = 0x54424b50, MaxAckDelay = 0x4d414400,
        LegacyVersion = 0x514c5645, Congestion = 0x43475354, EndpointId = 0x45504944, ResetToken = 0x53525354;

    const int EntryLength = 8, MaxNesting = 8;
    const ulong OverIPv4 = 2, OverIPv6 = 10;

    static readonly Protocol P = GoogleQuic.P;

    /// <summary>Messages by their tags.</summary>
    internal static readonly ValueNames Messages = ValueNames.Of(() => [
        (ClientHello, "Client Hello"), (ServerHello, "Server Hello"), (Rejection, "Rejection"), (0x50525354, "Public Reset")]);

    static readonly ValueNames Names = ValueNames.Of(() => [
        (Padding, "Padding"), (ServerName, "Server Name Indication"), (Version, "Version"), (CommonSets, "Common Certificate Sets"),
        (UserAgent, "Client's User Agent ID"), (ProofDemand, "Proof Demand"), (SourceToken, "Source Address Token"), (ServerNonce, "Server nonce"),
        (Proof, "Proof (Signature)"), (ServerConfig, "Server Config"), (Reasons, "Reasons for server sending"), (Certificates, "Certificate chain"),
        (Encryption, "Authenticated encryption algorithms"), (ConfigId, "Server config ID"), (PublicValues, "Public value"),
        (Exchanges, "Key exchange algorithms"), (Orbit, "Server Orbit"), (Expiry, "Expiry"), (ClientNonce, "Client Nonce"),
        (MaxStreams, "Max streams per connection"), (IdTruncation, "Connection ID truncation"), (ReceiveBuffer, "Socket receive buffer"),
        (IdleState, "Idle connection state"), (SilentClose, "Silently close on timeout"), (Options, "Connection options"),
        (CachedCertificates, "Cached certificates"), (InitialRtt, "Estimated initial RTT"), (ConnectionWindow, "Initial session/connection"),
        (StreamWindow, "Initial stream flow control"), (EncryptedTags, "Client encrypted tag-value"), (ExpectedLeaf, "Expected leaf certificate"),
        (ProofNonce, "Client Proof Nonce"), (Timestamps, "Signed cert timestamp (RFC6962) of leaf cert"), (ClientTime, "Client Timestamp"),
        (ResetNonce, "Public Reset Nonce Proof"), (RejectedNumber, "Rejected Packet Number"), (ClientAddress, "Client Address"),
        (MaxDynamic, "Max incoming dynamic streams"), (ForceBlocking, "Force Head Of Line blocking"), (ConfigLife, "Server Config TTL"),
        (HeaderLists, "Support Max Header List (size)"), (TokenBinding, "Token Binding Key Params"), (MaxAckDelay, "Max Ack Delay (IETF QUIC)"),
        (LegacyVersion, "Legacy Version Encapsulation"), (Congestion, "Congestion Control Feedback Type"), (EndpointId, "Endpoint Identifier"),
        (ResetToken, "Stateless Reset Token")]);

    static readonly ValueNames Ciphers = ValueNames.Of(() => [(0x41455347, "AES-GCM with a 12-byte tag and IV"), (0x53323050, "Salsa20 with Poly1305")]);
    static readonly ValueNames Curves = ValueNames.Of(() => [(0x43323535, "Curve25519"), (0x50323536, "P-256")]);

    static readonly Field MessageTag = P.String("gquic.tag", "Tag");
    static readonly Field Count = P.UInt16("gquic.tag_number", "Tag Number");
    static readonly Field Entry = P.Label("gquic.tags", "Tag/value");
    static readonly Field EntryType = P.String("gquic.tag_type", "Tag Type");
    static readonly Field EntryEnd = P.UInt32("gquic.tag_offset_end", "Tag offset end");
    static readonly Field ValueLength = P.UInt32("gquic.tag_offset_length", "Tag length");
    static readonly Field Value = P.Bytes("gquic.tag_value", "Tag/value");
    static readonly Field ServerNameText = P.String("gquic.tag.sni", "Server Name Indication", "The fully qualified DNS name of the server, canonicalised to lowercase with no trailing period");
    static readonly Field PaddingBytes = P.Bytes("gquic.tag.pad", "Padding", blurb: "Pad.....");
    static readonly Field VersionText = P.String("gquic.tag.version", "Version", "Version of gquic supported");
    static readonly Field ProofDemandText = P.String("gquic.tag.pdmd", "Proof demand", "a list of tags describing the types of proof acceptable to the client, in preference order");
    static readonly Field CommonSet = P.UInt64("gquic.tag.ccs", "Common certificate sets", FieldBase.Hex, blurb: "A series of 64-bit, FNV-1a hashes of sets of common certificates that the client possesses");
    static readonly Field UserAgentText = P.String("gquic.tag.uaid", "Client's User Agent ID");
    static readonly Field SourceTokenBytes = P.Bytes("gquic.tag.stk", "Source-address token");
    static readonly Field ServerNonceBytes = P.Bytes("gquic.tag.sno", "Server nonce");
    static readonly Field ProofBytes = P.Bytes("gquic.tag.prof", "Proof (Signature)");
    static readonly Field ConfigTag = P.String("gquic.tag.scfg", "Server Config Tag");
    static readonly Field ConfigCount = P.UInt32("gquic.tag.scfg.number", "Number Server Config Tag");
    static readonly Field Reason = P.UInt32("gquic.tag.rrej", "Reasons for server sending", FieldBase.Dec, GoogleQuicErrors.OfRejections);
    static readonly Field CertificateBytes = P.Bytes("gquic.tag.crt", "Certificate chain");
    static readonly Field Cipher = P.String("gquic.tag.aead", "Authenticated encryption algorithms", "A list of tags, in preference order, specifying the AEAD primitives supported by the server");
    static readonly Field ConfigIdBytes = P.Bytes("gquic.tag.scid", "Server Config ID", blurb: "An opaque, 16-byte identifier for this server config");
    static readonly Field PublicValue = P.UInt24("gquic.tag.pubs", "Public value", FieldBase.DecHex, blurb: "A list of public values, 24-bit, little-endian length prefixed");
    static readonly Field Exchange = P.String("gquic.tag.kexs", "Key exchange algorithms", "A list of tags, in preference order, specifying the key exchange algorithms that the server supports");
    static readonly Field OrbitBytes = P.Bytes("gquic.tag.obit", "Server orbit");
    static readonly Field ExpiryTime = P.UInt64("gquic.tag.expy", "Expiry", blurb: "a 64-bit expiry time for the server config in UNIX epoch seconds");
    static readonly Field ClientNonceBytes = P.Bytes("gquic.tag.nonc", "Client nonce",
        blurb: "32 bytes consisting of 4 bytes of timestamp (big-endian, UNIX epoch seconds), 8 bytes of server orbit and 20 bytes of random data");
    static readonly Field MaxStreamsNumber = P.UInt32("gquic.tag.mspc", "Max streams per connection");
    static readonly Field IdTruncationNumber = P.UInt32("gquic.tag.tcid", "Connection ID truncation", FieldBase.DecHex);
    static readonly Field ReceiveBufferNumber = P.UInt32("gquic.tag.srbf", "Socket receive buffer", FieldBase.DecHex);
    static readonly Field IdleStateNumber = P.UInt32("gquic.tag.icsl", "Idle connection state", FieldBase.DecHex);
    static readonly Field SilentCloseNumber = P.UInt32("gquic.tag.scls", "Silently close on timeout", FieldBase.DecHex);
    static readonly Field Option = P.String("gquic.tag.copt", "Connection options");
    static readonly Field CachedBytes = P.Bytes("gquic.tag.ccrt", "Cached certificates");
    static readonly Field InitialRttNumber = P.UInt32("gquic.tag.irtt", "Estimated initial RTT", blurb: "in us");
    static readonly Field ConnectionWindowNumber = P.UInt32("gquic.tag.cfcw", "Initial session/connection");
    static readonly Field StreamWindowNumber = P.UInt32("gquic.tag.sfcw", "Initial stream flow control");
    static readonly Field EncryptedTagsBytes = P.Bytes("gquic.tag.cetv", "Client encrypted tag-value");
    static readonly Field ExpectedLeafBytes = P.Bytes("gquic.tag.xlct", "Expected leaf certificate");
    static readonly Field ProofNonceBytes = P.Bytes("gquic.tag.nonp", "Client Proof nonce");
    static readonly Field TimestampBytes = P.Bytes("gquic.tag.csct", "Signed cert timestamp");
    static readonly Field ClientTimeStamp = P.AbsoluteTime("gquic.tag.ctim", "Client Timestamp", FieldBase.Utc);
    static readonly Field ResetNonceNumber = P.UInt64("gquic.tag.rnon", "Public reset nonce proof");
    static readonly Field RejectedPacket = P.UInt64("gquic.tag.rseq", "Rejected Packet Number", blurb: "a 64-bit packet number");
    static readonly Field AddressType = P.UInt16("gquic.tag.caddr.addr.type", "Client IP Address Type", FieldBase.Dec, ValueNames.Of(() => [(OverIPv4, "IPv4"), (OverIPv6, "IPv6")]));
    static readonly Field AddressFour = P.IPv4("gquic.tag.caddr.addr.ipv4", "Client IP Address");
    static readonly Field AddressSix = P.IPv6("gquic.tag.caddr.addr.ipv6", "Client IP Address");
    static readonly Field AddressBytes = P.Bytes("gquic.tag.caddr.addr", "Client IP Address");
    static readonly Field AddressPort = P.UInt16("gquic.tag.caddr.port", "Client Port (Source)");
    static readonly Field MaxDynamicNumber = P.UInt32("gquic.tag.mids", "Max incoming dynamic streams");
    static readonly Field ForceBlockingNumber = P.UInt32("gquic.tag.fhol", "Force Head Of Line blocking");
    static readonly Field ConfigLifeNumber = P.UInt64("gquic.tag.sttl", "Server Config TTL");
    static readonly Field HeaderListsNumber = P.UInt64("gquic.tag.smhl", "Support Max Header List (size)");
    static readonly Field TokenBindingText = P.String("gquic.tag.tbkp", "Token Binding Key Params.");
    static readonly Field MaxAckDelayNumber = P.UInt32("gquic.tag.mad0", "Max Ack Delay");
    static readonly Field LegacyVersionBytes = P.Bytes("gquic.tag.qlve", "Legacy Version Encapsulation");
    static readonly Field CongestionBytes = P.Bytes("gquic.tag.cgst", "Congestion Control Feedback Type");
    static readonly Field EndpointIdText = P.String("gquic.tag.epid", "Endpoint identifier");
    static readonly Field ResetTokenBytes = P.Bytes("gquic.tag.srst", "Stateless Reset Token");
    static readonly Field UnknownBytes = P.Bytes("gquic.tag.unknown", "Unknown tag");
    static readonly Field Reserved = P.Bytes("gquic.padding", "Padding");
    static readonly Expert Undecoded = P.Expert("gquic.tag.undecoded", Severity.Note, ExpertGroup.Undecoded,
        "Dissector for (Google)QUIC Tag code not implemented, Contact Wireshark developers if you want this supported");
    static readonly Expert Truncated = P.Expert("gquic.tag.length.truncated", Severity.Note, ExpertGroup.Malformed, "Truncated Tag Length...");
    static readonly Expert UnknownData = P.Expert("gquic.tag.unknown.data", Severity.Note, ExpertGroup.Undecoded, "Unknown Data");

    /// <summary>A tag's letters; good until the packet's scratch text is used again.</summary>
    internal static ReadOnlySpan<byte> Text(Packet p, in View v, int at)
    {
        var letters = v.Span(at, 4);
        int end = letters.IndexOf((byte)0);
        p.Scratch.Clear();
        TextDecoder.Decode(end < 0 ? letters : letters[..end], TextEncoding.Ascii, p.Scratch);
        return p.Scratch.Bytes;
    }

    /// <summary>Adds a message.</summary>
    /// <returns>Where it ends.</returns>
    internal static int Add(Packet p, in View v, Node tree, int at)
    {
        string name = Messages.FindOr(v.U32(at), "Unknown Tag");
        p.AppendLabel(p.AddString(tree, MessageTag, v, at, 4, Text(p, v, at)), $" ({name})");
        int count = v.U16LE(at + 4);
        p.AddLE(tree, Count, v, at + 4, 2);
        p.Add(tree, Reserved, v, at + 6, 2);
        return AddEntries(p, v, tree, at + 8, (uint)count, 0);
    }

    static int AddEntries(Packet p, in View v, Node tree, int at, uint count, int depth)
    {
        long valuesAt = at + ((long)count * EntryLength);
        int valueAt = 0;
        for (; count > 0; count--)
        {
            uint tag = v.U32(at);
            int end = (int)v.U32LE(at + 4), length = end - valueAt;
            string name = Names.FindOr(tag, "Unknown");
            var entry = p.Add(tree, Entry, v, at, EntryLength);
            p.Label(entry, $"Tag/value: {Text(p, v, at)} ({name}) (l={(uint)length})");
            p.AppendLabel(p.AddString(entry, EntryType, v, at, 4, Text(p, v, at)), $" ({name})");
            p.AddLE(entry, EntryEnd, v, at + 4, 4);
            var lengthNode = p.Generated(p.AddUInt(entry, ValueLength, v, at + 4, 4, (uint)length));
            at += EntryLength;
            long start = valuesAt + valueAt;
            int left = start <= v.Reported ? v.ReportedFrom((int)start) : 0;
            if (length > left)
            {
                p.Expert(lengthNode, Truncated, v, at - 4, 4);
                length = left;
            }

            if (length < 0 || start > v.Reported)
            {
                v.ThrowShort((int)Math.Min(start, v.Reported), int.MaxValue);
            }

            p.Add(entry, Value, v, (int)start, length);
            int taken = AddValue(p, v, entry, at - EntryLength, name, (int)start, length, depth);
            if (taken != length)
            {
                p.AddExpert(entry, UnknownData, v, (int)start + taken, length);
                v.Ensure((int)start + taken, length);
            }

            valueAt += length;
        }

        return (int)valuesAt + valueAt;
    }

    static int AddValue(Packet p, in View v, Node entry, int tagAt, string name, int at, int length, int depth)
    {
        switch (v.U32(tagAt))
        {
            case Padding: return AddBytes(p, v, entry, PaddingBytes, at, length);
            case SourceToken: return AddBytes(p, v, entry, SourceTokenBytes, at, length);
            case ServerNonce: return AddBytes(p, v, entry, ServerNonceBytes, at, length);
            case Proof: return AddBytes(p, v, entry, ProofBytes, at, length);
            case Certificates: return AddBytes(p, v, entry, CertificateBytes, at, length);
            case ConfigId: return AddBytes(p, v, entry, ConfigIdBytes, at, length);
            case Orbit: return AddBytes(p, v, entry, OrbitBytes, at, length);
            case CachedCertificates: return AddBytes(p, v, entry, CachedBytes, at, length);
            case EncryptedTags: return AddBytes(p, v, entry, EncryptedTagsBytes, at, length);
            case Timestamps: return AddBytes(p, v, entry, TimestampBytes, at, length);
            case Congestion: return AddBytes(p, v, entry, CongestionBytes, at, length);
            case LegacyVersion: return AddBytes(p, v, entry, LegacyVersionBytes, at, length);
            case ResetToken: return AddBytes(p, v, entry, ResetTokenBytes, at, length);
            case ClientNonce: return AddBytes(p, v, entry, ClientNonceBytes, at, 32);
            case ProofNonce: return AddBytes(p, v, entry, ProofNonceBytes, at, 32);
            case ExpectedLeaf: return AddBytes(p, v, entry, ExpectedLeafBytes, at, 8);
            case ServerName: return AddText(p, v, entry, ServerNameText, at, length);
            case UserAgent: return AddText(p, v, entry, UserAgentText, at, length);
            case ProofDemand: return AddText(p, v, entry, ProofDemandText, at, length);
            case EndpointId: return AddText(p, v, entry, EndpointIdText, at, length);
            case TokenBinding: return AddText(p, v, entry, TokenBindingText, at, 4);
            case MaxStreams: return AddNumber(p, v, entry, MaxStreamsNumber, at, inHeading: true);
            case InitialRtt: return AddNumber(p, v, entry, InitialRttNumber, at, inHeading: true);
            case ConnectionWindow: return AddNumber(p, v, entry, ConnectionWindowNumber, at, inHeading: true);
            case StreamWindow: return AddNumber(p, v, entry, StreamWindowNumber, at, inHeading: true);
            case MaxDynamic: return AddNumber(p, v, entry, MaxDynamicNumber, at, inHeading: true);
            case ForceBlocking: return AddNumber(p, v, entry, ForceBlockingNumber, at, inHeading: true);
            case HeaderLists: return AddNumber(p, v, entry, HeaderListsNumber, at, inHeading: true);
            case MaxAckDelay: return AddNumber(p, v, entry, MaxAckDelayNumber, at, inHeading: true);
            case IdTruncation: return AddNumber(p, v, entry, IdTruncationNumber, at);
            case ReceiveBuffer: return AddNumber(p, v, entry, ReceiveBufferNumber, at);
            case IdleState: return AddNumber(p, v, entry, IdleStateNumber, at);
            case SilentClose: return AddNumber(p, v, entry, SilentCloseNumber, at);
            case Expiry: return AddNumber(p, v, entry, ExpiryTime, at, 8);
            case ResetNonce: return AddNumber(p, v, entry, ResetNonceNumber, at, 8);
            case RejectedNumber: return AddNumber(p, v, entry, RejectedPacket, at, 8);
            case ConfigLife: return AddNumber(p, v, entry, ConfigLifeNumber, at, 8);
            case ClientTime:
                p.AddTime(entry, ClientTimeStamp, v, at, 8, new Timestamp(v.U32LE(at), (int)v.U32LE(at + 4)));
                return 8;
            case Version: return AddList(p, v, entry, VersionText, null, at, length);
            case Encryption: return AddList(p, v, entry, Cipher, Ciphers, at, length);
            case Exchanges: return AddList(p, v, entry, Exchange, Curves, at, length);
            case Options: return AddList(p, v, entry, Option, null, at, length);
            case CommonSets: return AddNumbers(p, v, entry, CommonSet, at, length, 8, littleEnd: false);
            case PublicValues:
                p.AddLE(entry, PublicValue, v, at, 2);
                return 2 + AddNumbers(p, v, entry, PublicValue, at + 2, length - 2, 3, littleEnd: true);
            case Reasons: return AddReasons(p, v, entry, at, length);
            case ClientAddress: return AddAddress(p, v, entry, at, length);
            case ServerConfig: return AddConfig(p, v, entry, at, length, depth);
            default:
                AddBytes(p, v, entry, UnknownBytes, at, length);
                p.Expert(entry, Undecoded, v, at, length,
                    $"Dissector for (Google) QUIC Tag {Text(p, v, tagAt)} ({name}) code not implemented, Contact Wireshark developers if you want this supported");
                return length;
        }
    }

    static int AddBytes(Packet p, in View v, Node entry, Field field, int at, int length)
    {
        p.Add(entry, field, v, at, length);
        return length;
    }

    static int AddText(Packet p, in View v, Node entry, Field field, int at, int length)
    {
        p.Add(entry, field, v, at, length);
        p.AppendLabel(entry, $": {v.Span(at, length)}");
        return length;
    }

    static int AddNumber(Packet p, in View v, Node entry, Field field, int at, int length = 4, bool inHeading = false)
    {
        p.AddLE(entry, field, v, at, length);
        if (inHeading)
        {
            p.AppendLabel(entry, $": {v.U32LE(at)}");
        }

        return length;
    }

    static int AddNumbers(Packet p, in View v, Node entry, Field field, int at, int length, int each, bool littleEnd)
    {
        int taken = 0;
        for (; length - taken >= each; taken += each)
        {
            p.Add(entry, field, v, at + taken, each, littleEnd);
        }

        return taken;
    }

    /// <summary>Values of four letters, with their meanings where they have any.</summary>
    static int AddList(Packet p, in View v, Node entry, Field field, ValueNames? meanings, int at, int length)
    {
        int taken = 0;
        for (; length - taken >= 4; taken += 4)
        {
            var node = p.Add(entry, field, v, at + taken, 4);
            if (meanings is not null)
            {
                string meaning = meanings.FindOr(v.U32(at + taken), "Unknown");
                p.AppendLabel(node, $" ({meaning})");
                p.AppendLabel(entry, $", {meaning}");
            }
            else if (field == VersionText)
            {
                p.AppendLabel(entry, $"{(taken == 0 ? ": " : ", ")}{v.Span(at + taken, 4)}");
            }
        }

        return taken;
    }

    static int AddReasons(Packet p, in View v, Node entry, int at, int length)
    {
        int taken = 0;
        for (; length - taken >= 4; taken += 4)
        {
            p.AddLE(entry, Reason, v, at + taken, 4);
            p.AppendLabel(entry, $", Code {GoogleQuicErrors.OfRejections.FindOr(v.U32LE(at + taken), "Unknown")}");
        }

        return taken;
    }

    static int AddAddress(Packet p, in View v, Node entry, int at, int length)
    {
        int type = v.U16LE(at), size = (ulong)type switch { OverIPv4 => 4, OverIPv6 => 16, _ => Math.Max(0, length - 4) };
        p.AddLE(entry, AddressType, v, at, 2);
        p.Add(entry, (ulong)type switch { OverIPv4 => AddressFour, OverIPv6 => AddressSix, _ => AddressBytes }, v, at + 2, size);
        p.AddLE(entry, AddressPort, v, at + 2 + size, 2);
        return 4 + size;
    }

    /// <summary>A message inside, which may not reach beyond its own bytes; its count has four bytes.</summary>
    static int AddConfig(Packet p, in View v, Node entry, int at, int length, int depth)
    {
        p.AddString(entry, ConfigTag, v, at, 4, Text(p, v, at));
        p.AddLE(entry, ConfigCount, v, at + 4, 4);
        if (depth < MaxNesting)
        {
            AddEntries(p, v.Part(0, at + length), entry, at + 8, v.U32LE(at + 4), depth + 1);
        }

        return length;
    }
}
