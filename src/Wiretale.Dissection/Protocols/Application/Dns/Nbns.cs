using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 1002, section 4.2: a DNS message whose names are NetBIOS names, in the first-level encoding of RFC 1001, section 14.1.

/// <summary>NetBIOS Name Service.</summary>
public sealed class Nbns() : Dissector("nbns")
{
    const ushort TypeName = 32, TypeStatus = 33;
    const int OpcodeWait = 7;

    static readonly Protocol P = new("NetBIOS Name Service", "NBNS", "nbns");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [.. NetBiosNames.Opcodes]);
    static readonly ValueNames ResponseCodes = ValueNames.Of(() => [.. NetBiosNames.ResponseCodes]);
    static readonly ValueNames Types = ValueNames.Of(() => [(TypeName, "NB"), (TypeStatus, "NBSTAT")]);
    static readonly ValueNames Services = ValueNames.Of(() => [.. NetBiosNames.Services]);
    static readonly ValueNames NodeTypes = ValueNames.Of(() => [(0, "B-node"), (0x2000, "P-node"), (0x4000, "M-node")]);

    static readonly Field Id = P.UInt16("nbns.id", "Transaction ID", FieldBase.Hex, blurb: "Identification of transaction");
    static readonly Field Flags = P.UInt16("nbns.flags", "Flags", FieldBase.Hex);
    static readonly Field Response = Flag("nbns.flags.response", "Response", 0x8000, "Message is a response", "Message is a query", "Is the message a response?");
    static readonly Field Opcode = P.UInt16("nbns.flags.opcode", "Opcode", FieldBase.Dec, Opcodes, 0x7800, "Operation code");
    static readonly Field Authoritative = Flag("nbns.flags.authoritative", "Authoritative", 0x0400, "Server is an authority for domain", "Server is not an authority for domain", "Is the server is an authority for the domain?");
    static readonly Field Truncated = Flag("nbns.flags.truncated", "Truncated", 0x0200, "Message is truncated", "Message is not truncated", "Is the message truncated?");
    static readonly Field RecursionDesired = Flag("nbns.flags.recdesired", "Recursion desired", 0x0100, "Do query recursively", "Don't do query recursively", "Do query recursively?");
    static readonly Field RecursionAvailable = Flag("nbns.flags.recavail", "Recursion available", 0x0080, "Server can do recursive queries", "Server can't do recursive queries", "Can the server do recursive queries?");
    static readonly Field Broadcast = Flag("nbns.flags.broadcast", "Broadcast", 0x0010, "Broadcast packet", "Not a broadcast packet", "Is this a broadcast packet?");
    static readonly Field ResponseCode = P.UInt16("nbns.flags.rcode", "Reply code", FieldBase.Dec, ResponseCodes, 0x000f);
    static readonly Field[] Counts =
    [
        P.UInt16("nbns.count.queries", "Questions", blurb: "Number of queries in packet"),
        P.UInt16("nbns.count.answers", "Answer RRs", blurb: "Number of answers in packet"),
        P.UInt16("nbns.count.auth_rr", "Authority RRs", blurb: "Number of authoritative records in packet"),
        P.UInt16("nbns.count.add_rr", "Additional RRs", blurb: "Number of additional records in packet"),
    ];
    static readonly Field Name = P.String("nbns.name", "Name");
    static readonly Field StatusName = P.String("nbns.netbios_name", "Name");
    static readonly Field Type = P.UInt16("nbns.type", "Type", FieldBase.Dec, Types);
    static readonly Field Class = P.UInt16("nbns.class", "Class", FieldBase.Dec, DnsItems.ClassNames);
    static readonly Field TimeToLive = P.UInt32("nbns.ttl", "Time to live");
    static readonly Field DataLength = P.UInt16("nbns.data_length", "Data length");
    static readonly Field AddressFlags = P.UInt16("nbns.nb_flags", "Name flags", FieldBase.Hex);
    static readonly Field AddressGroup = Flag("nbns.nb_flags.group", "Name type", 0x8000, "Group name", "Unique name");
    static readonly Field AddressNode = P.UInt16("nbns.nb_flags.ont", "ONT", FieldBase.Dec, NodeTypes, 0x6000);
    static readonly Field NodeAddress = P.IPv4("nbns.addr", "Addr");
    static readonly Field NumberOfNames = P.UInt8("nbns.number_of_names", "Number of names");
    static readonly Field NameFlags = P.UInt16("nbns.name_flags", "Name flags", FieldBase.Hex);
    static readonly Field NameGroup = Flag("nbns.name_flags.group", "Name type", 0x8000, "Group name", "Unique name");
    static readonly Field NameNode = P.UInt16("nbns.name_flags.ont", "ONT", FieldBase.Dec, NodeTypes, 0x6000);
    static readonly Field[] NameStates =
    [
        P.Flag("nbns.name_flags.drg", "Name is being deregistered", 16, 0x1000, ValueNames.YesNo),
        P.Flag("nbns.name_flags.cnf", "Name is in conflict", 16, 0x0800, ValueNames.YesNo),
        P.Flag("nbns.name_flags.act", "Name is active", 16, 0x0400, ValueNames.YesNo),
        P.Flag("nbns.name_flags.prm", "Permanent node name", 16, 0x0200, ValueNames.YesNo),
    ];
    static readonly Field UnitId = P.Ether("nbns.unit_id", "Unit ID");
    static readonly Field[] Statistics =
    [
        P.UInt8("nbns.jumpers", "Jumpers", FieldBase.Hex), P.UInt8("nbns.test_result", "Test result", FieldBase.Hex),
        P.UInt16("nbns.version_number", "Version number", FieldBase.Hex), P.UInt16("nbns.period_of_statistics", "Period of statistics", FieldBase.Hex),
        P.UInt16("nbns.num_crcs", "Number of CRCs"), P.UInt16("nbns.num_alignment_errors", "Number of alignment errors"),
        P.UInt16("nbns.num_collisions", "Number of collisions"), P.UInt16("nbns.num_send_aborts", "Number of send aborts"),
        P.UInt32("nbns.num_good_sends", "Number of good sends"), P.UInt32("nbns.num_good_receives", "Number of good receives"),
        P.UInt16("nbns.numretransmits", "Number of retransmits"), P.UInt16("nbns.num_no_resource_conditions", "Number of no resource conditions"),
        P.UInt16("nbns.numcommand_blocks", "Number of command blocks"), P.UInt16("nbns.numpending_sessions", "Number of pending sessions"),
        P.UInt16("nbns.max_num_pending_sessions", "Max number of pending sessions"), P.UInt16("nbns.max_total_sessions_possible", "Max total sessions possible"),
        P.UInt16("nbns.session_data_packet_size", "Session data packet size"),
    ];
    static readonly Field Data = P.Bytes("nbns.data", "Data");
    static readonly Expert Incomplete = P.Expert("nbns.incomplete_entry", Severity.Error, ExpertGroup.Malformed, "incomplete entry");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 137);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("NBNS");
        p.Info.Clear();
        v.Ensure(0, 4);
        ushort flags = v.U16(2);
        int opcode = (flags >> 11) & 15;
        AddSummary(p, flags, opcode);
        var tree = p.Open(P, v, parent);
        p.Add(tree, Id, v, 0);
        AddFlags(p, v, tree, 2, flags);
        for (int i = 0; i < Counts.Length; i++)
        {
            p.Add(tree, Counts[i], v, 4 + (2 * i));
        }

        int at = 12;
        at = AddSection(p, v, tree, at, v.U16(4), "Queries", opcode, isQuestion: true);
        at = AddSection(p, v, tree, at, v.U16(6), "Answers", opcode, isQuestion: false);
        at = AddSection(p, v, tree, at, v.U16(8), "Authoritative nameservers", opcode, isQuestion: false);
        AddSection(p, v, tree, at, v.U16(10), "Additional records", opcode, isQuestion: false, quiet: true);
        return v.Reported;
    }

    static Field Flag(string name, string label, ulong mask, string set, string notSet, string blurb = "") =>
        P.Flag(name, label, 16, mask, ValueNames.Flag(set, notSet), blurb);

    static void AddSummary(Packet p, ushort flags, int opcode)
    {
        if (Opcodes.Find((uint)opcode) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown operation ({opcode})");
        }

        if ((flags & 0x8000) != 0)
        {
            p.Info.Append(" response"u8);
            if ((flags & 15) != 0)
            {
                p.Info.Append(", "u8);
                p.Info.Append(ResponseCodes.FindOr(flags & 15u, "Unknown error"));
            }
        }
    }

    static void AddFlags(Packet p, in View v, Node tree, int at, ushort flags)
    {
        if (!p.WantsFields)
        {
            return;
        }

        bool isResponse = (flags & 0x8000) != 0;
        var node = p.Add(tree, Flags, v, at);
        string code = isResponse ? ResponseCodes.FindOr(flags & 15u, "Unknown") : "";
        p.Label(node, $"Flags: 0x{flags:x4}{(isResponse ? ", Response" : "")}, Opcode: {Opcodes.FindOr((uint)(flags >> 11) & 15, "Unknown")}{(isResponse && (flags & 0x0400) != 0 ? ", Authoritative" : "")}{((flags & 0x0200) != 0 ? ", Truncated" : "")}{((flags & 0x0100) != 0 ? ", Recursion desired" : "")}{(isResponse && (flags & 0x0080) != 0 ? ", Recursion available" : "")}{((flags & 0x0010) != 0 ? ", Broadcast" : "")}{(isResponse ? ", Reply code: " : "")}{code}");
        p.Add(node, Response, v, at);
        p.Add(node, Opcode, v, at);
        if (isResponse)
        {
            p.Add(node, Authoritative, v, at);
        }

        p.Add(node, Truncated, v, at);
        p.Add(node, RecursionDesired, v, at);
        if (isResponse)
        {
            p.Add(node, RecursionAvailable, v, at);
        }

        p.Add(node, Broadcast, v, at);
        if (isResponse)
        {
            p.Add(node, ResponseCode, v, at);
        }
    }

    static int AddSection(Packet p, in View v, Node tree, int at, int count, string title, int opcode, bool isQuestion, bool quiet = false)
    {
        if (count == 0)
        {
            return at;
        }

        v.Ensure(at, 1);
        int start = at;
        var section = p.AddText(tree, v, at, 0, title);
        for (int i = 0; i < count; i++)
        {
            at = AddEntry(p, v, section, at, opcode, isQuestion, quiet);
        }

        p.SetLength(section, at - start);
        return at;
    }

    static int AddEntry(Packet p, in View v, Node section, int at, int opcode, bool isQuestion, bool quiet)
    {
        Span<byte> room = stackalloc byte[NetBiosName.Room];
        Span<byte> raw = stackalloc byte[DnsName.Room];
        var name = new NetBiosName(room);
        int start = at, taken = name.Read(p, v, at, raw);
        at += taken;
        ushort type = v.U16(at), @class = v.U16(at + 2);
        string typeName = Types.FindOr(type, "Unknown"), className = DnsItems.ClassNames.FindOr(@class, "Unknown");
        int size = 0;
        if (!isQuestion)
        {
            v.Ensure(at + 4, 4);
            size = v.U16(at + 8);
        }

        // A wait for acknowledgment carries the flags of the request under the type NULL or NB, and no address.
        if (!quiet && (isQuestion || opcode != OpcodeWait))
        {
            p.Info.Append(" "u8);
            p.Info.Append(typeName);
        }

        if (isQuestion)
        {
            p.Info.Append(" "u8);
            p.Info.Append(name.Text);
        }

        var node = p.AddText(section, v, start, at + (isQuestion ? 4 : 10 + size) - start, $"{name.Text}: type {typeName}, class {className}");
        if (isQuestion || type == TypeName)
        {
            name.AppendService(Services);
        }

        p.AddString(node, Name, v, start, taken, name.Text);
        p.Add(node, Type, v, at);
        p.Add(node, Class, v, at + 2);
        if (isQuestion)
        {
            return at + 4;
        }

        var life = p.Add(node, TimeToLive, v, at + 4);
        if (p.WantsTree)
        {
            p.Label(life, $"Time to live: {DnsItems.Duration(p.Scratch, v.U32(at + 4))}");
        }

        p.Add(node, DataLength, v, at + 8);
        at += 10;
        switch (type)
        {
            case TypeName:
                AddAddresses(p, v, node, at, at + size, opcode, quiet);
                break;
            case TypeStatus:
                AddStatus(p, v, node, at, at + size);
                break;
            default:
                p.Add(node, Data, v, at, size);
                break;
        }

        return at + size;
    }

    static void AddAddresses(Packet p, in View v, Node node, int at, int end, int opcode, bool quiet)
    {
        for (int i = 0; at < end; i++)
        {
            if (opcode == OpcodeWait)
            {
                if (end - at < 2)
                {
                    AddIncomplete(p, v, node, at, end);
                    return;
                }

                AddFlags(p, v, node, at, v.U16(at));
                at += 2;
                continue;
            }

            if (end - at < 2)
            {
                AddIncomplete(p, v, node, at, end);
                return;
            }

            ushort flags = v.U16(at);
            var flagsNode = p.Add(node, AddressFlags, v, at);
            string known = ((flags >> 13) & 3) switch { 0 => "B-node", 1 => "P-node", 2 => "M-node", _ => "H-node" };
            p.Label(flagsNode, $"Name flags: 0x{flags:x4}{((flags & 0x8000) != 0 ? ", Name type" : "")}, ONT: {((flags & 0x6000) == 0 ? "B-node" : "Unknown")} ({known}, {((flags & 0x8000) != 0 ? "group" : "unique")})");
            p.Add(flagsNode, AddressGroup, v, at);
            p.Add(flagsNode, AddressNode, v, at);
            at += 2;
            if (end - at < 4)
            {
                AddIncomplete(p, v, node, at, end);
                return;
            }

            if (i == 0 && !quiet)
            {
                p.Info.Append($" {Address.IPv4(v.U32(at))}");
            }

            p.Add(node, NodeAddress, v, at);
            at += 4;
        }
    }

    static void AddIncomplete(Packet p, in View v, Node node, int at, int end) =>
        p.Expert(p.AddText(node, v, at, end - at, "incomplete entry"), Incomplete, v, at, end - at);

    static void AddStatus(Packet p, in View v, Node node, int at, int end)
    {
        Span<byte> room = stackalloc byte[NetBiosName.Room];
        int count = v.U8(at);
        p.Add(node, NumberOfNames, v, at++);
        for (; count > 0; count--, at += 18)
        {
            var name = new NetBiosName(room);
            name.Set(v.Span(at, 16));
            name.AppendService(Services);
            p.AddString(node, StatusName, v, at, 16, name.Text);
            AddNameFlags(p, v, node, at + 16);
        }

        if (at >= end)
        {
            return;
        }

        p.Add(node, UnitId, v, at);
        at += 6;
        foreach (var field in Statistics)
        {
            p.Add(node, field, v, at);
            at += field.Type.Size();
        }
    }

    static void AddNameFlags(Packet p, in View v, Node node, int at)
    {
        ushort flags = v.U16(at);
        var branch = p.Add(node, NameFlags, v, at);
        p.Label(branch, $"Name flags: 0x{flags:x4}{((flags & 0x8000) != 0 ? ", Name type" : "")}, ONT: {((flags & 0x6000) == 0 ? "B-node" : "Unknown")}");
        p.Add(branch, NameGroup, v, at);
        p.Add(branch, NameNode, v, at);
        foreach (var field in NameStates)
        {
            p.Add(branch, field, v, at);
            if ((flags & field.Mask) != 0)
            {
                p.AppendLabel(branch, $", {field.Label}");
            }
        }
    }
}
