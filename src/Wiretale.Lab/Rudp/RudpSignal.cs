using System.Globalization;
using System.Text;
using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>A signal as it stands in a datagram: <c>NAME</c>, <c>NAME:id</c> or <c>NAME:id;text</c>; <c>SIGNEW:name</c> has its name as text.</summary>
public readonly record struct RudpSignal(string Name, uint? Id = null, string Text = "")
{
    /// <summary>Longest datagram of an answer, in bytes: it passes any path of the Internet whole.</summary>
    public const int LongestAnswer = 1200;

    /// <summary>Longest datagram of a request, in bytes.</summary>
    public const int LongestRequest = 512;

    /// <summary>Longest name of a client, in bytes.</summary>
    public const int LongestName = 64;

    /// <summary>The id of a client's first signal after SIGNEW: one more than the sum of its name's character codes.</summary>
    public static uint FirstOf(string name)
    {
        uint sum = 1;
        foreach (var rune in name.EnumerateRunes())
        {
            sum += (uint)rune.Value;
        }

        return sum;
    }

    /// <summary>How far an id is ahead of another one; negative behind it. Ids go round: 0 follows 4294967295.</summary>
    public static int Ahead(uint id, uint of) => unchecked((int)(id - of));

    /// <summary>Reads one strictly; a line end behind it is taken off, since <c>nc</c> sends one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RudpSignal signal)
    {
        signal = default;
        datagram = datagram.TrimEnd("\r\n"u8);
        if (datagram.Length > LongestAnswer)
        {
            return false;
        }

        int colon = datagram.IndexOf((byte)':');
        string? name = Find(colon < 0 ? datagram : datagram[..colon]);
        if (name is null)
        {
            return false;
        }

        bool bare = name is RudpSignals.Accepted or RudpSignals.Ended or RudpSignals.Full;
        if (bare || colon < 0)
        {
            signal = new(name);
            return bare && colon < 0;
        }

        var rest = datagram[(colon + 1)..];
        if (name == RudpSignals.New)
        {
            signal = new(name, Text: Encoding.UTF8.GetString(rest));
            return IsName(signal.Text);
        }

        int semicolon = rest.IndexOf((byte)';');
        var digits = semicolon < 0 ? rest : rest[..semicolon];
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
        {
            return false;
        }

        signal = new(name, id, semicolon < 0 ? "" : Encoding.UTF8.GetString(rest[(semicolon + 1)..]));
        return true;
    }

    /// <summary>Whether a client may have that name.</summary>
    public static bool IsName(string name) => !string.IsNullOrWhiteSpace(name) && Encoding.UTF8.GetByteCount(name) <= LongestName && PlainText.Visible(name) == name;

    /// <summary>The datagram.</summary>
    public byte[] ToDatagram() => Encoding.UTF8.GetBytes(ToString());

    /// <inheritdoc />
    public override string ToString() => Name == RudpSignals.New ? $"{Name}:{Text}"
        : Id is not { } id ? Name
        : Text.Length == 0 && Name is not (RudpSignals.Files or RudpSignals.Echo or RudpSignals.EchoReply) ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{id}")
        : string.Create(CultureInfo.InvariantCulture, $"{Name}:{id};{Text}");

    static string? Find(ReadOnlySpan<byte> name)
    {
        foreach (var (known, _) in RudpSignals.All)
        {
            if (Ascii.Equals(name, known))
            {
                return known;
            }
        }

        return null;
    }
}
