using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Dissection.Protocols.Application.Tls.X509;
using F = Wiretale.Dissection.Protocols.Application.Ocsp.OcspFields;

namespace Wiretale.Dissection.Protocols.Application.Ocsp;

/// <summary>The messages of OCSP, as RFC 6960 appendix B has them. Built when the first message comes.</summary>
static class OcspModule
{
    static X509Fields Fields => Tls.Tls.CertificateFields;

    static readonly Part Hash = new(Ber.Sequence, F.HashAlgorithm, Asn.By(static (Packet p, in View v, Node parent, Field field, in Ber one) =>
    {
        X509Certificate.Algorithm(p, v, one, parent, field, field.Label);
        return parent;
    }));

    static readonly Asn CertificateId = Asn.Sequence(
        Hash, new Part(Ber.OctetString, F.NameHash, Asn.Content), new Part(Ber.OctetString, F.KeyHash, Asn.Content), new Part(Ber.Integer, F.Serial, Asn.By(static (Packet p, in View v, Node parent, Field field, in Ber one) =>
        {
            X509Certificate.Serial(p, v, one, parent, field);
            return parent;
        })));

    static readonly Asn Extensions = Asn.By(AddExtensions);

    /// <summary>A request; RFC 6960 section 4.1.1.</summary>
    public static readonly Part Request = new(Ber.Sequence, null, Asn.Sequence(
        new Part(Ber.Sequence, F.Questions, Asn.Sequence(
            Part.Explicit(0, F.Version, Asn.Integer), Part.Explicit(1, null, Asn.Content),
            new Part(Ber.Sequence, F.RequestList, Asn.Of(new Part(Ber.Sequence, F.Request, Asn.Sequence(
                new Part(Ber.Sequence, F.Asked, CertificateId), Part.Explicit(0, F.SingleExtensions, Extensions))))),
            Part.Explicit(2, F.RequestExtensions, Extensions)))));

    static readonly Asn ResponseData = Asn.Sequence(
        Part.Explicit(0, F.Version, Asn.Integer),
        new Part(-1, F.Responder, Asn.Choice(
            Part.Explicit(1, F.ByName, Asn.By(static (Packet p, in View v, Node parent, Field field, in Ber one) =>
            {
                X509Certificate.Name(p, v, one, parent, field, Node.None);
                return parent;
            })),
            Part.Explicit(2, F.ByKey, Asn.Content))),
        new Part(Ber.GeneralizedTime, F.ProducedAt, Asn.Time),
        new Part(Ber.Sequence, F.Responses, Asn.Of(new Part(Ber.Sequence, F.Response, Asn.Sequence(
            new Part(Ber.Sequence, F.CertificateId, CertificateId),
            new Part(-1, F.CertificateStatus, Asn.Choice(
                new Part(Ber.Context, F.Good, Asn.Content),
                new Part(Ber.Context | Ber.Constructed | 1, F.Revoked, Asn.Sequence(new Part(Ber.GeneralizedTime, F.RevokedAt, Asn.Time), Part.Explicit(0, F.Reason, Asn.Integer))),
                new Part(Ber.Context | 2, F.Unknown, Asn.Content))),
            new Part(Ber.GeneralizedTime, F.ThisUpdate, Asn.Time), Part.Explicit(0, F.NextUpdate, Asn.Time), Part.Explicit(1, F.SingleExtensions, Extensions))))),
        Part.Explicit(1, F.ResponseExtensions, Extensions));

    /// <summary>What the identifier of a response's type stands for; RFC 6960 section 4.2.1.</summary>
    public static readonly Part Basic = new(Ber.Sequence, F.Basic, Asn.Sequence(
        new Part(Ber.Sequence, F.ResponseData, ResponseData),
        new Part(Ber.Sequence, F.Algorithm, Hash.Type),
        new Part(Ber.BitString, F.Signature, Asn.Bits(Fields.BitPadding)),
        Part.Explicit(0, F.Certificates, Asn.Of(new Part(Ber.Sequence, F.Certificate, Asn.By(static (Packet p, in View v, Node parent, Field field, in Ber one) =>
        {
            var node = p.Add(parent, field, v, one.Start, one.Whole);
            X509Certificate.Dissect(p, v.Part(one.Start, one.Whole), node);
            return node;
        }))))));

    /// <summary>A response; RFC 6960 section 4.2.1.</summary>
    public static readonly Part Response = new(Ber.Sequence, null, Asn.Sequence(
        new Part(Ber.Enumerated, F.Status, Asn.Integer),
        Part.Explicit(0, F.ResponseBytes, Asn.Sequence(
            new Part(Ber.ObjectIdentifier, F.ResponseType, Asn.By(AddResponseType)),
            new Part(Ber.OctetString, F.Basic, Asn.By(static (Packet p, in View v, Node parent, Field _, in Ber one) =>
            {
                p.Call(Catalog.OcspInside, v.Part(one.At, one.Length), parent);
                return parent;
            }))))));

    static Node AddResponseType(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        p.Scratch.Clear();
        FieldFormat.ObjectIdentifier(p.Scratch, v.Span(one.At, one.Length));
        var node = p.AddString(parent, field, v, one.At, one.Length, p.Scratch.Bytes);
        if (ObjectNames.Find(v.Span(one.At, one.Length)) is { } name)
        {
            p.AppendLabel(node, $" ({name})");
        }

        return node;
    }

    static Node AddExtensions(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        int count = one.Count(v);
        var list = p.AddUInt(parent, field, v, one.At, one.Length, (uint)count);
        p.Label(list, $"{field.Label}: {count} item{(count == 1 ? "" : "s")}");
        for (var item = one.First(v); item.Tag == Ber.Sequence && count-- > 0; item = item.Next(v, one))
        {
            var node = p.Add(list, Fields.ExplicitExtension, v, item.Start, item.Whole);
            var id = item.First(v);
            X509Certificate.Identifier(p, v, id, node, Fields.ExplicitId);
            var value = id.Next(v, item);
            value = value.Tag == Ber.Boolean ? value.Next(v, item) : value;
            if (value is { Tag: Ber.OctetString, Length: > 0 } && ObjectNames.Find(v.Span(id.At, id.Length)) is { } name)
            {
                if (name is "id-pkix-ocsp-nonce" or "id-pkix-ocsp-response")
                {
                    p.Call(Catalog.OcspInside, v.Part(value.At, value.Length), node);
                }
            }
        }

        return list;
    }

    /// <summary>Types of responses that a client understands; RFC 6960 section 4.4.3.</summary>
    public static readonly Part Accepted = new(Ber.Sequence, F.Accepted, Asn.Of(new Part(Ber.ObjectIdentifier, F.AcceptedItem, Asn.Identifier)));
}
