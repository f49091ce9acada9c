using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 1035, section 4.1; AD and CD bits RFC 4035 section 3; LLMNR's bits RFC 4795 section 2.1.1; updates RFC 2136 section 2.2.
//
//     0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
//   +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
//   |                      ID                       |
//   |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
//   |                    QDCOUNT                    |
//   |                    ANCOUNT                    |
//   |                    NSCOUNT                    |
//   |                    ARCOUNT                    |
//   +-----------------------------------------------+
//   | questions, answers, authorities, additional ...

/// <summary>A message of DNS, mDNS or LLMNR: header and sections. What stands in it is in the other parts and in the classes of record themes.</summary>
/// <param name="dns">Declares the fields.</param>
sealed partial class DnsMessage(Protocol dns)
{
    const ushort ResponseBit = 0x8000;
    const int OpcodeUpdate = 5, OpcodeStateful = 6;

    static readonly ValueNames Opcodes = ValueNames.Of(() => [.. DnsNames.Opcodes]);
    static readonly ValueNames ResponseCodes = ValueNames.Of(() => [.. DnsNames.ResponseCodes]);

    readonly Field length = dns.UInt16("dns.length", "Length", blurb: "Length of DNS-over-TCP request or response");
    readonly Field id = dns.UInt16("dns.id", "Transaction ID", FieldBase.Hex, blurb: "Identification of transaction");
    readonly Field flagsField = dns.UInt16("dns.flags", "Flags", FieldBase.Hex);
    readonly Field response = Flag(dns, "response", "Response", 0x8000, "Message is a response", "Message is a query", "Is the message a response?");
    readonly Field opcodeField = dns.UInt16("dns.flags.opcode", "Opcode", FieldBase.Dec, Opcodes, 0x7800, "Operation code");
    readonly Field authoritative = Flag(dns, "authoritative", "Authoritative", 0x0400, "Server is an authority for domain", "Server is not an authority for domain", "Is the server is an authority for the domain?");
    readonly Field conflictQuery = Flag(dns, "conflict", "Conflict", 0x0400, "The sender received multiple responses", "None", "Did we receive multiple responses to a query?");
    readonly Field conflictResponse = Flag(dns, "conflict", "Conflict", 0x0400, "The name is not considered unique", "The name is considered unique", "Did we receive multiple responses to a query?");
    readonly Field truncated = Flag(dns, "truncated", "Truncated", 0x0200, "Message is truncated", "Message is not truncated", "Is the message truncated?");
    readonly Field recursionDesired = Flag(dns, "recdesired", "Recursion desired", 0x0100, "Do query recursively", "Don't do query recursively", "Do query recursively?");
    readonly Field tentative = Flag(dns, "tentative", "Tentative", 0x0100, "Tentative", "Not tentative", "Is the responder authoritative for the name, but not yet verified the uniqueness?");
    readonly Field recursionAvailable = Flag(dns, "recavail", "Recursion available", 0x0080, "Server can do recursive queries", "Server can't do recursive queries", "Can the server do recursive queries?");
    readonly Field reserved = Flag(dns, "z", "Z", 0x0040, "reserved - incorrect!", "reserved (0)", "Z flag");
    readonly Field authenticated = Flag(dns, "authenticated", "Answer authenticated", 0x0020, "Answer/authority portion was authenticated by the server", "Answer/authority portion was not authenticated by the server", "Was the reply data authenticated by the server?");
    readonly Field authenticatedData = Flag(dns, "authenticated", "AD bit", 0x0020, "Set", "Not set");
    readonly Field checkingDisabled = Flag(dns, "checkdisable", "Non-authenticated data", 0x0010, "Acceptable", "Unacceptable", "Is non-authenticated data acceptable?");
    readonly Field responseCode = dns.UInt16("dns.flags.rcode", "Reply code", FieldBase.Dec, ResponseCodes, 0x000f);
    readonly Field questions = dns.UInt16("dns.count.queries", "Questions", blurb: "Number of queries in packet");
    readonly Field zones = dns.UInt16("dns.count.zones", "Zones", blurb: "Number of zones in packet");
    readonly Field answers = dns.UInt16("dns.count.answers", "Answer RRs", blurb: "Number of answers in packet");
    readonly Field prerequisites = dns.UInt16("dns.count.prerequisites", "Prerequisites", blurb: "Number of prerequisites in packet");
    readonly Field authorities = dns.UInt16("dns.count.auth_rr", "Authority RRs", blurb: "Number of authoritative records in packet");
    readonly Field updates = dns.UInt16("dns.count.updates", "Updates", blurb: "Number of updates records in packet");
    readonly Field additional = dns.UInt16("dns.count.add_rr", "Additional RRs", blurb: "Number of additional records in packet");
    readonly Field extraneousData = dns.Bytes("dns.extraneous.data", "Extraneous Data Bytes");
    readonly Field extraneousLength = dns.Int32("dns.extraneous.length", "Extraneous Data Length");
    readonly Expert nameLoops = dns.Expert("dns.name.loops", Severity.Warning, ExpertGroup.Malformed, "A name's compression pointers form a loop (RFC 1035, section 4.1.4)");
    readonly Expert nameTooLong = dns.Expert("dns.name.too_long", Severity.Warning, ExpertGroup.Malformed, "A name is longer than 255 bytes (RFC 1035, section 2.3.4)");
    readonly Expert extraneous = dns.Expert("dns.extraneous", Severity.Note, ExpertGroup.Undecoded, "Extraneous data");

    /// <summary>Takes a message apart.</summary>
    /// <param name="prefix">Bytes before the message: 2 over a stream, where its length goes first.</param>
    public int Dissect(Packet p, in View v, Node parent, DnsKind kind, Protocol protocol, string title, int prefix)
    {
        p.Info.Clear();
        if (prefix > 0)
        {
            v.Ensure(0, prefix);
        }

        var m = v.From(prefix);
        ushort number = m.U16(0), flags = m.U16(2);
        int opcode = (flags >> 11) & 15;
        bool isResponse = (flags & ResponseBit) != 0;
        if (p.WantsColumns)
        {
            AddSummary(p, number, flags, opcode);
        }

        var tree = p.Open(protocol, v, parent);
        p.Label(tree, $"{title} ({(isResponse ? "response" : "query")})");
        if (prefix > 0)
        {
            p.Add(tree, length, v, 0);
        }

        var idNode = p.Add(tree, id, m, 0);
        var transaction = p.WantsFields ? Track(p, m, number, flags) : default;
        if (p.WantsFields)
        {
            AddFlags(p, m, tree, flags, opcode, kind);
        }

        int end = DissectSections(p, m, tree, opcode, kind);
        if (p.WantsFields)
        {
            AddTransaction(p, m, tree, idNode, transaction, isResponse);
            if (end < m.Reported)
            {
                AddExtraneous(p, m, tree, end);
            }

            AddNameFaults(p, m, tree);
        }

        return v.Reported;
    }

    static void AddSummary(Packet p, ushort number, ushort flags, int opcode)
    {
        if (Opcodes.Find((uint)opcode) is { } name)
        {
            p.Info.Append(name);
        }
        else
        {
            p.Info.Append($"Unknown operation ({opcode})");
        }

        p.Info.Append((flags & ResponseBit) != 0 ? " response 0x"u8 : " 0x"u8);
        AppendHex(p, number);
        int code = flags & 15;
        if ((flags & ResponseBit) == 0 || code == 0)
        {
            return;
        }

        if (ResponseCodes.Find((uint)code) is { } error)
        {
            p.Info.Append(" "u8);
            p.Info.Append(error);
        }
        else
        {
            p.Info.Append($" Unknown error ({code})");
        }
    }

    static void AppendHex(Packet p, ushort number)
    {
        Span<byte> digits = stackalloc byte[4];
        for (int i = 0; i < 4; i++)
        {
            digits[i] = "0123456789abcdef"u8[(number >> (12 - (4 * i))) & 15];
        }

        p.Info.Append(digits);
    }

    static Field Flag(Protocol dns, string name, string label, ulong mask, string set, string notSet, string blurb = "") =>
        dns.Flag("dns.flags." + name, label, 16, mask, ValueNames.Flag(set, notSet), blurb);

    void AddFlags(Packet p, in View m, Node tree, ushort flags, int opcode, DnsKind kind)
    {
        var node = p.Add(tree, flagsField, m, 2);
        bool isResponse = (flags & ResponseBit) != 0;
        string? name = Opcodes.Find((uint)opcode);
        p.Label(node, $"Flags: 0x{flags:x4} {name ?? "Unknown operation"}");
        if (isResponse)
        {
            p.AppendLabel(node, $" response, {ResponseCodes.Find(flags & 15u) ?? "Unknown error"}");
        }

        p.Add(node, response, m, 2);
        p.Add(node, opcodeField, m, 2);
        if (kind == DnsKind.Llmnr)
        {
            p.Add(node, isResponse ? conflictResponse : conflictQuery, m, 2);
            p.Add(node, truncated, m, 2);
            p.Add(node, tentative, m, 2);
        }
        else
        {
            if (isResponse)
            {
                p.Add(node, authoritative, m, 2);
            }

            p.Add(node, truncated, m, 2);
            p.Add(node, recursionDesired, m, 2);
            if (isResponse)
            {
                p.Add(node, recursionAvailable, m, 2);
            }

            p.Add(node, reserved, m, 2);
            if (isResponse)
            {
                p.Add(node, authenticated, m, 2);
            }
            else if ((flags & 0x0020) != 0)
            {
                p.Add(node, authenticatedData, m, 2);
            }

            p.Add(node, checkingDisabled, m, 2);
        }

        if (isResponse)
        {
            p.Add(node, responseCode, m, 2);
        }
    }

    int DissectSections(Packet p, in View m, Node tree, int opcode, DnsKind kind)
    {
        bool isUpdate = opcode == OpcodeUpdate;
        p.Add(tree, isUpdate ? zones : questions, m, 4);
        p.Add(tree, isUpdate ? prerequisites : answers, m, 6);
        p.Add(tree, isUpdate ? updates : authorities, m, 8);
        p.Add(tree, additional, m, 10);
        if (opcode == OpcodeStateful && m.U32(4) == 0 && m.U32(8) == 0)
        {
            return Stateful.Dissect(p, m, tree);
        }

        int at = Dns.HeaderLength;
        int count = m.U16(4);
        if (count > 0)
        {
            m.Ensure(at, 1);
            var section = p.AddText(tree, m, at, 0, isUpdate ? "Zone" : "Queries");
            int start = at;
            for (int i = 0; i < count; i++)
            {
                at += DissectQuestion(p, m, section, at, kind);
            }

            p.SetLength(section, at - start);
        }

        at = DissectSection(p, m, tree, at, m.U16(6), isUpdate ? "Prerequisites" : "Answers", kind);
        at = DissectSection(p, m, tree, at, m.U16(8), isUpdate ? "Updates" : "Authoritative nameservers", kind);
        return DissectSection(p, m, tree, at, m.U16(10), "Additional records", kind);
    }

    int DissectSection(Packet p, in View m, Node tree, int at, int count, string title, DnsKind kind)
    {
        if (count == 0)
        {
            return at;
        }

        m.Ensure(at, 1);
        int start = at;
        var section = p.AddText(tree, m, at, 0, title);
        for (int i = 0; i < count; i++)
        {
            at += DissectRecord(p, m, section, at, kind);
        }

        p.SetLength(section, at - start);
        return at;
    }

    void AddNameFaults(Packet p, in View m, Node tree)
    {
        var faults = p.Engine.State<DnsNameFaults>();
        if (faults.Loops > 0)
        {
            p.Expert(tree, nameLoops, m, 0, m.Captured);
        }

        if (faults.TooLong > 0)
        {
            p.Expert(tree, nameTooLong, m, 0, m.Captured);
        }

        faults.Loops = faults.TooLong = 0;
    }

    void AddExtraneous(Packet p, in View m, Node tree, int at)
    {
        int count = m.Reported - at;
        var node = p.AddText(tree, m, at, count, $"Extraneous Data ({count} bytes)");
        node = node.IsWanted ? node : tree;
        p.Add(node, extraneousData, m, at, count);
        p.Generated(p.AddInt(node, extraneousLength, m, at, count, count));
        _ = extraneous;
    }
}
