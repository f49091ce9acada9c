using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>What SMB can say of opening a file; SMB2 says it in the same words.</summary>
static class SmbFields
{
    public static readonly Protocol P = new("SMB (Server Message Block Protocol)", "SMB", "smb");
    static readonly Field AccessMask = P.UInt32("smb.access_mask", "Access Mask", FieldBase.Hex);
    static readonly Field AccessRead = P.Flag("smb.access.read", "Read", 32, 0x1, ValueNames.Flag("READ access", "NO read access"));
    static readonly Field AccessWrite = P.Flag("smb.access.write", "Write", 32, 0x2, ValueNames.Flag("WRITE access", "NO write access"));
    static readonly Field AccessAppend = P.Flag("smb.access.append", "Append", 32, 0x4, ValueNames.Flag("APPEND access", "NO append access"));
    static readonly Field AccessReadEa = P.Flag("smb.access.read_ea", "Read EA", 32, 0x8, ValueNames.Flag("READ EXTENDED ATTRIBUTES access", "NO read extended attributes access"));
    static readonly Field AccessWriteEa = P.Flag("smb.access.write_ea", "Write EA", 32, 0x10, ValueNames.Flag("WRITE EXTENDED ATTRIBUTES access", "NO write extended attributes access"));
    static readonly Field AccessExecute = P.Flag("smb.access.execute", "Execute", 32, 0x20, ValueNames.Flag("EXECUTE access", "NO execute access"));
    static readonly Field AccessDeleteChild = P.Flag("smb.access.delete_child", "Delete Child", 32, 0x40, ValueNames.Flag("DELETE CHILD access", "NO delete child access"));
    static readonly Field AccessReadAttributes = P.Flag("smb.access.read_attributes", "Read Attributes", 32, 0x80, ValueNames.Flag("READ ATTRIBUTES access", "NO read attributes access"));
    static readonly Field AccessWriteAttributes = P.Flag("smb.access.write_attributes", "Write Attributes", 32, 0x100, ValueNames.Flag("WRITE ATTRIBUTES access", "NO write attributes access"));
    static readonly Field AccessDelete = P.Flag("smb.access.delete", "Delete", 32, 0x10000, ValueNames.Flag("DELETE access", "NO delete access"));
    static readonly Field AccessReadControl = P.Flag("smb.access.read_control", "Read Control", 32, 0x20000, ValueNames.Flag("READ ACCESS to owner, group and ACL of the SID", "Read access is NOT granted to owner, group and ACL of the SID"));
    static readonly Field AccessWriteDac = P.Flag("smb.access.write_dac", "Write DAC", 32, 0x40000, ValueNames.Flag("OWNER may WRITE the DAC", "Owner may NOT write to the DAC"));
    static readonly Field AccessWriteOwner = P.Flag("smb.access.write_owner", "Write Owner", 32, 0x80000, ValueNames.Flag("Can WRITE OWNER (take ownership)", "Can NOT write owner (take ownership)"));
    static readonly Field AccessSynchronize = P.Flag("smb.access.synchronize", "Synchronize", 32, 0x100000, ValueNames.Flag("Can wait on handle to SYNCHRONIZE on completion of I/O", "Can NOT wait on handle to synchronize on completion of I/O"));
    static readonly Field AccessSystemSecurity = P.Flag("smb.access.system_security", "System Security", 32, 0x1000000, ValueNames.Flag("SYSTEM SECURITY is set", "System security is NOT set"));
    static readonly Field AccessMaximum = P.Flag("smb.access.maximum_allowed", "Maximum Allowed", 32, 0x2000000, ValueNames.Flag("MAXIMUM ALLOWED is set", "Maximum allowed is NOT set"));
    static readonly Field AccessGenericAll = P.Flag("smb.access.generic_all", "Generic All", 32, 0x10000000, ValueNames.Flag("GENERIC ALL is set", "Generic all is NOT set"));
    static readonly Field AccessGenericExecute = P.Flag("smb.access.generic_execute", "Generic Execute", 32, 0x20000000, ValueNames.Flag("GENERIC EXECUTE is set", "Generic execute is NOT set"));
    static readonly Field AccessGenericWrite = P.Flag("smb.access.generic_write", "Generic Write", 32, 0x40000000, ValueNames.Flag("GENERIC WRITE is set", "Generic write is NOT set"));
    static readonly Field AccessGenericRead = P.Flag("smb.access.generic_read", "Generic Read", 32, 0x80000000, ValueNames.Flag("GENERIC READ is set", "Generic read is NOT set"));
    static readonly Field ShareAccess = P.UInt32("smb.share_access", "Share Access", FieldBase.Hex);
    static readonly Field ShareRead = P.Flag("smb.share.access.read", "Read", 32, 0x1, ValueNames.Flag("Object can be shared for READ", "Object can NOT be shared for read"));
    static readonly Field ShareWrite = P.Flag("smb.share.access.write", "Write", 32, 0x2, ValueNames.Flag("Object can be shared for WRITE", "Object can NOT be shared for write"));
    static readonly Field ShareDelete = P.Flag("smb.share.access.delete", "Delete", 32, 0x4, ValueNames.Flag("Object can be shared for DELETE", "Object can NOT be shared for delete"));
    static readonly Field CreateOptions = P.UInt32("smb.create_options", "Create Options", FieldBase.Hex);
    static readonly Field OptionDirectory = P.Flag("smb.nt.create_options.directory", "Directory", 32, 0x1, ValueNames.Flag("File being created/opened must be a directory", "File being created/opened must not be a directory"));
    static readonly Field OptionWriteThrough = P.Flag("smb.nt.create_options.write_through", "Write Through", 32, 0x2, ValueNames.Flag("Writes should flush buffered data before completing", "Writes need not flush buffered data before completing"));
    static readonly Field OptionSequentialOnly = P.Flag("smb.nt.create_options.sequential_only", "Sequential Only", 32, 0x4, ValueNames.Flag("The file will only be accessed sequentially", "The file might not only be accessed sequentially"));
    static readonly Field OptionIntermediateBuffering = P.Flag("smb.nt.create_options.intermediate_buffering", "Intermediate Buffering", 32, 0x8, ValueNames.Flag("NO intermediate buffering is allowed", "Intermediate buffering is allowed"));
    static readonly Field OptionSyncIoAlert = P.Flag("smb.nt.create_options.sync_io_alert", "Sync I/O Alert", 32, 0x10, ValueNames.Flag("All operations SYNCHRONOUS, waits subject to termination from alert", "Operations NOT necessarily synchronous"));
    static readonly Field OptionSyncIoNonalert = P.Flag("smb.nt.create_options.sync_io_nonalert", "Sync I/O Nonalert", 32, 0x20, ValueNames.Flag("All operations SYNCHRONOUS, waits not subject to alert", "Operations NOT necessarily synchronous"));
    static readonly Field OptionNonDirectory = P.Flag("smb.nt.create_options.non_directory", "Non-Directory", 32, 0x40, ValueNames.Flag("File being created/opened must not be a directory", "File being created/opened must be a directory"));
    static readonly Field OptionCreateTreeConnection = P.Flag("smb.nt.create_options.create_tree_connection", "Create Tree Connection", 32, 0x80, ValueNames.Flag("Create Tree Connections is SET", "Create Tree Connections is NOT set"));
    static readonly Field OptionCompleteIfOplocked = P.Flag("smb.nt.create_options.complete_if_oplocked", "Complete If Oplocked", 32, 0x100, ValueNames.Flag("Complete if oplocked is SET", "Complete if oplocked is NOT set"));
    static readonly Field OptionNoEaKnowledge = P.Flag("smb.nt.create_options.no_ea_knowledge", "No EA Knowledge", 32, 0x200, ValueNames.Flag("The client does not understand extended attributes", "The client understands extended attributes"));
    static readonly Field OptionEightDotThreeOnly = P.Flag("smb.nt.create_options.eight_dot_three_only", "8.3 Only", 32, 0x400, ValueNames.Flag("The client understands only 8.3 file names", "The client understands long file names"));
    static readonly Field OptionRandomAccess = P.Flag("smb.nt.create_options.random_access", "Random Access", 32, 0x800, ValueNames.Flag("The file will be accessed randomly", "The file will not be accessed randomly"));
    static readonly Field OptionDeleteOnClose = P.Flag("smb.nt.create_options.delete_on_close", "Delete On Close", 32, 0x1000, ValueNames.Flag("The file should be deleted when it is closed", "The file should not be deleted when it is closed"));
    static readonly Field OptionOpenByFileid = P.Flag("smb.nt.create_options.open_by_fileid", "Open By FileID", 32, 0x2000, ValueNames.Flag("OpenByFileID bit is SET", "OpenByFileID is NOT set"));
    static readonly Field OptionBackupIntent = P.Flag("smb.nt.create_options.backup_intent", "Backup Intent", 32, 0x4000, ValueNames.Flag("This is a create with BACKUP INTENT", "This is a normal create"));
    static readonly Field OptionNoCompression = P.Flag("smb.nt.create_options.no_compression", "No Compression", 32, 0x8000, ValueNames.Flag("Open/Create with NO Compression", "Compression is allowed for Open/Create"));
    static readonly Field OptionReserveOpfilter = P.Flag("smb.nt.create_options.reserve_opfilter", "Reserve Opfilter", 32, 0x100000, ValueNames.Flag("Reserve Opfilter is SET", "Reserve Opfilter is NOT set"));
    static readonly Field OptionOpenReparsePoint = P.Flag("smb.nt.create_options.open_reparse_point", "Open Reparse Point", 32, 0x200000, ValueNames.Flag("Open a Reparse Point", "Normal open"));
    static readonly Field OptionOpenNoRecall = P.Flag("smb.nt.create_options.open_no_recall", "Open No Recall", 32, 0x400000, ValueNames.Flag("Open No Recall is SET", "Open no recall is NOT set"));
    static readonly Field OptionOpenForFreeSpaceQuery = P.Flag("smb.nt.create_options.open_for_free_space_query", "Open For Free Space query", 32, 0x800000, ValueNames.Flag("This is an OPEN FOR FREE SPACE QUERY", "This is NOT an open for free space query"));
    static readonly Field[] AccessBits = [AccessRead, AccessWrite, AccessAppend, AccessReadEa, AccessWriteEa, AccessExecute, AccessDeleteChild, AccessReadAttributes, AccessWriteAttributes, AccessDelete, AccessReadControl, AccessWriteDac, AccessWriteOwner, AccessSynchronize, AccessSystemSecurity, AccessMaximum, AccessGenericAll, AccessGenericExecute, AccessGenericWrite, AccessGenericRead];
    static readonly Field[] OptionBits = [OptionDirectory, OptionWriteThrough, OptionSequentialOnly, OptionIntermediateBuffering, OptionSyncIoAlert, OptionSyncIoNonalert, OptionNonDirectory, OptionCreateTreeConnection, OptionCompleteIfOplocked, OptionNoEaKnowledge, OptionEightDotThreeOnly, OptionRandomAccess, OptionDeleteOnClose, OptionOpenByFileid, OptionBackupIntent, OptionNoCompression, OptionReserveOpfilter, OptionOpenReparsePoint, OptionOpenNoRecall, OptionOpenForFreeSpaceQuery];

    /// <summary>Adds what one wants to do with a file.</summary>
    public static void AddAccess(Packet p, in View v, Node tree, int at) => p.AddBits(tree, AccessMask, v, at, AccessBits, littleEndian: true);

    /// <summary>Adds what others may do with it meanwhile.</summary>
    public static void AddSharing(Packet p, in View v, Node tree, int at) => p.AddBits(tree, ShareAccess, v, at, [ShareRead, ShareWrite, ShareDelete], littleEndian: true, sumUp: true);

    /// <summary>Adds how it is to be opened.</summary>
    public static void AddOptions(Packet p, in View v, Node tree, int at) => p.AddBits(tree, CreateOptions, v, at, OptionBits, littleEndian: true);
}
