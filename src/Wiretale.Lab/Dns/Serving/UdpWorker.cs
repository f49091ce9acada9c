using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>
/// A thread with a socket of its own; the kernel spreads clients over all that share the port. It takes datagrams by the dozen, answers them in
/// place and sends the answers with one call.
/// </summary>
sealed unsafe class UdpWorker : IDisposable
{
    /// <summary>How often a thread looks for more before it sleeps: some twenty microseconds.</summary>
    const int Patience = 32;

    const int Batch = 32, Room = 4096, NameRoom = 32, ControlRoom = 64;

    /// <summary>The kernel's queue: what comes while a batch is answered waits there.</summary>
    const int ReceiveBuffer = 1 << 20;

    const int FamilyInternet6 = 10, SocketLevel = 1, ReusePort = 15, InternetLevel = 0, PacketInfo = 8, Discover = 10, Internet6Level = 41, ReceivePacketInfo6 = 49, Discover6 = 23;

    /// <summary>No path MTU is learned from what anybody may have sent: answers are small enough.</summary>
    const int DiscoverOmit = 5;

    readonly Socket socket;
    readonly ServerExchange exchange;
    readonly PendingAnswers pending;
    readonly NativeMessages.Message* received, sent;
    readonly NativeMessages.Vector* vectors;
    readonly byte* memory, names, controls;
    readonly bool tellsAddress;
    volatile bool stopped;

    /// <summary>Binds a socket; others may share the address.</summary>
    /// <exception cref="LinkException">It cannot be had.</exception>
    public UdpWorker(IPEndPoint local, ServerExchange exchange, PendingAnswers pending)
    {
        this.exchange = exchange;
        this.pending = pending;
        socket = new(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            bool isInternet6 = local.AddressFamily == AddressFamily.InterNetworkV6;
            Set(SocketLevel, ReusePort, 1);
            Set(isInternet6 ? Internet6Level : InternetLevel, isInternet6 ? Discover6 : Discover, DiscoverOmit);
            tellsAddress = local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any);
            if (tellsAddress)
            {
                // An answer must come from the address that was asked, of which this machine may have several.
                Set(isInternet6 ? Internet6Level : InternetLevel, isInternet6 ? ReceivePacketInfo6 : PacketInfo, 1);
            }

            socket.ReceiveBufferSize = ReceiveBuffer;
            socket.Bind(local);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkException($"cannot listen on {local} (UDP): {SocketText.Listening(e, local)}", e);
        }

        int room = Batch * ((2 * (sizeof(NativeMessages.Message) + sizeof(NativeMessages.Vector) + Room)) + NameRoom + ControlRoom);
        memory = (byte*)NativeMemory.AllocZeroed((nuint)room);
        received = (NativeMessages.Message*)memory;
        sent = received + Batch;
        vectors = (NativeMessages.Vector*)(sent + Batch);
        names = (byte*)(vectors + (2 * Batch));
        controls = names + (Batch * NameRoom);
        byte* buffers = controls + (Batch * ControlRoom);
        for (int i = 0; i < 2 * Batch; i++)
        {
            vectors[i] = new() { Base = buffers + (i * Room), Length = Room };
            received[i].Vectors = vectors + i;
            received[i].VectorCount = 1;
        }
    }

    /// <summary>Answers until <see cref="Stop"/>.</summary>
    public void Run()
    {
        int handle = (int)socket.Handle;
        while (!stopped)
        {
            for (int i = 0; i < Batch; i++)
            {
                received[i].Name = names + (i * NameRoom);
                received[i].NameLength = NameRoom;
                received[i].Control = tellsAddress ? controls + (i * ControlRoom) : null;
                received[i].ControlLength = tellsAddress ? (nuint)ControlRoom : 0;
            }

            int count = Receive(handle), answers = 0;
            for (int i = 0; i < count; i++)
            {
                int length = Answer(i, answers);
                if (length > 0)
                {
                    ref var message = ref sent[answers++];
                    message.Vectors->Length = (nuint)length;
                    message.Name = received[i].Name;
                    message.NameLength = received[i].NameLength;
                    message.Control = received[i].Control;
                    message.ControlLength = received[i].ControlLength;
                }
            }

            Send(handle, answers);
        }
    }

    /// <summary>
    /// While questions keep coming, the thread gives way to others instead of sleeping at once: to be woken for each datagram costs more than to
    /// answer it, and costs the one who sends it, too.
    /// </summary>
    int Receive(int handle)
    {
        for (int i = 0; i < Patience; i++)
        {
            int count = NativeMessages.Receive(handle, received, Batch, NativeMessages.DontWait, null);
            if (count > 0)
            {
                return count;
            }

            Thread.Yield();
        }

        return NativeMessages.Receive(handle, received, Batch, NativeMessages.WaitForOne, null);
    }

    int Answer(int index, int place)
    {
        ref var message = ref received[index];
        var address = Address(message);
        if (message.Length == 0 || address.IsEmpty)
        {
            return 0;
        }

        // What is cut off here is answered as what it is: no message.
        ReadOnlySpan<byte> bytes = new(message.Vectors->Base, (int)message.Length);
        AnswerFrom(message);
        int length = exchange.Answer(bytes, address, isTcp: false, new(sent[place].Vectors->Base, Room));
        if (length == ServerExchange.Later)
        {
            pending.Add(bytes, EndPoint(message), ReplyTo(message), isTcp: false);
            return 0;
        }

        return length;
    }

    /// <summary>The interface is the kernel's choice: the client may be behind another one than that of the question.</summary>
    void AnswerFrom(in NativeMessages.Message message)
    {
        // struct cmsghdr is 16 bytes, struct in_pktinfo begins with the interface. For IPv6 it matters where a link-local address is.
        if (message.ControlLength >= 28 && *(int*)(message.Control + 8) == InternetLevel)
        {
            *(int*)(message.Control + 16) = 0;
        }
    }

    void Send(int handle, int count)
    {
        var next = sent;
        while (count > 0)
        {
            int done = NativeMessages.Send(handle, next, (uint)count, 0);

            // One that cannot be sent, to a port 0 say, does not keep the others.
            done = Math.Max(done, 1);
            next += done;
            count -= done;
        }
    }

    /// <summary>Keeps whence a question came and whom it asked, for an answer that takes time.</summary>
    PendingAnswers.Reply ReplyTo(in NativeMessages.Message question)
    {
        byte[] name = new ReadOnlySpan<byte>(question.Name, (int)question.NameLength).ToArray();
        byte[] control = new ReadOnlySpan<byte>(question.Control, (int)question.ControlLength).ToArray();
        return (client, response) =>
        {
            bool isHeld = false;
            try
            {
                socket.SafeHandle.DangerousAddRef(ref isHeld);
                fixed (byte* to = name, from = control, bytes = response)
                {
                    var vector = new NativeMessages.Vector { Base = bytes, Length = (nuint)response.Length };
                    var message = new NativeMessages.Message { Name = to, NameLength = (uint)name.Length, Vectors = &vector, VectorCount = 1, Control = from, ControlLength = (nuint)control.Length };

                    // What cannot be sent is lost, as datagrams may be.
                    _ = NativeMessages.Send((int)socket.SafeHandle.DangerousGetHandle(), &message, 1, 0);
                }
            }
            catch (ObjectDisposedException)
            {
                // The server has ended meanwhile.
            }
            finally
            {
                if (isHeld)
                {
                    socket.SafeHandle.DangerousRelease();
                }
            }
        };
    }

    static ReadOnlySpan<byte> Address(in NativeMessages.Message message) => message.NameLength switch
    {
        >= 28 when *(ushort*)message.Name == FamilyInternet6 => new(message.Name + 8, 16),
        >= 16 => new(message.Name + 4, 4),
        _ => [],
    };

    static IPEndPoint EndPoint(in NativeMessages.Message message)
    {
        int port = (message.Name[2] << 8) | message.Name[3];
        var address = Address(message);
        return new(address.Length == 4 ? new(address) : new IPAddress(address, *(uint*)(message.Name + 24)), port);
    }

    void Set(int level, int option, int value) => socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));

    /// <summary>Ends <see cref="Run"/>, which waits for a datagram.</summary>
    public void Stop()
    {
        stopped = true;
        _ = NativeMessages.Shutdown((int)socket.Handle, NativeMessages.ShutdownBoth);
    }

    /// <summary>Gives everything back; <see cref="Run"/> must have ended.</summary>
    public void Dispose()
    {
        socket.Dispose();
        NativeMemory.Free(memory);
    }
}
