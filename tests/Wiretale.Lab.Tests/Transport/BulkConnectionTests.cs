using System.Net;
using System.Text;
using Wiretale.Lab.Transport;
using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Transport;

public class BulkConnectionTests
{
    [Fact]
    public void Nothing_is_kept_of_a_client_that_has_not_shown_where_it_is()
    {
        var pair = new BulkPair();
        byte[] hello = Assert.Single(pair.TakeFromClient());
        Assert.Equal(RudpBulk.BaseDatagram, hello.Length);
        pair.Server.Receive(BulkPair.Here, hello, pair.Now);
        byte[] retry = Assert.Single(pair.TakeFromServer());
        Assert.Equal(0, pair.Server.Connections);
        Assert.True(retry.Length < hello.Length / 10);

        pair.Client.Receive(retry, pair.Now);
        byte[] again = Assert.Single(pair.TakeFromClient());
        var elsewhere = new IPEndPoint(IPAddress.Parse("10.0.0.9"), 40000);
        pair.Server.Receive(elsewhere, again, pair.Now);
        Assert.Equal(0, pair.Server.Connections);
        pair.TakeFromServer();
        pair.Server.Receive(BulkPair.Here, again, pair.Now + TimeSpan.FromSeconds(30));
        Assert.Equal(0, pair.Server.Connections);
        pair.TakeFromServer();
        pair.Server.Receive(BulkPair.Here, again, pair.Now);
        Assert.Equal(1, pair.Server.Connections);
        pair.TakeFromServer();

        // The Accept got lost: the same Hello is no second connection.
        pair.Server.Receive(BulkPair.Here, again, pair.Now);
        Assert.Equal(1, pair.Server.Connections);
        pair.Client.Receive(Assert.Single(pair.TakeFromServer()), pair.Now);
        Assert.Equal(BulkState.Open, pair.Client.State);
    }

    [Fact]
    public void Both_directions_carry_bytes_and_both_end()
    {
        var pair = BulkPair.Open();
        Assert.Equal(5, pair.Client.Write("hello"u8));
        pair.Talk();
        Assert.Equal("hello", Read(pair.Accepted));
        Assert.False(pair.Accepted.IsEnd);
        pair.Accepted.Write("good day"u8);
        pair.Accepted.Finish();
        pair.Server.Ready(pair.Accepted);
        pair.Talk();
        Assert.Equal("good day", Read(pair.Client));
        Assert.True(pair.Client.IsEnd);

        // Half closed: the client goes on.
        pair.Client.Write("bye"u8);
        pair.Client.Finish();
        pair.Talk();
        Assert.Equal("bye", Read(pair.Accepted));
        pair.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((BulkState.Closed, BulkState.Closed), (pair.Client.State, pair.Accepted.State));
        Assert.Equal((null, null), (pair.Client.Failure, pair.Accepted.Failure));
        Assert.Equal(0, pair.Server.Connections);
        Assert.Equal(0, pair.Client.Write("x"u8));
    }

    [Fact]
    public void Packet_numbers_never_repeat_and_some_are_left_out()
    {
        var pair = BulkPair.Open();
        pair.Client.Write("?"u8);
        pair.Talk();
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < 60; i++)
        {
            while (pair.Accepted.Write(bytes) > 0)
            {
            }

            pair.Server.Ready(pair.Accepted);
            pair.Pass(TimeSpan.FromMilliseconds(10));
            Read(pair.Client);
        }

        long[] numbers = [.. pair.Sent.Where(s => !s.ToServer).Select(s => Parse(s.Datagram)).Where(p => p.Type == BulkPacketType.Frames).Select(p => p.Number)];
        Assert.True(numbers.Length > 2000, $"{numbers.Length}");
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.InRange(numbers[^1] + 1 - numbers.Length, numbers.Length / 1100, numbers.Length / 180);
    }

    [Fact]
    public void A_reader_who_does_not_read_stops_the_writer()
    {
        var pair = BulkPair.Open(new() { ReceiveWindow = 100_000 });
        long written = 0;
        for (int i = 0; i < 50; i++)
        {
            written += pair.Client.Write(new byte[10_000]);
            pair.Pass(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(100_000, pair.Client.BytesSent);
        Assert.Equal(100_000, pair.Accepted.Available);
        Assert.True(written > 100_000);
        Read(pair.Accepted);
        pair.Server.Ready(pair.Accepted);
        pair.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(200_000, pair.Client.BytesSent);
    }

    [Fact]
    public void Three_later_packets_tell_of_a_loss_and_the_bytes_go_out_under_a_new_number()
    {
        var pair = BulkPair.Open(new() { Congestion = CongestionKind.NewReno });
        pair.Client.Write(new byte[8000]);
        var flight = pair.TakeFromClient();
        Assert.Equal(7, flight.Count);
        pair.Now += TimeSpan.FromMilliseconds(5);
        foreach (byte[] datagram in flight.Skip(1).Take(2))
        {
            pair.Server.Receive(BulkPair.Here, datagram, pair.Now);
        }

        Acknowledge();
        Assert.Equal(0, pair.Client.Statistics.PacketsLost);
        pair.Server.Receive(BulkPair.Here, flight[3], pair.Now);
        pair.Server.Receive(BulkPair.Here, flight[4], pair.Now);
        Acknowledge();
        Assert.Equal(1, pair.Client.Statistics.PacketsLost);
        byte[] again = pair.TakeFromClient()[0];
        Assert.Equal((0, 0), (OffsetOf(flight[0]), OffsetOf(again)));
        Assert.True(Parse(again).Number > Parse(flight[^1]).Number);

        // The lost one was only late: the window is what it was.
        Assert.Equal(1, pair.Client.Statistics.Reductions);
        pair.Server.Receive(BulkPair.Here, flight[0], pair.Now);
        Acknowledge();
        Assert.Equal((1, 0), (pair.Client.Statistics.PacketsTakenForLost, pair.Client.Statistics.Reductions));

        void Acknowledge()
        {
            foreach (byte[] datagram in pair.TakeFromServer())
            {
                pair.Client.Receive(datagram, pair.Now);
            }
        }
    }

    [Fact]
    public void Silence_is_asked_after_ever_more_slowly_and_ends_the_connection()
    {
        var pair = BulkPair.Open();
        pair.Client.Write("anybody there?"u8);
        var times = new List<TimeSpan>();
        while (pair.Client.State != BulkState.Closed)
        {
            pair.Client.OnTimer(pair.Now);
            if (pair.TakeFromClient().Count > 0)
            {
                times.Add(pair.Now);
            }

            pair.Now = pair.Client.Deadline(pair.Now) is { } at && at > pair.Now ? at : pair.Now + TimeSpan.FromTicks(1);
        }

        Assert.Contains("silent for 30 seconds", pair.Client.Failure, StringComparison.Ordinal);
        double[] pauses = [.. times.Zip(times.Skip(1), (a, b) => (b - a).TotalSeconds)];
        Assert.InRange(pauses.Length, 5, 40);
        Assert.All(pauses.Take(5).Zip(pauses.Skip(1)), p => Assert.Equal(2, p.Second / p.First, tolerance: 0.1));
    }

    [Fact]
    public void A_server_that_knows_nothing_any_more_says_so()
    {
        var pair = BulkPair.Open();
        pair.Client.Write("more"u8);
        byte[] datagram = Assert.Single(pair.TakeFromClient());
        var another = new BulkServer(new(), new());
        another.Receive(BulkPair.Here, datagram, pair.Now);
        byte[] reset = new byte[1500];
        int length = another.Send(reset, pair.Now, out var to);
        Assert.Equal(BulkPair.Here, to);
        Assert.True(length < datagram.Length);
        pair.Client.Receive(reset.AsSpan(0, length), pair.Now);
        Assert.Equal("the other side knows nothing of this connection any more", pair.Client.Failure);

        // Of two that know nothing of each other none goes on answering.
        another.Receive(BulkPair.Here, reset.AsSpan(0, length), pair.Now);
        Assert.Equal(0, another.Send(reset, pair.Now, out _));
    }

    [Fact]
    public void Another_version_is_answered_with_the_one_that_is_spoken()
    {
        var pair = new BulkPair();
        byte[] hello = pair.TakeFromClient()[0];
        hello[0] = (byte)(hello[0] ^ 0x30);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(hello.AsSpan(RudpBulk.ChecksumOffset), RudpBulk.Checksum(hello));
        pair.Server.Receive(BulkPair.Here, hello, pair.Now);
        byte[] versions = Assert.Single(pair.TakeFromServer());
        Assert.Equal([1, RudpBulk.Version], versions[RudpBulk.HeaderLength..]);
        pair.Client.Receive(versions, pair.Now);
        Assert.Contains("another version", pair.Client.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_an_end_to_how_many_connect()
    {
        var pair = new BulkPair(limits: new() { ConnectionsOfAddress = 2 });
        var clients = Enumerable.Range(0, 3).Select(_ => BulkConnection.Connect(new(), pair.Now)).ToList();
        byte[] room = new byte[1500];
        for (int i = 0; i < clients.Count; i++)
        {
            var from = new IPEndPoint(IPAddress.Loopback, 50000 + i);
            int length;
            while ((length = clients[i].Send(room, pair.Now)) > 0)
            {
                pair.Server.Receive(from, room.AsSpan(0, length), pair.Now);
                while ((length = pair.Server.Send(room, pair.Now, out _)) > 0)
                {
                    clients[i].Receive(room.AsSpan(0, length), pair.Now);
                }
            }
        }

        Assert.Equal(2, pair.Server.Connections);
        Assert.Equal([null, null, "the server has no room for another connection"], clients.Select(c => c.Failure));

        // Those who never say anything make room again.
        pair.Now += TimeSpan.FromSeconds(11);
        pair.Server.OnTimer(pair.Now);
        Assert.Equal(0, pair.Server.Connections);
    }

    [Fact]
    public void Who_stands_still_for_long_is_sent_away()
    {
        var pair = BulkPair.Open(new() { Congestion = CongestionKind.NewReno, ReceiveWindow = 50_000 });
        pair.Client.Write("?"u8);
        pair.Pass(TimeSpan.FromSeconds(1));
        while (pair.Accepted.Write(new byte[10_000]) > 0)
        {
        }

        pair.Server.Ready(pair.Accepted);
        pair.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(BulkState.Open, pair.Client.State);
        pair.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal("the other side ended it: nothing got any further", pair.Client.Failure);
        Assert.Equal(0, pair.Server.Connections);
    }

    [Fact]
    public void A_connection_that_is_closed_early_says_why()
    {
        var pair = BulkPair.Open();
        pair.Client.Write("?"u8);
        pair.Talk();
        pair.Accepted.Close(BulkCode.InternalError, "the disk \e[31mburns", pair.Now);
        pair.Server.Ready(pair.Accepted);
        pair.Talk();
        Assert.Equal("the other side ended it: the disk ␛[31mburns", pair.Client.Failure);
    }

    static (BulkPacketType Type, long Number) Parse(byte[] datagram)
    {
        Assert.True(BulkPacket.TryRead(datagram, out var packet));
        return (packet.Type, packet.Number);
    }

    static long OffsetOf(byte[] datagram)
    {
        var frame = new BulkFrame(datagram.AsSpan(RudpBulk.HeaderLength));
        while (frame.Next())
        {
            if (frame.Type == BulkFrameType.Data)
            {
                return frame.Number;
            }
        }

        return -1;
    }

    static string Read(BulkConnection connection)
    {
        byte[] bytes = new byte[1 << 20];
        return Encoding.UTF8.GetString(bytes, 0, connection.Read(bytes));
    }
}
