using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>What SMB2 can say.</summary>
static class Smb2Fields
{
    public static readonly Protocol P = new("SMB2 (Server Message Block Protocol version 2)", "SMB2", "smb2");

    /// <summary>Results; the same names in all of Windows' protocols.</summary>
    public static readonly ValueNames NtStatusNames = ValueNames.Of(NtStatus.All);
    public static readonly ValueNames CmdNames = ValueNames.Of(() => [
        (0, "Negotiate Protocol"), (1, "Session Setup"), (2, "Session Logoff"), (3, "Tree Connect"), (4, "Tree Disconnect"), (5, "Create"),
        (6, "Close"), (7, "Flush"), (8, "Read"), (9, "Write"), (10, "Lock"), (11, "Ioctl"), (12, "Cancel"), (13, "KeepAlive"), (14, "Find"),
        (15, "Notify"), (16, "GetInfo"), (17, "SetInfo"), (18, "Break")]);

    public static readonly Field ProtocolId = P.UInt32("smb2.protocol_id", "ProtocolId", FieldBase.Hex);
    public static readonly Field HeaderLen = P.UInt16("smb2.header_len", "Header Length");
    public static readonly Field CreditCharge = P.UInt16("smb2.credit.charge", "Credit Charge");
    public static readonly Field ChannelSequence = P.UInt16("smb2.channel_sequence", "Channel Sequence");
    public static readonly Field Reserved = P.Bytes("smb2.reserved", "Reserved");
    public static readonly Field Command = P.UInt16("smb2.cmd", "Command", FieldBase.Dec, CmdNames);
    public static readonly Field Status = P.UInt32("smb2.nt_status", "NT Status", FieldBase.Hex, NtStatusNames);
    public static readonly Field CreditsRequested = P.UInt16("smb2.credits.requested", "Credits requested");
    public static readonly Field CreditsGranted = P.UInt16("smb2.credits.granted", "Credits granted");
    public static readonly Field Flags = P.UInt32("smb2.flags", "Flags", FieldBase.Hex);
    public static readonly Field IsResponse = P.Flag("smb2.flags.response", "Response", 32, 0x1, ValueNames.Flag("This is a RESPONSE", "This is a REQUEST"));
    public static readonly Field IsAsync = P.Flag("smb2.flags.async", "Async command", 32, 0x2, ValueNames.Flag("This is an ASYNC command", "This is a SYNC command"));
    public static readonly Field IsChained = P.Flag("smb2.flags.chained", "Chained", 32, 0x4, ValueNames.Flag("This pdu is a CHAINED command", "This pdu is NOT a chained command"));
    public static readonly Field IsSigned = P.Flag("smb2.flags.signature", "Signing", 32, 0x8, ValueNames.Flag("This pdu is SIGNED", "This pdu is NOT signed"));
    public static readonly Field Priority = P.Flag("smb2.flags.priority_mask", "Priority", 32, 0x70, ValueNames.Flag("This pdu contains a PRIORITY", "This pdu does NOT contain a PRIORITY"));
    public static readonly Field IsDfs = P.Flag("smb2.flags.dfs", "DFS operation", 32, 0x10000000, ValueNames.Flag("This is a DFS OPERATION", "This is a normal operation"));
    public static readonly Field IsReplay = P.Flag("smb2.flags.replay", "Replay operation", 32, 0x20000000, ValueNames.Flag("This is a REPLAY OPERATION", "This is NOT a replay operation"));
    public static readonly Field ChainOffset = P.UInt32("smb2.chain_offset", "Chain Offset", FieldBase.Hex);
    public static readonly Field MessageId = P.UInt64("smb2.msg_id", "Message ID");
    public static readonly Field ProcessId = P.UInt32("smb2.pid", "Process Id", FieldBase.Hex);
    public static readonly Field TreeId = P.UInt32("smb2.tid", "Tree Id", FieldBase.Hex);
    public static readonly Field AsyncId = P.UInt64("smb2.aid", "Async Id", FieldBase.Hex);
    public static readonly Field SessionId = P.UInt64("smb2.sesid", "Session Id", FieldBase.Hex);
    public static readonly Field Signature = P.Bytes("smb2.signature", "Signature");
    public static readonly Field ResponseTo = P.FrameNumber("smb2.response_to", "Response to");
    public static readonly Field Time = P.RelativeTime("smb2.time", "Time from request");
    public static readonly Field TreeName = P.String("smb2.tree", "Tree");
    static readonly ValueNames ShareTypeNames = ValueNames.Of(() => [(0x1, "Physical disk"), (0x2, "Named pipe"), (0x3, "Printer")]);
    public static readonly Field ShareType = P.UInt8("smb2.share_type", "Share Type", FieldBase.Hex, ShareTypeNames);
    public static readonly Field ConnectedIn = P.UInt32("smb2.tcon_frame", "Connected in Frame");
    public static readonly Field Account = P.String("smb2.acct", "Account");
    public static readonly Field Domain = P.String("smb2.domain", "Domain");
    public static readonly Field Host = P.String("smb2.host", "Host");
    public static readonly Field AuthenticatedIn = P.UInt32("smb2.auth_frame", "Authenticated in Frame");
    public static readonly Field StructureSize = P.UInt16("smb2.buffer_code", "StructureSize", FieldBase.Hex);
    public static readonly Field FixedLength = P.UInt16("smb2.buffer_code.length", "Fixed Part Length", mask: 0xfffe);
    public static readonly Field HasDynamic = P.Flag("smb2.buffer_code.dynamic", "Dynamic Part", 16, 0x1);
    public static readonly Field TransformSignature = P.Bytes("smb2.header.transform.signature", "Signature");
    public static readonly Field Nonce = P.Bytes("smb2.header.transform.nonce", "Nonce");
    public static readonly Field TransformSize = P.UInt32("smb2.header.transform.msg_size", "Message size");
    public static readonly Field TransformReserved = P.Bytes("smb2.header.transform.reserved", "Reserved");
    public static readonly Field TransformFlags = P.UInt16("smb2.header.transform.flags", "Flags", FieldBase.Hex);
    public static readonly Field IsEncrypted = P.Flag("smb2.header.transform.flags.encrypted", "Encrypted", 16, 0x1);
    public static readonly Field EncryptedData = P.Bytes("smb2.header.transform.enc_data", "Data");
    public static readonly Field OriginalSize = P.UInt32("smb2.header.comp_transform.original_size", "OriginalSize");
    static readonly ValueNames CompAlgIdNames = ValueNames.Of(() => [(0x0, "None"), (0x1, "LZNT1"), (0x2, "LZ77"), (0x3, "LZ77+Huffman"), (0x4, "Pattern_V1")]);
    public static readonly Field CompressionAlgorithm = P.UInt16("smb2.header.comp_transform.comp_alg", "CompressionAlgorithm", FieldBase.Hex, CompAlgIdNames);
    static readonly ValueNames CompTransformFlagsNames = ValueNames.Of(() => [(0x0, "None"), (0x1, "Chained")]);
    public static readonly Field CompressionFlags = P.UInt16("smb2.header.comp_transform.flags", "Flags", FieldBase.Hex, CompTransformFlagsNames);
    public static readonly Field CompressionOffset = P.UInt32("smb2.header.comp_transform.offset", "Offset", FieldBase.Hex);
    public static readonly Field CompressedData = P.Bytes("smb2.header.comp_transform.data", "CompressedData");
    public static readonly Field BlobOffset = P.UInt32("smb2.olb.offset", "Blob Offset", FieldBase.Hex);
    public static readonly Field BlobLength = P.UInt32("smb2.olb.length", "Blob Length");
    public static readonly Field SecurityBlob = P.Bytes("smb2.security_blob", "Security Blob");
    public static readonly Field DialectCount = P.UInt16("smb2.dialect_count", "Dialect count");
    static readonly ValueNames DialectNames = ValueNames.Of(() => [
        (0x202, "SMB 2.0.2"), (0x210, "SMB 2.1"), (0x2ff, "SMB2 wildcard"), (0x222, "SMB 2.2.2 (deprecated; should be 3.0)"),
        (0x224, "SMB 2.2.4 (deprecated; should be 3.0)"), (0x300, "SMB 3.0"), (0x302, "SMB 3.0.2"),
        (0x310, "SMB 3.1.0 (deprecated; should be 3.1.1)"), (0x311, "SMB 3.1.1")]);
    public static readonly Field Dialect = P.UInt16("smb2.dialect", "Dialect", FieldBase.Hex, DialectNames);
    public static readonly Field SecurityMode = P.UInt8("smb2.sec_mode", "Security mode", FieldBase.Hex);
    public static readonly Field SigningEnabled = P.Flag("smb2.sec_mode.sign_enabled", "Signing enabled", 8, 0x1);
    public static readonly Field SigningRequired = P.Flag("smb2.sec_mode.sign_required", "Signing required", 8, 0x2);
    public static readonly Field Capabilities = P.UInt32("smb2.capabilities", "Capabilities", FieldBase.Hex);
    public static readonly Field CapabilitiesDfs = P.Flag("smb2.capabilities.dfs", "DFS", 32, 0x1, ValueNames.Flag("This host supports DFS", "This host does NOT support DFS"));
    public static readonly Field Leasing = P.Flag("smb2.capabilities.leasing", "LEASING", 32, 0x2, ValueNames.Flag("This host supports LEASING", "This host does NOT support LEASING"));
    public static readonly Field LargeMtu = P.Flag("smb2.capabilities.large_mtu", "LARGE MTU", 32, 0x4, ValueNames.Flag("This host supports LARGE_MTU", "This host does NOT support LARGE_MTU"));
    public static readonly Field MultiChannel = P.Flag("smb2.capabilities.multi_channel", "MULTI CHANNEL", 32, 0x8, ValueNames.Flag("This host supports MULTI CHANNEL", "This host does NOT support MULTI CHANNEL"));
    public static readonly Field PersistentHandles = P.Flag("smb2.capabilities.persistent_handles", "PERSISTENT HANDLES", 32, 0x10, ValueNames.Flag("This host supports PERSISTENT HANDLES", "This host does NOT support PERSISTENT HANDLES"));
    public static readonly Field DirectoryLeasing = P.Flag("smb2.capabilities.directory_leasing", "DIRECTORY LEASING", 32, 0x20, ValueNames.Flag("This host supports DIRECTORY LEASING", "This host does NOT support DIRECTORY LEASING"));
    public static readonly Field Encryption = P.Flag("smb2.capabilities.encryption", "ENCRYPTION", 32, 0x40, ValueNames.Flag("This host supports ENCRYPTION", "This host does NOT support ENCRYPTION"));
    public static readonly Field ClientGuid = P.Field(FieldType.Guid, "smb2.client_guid", "Client Guid");
    public static readonly Field ServerGuid = P.Field(FieldType.Guid, "smb2.server_guid", "Server Guid");
    public static readonly Field MaxTransSize = P.UInt32("smb2.max_trans_size", "Max Transaction Size");
    public static readonly Field MaxReadSize = P.UInt32("smb2.max_read_size", "Max Read Size");
    public static readonly Field MaxWriteSize = P.UInt32("smb2.max_write_size", "Max Write Size");
    public static readonly Field CurrentTime = P.AbsoluteTime("smb2.current_time", "Current Time");
    public static readonly Field BootTime = P.AbsoluteTime("smb2.boot_time", "Boot Time");
    public static readonly Field ContextOffset = P.UInt32("smb2.negotiate_context.offset", "NegotiateContextOffset", FieldBase.Hex);
    public static readonly Field ContextCount = P.UInt16("smb2.negotiate_context.count", "NegotiateContextCount");
    static readonly ValueNames TypeNames = ValueNames.Of(() => [
        (0x1, "SMB2_PREAUTH_INTEGRITY_CAPABILITIES"), (0x2, "SMB2_ENCRYPTION_CAPABILITIES"), (0x3, "SMB2_COMPRESSION_CAPABILITIES"),
        (0x5, "SMB2_NETNAME_NEGOTIATE_CONTEXT_ID"), (0x6, "SMB2_TRANSPORT_CAPABILITIES"), (0x7, "SMB2_RDMA_TRANSFORM_CAPABILITIES"),
        (0x8, "SMB2_SIGNING_CAPABILITIES"), (0x100, "SMB2_POSIX_EXTENSIONS_CAPABILITIES")]);
    public static readonly Field ContextType = P.UInt16("smb2.negotiate_context.type", "Type", FieldBase.Hex, TypeNames);
    public static readonly Field ContextLength = P.UInt16("smb2.negotiate_context.data_length", "DataLength");
    public static readonly Field HashAlgCount = P.UInt16("smb2.negotiate_context.hash_alg_count", "HashAlgorithmCount");
    public static readonly Field SaltLength = P.UInt16("smb2.negotiate_context.salt_length", "SaltLength");
    static readonly ValueNames HashAlgorithmNames = ValueNames.Of(() => [(0x1, "SHA-512")]);
    public static readonly Field HashAlgorithm = P.UInt16("smb2.negotiate_context.hash_algorithm", "HashAlgorithm", FieldBase.Hex, HashAlgorithmNames);
    public static readonly Field Salt = P.Bytes("smb2.negotiate_context.salt", "Salt");
    public static readonly Field CipherCount = P.UInt16("smb2.negotiate_context.cipher_count", "CipherCount");
    static readonly ValueNames CipherIdNames = ValueNames.Of(() => [(0x1, "AES-128-CCM"), (0x2, "AES-128-GCM"), (0x3, "AES-256-CCM"), (0x4, "AES-256-GCM")]);
    public static readonly Field CipherId = P.UInt16("smb2.negotiate_context.cipher_id", "CipherId", FieldBase.Hex, CipherIdNames);
    public static readonly Field SesReqFlags = P.UInt8("smb2.ses_req_flags", "Flags");
    public static readonly Field SessionBinding = P.Flag("smb2.ses_req_flags.session_binding", "Session Binding Request", 8, 0x1);
    static readonly ValueNames ChannelNames = ValueNames.Of(() => [(0x0, "None"), (0x1, "RDMA V1"), (0x2, "RDMA V1_INVALIDATE"), (0x3, "RDMA TRANSFORM")]);
    public static readonly Field Channel = P.UInt32("smb2.channel", "Channel", FieldBase.Hex, ChannelNames);
    public static readonly Field PreviousSesid = P.UInt64("smb2.previous_sesid", "Previous Session Id", FieldBase.Hex);
    public static readonly Field SessionFlags = P.UInt16("smb2.session_flags", "Session Flags", FieldBase.Hex);
    public static readonly Field Guest = P.Flag("smb2.ses_flags.guest", "Guest", 16, 0x1);
    public static readonly Field Null = P.Flag("smb2.ses_flags.null", "Null", 16, 0x2);
    public static readonly Field Encrypt = P.Flag("smb2.ses_flags.encrypt", "Encrypt", 16, 0x4);
    public static readonly Field TreeFlags = P.UInt16("smb2.tc.flags", "Flags", FieldBase.Hex);
    public static readonly Field ClusterReconnect = P.Flag("smb2.tc.cluster_reconnect", "Cluster Reconnect", 16, 0x1, ValueNames.SetNotSet);
    public static readonly Field RedirectToOwner = P.Flag("smb2.tc.redirect_to_owner", "Redirect To Owner", 16, 0x2, ValueNames.SetNotSet);
    public static readonly Field ExtensionPresent = P.Flag("smb2.tc.extension_present", "Extension Present", 16, 0x4, ValueNames.SetNotSet);
    public static readonly Field TcReserved = P.UInt16("smb2.tc.reserved", "Reserved", FieldBase.Hex, mask: 0xfff8);
    public static readonly Field ShareFlags = P.UInt32("smb2.share_flags", "Share flags", FieldBase.Hex);
    public static readonly Field ShareFlagsDfs = P.Flag("smb2.share_flags.dfs", "DFS", 32, 0x1);
    public static readonly Field RestrictExclusiveOpens = P.Flag("smb2.share_flags.restrict_exclusive_opens", "Restrict exclusive opens", 32, 0x100);
    public static readonly Field ForceSharedDelete = P.Flag("smb2.share_flags.force_shared_delete", "Force shared delete", 32, 0x200);
    public static readonly Field AllowNamespaceCaching = P.Flag("smb2.share_flags.allow_namespace_caching", "Allow namespace caching", 32, 0x400);
    public static readonly Field AccessBasedDirEnum = P.Flag("smb2.share_flags.access_based_dir_enum", "Access based directory enum", 32, 0x800);
    public static readonly Field ForceLeveliiOplock = P.Flag("smb2.share_flags.force_levelii_oplock", "Force level II oplock", 32, 0x1000);
    public static readonly Field EnableHashV1 = P.Flag("smb2.share_flags.enable_hash_v1", "Enable hash V1", 32, 0x2000);
    public static readonly Field EnableHashV2 = P.Flag("smb2.share_flags.enable_hash_v2", "Enable hash V2", 32, 0x4000);
    public static readonly Field EncryptData = P.Flag("smb2.share_flags.encrypt_data", "Encrypted data required", 32, 0x8000);
    public static readonly Field IdentityRemoting = P.Flag("smb2.share_flags.identity_remoting", "Identity Remoting", 32, 0x40000);
    public static readonly Field CompressData = P.Flag("smb2.share_flags.compress_data", "Compressed IO", 32, 0x100000);
    static readonly ValueNames CachingNames = ValueNames.Of(() => [(0x0, "Manual caching"), (0x10, "Auto caching"), (0x20, "VDO caching"), (0x30, "No caching")]);
    public static readonly Field Caching = P.UInt32("smb2.share.caching", "Caching policy", FieldBase.Hex, CachingNames);
    public static readonly Field ShareCaps = P.UInt32("smb2.share_caps", "Share Capabilities", FieldBase.Hex);
    public static readonly Field ShareCapsDfs = P.Flag("smb2.share_caps.dfs", "DFS", 32, 0x8);
    public static readonly Field ContinuousAvailability = P.Flag("smb2.share_caps.continuous_availability", "CONTINUOUS AVAILABILITY", 32, 0x10);
    public static readonly Field Scaleout = P.Flag("smb2.share_caps.scaleout", "SCALEOUT", 32, 0x20);
    public static readonly Field Cluster = P.Flag("smb2.share_caps.cluster", "CLUSTER", 32, 0x40);
    public static readonly Field Assymetric = P.Flag("smb2.share_caps.assymetric", "ASSYMETRIC", 32, 0x80);
    public static readonly Field ShareCapsRedirectToOwner = P.Flag("smb2.share_caps.redirect_to_owner", "REDIRECT_TO_OWNER", 32, 0x100);
    static readonly ValueNames OplockNames = ValueNames.Of(() => [(0x0, "No oplock"), (0x1, "Level2 oplock"), (0x8, "Exclusive oplock"), (0x9, "Batch oplock"), (0xff, "Lease")]);
    public static readonly Field Oplock = P.UInt8("smb2.create.oplock", "Oplock", FieldBase.Hex, OplockNames);
    static readonly ValueNames LevelNames = ValueNames.Of(() => [(0, "Anonymous"), (1, "Identification"), (2, "Impersonation"), (3, "Delegation")]);
    public static readonly Field Impersonation = P.UInt32("smb2.impersonation.level", "Impersonation level", FieldBase.Dec, LevelNames);
    public static readonly Field CreateFlags = P.UInt64("smb2.create_flags", "Create Flags", FieldBase.Hex);
    static readonly ValueNames DispositionNames = ValueNames.Of(() => [
        (0, "Supersede (supersede existing file (if it exists))"), (1, "Open (if file exists open it, else fail)"),
        (2, "Create (if file exists fail, else create it)"), (3, "Open If (if file exists open it, else create it)"),
        (4, "Overwrite (if file exists overwrite, else fail)"), (5, "Overwrite If (if file exists overwrite, else create it)")]);
    public static readonly Field Disposition = P.UInt32("smb2.create.disposition", "Disposition", FieldBase.Dec, DispositionNames);
    public static readonly Field Filename = P.String("smb2.filename", "Filename");
    static readonly ValueNames ActionNames = ValueNames.Of(() => [
        (0, "No action taken?"), (1, "The file existed and was opened"), (2, "The file did not exist but was created"),
        (3, "The file existed and was truncated"), (32769, "The file existed and was opened, and an OpLock was granted"),
        (32770, "The file did not exist but was created, and an OpLock was granted"),
        (32771, "The file existed and was truncated, and an OpLock was granted")]);
    public static readonly Field CreateAction = P.UInt32("smb2.create.action", "Create Action", FieldBase.Dec, ActionNames);
    public static readonly Field RepFlags = P.UInt8("smb2.create.rep_flags", "Response Flags", FieldBase.Hex);
    public static readonly Field ReparsePoint = P.Flag("smb2.create.rep_flags.reparse_point", "ReparsePoint", 8, 0x1);
    public static readonly Field CreateTime = P.AbsoluteTime("smb2.create.time", "Create");
    public static readonly Field LastAccessTime = P.AbsoluteTime("smb2.last_access.time", "Last Access");
    public static readonly Field LastWriteTime = P.AbsoluteTime("smb2.last_write.time", "Last Write");
    public static readonly Field LastChangeTime = P.AbsoluteTime("smb2.last_change.time", "Last Change");
    public static readonly Field AllocationSize = P.UInt64("smb2.allocation_size", "Allocation Size");
    public static readonly Field EndOfFile = P.UInt64("smb2.eof", "End Of File");
    public static readonly Field FileAttribute = P.UInt32("smb2.file_attribute", "File Attributes", FieldBase.Hex);
    public static readonly Field AttributeReadOnly = P.Flag("smb2.file_attribute.read_only", "Read Only", 32, 0x1, ValueNames.YesNo);
    public static readonly Field AttributeHidden = P.Flag("smb2.file_attribute.hidden", "Hidden", 32, 0x2, ValueNames.YesNo);
    public static readonly Field AttributeSystem = P.Flag("smb2.file_attribute.system", "System", 32, 0x4, ValueNames.YesNo);
    public static readonly Field AttributeDirectory = P.Flag("smb2.file_attribute.directory", "Directory", 32, 0x10, ValueNames.YesNo);
    public static readonly Field AttributeArchive = P.Flag("smb2.file_attribute.archive", "Requires archived", 32, 0x20, ValueNames.YesNo);
    public static readonly Field AttributeNormal = P.Flag("smb2.file_attribute.normal", "Normal", 32, 0x80, ValueNames.YesNo);
    public static readonly Field AttributeTemporary = P.Flag("smb2.file_attribute.temporary", "Temporary", 32, 0x100, ValueNames.YesNo);
    public static readonly Field AttributeSparse = P.Flag("smb2.file_attribute.sparse", "Sparse", 32, 0x200, ValueNames.YesNo);
    public static readonly Field AttributeReparse = P.Flag("smb2.file_attribute.reparse", "Reparse Point", 32, 0x400, ValueNames.Flag("Has an associated REPARSE POINT", "Does NOT have an associated reparse point"));
    public static readonly Field AttributeCompressed = P.Flag("smb2.file_attribute.compressed", "Compressed", 32, 0x800, ValueNames.Flag("COMPRESSED", "Uncompressed"));
    public static readonly Field AttributeOffline = P.Flag("smb2.file_attribute.offline", "Offline", 32, 0x1000, ValueNames.Flag("OFFLINE", "Online"));
    public static readonly Field AttributeNotIndexed = P.Flag("smb2.file_attribute.not_content_indexed", "Not Content Indexed", 32, 0x2000, ValueNames.Flag("Is not indexed by the content indexing service", "Is indexed by the content indexing service"));
    public static readonly Field AttributeEncrypted = P.Flag("smb2.file_attribute.encrypted", "Encrypted", 32, 0x4000, ValueNames.YesNo);
    public static readonly Field IntegrityStream = P.Flag("smb2.file_attribute.integrity_stream", "Integrity Stream", 32, 0x8000, ValueNames.Flag("Has Integrity Support", "Does NOT have Integrity Support"));
    public static readonly Field NoScrubData = P.Flag("smb2.file_attribute.no_scrub_data", "No Scrub Data", 32, 0x20000, ValueNames.Flag("Is excluded from the data integrity scan", "Is not excluded from the data integrity scan"));
    public static readonly Field FileId = P.Field(FieldType.Guid, "smb2.fid", "File Id");
    public static readonly Field CloseFlags = P.UInt16("smb2.close.flags", "Close Flags", FieldBase.Hex);
    public static readonly Field PostQuery = P.Flag("smb2.close.pq_attrib", "PostQuery Attrib", 16, 0x1);
    public static readonly Field ReadPadding = P.UInt8("smb2.read_padding", "Padding", FieldBase.Hex);
    public static readonly Field ReadFlags = P.UInt8("smb2.read_flags", "Flags", FieldBase.Hex);
    public static readonly Field Unbuffered = P.Flag("smb2.read_flags.unbuffered", "Unbuffered", 8, 0x1, ValueNames.Flag("Client is asking for UNBUFFERED read", "Client is NOT asking for UNBUFFERED read"));
    public static readonly Field Compressed = P.Flag("smb2.read_flags.compressed", "Compressed", 8, 0x2, ValueNames.Flag("Client is asking for COMPRESSED data", "Client is NOT asking for COMPRESSED data"));
    public static readonly Field ReadLength = P.UInt32("smb2.read_length", "Read Length");
    public static readonly Field FileOffset = P.UInt64("smb2.file_offset", "File Offset");
    public static readonly Field MinCount = P.UInt32("smb2.min_count", "Min Count");
    public static readonly Field RemainingBytes = P.UInt32("smb2.remaining_bytes", "Remaining Bytes");
    public static readonly Field ChannelInfoOffset = P.UInt16("smb2.channel_info_offset", "Channel Info Offset");
    public static readonly Field ChannelInfoLength = P.UInt16("smb2.channel_info_length", "Channel Info Length");
    public static readonly Field DataOffset = P.UInt16("smb2.data_offset", "Data Offset", FieldBase.Hex);
    public static readonly Field ReadRemaining = P.UInt32("smb2.read_remaining", "Read Remaining");
    public static readonly Field ReadData = P.Bytes("smb2.read_data", "Read Data");
    public static readonly Field WriteLength = P.UInt32("smb2.write_length", "Write Length");
    public static readonly Field WriteFlags = P.UInt32("smb2.write.flags", "Write Flags", FieldBase.Hex);
    public static readonly Field WriteThrough = P.Flag("smb2.write.flags.write_through", "Write through", 32, 0x1, ValueNames.Flag("Client is asking for WRITE_THROUGH", "Client is NOT asking for WRITE_THROUGH"));
    public static readonly Field WriteUnbuffered = P.Flag("smb2.write.flags.unbuffered", "Unbuffered", 32, 0x2, ValueNames.Flag("Client is asking for UNBUFFERED write", "Client is NOT asking for UNBUFFERED write"));
    public static readonly Field WriteData = P.Bytes("smb2.write_data", "Write Data");
    public static readonly Field Count = P.UInt32("smb2.write.count", "Write Count");
    public static readonly Field Remaining = P.UInt32("smb2.write.remaining", "Write Remaining");
    static readonly ValueNames InfolevelNames = ValueNames.Of(() => [
        (1, "SMB2_FIND_DIRECTORY_INFO"), (2, "SMB2_FIND_FULL_DIRECTORY_INFO"), (3, "SMB2_FIND_BOTH_DIRECTORY_INFO"),
        (4, "SMB2_FIND_INDEX_SPECIFIED"), (12, "SMB2_FIND_NAME_INFO"), (37, "SMB2_FIND_ID_BOTH_DIRECTORY_INFO"),
        (38, "SMB2_FIND_ID_FULL_DIRECTORY_INFO"), (100, "SMB2_FIND_POSIX_INFO")]);
    public static readonly Field FindLevel = P.UInt32("smb2.find.infolevel", "Info Level", FieldBase.Dec, InfolevelNames);
    public static readonly Field FindFlags = P.UInt8("smb2.find.flags", "Find Flags", FieldBase.Hex);
    public static readonly Field RestartScans = P.Flag("smb2.find.restart_scans", "Restart Scans", 8, 0x1);
    public static readonly Field SingleEntry = P.Flag("smb2.find.single_entry", "Single Entry", 8, 0x2);
    public static readonly Field IndexSpecified = P.Flag("smb2.find.index_specified", "Index Specified", 8, 0x4);
    public static readonly Field Reopen = P.Flag("smb2.find.reopen", "Reopen", 8, 0x10);
    public static readonly Field FileIndex = P.UInt32("smb2.file_index", "File Index", FieldBase.Hex);
    public static readonly Field OutputBufferLen = P.UInt32("smb2.output_buffer_len", "Output Buffer Length");
    public static readonly Field Pattern = P.String("smb2.find.pattern", "Search Pattern");
    public static readonly Field InfoBlob = P.Bytes("smb2.find.info_blob", "Info");
    static readonly ValueNames ClassNames = ValueNames.Of(() => [(0x1, "FILE_INFO"), (0x2, "FS_INFO"), (0x3, "SEC_INFO"), (0x4, "QUOTA_INFO")]);
    public static readonly Field Class = P.UInt8("smb2.class", "Class", FieldBase.Hex, ClassNames);
    public static readonly Field Level = P.UInt8("smb2.infolevel", "InfoLevel", FieldBase.Hex);
    static readonly ValueNames FileInfoInfolevelNames = ValueNames.Of(() => [
        (4, "SMB2_FILE_BASIC_INFO"), (5, "SMB2_FILE_STANDARD_INFO"), (6, "SMB2_FILE_INTERNAL_INFO"), (7, "SMB2_FILE_EA_INFO"),
        (8, "SMB2_FILE_ACCESS_INFO"), (10, "SMB2_FILE_RENAME_INFO"), (13, "SMB2_FILE_DISPOSITION_INFO"), (14, "SMB2_FILE_POSITION_INFO"),
        (15, "SMB2_FILE_FULL_EA_INFO"), (16, "SMB2_FILE_MODE_INFO"), (17, "SMB2_FILE_ALIGNMENT_INFO"), (18, "SMB2_FILE_ALL_INFO"),
        (19, "SMB2_FILE_ALLOCATION_INFO"), (20, "SMB2_FILE_ENDOFFILE_INFO"), (21, "SMB2_FILE_ALTERNATE_NAME_INFO"),
        (22, "SMB2_FILE_STREAM_INFO"), (23, "SMB2_FILE_PIPE_INFO"), (28, "SMB2_FILE_COMPRESSION_INFO"), (34, "SMB2_FILE_NETWORK_OPEN_INFO"),
        (35, "SMB2_FILE_ATTRIBUTE_TAG_INFO"), (48, "SMB2_FILE_NORMALIZED_NAME_INFO"), (100, "SMB2_FILE_POSIX_INFO")]);
    public static readonly Field FileLevel = P.UInt8("smb2.file_info.infolevel", "InfoLevel", FieldBase.Hex, FileInfoInfolevelNames);
    static readonly ValueNames FsInfoInfolevelNames = ValueNames.Of(() => [
        (1, "FileFsVolumeInformation"), (2, "FileFsLabelInformation"), (3, "FileFsSizeInformation"), (4, "FileFsDeviceInformation"),
        (5, "FileFsAttributeInformation"), (6, "FileFsControlInformation"), (7, "FileFsFullSizeInformation"),
        (8, "FileFsObjectIdInformation"), (9, "FileFsDriverPathInformation"), (10, "FileFsVolumeFlagsInformation"),
        (11, "FileFsSectorSizeInformation")]);
    public static readonly Field FileSystemLevel = P.UInt8("smb2.fs_info.infolevel", "InfoLevel", FieldBase.Hex, FsInfoInfolevelNames);
    static readonly ValueNames SecInfoInfolevelNames = ValueNames.Of(() => [(0, "SMB2_SEC_INFO_00")]);
    public static readonly Field SecurityLevel = P.UInt8("smb2.sec_info.infolevel", "InfoLevel", FieldBase.Hex, SecInfoInfolevelNames);
    public static readonly Field MaxResponseSize = P.UInt32("smb2.max_response_size", "Max Response Size");
    public static readonly Field GetinfoInputOffset = P.UInt16("smb2.getinfo_input_offset", "Getinfo Input Offset", FieldBase.Hex);
    public static readonly Field GetinfoInputSize = P.UInt32("smb2.getinfo_input_size", "Getinfo Input Size");
    public static readonly Field GetsetinfoAdditional = P.UInt32("smb2.getsetinfo_additional", "Additional Info", FieldBase.Hex);
    public static readonly Field GetinfoFlags = P.UInt32("smb2.getinfo_flags", "Flags", FieldBase.Hex);
    public static readonly Field SetinfoSize = P.UInt32("smb2.setinfo_size", "Setinfo Size");
    public static readonly Field SetinfoOffset = P.UInt16("smb2.setinfo_offset", "Setinfo Offset", FieldBase.Hex);
    public static readonly Field SetinfoReserved = P.UInt16("smb2.setinfo_reserved", "Reserved");
    public static readonly Field DeleteOnClose = P.Flag("smb2.disposition.delete_on_close", "Delete on close", 8, 0x1, ValueNames.Flag("DELETE this file when closed", "Normal access, do not delete on close"));
    static readonly ValueNames FunctionNames = ValueNames.Of(() => [
        (393620, "FSCTL_DFS_GET_REFERRALS"), (393648, "FSCTL_DFS_GET_REFERRALS_EX"), (589824, "FSCTL_REQUEST_OPLOCK_LEVEL_1"),
        (589828, "FSCTL_REQUEST_OPLOCK_LEVEL_2"), (589832, "FSCTL_REQUEST_BATCH_OPLOCK"), (589836, "FSCTL_OPLOCK_BREAK_ACKNOWLEDGE"),
        (589840, "FSCTL_OPBATCH_ACK_CLOSE_PENDING"), (589844, "FSCTL_OPLOCK_BREAK_NOTIFY"), (589848, "FSCTL_LOCK_VOLUME"),
        (589852, "FSCTL_UNLOCK_VOLUME"), (589856, "FSCTL_DISMOUNT_VOLUME"), (589864, "FSCTL_IS_VOLUME_MOUNTED"),
        (589868, "FSCTL_IS_PATHNAME_VALID"), (589872, "FSCTL_MARK_VOLUME_DIRTY"), (589883, "FSCTL_QUERY_RETRIEVAL_POINTERS"),
        (589884, "FSCTL_GET_COMPRESSION"), (589903, "FSCTL_MARK_AS_SYSTEM_HIVE"), (589904, "FSCTL_OPLOCK_BREAK_ACK_NO_2"),
        (589908, "FSCTL_INVALIDATE_VOLUMES"), (589912, "FSCTL_QUERY_FAT_BPB"), (589916, "FSCTL_REQUEST_FILTER_OPLOCK"),
        (589920, "FSCTL_FILESYSTEM_GET_STATISTICS"), (589924, "FSCTL_GET_NTFS_VOLUME_DATA"), (589928, "FSCTL_GET_NTFS_FILE_RECORD"),
        (589935, "FSCTL_GET_VOLUME_BITMAP"), (589939, "FSCTL_GET_RETRIEVAL_POINTERS"), (589940, "FSCTL_MOVE_FILE"),
        (589944, "FSCTL_IS_VOLUME_DIRTY"), (589948, "FSCTL_GET_HFS_INFORMATION"), (589955, "FSCTL_ALLOW_EXTENDED_DASD_IO"),
        (589959, "FSCTL_READ_PROPERTY_DATA"), (589963, "FSCTL_WRITE_PROPERTY_DATA"), (589967, "FSCTL_FIND_FILES_BY_SID"),
        (589975, "FSCTL_DUMP_PROPERTY_DATA"), (589980, "FSCTL_GET_OBJECT_ID"), (589988, "FSCTL_SET_REPARSE_POINT"),
        (589992, "FSCTL_GET_REPARSE_POINT"), (590016, "FSCTL_CREATE_OR_GET_OBJECT_ID"), (590020, "FSCTL_SET_SPARSE"),
        (590036, "FSCTL_SET_ENCRYPTION"), (590043, "FSCTL_ENCRYPTION_FSCTL_IO"), (590047, "FSCTL_WRITE_RAW_ENCRYPTED"),
        (590051, "FSCTL_READ_RAW_ENCRYPTED"), (590064, "FSCTL_EXTEND_VOLUME"), (590404, "FSCTL_CSV_TUNNEL_REQUEST"),
        (590460, "FSCTL_GET_INTEGRITY_INFORMATION"), (590468, "FSCTL_QUERY_FILE_REGIONS"), (590536, "FSCTL_CSV_SYNC_TUNNEL_REQUEST"),
        (590592, "FSCTL_QUERY_SHARED_VIRTUAL_DISK_SUPPORT"), (590596, "FSCTL_SVHDX_SYNC_TUNNEL_REQUEST"),
        (590600, "FSCTL_SVHDX_SET_INITIATOR_INFORMATION"), (590604, "FSCTL_SET_EXTERNAL_BACKING"), (590608, "FSCTL_GET_EXTERNAL_BACKING"),
        (590612, "FSCTL_DELETE_EXTERNAL_BACKING"), (590616, "FSCTL_ENUM_EXTERNAL_BACKING"), (590623, "FSCTL_ENUM_OVERLAY"),
        (590672, "FSCTL_STORAGE_QOS_CONTROL"), (590692, "FSCTL_SVHDX_ASYNC_TUNNEL_REQUEST"), (606387, "FSCTL_ENUM_USN_DATA"),
        (606391, "FSCTL_SECURITY_ID_CHECK"), (606395, "FSCTL_READ_USN_JOURNAL"), (606415, "FSCTL_QUERY_ALLOCATED_RANGES"),
        (606439, "FSCTL_CREATE_USN_JOURNAL"), (606443, "FSCTL_READ_FILE_USN_DATA"), (606447, "FSCTL_WRITE_USN_CLOSE_RECORD"),
        (606820, "FSCTL_OFFLOAD_READ"), (622744, "FSCTL_SET_OBJECT_ID"), (622752, "FSCTL_DELETE_OBJECT_ID"),
        (622756, "FSCTL_SET_REPARSE_POINT"), (622764, "FSCTL_DELETE_REPARSE_POINT"), (622780, "FSCTL_SET_OBJECT_ID_EXTENDED"),
        (622792, "FSCTL_SET_ZERO_DATA"), (622800, "FSCTL_ENABLE_UPGRADE"), (623112, "FSCTL_FILE_LEVEL_TRIM"),
        (623208, "FSCTL_OFFLOAD_WRITE"), (639040, "FSCTL_SET_COMPRESSION"), (639616, "FSCTL_SET_INTEGRITY_INFORMATION"),
        (1114136, "FSCTL_PIPE_WAIT"), (1130508, "FSCTL_PIPE_PEEK"), (1163287, "FSCTL_PIPE_TRANSCEIVE"),
        (1310840, "FSCTL_SRV_REQUEST_RESUME_KEY"), (1311188, "FSCTL_LMR_REQUEST_RESILIENCY"),
        (1311228, "FSCTL_QUERY_NETWORK_INTERFACE_INFO"), (1311232, "FSCTL_VALIDATE_NEGOTIATE_INFO_224"),
        (1311236, "FSCTL_VALIDATE_NEGOTIATE_INFO"), (1327204, "FSCTL_SRV_ENUMERATE_SNAPSHOTS"), (1327346, "FSCTL_SRV_COPYCHUNK"),
        (1327547, "FSCTL_SRV_READ_HASH"), (1343730, "FSCTL_SRV_COPYCHUNK_WRITE")]);
    public static readonly Field Function = P.UInt32("smb2.ioctl.function", "Function", FieldBase.Hex, FunctionNames);
    static readonly ValueNames DeviceNames = ValueNames.Of(() => [
        (1, "BEEP"), (2, "CD_ROM"), (3, "CD_ROM_FILE_SYSTEM"), (4, "CONTROLLER"), (5, "DATALINK"), (6, "DFS"), (7, "DISK"),
        (8, "DISK_FILE_SYSTEM"), (9, "FILE_SYSTEM"), (10, "INPORT_PORT"), (11, "KEYBOARD"), (12, "MAILSLOT"), (13, "MIDI_IN"),
        (14, "MIDI_OUT"), (15, "MOUSE"), (16, "MULTI_UNC_PROVIDER"), (17, "NAMED_PIPE"), (18, "NETWORK"), (19, "NETWORK_BROWSER"),
        (20, "NETWORK_FILE_SYSTEM"), (21, "NULL"), (22, "PARALLEL_PORT"), (23, "PHYSICAL_NETCARD"), (24, "PRINTER"), (25, "SCANNER"),
        (26, "SERIAL_MOUSE_PORT"), (27, "SERIAL_PORT"), (28, "SCREEN"), (29, "SOUND"), (30, "STREAMS"), (31, "TAPE"),
        (32, "TAPE_FILE_SYSTEM"), (33, "TRANSPORT"), (34, "UNKNOWN"), (35, "VIDEO"), (36, "VIRTUAL_DISK"), (37, "WAVE_IN"),
        (38, "WAVE_OUT"), (39, "8042_PORT"), (40, "NETWORK_REDIRECTOR"), (41, "BATTERY"), (42, "BUS_EXTENDER"), (43, "MODEM"), (44, "VDM"),
        (45, "MASS_STORAGE"), (46, "SMB"), (47, "KS"), (48, "CHANGER"), (49, "SMARTCARD"), (50, "ACPI"), (51, "DVD"),
        (52, "FULLSCREEN_VIDEO"), (53, "DFS_FILE_SYSTEM"), (54, "DFS_VOLUME"), (55, "SERENUM"), (56, "TERMSRV"), (57, "KSEC")]);
    public static readonly Field Device = P.UInt32("smb2.ioctl.function.device", "Device", FieldBase.Hex, DeviceNames, mask: 0xffff0000);
    static readonly ValueNames AccessNames = ValueNames.Of(() => [(0x0, "FILE_ANY_ACCESS"), (0x1, "FILE_READ_ACCESS"), (0x2, "FILE_WRITE_ACCESS"), (0x3, "FILE_READ_WRITE_ACCESS")]);
    public static readonly Field Access = P.UInt32("smb2.ioctl.function.access", "Access", FieldBase.Hex, AccessNames, mask: 0xc000);
    public static readonly Field FunctionFunction = P.UInt32("smb2.ioctl.function.function", "Function", FieldBase.Hex, mask: 0x3ffc);
    static readonly ValueNames MethodNames = ValueNames.Of(() => [(0x0, "METHOD_BUFFERED"), (0x1, "METHOD_IN_DIRECT"), (0x2, "METHOD_OUT_DIRECT"), (0x3, "METHOD_NEITHER")]);
    public static readonly Field Method = P.UInt32("smb2.ioctl.function.method", "Method", FieldBase.Hex, MethodNames, mask: 0x3);
    public static readonly Field MaxIoctlInSize = P.UInt32("smb2.max_ioctl_in_size", "Max Ioctl In Size");
    public static readonly Field MaxIoctlOutSize = P.UInt32("smb2.max_ioctl_out_size", "Max Ioctl Out Size");
    public static readonly Field IoctlFlags = P.UInt32("smb2.ioctl.flags", "Flags", FieldBase.Hex);
    public static readonly Field IsFsctl = P.Flag("smb2.ioctl.is_fsctl", "Is FSCTL", 32, 0x1);
    public static readonly Field IoctlIn = P.Label("smb2.ioctl.in", "In Data");
    public static readonly Field IoctlOut = P.Label("smb2.ioctl.out", "Out Data");
    public static readonly Field WaitTimeout = P.Field(FieldType.Int64, "smb2.fsctl.wait.timeout", "Timeout", FieldBase.Dec);
    public static readonly Field WaitName = P.String("smb2.fsctl.wait.name", "Name");
    public static readonly Field NotifyFlags = P.UInt16("smb2.notify.flags", "Notify Flags", FieldBase.Hex);
    public static readonly Field WatchTree = P.Flag("smb2.notify.watch_tree", "Watch Tree", 16, 0x1);
    public static readonly Field LockCount = P.UInt16("smb2.lock_count", "Lock Count");
    public static readonly Field LockLength = P.UInt64("smb2.lock_length", "Length");
    public static readonly Field LockFlags = P.UInt32("smb2.lock_flags", "Flags", FieldBase.Hex);
    public static readonly Field ErrorContextCount = P.UInt8("smb2.error.context_count", "Error Context Count");
    public static readonly Field ErrorReserved = P.UInt8("smb2.error.reserved", "Reserved", FieldBase.Hex);
    public static readonly Field ByteCount = P.UInt32("smb2.error.byte_count", "Byte Count");
    public static readonly Field ErrorData = P.Bytes("smb2.error.data", "Error Data");
    public static readonly Field Unknown = P.Bytes("smb2.unknown", "Unknown");
}
