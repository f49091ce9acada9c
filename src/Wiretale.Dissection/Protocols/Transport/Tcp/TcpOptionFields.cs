using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>Fields of TCP's options, each of which is a protocol of its own in the tree.</summary>
static class TcpOptionFields
{
    static readonly Protocol P = Tcp.P;

    /// <summary>Kinds that are known, with their protocols.</summary>
    public static readonly (int Kind, Protocol Protocol, string Name)[] Known =
    [
        Option(0, "End of Option List (EOL)", "eol"), Option(1, "No-Operation (NOP)", "nop"), Option(2, "Maximum segment size", "mss"),
        Option(3, "Window scale", "wscale"), Option(4, "SACK permitted", "sack_perm"), Option(5, "SACK", "sack"),
        Option(6, "Echo", "echo"), Option(7, "Echo reply", "echoreply"), Option(8, "Timestamps", "timestamp"),
        Option(11, "CC", "cc"), Option(12, "CC.NEW", "ccnew"), Option(13, "CC.ECHO", "ccecho"), Option(19, "TCP MD5 signature", "md5"),
        Option(27, "Quick-Start", "qs"), Option(28, "User Timeout", "user_to"), Option(29, "TCP AO", "ao"),
        (30, new("Multipath Transmission Control Protocol", "MPTCP", "mptcp"), "MPTCP"), Option(34, "TCP Fast Open", "tfo"),
        Option(172, "Accurate ECN", "acc_ecn"), Option(253, "Experimental", "experimental"), Option(256, "Unknown", "unknown"),
    ];

    public static readonly ValueNames Kinds = ValueNames.Of(() => [
        (0, "End of Option List"), (1, "No-Operation"), (2, "Maximum Segment Size"), (3, "Window Scale"), (4, "SACK Permitted"), (5, "SACK"), (6, "Echo"), (7, "Echo Reply"),
        (8, "Time Stamp Option"), (9, "Partial Order Connection Permitted"), (10, "Partial Order Service Profile"), (11, "CC"), (12, "CC.NEW"), (13, "CC.ECHO"),
        (14, "TCP Alternate Checksum Request"), (15, "TCP Alternate Checksum Data"), (16, "Skeeter"), (17, "Bubba"), (18, "Trailer Checksum Option"), (19, "MD5 Signature Option"),
        (20, "SCPS Capabilities"), (21, "Selective Negative Acknowledgements"), (22, "Record Boundaries"), (23, "Corruption experienced"), (24, "SNAP"), (25, "Unassigned"),
        (26, "TCP Compression Filter"), (27, "Quick-Start Response"), (28, "User Timeout Option"), (29, "The TCP Authentication Option"), (30, "Multipath TCP"),
        (34, "TCP Fast Open Cookie"), (76, "Riverbed Probe"), (78, "Riverbed Transparency"), (172, "Accurate ECN Order 0"), (174, "Accurate ECN Order 1"),
        (253, "RFC3692-style Experiment 1"), (254, "RFC3692-style Experiment 2")]);

    public static readonly ValueNames Experiments = ValueNames.Of(() => [
        (0xac, "TCP ACK Rate Request"), (0x348, "Host ID"), (0xa0d, "Autonomous System Compensation"), (0xca0, "Capability Option"), (0xed0, "Extended Data Offset"),
        (0x454e, "Encryption Negotiation"), (0x5323, "Service Number"), (0x75ec, "Timestamp Interval"), (0xacc0, "Accurate ECN - Order 0"), (0xacc1, "Accurate ECN - Order 1"),
        (0xacce, "Accurate ECN"), (0xe2d4, "Shared Memory communications over RMDA protocol"), (0xf989, "Fast Open"), (0xf990, "Low Latency")]);

    public static readonly ValueNames QuickStartRates = ValueNames.Of(() => [
        (0, "0 bit/s"), (1, "80 Kbit/s"), (2, "160 Kbit/s"), (3, "320 Kbit/s"), (4, "640 Kbit/s"), (5, "1.28 Mbit/s"), (6, "2.56 Mbit/s"), (7, "5.12 Mbit/s"),
        (8, "10.24 Mbit/s"), (9, "20.48 Mbit/s"), (10, "40.96 Mbit/s"), (11, "81.92 Mbit/s"), (12, "163.84 Mbit/s"), (13, "327.68 Mbit/s"), (14, "655.36 Mbit/s"), (15, "1.31072 Gbit/s")]);

    static readonly ValueNames Subtypes = ValueNames.Of(() => [
        (0, "Multipath Capable"), (1, "Join Connection"), (2, "Data Sequence Signal"), (3, "Add Address"), (4, "Remove Address"),
        (5, "Change Subflow Priority"), (6, "TCP Fallback"), (7, "Fast Close"), (8, "TCP Reset")]);

    public static readonly Field Kind = P.UInt8("tcp.option_kind", "Kind", FieldBase.Dec, Kinds, blurb: "This TCP option's kind");
    public static readonly Field Length = P.UInt8("tcp.option_len", "Length", blurb: "Length of this TCP option in bytes (including kind and length fields)");
    public static readonly Field MaximumSegmentSize = P.UInt16("tcp.options.mss_val", "MSS Value");
    public static readonly Field Shift = P.UInt8("tcp.options.wscale.shift", "Shift count", blurb: "Logarithmically encoded power of 2 scale factor");
    public static readonly Field Multiplier = P.UInt16("tcp.options.wscale.multiplier", "Multiplier", blurb: "Multiply segment window size by this for scaled window size");
    public static readonly Field SackLeft = P.UInt32("tcp.options.sack_le", "TCP SACK Left Edge");
    public static readonly Field SackRight = P.UInt32("tcp.options.sack_re", "TCP SACK Right Edge");
    public static readonly Field SackCount = P.UInt8("tcp.options.sack.count", "TCP SACK Count");
    public static readonly Field DuplicateLeft = P.UInt32("tcp.options.sack.dsack_le", "TCP D-SACK Left Edge", blurb: "Duplicate SACK Left Edge");
    public static readonly Field DuplicateRight = P.UInt32("tcp.options.sack.dsack_re", "TCP D-SACK Right Edge", blurb: "Duplicate SACK Right Edge");
    public static readonly Field Echo = P.UInt32("tcp.options.echo_value", "TCP Echo Option", blurb: "TCP Sack Echo");
    public static readonly Field TimestampValue = P.UInt32("tcp.options.timestamp.tsval", "Timestamp value", blurb: "Value of sending machine's timestamp clock");
    public static readonly Field TimestampEcho = P.UInt32("tcp.options.timestamp.tsecr", "Timestamp echo reply", blurb: "Echoed timestamp from remote machine");
    public static readonly Field ConnectionCount = P.UInt32("tcp.options.cc_value", "TCP CC Option");
    public static readonly Field Digest = P.Bytes("tcp.options.md5.digest", "MD5 digest");
    public static readonly Field Rate = P.UInt8("tcp.options.qs.rate", "QS Rate", FieldBase.Dec, QuickStartRates, 0x0f);
    public static readonly Field HopDifference = P.UInt8("tcp.options.qs.ttl_diff", "QS Rate");
    public static readonly Field Granularity = P.Flag("tcp.options.user_to_granularity", "Granularity", 16, 0x8000, ValueNames.Flag("Minutes", "Seconds"), "TCP User Timeout Granularity");
    public static readonly Field UserTimeout = P.UInt16("tcp.options.user_to_val", "User Timeout", mask: 0x7fff, blurb: "TCP User Timeout Value");
    public static readonly Field KeyId = P.UInt8("tcp.options.ao.keyid", "AO KeyID");
    public static readonly Field NextKeyId = P.UInt8("tcp.options.ao.rnextkeyid", "AO RNextKeyID");
    public static readonly Field Mac = P.Bytes("tcp.options.ao.mac", "AO MAC");
    public static readonly Field CookieRequest = P.Label("tcp.options.tfo.request", "Fast Open Cookie Request");
    public static readonly Field Cookie = P.Bytes("tcp.options.tfo.cookie", "Fast Open Cookie");
    public static readonly Field Experiment = P.UInt16("tcp.options.experimental.exid", "Experiment Identifier", FieldBase.Hex, Experiments);
    public static readonly Field ExperimentData = P.Bytes("tcp.options.experimental.data", "Data");
    public static readonly Field UnknownPayload = P.Bytes("tcp.options.unknown.payload", "Payload");
    public static readonly Field Ect0Bytes = P.UInt24("tcp.options.acc_ecn.ee0b", "Accurate ECN Echo ECT(0) Byte Counter");
    public static readonly Field CeBytes = P.UInt24("tcp.options.acc_ecn.eceb", "Accurate ECN Echo CE Byte Counter");
    public static readonly Field Ect1Bytes = P.UInt24("tcp.options.acc_ecn.ee1b", "Accurate ECN Echo ECT(1) Byte Counter");

    public static readonly Field Subtype = P.UInt8("tcp.options.mptcp.subtype", "Multipath TCP subtype", FieldBase.Dec, Subtypes, 0xf0);
    public static readonly Field Version = P.UInt8("tcp.options.mptcp.version", "Multipath TCP version", mask: 0x0f);
    public static readonly Field Flags = P.UInt8("tcp.options.mptcp.flags", "Multipath TCP flags", FieldBase.Hex);
    public static readonly Field[] CapableFlags =
    [
        P.UInt8("tcp.options.mptcp.checksumreq.flags", "Checksum required", mask: 0x80), P.UInt8("tcp.options.mptcp.extensibility.flag", "Extensibility", mask: 0x40),
        P.UInt8("tcp.options.mptcp.sha1.flag", "Use HMAC-SHA1", mask: 1), P.UInt8("tcp.options.mptcp.reserved.flag", "Reserved", FieldBase.Hex, mask: 0x3e),
    ];
    public static readonly Field[] SignalFlags =
    [
        P.UInt8("tcp.options.mptcp.datafin.flag", "DATA_FIN", mask: 0x10), P.UInt8("tcp.options.mptcp.dseqn8.flag", "Data Sequence Number is 8 octets", mask: 8),
        P.UInt8("tcp.options.mptcp.dseqnpresent.flag", "Data Sequence Number, Subflow Sequence Number, Data-level Length, Checksum present", mask: 4),
        P.UInt8("tcp.options.mptcp.dataack8.flag", "Data ACK is 8 octets", mask: 2), P.UInt8("tcp.options.mptcp.dataackpresent.flag", "Data ACK is present", mask: 1),
    ];
    public static readonly Field Backup = P.UInt8("tcp.options.mptcp.backup.flag", "Backup flag", mask: 1);
    public static readonly Field SenderKey = P.UInt64("tcp.options.mptcp.sendkey", "Sender's Key");
    public static readonly Field ReceiverKey = P.UInt64("tcp.options.mptcp.recvkey", "Receiver's Key");
    public static readonly Field ReceiverToken = P.UInt32("tcp.options.mptcp.recvtok", "Receiver's Token");
    public static readonly Field SenderRandom = P.UInt32("tcp.options.mptcp.sendrand", "Sender's Random Number");
    public static readonly Field TruncatedHmac = P.UInt64("tcp.options.mptcp.sendtrunchmac", "Sender's Truncated HMAC");
    public static readonly Field Hmac = P.Bytes("tcp.options.mptcp.sendhmac", "Sender's HMAC");
    public static readonly Field Reserved = P.UInt16("tcp.options.mptcp.reserved", "Reserved", FieldBase.Hex, mask: 0x0fff);
    public static readonly Field AddressId = P.UInt8("tcp.options.mptcp.addrid", "Address ID");
    public static readonly Field IpVersion = P.UInt8("tcp.options.mptcp.ipver", "IP version", mask: 0x0f);
    public static readonly Field AddressV4 = P.IPv4("tcp.options.mptcp.ipv4", "Advertised IPv4 Address");
    public static readonly Field AddressV6 = P.IPv6("tcp.options.mptcp.ipv6", "Advertised IPv6 Address");
    public static readonly Field DataAck = P.UInt64("tcp.options.mptcp.rawdataack", "Original MPTCP Data ACK");
    public static readonly Field DataSequence = P.UInt64("tcp.options.mptcp.rawdataseqno", "Data Sequence Number");
    public static readonly Field SubflowSequence = P.UInt32("tcp.options.mptcp.subflowseqno", "Subflow Sequence Number");
    public static readonly Field DataLength = P.UInt16("tcp.options.mptcp.datalvllen", "Data-level Length");
    public static readonly Field DataChecksum = P.UInt16("tcp.options.mptcp.checksum", "Checksum", FieldBase.Hex);

    public static readonly Expert BadLength = P.Expert("tcp.option.len.invalid", Severity.Note, ExpertGroup.Sequence, "Invalid length for option");
    public static readonly Expert ShiftTooLarge = P.Expert("tcp.options.wscale.shift.invalid", Severity.Warning, ExpertGroup.Protocol, "Window scale shift exceeds 14");
    public static readonly Expert MssAbsent = P.Expert("tcp.options.mss.absent", Severity.Note, ExpertGroup.Protocol, "The SYN packet does not contain a MSS option");
    public static readonly Expert MssPresent = P.Expert("tcp.options.mss.present", Severity.Warning, ExpertGroup.Protocol, "The non-SYN packet does contain a MSS option");
    public static readonly Expert DuplicateSack = P.Expert("tcp.options.sack.dsack", Severity.Warning, ExpertGroup.Sequence, "D-SACK Sequence");
    public static readonly Expert FourNops = P.Expert("tcp.nop", Severity.Warning, ExpertGroup.Protocol, "4 NOP in a row - a router may have removed some options");
    public static readonly Expert AfterEnd = P.Expert("tcp.non_zero_bytes_after_eol", Severity.Error, ExpertGroup.Protocol, "Non zero bytes in option space after EOL option");

    /// <summary>Protocols to be registered beside TCP itself.</summary>
    public static Protocol[] Protocols => Array.ConvertAll(Known, k => k.Protocol);

    public static (Protocol Protocol, string? Name) Find(int kind)
    {
        kind = kind switch { 174 => 172, 254 => 253, _ => kind };
        foreach (var (known, protocol, name) in Known)
        {
            if (known == kind)
            {
                return (protocol, name);
            }
        }

        return (Known[^1].Protocol, null);
    }

    static (int Kind, Protocol Protocol, string Name) Option(int kind, string name, string filter) =>
        (kind, new($"TCP Option - {name}", name, $"tcp.options.{filter}", FieldType.Bytes), name);
}
