using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Devices;

// Specification: none published. JSON, of which each byte is combined (exclusive or) with the enciphered byte before it, the first with 171.
// Over TCP its length stands before it in four bytes.

/// <summary>What TP-Link's plugs and bulbs are told, and what they answer.</summary>
public sealed class TplinkSmartHome() : Dissector("tplink-smarthome", "tplink_smarthome")
{
    const uint Port = 9999;
    const int FirstKey = 171, LengthSize = 4, MaxMessage = 1 << 20;

    static readonly Protocol P = new("TP-Link Smart Home Protocol", "TPLINK-SMARTHOME", "tplink-smarthome");
    static readonly Field Length = P.UInt32("tplink_smarthome.len", "Len", blurb: "Message Length");
    static readonly Field Message = P.String("tplink_smarthome.msg", "Msg", "Message");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.PortKind == PortKind.Tcp)
        {
            // Other protocols are met on the port, too.
            return v.Captured < LengthSize || v.U16(0) != 0 ? 0 : Tcp.Pdus(p, v, parent, LengthSize, static (_, in v, at) => (int)Math.Min(v.U32(at), MaxMessage) + LengthSize, static (p, in v, parent) => One(p, v, parent, LengthSize));
        }

        if (!IsObject(v, 0))
        {
            return 0;
        }

        One(p, v, parent, 0);
        return v.Reported;
    }

    static bool IsObject(in View v, int at) => v.Has(at, 1) && (v.U8(at) ^ FirstKey) == '{';

    static void One(Packet p, in View v, Node parent, int start)
    {
        if (!IsObject(v, start))
        {
            return;
        }

        int length = v.CapturedFrom(start);
        var plain = new byte[length];
        int key = FirstKey;
        for (int i = 0; i < length; i++)
        {
            int cipher = v.Bytes[start + i];
            byte b = (byte)(cipher ^ key);
            plain[i] = b < ' ' || b > '~' ? (byte)'.' : b;
            key = cipher;
        }

        string kind = p.DestinationPort == Port ? "Cmd" : "Rsp";
        p.SetProtocol("TPLINK-SMARTHOME/JSON");
        p.Info.Set($"{(start == 0 ? "UDP" : "TCP")} {kind}: {HttpText.Line(p, plain)}");
        var tree = p.Open(P, v, parent);
        if (start > 0)
        {
            p.Add(tree, Length, v, 0);
        }

        p.Label(p.AddString(tree, Message, v, start, length, plain), $"{kind}: {plain}");
        var json = p.AddBuffer(plain, "JSON Message");
        MediaTypes.MediaTypes.Set(p, default, default);
        p.Info.Freeze();
        p.Call(Catalog.Json, json, tree);
        p.Info.Thaw();
    }
}
