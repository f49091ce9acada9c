using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wiretale.Lab.Links;

/// <summary>An interface as a cable's end: all frames that come out of it, as they would be on a wire, and frames that go into it.</summary>
sealed unsafe partial class FrameSocket : IDisposable
{
    /// <summary>Names of packet(7) and socket(7).</summary>
    const int SocketLevel = 1, ReceiveBufferForce = 33, PacketLevel = 263, AddMembership = 1, Statistics = 6, AuxiliaryData = 8, VirtualHeader = 15, IgnoreOutgoing = 23;

    const int Longest = 1 << 17, LongestControl = 256;
    const int AddressBytes = 12, TagLength = 4;

    /// <summary>In the kernel, for the times that this process has to wait for a processor.</summary>
    const int ReceiveBuffer = 16 << 20;

    readonly Socket socket;
    readonly byte* buffer, control;
    readonly int handle, index;

    FrameSocket(string name, int index, Socket socket)
    {
        (Name, this.index, this.socket, handle) = (name, index, socket, (int)socket.Handle);
        buffer = (byte*)NativeMemory.Alloc(Longest + TagLength);
        control = (byte*)NativeMemory.Alloc(LongestControl);
    }

    /// <summary>The interface.</summary>
    public string Name { get; }

    /// <summary>The descriptor, to wait for.</summary>
    public int Handle => handle;

    /// <summary>Frames that the kernel had no room for before they could be read.</summary>
    public long Missed { get; private set; }

    /// <summary>Opens an interface.</summary>
    /// <exception cref="LinkException">There is none of that name, or this user may not.</exception>
    public static FrameSocket Open(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LinkException("links between interfaces are a thing of Linux");
        }

        int index = IndexOf(name);
        if (index == 0)
        {
            throw new LinkException($"there is no interface {name} (ip link lists them)");
        }

        Socket? socket = null;
        try
        {
            socket = PacketSocket.Open(PacketSocket.EveryType, index, SocketType.Raw);
            Set(socket, PacketLevel, VirtualHeader, 1);
            Set(socket, PacketLevel, AuxiliaryData, 1);
            Set(socket, PacketLevel, IgnoreOutgoing, 1);

            // struct packet_mreq: promiscuous, since the frames are for others.
            byte[] membership = new byte[16];
            BitConverter.TryWriteBytes(membership, index);
            membership[4] = 1;
            socket.SetRawSocketOption(PacketLevel, AddMembership, membership);
            EnlargeBuffer(socket);
            return new(name, index, socket);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new LinkException($"cannot take frames from {name}: {(e.SocketErrorCode == SocketError.AccessDenied ? "not allowed (it takes root, or a network namespace of one's own)" : e.Message)}", e);
        }
    }

    /// <summary>Takes the packets of one frame that waits.</summary>
    /// <returns>Whether one was there.</returns>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public bool Receive(Offload.Packet pass)
    {
        var piece = new NativeMessages.Vector { Base = buffer, Length = Longest };
        var message = new NativeMessages.Message { Vectors = &piece, VectorCount = 1, Control = control, ControlLength = LongestControl };
        nint length = NativeMessages.Receive(handle, &message, NativeMessages.DontWait);
        if (length < Offload.HeaderLength)
        {
            ThrowIfGone(length);
            return false;
        }

        if ((message.Flags & NativeMessages.Truncated) == 0)
        {
            var tag = TagOf(message);
            var bytes = new Span<byte>(buffer, (int)length);
            if (!Offload.Undo(bytes[..Offload.HeaderLength], bytes[Offload.HeaderLength..], tag is null ? pass : frame => pass(Tagged(frame, tag.Value))))
            {
                Missed++;
            }
        }

        return true;
    }

    /// <summary>Sends a frame.</summary>
    /// <returns>Whether there was room.</returns>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        // An empty header: nothing is left to do.
        Span<byte> header = stackalloc byte[Offload.HeaderLength];
        header.Clear();
        fixed (byte* first = header, second = frame)
        {
            var pieces = stackalloc NativeMessages.Vector[] { new() { Base = first, Length = Offload.HeaderLength }, new() { Base = second, Length = (nuint)frame.Length } };
            var message = new NativeMessages.Message { Vectors = pieces, VectorCount = 2 };
            return NativeMessages.Send(handle, &message, NativeMessages.DontWait) >= 0;
        }
    }

    /// <summary>Adds what the kernel had to drop since the last time.</summary>
    public void CountMissed()
    {
        // struct tpacket_stats: packets, drops; reading resets it.
        byte[] statistics = new byte[8];
        socket.GetRawSocketOption(PacketLevel, Statistics, statistics);
        Missed += BitConverter.ToUInt32(statistics, 4);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        socket.Dispose();
        NativeMemory.Free(buffer);
        NativeMemory.Free(control);
    }

    /// <summary>The VLAN tag that the kernel keeps beside the frame (struct tpacket_auxdata), as it stands on the wire.</summary>
    static uint? TagOf(in NativeMessages.Message message)
    {
        const int Header = 16, StatusAt = Header, TciAt = Header + 16, TypeAt = Header + 18;
        const uint TagValid = 1 << 4, TypeValid = 1 << 6;
        if (message.ControlLength < Header + 20 || *(int*)((byte*)message.Control + 8) != PacketLevel || *(int*)((byte*)message.Control + 12) != AuxiliaryData)
        {
            return null;
        }

        byte* data = (byte*)message.Control;
        uint status = *(uint*)(data + StatusAt);
        if ((status & TagValid) == 0)
        {
            return null;
        }

        uint type = (status & TypeValid) != 0 ? *(ushort*)(data + TypeAt) : Wire.EtherTypes.Vlan;
        return (type << 16) | *(ushort*)(data + TciAt);
    }

    static Span<byte> Tagged(ReadOnlySpan<byte> frame, uint tag)
    {
        byte[] tagged = new byte[frame.Length + TagLength];
        frame[..AddressBytes].CopyTo(tagged);
        BinaryPrimitives.WriteUInt32BigEndian(tagged.AsSpan(AddressBytes), tag);
        frame[AddressBytes..].CopyTo(tagged.AsSpan(AddressBytes + TagLength));
        return tagged;
    }

    static void Set(Socket socket, int level, int name, int value) => socket.SetRawSocketOption(level, name, BitConverter.GetBytes(value));

    static void EnlargeBuffer(Socket socket)
    {
        try
        {
            Set(socket, SocketLevel, ReceiveBufferForce, ReceiveBuffer);
        }
        catch (SocketException)
        {
            // Only the machine's own root may exceed the machine's limit.
            socket.ReceiveBufferSize = ReceiveBuffer;
        }
    }

    void ThrowIfGone(nint result)
    {
        const int TryAgain = 11, Interrupted = 4, Invalid = 22, IsDown = 100;
        int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (error == Invalid)
        {
            // A frame whose offloads the kernel cannot describe.
            Missed++;
        }
        else if (error is not (0 or TryAgain or Interrupted) && !(error == IsDown && IndexOf(Name) == index))
        {
            throw new LinkException($"{Name}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    static int IndexOf(string name)
    {
        try
        {
            return (int)InterfaceIndex(name);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or NetworkInformationException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint InterfaceIndex(string name);
}
