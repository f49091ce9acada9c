using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

// Specification: RFC 8259.

/// <summary>JavaScript Object Notation.</summary>
public sealed partial class Json() : MediaDissector("json")
{
    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims,
        "application/json", "application/senml+json", "application/sensml+json", "application/json-rpc", "application/jsonrequest", "application/dds-web+json",
        "application/problem+json", "application/merge-patch+json", "application/json-patch+json");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var type = p.Engine.State<MediaContext>().Type;
        MediaTypes.AppendProtocol(p, "JSON");
        p.Info.Separate(", ");
        p.Info.Append("JavaScript Object Notation"u8);
        if (type.Length > 0)
        {
            p.Info.Append(" ("u8);
            p.Info.Append(type.Bytes);
            p.Info.Append(")"u8);
        }

        if (p.WantsFields)
        {
            Tree(p, v, parent, type.Bytes);
        }

        return Math.Max(1, v.Reported);
    }
}
