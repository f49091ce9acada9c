using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>The numbers of one segment's header, and what the stream made of them.</summary>
struct TcpHeader
{
    public const int Fin = 1, Syn = 2, Reset = 4, Push = 8, Ack = 0x10, Urgent = 0x20, Echo = 0x40, Reduced = 0x80, AccurateEcn = 0x100;

    public ushort SourcePort, DestinationPort;
    public uint RawSequence, RawAcknowledgment;

    /// <summary>As shown: relative to the initial sequence numbers when these are known.</summary>
    public uint Sequence, Acknowledgment;

    /// <summary>Twelve bits, reserved ones included.</summary>
    public int Flags;

    /// <summary>Bytes of the header, options included.</summary>
    public int Length;

    /// <summary>As in the header, and as shown: scaled.</summary>
    public uint RawWindow, Window;

    /// <summary>Bytes of payload on the wire; meaningless unless <see cref="HasDataLength"/>.</summary>
    public int DataLength;

    /// <summary>False when the segment is shorter than its own header says.</summary>
    public bool HasDataLength;

    /// <summary>Whether any of some flags is set.</summary>
    public readonly bool Has(int flag) => (Flags & flag) != 0;

    /// <summary>Reads the first 20 bytes, which must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Read(in View v, out TcpHeader h)
    {
        var b = v.Span(0, 20);
        h = default;
        h.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(b);
        h.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(b[2..]);
        h.RawSequence = h.Sequence = BinaryPrimitives.ReadUInt32BigEndian(b[4..]);
        h.RawAcknowledgment = h.Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(b[8..]);
        int bits = BinaryPrimitives.ReadUInt16BigEndian(b[12..]);
        h.Flags = bits & 0xfff;
        h.Length = (bits >> 12) * 4;
        h.RawWindow = h.Window = BinaryPrimitives.ReadUInt16BigEndian(b[14..]);
        h.DataLength = v.Reported - h.Length;
        h.HasDataLength = h.DataLength >= 0 && !v.IsFragment;
        h.DataLength = Math.Max(0, h.DataLength);
    }
}
