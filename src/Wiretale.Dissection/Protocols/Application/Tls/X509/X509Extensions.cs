using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;

namespace Wiretale.Dissection.Protocols.Application.Tls.X509;

// Specification: RFC 5280 section 4.2; RFC 6962 section 3.3.

/// <summary>Extensions of certificates.</summary>
static class X509Extensions
{
    static X509Fields F => Tls.CertificateFields;

    /// <summary>The list.</summary>
    public static void Dissect(Packet p, in View v, in Ber list, Node parent)
    {
        if (list.Tag != Ber.Sequence)
        {
            return;
        }

        int count = list.Count(v);
        var node = p.AddUInt(parent, F.Extensions, v, list.At, list.Length, (uint)count);
        Items(p, node, "extensions", count);
        int left = count;
        for (var one = list.First(v); one.Tag == Ber.Sequence && left-- > 0; one = one.Next(v, list))
        {
            var extension = p.Add(node, F.Extension, v, one.Start, one.Whole);
            var identifier = one.First(v);
            string? name = ObjectNames.Find(v.Span(identifier.At, identifier.Length));
            if (name is not null)
            {
                p.Label(extension, $"Extension ({name})");
            }

            X509Certificate.Identifier(p, v, identifier, extension, F.ExtensionId);
            var value = identifier.Next(v, one);
            if (value.Tag == Ber.Boolean)
            {
                p.AddFlag(extension, F.Critical, v, value.At, value.Length, value.Length > 0 && v.U8(value.At) != 0);
                value = value.Next(v, one);
            }

            if (value.Tag == Ber.OctetString)
            {
                Body(p, v, value.First(v), extension, name);
            }
        }
    }

    static void Body(Packet p, in View v, in Ber value, Node node, string? name)
    {
        switch (name)
        {
            case "id-ce-keyUsage" when value.Tag == Ber.BitString && value.Length > 1:
                p.Add(node, F.BitPadding, v, value.At);
                var usage = p.Add(node, F.KeyUsage, v, value.At + 1, value.Length - 1);
                for (int i = 0; i < F.KeyUsages.Length; i++)
                {
                    int at = value.At + 1 + (i / 8);
                    p.AddUInt(usage, F.KeyUsages[i], v, Math.Min(at, value.End - 1), 1, at < value.End ? v.U8(at) : 0u);
                }

                break;
            case "id-ce-extKeyUsage" when value.Tag == Ber.Sequence:
                var purposes = Counted(p, v, value, node, F.KeyPurposes);
                for (var one = value.First(v); one.Tag >= 0; one = one.Next(v, value))
                {
                    X509Certificate.Identifier(p, v, one, purposes, F.KeyPurpose);
                }

                break;
            case "id-ce-basicConstraints" when value.Tag == Ber.Sequence:
                var constraints = p.Add(node, F.Constraints, v, value.At, value.Length);
                if (value.Length == 0)
                {
                    p.AppendLabel(constraints, " [0 length]");
                }

                for (var one = value.First(v); one.Tag >= 0; one = one.Next(v, value))
                {
                    if (one.Tag == Ber.Boolean && one.Length == 1)
                    {
                        p.AddFlag(constraints, F.IsAuthority, v, one.At, 1, v.U8(one.At) != 0);
                    }
                    else if (one.Tag == Ber.Integer && one.Length is > 0 and <= 8)
                    {
                        p.Add(constraints, F.PathLength, v, one.At, one.Length);
                    }
                }

                break;
            case "id-ce-subjectKeyIdentifier" when value.Tag == Ber.OctetString:
                p.Add(node, F.SubjectKeyId, v, value.At, value.Length);
                break;
            case "id-ce-authorityKeyIdentifier" when value.Tag == Ber.Sequence:
                var authority = p.Add(node, F.AuthorityKeyId, v, value.At, value.Length);
                var key = value.First(v);
                if (key.Tag == 0x80)
                {
                    p.Add(authority, F.KeyId, v, key.At, key.Length);
                }

                break;
            case "id-ce-subjectAltName" or "id-ce-issuerAltName" when value.Tag == Ber.Sequence:
                Names(p, v, value, Counted(p, v, value, node, F.GeneralNames));
                break;
            case "id-ce-cRLDistributionPoints" when value.Tag == Ber.Sequence:
                RevocationPoints(p, v, value, Counted(p, v, value, node, F.RevocationPoints));
                break;
            case "id-ce-certificatePolicies" when value.Tag == Ber.Sequence:
                Policies(p, v, value, Counted(p, v, value, node, F.Policies));
                break;
            case "id-pe-authorityInfoAccess" when value.Tag == Ber.Sequence:
                Accesses(p, v, value, Counted(p, v, value, node, F.Accesses));
                break;
            case "SignedCertificateTimestampList" when value.Tag == Ber.OctetString && value.Length > 2:
                CertificateTransparency.Dissect(p, v.Part(value.At, value.Length), node, Tls.Fields);
                break;
            default:
                break;
        }
    }

    static Node Counted(Packet p, in View v, in Ber list, Node node, Field field)
    {
        int count = list.Count(v);
        var item = p.AddUInt(node, field, v, list.At, list.Length, (uint)count);
        Items(p, item, field.Label, count);
        return item;
    }

    static void Items(Packet p, Node node, string label, int count) => p.Label(node, $"{label}: {count} item{(count == 1 ? "" : "s")}");

    static void Names(Packet p, in View v, in Ber list, Node node)
    {
        for (var one = list.First(v); one.Tag >= 0; one = one.Next(v, list))
        {
            Name(p, v, one, p.AddUInt(node, F.GeneralName, v, one.At, one.Length, (uint)one.Tag & 0x1f));
        }
    }

    static void Name(Packet p, in View v, in Ber one, Node node)
    {
        switch (one.Tag & 0x1f)
        {
            case 1:
                p.Add(node, F.MailName, v, one.At, one.Length);
                break;
            case 2:
                p.Add(node, F.DnsName, v, one.At, one.Length);
                break;
            case 4:
                X509Certificate.Name(p, v, one.First(v), node, F.Issuer, Node.None);
                break;
            case 6:
                p.Add(node, F.Uri, v, one.At, one.Length);
                break;
            case 7 when one.Length == 4:
                p.Add(node, F.IPv4Address, v, one.At);
                break;
            case 7 when one.Length == 16:
                p.Add(node, F.IPv6Address, v, one.At);
                break;
            case 7:
                p.Add(node, F.IPAddress, v, one.At, one.Length);
                break;
            default:
                break;
        }
    }

    static void RevocationPoints(Packet p, in View v, in Ber list, Node node)
    {
        for (var one = list.First(v); one.Tag == Ber.Sequence; one = one.Next(v, list))
        {
            var point = p.Add(node, F.RevocationPoint, v, one.Start, one.Whole);
            var outer = one.First(v);
            var full = outer.First(v);
            if (outer.Tag == 0xa0 && full.Tag == 0xa0)
            {
                Names(p, v, full, Counted(p, v, full, p.AddUInt(point, F.PointName, v, full.Start, full.Whole, 0), F.FullName));
            }
        }
    }

    static void Policies(Packet p, in View v, in Ber list, Node node)
    {
        for (var one = list.First(v); one.Tag == Ber.Sequence; one = one.Next(v, list))
        {
            var policy = p.Add(node, F.Policy, v, one.Start, one.Whole);
            var identifier = one.First(v);
            X509Certificate.Identifier(p, v, identifier, policy, F.PolicyId);
            var qualifiers = identifier.Next(v, one);
            if (qualifiers.Tag != Ber.Sequence)
            {
                continue;
            }

            var branch = Counted(p, v, qualifiers, policy, F.Qualifiers);
            for (var info = qualifiers.First(v); info.Tag == Ber.Sequence; info = info.Next(v, qualifiers))
            {
                var qualifier = p.Add(branch, F.Qualifier, v, info.Start, info.Whole);
                var id = info.First(v);
                X509Certificate.Identifier(p, v, id, qualifier, F.QualifierId);
                var text = id.Next(v, info);
                if (text.Tag == Ber.Ia5String)
                {
                    p.Add(qualifier, F.Practice, v, text.At, text.Length);
                }
            }
        }
    }

    static void Accesses(Packet p, in View v, in Ber list, Node node)
    {
        for (var one = list.First(v); one.Tag == Ber.Sequence; one = one.Next(v, list))
        {
            var access = p.Add(node, F.Access, v, one.Start, one.Whole);
            var method = one.First(v);
            X509Certificate.Identifier(p, v, method, access, F.AccessMethod);
            var location = method.Next(v, one);
            if (location.Tag >= 0)
            {
                Name(p, v, location, p.AddUInt(access, F.AccessLocation, v, location.At, location.Length, (uint)location.Tag & 0x1f));
            }
        }
    }
}
