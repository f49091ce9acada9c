using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 1350, options in RFC 2347 to 2349 and 7440.
//
//   1, 2: file NUL mode NUL *( option NUL value NUL )     3: block data     4: block     5: code text NUL     6: *( option NUL value NUL )

/// <summary>Trivial File Transfer Protocol: asked at port 69, answered from a port of its own.</summary>
public sealed class Tftp() : Dissector("tftp")
{
    const uint Port = 69;
    const int Read = 1, Write = 2, DataBlock = 3, Acknowledgement = 4, ErrorCode = 5, Options = 6;
    const int DefaultBlock = 512;

    static readonly Protocol P = new("Trivial File Transfer Protocol", "TFTP", "tftp");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [
        (1, "Read Request"), (2, "Write Request"), (3, "Data Packet"), (4, "Acknowledgement"), (5, "Error Code"),
        (6, "Option Acknowledgement"), (255, "Information (MSDP)")]);

    static readonly ValueNames Errors = ValueNames.Of(() => [
        (0, "Not defined"), (1, "File not found"), (2, "Access violation"), (3, "Disk full or allocation exceeded"),
        (4, "Illegal TFTP Operation"), (5, "Unknown transfer ID"), (6, "File already exists"), (7, "No such user"),
        (8, "Option negotiation failed")]);

    static readonly Field Opcode = P.UInt16("tftp.opcode", "Opcode", FieldBase.Dec, Opcodes, blurb: "TFTP message type");
    static readonly Field SourceFile = P.StringZ("tftp.source_file", "Source File", blurb: "TFTP source file name");
    static readonly Field DestinationFile = P.StringZ("tftp.destination_file", "Destination File", blurb: "TFTP destination file name");
    static readonly Field RequestFrame = P.FrameNumber("tftp.request_frame", "Request frame", blurb: "TFTP request is in frame");
    static readonly Field Type = P.StringZ("tftp.type", "Type", blurb: "TFTP transfer type");
    static readonly Field Block = P.UInt16("tftp.block", "Block", blurb: "Block number");
    static readonly Field FullBlock = P.UInt32("tftp.block.full", "Full Block Number", blurb: "Block number, adjusted for wrapping");
    static readonly Field Code = P.UInt16("tftp.error.code", "Error code", FieldBase.Dec, Errors, blurb: "Error code in case of TFTP error message");
    static readonly Field Message = P.StringZ("tftp.error.message", "Error message", blurb: "Error string in case of TFTP error message");
    static readonly Field OptionName = P.StringZ("tftp.option.name", "Option name");
    static readonly Field OptionValue = P.StringZ("tftp.option.value", "Option value");
    static readonly Field Unknown = P.Bytes("tftp.data", "Data");
    static readonly Expert Wraps = P.Expert("tftp.block.wrap", Severity.Note, ExpertGroup.Sequence, "TFTP block number is about to wrap");
    static readonly Expert Failed = P.Expert("tftp.error", Severity.Warning, ExpertGroup.Response, "TFTP ERROR packet");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var transfer = p.Conversation?.GetOrAdd<Transfer>(this) ?? new();
        p.SetProtocol("TFTP");
        int opcode = v.U16(0);
        p.Info.Clear();
        p.Info.Append(Opcodes.FindOr((ulong)opcode, "Unknown"));
        if (Opcodes.Find((ulong)opcode) is null)
        {
            p.Info.Append($" (0x{opcode:x4})");
        }

        var tree = p.Open(P, v, parent);
        p.Add(tree, Opcode, v, 0);
        if (opcode is Read or Write)
        {
            Ask(p, v, tree, opcode, transfer);
            return v.Reported;
        }

        if (transfer.File.Length > 0)
        {
            p.Generated(p.AddString(tree, DestinationFile, v, 0, 0, transfer.File));
            var node = p.Generated(p.AddUInt(tree, RequestFrame, v, 0, 0, (uint)transfer.Frame));
            p.Label(node, $"{(transfer.IsRead ? "Read" : "Write")} Request in frame {transfer.Frame}");
        }

        switch (opcode)
        {
            case DataBlock or Acknowledgement:
                Numbered(p, v, tree, parent, opcode, transfer);
                break;
            case ErrorCode:
                int code = v.U16(2);
                p.Add(tree, Code, v, 2);
                p.Add(tree, Message, v, 4, v.Reported - 4);
                p.Info.Append($", Code: {Errors.FindOr((ulong)code, "Unknown")}, Message: ");
                TextTalk.Say(p, Text(v, 4, out _));
                p.Expert(tree, Failed, v, 0, 0);
                break;
            case Options:
                OptionList(p, v, tree, 2, transfer);
                break;
            default:
                p.Add(tree, Unknown, v, 2, v.Reported - 2);
                break;
        }

        return v.Reported;
    }

    void Ask(Packet p, in View v, Node tree, int opcode, Transfer transfer)
    {
        var file = Text(v, 2, out int at);
        p.Add(tree, opcode == Read ? SourceFile : DestinationFile, v, 2, at - 2);
        p.Info.Append(", File: "u8);
        TextTalk.Say(p, file);
        int typeAt = at;
        var type = Text(v, at, out at);
        p.Add(tree, Type, v, typeAt, at - typeAt);
        p.Info.Append(", Transfer type: "u8);
        TextTalk.Say(p, type);
        if (p.IsQuoted)
        {
            OptionList(p, v, tree, at, new());
            return;
        }

        (transfer.Frame, transfer.File, transfer.IsRead, transfer.BlockSize) = (p.Number, file.ToArray(), opcode == Read, DefaultBlock);
        OptionList(p, v, tree, at, transfer);

        // RFC 1350 section 4: the answer comes from a port that the server chooses, to the one that asked.
        p.Engine.Conversations.Expect(PortKind.Udp, p.NetworkSource, p.SourcePort, 0, this, transfer);
    }

    static void Numbered(Packet p, in View v, Node tree, Node parent, int opcode, Transfer transfer)
    {
        int block = v.U16(2);
        long full = transfer.Full(block);
        var node = p.Add(tree, Block, v, 2);
        if (block == ushort.MaxValue && opcode == DataBlock)
        {
            p.Expert(node.Or(tree), Wraps, v, 2, 2);
        }

        p.Generated(p.AddUInt(tree, FullBlock, v, 2, 2, (ulong)full));
        p.Info.Append($", Block: {full}");
        if (opcode != DataBlock)
        {
            return;
        }

        if (v.Reported - 4 < transfer.BlockSize)
        {
            p.Info.Append(" (last)"u8);
        }

        p.CallData(v.From(4), parent);
    }

    static void OptionList(Packet p, in View v, Node tree, int at, Transfer transfer)
    {
        while (at < v.Reported)
        {
            int start = at;
            var name = Text(v, at, out int valueAt);
            var value = Text(v, valueAt, out at);
            var branch = p.AddText(tree, v, start, at - start, "Option: ");
            p.AppendLabel(branch, $"{HttpText.Formatted(p, name)} = ");
            p.AppendLabel(branch, $"{HttpText.Formatted(p, value)}");
            p.Add(branch.Or(tree), OptionName, v, start, valueAt - start);
            p.Add(branch.Or(tree), OptionValue, v, valueAt, at - valueAt);
            p.Info.Append(", "u8);
            TextTalk.Say(p, name);
            p.Info.Append("="u8);
            TextTalk.Say(p, value);
            if (System.Text.Ascii.EqualsIgnoreCase(name, "blksize"u8) && HttpText.Decimal(value) is > 7 and < 65465 and var size)
            {
                transfer.BlockSize = (int)size;
            }
        }
    }

    /// <summary>The text up to the NUL at its end; without one the bytes have ended too early.</summary>
    static ReadOnlySpan<byte> Text(in View v, int at, out int next)
    {
        int end = v.IndexOf(0, at);
        if (end < 0)
        {
            v.ThrowShort(v.Captured, 1);
        }

        next = end + 1;
        return v.Bytes[at..end];
    }

    /// <summary>What was asked for, and how far it has come.</summary>
    sealed class Transfer
    {
        int last, wraps;

        public int Frame, BlockSize = DefaultBlock;
        public byte[] File = [];
        public bool IsRead;

        /// <summary>The block's number, counted on where 16 bits end.</summary>
        public long Full(int block)
        {
            const int Half = 0x8000;
            if (last - block > Half)
            {
                wraps++;
            }
            else if (block - last > Half && wraps > 0)
            {
                wraps--;
            }

            last = block;
            return ((long)wraps << 16) | (uint)block;
        }
    }
}
