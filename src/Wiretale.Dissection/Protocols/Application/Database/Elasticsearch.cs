using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Database;

// Specification: Elasticsearch, TransportMessage and TcpHeader. TCP port 9300.
//
//   | "ES" | Length (32 bits) | Request (64 bits) | Status | Version (32 bits) | from 7.6 on: length of header | header | features, action | data

/// <summary>Elasticsearch's nodes among themselves.</summary>
public sealed class Elasticsearch() : Dissector("elasticsearch")
{
    const int HeaderLength = 6, StatusAt = 14, VersionAt = 15, BodyAt = 19;
    const ushort Token = 0x4553;
    const uint FirstWithHeaderSize = 7060000;
    const int ResponseFlag = 1, ErrorFlag = 2, CompressedFlag = 4;

    static readonly Protocol P = new("Elasticsearch", "Elasticsearch", "elasticsearch");
    static readonly Field TokenField = P.String("elasticsearch.header.token", "Token"), MessageLength = P.UInt32("elasticsearch.header.message_length", "Message length"),
        Request = P.UInt64("elasticsearch.header.request_id", "Request ID"), Status = P.UInt8("elasticsearch.header.status_flags", "Status flags", FieldBase.Hex),
        Type = P.UInt8("elasticsearch.header.status_flags.message_type", "Message type"), Error = P.Flag("elasticsearch.header.status_flags.error", "Error"),
        Compression = P.Flag("elasticsearch.header.status_flags.compression", "Compression"), Version = P.UInt32("elasticsearch.version", "Version"),
        HeaderSize = P.UInt32("elasticsearch.header.size", "Header size"), RequestHeader = P.Label("elasticsearch.header.request", "Request header"),
        ResponseHeader = P.Label("elasticsearch.header.response", "Response header"), Key = P.String("elasticsearch.header.key", "Key"), Value = P.String("elasticsearch.header.value", "Value"),
        Feature = P.String("elasticsearch.feature", "Feature"), Action = P.String("elasticsearch.action", "Action"), Data = P.Label("elasticsearch.data", "Data"),
        CompressedData = P.Label("elasticsearch.data_compressed", "Compressed data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 9300);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) =>
        !v.Has(0, 2) || v.U16(0) != Token ? 0
        : Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => (int)Math.Min(v.U32(at + 2), int.MaxValue - HeaderLength) + HeaderLength, One);

    static void One(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Elasticsearch");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Add(tree, TokenField, v, 0, 2);
        p.Add(tree, MessageLength, v, 2);
        ulong id = v.U64(6);
        p.Add(tree, Request, v, 6);
        int status = v.U8(StatusAt);
        bool isResponse = (status & ResponseFlag) != 0, isError = (status & ErrorFlag) != 0, isCompressed = (status & CompressedFlag) != 0;
        var flags = p.Add(tree, Status, v, StatusAt);
        p.Label(p.AddFlag(flags, Compression, v, StatusAt, 1, isCompressed), $".... .{(isCompressed ? 1 : 0)}.. = Compression: {(isCompressed ? "Set" : "Not set")}");
        p.Label(p.AddFlag(flags, Error, v, StatusAt, 1, isError), $".... ..{(isError ? 1 : 0)}. = Error: {(isError ? "Set" : "Not set")}");
        p.Label(p.AddUInt(flags, Type, v, StatusAt, 1, isResponse ? 1u : 0), $".... ...{(isResponse ? 1 : 0)} = Message type: {(isResponse ? "Response (1)" : "Request (0)")}");
        uint version = v.U32(VersionAt);
        p.Label(p.Add(tree, Version, v, VersionAt), $"Version: {version / 1000000 % 100}.{version / 10000 % 100}.{version / 100 % 100} ({version})");
        int at = BodyAt;
        if (isResponse)
        {
            p.Info.Set($"Response: [{(isError ? "ERROR" : "OK")}], request_id={id} ");
        }

        if (version >= FirstWithHeaderSize)
        {
            p.Add(tree, HeaderSize, v, at);
            at += 4;
        }

        if (isCompressed)
        {
            if (!isResponse)
            {
                p.Info.Set($"Request: [COMPRESSED], request_id={id} ");
            }

            p.Add(tree, CompressedData, v, at, v.ReportedFrom(at));
            return;
        }

        at = Headers(p, v, tree, at, RequestHeader, isMany: false);
        at = Headers(p, v, tree, at, ResponseHeader, isMany: true);
        if (!isResponse)
        {
            int features = Vint(v, ref at);
            for (int i = 0; i < features; i++)
            {
                at = Text(p, v, tree, at, Feature, out _);
            }

            at = Text(p, v, tree, at, Action, out int start);
            p.Info.Set("Request: action=");
            TextTalk.Say(p, v.Span(start, at - start));
            p.Info.Append($", request_id={id} ");
        }

        if (v.ReportedFrom(at) > 0)
        {
            p.Add(tree, Data, v, at, v.ReportedFrom(at));
        }
    }

    /// <summary>The headers that go with a request, each with a value; those of a response may have several.</summary>
    static int Headers(Packet p, in View v, Node tree, int at, Field field, bool isMany)
    {
        int count = Vint(v, ref at);
        for (int i = 0; i < count; i++)
        {
            int start = at;
            var branch = p.Add(tree, field, v, at, 0);
            at = Text(p, v, branch, at, Key, out int keyAt);
            var key = v.Span(keyAt, at - keyAt);
            p.AppendLabel(branch, $": {key}");
            int values = isMany ? Vint(v, ref at) : 1;
            for (int j = 0; j < values; j++)
            {
                at = Text(p, v, branch, at, Value, out int valueAt);
                p.AppendLabel(branch, $"{(j > 0 ? ", " : isMany ? "" : ": ")}{v.Span(valueAt, at - valueAt)}");
            }

            p.SetLength(branch, at - start);
        }

        return at;
    }

    static int Text(Packet p, in View v, Node tree, int at, Field field, out int start)
    {
        int length = Vint(v, ref at);
        start = at;
        v.Ensure(at, length);
        p.Add(tree, field, v, at, length);
        return at + length;
    }

    /// <summary>Seven bits a byte, low ones first.</summary>
    static int Vint(in View v, ref int at)
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte b = v.U8(at++);
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                break;
            }
        }

        return (int)Math.Min(value, int.MaxValue / 2);
    }
}
