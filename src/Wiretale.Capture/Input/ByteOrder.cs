using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Wiretale.Capture.Input;

/// <summary>Reads numbers in the byte order of a file; a struct parameter, so that each order gets code of its own.</summary>
unsafe interface IByteOrder
{
    static abstract bool IsBigEndian { get; }

    static abstract ushort U16(byte* at);

    static abstract uint U32(byte* at);

    static abstract ulong U64(byte* at);
}

readonly unsafe struct LittleEndian : IByteOrder
{
    public static bool IsBigEndian => false;

    public static ushort U16(byte* at) => BitConverter.IsLittleEndian ? Raw<ushort>(at) : BinaryPrimitives.ReverseEndianness(Raw<ushort>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint U32(byte* at) => BitConverter.IsLittleEndian ? Raw<uint>(at) : BinaryPrimitives.ReverseEndianness(Raw<uint>(at));

    public static ulong U64(byte* at) => BitConverter.IsLittleEndian ? Raw<ulong>(at) : BinaryPrimitives.ReverseEndianness(Raw<ulong>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Raw<T>(byte* at) => Unsafe.ReadUnaligned<T>(at);
}

readonly unsafe struct BigEndian : IByteOrder
{
    public static bool IsBigEndian => true;

    public static ushort U16(byte* at) => BinaryPrimitives.ReverseEndianness(LittleEndian.U16(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint U32(byte* at) => BinaryPrimitives.ReverseEndianness(LittleEndian.U32(at));

    public static ulong U64(byte* at) => BinaryPrimitives.ReverseEndianness(LittleEndian.U64(at));
}
