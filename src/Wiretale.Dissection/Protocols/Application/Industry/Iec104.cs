using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: IEC 60870-5-104 (frames), IEC 60870-5-101 section 7 (what they carry). TCP port 2404.
//
//   | 0x68 | length | control (4)                                  I: both counters, S: the receiver's, U: start, stop, test
//   | type | SQ, number | cause | originator | address (2) | objects: address (3), elements ...

/// <summary>Telecontrol of power grids over TCP.</summary>
public sealed class Iec104() : Dissector("iec60870_104")
{
    const uint Port = 2404;
    const int Start = 0x68, HeaderLength = 6;

    static readonly Protocol P = new("IEC 60870-5-104", "IEC 60870-5-104", "iec60870_104");
    static readonly ValueNames Types = ValueNames.Of(() => [(0, "I"), (1, "S"), (3, "U")]);
    static readonly ValueNames Functions = ValueNames.Of(() => [
        (0x1, "STARTDT act"), (0x2, "STARTDT con"), (0x4, "STOPDT act"), (0x8, "STOPDT con"), (0x10, "TESTFR act"), (0x20, "TESTFR con")]);
    static readonly Field Length = P.UInt8("iec60870_104.apdulen", "ApduLen", blurb: "APDU Len");
    static readonly Field InformationType = P.UInt32("iec60870_104.type", "Type", FieldBase.Hex, Types, mask: 0x1, blurb: "APCI type");
    static readonly Field OtherType = P.UInt32("iec60870_104.type", "Type", FieldBase.Hex, Types, mask: 0x3, blurb: "APCI type");
    static readonly Field Function = P.UInt32("iec60870_104.utype", "UType", FieldBase.Hex, Functions, mask: 0xfc, blurb: "Apci U type");
    static readonly Field Sent = P.UInt32("iec60870_104.tx", "Tx", mask: 0xfffe);
    static readonly Field Received = P.UInt32("iec60870_104.rx", "Rx", mask: 0xfffe0000);

    static readonly Field Junk = P.Bytes("iec60870_104.data", "Data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // Bytes that belong to nothing may stand before a frame.
        return v.IndexOf(Start, 0) < 0 ? 0 : Tcp.Pdus(p, v, parent, HeaderLength, FrameLength, One);
    }

    static int FrameLength(Packet p, in View v, int at)
    {
        int start = v.IndexOf(Start, at);
        return start < 0 ? v.CapturedFrom(at) : v.Has(start, 2) ? start - at + Math.Max(HeaderLength, v.U8(start + 1) + 2) : 0;
    }

    static void One(Packet p, in View all, Node parent)
    {
        int junk = Math.Max(0, all.IndexOf(Start, 0));
        var v = all.From(junk);
        bool fromStation = p.SourcePort == Port;
        uint control = v.U32LE(2);
        uint type = (control & 1) == 0 ? 0 : control & 3;
        if (p.ProtocolColumn is not ("IEC 60870-5-104" or "IEC 60870-5 ASDU"))
        {
            p.Info.Clear();
        }

        p.SetProtocol("IEC 60870-5-104");
        p.Info.Separate(" | ");
        var tree = p.Open(P, all, parent, 0, type == 0 ? junk + HeaderLength : -1);
        p.AppendLabel(tree, ": ");
        if (junk > 0)
        {
            p.Info.Append($"<ERR prefix {junk} bytes> ");
            p.AppendLabel(tree, $"<ERR prefix {junk} bytes> ");
            p.Add(tree, Junk, all, 0, junk);
        }

        p.Info.Append(fromStation ? "-> "u8 : "<- "u8);
        p.AppendLabel(tree, fromStation ? "-> " : "<- ");
        p.AddText(tree, v, 0, 1, "START");
        p.Add(tree, Length, v, 1);
        p.AddLE(tree, type == 0 ? InformationType : OtherType, v, 2);
        switch (type)
        {
            case 0:
                p.Info.Append($"I ({(control & 0xffff) >> 1},{control >> 17}) ");
                p.AppendLabel(tree, $"I ({(control & 0xffff) >> 1},{control >> 17}) ");
                p.AddLE(tree, Sent, v, 2);
                p.AddLE(tree, Received, v, 2);
                p.Call(Catalog.Iec60870Asdu, v.From(HeaderLength), parent);
                break;
            case 1:
                p.Info.Append($"S ({control >> 17}) ");
                p.AppendLabel(tree, $"S ({control >> 17}) ");
                p.AddLE(tree, Received, v, 2);
                break;
            default:
                string name = Functions.FindOr((control >> 2) & 0x3f, "Unknown");
                p.Info.Append($"U ({name}) ");
                p.AppendLabel(tree, $"U ({name}) ");
                p.AddLE(tree, Function, v, 2);
                break;
        }
    }
}
