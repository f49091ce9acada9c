using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: Git, gitprotocol-common(5), gitprotocol-pack(5), gitprotocol-v2(5). TCP port 9418: lines with their length in four hex digits
// before, which they count; lengths below four are marks.

/// <summary>Git's own transport.</summary>
public sealed class Git() : Dissector("git")
{
    const int LengthDigits = 4, Marks = 4, FirstBand = 1, LastBand = 3;

    static readonly Protocol P = new("Git Smart Protocol", "Git", "git");
    static readonly Field Version = P.UInt8("git.version", "Git Protocol Version", FieldBase.None,
        ValueNames.Of(() => [('1', "Git protocol version 1"), ('2', "Git protocol version 2")]));
    static readonly Field Mark = P.UInt8("git.packet_type", "Git Packet Type", FieldBase.None, ValueNames.Of(() => [(0, "Flush"), (1, "Delimiter"), (2, "Response end")]));
    static readonly Field Length = P.UInt16("git.length", "Packet length", FieldBase.Hex);
    static readonly Field Data = P.Bytes("git.data", "Packet data");
    static readonly Field Band = P.UInt8("git.sideband_control_code", "Sideband control code", FieldBase.Hex,
        ValueNames.Of(() => [(1, "Git packfile data"), (2, "Git progress data"), (3, "Git error data")]));
    static readonly Expert BadLength = P.Expert("git.bad_pkt_len", Severity.Error, ExpertGroup.Protocol, "unrecognized special pkt-len value");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 9418);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) =>
        Tcp.Pdus(p, v, parent, LengthDigits, static (Packet _, in View v, int at) => LengthAt(v, at) is >= Marks and var length ? length : LengthDigits, Line);

    static int LengthAt(in View v, int at)
    {
        int length = 0;
        for (int i = 0; i < LengthDigits; i++)
        {
            byte digit = v.U8(at + i);
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return 0;
            }

            length = (length << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return length;
    }

    static void Line(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Git");
        p.Info.Set("Git Smart Protocol");
        if (!p.WantsFields)
        {
            return;
        }

        int length = LengthAt(v, 0), at = LengthDigits;
        var tree = p.Open(P, v, parent);
        if (length < Marks)
        {
            var mark = p.AddUInt(tree, Mark, v, 0, LengthDigits, (uint)length);
            if (length == Marks - 1)
            {
                p.Expert(mark, BadLength, v, 0, LengthDigits);
            }

            return;
        }

        p.AddUInt(tree, Length, v, 0, LengthDigits, (uint)length);
        if (v.U8(at) is >= FirstBand and <= LastBand)
        {
            p.Add(tree, Band, v, at++);
        }
        else if (length > at + 8 && v.Has(at, 9) && v.Span(at, 8).SequenceEqual("version "u8))
        {
            p.Add(tree, Version, v, at + 8);
        }

        p.Add(tree, Data, v, at, v.Reported - at);
    }
}
