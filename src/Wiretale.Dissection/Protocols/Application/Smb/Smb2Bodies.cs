using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.DceRpc;
using Wiretale.Wire;
using static Wiretale.Dissection.Protocols.Application.Smb.Smb2Fields;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>SMB2's commands ([MS-SMB2] section 2.2.1.2).</summary>
enum Smb2Command
{
    Negotiate, SessionSetup, Logoff, TreeConnect, TreeDisconnect, Create, Close, Flush, Read, Write, Lock, Ioctl, Cancel, Echo, Find, Notify, GetInfo, SetInfo, Break,
}

/// <content>The bodies: [MS-SMB2] section 2.2.3 and after. Offsets in them count from the header.</content>
public sealed partial class Smb2
{
    /// <summary>Where bodies begin.</summary>
    const int B = HeaderLength;

    const int FileInfoClass = 1, FileSystemInfoClass = 2, SecurityInfoClass = 3, ErrorSize = 9;
    const uint PipeWait = 0x00110018, PipeTransceive = 0x0011c017, DfsReferrals = 0x00060194;
    const ulong RelatedFile = ulong.MaxValue;

    static readonly Field[] CapabilityBits = [CapabilitiesDfs, Leasing, LargeMtu, MultiChannel, PersistentHandles, DirectoryLeasing, Encryption];
    static readonly Field[] AttributeBits = [AttributeReadOnly, AttributeHidden, AttributeSystem, AttributeDirectory, AttributeArchive, AttributeNormal, AttributeTemporary,
        AttributeSparse, AttributeReparse, AttributeCompressed, AttributeOffline, AttributeNotIndexed, AttributeEncrypted, IntegrityStream, NoScrubData];

    void Body(Packet p, in View v, Node tree, ref Message m)
    {
        if (m.IsResponse && m.Command == (int)Smb2Command.Find && m.Request is { } asked)
        {
            p.Info.Append($" {asked.LevelName} Pattern: {asked.Name}");
            p.Generated(p.AddUInt(tree, FindLevel, v, B, 0, (uint)asked.Level));
        }

        if (m.IsResponse && m.Command is (int)Smb2Command.GetInfo or (int)Smb2Command.SetInfo && m.Request is { } info && m.IsResponse)
        {
            p.Generated(p.AddUInt(tree, Class, v, B, 1, (uint)info.Class));
            p.Generated(p.AddUInt(tree, LevelField(info.Class), v, B + 1, 1, (uint)info.Level));
        }

        int size = v.U16LE(B);
        p.AddBits(tree, StructureSize, v, B, [FixedLength, HasDynamic], littleEndian: true);
        if (m.IsResponse && m.Status != 0 && size == ErrorSize && !HasOwnBody(m))
        {
            AddError(p, v, tree);
            return;
        }

        switch ((Smb2Command)m.Command, m.IsResponse)
        {
            case (Smb2Command.Negotiate, false):
                NegotiateRequest(p, v, tree);
                break;
            case (Smb2Command.Negotiate, true):
                NegotiateResponse(p, v, tree);
                break;
            case (Smb2Command.SessionSetup, false):
                SessionRequest(p, v, tree, m);
                break;
            case (Smb2Command.SessionSetup, true):
                SessionResponse(p, v, tree, m);
                break;
            case (Smb2Command.TreeConnect, false):
                TreeRequest(p, v, tree, m);
                break;
            case (Smb2Command.TreeConnect, true):
                TreeResponse(p, v, tree, m);
                break;
            case (Smb2Command.Create, false):
                CreateRequest(p, v, tree, m);
                break;
            case (Smb2Command.Create, true):
                CreateResponse(p, v, tree, m);
                break;
            case (Smb2Command.Close, false):
                p.AddBits(tree, CloseFlags, v, B + 2, [PostQuery], littleEndian: true);
                m.Connection.Close(AddFile(p, v, tree, B + 8, m));
                break;
            case (Smb2Command.Close, true):
                p.AddBits(tree, CloseFlags, v, B + 2, [PostQuery], littleEndian: true);
                p.Add(tree, Reserved, v, B + 4, 4);
                AddTimesAndSizes(p, v, tree, B + 8);
                break;
            case (Smb2Command.Flush, false):
                p.Add(tree, Reserved, v, B + 2, 6);
                AddFile(p, v, tree, B + 8, m);
                break;
            case (Smb2Command.Read, false):
                ReadRequest(p, v, tree, m);
                break;
            case (Smb2Command.Read, true):
                ReadResponse(p, v, tree, m);
                break;
            case (Smb2Command.Write, false):
                WriteRequest(p, v, tree, m);
                break;
            case (Smb2Command.Write, true):
                p.Add(tree, Reserved, v, B + 2, 2);
                p.AddLE(tree, Count, v, B + 4);
                p.AddLE(tree, Remaining, v, B + 8);
                p.AddLE(tree, ChannelInfoOffset, v, B + 12);
                p.AddLE(tree, ChannelInfoLength, v, B + 14);
                break;
            case (Smb2Command.Lock, false):
                p.AddLE(tree, LockCount, v, B + 2);
                AddFile(p, v, tree, B + 8, m);
                break;
            case (Smb2Command.Ioctl, false):
                IoctlRequest(p, v, tree, m);
                break;
            case (Smb2Command.Ioctl, true):
                IoctlResponse(p, v, tree, m);
                break;
            case (Smb2Command.Find, false):
                FindRequest(p, v, tree, m);
                break;
            case (Smb2Command.Find, true):
                AddBlob(p, v, tree, B + 2, InfoBlob);
                break;
            case (Smb2Command.Notify, false):
                p.AddBits(tree, NotifyFlags, v, B + 2, [WatchTree], littleEndian: true);
                p.AddLE(tree, OutputBufferLen, v, B + 4);
                AddFile(p, v, tree, B + 8, m);
                break;
            case (Smb2Command.GetInfo, false):
                GetInfoRequest(p, v, tree, m);
                break;
            case (Smb2Command.GetInfo, true):
                AddBlob(p, v, tree, B + 2, null);
                break;
            case (Smb2Command.SetInfo, false):
                SetInfoRequest(p, v, tree, m);
                break;
            case (Smb2Command.Break, _):
                BreakMessage(p, size, m);
                break;
            default:
                break;
        }
    }

    /// <summary>Whether an answer that is no success has its usual body all the same.</summary>
    static bool HasOwnBody(in Message m) => (Smb2Command)m.Command switch
    {
        Smb2Command.SessionSetup => m.Status == NtStatus.MoreProcessingRequired,
        Smb2Command.Read or Smb2Command.GetInfo => m.Status == NtStatus.BufferOverflow,
        Smb2Command.Notify => m.Status == 0x0000010c,
        _ => false,
    };

    static void AddError(Packet p, in View v, Node tree)
    {
        p.Add(tree, ErrorContextCount, v, B + 2);
        p.Add(tree, ErrorReserved, v, B + 3);
        p.AddLE(tree, ByteCount, v, B + 4);
        int count = (int)Math.Min(v.U32LE(B + 4), int.MaxValue);
        p.Add(tree, ErrorData, v, B + 8, Math.Min(Math.Max(count, 1), v.CapturedFrom(B + 8)));
    }

    /// <summary>The file that a request is about; its name is appended to the Info column when it is known.</summary>
    static (ulong, ulong) AddFile(Packet p, in View v, Node tree, int at, in Message m, bool isNamed = true)
    {
        var id = (v.U64LE(at), v.U64LE(at + 8));
        string? name = id == (RelatedFile, RelatedFile) ? null : m.Connection.FileName(id);
        if (name is not null && isNamed)
        {
            p.Info.Append($" File: {name}");
        }

        if (m.Request is { } request)
        {
            request.File = id;
        }

        var node = p.AddText(tree, v, at, 16, $"GUID handle{(name is null ? "" : " File: ")}{name}");
        p.AddLE(node, FileId, v, at);
        return id;
    }

    static void AddTime(Packet p, in View v, Node tree, Field field, int at) => WindowsTime.Add(p, v, tree, field, at);

    static void AddTimesAndSizes(Packet p, in View v, Node tree, int at)
    {
        AddTime(p, v, tree, CreateTime, at);
        AddTime(p, v, tree, LastAccessTime, at + 8);
        AddTime(p, v, tree, LastWriteTime, at + 16);
        AddTime(p, v, tree, LastChangeTime, at + 24);
        p.AddLE(tree, AllocationSize, v, at + 32);
        p.AddLE(tree, EndOfFile, v, at + 40);
        p.AddBits(tree, FileAttribute, v, at + 48, AttributeBits, littleEndian: true);
    }

    /// <summary>Adds offset and length (2 and 4 bytes) and what they point to.</summary>
    static void AddBlob(Packet p, in View v, Node tree, int at, Field? field)
    {
        p.AddLE(tree, BlobOffset, v, at, 2);
        p.AddLE(tree, BlobLength, v, at + 2, 4);
        int offset = v.U16LE(at), length = (int)Math.Min(v.U32LE(at + 2), int.MaxValue);
        if (field is not null && length > 0)
        {
            v.Ensure(offset, length);
            p.Add(tree, field, v, offset, length);
        }
    }

    static void AddName(Packet p, in View v, Node tree, Field field, int at, string name)
    {
        int offset = v.U16LE(at), length = v.U16LE(at + 2);
        if (length > 0)
        {
            v.Ensure(offset, length);
        }

        var node = p.AddString(tree, field, v, offset, length, name);
        p.AddLE(node, BlobOffset, v, at, 2);
        p.AddLE(node, BlobLength, v, at + 2, 2);
    }

    static void AddSecurity(Packet p, in View v, Node tree, int at, in Message m)
    {
        p.AddLE(tree, BlobOffset, v, at, 2);
        p.AddLE(tree, BlobLength, v, at + 2, 2);
        int offset = v.U16LE(at), length = v.U16LE(at + 2);
        if (length == 0)
        {
            return;
        }

        var part = v.Part(offset, length);
        var blob = p.Add(tree, SecurityBlob, v, offset, part.Captured);
        SecurityBlobs.Dissect(p, part, blob);
        if (!m.IsResponse && p.Engine.State<NtlmLogon>().Take(p.Number) is { } logon)
        {
            m.Connection.LoggingOn = new() { Account = logon.User, Domain = logon.Domain, Host = logon.Host, Frame = p.Number };
        }
    }

    static void NegotiateRequest(Packet p, in View v, Node tree)
    {
        int count = v.U16LE(B + 2);
        p.AddLE(tree, DialectCount, v, B + 2);
        p.AddBits(tree, SecurityMode, v, B + 4, [SigningEnabled, SigningRequired], 1, sumUp: true);
        p.Add(tree, Reserved, v, B + 6, 2);
        p.AddBits(tree, Capabilities, v, B + 8, CapabilityBits, littleEndian: true, sumUp: true);
        p.AddLE(tree, ClientGuid, v, B + 12);
        p.AddLE(tree, ContextOffset, v, B + 28);
        p.AddLE(tree, ContextCount, v, B + 32);
        p.Add(tree, Reserved, v, B + 34, 2);
        for (int i = 0, at = B + 36; i < count && v.ReportedFrom(at) >= 2; i++, at += 2)
        {
            p.AddLE(tree, Dialect, v, at);
        }
    }

    static void NegotiateResponse(Packet p, in View v, Node tree)
    {
        p.AddBits(tree, SecurityMode, v, B + 2, [SigningEnabled, SigningRequired], 1, sumUp: true);
        p.AddLE(tree, Dialect, v, B + 4);
        p.AddLE(tree, ContextCount, v, B + 6);
        p.AddLE(tree, ServerGuid, v, B + 8);
        p.AddBits(tree, Capabilities, v, B + 24, CapabilityBits, littleEndian: true, sumUp: true);
        p.AddLE(tree, MaxTransSize, v, B + 28);
        p.AddLE(tree, MaxReadSize, v, B + 32);
        p.AddLE(tree, MaxWriteSize, v, B + 36);
        AddTime(p, v, tree, CurrentTime, B + 40);
        AddTime(p, v, tree, BootTime, B + 48);
        AddSecurity(p, v, tree, B + 56, new Message { IsResponse = true });
        p.AddLE(tree, ContextOffset, v, B + 60);
    }

    static void SessionRequest(Packet p, in View v, Node tree, in Message m)
    {
        p.AddBits(tree, SesReqFlags, v, B + 2, [SessionBinding]);
        p.AddBits(tree, SecurityMode, v, B + 3, [SigningEnabled, SigningRequired], sumUp: true);
        p.AddBits(tree, Capabilities, v, B + 4, CapabilityBits, littleEndian: true, sumUp: true);
        p.AddLE(tree, Channel, v, B + 8);
        p.AddLE(tree, PreviousSesid, v, B + 16);
        AddSecurity(p, v, tree, B + 12, m);
    }

    static void SessionResponse(Packet p, in View v, Node tree, in Message m)
    {
        p.AddBits(tree, SessionFlags, v, B + 2, [Guest, Null, Encrypt], littleEndian: true);
        AddSecurity(p, v, tree, B + 4, m);
        if (m.Status == 0 && m.Connection.LoggingOn is { } who)
        {
            who.Frame = p.Number;
            m.Connection.LogOn(m.Session, who);
            m.Connection.LoggingOn = null;
        }
    }

    static void TreeRequest(Packet p, in View v, Node tree, in Message m)
    {
        p.AddBits(tree, TreeFlags, v, B + 2, [ClusterReconnect, RedirectToOwner, ExtensionPresent, TcReserved], littleEndian: true);
        string name = Text(v, v.U16LE(B + 4), v.U16LE(B + 6));
        m.Request!.Name = name;
        p.Info.Append($" Tree: {name}");
        AddName(p, v, tree, TreeName, B + 4, name);
    }

    static void TreeResponse(Packet p, in View v, Node tree, in Message m)
    {
        if (m.Status == 0)
        {
            m.Connection.Connect(m.Session, m.Tree, new() { Name = m.Request?.Name ?? "", Type = v.U8(B + 2), Frame = p.Number });
        }

        p.Add(tree, ShareType, v, B + 2);
        p.Add(tree, Reserved, v, B + 3, 1);
        p.AddBits(tree, ShareFlags, v, B + 4, [ShareFlagsDfs, RestrictExclusiveOpens, ForceSharedDelete, AllowNamespaceCaching, AccessBasedDirEnum, ForceLeveliiOplock,
            EnableHashV1, EnableHashV2, EncryptData, IdentityRemoting, CompressData], littleEndian: true, sumUp: true);
        p.AddBits(tree, ShareCaps, v, B + 8, [ShareCapsDfs, ContinuousAvailability, Scaleout, Cluster, Assymetric, ShareCapsRedirectToOwner], littleEndian: true, sumUp: true);
        SmbFields.AddAccess(p, v, tree, B + 12);
    }

    static void CreateRequest(Packet p, in View v, Node tree, in Message m)
    {
        p.Add(tree, Oplock, v, B + 3);
        p.AddLE(tree, Impersonation, v, B + 4);
        p.AddLE(tree, CreateFlags, v, B + 8);
        p.Add(tree, Reserved, v, B + 16, 8);
        SmbFields.AddAccess(p, v, tree, B + 24);
        p.AddBits(tree, FileAttribute, v, B + 28, AttributeBits, littleEndian: true);
        SmbFields.AddSharing(p, v, tree, B + 32);
        p.AddLE(tree, Disposition, v, B + 36);
        SmbFields.AddOptions(p, v, tree, B + 40);
        string name = Text(v, v.U16LE(B + 44), v.U16LE(B + 46));
        m.Request!.Name = name;
        p.Info.Append($" File: {name}");
        AddName(p, v, tree, Filename, B + 44, name);
        p.AddLE(tree, BlobOffset, v, B + 48);
        p.AddLE(tree, BlobLength, v, B + 52);
    }

    static void CreateResponse(Packet p, in View v, Node tree, in Message m)
    {
        p.Add(tree, Oplock, v, B + 2);
        p.AddBits(tree, RepFlags, v, B + 3, [ReparsePoint]);
        p.AddLE(tree, CreateAction, v, B + 4);
        AddTimesAndSizes(p, v, tree, B + 8);
        p.Add(tree, Reserved, v, B + 60, 4);
        if (m.Request?.Name is { } name)
        {
            m.Connection.Open((v.U64LE(B + 64), v.U64LE(B + 72)), name);
        }

        AddFile(p, v, tree, B + 64, m);
        p.AddLE(tree, BlobOffset, v, B + 80);
        p.AddLE(tree, BlobLength, v, B + 84);
    }

    static void ReadRequest(Packet p, in View v, Node tree, in Message m)
    {
        p.Add(tree, ReadPadding, v, B + 2);
        p.AddBits(tree, ReadFlags, v, B + 3, [Unbuffered, Compressed]);
        p.AddLE(tree, ReadLength, v, B + 4);
        p.AddLE(tree, FileOffset, v, B + 8);
        p.Info.Append($" Len:{v.U32LE(B + 4)} Off:{v.U64LE(B + 8)}");
        AddFile(p, v, tree, B + 16, m);
        p.AddLE(tree, MinCount, v, B + 32);
        p.AddLE(tree, Channel, v, B + 36);
        p.AddLE(tree, RemainingBytes, v, B + 40);
        p.AddLE(tree, ChannelInfoOffset, v, B + 44);
        p.AddLE(tree, ChannelInfoLength, v, B + 46);
    }

    static void ReadResponse(Packet p, in View v, Node tree, in Message m)
    {
        p.AddUInt(tree, DataOffset, v, B + 2, 1, v.U8(B + 2));
        p.AddLE(tree, ReadLength, v, B + 4);
        p.AddLE(tree, ReadRemaining, v, B + 8);
        p.Add(tree, Reserved, v, B + 12, 4);
        int offset = v.U8(B + 2), length = (int)Math.Min(v.U32LE(B + 4), int.MaxValue);
        if (length == 0)
        {
            return;
        }

        if (m.Request is { } request && DceRpcPipe.TryDissect(p, v.Part(offset, length), tree, request.File))
        {
            return;
        }

        p.Add(tree, ReadData, v, offset, length);
    }

    static void WriteRequest(Packet p, in View v, Node tree, in Message m)
    {
        p.AddLE(tree, DataOffset, v, B + 2);
        p.AddLE(tree, WriteLength, v, B + 4);
        p.AddLE(tree, FileOffset, v, B + 8);
        int offset = v.U16LE(B + 2), length = (int)Math.Min(v.U32LE(B + 4), int.MaxValue);
        p.Info.Append($" Len:{v.U32LE(B + 4)} Off:{v.U64LE(B + 8)}");
        var file = AddFile(p, v, tree, B + 16, m);
        p.AddLE(tree, Channel, v, B + 32);
        p.AddLE(tree, RemainingBytes, v, B + 36);
        p.AddLE(tree, ChannelInfoOffset, v, B + 40);
        p.AddLE(tree, ChannelInfoLength, v, B + 42);
        p.AddBits(tree, WriteFlags, v, B + 44, [WriteThrough, WriteUnbuffered], littleEndian: true);
        if (length == 0)
        {
            return;
        }

        if (DceRpcPipe.TryDissect(p, v.Part(offset, length), tree, file))
        {
            return;
        }

        p.Add(tree, WriteData, v, offset, length);
    }

    static void AddFunction(Packet p, in View v, Node tree, uint function)
    {
        p.AddBits(tree, Function, v, B + 4, [Device, Access, FunctionFunction, Method], littleEndian: true);
        p.Info.Append($" {Function.Names!.FindOr(function, "Unknown")}");
    }

    static void IoctlRequest(Packet p, in View v, Node tree, in Message m)
    {
        uint function = v.U32LE(B + 4);
        AddFunction(p, v, tree, function);
        var file = AddFile(p, v, tree, B + 8, m, isNamed: false);
        int offset = (int)Math.Min(v.U32LE(B + 24), int.MaxValue), length = (int)Math.Min(v.U32LE(B + 28), int.MaxValue);
        p.AddLE(tree, MaxIoctlInSize, v, B + 32);
        p.AddLE(tree, MaxIoctlOutSize, v, B + 44);
        p.AddBits(tree, IoctlFlags, v, B + 48, [IsFsctl], littleEndian: true);
        if (function == PipeTransceive && length > 0 && DceRpcPipe.TryDissect(p, v.Part(offset, length), tree, file))
        {
            return;
        }

        if (m.Connection.FileName(file) is { } name)
        {
            p.Info.Append($" File: {name}");
        }

        if (function == PipeWait && length >= 14)
        {
            string pipe = Text(v, offset + 14, (int)Math.Min(v.U32LE(offset + 8), (uint)length));
            p.Info.Append($" Pipe: {pipe}");
            p.AddLE(tree, WaitTimeout, v, offset);
            p.AddString(tree, WaitName, v, offset + 14, length - 14, pipe);
        }
        else if (function == DfsReferrals && length >= 2)
        {
            p.Info.Append($", File: {Text(v, offset + 2, length - 2).TrimEnd('\0')}");
        }
    }

    static void IoctlResponse(Packet p, in View v, Node tree, in Message m)
    {
        uint function = v.U32LE(B + 4);
        AddFunction(p, v, tree, function);
        var file = AddFile(p, v, tree, B + 8, m, isNamed: false);
        int offset = (int)Math.Min(v.U32LE(B + 32), int.MaxValue), length = (int)Math.Min(v.U32LE(B + 36), int.MaxValue);
        if (function == PipeTransceive && length > 0 && DceRpcPipe.TryDissect(p, v.Part(offset, length), tree, file))
        {
            return;
        }

        if (m.Connection.FileName(file) is { } name)
        {
            p.Info.Append($" File: {name}");
        }
    }

    static void FindRequest(Packet p, in View v, Node tree, in Message m)
    {
        int level = v.U8(B + 2);
        p.Add(tree, FindLevel, v, B + 2, 1);
        p.AddBits(tree, FindFlags, v, B + 3, [RestartScans, SingleEntry, IndexSpecified, Reopen]);
        p.AddLE(tree, FileIndex, v, B + 4);
        AddFile(p, v, tree, B + 8, m);
        p.AddLE(tree, OutputBufferLen, v, B + 28);
        string pattern = Text(v, v.U16LE(B + 24), v.U16LE(B + 26));
        (m.Request!.Level, m.Request.Name) = (level, pattern);
        m.Request.LevelName = FindLevel.Names!.FindOr((uint)level, "Unknown");
        p.Info.Append($" {m.Request.LevelName} Pattern: {pattern}");
        AddName(p, v, tree, Pattern, B + 24, pattern);
    }

    static Field LevelField(int @class) => @class switch
    {
        FileInfoClass => FileLevel,
        FileSystemInfoClass => FileSystemLevel,
        SecurityInfoClass => SecurityLevel,
        _ => Level,
    };

    /// <summary>Class and level of information; both stand in the Info column.</summary>
    static void AddLevel(Packet p, in View v, Node tree, in Message m)
    {
        int @class = v.U8(B + 2), level = v.U8(B + 3);
        (m.Request!.Class, m.Request.Level) = (@class, level);
        var field = LevelField(@class);
        p.Add(tree, Class, v, B + 2);
        p.Add(tree, field, v, B + 3);
        if (Class.Names!.Find((uint)@class) is { } name)
        {
            p.Info.Append($" {name}/{field.Names?.Find((uint)level) ?? $"(0x{level:x2})"}");
        }
        else
        {
            p.Info.Append($" Class (0x{@class:x2})/Level (0x{level:x2})");
        }
    }

    static void GetInfoRequest(Packet p, in View v, Node tree, in Message m)
    {
        AddLevel(p, v, tree, m);
        p.AddLE(tree, MaxResponseSize, v, B + 4);
        p.AddLE(tree, GetinfoInputOffset, v, B + 8);
        p.Add(tree, Reserved, v, B + 10, 2);
        p.AddLE(tree, GetinfoInputSize, v, B + 12);
        p.AddLE(tree, GetsetinfoAdditional, v, B + 16);
        p.AddLE(tree, GetinfoFlags, v, B + 20);
        AddFile(p, v, tree, B + 24, m);
    }

    static void SetInfoRequest(Packet p, in View v, Node tree, in Message m)
    {
        AddLevel(p, v, tree, m);
        p.AddLE(tree, SetinfoSize, v, B + 4);
        p.AddLE(tree, SetinfoOffset, v, B + 8);
        p.AddLE(tree, SetinfoReserved, v, B + 10);
        p.AddLE(tree, GetsetinfoAdditional, v, B + 12);
        AddFile(p, v, tree, B + 16, m);
    }

    /// <summary>A lock on caching is taken back; the size tells the message, as there are no others of those lengths.</summary>
    static void BreakMessage(Packet p, int size, in Message m) => p.Info.Append((size, m.IsResponse) switch
    {
        (24, true) => m.Id == ulong.MaxValue ? "Oplock Break Notification" : "Oplock Break Response",
        (24, false) => "Oplock Break Acknowledgment",
        (36, true) => m.Id == ulong.MaxValue ? "Lease Break Notification" : "Lease Break Response",
        (36, false) => "Lease Break Acknowledgment",
        (44, _) => "Lease Break Notification",
        (_, true) => "Break Response",
        _ => "Break Request",
    });
}
