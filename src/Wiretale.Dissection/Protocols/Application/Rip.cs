using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 1058 (version 1), RFC 2453 (version 2), RFC 2082 (keyed digests).
//
//    0               1               2               3
//   +---------------+---------------+-------------------------------+
//   | Command       | Version       | Routing domain                |
//   +---------------+---------------+-------------------------------+
//   | Address family (0xffff: authentication)  | Route tag          |  entries of 20 bytes
//   | IP address    | Netmask       | Next hop      | Metric        |  32 bits each
//   +---------------+---------------+---------------+---------------+

/// <summary>Routing Information Protocol.</summary>
public sealed class Rip() : Dissector("rip")
{
    const int HeaderLength = 4, EntryLength = 20;
    const ushort Unspecified = 0, Internet = 2, Authentication = 0xffff, Password = 2, KeyedDigest = 3;

    /// <summary>What some senders count as authentication data: the digest and its own entry's head.</summary>
    const int DigestWithHead = 20, HeadLength = 4;

    static readonly Protocol P = new("Routing Information Protocol", "RIP", "rip");
    static readonly ValueNames Commands = ValueNames.Of(() => [(1, "Request"), (2, "Response"), (3, "Traceon"), (4, "Traceoff"), (5, "Vendor specific (Sun)")]);
    static readonly ValueNames Versions = ValueNames.Of(() => [(1, "RIPv1"), (2, "RIPv2")]);
    static readonly ValueNames Authentications = ValueNames.Of(() => [(1, "IP Route"), (2, "Simple Password"), (3, "Keyed Message Digest")]);
    static readonly Field Family = P.UInt16("rip.family", "Address Family", FieldBase.Dec, ValueNames.Of(() => [(0, "Unspecified"), (2, "IP")]));
    static readonly Field RouteTag = P.UInt16("rip.route_tag", "Route Tag");
    static readonly Field Ip = P.IPv4("rip.ip", "IP Address");
    static readonly Field Netmask = P.IPv4("rip.netmask", "Netmask");
    static readonly Field NextHop = P.IPv4("rip.next_hop", "Next Hop", "Next Hop router for this route");
    static readonly Field Metric = P.UInt16("rip.metric", "Metric", blurb: "Metric for this route");
    static readonly Field AuthenticationType = P.UInt16("rip.auth.type", "Authentication type", FieldBase.Dec, Authentications, blurb: "Type of authentication");
    static readonly Field AuthenticationData = P.Bytes("rip.authentication_data", "Authentication Data");
    static readonly Expert UnknownFamily = P.Expert("rip.unknown_address_family", Severity.Warning, ExpertGroup.Protocol, "Unknown address family");

    static readonly Layout Header = new(
        P.UInt8("rip.command", "Command", FieldBase.Dec, Commands, blurb: "What type of RIP Command is this"),
        P.UInt8("rip.version", "Version", FieldBase.Dec, Versions, blurb: "Version of the RIP protocol"));

    static readonly Layout Route1 = new(Family, Row.Skip(2), Ip.When(Family, Internet), Row.Skip(4).When(Family, Unspecified), Row.Skip(8), Metric.Of(4));
    static readonly Layout Route2 = new(Family, RouteTag, Ip.When(Family, Internet), Row.Skip(4).When(Family, Unspecified), Netmask, NextHop, Metric.Of(4));
    static readonly Layout Plain = new(AuthenticationType);
    static readonly Layout WithPassword = new(AuthenticationType, P.String("rip.auth.passwd", "Password", "Authentication password").Of(16));
    static readonly Layout WithDigest = new(
        AuthenticationType,
        P.UInt16("rip.digest_offset", "Digest Offset"),
        P.UInt8("rip.key_id", "Key ID"),
        P.UInt8("rip.auth_data_len", "Auth Data Len"),
        P.UInt32("rip.seq_num", "Seq num"),
        P.String("rip.zero_padding", "Zero adding", "Authentication password").Of(8));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 520);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int command = v.U8(0), version = v.U8(1);
        p.SetProtocol(version switch { 1 => "RIPv1", 2 => "RIPv2", _ => "RIP" });
        p.Info.Clear();
        if (Commands.Find((ulong)command) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown command ({command})");
        }

        var tree = p.Open(P, v, parent);
        p.AddRows(tree, v, 0, Header);
        int end = v.Reported;
        for (int at = HeaderLength; at < end; at += EntryLength)
        {
            int family = v.U16(at);
            if (family == Authentication && version == 2 && at == HeaderLength)
            {
                end -= AddAuthentication(p, v, tree, at);
            }
            else if (family is Unspecified or Internet)
            {
                AddRoute(p, v, tree, at, family, version == 2 ? Route2 : Route1);
            }
            else
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Unknown address family {family}");
                p.AddExpert(tree, UnknownFamily, v, at, EntryLength, p.Scratch.Bytes);
                v.Ensure(at, EntryLength);
            }
        }

        return v.Reported;
    }

    static void AddRoute(Packet p, in View v, Node tree, int at, int family, Layout rows)
    {
        uint metric = v.U32(at + 16);
        var route = family == Internet
            ? p.AddText(tree, v, at, EntryLength, $"IP Address: {Address.IPv4(v.U32(at + 4))}, Metric: {metric}")
            : p.AddText(tree, v, at, EntryLength, $"Address not specified, Metric: {metric}");
        p.AddRows(route, v, at, rows);
    }

    /// <returns>Bytes at the message's end that belong to it.</returns>
    static int AddAuthentication(Packet p, in View v, Node tree, int at)
    {
        int type = v.U16(at + 2);
        var branch = Authentications.Find((ulong)type) is { } name
            ? p.AddText(tree, v, at, EntryLength, $"Authentication: {name}")
            : p.AddText(tree, v, at, EntryLength, $"Authentication: Unknown ({type})");
        p.AddRows(branch, v, at + 2, type switch { Password => WithPassword, KeyedDigest => WithDigest, _ => Plain });
        if (type != KeyedDigest)
        {
            return 0;
        }

        int trailer = v.U16(at + 4), length = v.U8(at + 7), digest = length == DigestWithHead ? length - HeadLength : length;
        var data = p.AddText(branch, v, trailer, HeadLength + digest, "Authentication Data Trailer");
        p.Add(data, AuthenticationData, v, trailer + HeadLength, digest);
        return length;
    }
}
