using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Smb;

// Specification: [MS-BRWS] section 2.2.

/// <summary>Microsoft Windows Browser: who is on the network, and who keeps the list.</summary>
public sealed class Browser() : Dissector("browser")
{
    const int HostAnnouncement = 1, RequestAnnouncement = 2, Election = 8, BackupListRequest = 9, BackupListResponse = 10, BecomeBackup = 11, DomainAnnouncement = 12,
        MasterAnnouncement = 13, LocalMaster = 15;
    const int NameLength = 16;

    static readonly Protocol P = new("Microsoft Windows Browser Protocol", "BROWSER", "browser");
    static readonly ValueNames CommandNames = ValueNames.Of(() => [
        (0x1, "Host Announcement"), (0x2, "Request Announcement"), (0x8, "Browser Election Request"), (0x9, "Get Backup List Request"),
        (0xa, "Get Backup List Response"), (0xb, "Become Backup Browser"), (0xc, "Domain/Workgroup Announcement"),
        (0xd, "Master Announcement"), (0xe, "Reset Browser State Announcement"), (0xf, "Local Master Announcement")]);
    static readonly ValueNames ResetCmdNames = ValueNames.Of(() => [
        (0x1, "Stop being a master browser and become a backup browser"),
        (0x2, "Discard browse lists, stop being a master browser, and try again"), (0x4, "Stop being a master browser for ever")]);
    static readonly Field Command = P.UInt8("browser.command", "Command", FieldBase.Hex, CommandNames);
    static readonly Field UpdateCount = P.UInt8("browser.update_count", "Update Count");
    static readonly Field Period = P.UInt32("browser.period", "Update Periodicity");
    static readonly Field Server = P.String("browser.server", "Server Name");
    static readonly Field MbServer = P.String("browser.mb_server", "Master Browser Server Name");
    static readonly Field ResetCmd = P.UInt8("browser.reset_cmd", "ResetBrowserState Command", FieldBase.Hex, ResetCmdNames);
    static readonly Field Demote = P.Flag("browser.reset_cmd.demote", "Demote LMB", 8, 0x1, ValueNames.Flag("Demote an LMB to a Backup Browser", "Do not demote an LMB to a Backup Browser"));
    static readonly Field Flush = P.Flag("browser.reset_cmd.flush", "Flush Browse List", 8, 0x2, ValueNames.Flag("Flush the Browse List", "Do not Flush the Browse List"));
    static readonly Field StopLmb = P.Flag("browser.reset_cmd.stop_lmb", "Stop Being LMB", 8, 0x4, ValueNames.Flag("Stop Being a Local Master Browser", "Do not Stop Being a Local Master Browser"));
    static readonly Field OsMajor = P.UInt8("browser.os_major", "OS Major Version");
    static readonly Field OsMinor = P.UInt8("browser.os_minor", "OS Minor Version");
    static readonly Field ServerType = P.UInt32("browser.server_type", "Server Type", FieldBase.Hex);
    static readonly Field Workstation = P.Flag("browser.server_type.workstation", "Workstation", 32, 0x1, ValueNames.Flag("This is a Workstation", "This is NOT a Workstation"));
    static readonly Field IsServer = P.Flag("browser.server_type.server", "Server", 32, 0x2, ValueNames.Flag("This is a Server", "This is NOT a Server"));
    static readonly Field Sql = P.Flag("browser.server_type.sql", "SQL", 32, 0x4, ValueNames.Flag("This is an SQL server", "This is NOT an SQL server"));
    static readonly Field DomainController = P.Flag("browser.server_type.domain_controller", "Domain Controller", 32, 0x8, ValueNames.Flag("This is a Domain Controller", "This is NOT a Domain Controller"));
    static readonly Field BackupController = P.Flag("browser.server_type.backup_controller", "Backup Controller", 32, 0x10, ValueNames.Flag("This is a Backup Controller", "This is NOT a Backup Controller"));
    static readonly Field Time = P.Flag("browser.server_type.time", "Time Source", 32, 0x20, ValueNames.Flag("This is a Time Source", "This is NOT a Time Source"));
    static readonly Field Apple = P.Flag("browser.server_type.apple", "Apple", 32, 0x40, ValueNames.Flag("This is an Apple host", "This is NOT an Apple host"));
    static readonly Field Novell = P.Flag("browser.server_type.novell", "Novell", 32, 0x80, ValueNames.Flag("This is a Novell server", "This is NOT a Novell server"));
    static readonly Field Member = P.Flag("browser.server_type.member", "Member", 32, 0x100, ValueNames.Flag("This is a Domain Member server", "This is NOT a Domain Member server"));
    static readonly Field Print = P.Flag("browser.server_type.print", "Print", 32, 0x200, ValueNames.Flag("This is a Print Queue server", "This is NOT a Print Queue server"));
    static readonly Field Dialin = P.Flag("browser.server_type.dialin", "Dialin", 32, 0x400, ValueNames.Flag("This is a Dialin server", "This is NOT a Dialin server"));
    static readonly Field Xenix = P.Flag("browser.server_type.xenix", "Xenix", 32, 0x800, ValueNames.Flag("This is a Xenix server", "This is NOT a Xenix server"));
    static readonly Field Ntw = P.Flag("browser.server_type.ntw", "NT Workstation", 32, 0x1000, ValueNames.Flag("This is an NT Workstation", "This is NOT an NT Workstation"));
    static readonly Field Wfw = P.Flag("browser.server_type.wfw", "WfW", 32, 0x2000, ValueNames.Flag("This is a WfW host", "This is NOT a WfW host"));
    static readonly Field Nts = P.Flag("browser.server_type.nts", "NT Server", 32, 0x8000, ValueNames.Flag("This is an NT Server", "This is NOT an NT Server"));
    static readonly Field Potential = P.Flag("browser.server_type.browser.potential", "Potential Browser", 32, 0x10000, ValueNames.Flag("This is a Potential Browser", "This is NOT a Potential Browser"));
    static readonly Field Backup = P.Flag("browser.server_type.browser.backup", "Backup Browser", 32, 0x20000, ValueNames.Flag("This is a Backup Browser", "This is NOT a Backup Browser"));
    static readonly Field Master = P.Flag("browser.server_type.browser.master", "Master Browser", 32, 0x40000, ValueNames.Flag("This is a Master Browser", "This is NOT a Master Browser"));
    static readonly Field DomainMaster = P.Flag("browser.server_type.browser.domain_master", "Domain Master Browser", 32, 0x80000, ValueNames.Flag("This is a Domain Master Browser", "This is NOT a Domain Master Browser"));
    static readonly Field Osf = P.Flag("browser.server_type.osf", "OSF", 32, 0x100000, ValueNames.Flag("This is an OSF host", "This is NOT an OSF host"));
    static readonly Field Vms = P.Flag("browser.server_type.vms", "VMS", 32, 0x200000, ValueNames.Flag("This is a VMS host", "This is NOT a VMS host"));
    static readonly Field W95 = P.Flag("browser.server_type.w95", "Windows 95+", 32, 0x400000, ValueNames.Flag("This is a Windows 95 or above host", "This is NOT a Windows 95 or above host"));
    static readonly Field Dfs = P.Flag("browser.server_type.dfs", "DFS", 32, 0x800000, ValueNames.Flag("This is a DFS server", "THis is NOT a DFS server"));
    static readonly Field Local = P.Flag("browser.server_type.local", "Local", 32, 0x40000000, ValueNames.Flag("This is a local list only request", "This is NOT a local list only request"));
    static readonly Field Domainenum = P.Flag("browser.server_type.domainenum", "Domain Enum", 32, 0x80000000, ValueNames.Flag("This is a Domain Enum request", "This is NOT a Domain Enum request"));
    static readonly Field Version = P.UInt8("browser.election.version", "Election Version");
    static readonly Field ProtoMajor = P.UInt8("browser.proto_major", "Browser Protocol Major Version");
    static readonly Field ProtoMinor = P.UInt8("browser.proto_minor", "Browser Protocol Minor Version");
    static readonly Field Sig = P.UInt16("browser.sig", "Signature", FieldBase.Hex);
    static readonly Field Comment = P.StringZ("browser.comment", "Host Comment");
    static readonly Field Unused = P.UInt8("browser.unused", "Unused flags", FieldBase.Hex);
    static readonly Field ResponseComputerName = P.StringZ("browser.response_computer_name", "Response Computer Name");
    static readonly Field Criteria = P.UInt32("browser.election.criteria", "Election Criteria", FieldBase.Hex);
    static readonly Field Desire = P.UInt8("browser.election.desire", "Election Desire", FieldBase.Hex);
    static readonly Field DesireBackup = P.Flag("browser.election.desire.backup", "Backup", 8, 0x1, ValueNames.Flag("Backup Browse Server", "NOT Backup Browse Server"));
    static readonly Field Standby = P.Flag("browser.election.desire.standby", "Standby", 8, 0x2, ValueNames.Flag("Standby Browse Server", "NOT Standby Browse Server"));
    static readonly Field DesireMaster = P.Flag("browser.election.desire.master", "Master", 8, 0x4, ValueNames.Flag("Master Browser", "NOT Master Browser"));
    static readonly Field DesireDomainMaster = P.Flag("browser.election.desire.domain_master", "Domain Master", 8, 0x8, ValueNames.Flag("Domain Master Browse Server", "NOT Domain Master Browse Server"));
    static readonly Field Wins = P.Flag("browser.election.desire.wins", "WINS", 8, 0x20, ValueNames.Flag("WINS Client", "NOT WINS Client"));
    static readonly Field Nt = P.Flag("browser.election.desire.nt", "NT", 8, 0x80, ValueNames.Flag("Windows NT Advanced Server", "NOT Windows NT Advanced Server"));
    static readonly Field Os = P.UInt8("browser.election.os", "Election OS", FieldBase.Hex);
    static readonly Field OsWfw = P.Flag("browser.election.os.wfw", "WfW", 8, 0x1, ValueNames.Flag("Windows for Workgroups", "Not Windows for Workgroups"));
    static readonly Field OsNtw = P.Flag("browser.election.os.ntw", "NT Workstation", 8, 0x10, ValueNames.Flag("Windows NT Workstation", "Not Windows NT Workstation"));
    static readonly Field OsNts = P.Flag("browser.election.os.nts", "NT Server", 8, 0x20, ValueNames.Flag("Windows NT Server", "Not Windows NT Server"));
    static readonly Field Uptime = P.UInt32("browser.uptime", "Uptime");
    static readonly Field Count = P.UInt8("browser.backup.count", "Backup List Requested Count");
    static readonly Field Token = P.UInt32("browser.backup.token", "Backup Request Token");
    static readonly Field BackupServer = P.String("browser.backup.server", "Backup Server");
    static readonly Field BrowserToPromote = P.StringZ("browser.browser_to_promote", "Browser to Promote");
    static readonly Field WindowsVersion = P.String("browser.windows_version", "Windows version");
    static readonly Field MysteriousField = P.UInt32("browser.mysterious_field", "Mysterious Field", FieldBase.Hex);

    /// <summary>What a host is, in the words of the Info column, by the bits of its type.</summary>
    static readonly ValueNames Kinds = ValueNames.Of(() => [
        (0, "Workstation"), (1, "Server"), (2, "SQL Server"), (3, "Domain Controller"), (4, "Backup Controller"), (5, "Time Source"), (6, "Apple Server"), (7, "Novell Server"),
        (8, "Domain Member Server"), (9, "Print Queue Server"), (10, "Dialin Server"), (11, "Xenix Server"), (12, "NT Workstation"), (13, "Windows for Workgroups"),
        (14, "Unknown server type:14"), (15, "NT Server"), (16, "Potential Browser"), (17, "Backup Browser"), (18, "Master Browser"), (19, "Domain Master Browser"), (20, "OSF"),
        (21, "VMS"), (22, "Windows 95 or above"), (23, "DFS server"), (24, "Unknown server type:24"), (25, "Unknown server type:25"), (26, "Unknown server type:26"),
        (27, "Unknown server type:27"), (28, "Unknown server type:28"), (29, "Unknown server type:29"), (30, "Local List Only"), (31, "Domain Enum")]);

    static readonly Field[] TypeBits = [Workstation, IsServer, Sql, DomainController, BackupController, Time, Apple, Novell, Member, Print, Dialin, Xenix, Ntw, Wfw, Nts, Potential,
        Backup, Master, DomainMaster, Osf, Vms, W95, Dfs, Local, Domainenum];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int command = v.U8(0);
        p.SetProtocol("BROWSER");
        p.Info.Set(Command.Names!.FindOr((uint)command, "Unknown"));
        var tree = p.Open(P, v, parent);
        p.Add(tree, Command, v, 0);
        switch (command)
        {
            case HostAnnouncement or LocalMaster or DomainAnnouncement:
                Announcement(p, v, tree, command);
                break;
            case RequestAnnouncement:
                p.Add(tree, Unused, v, 1);
                string who = Ended(p, v, tree, ResponseComputerName, 2);
                p.Info.Append($" {who}");
                break;
            case Election:
                p.Add(tree, Version, v, 1);
                p.AddLE(tree, Criteria, v, 2);
                p.AddLE(tree, Uptime, v, 6);
                if (v.Reported > 14)
                {
                    Ended(p, v, tree, Server, 14);
                }

                break;
            case BackupListRequest:
                p.Add(tree, Count, v, 1);
                p.AddLE(tree, Token, v, 2);
                break;
            case BackupListResponse:
                int count = v.U8(1), at = 6;
                p.Add(tree, Count, v, 1);
                p.AddLE(tree, Token, v, 2);
                for (int i = 0; i < count; i++)
                {
                    at += Ended(p, v, tree, BackupServer, at).Length + 1;
                }

                break;
            case MasterAnnouncement:
                Ended(p, v, tree, MbServer, 1);
                break;
            case BecomeBackup:
                Ended(p, v, tree, BrowserToPromote, 1);
                break;
            default:
                break;
        }

        return v.Reported;
    }

    static string Ended(Packet p, in View v, Node tree, Field field, int at)
    {
        int end = v.IndexOf(0, at);
        v.Ensure(at, end < 0 ? v.Reported - at + 1 : 1);
        string text = Encoding.Latin1.GetString(v.Span(at, end - at));
        p.AddString(tree, field, v, at, end + 1 - at, text);
        return text;
    }

    static void Announcement(Packet p, in View v, Node tree, int command)
    {
        p.Add(tree, UpdateCount, v, 1);
        p.AddLE(tree, Period, v, 2);
        var raw = v.Span(6, NameLength);
        int length = raw.IndexOf((byte)0);
        string name = Encoding.Latin1.GetString(length < 0 ? raw : raw[..length]);
        p.AddString(tree, Server, v, 6, NameLength, name);
        p.Info.Append($" {name}");
        p.AddAll(tree, v, 22, OsMajor, OsMinor);
        uint type = v.U32LE(24);
        for (int bit = 0; bit < 32; bit++)
        {
            if ((type & (1u << bit)) != 0)
            {
                p.Info.Append($", {Kinds.Find((uint)bit)}");
            }
        }

        p.AddBits(tree, ServerType, v, 24, TypeBits, littleEndian: true);
        int at = 28;
        if (command == DomainAnnouncement)
        {
            p.AddLE(tree, MysteriousField, v, at);
            Ended(p, v, tree, MbServer, at + 4);
            return;
        }

        p.AddAll(tree, v, at, ProtoMajor, ProtoMinor);
        p.AddLE(tree, Sig, v, at + 2);
        Ended(p, v, tree, Comment, at + 4);
    }
}
