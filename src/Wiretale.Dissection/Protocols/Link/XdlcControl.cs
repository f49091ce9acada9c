using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: ISO/IEC 13239 (HDLC) section 5.3; IEEE 802.2 section 5.4.
//
//             bits 15..9   8    7..1   0          (two bytes, low one first)
//   I         N(R)         P/F  N(S)   0
//   S         N(R)         P/F  0000 SS 01
//   U                      one byte: MMM P/F MM 11

/// <summary>The control field that LLC, LAPB, LAPD and other children of HDLC share, in its extended (modulo 128) form.</summary>
/// <remarks>Each protocol declares its own fields for it.</remarks>
/// <param name="isByte">Whether the whole field is declared as one byte wide, as Frame Relay's is.</param>
sealed class XdlcControl(Protocol protocol, string prefix, bool isByte = false)
{
    const int PollFinal = 0x10;

    static readonly ValueNames FrameTypes = ValueNames.Of(() => [(0, "Information frame"), (1, "Supervisory frame"), (3, "Unnumbered frame")]);
    static readonly ValueNames SupervisoryTypes = ValueNames.Of(() => [(0, "Receiver ready"), (1, "Receiver not ready"), (2, "Reject"), (3, "Selective reject")]);
    static readonly string[] SupervisoryShort = ["RR", "RNR", "REJ", "SREJ"];

    static readonly (int Modifier, string Command, string Response, string CommandName, string ResponseName)[] Functions =
    [
        (0x00, "UI", "UI", "Unnumbered Information", "Unnumbered Information"),
        (0x08, "UP", "UP", "Unnumbered Poll", "Unnumbered Poll"),
        (0x10, "DISC", "RD", "Disconnect", "Request Disconnect"),
        (0x18, "UA", "UA", "Unnumbered Acknowledge", "Unnumbered Acknowledge"),
        (0x20, "SNRM", "SNRM", "Set Normal Response Mode", "Set Normal Response Mode"),
        (0x38, "TEST", "TEST", "Test", "Test"),
        (0x01, "SIM", "RIM", "Set Initialization Mode", "Request Initialization Mode"),
        (0x21, "FRMR", "FRMR", "Frame reject", "Frame reject"),
        (0x31, "CFGR", "CFGR", "Configure", "Configure"),
        (0x03, "SARM", "DM", "Set Asynchronous Response Mode", "Disconnected mode"),
        (0x0b, "SABM", "SABM", "Set Asynchronous Balanced Mode", "Set Asynchronous Balanced Mode"),
        (0x13, "SARME", "SARME", "Set Asynchronous Response Mode Extended", "Set Asynchronous Response Mode Extended"),
        (0x1b, "SABME", "SABME", "Set Asynchronous Balanced Mode Extended", "Set Asynchronous Balanced Mode Extended"),
        (0x23, "RESET", "RESET", "Reset", "Reset"),
        (0x2b, "XID", "XID", "Exchange identification", "Exchange identification"),
        (0x33, "SNRME", "SNRME", "Set Normal Response Mode Extended", "Set Normal Response Mode Extended"),
        (0x3b, "BCN", "BCN", "Beacon", "Beacon"),
    ];

    static readonly ValueNames Commands = ValueNames.Of(() => [.. Functions.Select(f => ((ulong)f.Modifier, f.CommandName))]);
    static readonly ValueNames Responses = ValueNames.Of(() => [.. Functions.Select(f => ((ulong)f.Modifier, f.ResponseName))]);
    static readonly ValueNames CommandsShort = ValueNames.Of(() => [.. Functions.Select(f => ((ulong)f.Modifier, f.Command))]);
    static readonly ValueNames ResponsesShort = ValueNames.Of(() => [.. Functions.Select(f => ((ulong)f.Modifier, f.Response))]);

    readonly Field control = isByte ? protocol.UInt8($"{prefix}.control", "Control Field", FieldBase.Hex) : protocol.UInt16($"{prefix}.control", "Control", FieldBase.Hex);
    readonly Field received = protocol.UInt16($"{prefix}.control.n_r", "N(R)", mask: 0xfe00);
    readonly Field sent = protocol.UInt16($"{prefix}.control.n_s", "N(S)", mask: 0x00fe);
    readonly Field poll = protocol.Flag($"{prefix}.control.p", "Poll", 8, 0x10, ValueNames.SetNotSet);
    readonly Field final = protocol.Flag($"{prefix}.control.f", "Final", 8, 0x10, ValueNames.SetNotSet);
    readonly Field pollExtended = protocol.Flag($"{prefix}.control.p", "Poll", 16, 0x100, ValueNames.SetNotSet);
    readonly Field finalExtended = protocol.Flag($"{prefix}.control.f", "Final", 16, 0x100, ValueNames.SetNotSet);
    readonly Field supervisory = protocol.UInt16($"{prefix}.control.s_ftype", "Supervisory frame type", FieldBase.Hex, SupervisoryTypes, 0x000c);
    readonly Field command = protocol.UInt8($"{prefix}.control.u_modifier_cmd", "Command", FieldBase.Hex, Commands, 0xec);
    readonly Field response = protocol.UInt8($"{prefix}.control.u_modifier_resp", "Response", FieldBase.Hex, Responses, 0xec);
    readonly Field informationType = protocol.UInt16($"{prefix}.control.ftype", "Frame type", FieldBase.Hex, FrameTypes, 0x0001);
    readonly Field supervisoryType = protocol.UInt16($"{prefix}.control.ftype", "Frame type", FieldBase.Hex, FrameTypes, 0x0003);
    readonly Field unnumberedType = protocol.UInt8($"{prefix}.control.ftype", "Frame type", FieldBase.Hex, FrameTypes, 0x03);

    /// <summary>What a control field says.</summary>
    /// <param name="Value">The field, one byte for U frames, two for others.</param>
    public readonly record struct Result(int Value, int Length)
    {
        /// <summary>Whether the frame carries a message of the protocol above: I and UI frames do.</summary>
        public bool HasPayload => (Value & 1) == 0 || (Length == 1 && (Value & 0xef) == 0x03);

        /// <summary>Whether it is an XID frame.</summary>
        public bool IsXid => Length == 1 && (Value & 0xef) == 0xaf;
    }

    /// <summary>Reads the control field, sets the Info column to what it says and adds its items.</summary>
    public Result Dissect(Packet p, in View v, Node tree, int at, bool isResponse)
    {
        int first = v.U8(at);
        if ((first & 3) == 3)
        {
            Unnumbered(p, v, tree, at, isResponse, first);
            return new(first, 1);
        }

        int value = v.U16LE(at);
        bool set = (value & 0x100) != 0;
        string mark = set ? isResponse ? " F" : " P" : "";
        int next = value >> 9;
        p.Info.Clear();
        var item = p.AddUInt(tree, control, v, at, 2, isByte ? (byte)value : (ulong)value);
        if ((value & 1) == 0)
        {
            int number = (value >> 1) & 0x7f;
            p.Info.Set($"I{mark}, N(R)={next}, N(S)={number}");
            p.Label(item, $"Control field: I{mark}, N(R)={next}, N(S)={number} (0x{value:X4})");
        }
        else
        {
            string name = SupervisoryShort[(value >> 2) & 3];
            p.Info.Set($"S{mark}, func={name}, N(R)={next}");
            p.Label(item, $"Control field: S{mark}, func={name}, N(R)={next} (0x{value:X4})");
        }

        p.AddLE(item, received, v, at);
        if ((value & 1) == 0)
        {
            p.AddLE(item, sent, v, at);
        }

        if (set)
        {
            p.AddUInt(item, isResponse ? finalExtended : pollExtended, v, at, 2, (ulong)value);
        }

        if ((value & 1) != 0)
        {
            p.AddLE(item, supervisory, v, at);
        }

        p.AddLE(item, (value & 1) == 0 ? informationType : supervisoryType, v, at);
        return new(value, 2);
    }

    void Unnumbered(Packet p, in View v, Node tree, int at, bool isResponse, int value)
    {
        bool set = (value & PollFinal) != 0;
        string mark = set ? isResponse ? " F" : " P" : "";
        int modifier = (value & 0xec) >> 2;
        string name = (isResponse ? ResponsesShort : CommandsShort).FindOr((ulong)modifier, "Unknown");
        p.Info.Set($"U{mark}, func={name}");
        if (!p.WantsFields)
        {
            return;
        }

        var item = p.AddUInt(tree, control, v, at, 1, (ulong)value);
        p.Label(item, $"Control field: U{mark}, func={name} (0x{value:X2})");
        if (set)
        {
            p.Add(item, isResponse ? final : poll, v, at);
        }

        p.Add(item, isResponse ? response : command, v, at);
        p.Add(item, unnumberedType, v, at);
    }
}
