using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;

namespace Wiretale.Dissection.Protocols.Application.Ocsp;

// Specification: RFC 6960, in DER; over HTTP as application/ocsp-request and application/ocsp-response (appendix A).

/// <summary>Online Certificate Status Protocol: questions whether certificates still hold.</summary>
public sealed class OcspRequest() : Dissector("ocsp")
{
    /// <inheritdoc />
    public override Protocol Protocol => OcspFields.P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.MediaTypes.Claim(claims, "application/ocsp-request");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("OCSP");
        p.Info.Set("Request");
        var tree = p.Open(OcspFields.P, v, parent);
        if (p.WantsFields)
        {
            Asn.Read(p, v, tree, OcspModule.Request, 0, v.Captured);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>What stands in a response or an extension under an object identifier: an answer, a nonce, types of answers.</summary>
public sealed class OcspInside() : Dissector("ocsp")
{
    /// <inheritdoc />
    public override Protocol Protocol => OcspFields.P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var whole = Asn.Take(v, 0, v.Captured);
        if (whole.Tag == Ber.Sequence)
        {
            Asn.Read(p, v, parent, whole.First(v).Tag == Ber.Sequence ? OcspModule.Basic : OcspModule.Accepted, 0, v.Captured);
        }
        else if (whole.Tag == Ber.OctetString)
        {
            p.Add(parent, OcspFields.Nonce, v, whole.At, whole.Length);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>The answers.</summary>
public sealed class OcspResponse() : Dissector("ocsp")
{
    /// <inheritdoc />
    public override Protocol Protocol => OcspFields.P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.MediaTypes.Claim(claims, "application/ocsp-response");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("OCSP");
        p.Info.Set("Response");
        var tree = p.Open(OcspFields.P, v, parent);
        if (p.WantsFields)
        {
            Asn.Read(p, v, tree, OcspModule.Response, 0, v.Captured);
        }

        return Math.Max(1, v.Reported);
    }
}
