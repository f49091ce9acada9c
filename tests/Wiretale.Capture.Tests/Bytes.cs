using System.Buffers.Binary;

namespace Wiretale.Capture.Tests;

/// <summary>Writes little- or big-endian numbers, to build small captures by hand, sound and broken.</summary>
sealed class Bytes(bool bigEndian = false)
{
    readonly MemoryStream _stream = new();

    public int Length => (int)_stream.Length;

    public Bytes U8(params byte[] values) => Raw(values);

    public Bytes U16(params int[] values)
    {
        byte[] two = new byte[2];
        foreach (int value in values)
        {
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt16BigEndian(two, (ushort)value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(two, (ushort)value);
            }

            Raw(two);
        }

        return this;
    }

    public Bytes U32(params long[] values)
    {
        byte[] four = new byte[4];
        foreach (long value in values)
        {
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(four, (uint)value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(four, (uint)value);
            }

            Raw(four);
        }

        return this;
    }

    public Bytes Raw(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        return this;
    }

    public byte[] ToArray() => _stream.ToArray();

    /// <summary>A pcap file header.</summary>
    public static Bytes Pcap(uint magic = 0xa1b2c3d4, int link = 1, bool bigEndian = false, int major = 2, int minor = 4) =>
        new Bytes(bigEndian).U32(magic).U16(major, minor).U32(0, 0, 262144, link);

    /// <summary>A pcap record that claims the lengths it is told to, or has.</summary>
    public Bytes Record(long seconds, long fraction, byte[] data, long? captured = null, long? original = null) =>
        U32(seconds, fraction, captured ?? data.Length, original ?? data.Length).Raw(data);

    /// <summary>A pcapng block around <paramref name="body"/>; the lengths may be made to lie.</summary>
    public Bytes Block(long type, byte[] body, long? length = null, long? trailing = null)
    {
        int padding = -body.Length & 3;
        long total = 12 + body.Length + padding;
        return U32(type, length ?? total).Raw(body).Raw(new byte[padding]).U32(trailing ?? total);
    }

    public Bytes Option(int code, params byte[] value) => U16(code, value.Length).Raw(value).Raw(new byte[-value.Length & 3]);

    public Bytes Section(Bytes? options = null) =>
        Block(0x0a0d0d0a, New().U32(0x1a2b3c4d).U16(1, 0).U32(0xffffffff, 0xffffffff).Raw(options?.ToArray() ?? []).ToArray());

    public Bytes Interface(int link = 1, long snap = 0, Bytes? options = null) =>
        Block(1, New().U16(link, 0).U32(snap).Raw(options?.ToArray() ?? []).ToArray());

    public Bytes Packet(int id, ulong ticks, byte[] data, Bytes? options = null, long? captured = null, long? length = null, long? trailing = null) =>
        Block(6, New().U32(id, (long)(ticks >> 32), (uint)ticks, captured ?? data.Length, data.Length).Raw(data).Raw(new byte[-data.Length & 3])
            .Raw(options?.ToArray() ?? []).ToArray(), length, trailing);

    /// <summary>Empty, in the same byte order.</summary>
    public Bytes New() => new(bigEndian);
}
