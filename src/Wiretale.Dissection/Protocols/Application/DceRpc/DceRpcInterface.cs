using System.Globalization;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.DceRpc;

// Specification: [MS-SAMR], [MS-LSAT], [MS-SRVS], [MS-WKST], [MS-RPRN], [MS-SCMR], [MS-RRP], [MS-TSCH], [MS-NRPC], [MS-DRSR], [MS-RSP], [MS-NSPI];
// C706 appendix O (endpoint mapper).

/// <summary>A well-known interface of DCE/RPC: its operations by name. What they carry is not taken apart.</summary>
public sealed class DceRpcInterface : Dissector
{
    readonly Field operation;
    readonly Lazy<Dictionary<int, string>> names;

    /// <summary>Whether its answers end with a result of Windows.</summary>
    readonly bool hasStatus;

    DceRpcInterface(string name, string column, string filterName, string id, string operations, string? opnum = null, string? context = null)
        : base(new Protocol(name, column, filterName), opnum ?? filterName)
    {
        Id = Guid.Parse(id);
        ContextName = context ?? column;
        hasStatus = filterName is "samr" or "lsarpc";
        operation = Protocol.UInt16($"{opnum ?? filterName}.opnum", "Operation");
        names = new(() => Read(operations));
    }

    /// <summary>The interface's number.</summary>
    public Guid Id { get; }

    /// <summary>What a bind calls it.</summary>
    public string ContextName { get; }

    /// <summary>SAMR (pidl).</summary>
    public static DceRpcInterface Samr() => new("SAMR (pidl)", "SAMR", "samr", "12345778-1234-abcd-ef00-0123456789ac",
        "0=Connect 1=Close 2=SetSecurity 3=QuerySecurity 4=Shutdown 5=LookupDomain 6=EnumDomains 7=OpenDomain 8=QueryDomainInfo 9=SetDomainInfo 10=CreateDomainGroup 11=EnumDomainGroups "
        + "12=CreateUser 13=EnumDomainUsers 14=CreateDomAlias 15=EnumDomainAliases 16=GetAliasMembership 17=LookupNames 18=LookupRids 19=OpenGroup 20=QueryGroupInfo 21=SetGroupInfo "
        + "22=AddGroupMember 23=DeleteDomainGroup 24=DeleteGroupMember 25=QueryGroupMember 26=SetMemberAttributesOfGroup 27=OpenAlias 28=QueryAliasInfo 29=SetAliasInfo 30=DeleteDomAlias "
        + "31=AddAliasMember 32=DeleteAliasMember 33=GetMembersInAlias 34=OpenUser 35=DeleteUser 36=QueryUserInfo 37=SetUserInfo 38=ChangePasswordUser 39=GetGroupsForUser 40=QueryDisplayInfo "
        + "41=GetDisplayEnumerationIndex 42=TestPrivateFunctionsDomain 43=TestPrivateFunctionsUser 44=GetUserPwInfo 45=RemoveMemberFromForeignDomain 46=QueryDomainInfo2 47=QueryUserInfo2 "
        + "48=QueryDisplayInfo2 49=GetDisplayEnumerationIndex2 50=CreateUser2 51=QueryDisplayInfo3 52=AddMultipleMembersToAlias 53=RemoveMultipleMembersFromAlias 54=OemChangePasswordUser2 "
        + "55=ChangePasswordUser2 56=GetDomPwInfo 57=Connect2 58=SetUserInfo2 59=SetBootKeyInformation 60=GetBootKeyInformation 61=Connect3 62=Connect4 63=ChangePasswordUser3 64=Connect5 "
        + "65=RidToSid 66=SetDsrmPassword 67=ValidatePassword");

    /// <summary>Local Security Authority.</summary>
    public static DceRpcInterface Lsarpc() => new("Local Security Authority", "LSARPC", "lsarpc", "12345778-1234-abcd-ef00-0123456789ab",
        "0=lsa_Close 1=lsa_Delete 2=lsa_EnumPrivs 3=lsa_QuerySecurity 4=lsa_SetSecObj 5=lsa_ChangePassword 6=lsa_OpenPolicy 7=lsa_QueryInfoPolicy 8=lsa_SetInfoPolicy 9=lsa_ClearAuditLog "
        + "10=lsa_CreateAccount 11=lsa_EnumAccounts 12=lsa_CreateTrustedDomain 13=lsa_EnumTrustDom 14=lsa_LookupNames 15=lsa_LookupSids 16=lsa_CreateSecret 17=lsa_OpenAccount "
        + "18=lsa_EnumPrivsAccount 19=lsa_AddPrivilegesToAccount 20=lsa_RemovePrivilegesFromAccount 21=lsa_GetQuotasForAccount 22=lsa_SetQuotasForAccount 23=lsa_GetSystemAccessAccount "
        + "24=lsa_SetSystemAccessAccount 25=lsa_OpenTrustedDomain 26=lsa_QueryTrustedDomainInfo 27=lsa_SetInformationTrustedDomain 28=lsa_OpenSecret 29=lsa_SetSecret 30=lsa_QuerySecret "
        + "31=lsa_LookupPrivValue 32=lsa_LookupPrivName 33=lsa_LookupPrivDisplayName 34=lsa_DeleteObject 35=lsa_EnumAccountsWithUserRight 36=lsa_EnumAccountRights 37=lsa_AddAccountRights "
        + "38=lsa_RemoveAccountRights 39=lsa_QueryTrustedDomainInfoBySid 40=lsa_SetTrustedDomainInfo 41=lsa_DeleteTrustedDomain 42=lsa_StorePrivateData 43=lsa_RetrievePrivateData "
        + "44=lsa_OpenPolicy2 45=lsa_GetUserName 46=lsa_QueryInfoPolicy2 47=lsa_SetInfoPolicy2 48=lsa_QueryTrustedDomainInfoByName 49=lsa_SetTrustedDomainInfoByName "
        + "50=lsa_EnumTrustedDomainsEx 51=lsa_CreateTrustedDomainEx 52=lsa_CloseTrustedDomainEx 53=lsa_QueryDomainInformationPolicy 54=lsa_SetDomainInformationPolicy "
        + "55=lsa_OpenTrustedDomainByName 56=lsa_TestCall 57=lsa_LookupSids2 58=lsa_LookupNames2 59=lsa_CreateTrustedDomainEx2 60=lsa_CREDRWRITE 61=lsa_CREDRREAD 62=lsa_CREDRENUMERATE "
        + "63=lsa_CREDRWRITEDOMAINCREDENTIALS 64=lsa_CREDRREADDOMAINCREDENTIALS 65=lsa_CREDRDELETE 66=lsa_CREDRGETTARGETINFO 67=lsa_CREDRPROFILELOADED 68=lsa_LookupNames3 "
        + "69=lsa_CREDRGETSESSIONTYPES 70=lsa_LSARREGISTERAUDITEVENT 71=lsa_LSARGENAUDITEVENT 72=lsa_LSARUNREGISTERAUDITEVENT 73=lsa_lsaRQueryForestTrustInformation "
        + "74=lsa_LSARSETFORESTTRUSTINFORMATION 75=lsa_CREDRRENAME 76=lsa_LookupSids3 77=lsa_LookupNames4 78=lsa_LSAROPENPOLICYSCE 79=lsa_LSARADTREGISTERSECURITYEVENTSOURCE "
        + "80=lsa_LSARADTUNREGISTERSECURITYEVENTSOURCE 81=lsa_LSARADTREPORTSECURITYEVENT");

    /// <summary>Server Service.</summary>
    public static DceRpcInterface Srvsvc() => new("Server Service", "SRVSVC", "srvsvc", "4b324fc8-1670-01d3-1278-5a47bf6ee188",
        "0=NetCharDevEnum 1=NetCharDevGetInfo 2=NetCharDevControl 3=NetCharDevQEnum 4=NetCharDevQGetInfo 5=NetCharDevQSetInfo 6=NetCharDevQPurge 7=NetCharDevQPurgeSelf 8=NetConnEnum "
        + "9=NetFileEnum 10=NetFileGetInfo 11=NetFileClose 12=NetSessEnum 13=NetSessDel 14=NetShareAdd 15=NetShareEnumAll 16=NetShareGetInfo 17=NetShareSetInfo 18=NetShareDel "
        + "19=NetShareDelSticky 20=NetShareCheck 21=NetSrvGetInfo 22=NetSrvSetInfo 23=NetDiskEnum 24=NetServerStatisticsGet 25=NetTransportAdd 26=NetTransportEnum 27=NetTransportDel "
        + "28=NetRemoteTOD 29=NetSetServiceBits 30=NetPathType 31=NetPathCanonicalize 32=NetPathCompare 33=NetNameValidate 34=NETRPRNAMECANONICALIZE 35=NetPRNameCompare 36=NetShareEnum "
        + "37=NetShareDelStart 38=NetShareDelCommit 39=NetGetFileSecurity 40=NetSetFileSecurity 41=NetServerTransportAddEx 42=NetServerSetServiceBitsEx 43=NETRDFSGETVERSION "
        + "44=NETRDFSCREATELOCALPARTITION 45=NETRDFSDELETELOCALPARTITION 46=NETRDFSSETLOCALVOLUMESTATE 47=NETRDFSSETSERVERINFO 48=NETRDFSCREATEEXITPOINT 49=NETRDFSDELETEEXITPOINT "
        + "50=NETRDFSMODIFYPREFIX 51=NETRDFSFIXLOCALVOLUME 52=NETRDFSMANAGERREPORTSITEINFO 53=NETRSERVERTRANSPORTDELEX");

    /// <summary>Workstation Service.</summary>
    public static DceRpcInterface Wkssvc() => new("Workstation Service", "WKSSVC", "wkssvc", "6bffd098-a112-3610-9833-46c3f87e345a",
        "0=NetWkstaGetInfo 1=NetWkstaSetInfo 2=NetWkstaEnumUsers 3=NetrWkstaUserGetInfo 4=NetrWkstaUserSetInfo 5=NetWkstaTransportEnum 6=NetrWkstaTransportAdd 7=NetrWkstaTransportDel "
        + "8=NetrUseAdd 9=NetrUseGetInfo 10=NetrUseDel 11=NetrUseEnum 12=NetrMessageBufferSend 13=NetrWorkstationStatisticsGet 14=NetrLogonDomainNameAdd 15=NetrLogonDomainNameDel "
        + "16=NetrJoinDomain 17=NetrUnjoinDomain 18=NetrRenameMachineInDomain 19=NetrValidateName 20=NetrGetJoinInformation 21=NetrGetJoinableOus 22=NetrJoinDomain2 23=NetrUnjoinDomain2 "
        + "24=NetrRenameMachineInDomain2 25=NetrValidateName2 26=NetrGetJoinableOus2 27=NetrAddAlternateComputerName 28=NetrRemoveAlternateComputerName 29=NetrSetPrimaryComputername "
        + "30=NetrEnumerateComputerNames");

    /// <summary>Microsoft Spool Subsystem.</summary>
    public static DceRpcInterface Spoolss() => new("Microsoft Spool Subsystem", "SPOOLSS", "spoolss", "12345678-1234-abcd-ef00-0123456789ab",
        "0=EnumPrinters 1=OpenPrinter 2=SetJob 3=GetJob 4=EnumJobs 5=AddPrinter 6=DeletePrinter 7=SetPrinter 8=GetPrinter 9=AddPrinterDriver 10=EnumPrinterDrivers 11=GetPrinterDriver "
        + "12=GetPrinterDriverDirectory 13=DeletePrinterDriver 14=AddPrintProcessor 15=EnumPrintProcessor 16=GetPrintProcessorDirectory 17=StartDocPrinter 18=StartPagePrinter 19=WritePrinter "
        + "20=EndPagePrinter 21=AbortPrinter 22=ReadPrinter 23=EndDocPrinter 24=AddJob 25=ScheduleJob 26=GetPrinterData 27=SetPrinterData 28=WaitForPrinterChange 29=ClosePrinter 30=AddForm "
        + "31=DeleteForm 32=GetForm 33=SetForm 34=EnumForms 35=EnumPorts 36=EnumMonitors 37=AddPort 38=ConfigurePort 39=DeletePort 40=CreatePrinterIC 41=PlayDiscriptOnPrinterIC "
        + "42=DeletePrinterIC 43=AddPrinterConnection 44=DeletePrinterConnection 45=PrinterMessageBox 46=AddMonitor 47=DeleteMonitor 48=DeletePrintProcessor 49=AddPrintProvider "
        + "50=DeletePrintProvider 51=EnumPrintProcDataTypes 52=ResetPrinter 53=GetPrinterDriver2 54=FindFirstPrinterChangeNotification 55=FindNextPrinterChangeNotification 56=FCPN "
        + "57=RouterFindFirstPrinterNotificationOld 58=ReplyOpenPrinter 59=RouterReplyPrinter 60=ReplyClosePrinter 61=AddPortEx 62=RemoteFindFirstPrinterChangeNotification 63=SpoolerInit "
        + "64=ResetPrinterEx 65=RFFPCNEX 66=RRPCN 67=RFNPCNEX 69=OpenPrinterEx 70=AddPrinterEx 72=EnumPrinterData 73=DeletePrinterData 78=GetPrinterDataEx 77=SetPrinterDataEx "
        + "79=EnumPrinterDataEx 80=EnumPrinterKey 81=DeletePrinterDataEx 84=DeletePrinterDriverEx 89=AddPrinterDriverEx 102=GetCorePrinterDrivers 104=GetPrinterDriverPackagePath");

    /// <summary>Microsoft Service Control.</summary>
    public static DceRpcInterface Svcctl() => new("Microsoft Service Control", "SVCCTL", "svcctl", "367abb81-9844-35f1-ad32-98f038001003",
        "0=CloseServiceHandle 1=ControlService 2=DeleteService 3=LockServiceDatabase 4=QueryServiceObjectSecurity 5=SetServiceObjectSecurity 6=QueryServiceStatus 7=SetServiceStatus "
        + "8=UnlockServiceDatabase 9=NotifyBootConfigStatus 10=ScSetServiceBitsW 11=ChangeServiceConfigW 12=CreateServiceW 13=EnumDependentServicesW 14=EnumServicesStatusW 15=OpenSCManagerW "
        + "16=OpenServiceW 17=QueryServiceConfigW 18=QueryServiceLockStatusW 19=StartServiceW 20=GetServiceDisplayNameW 21=GetServiceKeyNameW 22=ScSetServiceBitsA 23=ChangeServiceConfigA "
        + "24=CreateServiceA 25=EnumDependentServicesA 26=EnumServicesStatusA 27=OpenSCManagerA 28=OpenServiceA 29=QueryServiceConfigA 30=QueryServiceLockStatusA 31=StartServiceA "
        + "32=GetServiceDisplayNameA 33=GetServiceKeyNameA 34=ScGetCurrentGroupStateW 35=EnumServiceGroupW 36=ChangeServiceConfig2A 37=ChangeServiceConfig2W 38=QueryServiceConfig2A "
        + "39=QueryServiceConfig2W 40=QueryServiceStatusEx 41=EnumServicesStatusExA 42=EnumServicesStatusExW 43=ScSendTSMessage");

    /// <summary>Remote Registry Service.</summary>
    public static DceRpcInterface Winreg() => new("Remote Registry Service", "WINREG", "winreg", "338cd001-2244-31f1-aaaa-900038001003",
        "0=OpenHKCR 1=OpenHKCU 2=OpenHKLM 3=OpenHKPD 4=OpenHKU 5=CloseKey 6=CreateKey 7=DeleteKey 8=DeleteValue 9=EnumKey 10=EnumValue 11=FlushKey 12=GetKeySecurity 13=LoadKey "
        + "14=NotifyChangeKeyValue 15=OpenKey 16=QueryInfoKey 17=QueryValue 18=ReplaceKey 19=RestoreKey 20=SaveKey 21=SetKeySecurity 22=SetValue 23=UnLoadKey 24=InitiateSystemShutdown "
        + "25=AbortSystemShutdown 26=GetVersion 27=OpenHKCC 28=OpenHKDD 29=QueryMultipleValues 30=InitiateSystemShutdownEx 31=SaveKeyEx 32=OpenHKPT 33=OpenHKPN 34=QueryMultipleValues2 "
        + "35=DeleteKeyEx");

    /// <summary>Microsoft AT-Scheduler Service.</summary>
    public static DceRpcInterface Atsvc() => new("Microsoft AT-Scheduler Service", "ATSVC", "atsvc", "1ff70682-0a51-30e8-076d-740be8cee98b",
        "0=JobAdd 1=JobDel 2=JobEnum 3=JobGetInfo");

    /// <summary>Microsoft Network Logon.</summary>
    public static DceRpcInterface Netlogon() => new("Microsoft Network Logon", "RPC_NETLOGON", "rpc_netlogon", "12345678-1234-abcd-ef00-01234567cffb",
        "0=NetrLogonUasLogon 1=NetrLogonUasLogoff 2=NetrLogonSamLogon 3=NetrLogonSamLogoff 4=NetrServerReqChallenge 5=NetrServerAuthenticate 6=NetrServerPasswordSet 7=NetrDatabaseDeltas "
        + "8=NetrDatabaseSync 9=NetrAccountDeltas 10=NetrAccountSync 11=NetrGetDCName 12=NetrLogonControl 13=NetrGetAnyDCName 14=NetrLogonControl2 15=NetrServerAuthenticate2 "
        + "16=NetrDatabaseSync2 17=NetrDatabaseRedo 18=NetrLogonControl2Ex 19=NetrEnumerateTrustedDomains 20=DsrGetDcName 21=NetrLogonDummyRoutine1 22=NetrLogonSetServiceBits "
        + "23=NetrLogonGetTrustRid 24=NetrLogonComputeServerDigest 25=NetrLogonComputeClientDigest 26=NetrServerAuthenticate3 27=DsrGetDcNameEx 28=DsrGetSiteName 29=NetrLogonGetDomainInfo "
        + "30=NetrServerPasswordSet2 31=NetrServerPasswordGet 32=NetrLogonSendToSam 33=DsrAddressToSiteNamesW 34=DsrGetDcNameEx2 35=NetrLogonGetTimeServiceParentDomain "
        + "36=NetrEnumerateTrustedDomainsEx 37=DsrAddressToSiteNamesExW 38=DsrGetDcSiteCoverageW 39=NetrLogonSamLogonEx 40=DsrEnumerateDomainTrusts 41=DsrDeregisterDnsHostRecords "
        + "42=NetrServerTrustPasswordsGet 43=DsrGetForestTrustInformation 44=NetrGetForestTrustInformation 45=NetrLogonSamLogonWithFlags 46=NetrServerGetTrustInfo", opnum: "netlogon");

    /// <summary>DRSUAPI.</summary>
    public static DceRpcInterface Drsuapi() => new("DRSUAPI", "DRSUAPI", "drsuapi", "e3514235-4b06-11d1-ab04-00c04fc2dcd2",
        "0=DsBind 1=DsUnbind 2=DsReplicaSync 3=DsGetNCChanges 4=DsReplicaUpdateRefs 5=DRSUAPI_REPLICA_ADD 6=DRSUAPI_REPLICA_DEL 7=DRSUAPI_REPLICA_MODIFY 8=DRSUAPI_VERIFY_NAMES "
        + "9=DRSUAPI_GET_MEMBERSHIPS 10=DRSUAPI_INTER_DOMAIN_MOVE 11=DRSUAPI_GET_NT4_CHANGELOG 12=DsCrackNames 13=DsWriteAccountSpn 14=DRSUAPI_REMOVE_DS_SERVER 15=DRSUAPI_REMOVE_DS_DOMAIN "
        + "16=DsGetDomainControllerInfo 17=DsAddEntry 18=DRSUAPI_EXECUTE_KCC 19=DsReplicaGetInfo 20=DRSUAPI_ADD_SID_HISTORY 21=DRSUAPI_GET_MEMBERSHIPS2 22=DRSUAPI_REPLICA_VERIFY_OBJECTS "
        + "23=DRSUAPI_GET_OBJECT_EXISTENCE 24=DRSUAPI_QUERY_SITES_BY_COST");

    /// <summary>Init shutdown service.</summary>
    public static DceRpcInterface InitShutdown() => new("Init shutdown service", "INITSHUTDOWN", "initshutdown", "894de0c0-0d55-11d3-a322-00c04fa321a1",
        "0=Init 1=Abort 2=InitEx");

    /// <summary>DCE/RPC Endpoint Mapper.</summary>
    public static DceRpcInterface EndpointMapper() => new("DCE/RPC Endpoint Mapper", "EPM", "epm", "e1af8308-5d1f-11c9-91a4-08002b14a0fa",
        "0=Insert 1=Delete 2=Lookup 3=Map 4=LookupHandleFree 5=InqObject 6=MgmtDelete", context: "EPMv4");

    /// <summary>ISystemActivator ISystemActivator Resolver.</summary>
    public static DceRpcInterface SystemActivator() => new("ISystemActivator ISystemActivator Resolver", "ISystemActivator", "isystemactivator", "000001a0-0000-0000-c000-000000000046",
        "0=QueryInterfaceIRemoteSCMActivator 1=AddRefIRemoteISCMActivator 2=ReleaseIRemoteISCMActivator 3=RemoteGetClassObject 4=RemoteCreateInstance");

    /// <summary>Exchange 5.5 Name Service Provider.</summary>
    public static DceRpcInterface Nspi() => new("Exchange 5.5 Name Service Provider", "NSPI", "nspi", "f5cc5a18-4264-101a-8c59-08002b2f8426",
        "0=NspiBind 1=NspiUnbind 2=NspiUpdateStat 3=NspiQueryRows 4=NspiSeekEntries 5=NspiGetMatches 6=NspiResortRestriction 7=NspiDNToEph 8=NspiGetPropList 9=NspiGetProps "
        + "10=NspiCompareDNTs 11=NspiModProps 12=NspiGetHierarchyInfo 13=NspiGetTemplateInfo 14=NspiModLInkAtt 15=NspiDeleteEntries 16=NspiQueryColumns 17=NspiGetNamesFromIDs "
        + "18=NspiGetIDsFromNames 19=NspiResolveNames 20=NspiResolveNamesW");

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(DceRpc.Interfaces, Key(Id));

    /// <summary>The key of an interface in the table of them.</summary>
    internal static uint Key(Guid id) => (uint)id.GetHashCode();

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var call = p.Engine.State<DceRpcCall>();
        p.SetProtocol(Protocol.ShortName);
        if (names.Value.TryGetValue(call.Operation, out string? name))
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown operation {call.Operation}");
        }

        p.Info.Append(call.IsRequest ? " request"u8 : " response"u8);
        if (!call.IsRequest && hasStatus && v.Captured >= 4 && v.U32LE(v.Captured - 4) is > 0x7fffffff and var status && Smb.Smb2Fields.NtStatusNames.Find(status) is { } error)
        {
            // The Local Security Authority's results are named where they stand and again as the call's.
            p.Info.Append(Protocol.FilterName == "lsarpc" ? $", {error}, Error: {error}" : $", Error: {error}");
        }

        var tree = p.Open(Protocol, v, parent);
        p.Label(tree, $"{Protocol.Name}{(name is null ? "" : ", ")}{name}");
        var node = p.Generated(p.AddUInt(tree, operation, v, 0, 0, (uint)call.Operation));
        if (name is not null)
        {
            p.Label(node, $"Operation: {name} ({call.Operation})");
        }

        return Math.Max(1, v.Reported);
    }

    static Dictionary<int, string> Read(string operations)
    {
        var names = new Dictionary<int, string>();
        foreach (string one in operations.Split(' '))
        {
            int sign = one.IndexOf('=', StringComparison.Ordinal);
            names[int.Parse(one.AsSpan(0, sign), CultureInfo.InvariantCulture)] = one[(sign + 1)..];
        }

        return names;
    }
}
