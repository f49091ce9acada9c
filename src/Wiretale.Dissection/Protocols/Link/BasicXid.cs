using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.2-1998 section 5.4.1.1.2: format identifier 0x81, LLC types, receive window size.

/// <summary>The basic format of an LLC exchange-identification message.</summary>
public sealed class BasicXid() : Dissector("basicxid")
{
    static readonly Protocol P = new("Logical-Link Control Basic Format XID", "Basic Format XID", "basicxid");
    static readonly ValueNames TypeNames = ValueNames.Of(() => [
        (1, "Type 1 LLC (Class I LLC)"), (2, "Type 2 LLC"), (3, "Type 1 and Type 2 LLCs (Class II LLC)"), (4, "Type 3 LLC"),
        (5, "Type 1 and Type 3 LLCs (Class III LLC)"), (6, "Type 2 and Type 3 LLCs"), (7, "Type 1 and Type 2 and Type 3 LLCs (Class IV LLC)")]);

    static readonly Field Format = P.UInt8("basicxid.llc.xid.format", "XID Format", FieldBase.Hex, ValueNames.Of(() => [(0x81, "LLC basic format")]));
    static readonly Field Types = P.UInt8("basicxid.llc.xid.types", "LLC Types/Classes", FieldBase.Hex, TypeNames);
    static readonly Field Window = P.UInt8("basicxid.llc.xid.wsize", "Receive Window Size");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // LLC's own format: not listed among the packet's protocols.
        p.LeaveOutOfLayers();
        p.SetProtocol("XID");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, 3);
        int format = v.U8(0);
        p.Add(tree, Format, v, 0);
        p.Info.Append(format == 0x81 ? "Basic Format" : "Unknown");
        int types = v.U8(1) & 0x1f;
        p.AddUInt(tree, Types, v, 1, 1, (ulong)types);
        p.Info.Append($"; {TypeNames.FindOr((ulong)types, "Unknown LLC type/class")}");
        int window = v.U8(2) >> 1;
        p.AddUInt(tree, Window, v, 2, 1, (ulong)window);
        p.Info.Append($"; Window Size {window}");
        if (v.ReportedFrom(3) > 0)
        {
            p.CallData(v.From(3), parent);
        }

        return Math.Max(1, v.Reported);
    }
}
