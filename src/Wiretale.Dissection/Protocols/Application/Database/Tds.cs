using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Database;

// Specification: MS-TDS, Tabular Data Stream Protocol. TCP port 1433: packets of up to 32 kB; what is asked, the heads of procedure calls and the
// tokens that end answers are shown, columns and rows are not taken apart.
//
//   | Type | Status | Length of all (16 bits) | Channel (16 bits) | Number | Window | ...

/// <summary>Tabular Data Stream, of Microsoft's and Sybase's servers.</summary>
public sealed class Tds() : Dissector("tds")
{
    const int HeaderLength = 8, Batch = 1, ProcedureCall = 3, Response = 4, LastType = 18, EndOfMessage = 1;
    const int DoneToken = 0xfd, DoneProcedureToken = 0xfe, DoneInProcedureToken = 0xff;

    static readonly Protocol P = new("Tabular Data Stream", "TDS", "tds");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "SQL batch"), (2, "TDS4/5 login"), (3, "Remote Procedure Call"), (4, "Response"), (5, "Unused"), (6, "Attention"), (7, "Bulk load data"), (8, "Unused"),
        (9, "Unused"), (10, "Unused"), (11, "Unused"), (12, "Unused"), (13, "Unused"), (14, "Transaction Manager Request"), (15, "TDS5 query"), (16, "TDS7 login"),
        (17, "SSPI message"), (18, "TDS7 pre-login message"), (23, "TLS exchange")]);
    static readonly Layout Header = new(
        P.UInt8("tds.type", "Type", FieldBase.Dec, Types, blurb: "Packet type"),
        P.UInt8("tds.status", "Status", FieldBase.Hex).Summary(
            P.Flag("tds.status.eom", "End of message", 8, 0x01), P.Flag("tds.status.ignore", "Ignore this event", 8, 0x02),
            P.Flag("tds.status.event_notif", "Event notification", 8, 0x04), P.Flag("tds.status.reset_conn", "Reset connection", 8, 0x08),
            P.Flag("tds.status.reset_conn_skip_tran", "Reset connection keeping transaction state", 8, 0x10)),
        P.UInt16("tds.length", "Length", blurb: "Packet length"), P.UInt16("tds.channel", "Channel", blurb: "Channel Number"),
        P.UInt8("tds.packet_number", "Packet Number"), P.UInt8("tds.window", "Window"));

    static readonly Field HeadersLength = P.UInt32("tds.all_headers.total_length", "Total length"), OneLength = P.UInt32("tds.all_headers.header.length", "Length");
    static readonly Field OneType = P.UInt16("tds.all_headers.header.type", "Type", FieldBase.Hex, ValueNames.Of(() => [(1, "Query notifications"), (2, "Transaction descriptor")]));
    static readonly Field Descriptor = P.UInt64("tds.all_headers.header.trans_descr", "Transaction descriptor"), Outstanding = P.UInt32("tds.all_headers.header.request_count", "Outstanding request count");
    static readonly Field Query = P.String("tds.query", "Query");

    static readonly Field Procedure = P.Label("tds.rpc", "Remote Procedure Call"), NameLength = P.UInt16("tds.rpc.name_length", "Procedure name length"),
        Name = P.String("tds.rpc.name", "Procedure name");
    static readonly Field ProcedureId = P.UInt16("tds.rpc.proc_id", "Stored procedure ID", FieldBase.Dec, ValueNames.Of(() => [
        (1, "sp_cursor"), (2, "sp_cursoropen"), (3, "sp_cursorprepare"), (4, "sp_cursorexecute"), (5, "sp_cursorprepexec"), (6, "sp_cursorunprepare"), (7, "sp_cursorfetch"),
        (8, "sp_cursoroption"), (9, "sp_cursorclose"), (10, "sp_executesql"), (11, "sp_prepare"), (12, "sp_execute"), (13, "sp_prepexec"), (14, "sp_prepexecrpc"),
        (15, "sp_unprepare")]));
    static readonly Field OptionFlags = P.UInt16("tds.rpc.options", "Option flags", FieldBase.Hex);
    static readonly Field[] OptionBits =
    [
        P.Flag("tds.rpc.options.with_recomp", "With recompile", 16, 0x1), P.Flag("tds.rpc.options.no_metadata", "No metadata", 16, 0x2),
        P.Flag("tds.rpc.options.reuse_metadata", "Reuse metadata", 16, 0x4),
    ];

    static readonly DoneFields Done = new("done", "Done", 0x17f), DoneProcedure = new("doneproc", "DoneProc", 0x1ff), DoneInProcedure = new("doneinproc", "DoneInProc", 0x177);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 1433, 2433);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (!v.Has(0, 1) || v.U8(0) is 0 or > LastType)
        {
            return 0;
        }

        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => v.U16(at + 2), One);
    }

    static void One(Packet p, in View v, Node parent)
    {
        int type = v.U8(0);
        p.SetProtocol("TDS");
        p.Info.Set(Types.FindOr((ulong)type, "Unknown Packet Type"));
        var tree = p.Open(P, v, parent);
        int at = p.AddRows(tree, v, 0, Header);
        bool isWhole = (v.U8(1) & EndOfMessage) != 0 && v.U8(6) <= 1;
        if (!isWhole)
        {
            return;
        }

        switch (type)
        {
            case Batch:
                var query = p.AddText(tree, v, at, v.ReportedFrom(at), "TDS Query Packet");
                at = StreamHeaders(p, v, query, at);
                p.AddString(query, Query, v, at, v.ReportedFrom(at), TextEncoding.Utf16LE);
                break;
            case ProcedureCall:
                Call(p, v, p.Add(tree, Procedure, v, at, v.ReportedFrom(at)), at);
                break;
            case Response:
                Tokens(p, v, tree, at);
                break;
            default:
                break;
        }
    }

    /// <summary>What goes before a request since version 7.2; older requests begin with their text.</summary>
    static int StreamHeaders(Packet p, in View v, Node tree, int at)
    {
        const int DescriptorType = 2, DescriptorLength = 18;
        if (!v.Has(at, 10) || v.U32LE(at) > 0x100 || v.U32LE(at + 4) + 4 > v.U32LE(at) || v.U32LE(at) > v.ReportedFrom(at))
        {
            return at;
        }

        int end = at + (int)v.U32LE(at);
        var all = p.AddText(tree, v, at, end - at, "Packet data stream headers");
        p.AddLE(all, HeadersLength, v, at);
        at += 4;
        while (at < end)
        {
            int length = (int)Math.Min(v.U32LE(at), 0x100), type = v.U16LE(at + 4);
            var one = p.AddText(all, v, at, length, "Header");
            p.AddLE(one, OneLength, v, at);
            p.AddLE(one, OneType, v, at + 4);
            if (type == DescriptorType && length == DescriptorLength)
            {
                p.AddLE(one, Descriptor, v, at + 6);
                p.AddLE(one, Outstanding, v, at + 14);
            }

            at += Math.Max(length, 6);
        }

        return end;
    }

    static void Call(Packet p, in View v, Node tree, int at)
    {
        const ushort ById = 0xffff;
        at = StreamHeaders(p, v, tree, at);
        int length = v.U16LE(at);
        p.AddLE(tree, NameLength, v, at);
        at += 2;
        if (length == ById)
        {
            p.AddLE(tree, ProcedureId, v, at);
            at += 2;
        }
        else
        {
            v.Ensure(at, 2 * length);
            p.AddString(tree, Name, v, at, 2 * length, TextEncoding.Utf16LE);
            at += 2 * length;
        }

        p.AddBits(tree, OptionFlags, v, at, OptionBits, 2, littleEndian: true);
    }

    /// <summary>The tokens that say a statement is done, as long as nothing else stands between them.</summary>
    static void Tokens(Packet p, in View v, Node tree, int at)
    {
        const int TokenLength = 13;
        while (at < v.Reported)
        {
            var fields = v.U8(at) switch { DoneToken => Done, DoneProcedureToken => DoneProcedure, DoneInProcedureToken => DoneInProcedure, _ => null };
            if (fields is null)
            {
                return;
            }

            v.Ensure(at, TokenLength);
            fields.Add(p, v, tree, at);
            at += TokenLength;
        }
    }

    /// <summary>A token that ends a statement; there are three of the same form.</summary>
    sealed class DoneFields(string name, string label, ulong mask)
    {
        readonly Field token = P.Label($"tds.{name}", $"Token - {label}"), status = P.UInt16($"tds.{name}.status", "Status flags", FieldBase.Hex, mask: mask),
            operation = P.UInt16($"tds.{name}.curcmd", "Operation", FieldBase.Hex), rows = P.UInt64($"tds.{name}.donerowcount64", "Row count");

        readonly Field[] bits = Bits(name, mask);

        public void Add(Packet p, in View v, Node tree, int at)
        {
            var node = p.Add(tree, token, v, at, 13);
            p.AddBits(node, status, v, at + 1, bits, 2, littleEndian: true, sumUp: true);
            p.AddLE(node, operation, v, at + 3);
            p.AddLE(node, rows, v, at + 5);
        }

        static Field[] Bits(string name, ulong mask)
        {
            var yes = ValueNames.YesNo;
            (string Name, string Label, ulong Bit, ValueNames Names)[] all =
            [
                ("more", "More", 0x1, ValueNames.Flag("More tokens follow", "Final done token")), ("error", "Error", 0x2, yes), ("inxact", "In Transaction", 0x4, yes),
                ("proc", "Procedure", 0x8, yes), ("count", "Row count valid", 0x10, ValueNames.Flag("Valid", "Invalid")), ("attn", "Acknowledge ATTN", 0x20, yes),
                ("event", "Event", 0x40, yes), ("rpcinbatch", "RPC in batch", 0x80, yes), ("srverror", "Server Error", 0x100, yes),
            ];
            var found = new List<Field>();
            foreach (var one in all)
            {
                if ((one.Bit & mask) != 0)
                {
                    found.Add(P.Flag($"tds.{name}.status.{one.Name}", one.Label, 16, one.Bit, one.Names));
                }
            }

            return [.. found];
        }
    }
}
