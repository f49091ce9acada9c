using Wiretale.Dissection.Conversations;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Smb;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.DceRpc;

// Specification: C706 chapter 12.6 (connection-oriented PDUs); [MS-RPCE] section 2.2.2.
//
//    0       1       2       3       4               8       10      12              16
//   +-------+-------+-------+-------+---------------+-------+-------+---------------+----
//   | 5     | minor | type  | flags | representation| length| auth  | call id       | ...
//   +-------+-------+-------+-------+---------------+-------+-------+---------------+----

/// <summary>DCE/RPC over connections: TCP, or the named pipes of SMB.</summary>
public sealed class DceRpc() : Dissector("dcerpc")
{
    const int HeaderLength = 16, AuthHeaderLength = 8, ContextLength = 44, SyntaxLength = 20;
    const int Request = 0, Response = 2, Fault = 3, Bind = 11, BindAck = 12, BindNak = 13, Alter = 14, AlterResponse = 15, Auth3 = 16, LastType = 20;
    const int First = 1, Last = 2, HasObject = 0x80, LittleEndian = 0x10;
    const int Ntlm = 10, Spnego = 9;

    static readonly Protocol P = new("Distributed Computing Environment / Remote Procedure Call (DCE/RPC)", "DCERPC", "dcerpc");
    static readonly Field Version = P.UInt8("dcerpc.ver", "Version");
    static readonly Field VersionMinor = P.UInt8("dcerpc.ver_minor", "Version (minor)");
    static readonly ValueNames PktTypeNames = ValueNames.Of(() => [
        (0, "Request"), (1, "Ping"), (2, "Response"), (3, "Fault"), (4, "Working"), (5, "Nocall"), (6, "Reject"), (7, "Ack"),
        (8, "Cl_cancel"), (9, "Fack"), (10, "Cancel_ack"), (11, "Bind"), (12, "Bind_ack"), (13, "Bind_nak"), (14, "Alter_context"),
        (15, "Alter_context_resp"), (16, "AUTH3"), (17, "Shutdown"), (18, "Co_cancel"), (19, "Orphaned"), (20, "RPC-over-HTTP RTS")]);
    static readonly Field Type = P.UInt8("dcerpc.pkt_type", "Packet type", FieldBase.Dec, PktTypeNames);
    static readonly Field Flags = P.UInt8("dcerpc.cn_flags", "Packet Flags", FieldBase.Hex);
    static readonly Field FlagObject = P.Flag("dcerpc.cn_flags.object", "Object", 8, 0x80, ValueNames.SetNotSet);
    static readonly Field FlagMaybe = P.Flag("dcerpc.cn_flags.maybe", "Maybe", 8, 0x40, ValueNames.SetNotSet);
    static readonly Field FlagNotExecuted = P.Flag("dcerpc.cn_flags.dne", "Did Not Execute", 8, 0x20, ValueNames.SetNotSet);
    static readonly Field FlagMultiplex = P.Flag("dcerpc.cn_flags.mpx", "Multiplex", 8, 0x10, ValueNames.SetNotSet);
    static readonly Field FlagReserved = P.Flag("dcerpc.cn_flags.reserved", "Reserved", 8, 0x8, ValueNames.SetNotSet);
    static readonly Field FlagCancel = P.Flag("dcerpc.cn_flags.cancel_pending", "Cancel Pending", 8, 0x4, ValueNames.SetNotSet);
    static readonly Field FlagLast = P.Flag("dcerpc.cn_flags.last_frag", "Last Frag", 8, 0x2, ValueNames.SetNotSet);
    static readonly Field FlagFirst = P.Flag("dcerpc.cn_flags.first_frag", "First Frag", 8, 0x1, ValueNames.SetNotSet);
    static readonly Field Representation = P.Bytes("dcerpc.drep", "Data Representation");
    static readonly ValueNames ByteorderNames = ValueNames.Of(() => [(0, "Big-endian"), (1, "Little-endian")]);
    static readonly Field ByteOrder = P.UInt8("dcerpc.drep.byteorder", "Byte order", FieldBase.Dec, ByteorderNames);
    static readonly ValueNames CharacterNames = ValueNames.Of(() => [(0, "ASCII"), (1, "EBCDIC")]);
    static readonly Field Character = P.UInt8("dcerpc.drep.character", "Character", FieldBase.Dec, CharacterNames);
    static readonly ValueNames FpNames = ValueNames.Of(() => [(0, "IEEE"), (1, "VAX"), (2, "Cray"), (3, "IBM")]);
    static readonly Field FloatingPoint = P.UInt8("dcerpc.drep.fp", "Floating-point", FieldBase.Dec, FpNames);
    static readonly Field FragmentLength = P.UInt16("dcerpc.cn_frag_len", "Frag Length");
    static readonly Field AuthLength = P.UInt16("dcerpc.cn_auth_len", "Auth Length");
    static readonly Field CallId = P.UInt32("dcerpc.cn_call_id", "Call ID");
    static readonly Field MaxXmit = P.UInt16("dcerpc.cn_max_xmit", "Max Xmit Frag");
    static readonly Field MaxRecv = P.UInt16("dcerpc.cn_max_recv", "Max Recv Frag");
    static readonly Field AssocGroup = P.UInt32("dcerpc.cn_assoc_group", "Assoc Group", FieldBase.Hex);
    static readonly Field ContextItems = P.UInt8("dcerpc.cn_num_ctx_items", "Num Ctx Items");
    static readonly Field ContextItem = P.Label("dcerpc.cn_ctx_item", "Ctx Item");
    static readonly Field ContextId = P.UInt16("dcerpc.cn_ctx_id", "Context ID");
    static readonly Field TransferItems = P.UInt8("dcerpc.cn_num_trans_items", "Num Trans Items");
    static readonly Field AbstractSyntax = P.Label("dcerpc.cn_bind_abstract_syntax", "Abstract Syntax");
    static readonly Field InterfaceId = P.Field(FieldType.Guid, "dcerpc.cn_bind_to_uuid", "Interface UUID");
    static readonly Field InterfaceVersion = P.UInt16("dcerpc.cn_bind_if_ver", "Interface Ver");
    static readonly Field InterfaceVersionMinor = P.UInt16("dcerpc.cn_bind_if_ver_minor", "Interface Ver Minor");
    static readonly Field TransferSyntax = P.Label("dcerpc.cn_bind_trans", "Transfer Syntax");
    static readonly Field TransferId = P.Field(FieldType.Guid, "dcerpc.cn_bind_trans_id", "ID");
    static readonly Field TransferVersion = P.UInt32("dcerpc.cn_bind_trans_ver", "ver");
    static readonly Field AddressLength = P.UInt16("dcerpc.cn_sec_addr_len", "Scndry Addr len");
    static readonly Field Address = P.StringZ("dcerpc.cn_sec_addr", "Scndry Addr");
    static readonly Field Results = P.UInt8("dcerpc.cn_num_results", "Num results");
    static readonly ValueNames CnAckResultNames = ValueNames.Of(() => [(0, "Acceptance"), (1, "User rejection"), (2, "Provider rejection"), (3, "Negotiate ACK")]);
    static readonly Field AckResult = P.UInt16("dcerpc.cn_ack_result", "Ack result", FieldBase.Dec, CnAckResultNames);
    static readonly ValueNames CnAckReasonNames = ValueNames.Of(() => [
        (0, "Reason not specified"), (1, "Abstract syntax not supported"), (2, "Proposed transfer syntaxes not supported"),
        (3, "Local limit exceeded")]);
    static readonly Field AckReason = P.UInt16("dcerpc.cn_ack_reason", "Ack reason", FieldBase.Dec, CnAckReasonNames);
    static readonly Field AckTransferId = P.Field(FieldType.Guid, "dcerpc.cn_ack_trans_id", "Transfer Syntax");
    static readonly Field AckTransferVersion = P.UInt32("dcerpc.cn_ack_trans_ver", "Syntax ver");
    static readonly Field AllocHint = P.UInt32("dcerpc.cn_alloc_hint", "Alloc hint");
    static readonly Field Operation = P.UInt16("dcerpc.opnum", "Opnum");
    static readonly Field CancelCount = P.UInt8("dcerpc.cn_cancel_count", "Cancel count");
    static readonly ValueNames CnStatusNames = ValueNames.Of(() => [
        (0x0, "Stub-defined exception"), (0x1, "nca_s_fault_other"), (0x5, "nca_s_fault_access_denied"), (0x6f7, "nca_s_fault_ndr"),
        (0x6d8, "nca_s_fault_cant_perform"), (0x721, "nca_s_fault_sec_pkg_error"), (0x1c000001, "nca_s_fault_int_div_by_zero"),
        (0x1c000002, "nca_s_fault_addr_error"), (0x1c000003, "nca_s_fault_fp_div_zero"), (0x1c000004, "nca_s_fault_fp_underflow"),
        (0x1c000005, "nca_s_fault_fp_overflow"), (0x1c000006, "nca_s_fault_invalid_tag"), (0x1c000007, "nca_s_fault_invalid_bound"),
        (0x1c000008, "nca_rpc_version_mismatch"), (0x1c000009, "nca_unspec_reject"), (0x1c00000a, "nca_s_bad_actid"),
        (0x1c00000b, "nca_who_are_you_failed"), (0x1c00000c, "nca_manager_not_entered"), (0x1c00000d, "nca_s_fault_cancel"),
        (0x1c00000e, "nca_s_fault_ill_inst"), (0x1c00000f, "nca_s_fault_fp_error"), (0x1c000010, "nca_s_fault_int_overflow"),
        (0x1c000014, "nca_s_fault_pipe_empty"), (0x1c000015, "nca_s_fault_pipe_closed"), (0x1c000016, "nca_s_fault_pipe_order"),
        (0x1c000017, "nca_s_fault_pipe_discipline"), (0x1c000018, "nca_s_fault_pipe_comm_error"), (0x1c000019, "nca_s_fault_pipe_memory"),
        (0x1c00001a, "nca_s_fault_context_mismatch"), (0x1c00001b, "nca_s_fault_remote_no_memory"),
        (0x1c00001c, "nca_invalid_pres_context_id"), (0x1c00001d, "nca_unsupported_authn_level"), (0x1c00001f, "nca_invalid_checksum"),
        (0x1c000020, "nca_invalid_crc"), (0x1c000021, "ncs_s_fault_user_defined"), (0x1c000022, "nca_s_fault_tx_open_failed"),
        (0x1c000023, "nca_s_fault_codeset_conv_error"), (0x1c000024, "nca_s_fault_object_not_found"),
        (0x1c000025, "nca_s_fault_no_client_stub"), (0x1c010002, "nca_op_rng_error"), (0x1c010003, "nca_unk_if"),
        (0x1c010006, "nca_wrong_boot_time"), (0x1c010009, "nca_s_you_crashed"), (0x1c01000b, "nca_proto_error"),
        (0x1c010013, "nca_out_args_too_big"), (0x1c010014, "nca_server_too_busy"), (0x1c010017, "nca_unsupported_type"),
        (0x80004001, "E_NOTIMPL"), (0x80004003, "E_POINTER"), (0x80004004, "E_ABORT"), (0x8000ffff, "E_UNEXPECTED"),
        (0x80010105, "RPC_E_SERVERFAULT"), (0x80010108, "RPC_E_DISCONNECTED"), (0x80010113, "RPC_E_INVALID_IPID"),
        (0x8001011f, "RPC_E_TIMEOUT"), (0x80020003, "DISP_E_MEMBERNOTFOUND"), (0x80020006, "DISP_E_UNKNOWNNAME"),
        (0x8002000e, "DISP_E_BADPARAMCOUNT"), (0x8004cb00, "CBA_E_MALFORMED"), (0x8004cb01, "CBA_E_UNKNOWNOBJECT"),
        (0x8004cb05, "CBA_E_INVALIDID"), (0x8004cb09, "CBA_E_INVALIDCOOKIE"), (0x8004cb0b, "CBA_E_QOSTYPEUNSUPPORTED"),
        (0x8004cb0c, "CBA_E_QOSVALUEUNSUPPORTED"), (0x8004cb0f, "CBA_E_NOTAPPLICABLE"), (0x8004cb12, "CBA_E_LIMITVIOLATION"),
        (0x8004cb13, "CBA_E_QOSTYPENOTAPPLICABLE"), (0x8004cb18, "CBA_E_OUTOFPARTNERACCOS"), (0x8004cb1c, "CBA_E_FLAGUNSUPPORTED"),
        (0x8004cb23, "CBA_E_FRAMECOUNTUNSUPPORTED"), (0x8004cb25, "CBA_E_MODECHANGE"), (0x8007000e, "E_OUTOFMEMORY"),
        (0x80070057, "E_INVALIDARG"), (0x800706d1, "RPC_S_PROCNUM_OUT_OF_RANGE"), (0x80070776, "OR_INVALID_OXID")]);
    static readonly Field FaultStatus = P.UInt32("dcerpc.cn_status", "Status", FieldBase.Hex, CnStatusNames);
    static readonly Field AuthInfo = P.Label("dcerpc.auth_info", "Auth Info");
    static readonly ValueNames AuthTypeNames = ValueNames.Of(() => [
        (0, "None"), (1, "Kerberos 5"), (9, "SPNEGO"), (10, "NTLMSSP"), (14, "SCHANNEL SSP"), (16, "Kerberos SSP"),
        (17, "Distributed Password Authentication SSP"), (18, "MSN SSP"), (21, "Digest SSP"), (68, "NETLOGON Secure Channel"),
        (100, "MSMQ SSP")]);
    static readonly Field AuthType = P.UInt8("dcerpc.auth_type", "Auth type", FieldBase.Dec, AuthTypeNames);
    static readonly ValueNames AuthLevelNames = ValueNames.Of(() => [(1, "None"), (2, "Connect"), (3, "Call"), (4, "Packet"), (5, "Packet integrity"), (6, "Packet privacy")]);
    static readonly Field AuthLevel = P.UInt8("dcerpc.auth_level", "Auth level", FieldBase.Dec, AuthLevelNames);
    static readonly Field AuthPad = P.UInt8("dcerpc.auth_pad_len", "Auth pad len");
    static readonly Field AuthReserved = P.UInt8("dcerpc.auth_rsrvd", "Auth Rsrvd");
    static readonly Field AuthContext = P.UInt32("dcerpc.auth_ctx_id", "Auth Context ID");
    static readonly Field StubData = P.Bytes("dcerpc.stub_data", "Stub data");
    static readonly Field RequestIn = P.FrameNumber("dcerpc.request_in", "Request in frame");
    static readonly Field Time = P.RelativeTime("dcerpc.time", "Time from request");
    static readonly ValueNames CnRejectReasonNames = ValueNames.Of(() => [
        (0, "Reason not specified"), (1, "Temporary congestion"), (2, "Local limit exceeded"), (3, "Called paddr unknown"),
        (4, "Protocol version not supported"), (5, "Default context not supported"), (6, "User data not readable"),
        (7, "No PSAP available"), (8, "Authentication type not recognized"), (9, "Invalid checksum")]);
    static readonly Field RejectReason = P.UInt16("dcerpc.cn_reject_reason", "Reject reason", FieldBase.Dec, CnRejectReasonNames);

    static readonly Field[] FlagBits = [FlagObject, FlagMaybe, FlagNotExecuted, FlagMultiplex, FlagReserved, FlagCancel, FlagLast, FlagFirst];

    /// <summary>The interfaces by their number (see <see cref="DceRpcInterface.Key"/>).</summary>
    public static readonly TableKey Interfaces = new("dcerpc.interface", "DCE/RPC interface");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Tcp.Heuristics, (p, in v, parent) => IsPdu(v, 0) && Dissect(p, v, parent) > 0);

    /// <summary>Whether a PDU begins here: version 5, a type there is, and a representation there is.</summary>
    internal static bool IsPdu(in View v, int at) =>
        v.Has(at, HeaderLength) && v.U8(at) == 5 && v.U8(at + 1) <= 1 && v.U8(at + 2) <= LastType
        && (v.U8(at + 4) & 0xee) == 0 && v.U8(at + 5) <= 3 && LengthAt(v, at) >= HeaderLength;

    static int LengthAt(in View v, int at) => (v.U8(at + 4) & LittleEndian) != 0 ? v.U16LE(at + 8) : v.U16(at + 8);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Stream is null || p.Engine.State<DceRpcCall>().InPipe)
        {
            One(p, v, parent);
            return v.Reported;
        }

        p.Engine.State<DceRpcCall>().Pipe = default;
        return Tcp.Pdus(p, v, parent, HeaderLength, static (_, in view, at) => LengthAt(view, at), One);
    }

    void One(Packet p, in View v, Node parent)
    {
        var call = p.Engine.State<DceRpcCall>();
        var memory = p.Conversation?.GetOrAdd<DceRpcMemory>(this) ?? new();
        bool little = (v.U8(4) & LittleEndian) != 0;
        int type = v.U8(2), flags = v.U8(3), length = LengthAt(v, 0), auth = (int)v.UInt(10, 2, little);
        uint id = (uint)v.UInt(12, 4, little);
        string name = Type.Names!.FindOr((uint)type, "Unknown");
        string fragment = (flags & (First | Last)) switch { First | Last => "Single", First => "1st", Last => "Last", _ => "Mid" };
        p.SetProtocol("DCERPC");
        p.Info.Set($"{name}: call_id: {id}, Fragment: {fragment}");
        var tree = p.Open(P, v, parent, 0, Math.Min(length, v.Captured));
        p.Label(tree, $"{P.Name} {name}, Fragment: {fragment}, FragLen: {length}, Call: {id}");
        if (p.WantsFields)
        {
            p.AddAll(tree, v, 0, Version, VersionMinor, Type);
            p.AddBits(tree, Flags, v, 3, FlagBits);
            AddRepresentation(p, v, tree);
            p.Add(tree, FragmentLength, v, 8, 2, little);
            p.Add(tree, AuthLength, v, 10, 2, little);
            p.Add(tree, CallId, v, 12, 4, little);
        }

        int stubEnd = auth > 0 ? length - auth - AuthHeaderLength : length;
        switch (type)
        {
            case Bind or Alter:
                ShowBind(p, v, tree, little, memory, call.Pipe);
                break;
            case BindAck or AlterResponse:
                ShowBindAck(p, v, tree, little);
                break;
            case BindNak:
                p.Add(tree, RejectReason, v, HeaderLength, 2, little);
                p.Info.Append($" reason: {RejectReason.Names!.FindOr(v.UInt(HeaderLength, 2, little), "Unknown")}");
                break;
            case Request:
                int operation = (int)v.UInt(22, 2, little), context = (int)v.UInt(20, 2, little);
                p.Info.Append($", opnum: {operation}, Ctx: {context}");
                p.Add(tree, AllocHint, v, 16, 4, little);
                p.Add(tree, ContextId, v, 20, 2, little);
                p.Add(tree, Operation, v, 22, 2, little);
                var asked = memory.Interface(call.Pipe, context);
                memory.Ask(call.Pipe, id, new(operation, asked, p.Number, p.Time));
                ShowStub(p, v, tree, parent, (flags & HasObject) != 0 ? 40 : 24, stubEnd, asked, operation, isRequest: true, (flags & 3) == 3);
                break;
            case Response:
                int context2 = (int)v.UInt(20, 2, little);
                p.Info.Append($", Ctx: {context2}");
                p.Add(tree, AllocHint, v, 16, 4, little);
                p.Add(tree, ContextId, v, 20, 2, little);
                p.Add(tree, CancelCount, v, 22);
                var of = memory.Answer(call.Pipe, id);
                if (of is { } request)
                {
                    p.Generated(p.AddUInt(tree, Operation, v, 0, 0, (uint)request.Operation));
                    p.Generated(p.AddUInt(tree, RequestIn, v, 0, 0, (uint)request.Frame));
                    p.Generated(p.AddTime(tree, Time, v, 0, 0, p.Time - request.Time));
                }

                ShowStub(p, v, tree, parent, 24, stubEnd, of?.Interface ?? memory.Interface(call.Pipe, context2), of?.Operation ?? -1, isRequest: false, (flags & 3) == 3);
                break;
            case Fault:
                p.Add(tree, AllocHint, v, 16, 4, little);
                p.Add(tree, ContextId, v, 20, 2, little);
                p.Add(tree, CancelCount, v, 22);
                p.Add(tree, FaultStatus, v, 24, 4, little);
                p.Info.Append($", Ctx: {v.UInt(20, 2, little)}, status: {FaultStatus.Names?.Find(v.UInt(24, 4, little)) ?? $"Unknown (0x{v.UInt(24, 4, little):x8})"}");
                break;
            default:
                break;
        }

        if (auth > 0 && stubEnd >= HeaderLength)
        {
            ShowAuth(p, v, tree, stubEnd, auth, little);
        }
    }

    static void AddRepresentation(Packet p, in View v, Node tree)
    {
        int first = v.U8(4), floats = v.U8(5);
        var node = p.Add(tree, Representation, v, 4, 4);
        p.AppendLabel(node, $" (Order: {ByteOrder.Names!.Find((uint)first >> 4)}, Char: {Character.Names!.Find((uint)first & 15)}, Float: {FloatingPoint.Names!.Find((uint)floats)})");
        p.AddUInt(node, ByteOrder, v, 4, 1, (uint)first >> 4);
        p.AddUInt(node, Character, v, 4, 1, (uint)first & 15);
        p.AddUInt(node, FloatingPoint, v, 5, 1, (uint)floats);
    }

    static Guid GuidAt(in View v, int at, bool little) => new(v.Span(at, 16), bigEndian: !little);

    static string SyntaxName(Guid id) => id == DceRpcSyntaxes.Ndr ? "32bit NDR" : id == DceRpcSyntaxes.Ndr64 ? "64bit NDR" : id.ToString();

    static void ShowBind(Packet p, in View v, Node tree, bool little, DceRpcMemory memory, (ulong, ulong) pipe)
    {
        p.Add(tree, MaxXmit, v, 16, 2, little);
        p.Add(tree, MaxRecv, v, 18, 2, little);
        p.Add(tree, AssocGroup, v, 20, 4, little);
        p.Add(tree, ContextItems, v, 24);
        int count = v.U8(24), at = 28;
        p.Info.Append($", {count} context items:");
        for (int i = 0; i < count; i++)
        {
            int context = (int)v.UInt(at, 2, little), syntaxes = v.U8(at + 2);
            var id = GuidAt(v, at + 4, little);
            uint version = (uint)v.UInt(at + 20, 2, little), minor = (uint)v.UInt(at + 22, 2, little);
            var known = p.Engine.Find(Interfaces, DceRpcInterface.Key(id)) as DceRpcInterface;
            known = known?.Id == id ? known : null;
            memory.Bind(pipe, context, known);
            string name = known?.ContextName ?? id.ToString();
            var item = p.Add(tree, ContextItem, v, at, Math.Min(24 + (SyntaxLength * syntaxes), v.CapturedFrom(at)));
            p.Add(item, ContextId, v, at, 2, little);
            p.Add(item, TransferItems, v, at + 2);
            var abstractItem = p.Add(item, AbstractSyntax, v, at + 4, SyntaxLength);
            p.Label(abstractItem, $"Abstract Syntax: {name} V{version}.{minor}");
            var idNode = p.Add(abstractItem, InterfaceId, v, at + 4, 16, little);
            p.Label(idNode, $"Interface: {name} UUID: {id}");
            p.Add(abstractItem, InterfaceVersion, v, at + 20, 2, little);
            p.Add(abstractItem, InterfaceVersionMinor, v, at + 22, 2, little);
            p.Info.Append(i > 0 ? ", "u8 : " "u8);
            p.Info.Append($"{name} V{version}.{minor} (");
            at += 24;
            string first = "";
            for (int j = 0; j < syntaxes; j++, at += SyntaxLength)
            {
                string syntax = SyntaxName(GuidAt(v, at, little));
                first = j == 0 ? syntax : first;
                p.Info.Append(j > 0 ? ", "u8 : ""u8);
                p.Info.Append(syntax);
                var transfer = p.Add(item, TransferSyntax, v, at, SyntaxLength);
                p.Label(transfer, $"Transfer Syntax[{j + 1}]: {syntax} V{v.UInt(at + 16, 4, little)}");
                var transferId = p.Add(transfer, TransferId, v, at, 16, little);
                p.Label(transferId, $"Transfer Syntax: {syntax} UUID:{GuidAt(v, at, little)}");
                p.Add(transfer, TransferVersion, v, at + 16, 4, little);
            }

            p.Info.Append(")"u8);
            p.Label(item, $"Ctx Item[{i + 1}]: Context ID:{context}, {name}, {first}");
        }
    }

    static void ShowBindAck(Packet p, in View v, Node tree, bool little)
    {
        p.Add(tree, MaxXmit, v, 16, 2, little);
        p.Add(tree, MaxRecv, v, 18, 2, little);
        p.Add(tree, AssocGroup, v, 20, 4, little);
        p.Add(tree, AddressLength, v, 24, 2, little);
        int address = (int)v.UInt(24, 2, little);
        if (address > 0)
        {
            p.Add(tree, Address, v, 26, address);
        }

        int at = (26 + address + 3) & ~3;
        int count = v.U8(at);
        p.Add(tree, Results, v, at);
        p.Info.Append($", max_xmit: {v.UInt(16, 2, little)} max_recv: {v.UInt(18, 2, little)}, {count} results:");
        at += 4;
        for (int i = 0; i < count; i++, at += 24)
        {
            uint result = (uint)v.UInt(at, 2, little);
            string word = AckResult.Names!.FindOr(result, $"Unknown ({result})");
            p.Info.Append(i > 0 ? ", "u8 : " "u8);
            p.Info.Append(word);
            string syntax = SyntaxName(GuidAt(v, at + 4, little));
            var item = p.AddText(tree, v, at, 24, $"Ctx Item[{i + 1}]: {word}{(result == 0 ? ", " : "")}{(result == 0 ? syntax : "")}");
            p.Add(item, AckResult, v, at, 2, little);
            if (result != 0)
            {
                p.Add(item, AckReason, v, at + 2, 2, little);
            }

            p.Add(item, AckTransferId, v, at + 4, 16, little);
            p.Add(item, AckTransferVersion, v, at + 20, 4, little);
        }
    }

    static void ShowStub(Packet p, in View v, Node tree, Node parent, int at, int end, DceRpcInterface? known, int operation, bool isRequest, bool whole)
    {
        var stub = v.Part(at, Math.Max(0, end - at));
        if (known is not null && operation >= 0 && whole)
        {
            var call = p.Engine.State<DceRpcCall>();
            (call.Operation, call.IsRequest) = (operation, isRequest);
            p.Call(known, stub, parent);
            return;
        }

        if (stub.Captured > 0)
        {
            p.Add(tree, StubData, stub, 0, stub.Captured);
        }
    }

    static void ShowAuth(Packet p, in View v, Node tree, int at, int length, bool little)
    {
        int type = v.U8(at), level = v.U8(at + 1);
        var node = p.Add(tree, AuthInfo, v, at, Math.Min(AuthHeaderLength + length, v.CapturedFrom(at)));
        p.Label(node, $"Auth Info: {AuthType.Names!.FindOr((uint)type, "Unknown")}, {AuthLevel.Names!.FindOr((uint)level, "Unknown")}, AuthContextId({v.UInt(at + 4, 4, little)})");
        p.AddAll(node, v, at, AuthType, AuthLevel, AuthPad, AuthReserved);
        p.Add(node, AuthContext, v, at + 4, 4, little);
        if (v.U8(2) is Request or Response or Fault)
        {
            return;
        }

        if (type is Ntlm or Spnego)
        {
            SecurityBlobs.Dissect(p, v.Part(at + AuthHeaderLength, length), node);
        }
    }
}

/// <summary>How the numbers in a call may lie ([MS-RPCE] section 2.2.4.12, 2.2.5).</summary>
static class DceRpcSyntaxes
{
    public static readonly Guid Ndr = new("8a885d04-1ceb-11c9-9fe8-08002b104860"), Ndr64 = new("71710533-beba-4937-8319-b5dbef9ccc36");
}
