using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: Siemens, "System Software for S7-300/400 System and Standard Functions", chapter 34.

/// <summary>A controller's state, as partial lists (German: SZL). Those that are asked for most are taken apart; of others the records are shown.</summary>
static class S7Szl
{
    const int DiagnosticRecord = 20;

    static readonly ValueNames Indices = ValueNames.Of(() => [
        // A list, and an index in it.
        (0x01110001, "Identification of the module"), (0x01110006, "Identification of the basic hardware"),
        (0x01110007, "Identification of the basic firmware"), (0x01110081, "Identification of the firmware-extension"), (0x01120000, "MC7 processing unit"),
        (0x01120100, "Time system"), (0x01120200, "System response"), (0x01120300, "Language description of the CPU"),
        (0x01120400, "Availability of SFC 87 and SFC 88"), (0x01130001, "Work memory"), (0x01130002, "Load memory integrated"),
        (0x01130003, "Load memory plugged in"), (0x01130004, "Maximum plug-in load memory"), (0x01130005, "Size of the backup memory"),
        (0x01130006, "Size of the memory reserved by the system for CFBs"), (0x01140001, "PII (number in bytes)"), (0x01140002, "PIQ (number in bytes)"),
        (0x01140003, "Memory (number)"), (0x01140004, "Timers (number)"), (0x01140005, "Counters (number)"),
        (0x01140006, "Number of bytes in the logical address area"), (0x01140007, "Size of the entire local data area of the CPU in bytes"),
        (0x01140008, "Memory (number in bytes)"), (0x01140009, "Local data (entire local data area of the CPU in Kbytes)"), (0x01150800, "OB"),
        (0x01150a00, "DB"), (0x01150b00, "SDB"), (0x01150c00, "FC"), (0x01150e00, "FB"), (0x01160000, "Free cycle"), (0x0116000a, "Time-of-day interrupt"),
        (0x01180001, "Number of the rack: 1"), (0x01180002, "Number of the rack: 2"), (0x01180003, "Number of the rack: 3"), (0x01190001, "SF (group error)"),
        (0x01190002, "INTF (internal error)"), (0x01190003, "EXTF (external error)"), (0x01190004, "RUN"), (0x01190005, "STOP"), (0x01190006, "FRCE (force)"),
        (0x01190007, "CRST (cold restart)"), (0x01190008, "BAF (battery fault/overload, short circuit of battery voltage on bus)"),
        (0x01190009, "USR (user-defined)"), (0x0119000a, "USR1 (user-defined)"), (0x0119000b, "BUS1F (bus error interface 1)"),
        (0x0119000c, "BUS2F (bus error interface 2)"), (0x0119000d, "REDF (redundancy error)"), (0x0119000e, "MSTR (master)"),
        (0x0119000f, "RACK0 (rack number 0)"), (0x01190010, "RACK1 (rack number 1)"), (0x01190011, "RACK2 (rack number 2)"), (0x01190080, "IF (init failure)"),
        (0x01190081, "UF (user failure)"), (0x01190082, "MF (monitoring failure)"), (0x01190083, "CF (communication failure)"),
        (0x011c0001, "Name of the automation system"), (0x011c0002, "Name of the module"), (0x011c0003, "Plant designation of the module"),
        (0x011c0004, "Copyright entry"), (0x011c0005, "Serial number of the module"), (0x011c0007, "Module type name"),
        (0x011c0008, "Serial number of the memory card"), (0x011c0009, "Manufacturer and profile of a CPU module"), (0x011c000a, "OEM ID of a module"),
        (0x011c000b, "Location ID of a module"), (0x01210000, "Free cycle"), (0x01310001, "General data for communication"),
        (0x01310002, "Test and installation function constants"), (0x01310003, "Operator interface (O/I)"), (0x01310004, "Object management system (OMS)"),
        (0x01310005, "Diagnostics"), (0x01310006, "Communication function block (CFB)"), (0x01310007, "Global data"),
        (0x01310008, "Test and installation function time information"), (0x01310009, "Time-of-day capability parameters"), (0x01310010, "Message parameters"),
        (0x01310011, "SCAN capability parameters"), (0x01320001, "General data for communication"), (0x01320002, "Test and installation status"),
        (0x01320003, "Operator interface status"), (0x01320004, "Object management system status"), (0x01320005, "Diagnostics"),
        (0x01320006, "Data exchange with CFBs"), (0x01320007, "Global data"), (0x01320008, "Time system"), (0x01320009, "MPI status"),
        (0x0132000a, "Communication bus status"), (0x0132000b, "32-bit runtime meters 0-7"), (0x0132000c, "32-bit runtime meters 8-15"),
        (0x01320010, "S7-SCAN part 1"), (0x01320011, "S7-SCAN part 2"), (0x01740001, "SF (group error)"), (0x01740002, "INTF (internal error)"),
        (0x01740003, "EXTF (external error)"), (0x01740004, "RUN"), (0x01740005, "STOP"), (0x01740006, "FRCE (force)"), (0x01740007, "CRST (cold restart)"),
        (0x01740008, "BAF (battery fault/overload, short circuit of battery voltage on bus)"), (0x01740009, "USR (user-defined)"),
        (0x0174000a, "USR1 (user-defined)"), (0x0174000b, "BUS1F (bus error interface 1)"), (0x0174000c, "BUS2F (bus error interface 2)"),
        (0x0174000d, "REDF (redundancy error)"), (0x0174000e, "MSTR (master)"), (0x0174000f, "RACK0 (rack number 0)"), (0x01740010, "RACK1 (rack number 1)"),
        (0x01740011, "RACK2 (rack number 2)"), (0x01740080, "IF (init failure)"), (0x01740081, "UF (user failure)"), (0x01740082, "MF (monitoring failure)"),
        (0x01740083, "CF (communication failure)"), (0x02220000, "Free cycle"), (0x0222000a, "Time-of-day interrupt"),
        (0x031c0001, "Name of the automation system"), (0x031c0002, "Name of the module"), (0x031c0003, "Plant designation of the module"),
        (0x031c0004, "Copyright entry"), (0x031c0005, "Serial number of the module"), (0x031c0007, "Module type name"),
        (0x031c0008, "Serial number of the memory card"), (0x031c0009, "Manufacturer and profile of a CPU module"), (0x031c000a, "OEM ID of a module"),
        (0x031c000b, "Location ID of a module")]);
    static readonly Layout ListHead = new(
        S7Comm.P.UInt16("s7comm.data.userdata.szl_id", "SZL-ID", FieldBase.Hex, blurb: "SZL-ID (System Status List) Bits 15-12: Diagnostic type, Bits 11-8: Number of the partial list extract, Bits 7-0: Number of the partial list").Summary(
            S7Comm.P.UInt16("s7comm.data.userdata.szl_id.diag_type", "Diagnostic type", FieldBase.Hex, ValueNames.Of(() => [(0x0, "CPU"), (0x100, "IM"), (0xc000, "CP"), (0x8000, "FM")]), mask: 0xf000),
            S7Comm.P.UInt16("s7comm.data.userdata.szl_id.partlist_ex", "Number of the partial list extract", FieldBase.Hex, ValueNames.Of(() => S7Names.Extracts), mask: 0xffff),
            S7Comm.P.UInt16("s7comm.data.userdata.szl_id.partlist_num", "Number of the partial list", FieldBase.Hex, ValueNames.Of(() => S7Names.Lists), mask: 0xff)));
    static readonly Field ListIndex = S7Comm.P.UInt16("s7comm.data.userdata.szl_index", "SZL-Index", FieldBase.Hex, blurb: "SZL-Index (System Status List)");
    static readonly Field ListTree = S7Comm.P.Label("s7comm.data.userdata.szl_data_tree", "SZL data tree");
    static readonly Layout ListSizes = new(
        S7Comm.P.UInt16("s7comm.data.userdata.szl_id.partlist_len", "SZL partial list length in bytes"),
        S7Comm.P.UInt16("s7comm.data.userdata.szl_id.partlist_cnt", "SZL partial list count", blurb: "SZL partial list count: the number of datasets in the results"));
    static readonly Field ListData = S7Comm.P.Bytes("s7comm.param.userdata.szl_part_list", "SZL partial list data");

    static readonly Layout MemoryAreas = new(
        S7Comm.P.UInt16("s7comm.szl.0013.0000.index", "Index", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Work memory"), (0x2, "Load memory integrated"), (0x3, "Load memory plugged in"), (0x4, "Maximum plug-in load memory"),
        (0x5, "Size of the backup memory"), (0x6, "Size of the memory reserved by the system for CFBs")])),
        S7Comm.P.UInt16("s7comm.szl.0013.0000.code", "Code (Memory type)", FieldBase.Hex, ValueNames.Of(() => [(0x1, "volatile memory (RAM)"), (0x2, "non-volatile memory (FEPROM)"), (0x3, "mixed memory (RAM + FEPROM)")])),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.size", "Size (Total size of the selected memory, total of area 1 and area 2)"),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.mode", "Mode (Logical mode of the memory)").Of(2),
        Row.Skip(-1),
        S7Comm.P.Flag("s7comm.szl.0013.0000.mode.vol_mem", "Volatile memory area", 8, 0x1),
        Row.Skip(-1),
        S7Comm.P.Flag("s7comm.szl.0013.0000.mode.nvol_mem", "Non-volatile memory area", 8, 0x2),
        S7Comm.P.Flag("s7comm.szl.0013.0000.mode.mixed_mem", "Mixed memory area", 8, 0x4),
        S7Comm.P.Flag("s7comm.szl.0013.0000.mode.cd_sep", "Code and data separate (for work memory)", 8, 0x8),
        S7Comm.P.Flag("s7comm.szl.0013.0000.mode.cd_tog", "Code and data together (for work memory)", 8, 0x10),
        Row.Skip(1),
        S7Comm.P.UInt16("s7comm.szl.0013.0000.granu", "Granu", FieldBase.Hex),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.ber1", "ber1 (Size of the volatile memory area in bytes)"),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.belegt1", "belegt1 (Size of the volatile memory area being used)"),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.block1", "block1 (Largest free block in the volatile memory area)"),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.ber2", "ber2 (Size of the non-volatile memory area in bytes)"),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.belegt2", "belegt2 (Size of the non-volatile memory area being used)"),
        S7Comm.P.UInt32("s7comm.szl.0013.0000.block2", "block2 (Largest free block in the non-volatile memory area)"));
    static readonly Layout Identification = new(
        S7Comm.P.UInt16("s7comm.szl.xy11.0001.index", "Index", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Identification of the module"), (0x6, "Identification of the basic hardware"), (0x7, "Identification of the basic firmware"),
        (0x81, "Identification of the firmware-extension")])),
        S7Comm.P.String("s7comm.szl.xy11.0001.anz", "MlfB (Order number of the module)").Of(20),
        S7Comm.P.UInt16("s7comm.szl.xy11.0001.bgtyp", "BGTyp (Module type ID)", FieldBase.Hex),
        S7Comm.P.UInt16("s7comm.szl.xy11.0001.ausbg", "Ausbg (Version of the module or release of the operating system)"),
        S7Comm.P.UInt16("s7comm.szl.xy11.0001.ausbe", "Ausbe (Release of the PG description file)"));
    static readonly Layout ObjectManagement = new(
        S7Comm.P.UInt16("s7comm.szl.0131.0004.index", "Index", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_0", "funkt_0", FieldBase.Hex).Summary(
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.bit0_res", "Reserved", 8, 0x1),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.dir_h1", "Directory (hierarchy 1)", 8, 0x2),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.dir_h2", "Directory (hierarchy 2)", 8, 0x4),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.dir_h3", "Directory (hierarchy 3)", 8, 0x8),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.copy", "Copy", 8, 0x10),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.chain_list", "Chain (list)", 8, 0x20),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.chain_copied", "Chain (all copied)", 8, 0x40),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_0.delete_list", "Delete (list)", 8, 0x80)),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_1", "funkt_1", FieldBase.Hex).Summary(
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.upl_on_pg", "Upload on PG", 8, 0x1),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.asgn_w_chain", "Assign parameters when chaining", 8, 0x2),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.load_w_chg", "LOAD function when exchanging data with CFBs", 8, 0x4),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.bit3_res", "Reserved", 8, 0x8),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.bit4_res", "Reserved", 8, 0x10),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.bit5_res", "Reserved", 8, 0x20),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.bit6_res", "Reserved", 8, 0x40),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_1.delete_all", "Delete *.*", 8, 0x80)),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_2", "funkt_2", FieldBase.Hex).Summary(
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.load_ram", "Load user program (RAM)", 8, 0x1),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.load_eprom", "Load user program (EPROM)", 8, 0x2),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.save_ram", "Save user program (RAM)", 8, 0x4),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.save_eprom", "Save user program (EPROM)", 8, 0x8),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.save_all", "Save user program (all)", 8, 0x10),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.compress", "Compress (external)", 8, 0x20),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.fw_update", "Firmware update (using communication)", 8, 0x40),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_2.set_ram_mode", "Set RAM memory mode", 8, 0x80)),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_3", "funkt_3", FieldBase.Hex).Summary(
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.set_eprom_mode", "Set EPROM memory mode", 8, 0x1),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.bit1_res", "Reserved", 8, 0x2),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.bit2_res", "Reserved", 8, 0x4),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.bit3_res", "Reserved", 8, 0x8),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.bit4_res", "Reserved", 8, 0x10),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.bit5_res", "Reserved", 8, 0x20),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.asgn_par_mod", "Assign parameters to newly plugged in modules", 8, 0x40),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_3.asgn_par_mc", "Assign parameters when evaluating memory card", 8, 0x80)),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_4", "funkt_4", FieldBase.Hex).Summary(
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.asgn_par_lprog", "Assign parameters when loading user program", 8, 0x1),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.asgn_par_cres", "Assign parameters in complete restart", 8, 0x2),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.asgn_par_res", "Assign parameters in restart", 8, 0x4),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.compress", "Compress (SFC25 COMPRESS)", 8, 0x8),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.ev_mc", "Evaluate memory card after switch setting", 8, 0x10),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.fw_update_mc", "Firmware update using memory card", 8, 0x20),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.bit6_res", "Reserved", 8, 0x40),
            S7Comm.P.Flag("s7comm.szl.0131.0004.funkt_4.bit7_res", "Reserved", 8, 0x80)),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_5", "funkt_5 (Reserved)", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_6", "funkt_6 (Reserved)", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.funkt_7", "funkt_7 (Reserved)", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.kop", "kop (Maximum number of copied blocks)"),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.del", "del (Maximum number of uninterruptable, deletable blocks)"),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.kett", "kett (Maximum number of blocks chained in one job)"),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.hoch", "hoch (Maximum number of simultaneous upload procedures)"),
        S7Comm.P.UInt8("s7comm.szl.0131.0004.ver", "ver (Maximum size (in bytes) of shiftable blocks in RUN)"),
        S7Comm.P.Bytes("s7comm.szl.0131.0004.res", "res (Reserved)").Of(25));
    static readonly Layout TestStatus = new(
        S7Comm.P.UInt16("s7comm.szl.0132.0002.index", "Index", FieldBase.Hex),
        S7Comm.P.UInt16("s7comm.szl.0132.0002.anz", "anz (Number of initialized test and installation jobs)"),
        S7Comm.P.Bytes("s7comm.szl.0132.0002.res", "res (Reserved)").Of(36));
    static readonly Layout Protection = new(
        S7Comm.P.UInt16("s7comm.szl.0132.0004.index", "Index", FieldBase.Hex),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.key", "key (Protection level for the key switch, possible values: 1,2 or 3)"),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.param", "param (Assigned protection level, possible values: 0, 1, 2 or 3)"),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.real", "real (Valid protection level of the CPU, possible values: 1, 2 or 3)"),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.bart_sch", "bart_sch (Position of the mode switch)", FieldBase.Dec, ValueNames.Of(() => [(0, "undefined or cannot be ascertained"), (1, "RUN"), (2, "RUN_P"), (3, "STOP"), (4, "MRES")])),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.crst_wrst", "crst_wrst (Setting of the CRST/WRST switch)", FieldBase.Dec, ValueNames.Of(() => [(0, "undefined, does not exist or cannot be ascertained"), (1, "CRST"), (2, "WRST")])),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.ken_f", "ken_f (Reserved)", FieldBase.Hex),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.ken_rel", "ken_rel (ID for valid version identifications/checksums)", FieldBase.Hex),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.ken_ver1_hw", "ken_ver1_hw (Version ID/checksum 1 of the hardware configuration)", FieldBase.Hex).LittleEnd(),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.ken_ver2_hw", "ken_ver2_hw (Version ID/checksum 2 of the hardware configuration)", FieldBase.Hex).LittleEnd(),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.ken_ver1_awp", "ken_ver1_awp (Version ID/checksum 1 of the user program)", FieldBase.Hex).LittleEnd(),
        S7Comm.P.UInt16("s7comm.szl.0132.0004.ken_ver2_awp", "ken_ver2_awp (Version ID/checksum 2 of the user program)", FieldBase.Hex).LittleEnd(),
        S7Comm.P.Bytes("s7comm.szl.0132.0004.res", "res (Reserved)").Of(16));
    static readonly Layout ModeNow = new(
        S7Comm.P.UInt16("s7comm.szl.0424.0000.ereig", "ereig", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0424.0000.ae", "ae", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0424.0000.bzu_id", "bzu-id", FieldBase.Hex).Summary(
            S7Comm.P.UInt8("s7comm.szl.0424.0000.bzu_id.req", "Requested mode", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "STOP (update)"), (0x2, "STOP (memory reset)"), (0x3, "STOP (self initialization)"), (0x4, "STOP (internal)"),
        (0x5, "Startup (complete restart)"), (0x7, "Restart"), (0x8, "RUN"), (0xa, "HOLD"), (0xd, "DEFECT")]), mask: 0xf),
            S7Comm.P.UInt8("s7comm.szl.0424.0000.bzu_id.pre", "Previous mode", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "STOP (update)"), (0x2, "STOP (memory reset)"), (0x3, "STOP (self initialization)"), (0x4, "STOP (internal)"),
        (0x5, "Startup (complete restart)"), (0x7, "Restart"), (0x8, "RUN"), (0xa, "HOLD"), (0xd, "DEFECT")]), mask: 0xf0)),
        S7Comm.P.Bytes("s7comm.szl.0424.0000.res", "res (Reserved)").Of(4),
        S7Comm.P.UInt8("s7comm.szl.0424.0000.anlinfo1", "anlinfo1", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0424.0000.anlinfo2", "anlinfo2", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Complete restart in multicomputing"), (0x3, "Complete restart set at mode selector"),
        (0x4, "Complete restart command via MPI"), (0xa, "Restart in multicomputing"), (0xb, "Restart set at mode selector"),
        (0xc, "Restart command via MPI"), (0x10, "Automatic complete restart after battery-backed power on"),
        (0x13, "Complete restart set at mode selector; last power on battery backed"),
        (0x14, "Complete restart command via MPI; last power on battery backed"),
        (0x20, "Automatic complete restart after non battery backed power on (with memory reset by system)"),
        (0x23, "Complete restart set at mode selector; last power on unbattery backed"),
        (0x24, "Complete restart command via MPI; last power on unbattery backed"),
        (0xa0, "Automatic restart after battery backed power on according to parameter assignment")])),
        S7Comm.P.UInt8("s7comm.szl.0424.0000.anlinfo3", "anlinfo3", FieldBase.Hex),
        S7Comm.P.UInt8("s7comm.szl.0424.0000.anlinfo4", "anlinfo4", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "No startup type"), (0x1, "Complete restart in multicomputing"), (0x3, "Complete restart due to switch setting"),
        (0x4, "Complete restart command via MPI"), (0xa, "Restart in multicomputing"), (0xb, "Restart set at mode selector"),
        (0xc, "Restart command via MPI"), (0x10, "Automatic complete restart after battery-backed power on"),
        (0x13, "Complete restart set at mode selector; last power on battery backed"),
        (0x14, "Complete restart command via MPI; last power on battery backed"),
        (0x20, "Automatic complete restart after non battery backed power on (with memory reset by system)"),
        (0x23, "Complete restart set at mode selector; last power on unbattery backed"),
        (0x24, "Complete restart command via MPI; last power on unbattery backed"),
        (0xa0, "Automatic restart after battery backed power on according to parameter assignment")])),
        S7Comm.P.Bytes("s7comm.szl.0424.0000.time", "time").Of(8));
    static readonly Field ComponentIndex = S7Comm.P.UInt16("s7comm.szl.001c.000x.index", "Index", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Name of the automation system"), (0x2, "Name of the module"), (0x3, "Plant designation of the module"),
        (0x4, "Copyright entry"), (0x5, "Serial number of the module"), (0x7, "Module type name"),
        (0x8, "Serial number of the memory card"), (0x9, "Manufacturer and profile of a CPU module"), (0xa, "OEM ID of a module"),
        (0xb, "Location ID of a module")]));
    static readonly Field ComponentReserved = S7Comm.P.Bytes("s7comm.szl.001c.000x.res", "Reserved");
    static readonly Field SystemName = S7Comm.P.String("s7comm.szl.001c.0001.name", "Name (Name of the PLC)");
    static readonly Field ModuleName = S7Comm.P.String("s7comm.szl.001c.0002.name", "Name (Name of the module)");
    static readonly Field PlantName = S7Comm.P.String("s7comm.szl.001c.0003.tag", "Tag (Plant identification of the module)");
    static readonly Field Copyright = S7Comm.P.String("s7comm.szl.001c.0004.copyright", "Copyright");
    static readonly Field SerialNumber = S7Comm.P.String("s7comm.szl.001c.0005.serialn", "Serialn (Serialnumber of the module)");
    static readonly Field TypeName = S7Comm.P.String("s7comm.szl.001c.0007.cputypname", "Cputypname (Module type namee)");
    static readonly Field CardNumber = S7Comm.P.String("s7comm.szl.001c.0008.snmcmmc", "Sn_mc/mmc (Serial number of the Memory Card/Micro Memory Card)");

    static readonly Field DiagnosticField = S7Comm.P.Label("s7comm.cpu.diag_msg", "CPU diagnostic message");
    static readonly ValueNames EventClasses = ValueNames.Of(() => [
        (0x1, "Standard OB events"), (0x2, "Synchronous errors"), (0x3, "Asynchronous errors"), (0x4, "Mode transitions"),
        (0x5, "Run-time events"), (0x6, "Communication events"), (0x7, "Events for fail-safe and fault-tolerant systems"),
        (0x8, "Standardized diagnostic data on modules"), (0x9, "Predefined user events"), (0xa, "Freely definable events"),
        (0xb, "Freely definable events"), (0xc, "Reserved"), (0xd, "Reserved"), (0xe, "Reserved"),
        (0xf, "Events for modules other than CPUs")]);
    static readonly Layout DiagnosticRows = new(
        S7Comm.P.UInt16("s7comm.cpu.diag_msg.eventid", "Event ID", FieldBase.Hex).Summary(
            S7Comm.P.UInt16("s7comm.cpu.diag_msg.eventid.class", "Event class", FieldBase.Hex, EventClasses, mask: 0xf000),
            S7Comm.P.Flag("s7comm.cpu.diag_msg.eventid.ident.entleave", "Event entering state", 16, 0x100, ValueNames.Flag("Event entering", "Event leaving")),
            S7Comm.P.Flag("s7comm.cpu.diag_msg.eventid.ident.diagbuf", "Entry in diagnostic buffer", 16, 0x200),
            S7Comm.P.Flag("s7comm.cpu.diag_msg.eventid.ident.interr", "Internal error", 16, 0x400),
            S7Comm.P.Flag("s7comm.cpu.diag_msg.eventid.ident.exterr", "External error", 16, 0x800),
            S7Comm.P.UInt16("s7comm.cpu.diag_msg.eventid.nr", "Event number", FieldBase.Hex, mask: 0xff)),
        S7Comm.P.UInt8("s7comm.cpu.diag_msg.prioclass", "Priority class"),
        S7Comm.P.UInt8("s7comm.cpu.diag_msg.obnumber", "OB number"),
        S7Comm.P.UInt16("s7comm.cpu.diag_msg.datid", "DatID", FieldBase.Hex),
        S7Comm.P.UInt16("s7comm.cpu.diag_msg.info1", "INFO1 Additional information 1", FieldBase.Hex),
        S7Comm.P.UInt32("s7comm.cpu.diag_msg.info2", "INFO2 Additional information 2", FieldBase.Hex));

    public static void Dissect(Packet p, in View v, Node tree, bool isAnswer, int length)
    {
        int id = v.U16(0), index = v.U16(2), list = id & 0xff;
        p.Info.Append($" ID=0x{id:x4} Index=0x{index:x4}");
        p.AppendLabel(tree, $" (SZL-ID: 0x{id:x4}, Index: 0x{index:x4})");
        int at = p.AddRows(tree, v, 0, ListHead);
        var indexNode = p.Add(tree, ListIndex, v, at);
        if (id is 0x0111 or 0x0112 or 0x0113 or 0x0114 or 0x0115 or 0x0116 or 0x0118 or 0x0119 or 0x011c or 0x0121 or 0x0131 or 0x0132 or 0x0174 or 0x0222 or 0x031c or 0x0524)
        {
            p.AppendLabel(indexNode, $" [{Indices.FindOr((uint)((id << 16) | index), "No description available")}]");
        }

        if (!isAnswer || length < 8)
        {
            return;
        }

        int size = v.U16(4), count = v.U16(6);
        at = p.AddRows(tree, v, 4, ListSizes);
        for (int i = 1; i <= count && at + size <= length && size > 0; i++, at += size)
        {
            var record = p.Add(tree, ListTree, v, at, size);
            p.Label(record, $"SZL data tree (list count no. {i})");
            if (RowsOf(id, index, size) is { } rows)
            {
                p.AddRows(record, v, at, rows);
            }
            else if (list == 0xa0 && size == DiagnosticRecord)
            {
                Diagnostic(p, v, record, at, inColumn: false);
            }
            else if (list == 0x1c && size == 34)
            {
                Component(p, v, record, at);
            }
            else
            {
                p.Add(record, ListData, v, at, size);
            }
        }
    }

    static Layout? RowsOf(int id, int index, int size) => (id & 0xff, id, index, size) switch
    {
        (0x11, _, _, 28) => Identification,
        (_, 0x0013 or 0x0113, _, 36) => MemoryAreas,
        (_, 0x0131, 4, 40) => ObjectManagement,
        (_, 0x0132, 2, 40) => TestStatus,
        (_, 0x0132, 4, 40) => Protection,
        (_, 0x0424, _, 20) => ModeNow,
        _ => null,
    };

    static void Component(Packet p, in View v, Node tree, int at)
    {
        p.Add(tree, ComponentIndex, v, at);
        int index = v.U16(at) & 0xff, length = index is 4 ? 26 : index is 7 or 8 ? 32 : 24;
        Field? field = index switch
        {
            1 => SystemName,
            2 => ModuleName,
            3 => PlantName,
            4 => Copyright,
            5 => SerialNumber,
            7 => TypeName,
            8 => CardNumber,
            _ => null,
        };
        if (field is null)
        {
            p.Add(tree, ListData, v, at + 2, 32);
            return;
        }

        p.Add(tree, field, v, at + 2, length);
        if (length < 32)
        {
            p.Add(tree, ComponentReserved, v, at + 2 + length, 32 - length);
        }
    }

    /// <summary>An entry of the diagnostic buffer.</summary>
    public static void Diagnostic(Packet p, in View v, Node tree, int at, bool inColumn)
    {
        int id = v.U16(at);
        var node = p.Add(tree, DiagnosticField, v, at, DiagnosticRecord);
        if (S7Events.Find(id) is { } name)
        {
            p.AppendLabel(node, $": Event='{name}'");
            if (inColumn)
            {
                p.Info.Append($" Event='{name}'");
            }
        }
        else
        {
            p.AppendLabel(node, $": EventID=0x{id:x4}");
            if (inColumn)
            {
                p.Info.Append($" EventID=0x{id:x4}");
            }
        }

        int end = p.AddRows(node, v, at, DiagnosticRows);
        S7UserData.Clock(p, v, node, end, isLong: false);
    }
}
