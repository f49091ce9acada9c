namespace Wiretale.Lab.Dns;

/// <summary>Checks the data of records on its way out of messages, and writes names out.</summary>
static class RecordWire
{
    /// <summary>Reads up to the end of what the reader may read; what is wrong is the reader's error.</summary>
    public static byte[] Read(ref DnsReader reader, RecordType type, bool mayPoint)
    {
        var fields = RecordLayout.Of(type);
        if (fields is null)
        {
            return reader.Bytes(reader.Left).ToArray();
        }

        // Names grow when they are written out, each to 255 bytes at most, and no layout has more than two.
        Span<byte> small = stackalloc byte[1024];
        int most = reader.Left + (2 * DnsName.MaximumLength);
        Span<byte> data = most <= small.Length ? small : new byte[most];
        int length = 0;
        foreach (var field in fields)
        {
            if (RecordLayout.IsName(field))
            {
                length += reader.ReadName(data[length..], mayPoint && field != RecordField.PlainName);
                continue;
            }

            var bytes = Field(ref reader, field);
            bytes.CopyTo(data[length..]);
            length += bytes.Length;
        }

        return data[..length].ToArray();
    }

    static ReadOnlySpan<byte> Field(ref DnsReader reader, RecordField field)
    {
        if (RecordLayout.Size(field) is > 0 and var size)
        {
            return reader.Bytes(size);
        }

        switch (field)
        {
            case RecordField.String or RecordField.Word or RecordField.Salt or RecordField.Base32:
                return Counted(ref reader, atLeast: field is RecordField.Word or RecordField.Base32 ? 1 : 0);
            default:
                var rest = reader.Bytes(reader.Left);
                if (Wrong(field, rest) is { } why)
                {
                    reader.Fail(why);
                }

                return rest;
        }
    }

    static ReadOnlySpan<byte> Counted(ref DnsReader reader, int atLeast)
    {
        // The length and what follows are wanted as one.
        var ahead = reader;
        int count = ahead.U8();
        if (count < atLeast)
        {
            reader.Fail("an empty string");
        }

        return reader.Bytes(count + 1);
    }

    static string? Wrong(RecordField field, ReadOnlySpan<byte> rest)
    {
        switch (field)
        {
            case RecordField.Strings:
                int at = 0;
                while (at < rest.Length)
                {
                    at += rest[at] + 1;
                }

                return at == rest.Length && at > 0 ? null : "strings that run over the end";
            case RecordField.Base64 or RecordField.Hex:
                return rest.IsEmpty ? "a key or digest that is empty" : null;
            case RecordField.Types:
                return TypeSet.IsGood(rest) ? null : "a set of types that is none (RFC 4034 section 4.1.2)";
            case RecordField.Parameters:
                return ServiceParameters.IsGood(rest) ? null : "service parameters that are not in order (RFC 9460 section 2.2)";
            case RecordField.Location:
                return RecordLocation.IsGood(rest) ? null : "a location of another length than 16 bytes";
            default:
                return null;
        }
    }
}
