using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols;

/// <summary>Bytes that no protocol claims.</summary>
public sealed class Data() : Dissector("data")
{
    static readonly Protocol P = new("Data", "Data", "data");
    static readonly Field Bytes = P.Bytes("data.data", "Data");
    static readonly Field Length = P.Int32("data.len", "Length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured == 0 || !p.WantsFields)
        {
            return Math.Max(1, v.Reported);
        }

        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Data ({v.Captured} byte{(v.Captured == 1 ? "" : "s")})");
        p.Add(tree, Bytes, v, 0, v.Captured);
        p.Generated(p.AddUInt(tree, Length, v, 0, 0, (uint)v.Captured));
        return v.Reported;
    }
}
