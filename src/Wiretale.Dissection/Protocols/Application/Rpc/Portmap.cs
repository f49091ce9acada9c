using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

// Specification: RFC 1833: versions 2 (ports), 3 and 4 (addresses).

/// <summary>Portmap and rpcbind: which port a program listens on.</summary>
public sealed class Portmap() : RpcProgram("portmap", 100000, "Portmap")
{
    const uint GetPort = 3;

    static readonly Protocol P = new("Portmap", "Portmap", "portmap");
    static readonly ValueNames ProcedureV1Names = ValueNames.Of(() => [(0, "NULL"), (1, "SET"), (2, "UNSET"), (3, "GETPORT"), (4, "DUMP"), (5, "CALLIT")]);
    static readonly Field Procedure1 = P.UInt32("portmap.procedure_v1", "V1 Procedure", FieldBase.Dec, ProcedureV1Names);
    static readonly Field Procedure2 = P.UInt32("portmap.procedure_v2", "V2 Procedure", FieldBase.Dec, ProcedureV1Names);
    static readonly ValueNames ProcedureV3Names = ValueNames.Of(() => [
        (0, "NULL"), (1, "SET"), (2, "UNSET"), (3, "GETADDR"), (4, "DUMP"), (5, "CALLIT"), (6, "GETTIME"), (7, "UADDR2TADDR"),
        (8, "TADDR2UADDR")]);
    static readonly Field Procedure3 = P.UInt32("portmap.procedure_v3", "V3 Procedure", FieldBase.Dec, ProcedureV3Names);
    static readonly ValueNames ProcedureV4Names = ValueNames.Of(() => [
        (0, "NULL"), (1, "SET"), (2, "UNSET"), (3, "GETADDR"), (4, "DUMP"), (5, "BCAST"), (6, "GETTIME"), (7, "UADDR2TADDR"),
        (8, "TADDR2UADDR"), (9, "GETVERSADDR"), (10, "INDIRECT"), (11, "GETADDRLIST"), (12, "GETSTAT")]);
    static readonly Field Procedure4 = P.UInt32("portmap.procedure_v4", "V4 Procedure", FieldBase.Dec, ProcedureV4Names);
    static readonly Field Program = P.UInt32("portmap.prog", "Program");
    static readonly Field Port = P.UInt32("portmap.port", "Port");
    static readonly Field Transport = P.UInt32("portmap.proto", "Protocol");
    static readonly Field Version = P.UInt32("portmap.version", "Version");
    static readonly Field Answer = P.Flag("portmap.answer", "Answer");
    static readonly Field Binding = P.Label("portmap.rpcb", "RPCB");
    static readonly Field BindingProgram = P.UInt32("portmap.rpcb.prog", "Program");
    static readonly Field BindingVersion = P.UInt32("portmap.rpcb.version", "Version");
    static readonly Field NetworkId = P.String("portmap.rpcb.netid", "Network Id");
    static readonly Field Address = P.String("portmap.rpcb.addr", "Universal Address");
    static readonly Field Owner = P.String("portmap.rpcb.owner", "Owner of this Service");
    static readonly Field UniversalAddress = P.String("portmap.uaddr", "Universal Address");

    static Field ProcedureField(uint version) => version switch { 1 => Procedure1, 3 => Procedure3, 4 => Procedure4, _ => Procedure2 };

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override string? ProcedureName(uint version, uint procedure) => version <= 4 ? ProcedureField(version).Names!.Find(procedure) : null;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var message = p.Engine.State<RpcMessage>();
        var call = message.Call;
        var tree = p.Open(P, v, parent);
        AddHead(p, v, tree, ProcedureField(call.Version), call);
        switch (call.Version, call.Procedure, message.IsCall)
        {
            case (2, 1 or 2 or GetPort, true):
                Mapping(p, v, tree, inColumn: call.Procedure == GetPort);
                break;
            case (2, GetPort, false):
                uint port = v.U32(0);
                p.Add(tree, Port, v, 0);
                if (port == 0)
                {
                    p.Info.Append(" PROGRAM_NOT_AVAILABLE"u8);
                }
                else
                {
                    p.Info.Append($" Port:{port}");
                }

                break;
            case (2, 1 or 2, false):
                p.Add(tree, Answer, v, 0, 4);
                break;
            case ( >= 3, 1 or 2 or GetPort, true):
                var node = p.Add(tree, Binding, v, 0, v.Captured);
                int at = p.AddAll(node, v, 0, BindingProgram, BindingVersion);
                at = AddOpaque(p, v, node, at, "Network Id", NetworkId);
                at = AddOpaque(p, v, node, at, "Universal Address", Address);
                AddOpaque(p, v, node, at, "Owner of this Service", Owner);
                break;
            case ( >= 3, GetPort, false):
                AddOpaque(p, v, tree, 0, "Universal Address", UniversalAddress);
                break;
            default:
                break;
        }

        return Math.Max(1, v.Reported);
    }

    static void Mapping(Packet p, in View v, Node tree, bool inColumn)
    {
        uint number = v.U32(0), version = v.U32(4), transport = v.U32(8);
        string name = (p.Engine.Find(OnRpc.Programs, number) as RpcProgram)?.ProgramName ?? RpcPrograms.Names.FindOr(number, "Unknown");
        string protocol = transport switch { 6 => "TCP", 17 => "UDP", _ => $"({transport})" };
        if (inColumn)
        {
            p.Info.Append($" {name}({number}) V:{version} {protocol}");
        }

        p.Label(p.Add(tree, Program, v, 0), $"Program: {name} ({number})");
        p.Add(tree, Version, v, 4);
        p.Label(p.Add(tree, Transport, v, 8), $"Protocol: {protocol} ({transport})");
        p.Add(tree, Port, v, 12);
    }
}

/// <summary>Programs that are only known by name (IANA's register of RPC program numbers).</summary>
static class RpcPrograms
{
    public static readonly ValueNames Names = ValueNames.Of(() => [
        (100001, "RSTAT"), (100002, "RUSERS"), (100004, "YPSERV"), (100007, "YPBIND"), (100008, "WALL"), (100009, "YPPASSWD"), (100011, "RQUOTA"), (100012, "SPRAY"),
        (100020, "KLM"), (100021, "NLM"), (100024, "STAT"), (100026, "BOOTPARAMS"), (100068, "CMSD"), (100083, "TTDBSERVER"), (100232, "SADMIND"), (150001, "PCNFSD")]);
}
