using System.Buffers.Binary;

namespace Wiretale.Lab.Dns;

/// <summary>
/// Writes a message into a buffer, names compressed where that is allowed. What does not fit is not written, and <see cref="IsFull"/> says so;
/// <see cref="Position"/> can be set back to where it still was complete.
/// </summary>
public sealed class DnsWriter
{
    /// <summary>Highest place that a pointer can name (RFC 1035 section 4.1.4).</summary>
    const int HighestTarget = 0x3fff;

    /// <summary>Names that are remembered to be pointed at: more would cost more time than they save bytes.</summary>
    const int MostTargets = 256;

    readonly byte[] buffer;
    readonly List<int> targets = [];
    readonly List<int> pointers = [];
    int position;

    /// <summary>Writes into a buffer of some length.</summary>
    public DnsWriter(int length = ushort.MaxValue)
    {
        buffer = new byte[length];
        Limit = length;
    }

    /// <summary>How long the message may become.</summary>
    public int Limit { get; set => field = Math.Min(value, buffer.Length); }

    /// <summary>Whether something did not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Where the next write goes; setting it back forgets what stood behind.</summary>
    public int Position
    {
        get => position;
        set
        {
            position = value;
            IsFull = false;
            targets.RemoveAll(target => target >= value);
            pointers.RemoveAll(pointer => pointer >= value);
        }
    }

    /// <summary>What is written so far.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, position);

    /// <summary>Where pointers stand.</summary>
    public IReadOnlyList<int> Pointers => pointers;

    /// <summary>Writes a byte.</summary>
    public void U8(byte value)
    {
        if (Take(1) is { Length: 1 } place)
        {
            place[0] = value;
        }
    }

    /// <summary>Writes a number of two bytes.</summary>
    public void U16(ushort value)
    {
        if (Take(2) is { Length: 2 } place)
        {
            BinaryPrimitives.WriteUInt16BigEndian(place, value);
        }
    }

    /// <summary>Writes a number of four bytes.</summary>
    public void U32(uint value)
    {
        if (Take(4) is { Length: 4 } place)
        {
            BinaryPrimitives.WriteUInt32BigEndian(place, value);
        }
    }

    /// <summary>Writes bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (Take(bytes.Length) is { } place && place.Length == bytes.Length)
        {
            bytes.CopyTo(place);
        }
    }

    /// <summary>Changes what was written.</summary>
    public void Patch16(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(at), value);

    /// <summary>Writes a name; what has stood in the message in the same letters is pointed at if that is allowed.</summary>
    public void Name(ReadOnlySpan<byte> wire, bool compress = true)
    {
        for (int at = 0; ; at += wire[at] + 1)
        {
            if (wire[at] == 0)
            {
                U8(0);
                return;
            }

            if (compress && Find(wire[at..]) is >= 0 and var target)
            {
                pointers.Add(position);
                U16((ushort)(0xc000 | target));
                return;
            }

            if (position <= HighestTarget && targets.Count < MostTargets)
            {
                targets.Add(position);
            }

            Bytes(wire.Slice(at, wire[at] + 1));
            if (IsFull)
            {
                return;
            }
        }
    }

    int Find(ReadOnlySpan<byte> wire)
    {
        foreach (int target in targets)
        {
            if (StandsAt(target, wire))
            {
                return target;
            }
        }

        return -1;
    }

    bool StandsAt(int target, ReadOnlySpan<byte> wire)
    {
        for (int at = 0; ;)
        {
            // The name may still be under way: behind the position nothing counts.
            if (target + 1 >= position && (target >= position || buffer[target] != 0))
            {
                return false;
            }

            int first = buffer[target];
            if (first >= 0xc0)
            {
                target = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(target)) & HighestTarget;
                continue;
            }

            if (target + first + 1 > position || first != wire[at] || !buffer.AsSpan(target, first + 1).SequenceEqual(wire.Slice(at, first + 1)))
            {
                return false;
            }

            if (first == 0)
            {
                return true;
            }

            at += first + 1;
            target += first + 1;
        }
    }

    Span<byte> Take(int count)
    {
        if (IsFull || position + count > Limit)
        {
            IsFull = true;
            return [];
        }

        position += count;
        return buffer.AsSpan(position - count, count);
    }
}
