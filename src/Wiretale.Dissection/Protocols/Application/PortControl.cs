using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 6886. UDP ports 5350 (clients) and 5351 (gateways).
//
//    0               1               2               3
//   +---------------+---------------+-------------------------------+
//   | Version (0)   | Opcode        | Reserved, or result code      |
//   +---------------+---------------+-------------------------------+

/// <summary>NAT Port Mapping Protocol, as version 0 of the Port Control Protocol that followed it on its ports (RFC 6887 section 9).</summary>
public sealed class PortControl() : Dissector("portcontrol", "nat-pmp")
{
    const byte Answer = 128;

    static readonly Protocol Ports = new("Port Control Protocol", "Port Control", "portcontrol");
    static readonly Protocol P = new("NAT Port Mapping Protocol", "NAT-PMP", "nat-pmp");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [
        (0, "External Address Request"), (128, "External Address Response"), (1, "Map UDP Request"), (129, "Map UDP Response"),
        (2, "Map TCP Request"), (130, "Map TCP Response")]);
    static readonly Field Version = P.UInt8("nat-pmp.version", "Version");
    static readonly Field Opcode = P.UInt8("nat-pmp.opcode", "Opcode", FieldBase.Dec, Opcodes);
    static readonly Field Result = P.UInt16("nat-pmp.result_code", "Result Code", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Success"), (1, "Unsupported Version"), (2, "Not Authorized/Refused"), (3, "Network Failure"), (4, "Out of resources"),
        (5, "Unsupported opcode")]));
    static readonly Field Time = P.UInt32("nat-pmp.sssoe", "Seconds Since Start of Epoch");
    static readonly Field InternalPort = P.UInt16("nat-pmp.internal_port", "Internal Port");
    static readonly Field ExternalPort = P.UInt16("nat-pmp.external_port", "Requested External Port");
    static readonly Field Lifetime = P.UInt32("nat-pmp.pml", "Requested Port Mapping Lifetime", blurb: "Requested Port Mapping Lifetime in Seconds");
    static readonly Layout AddressAnswer = new(Result, Time, P.IPv4("nat-pmp.external_ip", "External IP Address"));
    static readonly Layout MapRequest = new(
        P.UInt16("nat-pmp.reserved", "Reserved"), InternalPort, ExternalPort, Lifetime);
    static readonly Layout MapAnswer = new(
        Result, Time, InternalPort,
        ExternalPort.Then(static (p, node, in v, at, value) => p.Label(node, $"Mapped External Port: {value}")),
        Lifetime.Then(static (p, node, in v, at, value) => p.Label(node, $"Port Mapping Lifetime: {value}")));

    /// <inheritdoc />
    public override Protocol Protocol => Ports;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [P];

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 5350, 5351);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.U8(0) != 0)
        {
            return 0;
        }

        byte opcode = v.U8(1);
        p.SetProtocol("NAT-PMP");
        p.Info.Clear();
        if (Opcodes.Find(opcode) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown opcode: {opcode}");
        }

        var tree = p.Open(P, v, parent);
        p.Label(tree, $"NAT Port Mapping Protocol, {Opcodes.FindOr(opcode, "Unknown opcode")}");
        p.AddAll(tree, v, 0, Version, Opcode);
        var rows = opcode switch
        {
            1 or 2 => MapRequest,
            Answer => AddressAnswer,
            Answer + 1 or Answer + 2 => MapAnswer,
            _ => null,
        };
        if (rows is not null)
        {
            p.AddRows(tree, v, 2, rows);
        }

        return v.Reported;
    }
}
