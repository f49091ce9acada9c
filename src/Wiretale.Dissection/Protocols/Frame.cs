using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols;

/// <summary>What the capture file says about a packet, before any of its bytes: Wireshark's pseudo-protocol <c>frame</c>.</summary>
public sealed class Frame() : Dissector(P)
{
    static readonly Protocol P = new("Frame", "Frame", "frame");
    static readonly Field Number = P.UInt32("frame.number", "Frame Number");
    static readonly Field Length = P.UInt32("frame.len", "Frame length on the wire");
    static readonly Field CapturedLength = P.UInt32("frame.cap_len", "Frame length stored into the capture file");
    internal static readonly Field ProtocolsInFrame = P.String("frame.protocols", "Protocols in frame");

    /// <summary>Link types claim their dissectors here; numbers are LINKTYPE_* (<see cref="Wiretale.Wire.LinkType"/>).</summary>
    public static readonly TableKey LinkTypes = new("wtap_encap", "Link-layer type");

    Node own;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        own = p.Open(P, v, parent);
        p.Label(own, $"Frame {p.Number}: {v.Reported} bytes on wire ({v.Reported * 8L} bits), {v.Captured} bytes captured ({v.Captured * 8L} bits)");
        p.AddUInt(own, Number, v, 0, 0, (uint)p.Number);
        p.AddUInt(own, Length, v, 0, 0, (uint)v.Reported);
        p.AddUInt(own, CapturedLength, v, 0, 0, (uint)v.Captured);

        var link = p.Engine.Find(LinkTypes, (uint)p.Engine.Capture!.Interfaces[p.Frame.Interface].LinkType);
        if (link is null || p.Call(link, v, Node.Root) == 0)
        {
            p.SetProtocol("UNKNOWN");
            p.Info.Set($"WTAP_ENCAP = {(Wiretale.Wire.Encapsulation.Of(p.LinkType) ?? Wiretale.Wire.Encapsulation.Unknown).Number}");
            p.CallData(v, Node.Root);
        }

        return v.Reported;
    }

    /// <summary>Adds what is known only when the whole packet has been taken apart; called also after a packet that ended too early.</summary>
    internal void Finish(Packet p)
    {
        if (!p.Wants(ProtocolsInFrame))
        {
            return;
        }

        var names = p.Scratch;
        names.Clear();
        foreach (var layer in p.Layers.Skip(1))
        {
            if (names.Length > 0)
            {
                names.Append(':');
            }

            names.Append(layer.Protocol.FilterName);
        }

        p.Generated(p.AddString(own, ProtocolsInFrame, default, 0, 0, names.Bytes));
    }
}
