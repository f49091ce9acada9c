using System.Globalization;

namespace Wiretale.Wire;

/// <summary>Who an organisationally unique identifier (the first three bytes of a MAC address) was given to, by IEEE's public MA-L register.</summary>
/// <remarks>The register stands beside this file, one line each, sorted: identifier, short name, tab, name. It is read at the first question.</remarks>
public static class Manufacturers
{
    static readonly Lazy<Register> Loaded = new(Load);

    /// <summary>What was found last, by the lowest bits: the identifier and 1 in the upper half, its place in the lower. A capture has few, and many of each.</summary>
    static readonly ulong[] Recent = new ulong[256];

    /// <summary>The name of an organisation as UTF-8, empty when the identifier is not given to anyone.</summary>
    public static ReadOnlySpan<byte> Find(uint oui) => Line(oui) is { IsEmpty: false } line ? line[(line.IndexOf((byte)'\t') + 1)..] : default;

    /// <summary>The name of an organisation in eight letters or fewer; empty when the identifier is not given to anyone.</summary>
    public static ReadOnlySpan<byte> FindShort(uint oui) => Line(oui) is { IsEmpty: false } line ? line[..line.IndexOf((byte)'\t')] : default;

    static ReadOnlySpan<byte> Line(uint oui)
    {
        var register = Loaded.Value;
        ref ulong recent = ref Recent[oui % Recent.Length];
        ulong known = Volatile.Read(ref recent);
        int at = (int)known;
        if (known >> 32 != oui + 1ul)
        {
            at = Array.BinarySearch(register.Numbers, oui);
            Volatile.Write(ref recent, ((oui + 1ul) << 32) | (uint)at);
        }

        if (at < 0)
        {
            return default;
        }

        var rest = register.Text.AsSpan(register.Starts[at]);
        return rest[..rest.IndexOf((byte)'\n')];
    }

    static Register Load()
    {
        using var stream = typeof(Manufacturers).Assembly.GetManifestResourceStream("Manufacturers.txt")!;
        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        int lines = text.AsSpan().Count((byte)'\n');
        var numbers = new uint[lines];
        var starts = new int[lines];
        for (int line = 0, at = 0; line < lines; line++)
        {
            numbers[line] = uint.Parse(text.AsSpan(at, 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            starts[line] = at + 7;
            at += text.AsSpan(at).IndexOf((byte)'\n') + 1;
        }

        return new(text, numbers, starts);
    }

    sealed record Register(byte[] Text, uint[] Numbers, int[] Starts);
}
