using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Database;

// Specification: Apache Cassandra, native_protocol_v3.spec and native_protocol_v4.spec. TCP port 9042. Bodies are shown as far as both sides need
// them to agree: what is started, asked, prepared and refused; rows are counted.
//
//   | Version, direction | Flags | Stream (16 bits) | Opcode | Length (32 bits) | body ...

/// <summary>Cassandra's native protocol.</summary>
public sealed class Cql() : Dissector("cql")
{
    const int HeaderLength = 9, LeastVersion = 3, LastVersion = 4;
    const byte ResponseBit = 0x80;
    const int ErrorMessage = 0, Startup = 1, QueryMessage = 7, Prepare = 9, Register = 11, LastOpcode = 16;

    static readonly Protocol P = new("Cassandra CQL Protocol", "CQL", "cql");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [
        (0, "ERROR"), (1, "STARTUP"), (2, "READY"), (3, "AUTHENTICATE"), (5, "OPTIONS"), (6, "SUPPORTED"), (7, "QUERY"), (8, "RESULT"), (9, "PREPARE"), (10, "EXECUTE"),
        (11, "REGISTER"), (12, "EVENT"), (13, "BATCH"), (14, "AUTH_CHALLENGE"), (15, "AUTH_RESPONSE"), (16, "AUTH_SUCCESS")]);
    static readonly Layout Header = new(
        P.UInt8("cql.version", "Version", FieldBase.Hex).Bits(
            P.UInt8("cql.protocol_version", "Protocol version", mask: 0xf),
            P.UInt8("cql.direction", "Direction", FieldBase.Hex, ValueNames.Of(() => [(0, "Request"), (8, "Response")]), mask: 0xf0)),
        P.UInt8("cql.flags", "Flags", FieldBase.Hex).Summary(
            P.Flag("cql.flags.compression", "Compression", 8, 0x1), P.Flag("cql.flags.tracing", "Tracing", 8, 0x2), P.Flag("cql.flags.custom_payload", "Custom Payload", 8, 0x4),
            P.Flag("cql.flags.warning", "Warning", 8, 0x8), P.UInt8("cql.flags.reserved", "Reserved", FieldBase.Hex, mask: 0xf0)),
        P.Field(FieldType.Int16, "cql.stream", "Stream Identifier", FieldBase.Dec),
        P.UInt8("cql.opcode", "Opcode", FieldBase.Dec, Opcodes, mask: 0x7f));
    static readonly Field Length = P.UInt32("cql.message_length", "Message Length");
    static readonly Field MapSize = P.UInt16("cql.string_map_size", "String Map Size"), ListSize = P.UInt16("cql.string_list_size", "String List Size"),
        StringLength = P.UInt32("cql.string_length", "String Length"), Text = P.String("cql.string", "String");
    static readonly Field Error = P.Int32("cql.error_code", "Error Code");
    static readonly Field CompressedBytes = P.Bytes("cql.raw_compressed_bytes", "Raw compressed bytes");
    static readonly Layout QueryOptions = new(P.UInt16("cql.consistency", "Consistency", FieldBase.Hex, ValueNames.Of(() => [
        (0, "ANY"), (1, "ONE"), (2, "TWO"), (3, "THREE"), (4, "QUORUM"), (5, "ALL"), (6, "LOCAL_QUORUM"), (7, "EACH_QUORUM"), (8, "SERIAL"), (9, "LOCAL_SERIAL"), (10, "LOCAL_ONE")])),
        P.UInt8("cql.query.flags", "Flags", FieldBase.Hex).Summary(
            P.Flag("cql.query.flags.values", "Values", 8, 0x1), P.Flag("cql.query.flags.skip_metadata", "Skip Metadata", 8, 0x2),
            P.Flag("cql.query.flags.page_size", "Page Size", 8, 0x4), P.Flag("cql.query.flags.paging_state", "Paging State", 8, 0x8),
            P.Flag("cql.query.flags.serial_consistency", "Serial Consistency", 8, 0x10), P.Flag("cql.query.flags.default_timestamp", "Default Timestamp", 8, 0x20),
            P.Flag("cql.query.flags.value_names", "Names for Values", 8, 0x40), P.UInt8("cql.query_flags.reserved", "Reserved", FieldBase.Hex, mask: 0x80)));
    static readonly Expert Unknown = P.Expert("cql.ie_data_not_dissected_yet", Severity.Warning, ExpertGroup.Undecoded, "IE data not dissected yet");
    static readonly Field RequestIn = P.FrameNumber("cql.response_to", "Request in", "The request to this CQL response is in this frame");
    static readonly Field ResponseIn = P.FrameNumber("cql.response_in", "Response in", "The response to this CQL request is in this frame");
    static readonly Field ResponseTime = P.RelativeTime("cql.response_time", "Response time");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 9042);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (!v.Has(0, 1) || (v.U8(0) & 0x7f) is < LeastVersion or > LastVersion)
        {
            return 0;
        }

        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => (int)Math.Min(v.U32(at + 5), int.MaxValue - HeaderLength) + HeaderLength, One);
    }

    void One(Packet p, in View v, Node parent)
    {
        int version = v.U8(0) & 0x7f, flags = v.U8(1), stream = (short)v.U16(2), opcode = v.U8(4) & 0x7f;
        bool isResponse = (v.U8(0) & ResponseBit) != 0;
        p.SetProtocol("CQL");
        p.Info.Set($"v{version} {(isResponse ? "S->C" : "C->S")} Type {Opcodes.FindOr((ulong)opcode, $"Unknown (0x{opcode:x2})")}");
        var tree = p.Open(P, v, parent);
        p.AddRows(tree, v, 0, Header);
        p.Add(tree, Length, v, 5);
        var requests = p.Conversation?.GetOrAdd<Requests>(this);
        if (!isResponse && !p.IsQuoted)
        {
            requests?.Add(stream, p.Number, p.Time);
            p.AddLater(tree, ResponseIn, v);
        }
        else if (isResponse && requests?.Find(stream) is (> 0 and var frame, var time))
        {
            p.Generated(p.AddUInt(tree, RequestIn, v, 0, 0, (uint)frame));
            p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - time));
        }

        const int Compressed = 1, CustomPayload = 4, Warning = 8;
        if (v.Reported > HeaderLength && (flags & Compressed) != 0)
        {
            p.Add(tree, CompressedBytes, v, HeaderLength, v.ReportedFrom(HeaderLength));
        }
        else if (v.Reported > HeaderLength && (flags & (CustomPayload | Warning)) == 0)
        {
            Body(p, v, tree, opcode);
        }
    }

    static void Body(Packet p, in View v, Node tree, int opcode)
    {
        int at = HeaderLength;
        switch (opcode)
        {
            case Startup:
                var start = p.AddText(tree, v, at, v.ReportedFrom(at), "Message STARTUP");
                int pairs = v.U16(at);
                p.Add(start, MapSize, v, at);
                at += 2;
                for (int i = 0; i < 2 * pairs; i++)
                {
                    at = Short(p, v, start, at);
                }

                break;
            case Register:
                var list = p.AddText(tree, v, at, v.ReportedFrom(at), "Message REGISTER");
                int count = v.U16(at);
                p.Add(list, ListSize, v, at);
                at += 2;
                for (int i = 0; i < count; i++)
                {
                    at = Short(p, v, list, at);
                }

                break;
            case QueryMessage or Prepare:
                var query = p.AddText(tree, v, at, v.ReportedFrom(at), opcode == QueryMessage ? "Query" : "Message PREPARE");
                int length = (int)Math.Min(v.U32(at), int.MaxValue / 2);
                p.Add(query, StringLength, v, at);
                p.Add(query, Text, v, at + 4, length);
                if (opcode == QueryMessage)
                {
                    p.AddRows(query, v, at + 4 + length, QueryOptions);
                }

                break;
            case ErrorMessage:
                var error = p.AddText(tree, v, at, v.ReportedFrom(at), "Message ERROR");
                p.Add(error, Error, v, at);
                Short(p, v, error, at + 4);
                break;
            case > LastOpcode:
                p.AddExpert(tree, Unknown, v, at, v.ReportedFrom(at));
                break;
            default:
                break;
        }
    }

    static int Short(Packet p, in View v, Node tree, int at)
    {
        int length = v.U16(at);
        p.AddUInt(tree, StringLength, v, at, 2, (uint)length);
        p.Add(tree, Text, v, at + 2, length);
        return at + 2 + length;
    }

    /// <summary>What waits for an answer, by stream.</summary>
    sealed class Requests
    {
        const int Most = 32768;

        readonly Dictionary<int, (int Frame, Timestamp Time)> waiting = [];

        public void Add(int stream, int frame, Timestamp time)
        {
            if (waiting.Count >= Most)
            {
                waiting.Clear();
            }

            waiting[stream] = (frame, time);
        }

        public (int Frame, Timestamp Time) Find(int stream) => waiting.GetValueOrDefault(stream);
    }
}
