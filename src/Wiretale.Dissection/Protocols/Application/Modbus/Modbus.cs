using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Modbus;

// Specification: MODBUS Application Protocol Specification V1.1b3: a function code (the highest bit: refused), then what sections 6.1 to 6.21 say.

/// <summary>Modbus: what is asked of a controller's coils and registers, and its answers.</summary>
public sealed class Modbus() : Dissector("modbus")
{
    internal const byte FunctionMask = 0x7f, Diagnostics = 8, Encapsulated = 43;
    const byte ReadCoils = 1, ReadInputs = 2, ReadHolding = 3, ReadInputRegisters = 4, EventLog = 12, WriteRegisters = 16, ReadFile = 20, WriteFile = 21, DeviceIdentification = 14;

    static readonly Protocol P = new("Modbus", "Modbus", "modbus");

    internal static readonly ValueNames FunctionNames = ValueNames.Of(() => [
        (1, "Read Coils"), (2, "Read Discrete Inputs"), (3, "Read Holding Registers"), (4, "Read Input Registers"),
        (5, "Write Single Coil"), (6, "Write Single Register"), (7, "Read Exception Status"), (8, "Diagnostics"),
        (11, "Get Comm. Event Counters"), (12, "Get Comm. Event Log"), (15, "Write Multiple Coils"), (16, "Write Multiple Registers"),
        (17, "Report Slave ID"), (20, "Read File Record"), (21, "Write File Record"), (22, "Mask Write Register"),
        (23, "Read Write Register"), (24, "Read FIFO Queue"), (43, "Encapsulated Interface Transport"), (90, "Unity (Schneider)")]);

    static readonly ValueNames ExceptionNames = ValueNames.Of(() => [
        (1, "Illegal function"), (2, "Illegal data address"), (3, "Illegal data value"), (4, "Slave device failure"), (5, "Acknowledge"),
        (6, "Slave device busy"), (8, "Memory parity error"), (10, "Gateway path unavailable"),
        (11, "Gateway target device failed to respond")]);

    internal static readonly ValueNames DiagnosticNames = ValueNames.Of(() => [
        (0, "Return Query Data"), (1, "Restart Communications Option"), (2, "Return Diagnostic Register"),
        (3, "Change ASCII Input Delimiter"), (4, "Force Listen Only Mode"), (10, "Clear Counters and Diagnostic Register"),
        (11, "Return Bus Message Count"), (12, "Return Bus Communication Error Count"), (13, "Return Bus Exception Error Count"),
        (14, "Return Slave Message Count"), (15, "Return Slave No Response Count"), (16, "Return Slave NAK Count"),
        (17, "Return Slave Busy Count"), (18, "Return Bus Character Overrun Count"), (20, "Clear Overrun Counter and Flag")]);

    internal static readonly ValueNames TransportNames = ValueNames.Of(() => [(13, "CANopen Request/Response "), (14, "Read Device Identification")]);

    static readonly ValueNames ObjectNames = ValueNames.Of(() => [
        (0, "VendorName"), (1, "ProductCode"), (2, "MajorMinorRevision"), (3, "VendorURL"), (4, "ProductName"), (5, "ModelName"),
        (6, "UserApplicationName")]);

    static readonly Field RequestFrame = P.FrameNumber("modbus.request_frame", "Request Frame");
    static readonly Field ResponseTime = P.RelativeTime("modbus.response_time", "Time from request", "Time between request and reply");
    static readonly Field Function = P.UInt8("modbus.func_code", "Function Code", FieldBase.Dec, FunctionNames, mask: 0x7f);
    static readonly Field ExceptionCode = P.UInt8("modbus.exception_code", "Exception Code", FieldBase.Dec, ExceptionNames);
    static readonly Field Reference = P.UInt16("modbus.reference_num", "Reference Number");
    static readonly Field Reference32 = P.UInt32("modbus.reference_num_32", "Reference Number (32 bit)");
    static readonly Field ReferenceType = P.UInt8("modbus.reference_type", "Reference Type");
    static readonly Field WordCount = P.UInt16("modbus.word_cnt", "Word Count");
    static readonly Field BitCount = P.UInt16("modbus.bit_cnt", "Bit Count");
    static readonly Field ByteCount = P.UInt8("modbus.byte_cnt", "Byte Count");
    static readonly Field Status = P.UInt16("modbus.ev_status", "Status", FieldBase.Hex);
    static readonly Field EventCount = P.UInt16("modbus.ev_count", "Event Count");
    static readonly Field Data = P.Bytes("modbus.data", "Data");
    static readonly Field DiagnosticCode = P.UInt16("modbus.diagnostic_code", "Diagnostic Code", FieldBase.Dec, DiagnosticNames);
    static readonly Field Transport = P.UInt8("modbus.mei", "MEI type", FieldBase.Dec, TransportNames);
    static readonly Field ReadDeviceId = P.UInt8("modbus.read_device_id", "Read Device ID", FieldBase.Dec, ValueNames.Of(() => [
        (1, "Basic Device Identification"), (2, "Regular Device Identification"), (3, "Extended Device Identification"),
        (4, "Specific Identification Object")]));
    static readonly Field ObjectId = P.UInt8("modbus.object_id", "Object ID", FieldBase.Dec, ObjectNames);
    static readonly Field ObjectLength = P.UInt8("modbus.objects_len", "Object length");
    static readonly Field ObjectText = P.String("modbus.object_str_value", "Object String Value");
    static readonly Field ObjectValue = P.Bytes("modbus.object_value", "Object Value");
    static readonly Field BitNumber = P.UInt16("modbus.bitnum", "Bit Number");
    static readonly Field BitValue = P.Flag("modbus.bitval", "Bit Value", 8, 0x01);
    static readonly Field RegisterNumber = P.UInt16("modbus.regnum16", "Register Number");
    static readonly Field RegisterValue = P.UInt16("modbus.regval_uint16", "Register Value (UINT16)");

    static readonly Layout Nothing = new();
    static readonly Layout Rest = new(Data.Rest().Optional());
    static readonly Layout Bits = new(Reference, BitCount);
    static readonly Layout Words = new(Reference, WordCount);
    static readonly Layout Count = new(ByteCount);
    static readonly Layout WriteCoil = new(Reference, Data.Of(2), Row.Skip(-1), P.UInt8("modbus.padding", "Padding", FieldBase.Hex));
    static readonly Layout WriteRegister = new(Reference, Data.Of(2));
    static readonly Layout WriteCoils = new(Reference, BitCount, ByteCount, Data.Counted(ByteCount));
    static readonly Layout WordsAndCount = new(Reference, WordCount, ByteCount);
    static readonly Layout ExceptionStatus = new(Data.Of(1));
    static readonly Layout EventCounter = new(Status, EventCount);
    static readonly Layout EventLogHead = new(ByteCount, Status, EventCount, P.UInt16("modbus.ev_msg_count", "Message Count"));
    static readonly Layout Masks = new(Reference, P.UInt16("modbus.and_mask", "AND mask", FieldBase.Hex), P.UInt16("modbus.or_mask", "OR mask", FieldBase.Hex));
    static readonly Layout CountedData = new(ByteCount, Data.Counted(ByteCount));
    static readonly Layout Fifo = new(Reference);
    static readonly Field FifoBytes = P.UInt8("modbus.byte_cnt_16", "Byte Count (16-bit)");
    static readonly Layout FifoData = new(FifoBytes.Of(2), WordCount, Data.Counted(FifoBytes, plus: -2));

    static readonly Layout ReadWrite = new(
        P.UInt16("modbus.read_reference_num", "Read Reference Number"),
        P.UInt16("modbus.read_word_cnt", "Read Word Count"),
        P.UInt16("modbus.write_reference_num", "Write Reference Number"),
        P.UInt16("modbus.write_word_cnt", "Write Word Count"),
        ByteCount,
        Data.Counted(ByteCount));

    static readonly Layout FileRequest = new(ReferenceType, Reference32, WordCount);
    static readonly Layout FileWrite = new(ReferenceType, Reference32, WordCount, Data.Counted(WordCount, times: 2));
    static readonly Layout FileAnswer = new(ByteCount, ReferenceType);

    static readonly Layout Identify = new(ReadDeviceId, ObjectId);
    static readonly Layout Identification = new(
        ReadDeviceId,
        P.UInt8("modbus.conformity_level", "Conformity Level", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Basic Device Identification (stream)"), (0x2, "Regular Device Identification (stream)"),
        (0x3, "Extended Device Identification (stream)"), (0x81, "Basic Device Identification (stream and individual)"),
        (0x82, "Regular Device Identification (stream and individual)"), (0x83, "Extended Device Identification (stream and individual)")])),
        P.UInt8("modbus.more_follows", "More Follows", FieldBase.Hex),
        P.UInt8("modbus.next_object_id", "Next Object ID"),
        P.UInt8("modbus.num_objects", "Number of Objects"));

    static readonly Layout ObjectHead = new(ObjectId, ObjectLength);

    /// <summary>What a diagnostic function says; sections 6.8 and 6.8.1. Those that are missing carry data.</summary>
    static readonly Layout
        QueryData = new(P.Bytes("modbus.diagnostic.return_query_data.request", "Request Data").Rest()),
        EchoedData = new(P.Bytes("modbus.diagnostic.return_query_data.echo", "Echo Data").Rest()),
        Restart = new(P.UInt16("modbus.diagnostic.restart_communication_option", "Restart Communication Option", FieldBase.Hex,
            ValueNames.Of(() => [(0, "Leave Log"), (0xff, "Clear Log")]))),
        DiagnosticRegister = new(P.UInt16("modbus.diagnostic.return_diag_register", "Diagnostic Register Contents", FieldBase.Hex)),
        Delimiter = new(P.UInt8("modbus.diagnostic.ascii_input_delimiter", "CHAR", FieldBase.Hex)),
        Cleared = new(P.UInt16("modbus.diagnostic.clear_ctr_diag_reg", "Clear Counters & Diag Register Echo")),
        BusMessages = new(P.UInt16("modbus.diagnostic.bus_message_count", "Total Message Count")),
        BusErrors = new(P.UInt16("modbus.diagnostic.bus_comm_error_count", "CRC Error Count")),
        BusExceptions = new(P.UInt16("modbus.diagnostic.bus_exception_error_count", "Exception Error Count")),
        SlaveMessages = new(P.UInt16("modbus.diagnostic.slave_message_count", "Slave Message Count")),
        SlaveSilent = new(P.UInt16("modbus.diagnostic.no_slave_response_count", "Slave No Response Count")),
        SlaveRefused = new(P.UInt16("modbus.diagnostic.slave_nak_count", "Slave NAK Count")),
        SlaveBusy = new(P.UInt16("modbus.diagnostic.slave_busy_count", "Slave Device Busy Count")),
        Overruns = new(P.UInt16("modbus.diagnostic.bus_char_overrun_count", "Slave Character Overrun Count"));

    static readonly Field[] Received =
    [
        P.UInt8("modbus.ev_recv_comm_err", "Communication Error", mask: 0x02),
        P.UInt8("modbus.ev_recv_char_over", "Character Overrun", mask: 0x10),
        P.UInt8("modbus.ev_recv_lo_mode", "Currently in Listen Only Mode", mask: 0x20),
        P.UInt8("modbus.ev_recv_broadcast", "Broadcast Received", mask: 0x40),
    ];

    static readonly Field[] Sent =
    [
        P.UInt8("modbus.ev_send_read_ex", "Read Exception Sent", mask: 0x01),
        P.UInt8("modbus.ev_send_slave_abort_ex", "Slave Abort Exception Sent", mask: 0x02),
        P.UInt8("modbus.ev_send_slave_busy_ex", "Slave Busy Exception Sent", mask: 0x04),
        P.UInt8("modbus.ev_send_slave_nak_ex", "Slave Program NAK Exception Sent", mask: 0x08),
        P.UInt8("modbus.ev_send_write_timeout", "Write Timeout Error Occurred", mask: 0x10),
        P.UInt8("modbus.ev_send_lo_mode", "Currently in Listen Only Mode", mask: 0x20),
    ];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var turn = p.Engine.State<ModbusTurn>();
        int function = v.U8(0), code = function & FunctionMask;
        var tree = p.Open(P, v, parent);
        p.Add(tree, Function, v, 0);
        if (function != code)
        {
            int reason = v.U8(1);
            p.Add(tree, ExceptionCode, v, 1);
            string refused = FunctionNames.FindOr((ulong)code, "Unknown Function");
            if (ExceptionNames.Find((ulong)reason) is { } why)
            {
                p.Label(tree, $"Function {code}:  {refused}.  Exception: {why}");
            }
            else
            {
                p.Label(tree, $"Function {code}:  {refused}.  Exception: Unknown Exception Code ({reason})");
            }

            return v.Reported;
        }

        switch (turn.Direction)
        {
            case ModbusDirection.Query:
                Ask(p, v, tree, code, turn);
                break;
            case ModbusDirection.Response:
                Answer(p, v, tree, code, turn);
                break;
            default:
                break;
        }

        return v.Reported;
    }

    void Ask(Packet p, in View v, Node tree, int code, ModbusTurn turn)
    {
        int first = code is ReadCoils or ReadInputs or ReadHolding or ReadInputRegisters or WriteRegisters && v.Has(1, 2) ? v.U16(1) : 0;
        int many = code is ReadCoils or ReadInputs && v.Has(3, 2) ? v.U16(3) : 0;
        if (p.Conversation is not null && !p.IsQuoted)
        {
            p.Conversation.GetOrAdd<ModbusRequests>(this).Add(new(p.Number, turn.Transaction, code, first, many, p.Time));
        }

        int at;
        switch (code)
        {
            case WriteRegisters:
                at = p.AddRows(tree, v, 1, WordsAndCount);
                AddRegisters(p, v, tree, at, first, v.U8(at - 1));
                break;
            case ReadFile or WriteFile:
                p.AddRows(tree, v, 1, Count);
                AddGroups(p, v, tree, code == ReadFile ? FileRequest : FileWrite);
                break;
            case Encapsulated:
                AddTransport(p, v, tree, Identify);
                break;
            case Diagnostics:
                AddDiagnostics(p, v, tree, response: false);
                break;
            default:
                p.AddRows(tree, v, 1, QueryOf(code));
                break;
        }
    }

    void Answer(Packet p, in View v, Node tree, int code, ModbusTurn turn)
    {
        ModbusRequest request = default;
        if (p.Conversation is not null && p.Conversation.GetOrAdd<ModbusRequests>(this).Find(p.Number, turn.Transaction, code) is { } found)
        {
            request = found;
            p.Generated(p.AddUInt(tree, RequestFrame, v, 0, 0, (uint)found.Frame));
            p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - found.Time));
        }

        switch (code)
        {
            case ReadCoils or ReadInputs:
                p.AddRows(tree, v, 1, Count);
                AddBits(p, v, tree, 2, request.First, request.Count, v.U8(1));
                break;
            case ReadHolding or ReadInputRegisters:
                p.AddRows(tree, v, 1, Count);
                AddRegisters(p, v, tree, 2, request.First, v.U8(1));
                break;
            case EventLog:
                AddEvents(p, v, tree, p.AddRows(tree, v, 1, EventLogHead));
                break;
            case ReadFile:
                p.AddRows(tree, v, 1, Count);
                AddGroups(p, v, tree, FileAnswer);
                break;
            case WriteFile:
                p.AddRows(tree, v, 1, Count);
                AddGroups(p, v, tree, FileWrite);
                break;
            case Encapsulated:
                AddTransport(p, v, tree, Identification);
                break;
            case Diagnostics:
                AddDiagnostics(p, v, tree, response: true);
                break;
            default:
                p.AddRows(tree, v, 1, AnswerOf(code));
                break;
        }
    }

    static Layout QueryOf(int code) => code switch
    {
        ReadCoils or ReadInputs => Bits,
        ReadHolding or ReadInputRegisters => Words,
        5 => WriteCoil,
        6 => WriteRegister,
        7 or 11 or EventLog or 17 => Nothing,
        15 => WriteCoils,
        22 => Masks,
        23 => ReadWrite,
        24 => Fifo,
        _ => Rest,
    };

    static Layout AnswerOf(int code) => code switch
    {
        5 => WriteCoil,
        6 => WriteRegister,
        7 => ExceptionStatus,
        11 => EventCounter,
        15 => Bits,
        16 => Words,
        22 => Masks,
        23 => CountedData,
        24 => FifoData,
        _ => Rest,
    };

    static Layout DiagnosticOf(int code, bool response) => (code, response) switch
    {
        (0, false) => QueryData,
        (0, true) => EchoedData,
        (1, _) => Restart,
        (2, true) => DiagnosticRegister,
        (3, _) => Delimiter,
        (10, true) => Cleared,
        (11, true) => BusMessages,
        (12, true) => BusErrors,
        (13, true) => BusExceptions,
        (14, true) => SlaveMessages,
        (15, true) => SlaveSilent,
        (16, true) => SlaveRefused,
        (17, true) => SlaveBusy,
        (18, true) => Overruns,
        _ => Rest,
    };

    static void AddDiagnostics(Packet p, in View v, Node tree, bool response)
    {
        int code = v.U16(1);
        p.Add(tree, DiagnosticCode, v, 1);
        p.AddRows(tree, v, 3, DiagnosticOf(code, response));
    }

    /// <summary>One bit of each coil, the lowest first.</summary>
    static void AddBits(Packet p, in View v, Node tree, int at, int first, int count, int bytes)
    {
        // Without its request nobody knows how many of the last byte's bits are coils.
        count = count == 0 ? bytes * 8 : Math.Min(count, bytes * 8);
        v.Ensure(at, bytes);
        for (int i = 0; i < count && p.WantsFields; i++)
        {
            int value = v.U8(at + (i / 8)) >> (i % 8) & 1, number = (first + i) & 0xffff;
            var bit = p.AddText(tree, v, at + (i / 8), 1, $"Bit {number} : {value}");
            p.Generated(p.AddUInt(bit, BitNumber, v, at + (i / 8), 1, (uint)number));
            p.AddUInt(bit, BitValue, v, at + (i / 8), 1, (uint)value);
        }
    }

    static void AddRegisters(Packet p, in View v, Node tree, int at, int first, int bytes)
    {
        for (int i = 0; i + 1 < bytes || i < bytes; i += 2)
        {
            int value = v.U16(at + i), number = (first + (i / 2)) & 0xffff;
            var register = p.AddText(tree, v, at + i, 2, $"Register {number} (UINT16): {value}");
            p.AddUInt(register, RegisterNumber, v, at + i, 2, (uint)number);
            p.Add(register, RegisterValue, v, at + i);
        }
    }

    static void AddGroups(Packet p, in View v, Node tree, Layout group)
    {
        int at = 2, end = 2 + v.U8(1);
        for (int i = 0; at < end; i++)
        {
            int length = group == FileRequest ? 7 : group == FileWrite ? 7 + (2 * v.U16(at + 5)) : 1 + v.U8(at);
            var branch = p.AddText(tree, v, at, length, $"Group {i}");
            int after = p.AddRows(branch, v, at, group);
            if (group == FileAnswer)
            {
                // As Wireshark has it: not this group's data alone, but all that follows.
                p.Add(branch, Data, v, after, v.ReportedFrom(after));
            }

            at += length;
        }
    }

    static void AddEvents(Packet p, in View v, Node tree, int at)
    {
        int count = v.U8(1) - 6;
        if (count <= 0)
        {
            return;
        }

        var branch = p.AddText(tree, v, at, count, "Events");
        for (int end = at + count; at < end; at++)
        {
            byte what = v.U8(at);
            switch (what)
            {
                case 0:
                    p.AddText(branch, v, at, 1, "Initiated Communication Restart");
                    break;
                case 4:
                    p.AddText(branch, v, at, 1, "Entered Listen Only Mode");
                    break;
                case >= 0x40:
                    bool received = what >= 0x80;
                    var one = p.AddText(branch, v, at, 1, $"{(received ? "Receive" : "Send")} Event: 0x{what:X2}");
                    foreach (var bit in received ? Received : Sent)
                    {
                        p.Add(one, bit, v, at);
                    }

                    break;
                default:
                    p.AddText(branch, v, at, 1, "Unknown Event");
                    break;
            }
        }
    }

    static void AddTransport(Packet p, in View v, Node tree, Layout identification)
    {
        int type = v.U8(1);
        p.Add(tree, Transport, v, 1);
        if (type != DeviceIdentification)
        {
            p.Add(tree, Data, v, 1, v.ReportedFrom(1));
            return;
        }

        int at = p.AddRows(tree, v, 2, identification);
        if (identification == Identification)
        {
            AddObjects(p, v, tree, at, v.U8(at - 1));
        }
    }

    static void AddObjects(Packet p, in View v, Node tree, int at, int count)
    {
        var objects = p.AddText(tree, v, at, v.ReportedFrom(at), "Objects");
        for (int i = 1; i <= count; i++)
        {
            int id = v.U8(at), length = v.U8(at + 1);
            var one = p.AddText(objects, v, at, 2 + length, $"Object #{i}");
            at = p.AddRows(one, v, at, ObjectHead);
            p.Add(one, ObjectNames.Find((ulong)id) is null ? ObjectValue : ObjectText, v, at, length);
            at += length;
        }
    }
}

/// <summary>Which way a message goes; Modbus itself does not say it.</summary>
enum ModbusDirection
{
    Unknown, Query, Response,
}

/// <summary>What the header says that the message needs.</summary>
sealed class ModbusTurn
{
    public ModbusDirection Direction { get; private set; }

    public ushort Transaction { get; private set; }

    public void Set(ModbusDirection direction, ushort transaction) => (Direction, Transaction) = (direction, transaction);
}

/// <summary>A request: what its answer does not repeat.</summary>
readonly record struct ModbusRequest(int Frame, ushort Transaction, int Function, int First, int Count, Timestamp Time);

/// <summary>The latest requests of a conversation.</summary>
sealed class ModbusRequests
{
    const int Remembered = 64;

    readonly ModbusRequest[] ring = new ModbusRequest[Remembered];
    int added;

    public void Add(in ModbusRequest request) => ring[added++ % Remembered] = request;

    /// <summary>The newest request before a frame with an answer's transaction and function.</summary>
    public ModbusRequest? Find(int frame, ushort transaction, int function)
    {
        for (int i = added - 1; i >= 0 && i >= added - Remembered; i--)
        {
            ref readonly var one = ref ring[i % Remembered];
            if (one.Transaction == transaction && one.Function == function && one.Frame < frame)
            {
                return one;
            }
        }

        return null;
    }
}
