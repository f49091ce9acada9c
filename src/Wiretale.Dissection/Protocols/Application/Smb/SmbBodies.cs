using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.DceRpc;
using static Wiretale.Dissection.Protocols.Application.Smb.SmbMessages;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <content>The bodies: [MS-CIFS] section 2.2.4. Offsets in them count from the header.</content>
public sealed partial class Smb
{
    const int CreateDirectory = 0x00, DeleteDirectory = 0x01, Open = 0x02, Close = 0x04, Delete = 0x06, QueryInformation = 0x08, Write = 0x0b, CheckDirectory = 0x10,
        Transaction = 0x25, OpenAndX = 0x2d, ReadAndX = 0x2e, WriteAndX = 0x2f, Trans2 = 0x32, Trans2Secondary = 0x33, SessionSetup = 0x73, TreeConnect = 0x75, Search = 0x81,
        NtTrans = 0xa0, NtCreate = 0xa2;

    const int FindFirst = 1, QueryFileSystem = 3, QueryPath = 5, SetPath = 6, QueryFile = 7, SetFile = 8;

    static void Body(Packet p, in View v, Node tree, ref Message m)
    {
        int w = m.WordsAt, at = m.BytesAt;
        switch (m.Command, m.IsResponse)
        {
            case (CreateDirectory or DeleteDirectory or CheckDirectory, false):
                Named(p, v, tree, m, DirName, "Directory", at + 1);
                break;
            case (Open or Delete or QueryInformation, false):
                Named(p, v, tree, m, SmbFile, "Path", at + 1);
                break;
            case (Search, false):
                Named(p, v, tree, m, SmbFile, "File", at + 1);
                break;
            case (OpenAndX, false) when m.Words >= 15:
                Named(p, v, tree, m, SmbFile, "Path", at);
                break;
            case (OpenAndX, true) when m.Words >= 3:
                AddFile(p, v, tree, w + 4);
                break;
            case (NtCreate, false) when m.Words >= 24:
                Named(p, v, tree, m, SmbFile, "Path", at);
                break;
            case (NtCreate, true) when m.Words >= 4:
                AddFile(p, v, tree, w + 5);
                break;
            case (NtCreate, true):
                p.Info.Append(", FID: 0x0000"u8);
                break;
            case (Close, false) when m.Words >= 1:
                m.Request!.File = AddFile(p, v, tree, w);
                break;
            case (Close, true):
                AppendFile(p, m);
                break;
            case (Write, false) when m.Words >= 5:
                AddFile(p, v, tree, w);
                p.Info.Append($", {v.U16LE(w + 2)} byte{(v.U16LE(w + 2) == 1 ? "" : "s")} at offset {v.U32LE(w + 4)}");
                break;
            case (Write, true) when m.Words >= 1:
                p.Info.Append($", {v.U16LE(w)} byte{(v.U16LE(w) == 1 ? "" : "s")}");
                break;
            case (ReadAndX, false) when m.Words >= 10:
                m.Request!.File = AddFile(p, v, tree, w + 4);
                p.Info.Append($", {v.U16LE(w + 10)} byte{(v.U16LE(w + 10) == 1 ? "" : "s")} at offset {v.U32LE(w + 6)}");
                break;
            case (ReadAndX, true) when m.Words >= 12:
                AppendFile(p, m);
                p.Info.Append($", {v.U16LE(w + 10)} byte{(v.U16LE(w + 10) == 1 ? "" : "s")}");
                Pipe(p, v, m, v.U16LE(w + 12), v.U16LE(w + 10));
                break;
            case (WriteAndX, false) when m.Words >= 12:
                m.Request!.File = AddFile(p, v, tree, w + 4);
                int length = v.U16LE(w + 20) + (v.U16LE(w + 18) << 16);
                p.Info.Append($", {length} byte{(length == 1 ? "" : "s")} at offset {v.U32LE(w + 6)}");
                Pipe(p, v, m, v.U16LE(w + 22), length);
                break;
            case (WriteAndX, true) when m.Words >= 6:
                AppendFile(p, m);
                int written = v.U16LE(w + 4) + (v.U16LE(w + 8) << 16);
                p.Info.Append($", {written} byte{(written == 1 ? "" : "s")}");
                break;
            case (TreeConnect, false) when m.Words >= 4:
                at += v.U16LE(w + 6);
                Named(p, v, tree, m, SharePath, "Path", at);
                break;
            case (SessionSetup, _):
                Session(p, v, tree, ref m);
                break;
            case (Transaction, false) when m.Words >= 14:
                TransactionRequest(p, v, tree, ref m);
                break;
            case (Transaction, true) when m.Words >= 10:
                if (m.Request is { IsPipe: true })
                {
                    Pipe(p, v, m, v.U16LE(w + 14), v.U16LE(w + 12));
                }

                break;
            case (Trans2, false) when m.Words >= 15:
                Trans2Request(p, v, tree, ref m);
                break;
            case (Trans2, true) when m.Words >= 10:
                Trans2Response(p, v, tree, m);
                break;
            case (Trans2, true) when m.Request is { Function: >= 0 } failed:
                AppendFile(p, m);
                p.Info.Append($", {Subcommand.Names!.FindOr((uint)failed.Function, $"Unknown (0x{failed.Function:x2})")}");
                break;
            case (Trans2Secondary, false) when m.Words >= 9:
                AddFile(p, v, tree, w + 16);
                break;
            case (NtTrans, false) when m.Words >= 19:
                int function = v.U16LE(w + 36);
                p.AddLE(tree, NtFunction, v, w + 36);
                m.Request!.Function = function;
                p.Info.Append($", {NtFunction.Names!.FindOr((uint)function, $"Unknown ({function})")}");
                if (function == 4 && m.Words >= 23)
                {
                    AddFile(p, v, tree, w + 42);
                }

                break;
            default:
                break;
        }
    }

    static int AddFile(Packet p, in View v, Node tree, int at)
    {
        int file = v.U16LE(at);
        p.AddLE(tree, Fid, v, at);
        p.Info.Append($", FID: 0x{file:x4}");
        return file;
    }

    static void AppendFile(Packet p, in Message m)
    {
        if (m.Request is { File: >= 0 } request)
        {
            p.Info.Append($", FID: 0x{request.File:x4}");
        }
    }

    static void Named(Packet p, in View v, Node tree, in Message m, Field field, string word, int at)
    {
        string name = Text(v, ref at, m, m.End);
        p.Info.Append($", {word}: {name}");
        p.AddString(tree, field, v, Math.Min(m.BytesAt, v.Captured), 0, name);
    }

    /// <summary>Bytes of a file, which may be a pipe with DCE/RPC.</summary>
    static bool Pipe(Packet p, in View v, in Message m, int offset, int length)
    {
        if (length <= 0 || !v.Has(offset, 1))
        {
            return false;
        }

        int file = m.Request?.File ?? -1;
        return DceRpcPipe.TryDissect(p, v.Part(offset, length), m.Parent, ((ulong)(uint)file, ulong.MaxValue));
    }

    static void Session(Packet p, in View v, Node tree, ref Message m)
    {
        int w = m.WordsAt, at = m.BytesAt;
        if (m.IsResponse ? m.Words == 4 : m.Words == 12)
        {
            // With extended security ([MS-SMB] section 2.2.4.6): a blob, and names of systems after it.
            int lengthAt = m.IsResponse ? w + 6 : w + 14, length = v.U16LE(lengthAt);
            p.AddLE(tree, SecurityBlobLen, v, lengthAt);
            if (length > 0)
            {
                var part = v.Part(at, length);
                var blob = p.Add(tree, SecurityBlob, v, at, part.Captured);
                SecurityBlobs.Dissect(p, part, blob);
            }

            return;
        }

        if (!m.IsResponse && m.Words is 13 or 10)
        {
            int passwords = m.Words == 13 ? v.U16LE(w + 14) + v.U16LE(w + 16) : v.U16LE(w + 14);
            at += passwords;
            string account = Text(v, ref at, m, m.End), domain = at < m.End ? Text(v, ref at, m, m.End) : "";
            p.AddString(tree, Account, v, m.BytesAt, 0, account);
            p.AddString(tree, PrimaryDomain, v, m.BytesAt, 0, domain);
            p.Info.Append(account.Length == 0 ? ", User: anonymous" : $", User: {domain}\\{account}");
        }
    }

    static void TransactionRequest(Packet p, in View v, Node tree, ref Message m)
    {
        int w = m.WordsAt, setups = v.U8(w + 26), at = m.BytesAt;
        AddTransaction(p, v, tree, w);
        string name = Text(v, ref at, m, Math.Max(m.End, at + 1));
        p.AddString(tree, TransName, v, m.BytesAt, 0, name);
        int offset = v.U16LE(w + 24), length = v.U16LE(w + 22);
        if (setups == 3 && name.StartsWith("\\MAILSLOT\\", StringComparison.OrdinalIgnoreCase))
        {
            p.Engine.State<MailslotName>().Set(name, offset, length, m.BytesAt);
            p.CallGuarded(Catalog.Mailslot, v.From(w + 28), m.Parent);
        }
        else if (name.StartsWith("\\PIPE\\", StringComparison.OrdinalIgnoreCase))
        {
            m.Request!.IsPipe = true;
            m.Request.File = setups >= 2 ? v.U16LE(w + 30) : -1;
            Pipe(p, v, m, offset, length);
        }
    }

    static void AddTransaction(Packet p, in View v, Node tree, int w)
    {
        p.AddLE(tree, TotalParameters, v, w);
        p.AddLE(tree, TotalData, v, w + 2);
        p.AddLE(tree, MaxParameters, v, w + 4);
        p.AddLE(tree, MaxData, v, w + 6);
        p.Add(tree, MaxSetup, v, w + 8);
        p.Add(tree, Reserved, v, w + 9, 1);
        p.AddLE(tree, WaitTime, v, w + 12);
        p.Add(tree, Reserved, v, w + 16, 2);
        p.AddLE(tree, ParameterCount, v, w + 18);
        p.AddLE(tree, ParameterOffset, v, w + 20);
        p.AddLE(tree, DataCount, v, w + 22);
        p.AddLE(tree, DataOffset, v, w + 24);
        p.Add(tree, SetupCount, v, w + 26);
        p.Add(tree, Reserved, v, w + 27, 1);
    }

    static void Trans2Request(Packet p, in View v, Node tree, ref Message m)
    {
        int w = m.WordsAt, function = v.U16LE(w + 28), at = v.U16LE(w + 20), end = at + v.U16LE(w + 18);
        AddTransaction(p, v, tree, w);
        p.AddLE(tree, Subcommand, v, w + 28);
        m.Request!.Function = function;
        p.Info.Append($", {Subcommand.Names!.FindOr((uint)function, $"Unknown (0x{function:x2})")}");
        switch (function)
        {
            case FindFirst:
                m.Request.Level = v.U16LE(at + 6);
                p.AddLE(tree, FindLevel, v, at + 6);
                at += 12;
                string pattern = Text(v, ref at, m, end);
                p.AddString(tree, SearchPattern, v, 0, 0, pattern);
                p.Info.Append($", Pattern: {pattern}");
                break;
            case QueryFileSystem:
                Level(p, v, tree, at, FileSystemLevel);
                break;
            case QueryPath or SetPath:
                Level(p, v, tree, at, function == QueryPath ? QueryLevel : SetLevel);
                at += 6;
                string name = Text(v, ref at, m, end);
                p.AddString(tree, SmbFile, v, 0, 0, name);
                p.Info.Append($", Path: {name}");
                break;
            case QueryFile or SetFile:
                m.Request.File = AddFile(p, v, tree, at);
                Level(p, v, tree, at + 2, function == QueryFile ? QueryLevel : SetLevel);
                break;
            default:
                break;
        }
    }

    static void Level(Packet p, in View v, Node tree, int at, Field field)
    {
        uint level = v.U16LE(at);
        p.AddLE(tree, field, v, at);
        p.Info.Append($", {field.Names!.FindOr(level, $"Unknown ({level})")}");
    }

    static void Trans2Response(Packet p, in View v, Node tree, in Message m)
    {
        if (m.Request is not { Function: >= 0 } request)
        {
            return;
        }

        AppendFile(p, m);
        p.Info.Append($", {Subcommand.Names!.FindOr((uint)request.Function, $"Unknown (0x{request.Function:x2})")}");
        int w = m.WordsAt, parameters = v.U16LE(w + 8), data = v.U16LE(w + 14), length = v.U16LE(w + 12);
        if (request.Function == FindFirst && v.U16LE(w + 6) >= 10 && length > 0)
        {
            Files(p, v, tree, m, data, data + length, v.U16LE(parameters + 2), request.Level);
        }
    }

    /// <summary>The names that a search found; where they stand depends on the level ([MS-CIFS] section 2.2.8.1).</summary>
    static void Files(Packet p, in View v, Node tree, in Message m, int at, int end, int count, int level)
    {
        int nameAt = level switch { 0x101 => 64, 0x102 => 68, 0x103 => 12, 0x104 => 94, 0x105 => 80, 0x106 => 104, _ => 0 };
        int lengthAt = level == 0x103 ? 8 : 60;
        if (nameAt == 0)
        {
            return;
        }

        p.Info.Append(", Files:"u8);
        for (int i = 0; i < count && at + nameAt <= end; i++)
        {
            uint next = v.U32LE(at);
            int start = at + nameAt, limit = start + (int)Math.Min(v.U32LE(at + lengthAt), (uint)Math.Max(0, end - start));
            string name = Text(v, ref start, m, limit, aligned: false).TrimEnd('\0');
            p.Info.Append($" {name}");
            p.AddString(tree, SmbFile, v, Math.Min(at + nameAt, v.Captured), 0, name);
            if (next == 0 || next > end - at)
            {
                return;
            }

            at += (int)next;
        }
    }
}
