using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>What SMB version 1 says of its header and commands, and the names of its numbers.</summary>
static class SmbMessages
{
    static readonly Protocol P = SmbFields.P;
    public static readonly Field ServerComponent = P.UInt32("smb.server_component", "Server Component", FieldBase.Hex);
    static readonly ValueNames CmdNames = ValueNames.Of(() => [
        (0, "Create Directory"), (1, "Delete Directory"), (2, "Open"), (3, "Create"), (4, "Close"), (5, "Flush"), (6, "Delete"),
        (7, "Rename"), (8, "Query Information"), (9, "Set Information"), (10, "Read"), (11, "Write"), (12, "Lock Byte Range"),
        (13, "Unlock Byte Range"), (14, "Create Temp"), (15, "Create New"), (16, "Check Directory"), (17, "Process Exit"), (18, "Seek"),
        (19, "Lock And Read"), (20, "Write And Unlock"), (21, "unknown-0x15"), (22, "unknown-0x16"), (23, "unknown-0x17"),
        (24, "unknown-0x18"), (25, "unknown-0x19"), (26, "Read Raw"), (27, "Read MPX"), (28, "Read MPX Secondary"), (29, "Write Raw"),
        (30, "Write MPX"), (31, "Write MPX Secondary"), (32, "Write Complete"), (33, "Query Server (reserved)"), (34, "Set Information2"),
        (35, "Query Information2"), (36, "Locking AndX"), (37, "Trans"), (38, "Trans Secondary"), (39, "IOCTL"), (40, "IOCTL Secondary"),
        (41, "Copy"), (42, "Move"), (43, "Echo"), (44, "Write And Close"), (45, "Open AndX"), (46, "Read AndX"), (47, "Write AndX"),
        (48, "New File Size (reserved)"), (49, "Close And Tree Disconnect"), (50, "Trans2"), (51, "Trans2 Secondary"), (52, "Find Close2"),
        (53, "Find Notify Close"), (112, "Tree Connect"), (113, "Tree Disconnect"), (114, "Negotiate Protocol"),
        (115, "Session Setup AndX"), (116, "Logoff AndX"), (117, "Tree Connect AndX"), (128, "Query Information Disk"), (129, "Search"),
        (130, "Find"), (131, "Find Unique"), (132, "Find Close"), (160, "NT Trans"), (161, "NT Trans Secondary"), (162, "NT Create AndX"),
        (163, "unknown-0xA3"), (164, "NT Cancel"), (165, "NT Rename"), (192, "Open Print File"), (193, "Write Print File"),
        (194, "Close Print File"), (195, "Get Print Queue"), (208, "Send Single Block Message"), (209, "Send Broadcast Message"),
        (210, "Forward User Name"), (211, "Cancel Forward"), (212, "Get Machine Name"), (213, "Send Start of Multi-block Message"),
        (214, "Send End of Multi-block Message"), (215, "Send Text of Multi-block Message"), (216, "SMBreadbulk"), (217, "SMBwritebulk"),
        (218, "SMBwritebulkdata"), (254, "SMBinvalid"), (0, "Create Directory"), (1, "Delete Directory"), (2, "Open"), (3, "Create"),
        (4, "Close"), (5, "Flush"), (6, "Delete"), (7, "Rename"), (8, "Query Information"), (9, "Set Information"), (10, "Read"),
        (11, "Write"), (12, "Lock Byte Range"), (13, "Unlock Byte Range"), (14, "Create Temp"), (15, "Create New"), (16, "Check Directory"),
        (17, "Process Exit"), (18, "Seek"), (19, "Lock And Read"), (20, "Write And Unlock"), (21, "unknown-0x15"), (22, "unknown-0x16"),
        (23, "unknown-0x17"), (24, "unknown-0x18"), (25, "unknown-0x19"), (26, "Read Raw"), (27, "Read MPX"), (28, "Read MPX Secondary"),
        (29, "Write Raw"), (30, "Write MPX"), (31, "Write MPX Secondary"), (32, "Write Complete"), (33, "Query Server (reserved)"),
        (34, "Set Information2"), (35, "Query Information2"), (36, "Locking AndX"), (37, "Trans"), (38, "Trans Secondary"), (39, "IOCTL"),
        (40, "IOCTL Secondary"), (41, "Copy"), (42, "Move"), (43, "Echo"), (44, "Write And Close"), (45, "Open AndX"), (46, "Read AndX"),
        (47, "Write AndX"), (48, "New File Size (reserved)"), (49, "Close And Tree Disconnect"), (50, "Trans2"), (51, "Trans2 Secondary"),
        (52, "Find Close2"), (53, "Find Notify Close"), (112, "Tree Connect"), (113, "Tree Disconnect"), (114, "Negotiate Protocol"),
        (115, "Session Setup AndX"), (116, "Logoff AndX"), (117, "Tree Connect AndX"), (128, "Query Information Disk"), (129, "Search"),
        (130, "Find"), (131, "Find Unique"), (132, "Find Close"), (160, "NT Trans"), (161, "NT Trans Secondary"), (162, "NT Create AndX"),
        (163, "unknown-0xA3"), (164, "NT Cancel"), (165, "NT Rename"), (192, "Open Print File"), (193, "Write Print File"),
        (194, "Close Print File"), (195, "Get Print Queue"), (208, "Send Single Block Message"), (209, "Send Broadcast Message"),
        (210, "Forward User Name"), (211, "Cancel Forward"), (212, "Get Machine Name"), (213, "Send Start of Multi-block Message"),
        (214, "Send End of Multi-block Message"), (215, "Send Text of Multi-block Message"), (216, "SMBreadbulk"), (217, "SMBwritebulk"),
        (218, "SMBwritebulkdata"), (254, "SMBinvalid")]);
    public static readonly Field Command = P.UInt8("smb.cmd", "SMB Command", FieldBase.Hex, CmdNames);
    static readonly ValueNames ErrorClassNames = ValueNames.Of(() => [
        (0x0, "Success"), (0x1, "DOS Error"), (0x2, "Server Error"), (0x3, "Hardware Error"),
        (0x4, "Command Error - Not an SMB format command")]);
    public static readonly Field ErrorClass = P.UInt8("smb.error_class", "Error Class", FieldBase.Hex, ErrorClassNames);
    public static readonly Field ErrorCode = P.UInt16("smb.error_code", "Error Code", FieldBase.Hex);
    public static readonly Field Status = P.UInt32("smb.nt_status", "NT Status", FieldBase.Hex, Smb2Fields.NtStatusNames);
    public static readonly Field Flags = P.UInt8("smb.flags", "Flags", FieldBase.Hex);
    public static readonly Field Flags2 = P.UInt16("smb.flags2", "Flags2", FieldBase.Hex);
    public static readonly Field ProcessIdHigh = P.UInt16("smb.pid.high", "Process ID High");
    public static readonly Field Signature = P.Bytes("smb.signature", "Signature");
    public static readonly Field Reserved = P.Bytes("smb.reserved", "Reserved");
    public static readonly Field TreeId = P.UInt16("smb.tid", "Tree ID");
    public static readonly Field ProcessId = P.UInt16("smb.pid", "Process ID");
    public static readonly Field UserId = P.UInt16("smb.uid", "User ID");
    public static readonly Field MultiplexId = P.UInt16("smb.mid", "Multiplex ID");
    public static readonly Field WordCount = P.UInt8("smb.wct", "Word Count (WCT)");
    public static readonly Field ByteCount = P.UInt16("smb.bcc", "Byte Count (BCC)");
    public static readonly Field ResponseTo = P.FrameNumber("smb.response_to", "Response to");
    public static readonly Field Time = P.RelativeTime("smb.time", "Time from request");
    public static readonly Field SharePath = P.String("smb.path", "Path");
    public static readonly Field SmbFile = P.String("smb.file", "File Name");
    public static readonly Field DirName = P.String("smb.dir_name", "Directory");
    public static readonly Field Fid = P.UInt16("smb.fid", "FID", FieldBase.Hex);
    static readonly ValueNames Trans2CmdNames = ValueNames.Of(() => [
        (0, "OPEN2"), (1, "FIND_FIRST2"), (2, "FIND_NEXT2"), (3, "QUERY_FS_INFO"), (4, "SET_FS_INFO"), (5, "QUERY_PATH_INFO"),
        (6, "SET_PATH_INFO"), (7, "QUERY_FILE_INFO"), (8, "SET_FILE_INFO"), (9, "FSCTL"), (10, "IOCTL2"), (11, "FIND_NOTIFY_FIRST"),
        (12, "FIND_NOTIFY_NEXT"), (13, "CREATE_DIRECTORY"), (14, "SESSION_SETUP"), (15, "Unknown (0x0f)"), (16, "GET_DFS_REFERRAL"),
        (17, "REPORT_DFS_INCONSISTENCY")]);
    public static readonly Field Subcommand = P.UInt16("smb.trans2.cmd", "Subcommand", FieldBase.Hex, Trans2CmdNames);
    static readonly ValueNames FunctionNames = ValueNames.Of(() => [
        (1, "NT CREATE"), (2, "NT IOCTL"), (3, "NT SET SECURITY DESC"), (4, "NT NOTIFY"), (5, "NT RENAME"), (6, "NT QUERY SECURITY DESC"),
        (7, "NT GET USER QUOTA"), (8, "NT SET USER QUOTA")]);
    public static readonly Field NtFunction = P.UInt16("smb.nt.function", "Function", FieldBase.Dec, FunctionNames);
    static readonly ValueNames Ff2LoiNames = ValueNames.Of(() => [
        (1, "Info Standard"), (2, "Info Query EA Size"), (3, "Info Query EAs From List"), (257, "Find File Directory Info"),
        (258, "Find File Full Directory Info"), (259, "Find File Names Info"), (260, "Find File Both Directory Info"),
        (261, "Find File Full Directory Info"), (262, "Find File Id Both Directory Info"), (514, "Find File Unix"),
        (523, "Find File Unix Info2")]);
    public static readonly Field FindLevel = P.UInt16("smb.ff2_loi", "Level of Interest", FieldBase.Dec, Ff2LoiNames);
    static readonly ValueNames QpiLoiNames = ValueNames.Of(() => [
        (1, "Info Standard"), (2, "Info Query EA Size"), (3, "Info Query EAs From List"), (4, "Info Query All EAs"),
        (6, "Info Is Name Valid"), (257, "Query File Basic Info"), (258, "Query File Standard Info"), (259, "Query File EA Info"),
        (260, "Query File Name Info"), (263, "Query File All Info"), (264, "Query File Alt Name Info"), (265, "Query File Stream Info"),
        (267, "Query File Compression Info"), (512, "Query File Unix Basic"), (513, "Query File Unix Link"),
        (514, "Query File Unix Hardlink"), (516, "Query File Posix ACL"), (517, "Query File Posix XATTR"),
        (518, "Query File Posix Attr Flags"), (519, "Query File Posix Permissions"), (520, "Query File Posix Lock"),
        (523, "Query File Unix Info2"), (1004, "Query File Basic Info"), (1005, "Query File Standard Info"),
        (1006, "Query File Internal Info"), (1007, "Query File EA Info"), (1009, "Query File Name Info"), (1010, "Query File Rename Info"),
        (1011, "Query File Link Info"), (1012, "Query File Names Info"), (1013, "Query File Disposition Info"),
        (1014, "Query File Position Info"), (1015, "Query File Full EA Info"), (1016, "Query File Mode Info"),
        (1017, "Query File Alignment Info"), (1018, "Query File All Info"), (1019, "Query File Allocation Info"),
        (1020, "Query File End of File Info"), (1021, "Query File Alt Name Info"), (1022, "Query File Stream Info"),
        (1023, "Query File Pipe Info"), (1024, "Query File Pipe Local Info"), (1025, "Query File Pipe Remote Info"),
        (1026, "Query File Mailslot Query Info"), (1027, "Query File Mailslot Set Info"), (1028, "Query File Compression Info"),
        (1029, "Query File ObjectID Info"), (1030, "Query File Completion Info"), (1031, "Query File Move Cluster Info"),
        (1032, "Query File Quota Info"), (1033, "Query File Reparsepoint Info"), (1034, "Query File Network Open Info"),
        (1035, "Query File Attribute Tag Info"), (1036, "Query File Tracking Info"), (1037, "Query File Maximum Info")]);
    public static readonly Field QueryLevel = P.UInt16("smb.qpi_loi", "Level of Interest", FieldBase.Dec, QpiLoiNames);
    static readonly ValueNames SpiLoiNames = ValueNames.Of(() => [
        (1, "Info Standard"), (2, "Info Set EAs"), (4, "Info Query All EAs"), (257, "Set File Basic Info"),
        (258, "Set File Disposition Info"), (259, "Set File Allocation Info"), (260, "Set File End Of File Info"),
        (512, "Set File Unix Basic"), (513, "Set File Unix Link"), (514, "Set File Unix HardLink"), (516, "Set File Unix ACL"),
        (517, "Set File Unix XATTR"), (518, "Set File Unix Attr Flags"), (520, "Set File Posix Lock"), (521, "Set File Posix Open"),
        (522, "Set File Posix Unlink"), (523, "Set File Unix Info2"), (1004, "Set File Basic Info"), (1010, "Set Rename Information"),
        (1013, "Set Disposition Information"), (1014, "Set Position Information"), (1016, "Set Mode Information"),
        (1019, "Set Allocation Information"), (1020, "Set EOF Information"), (1023, "Set File Pipe Information"),
        (1025, "Set File Pipe Remote Information"), (1029, "Set Copy On Write Information"), (1032, "Set OLE Class ID Information"),
        (1039, "Set Inherit Context Index Information"), (1040, "Set OLE Information (?)")]);
    public static readonly Field SetLevel = P.UInt16("smb.spi_loi", "Level of Interest", FieldBase.Dec, SpiLoiNames);
    static readonly ValueNames QfsiLoiNames = ValueNames.Of(() => [
        (1, "Info Allocation"), (2, "Info Volume"), (257, "Query FS Label Info"), (258, "Query FS Volume Info"),
        (259, "Query FS Size Info"), (260, "Query FS Device Info"), (261, "Query FS Attribute Info"), (512, "Unix Query FS Info"),
        (514, "Unix Query POSIX whoami"), (769, "Mac Query FS Info"), (1001, "Query FS Label Info"), (1002, "Query FS Volume Info"),
        (1003, "Query FS Size Info"), (1004, "Query FS Device Info"), (1005, "Query FS Attribute Info"), (1006, "Query FS Quota Info"),
        (1007, "Query Full FS Size Info"), (1008, "Object ID Information")]);
    public static readonly Field FileSystemLevel = P.UInt16("smb.qfsi_loi", "Level of Interest", FieldBase.Hex, QfsiLoiNames);
    public static readonly Field SearchPattern = P.String("smb.search_pattern", "Search Pattern");
    public static readonly Field TransName = P.String("smb.trans_name", "Transaction Name");
    public static readonly Field Account = P.String("smb.account", "Account");
    public static readonly Field PrimaryDomain = P.String("smb.primary_domain", "Primary Domain");
    public static readonly Field NativeOs = P.String("smb.native_os", "Native OS");
    public static readonly Field NextOffset = P.UInt16("smb.andxoffset", "AndXOffset");
    public static readonly Field TotalParameters = P.UInt32("smb.tpc", "Total Parameter Count");
    public static readonly Field TotalData = P.UInt32("smb.tdc", "Total Data Count");
    public static readonly Field MaxParameters = P.UInt32("smb.mpc", "Max Parameter Count");
    public static readonly Field MaxData = P.UInt32("smb.mdc", "Max Data Count");
    public static readonly Field MaxSetup = P.UInt8("smb.msc", "Max Setup Count");
    public static readonly Field WaitTime = P.UInt32("smb.timeout", "Timeout");
    public static readonly Field ParameterCount = P.UInt16("smb.pc", "Parameter Count");
    public static readonly Field ParameterOffset = P.UInt16("smb.po", "Parameter Offset");
    public static readonly Field DataCount = P.UInt16("smb.dc", "Data Count");
    public static readonly Field DataOffset = P.UInt16("smb.data_offset", "Data Offset");
    public static readonly Field SetupCount = P.UInt8("smb.sc", "Setup Count");
    public static readonly Field SecurityBlob = P.Bytes("smb.security_blob", "Security Blob");
    public static readonly Field SecurityBlobLen = P.UInt16("smb.security_blob_len", "Security Blob Length");
    public static readonly Field Dialect = P.String("smb.dialect", "Dialect");
    public static readonly Field Name = P.String("smb.dialect.name", "Name");
    public static readonly Field Index = P.UInt16("smb.dialect.index", "Selected Index");

    public static readonly Field[] FlagBits =
    [
        P.Flag("smb.flags.response", "Request/Response", 8, 0x80, ValueNames.Flag("Message is a response to the client/redirector", "Message is a request to the server")),
        P.Flag("smb.flags.notify", "Notify", 8, 0x40, ValueNames.Flag("Notify client on all modifications", "Notify client only on open")),
        P.Flag("smb.flags.oplock", "Oplocks", 8, 0x20, ValueNames.Flag("OpLock requested/granted", "OpLock not requested/granted")),
        P.Flag("smb.flags.canon", "Canonicalized Pathnames", 8, 0x10, ValueNames.Flag("Pathnames are canonicalized", "Pathnames are not canonicalized")),
        P.Flag("smb.flags.caseless", "Case Sensitivity", 8, 0x8, ValueNames.Flag("Path names are caseless", "Path names are case sensitive")),
        P.Flag("smb.flags.receive_buffer", "Receive Buffer Posted", 8, 0x2, ValueNames.Flag("Receive buffer has been posted", "Receive buffer has not been posted")),
        P.Flag("smb.flags.lock", "Lock and Read", 8, 0x1, ValueNames.Flag("Lock&Read, Write&Unlock are supported", "Lock&Read, Write&Unlock are not supported")),
    ];

    public static readonly Field[] Flags2Bits =
    [
        P.Flag("smb.flags2.string", "Unicode Strings", 16, 0x8000, ValueNames.Flag("Strings are Unicode", "Strings are ASCII")),
        P.Flag("smb.flags2.nt_error", "Error Code Type", 16, 0x4000, ValueNames.Flag("Error codes are NT error codes", "Error codes are DOS error codes")),
        P.Flag("smb.flags2.roe", "Execute-only Reads", 16, 0x2000, ValueNames.Flag("Permit reads if execute-only", "Don't permit reads if execute-only")),
        P.Flag("smb.flags2.dfs", "Dfs", 16, 0x1000, ValueNames.Flag("Resolve pathnames with Dfs", "Don't resolve pathnames with Dfs")),
        P.Flag("smb.flags2.esn", "Extended Security Negotiation", 16, 0x800, ValueNames.Flag("Extended security negotiation is supported", "Extended security negotiation is not supported")),
        P.Flag("smb.flags2.reparse_path", "Reparse Path", 16, 0x400, ValueNames.Flag("The request uses a @GMT reparse path", "The request does not use a @GMT reparse path")),
        P.Flag("smb.flags2.long_names_used", "Long Names Used", 16, 0x40, ValueNames.Flag("Path names in request are long file names", "Path names in request are not long file names")),
        P.Flag("smb.flags2.sec_sig_required", "Security Signatures Required", 16, 0x10, ValueNames.Flag("Security signatures are required", "Security signatures are not required")),
        P.Flag("smb.flags2.compressed", "Compressed", 16, 0x8, ValueNames.Flag("Compression is requested", "Compression is not requested")),
        P.Flag("smb.flags2.sec_sig", "Security Signatures", 16, 0x4, ValueNames.Flag("Security signatures are supported", "Security signatures are not supported")),
        P.Flag("smb.flags2.ea", "Extended Attributes", 16, 0x2, ValueNames.Flag("Extended attributes are supported", "Extended attributes are not supported")),
        P.Flag("smb.flags2.long_names_allowed", "Long Names Allowed", 16, 0x1, ValueNames.Flag("Long file names are allowed in the response", "Long file names are not allowed in the response")),
    ];

    /// <summary>DOS' errors by class and code ([MS-CIFS] section 2.2.2.4).</summary>
    public static readonly ValueNames DosErrors = ValueNames.Of(() => [
        (0x10001, "Invalid function (or system call)"),
        (0x10002, "File not found (pathname error)"),
        (0x10003, "Directory not found"),
        (0x10004, "Too many open files"),
        (0x10005, "Access denied"),
        (0x10006, "Invalid fid"),
        (0x10007, "Memory control blocks destroyed"),
        (0x10008, "Out of memory"),
        (0x10009, "Invalid memory block address"),
        (0x1000a, "Invalid environment"),
        (0x1000b, "Invalid format"),
        (0x1000c, "Invalid open mode"),
        (0x1000d, "Invalid data (only from ioctl call)"),
        (0x1000e, "Reserved error code?"),
        (0x1000f, "Invalid drive"),
        (0x10010, "Attempt to delete current directory"),
        (0x10011, "Rename/move across different filesystems"),
        (0x10012, "No more files found in file search"),
        (0x1001f, "General failure"),
        (0x10020, "Share mode on file conflict with open mode"),
        (0x10021, "Lock request conflicts with existing lock"),
        (0x10032, "Request unsupported, returned by Win 95"),
        (0x10040, "Network name deleted or not available"),
        (0x10042, "Don't support ipc"),
        (0x10043, "Requested share does not exist"),
        (0x10050, "File in operation already exists"),
        (0x10057, "Invalid parameter"),
        (0x1006e, "Cannot open the file specified"),
        (0x1006f, "Buffer overflow"),
        (0x1007a, "Insufficient buffer"),
        (0x1007b, "Invalid name"),
        (0x1009e, "This region is not locked by this locking context."),
        (0x100a1, "Invalid Path"),
        (0x100ad, "Cancel violation"),
        (0x100ae, "No atomic clocks"),
        (0x100b7, "File already exists"),
        (0x100e6, "Named pipe invalid"),
        (0x100e7, "All instances of pipe are busy"),
        (0x100e8, "Named pipe close in progress"),
        (0x100e9, "No process on other end of named pipe"),
        (0x100ea, "More data to be returned"),
        (0x100ff, "ea inconsistent"),
        (0x10103, "No more items"),
        (0x1010b, "Invalid directory name in a path."),
        (0x10113, "Extended attributes didn't fit"),
        (0x1011a, "Extended attributes not supported"),
        (0x1084b, "Buffer too small"),
        (0x20001, "Non specific error code"),
        (0x20002, "Bad password"),
        (0x20003, "Reserved"),
        (0x20004, "No permissions to perform the requested operation"),
        (0x20005, "TID invalid"),
        (0x20006, "Invalid network name. Service not found"),
        (0x20007, "Invalid device"),
        (0x20031, "Print queue full"),
        (0x20032, "Queued item too big"),
        (0x20033, "EOF in print queue dump"),
        (0x20034, "Invalid print file in smb_fid"),
        (0x20040, "Unrecognised command"),
        (0x20041, "SMB server internal error"),
        (0x20043, "Fid and pathname invalid combination"),
        (0x20044, "Bad link in request ???"),
        (0x20045, "Access specified for a file is not valid"),
        (0x20046, "Bad process id in request"),
        (0x20047, "Attribute mode invalid"),
        (0x20051, "Message server paused"),
        (0x20052, "Not receiving messages"),
        (0x20053, "No room for message"),
        (0x20057, "Too many remote usernames"),
        (0x20058, "Operation timed out"),
        (0x20059, "No resources currently available for request."),
        (0x2005a, "Too many userids"),
        (0x2005b, "Bad userid"),
        (0x200fa, "Temporarily unable to use raw mode, use MPX mode"),
        (0x200fb, "Temporarily unable to use raw mode, use standard mode"),
        (0x200fc, "Resume MPX mode"),
        (0x200fd, "Bad Password???"),
        (0x30013, "Read only media"),
        (0x30015, "Drive not ready"),
        (0x30017, "Data (CRC) error"),
        (0x30018, "Bad request structure length"),
        (0x30019, "Seek error"),
        (0x3001b, "Sector not found"),
        (0x3001c, "Printer out of paper"),
        (0x3001d, "Write fault"),
        (0x3001e, "Read fault"),
        (0x3001f, "General failure"),
        (0x30020, "An open conflicts with an existing open"),
        (0x30021, "Lock conflict/invalid mode, or unlock of another process's lock"),
        (0x30022, "The wrong disk was found in a drive"),
        (0x30023, "No FCBs are available to process request"),
        (0x30024, "A sharing buffer has been exceeded"),
        (0x30027, "Disk full???"),
    ]);
}
