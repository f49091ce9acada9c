using System.Buffers.Binary;
using System.Net;

namespace Wiretale.Lab.Dns;

/// <summary>
/// The data of a record: checked bytes, names in them written out. <see cref="RecordLayout"/> knows what stands in them; a type that it does not
/// know is bytes and nothing more (RFC 3597).
/// </summary>
public sealed class RecordData : IEquatable<RecordData>
{
    readonly byte[] bytes;

    internal RecordData(RecordType type, byte[] bytes)
    {
        Type = type;
        this.bytes = bytes;
    }

    /// <summary>The type of the record.</summary>
    public RecordType Type { get; }

    /// <summary>The bytes, without compression.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The address of an A or AAAA record.</summary>
    public IPAddress Address => Type == RecordType.A || Type == RecordType.AAAA ? new(bytes) : throw Lacks("address");

    /// <summary>The first name in the data: where an NS, CNAME, DNAME, PTR, MX, SRV or SVCB record leads, or the primary server of an SOA record.</summary>
    public DnsName Target => NameAt(0);

    /// <summary>The number in front of MX, SRV, SVCB and such data.</summary>
    public ushort Preference => RecordLayout.Of(Type) is [RecordField.U16, ..] ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : throw Lacks("preference");

    /// <summary>The serial number of an SOA record.</summary>
    public uint Serial => SoaNumber(0);

    /// <summary>How long it may be remembered that something is not there (RFC 2308 section 4): the last number of an SOA record.</summary>
    public uint Minimum => SoaNumber(4);

    /// <summary>Makes the data of an address record.</summary>
    public static RecordData Of(IPAddress address) =>
        new(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? RecordType.A : RecordType.AAAA, address.GetAddressBytes());

    /// <summary>Makes the data of a record that is one name: NS, CNAME, PTR, DNAME.</summary>
    public static RecordData Of(RecordType type, DnsName target) =>
        RecordLayout.Of(type) is [var only] && RecordLayout.IsName(only) ? new(type, target.Wire.ToArray()) : throw new ArgumentException($"{type} is more than a name", nameof(type));

    /// <summary>Takes over data of a type, as it stands in a message that does not compress it.</summary>
    /// <exception cref="FormatException">It is not data of that type.</exception>
    public static RecordData FromWire(RecordType type, ReadOnlySpan<byte> wire)
    {
        var reader = new DnsReader(wire);
        return wire.Length <= ushort.MaxValue && Read(ref reader, type, wire.Length, mayPoint: false) is { } data ? data : throw new FormatException($"not the data of a record of type {type}: {reader.Error}");
    }

    /// <summary>Reads the data of a record; null, and an error in the reader, where it is wrong.</summary>
    public static RecordData? Read(ref DnsReader reader, RecordType type, int length) => Read(ref reader, type, length, mayPoint: true);

    static RecordData? Read(ref DnsReader reader, RecordType type, int length, bool mayPoint)
    {
        int outer = reader.Within(length);
        byte[]? bytes = reader.IsGood ? RecordWire.Read(ref reader, type, mayPoint) : null;
        reader.Leave(outer);
        return reader.IsGood ? new(type, bytes!) : null;
    }

    /// <summary>Reads data as a zone file has it, the generic form of RFC 3597 included.</summary>
    /// <exception cref="FormatException">It is not data of that type; the message says why.</exception>
    public static RecordData Parse(RecordType type, string text, DnsName? origin = null) => Parse(type, DnsText.Words(text), origin);

    internal static RecordData Parse(RecordType type, IReadOnlyList<TextToken> words, DnsName? origin) => new(type, RecordText.Parse(type, words, origin));

    /// <summary>Writes the data, its length in front.</summary>
    public void Write(DnsWriter writer)
    {
        int start = writer.Position;
        writer.U16((ushort)bytes.Length);
        var fields = RecordLayout.Of(Type);
        if (fields is null || !Array.Exists(fields, field => field == RecordField.SharedName))
        {
            writer.Bytes(bytes);
            return;
        }

        int at = 0;
        foreach (var field in fields)
        {
            int length = RecordLayout.Measure(field, bytes.AsSpan(at));
            if (field == RecordField.SharedName)
            {
                writer.Name(bytes.AsSpan(at, length));
            }
            else
            {
                writer.Bytes(bytes.AsSpan(at, length));
            }

            at += length;
        }

        if (!writer.IsFull)
        {
            writer.Patch16(start, (ushort)(writer.Position - start - 2));
        }
    }

    /// <summary>The names in the data.</summary>
    public IEnumerable<DnsName> Names()
    {
        int at = 0;
        foreach (var field in RecordLayout.Of(Type) ?? [])
        {
            int length = RecordLayout.Measure(field, bytes.AsSpan(at));
            if (RecordLayout.IsName(field))
            {
                yield return DnsName.FromWire(bytes.AsSpan(at, length));
            }

            at += length;
        }
    }

    /// <summary>The character strings in TXT data and such.</summary>
    public IEnumerable<byte[]> Strings
    {
        get
        {
            if (RecordLayout.Of(Type) is not [RecordField.Strings])
            {
                throw Lacks("strings");
            }

            for (int at = 0; at < bytes.Length; at += bytes[at] + 1)
            {
                yield return bytes.AsSpan(at + 1, bytes[at]).ToArray();
            }
        }
    }

    /// <summary>The data as a zone file has it.</summary>
    public override string ToString() => RecordText.Write(Type, bytes);

    /// <summary>The generic form that fits every type (RFC 3597 section 5).</summary>
    public string ToGenericString() => RecordText.WriteGeneric(bytes);

    /// <summary>Whether it is the same data; the case of names does not count.</summary>
    public bool Equals(RecordData? other) => other is not null && Type == other.Type && (bytes.AsSpan().SequenceEqual(other.bytes) || Canonical().SequenceEqual(other.Canonical()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RecordData);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, DnsName.Hash(bytes));

    /// <summary>The bytes with names in small letters (RFC 4034 section 6.2).</summary>
    internal ReadOnlySpan<byte> Canonical()
    {
        byte[] canonical = [.. bytes];
        int at = 0;
        foreach (var field in RecordLayout.Of(Type) ?? [])
        {
            int length = RecordLayout.Measure(field, canonical.AsSpan(at));
            if (RecordLayout.IsName(field))
            {
                foreach (ref byte b in canonical.AsSpan(at, length))
                {
                    b = DnsName.Lower(b);
                }
            }

            at += length;
        }

        return canonical;
    }

    DnsName NameAt(int index) => Names().ElementAtOrDefault(index) ?? throw Lacks("name");

    uint SoaNumber(int index) => Type == RecordType.SOA ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(bytes.Length - 20 + (4 * index))) : throw Lacks("such number");

    InvalidOperationException Lacks(string what) => new($"{Type} data has no {what}");
}
