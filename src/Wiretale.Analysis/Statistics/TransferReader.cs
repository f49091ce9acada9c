using System.Buffers.Binary;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>One packet of one station to another; a tunnel has several in one frame.</summary>
struct Transfer
{
    public Address From, To;
    public uint FromPort, ToPort;

    /// <summary>The number of its conversation, where the layer numbers them.</summary>
    public int Stream;
}

/// <summary>Finds out who sends to whom in a layer.</summary>
sealed class TransferReader
{
    const int From = 1, To = 2, FromPort = 3, ToPort = 4, Stream = 5, HeaderLength = 6, Start = 7;
    const int ShortestHeader = 20;

    readonly Registry registry;
    readonly FieldMap<byte> slots = new();
    readonly List<Field> fields = [];
    readonly int last;
    Transfer[] found = new Transfer[4];
    int count;

    public TransferReader(TransferLayer layer, Registry registry)
    {
        this.registry = registry;
        foreach (var (from, to) in layer.Addresses)
        {
            Set(from, From);
            Set(to, To);
        }

        Set(layer.Ports?.From, FromPort);
        Set(layer.Ports?.To, ToPort);
        Set(layer.Stream, Stream);
        Set(layer.HeaderLength, HeaderLength);
        Set(layer.Start, Start);
        last = layer.HeaderLength is not null ? HeaderLength : layer.Stream is not null ? Stream : layer.Start is not null ? Start : 0;
    }

    public void AddTo(Demand demand) => fields.ForEach(demand.Want);

    /// <summary>The transfers of a packet, outermost first; good until the next call. What an error message quotes is none.</summary>
    public ReadOnlySpan<Transfer> Read(in StatisticPacket packet)
    {
        count = 0;
        Transfer next = default;
        bool hasFrom = false, hasTo = false, hasStream = false;
        foreach (ref readonly var item in packet.Items)
        {
            int slot = slots[item.Field];
            if (slot == 0 || (item.Flags & ItemFlags.Quoted) != 0)
            {
                continue;
            }

            switch (slot)
            {
                case From when last == Start:
                    if (count > 0)
                    {
                        found[count - 1].From = Address(packet, item);
                    }

                    continue;
                case From:
                    (next.From, hasFrom) = (Address(packet, item), true);
                    break;
                case To:
                    (next.To, hasTo) = (Address(packet, item), true);
                    break;
                case FromPort:
                    (next.FromPort, hasStream) = ((uint)item.Value, false);
                    break;
                case ToPort:
                    next.ToPort = (uint)item.Value;
                    break;
                case Stream:
                    (next.Stream, hasStream) = ((int)item.Value, true);
                    break;
            }

            if (last == 0 ? hasFrom && hasTo : slot == last && (slot != HeaderLength || (hasStream && item.Value >= ShortestHeader)))
            {
                Add(next);
                if (last == 0)
                {
                    hasFrom = hasTo = false;
                }
            }
        }

        return found.AsSpan(0, count);
    }

    void Set(string? name, byte slot)
    {
        foreach (var field in name is null ? [] : registry.FindAll(name))
        {
            slots[field.Id] = slot;
            fields.Add(field);
        }
    }

    void Add(in Transfer transfer)
    {
        if (count == found.Length)
        {
            Array.Resize(ref found, count * 2);
        }

        found[count++] = transfer;
    }

    Address Address(in StatisticPacket packet, in Item item)
    {
        switch (registry[item.Field].Type)
        {
            case FieldType.IPv4:
                return Wire.Address.IPv4((uint)item.Value);
            case FieldType.IPv6:
                return Wire.Address.IPv6(packet.Bytes(item));
            default:
                Span<byte> bytes = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64BigEndian(bytes, item.Value);
                return Wire.Address.Ethernet(bytes[2..]);
        }
    }
}
