namespace Wiretale.Lab.Dns.Querying;

/// <summary>Takes the messages of a zone transfer (RFC 5936), from one SOA record to the next.</summary>
/// <param name="id">What its messages share with the question.</param>
/// <param name="zone">The zone that was asked for.</param>
/// <param name="take">Is given each message's records.</param>
sealed class ZoneReader(ushort id, DnsName zone, Action<IReadOnlyList<ResourceRecord>> take)
{
    /// <summary>Whether all has come.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why it goes no further.</summary>
    public string? Fault { get; private set; }

    public int Records { get; private set; }

    public int Messages { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Takes a message; true when no more is wanted.</summary>
    public bool Take(ReadOnlyMemory<byte> bytes)
    {
        if (!DnsMessage.TryParse(bytes.Span, out var message, out string? error))
        {
            Fault = $"a message is malformed: {error}";
            return true;
        }

        bool isFirst = Records == 0;
        if (message.Id != id || !message.IsResponse || message.ResponseCode != ResponseCode.NoError || message.Answers.Count == 0 || (isFirst && !IsEdge(message.Answers[0])))
        {
            Fault = message.Id != id ? $"ID mismatch: expected ID {id}, got {message.Id}"
                : message.ResponseCode != ResponseCode.NoError ? $"the server says {message.ResponseCode.Name()}"
                : "a message that does not belong to a transfer";
            return true;
        }

        Messages++;
        Bytes += bytes.Length;

        // What would follow the second SOA record is not the zone's.
        int end = message.Answers.FindIndex(isFirst ? 1 : 0, IsEdge);
        var records = end < 0 ? message.Answers : message.Answers[..(end + 1)];
        Records += records.Count;
        take(records);
        IsWhole = end >= 0;
        return IsWhole;
    }

    bool IsEdge(ResourceRecord record) => record.Type == RecordType.SOA && record.Name == zone;
}
