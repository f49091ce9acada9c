using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Industry;

/// <summary>Reading and writing variables.</summary>
static class S7Variables
{
    const int AnySyntax = 0x10, NckSyntax = 0x82, DriveSyntax = 0xa2, DatabaseSyntax = 0xb0;
    const int Record = 1, Counters = 0x1c, Timers = 0x1d, DataBlocks = 0x84, InstanceBlocks = 0x85;

    static readonly ValueNames Syntaxes = ValueNames.Of(() => [
        (AnySyntax, "S7ANY"), (0x13, "PBC-R_ID"), (0x15, "ALARM_LOCKFREE"), (0x16, "ALARM_IND"), (0x19, "ALARM_ACK"), (0x1a, "ALARM_QUERYREQ"),
        (0x1c, "NOTIFY_IND"), (NckSyntax, "NCK"), (0x83, "NCK_M"), (0x84, "NCK_I"), (DriveSyntax, "DRIVEESANY"), (0xb2, "1200SYM"), (DatabaseSyntax, "DBREAD")]);
    static readonly ValueNames Sizes = ValueNames.Of(() => [
        (1, "BIT"), (2, "BYTE"), (3, "CHAR"), (4, "WORD"), (5, "INT"), (6, "DWORD"), (7, "DINT"), (8, "REAL"), (10, "TOD"), (11, "TIME"),
        (12, "S5TIME"), (15, "DATE_AND_TIME"), (28, "COUNTER"), (29, "TIMER"), (30, "IEC TIMER"), (31, "IEC COUNTER"), (32, "HS COUNTER")]);
    static readonly ValueNames Areas = ValueNames.Of(() => [
        (Record, "Data record"), (0x3, "System info of 200 family"), (0x5, "System flags of 200 family"), (0x6, "Analog inputs of 200 family"),
        (0x7, "Analog outputs of 200 family"), (0x80, "Direct peripheral access (P)"), (0x81, "Inputs (I)"), (0x82, "Outputs (Q)"),
        (0x83, "Flags (M)"), (DataBlocks, "Data blocks (DB)"), (InstanceBlocks, "Instance data blocks (DI)"), (0x86, "Local data (L)"),
        (0x87, "Unknown yet (V)"), (Counters, "S7 counters (C)"), (Timers, "S7 timers (T)"), (0x1e, "IEC counters (200 family)"),
        (0x1f, "IEC timers (200 family)")]);
    static readonly ValueNames NckAreas = ValueNames.Of(() => [
        (0, "N - NCK"), (1, "B - Mode group"), (2, "C - Channel"), (3, "A - Axis"), (4, "T - Tool"), (5, "V - Feed drive"), (6, "M - Main drive"), (7, "M - MMC")]);
    static readonly ValueNames ReturnCodes = ValueNames.Of(() => [
        (0x0, "Reserved"), (0x1, "Hardware error"), (0x3, "Accessing the object not allowed"), (0x5, "Invalid address"),
        (0x6, "Data type not supported"), (0x7, "Data type inconsistent"), (0xa, "Object does not exist"), (0xff, "Success")]);
    static readonly ValueNames TransportSizes = ValueNames.Of(() => [
        (0x0, "NULL"), (0x3, "BIT"), (0x4, "BYTE/WORD/DWORD"), (0x5, "INTEGER"), (0x6, "DINTEGER"), (0x7, "REAL"), (0x9, "OCTET STRING"),
        (0x11, "NCK ADDRESS1"), (0x12, "NCK ADDRESS2")]);

    public static readonly Field ItemCount = S7Comm.P.UInt8("s7comm.param.itemcount", "Item count", blurb: "Number of Items in parameter/data part");
    static readonly Field Item = S7Comm.P.Label("s7comm.param.item", "Item");
    static readonly Field SubItem = S7Comm.P.Label("s7comm.param.subitem", "Subitem");
    static readonly Field Specification = S7Comm.P.UInt8("s7comm.param.item.varspec", "Variable specification", FieldBase.Hex);
    static readonly Field SpecificationLength = S7Comm.P.UInt8("s7comm.param.item.varspec_length", "Length of following address specification");
    static readonly Field Syntax = S7Comm.P.UInt8("s7comm.param.item.syntaxid", "Syntax Id", FieldBase.Hex, Syntaxes, blurb: "Syntax Id, format type of following address specification");
    static readonly Field Size = S7Comm.P.UInt8("s7comm.param.item.transp_size", "Transport size", FieldBase.Dec, Sizes);
    static readonly Field ItemLength = S7Comm.P.UInt16("s7comm.param.item.length", "Length");
    static readonly Field Database = S7Comm.P.UInt16("s7comm.param.item.db", "DB number");
    static readonly Field Area = S7Comm.P.UInt8("s7comm.param.item.area", "Area", FieldBase.Hex, Areas);
    static readonly Field Address = S7Comm.P.UInt24("s7comm.param.item.address", "Address", FieldBase.Hex);
    static readonly Field ByteAddress = S7Comm.P.UInt24("s7comm.param.item.address.byte", "Byte Address", mask: 0x7fff8);
    static readonly Field BitAddress = S7Comm.P.UInt24("s7comm.param.item.address.bit", "Bit Address", mask: 0x7);
    static readonly Field NumberAddress = S7Comm.P.UInt24("s7comm.param.item.address.number", "Number (T/C/BLOCK)", mask: 0xffff);
    static readonly Field RecordLength = S7Comm.P.UInt16("s7comm.readrec.mlen", "Rdrec Mlen", blurb: "Max. length in bytes of the data record data to be read");
    static readonly Field RecordIndex = S7Comm.P.UInt16("s7comm.readrec.index", "Rdrec Index", FieldBase.Hex, blurb: "Data record number");
    static readonly Field RecordId = S7Comm.P.UInt24("s7comm.readrec.id", "Rdrec ID", blurb: "Diagnostic address");
    static readonly Field AreaCount = S7Comm.P.UInt8("s7comm.param.item.dbread.numareas", "Number of areas", blurb: "Number of area specifications following");
    static readonly Layout AreaRows = new(
        S7Comm.P.UInt8("s7comm.param.item.dbread.length", "Bytes to read", blurb: "Number of bytes to read"),
        S7Comm.P.UInt16("s7comm.param.item.dbread.db", "DB number"),
        S7Comm.P.UInt16("s7comm.param.item.dbread.startaddress", "Start address"));
    static readonly Layout DriveRows = new(
        S7Comm.P.UInt8("s7comm.param.item.driveesany.unknown1", "DriveES Unknown 1"),
        S7Comm.P.UInt16("s7comm.param.item.driveesany.unknown2", "DriveES Unknown 2"),
        S7Comm.P.UInt16("s7comm.param.item.driveesany.unknown3", "DriveES Unknown 3", FieldBase.Hex),
        S7Comm.P.UInt16("s7comm.param.item.driveesany.parameternr", "DriveES Parameter number"),
        S7Comm.P.UInt16("s7comm.param.item.driveesany.parameteridx", "DriveES Parameter index"));
    static readonly Layout NckRows = new(
        S7Comm.P.UInt8("s7comm.param.item.nck.area_unit", "NCK Area/Unit", FieldBase.Hex, blurb: "NCK Area/Unit: Bitmask aaauuuuu: a=area, u=unit"),
        Row.Skip(-1),
        S7Comm.P.UInt8("s7comm.param.item.nck.area", "NCK Area", FieldBase.Dec, NckAreas, mask: 0xe0),
        S7Comm.P.UInt8("s7comm.param.item.nck.unit", "NCK Unit", mask: 0x1f),
        S7Comm.P.UInt16("s7comm.param.item.nck.column", "NCK Column number"),
        S7Comm.P.UInt16("s7comm.param.item.nck.line", "NCK Line number"),
        S7Comm.P.UInt8("s7comm.param.item.nck.module", "NCK Module", FieldBase.Hex, ValueNames.Of(() => S7Names.NckModules)),
        S7Comm.P.UInt8("s7comm.param.item.nck.linecount", "NCK Linecount"));

    public static readonly Field DataItem = S7Comm.P.Label("s7comm.data.item", "Item");
    public static readonly Field ReturnCode = S7Comm.P.UInt8("s7comm.data.returncode", "Return code", FieldBase.Hex, ReturnCodes);
    public static readonly Field TransportSize = S7Comm.P.UInt8("s7comm.data.transportsize", "Transport size", FieldBase.Hex, TransportSizes,
        blurb: "Data type / Transport size. If 3, 4 or 5 the following length gives the number of bits, otherwise the number of bytes.");
    public static readonly Field DataLength = S7Comm.P.UInt16("s7comm.data.length", "Length", blurb: "Length of data");
    public static readonly Field ItemData = S7Comm.P.Bytes("s7comm.resp.data", "Data");
    static readonly Field FillByte = S7Comm.P.UInt8("s7comm.data.fillbyte", "Fill byte", FieldBase.Hex);

    public static void Dissect(Packet p, in View v, Node tree, Node branch, int at, int dataAt, int data, bool isJob, bool isRead)
    {
        int count = v.U8(at);
        p.Add(branch, ItemCount, v, at++);
        if (isJob)
        {
            Addresses(p, v, branch, at, count);
        }

        if (data > 0 && !(isJob && isRead))
        {
            v.Ensure(dataAt, data);
            var dataTree = p.Add(tree, S7Comm.DataField, v, dataAt, data);
            Values(p, v, dataTree, dataAt, count, onlyCodes: !isJob && !isRead);
        }
    }

    public static int Addresses(Packet p, in View v, Node branch, int at, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            int start = at;
            at = AddAddress(p, v, branch, at, i);

            // Items begin at even offsets.
            at += (at - start) % 2 != 0 && i < count ? 1 : 0;
        }

        return at;
    }

    static int AddAddress(Packet p, in View v, Node branch, int at, int index)
    {
        int type = v.U8(at), length = v.U8(at + 1), syntax = v.U8(at + 2), end = at + 2 + length;
        var node = p.Add(branch, Item, v, at, Math.Min(length + 2, v.ReportedFrom(at)));
        p.Label(node, $"Item [{index}]:");
        p.AddAll(node, v, at, Specification, SpecificationLength, Syntax);
        at += 3;
        if (type == 0x12 && length == 10 && syntax == AnySyntax)
        {
            Any(p, v, node, at);
        }
        else if (type == 0x12 && length >= 7 && syntax == DatabaseSyntax)
        {
            int areas = v.U8(at);
            p.AppendLabel(node, $" ({areas} Data-Areas of Syntax-Id DBREAD)");
            p.Add(node, AreaCount, v, at++);
            for (int i = 1; i <= areas; i++, at += 5)
            {
                var part = p.Add(node, SubItem, v, at, 5);
                p.Label(part, $"Subitem [{i}]: (DB{v.U16(at + 1)}.DBB {v.U16(at + 3)} BYTE {v.U8(at)})");
                p.AddRows(part, v, at, AreaRows);
            }
        }
        else if (type == 0x12 && length == 8 && syntax is >= NckSyntax and <= NckSyntax + 2)
        {
            p.AppendLabel(node, $" (NCK Area:{v.U8(at) >> 5} Unit:{v.U8(at) & 0x1f} Column:{v.U16(at + 1)} Line:{v.U16(at + 3)} Module:0x{v.U8(at + 5):x2})");
            p.AddRows(node, v, at, NckRows);
        }
        else if (type == 0x12 && length == 10 && syntax == DriveSyntax)
        {
            p.AppendLabel(node, $" (DriveES Parameter: {v.U16(at + 5)}[{v.U16(at + 7)}])");
            p.AddRows(node, v, at, DriveRows);
        }
        else
        {
            p.AppendLabel(node, " Unknown variable specification");
        }

        return end;
    }

    static void Any(Packet p, in View v, Node node, int at)
    {
        int size = v.U8(at), length = v.U16(at + 1), db = v.U16(at + 3), area = v.U8(at + 5), address = (int)v.U24(at + 6);
        p.Add(node, Size, v, at);
        if (area == Record)
        {
            p.AppendLabel(node, $" (RECORD MLEN={length} INDEX=0x{db:x4} ID={address})");
            p.Add(node, RecordLength, v, at + 1);
            p.Add(node, RecordIndex, v, at + 3);
            p.Add(node, Area, v, at + 5);
            p.Add(node, RecordId, v, at + 6);
            return;
        }

        p.AddAll(node, v, at + 1, ItemLength, Database, Area);
        var addressNode = p.Add(node, Address, v, at + 6);
        if (area is Counters or Timers)
        {
            p.Add(addressNode, NumberAddress, v, at + 6);
            p.AppendLabel(node, $" ({(area == Timers ? 'T' : 'C')} {address & 0xffff})");
            return;
        }

        p.Add(addressNode, ByteAddress, v, at + 6);
        p.Add(addressNode, BitAddress, v, at + 6);
        switch (area)
        {
            case DataBlocks:
                p.AppendLabel(node, $" (DB {db}.DBX ");
                break;
            case InstanceBlocks:
                p.AppendLabel(node, $" (DI {db}.DIX ");
                break;
            default:
                if (ShortArea(area) is { } name)
                {
                    p.AppendLabel(node, $" ({name} ");
                }
                else
                {
                    p.AppendLabel(node, $" (unknown area 0x{area:x2} ");
                }

                break;
        }

        p.AppendLabel(node, $"{address >> 3 & 0xffff}.{address & 7} ");
        if (Sizes.Find((uint)size) is { } sizeName)
        {
            p.AppendLabel(node, $"{sizeName} {length})");
        }
        else
        {
            p.AppendLabel(node, $"Unknown transport size: 0x{size:x2} {length})");
        }
    }

    static string? ShortArea(int area) => area switch
    {
        0x3 => "SI200",
        0x5 => "SF200",
        0x6 => "AI200",
        0x7 => "AO",
        0x80 => "P",
        0x81 => "I",
        0x82 => "Q",
        0x83 => "M",
        0x86 => "L",
        0x87 => "V",
        0x1e => "C200",
        0x1f => "T200",
        _ => null,
    };

    public static void Values(Packet p, in View v, Node tree, int at, int count, bool onlyCodes)
    {
        for (int i = 1; i <= count; i++)
        {
            int code = v.U8(at), size = 0, length = 0, header = onlyCodes ? 1 : 4, fill = 0;
            if (!onlyCodes && code is 0xff or 0)
            {
                size = v.U8(at + 1);
                length = ByteLength(size, v.U16(at + 2));
                fill = length % 2 != 0 && i < count ? 1 : 0;
            }

            string name = ReturnCodes.FindOr((uint)code, "Unknown");
            var node = p.Add(tree, DataItem, v, at, header + length + fill);
            p.Label(node, $"Item [{i}]: ({name})");
            p.Add(node, ReturnCode, v, at);
            if (!onlyCodes)
            {
                p.Add(node, TransportSize, v, at + 1);
                p.AddUInt(node, DataLength, v, at + 2, 2, (uint)length);
            }

            if (length > 0)
            {
                p.Add(node, ItemData, v, at + header, length);
            }

            if (fill > 0)
            {
                p.Add(node, FillByte, v, at + header + length);
            }

            at += header + length + fill;
        }
    }

    /// <summary>Lengths of bits and integers are in bits.</summary>
    static int ByteLength(int size, int length) => size is 3 or 4 or 5 ? (length + 7) / 8 : length;
}
