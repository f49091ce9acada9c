using Wiretale.Lab.Dns.Serving;

namespace Wiretale.Lab.Dns.Zones;

/// <summary>All answers to who asks for a name, or for the names below one that are not there.</summary>
sealed class PreparedAnswers
{
    /// <summary>Types of which answers are prepared for one name.</summary>
    const int MostTypes = 64;

    /// <summary>The front of names that nobody's records have: it stands for what is asked for below a name.</summary>
    static readonly byte[] standIn = "\0\u0001"u8.ToArray();

    readonly ushort[] types;
    readonly PreparedAnswer?[] answers;
    readonly PreparedAnswer? others;

    PreparedAnswers(ushort[] types, PreparedAnswer?[] answers, PreparedAnswer? others)
    {
        this.types = types;
        this.answers = answers;
        this.others = others;
    }

    /// <summary>Has nothing prepared: every answer is made when it is asked for.</summary>
    public static PreparedAnswers None { get; } = new([], [], null);

    /// <summary>Bytes that they keep.</summary>
    public int Size => answers.Sum(answer => answer?.Size ?? 0) + (others?.Size ?? 0);

    /// <summary>Prepares what there is to say of a name.</summary>
    public static PreparedAnswers Of(ZoneSet zones, DnsName name)
    {
        // A type that no record has leads to where all others lead, too.
        var ending = ZoneLookup.Find(zones, name, default, wholeAny: false)!;
        if (ending.IsRewritten || ending.End?.Sets.Count > MostTypes)
        {
            return None;
        }

        // At a cut only the DS records are ours; an alias has itself.
        RecordType[] known = ending.End is { } end ? [RecordType.DS, RecordType.CNAME, RecordType.ANY, .. end.Sets.Select(set => set.Type)] : [RecordType.DS];
        ushort[] types = [.. known.Select(type => type.Value).Distinct()];
        return new(types, Array.ConvertAll(types, type => PreparedAnswer.From(name, ZoneLookup.Find(zones, name, new(type), wholeAny: false)!)), PreparedAnswer.From(name, ending));
    }

    /// <summary>Prepares what there is to say of names below one.</summary>
    public static PreparedAnswers Below(ZoneSet zones, DnsName name) =>
        name.Wire.Length + standIn.Length + 1 <= DnsName.MaximumLength ? Of(zones, name.Prepend(standIn)) : None;

    /// <summary>The answer for a type; null where it must be made.</summary>
    public PreparedAnswer? Find(RecordType type) => Array.IndexOf(types, type.Value) is >= 0 and var index ? answers[index] : others;
}
