using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 section 4.2; RFC 6066; RFC 7301 (ALPN); RFC 8422 (groups, point formats).
//
//   0      2        4
//   +------+--------+--------
//   | type | length | data ...
//   +------+--------+--------

/// <summary>Extensions of hello messages.</summary>
static class TlsExtensions
{
    const int ServerName = 0, SupportedGroups = 10, PointFormats = 11, SignatureAlgorithms = 13, Alpn = 16, SupportedVersions = 43;

    /// <summary>The list with its length. Returns the version that a server chose by supported_versions, or 0.</summary>
    public static int Dissect(Packet p, in View v, int at, Node node, HandshakeFields f, bool isServer)
    {
        int version = 0;
        int end = at + 2 + v.U16(at);
        p.Add(node, f.ExtensionsLength, v, at);
        at += 2;
        while (at + 4 <= end)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            string name = f.ExtensionType.Names!.Find((uint)type) ?? "Unknown type";
            var branch = p.AddText(node, v, at, 4 + length, $"Extension: {name} (len={length})");
            if (f.ExtensionType.Names.Find((uint)type) is null)
            {
                p.Label(branch, $"Extension: Unknown type {type} (len={length})");
            }

            p.Add(branch, f.ExtensionType, v, at);
            p.Add(branch, f.ExtensionLength, v, at + 2);
            v.Ensure(at + 4, length);
            if (length > 0)
            {
                version = Math.Max(version, Body(p, v.Part(at + 4, length), branch, f, type, isServer));
            }

            at += 4 + length;
        }

        return version;
    }

    static int Body(Packet p, in View v, Node node, HandshakeFields f, int type, bool isServer)
    {
        switch (type)
        {
            case ServerName when !isServer:
                var names = p.AddText(node, v, 0, v.Captured, "Server Name Indication extension");
                p.Add(names, f.ServerNameListLength, v, 0);
                p.Add(names, f.ServerNameType, v, 2);
                p.Add(names, f.ServerNameLength, v, 3);
                p.Add(names, f.ServerName, v, 5, v.U16(3));
                break;
            case SupportedGroups:
                p.Add(node, f.GroupsLength, v, 0);
                Numbers(p, v, p.Add(node, f.GroupList, v, 2, v.Captured - 2), f.Group, "Supported Groups", "group");
                break;
            case PointFormats:
                int count = v.U8(0);
                p.Add(node, f.PointFormatsLength, v, 0);
                var formats = p.Add(node, f.PointFormats, v, 1, count);
                p.Label(formats, $"Elliptic curves point formats ({count})");
                for (int i = 1; i <= count; i++)
                {
                    p.Add(formats, f.PointFormat, v, i);
                }

                break;
            case SignatureAlgorithms:
                p.Add(node, f.SignaturesLength, v, 0);
                var list = p.Add(node, f.Signatures, v, 2, v.Captured - 2);
                p.Label(list, $"Signature Hash Algorithms ({(v.Captured - 2) / 2} algorithm{(v.Captured == 4 ? "" : "s")})");
                for (int at = 2; at + 2 <= v.Reported; at += 2)
                {
                    var algorithm = p.Add(list, f.Signature, v, at);
                    p.AddAll(algorithm, v, at, f.SignatureHash, f.SignatureKey);
                }

                break;
            case Alpn:
                p.Add(node, f.AlpnLength, v, 0);
                var protocols = p.Add(node, f.AlpnList, v, 2, v.Captured - 2);
                for (int at = 2; at < v.Reported; at += 1 + v.U8(at))
                {
                    p.Add(protocols, f.AlpnStringLength, v, at);
                    p.Add(protocols, f.AlpnString, v, at + 1, v.U8(at));
                }

                break;
            case SupportedVersions when isServer:
                p.Add(node, f.SupportedVersion, v, 0);
                return v.U16(0);
            case SupportedVersions:
                p.Add(node, f.SupportedVersionsLength, v, 0);
                for (int at = 1; at + 2 <= v.Reported; at += 2)
                {
                    p.Add(node, f.SupportedVersion, v, at);
                }

                break;
            default:
                p.Add(node, f.ExtensionData, v, 0, v.Captured);
                break;
        }

        return 0;
    }

    static void Numbers(Packet p, in View v, Node list, Field field, string title, string one)
    {
        int count = (v.Reported - 2) / 2;
        p.Label(list, $"{title} ({count} {one}{(count == 1 ? "" : "s")})");
        for (int at = 2; at + 2 <= v.Reported; at += 2)
        {
            p.Add(list, field, v, at);
        }
    }
}
