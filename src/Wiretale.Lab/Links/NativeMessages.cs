using System.Runtime.InteropServices;

namespace Wiretale.Lab.Links;

/// <summary>Datagrams and frames to and from the kernel: recvmsg(2) and sendmsg(2) for one, recvmmsg(2) and sendmmsg(2) for many with one call. Linux on 64 bits.</summary>
static unsafe partial class NativeMessages
{
    /// <summary>Wait for the first datagram, take the others that are there.</summary>
    public const int WaitForOne = 0x10000;

    /// <summary>Take what is there, and do not wait.</summary>
    public const int DontWait = 0x40;

    /// <summary>Of a message that was received: it was longer than there is room.</summary>
    public const int Truncated = 0x20;

    public const int ShutdownBoth = 2;

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr: a struct msghdr, and what was received when there are many.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct Message
    {
        [FieldOffset(0)]
        public byte* Name;

        [FieldOffset(8)]
        public uint NameLength;

        [FieldOffset(16)]
        public Vector* Vectors;

        [FieldOffset(24)]
        public nuint VectorCount;

        [FieldOffset(32)]
        public byte* Control;

        [FieldOffset(40)]
        public nuint ControlLength;

        [FieldOffset(48)]
        public int Flags;

        [FieldOffset(56)]
        public uint Length;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(int socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(int socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int Receive(int socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int Send(int socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shutdown(int socket, int how);
}
