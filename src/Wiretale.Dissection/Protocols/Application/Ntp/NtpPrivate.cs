using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Ntp;

// Specification: none but the reference implementation's ntp_request.h (ntpdc, mode 7). A header of 8 bytes, then items of one size.
//
//    0               1               2               3
//   +-+-+-----+-----+-+-------------+---------------+---------------+
//   |R|M| Ver | 7   |A| Sequence    | Implementation| Request code  |
//   +-+-+---+-+-----+-+-------------+-------+-------+---------------+
//   | Err   | Number of items       | 0     | Size of an item       |
//   +-------+-----------------------+-------+-----------------------+

/// <summary>NTP's private mode: the records that ntpdc asks for, changes and gets.</summary>
static class NtpPrivate
{
    const int HeaderLength = 8, Xntpd = 3, MonitorList = 20, MonitorListWithLocal = 42;

    /// <summary>Where an authenticated request has its timestamp and key.</summary>
    const int AuthenticationAt = 184;

    static readonly Protocol P = Ntp.P;

    static readonly Field Response = P.UInt8("ntp.priv.flags.r", "Response bit", FieldBase.Dec, NtpNames.Responses, mask: 0x80);
    static readonly Field More = P.UInt8("ntp.priv.flags.more", "More bit", mask: 0x40);
    static readonly Field Code = P.UInt8("ntp.priv.reqcode", "Request code", FieldBase.Dec, NtpNames.Requests);
    static readonly Field Item = P.StringZ("ntp.priv.mode7.item", "Mode7 item");

    static readonly Layout Header = new(
        Ntp.Flags.Summary(Response, More, Ntp.Version, Ntp.Mode),
        P.UInt8("ntp.priv.auth_seq", "Auth, sequence", blurb: "Auth bit, sequence number").Bits(
            P.UInt8("ntp.priv.auth", "Auth bit", mask: 0x80),
            P.UInt8("ntp.priv.seq", "Sequence number", mask: 0x7f)),
        P.UInt8("ntp.priv.impl", "Implementation", FieldBase.Dec, NtpNames.Implementations),
        Code);

    static readonly Layout Authenticated = new(
        P.AbsoluteTime("ntp.priv.tstamp", "Authentication timestamp", FieldBase.NtpUtc),
        Ntp.KeyId.Of(4),
        Ntp.Mac.Rest());

    static readonly Layout Sizes = new(
        P.UInt8("ntp.priv.err", "Err", FieldBase.Hex, NtpNames.PrivateErrors).BitRange(0, 4),
        P.UInt16("ntp.priv.numitems", "Number of data items").BitRange(4, 12),
        P.UInt8("ntp.priv.reserved", "Reserved", FieldBase.Hex).BitRange(0, 4),
        P.UInt16("ntp.priv.itemsize", "Size of data item").BitRange(4, 12));

    static readonly Field Address = P.IPv4("ntp.priv.mode7.address", "Address");
    static readonly Field HostMode = P.UInt8("ntp.priv.mode7.hmode", "HMode", FieldBase.Dec, NtpNames.Modes);
    static readonly Field Ipv6Flag = P.UInt32("ntp.priv.mode7.ipv6_flag", "IPv6 Flag");
    static readonly Field Unused = P.Bytes("ntp.priv.mode7.unused", "Unused");
    static readonly Field Address6 = P.IPv6("ntp.priv.mode7.address6", "IPv6 addr");
    static readonly Field DestinationAddress = P.IPv4("ntp.priv.mode7.dstaddress", "Destination address");
    static readonly Field SourceAddress = P.IPv4("ntp.priv.mode7.srcaddress", "Source address");
    static readonly Field SourcePort = P.UInt16("ntp.priv.mode7.srcport", "Source port");
    static readonly Field HostPoll = P.Field(FieldType.Int8, "ntp.priv.mode7.hpoll", "Host polling interval", FieldBase.Dec);
    static readonly Field Reach = P.UInt8("ntp.priv.mode7.reach", "Reach");
    static readonly Field Delay = P.Int32("ntp.priv.mode7.delay", "Delay");
    static readonly Field Offset = P.UInt64("ntp.priv.mode7.offset", "Offset");
    static readonly Field Dispersion = P.UInt32("ntp.priv.mode7.dispersion", "Dispersion");
    static readonly Field DestinationAddress6 = P.IPv6("ntp.priv.mode7.dstaddress6", "IPv6 destination addr");
    static readonly Field SourceAddress6 = P.IPv6("ntp.priv.mode7.srcaddress6", "IPv6 source addr");
    static readonly Field PeerMode = P.UInt8("ntp.priv.mode7.pmode", "Peer mode", FieldBase.Dec, NtpNames.Modes);
    static readonly Field Leap = P.UInt8("ntp.priv.mode7.leap", "Leap");
    static readonly Field Frequency = P.Int32("ntp.priv.mode7.freq", "Freq");
    static readonly Field TimeReset = P.UInt32("ntp.priv.mode7.timereset", "Time reset", blurb: "time counters were reset");
    static readonly Field BadVersion = P.UInt32("ntp.priv.mode7.bad_version", "Unknown version packets");
    static readonly Field Processed = P.UInt32("ntp.priv.mode7.processed", "Processed");
    static readonly Field BadAuthentication = P.UInt32("ntp.priv.mode7.badauth", "Bad authentication");
    static readonly Field TimeReceived = P.UInt32("ntp.priv.mode7.timereceived", "Time received", blurb: "time since a packet received");
    static readonly Field Received = P.UInt32("ntp.priv.mode7.received", "Received packets");
    static readonly Field Sent = P.UInt32("ntp.priv.mode7.sent", "Sent");
    static readonly Field NotSent = P.UInt32("ntp.priv.mode7.notsent", "Not sent packets");
    static readonly Field Version = P.UInt8("ntp.priv.mode7.version", "Version");
    static readonly Field TimeToLive = P.UInt8("ntp.priv.mode7.ttl", "TTL");
    static readonly Field Mask = P.IPv4("ntp.priv.mode7.mask", "Mask");
    static readonly Field Mflags = P.UInt16("ntp.priv.mode7.mflags", "Mflags");
    static readonly Field Mask6 = P.IPv6("ntp.priv.mode7.mask6", "IPv6 mask");
    static readonly Field Avgint = P.UInt32("ntp.priv.monlist.avgint", "avgint");
    static readonly Field Lsint = P.UInt32("ntp.priv.monlist.lsint", "lsint");
    static readonly Field Restr = P.UInt32("ntp.priv.monlist.restr", "restr", FieldBase.Hex);
    static readonly Field MonitorCount = P.UInt32("ntp.priv.monlist.count", "count");
    static readonly Field RemoteAddress = P.IPv4("ntp.priv.monlist.remote_address", "remote address");
    static readonly Field MonitorPort = P.UInt16("ntp.priv.monlist.port", "port");
    static readonly Field Mode = P.UInt8("ntp.priv.monlist.mode", "mode");
    static readonly Field MonitorVersion = P.UInt8("ntp.priv.monlist.version", "version");
    static readonly Field Ipv6 = P.UInt32("ntp.priv.monlist.ipv6", "ipv6", FieldBase.Hex);
    static readonly Field MonitorUnused = P.UInt32("ntp.priv.monlist.unused", "unused", FieldBase.Hex);
    static readonly Field Addr6 = P.IPv6("ntp.priv.monlist.addr6", "ipv6 remote addr");
    static readonly Field LocalAddress = P.IPv4("ntp.priv.mode7.local_address", "Local address");
    static readonly Field TrapAddress = P.IPv4("ntp.priv.mode7.trap_address", "Trap address");
    static readonly Field TrapPort = P.UInt16("ntp.priv.mode7.trap_port", "Trap port");
    static readonly Field LocalAddress6 = P.IPv6("ntp.priv.mode7.local_address6", "IPv6 local addr");
    static readonly Field TrapAddress6 = P.IPv6("ntp.priv.mode7.trap_address6", "IPv6 trap addr");

    static readonly Row PeerFlags = P.UInt8("ntp.priv.mode7.peer.flags", "Flags", FieldBase.Hex, mask: 0xff).Summary(
        P.Flag("ntp.priv.mode7.peer.flags.config", "Config", 8, 0x1, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.peer.flags.syspeer", "Syspeer", 8, 0x2, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.peer.flags.burst", "Burst", 8, 0x4, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.peer.flags.refclock", "Refclock", 8, 0x8, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.peer.flags.prefer", "Prefer", 8, 0x10, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.peer.flags.authenable", "Auth enable", 8, 0x20, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.peer.flags.sel_candidate", "Sel Candidate", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.peer.flags.shortlist", "Shortlist", 8, 0x80, ValueNames.SetNotSet));

    static readonly Field[] SystemFlagBits =
    [
        P.Flag("ntp.priv.mode7.sys.flags.bclient", "Bclient", 8, 0x1, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.sys.flags.pps", "PPS", 8, 0x2, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.sys.flags.ntp", "NTP", 8, 0x4, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.sys.flags.kernel", "Kernel", 8, 0x8, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.sys.flags.monitor", "Monitor", 8, 0x10, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.sys.flags.filegen", "Filegen", 8, 0x20, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.sys.flags.auth", "Auth", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("ntp.priv.mode7.sys.flags.cal", "Cal", 8, 0x80, ValueNames.SetNotSet),
    ];

    static readonly Layout Peer = new(
        Address,
        P.UInt16("ntp.priv.mode7.port", "Port"),
        HostMode, PeerFlags, Ipv6Flag, Unused.Of(4), Address6);

    static readonly Layout PeerSummary = new(
        DestinationAddress, SourceAddress, SourcePort, Ntp.Stratum, HostPoll, Ntp.Poll, Reach, PeerFlags, HostMode, Delay, Offset,
        Dispersion, Ipv6Flag, Unused.Of(4), DestinationAddress6, SourceAddress6);

    static readonly Layout System = new(
        Address, PeerMode, Leap, Ntp.Stratum, Ntp.Precision, Ntp.RootDelay, Ntp.RootDispersion, Ntp.ReferenceId.Of(4),
        Ntp.ReferenceTime,
        P.UInt32("ntp.priv.mode7.poll", "Poll"),
        P.UInt8("ntp.priv.mode7.sys.flags8", "Flags", FieldBase.Hex, mask: 0xff).Summary(SystemFlagBits), Unused.Of(3),
        P.Int32("ntp.priv.mode7.bdelay", "Bdelay"),
        Frequency,
        P.Field(FieldType.Int64, "ntp.priv.mode7.authdelay", "Auth delay", FieldBase.Dec),
        P.UInt32("ntp.priv.mode7.stability", "Stability (ppm)"),
        Ipv6Flag, Unused.Of(4), Address6);

    static readonly Layout SystemStatistics = new(
        P.UInt32("ntp.priv.mode7.timeup", "Time up", blurb: "time counters were reset"),
        TimeReset,
        P.UInt32("ntp.priv.mode7.denied", "Denied"),
        P.UInt32("ntp.priv.mode7.oldversion", "Old version"),
        P.UInt32("ntp.priv.mode7.newversion", "New version"),
        BadVersion,
        P.UInt32("ntp.priv.mode7.badlength", "Bad length"),
        Processed, BadAuthentication, TimeReceived,
        P.UInt32("ntp.priv.mode7.limitrejected", "Limit rejected"),
        P.UInt32("ntp.priv.mode7.lamport", "Lamport violation"),
        P.UInt32("ntp.priv.mode7.tsrounding", "Timestamp rounding error"));

    static readonly Layout InputOutput = new(
        TimeReset,
        P.UInt16("ntp.priv.mode7.totalrecvbufs", "Toal receive buffer"),
        P.UInt16("ntp.priv.mode7.freerecvbufs", "Free receive buffer"),
        P.UInt16("ntp.priv.mode7.fullrecvbufs", "Full receive buffer"),
        P.UInt16("ntp.priv.mode7.lowwater", "Low water"),
        P.UInt32("ntp.priv.mode7.dropped", "Dropped packets"),
        P.UInt32("ntp.priv.mode7.ignored", "Ignored packets"),
        Received, Sent, NotSent,
        P.UInt32("ntp.priv.mode7.interrupts", "Interrupts"),
        P.UInt32("ntp.priv.mode7.int_received", "Received by interrupt handler"));

    static readonly Layout Memory = new(
        TimeReset,
        P.UInt16("ntp.priv.mode7.totalmem", "Total memory"),
        P.UInt16("ntp.priv.mode7.freemem", "Free memory"),
        P.UInt32("ntp.priv.mode7.findpeer_calls", "Find peer calls"),
        P.UInt32("ntp.priv.mode7.allocations", "Allocations"),
        P.UInt32("ntp.priv.mode7.demobilizations", "Demobilizations"),
        P.Bytes("ntp.priv.mode7.hashcount", "Hashcount").Rest());

    static readonly Layout Loop = new(
        P.Field(FieldType.Int64, "ntp.priv.mode7.last_offset", "Last offset", FieldBase.Dec),
        P.Field(FieldType.Int64, "ntp.priv.mode7.drift_comp", "Drift comp", FieldBase.Dec),
        P.UInt32("ntp.priv.mode7.compliance", "Compliance"),
        P.UInt32("ntp.priv.mode7.watchdog_timer", "Watchdog timer"));

    static readonly Layout Timers = new(
        TimeReset,
        P.UInt32("ntp.priv.mode7.alarms", "Alarms"),
        P.UInt32("ntp.priv.mode7.overflows", "Overflows"),
        P.UInt32("ntp.priv.mode7.xmtcalls", "Transmitted calls"));

    static readonly Layout Configure = new(
        Address, HostMode, Version,
        P.UInt8("ntp.priv.mode7.minpoll", "Minpoll"),
        P.UInt8("ntp.priv.mode7.maxpoll", "Maxpoll"),
        P.UInt8("ntp.priv.config.flags", "Flags", FieldBase.Hex, mask: 0xff).Summary(
            P.Flag("ntp.priv.mode7.config.flags.authenable", "Authenable", 8, 0x1, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.config.flags.prefer", "Prefer", 8, 0x2, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.config.flags.burst", "Burst", 8, 0x4, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.config.flags.iburst", "IBurst", 8, 0x8, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.config.flags.no_select", "No Select", 8, 0x10, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.config.flags.skey", "Skey", 8, 0x20, ValueNames.SetNotSet)),
        TimeToLive, Unused.Of(2), Ntp.KeyId.Of(4),
        P.String("ntp.priv.mode7.key_file", "Key file name").Of(128),
        Ipv6Flag, Unused.Of(4), Address6);

    static readonly Layout Unconfigure = new(
        Address, Ipv6Flag, Address6);

    static readonly Layout SystemFlag = new(
        P.UInt32("ntp.priv.mode7.sys.flags", "Flags", FieldBase.Hex, mask: 0xff).Summary(SystemFlagBits));

    static readonly Layout Restrictions = new(
        Address, Mask,
        P.UInt32("ntp.priv.mode7.count", "Count"),
        P.UInt16("ntp.priv.mode7.rflags", "Rflags"),
        Mflags, Ipv6Flag, Unused.Of(4), Address6, Mask6);

    static readonly Layout Restrict = new(
        Address, Mask,
        P.Field(FieldType.Int16, "ntp.priv.mode7.ippeerlimit", "IP peer limit", FieldBase.Dec),
        P.UInt16("ntp.priv.mode7.restrict_flags", "Restrict flags"),
        Mflags, Unused.Of(4), Address6, Mask6);

    static readonly Layout Monitor = new(
        Avgint, Lsint, Restr, MonitorCount, RemoteAddress, MonitorPort, Mode, MonitorVersion, Ipv6, MonitorUnused, Addr6.When(Ipv6));

    static readonly Layout ResetStatistics = new(
        P.UInt32("ntp.priv.mode7.reset_stats.flags", "Flags", FieldBase.Hex, mask: 0xff).Summary(
            P.Flag("ntp.priv.mode7.reset_stats.flags.allpeers", "All Peers", 32, 0x1, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.reset_stats.flags.io", "IO", 32, 0x2, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.reset_stats.flags.sys", "Sys", 32, 0x4, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.reset_stats.flags.mem", "Mem", 32, 0x8, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.reset_stats.flags.timer", "Timer", 32, 0x10, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.reset_stats.flags.auth", "Auth", 32, 0x20, ValueNames.SetNotSet),
            P.Flag("ntp.priv.mode7.reset_stats.flags.ctl", "Ctl", 32, 0x40, ValueNames.SetNotSet)));

    static readonly Layout TrustedKey = new(
        P.UInt64("ntp.priv.mode7.key", "Key", FieldBase.Hex).LittleEnd());

    static readonly Layout Authentication = new(
        TimeReset,
        P.UInt32("ntp.priv.mode7.numkeys", "Num keys"),
        P.UInt32("ntp.priv.mode7.numfreekeys", "Num free keys"),
        P.UInt32("ntp.priv.mode7.keylookups", "Keylookups"),
        P.UInt32("ntp.priv.mode7.keynotfound", "Key not found"),
        P.UInt32("ntp.priv.mode7.encryptions", "Encryptions"),
        P.UInt32("ntp.priv.mode7.decryptions", "Decryptions"),
        P.UInt32("ntp.priv.mode7.expired", "Expired"),
        P.UInt32("ntp.priv.mode7.keyuncached", "Key uncached"));

    static readonly Layout Traps = new(
        LocalAddress, TrapAddress, TrapPort,
        P.UInt16("ntp.priv.mode7.sequence", "Sequence number"),
        P.UInt32("ntp.priv.mode7.settime", "Trap set time"),
        P.UInt32("ntp.priv.mode7.origtime", "Trap originally time"),
        P.UInt32("ntp.priv.mode7.resets", "Resets"),
        P.UInt32("ntp.priv.traps.flags", "Flags", FieldBase.Hex),
        Ipv6Flag, LocalAddress6, TrapAddress6);

    static readonly Layout Trap = new(
        LocalAddress, TrapAddress, TrapPort, Unused.Of(2), Ipv6Flag, LocalAddress6, TrapAddress6);

    static readonly Layout RequestKey = new(
        Ntp.KeyId.Of(4));

    static readonly Layout ControlStatistics = new(
        TimeReset,
        P.UInt32("ntp.priv.mode7.requests", "Requests"),
        P.UInt32("ntp.priv.mode7.bad_packets", "Bad packets"),
        P.UInt32("ntp.priv.mode7.responses", "Responses"),
        P.UInt32("ntp.priv.mode7.fragments", "Fragments"),
        P.UInt32("ntp.priv.mode7.errors", "Errors"),
        P.UInt32("ntp.priv.mode7.too_short", "Too short packets"),
        P.UInt32("ntp.priv.mode7.input_responses", "Responses on input"),
        P.UInt32("ntp.priv.mode7.input_fragments", "Fragments on input"),
        P.UInt32("ntp.priv.mode7.input_errors", "Errors on input"),
        P.UInt32("ntp.priv.mode7.bad_offset", "Non zero offset packets"),
        BadVersion,
        P.UInt32("ntp.priv.mode7.data_too_short", "Data too short"),
        P.UInt32("ntp.priv.mode7.badop", "Bad op code found"),
        P.UInt32("ntp.priv.mode7.async_messages", "Async messages"));

    static readonly Layout ClockAddress = new(
        Address);

    static readonly Layout ClockFudge = new(
        Address,
        P.UInt32("ntp.priv.mode7.which", "Which"),
        P.UInt64("ntp.priv.mode7.fudgetime", "Fudgetime"),
        P.UInt32("ntp.priv.mode7.fudgeval_flags", "Fudgeval flags"));

    static readonly Layout Kernel = new(
        P.Int32("ntp.priv.mode7.kernel_offset", "Offset"),
        Frequency,
        P.Int32("ntp.priv.mode7.maxerror", "Max error"),
        P.Int32("ntp.priv.mode7.esterror", "Est error"),
        P.UInt16("ntp.priv.mode7.status", "Status"),
        P.UInt16("ntp.priv.mode7.shift", "Shift"),
        P.Int32("ntp.priv.mode7.constant", "Constant"),
        P.Int32("ntp.priv.mode7.precision", "Precision"),
        P.Int32("ntp.priv.mode7.tolerance", "tolerance"),
        P.Int32("ntp.priv.mode7.ppsfreq", "ppsfreq"),
        P.Int32("ntp.priv.mode7.jitter", "jitter"),
        P.Int32("ntp.priv.mode7.stabil", "stabil"),
        P.Int32("ntp.priv.mode7.jitcnt", "jitcnt"),
        P.Int32("ntp.priv.mode7.calcnt", "calcnt"),
        P.Int32("ntp.priv.mode7.errcnt", "errcnt"),
        P.Int32("ntp.priv.mode7.stbcnt", "stbcnt"));

    static readonly Layout MonitorWithLocal = new(
        Avgint, Lsint, Restr, MonitorCount, RemoteAddress,
        P.IPv4("ntp.priv.monlist.local_address", "local address"),
        P.UInt32("ntp.priv.monlist.flags", "flags", FieldBase.Hex),
        MonitorPort, Mode, MonitorVersion, Ipv6, MonitorUnused, Addr6.When(Ipv6),
        P.IPv6("ntp.priv.monlist.daddr6", "ipv6 local addr").When(Ipv6));

    static readonly Row[] InterfaceRows =
    [
        Ipv6Flag,
        P.String("ntp.priv.mode7.int_name", "Interface name").Of(32),
        P.Int32("ntp.priv.mode7.int_flags", "Interface flags"),
        P.Int32("ntp.priv.mode7.last_ttl", "Last TTL specified"),
        P.Int32("ntp.priv.mode7.num_mcast", "Numer multicast sockets"),
        Received, Sent, NotSent,
        P.Int32("ntp.priv.mode7.uptime", "Uptime"),
        P.UInt32("ntp.priv.mode7.scopeid", "Scopeid"),
        P.UInt32("ntp.priv.mode7.ifindex", "Ifindex"),
        P.UInt32("ntp.priv.mode7.ifnum", "Ifnum"),
        P.UInt32("ntp.priv.mode7.peercnt", "Peer count"),
        P.UInt16("ntp.priv.mode7.family", "Address family"),
        P.UInt8("ntp.priv.mode7.ignore_pkts", "Ignore packets"),
        P.UInt8("ntp.priv.mode7.action", "Action", FieldBase.Dec, ValueNames.Of(() => [(1, "Interface exists"), (2, "Interface created"), (3, "Interface deleted")])),
        Unused.Of(4),
    ];

    static readonly Layout Interface4 = new([Address, Row.Skip(12), P.IPv4("ntp.priv.mode7.bcast", "Bcast"), Row.Skip(12), Mask, Row.Skip(12), .. InterfaceRows]);
    static readonly Layout Interface6 = new([Address6, P.IPv6("ntp.priv.mode7.bcast6", "IPv6 bcast"), Mask6, .. InterfaceRows]);

    static readonly Layout PeerDetails = new(
        DestinationAddress, SourceAddress, SourcePort, PeerFlags, Leap, HostMode, PeerMode, Ntp.Stratum, Ntp.Poll, HostPoll,
        Ntp.Precision, Version, Unused.Of(1), Reach,
        P.UInt8("ntp.priv.mode7.unreach", "Unreach"),
        P.UInt8("ntp.priv.mode7.flash", "Flash"),
        TimeToLive,
        P.UInt16("ntp.priv.mode7.flash2", "Flash new"),
        P.UInt16("ntp.priv.mode7.associd", "Association ID"),
        Ntp.KeyId.Of(4),
        P.UInt32("ntp.priv.mode7.pkeyid", "Peer Key ID"),
        Ntp.ReferenceId.Of(4),
        P.UInt32("ntp.priv.mode7.timer", "Timer"),
        Ntp.RootDelay, Ntp.RootDispersion, Ntp.ReferenceTime, Ntp.OriginTime, Ntp.ReceiveTime, Ntp.TransmitTime,
        P.Int32("ntp.priv.mode7.filtdelay", "Filt delay"),
        P.Field(FieldType.Int64, "ntp.priv.mode7.filtoffset", "Filt offset", FieldBase.Dec),
        P.UInt8("ntp.priv.mode7.order", "Order"),
        Delay, Dispersion, Offset,
        P.UInt32("ntp.priv.mode7.selectdis", "Selectdis"),
        Unused.Of(4), Unused.Of(4), Unused.Of(4), Unused.Of(4), Unused.Of(4), Unused.Of(4), Unused.Of(4),
        P.Int32("ntp.priv.mode7.estbdelay", "Estbdelay"),
        Ipv6Flag, Unused.Of(4), DestinationAddress6, SourceAddress6);

    static readonly Layout PeerStatistics = new(
        DestinationAddress, SourceAddress, SourcePort, PeerFlags, TimeReset, TimeReceived,
        P.UInt32("ntp.priv.mode7.timetosend", "Time to send", blurb: "time until a packet sent"),
        P.UInt32("ntp.priv.mode7.timereachable", "Time reachable", blurb: "time peer has been reachable"),
        Sent, Unused.Of(4), Processed, Unused.Of(4), BadAuthentication,
        P.UInt32("ntp.priv.mode7.bogusorg", "Bogus origin"),
        P.UInt32("ntp.priv.mode7.oldpkt", "Old packet"),
        Unused.Of(4), Unused.Of(4),
        P.UInt32("ntp.priv.mode7.seldisp", "Bad dispersion"),
        P.UInt32("ntp.priv.mode7.selbroken", "Bad reference time"),
        Unused.Of(4),
        P.UInt32("ntp.priv.mode7.candidate", "Candidate").Of(1),
        Unused.Of(1), Unused.Of(1), Unused.Of(1), Ipv6Flag, Unused.Of(4), DestinationAddress6, SourceAddress6);

    static readonly Layout Clock = new(
        Address,
        P.UInt8("ntp.priv.mode7.type", "Type"),
        P.UInt8("ntp.priv.mode7.clock_flags", "Clock Flags"),
        P.UInt8("ntp.priv.mode7.lastevent", "Last event"),
        P.UInt8("ntp.priv.mode7.currentstatus", "Current status"),
        P.UInt32("ntp.priv.mode7.polls", "Polls"),
        P.UInt32("ntp.priv.mode7.noresponse", "Noresponse"),
        P.UInt32("ntp.priv.mode7.badformat", "Bad format"),
        P.UInt32("ntp.priv.mode7.baddata", "Bad data"),
        P.UInt32("ntp.priv.mode7.timestarted", "Time started"),
        P.UInt64("ntp.priv.mode7.fudgetime1", "Fudge time 1", FieldBase.Hex),
        P.UInt64("ntp.priv.mode7.fudgetime2", "Fudge time 2", FieldBase.Hex),
        P.Int32("ntp.priv.mode7.fudgeval1", "Fudge val 1"),
        P.UInt32("ntp.priv.mode7.fudgeval2", "Fudge val 2"));

    static readonly Layout ClockBug = new(
        Address,
        P.UInt8("ntp.priv.mode7.nvalues", "Nvalues"),
        P.UInt8("ntp.priv.mode7.ntimes", "Ntimes"),
        P.UInt16("ntp.priv.mode7.svalues", "Svalues"),
        P.UInt32("ntp.priv.mode7.stimes", "Stimes"),
        P.Bytes("ntp.priv.mode7.values", "Values").Of(64),
        P.Bytes("ntp.priv.mode7.times", "Times").Of(256));

    /// <summary>The record of a request code; null for those that carry none.</summary>
    static Layout? RecordOf(int code, bool response, bool overIPv6) => code switch
    {
        2 when response => PeerDetails,
        3 when response => PeerStatistics,
        36 when response => Clock,
        39 when response => ClockBug,
        0 or 2 or 3 => Peer,
        1 => PeerSummary,
        4 => System,
        5 => SystemStatistics,
        6 => InputOutput,
        7 => Memory,
        8 => Loop,
        9 => Timers,
        10 => Configure,
        11 or 22 => Unconfigure,
        12 or 13 => SystemFlag,
        16 => Restrictions,
        17 or 18 or 19 => Restrict,
        MonitorList => Monitor,
        21 => ResetStatistics,
        26 or 27 => TrustedKey,
        28 => Authentication,
        29 => Traps,
        30 or 31 => Trap,
        32 or 33 => RequestKey,
        34 => ControlStatistics,
        36 or 39 => ClockAddress,
        37 => ClockFudge,
        38 => Kernel,
        MonitorListWithLocal => MonitorWithLocal,
        44 or 45 => overIPv6 ? Interface6 : Interface4,
        _ => null,
    };

    public static void Dissect(Packet p, in View v, Node tree)
    {
        bool response = (v.U8(0) & 0x80) != 0;
        byte code = v.U8(3);
        p.Info.Append($", {(response ? "Response" : "Request")}, {NtpNames.Requests.FindOr(code, "Unknown")}");
        p.AddRows(tree, v, 0, Header);
        if (v.U8(2) != Xntpd)
        {
            return;
        }

        p.AddRows(tree, v, 4, Sizes);
        int count = v.U16(4) & 0xfff, size = v.U16(6) & 0xfff;
        for (int i = 0, at = HeaderLength; i < count; i++, at += size)
        {
            var item = p.AddString(tree, Item, v, at, size, TextEncoding.Ascii);
            if (code is MonitorList or MonitorListWithLocal)
            {
                bool local = code == MonitorListWithLocal;
                p.Label(item, $"Monlist item: address: {Wire.Address.IPv4(v.U32(at + 16))}:{v.U16(at + (local ? 28 : 20))}");
            }
            else
            {
                p.Label(item, $"{NtpNames.Requests.FindOr(code, "Unknown")} Item");
            }

            var record = RecordOf(code, response, code is 44 or 45 && v.U32(at + 48) != 0);
            if (record is not null)
            {
                // Only the table of counters ends with its item; every other record has one length, whatever the size says.
                p.AddRows(item, record == Memory ? v.Part(0, at + size) : v, at, record);
            }

            if (size == 0)
            {
                break;
            }
        }

        if (!response && (v.U8(1) & 0x80) != 0)
        {
            p.AddRows(tree, v, AuthenticationAt, Authenticated);
        }
    }
}
