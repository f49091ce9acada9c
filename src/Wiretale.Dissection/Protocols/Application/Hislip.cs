using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: IVI-6.1, High-Speed LAN Instrument Protocol 1.0. TCP port 4880: two connections, one of them asynchronous.
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | "HS"                          | Message type  | Control code  |
//   +---------------+---------------+---------------+---------------+
//   | Message parameter                                             |
//   | Payload length (8 bytes), payload                             |
//   +---------------+---------------+---------------+---------------+

/// <summary>High-Speed LAN Instrument Protocol.</summary>
public sealed class Hislip() : Dissector("hislip")
{
    const int HeaderLength = 16, ControlAt = 3, ParameterAt = 4, LengthAt = 8, LongestPayload = 1 << 28;
    const int Initialize = 0, InitializeResponse = 1, FatalError = 2, Error = 3, AsyncLock = 4, AsyncLockResponse = 5, Data = 6, DataEnd = 7, DeviceClearComplete = 8,
        DeviceClearAcknowledge = 9, RemoteLocalControl = 10, Trigger = 12, Interrupted = 13, AsyncInterrupted = 14, MaximumSize = 15, MaximumSizeResponse = 16,
        AsyncInitialize = 17, AsyncInitializeResponse = 18, StatusQuery = 21, StatusResponse = 22, LockInfoResponse = 25;

    static readonly Protocol P = new("High-Speed LAN Instrument Protocol", "HiSLIP", "hislip");
    static readonly ValueNames Types = ValueNames.Ranges(() => [
        (0, 0, "Initialize"), (1, 1, "InitializeResponse"), (2, 2, "FatalError"), (3, 3, "Error"), (4, 4, "AsyncLock"), (5, 5, "AsyncLockResponse"),
        (6, 6, "Data"), (7, 7, "DataEnd"), (8, 8, "DeviceClearComplete"), (9, 9, "DeviceClearAcknowledge"), (10, 10, "AsyncRemoteLocalControl"),
        (11, 11, "AsyncRemoteLocalResponse"), (12, 12, "Trigger"), (13, 13, "Interrupted"), (14, 14, "AsyncInterrupted"),
        (15, 15, "AsyncMaximumMessageSize"), (16, 16, "AsyncMaximumMessageSizeResponse"), (17, 17, "AsyncInitialize"),
        (18, 18, "AsyncInitializeResponse"), (19, 19, "AsyncDeviceClear"), (20, 20, "AsyncServiceRequest"), (21, 21, "AsyncStatusQuery"),
        (22, 22, "AsyncStatusResponse"), (23, 23, "AsyncDeviceClearAcknowledge"), (24, 24, "AsyncLockInfo"), (25, 25, "AsyncLockInfoResponse"),
        (26, 127, "reserved for future use"), (128, 255, "VendorSpecific")]);
    static readonly ValueNames Modes = ValueNames.Of(() => [(0, "Prefer Synchronized"), (1, "Prefer Overlap")]);
    static readonly ValueNames Locks = ValueNames.Of(() => [(0, "No exclusive lock granted"), (1, "Exclusive lock granted")]);
    static readonly ValueNames Remotes = ValueNames.Of(() => [
        (0, "Disable remote"), (1, "Enable remote"), (2, "Disable remote and go to local"), (3, "Enable remote and go to remote"),
        (4, "Enable remote and lock out local"), (5, "Enable remote, go to remote, and set local lockout"),
        (6, "go to local without changing state of remote enable")]);
    static readonly ValueNames Delivered = ValueNames.Of(() => [(0, "RMT was not delivered"), (1, "RMT was delivered")]);
    static readonly Field Synchronous = P.Label("hislip.syn", "Synchronous Channel", "This is the HiSLIP Synchronous Channel");
    static readonly Field Asynchronous = P.Label("hislip.asyn", "Asynchronous Channel", "This is the HiSLIP Asynchronous Channel");
    static readonly Field RequestFrame = P.FrameNumber("hislip.response", "Request", "This is a response to the HiSLIP request in this frame");
    static readonly Field Prologue = P.String("hislip.prologue", "Prologue", "HiSLIP Message Prologue (should be \"HS\")");
    static readonly Field Type = P.UInt8("hislip.messagetype", "Message Type", FieldBase.Hex, Types);
    static readonly Field Control = P.UInt8("hislip.controlcode", "Control Code");
    static readonly Field RmtControl = P.UInt8("hislip.controlcode.rmt", "Control Code", FieldBase.Hex, Delivered);
    static readonly Field ModeControl = P.UInt8("hislip.controlcode.overlap", "Control Code", FieldBase.Hex, Modes);
    static readonly Field LockInfoControl = P.UInt8("hislip.controlcode.asynclockinforesponse", "Control Code", FieldBase.Hex, Locks);
    static readonly Field LockControl = P.UInt8("hislip.controlcode.asynclockcode", "Control Code", FieldBase.Hex, ValueNames.Of(() => [(0, "Release"), (1, "Request")]));
    static readonly Field LockAnswer = P.UInt8("hislip.controlcode.asynclockresponse", "Control Code", FieldBase.Hex, ValueNames.Of(() => [(1, "Success exclusive"), (2, "Success shared"), (3, "Error")]));
    static readonly Field RemoteControl = P.UInt8("hislip.controlcode.asyncremotelocalcontrol", "Control Code", FieldBase.Hex, Remotes);
    static readonly Field Features = P.UInt8("hislip.controlcode.featurenegotiation", "Control Code", FieldBase.Hex, ValueNames.Of(() => [(0, "Synchronized mode"), (1, "Overlapped mode")]));
    static readonly Field StatusByte = P.UInt8("hislip.controlcode.stb", "STB", FieldBase.Hex);
    static readonly Field FatalCode = P.UInt8("hislip.fatalerrcode", "Fatalerror Code", FieldBase.Hex, ValueNames.Ranges(() => [
        (0, 0, "Unidentified error"), (1, 1, "Poorly formed message header"), (2, 2, "Attempt to use connection without both channels established"),
        (3, 3, "Invalid Initialization Sequence"), (4, 4, "Server refused connection due to maximum number of clients exceeded"),
        (5, 127, "Reserved for HiSLIP extensions"), (128, 255, "Device defined errors")]));
    static readonly Field ErrorCode = P.UInt8("hislip.nonfatalerrorcode", "Nonfatalerror Code", FieldBase.Hex, ValueNames.Ranges(() => [
        (0, 0, "Unidentified error"), (1, 1, "Unrecognized Message Type"), (2, 2, "Unrecognized control code"),
        (3, 3, "Unrecognized Vendor Defined Message"), (4, 4, "Message too large"), (5, 127, "Reserved for HiSLIP extensions"),
        (128, 255, "Device defined errors")]));
    static readonly Field Parameter = P.Label("hislip.msgpara", "Message Parameter");
    static readonly Field MessageId = P.UInt32("hislip.msgpara.messageid", "MessageID", FieldBase.Hex);
    static readonly Field Session = P.UInt16("hislip.msgpara.sessionid", "SessionID", FieldBase.Hex);
    static readonly Field ServerVersion = P.UInt16("hislip.msgpara.servproto", "Server version", FieldBase.Hex);
    static readonly Field ClientVersion = P.UInt16("hislip.msgpara.clientproto", "Client version", FieldBase.Hex);
    static readonly Field Vendor = P.UInt16("hislip.msgpara.vendorID", "VendorID", FieldBase.Hex, ValueNames.Of(() => [
        (0x4143, "Applicos BV"), (0x4144, "Ando Electric Company Limited"), (0x4146, "Aeroflex Laboratories"), (0x4147, "Agilent Technologies"),
        (0x4149, "AIM GmbH"), (0x414d, "AMP Incorporated"), (0x414e, "Analogic, Corp."), (0x414f, "AOIP Instrumentation"),
        (0x4150, "Audio Precision, Inc"), (0x4151, "Acqiris"), (0x4153, "ASCOR Incorporated"), (0x4154, "Thurlby Thandar Instruments Limited"),
        (0x4155, "Anritsu Company"), (0x4156, "Advantest Corporation"), (0x4241, "BAE Systems"), (0x4242, "B&B Technologies"),
        (0x424b, "Bruel & Kjaer"), (0x4255, "Bustec Production Ltd."), (0x4341, "CAL-AV Labs, Inc."), (0x4343, "Compressor Controls Corporation"),
        (0x4348, "C&H Technologies, Inc."), (0x4349, "Cambridge Instruments"), (0x4359, "CYTEC Corporation"), (0x4450, "Directed Perceptions Inc."),
        (0x4453, "DSP Technology Inc."), (0x4456, "IBEKO POWER AB"), (0x464c, "Fluke Company Inc."), (0x464f, "fos4X GmbH"),
        (0x4749, "EIP Microwave, Inc."), (0x474b, "gnubi communications, Inc."), (0x4750, "Hewlett-Packard Company"), (0x4752, "GenRad"),
        (0x4754, "Giga-tronics, Inc."), (0x4848, "Hoecherl & Hackl GmbH"), (0x4943, "Integrated Control Systems"),
        (0x4945, "Instrumentation Engineering, Inc."), (0x4946, "IFR"), (0x4953, "Intepro Systems"), (0x4b45, "Keithley Instruments"),
        (0x4b49, "Kikusui Inc."), (0x4b50, "Kepco, Inc."), (0x4b53, "KineticSystems, Corp."), (0x4b54, "Keysight Technologies (Reserved)"),
        (0x4c43, "LeCroy"), (0x4c50, "LitePoint Corporation"), (0x4d41, "North Atlantic Instruments"), (0x4d48, "NH Research"),
        (0x4d49, "Marconi Instruments"), (0x4d50, "MAC Panel Company"), (0x4d53, "Microscan"), (0x4d54, "ManTech Test Systems"),
        (0x4d57, "Pacific MindWorks, Inc."), (0x4e44, "Newland Design + Associate, Inc."), (0x4e49, "National Instruments Corp."),
        (0x4e54, "NEUTRIK AG"), (0x5043, "Picotest"), (0x5045, "PesMatrix Inc."), (0x5049, "Pickering Interfaces"), (0x504d, "Phase Metrics"),
        (0x5054, "Power-Tek Inc."), (0x5241, "Radisys Corp."), (0x5246, "ThinkRF Corporation"), (0x5249, "Racal Instruments, Inc."),
        (0x5253, "Rohde & Schwarz GmbH"), (0x5343, "Scicom"), (0x5349, "SignalCraft Technologies Inc."), (0x534c, "Schlumberger Technologies"),
        (0x5352, "Scientific Research Corporation"), (0x5353, "Spectrum Signal Processing, Inc."), (0x5354, "Sony/Tekronix Corporation"),
        (0x5441, "Talon Instruments"), (0x5445, "Teradyne"), (0x544b, "Tektronix, Inc."), (0x544d, "Transmagnetics, Inc."),
        (0x5453, "Test & Measurement Systems Inc."), (0x5454, "TTI Testron, Inc."), (0x554e, "Holding 'Informtest'"),
        (0x5553, "Universal Switching Corporation"), (0x5641, "VXIbus Associates, Inc."), (0x5645, "Vencon Technologies Inc."),
        (0x5650, "Virginia Panel, Corp."), (0x5654, "VXI Technology, Inc."), (0x5747, "Wandel & Goltermann"), (0x5754, "Wavetek Corp."),
        (0x575a, "Welzek"), (0x594b, "Yokogawa Electric Corporation"), (0x5a54, "ZTEC")]));
    static readonly Field Clients = P.UInt32("hislip.msgpara.clients", "HiSLIP clients holding locks");
    static readonly Field Timeout = P.UInt32("hislip.msgpara.timeout", "Timeout[ms]");
    static readonly Field Length = P.UInt64("hislip.payloadlength", "Payload Length");
    static readonly Field Payload = P.String("hislip.data", "Data", "HiSLIP Payload");
    static readonly Field LargestMessage = P.UInt64("hislip.maxmsgsize", "Max Message Size");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 4880);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) =>
        v.Captured >= 2 && v.U16(0) != (('H' << 8) | 'S')
            ? 0
            : Tcp.Pdus(p, v, parent, HeaderLength, static (p, in v, at) => HeaderLength + (int)Math.Min(v.U64(at + LengthAt), LongestPayload), One);

    static void One(Packet p, in View v, Node parent)
    {
        int type = v.U8(2), control = v.U8(ControlAt);
        uint parameter = v.U32(ParameterAt);
        var session = p.Conversation?.GetOrAdd<Channel>(p.Current!) ?? new Channel();
        string name = Types.FindOr((ulong)type, "Unknown");
        p.SetProtocol("HiSLIP");
        p.Info.Set(name);
        var tree = p.Open(P, v, parent);
        bool isSynchronous = type is Initialize or InitializeResponse or FatalError or Error or Data or DataEnd or DeviceClearComplete or DeviceClearAcknowledge or Trigger or Interrupted;
        p.Label(tree, $"High-Speed LAN Instrument Protocol ({(isSynchronous ? "Synchron" : "Asynchron")}), {name}");
        p.Generated(p.Add(tree, isSynchronous ? Synchronous : Asynchronous, v, 0, 0));
        if (type is InitializeResponse or AsyncLockResponse or MaximumSizeResponse or AsyncInitializeResponse or StatusResponse or LockInfoResponse && session.Request != 0)
        {
            p.Generated(p.AddUInt(tree, RequestFrame, v, 0, 0, (uint)session.Request));
        }

        p.Add(tree, Prologue, v, 0, 2);
        p.Add(tree, Type, v, 2);
        bool hasPayload = v.Reported > HeaderLength, isLockRequest = type == AsyncLock && control == 1;
        var code = p.Add(tree, ControlOf(type), v, ControlAt);
        SayControl(p, tree, code, type, control, hasPayload, session);
        AddParameter(p, v, tree, type, isLockRequest);
        if (type is Data or DataEnd or Trigger or Interrupted or AsyncInterrupted or StatusQuery)
        {
            p.AppendLabel(tree, $", MessageId: 0x{parameter:x8}");
        }

        p.Add(tree, Length, v, LengthAt);
        AddPayload(p, v, tree, type);
        if (type is Initialize or AsyncLock or MaximumSize or AsyncInitialize or StatusQuery or LockInfoResponse - 1)
        {
            (session.Request, session.IsRelease) = (p.Number, type == AsyncLock && control == 0);
        }
    }

    static Field ControlOf(int type) => type switch
    {
        InitializeResponse => ModeControl,
        FatalError => FatalCode,
        Error => ErrorCode,
        AsyncLock => LockControl,
        AsyncLockResponse => LockAnswer,
        Data or DataEnd or Trigger or StatusQuery => RmtControl,
        DeviceClearComplete or DeviceClearAcknowledge => Features,
        RemoteLocalControl => RemoteControl,
        StatusResponse => StatusByte,
        LockInfoResponse => LockInfoControl,
        _ => Control,
    };

    /// <summary>What the control code says in the Info column and the heading.</summary>
    static void SayControl(Packet p, Node tree, Node code, int type, int control, bool hasPayload, Channel session)
    {
        string? text = type switch
        {
            InitializeResponse => Modes.Find((ulong)control),
            LockInfoResponse => Locks.Find((ulong)control),
            RemoteLocalControl => Remotes.Find((ulong)control),
            AsyncLockResponse => control switch { 0 => "Failure", 1 => session.IsRelease ? "Success exclusive" : "Success", 2 => "Success shared", _ => "Error" },
            _ => null,
        };
        if (text is not null)
        {
            p.Info.Append($" [{text}]");
            p.AppendLabel(tree, $", {text}");
        }

        if (type == AsyncLockResponse)
        {
            p.Label(code, $"Control Code: {text} (0x{control:x2})");
        }
        else if (type == AsyncLock && control == 0)
        {
            p.Info.Append(" [Release]"u8);
            p.AppendLabel(tree, ", Release");
        }
        else if (type == AsyncLock)
        {
            string kind = hasPayload ? "Shared" : "Exclusive";
            p.Info.Append($" [Request {kind}]");
            p.AppendLabel(tree, $", Request ({kind})");
            p.AppendLabel(code, $"[{kind}]");
        }
        else if (type == StatusResponse)
        {
            p.Info.Append($" STB (0x{control:x})");
            p.AppendLabel(tree, $", STB (0x{control:x})");
        }
    }

    static void AddParameter(Packet p, in View v, Node tree, int type, bool isLockRequest)
    {
        var node = p.Add(tree, Parameter, v, ParameterAt, 4);
        switch (type)
        {
            case Initialize:
                p.AddAll(node, v, ParameterAt, ClientVersion, Vendor);
                break;
            case InitializeResponse:
                p.AddAll(node, v, ParameterAt, ServerVersion, Session);
                break;
            case AsyncInitialize:
                p.Add(node, Session, v, ParameterAt + 2);
                break;
            case AsyncInitializeResponse:
                p.Add(node, Vendor, v, ParameterAt + 2);
                break;
            case LockInfoResponse:
                p.Add(node, Clients, v, ParameterAt);
                break;
            case AsyncLock:
                p.Add(node, isLockRequest ? Timeout : MessageId, v, ParameterAt);
                break;
            case Data or DataEnd or RemoteLocalControl or Trigger or Interrupted or AsyncInterrupted or StatusQuery:
                p.Add(node, MessageId, v, ParameterAt);
                break;
        }
    }

    static void AddPayload(Packet p, in View v, Node tree, int type)
    {
        int length = v.ReportedFrom(HeaderLength);
        if (length <= 0)
        {
            return;
        }

        if (type is MaximumSize or MaximumSizeResponse && length >= 8)
        {
            ulong size = v.U64(HeaderLength);
            double megabytes = size / (1024.0 * 1024.0);
            p.Label(p.Add(tree, LargestMessage, v, HeaderLength), $"Max Message Size: {size} bytes ({megabytes:0.00} Mbytes)");
            p.Info.Append($" Max Message Size: {megabytes:0.00} Mbytes");
            return;
        }

        p.Add(tree, Payload, v, HeaderLength, length);
        if (type is Data or DataEnd or Initialize or FatalError or Error && p.Info.Writable)
        {
            p.Info.Append(" "u8);
            foreach (byte b in v.Span(HeaderLength, Math.Min(length, v.CapturedFrom(HeaderLength))))
            {
                if (b == '\n')
                {
                    p.Info.Append("\\n"u8);
                }
                else
                {
                    p.Info.Append($"{(b is >= 0x20 and < 0x7f ? (char)b : '.')}");
                }
            }
        }
    }

    /// <summary>What was asked last on one of the two connections.</summary>
    sealed class Channel
    {
        public int Request { get; set; }

        public bool IsRelease { get; set; }
    }
}
