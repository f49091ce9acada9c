using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: OPC 10000-6 (mappings), section 6.7 (secure conversation) and 7.1 (connection protocol). Little end first. TCP port 4840.
//
//   | "HEL", "ACK", "ERR", "RHE", "OPN", "MSG", "CLO" | chunk (1) | size (4) | secure channel (4) | security | sequence (4) | request (4) | type, then its structure

/// <summary>OPC Unified Architecture: how machines are read, written and watched.</summary>
public sealed class OpcUa() : Dissector("opcua")
{
    const int HeaderLength = 8, MaxMessage = 1 << 26;

    internal static readonly Protocol P = new("OpcUa Binary Protocol", "OpcUa", "opcua");
    internal static readonly ValueNames NodeForms = ValueNames.Of(() => [
        (0x0, "Two byte encoded Numeric"), (0x1, "Four byte encoded Numeric"), (0x2, "Numeric of arbitrary length"), (0x3, "String"),
        (0x4, "GUID"), (0x5, "Opaque")]);
    static readonly ValueNames Messages = ValueNames.Of(() => OpcUaTypes.Messages);
    static readonly Field Type = P.String("opcua.transport.type", "Message Type");
    static readonly Field Chunk = P.String("opcua.transport.chunk", "Chunk Type");
    static readonly Field Size = P.UInt32("opcua.transport.size", "Message Size");
    static readonly Field Channel = P.UInt32("opcua.transport.scid", "SecureChannelId");
    static readonly Field Endpoint = P.String("opcua.transport.endpoint", "EndpointUrl");
    static readonly Field ServerUri = P.String("opcua.transport.suri", "ServerUri");
    static readonly Field Error = P.UInt32("opcua.transport.error", "Error", FieldBase.Hex);
    static readonly Field Reason = P.String("opcua.transport.reason", "Reason");
    static readonly Layout Limits = new(
        P.UInt32("opcua.transport.ver", "Version").LittleEnd(),
        P.UInt32("opcua.transport.rbs", "ReceiveBufferSize").LittleEnd(),
        P.UInt32("opcua.transport.sbs", "SendBufferSize").LittleEnd(),
        P.UInt32("opcua.transport.mms", "MaxMessageSize").LittleEnd(),
        P.UInt32("opcua.transport.mcc", "MaxChunkCount").LittleEnd());
    static readonly Field Policy = P.String("opcua.security.spu", "SecurityPolicyUri");
    static readonly Field Certificate = P.Bytes("opcua.security.scert", "SenderCertificate");
    static readonly Field Thumbprint = P.Bytes("opcua.security.rcthumb", "ReceiverCertificateThumbprint");
    static readonly Field Token = P.UInt32("opcua.security.tokenid", "Security Token Id");
    static readonly Field Sequence = P.UInt32("opcua.security.seq", "SequenceNumber");
    static readonly Field Request = P.UInt32("opcua.security.rqid", "RequestId");
    static readonly Field ServiceMask = P.UInt8("opcua.servicenodeid.encodingmask", "NodeId EncodingMask", FieldBase.Hex, NodeForms);
    static readonly Field ServiceSpace = P.UInt8("opcua.servicenodeid.nsid", "NodeId Namespace Index");
    static readonly Field ServiceNumber = P.UInt32("opcua.servicenodeid.numeric", "NodeId Identifier Numeric", FieldBase.Dec, Messages);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(OpcUaTypes), typeof(OpcUaReader)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 4840);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) =>
        Tcp.Pdus(p, v, parent, HeaderLength, static (_, in v, at) => (int)Math.Clamp(v.U32LE(at + 4), HeaderLength, MaxMessage), One);

    static void One(Packet p, in View v, Node parent)
    {
        p.SetProtocol("OpcUa");
        string? what = v.Span(0, 3) switch
        {
            [(byte)'H', (byte)'E', (byte)'L'] => "Hello message",
            [(byte)'A', (byte)'C', (byte)'K'] => "Acknowledge message",
            [(byte)'E', (byte)'R', (byte)'R'] => "Error message",
            [(byte)'R', (byte)'H', (byte)'E'] => "Reverse Hello message",
            [(byte)'M', (byte)'S', (byte)'G'] => "UA Secure Conversation Message",
            [(byte)'O', (byte)'P', (byte)'N'] => "OpenSecureChannel message",
            [(byte)'C', (byte)'L', (byte)'O'] => "CloseSecureChannel message",
            _ => null,
        };
        if (what is null)
        {
            p.Info.Set("Invalid message"u8);
            p.Open(P, v, parent);
            return;
        }

        p.Info.Set(what);
        var tree = p.Open(P, v, parent);
        p.Add(tree, Type, v, 0, 3);
        p.Add(tree, Chunk, v, 3, 1);
        p.AddLE(tree, Size, v, 4);
        switch (what)
        {
            case "Hello message":
                OpcUaReader.Text(p, v, tree, Endpoint, p.AddRows(tree, v, HeaderLength, Limits));
                break;
            case "Acknowledge message":
                p.AddRows(tree, v, HeaderLength, Limits);
                break;
            case "Error message":
                var error = p.AddLE(tree, Error, v, HeaderLength);
                p.AppendLabel(error, $" [{OpcUaTypes.Status.FindOr(v.U32LE(HeaderLength), "Unknown Status Code")}]");
                OpcUaReader.Text(p, v, tree, Reason, HeaderLength + 4);
                break;
            case "Reverse Hello message":
                OpcUaReader.Text(p, v, tree, Endpoint, OpcUaReader.Text(p, v, tree, ServerUri, HeaderLength));
                break;
            case "OpenSecureChannel message":
                int at = AddNumber(p, v, tree, Channel, HeaderLength);
                at = OpcUaReader.Text(p, v, tree, Policy, at);
                at = OpcUaReader.ByteString(p, v, tree, Certificate, at);
                at = OpcUaReader.ByteString(p, v, tree, Thumbprint, at);
                at = AddNumber(p, v, tree, Sequence, at);
                Service(p, v, tree, AddNumber(p, v, tree, Request, at), "Message : Encodeable Object");
                break;
            default:
                Secured(p, v, tree);
                break;
        }
    }

    static int AddNumber(Packet p, in View v, Node tree, Field field, int at)
    {
        p.AddLE(tree, field, v, at);
        return at + 4;
    }

    static void Secured(Packet p, in View v, Node tree)
    {
        int at = AddNumber(p, v, tree, Channel, HeaderLength);
        at = AddNumber(p, v, tree, Token, at);
        p.Label(p.AddLE(tree, Sequence, v, at), $"Security Sequence Number: {v.U32LE(at)}");
        p.Label(p.AddLE(tree, Request, v, at + 4), $"Security RequestId: {v.U32LE(at + 4)}");
        bool isMessage = v.U8(0) == 'M';
        if (v.U8(3) == 'C' || v.U8(3) == 'A')
        {
            p.Info.Append(v.U8(3) == 'C' ? " (Message fragment)"u8 : " (Abort)"u8);
            return;
        }

        Service(p, v, tree, at + 8, isMessage ? "OpcUa Service : Encodeable Object" : "Message : Encodeable Object");
    }

    static void Service(Packet p, in View v, Node tree, int at, string title)
    {
        int form = v.U8(at), start = at;
        uint number = form switch { 0 => v.U8(at + 1), 1 => v.U16LE(at + 2), 2 => v.U32LE(at + 3), _ => 0 };
        var branch = p.AddText(tree, v, at, v.ReportedFrom(at), title);
        var type = p.AddText(branch, v, at, form switch { 0 => 2, 1 => 4, _ => 7 }, "TypeId : ExpandedNodeId");
        p.Add(type, ServiceMask, v, at++);
        switch (form)
        {
            case 0:
                p.Add(type, ServiceNumber, v, at, 1);
                at++;
                break;
            case 1:
                p.Add(type, ServiceSpace, v, at);
                p.Add(type, ServiceNumber, v, at + 1, 2, littleEndian: true);
                at += 3;
                break;
            case 2:
                p.Add(type, ServiceSpace, v, at, 2, littleEndian: true);
                p.Add(type, ServiceNumber, v, at + 2, 4, littleEndian: true);
                at += 6;
                break;
            default:
                // Such types are nobody's that are known here.
                return;
        }

        p.SetLength(type, at - start);
        if (Messages.Find(number) is not { } name)
        {
            p.Info.Append($": ServiceId {number}");
            return;
        }

        p.Info.Append($": {name}");
        if (OpcUaTypes.Find(name) is { } members)
        {
            var body = p.AddText(branch, v, at, v.ReportedFrom(at), name);
            if (p.WantsFields)
            {
                new OpcUaReader(p).Members(v, body, members, at);
            }
        }
    }
}
