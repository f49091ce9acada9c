using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 2516 section 4.
//
//   0          1      2            4                6
//   +-----+----+------+------------+----------------+------
//   | ver |type| code | session id | payload length | tags, or PPP
//   +-----+----+------+------------+----------------+------

/// <summary>The header that both phases of PPP over Ethernet share.</summary>
public sealed class PppoE() : Dissector("pppoe")
{
    static readonly Protocol P = new("PPP-over-Ethernet", "PPPoE", "pppoe");
    internal static readonly ValueNames Codes = ValueNames.Of(() => [
        (0x00, "Session Data"), (0x07, "Active Discovery Offer (PADO)"), (0x09, "Active Discovery Initiation (PADI)"), (0x0a, "Active Discovery Session-Grant (PADG)"),
        (0x0b, "Active Discovery Session-Credit Resp.(PADC)"), (0x0c, "Active Discovery Quality (PADQ)"), (0x19, "Active Discovery Request (PADR)"),
        (0x65, "Active Discovery Session-confirmation (PADS)"), (0xa7, "Active Discovery Terminate (PADT)"), (0xd3, "Active Discovery Message (PADM)"), (0xd4, "Active Discovery Network (PADN)")]);

    static readonly Field Version = P.UInt8("pppoe.version", "Version", mask: 0xf0);
    static readonly Field Type = P.UInt8("pppoe.type", "Type", mask: 0x0f);
    static readonly Field Code = P.UInt8("pppoe.code", "Code", FieldBase.Hex, Codes);
    static readonly Field SessionId = P.UInt16("pppoe.session_id", "Session ID", FieldBase.Hex);
    static readonly Field PayloadLength = P.UInt16("pppoe.payload_length", "Payload Length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) => 0;

    internal static void AddHeader(Packet p, in View v, Node tree) => p.AddAll(tree, v, 0, Version, Type, Code, SessionId, PayloadLength);
}

/// <summary>PPP over Ethernet, discovery: who offers a session.</summary>
public sealed class PppoEDiscovery() : Dissector("pppoed")
{
    static readonly Protocol P = new("PPP-over-Ethernet Discovery", "PPPoED", "pppoed");
    static readonly Field Tags = P.Label("pppoed.tags", "PPPoE Tags");
    static readonly Field Unknown = P.Bytes("pppoed.tag.unknown_data", "Unknown Data");
    static readonly Field ServiceName = P.String("pppoed.tags.service_name", "Service-Name");
    static readonly Field ConcentratorName = P.String("pppoed.tags.ac_name", "AC-Name");
    static readonly Field HostUniq = P.Bytes("pppoed.tags.host_uniq", "Host-Uniq");
    static readonly Field Cookie = P.Bytes("pppoed.tags.ac_cookie", "AC-Cookie");
    static readonly Field Relay = P.Bytes("pppoed.tags.relay_session_id", "Relay-Session-Id");
    static readonly Field Multicast = P.Bytes("pppoed.tags.hurl", "HURL");
    static readonly Field ServiceError = P.String("pppoed.tags.svc_name_error", "Service-Name-Error");
    static readonly Field SystemError = P.String("pppoed.tags.ac_system_error", "AC-System-Error");
    static readonly Field GenericError = P.String("pppoed.tags.generic_error", "Generic-Error");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypes.PppoEDiscovery);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PPPoED");
        p.Info.Clear();
        int code = v.U8(1);
        p.Info.Set(PppoE.Codes.FindOr((ulong)code, "Unknown"));
        int size = v.U16(4);
        var tree = p.Open(P, v, parent, 0, Math.Min(6 + size, v.Captured));
        PppoE.AddHeader(p, v, tree);
        if (size > 0)
        {
            AddTags(p, v, tree, size);
        }

        return Math.Max(1, v.Reported);
    }

    static void AddTags(Packet p, in View v, Node tree, int size)
    {
        var branch = p.Add(tree, Tags, v, 6, Math.Min(size, v.CapturedFrom(6)));
        for (int at = 6, end = 6 + size; at <= end - 4;)
        {
            int tag = v.U16(at);
            int length = v.U16(at + 2);
            if (tag == 0)
            {
                break;
            }

            if (tag == 0x0102)
            {
                p.Info.Append($" AC-Name='{v.Span(at + 4, length)}'");
            }

            var field = tag switch
            {
                0x0101 => ServiceName,
                0x0102 => ConcentratorName,
                0x0103 => HostUniq,
                0x0104 => Cookie,
                0x0110 => Relay,
                0x0111 => Multicast,
                0x0201 => ServiceError,
                0x0202 => SystemError,
                0x0203 => GenericError,
                _ => Unknown,
            };
            if (length > 0)
            {
                p.Add(branch, field, v, at + 4, length);
            }

            at += 4 + length;
        }
    }
}

/// <summary>PPP over Ethernet, session: PPP without its framing.</summary>
public sealed class PppoESession() : Dissector("pppoes")
{
    static readonly Protocol P = new("PPP-over-Ethernet Session", "PPPoES", "pppoes");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(EtherType.Table, EtherTypes.PppoESession);
        claims.Numbers(Frame.LinkTypes, (uint)LinkType.PppoE);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PPPoES");
        p.Info.Clear();
        int code = v.U8(1);
        p.Info.Set(PppoE.Codes.FindOr((ulong)code, "Unknown"));
        int size = v.U16(4);
        var tree = p.Open(P, v, parent, 0, 6);
        PppoE.AddHeader(p, v, tree);
        p.Call(Catalog.Ppp, v.Part(6, size), parent);
        return Math.Max(1, v.Reported);
    }
}
