using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Industry;

/// <summary>Services of a controller's operating system: its blocks, its clock, its state, its messages.</summary>
static class S7UserData
{
    const int ModeTransition = 0, Programmer = 1, Cyclic = 2, BlockFunctions = 3, CpuFunctions = 4, Security = 5, Pbc = 6, Time = 7, NcProgramming = 15;
    const int ListBlocks = 1, ListBlocksOfType = 2, GetBlockInfo = 3, ReadSzl = 1, MessageService = 2, DiagnosticMessage = 3;

    static readonly ValueNames Groups = ValueNames.Of(() => [
        (ModeTransition, "Mode-transition"), (Programmer, "Programmer commands"), (Cyclic, "Cyclic services"), (BlockFunctions, "Block functions"),
        (CpuFunctions, "CPU functions"), (Security, "Security"), (Pbc, "PBC BSEND/BRECV"), (Time, "Time functions"), (NcProgramming, "NC programming")]);
    static readonly ValueNames Modes = ValueNames.Of(() => [
        (0, "STOP"), (1, "Warm Restart"), (2, "RUN"), (3, "Hot Restart"), (4, "HOLD"), (6, "Cold Restart"), (9, "RUN_R (H-System redundant)"), (11, "LINK-UP"), (12, "UPDATE")]);
    static readonly ValueNames Types = ValueNames.Of(() => [(0, "Push"), (4, "Request"), (8, "Response"), (3, "NC Push"), (7, "NC Request"), (11, "NC Response")]);
    static readonly ValueNames Weekdays = ValueNames.Of(() => [
        (0, "Undefined"), (1, "Sunday"), (2, "Monday"), (3, "Tuesday"), (4, "Wednesday"), (5, "Thursday"), (6, "Friday"), (7, "Saturday")]);
    static readonly ValueNames SubBlocks = ValueNames.Of(() => [(0, "Not set"), (8, "OB"), (10, "DB"), (11, "SDB"), (12, "FC"), (13, "SFC"), (14, "FB"), (15, "SFB")]);
    static readonly ValueNames Languages = ValueNames.Of(() => [
        (0, "Not defined"), (1, "AWL"), (2, "KOP"), (3, "FUP"), (4, "SCL"), (5, "DB"), (6, "GRAPH"), (7, "SDB"), (8, "CPU-DB"),
        (17, "SDB (after overall reset)"), (18, "SDB (Routing)"), (41, "ENCRYPT")]);

    static readonly Field Method = S7Comm.P.UInt8("s7comm.param.userdata.reqres1", "Method (Request/Response)", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Undef"), (0x11, "Req"), (0x12, "Res")]));
    static readonly Field SubFunction = S7Comm.P.UInt8("s7comm.param.userdata.subfunc", "Subfunction");
    static readonly Field Mode = S7Comm.P.UInt8("s7comm.param.modetrans.subfunc", "Current mode", FieldBase.Dec, Modes);
    static readonly Field Sequence = S7Comm.P.UInt8("s7comm.param.userdata.seq_num", "Sequence number");
    static readonly Layout UserHead = new(
        S7Comm.P.UInt24("s7comm.param.userdata.head", "Parameter head", FieldBase.Hex, blurb: "Header before parameter (constant 0x000112)"),
        S7Comm.P.UInt8("s7comm.param.userdata.length", "Parameter length", blurb: "Length of following parameter data (without head)"),
        Method,
        S7Comm.P.UInt8("s7comm.param.userdata.type", "Type", FieldBase.Dec, Types, mask: 0xf0, blurb: "Type of parameter"),
        S7Comm.P.UInt8("s7comm.param.userdata.funcgroup", "Function group", FieldBase.Dec, Groups, mask: 0xf));
    static readonly Layout UserTail = new(
        S7Comm.P.UInt8("s7comm.param.userdata.dataunitref", "Data unit reference number", blurb: "Data unit reference number if PDU is fragmented"),
        S7Comm.P.UInt8("s7comm.param.userdata.lastdataunit", "Last data unit", FieldBase.Hex, ValueNames.Of(() => [(0, "Yes"), (1, "No")])),
        S7Comm.ErrorCode);
    static readonly Layout DataHead = new(S7Variables.ReturnCode, S7Variables.TransportSize, S7Variables.DataLength);
    static readonly Field UserDataBytes = S7Comm.P.Bytes("s7comm.data.userdata", "Data", blurb: "Userdata data");

    static readonly Field InfoBlockType = S7Comm.P.String("s7comm.blockinfo.blocktype", "Block type");
    static readonly Field InfoBlockCount = S7Comm.P.UInt16("s7comm.blockinfo.block_count", "Block count");
    static readonly Field InfoBlockNumber = S7Comm.P.UInt16("s7comm.blockinfo.block_num", "Block number");
    static readonly Field InfoLanguage = S7Comm.P.UInt8("s7comm.blockinfo.block_lang", "Block language", FieldBase.Dec, Languages);
    static readonly Layout ListedBlock = new(InfoBlockNumber, S7Comm.P.UInt8("s7comm.blockinfo.flags", "Block flags (unknown)", FieldBase.Hex), InfoLanguage);
    static readonly Field AskedNumber = S7Comm.P.String("s7comm.data.blockinfo.block_number", "Block number");
    static readonly Field AskedSystem = S7Comm.P.String("s7comm.data.blockinfo.filesys", "Filesystem");
    static readonly Field InfoUnknown = S7Comm.P.Bytes("s7comm.blockinfo.res_unknown", "Unknown byte(s) blockinfo");
    static readonly Field CodeTime = S7Comm.P.String("s7comm.blockinfo.code_timestamp", "Code timestamp");
    static readonly Field InterfaceTime = S7Comm.P.String("s7comm.blockinfo.interface_timestamp", "Interface timestamp");
    static readonly Field HeaderVersion = S7Comm.P.String("s7comm.blockinfo.headerversion", "Version (Header)");
    static readonly Layout BlockInfoHead = new(
        S7Comm.P.UInt16("s7comm.blockinfo.res_infolength", "Length of Info", blurb: "Length of Info in bytes"),
        S7Comm.P.UInt16("s7comm.blockinfo.res_unknown2", "Unknown blockinfo 2", FieldBase.Hex),
        S7Comm.P.String("s7comm.blockinfo.res_const3", "Constant 3", "Possible constant 3, seems to be always 'pp'").Of(2),
        InfoUnknown.Of(1),
        S7Comm.P.UInt8("s7comm.param.userdata.blockinfo.flags", "Block flags", FieldBase.Hex, mask: 0xff, blurb: "Some block configuration flags").Summary(
            S7Comm.P.Flag("s7comm.param.userdata.blockinfo.linked", "Linked", 8, 0x1, ValueNames.YesNo),
            S7Comm.P.Flag("s7comm.param.userdata.blockinfo.standard_block", "Standard block", 8, 0x2, ValueNames.YesNo),
            S7Comm.P.Flag("s7comm.param.userdata.blockinfo.nonretain", "Non Retain", 8, 0x8, ValueNames.YesNo)),
        InfoLanguage,
        S7Comm.P.UInt8("s7comm.blockinfo.subblk_type", "Subblk type", FieldBase.Dec, SubBlocks),
        InfoBlockNumber,
        S7Comm.P.UInt32("s7comm.blockinfo.load_mem_len", "Length load memory", blurb: "Length of load memory in bytes"),
        S7Comm.P.UInt32("s7comm.blockinfo.blocksecurity", "Block Security", FieldBase.Dec, ValueNames.Of(() => [(0, "None"), (3, "Know How Protect")])));
    static readonly Layout BlockInfoBody = new(
        S7Comm.P.UInt16("s7comm.blockinfo.ssb_len", "SSB length"),
        S7Comm.P.UInt16("s7comm.blockinfo.add_len", "ADD length"),
        S7Comm.P.UInt16("s7comm.blockinfo.localdata_len", "Localdata length", blurb: "Length of localdata in bytes"),
        S7Comm.P.UInt16("s7comm.blockinfo.mc7_len", "MC7 code length", blurb: "Length of MC7 code in bytes"),
        S7Comm.P.String("s7comm.blockinfo.author", "Author").Of(8),
        S7Comm.P.String("s7comm.blockinfo.family", "Family").Of(8),
        S7Comm.P.String("s7comm.blockinfo.headername", "Name (Header)").Of(8));
    static readonly Layout BlockInfoTail = new(
        InfoUnknown.Of(1),
        S7Comm.P.UInt16("s7comm.blockinfo.checksum", "Block checksum", FieldBase.Hex),
        S7Comm.P.UInt32("s7comm.blockinfo.reserved1", "Reserved 1", FieldBase.Hex),
        S7Comm.P.UInt32("s7comm.blockinfo.reserved2", "Reserved 2", FieldBase.Hex));

    static readonly Field ClockField = S7Comm.P.AbsoluteTime("s7comm.data.ts", "S7 Timestamp", blurb: "S7 Timestamp, BCD coded");
    static readonly Field ClockReserved = S7Comm.P.UInt8("s7comm.data.ts_reserved", "S7 Timestamp - Reserved", FieldBase.Hex);
    static readonly Field ClockCentury = S7Comm.P.UInt8("s7comm.data.ts_year1", "S7 Timestamp - Year 1");
    static readonly Field[] ClockParts = [
        S7Comm.P.UInt8("s7comm.data.ts_year2", "S7 Timestamp - Year 2"),
        S7Comm.P.UInt8("s7comm.data.ts_month", "S7 Timestamp - Month"),
        S7Comm.P.UInt8("s7comm.data.ts_day", "S7 Timestamp - Day"),
        S7Comm.P.UInt8("s7comm.data.ts_hour", "S7 Timestamp - Hour"),
        S7Comm.P.UInt8("s7comm.data.ts_minute", "S7 Timestamp - Minute"),
        S7Comm.P.UInt8("s7comm.data.ts_second", "S7 Timestamp - Second")];
    static readonly Field ClockMilliseconds = S7Comm.P.UInt16("s7comm.data.ts_millisecond", "S7 Timestamp - Milliseconds");
    static readonly Field ClockWeekday = S7Comm.P.UInt16("s7comm.data.ts_weekday", "S7 Timestamp - Weekday", FieldBase.Dec, Weekdays, mask: 0xf);

    static readonly Field TimeBase = S7Comm.P.UInt8("s7comm.cyclic.interval_timebase", "Interval timebase", FieldBase.Dec,
        ValueNames.Of(() => [(0, "100 milliseconds"), (1, "1 second"), (2, "10 seconds")]));
    static readonly Field TimeFactor = S7Comm.P.UInt8("s7comm.cyclic.interval_time", "Interval time factor");
    static readonly Field CyclicFunction = S7Comm.P.UInt8("s7comm.cyclic.function", "Function");
    static readonly Field CyclicJob = S7Comm.P.UInt8("s7comm.cyclic.job_id", "Job-ID");

    public static void Dissect(Packet p, in View v, Node tree, int at, int parameters, int data)
    {
        int start = at, length = v.U8(at + 3), type = v.U8(at + 5) >> 4, group = v.U8(at + 5) & 0xf, sub = v.U8(at + 6), error = 0, job = v.U8(at + 7);
        bool isAnswer = (type & 8) != 0, isPush = (type & 0xc) == 0;
        string groupName = Groups.FindOr((uint)group, "Unknown");
        string? subName = group == ModeTransition ? Modes.Find((uint)sub) : S7Names.SubFunction(group, sub);
        v.Ensure(at, parameters);
        var branch = p.Add(tree, S7Comm.ParameterField, v, at, parameters);
        p.Label(branch, $"Parameter: ({Types.FindOr((uint)type, "Unknown")}) ->({groupName})");
        p.Info.Append($" Function:[{(isPush ? v.U8(at + 4) == 0x11 ? "Push-Req" : "Push-Res" : Types.FindOr((uint)type, "Unknown"))}] -> [{groupName}]");
        if (subName is not null)
        {
            p.Info.Append($" -> [{subName}]");
            p.AppendLabel(branch, $" ->({subName})");
        }

        at = p.AddRows(branch, v, at, UserHead);
        if (group == ModeTransition)
        {
            p.Add(branch, Mode, v, at);
        }
        else
        {
            var subNode = p.Add(branch, SubFunction, v, at);
            if (subName is not null)
            {
                p.Label(subNode, $"Subfunction: {subName} ({sub})");
            }
            else
            {
                p.Label(subNode, $"Subfunction: 0x{sub:x2}");
            }
        }

        p.Add(branch, Sequence, v, at + 1);
        at += 2;
        if (length >= 8)
        {
            error = v.U16(at + 2);
            p.AddRows(branch, v, at, UserTail);
            if (error != 0)
            {
                p.Info.Append($" -> Errorcode:[0x{error:x4}]");
            }
        }

        at = start + parameters;
        if (data >= 4)
        {
            v.Ensure(at, data);
            var dataTree = p.Add(tree, S7Comm.DataField, v, at, data);
            int said = v.U16(at + 2);
            p.AddRows(dataTree, v, at, DataHead);
            Serve(p, v.Part(at + 4, data - 4), dataTree, group, sub, isAnswer, isPush, Math.Min(said, data - 4), job);
        }
    }

    static void Serve(Packet p, in View v, Node tree, int group, int sub, bool isAnswer, bool isPush, int length, int job)
    {
        switch (group)
        {
            case ModeTransition:
                break;
            case BlockFunctions when length > 0:
                BlockFunction(p, v, tree, sub, isAnswer, length);
                break;
            case CpuFunctions when sub == ReadSzl && length >= 4:
                S7Szl.Dissect(p, v, tree, isAnswer, length);
                break;
            case CpuFunctions when sub == DiagnosticMessage && isPush && length >= 20:
                S7Szl.Diagnostic(p, v, tree, 0, inColumn: true);
                break;
            case Time when length >= 10:
                p.AppendLabel(tree, ": (Timestamp: ");
                var time = Clock(p, v, tree, 0, isLong: true);
                p.Scratch.Clear();
                AppendTime(p.Scratch, time);
                p.AppendLabel(tree, $"{p.Scratch.Bytes})");
                break;
            case Cyclic when sub == 4 && length >= 2:
                p.AddAll(tree, v, 0, CyclicFunction, CyclicJob);
                p.Info.Append($" JobID={v.U8(1)}");
                break;
            case Cyclic when sub is 1 or 5 or 7 && length > 2:
                CyclicValues(p, v, tree, isAnswer || isPush, job);
                break;
            default:
                if (length > 0)
                {
                    p.Add(tree, UserDataBytes, v, 0, length);
                }

                break;
        }
    }

    static void CyclicValues(Packet p, in View v, Node tree, bool isAnswer, int job)
    {
        int count = v.U8(1);
        p.AddUInt(tree, S7Variables.ItemCount, v, 0, 2, v.U16(0));
        if (isAnswer)
        {
            p.Info.Append($" JobID={job}");
            S7Variables.Values(p, v, tree, 2, count, onlyCodes: false);
        }
        else
        {
            p.AddAll(tree, v, 2, TimeBase, TimeFactor);
            S7Variables.Addresses(p, v, tree, 4, count);
        }
    }

    static void BlockFunction(Packet p, in View v, Node tree, int sub, bool isAnswer, int length)
    {
        switch (sub, isAnswer)
        {
            case (ListBlocks, true):
                for (int at = 0, i = 1; at + 4 <= length; at += 4, i++)
                {
                    var item = p.Add(tree, S7Variables.DataItem, v, at, 4);
                    p.Label(item, $"Item [{i}]: (Block type {S7Blocks.BlockType(v.U16(at)) ?? "Unknown"})");
                    AddBlockType(p, v, item, at);
                    p.Add(item, InfoBlockCount, v, at + 2);
                }

                break;
            case (ListBlocksOfType, false):
                p.AppendLabel(tree, $": ({S7Blocks.BlockType(v.U16(0)) ?? "Unknown"})");
                p.Info.Append($" Type:[{S7Blocks.BlockType(v.U16(0)) ?? "Unknown"}]");
                AddBlockType(p, v, tree, 0);
                break;
            case (ListBlocksOfType, true):
                for (int at = 0, i = 1; at + 4 <= length; at += 4, i++)
                {
                    var item = p.Add(tree, S7Variables.DataItem, v, at, 4);
                    p.Label(item, $"Item [{i}]: (Block number {v.U16(at)})");
                    p.AddRows(item, v, at, ListedBlock);
                }

                break;
            case (GetBlockInfo, false):
                AddBlockType(p, v, tree, 0);
                p.Add(tree, AskedNumber, v, 2, 5);
                p.AppendLabel(p.Add(tree, AskedSystem, v, 7, 1), S7Blocks.FileSystemName(v.U8(7)));
                int number = 0;
                foreach (byte digit in v.Span(2, 5))
                {
                    number = (number * 10) + Math.Clamp(digit - '0', 0, 9);
                }

                p.AppendLabel(tree, $" [{S7Blocks.BlockType(v.U16(0)) ?? "Unknown"} {number}]");
                p.Info.Append($" -> Block:[{S7Blocks.BlockType(v.U16(0)) ?? "Unknown"} {number}]");
                break;
            case (GetBlockInfo, true):
                BlockInfo(p, v, tree);
                break;
            default:
                p.Add(tree, UserDataBytes, v, 0, length);
                break;
        }
    }

    static void AddBlockType(Packet p, in View v, Node tree, int at)
    {
        var node = p.Add(tree, InfoBlockType, v, at, 2);
        if (S7Blocks.BlockType(v.U16(at)) is { } name)
        {
            p.AppendLabel(node, $" ({name})");
        }
        else
        {
            p.AppendLabel(node, $" (Unknown Block type: 0x{v.U16(at):x4})");
        }
    }

    static void BlockInfo(Packet p, in View v, Node tree)
    {
        AddBlockType(p, v, tree, 0);
        string type = SubBlocks.FindOr(v.U8(11), "Unknown");
        p.AppendLabel(tree, $": (Block:[{type} {v.U16(12)}])");
        p.Info.Append($" -> Block:[{type} {v.U16(12)}]");
        int at = p.AddRows(tree, v, 2, BlockInfoHead);
        at = AddBlockTime(p, v, tree, at, CodeTime);
        at = AddBlockTime(p, v, tree, at, InterfaceTime);
        at = p.AddRows(tree, v, at, BlockInfoBody);
        p.Scratch.Clear();
        p.Scratch.Append($"{v.U8(at) >> 4}.{v.U8(at) & 0xf}");
        p.AddString(tree, HeaderVersion, v, at, 1, p.Scratch.Bytes);
        p.AddRows(tree, v, at + 1, BlockInfoTail);
    }

    /// <summary>Milliseconds of the day, and days since 1984.</summary>
    static int AddBlockTime(Packet p, in View v, Node tree, int at, Field field)
    {
        uint milliseconds = v.U32(at);
        p.Scratch.Clear();
        AppendTime(p.Scratch, DateTimeOffset.UnixEpoch.AddDays(5113 + v.U16(at + 4)).AddMilliseconds(milliseconds));
        p.AddString(tree, field, v, at, 6, p.Scratch.Bytes);
        return at + 6;
    }

    /// <summary>A time to its milliseconds, without a zone.</summary>
    static void AppendTime(Utf8Text text, DateTimeOffset time)
    {
        TimeText.Absolute(text, new Timestamp(time.ToUnixTimeSeconds(), time.Millisecond * 1_000_000), FieldBase.Utc);
        text.Length -= "000000 UTC".Length;
    }

    static int Bcd(int b) => ((b >> 4) * 10) + (b & 0xf);

    /// <summary>Decimal digits; the long form has a byte and the century before them.</summary>
    public static DateTimeOffset Clock(Packet p, in View v, Node tree, int at, bool isLong)
    {
        int start = isLong ? at + 2 : at, year = Bcd(v.U8(start)), last = v.U16(start + 6), milliseconds = (Bcd(last >> 8) * 10) + (last >> 4 & 0xf);
        int month = Bcd(v.U8(start + 1)), day = Bcd(v.U8(start + 2)), hour = Bcd(v.U8(start + 3)), minute = Bcd(v.U8(start + 4)), second = Bcd(v.U8(start + 5));
        year += year >= 90 ? 1900 : 2000;
        var time = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(Math.Clamp(month, 1, 12) - 1)
            .AddDays(Math.Clamp(day, 1, 31) - 1).AddHours(hour).AddMinutes(minute).AddSeconds(second).AddMilliseconds(milliseconds);
        int length = isLong ? 10 : 8;
        var node = p.AddTime(tree, ClockField, v, at, length, new Timestamp(time.ToUnixTimeSeconds(), time.Millisecond * 1_000_000));
        p.Scratch.Clear();
        AppendTime(p.Scratch, time);
        p.Label(node, $"S7 Timestamp: {p.Scratch.Bytes}");
        if (isLong)
        {
            p.Add(node, ClockReserved, v, at);
            p.AddUInt(node, ClockCentury, v, at + 1, 1, (uint)Bcd(v.U8(at + 1)));
        }

        for (int i = 0; i < ClockParts.Length; i++)
        {
            p.AddUInt(node, ClockParts[i], v, start + i, 1, (uint)Bcd(v.U8(start + i)));
        }

        p.AddUInt(node, ClockMilliseconds, v, start + 6, 2, (uint)milliseconds);
        p.Add(node, ClockWeekday, v, start + 6);
        return time;
    }
}
