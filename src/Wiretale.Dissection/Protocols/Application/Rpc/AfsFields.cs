using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

/// <summary>The fields of AFS's messages, and the structures of its interfaces.</summary>
static class AfsFields
{
    static readonly Protocol P = Afs.P;
    static readonly ValueNames CallbackTypes = ValueNames.Of(() => [(1, "exclusive"), (2, "shared"), (3, "dropped")]);
    static readonly ValueNames VolumeTypes = ValueNames.Of(() => [(0, "read-write"), (1, "read-only"), (2, "backup"), (0xffffffff, "any")]);

    // The file server
    public static readonly Field Volume = P.UInt32("afs.fs.fid.volume", "FileID (Volume)", blurb: "File ID (Volume)");
    public static readonly Layout Fid = new(
        Volume,
        P.UInt32("afs.fs.fid.vnode", "FileID (VNode)", blurb: "File ID (VNode)"),
        P.UInt32("afs.fs.fid.uniq", "FileID (Uniqifier)", blurb: "File ID (Uniqifier)"));
    static readonly Field ClientTime = P.AbsoluteTime("afs.fs.status.clientmodtime", "Client Modification Time"), Owner = P.UInt32("afs.fs.status.owner", "Owner"),
        Group = P.UInt32("afs.fs.status.group", "Group"), Mode = P.UInt32("afs.fs.status.mode", "Unix Mode", FieldBase.Oct), SegmentSize = P.UInt32("afs.fs.status.segsize", "Segment Size");
    public static readonly Layout Status = new(
        P.UInt32("afs.fs.status.interfaceversion", "Interface Version"), P.UInt32("afs.fs.status.filetype", "File Type"), P.UInt32("afs.fs.status.linkcount", "Link Count"),
        P.UInt32("afs.fs.status.length", "Length"), P.UInt32("afs.fs.status.dataversion", "Data Version"), P.UInt32("afs.fs.status.author", "Author"), Owner,
        P.UInt32("afs.fs.status.calleraccess", "Caller Access"), P.UInt32("afs.fs.status.anonymousaccess", "Anonymous Access"), Mode,
        P.UInt32("afs.fs.status.parentvnode", "Parent VNode"), P.UInt32("afs.fs.status.parentunique", "Parent Unique"), SegmentSize,
        ClientTime.Of(4), P.AbsoluteTime("afs.fs.status.servermodtime", "Server Modification Time").Of(4), Group,
        P.UInt32("afs.fs.status.synccounter", "Sync Counter"), P.UInt32("afs.fs.status.dataversionhigh", "Data Version (High)"),
        P.UInt32("afs.fs.status.spare2", "Spare 2"), P.UInt32("afs.fs.status.spare3", "Spare 3"), P.UInt32("afs.fs.status.spare4", "Spare 4"));
    public static readonly Layout StoreStatus = new(
        P.UInt32("afs.fs.status.mask", "Mask", FieldBase.Hex).Summary(
            P.Flag("afs.fs.status.mask.setmodtime", "Set Modification Time", 32, 0x1), P.Flag("afs.fs.status.mask.setowner", "Set Owner", 32, 0x2),
            P.Flag("afs.fs.status.mask.setgroup", "Set Group", 32, 0x4), P.Flag("afs.fs.status.mask.setmode", "Set Mode", 32, 0x8),
            P.Flag("afs.fs.status.mask.setsegsize", "Set Segment Size", 32, 0x10), P.Flag("afs.fs.status.mask.fsync", "FSync", 32, 0x400)),
        ClientTime.Of(4), Owner, Group, Mode, SegmentSize);
    public static readonly Layout VolumeSync = new(
        P.AbsoluteTime("afs.fs.volsync.spare1", "Volume Creation Timestamp").Of(4), P.UInt32("afs.fs.volsync.spare2", "Spare 2"), P.UInt32("afs.fs.volsync.spare3", "Spare 3"),
        P.UInt32("afs.fs.volsync.spare4", "Spare 4"), P.UInt32("afs.fs.volsync.spare5", "Spare 5"), P.UInt32("afs.fs.volsync.spare6", "Spare 6"));
    public static readonly Field CallbackVersion = P.UInt32("afs.fs.callback.version", "Version"), CallbackExpires = P.RelativeTime("afs.fs.callback.expires", "Expires"),
        CallbackType = P.UInt32("afs.fs.callback.type", "Type", FieldBase.Dec, CallbackTypes);
    public static readonly Field Offset = P.UInt32("afs.fs.offset", "Offset"), Length = P.UInt32("afs.fs.length", "Length"), FileLength = P.UInt32("afs.fs.flength", "FLength"),
        Offset64 = P.UInt64("afs.fs.offset64", "Offset64"), Length64 = P.UInt64("afs.fs.length64", "Length64"), FileLength64 = P.UInt64("afs.fs.flength64", "FLength64");
    public static readonly Field Data = P.Bytes("afs.fs.data", "Data");
    public static readonly Field Name = Text("afs.fs.name", "Name"), OldName = Text("afs.fs.oldname", "Old Name"), NewName = Text("afs.fs.newname", "New Name"),
        LinkName = Text("afs.fs.symlink.name", "Symlink Name"), LinkContent = Text("afs.fs.symlink.content", "Symlink Content"), VolumeName = Text("afs.fs.volname", "Volume Name");
    public static readonly Field VolumeId = P.UInt32("afs.fs.volid", "Volume ID");
    public static readonly Field LockType = P.UInt32("afs.fs.vicelocktype", "Vice Lock Type", FieldBase.Dec,
        ValueNames.Of(() => [(0, "read"), (1, "write"), (2, "extend"), (3, "release")]));
    public static readonly Field Timestamp = P.AbsoluteTime("afs.fs.timestamp", "Timestamp");
    public static readonly Field AclSize = P.UInt32("afs.fs.acl.datasize", "ACL Size", blurb: "ACL Data Size");

    // The cache manager
    public static readonly Layout CallbackFid = new(
        P.UInt32("afs.cb.fid.volume", "FileID (Volume)", blurb: "File ID (Volume)"),
        P.UInt32("afs.cb.fid.vnode", "FileID (VNode)", blurb: "File ID (VNode)"),
        P.UInt32("afs.cb.fid.uniq", "FileID (Uniqifier)", blurb: "File ID (Uniqifier)"));
    public static readonly Layout Callback = new(
        P.UInt32("afs.cb.callback.version", "Version"), P.AbsoluteTime("afs.cb.callback.expires", "Expires").Of(4), P.UInt32("afs.cb.callback.type", "Type", FieldBase.Dec, CallbackTypes));
    public static readonly Field Interfaces = P.UInt32("afs.cm.numint", "Number of Interfaces"), Uuid = P.Bytes("afs.cm.uuid", "UUID"), InterfaceAddress = P.IPv4("afs.cm.ipaddr", "IP Address"),
        Netmask = P.IPv4("afs.cm.netmask", "Netmask"), Mtu = P.UInt32("afs.cm.mtu", "MTU");
    static readonly Field CapabilityWords = P.UInt32("afs.cm.numcap", "Number of Capability Words");
    public static readonly Layout Capabilities = new(
        CapabilityWords, P.UInt32("afs.cm.capabilities", "Capabilities", FieldBase.Hex), Row.Skip(-4), P.Flag("afs.cm.capabilities.errortrans", "ERRORTRANS", 32, 0x1));

    // Where volumes are
    public static readonly Field LocationName = P.String("afs.vldb.name", "Volume Name"), Servers = P.UInt32("afs.vldb.numservers", "Number of Servers"),
        ServerAddress = P.IPv4("afs.vldb.server", "Server"), Partition = P.String("afs.vldb.partition", "Partition"), ServerUuid = P.Bytes("afs.vldb.serveruuid", "Server UUID"),
        ServerUnique = P.UInt32("afs.vldb.serveruniq", "Server Unique Address", FieldBase.Hex), ServerFlags = P.UInt32("afs.vldb.serverflags", "Server Flags", FieldBase.Hex);
    public static readonly Field LocationId = P.UInt32("afs.vldb.id", "Volume ID"), LocationType = P.UInt32("afs.vldb.type", "Volume Type", FieldBase.Hex, VolumeTypes),
        Bump = P.UInt32("afs.vldb.bump", "Bumped Volume ID"), LocationIndex = P.UInt32("afs.vldb.index", "Volume Index"), LocationCount = P.UInt32("afs.vldb.count", "Volume Count"),
        NextIndex = P.UInt32("afs.vldb.nextindex", "Next Volume Index");
    static readonly Field LocationFlags = P.UInt32("afs.vldb.flags", "Flags", FieldBase.Hex), CloneVolume = P.UInt32("afs.vldb.clonevol", "Clone Volume ID");
    public static readonly Layout Volumes = new(
        P.UInt32("afs.vldb.rwvol", "Read-Write Volume ID", blurb: "Read-Only Volume ID"), P.UInt32("afs.vldb.rovol", "Read-Only Volume ID"),
        P.UInt32("afs.vldb.bkvol", "Backup Volume ID", blurb: "Read-Only Volume ID"));
    public static readonly Layout EntryEnd = new(CloneVolume, LocationFlags.Summary(
        P.Flag("afs.vldb.flags.rwexists", "Read/Write Exists", 32, 0x1000), P.Flag("afs.vldb.flags.roexists", "Read-Only Exists", 32, 0x2000),
        P.Flag("afs.vldb.flags.bkexists", "Backup Exists", 32, 0x4000), P.Flag("afs.vldb.flags.dfsfileset", "DFS Fileset", 32, 0x8000)));
    public static readonly Layout UniqueEntryEnd = new(CloneVolume, LocationFlags,
        P.UInt32("afs.vldb.spare1", "Spare 1"), P.UInt32("afs.vldb.spare2", "Spare 2"), P.UInt32("afs.vldb.spare3", "Spare 3"), P.UInt32("afs.vldb.spare4", "Spare 4"),
        P.UInt32("afs.vldb.spare5", "Spare 5"), P.UInt32("afs.vldb.spare6", "Spare 6"), P.UInt32("afs.vldb.spare7", "Spare 7"), P.UInt32("afs.vldb.spare8", "Spare 8"),
        P.UInt32("afs.vldb.spare9", "Spare 9"));

    // Users and groups
    public static readonly Field Count = P.UInt32("afs.prot.count", "Count"), UserName = P.String("afs.prot.name", "Name"), Id = P.UInt32("afs.prot.id", "ID"),
        OldId = P.UInt32("afs.prot.oldid", "Old ID"), NewId = P.UInt32("afs.prot.newid", "New ID"), User = P.UInt32("afs.prot.uid", "User ID"),
        GroupId = P.UInt32("afs.prot.gid", "Group ID"), MostUser = P.UInt32("afs.prot.maxuid", "Maximum User ID"), MostGroup = P.UInt32("afs.prot.maxgid", "Maximum Group ID"),
        MaxFlag = P.UInt32("afs.prot.flag", "Flag", FieldBase.Hex);

    // Volumes
    public static readonly Field Moved = P.UInt32("afs.vol.count", "Volume Count"), MovedId = P.UInt32("afs.vol.id", "Volume ID"), MovedName = P.String("afs.vol.name", "Volume Name");

    static Field Text(string name, string label) => P.Field(FieldType.UIntString, name, label);
}
