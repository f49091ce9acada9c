using System.Globalization;

namespace Wiretale.Lab.Dns;

/// <summary>What a message asks.</summary>
public sealed record DnsQuestion(DnsName Name, RecordType Type, RecordClass Class = RecordClass.IN)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Class.Name()} {Type}";
}

/// <summary>A record: whose it is, how long it may be remembered, and its data.</summary>
public sealed record ResourceRecord(DnsName Name, RecordClass Class, uint Ttl, RecordData Data)
{
    /// <summary>A record of the Internet's class.</summary>
    public ResourceRecord(DnsName name, uint ttl, RecordData data)
        : this(name, RecordClass.IN, ttl, data)
    {
    }

    /// <summary>The type of its data.</summary>
    public RecordType Type => Data.Type;

    /// <summary>Reads one; null, and an error in the reader, where there is none.</summary>
    public static ResourceRecord? Read(ref DnsReader reader)
    {
        var name = reader.Name();
        var type = new RecordType(reader.U16());
        var recordClass = (RecordClass)reader.U16();
        uint ttl = reader.U32();
        return RecordData.Read(ref reader, type, reader.U16()) is { } data ? new(name, recordClass, ttl, data) : null;
    }

    /// <summary>Writes it; where there is no room the writer is full, and as it was before.</summary>
    public bool Write(DnsWriter writer)
    {
        int start = writer.Position;
        writer.Name(Name.Wire);
        writer.U16(Type.Value);
        writer.U16((ushort)Class);
        writer.U32(Ttl);
        Data.Write(writer);
        if (!writer.IsFull)
        {
            return true;
        }

        writer.Position = start;
        return false;
    }

    /// <summary>The record as a zone file has it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Ttl} {Class.Name()} {Type} {Data}");
}
