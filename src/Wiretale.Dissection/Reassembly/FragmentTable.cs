using System.Buffers;
using Wiretale.Wire;

namespace Wiretale.Dissection.Reassembly;

/// <summary>What was odd about a fragment, or about a datagram put together from some.</summary>
[Flags]
public enum FragmentFlags : byte
{
    None = 0,
    /// <summary>It covers bytes that another fragment covers, too.</summary>
    Overlap = 1,
    /// <summary>... and with other content.</summary>
    Conflict = 2,
    /// <summary>It says it is the last one, and so did another that ends elsewhere.</summary>
    MultipleTails = 4,
    /// <summary>It reaches past the end of the datagram.</summary>
    TooLong = 8,
}

/// <summary>What fragments of one datagram have in common.</summary>
/// <param name="Kind">The protocol that fragments (its number), so that tables may be shared.</param>
/// <param name="Id">The datagram's number and what else tells it apart.</param>
public readonly record struct FragmentKey(byte Kind, Address Source, Address Destination, ulong Id);

/// <summary>A fragment: where it came from and what it brought.</summary>
public struct Fragment
{
    /// <summary>Frame that carried it.</summary>
    public int Frame;

    /// <summary>Place in the datagram, and bytes.</summary>
    public int Offset, Length;

    /// <summary>What is odd about it.</summary>
    public FragmentFlags Flags;

    internal byte[] Data;
}

/// <summary>A datagram while its fragments come in, and when they are all there.</summary>
public sealed class Datagram
{
    internal readonly List<Fragment> Parts = [];
    internal FragmentKey Key;
    internal Datagram? Older, Newer;

    /// <summary>Length as the last fragment says; -1 before it came.</summary>
    public int Length { get; internal set; } = -1;

    /// <summary>What is odd about any of the fragments.</summary>
    public FragmentFlags Flags { get; internal set; }

    /// <summary>The fragments by offset, those of one offset in order of arrival.</summary>
    public IReadOnlyList<Fragment> Fragments => Parts;

    /// <summary>Sum of the fragments' lengths; below <see cref="Length"/> something is certainly missing.</summary>
    internal long Received;
}

/// <summary>Puts fragments together. Bounded in datagrams and in bytes: the ones waiting for longest go first.</summary>
public sealed class FragmentTable
{
    /// <summary>Datagrams waiting at once.</summary>
    const int MaxDatagrams = 8192;

    /// <summary>Bytes waiting at once.</summary>
    const long MaxBytes = 64 << 20;

    /// <summary>Fragments of one datagram; IP's offsets allow 8192 that do not overlap.</summary>
    const int MaxFragments = 16384;

    readonly Dictionary<FragmentKey, Datagram> waiting = [];
    readonly Stack<Datagram> spare = [];
    Datagram? oldest, newest;
    long bytes;

    /// <summary>Datagrams that wait for more.</summary>
    public int Count => waiting.Count;

    /// <summary>Takes a fragment in. When it was the missing one, gives the datagram out and its bytes in a rented array that the caller owns.</summary>
    /// <param name="more">Whether the fragment says that others follow.</param>
    /// <returns>Null while fragments are missing; the datagram is good until the next call of <see cref="Release"/> for it, which is due.</returns>
    public Datagram? Add(in FragmentKey key, int frame, int offset, ReadOnlySpan<byte> data, bool more, out byte[] assembled)
    {
        assembled = [];
        if (!waiting.TryGetValue(key, out var datagram))
        {
            datagram = Open(key);
        }

        var flags = FragmentFlags.None;
        if (!more)
        {
            if (datagram.Length < 0)
            {
                datagram.Length = offset + data.Length;
            }
            else if (datagram.Length != offset + data.Length)
            {
                flags = FragmentFlags.MultipleTails;
            }
        }

        var copy = ArrayPool<byte>.Shared.Rent(Math.Max(data.Length, 1));
        data.CopyTo(copy);
        int at = Insert(datagram, new() { Frame = frame, Offset = offset, Length = data.Length, Flags = flags, Data = copy });
        bytes += copy.Length;
        datagram.Received += data.Length;
        datagram.Flags |= flags;
        if (datagram.Length >= 0 && datagram.Received >= datagram.Length)
        {
            int reach = Reach(datagram);
            if (reach >= datagram.Length)
            {
                if (reach > datagram.Length)
                {
                    Mark(datagram, at, FragmentFlags.TooLong);
                }

                assembled = Assemble(datagram);
                Forget(datagram);
                return datagram;
            }
        }

        if (datagram.Parts.Count >= MaxFragments)
        {
            Forget(datagram);
            Release(datagram);
        }

        while ((waiting.Count > MaxDatagrams || bytes > MaxBytes) && oldest is { } victim)
        {
            Forget(victim);
            Release(victim);
        }

        return null;
    }

    /// <summary>Gives a datagram back after use.</summary>
    public void Release(Datagram datagram)
    {
        datagram.Parts.Clear();
        datagram.Length = -1;
        datagram.Flags = FragmentFlags.None;
        datagram.Received = 0;
        spare.Push(datagram);
    }

    static int Insert(Datagram datagram, in Fragment fragment)
    {
        // Nearly always the fragment belongs at the end.
        int at = datagram.Parts.Count;
        while (at > 0 && datagram.Parts[at - 1].Offset > fragment.Offset)
        {
            at--;
        }

        datagram.Parts.Insert(at, fragment);
        return at;
    }

    static int Reach(Datagram datagram)
    {
        int reach = 0;
        foreach (var part in datagram.Parts)
        {
            if (part.Offset <= reach)
            {
                reach = Math.Max(reach, part.Offset + part.Length);
            }
        }

        return reach;
    }

    /// <summary>Copies the fragments together. Where they overlap, the bytes of the one with the lower offset (of equals, the earlier) stay.</summary>
    static byte[] Assemble(Datagram datagram)
    {
        var whole = ArrayPool<byte>.Shared.Rent(Math.Max(datagram.Length, 1));
        int filled = 0;
        for (int i = 0; i < datagram.Parts.Count; i++)
        {
            var part = datagram.Parts[i];
            if (part.Length == 0)
            {
                continue;
            }

            if (part.Offset >= datagram.Length)
            {
                Mark(datagram, i, FragmentFlags.TooLong);
                continue;
            }

            int length = part.Length;
            if (part.Offset + length > datagram.Length)
            {
                Mark(datagram, i, FragmentFlags.TooLong);
                length = datagram.Length - part.Offset;
            }

            int overlap = Math.Min(filled - part.Offset, length);
            if (overlap > 0)
            {
                bool same = part.Data.AsSpan(0, overlap).SequenceEqual(whole.AsSpan(part.Offset, overlap));
                Mark(datagram, i, same ? FragmentFlags.Overlap : FragmentFlags.Overlap | FragmentFlags.Conflict);
            }

            overlap = Math.Max(overlap, 0);
            part.Data.AsSpan(overlap, length - overlap).CopyTo(whole.AsSpan(part.Offset + overlap));
            filled = Math.Max(filled, part.Offset + length);
        }

        return whole;
    }

    static void Mark(Datagram datagram, int at, FragmentFlags flags)
    {
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(datagram.Parts)[at].Flags |= flags;
        datagram.Flags |= flags;
    }

    Datagram Open(in FragmentKey key)
    {
        var datagram = spare.Count > 0 ? spare.Pop() : new Datagram();
        datagram.Key = key;
        datagram.Older = newest;
        datagram.Newer = null;
        if (newest is null)
        {
            oldest = datagram;
        }
        else
        {
            newest.Newer = datagram;
        }

        newest = datagram;
        waiting.Add(key, datagram);
        return datagram;
    }

    /// <summary>Takes a datagram out of the table and gives its fragments' bytes back.</summary>
    void Forget(Datagram datagram)
    {
        waiting.Remove(datagram.Key);
        if (datagram.Older is null)
        {
            oldest = datagram.Newer;
        }
        else
        {
            datagram.Older.Newer = datagram.Newer;
        }

        if (datagram.Newer is null)
        {
            newest = datagram.Older;
        }
        else
        {
            datagram.Newer.Older = datagram.Older;
        }

        datagram.Older = datagram.Newer = null;
        foreach (ref var part in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(datagram.Parts))
        {
            bytes -= part.Data.Length;
            ArrayPool<byte>.Shared.Return(part.Data);
            part.Data = [];
        }
    }
}
