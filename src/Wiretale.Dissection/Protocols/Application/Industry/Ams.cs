using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: Beckhoff, "TwinCAT ADS/AMS Specification". Numbers have their little end first. TCP port 48898.
//
//   | 0 (2) | length (4) | target: net id (6), port (2) | source: net id (6), port (2) | command (2) | flags (2) | length (4) | error (4) | invoke id (4) | data ...

/// <summary>Automation Message Specification: how TwinCAT's parts and their clients read and write.</summary>
public sealed class Ams() : Dissector("ams")
{
    const int TcpHeader = 6, HeaderLength = 32, NetIdLength = 6, Response = 1, DeviceNameLength = 16;
    const int ReadDeviceInfo = 1, Read = 2, Write = 3, ReadState = 4, WriteControl = 5, AddNotification = 6, DeleteNotification = 7, Notification = 8, ReadWrite = 9;

    static readonly Protocol P = new("AMS", "AMS", "ams");
    static readonly ValueNames Commands = ValueNames.Of(() => [
        (0, "Invalid"), (ReadDeviceInfo, "ADS Read Device Info"), (Read, "ADS Read"), (Write, "ADS Write"), (ReadState, "ADS Read State"),
        (WriteControl, "ADS Write Control"), (AddNotification, "ADS Add Device Notification"), (DeleteNotification, "ADS Delete Device Notification"),
        (Notification, "ADS Device Notification"), (ReadWrite, "ADS Read Write")]);
    static readonly ValueNames Errors = ValueNames.Of(() => [
        (0x0, "NO ERROR"), (0x1, "INTERNAL"), (0x2, "NO RTIME"), (0x3, "ALLOC LOCKED MEM"), (0x4, "INSERT MAILBOX"),
        (0x5, "WRONGRECEIVEHMSG"), (0x6, "TARGET PORT NOT FOUND"), (0x7, "TARGET MACHINE NOT FOUND"), (0x8, "UNKNOWN CMDID"),
        (0x9, "BAD TASKID"), (0xa, "NOIO"), (0xb, "UNKNOWN AMSCMD"), (0xc, "WIN32 ERROR"), (0xd, "PORT NOT CONNECTED"),
        (0xe, "INVALID AMS LENGTH"), (0xf, "INVALID AMS NETID"), (0x10, "LOW INST LEVEL"), (0x11, "NO DEBUG INT AVAILABLE"),
        (0x12, "PORT DISABLED"), (0x13, "PORT ALREADY CONNECTED"), (0x14, "AMSSYNC_W32ERROR"), (0x15, "AMSSYNC_TIMEOUT"),
        (0x16, "AMSSYNC_AMSERROR"), (0x17, "AMSSYNC_NOINDEXINMAP"), (0x18, "INVALID AMSPORT"), (0x19, "NO MEMORY"), (0x1a, "TCP SEND"),
        (0x1b, "HOST UNREACHABLE"), (0x500, "ROUTERERR_NOLOCKEDMEMORY"), (0x501, "ROUTERERR_RESIZEMEMORY"),
        (0x502, "ROUTERERR_MAILBOXFULL"), (0x503, "ROUTERERR_DEBUGBOXFULL"), (0x504, "ROUTERERR_UNKNOWNPORTTYPE"),
        (0x505, "ROUTERERR_NOTINITIALIZED"), (0x506, "ROUTERERR_PORTALREADYINUSE"), (0x507, "ROUTERERR_NOTREGISTERED   "),
        (0x508, "ROUTERERR_NOMOREQUEUES"), (0x509, "ROUTERERR_INVALIDPORT"), (0x50a, "ROUTERERR_NOTACTIVATED"), (0x2000, "IOERR_INTERNAL"),
        (0x2001, "IOERR_BADCARDNO"), (0x2002, "IOERR_INVALIDCARDADDR"), (0x2003, "IOERR_CDLLISTFULL"), (0x2004, "IOERR_BADCDLPARAM"),
        (0x2005, "IOERR_OPENIOFAILED"), (0x2006, "IOERR_RESETIOFAILED"), (0x2007, "IOERR_UNKNOWNDEVICE"), (0x2008, "IOERR_UNKNOWNDEVICEID"),
        (0x2009, "IOERR_UNKNOWNIMAGEID"), (0x200a, "IOERR_GETIOSTATE"), (0x200b, "IOERR_BADIMAGEID"), (0x200c, "IOERR_NOMORECLIENTSPACE"),
        (0x200d, "IOERR_CLIENTINFONOTFOUND"), (0x200e, "IOERR_CDLNOTINUSE"), (0x200f, "IOERR_TIMEOUTWITHDEVICE"),
        (0x2010, "IOERR_C1220FUNC_1"), (0x2011, "IOERR_C1220FUNC_9"), (0x2012, "IOERR_C1220FUNC_C"), (0x2013, "IOERR_C1220FUNC_10"),
        (0x2014, "IOERR_C1220FUNC_1_MAXSEND"), (0x2015, "IOERR_C1220FUNC_1_ADDRSET"), (0x2016, "IOERR_C1220FUNC_1_BREAK"),
        (0x2017, "IOERR_C1220FUNC_1_BREAK0"), (0x2018, "IOERR_C1220FUNC_1_BREAK1"), (0x2019, "IOERR_C1220FUNC_1_BREAK2"),
        (0x201a, "IOERR_C1220FUNC_1_BREAK3"), (0x201b, "IOERR_C1220FUNC_1_BREAK4"), (0x201c, "IOERR_C1220FUNC_1_BREAK5"),
        (0x201d, "IOERR_C1220FUNC_1_BREAK6"), (0x201e, "IOERR_C1220FUNC_1_BREAK7"), (0x201f, "IOERR_C1220FUNC_1_BREAK8"),
        (0x2020, "IOERR_C1220FUNC_1_BREAK9"), (0x2021, "IOERR_C1220FUNC_1_BREAK10"), (0x2022, "IOERR_C1220FUNC_1_BREAK11"),
        (0x2023, "IOERR_C1220FUNC_1_BREAK12"), (0x2024, "IOERR_C1220FUNC_1_BREAK13"), (0x2025, "IOERR_C1220FUNC_1_BREAK14"),
        (0x2026, "IOERR_C1220FUNC_1_BREAK15"), (0x2027, "IOERR_C1220FUNC_1_BREAK16"), (0x2028, "IOERR_SPC3DEVINITDP"),
        (0x2029, "IOERR_SPC3UPDATEOUTPUT"), (0x202a, "IOERR_CIF30READDIAG"), (0x202b, "IOERR_CIF30COMMNOTSTARTED"),
        (0x202c, "IOERR_CIF30SLAVEPARASIZE"), (0x202d, "IOERR_CIF30NOPARAS"), (0x202e, "IOERR_CIF30SLAVEERROR"),
        (0x202f, "IOERR_CIF30WATCHDOGEXPIRED"), (0x2030, "IOERR_UNKNOWNDEVICECMD"), (0x2031, "IOERR_CIF40MESSAGEHANDLING"),
        (0x2032, "IOERR_CIF40PARAERROR"), (0x2033, "IOERR_CIF40WATCHDOGEXPIRED"), (0x2034, "IOERR_CIF40FLAGERROR"),
        (0x2035, "IOERR_CIF40COMMNOTSTARTED"), (0x2036, "IOERR_CIF40READDIAG"), (0x2037, "IOERR_CIF40SLAVEERROR"),
        (0x2038, "IOERR_CIF40GLOBALERROR"), (0x2039, "IOERR_CIF40CONFIGLIST"), (0x203a, "IOERR_CP5412A2SLAVEPARASIZE"),
        (0x203b, "IOERR_CP5412A2NOPARAS"), (0x203c, "IOERR_CP5412A2SLAVEERROR"), (0x203d, "IOERR_CP5412A2FATAL"),
        (0x203e, "IOERR_CP5412A2MAILBOXUSED"), (0x203f, "IOERR_BEGINCONFIGWHILETICKER"), (0x2040, "IOERR_UNEXPECTEDBOXCOUNT"),
        (0x2041, "IOERR_C1200CHECKADDR"), (0x2042, "IOERR_C1200INTENSITYTEST"), (0x2043, "IOERR_NOIMAGE"),
        (0x2044, "IOERR_INVALIDIMAGEOFFSSIZE"), (0x2045, "IOERR_FORCESCOUNTEXCEEDEDMAXIMUM"), (0x2046, "IOERR_SERCOSLIFECOUNTERERR"),
        (0x2047, "IOERR_C1220NOTFOUND"), (0x2048, "IOERR_AMSDEVICENOAMSINTF"), (0x2049, "IOERR_AMSDEVICEAMSCMDIDNOTSUPP"),
        (0x204a, "IOERR_AMSDEVICEAMSSERVICERUNNING"), (0x204b, "IOERR_PLCINTERFACE_BUSY"), (0x204c, "IOERR_PLCINTERFACE_FAULT"),
        (0x204d, "IOERR_PLCINTERFACE_TIMEOUT"), (0x204e, "IOERR_PLCINTERFACE_RESETTIMEOUT"), (0x204f, "IOERR_PLCINTERFACE_NODATAEXCH"),
        (0x2050, "IOERR_PLCINTERFACE_RESET"), (0x2051, "IOERR_CP5412A2INVALIDADDR"), (0x2052, "IOERR_CP5412A2INVALIDPORT"),
        (0x2053, "IOERR_AMSDEVICEBADBOXNO"), (0x2054, "IOERR_AMSDEVICEBADTYPE"), (0x2055, "IOERR_AMSDEVICEILLEGALADDRESS"),
        (0x2056, "IOERR_CP5412A2INVALIDBOX"), (0x2057, "IOERR_AMSDEVICEFIFOOVERFLOW"), (0x2058, "IOERR_AMSDEVICEAMSSEQUENCEERROR"),
        (0x2059, "IOERR_CP5412A2DPV1SYNTAXERROR"), (0x205a, "IOERR_CP5412A2DEVICENOTRUNNING"), (0x205b, "IOERR_AMSDEVICENOTRUNNING"),
        (0x205c, "IOERR_AMSDEVICEBOXNOTDEFINED"), (0x205d, "IOERR_CP5412A2BADSERVICEPARA"), (0x205e, "IOERR_CP5412A2FIFOOVERFLOW"),
        (0x205f, "IOERR_COMPORTOPENFAILED"), (0x2060, "IOERR_CIF30BADMESSAGERESPONSE"), (0x2061, "IOERR_CIF30DELETEDATABASE"),
        (0x2062, "IOERR_CIF30STARTSEQFAILED"), (0x2063, "IOERR_CIF30DOWNLOADFAILED"), (0x2064, "IOERR_CIF30ENDSEQFAILED"),
        (0x2065, "IOERR_CIF30BUSLOADFAILED"), (0x2066, "IOERR_PLCINTERFACE_RESETREQ"), (0x2067, "IOERR_CP5412A2INVALIDCYCLETICKS"),
        (0x2068, "IOERR_CP5412A2DPBUSFAULT"), (0x2069, "IOERR_INVALIDTERMCONFIG"), (0x206a, "IOERR_SERCANSBREAK"),
        (0x206b, "IOERR_SERCANSPHASE0"), (0x206c, "IOERR_SERCANSPHASE1"), (0x206d, "IOERR_SERCANSPHASE2"), (0x206e, "IOERR_SERCANSPHASE3"),
        (0x206f, "IOERR_SERCANSPHASE4"), (0x2070, "IOERR_SERCANSNCSERVICECHNFAILED"), (0x2071, "IOERR_RESOURCECONFICT"),
        (0x2072, "IOERR_C1220INITSTRINGCOMM"), (0x2073, "IOERR_C1220REGSTRINGSLAVE"), (0x2074, "IOERR_C1220STRREGFAULT"),
        (0x2075, "IOERR_IOSTATEBUSY"), (0x2076, "IOERR_IBSSCITWATCHDOGEXPIRED"), (0x2077, "IOERR_IBSSCITSYNCMAILBOXERROR"),
        (0x2078, "IOERR_IBSSCITCONFIRMDIAGERROR"), (0x2079, "IOERR_IBSSCITCREATECFGERROR")]);
    static readonly ValueNames Results = ValueNames.Of(() => [
        (0x0, "NO ERROR"), (0x700, "ERROR"), (0x701, "SRV NOT SUPP"), (0x702, "INVALID GRP"), (0x703, "INVALID OFFSET"),
        (0x704, "INVALID ACCESS"), (0x705, "INVALID SIZE"), (0x706, "INVALID DATA"), (0x707, "NOT READY"), (0x708, "BUSY"),
        (0x709, "INVALID CONTEXT"), (0x70a, "NO MEMORY"), (0x70b, "INVALID PARM"), (0x70c, "NOT FOUND"), (0x70d, "SYNTAX"),
        (0x70e, "INCOMPATIBLE"), (0x70f, "EXISTS"), (0x710, "SYMBOL NOT FOUND"), (0x711, "SYMBOL VERSION INVALID"),
        (0x712, "INVALID STATE"), (0x713, "TRANS MODE NOT SUPP"), (0x714, "NOTIFY HND INVALID"), (0x715, "CLIENT UNKNOWN"),
        (0x716, "NO MORE HDLS"), (0x717, "INVALID WATCHSIZE"), (0x718, "NOT INIT"), (0x719, "TIMEOUT"), (0x71a, "NO INTERFACE"),
        (0x71b, "INVALID INTERFACE"), (0x71c, "INVALID CLSID"), (0x71d, "INVALID OBJID"), (0x71e, "PENDING"), (0x71f, "ABORTED"),
        (0x720, "WARNING"), (0x721, "INVALID ARRAY IDX"), (0x740, "CLIENT ERROR"), (0x741, "CLIENT INVALID PARM"),
        (0x742, "CLIENT LIST EMPTY"), (0x743, "CLIENT VAR USED"), (0x744, "CLIENT DUPL INVOKEID"), (0x745, "CLIENT SYNC TIMEOUT"),
        (0x746, "CLIENT W32ERROR"), (0x747, "CLIENT TIMEOUT INVALID"), (0x748, "CLIENT PORT NOT OPEN"), (0x749, "CLIENT NO AMS ADDR"),
        (0x750, "CLIENT SYNC INTERNAL"), (0x751, "CLIENT ADD HASH"), (0x752, "CLIENT REMOVE HASH"), (0x753, "CLIENT NO MORE SYM"),
        (0x754, "CLIENT SYNC RES INVALID"), (0x755, "CLIENT SYNC PORT LOCKED")]);
    static readonly ValueNames Modes = ValueNames.Of(() => [
        (0, "NO TRANS"), (1, "CLIENT CYCLE"), (2, "CLIENT ON CHANGE"), (3, "SERVER CYCLE"), (4, "SERVER ON CHANGE"), (10, "CLIENT FIRST REQUEST")]);

    static readonly Field SenderNetId = P.String("ams.sendernetid", "AMS Sender Net Id");
    static readonly Field SenderPort = P.UInt16("ams.senderport", "AMS Sender port");
    static readonly Field TargetNetId = P.String("ams.targetnetid", "AMS Target Net Id");
    static readonly Field TargetPort = P.UInt16("ams.targetport", "AMS Target port");
    static readonly Field DataField = P.Label("ams.ads_data", "Data");
    static readonly Field IndexGroup = P.UInt32("ams.ads_indexgroup", "IndexGroup", FieldBase.Hex);
    static readonly Field IndexOffset = P.UInt32("ams.ads_indexoffset", "IndexOffset", FieldBase.Hex);
    static readonly Field Length = P.UInt32("ams.ads_cblength", "CbLength");
    static readonly Field ReadLength = P.UInt32("ams.ads_cbreadlength", "CBReadLength");
    static readonly Field WriteLength = P.UInt32("ams.ads_cbwritelength", "CBWriteLength");
    static readonly Field Result = P.UInt32("ams.adsresult", "Result", FieldBase.Hex, Results);
    static readonly Field State = P.UInt16("ams.ads_state", "AdsState", FieldBase.Hex);
    static readonly Field DeviceState = P.UInt16("ams.ads_devicestate", "DeviceState", FieldBase.Hex);
    static readonly Field Handle = P.UInt32("ams.ads_notificationhandle", "NotificationHandle", FieldBase.Hex);
    static readonly Field DeviceName = P.String("ams.ads_devicename", "Device Name");

    static readonly Field ReadRequest = P.Label("ams.ads_read_req", "ADS Read Request");
    static readonly Field ReadAnswer = P.Label("ams.ads_read_res", "ADS Read Response");
    static readonly Field WriteRequest = P.Label("ams.ads_write_req", "ADS Write Request");
    static readonly Field WriteAnswer = P.Label("ams.ads_write_res", "ADS Write Response");
    static readonly Field ReadWriteRequest = P.Label("ams.ads_readwrite_req", "ADS ReadWrite Request");
    static readonly Field ReadWriteAnswer = P.Label("ams.ads_readwrite_res", "ADS ReadWrite Response");
    static readonly Field ReadStateAnswer = P.Label("ams.ads_readstate_res", "ADS Read State Response");
    static readonly Field WriteControlRequest = P.Label("ams.ads_writectrl_req", "ADS Write Ctrl Request");
    static readonly Field WriteControlAnswer = P.Label("ams.ads_writectrl_res", "ADS Write Ctrl Response");
    static readonly Field DeviceInfoAnswer = P.Label("ams.ads_readdinfo_res", "ADS Read Device Info Response");
    static readonly Field AddRequest = P.Label("ams.ads_adddn_req", "ADS Add Device Notification Request");
    static readonly Field AddAnswer = P.Label("ams.ads_adddn_res", "ADS Add Device Notification Response");
    static readonly Field DeleteRequest = P.Label("ams.ads_deldn_req", "ADS Delete Device Notification Request");
    static readonly Field DeleteAnswer = P.Label("ams.ads_deldn_res", "ADS Delete Device Notification Response");
    static readonly Field NotificationRequest = P.Label("ams.ads_dn_req", "ADS Device Notification Request");
    static readonly Expert Stray = P.Expert("ams.ads_devicename.trailing", Severity.Warning, ExpertGroup.Undecoded, "Trailing stray characters");

    static readonly Layout Header = new(
        P.UInt16("ams.cmdid", "CmdId", FieldBase.Dec, Commands).LittleEnd(),
        P.UInt16("ams.stateflags", "StateFlags", FieldBase.Hex).LittleEnd().Bits(
            P.Flag("ams.state_response", "RESPONSE", 16, 0x1, ValueNames.SetNotSet),
            P.Flag("ams.state_noreturn", "NO RETURN", 16, 0x2, ValueNames.SetNotSet),
            P.Flag("ams.state_adscmd", "ADS COMMAND", 16, 0x4, ValueNames.SetNotSet),
            P.Flag("ams.state_syscmd", "SYSTEM COMMAND", 16, 0x8, ValueNames.SetNotSet),
            P.Flag("ams.state_highprio", "HIGH PRIORITY COMMAND", 16, 0x10, ValueNames.SetNotSet),
            P.Flag("ams.state_timestampadded", "TIMESTAMP ADDED", 16, 0x20, ValueNames.SetNotSet),
            P.Flag("ams.state_udp", "UDP COMMAND", 16, 0x40, ValueNames.SetNotSet),
            P.Flag("ams.state_initcmd", "INIT COMMAND", 16, 0x80, ValueNames.SetNotSet),
            P.Flag("ams.state_broadcast", "BROADCAST", 16, 0x8000, ValueNames.SetNotSet)),
        P.UInt32("ams.cbdata", "cbData").LittleEnd(),
        P.UInt32("ams.errorcode", "ErrorCode", FieldBase.Hex, Errors).LittleEnd(),
        P.UInt32("ams.invokeid", "InvokeId", FieldBase.Hex).LittleEnd());

    static readonly Layout OnlyResult = new(Result.LittleEnd());
    static readonly Layout ReadAsk = new(IndexGroup.LittleEnd(), IndexOffset.LittleEnd(), Length.LittleEnd());
    static readonly Layout WriteAsk = new(IndexGroup.LittleEnd(), IndexOffset.LittleEnd(), Length.LittleEnd(), DataField.Rest());
    static readonly Layout ReadReply = new(Result.LittleEnd(), Length.LittleEnd(), DataField.Rest());
    static readonly Layout ReadWriteAsk = new(IndexGroup.LittleEnd(), IndexOffset.LittleEnd(), ReadLength.LittleEnd(), WriteLength.LittleEnd(), DataField.Rest());
    static readonly Layout StateReply = new(Result.LittleEnd(), State.LittleEnd(), DeviceState.LittleEnd());
    static readonly Layout ControlAsk = new(State.LittleEnd(), DeviceState.LittleEnd(), Length.LittleEnd(), DataField.Rest());
    static readonly Layout AddAsk = new(IndexGroup.LittleEnd(), IndexOffset.LittleEnd(), Length.LittleEnd(),
        P.UInt32("ams.ads_transmode", "Trans Mode", FieldBase.Dec, Modes).LittleEnd(),
        P.UInt32("ams.ads_maxdelay", "Max Delay").LittleEnd(),
        P.UInt32("ams.ads_cycletime", "Cycle Time").LittleEnd());
    static readonly Layout AddReply = new(Result.LittleEnd(), Handle.LittleEnd());
    static readonly Layout DeleteAsk = new(Handle.LittleEnd());
    static readonly Layout NotificationAsk = new(Length.LittleEnd(), P.UInt32("ams.ads_noteblocksstamps", "Count of Stamps").LittleEnd());
    static readonly Layout InfoReply = new(Result.LittleEnd(),
        P.UInt8("ams.ads_versionversion", "ADS Major Version"),
        P.UInt8("ams.ads_versionrevision", "ADS Minor Version"),
        P.UInt16("ams.ads_versionbuild", "ADS Version Build").LittleEnd(),
        DeviceName.Of(DeviceNameLength).Then(static (p, node, in v, at, _) =>
        {
            // What stands behind the name's end is left from before.
            var name = v.Span(at, DeviceNameLength);
            int end = name.IndexOf((byte)0);
            if (end >= 0 && name[end..].ContainsAnyExcept((byte)0))
            {
                p.Expert(node, Stray, v, at, DeviceNameLength);
            }
        }));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 48898);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Reported < TcpHeader)
        {
            return 0;
        }

        p.SetProtocol("AMS");
        p.Info.Clear();
        if (v.Reported < HeaderLength)
        {
            p.LeaveOutOfLayers();
            return v.Reported;
        }

        p.Info.Set("AMS Request"u8);
        if (p.WantsFields)
        {
            Message(p, v, p.Open(P, v, parent, TcpHeader));
        }

        return v.Reported;
    }

    static void Message(Packet p, in View v, Node tree)
    {
        int at = AddAddress(p, v, tree, TcpHeader, TargetNetId, TargetPort);
        at = AddAddress(p, v, tree, at, SenderNetId, SenderPort);
        int command = v.U16LE(at), flags = v.U16LE(at + 2), length = (int)Math.Min(v.U32LE(at + 4), int.MaxValue);
        at = p.AddRows(tree, v, at, Header);
        if (Form(command, (flags & Response) != 0) is not { } form)
        {
            return;
        }

        var data = v.Part(at, Math.Min(length, v.ReportedFrom(at)));
        var branch = p.Add(tree, form.Branch, data, 0, data.Reported);
        if (data.Reported >= form.Least)
        {
            p.AddRows(branch, data, 0, form.Layout);
        }
    }

    static int AddAddress(Packet p, in View v, Node tree, int at, Field netId, Field port)
    {
        if (p.Wants(netId))
        {
            var id = v.Span(at, NetIdLength);
            p.Scratch.Clear();
            p.Scratch.Append($"{id[0]}.{id[1]}.{id[2]}.{id[3]}.{id[4]}.{id[5]}");
            p.AddString(tree, netId, v, at, NetIdLength, p.Scratch.Bytes);
        }

        p.AddLE(tree, port, v, at + NetIdLength);
        return at + NetIdLength + 2;
    }

    /// <summary>What stands in a message, and how long it must be at least for that; null where nothing does.</summary>
    static (Field Branch, Layout Layout, int Least)? Form(int command, bool isAnswer) => (command, isAnswer) switch
    {
        (ReadDeviceInfo, true) => (DeviceInfoAnswer, InfoReply, 24),
        (Read, false) => (ReadRequest, ReadAsk, 12),
        (Read, true) => (ReadAnswer, ReadReply, 10),
        (Write, false) => (WriteRequest, WriteAsk, 12),
        (Write, true) => (WriteAnswer, OnlyResult, 4),
        (ReadState, true) => (ReadStateAnswer, StateReply, 8),
        (WriteControl, false) => (WriteControlRequest, ControlAsk, 8),
        (WriteControl, true) => (WriteControlAnswer, OnlyResult, 4),
        (AddNotification, false) => (AddRequest, AddAsk, 40),
        (AddNotification, true) => (AddAnswer, AddReply, 8),
        (DeleteNotification, false) => (DeleteRequest, DeleteAsk, 4),
        (DeleteNotification, true) => (DeleteAnswer, OnlyResult, 4),
        (Notification, false) => (NotificationRequest, NotificationAsk, 8),
        (ReadWrite, false) => (ReadWriteRequest, ReadWriteAsk, 16),
        (ReadWrite, true) => (ReadWriteAnswer, ReadReply, 10),
        _ => null,
    };
}
