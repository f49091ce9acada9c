using System.Collections.Concurrent;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Skinny;

/// <summary>Takes the body of a message apart, as its line in <see cref="SkinnyMessages"/> says.</summary>
sealed class SkinnyBody(uint version)
{
    /// <summary>CapabilitiesRes.</summary>
    public const uint Capabilities = 16;

    const uint WithAddressKind = 17, WithLongNumbers = 18, LastWithBitRate = 10, BitRateCoding = 9;
    const int AddressRoom = 16, MostCapabilities = 18;

    static readonly ConcurrentDictionary<string, SkinnyWord[]> Parsed = new(StringComparer.Ordinal);

    uint coding, keys, salts;

    /// <summary>The number of what a message is about; requests and answers have it in common.</summary>
    public uint Party { get; private set; }

    /// <summary>The address that the message names.</summary>
    public Address Address { get; private set; }

    /// <summary>The port with it.</summary>
    public uint Port { get; private set; }

    /// <summary>The words of a line.</summary>
    public static SkinnyWord[] Parse(string line) => Parsed.GetOrAdd(line, static l =>
    {
        var words = l.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int at = 0;
        return SkinnyWord.Parse(words, ref at);
    });

    /// <summary>Adds what is there; the message may end before the line does.</summary>
    /// <returns>The offset after the last.</returns>
    public int Add(Packet p, in View v, Node tree, SkinnyWord[] words, int at)
    {
        foreach (var word in words)
        {
            if (at >= v.Reported)
            {
                break;
            }

            at = One(p, v, tree, word, at);
        }

        return at;
    }

    /// <summary>What a telephone can send and receive.</summary>
    public void AddCapabilities(Packet p, in View v, Node tree, int at)
    {
        uint all = v.U32LE(at);
        p.AddLE(tree, SkinnyFields.Find("capCount"), v, at);
        at += 4;
        var caps = p.AddText(tree, v, at, v.CapturedFrom(at), $"caps [ref:capCount = {all}, max:18]");
        var words = Parse("payloadCapability maxFramesPerPacket ?payloadCapability");
        for (uint i = 1; i <= Math.Min(all, MostCapabilities); i++)
        {
            var one = p.AddText(caps, v, at, 16, $"caps [{i} / {all}]");
            p.AddLE(one, SkinnyFields.Find("payloadCapability"), v, at);
            coding = v.U32LE(at);
            p.AddLE(one, SkinnyFields.Find("maxFramesPerPacket"), v, at + 4, 4);
            AddCoding(p, v, one, words[^1], at + 8, 8);
            at += 16;
        }
    }

    int One(Packet p, in View v, Node tree, SkinnyWord word, int at)
    {
        switch (word.Kind)
        {
            case SkinnyWordKind.Group:
                var group = p.AddText(tree, v, at, v.CapturedFrom(at), word.Name);
                int end = Add(p, v, group, word.Inner, at);
                p.SetLength(group, Math.Min(end, v.Captured) - at);
                return end;
            case SkinnyWordKind.Bits:
                int size = word.Bits[0].ParentBits / 8;
                v.Ensure(at, size);
                var bits = p.AddText(tree, v, at, size, word.Name);
                foreach (var bit in word.Bits)
                {
                    p.Add(bits, bit, v, at, size, littleEndian: true);
                }

                return at + size;
            case SkinnyWordKind.Address:
                return AddAddress(p, v, tree, word, at);
            case SkinnyWordKind.Coding:
                return AddCoding(p, v, tree, word, at, 4);
            case SkinnyWordKind.Key:
                v.Ensure(at, AddressRoom);
                uint count = word.Counter == "keylen" ? keys : salts;
                var key = p.AddText(tree, v, at, AddressRoom, $"{word.Name} [ref:{word.Counter} = {count}, max:16]");
                for (int i = 0; i < Math.Min(count, AddressRoom); i++)
                {
                    p.Add(key, word.Field!, v, at + i);
                }

                return at + AddressRoom;
            case SkinnyWordKind.Skip:
                return at + word.Length;
            case SkinnyWordKind.Text:
                int length = word.Length + (word.GrowsLater && version >= WithLongNumbers ? 1 : 0);
                p.Add(tree, word.Field!, v, at, length);
                return at + length;
            case SkinnyWordKind.ToNul:
                return AddToNul(p, v, tree, word, at);
            default:
                return AddNumber(p, v, tree, word, at);
        }
    }

    int AddNumber(Packet p, in View v, Node tree, SkinnyWord word, int at)
    {
        int size = word.Length > 0 ? word.Length : word.Field!.Type == FieldType.Boolean ? 4 : word.Field.Size;
        ulong value = v.UInt(at, size, littleEndian: true);
        if (word.Field!.Type == FieldType.IPv4)
        {
            p.Add(tree, word.Field, v, at);
            return at + 4;
        }

        p.Add(tree, word.Field, v, at, size, littleEndian: true);
        switch (word.Name)
        {
            case "compressionType":
                coding = (uint)value;
                break;
            case "keylen":
                keys = (uint)value;
                break;
            case "saltlen":
                salts = (uint)value;
                break;
            case "passThroughPartyId" or "passthruPartyID" or "lineNumber" or "speedDialNumber" or "featureIndex" or "serviceURLIndex":
                Party = (uint)value;
                break;
            case "remotePortNumber" or "portNumber":
                Port = (uint)value;
                break;
        }

        return at + size;
    }

    int AddAddress(Packet p, in View v, Node tree, SkinnyWord word, int at)
    {
        if (version < WithAddressKind)
        {
            Address = Address.IPv4(v.U32(at));
            p.Label(p.Add(tree, word.Field!, v, at), $"{word.Name} IPv4 Address: {Address}");
            return at + 4;
        }

        uint kind = v.U32LE(at);
        p.AddLE(tree, SkinnyFields.Find("ipv4or6"), v, at);
        at += 4;
        v.Ensure(at, AddressRoom);
        if (kind == 0)
        {
            Address = Address.IPv4(v.U32(at));
            p.Label(p.Add(tree, word.Field!, v, at), $"{word.Name} IPv4 Address: {Address}");
        }

        return at + AddressRoom;
    }

    /// <summary>A bit rate where that is what matters, else four bytes about the coding.</summary>
    int AddCoding(Packet p, in View v, Node tree, SkinnyWord word, int at, int size)
    {
        if (coding == BitRateCoding || (version <= LastWithBitRate && size == 4))
        {
            var rate = version <= LastWithBitRate && size == 4 ? tree : p.AddText(tree, v, at, size, $"{word.Name} is Media_Payload_G7231");
            p.AddLE(rate, SkinnyFields.Find("g723BitRate"), v, at);
            return at + size;
        }

        v.Ensure(at, size);
        var any = p.AddText(tree, v, at, size, $"any {word.Name}");
        var parameters = p.AddText(any, v, at, size, "codecParams");
        p.AddAll(parameters, v, at, word.Bits);
        return at + size;
    }

    static int AddToNul(Packet p, in View v, Node tree, SkinnyWord word, int at)
    {
        int end = v.IndexOf(0, at);
        int length = (end < 0 ? v.Captured : end) - at;
        bool isShown = word.Name is "promptStatus" or "notify";
        if (length <= 0 && !isShown)
        {
            return at + 1;
        }

        var node = p.Add(tree, word.Field!, v, at, length);
        var text = v.Span(at, length);
        if (isShown && p.WantsTree && length > 1 && text[0] >= 0x80 && Shown(p, text))
        {
            p.AppendLabel(node, $" => \"{p.Scratch.Bytes}\"");
        }

        return at + length + 1;
    }

    /// <summary>A text in which a byte of 128 and a number stand for a text that telephones have in their own language.</summary>
    static bool Shown(Packet p, ReadOnlySpan<byte> text)
    {
        bool any = false;
        p.Scratch.Clear();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == 0x80 && i + 1 < text.Length && SkinnyNames.Texts.Find(text[i + 1]) is { } said)
            {
                p.Scratch.Append(said);
                i++;
                any = true;
            }
            else
            {
                HttpText.Format(p.Scratch, text.Slice(i, 1));
            }
        }

        return any;
    }
}

/// <summary>What a word of a message's line stands for.</summary>
enum SkinnyWordKind : byte
{
    Number, Text, ToNul, Address, Group, Bits, Coding, Key, Skip,
}

/// <summary>One word of a message's line.</summary>
sealed class SkinnyWord
{
    public SkinnyWordKind Kind { get; private init; }

    public string Name { get; private init; } = "";

    public Field? Field { get; private init; }

    /// <summary>Bytes of a text, of a number that is not as long as its type, or to skip.</summary>
    public int Length { get; private init; }

    /// <summary>Whether a text has a byte more in later versions.</summary>
    public bool GrowsLater { get; private init; }

    /// <summary>The field that says how many numbers follow.</summary>
    public string Counter { get; private init; } = "";

    public Field[] Bits { get; private init; } = [];

    public SkinnyWord[] Inner { get; private init; } = [];

    /// <summary>The words up to the end, or to the closing brace.</summary>
    public static SkinnyWord[] Parse(string[] words, ref int at)
    {
        var all = new List<SkinnyWord>();
        while (at < words.Length)
        {
            string word = words[at++];
            if (word == "}")
            {
                break;
            }

            all.Add(word.EndsWith('{') ? new() { Kind = SkinnyWordKind.Group, Name = word[..^1], Inner = Parse(words, ref at) } : Parse(word));
        }

        return [.. all];
    }

    static SkinnyWord Parse(string word)
    {
        string rest = word[1..];
        switch (word[0])
        {
            case '#':
                return new() { Kind = SkinnyWordKind.Bits, Name = rest, Bits = SkinnyFields.Bits(rest) };
            case '@':
                return new() { Kind = SkinnyWordKind.Address, Name = rest, Field = SkinnyFields.Find(rest + ".ipv4") };
            case '?':
                return new()
                {
                    Kind = SkinnyWordKind.Coding, Name = rest,
                    Bits = [SkinnyFields.Find("codecMode"), SkinnyFields.Find("dynamicPayload"), SkinnyFields.Find("codecParam1"), SkinnyFields.Find("codecParam2")],
                };
            case '%':
                int colon = rest.IndexOf(':', StringComparison.Ordinal);
                return new() { Kind = SkinnyWordKind.Key, Name = rest[..colon], Field = SkinnyFields.Find(rest[..colon]), Counter = rest[(colon + 1)..] };
            case '~':
                return new() { Kind = SkinnyWordKind.Skip, Length = Number(rest) };
        }

        if (word.EndsWith('*'))
        {
            return new() { Kind = SkinnyWordKind.ToNul, Name = word[..^1], Field = SkinnyFields.Find(word[..^1]) };
        }

        int equal = word.IndexOf('=', StringComparison.Ordinal);
        if (equal > 0)
        {
            return new() { Kind = SkinnyWordKind.Number, Name = word[..equal], Field = SkinnyFields.Find(word[..equal]), Length = Number(word[(equal + 1)..]) };
        }

        int size = word.IndexOf(':', StringComparison.Ordinal);
        return size < 0
            ? new() { Kind = SkinnyWordKind.Number, Name = word, Field = SkinnyFields.Find(word) }
            : new() { Kind = SkinnyWordKind.Text, Name = word[..size], Field = SkinnyFields.Find(word[..size]), Length = Number(word[(size + 1)..].TrimEnd('+')), GrowsLater = word.EndsWith('+') };
    }

    static int Number(string digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
}
