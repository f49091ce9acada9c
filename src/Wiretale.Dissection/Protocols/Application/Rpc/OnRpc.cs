using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

// Specification: RFC 5531; over TCP every message is a record with a mark (section 11).
//
//    0               4               8               12              16              20              24
//   +---------------+---------------+---------------+---------------+---------------+---------------+----
//   | XID           | 0 (call)      | 2             | program       | version       | procedure     | credentials, verifier, arguments
//   | XID           | 1 (reply)     | 0 (accepted)  | verifier ...  | 0 (success)   | results
//   +---------------+---------------+---------------+---------------+---------------+---------------+----

/// <summary>ONC Remote Procedure Call: finds calls by their looks, and replies by the calls they belong to.</summary>
public sealed class OnRpc() : Dissector("rpc")
{
    const uint CallType = 0, ReplyType = 1, RpcVersion = 2, LastFragment = 0x80000000;
    const int MarkLength = 4, CallHeader = 24, LongestRecord = 4 << 20, MaxGroups = 64;
    const uint UnixFlavor = 1;

    static readonly Protocol P = new("Remote Procedure Call", "RPC", "rpc");
    static readonly Field IsLast = P.Flag("rpc.lastfrag", "Last Fragment", 32, 0x80000000, ValueNames.YesNo);
    static readonly Field FragmentLength = P.UInt32("rpc.fraglen", "Fragment Length", mask: 0x7fffffff);
    static readonly Field Xid = P.UInt32("rpc.xid", "XID", FieldBase.HexDec);
    static readonly ValueNames MsgtypNames = ValueNames.Of(() => [(0, "Call"), (1, "Reply")]);
    static readonly Field Type = P.UInt32("rpc.msgtyp", "Message Type", FieldBase.Dec, MsgtypNames);
    static readonly ValueNames ReplystatNames = ValueNames.Of(() => [(0, "accepted"), (1, "denied")]);
    static readonly Field ReplyState = P.UInt32("rpc.replystat", "Reply State", FieldBase.Dec, ReplystatNames);
    static readonly ValueNames StateAcceptNames = ValueNames.Of(() => [
        (0, "RPC executed successfully"), (1, "remote hasn't exported program"), (2, "remote can't support version #"),
        (3, "program can't support procedure"), (4, "procedure can't decode params"), (5, "system errors like memory allocation failure")]);
    static readonly Field AcceptState = P.UInt32("rpc.state_accept", "Accept State", FieldBase.Dec, StateAcceptNames);
    static readonly ValueNames StateRejectNames = ValueNames.Of(() => [(0, "RPC_MISMATCH"), (1, "AUTH_ERROR")]);
    static readonly Field RejectState = P.UInt32("rpc.state_reject", "Reject State", FieldBase.Dec, StateRejectNames);
    static readonly ValueNames StateAuthNames = ValueNames.Of(() => [
        (1, "bad credential (seal broken)"), (2, "client must begin new session"), (3, "bad verifier (seal broken)"),
        (4, "verifier expired or replayed"), (5, "rejected for security reasons"), (13, "GSS credential problem"),
        (14, "GSS context problem")]);
    static readonly Field AuthState = P.UInt32("rpc.state_auth", "Auth State", FieldBase.Dec, StateAuthNames);
    static readonly Field Version = P.UInt32("rpc.version", "RPC Version");
    static readonly Field VersionMin = P.UInt32("rpc.version.min", "RPC Version (Minimum)");
    static readonly Field VersionMax = P.UInt32("rpc.version.max", "RPC Version (Maximum)");
    static readonly Field Program = P.UInt32("rpc.program", "Program");
    internal static readonly Field ProgramVersion = P.UInt32("rpc.programversion", "Program Version");
    static readonly Field ProgramVersionMin = P.UInt32("rpc.programversion.min", "Program Version (Minimum)");
    static readonly Field ProgramVersionMax = P.UInt32("rpc.programversion.max", "Program Version (Maximum)");
    static readonly Field Procedure = P.UInt32("rpc.procedure", "Procedure");
    static readonly ValueNames FlavorNames = ValueNames.Of(() => [
        (0, "AUTH_NULL"), (1, "AUTH_UNIX"), (2, "AUTH_SHORT"), (3, "AUTH_DES"), (5, "AUTH_RSA/Gluster"), (6, "RPCSEC_GSS"),
        (300001, "AUTH_GSSAPI"), (390003, "RPCSEC_GSS_KRB5"), (390004, "RPCSEC_GSS_KRB5I"), (390005, "RPCSEC_GSS_KRB5P"),
        (390006, "RPCSEC_GSS_LIPKEY"), (390007, "RPCSEC_GSS_LIPKEY_I"), (390008, "RPCSEC_GSS_LIPKEY_P"), (390009, "RPCSEC_GSS_SPKM3"),
        (390010, "RPCSEC_GSS_SPKM3I"), (390011, "RPCSEC_GSS_SPKM3P"), (390039, "AUTH_GLUSTERFS")]);
    static readonly Field Flavor = P.UInt32("rpc.auth.flavor", "Flavor", FieldBase.Dec, FlavorNames);
    static readonly Field AuthLength = P.UInt32("rpc.auth.length", "Length");
    static readonly Field Stamp = P.UInt32("rpc.auth.stamp", "Stamp", FieldBase.Hex);
    static readonly Field Uid = P.UInt32("rpc.auth.uid", "UID");
    static readonly Field Gid = P.UInt32("rpc.auth.gid", "GID");
    static readonly Field MachineName = P.String("rpc.auth.machinename", "Machine Name");
    internal static readonly Field OpaqueLength = P.UInt32("rpc.opaque_length", "length");
    static readonly Field OpaqueData = P.Bytes("rpc.opaque_data", "opaque data");
    internal static readonly Field FillBytes = P.Bytes("rpc.fill_bytes", "fill bytes");
    static readonly Field CallFrame = P.FrameNumber("rpc.repframe", "Reply Frame");
    static readonly Field Time = P.RelativeTime("rpc.time", "Time from request");

    /// <summary>Programs by their numbers.</summary>
    public static readonly TableKey Programs = new("rpc.program", "ONC-RPC program");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Heuristic(Tcp.Heuristics, (p, in v, parent) => IsRecord(p, v, 0) && Dissect(p, v, parent) > 0);
        claims.Heuristic(Udp.Heuristics, (p, in v, parent) => IsMessage(p, v, 0, out _) && Datagram(p, v, parent));
    }

    /// <summary>Whether a message begins here: a call of a known program, or the reply to a call that was seen.</summary>
    static bool IsMessage(Packet p, in View v, int at, out RpcCall? call)
    {
        call = null;
        if (!v.Has(at, 12))
        {
            return false;
        }

        uint type = v.U32(at + 4);
        if (type == CallType)
        {
            return v.Has(at, CallHeader) && v.U32(at + 8) == RpcVersion && p.Engine.Find(Programs, v.U32(at + 12)) is RpcProgram;
        }

        return type == ReplyType && v.U32(at + 8) <= 1 && p.Engine.State<RpcCalls>().TryFind(p, v.U32(at), isReply: true, out call);
    }

    static bool IsRecord(Packet p, in View v, int at) =>
        v.Has(at, MarkLength) && (v.U32(at) & ~LastFragment) is > 8 and <= LongestRecord && IsMessage(p, v, at + MarkLength, out _);

    bool Datagram(Packet p, in View v, Node parent)
    {
        p.Info.Clear();
        Message(p, v, parent, 0);
        return true;
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Stream is not { } stream)
        {
            return Datagram(p, v, parent) ? v.Reported : 0;
        }

        if (!IsRecord(p, v, 0))
        {
            return 0;
        }

        p.Conversation!.Dissector = this;
        int at = 0;
        while (at < v.Reported)
        {
            int left = v.ReportedFrom(at);
            if (left < MarkLength + CallHeader && stream.CanWait && v.CapturedFrom(at) == left && (left < MarkLength || left < MarkLength + (v.U32(at) & ~LastFragment)))
            {
                stream.NeedMore(at, StreamContext.OneMoreSegment);
                break;
            }

            if (!IsRecord(p, v, at))
            {
                break;
            }

            int whole = MarkLength + (int)(v.U32(at) & ~LastFragment);
            if (whole > left && stream.CanWait)
            {
                stream.NeedMore(at, whole - left);
                break;
            }

            if (at > 0)
            {
                p.Info.Append("  ; "u8);
            }
            else
            {
                p.Info.Clear();
            }

            var state = p.Mark();
            var part = v.Part(at, whole);
            try
            {
                Message(p, part, parent, MarkLength);
            }
            catch (BoundsException e)
            {
                p.Recover(state, e, part, parent);
            }

            at += whole;
        }

        return v.Reported;
    }

    static void Message(Packet p, in View v, Node parent, int at)
    {
        uint xid = v.U32(at);
        bool isCall = v.U32(at + 4) == CallType;
        var calls = p.Engine.State<RpcCalls>();
        p.SetProtocol("RPC");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Remote Procedure Call, Type:{(isCall ? "Call" : "Reply")} XID:0x{xid:x8}");
        if (at > 0)
        {
            var mark = p.AddText(tree, v, 0, MarkLength, $"Fragment header: {((v.U32(0) & LastFragment) != 0 ? "Last f" : "F")}ragment, {v.U32(0) & ~LastFragment} bytes");
            p.Add(mark, IsLast, v, 0);
            p.Add(mark, FragmentLength, v, 0);
        }

        p.Add(tree, Xid, v, at);
        p.Add(tree, Type, v, at + 4);
        RpcCall call;
        if (isCall)
        {
            call = new(v.U32(at + 12), v.U32(at + 16), v.U32(at + 20), p.Number, p.Time);
            if (!calls.TryFind(p, xid, isReply: false, out var earlier) || earlier!.Program != call.Program || earlier.IsAnswered)
            {
                calls.Add(p, xid, call);
            }
        }
        else if (!calls.TryFind(p, xid, isReply: true, out call!))
        {
            return;
        }

        var program = (RpcProgram)p.Engine.Find(Programs, call.Program)!;
        string procedure = program.ProcedureName(call.Version, call.Procedure) ?? $"proc-{call.Procedure}";
        p.SetProtocol(program.Protocol.ShortName);
        p.Info.Append($"V{call.Version} {procedure} {(isCall ? "Call" : "Reply")}");
        if (!isCall)
        {
            p.Info.Append($" (Call In {call.Frame})");
        }

        if (isCall)
        {
            p.Add(tree, Version, v, at + 8);
        }

        int ids = isCall ? at + 12 : 0, size = isCall ? 4 : 0;
        var idNode = p.AddUInt(tree, Program, v, ids, size, call.Program);
        p.Label(idNode, $"Program: {program.ProgramName} ({call.Program})");
        var versionNode = p.AddUInt(tree, ProgramVersion, v, isCall ? at + 16 : 0, size, call.Version);
        var procedureNode = p.AddUInt(tree, Procedure, v, isCall ? at + 20 : 0, size, call.Procedure);
        p.Label(procedureNode, $"Procedure: {procedure} ({call.Procedure})");
        if (!isCall)
        {
            p.Generated(idNode);
            p.Generated(versionNode);
            p.Generated(procedureNode);
            Reply(p, v, tree, parent, at, call, program);
            return;
        }

        at += CallHeader;
        at = AddAuthentication(p, v, tree, at, "Credentials");
        at = AddAuthentication(p, v, tree, at, "Verifier");
        Body(p, v, parent, at, call, program, isCall: true);
    }

    static void Reply(Packet p, in View v, Node tree, Node parent, int at, RpcCall call, RpcProgram program)
    {
        call.IsAnswered = true;
        uint state = v.U32(at + 8);
        p.Add(tree, ReplyState, v, at + 8);
        p.Generated(p.AddUInt(tree, CallFrame, v, 0, 0, (uint)call.Frame));
        p.Generated(p.AddTime(tree, Time, v, at + 12, 0, p.Time - call.Time));
        at += 12;
        if (state != 0)
        {
            uint reason = v.U32(at);
            p.Add(tree, RejectState, v, at);
            if (reason == 0)
            {
                p.AddAll(tree, v, at + 4, VersionMin, VersionMax);
            }
            else
            {
                p.Add(tree, AuthState, v, at + 4);
            }

            return;
        }

        at = AddAuthentication(p, v, tree, at, "Verifier");
        uint accepted = v.U32(at);
        p.Add(tree, AcceptState, v, at);
        at += 4;
        if (accepted == 0)
        {
            Body(p, v, parent, at, call, program, isCall: false);
        }
        else if (accepted == 2)
        {
            p.AddAll(tree, v, at, ProgramVersionMin, ProgramVersionMax);
        }
    }

    static void Body(Packet p, in View v, Node parent, int at, RpcCall call, RpcProgram program, bool isCall)
    {
        var message = p.Engine.State<RpcMessage>();
        (message.Call, message.IsCall) = (call, isCall);
        p.Call(program, v.From(at), parent);
    }

    static int AddAuthentication(Packet p, in View v, Node tree, int at, string name)
    {
        uint flavor = v.U32(at);
        int length = (int)Math.Min(v.U32(at + 4), int.MaxValue - 8), end = at + 8 + ((length + 3) & ~3);
        v.Ensure(at, 8);
        v.Ensure(at + 8, length);
        var node = p.AddText(tree, v, at, Math.Min(end - at, v.CapturedFrom(at)), name);
        p.AddAll(node, v, at, Flavor, AuthLength);
        if (flavor == UnixFlavor && length >= 20)
        {
            p.Add(node, Stamp, v, at + 8);
            int next = RpcProgram.AddOpaque(p, v, node, at + 12, "Machine Name", MachineName);
            p.AddAll(node, v, next, Uid, Gid);
            int count = (int)Math.Min(v.U32(next + 8), MaxGroups);
            var text = p.Scratch;
            text.Clear();
            for (int i = 0; i < count; i++)
            {
                text.Append($"{(i > 0 ? ", " : "")}{v.U32(next + 12 + (4 * i))}");
            }

            var groups = p.AddText(node, v, next + 8, 4 + (4 * count), $"Auxiliary GIDs ({count})");
            p.AppendLabel(groups, $" [{text.Bytes}]");
            for (int i = 0; i < count; i++)
            {
                p.Add(groups, Gid, v, next + 12 + (4 * i));
            }
        }
        else if (length > 0)
        {
            p.Add(node, OpaqueData, v, at + 8, length);
        }

        return end;
    }
}
