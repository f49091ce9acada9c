using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

/// <summary>A body of a media type that nobody takes apart.</summary>
public sealed class Media() : MediaDissector("media")
{
    static readonly Protocol P = new("Media Type", "Media", "media");
    static readonly Field Type = P.Bytes("media.type", "Media type");

    /// <summary>Protocols by media type; the numbers are <see cref="MediaTypes.Id"/>'s. It stands here because an engine knows the keys that dissectors declare.</summary>
    public static readonly TableKey Types = new("media_type", "Internet media type");

    /// <summary>Protocols that look at a body whose type does not say what it is.</summary>
    public static readonly HeuristicKey Heuristics = new("http");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Types, Catalog.Data, MediaTypes.Id("application/octet-stream"));

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var context = p.Engine.State<MediaContext>();
        p.Info.Append(" ("u8);
        p.Info.Append(context.Type.Bytes);
        p.Info.Append(")"u8);
        if (p.WantsFields)
        {
            var tree = p.Open(P, v, parent);
            var node = p.Add(tree, Type, v, 0, v.Captured);
            if (context.Parameters.Length > 0)
            {
                p.Label(node, $"Media type: {context.Type.Bytes}; {context.Parameters.Bytes} ({v.Reported} byte{(v.Reported == 1 ? "" : "s")})");
            }
            else
            {
                p.Label(node, $"Media type: {context.Type.Bytes} ({v.Reported} byte{(v.Reported == 1 ? "" : "s")})");
            }
        }

        return Math.Max(1, v.Reported);
    }
}
