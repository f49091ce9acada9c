using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Text;

// Specification: RFC 854 (commands), RFC 855 (options); RFC 856 to 861, 1073 (window size), 1079 (speed), 1091 (type), 1184 (linemode), 1408, 1572.
//
//   text ... IAC command        IAC WILL/WONT/DO/DONT option        IAC SB option data IAC SE        IAC IAC is a byte of 255

/// <summary>Telnet: a terminal over the network.</summary>
public sealed class Telnet() : Dissector("telnet")
{
    const byte Iac = 255, Suboption = 250, SuboptionEnd = 240, Will = 251, Dont = 254;
    const int TerminalType = 24, WindowSize = 31, FlowControl = 33, DisplayLocation = 35;

    static readonly Protocol P = new("Telnet", "TELNET", "telnet");
    static readonly ValueNames Commands = ValueNames.Of(() => [
        (236, "End of File"), (237, "Suspend Current Process"), (238, "Abort Process"), (239, "End of Record"), (240, "Suboption End"),
        (241, "No Operation"), (242, "Data Mark"), (243, "Break"), (244, "Interrupt Process"), (245, "Abort Output"),
        (246, "Are You There?"), (247, "Escape Character"), (248, "Erase Line"), (249, "Go Ahead"), (254, "Don't"), (253, "Do"),
        (252, "Won't"), (251, "Will"), (250, "Suboption")]);

    static readonly ValueNames Options = ValueNames.Of(() => [
        (0, "Binary Transmission"), (1, "Echo"), (2, "Reconnection"), (3, "Suppress Go Ahead"), (4, "Approx Message Size Negotiation"),
        (5, "Status"), (6, "Timing Mark"), (7, "Remote Controlled Trans and Echo"), (8, "Output Line Width"), (9, "Output Page Size"),
        (10, "Output Carriage-Return Disposition"), (11, "Output Horizontal Tab Stops"), (12, "Output Horizontal Tab Disposition"),
        (13, "Output Formfeed Disposition"), (14, "Output Vertical Tabstops"), (15, "Output Vertical Tab Disposition"),
        (16, "Output Linefeed Disposition"), (17, "Extended ASCII"), (18, "Logout"), (19, "Byte Macro"), (20, "Data Entry Terminal"),
        (21, "SUPDUP"), (22, "SUPDUP Output"), (23, "Send Location"), (24, "Terminal Type"), (25, "End of Record"),
        (26, "TACACS User Identification"), (27, "Output Marking"), (28, "Terminal Location Number"), (29, "Telnet 3270 Regime"),
        (30, "X.3 PAD"), (31, "Negotiate About Window Size"), (32, "Terminal Speed"), (33, "Remote Flow Control"), (34, "Linemode"),
        (35, "X Display Location"), (36, "Environment Option"), (37, "Authentication Option"), (38, "Encryption Option"),
        (39, "New Environment Option"), (40, "TN3270E"), (41, "XAUTH"), (42, "CHARSET"), (43, "Remote Serial Port"),
        (44, "COM Port Control"), (45, "Suppress Local Echo"), (46, "START TLS"), (47, "KERMIT"), (48, "SEND-URL"), (49, "FORWARD_X")]);

    static readonly Field Command = P.UInt8("telnet.cmd", "Command", FieldBase.Dec, Commands);
    static readonly Field Option = P.UInt8("telnet.subcmd", "Subcommand");
    static readonly Field Data = P.String("telnet.data", "Data");
    static readonly Field OptionData = P.Bytes("telnet.option_data", "Option data");
    static readonly Field Width = P.UInt16("telnet.naws_subopt.width", "Width");
    static readonly Field Height = P.UInt16("telnet.naws_subopt.height", "Height");
    static readonly Field Value = P.String("telnet.string_subopt.value", "Value");
    static readonly Field FlowCommand = P.UInt8("telnet.rfc_subopt.cmd", "Command", FieldBase.Dec, ValueNames.Of(() =>
        [(0, "OFF"), (1, "ON"), (2, "RESTART-ANY"), (3, "RESTART-XON")]));
    static readonly Expert BadLength = P.Expert("telnet.suboption_length.invalid", Severity.Warning, ExpertGroup.Protocol, "Bogus suboption data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 23, 2323);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("TELNET");
        p.Info.Set("Telnet Data ..."u8);
        var tree = p.Open(P, v, parent);
        int at = 0;
        while (at < v.Captured)
        {
            int command = FindCommand(v.Bytes, at);
            Text(p, v, tree, at, command);
            at = command < v.Captured ? OneCommand(p, v, tree, command) : command;
        }

        return v.Reported;
    }

    /// <summary>The next IAC that is not doubled, or the end.</summary>
    static int FindCommand(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            int i = bytes[at..].IndexOf(Iac);
            if (i < 0)
            {
                break;
            }

            at += i;
            if (at + 1 >= bytes.Length || bytes[at + 1] != Iac)
            {
                return at;
            }

            at += 2;
        }

        return bytes.Length;
    }

    static void Text(Packet p, in View v, Node tree, int at, int end)
    {
        while (at < end)
        {
            int line = v.Bytes[at..end].IndexOf((byte)'\n');
            int next = line < 0 ? end : at + line + 1;
            p.Add(tree, Data, v, at, next - at);
            at = next;
        }
    }

    static int OneCommand(Packet p, in View v, Node tree, int at)
    {
        int command = v.U8(at + 1);
        string name = Commands.FindOr((ulong)command, "<unknown option>");
        if (command is not (Suboption or (>= Will and <= Dont)))
        {
            var plain = p.AddText(tree, v, at, 2, $"{name}").Or(tree);
            p.Add(plain, Command, v, at + 1);
            return at + 2;
        }

        int option = v.U8(at + 2);
        string what = Options.FindOr((ulong)option, "<unknown option>");
        int end = command == Suboption ? FindCommand(v.Bytes, at + 3) : at + 3;
        var branch = p.AddText(tree, v, at, end - at, $"{name} {what}").Or(tree);
        p.Add(branch, Command, v, at + 1);
        var node = p.Add(branch, Option, v, at + 2);
        p.Label(node, $"Subcommand: {what}");
        if (command == Suboption && end > at + 3)
        {
            Inside(p, v, node.Or(branch), option, at + 3, end);
        }

        return end;
    }

    static void Inside(Packet p, in View v, Node tree, int option, int at, int end)
    {
        int length = end - at;
        switch (option)
        {
            case WindowSize when length == 4:
                p.AddAll(tree, v, at, Width, Height);
                break;
            case WindowSize:
                p.Expert(tree, BadLength, v, at, length, $"Suboption parameter length is {length}, should be 4");
                break;
            case TerminalType or DisplayLocation when v.Bytes[at] <= 1:
                bool isValue = v.Bytes[at] == 0;
                var which = p.AddText(tree, v, at, length, isValue ? "Here's my " : "Send your ");
                p.AppendLabel(which, Options.FindOr((ulong)option, ""));
                if (isValue && length > 1)
                {
                    p.Add(tree, Value, v, at + 1, length - 1);
                }

                break;
            case FlowControl when length == 1:
                p.Add(tree, FlowCommand, v, at);
                break;
            default:
                p.Add(tree, OptionData, v, at, length);
                break;
        }
    }
}
