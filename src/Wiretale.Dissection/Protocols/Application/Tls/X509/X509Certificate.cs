using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls.X509;

// Specification: RFC 5280 section 4.1; names RFC 5280 section 4.1.2.4 and X.520.

/// <summary>Certificates, as far as people look at them: names, times, keys and the extensions of <see cref="X509Extensions"/>.</summary>
static class X509Certificate
{
    static X509Fields F => Tls.CertificateFields;

    /// <summary>Shows a certificate under its item. What does not parse is left out: the bytes stand in the item above.</summary>
    public static void Dissect(Packet p, in View v, Node parent)
    {
        var outer = Ber.Read(v, 0, v.Captured);
        var signed = outer.First(v);
        if (outer.Tag != Ber.Sequence || signed.Tag != Ber.Sequence)
        {
            return;
        }

        var node = p.Add(parent, F.Signed, v, signed.Start, signed.Whole);
        var one = signed.First(v);
        if (one.Tag == 0xa0)
        {
            var version = one.First(v);
            p.Add(node, F.Version, v, version.At, version.Length);
            one = one.Next(v, signed);
        }

        Serial(p, v, one, node, F.Serial);
        one = one.Next(v, signed);
        Algorithm(p, v, one, node, F.Signature, "signature");
        one = one.Next(v, signed);
        Name(p, v, one, node, F.Issuer, parent);
        one = one.Next(v, signed);
        if (one.Tag == Ber.Sequence)
        {
            var validity = p.Add(node, F.Validity, v, one.Start, one.Whole);
            var before = one.First(v);
            Time(p, v, before, validity, F.NotBefore);
            Time(p, v, before.Next(v, one), validity, F.NotAfter);
        }

        one = one.Next(v, signed);
        Name(p, v, one, node, F.Subject, parent);
        one = one.Next(v, signed);
        Key(p, v, one, node);
        for (one = one.Next(v, signed); one.Tag >= 0; one = one.Next(v, signed))
        {
            if (one.Tag == 0xa3)
            {
                X509Extensions.Dissect(p, v, one.First(v), node);
            }
        }

        var algorithm = signed.Next(v, outer);
        Algorithm(p, v, algorithm, parent, F.SignatureAlgorithm, "algorithmIdentifier");
        var value = algorithm.Next(v, outer);
        if (value.Tag == Ber.BitString && value.Length > 1)
        {
            p.Add(parent, F.BitPadding, v, value.At);
            p.Add(parent, F.Encrypted, v, value.At + 1, value.Length - 1);
        }
    }

    /// <summary>Shows a distinguished name under its item.</summary>
    public static void DissectName(Packet p, in View v, Node parent)
    {
        var sequence = Ber.Read(v, 0, v.Captured);
        if (sequence.Tag == Ber.Sequence)
        {
            Names(p, v, sequence, parent, F.IfNames, parent);
        }
    }

    /// <summary>The choice of a name (there is only one) and the name.</summary>
    public static void Name(Packet p, in View v, in Ber sequence, Node parent, Field choice, Node titled)
    {
        if (sequence.Tag == Ber.Sequence)
        {
            Names(p, v, sequence, p.AddUInt(parent, choice, v, sequence.Start, sequence.Whole, 0), choice == F.Subject ? F.Names : F.IfNames, choice == F.Subject ? titled : Node.None);
        }
    }

    /// <summary>Adds an object identifier and its name.</summary>
    public static void Identifier(Packet p, in View v, in Ber one, Node node, Field field)
    {
        if (one.Tag == Ber.ObjectIdentifier && one.Length > 0)
        {
            var item = p.Add(node, field, v, one.At, one.Length);
            if (ObjectNames.Find(v.Span(one.At, one.Length)) is { } name)
            {
                p.AppendLabel(item, $" ({name})");
            }
        }
    }

    /// <summary>A certificate's number.</summary>
    public static void Serial(Packet p, in View v, in Ber one, Node node, Field field)
    {
        if (one.Tag == Ber.Integer && one.Length > 0)
        {
            Hex(p, p.Add(node, field, v, one.At, one.Length), v, one, "serialNumber");
        }
    }

    /// <summary>Long integers are shown in hexadecimal, cut after 36 bytes as all byte strings are.</summary>
    static void Hex(Packet p, Node item, in View v, in Ber one, string label)
    {
        if (!p.WantsTree)
        {
            return;
        }

        p.Label(item, $"{label}: 0x");
        int shown = Math.Min(one.Length, 36);
        for (int i = 0; i < shown; i++)
        {
            p.AppendLabel(item, $"{v.U8(one.At + i):x2}");
        }

        if (shown < one.Length)
        {
            p.AppendLabel(item, "…");
        }
    }

    /// <summary>An algorithm, called by its name.</summary>
    public static void Algorithm(Packet p, in View v, in Ber one, Node node, Field field, string label)
    {
        if (one.Tag != Ber.Sequence)
        {
            return;
        }

        var identifier = one.First(v);
        var item = p.Add(node, field, v, one.Start, one.Whole);
        if (ObjectNames.Find(v.Span(identifier.At, identifier.Length)) is { } name)
        {
            p.Label(item, $"{label} ({name})");
        }

        Identifier(p, v, identifier, item, F.AlgorithmId);
        var parameter = identifier.Next(v, one);
        if (parameter.Tag == Ber.ObjectIdentifier)
        {
            var curve = p.AddText(item, v, parameter.Start, parameter.Whole, "ECParameters: namedCurve (1)");
            Identifier(p, v, parameter, curve, F.NamedCurve);
        }
    }

    static void Key(Packet p, in View v, in Ber one, Node node)
    {
        if (one.Tag != Ber.Sequence)
        {
            return;
        }

        KeyInside(p, v, one, p.Add(node, F.KeyInfo, v, one.Start, one.Whole));
    }

    /// <summary>What stands in a SubjectPublicKeyInfo.</summary>
    public static void KeyInside(Packet p, in View v, in Ber one, Node info)
    {
        var algorithm = one.First(v);
        Algorithm(p, v, algorithm, info, F.Algorithm, "algorithm");
        var key = algorithm.Next(v, one);
        if (key.Tag != Ber.BitString || key.Length < 2)
        {
            return;
        }

        var identifier = algorithm.First(v);
        bool isRsa = ObjectNames.Find(v.Span(identifier.At, identifier.Length)) == "rsaEncryption";
        if (!isRsa)
        {
            p.Add(info, F.BitPadding, v, key.At);
        }

        var bytes = p.Add(info, F.Key, v, key.At + 1, key.Length - 1);
        var numbers = Ber.Read(v, key.At + 1, key.End);
        if (numbers.Tag == Ber.Sequence && isRsa)
        {
            var modulus = numbers.First(v);
            var exponent = modulus.Next(v, numbers);
            if (modulus.Tag == Ber.Integer && exponent.Tag == Ber.Integer && exponent.Length is > 0 and <= 4)
            {
                Hex(p, p.Add(bytes, F.Modulus, v, modulus.At, modulus.Length), v, modulus, "modulus");
                p.Add(bytes, F.Exponent, v, exponent.At, exponent.Length);
            }
        }
    }

    static void Names(Packet p, in View v, in Ber sequence, Node parent, Field field, Node titled)
    {
        int count = sequence.Count(v);
        var node = p.AddUInt(parent, field, v, sequence.At, sequence.Length, (uint)count);
        p.Label(node, $"rdnSequence: {count} item{(count == 1 ? "" : "s")} (");
        Title(p, v, sequence, count, node);
        if (titled.IsWanted && p.WantsTree)
        {
            p.AppendLabel(titled, " (");
            Title(p, v, sequence, count, titled);
        }

        int index = 0;
        for (var set = sequence.First(v); set.Tag == Ber.Set && index < count; set = set.Next(v, sequence), index++)
        {
            int parts = set.Count(v);
            var item = p.AddUInt(node, F.NameItem, v, set.At, set.Length, (uint)parts);
            p.Label(item, $"RDNSequence item: {parts} item{(parts == 1 ? "" : "s")} (");
            Part(p, v, set.First(v), item);
            p.AppendLabel(item, ")");
            for (var part = set.First(v); part.Tag == Ber.Sequence; part = part.Next(v, set))
            {
                var one = p.Add(item, F.NamePart, v, part.Start, part.Whole);
                p.Label(one, $"RelativeDistinguishedName item (");
                Part(p, v, part, one);
                p.AppendLabel(one, ")");
                var identifier = part.First(v);
                Identifier(p, v, identifier, one, F.NameId);
                Value(p, v, identifier, identifier.Next(v, part), one);
            }
        }
    }

    /// <summary>The parts of a name in one line, the last one first.</summary>
    static void Title(Packet p, in View v, in Ber sequence, int count, Node node)
    {
        if (!p.WantsTree || !node.IsWanted)
        {
            return;
        }

        for (int i = Math.Min(count, 64) - 1; i >= 0; i--)
        {
            var set = sequence.First(v);
            for (int skip = 0; skip < i; skip++)
            {
                set = set.Next(v, sequence);
            }

            Part(p, v, set.First(v), node);
            p.AppendLabel(node, i > 0 ? "," : ")");
        }
    }

    static void Part(Packet p, in View v, in Ber part, Node node)
    {
        var identifier = part.First(v);
        var value = identifier.Next(v, part);
        if (identifier.Tag == Ber.ObjectIdentifier && value.Tag >= 0)
        {
            p.AppendLabel(node, $"{ObjectNames.Find(v.Span(identifier.At, identifier.Length)) ?? "unknown"}={v.Span(value.At, value.Length)}");
        }
    }

    static void Value(Packet p, in View v, in Ber identifier, in Ber value, Node node)
    {
        var encoding = value.Tag switch { Ber.BmpString => TextEncoding.Utf16, Ber.Utf8String => TextEncoding.Utf8, Ber.TeletexString => TextEncoding.Latin1, _ => TextEncoding.Ascii };
        string name = ObjectNames.Find(v.Span(identifier.At, identifier.Length)) ?? "";
        if (value.Tag < 0)
        {
            return;
        }

        if (name is "id-at-countryName" or "jurisdictionOfIncorporationCountryName")
        {
            p.AddString(node, F.Country, v, value.At, value.Length, encoding);
        }
        else if (name == "id-at-serialNumber")
        {
            p.AddString(node, F.Printable, v, value.At, value.Length, encoding);
        }
        else if (name is "pkcs-9-at-emailAddress" or "dc")
        {
            p.AddString(node, F.Ia5, v, value.At, value.Length, encoding);
        }
        else
        {
            int choice = value.Tag switch { Ber.TeletexString => 0, Ber.PrintableString => 1, Ber.UniversalString => 2, Ber.BmpString => 3, Ber.Utf8String => 4, _ => -1 };
            if (choice >= 0)
            {
                var text = p.AddUInt(node, F.Directory, v, value.Start, value.Whole, (uint)choice);
                p.AddString(text, F.Strings[choice], v, value.At, value.Length, encoding);
            }
        }
    }

    static void Time(Packet p, in View v, in Ber one, Node node, Field field)
    {
        int digits = one.Tag == Ber.UtcTime ? 12 : 14;
        if (one.Tag is not (Ber.UtcTime or Ber.GeneralizedTime) || one.Length < digits || v.Span(one.At, digits).ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return;
        }

        var s = v.Span(one.At, digits);
        var choice = p.AddUInt(node, field, v, one.Start, one.Whole, one.Tag == Ber.UtcTime ? 0u : 1);
        if (one.Tag == Ber.UtcTime)
        {
            // RFC 5280 section 4.1.2.5.1: years from 50 on are of the last century.
            Span<byte> text = stackalloc byte[25];
            "20"u8.CopyTo(text);
            if (s[0] >= '5')
            {
                "19"u8.CopyTo(text);
            }

            s[..2].CopyTo(text[2..]);
            "-MM-dd HH:mm:ss (UTC)"u8.CopyTo(text[4..]);
            s[2..4].CopyTo(text[5..]);
            s[4..6].CopyTo(text[8..]);
            s[6..8].CopyTo(text[11..]);
            s[8..10].CopyTo(text[14..]);
            s[10..12].CopyTo(text[17..]);
            p.AddString(choice, F.UtcTime, v, one.At, one.Length, text);
            return;
        }

        int year = (Two(s) * 100) + Two(s[2..]), month = Two(s[4..]), day = Two(s[6..]), hour = Two(s[8..]), minute = Two(s[10..]), second = Two(s[12..]);
        if (year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60)
        {
            long seconds = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds();
            p.AddTime(choice, F.GeneralizedTime, v, one.At, one.Length, new Timestamp(seconds, 0));
        }
    }

    static int Two(ReadOnlySpan<byte> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';
}
