using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: IEC 60870-5-101 section 7.

/// <summary>Application service data units of IEC 60870-5: what a station reports and is told.</summary>
public sealed class Iec60870Asdu() : Dissector("iec60870_asdu")
{
    const int HeaderLength = 6, AddressLength = 3, Sequence = 0x80, Negative = 0x40;

    static readonly Protocol P = new("IEC 60870-5-101/104 ASDU", "IEC 60870-5-101/104 ASDU", "iec60870_asdu");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "M_SP_NA_1"), (2, "M_SP_TA_1"), (3, "M_DP_NA_1"), (4, "M_DP_TA_1"), (5, "M_ST_NA_1"), (6, "M_ST_TA_1"), (7, "M_BO_NA_1"), (8, "M_BO_TA_1"),
        (9, "M_ME_NA_1"), (10, "M_ME_TA_1"), (11, "M_ME_NB_1"), (12, "M_ME_TB_1"), (13, "M_ME_NC_1"), (14, "M_ME_TC_1"), (15, "M_IT_NA_1"), (16, "M_IT_TA_1"),
        (20, "M_PS_NA_1"), (21, "M_ME_ND_1"), (30, "M_SP_TB_1"), (31, "M_DP_TB_1"), (32, "M_ST_TB_1"), (33, "M_BO_TB_1"), (34, "M_ME_TD_1"), (35, "M_ME_TE_1"),
        (36, "M_ME_TF_1"), (37, "M_IT_TB_1"), (38, "M_EP_TD_1"), (39, "M_EP_TE_1"), (40, "M_EP_TF_1"), (41, "S_IT_TC_1"), (45, "C_SC_NA_1"), (46, "C_DC_NA_1"),
        (47, "C_RC_NA_1"), (48, "C_SE_NA_1"), (49, "C_SE_NB_1"), (50, "C_SE_NC_1"), (51, "C_BO_NA_1"), (58, "C_SC_TA_1"), (59, "C_DC_TA_1"), (60, "C_RC_TA_1"),
        (61, "C_SE_TA_1"), (62, "C_SE_TB_1"), (63, "C_SE_TC_1"), (64, "C_BO_TA_1"), (70, "M_EI_NA_1"), (81, "S_CH_NA_1"), (82, "S_RP_NA_1"), (83, "S_AR_NA_1"),
        (84, "S_KR_NA_1"), (85, "S_KS_NA_1"), (86, "S_KC_NA_1"), (87, "S_ER_NA_1"), (90, "S_US_NA_1"), (91, "S_UQ_NA_1"), (92, "S_UR_NA_1"), (93, "S_UK_NA_1"),
        (94, "S_UA_NA_1"), (95, "S_UC_NA_1"), (100, "C_IC_NA_1"), (101, "C_CI_NA_1"), (102, "C_RD_NA_1"), (103, "C_CS_NA_1"), (105, "C_RP_NA_1"),
        (107, "C_TS_TA_1"), (110, "P_ME_NA_1"), (111, "P_ME_NB_1"), (112, "P_ME_NC_1"), (113, "P_AC_NA_1"), (120, "F_FR_NA_1"), (121, "F_SR_NA_1"),
        (122, "F_SC_NA_1"), (123, "F_LS_NA_1"), (124, "F_AF_NA_1"), (125, "F_SG_NA_1"), (126, "F_DR_TA_1"), (127, "F_SC_NB_1")]);
    static readonly ValueNames Descriptions = ValueNames.Of(() => [
        (1, "single-point information"), (2, "single-point information with time tag"), (3, "double-point information"),
        (4, "double-point information with time tag"), (5, "step position information"), (6, "step position information with time tag"),
        (7, "bitstring of 32 bits"), (8, "bitstring of 32 bits with time tag"), (9, "measured value, normalized value"),
        (10, "measured value, normalized value with time tag"), (11, "measured value, scaled value"), (12, "measured value, scaled value with time tag"),
        (13, "measured value, short floating point number"), (14, "measured value, short floating point number with time tag"), (15, "integrated totals"),
        (16, "integrated totals with time tag"), (20, "packed single-point information with status change detection"),
        (21, "measured value, normalized value without quality descriptor"), (30, "single-point information with time tag CP56Time2a"),
        (31, "double-point information with time tag CP56Time2a"), (32, "step position information with time tag CP56Time2a"),
        (33, "bitstring of 32 bit with time tag CP56Time2a"), (34, "measured value, normalized value with time tag CP56Time2a"),
        (35, "measured value, scaled value with time tag CP56Time2a"), (36, "measured value, short floating point number with time tag CP56Time2a"),
        (37, "integrated totals with time tag CP56Time2a"), (38, "event of protection equipment with time tag CP56Time2a"),
        (39, "packed start events of protection equipment with time tag CP56Time2a"),
        (40, "packed output circuit information of protection equipment with time tag CP56Time2a"),
        (41, "integrated totals containing time tagged security statistics"), (45, "single command"), (46, "double command"), (47, "regulating step command"),
        (48, "set point command, normalized value"), (49, "set point command, scaled value"), (50, "set point command, short floating point number"),
        (51, "bitstring of 32 bits"), (58, "single command with time tag CP56Time2a"), (59, "double command with time tag CP56Time2a"),
        (60, "regulating step command with time tag CP56Time2a"), (61, "set point command, normalized value with time tag CP56Time2a"),
        (62, "set point command, scaled value with time tag CP56Time2a"), (63, "set point command, short floating-point number with time tag CP56Time2a"),
        (64, "bitstring of 32 bits with time tag CP56Time2a"), (70, "end of initialization"), (81, "authentication challenge"), (82, "authentication reply"),
        (83, "aggressive mode authentication request session key status request"), (84, "session key status request"), (85, "session key status"),
        (86, "session key change"), (87, "authentication error"), (90, "user status change"), (91, "update key change request"),
        (92, "update key change reply"), (93, "update key change symmetric"), (94, "update key change asymmetric"), (95, "update key change confirmation"),
        (100, "interrogation command"), (101, "counter interrogation command"), (102, "read command"), (103, "clock synchronization command"),
        (105, "reset process command"), (107, "test command with time tag CP56Time2a"), (110, "parameter of measured value, normalized value"),
        (111, "parameter of measured value, scaled value"), (112, "parameter of measured value, short floating-point number"), (113, "parameter activation"),
        (120, "file ready"), (121, "section ready"), (122, "call directory, select file, call file, call section"), (123, "last section, last segment"),
        (124, "ack file, ack section"), (125, "segment"), (126, "directory"), (127, "Query Log - Request archive file")]);
    static readonly ValueNames Causes = ValueNames.Of(() => [
        (1, "Per/Cyc"), (2, "Back"), (3, "Spont"), (4, "Init"), (5, "Req"), (6, "Act"), (7, "ActCon"), (8, "Deact"), (9, "DeactCon"), (10, "ActTerm"),
        (11, "Retrem"), (12, "Retloc"), (13, "File"), (14, "Auth"), (15, "Seskey"), (16, "Usrkey"), (20, "Inrogen"), (21, "Inro1"), (22, "Inro2"),
        (23, "Inro3"), (24, "Inro4"), (25, "Inro5"), (26, "Inro6"), (27, "Inro7"), (28, "Inro8"), (29, "Inro9"), (30, "Inro10"), (31, "Inro11"),
        (32, "Inro12"), (33, "Inro13"), (34, "Inro14"), (35, "Inro15"), (36, "Inro16"), (37, "Reqcogen"), (38, "Reqco1"), (39, "Reqco2"), (40, "Reqco3"),
        (41, "Reqco4"), (44, "UkTypeId"), (45, "UkCauseTx"), (46, "UkComAdrASDU"), (47, "UkIOA")]);
    static readonly ValueNames Blocked = ValueNames.Flag("Blocked", "Not blocked");
    static readonly ValueNames Substituted = ValueNames.Flag("Substituted", "Not Substituted");
    static readonly ValueNames NotTopical = ValueNames.Flag("Not Topical", "Topical");
    static readonly ValueNames Invalid = ValueNames.Flag("Invalid", "Valid");
    static readonly ValueNames Select = ValueNames.Flag("Select", "Execute");
    static readonly ValueNames Pulses = ValueNames.Of(() => [(0, "No pulse defined"), (1, "Short Pulse"), (2, "Long Pulse"), (3, "Persistent Output")]);

    static readonly Layout Header = new(
        P.UInt8("iec60870_asdu.typeid", "TypeId", FieldBase.Dec, Types, blurb: "Asdu Type Id"),
        P.Flag("iec60870_asdu.sq", "SQ", 8, 0x80, blurb: "Sequence"),
        P.UInt8("iec60870_asdu.numix", "NumIx", mask: 0x7f, blurb: "Number of Information Objects/Elements"),
        P.UInt8("iec60870_asdu.causetx", "CauseTx", FieldBase.Dec, Causes, mask: 0x3f, blurb: "Cause of Transmission"),
        Row.Skip(-1),
        P.Flag("iec60870_asdu.nega", "Negative", 8, 0x40),
        P.Flag("iec60870_asdu.test", "Test", 8, 0x80),
        Row.Skip(1),
        P.UInt8("iec60870_asdu.oa", "OA", blurb: "Originator Address"),
        P.UInt16("iec60870_asdu.addr", "Addr", blurb: "Common Address of Asdu").LittleEnd());
    static readonly Field Address = P.UInt24("iec60870_asdu.ioa", "IOA", blurb: "Information Object Address");
    static readonly Field Raw = P.Bytes("iec60870_asdu.rawdata", "Raw Data", blurb: "Information object raw data");

    static readonly Row Single = P.UInt8("iec60870_asdu.siq", "SIQ", FieldBase.Hex).Bits(
        P.Flag("iec60870_asdu.siq.spi", "SPI", 8, 0x1, ValueNames.Flag("On", "Off")),
        P.Flag("iec60870_asdu.siq.bl", "BL", 8, 0x10, Blocked),
        P.Flag("iec60870_asdu.siq.sb", "SB", 8, 0x20, Substituted),
        P.Flag("iec60870_asdu.siq.nt", "NT", 8, 0x40, NotTopical),
        P.Flag("iec60870_asdu.siq.iv", "IV", 8, 0x80, Invalid));
    static readonly Row Double = P.UInt8("iec60870_asdu.diq", "DIQ", FieldBase.Hex).Bits(
        P.UInt8("iec60870_asdu.diq.dpi", "DPI", FieldBase.Dec, ValueNames.Of(() => [(0, "Indeterminate or Intermediate"), (1, "OFF"), (2, "ON"), (3, "Indeterminate")]), mask: 0x3),
        P.Flag("iec60870_asdu.diq.bl", "BL", 8, 0x10, Blocked),
        P.Flag("iec60870_asdu.diq.sb", "SB", 8, 0x20, Substituted),
        P.Flag("iec60870_asdu.diq.nt", "NT", 8, 0x40, NotTopical),
        P.Flag("iec60870_asdu.diq.iv", "IV", 8, 0x80, Invalid));
    static readonly Row Quality = P.UInt8("iec60870_asdu.qds", "QDS", FieldBase.Hex).Bits(
        P.Flag("iec60870_asdu.qds.ov", "OV", 8, 0x1, ValueNames.Flag("Overflow", "No overflow")),
        P.Flag("iec60870_asdu.qds.bl", "BL", 8, 0x10, Blocked),
        P.Flag("iec60870_asdu.qds.sb", "SB", 8, 0x20, Substituted),
        P.Flag("iec60870_asdu.qds.nt", "NT", 8, 0x40, NotTopical),
        P.Flag("iec60870_asdu.qds.iv", "IV", 8, 0x80, Invalid));
    static readonly Row Step = P.UInt8("iec60870_asdu.vti", "VTI", FieldBase.Hex).Bits(
        P.Field(FieldType.Int8, "iec60870_asdu.vti.v", "Value", FieldBase.Dec, mask: 0x7f),
        P.Flag("iec60870_asdu.vti.t", "T", 8, 0x80, ValueNames.Flag("Transient", "Not Transient")));
    static readonly Row Bits = P.UInt32("iec60870_asdu.bitstring", "Value", FieldBase.Hex, blurb: "BSI value").BitRange(0, 32);
    static readonly Row Scaled = P.Field(FieldType.Int16, "iec60870_asdu.scalval", "Value", FieldBase.Dec, blurb: "Scaled value").LittleEnd();
    static readonly Row Short = P.Field(FieldType.Float, "iec60870_asdu.float", "Value", blurb: "Float value").LittleEnd();
    static readonly Field NormalizedField = P.Field(FieldType.Float, "iec60870_asdu.normval", "Value", blurb: "Normalised value");
    static readonly Field Count = P.Int32("iec60870_asdu.bcr.count", "Binary Counter");
    static readonly Field[] CountFlags = [
        P.UInt8("iec60870_asdu.bcr.sq", "SQ", mask: 0x1f, blurb: "Sequence Number"),
        P.Flag("iec60870_asdu.bcr.cy", "CY", 8, 0x20, ValueNames.Flag("Overflow", "No overflow")),
        P.Flag("iec60870_asdu.bcr.ca", "CA", 8, 0x40, ValueNames.Flag("Adjusted", "Not Adjusted")),
        P.Flag("iec60870_asdu.bcr.iv", "IV", 8, 0x80, Invalid)];
    static readonly Row SingleCommand = P.UInt8("iec60870_asdu.sco", "SCO", FieldBase.Hex).Bits(
        P.Flag("iec60870_asdu.sco.on", "ON/OFF", 8, 0x1, ValueNames.Flag("On", "Off")),
        P.UInt8("iec60870_asdu.sco.qu", "QU", FieldBase.Dec, Pulses, mask: 0x7c),
        P.Flag("iec60870_asdu.sco.se", "S/E", 8, 0x80, Select));
    static readonly Row DoubleCommand = P.UInt8("iec60870_asdu.dco", "DCO", FieldBase.Hex).Bits(
        P.UInt8("iec60870_asdu.dco.on", "ON/OFF", FieldBase.Dec, ValueNames.Of(() => [(0, "(None)"), (1, "OFF"), (2, "ON"), (3, "Error: On/Off not defined")]), mask: 0x3),
        P.UInt8("iec60870_asdu.dco.qu", "QU", FieldBase.Dec, Pulses, mask: 0x7c),
        P.Flag("iec60870_asdu.dco.se", "S/E", 8, 0x80, Select));
    static readonly Row StepCommand = P.UInt8("iec60870_asdu.rco", "RCO", FieldBase.Hex).Bits(
        P.UInt8("iec60870_asdu.rco.up", "UP/DOWN", FieldBase.Dec, ValueNames.Of(() => [(0, "(None)"), (1, "DOWN"), (2, "UP"), (3, "Error: Up/Down not defined")]), mask: 0x3),
        P.UInt8("iec60870_asdu.rco.qu", "QU", FieldBase.Dec, Pulses, mask: 0x7c),
        P.Flag("iec60870_asdu.rco.se", "S/E", 8, 0x80, Select));
    static readonly Row Qualifier = P.UInt8("iec60870_asdu.qos", "QOS", FieldBase.Hex).Bits(
        P.UInt8("iec60870_asdu.qos.ql", "QL", mask: 0x7f),
        P.Flag("iec60870_asdu.qos.se", "S/E", 8, 0x80, Select));
    static readonly Row Initialization = P.UInt8("iec60870_asdu.coi", "COI", FieldBase.Hex).Bits(
        P.UInt8("iec60870_asdu.coi_r", "R", FieldBase.Dec, ValueNames.Of(() => [(0, "Local power switch on"), (1, "Local manual reset"), (2, "Remote reset")]), mask: 0x7f),
        P.Flag("iec60870_asdu.coi_i", "I", 8, 0x80, ValueNames.Flag("Initialisation after change of local parameters", "Initialisation with unchanged local parameters")));
    static readonly Row Interrogation = P.UInt8("iec60870_asdu.qoi", "QOI", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Not specified"), (20, "Station interrogation (global)"), (21, "Group 1 interrogation"), (22, "Group 2 interrogation"),
        (23, "Group 3 interrogation"), (24, "Group 4 interrogation"), (25, "Group 5 interrogation"), (26, "Group 6 interrogation"),
        (27, "Group 7 interrogation"), (28, "Group 8 interrogation"), (29, "Group 9 interrogation"), (30, "Group 10 interrogation"),
        (31, "Group 11 interrogation"), (32, "Group 12 interrogation"), (33, "Group 13 interrogation"), (34, "Group 14 interrogation"),
        (35, "Group 15 interrogation"), (36, "Group 16 interrogation")]));
    static readonly Row CounterInterrogation = P.UInt8("iec60870_asdu.qcc", "QCC", FieldBase.Hex).Bits(
        P.UInt8("iec60870_asdu.rqt", "RQT", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Not specified"), (1, "Group 1 counter interrogation"), (2, "Group 2 counter interrogation"), (3, "Group 3 counter interrogation"),
        (4, "Group 4 counter interrogation"), (5, "General counter interrogation")]), mask: 0x3f),
        P.UInt8("iec60870_asdu.frz", "FRZ", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Read only (no freeze or reset)"), (1, "Counter freeze without reset (value frozen represents integrated total)"),
        (2, "Counter freeze with reset (value frozen represents incremental information)"), (3, "Counter reset")]), mask: 0xc0));
    static readonly Row Reset = P.UInt8("iec60870_asdu.qrp", "QRP", FieldBase.Dec, ValueNames.Of(() => [(0, "Not used"), (1, "General reset of process"), (2, "Reset of pending information with time tag of the event buffer")]));

    static readonly Field ShortTime = P.RelativeTime("iec60870_asdu.cp24time", "CP24Time");
    static readonly Layout ShortTimeRows = new(
        P.UInt16("iec60870_asdu.cp24time.ms", "MS").LittleEnd(),
        P.UInt8("iec60870_asdu.cp24time.min", "Min", mask: 0x3f),
        Row.Skip(-1),
        P.Flag("iec60870_asdu.cp24time.iv", "IV", 8, 0x80, Invalid));
    static readonly Field LongTime = P.AbsoluteTime("iec60870_asdu.cp56time", "CP56Time");
    static readonly Layout LongTimeRows = new(
        P.UInt16("iec60870_asdu.cp56time.ms", "MS").LittleEnd(),
        P.UInt8("iec60870_asdu.cp56time.min", "Min", mask: 0x3f),
        Row.Skip(-1),
        P.Flag("iec60870_asdu.cp56time.gen", "GEN", 8, 0x40, Substituted),
        P.Flag("iec60870_asdu.cp56time.iv", "IV", 8, 0x80, Invalid),
        Row.Skip(1),
        P.UInt8("iec60870_asdu.cp56time.hour", "Hour", mask: 0x1f),
        Row.Skip(-1),
        P.Flag("iec60870_asdu.cp56time.su", "SU", 8, 0x80, ValueNames.Flag("DST", "Local")),
        Row.Skip(1),
        P.UInt8("iec60870_asdu.cp56time.day", "Day", mask: 0x1f),
        Row.Skip(-1),
        P.UInt8("iec60870_asdu.cp56time.dow", "DOW", mask: 0xe0),
        Row.Skip(1),
        P.UInt8("iec60870_asdu.cp56time.month", "Month", mask: 0xf),
        P.UInt8("iec60870_asdu.cp56time.year", "Year", mask: 0x7f));

    // A number as it is counted from -1 to 1, and a counter with its flags, are made of several items.
    static readonly Layout None = new(), Normalized = new(), Counter = new();
    static readonly Layout SingleRows = new(Single), DoubleRows = new(Double), StepRows = new(Step, Quality), BitsRows = new(Bits, Quality), QualityRows = new(Quality),
        ScaledRows = new(Scaled, Quality), ShortRows = new(Short, Quality), SingleCommandRows = new(SingleCommand), DoubleCommandRows = new(DoubleCommand),
        StepCommandRows = new(StepCommand), QualifierRows = new(Qualifier), ScaledCommandRows = new(Scaled, Qualifier), ShortCommandRows = new(Short, Qualifier), BitsCommandRows = new(Bits),
        InitializationRows = new(Initialization), InterrogationRows = new(Interrogation), CounterInterrogationRows = new(CounterInterrogation), ResetRows = new(Reset);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("IEC 60870-5 ASDU");
        var tree = p.Open(P, v, parent);
        int type = v.U8(0), count = v.U8(1) & 0x7f, cause = v.U8(2);
        bool isSequence = (v.U8(1) & Sequence) != 0;
        int at = p.AddRows(tree, v, 0, Header);
        uint address = v.U16LE(4), first = v.U24LE(HeaderLength);
        p.Scratch.Clear();
        p.Scratch.Append($"ASDU={address} ");
        if (Types.Find((uint)type) is { } name)
        {
            p.Scratch.Append($"{name} ");
        }
        else
        {
            p.Scratch.Append($"<TypeId={type}> ");
        }

        if (Causes.Find((uint)cause & 0x3f) is { } why)
        {
            p.Scratch.Append(why);
        }
        else
        {
            p.Scratch.Append($"<CauseTx={cause & 0x3f}>");
        }

        bool isNegative = (cause & Negative) != 0, isTest = (cause & Sequence) != 0;
        if (isNegative || isTest)
        {
            p.Scratch.Append(isNegative ? "_NEGA" : "");
            p.Scratch.Append(isTest ? "_TEST" : "");
        }
        else
        {
            for (int i = (Causes.Find((uint)cause & 0x3f) ?? "<CauseTx=00>").Length; i < 7; i++)
            {
                p.Scratch.Append(' ');
            }
        }

        p.Scratch.Append(count > 1 ? $" IOA[{count}]={first}" : $" IOA={first}");
        p.Scratch.Append(count <= 1 ? "" : isSequence ? $"-{first + (uint)count - 1}" : ",...");
        p.Info.Append(p.Scratch.Bytes);
        p.AppendLabel(tree, $": {p.Scratch.Bytes} '{Descriptions.FindOr((uint)type, "<Unknown TypeId>")}'");
        var form = FormOf(type);
        for (int i = 0; i < count; i++)
        {
            at = AddObject(p, v, tree, at, form, isSequence && i > 0, first + (uint)i);
            if (at < 0)
            {
                break;
            }
        }

        return v.Reported;
    }

    static int AddObject(Packet p, in View v, Node tree, int at, Form? form, bool isCounted, uint counted)
    {
        int start = at;
        uint address = isCounted ? counted : v.U24LE(at);
        var node = p.AddText(tree, v, at, 0, $"IOA: {address}");
        if (form is not { } known)
        {
            if (v.ReportedFrom(at + AddressLength) > 0)
            {
                p.Add(tree, Raw, v, at + AddressLength, v.ReportedFrom(at + AddressLength));
            }

            return -1;
        }

        if (isCounted)
        {
            p.Generated(p.AddUInt(node, Address, v, at, 0, address));
        }
        else
        {
            p.AddLE(node, Address, v, at);
            at += AddressLength;
        }

        if (ReferenceEquals(known.Rows, Normalized))
        {
            short value = (short)v.U16LE(at);
            p.Label(p.AddDouble(node, NormalizedField, v, at, 2, value / 32768f), $"Value: {General(p, value / 32768f)} ({value})");
            at += 2;
            at = known.Then is { } then ? p.AddRows(node, v, at, then) : at;
        }
        else if (ReferenceEquals(known.Rows, Counter))
        {
            p.AddLE(node, Count, v, at);
            foreach (var flag in CountFlags)
            {
                p.Add(node, flag, v, at + 4);
            }

            at += 5;
        }
        else
        {
            at = p.AddRows(node, v, at, known.Rows);
        }

        at = known.Time switch { 3 => AddShortTime(p, v, node, at), 7 => AddLongTime(p, v, node, at), _ => at };
        p.SetLength(node, at - start);
        return at;
    }

    static ReadOnlySpan<byte> General(Packet p, double value)
    {
        p.Scratch.Clear();
        FloatText.General(p.Scratch, value, 6);
        return p.Scratch.Bytes;
    }

    static int AddShortTime(Packet p, in View v, Node node, int at)
    {
        int milliseconds = v.U16LE(at), minutes = v.U8(at + 2) & 0x3f;
        var time = p.AddTime(node, ShortTime, v, at, 3, new Timestamp((milliseconds / 1000) + (minutes * 60), milliseconds % 1000 * 1_000_000));
        p.AddRows(time, v, at, ShortTimeRows);
        return at + 3;
    }

    static int AddLongTime(Packet p, in View v, Node node, int at)
    {
        int milliseconds = v.U16LE(at), minutes = v.U8(at + 2) & 0x3f, hour = v.U8(at + 3), day = v.U8(at + 4) & 0x1f, month = v.U8(at + 5) & 0xf, year = v.U8(at + 6) & 0x7f;
        var time = new DateTimeOffset(year + (year < 70 ? 2000 : 1900), 1, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(month - 1).AddDays(day - 1)
            .AddHours((hour & 0x1f) - (hour >> 7)).AddMinutes(minutes).AddMilliseconds(milliseconds);
        var item = p.AddTime(node, LongTime, v, at, 7, new Timestamp(time.ToUnixTimeSeconds(), time.Millisecond * 1_000_000));
        p.AddRows(item, v, at, LongTimeRows);
        return at + 7;
    }

    /// <summary>What an object of a type consists of; null where that is not known.</summary>
    static Form? FormOf(int type) => type switch
    {
        1 => new(SingleRows),
        2 => new(SingleRows, 3),
        3 => new(DoubleRows),
        4 => new(DoubleRows, 3),
        5 => new(StepRows),
        6 => new(StepRows, 3),
        7 => new(BitsRows),
        8 => new(BitsRows, 3),
        9 => new(Normalized, 0, QualityRows),
        10 => new(Normalized, 3, QualityRows),
        11 => new(ScaledRows),
        12 => new(ScaledRows, 3),
        13 => new(ShortRows),
        14 => new(ShortRows, 3),
        15 => new(Counter),
        16 => new(Counter, 3),
        21 => new(Normalized),
        30 => new(SingleRows, 7),
        31 => new(DoubleRows, 7),
        32 => new(StepRows, 7),
        33 => new(BitsRows, 7),
        34 => new(Normalized, 7, QualityRows),
        35 => new(ScaledRows, 7),
        36 => new(ShortRows, 7),
        37 => new(Counter, 7),
        45 => new(SingleCommandRows),
        46 => new(DoubleCommandRows),
        47 => new(StepCommandRows),
        48 => new(Normalized, 0, QualifierRows),
        49 => new(ScaledCommandRows),
        50 => new(ShortCommandRows),
        51 => new(BitsCommandRows),
        58 => new(SingleCommandRows, 7),
        59 => new(DoubleCommandRows, 7),
        60 => new(StepCommandRows, 7),
        61 => new(Normalized, 7, QualifierRows),
        62 => new(ScaledCommandRows, 7),
        63 => new(ShortCommandRows, 7),
        64 => new(BitsCommandRows, 7),
        70 => new(InitializationRows),
        100 => new(InterrogationRows),
        101 => new(CounterInterrogationRows),
        103 => new(None, 7),
        105 => new(ResetRows),
        _ => null,
    };

    /// <param name="Time">Bytes of the time at the end.</param>
    /// <param name="Then">What stands behind a normalized value.</param>
    readonly record struct Form(Layout Rows, int Time = 0, Layout? Then = null);
}
