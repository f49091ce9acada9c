using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: ISO/IEC 10589 sections 9.10 to 9.13: what a router has (complete), or misses and acknowledges (partial).

/// <summary>IS-IS's lists of sequence numbers, complete ones.</summary>
public sealed class IsisCsnp() : Dissector("isis.csnp")
{
    static readonly Protocol P = new("ISO 10589 ISIS Complete Sequence Numbers Protocol Data Unit", "ISIS CSNP", "isis.csnp");
    static readonly SequenceNumbers Fields = new(P, "isis.csnp");

    /// <summary>Entries have one name in both lists, as in tshark.</summary>
    internal static readonly Field EntryId = P.Field(FieldType.SystemId, "isis.csnp.lsp_id", "LSP-ID"), EntrySequence = P.UInt32("isis.csnp.lsp_seq_num", "LSP Sequence Number", FieldBase.Hex),
        EntryLife = P.UInt16("isis.csnp.lsp_remain_life", "Remaining Lifetime"), EntryChecksum = P.UInt16("isis.csnp.lsp_checksum", "LSP checksum", FieldBase.Hex);

    static readonly Field Start = P.Field(FieldType.SystemId, "isis.csnp.start_lsp_id", "Start LSP-ID");
    static readonly Field End = P.Field(FieldType.SystemId, "isis.csnp.end_lsp_id", "End LSP-ID");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ISIS CSNP");
        var tree = IsisPackets.Open(p, P, v, parent);
        int end = Fields.AddHead(p, v, tree);
        p.Info.Append($", Start LSP-ID: {IsisSystemId.Of(p, v, 17, 8)}");
        p.Add(tree, Start, v, 17, 8);
        p.Info.Append($", End LSP-ID: {IsisSystemId.Of(p, v, 25, 8)}");
        p.Add(tree, End, v, 25, 8);
        Fields.AddEntries(p, v, tree, 33, end);
        return Math.Max(1, v.Reported);
    }
}

/// <summary>IS-IS's lists of sequence numbers, partial ones.</summary>
public sealed class IsisPsnp() : Dissector("isis.psnp")
{
    static readonly Protocol P = new("ISO 10589 ISIS Partial Sequence Numbers Protocol Data Unit", "ISIS PSNP", "isis.psnp");
    static readonly SequenceNumbers Fields = new(P, "isis.psnp");

    /// <summary>The entries are the complete list's.</summary>
    public override bool IsLeaf => false;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ISIS PSNP");
        var tree = IsisPackets.Open(p, P, v, parent);
        int end = Fields.AddHead(p, v, tree);
        Fields.AddEntries(p, v, tree, 17, end);
        return Math.Max(1, v.Reported);
    }
}

/// <summary>What both lists have.</summary>
sealed class SequenceNumbers
{
    const int Entries = 9, EntryLength = 16;

    readonly Field pduLength, source, circuit;
    readonly IsisTlvs tlvs;

    public SequenceNumbers(Protocol protocol, string name)
    {
        pduLength = protocol.UInt16($"{name}.pdu_length", "PDU length");
        source = protocol.Field(FieldType.SystemId, $"{name}.source_id", "Source-ID");
        circuit = protocol.Bytes($"{name}.source_circuit", "Source-ID-Circuit", blurb: "Must be Zero");
        tlvs = new(protocol, name, ValueNames.Of(() => [(Entries, "LSP entries"), (10, "Authentication"), (133, "IP Authentication")]));
    }

    /// <returns>Where the packet ends by its own account.</returns>
    public int AddHead(Packet p, in View v, Node tree)
    {
        int length = v.U16(8);
        p.Add(tree, pduLength, v, 8);
        p.Info.Append($", Source-ID: {IsisSystemId.Of(p, v, 10, 7)}");
        p.Add(tree, source, v, 10, 6);
        p.Add(tree, circuit, v, 16, 1);
        return length;
    }

    public void AddEntries(Packet p, in View v, Node tree, int at, int end) => tlvs.Add(p, v, tree, at, end, AddValue);

    bool AddValue(Packet p, in View v, Node tlv, int type, int at, int length)
    {
        if (type != Entries)
        {
            return false;
        }

        for (int end = at + length; at < end; at += EntryLength)
        {
            if (end - at < EntryLength)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Short SNP header entry ({end - at} vs {EntryLength})");
                p.AddExpert(tlv, tlvs.TooShort, v, at, end - at, p.Scratch.Bytes);
                break;
            }

            var entry = p.AddText(tlv, v, at, EntryLength, "LSP Entry");
            p.Add(entry, IsisCsnp.EntrySequence, v, at + 10);
            p.Add(entry, IsisCsnp.EntryLife, v, at);
            p.Add(entry, IsisCsnp.EntryChecksum, v, at + 14);
            p.Add(tlv, IsisCsnp.EntryId, v, at + 2, 8);
        }

        return true;
    }
}
