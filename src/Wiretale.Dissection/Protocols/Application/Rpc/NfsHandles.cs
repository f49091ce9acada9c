using Wiretale.Dissection.Engine;
using static Wiretale.Dissection.Protocols.Application.Rpc.NfsFields;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

/// <summary>File handles: bytes that only the server understands; people tell them apart by a hash.</summary>
static class NfsHandles
{
    const int FixedLength = 32, Longest = 64;
    const uint Polynomial = 0xedb88320;

    static readonly Lazy<uint[]> Table = new(() =>
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) != 0 ? Polynomial : 0);
            }

            table[i] = value;
        }

        return table;
    });

    /// <summary>Adds a handle with its length before it (NFS version 3).</summary>
    /// <returns>The offset after it.</returns>
    public static int Add(Packet p, in View v, Node tree, int at, string name)
    {
        int length = LengthAt(v, at), whole = 4 + ((length + 3) & ~3);
        v.Ensure(at + 4, length);
        var node = p.AddText(tree, v, at, Math.Min(whole, v.CapturedFrom(at)), name);
        p.Add(node, HandleLength, v, at);
        AddContent(p, v, node, at + 4, length);
        return at + whole;
    }

    /// <summary>Adds a handle of 32 bytes (version 2).</summary>
    public static int AddFixed(Packet p, in View v, Node tree, int at, string name)
    {
        AddContent(p, v, p.AddText(tree, v, at, Math.Min(FixedLength, v.CapturedFrom(at)), name), at, FixedLength);
        return at + FixedLength;
    }

    /// <summary>The hash of the handle at an offset, and the offset after it.</summary>
    public static uint HashAt(in View v, ref int at)
    {
        int length = LengthAt(v, at);
        uint hash = Hash(v.Span(at + 4, length));
        at += 4 + ((length + 3) & ~3);
        return hash;
    }

    /// <summary>The same of a handle of 32 bytes.</summary>
    public static uint FixedHashAt(in View v, ref int at)
    {
        uint hash = Hash(v.Span(at, FixedLength));
        at += FixedLength;
        return hash;
    }

    static int LengthAt(in View v, int at) => (int)Math.Min(v.U32(at), Longest);

    static void AddContent(Packet p, in View v, Node node, int at, int length)
    {
        p.Generated(p.AddUInt(node, HandleHash, v, at, length, Hash(v.Span(at, length))));
        p.Add(node, Handle, v, at, length);
    }

    static uint Hash(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = (crc >> 8) ^ Table.Value[(byte)(crc ^ b)];
        }

        return ~crc;
    }
}
