using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Database;

/// <summary>The numbers of MySQL whose bits have names, each with its bits below it.</summary>
static class MySqlFlags
{
    static readonly Protocol P = MySql.P;

    static readonly Field[] CapabilityBits =
    [
        P.Flag("mysql.caps.lp", "Long Password", 16, 0x1, ValueNames.SetNotSet),
        P.Flag("mysql.caps.fr", "Found Rows", 16, 0x2, ValueNames.SetNotSet),
        P.Flag("mysql.caps.lf", "Long Column Flags", 16, 0x4, ValueNames.SetNotSet),
        P.Flag("mysql.caps.cd", "Connect With Database", 16, 0x8, ValueNames.SetNotSet),
        P.Flag("mysql.caps.ns", "Don't Allow database.table.column", 16, 0x10, ValueNames.SetNotSet),
        P.Flag("mysql.caps.cp", "Can use compression protocol", 16, 0x20, ValueNames.SetNotSet),
        P.Flag("mysql.caps.ob", "ODBC Client", 16, 0x40, ValueNames.SetNotSet),
        P.Flag("mysql.caps.li", "Can Use LOAD DATA LOCAL", 16, 0x80, ValueNames.SetNotSet),
        P.Flag("mysql.caps.is", "Ignore Spaces before '('", 16, 0x100, ValueNames.SetNotSet),
        P.Flag("mysql.caps.cu", "Speaks 4.1 protocol (new flag)", 16, 0x200, ValueNames.SetNotSet),
        P.Flag("mysql.caps.ia", "Interactive Client", 16, 0x400, ValueNames.SetNotSet),
        P.Flag("mysql.caps.sl", "Switch to SSL after handshake", 16, 0x800, ValueNames.SetNotSet),
        P.Flag("mysql.caps.ii", "Ignore sigpipes", 16, 0x1000, ValueNames.SetNotSet),
        P.Flag("mysql.caps.ta", "Knows about transactions", 16, 0x2000, ValueNames.SetNotSet),
        P.Flag("mysql.caps.rs", "Speaks 4.1 protocol (old flag)", 16, 0x4000, ValueNames.SetNotSet),
        P.Flag("mysql.caps.sc", "Can do 4.1 authentication", 16, 0x8000, ValueNames.SetNotSet),
    ];

    static readonly Field[] ExtendedBits =
    [
        P.Flag("mysql.caps.ms", "Multiple statements", 16, 0x1, ValueNames.SetNotSet),
        P.Flag("mysql.caps.mr", "Multiple results", 16, 0x2, ValueNames.SetNotSet),
        P.Flag("mysql.caps.pm", "PS Multiple results", 16, 0x4, ValueNames.SetNotSet),
        P.Flag("mysql.caps.pa", "Plugin Auth", 16, 0x8, ValueNames.SetNotSet),
        P.Flag("mysql.caps.ca", "Connect attrs", 16, 0x10, ValueNames.SetNotSet),
        P.Flag("mysql.caps.vc", "Plugin Auth LENENC Client Data", 16, 0x20, ValueNames.SetNotSet),
        P.Flag("mysql.caps.ep", "Client can handle expired passwords", 16, 0x40, ValueNames.SetNotSet),
        P.Flag("mysql.caps.session_track", "Session variable tracking", 16, 0x80, ValueNames.SetNotSet),
        P.Flag("mysql.caps.deprecate_eof", "Deprecate EOF", 16, 0x100, ValueNames.SetNotSet),
        P.Flag("mysql.caps.optional_metadata", "Client can hanle optional resultset metadata", 16, 0x200, ValueNames.SetNotSet),
        P.Flag("mysql.caps.compress_zsd", "ZSTD Compression Algorithm", 16, 0x400, ValueNames.SetNotSet),
        P.Flag("mysql.caps.query_attrs", "Query Attributes", 16, 0x800, ValueNames.SetNotSet),
        P.Flag("mysql.caps.mf_auth", "Multifactor Authentication", 16, 0x1000, ValueNames.SetNotSet),
        P.Flag("mysql.caps.cap_ext", "Capability Extension", 16, 0x2000, ValueNames.SetNotSet),
        P.UInt16("mysql.caps.unused", "Unused", FieldBase.Hex, mask: 0xc000),
    ];

    static readonly Field[] MariaBits =
    [
        P.Flag("mariadb.caps.pr", "Progress indication", 32, 0x1, ValueNames.SetNotSet),
        P.Flag("mariadb.caps.cm", "Multi commands", 32, 0x2, ValueNames.SetNotSet),
        P.Flag("mariadb.caps.bo", "Bulk Operations", 32, 0x4, ValueNames.SetNotSet),
        P.Flag("mariadb.caps.em", "Extended metadata", 32, 0x8, ValueNames.SetNotSet),
        P.Flag("mariadb.caps.me", "Cache metadata", 32, 0x10, ValueNames.SetNotSet),
    ];

    public static readonly Layout Server = new(P.UInt16("mysql.caps.server", "Server Capabilities", FieldBase.Hex).LittleEnd().Bits(CapabilityBits));
    public static readonly Layout ServerExtended = new(P.UInt16("mysql.extcaps.server", "Extended Server Capabilities", FieldBase.Hex).LittleEnd().Bits(ExtendedBits));
    public static readonly Layout ServerMaria = new(P.UInt32("mariadb.extcaps.server", "MariaDB Extended Server Capabilities", FieldBase.Hex).LittleEnd().Bits(MariaBits));
    public static readonly Layout Client = new(P.UInt16("mysql.caps.client", "Client Capabilities", FieldBase.Hex).LittleEnd().Bits(CapabilityBits));
    public static readonly Layout ClientExtended = new(P.UInt16("mysql.extcaps.client", "Extended Client Capabilities", FieldBase.Hex).LittleEnd().Bits(ExtendedBits));
    public static readonly Layout ClientMaria = new(P.UInt32("mariadb.extcaps.client", "MariaDB Extended Client Capabilities", FieldBase.Hex).LittleEnd().Bits(MariaBits));

    public static readonly Layout Status = new(P.UInt16("mysql.server_status", "Server Status", FieldBase.Hex).LittleEnd().Bits(
        P.Flag("mysql.stat.it", "In transaction", 16, 0x1, ValueNames.SetNotSet),
        P.Flag("mysql.stat.ac", "AUTO_COMMIT", 16, 0x2, ValueNames.SetNotSet),
        P.Flag("mysql.stat.mu", "Multi query / Unused", 16, 0x4, ValueNames.SetNotSet, blurb: "Multi query / Unused with MySQL >= 5.6"),
        P.Flag("mysql.stat.mr", "More results", 16, 0x8, ValueNames.SetNotSet),
        P.Flag("mysql.stat.bi", "Bad index used", 16, 0x10, ValueNames.SetNotSet),
        P.Flag("mysql.stat.ni", "No index used", 16, 0x20, ValueNames.SetNotSet),
        P.Flag("mysql.stat.cr", "Cursor exists", 16, 0x40, ValueNames.SetNotSet),
        P.Flag("mysql.stat.lr", "Last row sent", 16, 0x80, ValueNames.SetNotSet),
        P.Flag("mysql.stat.dr", "Database dropped", 16, 0x100, ValueNames.SetNotSet),
        P.Flag("mysql.stat.bs", "No backslash escapes", 16, 0x200, ValueNames.SetNotSet),
        P.Flag("mysql.stat.mc", "Metadata changed", 16, 0x400, ValueNames.SetNotSet),
        P.Flag("mysql.stat.query_was_slow", "Query was slow", 16, 0x800, ValueNames.SetNotSet),
        P.Flag("mysql.stat.ps_out_params", "PS Out Params", 16, 0x1000, ValueNames.SetNotSet),
        P.Flag("mysql.stat.trans_readonly", "In Trans Readonly", 16, 0x2000, ValueNames.SetNotSet),
        P.Flag("mysql.stat.session_state_changed", "Session state changed", 16, 0x4000, ValueNames.SetNotSet)));

    public static readonly Layout Column = new(P.UInt16("mysql.field.flags", "Flags", FieldBase.Hex).LittleEnd().Bits(
        P.Flag("mysql.field.flags.not_null", "Not null", 16, 0x1, ValueNames.SetNotSet, blurb: "Field: flag not null"),
        P.Flag("mysql.field.flags.primary_key", "Primary key", 16, 0x2, ValueNames.SetNotSet, blurb: "Field: flag primary key"),
        P.Flag("mysql.field.flags.unique_key", "Unique key", 16, 0x4, ValueNames.SetNotSet, blurb: "Field: flag unique key"),
        P.Flag("mysql.field.flags.multiple_key", "Multiple key", 16, 0x8, ValueNames.SetNotSet, blurb: "Field: flag multiple key"),
        P.Flag("mysql.field.flags.blob", "Blob", 16, 0x10, ValueNames.SetNotSet, blurb: "Field: flag blob"),
        P.Flag("mysql.field.flags.unsigned", "Unsigned", 16, 0x20, ValueNames.SetNotSet, blurb: "Field: flag unsigned"),
        P.Flag("mysql.field.flags.zero_fill", "Zero fill", 16, 0x40, ValueNames.SetNotSet, blurb: "Field: flag zero fill"),
        P.Flag("mysql.field.flags.enum", "Enum", 16, 0x100, ValueNames.SetNotSet, blurb: "Field: flag enum"),
        P.Flag("mysql.field.flags.auto_increment", "Auto increment", 16, 0x200, ValueNames.SetNotSet, blurb: "Field: flag auto increment"),
        P.Flag("mysql.field.flags.timestamp", "Timestamp", 16, 0x400, ValueNames.SetNotSet, blurb: "Field: flag timestamp"),
        P.Flag("mysql.field.flags.set", "Set", 16, 0x800, ValueNames.SetNotSet, blurb: "Field: flag set")));
}
