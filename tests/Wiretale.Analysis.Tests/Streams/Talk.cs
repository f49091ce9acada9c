using System.Buffers.Binary;
using System.Text;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Streams;

/// <summary>A conversation of two hosts, frame by frame, over raw IP.</summary>
sealed class Talk(int snapLength = int.MaxValue, ushort port = 5555, uint first = 0xfffffff0)
{
    const byte Fin = 1, Syn = 2, Push = 8, Ack = 16;

    readonly TestCapture capture = new(101);
    int count;

    public byte[] File => capture.File;

    /// <summary>Three segments; sequence and acknowledgment numbers of what follows start at 1.</summary>
    public Talk Handshake() => Tcp(true, 0, 0, "", Syn).Tcp(false, 0, 1, "", Syn | Ack).Tcp(true, 1, 1, "", Ack);

    public Talk Client(uint sequence, uint acknowledgment, string text) => Tcp(true, sequence, acknowledgment, text, text.Length > 0 ? Push | Ack : Ack);

    public Talk Server(uint sequence, uint acknowledgment, string text) => Tcp(false, sequence, acknowledgment, text, text.Length > 0 ? Push | Ack : Ack);

    public Talk Close(uint sequence, uint acknowledgment) => Tcp(true, sequence, acknowledgment, "", Fin | Ack);

    public Talk Datagram(bool fromClient, string text)
    {
        byte[] data = Encoding.Latin1.GetBytes(text);
        byte[] udp = new byte[8 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, fromClient ? (ushort)40000 : port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), fromClient ? port : (ushort)40000);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        data.CopyTo(udp, 8);
        return Ip(fromClient, 17, udp);
    }

    Talk Tcp(bool fromClient, uint sequence, uint acknowledgment, string text, int flags)
    {
        byte[] data = Encoding.Latin1.GetBytes(text);
        byte[] tcp = new byte[20 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, fromClient ? (ushort)40000 : port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), fromClient ? port : (ushort)40000);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence + (fromClient ? first : 5000));
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), acknowledgment + (fromClient ? 5000 : first));
        tcp[12] = 0x50;
        tcp[13] = (byte)flags;
        tcp[14] = 0x20;
        data.CopyTo(tcp, 20);
        return Ip(fromClient, 6, tcp);
    }

    Talk Ip(bool fromClient, byte protocol, byte[] payload)
    {
        byte[] ip = [0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, (byte)(fromClient ? 1 : 2), 10, 0, 0, (byte)(fromClient ? 2 : 1), .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)ip.Length);
        capture.Add(ip.AsSpan(0, Math.Min(ip.Length, snapLength)), ip.Length, 1_700_000_000 + (count++ * 0.001));
        return this;
    }
}
