using System.Net;
using Wiretale.Lab.Transport;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Transport;

/// <summary>What comes from people who mean no good.</summary>
public class BulkHostilityTests
{
    const string Lie = "the other side broke the rules: packets are acknowledged that were never sent";

    [Fact]
    public void A_turned_bit_anywhere_is_noticed()
    {
        var pair = BulkPair.Open();
        pair.Client.Write("question"u8);
        pair.Client.Finish();
        pair.Talk();
        pair.Accepted.Write("answer"u8);
        pair.Accepted.Finish();
        pair.Server.Ready(pair.Accepted);
        pair.Talk();
        foreach (var (_, datagram) in pair.Sent.ToList())
        {
            for (int bit = 0; bit < datagram.Length * 8; bit++)
            {
                byte[] bad = [.. datagram];
                bad[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(BulkPacket.TryRead(bad, out _));
            }
        }
    }

    [Fact]
    public void Random_frames_from_the_client_itself_never_do_more_than_end_its_connection()
    {
        var random = new Random(2);
        for (int round = 0; round < 3000; round++)
        {
            var pair = round % 100 == 0 ? open = BulkPair.Open() : open!;
            if (pair.Accepted.State != BulkState.Open)
            {
                pair = open = BulkPair.Open();
            }

            byte[] frames = new byte[random.Next(1, 200)];
            random.NextBytes(frames);
            frames[0] = (byte)random.Next(8);
            pair.Server.Receive(BulkPair.Here, pair.Forge(random.Next(1000), frames), pair.Now);
            pair.Accepted.Read(new byte[100]);
            pair.TakeFromServer();
            pair.Server.OnTimer(pair.Now);
            Assert.InRange(pair.Server.Connections, 0, 1);
        }
    }

    BulkPair? open;

    [Fact]
    public void Who_acknowledges_what_was_never_sent_is_sent_away()
    {
        var pair = BulkPair.Open();
        pair.Server.Receive(BulkPair.Here, pair.Forge(0, BulkPair.Ack((0, 5))), pair.Now);
        Assert.Equal((BulkState.Closing, Lie), (pair.Accepted.State, pair.Accepted.Failure));
        pair.Server.Ready(pair.Accepted);
        pair.Talk();
        Assert.Contains("never sent", pair.Client.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_acknowledges_before_anything_came_hits_a_number_that_was_left_out()
    {
        // The optimistic receiver of RFC 9000 section 21.4: acknowledges all there may be, to be sent more, faster.
        var pair = BulkPair.Open();
        pair.Server.Receive(BulkPair.Here, pair.Forge(0, BulkPair.Data(0, 1)), pair.Now);
        byte[] window = new byte[BulkFrame.WindowLength];
        BulkFrame.WriteWindow(window, long.MaxValue);
        pair.Server.Receive(BulkPair.Here, pair.Forge(1, window), pair.Now);
        long number = 2, sent = 0;
        for (; pair.Accepted.State == BulkState.Open && number < 5000; number++)
        {
            while (pair.Accepted.Write(new byte[50_000]) > 0)
            {
            }

            pair.Server.Ready(pair.Accepted);
            sent += pair.TakeFromServer().Count;
            long next = pair.Accepted.Statistics.PacketsSent;
            pair.Server.Receive(BulkPair.Here, pair.Forge(number, BulkPair.Ack((0, next))), pair.Now);
            pair.Now += TimeSpan.FromMilliseconds(1);
        }

        Assert.Equal(Lie, pair.Accepted.Failure);
        Assert.InRange(sent, 100, 4000);
    }

    [Theory]
    [InlineData(65_537, 0)]
    [InlineData(1L << 40, 10)]
    [InlineData(long.MaxValue - 100, 50)]
    public void Who_sends_more_than_allowed_is_sent_away(long offset, int length)
    {
        var pair = BulkPair.Open(new() { ReceiveWindow = 1 << 16 });
        pair.Server.Receive(BulkPair.Here, pair.Forge(0, BulkPair.Data(offset, length)), pair.Now);
        Assert.Equal("the other side broke the rules: more came than was allowed", pair.Accepted.Failure);
    }

    [Fact]
    public void A_stream_has_one_end()
    {
        var pair = BulkPair.Open();
        pair.Server.Receive(BulkPair.Here, pair.Forge(0, BulkPair.Data(0, 10, ends: true)), pair.Now);
        pair.Server.Receive(BulkPair.Here, pair.Forge(1, BulkPair.Data(10, 1)), pair.Now);
        Assert.Equal("the other side broke the rules: the stream has two ends", pair.Accepted.Failure);
    }

    [Fact]
    public void Pieces_of_a_byte_with_gaps_between_them_fill_no_memory_and_no_time()
    {
        var pair = BulkPair.Open();
        long number = 0;
        for (int offset = 2; offset < 40_000; offset += 2)
        {
            pair.Server.Receive(BulkPair.Here, pair.Forge(number++, BulkPair.Data(offset, 1)), pair.Now);
            pair.TakeFromServer();
        }

        Assert.Equal(BulkState.Open, pair.Accepted.State);
        Assert.Equal(0, pair.Accepted.Available);

        // What found no room is not acknowledged: it comes again, and then there is.
        for (int offset = 0; offset < 40_000; offset += 1000)
        {
            pair.Server.Receive(BulkPair.Here, pair.Forge(number++, BulkPair.Data(offset, 1000)), pair.Now);
        }

        Assert.Equal(40_000, pair.Accepted.Available);
    }

    [Fact]
    public void What_is_said_twice_is_heard_once()
    {
        var pair = BulkPair.Open();
        pair.Client.Write(new byte[5000]);
        var flight = pair.TakeFromClient();
        for (int i = 0; i < 100; i++)
        {
            foreach (byte[] datagram in flight)
            {
                pair.Server.Receive(BulkPair.Here, datagram, pair.Now);
            }
        }

        Assert.Equal(5000, pair.Accepted.Available);
        Assert.Equal(99 * flight.Count, pair.Accepted.Statistics.Duplicates);
        Assert.InRange(pair.TakeFromServer().Count, 1, flight.Count);
    }

    [Fact]
    public void A_Reset_by_somebody_who_cannot_know_the_numbers_ends_nothing()
    {
        var pair = BulkPair.Open();
        pair.Client.Write("x"u8);
        pair.Talk();
        byte[] reset = new byte[BulkPacket.LengthOfReset];
        BulkPacket.WriteReset(reset, 1000, pair.Accepted.Id, BulkCode.UnknownConnection);
        pair.Client.Receive(reset, pair.Now);
        BulkPacket.WriteReset(reset, 0, pair.Client.Id, BulkCode.UnknownConnection);
        pair.Client.Receive(reset, pair.Now);
        Assert.Equal(BulkState.Open, pair.Client.State);
        BulkPacket.WriteReset(reset, 0, pair.Accepted.Id, BulkCode.UnknownConnection);
        pair.Client.Receive(reset, pair.Now);
        Assert.Equal(BulkState.Closed, pair.Client.State);
    }

    [Fact]
    public void Every_cut_of_every_datagram_is_survived()
    {
        var pair = BulkPair.Open();
        pair.Client.Write(new byte[3000]);
        pair.Talk();
        foreach (var (toServer, datagram) in pair.Sent.ToList())
        {
            for (int length = 0; length < datagram.Length; length++)
            {
                // With a checksum of its own, so that the cut itself is what is read.
                byte[] cut = datagram[..length];
                if (length >= RudpBulk.HeaderLength)
                {
                    System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(cut.AsSpan(RudpBulk.ChecksumOffset), RudpBulk.Checksum(cut));
                }

                if (toServer)
                {
                    pair.Server.Receive(BulkPair.Here, cut, pair.Now);
                }
                else
                {
                    pair.Client.Receive(cut, pair.Now);
                }
            }
        }

        Assert.Equal(BulkState.Open, pair.Client.State);
    }
}
