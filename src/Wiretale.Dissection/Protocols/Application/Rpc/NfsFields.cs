using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

/// <summary>What NFS can say.</summary>
static class NfsFields
{
    public static readonly Protocol P = new("Network File System", "NFS", "nfs");
    public static readonly ValueNames ProcedureV2Names = ValueNames.Of(() => [
        (0, "NULL"), (1, "GETATTR"), (2, "SETATTR"), (3, "ROOT"), (4, "LOOKUP"), (5, "READLINK"), (6, "READ"), (7, "WRITECACHE"),
        (8, "WRITE"), (9, "CREATE"), (10, "REMOVE"), (11, "RENAME"), (12, "LINK"), (13, "SYMLINK"), (14, "MKDIR"), (15, "RMDIR"),
        (16, "READDIR"), (17, "STATFS")]);
    public static readonly Field Procedure2 = P.UInt32("nfs.procedure_v2", "V2 Procedure", FieldBase.Dec, ProcedureV2Names);
    public static readonly ValueNames ProcedureV3Names = ValueNames.Of(() => [
        (0, "NULL"), (1, "GETATTR"), (2, "SETATTR"), (3, "LOOKUP"), (4, "ACCESS"), (5, "READLINK"), (6, "READ"), (7, "WRITE"),
        (8, "CREATE"), (9, "MKDIR"), (10, "SYMLINK"), (11, "MKNOD"), (12, "REMOVE"), (13, "RMDIR"), (14, "RENAME"), (15, "LINK"),
        (16, "READDIR"), (17, "READDIRPLUS"), (18, "FSSTAT"), (19, "FSINFO"), (20, "PATHCONF"), (21, "COMMIT")]);
    public static readonly Field Procedure3 = P.UInt32("nfs.procedure_v3", "V3 Procedure", FieldBase.Dec, ProcedureV3Names);
    public static readonly ValueNames ProcedureV4Names = ValueNames.Of(() => [(0, "NULL"), (1, "COMPOUND")]);
    public static readonly Field Procedure4 = P.UInt32("nfs.procedure_v4", "V4 Procedure", FieldBase.Dec, ProcedureV4Names);
    public static readonly Field HandleLength = P.UInt32("nfs.fh.length", "length");
    public static readonly Field HandleHash = P.UInt32("nfs.fh.hash", "hash (CRC-32)", FieldBase.Hex);
    public static readonly Field Handle = P.Bytes("nfs.fhandle", "FileHandle");
    public static readonly ValueNames StatusNames = ValueNames.Of(() => [
        (0, "OK"), (1, "ERR_PERM"), (2, "ERR_NOENT"), (5, "ERR_IO"), (6, "ERR_NXIO"), (11, "ERR_EAGAIN"), (13, "ERR_ACCESS"),
        (17, "ERR_EXIST"), (18, "ERR_XDEV"), (19, "ERR_NODEV"), (20, "ERR_NOTDIR"), (21, "ERR_ISDIR"), (22, "ERR_INVAL"),
        (26, "ERR_TXTBSY"), (27, "ERR_FBIG"), (28, "ERR_NOSPC"), (30, "ERR_ROFS"), (31, "ERR_MLINK"), (45, "ERR_OPNOTSUPP"),
        (63, "ERR_NAMETOOLONG"), (66, "ERR_NOTEMPTY"), (69, "ERR_DQUOT"), (70, "ERR_STALE"), (71, "ERR_REMOTE"), (99, "ERR_WFLUSH"),
        (10001, "ERR_BADHANDLE"), (10002, "ERR_NOT_SYNC"), (10003, "ERR_BAD_COOKIE"), (10004, "ERR_NOTSUPP"), (10005, "ERR_TOOSMALL"),
        (10006, "ERR_SERVERFAULT"), (10007, "ERR_BADTYPE"), (10008, "ERR_DELAY"), (10009, "ERR_SAME"), (10010, "ERR_DENIED"),
        (10011, "ERR_EXPIRED"), (10012, "ERR_LOCKED"), (10013, "ERR_GRACE"), (10014, "ERR_FHEXPIRED"), (10015, "ERR_SHARE_DENIED"),
        (10016, "ERR_WRONGSEC"), (10017, "ERR_CLID_INUSE"), (10018, "ERR_RESOURCE"), (10019, "ERR_MOVED"), (10020, "ERR_NOFILEHANDLE"),
        (10021, "ERR_MINOR_VERS_MISMATCH"), (10022, "ERR_STALE_CLIENTID"), (10023, "ERR_STALE_STATEID"), (10024, "ERR_OLD_STATEID"),
        (10025, "ERR_BAD_STATEID"), (10026, "ERR_BAD_SEQID"), (10027, "ERR_NOT_SAME"), (10028, "ERR_LOCK_RANGE"), (10029, "ERR_SYMLINK"),
        (10030, "ERR_READDIR_NOSPC"), (10031, "ERR_LEASE_MOVED"), (10032, "ERR_ATTRNOTSUPP"), (10033, "ERR_NO_GRACE"),
        (10034, "ERR_RECLAIM_BAD"), (10035, "ERR_RECLAIM_CONFLICT"), (10036, "ERR_BADXDR"), (10037, "ERR_LOCKS_HELD"),
        (10038, "ERR_OPENMODE"), (10039, "ERR_BADOWNER"), (10040, "ERR_BADCHAR"), (10041, "ERR_BADNAME"), (10042, "ERR_BAD_RANGE"),
        (10043, "ERR_LOCK_NOTSUPP"), (10044, "ERR_OP_ILLEGAL"), (10045, "ERR_DEADLOCK"), (10046, "ERR_FILE_OPEN"),
        (10047, "ERR_ADMIN_REVOKED"), (10048, "ERR_CB_PATH_DOWN"), (10049, "ERR_REPLAY_ME_or_BADIOMODE"), (10050, "ERR_BADLAYOUT"),
        (10051, "ERR_BAD_SESSION_DIGEST"), (10052, "ERR_BADSESSION"), (10053, "ERR_BADSLOT"), (10054, "ERR_COMPLETE_ALREADY"),
        (10055, "ERR_CONN_NOT_BOUND_TO_SESSION"), (10056, "ERR_DELEG_ALREADY_WANTED"), (10057, "ERR_BACK_CHAN_BUSY"),
        (10058, "ERR_LAYOUTTRYLATER"), (10059, "ERR_LAYOUTUNAVAILABLE"), (10060, "ERR_NOMATCHING_LAYOUT"), (10061, "ERR_RECALLCONFLICT"),
        (10062, "ERR_UNKNOWN_LAYOUTTYPE"), (10063, "ERR_SEQ_MISORDERED"), (10064, "ERR_SEQUENCE_POS"), (10065, "ERR_REQ_TOO_BIG"),
        (10066, "ERR_REP_TOO_BIG"), (10067, "ERR_REP_TOO_BIG_TO_CACHE"), (10068, "ERR_RETRY_UNCACHED_REP"), (10069, "ERR_UNSAFE_COMPOUND"),
        (10070, "ERR_TOO_MANY_OPS"), (10071, "ERR_OP_NOT_IN_SESSION"), (10072, "ERR_HASH_ALG_UNSUPP"),
        (10073, "NFS4ERR_CONN_BINDING_NOT_ENFORCED"), (10074, "ERR_CLIENTID_BUSY"), (10075, "ERR_PNFS_IO_HOLE"),
        (10076, "ERR_SEQ_FALSE_RETRY"), (10077, "ERR_BAD_HIGH_SLOT"), (10078, "ERR_DEADSESSION"), (10079, "ERR_ENCR_ALG_UNSUPP"),
        (10080, "ERR_PNFS_NO_LAYOUT"), (10081, "ERR_NOT_ONLY_OP"), (10082, "ERR_WRONG_CRED"), (10083, "ERR_WRONG_TYPE"),
        (10084, "ERR_DIRDELEG_UNAVAIL"), (10085, "ERR_REJECT_DELEG"), (10086, "ERR_RETURNCONFLICT"), (10087, "ERR_DELEG_REVOKED"),
        (10088, "ERR_PARTNER_NOTSUPP"), (10089, "ERR_PARTNER_NO_AUTH"), (10090, "ERR_UNION_NOTSUPP"), (10091, "ERR_OFFLOAD_DENIED"),
        (10092, "ERR_WRONG_LFS"), (10093, "ERR_BADLABEL"), (10094, "ERR_OFFLOAD_NO_REQS")]);
    public static readonly Field Status = P.UInt32("nfs.status", "Status", FieldBase.Dec, StatusNames);
    public static readonly ValueNames Status2Names = ValueNames.Of(() => [
        (0, "NFS_OK"), (1, "NFS2ERR_PERM"), (2, "NFS2ERR_NOENT"), (5, "NFS2ERR_IO"), (6, "NFS2ERR_NXIO"), (11, "NFS2ERR_EAGAIN"),
        (13, "NFS2ERR_ACCES"), (17, "NFS2ERR_EXIST"), (18, "NFS2ERR_XDEV"), (19, "NFS2ERR_NODEV"), (20, "NFS2ERR_NOTDIR"),
        (21, "NFS2ERR_ISDIR"), (22, "NFS2ERR_INVAL"), (26, "NFS2ERR_TXTBSY"), (27, "NFS2ERR_FBIG"), (28, "NFS2ERR_NOSPC"),
        (30, "NFS2ERR_ROFS"), (31, "NFS2ERR_MLINK"), (45, "NFS2ERR_OPNOTSUPP"), (63, "NFS2ERR_NAMETOOLONG"), (66, "NFS2ERR_NOTEMPTY"),
        (69, "NFS2ERR_DQUOT"), (70, "NFS2ERR_STALE"), (71, "NFS2ERR_REMOTE"), (99, "NFS2ERR_WFLUSH"), (10001, "NFS2ERR_BADHANDLE"),
        (10002, "NFS2ERR_NOT_SYNC"), (10003, "NFS2ERR_BAD_COOKIE"), (10004, "NFS2ERR_NOTSUPP"), (10005, "NFS2ERR_TOOSMALL"),
        (10006, "NFS2ERR_SERVERFAULT"), (10007, "NFS2ERR_BADTYPE"), (10008, "NFS2ERR_JUKEBOX"), (10009, "NFS2ERR_SAME"),
        (10010, "NFS2ERR_DENIED"), (10011, "NFS2ERR_EXPIRED"), (10012, "NFS2ERR_LOCKED"), (10013, "NFS2ERR_GRACE"),
        (10014, "NFS2ERR_FHEXPIRED"), (10015, "NFS2ERR_SHARE_DENIED"), (10016, "NFS2ERR_WRONGSEC"), (10017, "NFS2ERR_CLID_INUSE"),
        (10018, "NFS2ERR_RESOURCE"), (10019, "NFS2ERR_MOVED"), (10020, "NFS2ERR_NOFILEHANDLE"), (10021, "NFS2ERR_MINOR_VERS_MISMATCH"),
        (10022, "NFS2ERR_STALE_CLIENTID"), (10023, "NFS2ERR_STALE_STATEID"), (10024, "NFS2ERR_OLD_STATEID"), (10025, "NFS2ERR_BAD_STATEID"),
        (10026, "NFS2ERR_BAD_SEQID"), (10027, "NFS2ERR_NOT_SAME"), (10028, "NFS2ERR_LOCK_RANGE"), (10029, "NFS2ERR_SYMLINK"),
        (10030, "NFS2ERR_RESTOREFH"), (10031, "NFS2ERR_LEASE_MOVED"), (10032, "NFS2ERR_ATTRNOTSUPP"), (10033, "NFS2ERR_NO_GRACE"),
        (10034, "NFS2ERR_RECLAIM_BAD"), (10035, "NFS2ERR_RECLAIM_CONFLICT"), (10036, "NFS2ERR_BAD_XDR"), (10037, "NFS2ERR_LOCKS_HELD"),
        (10038, "NFS2ERR_OPENMODE"), (10039, "NFS2ERR_BADOWNER"), (10040, "NFS2ERR_BADCHAR"), (10041, "NFS2ERR_BADNAME"),
        (10042, "NFS2ERR_BAD_RANGE"), (10043, "NFS2ERR_LOCK_NOTSUPP"), (10044, "NFS2ERR_OP_ILLEGAL"), (10045, "NFS2ERR_DEADLOCK"),
        (10046, "NFS2ERR_FILE_OPEN"), (10047, "NFS2ERR_ADMIN_REVOKED"), (10048, "NFS2ERR_CB_PATH_DOWN"), (10049, "NFS2ERR_REPLAY_ME")]);
    public static readonly Field Status2 = P.UInt32("nfs.status2", "Status", FieldBase.Dec, Status2Names);
    public static readonly ValueNames Status3Names = ValueNames.Of(() => [
        (0, "NFS3_OK"), (1, "NFS3ERR_PERM"), (2, "NFS3ERR_NOENT"), (5, "NFS3ERR_IO"), (6, "NFS3ERR_NXIO"), (13, "NFS3ERR_ACCES"),
        (17, "NFS3ERR_EXIST"), (18, "NFS3ERR_XDEV"), (19, "NFS3ERR_NODEV"), (20, "NFS3ERR_NOTDIR"), (21, "NFS3ERR_ISDIR"),
        (22, "NFS3ERR_INVAL"), (27, "NFS3ERR_FBIG"), (28, "NFS3ERR_NOSPC"), (30, "NFS3ERR_ROFS"), (31, "NFS3ERR_MLINK"),
        (63, "NFS3ERR_NAMETOOLONG"), (66, "NFS3ERR_NOTEMPTY"), (69, "NFS3ERR_DQUOT"), (70, "NFS3ERR_STALE"), (71, "NFS3ERR_REMOTE"),
        (10001, "NFS3ERR_BADHANDLE"), (10002, "NFS3ERR_NOT_SYNC"), (10003, "NFS3ERR_BAD_COOKIE"), (10004, "NFS3ERR_NOTSUPP"),
        (10005, "NFS3ERR_TOOSMALL"), (10006, "NFS3ERR_SERVERFAULT"), (10007, "NFS3ERR_BADTYPE"), (10008, "NFS3ERR_JUKEBOX")]);
    public static readonly Field Status3 = P.UInt32("nfs.status3", "Status", FieldBase.Dec, Status3Names);
    public static readonly Field Name = P.String("nfs.name", "Name");
    public static readonly Field LinkData = P.String("nfs.readlink.data", "Data");
    public static readonly Field ReadOffset = P.UInt32("nfs.read.offset", "Offset");
    public static readonly Field ReadCount = P.UInt32("nfs.read.count", "Count");
    public static readonly Field ReadTotal = P.UInt32("nfs.read.totalcount", "Total Count");
    public static readonly Field BeginOffset = P.UInt32("nfs.write.beginoffset", "Begin Offset");
    public static readonly Field WriteOffset = P.UInt32("nfs.write.offset", "Offset");
    public static readonly Field WriteTotal = P.UInt32("nfs.write.totalcount", "Total Count");
    public static readonly Field SymlinkTo = P.String("nfs.symlink.to", "To");
    public static readonly Field FileData = P.Bytes("nfs.data", "Data");
    public static readonly ValueNames StableNames = ValueNames.Of(() => [(0, "UNSTABLE"), (1, "DATA_SYNC"), (2, "FILE_SYNC")]);
    public static readonly Field Stable = P.UInt32("nfs.write.stable", "Stable", FieldBase.Dec, StableNames);
    public static readonly Field Committed = P.UInt32("nfs.write.committed", "Committed", FieldBase.Dec, StableNames);
    public static readonly ValueNames CreatemodeNames = ValueNames.Of(() => [(0, "UNCHECKED"), (1, "GUARDED"), (2, "EXCLUSIVE")]);
    public static readonly Field CreateMode = P.UInt32("nfs.createmode", "Create Mode", FieldBase.Dec, CreatemodeNames);
    public static readonly ValueNames NfsTypeNames = ValueNames.Of(() => [
        (1, "Regular File"), (2, "Directory"), (3, "Block Special Device"), (4, "Character Special Device"), (5, "Symbolic Link"),
        (6, "Socket"), (7, "Named Pipe")]);
    public static readonly Field FileType = P.UInt32("nfs.fattr3.type", "Type", FieldBase.Dec, NfsTypeNames);
    public static readonly Field Links = P.UInt32("nfs.fattr3.nlink", "nlink");
    public static readonly Field Uid = P.UInt32("nfs.fattr3.uid", "uid");
    public static readonly Field Gid = P.UInt32("nfs.fattr3.gid", "gid");
    public static readonly Field Size = P.UInt64("nfs.fattr3.size", "size");
    public static readonly Field Used = P.UInt64("nfs.fattr3.used", "used");
    public static readonly Field Specdata1 = P.UInt32("nfs.specdata1", "specdata1");
    public static readonly Field Specdata2 = P.UInt32("nfs.specdata2", "specdata2");
    public static readonly Field FileSystem = P.UInt64("nfs.fattr3.fsid", "fsid", FieldBase.HexDec);
    public static readonly Field FileId = P.UInt64("nfs.fattr3.fileid", "fileid");
    public static readonly Field Mode = P.UInt32("nfs.mode3", "Mode", FieldBase.Oct);
    public static readonly Field ModeSuid = P.Flag("nfs.mode3.suid", "S_ISUID", 32, 0x800, ValueNames.YesNo);
    public static readonly Field ModeSgid = P.Flag("nfs.mode3.sgid", "S_ISGID", 32, 0x400, ValueNames.YesNo);
    public static readonly Field ModeSticky = P.Flag("nfs.mode3.sticky", "S_ISVTX", 32, 0x200, ValueNames.YesNo);
    public static readonly Field ModeRusr = P.Flag("nfs.mode3.rusr", "S_IRUSR", 32, 0x100, ValueNames.YesNo);
    public static readonly Field ModeWusr = P.Flag("nfs.mode3.wusr", "S_IWUSR", 32, 0x80, ValueNames.YesNo);
    public static readonly Field ModeXusr = P.Flag("nfs.mode3.xusr", "S_IXUSR", 32, 0x40, ValueNames.YesNo);
    public static readonly Field ModeRgrp = P.Flag("nfs.mode3.rgrp", "S_IRGRP", 32, 0x20, ValueNames.YesNo);
    public static readonly Field ModeWgrp = P.Flag("nfs.mode3.wgrp", "S_IWGRP", 32, 0x10, ValueNames.YesNo);
    public static readonly Field ModeXgrp = P.Flag("nfs.mode3.xgrp", "S_IXGRP", 32, 0x8, ValueNames.YesNo);
    public static readonly Field ModeRoth = P.Flag("nfs.mode3.roth", "S_IROTH", 32, 0x4, ValueNames.YesNo);
    public static readonly Field ModeWoth = P.Flag("nfs.mode3.woth", "S_IWOTH", 32, 0x2, ValueNames.YesNo);
    public static readonly Field ModeXoth = P.Flag("nfs.mode3.xoth", "S_IXOTH", 32, 0x1, ValueNames.YesNo);
    public static readonly Field Offset3 = P.UInt64("nfs.offset3", "offset");
    public static readonly Field Count3 = P.UInt32("nfs.count3", "count");
    public static readonly Field MaxCount = P.UInt32("nfs.count3_maxcount", "maxcount");
    public static readonly Field DirectoryCount = P.UInt32("nfs.count3_dircount", "dircount");
    public static readonly Field LinkText = P.String("nfs.symlink.linktext", "Link Contents");
    public static readonly ValueNames AttributesFollowNames = ValueNames.Of(() => [(0, "no value"), (1, "value follows")]);
    public static readonly Field AttributesFollow = P.UInt32("nfs.attributes_follow", "attributes_follow", FieldBase.Dec, AttributesFollowNames);
    public static readonly Field AccessCheck = P.UInt8("nfs.access_check", "Check access", FieldBase.Hex);
    public static readonly Field AccessRights = P.UInt8("nfs.access_rights", "Access rights (of requested)", FieldBase.Hex);
    public static readonly Field AccessRead = P.Flag("nfs.access_read", "0x001 READ", 8, 0x1, ValueNames.Flag("allowed", "*Access Denied*"));
    public static readonly Field AccessLookup = P.Flag("nfs.access_lookup", "0x002 LOOKUP", 8, 0x2, ValueNames.Flag("allowed", "*Access Denied*"));
    public static readonly Field AccessModify = P.Flag("nfs.access_modify", "0x004 MODIFY", 8, 0x4, ValueNames.Flag("allowed", "*Access Denied*"));
    public static readonly Field AccessExtend = P.Flag("nfs.access_extend", "0x008 EXTEND", 8, 0x8, ValueNames.Flag("allowed", "*Access Denied*"));
    public static readonly Field AccessDelete = P.Flag("nfs.access_delete", "0x010 DELETE", 8, 0x10, ValueNames.Flag("allowed", "*Access Denied*"));
    public static readonly Field AccessExecute = P.Flag("nfs.access_execute", "0x020 EXECUTE", 8, 0x20, ValueNames.Flag("allowed", "*Access Denied*"));
    public static readonly Field Atime = P.AbsoluteTime("nfs.atime", "atime");
    public static readonly Field AtimeSeconds = P.UInt32("nfs.atime.sec", "seconds");
    public static readonly Field AtimeNanoseconds = P.UInt32("nfs.atime.nsec", "nano seconds");
    public static readonly Field Mtime = P.AbsoluteTime("nfs.mtime", "mtime");
    public static readonly Field MtimeSeconds = P.UInt32("nfs.mtime.sec", "seconds");
    public static readonly Field MtimeNanoseconds = P.UInt32("nfs.mtime.nsec", "nano seconds");
    public static readonly Field Ctime = P.AbsoluteTime("nfs.ctime", "ctime");
    public static readonly Field CtimeSeconds = P.UInt32("nfs.ctime.sec", "seconds");
    public static readonly Field CtimeNanoseconds = P.UInt32("nfs.ctime.nsec", "nano seconds");
    public static readonly Field Cookie3 = P.UInt64("nfs.cookie3", "cookie");
    public static readonly Field EntryId = P.UInt64("nfs.readdir.entry3.fileid", "File ID");
    public static readonly Field EntryName = P.String("nfs.readdir.entry3.name", "Name");
    public static readonly Field EntryCookie = P.UInt64("nfs.readdir.entry3.cookie", "Cookie");
    public static readonly Field PlusEntryId = P.UInt64("nfs.readdirplus.entry.fileid", "File ID");
    public static readonly Field PlusEntryName = P.String("nfs.readdirplus.entry.name", "Name");
    public static readonly Field PlusEntryCookie = P.UInt64("nfs.readdirplus.entry.cookie", "Cookie");
    public static readonly Field Rtmax = P.UInt32("nfs.fsinfo.rtmax", "rtmax");
    public static readonly Field Rtpref = P.UInt32("nfs.fsinfo.rtpref", "rtpref");
    public static readonly Field Rtmult = P.UInt32("nfs.fsinfo.rtmult", "rtmult");
    public static readonly Field Wtmax = P.UInt32("nfs.fsinfo.wtmax", "wtmax");
    public static readonly Field Wtpref = P.UInt32("nfs.fsinfo.wtpref", "wtpref");
    public static readonly Field Wtmult = P.UInt32("nfs.fsinfo.wtmult", "wtmult");
    public static readonly Field Dtpref = P.UInt32("nfs.fsinfo.dtpref", "dtpref");
    public static readonly Field Maxfilesize = P.UInt64("nfs.fsinfo.maxfilesize", "maxfilesize");
    public static readonly Field Linkmax = P.UInt32("nfs.pathconf.linkmax", "linkmax");
    public static readonly Field NameMax = P.UInt32("nfs.pathconf.name_max", "name_max");
    public static readonly Field ReadEof = P.Flag("nfs.read.eof", "EOF", names: ValueNames.YesNo);
    public static readonly Field ReadLength = P.UInt32("nfs.read.data_length", "Read length");
    public static readonly Field WriteLength = P.UInt32("nfs.write.data_length", "Write length");
    public static readonly Field SizeBefore = P.UInt64("nfs.wcc_attr.size", "size");
    public static readonly Field HandleFollows = P.UInt32("nfs.handle_follow", "handle_follow", FieldBase.Dec, AttributesFollowNames);
    public static readonly Field Guard = P.UInt32("nfs.sattrguard3", "check", FieldBase.Dec, AttributesFollowNames);
    public static readonly ValueNames Follows = ValueNames.Of(() => [(0, "no value"), (1, "value follows")]);
    public static readonly ValueNames TimeFollows = ValueNames.Of(() => [(0, "don't change"), (1, "set to server time"), (2, "set to client time")]);
    public static readonly Field SetIt = P.UInt32("nfs.set_it", "set_it", FieldBase.Dec, Follows);
}
