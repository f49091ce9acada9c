using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

// Specification: RFC 1094 appendix A (versions 1 and 2), RFC 1813 section 5 (version 3).

/// <summary>The mount protocol: a path becomes the handle that NFS begins with.</summary>
public sealed class Mount() : RpcProgram("mount", 100005, "MOUNT")
{
    const uint Mnt = 1, Umnt = 3;
    const int MaxFlavors = 100;

    static readonly Protocol P = new("Mount Service", "MOUNT", "mount");
    static readonly ValueNames ProcedureV1Names = ValueNames.Of(() => [(0, "NULL"), (1, "MNT"), (2, "DUMP"), (3, "UMNT"), (4, "UMNTALL"), (5, "EXPORT"), (6, "EXPORTALL")]);
    static readonly Field Procedure1 = P.UInt32("mount.procedure_v1", "V1 Procedure", FieldBase.Dec, ProcedureV1Names);
    static readonly ValueNames ProcedureV2Names = ValueNames.Of(() => [(0, "NULL"), (1, "MNT"), (2, "DUMP"), (3, "UMNT"), (4, "UMNTALL"), (5, "EXPORT"), (6, "EXPORTALL"), (7, "PATHCONF")]);
    static readonly Field Procedure2 = P.UInt32("mount.procedure_v2", "V2 Procedure", FieldBase.Dec, ProcedureV2Names);
    static readonly ValueNames ProcedureV3Names = ValueNames.Of(() => [(0, "NULL"), (1, "MNT"), (2, "DUMP"), (3, "UMNT"), (4, "UMNTALL"), (5, "EXPORT")]);
    static readonly Field Procedure3 = P.UInt32("mount.procedure_v3", "V3 Procedure", FieldBase.Dec, ProcedureV3Names);
    static readonly Field Path = P.String("mount.path", "Path");
    static readonly ValueNames StatusNames = ValueNames.Of(() => [
        (0, "OK"), (1, "ERR_PERM"), (2, "ERR_NOENT"), (5, "ERR_IO"), (13, "ERR_ACCESS"), (20, "ERR_NOTDIR"), (22, "ERR_INVAL"),
        (63, "ERR_NAMETOOLONG"), (10004, "ERR_NOTSUPP"), (10006, "ERR_SERVERFAULT")]);
    static readonly Field Status = P.UInt32("mount.status", "Status", FieldBase.Dec, StatusNames);
    static readonly Field FlavorCount = P.UInt32("mount.flavors", "Flavors");
    static readonly ValueNames FlavorNames = ValueNames.Of(() => [
        (0, "AUTH_NULL"), (1, "AUTH_UNIX"), (2, "AUTH_SHORT"), (3, "AUTH_DES"), (5, "AUTH_RSA/Gluster"), (6, "RPCSEC_GSS"),
        (300001, "AUTH_GSSAPI"), (390003, "RPCSEC_GSS_KRB5"), (390004, "RPCSEC_GSS_KRB5I"), (390005, "RPCSEC_GSS_KRB5P"),
        (390006, "RPCSEC_GSS_LIPKEY"), (390007, "RPCSEC_GSS_LIPKEY_I"), (390008, "RPCSEC_GSS_LIPKEY_P"), (390009, "RPCSEC_GSS_SPKM3"),
        (390010, "RPCSEC_GSS_SPKM3I"), (390011, "RPCSEC_GSS_SPKM3P"), (390039, "AUTH_GLUSTERFS")]);
    static readonly Field Flavor = P.UInt32("mount.flavor", "Flavor", FieldBase.Dec, FlavorNames);

    static Field ProcedureField(uint version) => version switch { 1 => Procedure1, 2 => Procedure2, _ => Procedure3 };

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override string? ProcedureName(uint version, uint procedure) => version <= 3 ? ProcedureField(version).Names!.Find(procedure) : null;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var message = p.Engine.State<RpcMessage>();
        var call = message.Call;
        var tree = p.Open(P, v, parent);
        AddHead(p, v, tree, ProcedureField(call.Version), call);
        if (message.IsCall && call.Procedure is Mnt or Umnt)
        {
            int at = 0;
            var path = Opaque(v, ref at);
            p.Info.Append($" {path}");
            AddOpaque(p, v, tree, 0, "Path", Path);
        }
        else if (!message.IsCall && call.Procedure == Mnt)
        {
            uint status = v.U32(0);
            p.Add(tree, Status, v, 0);
            if (status != 0)
            {
                p.Info.Append($" Error:{Status.Names!.Find(status) ?? $"Unknown (0x{status:X8})"}");
            }
            else
            {
                Mounted(p, v, tree, call.Version);
            }
        }

        return Math.Max(1, v.Reported);
    }

    static void Mounted(Packet p, in View v, Node tree, uint version)
    {
        int at = 4;
        if (version < 3)
        {
            NfsHandles.AddFixed(p, v, tree, at, "fhandle");
            return;
        }

        at = NfsHandles.Add(p, v, tree, at, "fhandle");
        int count = (int)Math.Min(v.U32(at), MaxFlavors);
        p.Add(tree, FlavorCount, v, at);
        for (int i = 0; i < count; i++)
        {
            at += 4;
            p.Add(tree, Flavor, v, at);
        }
    }
}
