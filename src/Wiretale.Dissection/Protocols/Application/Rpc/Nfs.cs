using Wiretale.Dissection.Engine;
using Wiretale.Wire;
using static Wiretale.Dissection.Protocols.Application.Rpc.NfsFields;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

// Specification: RFC 1813 (version 3), RFC 1094 (version 2, see Nfs.Version2.cs).

/// <summary>Network File System, versions 2 and 3.</summary>
public sealed partial class Nfs() : RpcProgram("nfs", 100003, "NFS")
{
    const uint GetAttr = 1, SetAttr = 2, Lookup = 3, AccessProcedure = 4, ReadLink = 5, Read = 6, Write = 7, Create = 8, MkDir = 9, SymLink = 10, MkNod = 11,
        Remove = 12, RmDir = 13, Rename = 14, Link = 15, ReadDir = 16, ReadDirPlus = 17, FsStat = 18, FsInfo = 19, PathConf = 20, Commit = 21;

    const int AttributesLength = 84, PreAttributesLength = 24;

    static readonly string[] AccessWords = ["RD", "LU", "MD", "XT", "DL", "XE"];
    static readonly Field[] AccessBits = [AccessRead, AccessLookup, AccessModify, AccessExtend, AccessDelete, AccessExecute];
    static readonly Field[] ModeBits = [ModeSuid, ModeSgid, ModeSticky, ModeRusr, ModeWusr, ModeXusr, ModeRgrp, ModeWgrp, ModeXgrp, ModeRoth, ModeWoth, ModeXoth];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(NfsFields)];

    static Field ProcedureField(uint version) => version switch { 2 => Procedure2, 4 => Procedure4, _ => Procedure3 };

    /// <inheritdoc />
    public override string? ProcedureName(uint version, uint procedure) => version is >= 2 and <= 4 ? ProcedureField(version).Names!.Find(procedure) : null;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var message = p.Engine.State<RpcMessage>();
        var call = message.Call;
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"{P.Name}, {ProcedureName(call.Version, call.Procedure)} {(message.IsCall ? "Call" : "Reply")}");
        AddHead(p, v, tree, ProcedureField(call.Version), call);
        switch (call.Version, message.IsCall)
        {
            case (3, true):
                Call3(p, v, tree, call);
                break;
            case (3, false):
                Reply3(p, v, tree, call);
                break;
            case (2, true):
                Call2(p, v, tree, call.Procedure);
                break;
            case (2, false):
                Reply2(p, v, tree, call.Procedure);
                break;
            default:
                break;
        }

        return Math.Max(1, v.Reported);
    }

    static void Call3(Packet p, in View v, Node tree, RpcCall call)
    {
        int at = 0;
        switch (call.Procedure)
        {
            case GetAttr or ReadLink or FsStat or FsInfo or PathConf:
                Object(p, v, tree, ref at, "object");
                break;
            case SetAttr:
                Object(p, v, tree, ref at, "object");
                at = Settings(p, v, tree, at, "new_attributes");
                var guard = p.AddText(tree, v, at, 4, $"guard: {Follows.FindOr(v.U32(at), "Unknown")}");
                p.Add(guard, Guard, v, at);
                break;
            case Lookup or Remove or RmDir or MkNod:
                DirectoryAndName(p, v, tree, ref at, ", DH: ", call.Procedure is Lookup ? "what" : call.Procedure is MkNod ? "where" : "object");
                break;
            case MkDir:
                DirectoryAndName(p, v, tree, ref at, ", DH: ", "where");
                Settings(p, v, tree, at, "attributes");
                break;
            case AccessProcedure:
                Object(p, v, tree, ref at, "object");
                call.Asked = v.U32(at);
                p.Info.Append(", [Check:"u8);
                AppendRights(p, call.Asked);
                p.AddBits(tree, AccessCheck, v, at, AskedBits(call.Asked), 4);
                break;
            case Read:
                Object(p, v, tree, ref at, "file");
                p.Info.Append($" Offset: {v.U64(at)} Len: {v.U32(at + 8)}");
                p.AddAll(tree, v, at, Offset3, Count3);
                break;
            case Write:
                Object(p, v, tree, ref at, "file");
                p.Info.Append($" Offset: {v.U64(at)} Len: {v.U32(at + 8)} {Stable.Names!.FindOr(v.U32(at + 12), "Unknown")}");
                at = p.AddAll(tree, v, at, Offset3, Count3, Stable);
                AddData(p, v, tree, at);
                break;
            case Create:
                DirectoryAndName(p, v, tree, ref at, ", DH: ", "where");
                p.Info.Append($" Mode: {CreateMode.Names!.FindOr(v.U32(at), "Unknown")}");
                p.Add(tree, CreateMode, v, at);
                if (v.U32(at) < 2)
                {
                    Settings(p, v, tree, at + 4, "obj_attributes");
                }

                break;
            case SymLink:
                DirectoryAndName(p, v, tree, ref at, ", From DH: ", "where");
                at = Settings(p, v, tree, at, "symlink_attributes");
                int target = at;
                var destination = Opaque(v, ref at);
                p.Info.Append($" To {destination}");
                AddOpaque(p, v, tree, target, "To", SymlinkTo);
                break;
            case Rename:
                DirectoryAndName(p, v, tree, ref at, ", From DH: ", "from");
                DirectoryAndName(p, v, tree, ref at, " To DH: ", "to");
                break;
            case Link:
                Object(p, v, tree, ref at, "file", ", From DH: ");
                DirectoryAndName(p, v, tree, ref at, " To DH: ", "link");
                break;
            case ReadDir:
                Object(p, v, tree, ref at, "dir");
                p.Add(tree, Cookie3, v, at);
                p.Add(tree, Count3, v, at + 16);
                break;
            case ReadDirPlus:
                Object(p, v, tree, ref at, "dir");
                p.Add(tree, Cookie3, v, at);
                p.AddAll(tree, v, at + 16, DirectoryCount, MaxCount);
                break;
            case Commit:
                Object(p, v, tree, ref at, "file");
                p.AddAll(tree, v, at, Offset3, Count3);
                break;
            default:
                break;
        }
    }

    static void Object(Packet p, in View v, Node tree, ref int at, string name, string word = ", FH: ")
    {
        int start = at;
        uint hash = NfsHandles.HashAt(v, ref at);
        p.Info.Append($"{word}0x{hash:x8}");
        NfsHandles.Add(p, v, tree, start, name);
    }

    static void DirectoryAndName(Packet p, in View v, Node tree, ref int at, string word, string name)
    {
        int start = at;
        uint hash = NfsHandles.HashAt(v, ref at);
        int nameAt = at;
        var text = Opaque(v, ref at);
        p.Info.Append($"{word}0x{hash:x8}/{text}");
        var node = p.AddText(tree, v, start, Math.Min(at - start, v.CapturedFrom(start)), name);
        NfsHandles.Add(p, v, node, start, "dir");
        AddOpaque(p, v, node, nameAt, "Name", Name);
    }

    /// <summary>The attributes that are to be set (sattr3): each with a word before that says whether it is.</summary>
    static int Settings(Packet p, in View v, Node tree, int at, string name)
    {
        int start = at;
        var all = p.AddText(tree, v, at, 0, name);
        at = Setting(p, v, all, at, "mode", 4, out var mode);
        if (at - start > 4)
        {
            p.AddBits(mode, Mode, v, at - 4, ModeBits);
        }

        at = Setting(p, v, all, at, "uid", 4, out _);
        at = Setting(p, v, all, at, "gid", 4, out _);
        at = Setting(p, v, all, at, "size", 8, out _);
        at = Setting(p, v, all, at, "atime", 8, out _, isTime: true);
        at = Setting(p, v, all, at, "mtime", 8, out _, isTime: true);
        p.SetLength(all, at - start);
        return at;
    }

    /// <summary>One of them; a time may also be the server's own, which is not said here.</summary>
    static int Setting(Packet p, in View v, Node tree, int at, string name, int length, out Node node, bool isTime = false)
    {
        uint how = v.U32(at);
        string word = (isTime ? TimeFollows : Follows).FindOr(how, "Unknown");
        int whole = 4 + (how == (isTime ? 2u : 1u) ? length : 0);
        v.Ensure(at, whole);
        node = p.AddText(tree, v, at, whole, $"{name}: {word}");
        p.Label(p.Add(node, SetIt, v, at), $"set_it: {word} ({how})");
        return at + whole;
    }

    static void AddData(Packet p, in View v, Node tree, int at)
    {
        int length = (int)Math.Min(v.U32(at), int.MaxValue);
        var node = p.AddText(tree, v, at, Math.Min(4 + length, v.CapturedFrom(at)), "Data");
        p.Add(node, OnRpc.OpaqueLength, v, at);
        p.Add(node, FileData, v, at + 4, Math.Min(length, v.CapturedFrom(at + 4)));
    }

    static void AppendRights(Packet p, uint rights)
    {
        for (int i = 0; i < AccessWords.Length; i++)
        {
            if ((rights & (1 << i)) != 0)
            {
                p.Info.Append($" {AccessWords[i]}");
            }
        }

        p.Info.Append("]"u8);
    }

    static Field[] AskedBits(uint rights) => Array.FindAll(AccessBits, f => (rights & f.Mask) != 0);

    static void Reply3(Packet p, in View v, Node tree, RpcCall call)
    {
        if (call.Procedure == 0)
        {
            return;
        }

        uint status = v.U32(0);
        p.Add(tree, Status3, v, 0);
        p.Hidden(p.Add(tree, Status, v, 0));
        if (status != 0)
        {
            p.Info.Append($" Error: {Status3.Names!.Find(status) ?? $"Unknown error: {status}"}");
        }

        int at = 4;
        switch (call.Procedure)
        {
            case GetAttr when status == 0:
                p.Info.Append("  "u8);
                Attributes(p, v, tree, at, "obj_attributes", inColumn: true);
                break;
            case Lookup:
                if (status == 0)
                {
                    Object(p, v, tree, ref at, "object");
                    OptionalAttributes(p, v, tree, ref at, "obj_attributes");
                }

                OptionalAttributes(p, v, tree, ref at, "dir_attributes");
                break;
            case AccessProcedure:
                OptionalAttributes(p, v, tree, ref at, "obj_attributes");
                if (status == 0)
                {
                    uint rights = v.U32(at), denied = call.Asked & ~rights;
                    if (denied != 0)
                    {
                        p.Info.Append(", [Access Denied:"u8);
                        AppendRights(p, denied);
                    }

                    if ((rights & call.Asked) != 0)
                    {
                        p.Info.Append(", [Allowed:"u8);
                        AppendRights(p, rights & call.Asked);
                    }

                    p.AddBits(tree, NfsFields.AccessRights, v, at, AskedBits(call.Asked), 4);
                }

                break;
            case ReadLink:
                OptionalAttributes(p, v, tree, ref at, "symlink_attributes");
                if (status == 0)
                {
                    int start = at;
                    var path = Opaque(v, ref at);
                    p.Info.Append($" Path: {path}");
                    AddOpaque(p, v, tree, start, "Data", LinkData);
                }

                break;
            case Read:
                OptionalAttributes(p, v, tree, ref at, "file_attributes");
                if (status == 0)
                {
                    p.Info.Append($" Len: {v.U32(at)}");
                    p.Add(tree, Count3, v, at);
                    p.Add(tree, ReadEof, v, at + 4, 4);
                    AddData(p, v, tree, at + 8);
                }

                break;
            case Write:
                Change(p, v, tree, ref at, "file_wcc");
                if (status == 0)
                {
                    p.Info.Append($" Len: {v.U32(at)} {Committed.Names!.FindOr(v.U32(at + 4), "Unknown")}");
                    p.AddAll(tree, v, at, Count3, Committed);
                }

                break;
            case SetAttr or Remove or RmDir or Commit:
                Change(p, v, tree, ref at, call.Procedure == SetAttr ? "obj_wcc" : call.Procedure == Commit ? "file_wcc" : "dir_wcc");
                break;
            case Create or MkDir or SymLink or MkNod:
                if (status == 0)
                {
                    int start = at;
                    var made = p.AddText(tree, v, at, 0, "obj");
                    p.Add(made, HandleFollows, v, at);
                    at = v.U32(at) != 0 ? NfsHandles.Add(p, v, made, at + 4, "handle") : at + 4;
                    p.SetLength(made, at - start);
                    OptionalAttributes(p, v, tree, ref at, "obj_attributes");
                }

                Change(p, v, tree, ref at, "dir_wcc");
                break;
            case Rename:
                Change(p, v, tree, ref at, "fromdir_wcc");
                Change(p, v, tree, ref at, "todir_wcc");
                break;
            case Link:
                OptionalAttributes(p, v, tree, ref at, "file_attributes");
                Change(p, v, tree, ref at, "linkdir_wcc");
                break;
            case ReadDir or ReadDirPlus:
                OptionalAttributes(p, v, tree, ref at, "dir_attributes");
                if (status == 0)
                {
                    Entries(p, v, tree, at + 8, call.Procedure == ReadDirPlus);
                }

                break;
            case FsInfo:
                OptionalAttributes(p, v, tree, ref at, "obj_attributes");
                if (status == 0)
                {
                    p.AddAll(tree, v, at, Rtmax, Rtpref, Rtmult, Wtmax, Wtpref, Wtmult, Dtpref, Maxfilesize);
                }

                break;
            case FsStat or PathConf:
                OptionalAttributes(p, v, tree, ref at, "obj_attributes");
                break;
            default:
                break;
        }
    }

    static void Entries(Packet p, in View v, Node tree, int at, bool plus)
    {
        while (v.U32(at) != 0)
        {
            int start = at;
            at += 12;
            int nameAt = at;
            var entry = Opaque(v, ref at);
            p.Info.Append($" {entry}");
            var node = p.AddText(tree, v, start, at + 8 - start, $"Entry: name {v.Span(nameAt + 4, (int)v.U32(nameAt))}");
            p.Add(node, plus ? PlusEntryId : EntryId, v, start + 4);
            AddOpaque(p, v, node, nameAt, "Name", plus ? PlusEntryName : EntryName);
            p.Add(node, plus ? PlusEntryCookie : EntryCookie, v, at);
            at += 8;
            if (plus)
            {
                OptionalAttributes(p, v, node, ref at, "name_attributes");
                at = v.U32(at) != 0 ? NfsHandles.Add(p, v, node, at + 4, "name_handle") : at + 4;
            }
        }
    }

    /// <summary>Attributes before and after a change (wcc_data).</summary>
    static void Change(Packet p, in View v, Node tree, ref int at, string name)
    {
        int start = at;
        var node = p.AddText(tree, v, at, 0, name);
        int length = v.U32(at) != 0 ? PreAttributesLength : 0;
        var before = p.AddText(node, v, at, 4 + length, "before");
        p.Add(before, AttributesFollow, v, at);
        if (length > 0)
        {
            v.Ensure(at + 4, length);
            var attributes = p.AddText(before, v, at + 4, length, "attributes");
            p.Add(attributes, SizeBefore, v, at + 4);
            AddTime(p, v, attributes, at + 12, Mtime, MtimeSeconds, MtimeNanoseconds);
            AddTime(p, v, attributes, at + 20, Ctime, CtimeSeconds, CtimeNanoseconds);
        }

        at += 4 + length;
        OptionalAttributes(p, v, node, ref at, "after");
        p.SetLength(node, at - start);
    }

    static void OptionalAttributes(Packet p, in View v, Node tree, ref int at, string name)
    {
        bool follow = v.U32(at) != 0;
        var node = p.AddText(tree, v, at, follow ? Math.Min(4 + AttributesLength, v.CapturedFrom(at)) : 4, name);
        p.Add(node, AttributesFollow, v, at);
        at += 4;
        if (follow)
        {
            Attributes(p, v, node, at, "attributes", inColumn: false);
            at += AttributesLength;
        }
    }

    static void Attributes(Packet p, in View v, Node tree, int at, string name, bool inColumn)
    {
        v.Ensure(at, AttributesLength);
        uint type = v.U32(at), mode = v.U32(at + 4), uid = v.U32(at + 12), gid = v.U32(at + 16);
        string kind = FileType.Names!.Find(type) ?? $"Unknown Type: 0x{type:x}";
        string octal = Convert.ToString(mode & 0xfff, 8).PadLeft(4, '0');
        if (inColumn)
        {
            p.Info.Append($"{kind} mode: {octal} uid: {uid} gid: {gid}");
        }

        if (!p.WantsFields)
        {
            return;
        }

        var node = p.AddText(tree, v, at, AttributesLength, $"{name}  {kind} mode: {octal} uid: {uid} gid: {gid}");
        p.Add(node, FileType, v, at);
        p.AddBits(node, Mode, v, at + 4, ModeBits);
        p.AddAll(node, v, at + 8, Links, Uid, Gid, Size, Used);
        var device = p.AddText(node, v, at + 36, 8, $"rdev: {v.U32(at + 36)},{v.U32(at + 40)}");
        p.AddAll(device, v, at + 36, Specdata1, Specdata2);
        p.AddAll(node, v, at + 44, FileSystem, FileId);
        AddTime(p, v, node, at + 60, Atime, AtimeSeconds, AtimeNanoseconds);
        AddTime(p, v, node, at + 68, Mtime, MtimeSeconds, MtimeNanoseconds);
        AddTime(p, v, node, at + 76, Ctime, CtimeSeconds, CtimeNanoseconds);
    }

    static void AddTime(Packet p, in View v, Node tree, int at, Field field, Field seconds, Field nanoseconds)
    {
        uint part = v.U32(at + 4);
        var node = p.AddTime(tree, field, v, at, 8, new Timestamp(v.U32(at), part < 1_000_000_000 ? (int)part : 0));
        p.AddAll(node, v, at, seconds, nanoseconds);
    }
}

/// <summary>NFSACL: access control lists beside NFS. What they say is not taken apart.</summary>
public sealed class NfsAcl() : RpcProgram("nfsacl", 100227, "NFSACL")
{
    static readonly Protocol P = new("Network File System - Access Control List", "NFSACL", "nfsacl");
    static readonly Field Procedure = P.UInt32("nfsacl.procedure_v3", "V3 Procedure", FieldBase.Dec, ValueNames.Of(() => [(0, "NULL"), (1, "GETACL"), (2, "SETACL"), (3, "GETXATTRDIR")]));
    static readonly ValueNames Procedures2 = ValueNames.Of(() => [(0, "NULL"), (1, "GETACL"), (2, "SETACL"), (3, "GETATTR"), (4, "ACCESS"), (5, "GETXATTRDIR")]);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override string? ProcedureName(uint version, uint procedure) => (version == 2 ? Procedures2 : Procedure.Names!).Find(procedure);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        AddHead(p, v, p.Open(P, v, parent), Procedure, p.Engine.State<RpcMessage>().Call);
        return Math.Max(1, v.Reported);
    }
}
