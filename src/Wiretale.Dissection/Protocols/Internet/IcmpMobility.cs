using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 5944 section 2.1 (mobility agent advertisement, prefix lengths, padding), RFC 4721 (challenge).
//
//   +------+--------+-----------------------
//   | type | length | value ...               type 0 is a single byte
//   +------+--------+-----------------------

/// <summary>Extensions by which mobility agents say in a router advertisement what they do.</summary>
sealed class IcmpMobility(Protocol protocol)
{
    const byte Padding = 0, Agent = 16, PrefixLengths = 19, Challenge = 24;

    static readonly ValueNames Types = ValueNames.Of(() => [(Padding, "One byte padding extension"), (Agent, "Mobility Agent Advertisement Extension"),
        (PrefixLengths, "Prefix Lengths Extension"), (Challenge, "Challenge Extension")]);

    readonly Field type = protocol.UInt8("icmp.mip.type", "Extension Type", FieldBase.Dec, Types);
    readonly Field length = protocol.UInt8("icmp.mip.length", "Length");
    readonly Field prefixLength = protocol.UInt8("icmp.mip.prefixlength", "Prefix Length");
    readonly Field sequence = protocol.UInt16("icmp.mip.seq", "Sequence Number");
    readonly Field lifetime = protocol.UInt16("icmp.mip.life", "Registration Lifetime");
    readonly Field flags = protocol.UInt16("icmp.mip.flags", "Flags", FieldBase.Hex);
    readonly Field[] flagBits =
    [
        protocol.Flag("icmp.mip.r", "Registration Required", 16, 0x8000, blurb: "Registration with this FA is required"),
        protocol.Flag("icmp.mip.b", "Busy", 16, 0x4000, blurb: "This FA will not accept requests at this time"),
        protocol.Flag("icmp.mip.h", "Home Agent", 16, 0x2000, blurb: "Home Agent Services Offered"),
        protocol.Flag("icmp.mip.f", "Foreign Agent", 16, 0x1000, blurb: "Foreign Agent Services Offered"),
        protocol.Flag("icmp.mip.m", "Minimal Encapsulation", 16, 0x0800, blurb: "Minimal encapsulation tunneled datagram support"),
        protocol.Flag("icmp.mip.g", "GRE", 16, 0x0400, blurb: "GRE encapsulated tunneled datagram support"),
        protocol.Flag("icmp.mip.v", "VJ Comp", 16, 0x0200, blurb: "Van Jacobson Header Compression Support"),
        protocol.Flag("icmp.mip.rt", "Reverse tunneling", 16, 0x0100, blurb: "Reverse tunneling support"),
        protocol.Flag("icmp.mip.u", "UDP tunneling", 16, 0x0080, blurb: "UDP tunneling support"),
        protocol.Flag("icmp.mip.x", "Revocation support", 16, 0x0040, blurb: "Registration revocation support"),
    ];

    readonly Field reserved = protocol.UInt16("icmp.mip.reserved", "Reserved", FieldBase.Hex, mask: 0x003f);
    readonly Field careOf = protocol.IPv4("icmp.mip.coa", "Care-Of-Address");
    readonly Field challenge = protocol.Bytes("icmp.mip.challenge", "Challenge");
    readonly Field content = protocol.Bytes("icmp.mip.content", "Content");

    /// <summary>Shows the extensions from <paramref name="at"/> to the end.</summary>
    public void Dissect(Packet p, in View v, Node parent, int at)
    {
        while (v.ReportedFrom(at) > 0)
        {
            byte kind = v.U8(at);
            int size = kind == Padding ? 1 : v.U8(at + 1) + 2;
            var node = kind is Padding or Agent or PrefixLengths or Challenge
                ? p.AddText(parent, v, at, size, $"Ext: {Types.Find(kind)}")
                : p.AddText(parent, v, at, size, $"Ext: Unknown ext {(uint)kind}");
            node = p.WantsTree ? node : parent;
            p.Add(node, type, v, at);
            if (kind != Padding)
            {
                p.Add(node, length, v, at + 1);
            }

            Value(p, v, node, at + 2, kind, size - 2);
            at += size;
        }
    }

    void Value(Packet p, in View v, Node node, int at, byte kind, int size)
    {
        switch (kind)
        {
            case Padding:
                break;
            case Agent:
                p.Add(node, sequence, v, at);
                p.Add(node, lifetime, v, at + 2);
                AddFlags(p, v, node, at + 4);
                for (int i = 6; i + 4 <= size; i += 4)
                {
                    p.Add(node, careOf, v, at + i);
                }

                break;
            case PrefixLengths:
                for (int i = 0; i < size; i++)
                {
                    p.Add(node, prefixLength, v, at + i);
                }

                break;
            case Challenge:
                p.Add(node, challenge, v, at, size);
                break;
            case var _ when size > 0:
                p.Add(node, content, v, at, size);
                break;
        }
    }

    void AddFlags(Packet p, in View v, Node parent, int at)
    {
        uint bits = v.U16(at);
        var node = p.Add(parent, flags, v, at);
        foreach (var flag in flagBits)
        {
            if ((bits & flag.Mask) != 0)
            {
                p.AppendLabel(node, $", {flag.Label}");
            }
        }

        var under = node.IsWanted ? node : parent;
        foreach (var flag in flagBits)
        {
            p.Add(under, flag, v, at, 2);
        }

        p.Add(under, reserved, v, at);
    }
}
