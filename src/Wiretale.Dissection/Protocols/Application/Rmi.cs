using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: Java Remote Method Invocation, chapter 10 ("RMI Wire Protocol"). TCP port 1099: "JRMI", a version and how the stream is used;
// then messages of one byte, with serialized objects behind calls and answers.

/// <summary>Java's remote method invocation.</summary>
public sealed class Rmi() : Dissector("rmi", "serialization")
{
    const uint Magic = 0x4a524d49;
    const ushort SerializationMagic = 0xaced;
    const int AckMessage = 0x4e, NotSupported = 0x4f, Call = 0x50, Return = 0x51, Ping = 0x52, PingAck = 0x53, CollectorAck = 0x54, IdentifierLength = 14;

    static readonly Protocol P = new("Java RMI", "RMI", "rmi");
    static readonly Protocol Serialized = new("Java Serialization", "Serialization", "serialization");
    static readonly ValueNames Protocols = ValueNames.Of(() => [(0x4b, "StreamProtocol"), (0x4c, "SingleOpProtocol"), (0x4d, "MultiPlexProtocol")]);
    static readonly ValueNames Answers = ValueNames.Of(() => [(0x4e, "ProtocolAck"), (0x4f, "ProtocolNotSupported"), (0x51, "ReturnData"), (0x53, "PingAck")]);
    static readonly ValueNames Requests = ValueNames.Of(() => [(0x50, "Call"), (0x52, "Ping"), (0x54, "DgcAck")]);
    static readonly Field MagicField = P.UInt32("rmi.magic", "Magic", FieldBase.Hex, blurb: "RMI Header Magic");
    static readonly Field Version = P.UInt16("rmi.version", "Version", blurb: "RMI Protocol Version");
    static readonly Field ProtocolField = P.UInt8("rmi.protocol", "Protocol", FieldBase.Hex, Protocols, blurb: "RMI Protocol Type");
    static readonly Field Answer = P.UInt8("rmi.inputstream.message", "Input Stream Message", FieldBase.Hex, Answers, blurb: "RMI Inputstream Message Token");
    static readonly Field Request = P.UInt8("rmi.outputstream.message", "Output Stream Message", FieldBase.Hex, Requests, blurb: "RMI Outputstream Message token");
    static readonly Field HostLength = P.UInt16("rmi.endpoint_id.length", "Length", blurb: "RMI Endpointidentifier Length");
    static readonly Layout Endpoint = new(HostLength,
        P.String("rmi.endpoint_id.hostname", "Hostname", "RMI Endpointidentifier Hostname").Counted(HostLength), Row.Skip(2),
        P.UInt16("rmi.endpoint_id.port", "Port", blurb: "RMI Endpointindentifier Port"));
    static readonly Field Identifier = P.Bytes("rmi.unique_identifier", "UniqueIdentifier");
    static readonly Field Objects = P.Bytes("rmi.serialization_data", "Serialization Data");

    static readonly Layout SerializedHead = new(
        P.UInt16("rmi.ser.magic", "Magic", FieldBase.Hex, blurb: "Java Serialization Magic"), P.UInt16("rmi.ser.version", "Version", blurb: "Java Serialization Version"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [Serialized];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 1099);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("RMI");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (v.Has(0, 4) && v.U32(0) == Magic)
        {
            p.Info.Set($"JRMI, Version: {v.U16(4)}, {Protocols.FindOr(v.U8(6), "Unknown protocol")}");
            p.AddAll(tree, v, 0, MagicField, Version, ProtocolField);
            return v.Reported;
        }

        if (v.Has(0, 4) && v.U16(0) == SerializationMagic)
        {
            p.Info.Set($"Serialization data, Version: {v.U16(2)}");
            p.AddRows(p.Open(Serialized, v, parent), v, 0, SerializedHead);
            return v.Reported;
        }

        int message = v.U8(0);
        string? name = Answers.Find((ulong)message) ?? Requests.Find((ulong)message);
        if (name is null)
        {
            p.Info.Set("Continuation");
            return v.Reported;
        }

        p.Info.Set($"JRMI, {name}");
        p.Add(tree, message is AckMessage or NotSupported or Return or PingAck ? Answer : Request, v, 0);
        switch (p.WantsFields ? message : 0)
        {
            case AckMessage:
                v.Ensure(1, 2);
                p.AddRows(p.AddText(tree, v, 1, v.U16(1) + 6, "EndPointIdentifier"), v, 1, Endpoint);
                break;
            case Call or Return:
                v.Ensure(1, 1);
                p.Label(p.Add(tree, Objects, v, 1, v.Reported - 1), $"Serialization Data");
                p.AddRows(p.Open(Serialized, v, parent, 1, v.Reported - 1), v, 1, SerializedHead);
                break;
            case CollectorAck:
                p.Add(tree, Identifier, v, 1, Math.Min(IdentifierLength, v.ReportedFrom(1)));
                break;
            default:
                break;
        }

        return v.Reported;
    }
}
