using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.BitTorrent;

// Specification: BEP 14. UDP port 6771, to 239.192.152.143 and ff15::efc0:988f.

/// <summary>BitTorrent's search for peers in the same network.</summary>
public sealed class LocalServiceDiscovery() : Dissector("lsd")
{
    const uint Port = 6771, Group = 0xefc0988f;
    const ulong GroupSixHigh = 0xff15_0000_0000_0000;

    static readonly Protocol P = new("Local Service Discovery", "LSD", "lsd");
    static readonly Field Header = P.String("lsd.header", "Header");
    static readonly Field Host = P.String("lsd.host", "Host");
    static readonly Field PortNumber = P.UInt32("lsd.port", "Port");
    static readonly Field InfoHash = P.String("lsd.infohash", "Infohash");
    static readonly Field Cookie = P.String("lsd.cookie", "cookie");
    static readonly Expert Malformed = P.Expert("lsd.malformed_field", Severity.Error, ExpertGroup.Malformed, "Malformed LDS field");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Udp.Heuristics, Guess);

    bool Guess(Packet p, in View v, Node parent)
    {
        if (p.DestinationPort != Port || !v.Bytes.StartsWith("BT-SEARCH"u8) || !IsGroup(p.NetworkDestination))
        {
            return false;
        }

        Dissect(p, v, parent);
        return true;
    }

    static bool IsGroup(in Address address) => address.Length == 4 ? address.High >> 32 == Group : address.High == GroupSixHigh && address.Low == Group;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("LSD");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = 0;
        var line = Next(v, ref at, out int start);
        p.Add(tree, Header, v, start, line.Length);
        line = Next(v, ref at, out start);
        var value = ValueOf(line, "Host:"u8);
        var node = p.AddString(tree, Host, v, start, line.Length, value);
        if (value.IsEmpty)
        {
            p.Label(node, $"{line}");
            p.Expert(node, Malformed, v, start, line.Length, $"Host field malformed");
        }

        line = Next(v, ref at, out start);
        value = ValueOf(line, "Port:"u8);
        bool isNumber = System.Buffers.Text.Utf8Parser.TryParse(value, out ushort port, out int used) && used == value.Length;
        node = p.AddUInt(tree, PortNumber, v, start, line.Length, isNumber ? port : value.IsEmpty ? ushort.MaxValue : 0u);
        if (!isNumber)
        {
            p.Expert(node, Malformed, v, start, line.Length, $"Port {(value.IsEmpty ? "field" : "value")} malformed");
        }

        line = Next(v, ref at, out start);
        value = ValueOf(line, "Infohash:"u8);
        node = p.AddString(tree, InfoHash, v, start, line.Length, value);
        if (value.IsEmpty)
        {
            p.Label(node, $"{line}");
            p.Expert(node, Malformed, v, start, line.Length, $"Infohash field malformed");
        }

        line = Next(v, ref at, out start);
        value = ValueOf(line, "cookie:"u8);
        if (!value.IsEmpty)
        {
            p.AddString(tree, Cookie, v, start, line.Length, value);
        }

        return v.Reported;
    }

    static ReadOnlySpan<byte> Next(in View v, ref int at, out int start)
    {
        start = Math.Min(at, v.Captured);
        int end = v.LineEnd(start, out at);
        if (end < 0)
        {
            (end, at) = (v.Captured, v.Captured);
        }

        return v.Bytes[start..end];
    }

    static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && System.Text.Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].Trim((byte)' ') : [];
}
