using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 3561; draft-perkins-manet-aodv6-01 (types 16 to 19). UDP port 654.
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | Type          | Flags                         | Hop count     |  addresses and sequence numbers of 4 bytes follow,
//   +---------------+---------------+---------------+---------------+  then extensions: type, length, data

/// <summary>Ad hoc On-demand Distance Vector routing.</summary>
public sealed class Aodv() : Dissector("aodv")
{
    const int Request = 1, Reply = 2, Error = 3, FirstOfDraft = 16;
    const int HelloIntervalType = 2, TimestampType = 3;

    static readonly Protocol P = new("Ad hoc On-demand Distance Vector Routing Protocol", "AODV", "aodv");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Route Request"), (2, "Route Reply"), (3, "Route Error"), (4, "Route Reply Acknowledgment"),
        (16, "draft-perkins-manet-aodv6-01 IPv6 Route Request"), (17, "draft-perkins-manet-aodv6-01 IPv6 Route Reply"),
        (18, "draft-perkins-manet-aodv6-01 IPv6 Route Error"), (19, "draft-perkins-manet-aodv6-01 IPv6 Route Reply Acknowledgment")]);
    static readonly ValueNames ExtensionTypes = ValueNames.Of(() => [(1, "None"), (2, "Hello Interval"), (3, "Timestamp")]);
    static readonly Field Type = P.UInt8("aodv.type", "Type", FieldBase.Dec, Types, blurb: "AODV packet type");
    static readonly Field Flags = P.UInt16("aodv.flags", "Flags");
    static readonly Row RequestFlags = Flags.Summary(
        P.Flag("aodv.flags.rreq_join", "RREQ Join", 16, 0x8000, ValueNames.SetNotSet),
        P.Flag("aodv.flags.rreq_repair", "RREQ Repair", 16, 0x4000, ValueNames.SetNotSet),
        P.Flag("aodv.flags.rreq_gratuitous", "RREQ Gratuitous RREP", 16, 0x2000, ValueNames.SetNotSet),
        P.Flag("aodv.flags.rreq_destinationonly", "RREQ Destination only", 16, 0x1000, ValueNames.SetNotSet),
        P.Flag("aodv.flags.rreq_unknown", "RREQ Unknown Sequence Number", 16, 0x800, ValueNames.SetNotSet));
    static readonly Row ReplyFlags = Flags.Summary(
        P.Flag("aodv.flags.rrep_repair", "RREP Repair", 16, 0x8000, ValueNames.SetNotSet),
        P.Flag("aodv.flags.rrep_ack", "RREP Acknowledgement", 16, 0x4000, ValueNames.SetNotSet));
    static readonly Row ErrorFlags = Flags.Summary(P.Flag("aodv.flags.rerr_nodelete", "RERR No Delete", 16, 0x8000, ValueNames.SetNotSet));
    static readonly Field PrefixSize = P.UInt8("aodv.prefix_sz", "Prefix Size");
    static readonly Field HopCount = P.UInt8("aodv.hopcount", "Hop Count");
    static readonly Field RequestId = P.UInt32("aodv.rreq_id", "RREQ Id");
    static readonly Field DestinationIp = P.IPv4("aodv.dest_ip", "Destination IP", "Destination IP Address"), DestinationIp6 = P.IPv6("aodv.dest_ipv6", "Destination IPv6", "Destination IPv6 Address");
    static readonly Field DestinationSequence = P.UInt32("aodv.dest_seqno", "Destination Sequence Number");
    static readonly Field OriginIp = P.IPv4("aodv.orig_ip", "Originator IP", "Originator IP Address"), OriginIp6 = P.IPv6("aodv.orig_ipv6", "Originator IPv6", "Originator IPv6 Address");
    static readonly Field OriginSequence = P.UInt32("aodv.orig_seqno", "Originator Sequence Number");
    static readonly Field Lifetime = P.UInt32("aodv.lifetime", "Lifetime");
    static readonly Field DestinationCount = P.UInt8("aodv.destcount", "Destination Count", blurb: "Unreachable Destinations Count");
    static readonly Field Unreachable = P.IPv4("aodv.unreach_dest_ip", "Unreachable Destination IP", "Unreachable Destination IP Address"),
        Unreachable6 = P.IPv6("aodv.unreach_dest_ipv6", "Unreachable Destination IPv6", "Unreachable Destination IPv6 Address");
    static readonly Field ExtensionType = P.UInt8("aodv.ext_type", "Extension Type", FieldBase.Dec, ExtensionTypes, blurb: "Extension Format Type");
    static readonly Field ExtensionLength = P.UInt8("aodv.ext_length", "Extension Length", blurb: "Extension Data Length");
    static readonly Field HelloInterval = P.UInt32("aodv.hello_interval", "Hello Interval", blurb: "Hello Interval Extension");
    static readonly Field Timestamp = P.UInt64("aodv.timestamp", "Timestamp", blurb: "Timestamp Extension");
    static readonly Expert InvalidLength = P.Expert("aodv.ext_length.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid option length");

    static readonly Layout RequestBody = new(DestinationIp, DestinationSequence, OriginIp, OriginSequence);
    static readonly Layout RequestFlagRows = new(RequestFlags), ReplyFlagRows = new(ReplyFlags), ErrorFlagRows = new(ErrorFlags);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 654);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int type = v.U8(0);
        p.SetProtocol("AODV");
        p.Info.Clear();
        if (Types.Find((ulong)type) is not { } name)
        {
            return 0;
        }

        p.Info.Set(name);
        var tree = p.Open(P, v, parent);
        p.AppendLabel(tree, $", {name}");
        p.Add(tree, Type, v, 0);
        bool is6 = type >= FirstOfDraft;
        switch (is6 ? type - FirstOfDraft + 1 : type)
        {
            case Request:
                AddRequest(p, v, tree, is6);
                break;
            case Reply:
                AddReply(p, v, tree, is6);
                break;
            case Error:
                AddError(p, v, tree, is6);
                break;
            default:
                break;
        }

        return v.Reported;
    }

    static void AddRequest(Packet p, in View v, Node tree, bool is6)
    {
        p.AddRows(tree, v, 1, RequestFlagRows);
        p.Add(tree, HopCount, v, 3);
        p.Add(tree, RequestId, v, 4);
        uint id = v.U32(4), hops = v.U8(3);
        int size = is6 ? 16 : 4, destination = is6 ? 16 : 8, origin = is6 ? 32 : 16;
        uint destinationSequence = v.U32(is6 ? 8 : 12), originSequence = v.U32(is6 ? 12 : 20);
        v.Ensure(origin, size);
        var (to, from) = (AddressAt(v, destination, is6), AddressAt(v, origin, is6));
        if (is6)
        {
            p.AddAll(tree, v, 8, DestinationSequence, OriginSequence, DestinationIp6, OriginIp6);
        }
        else
        {
            p.AddRows(tree, v, 8, RequestBody);
        }

        p.AppendLabel(tree, $", Dest IP: {to}, Orig IP: {from}");
        p.Info.Append($", D: {to}, O: {from} Id={id} Hcnt={hops} DSN={destinationSequence} OSN={originSequence}");
        AddExtensions(p, v, tree, is6 ? 48 : 24);
    }

    static void AddReply(Packet p, in View v, Node tree, bool is6)
    {
        p.AddRows(tree, v, 1, ReplyFlagRows);
        p.AddUInt(tree, PrefixSize, v, 2, 1, v.U8(2) & 0x1fu);
        p.Add(tree, HopCount, v, 3);
        uint hops = v.U8(3);
        if (is6)
        {
            p.Add(tree, DestinationSequence, v, 4);
            p.Add(tree, DestinationIp6, v, 8);
            p.Add(tree, OriginIp6, v, 24);
        }
        else
        {
            p.Add(tree, DestinationIp, v, 4);
        }

        var to = AddressAt(v, is6 ? 8 : 4, is6);
        p.AppendLabel(tree, $", Dest IP: {to}");
        p.Info.Append($", D: {to}");
        uint sequence = v.U32(is6 ? 4 : 8);
        if (!is6)
        {
            p.Add(tree, DestinationSequence, v, 8);
            p.Add(tree, OriginIp, v, 12);
        }

        int after = is6 ? 40 : 16;
        var from = AddressAt(v, is6 ? 24 : 12, is6);
        uint lifetime = v.U32(after);
        p.Add(tree, Lifetime, v, after);
        p.AppendLabel(tree, $", Orig IP: {from}, Lifetime={lifetime}");
        p.Info.Append($", O: {from} Hcnt={hops} DSN={sequence} Lifetime={lifetime}");
        AddExtensions(p, v, tree, after + 4);
    }

    static void AddError(Packet p, in View v, Node tree, bool is6)
    {
        p.AddRows(tree, v, 1, ErrorFlagRows);
        uint count = v.U8(3);
        p.Add(tree, DestinationCount, v, 3);
        p.Info.Append($", Dest Count={count}");
        int at = 4, size = is6 ? 20 : 8;
        var branch = p.AddText(tree, v, at, (int)count * size, "Unreachable Destinations");
        for (uint i = 0; i < count; i++)
        {
            at = is6 ? p.AddAll(branch, v, at, DestinationSequence, Unreachable6) : p.AddAll(branch, v, at, Unreachable, DestinationSequence);
        }
    }

    static void AddExtensions(Packet p, in View v, Node tree, int at)
    {
        while (at < v.Reported)
        {
            int type = v.U8(at), length = v.U8(at + 1);
            var branch = p.AddText(tree, v, at, 2 + length, "Extensions");
            p.Add(branch, ExtensionType, v, at);
            var lengthNode = p.Add(branch, ExtensionLength, v, at + 1);
            p.AppendLabel(lengthNode, " bytes");
            if (length == 0)
            {
                p.Expert(lengthNode, InvalidLength, v, at + 1, 1);
                return;
            }

            if (type == HelloIntervalType)
            {
                p.Add(branch, HelloInterval, v, at + 2);
            }
            else if (type == TimestampType)
            {
                p.Add(branch, Timestamp, v, at + 2);
            }

            at += 2 + length;
        }
    }

    static Address AddressAt(in View v, int at, bool is6) => is6 ? Address.IPv6(v.Span(at, 16)) : Address.IPv4(v.U32(at));
}
