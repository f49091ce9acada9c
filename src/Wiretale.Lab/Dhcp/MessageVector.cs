using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dhcp;

/// <summary>Datagrams that cross into the kernel, or out of it, together: recvmmsg(2), sendmmsg(2). A call for each would cost more than the message is worth.</summary>
sealed unsafe class MessageVector : IDisposable
{
    const int NameSize = 32, ControlSize = 64, ControlHeader = 16, PacketInfoSize = 12, PacketInfo = 8;

    readonly int place;
    readonly int longest;
    readonly byte[] bytes;
    readonly NativeMessages.Message* headers;
    readonly NativeMessages.Vector* parts;
    readonly byte* names;
    readonly byte* controls;
    int count;

    /// <summary>Makes place.</summary>
    /// <param name="place">Most datagrams.</param>
    /// <param name="longest">Most bytes of one.</param>
    public MessageVector(int place, int longest)
    {
        (this.place, this.longest) = (place, longest);
        bytes = GC.AllocateUninitializedArray<byte>(place * longest, pinned: true);
        headers = (NativeMessages.Message*)NativeMemory.AllocZeroed((nuint)(place * sizeof(NativeMessages.Message)));
        parts = (NativeMessages.Vector*)NativeMemory.AllocZeroed((nuint)(place * sizeof(NativeMessages.Vector)));
        names = (byte*)NativeMemory.AllocZeroed((nuint)(place * NameSize));
        controls = (byte*)NativeMemory.AllocZeroed((nuint)(place * ControlSize));
        byte* start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0);
        for (int i = 0; i < place; i++)
        {
            parts[i] = new() { Base = start + (i * longest), Length = (nuint)longest };
            headers[i] = new() { Name = names + (i * NameSize), Vectors = parts + i, VectorCount = 1, Control = controls + (i * ControlSize) };
        }
    }

    /// <summary>Takes what has come, and gives how many there are.</summary>
    /// <param name="socket">The socket's number.</param>
    /// <param name="error">Number of the error, 0 for none.</param>
    public int Receive(int socket, out int error)
    {
        for (int i = 0; i < place; i++)
        {
            (headers[i].NameLength, headers[i].ControlLength, headers[i].Flags, headers[i].Length) = (NameSize, ControlSize, 0, 0);
        }

        int got = NativeMessages.Receive(socket, headers, (uint)place, NativeMessages.DontWait, null);
        error = got < 0 ? Marshal.GetLastPInvokeError() : 0;
        return Math.Max(0, got);
    }

    /// <summary>One that was received; empty when it was longer than there is place.</summary>
    public ReadOnlyMemory<byte> Message(int i) => (headers[i].Flags & NativeMessages.Truncated) != 0 ? default : bytes.AsMemory(i * longest, (int)headers[i].Length);

    /// <summary>The other side: the address in its struct sockaddr_in.</summary>
    public uint Peer(int i) => BinaryPrimitives.ReadUInt32BigEndian(new(names + (i * NameSize) + 4, 4));

    /// <summary>Where it was sent to, as its header has it (IP_PKTINFO); 0 when that is not known.</summary>
    public uint Destination(int i)
    {
        var control = new ReadOnlySpan<byte>(controls + (i * ControlSize), (int)headers[i].ControlLength);
        return control.Length >= ControlHeader + PacketInfoSize && MemoryMarshal.Read<int>(control[12..]) == PacketInfo
            ? BinaryPrimitives.ReadUInt32BigEndian(control[(ControlHeader + 8)..]) : 0;
    }

    /// <summary>Adds a datagram to send to an address and port, from an address of an interface.</summary>
    public void Add(ReadOnlySpan<byte> message, uint address, ushort port, uint source, int interfaceIndex)
    {
        byte* control = controls + (count * ControlSize);
        *(nuint*)control = ControlHeader + PacketInfoSize;
        ((int*)control)[2] = 0;
        ((int*)control)[3] = PacketInfo;
        ((int*)control)[4] = interfaceIndex;
        BinaryPrimitives.WriteUInt32BigEndian(new(control + ControlHeader + 4, 4), source);
        BinaryPrimitives.WriteUInt32BigEndian(new(control + ControlHeader + 8, 4), 0);

        var name = new Span<byte>(names + (count * NameSize), 16);
        name.Clear();
        MemoryMarshal.Write(name, (ushort)2);
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], port);
        BinaryPrimitives.WriteUInt32BigEndian(name[4..], address);
        Add(message, nameLength: 16, controlLength: ControlHeader + 16);
    }

    /// <summary>Adds a packet to send to a station.</summary>
    public void Add(ReadOnlySpan<byte> packet, PacketSocket.Station station)
    {
        var address = station.Serialize();
        address.Buffer.Span[..address.Size].CopyTo(new(names + (count * NameSize), NameSize));
        Add(packet, (uint)address.Size, controlLength: 0);
    }

    /// <summary>Sends what was added.</summary>
    /// <param name="socket">The socket's number.</param>
    /// <param name="lost">Told of each that could not be sent: which it was of those added, and the number of the error.</param>
    public void Send(int socket, Action<int, int> lost)
    {
        for (int at = 0; at < count;)
        {
            int sent = NativeMessages.Send(socket, headers + at, (uint)(count - at), 0);
            if (sent > 0)
            {
                at += sent;
            }
            else
            {
                lost(at++, Marshal.GetLastPInvokeError());
            }
        }

        count = 0;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        NativeMemory.Free(headers);
        NativeMemory.Free(parts);
        NativeMemory.Free(names);
        NativeMemory.Free(controls);
    }

    void Add(ReadOnlySpan<byte> message, uint nameLength, nuint controlLength)
    {
        message.CopyTo(bytes.AsSpan(count * longest, longest));
        parts[count].Length = (nuint)message.Length;
        (headers[count].NameLength, headers[count].ControlLength, headers[count].Flags) = (nameLength, controlLength, 0);
        count++;
    }
}
