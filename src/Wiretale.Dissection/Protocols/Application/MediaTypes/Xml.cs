using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

// Specification: Extensible Markup Language (XML) 1.0.

/// <summary>eXtensible Markup Language.</summary>
public sealed partial class Xml() : MediaDissector(P)
{
    static readonly Protocol P = new("eXtensible Markup Language", "XML", "xml");

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims,
        "text/xml", "text/vnd.wap.wml", "application/xml", "application/soap+xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml",
        "application/mathml+xml", "application/xslt+xml", "application/auth-policy+xml", "application/x-crd+xml", "application/pidf+xml",
        "application/xcap-diff+xml", "application/vnd.wv.csp+xml", "image/svg+xml");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        MediaTypes.AppendProtocol(p, "XML");
        if (p.WantsFields)
        {
            p.Open(P, v, parent);
        }

        return Math.Max(1, v.Reported);
    }
}
