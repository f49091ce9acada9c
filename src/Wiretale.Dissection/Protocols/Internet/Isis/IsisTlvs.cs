using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

/// <summary>Adds what a TLV holds.</summary>
/// <returns>False for a type that it does not know.</returns>
delegate bool IsisTlvValue(Packet p, in View v, Node tlv, int type, int at, int length);

/// <summary>The TLVs of one kind of IS-IS packet: type (1), length (1), value (ISO 10589 section 9.3); some are the same in several kinds, under names of their own.</summary>
/// <param name="protocol">The kind of packet.</param>
/// <param name="name">How its fields' names begin.</param>
/// <param name="names">What its TLVs are called.</param>
sealed class IsisTlvs(Protocol protocol, string name, ValueNames names)
{
    const int AreaAddresses = 1, Authentication = 10, NetworkProtocols = 129, Interfaces = 132, Topologies = 229, OldAuthentication = 133, InterfacesV6 = 232;
    const int Password = 1, Digest = 54, DigestLength = 16;

    readonly Field type = protocol.UInt8($"{name}.clv.type", "Type");
    readonly Field length = protocol.UInt8($"{name}.clv.length", "Length");
    readonly Field area = protocol.Bytes($"{name}.area_address", "Area address");
    readonly Field nlpid = protocol.UInt8($"{name}.clv_nlpid.nlpid", "NLPID", FieldBase.Hex);
    readonly Field ipv4 = protocol.IPv4($"{name}.clv_ipv4_int_addr", "IPv4 interface address");
    readonly Field ipv6 = protocol.IPv6($"{name}.clv_ipv6_int_addr", "IPv6 interface address");
    readonly Field authentication = protocol.Bytes(name == "isis.hello" ? "isis.hello.clv_authentication" : $"{name}.authentication", "Authentication");
    readonly Expert unknownAuthentication = protocol.Expert($"{name}.authentication.unknown", Severity.Warning, ExpertGroup.Protocol, "Unknown authentication type");
    readonly Expert tooShort = protocol.Expert($"{name}.short_clv", Severity.Error, ExpertGroup.Malformed, "Short CLV");
    readonly Expert unknown = protocol.Expert($"{name}.clv.unknown", Severity.Note, ExpertGroup.Undecoded, "Unknown option");

    readonly Field topology = protocol.UInt16($"{name}.clv_mt", "MT-ID", FieldBase.Hex);

    /// <summary>Says that a value is shorter than what it must hold.</summary>
    internal Expert TooShort => tooShort;

    /// <summary>Adds TLVs up to <paramref name="end"/>.</summary>
    public void Add(Packet p, in View v, Node tree, int at, int end, IsisTlvValue value)
    {
        while (end - at > 2)
        {
            int code = v.U8(at), size = v.U8(at + 1);
            at += 2;
            int left = end - at;
            if (left < size)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Short CLV header ({size} vs {Math.Max(0, left)})");
                p.AddExpert(tree, tooShort, v, at - 2, 2, p.Scratch.Bytes);
                return;
            }

            var tlv = p.AddText(tree, v, at - 2, size + 2, $"{names.FindOr((ulong)code, "Unknown code")} (t={code}, l={size})");
            p.AddAll(tlv, v, at - 2, type, length);
            if (!AddCommon(p, v, tlv, code, at, size) && !value(p, v, tlv, code, at, size))
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Dissector for IS-IS CLV ({code}) code not implemented, Contact Wireshark developers if you want this supported");
                p.AddExpert(tlv, unknown, v, at, size, p.Scratch.Bytes);
            }

            at += size;
        }
    }

    bool AddCommon(Packet p, in View v, Node tlv, int code, int at, int size)
    {
        if (names.Find((ulong)code) is null)
        {
            return false;
        }

        switch (code)
        {
            case AreaAddresses:
                AddAreas(p, v, tlv, at, size);
                return true;
            case NetworkProtocols:
                AddProtocols(p, v, tlv, at, size);
                return true;
            case Interfaces:
                AddAddresses(p, v, tlv, at, size, ipv4, 4);
                return true;
            case InterfacesV6:
                AddAddresses(p, v, tlv, at, size, ipv6, 16);
                return true;
            case Topologies:
                for (int end = at + size; end - at >= 2; at += 2)
                {
                    int id = v.U16(at) & 0xfff;
                    p.Label(p.Add(tlv, topology, v, at), $"{NameOf(id)} (0x{id:x3})");
                }

                return true;
            case Authentication or OldAuthentication:
                AddAuthentication(p, v, tlv, at, size);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Topologies as RFC 5120 section 7.5 numbers them.</summary>
    static string NameOf(int topology) => topology switch
    {
        0 => "IPv4 Unicast Topology",
        1 => "In-Band Management Topology",
        2 => "IPv6 Unicast Topology",
        3 => "Multicast Topology",
        4095 => "Development, Experimental or Proprietary Topology",
        _ => "Reserved for IETF Consensus",
    };

    void AddAreas(Packet p, in View v, Node tlv, int at, int size)
    {
        for (int end = at + size; at < end;)
        {
            int bytes = v.U8(at);
            if (bytes > end - at - 1)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"short address, packet says {bytes}, we have {end - at - 1} left");
                p.AddExpert(tlv, tooShort, v, at, end - at, p.Scratch.Bytes);
                return;
            }

            var node = p.Add(tlv, area, v, at, bytes + 1);
            if (p.WantsLabel(node))
            {
                p.Scratch.Clear();
                AppendArea(p.Scratch, v.Span(at + 1, bytes));
                p.Label(node, $"Area address ({bytes}): {p.Scratch.Bytes}");
            }

            at += bytes + 1;
        }
    }

    /// <summary>An area as people write it: the authority's byte, then two at a time.</summary>
    static void AppendArea(Utf8Text text, ReadOnlySpan<byte> area)
    {
        for (int i = 0; i < area.Length; i++)
        {
            if (i % 2 == 1)
            {
                text.Append('.');
            }

            text.AppendHex(area[i], 2);
        }
    }

    void AddProtocols(Packet p, in View v, Node tlv, int at, int size)
    {
        if (size == 0)
        {
            p.AddText(tlv, v, at, 0, "NLPID(s): --none--");
            return;
        }

        p.Scratch.Clear();
        for (int i = 0; i < size; i++)
        {
            int number = v.U8(at + i);
            p.Scratch.Append($"{(i > 0 ? ", " : "")}{Osi.Names.FindOr((ulong)number, "Unknown")} (0x{number:x2})");
        }

        var list = p.AddText(tlv, v, at, size, $"NLPID{(size == 1 ? "" : "s")}: {p.Scratch.Bytes}");
        for (int i = 0; i < size; i++)
        {
            p.Add(list, nlpid, v, at + i);
        }
    }

    void AddAddresses(Packet p, in View v, Node tlv, int at, int size, Field field, int width)
    {
        for (int end = at + size; at < end; at += width)
        {
            if (end - at < width)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"Short IP interface address ({end - at} vs {width})");
                p.AddExpert(tlv, tooShort, v, at, end - at, p.Scratch.Bytes);
                return;
            }

            p.Add(tlv, field, v, at);
        }
    }

    void AddAuthentication(Packet p, in View v, Node tlv, int at, int size)
    {
        if (size == 0)
        {
            return;
        }

        int kind = v.U8(at), bytes = size - 1;
        if (kind == Password)
        {
            var node = p.Add(tlv, authentication, v, at + 1, bytes);
            if (bytes > 0)
            {
                p.Label(node, $"clear text (1), password (length {bytes}) = {v.Span(at + 1, bytes)}");
            }
            else
            {
                p.Label(node, $"clear text (1), no clear-text password found!!!");
            }
        }
        else if (kind == Digest && bytes == DigestLength)
        {
            var node = p.Add(tlv, authentication, v, at + 1, bytes);
            if (p.WantsLabel(node))
            {
                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Span(at + 1, bytes));
                p.Label(node, $"hmac-md5 (54), message digest (length {bytes}) = {p.Scratch.Bytes}");
            }
        }
        else
        {
            var node = p.Add(tlv, authentication, v, at + 1, bytes);
            p.Label(node, $"type 0x{kind:x2} (0x{bytes:x2})");
            p.AddExpert(tlv, unknownAuthentication, v, at + 1, bytes);
        }
    }
}

/// <summary>System identifiers as the Info column shows them.</summary>
static class IsisSystemId
{
    /// <summary>Puts <c>1111.2222.3333</c>, <c>1111.2222.3333.00</c> or <c>1111.2222.3333.00-00</c> into the scratch text.</summary>
    public static ReadOnlySpan<byte> Of(Packet p, in View v, int at, int length)
    {
        p.Scratch.Clear();
        FieldFormat.SystemId(p.Scratch, v.Span(at, length));
        return p.Scratch.Bytes;
    }
}
