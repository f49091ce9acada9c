using System.Text;

namespace Wiretale.Lab.Dns;

/// <summary>
/// A domain name: labels of bytes. Their case is kept; comparisons do not see it (RFC 4343). The order is the canonical one of
/// RFC 4034 section 6.1: by labels, the last one first.
/// </summary>
public sealed class DnsName : IEquatable<DnsName>, IComparable<DnsName>
{
    /// <summary>Longest name with its length bytes and the root's (RFC 1035 section 2.3.4).</summary>
    public const int MaximumLength = 255;

    /// <summary>Longest label.</summary>
    public const int MaximumLabel = 63;

    readonly byte[] wire;

    DnsName(byte[] wire) => this.wire = wire;

    /// <summary>The name without labels.</summary>
    public static DnsName Root { get; } = new([0]);

    /// <summary>The name as it stands in a message that does not compress it.</summary>
    public ReadOnlySpan<byte> Wire => wire;

    /// <summary>Whether it has no labels.</summary>
    public bool IsRoot => wire.Length == 1;

    /// <summary>Whether its first label is an asterisk (RFC 4592 section 2.1.1).</summary>
    public bool IsWildcard => wire is [1, (byte)'*', ..];

    /// <summary>How many labels it has; the root's is none.</summary>
    public int LabelCount
    {
        get
        {
            int count = 0;
            for (int at = 0; wire[at] != 0; at += wire[at] + 1)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>The name without its first label; the root has none.</summary>
    public DnsName Parent => IsRoot ? throw new InvalidOperationException("the root has no parent") : new(wire[(wire[0] + 1)..]);

    /// <summary>The first label.</summary>
    public ReadOnlySpan<byte> FirstLabel => wire.AsSpan(1, wire[0]);

    /// <summary>Takes over a name of a message that is not compressed.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DnsName FromWire(ReadOnlySpan<byte> bytes) =>
        Measure(bytes) == bytes.Length ? new(bytes.ToArray()) : throw new FormatException("not a domain name");

    /// <summary>The length of the name at the start of some bytes, or -1 where none stands; compressed ones are none.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && at < MaximumLength && bytes[at] <= MaximumLabel)
        {
            if (bytes[at] == 0)
            {
                return at + 1;
            }

            at += bytes[at] + 1;
        }

        return -1;
    }

    /// <summary>Reads a name as people write it: dots between labels, <c>\.</c> and <c>\DDD</c> for what else could not stand there.</summary>
    /// <param name="text">The name.</param>
    /// <param name="origin">What follows a name that does not end with a dot; <c>@</c> is the origin itself. Without one, the root.</param>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static DnsName Parse(string text, DnsName? origin = null)
    {
        switch (text)
        {
            case "@" when origin is not null:
                return origin;
            case ".":
                return Root;
            case "":
                throw new FormatException("a name is missing");
        }

        // Escaped or not, no label has more bytes than its text.
        var bytes = new List<byte>(text.Length + 2) { 0 };
        int label = 0;
        bool ended = false;
        for (int at = 0; at < text.Length;)
        {
            ended = text[at] == '.';
            if (ended)
            {
                if (bytes.Count - label == 1)
                {
                    throw new FormatException($"'{text}' has an empty label (two dots in a row, or one in front)");
                }

                at++;
                label = bytes.Count;
                bytes.Add(0);
                continue;
            }

            DnsText.Unescape(text, ref at, bytes);
            int length = bytes.Count - label - 1;
            if (length > MaximumLabel)
            {
                throw new FormatException($"'{text}' has a label of more than {MaximumLabel} bytes");
            }

            bytes[label] = (byte)length;
        }

        if (!ended)
        {
            bytes.AddRange((origin ?? Root).wire);
        }

        return bytes.Count <= MaximumLength ? new([.. bytes]) : throw new FormatException($"'{text}' is longer than {MaximumLength} bytes");
    }

    /// <summary>The name with a label before it.</summary>
    /// <exception cref="FormatException">It would be too long.</exception>
    public DnsName Prepend(ReadOnlySpan<byte> label) => label.Length is > 0 and <= MaximumLabel && label.Length + 1 + wire.Length <= MaximumLength
        ? new([(byte)label.Length, .. label, .. wire]) : throw new FormatException("the name would be too long");

    /// <summary>The last labels of the name.</summary>
    public DnsName Suffix(int labels)
    {
        int at = 0;
        for (int skip = LabelCount - labels; skip > 0; skip--)
        {
            at += wire[at] + 1;
        }

        return at == 0 ? this : new(wire[at..]);
    }

    /// <summary>Whether it is another name or stands below it.</summary>
    public bool IsWithin(DnsName other)
    {
        int at = 0;
        while (wire.Length - at > other.wire.Length)
        {
            at += wire[at] + 1;
        }

        return SameLetters(wire.AsSpan(at), other.wire);
    }

    /// <summary>The name with another end: what DNAME records do (RFC 6672 section 2.2). Null where it would be too long.</summary>
    public DnsName? Rebase(DnsName from, DnsName to)
    {
        int kept = wire.Length - from.wire.Length;
        return kept + to.wire.Length <= MaximumLength ? new([.. wire.AsSpan(0, kept), .. to.wire]) : null;
    }

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && SameLetters(wire, other.wire);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash(wire);

    /// <summary>A hash that is the same in upper and lower case.</summary>
    internal static int Hash(ReadOnlySpan<byte> wire)
    {
        uint hash = 2166136261;
        foreach (byte b in wire)
        {
            hash = (hash ^ Lower(b)) * 16777619;
        }

        return (int)hash;
    }

    /// <summary>The small letter of a big one.</summary>
    internal static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    /// <summary>Whether two names are the same but for the case of ASCII letters; other bytes are only themselves.</summary>
    internal static bool SameLetters(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && Lower(a[i]) != Lower(b[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(DnsName? other)
    {
        if (other is null)
        {
            return 1;
        }

        Span<byte> mine = stackalloc byte[128], theirs = stackalloc byte[128];
        int left = Labels(wire, mine), right = Labels(other.wire, theirs);
        for (int i = 1; i <= Math.Min(left, right); i++)
        {
            int a = mine[left - i], b = theirs[right - i];
            int compared = CompareLabels(wire.AsSpan(a + 1, wire[a]), other.wire.AsSpan(b + 1, other.wire[b]));
            if (compared != 0)
            {
                return compared;
            }
        }

        return left.CompareTo(right);
    }

    static int CompareLabels(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int compared = Lower(a[i]).CompareTo(Lower(b[i]));
            if (compared != 0)
            {
                return compared;
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    static int Labels(byte[] wire, Span<byte> starts)
    {
        int count = 0;
        for (int at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            starts[count++] = (byte)at;
        }

        return count;
    }

    /// <summary>The same name in small letters (RFC 4034 section 6.2).</summary>
    public DnsName ToLower()
    {
        byte[] lower = [.. wire];
        for (int i = 0; i < lower.Length; i++)
        {
            // A length is at most 63 and so no letter.
            lower[i] = Lower(lower[i]);
        }

        return new(lower);
    }

    /// <summary>The name as people write it, with the dot at its end.</summary>
    public override string ToString()
    {
        if (IsRoot)
        {
            return ".";
        }

        var text = new StringBuilder(wire.Length + 8);
        for (int at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            DnsText.Escape(text, wire.AsSpan(at + 1, wire[at]), DnsText.InNames);
            text.Append('.');
        }

        return text.ToString();
    }

    public static bool operator ==(DnsName? left, DnsName? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(DnsName? left, DnsName? right) => !(left == right);

    public static bool operator <(DnsName left, DnsName right) => left.CompareTo(right) < 0;

    public static bool operator >(DnsName left, DnsName right) => left.CompareTo(right) > 0;

    public static bool operator <=(DnsName left, DnsName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DnsName left, DnsName right) => left.CompareTo(right) >= 0;
}
