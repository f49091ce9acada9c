using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Industry;

/// <summary>Blocks that are loaded into a controller and out of it, and what it is to do with them.</summary>
static class S7Blocks
{
    const int FileNameLength = 9, BlockNameLength = 8;

    static readonly Field Status = S7Comm.P.UInt8("s7comm.param.blockcontrol.functionstatus", "Function Status", FieldBase.Hex, blurb: "0=no error, 1=more data, 2=error");
    static readonly Layout StatusRows = new(Status.Summary(
        S7Comm.P.Flag("s7comm.param.blockcontrol.functionstatus.more", "More data following", 8, 0x1, blurb: "More data of the block/file can be retrieved with another request"),
        S7Comm.P.Flag("s7comm.param.blockcontrol.functionstatus.error", "Error", 8, 0x2, blurb: "An error occurred")));
    static readonly Field BlockUnknown = S7Comm.P.Bytes("s7comm.data.blockcontrol.unknown1", "Unknown byte(s) in blockcontrol");
    static readonly Field BlockError = S7Comm.P.UInt16("s7comm.data.blockcontrol.errorcode", "Errorcode", FieldBase.Hex, blurb: "Errorcode, 0 on success");
    static readonly Field UploadId = S7Comm.P.UInt32("s7comm.data.blockcontrol.uploadid", "UploadID", FieldBase.Hex);
    static readonly Field FileLength = S7Comm.P.UInt8("s7comm.param.blockcontrol.filename_len", "Filename Length", blurb: "Length following filename in bytes");
    static readonly Field FileName = S7Comm.P.String("s7comm.param.blockcontrol.filename", "Filename");
    static readonly Field FileIdentifier = S7Comm.P.String("s7comm.data.blockcontrol.file_identifier", "File identifier", "File identifier: '_'=complete module; '$'=Module header for up-loading");
    static readonly Field FileBlockType = S7Comm.P.String("s7comm.data.blockcontrol.block_type", "Block type");
    static readonly Field FileBlockNumber = S7Comm.P.String("s7comm.data.blockcontrol.block_number", "Block number");
    static readonly Field FileSystem = S7Comm.P.String("s7comm.data.blockcontrol.dest_filesys", "Destination filesystem");
    static readonly Field LengthLength = S7Comm.P.UInt8("s7comm.param.blockcontrol.upl_lenstring_len", "Blocklengthstring Length", blurb: "Length following blocklength string in bytes");
    static readonly Field LengthText = S7Comm.P.String("s7comm.param.blockcontrol.upl_lenstring", "Blocklength", "Length of the complete uploadblock in bytes, may be split into many PDUs");
    static readonly Field SecondLength = S7Comm.P.UInt8("s7comm.data.blockcontrol.part2_len", "Length part 2", blurb: "Length of part 2 in bytes");
    static readonly Layout SecondPart = new(
        SecondLength,
        S7Comm.P.String("s7comm.data.blockcontrol.part2_unknown", "Unknown char before load mem").Of(1),
        S7Comm.P.String("s7comm.data.blockcontrol.loadmem_len", "Length of load memory", "Length of load memory in bytes").Of(6),
        S7Comm.P.String("s7comm.data.blockcontrol.mc7code_len", "Length of MC7 code", "Length of MC7 code in bytes").Of(6));
    static readonly Field InvocationUnknown = S7Comm.P.Bytes("s7comm.param.pistart.unknown1", "Unknown bytes");
    static readonly Field BlockLength = S7Comm.P.UInt16("s7comm.param.pistart.parameterblock_len", "Parameter block length", blurb: "Length of Parameter block in bytes");
    static readonly Field InvocationBlock = S7Comm.P.Label("s7comm.param.pistart.parameterblock", "Parameter block");
    static readonly Field Argument = S7Comm.P.String("s7comm.param.pistart.argument", "Argument");
    static readonly Field Service = S7Comm.P.String("s7comm.param.pistart.servicename", "PI (program invocation) Service");
    static readonly Field StringLength = S7Comm.P.UInt8("s7comm.param.pi.n_x.string_len", "String length", blurb: "Length of the following string. If LengthByte + Stringlen is uneven, a fillbyte is added");
    static readonly Field BlockCount = S7Comm.P.UInt8("s7comm.data.plccontrol.block_cnt", "Number of blocks");
    static readonly Field InvocationByte = S7Comm.P.UInt8("s7comm.param.pi.inse.unknown", "Unknown byte", FieldBase.Hex);

    public static void Transfer(Packet p, in View v, Node tree, Node branch, int function, int at, int left, int data, bool isJob)
    {
        // The last answers of a load say nothing but that it is over.
        if (!isJob && function is S7Comm.RequestDownload or S7Comm.DownloadEnded or S7Comm.EndUpload)
        {
            return;
        }

        int dataAt = at + left;
        p.AddRows(branch, v, at++, StatusRows);
        if (!isJob && function is S7Comm.DownloadBlock or S7Comm.Upload)
        {
            if (data > 0)
            {
                BlockData(p, v, tree, dataAt, data);
            }

            return;
        }

        if (function is S7Comm.DownloadEnded or S7Comm.EndUpload)
        {
            var node = p.Add(branch, BlockError, v, at);
            p.Label(node, $"Errorcode: 0x{v.U16(at):x4} ({(S7Names.Error(v.U16(at)) is { } name ? name : "Unknown")})");
        }
        else
        {
            p.Add(branch, BlockUnknown, v, at, 2);
        }

        at += 2;
        if (function is S7Comm.StartUpload or S7Comm.Upload or S7Comm.EndUpload)
        {
            p.Add(branch, UploadId, v, at);
        }
        else
        {
            p.Add(branch, BlockUnknown, v, at, 4);
        }

        at += 4;
        if (function is S7Comm.Upload or S7Comm.EndUpload)
        {
            return;
        }

        if (!isJob)
        {
            p.Add(branch, LengthLength, v, at);
            p.Add(branch, LengthText, v, at + 1, v.U8(at));
            return;
        }

        int length = v.U8(at);
        p.Add(branch, FileLength, v, at);
        AddFile(p, v, branch, at + 1, length, hasIdentifier: true, " -> Block:[", "]");
        if (function == S7Comm.RequestDownload)
        {
            p.AddRows(branch, v, at + 1 + length, SecondPart);
        }
    }

    static void BlockData(Packet p, in View v, Node tree, int at, int length)
    {
        v.Ensure(at, length);
        var node = p.Add(tree, S7Comm.DataField, v, at, length);
        p.Add(node, S7Variables.DataLength, v, at);
        p.Add(node, BlockUnknown, v, at + 2, 2);
        if (length > 4)
        {
            p.Add(node, S7Variables.ItemData, v, at + 4, length - 4);
        }
    }

    static void AddFile(Packet p, in View v, Node branch, int at, int length, bool hasIdentifier, string before, string after)
    {
        var name = v.Span(at, length);
        var node = p.Add(branch, FileName, v, at, length);
        int start = hasIdentifier ? 1 : 0;
        string? type = length == BlockNameLength + start ? BlockType(v.U16(at + start)) : null;
        if (type is null)
        {
            p.Info.Append($" File:[{name}]");
            return;
        }

        var digits = name.Slice(start + 2, 5);
        int number = 0;
        foreach (byte digit in digits)
        {
            number = (number * 10) + Math.Clamp(digit - '0', 0, 9);
        }

        p.Info.Append($"{before}{type}{number}{after}");
        p.AppendLabel(node, hasIdentifier ? $" [{type}{number}]" : $" [{type} {number}]");
        if (hasIdentifier)
        {
            p.AppendLabel(p.Add(node, FileIdentifier, v, at, 1), name[0] switch { (byte)'_' => " (Complete Module)", (byte)'$' => " (Module header for up-loading)", _ => " (Unknown)" });
        }

        p.AppendLabel(p.Add(node, FileBlockType, v, at + start, 2), $" ({type})");
        p.Add(node, FileBlockNumber, v, at + start + 2, 5);
        p.AppendLabel(p.Add(node, FileSystem, v, at + start + 7, 1), FileSystemName(name[start + 7]));
    }

    public static string FileSystemName(byte system) => system switch
    {
        (byte)'P' => " (Passive (copied, but not chained) module)",
        (byte)'A' => " (Active embedded module)",
        (byte)'B' => " (Active as well as passive module)",
        _ => " (Unknown)",
    };

    public static string? BlockType(int type) => type switch
    {
        0x3038 => "OB",
        0x3039 => "CMod",
        0x3041 => "DB",
        0x3042 => "SDB",
        0x3043 => "FC",
        0x3044 => "SFC",
        0x3045 => "FB",
        0x3046 => "SFB",
        _ => null,
    };

    public static void Invocation(Packet p, in View v, Node branch, int at)
    {
        p.Add(branch, InvocationUnknown, v, at, 7);
        int length = v.U16(at + 7), block = at + 9, nameAt = block + length, nameLength = v.U8(nameAt);
        var name = v.Span(nameAt + 1, nameLength);
        p.Add(branch, BlockLength, v, at + 7);
        var blockTree = p.Add(branch, InvocationBlock, v, block, length);
        var service = S7Names.Service(name);
        if (service is "_INSE" or "_INS2" or "_DELE")
        {
            Blocks(p, v, blockTree, block, service);
        }
        else if (service is "P_PROGRAM" or "_MODU" or "_GARB")
        {
            var argument = v.Span(block, length);
            p.Info.Append($" -> {service}(");
            p.AppendLabel(branch, $" -> {service}(");
            p.AppendLabel(blockTree, ": (");
            if (length > 0)
            {
                p.Add(blockTree, Argument, v, block, length);
                p.Info.Append($"\"{argument}\"");
                p.AppendLabel(branch, $"\"{argument}\"");
                p.AppendLabel(blockTree, $"\"{argument}\"");
            }

            p.Info.Append(")"u8);
            p.AppendLabel(branch, ")");
            p.AppendLabel(blockTree, ")");
        }
        else
        {
            p.Info.Append($" -> [{name}]");
        }

        p.Add(branch, StringLength, v, nameAt);
        var node = p.Add(branch, Service, v, nameAt + 1, nameLength);
        if (service is null)
        {
            p.AppendLabel(node, " [Unknown PI Service]");
        }
        else
        {
            p.AppendLabel(node, $" [PI-Service {service} ({S7Names.Describe(service)})]");
        }
    }

    static void Blocks(Packet p, in View v, Node tree, int at, string service)
    {
        int count = v.U8(at);
        p.AddAll(tree, v, at, BlockCount, InvocationByte);
        p.Info.Append($" -> {service}(");
        for (int i = 0; i < count; i++)
        {
            AddFile(p, v, tree, at + 2 + (BlockNameLength * i), BlockNameLength, hasIdentifier: false, i > 0 ? ", " : "", "");
        }

        p.Info.Append(")"u8);
    }

    public static void Stop(Packet p, in View v, Node branch, int at)
    {
        p.Add(branch, InvocationUnknown, v, at, 5);
        p.Add(branch, SecondLength, v, at + 5);
        p.Add(branch, Service, v, at + 6, v.U8(at + 5));
    }
}
