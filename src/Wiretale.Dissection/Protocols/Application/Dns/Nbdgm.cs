using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 1002, section 4.4.1.
//
//   0      1       2             4                8             10              12        14
//   +------+-------+-------------+----------------+-------------+---------------+---------+-------
//   | type | flags | datagram ID | source address | source port | length        | offset  | names, data ...
//   +------+-------+-------------+----------------+-------------+---------------+---------+-------

/// <summary>NetBIOS Datagram Service.</summary>
public sealed class Nbdgm() : Dissector("nbdgm")
{
    const uint SmbMark = 0xff534d42;

    static readonly Protocol P = new("NetBIOS Datagram Service", "NBDS", "nbdgm");
    static readonly ValueNames Types = ValueNames.Of(() => [(16, "Direct_unique datagram"), (17, "Direct_group datagram"), (18, "Broadcast datagram"),
        (19, "Datagram error"), (20, "Datagram query request"), (21, "Datagram positive query response"), (22, "Datagram negative query response")]);

    static readonly ValueNames NodeTypes = ValueNames.Of(() => [(0, "B node"), (1, "P node"), (2, "M node"), (3, "NBDD")]);
    static readonly ValueNames Services = ValueNames.Of(() => [.. NetBiosNames.Services]);
    static readonly ValueNames ByteUnit = ValueNames.Unit(" byte", " bytes");
    static readonly Field Type = P.UInt8("nbdgm.type", "Message Type", FieldBase.Dec, Types, blurb: "NBDGM message type");
    static readonly Field Flags = P.UInt8("nbdgm.flags", "Flags", FieldBase.Hex);
    static readonly Field More = P.Flag("nbdgm.next", "More fragments follow", 8, 0x01, ValueNames.YesNo, "TRUE if more fragments follow");
    static readonly Field First = P.Flag("nbdgm.first", "This is first fragment", 8, 0x02, ValueNames.YesNo, "TRUE if first fragment");
    static readonly Field NodeType = P.UInt8("nbdgm.node_type", "Node Type", FieldBase.Dec, NodeTypes, 0x0c);
    static readonly Field DatagramId = P.UInt16("nbdgm.dgram_id", "Datagram ID", FieldBase.Hex, blurb: "Datagram identifier");
    static readonly Field SourceAddress = P.IPv4("nbdgm.src.ip", "Source IP", "Source IPv4 address");
    static readonly Field SourcePort = P.UInt16("nbdgm.src.port", "Source Port");
    static readonly Field Length = P.UInt16("nbdgm.dgram_len", "Datagram length", FieldBase.Dec, ByteUnit);
    static readonly Field PacketOffset = P.UInt16("nbdgm.pkt_offset", "Packet offset", FieldBase.Dec, ByteUnit);
    static readonly Field ErrorCode = P.UInt8("nbdgm.error_code", "Error code", FieldBase.Hex, ValueNames.Of(() => [
        (0x82, "Destination name not present"), (0x83, "Invalid source name format"), (0x84, "Invalid destination name format")]));

    static readonly Field SourceName = P.String("nbdgm.source_name", "Source name");
    static readonly Field DestinationName = P.String("nbdgm.destination_name", "Destination name");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 138);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("NBDS");
        p.Info.Clear();
        int type = v.U8(0);
        if (Types.Find((uint)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown message type (0x{type:X2})");
        }

        var tree = p.Open(P, v, parent);
        p.Add(tree, Type, v, 0);
        AddFlags(p, v, tree);
        p.AddAll(tree, v, 2, DatagramId, SourceAddress, SourcePort);
        int at = 10;
        switch (type)
        {
            case 16 or 17 or 18:
                at = p.AddAll(tree, v, at, Length, PacketOffset);
                at += AddName(p, v, tree, SourceName, at);
                at += AddName(p, v, tree, DestinationName, at);
                p.SetLength(tree, at);
                HandOff(p, v.From(at), parent);
                break;
            case 19:
                p.Add(tree, ErrorCode, v, at);
                break;
            case 20 or 21 or 22:
                AddName(p, v, tree, DestinationName, at);
                break;
            default:
                break;
        }

        return v.Reported;
    }

    /// <summary>Nearly all that is sent is SMB's: a message to a mailslot.</summary>
    static void HandOff(Packet p, in View v, Node parent)
    {
        if (v.Captured < 4 || v.U32(0) != SmbMark || p.Call(Catalog.Smb, v, parent) == 0)
        {
            p.CallData(v, parent);
        }
    }

    static void AddFlags(Packet p, in View v, Node tree)
    {
        int flags = v.U8(1);
        var node = p.Add(tree, Flags, v, 1);
        p.Label(node, $"Flags: 0x{flags:x2}{((flags & 1) != 0 ? ", More fragments follow" : "")}{((flags & 2) != 0 ? ", This is first fragment" : "")}, Node Type: {NodeTypes.Find((uint)(flags >> 2) & 3)}");
        p.Add(node, More, v, 1);
        p.Add(node, First, v, 1);
        p.Add(node, NodeType, v, 1);
    }

    static int AddName(Packet p, in View v, Node tree, Field field, int at)
    {
        Span<byte> room = stackalloc byte[NetBiosName.Room];
        Span<byte> raw = stackalloc byte[DnsName.Room];
        var name = new NetBiosName(room);
        int taken = name.Read(p, v, at, raw);
        name.AppendService(Services);
        p.AddString(tree, field, v, at, taken, name.Text);
        return taken;
    }
}
