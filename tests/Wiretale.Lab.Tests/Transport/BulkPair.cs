using System.Net;
using Wiretale.Lab.Transport;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Transport;

/// <summary>A client and a server without a link between them: a test hands over each datagram, or its own.</summary>
sealed class BulkPair
{
    readonly byte[] room = new byte[ushort.MaxValue];

    public BulkPair(BulkSettings? settings = null, BulkLimits? limits = null)
    {
        Server = new(settings ?? new(), limits ?? new());
        Client = BulkConnection.Connect(settings ?? new(), Now);
    }

    public static IPEndPoint Here { get; } = new(IPAddress.Loopback, 40000);

    public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(100);

    public BulkServer Server { get; }

    public BulkConnection Client { get; }

    /// <summary>The server's end.</summary>
    public BulkConnection Accepted { get; private set; } = null!;

    /// <summary>All that was sent.</summary>
    public List<(bool ToServer, byte[] Datagram)> Sent { get; } = [];

    /// <summary>Connects both.</summary>
    public static BulkPair Open(BulkSettings? settings = null)
    {
        var pair = new BulkPair(settings);
        pair.Talk();
        Assert.Equal(BulkState.Open, pair.Client.State);
        Assert.True(pair.Server.TryAccept(out var accepted));
        pair.Accepted = accepted;
        return pair;
    }

    /// <summary>Hands over what both send until neither has anything more.</summary>
    public void Talk()
    {
        bool any = true;
        while (any)
        {
            any = false;
            foreach (byte[] datagram in TakeFromClient())
            {
                Server.Receive(Here, datagram, Now);
                any = true;
            }

            foreach (byte[] datagram in TakeFromServer())
            {
                Client.Receive(datagram, Now);
                any = true;
            }

            Now += TimeSpan.FromMilliseconds(1);
        }
    }

    public List<byte[]> TakeFromClient()
    {
        var all = new List<byte[]>();
        int length;
        while ((length = Client.Send(room, Now)) > 0)
        {
            all.Add(room[..length]);
            Sent.Add((true, all[^1]));
        }

        return all;
    }

    public List<byte[]> TakeFromServer()
    {
        var all = new List<byte[]>();
        int length;
        while ((length = Server.Send(room, Now, out _)) > 0)
        {
            all.Add(room[..length]);
            Sent.Add((false, all[^1]));
        }

        return all;
    }

    /// <summary>Lets time pass, and what is to be done in it.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Now + time;
        while (true)
        {
            Talk();
            TimeSpan first = Client.Deadline(Now) ?? TimeSpan.MaxValue, second = Server.Deadline(Now) ?? TimeSpan.MaxValue;
            var next = first < second ? first : second;
            if (next > end)
            {
                Now = end > Now ? end : Now;
                return;
            }

            Now = next > Now ? next : Now;
            Client.OnTimer(Now);
            Server.OnTimer(Now);
        }
    }

    /// <summary>A datagram of frames with a good checksum, as a liar at the client's place could write it.</summary>
    public byte[] Forge(long number, params byte[] frames)
    {
        byte[] datagram = [.. new byte[RudpBulk.HeaderLength], .. frames];
        BulkPacket.Seal(datagram, BulkPacketType.Frames, number, Accepted.Id);
        return datagram;
    }

    public static byte[] Ack(params (long From, long To)[] ranges)
    {
        byte[] frame = new byte[1200];
        return frame[..BulkFrame.WriteAck(frame, ranges, default)];
    }

    public static byte[] Data(long offset, int length, bool ends = false)
    {
        byte[] frame = new byte[BulkFrame.DataHeader + length];
        BulkFrame.WriteDataHeader(frame, offset, length, ends);
        return frame;
    }
}
