using Wiretale.Lab.Dhcp;

namespace Wiretale.Lab.Tests.Dhcp;

public class PacedSenderTests
{
    [Fact]
    public void All_leaves_in_order_also_at_the_end_and_never_many_at_once()
    {
        var (sent, most) = (new List<uint>(), 0);
        using (var sender = new PacedSender(Send))
        {
            for (uint i = 0; i < 1000; i += 100)
            {
                Assert.Equal(0, sender.Add(Replies(i, 100)));
            }
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (uint)i), sent);
        Assert.InRange(most, 1, 64);

        void Send(List<DhcpReply> replies)
        {
            most = Math.Max(most, replies.Count);
            sent.AddRange(replies.Select(reply => reply.Address));
        }
    }

    [Fact]
    public void What_nobody_could_carry_is_lost_and_counted()
    {
        using var go = new ManualResetEventSlim();
        using var began = new ManualResetEventSlim();
        int sent = 0, lost;
        using (var sender = new PacedSender(Send))
        {
            sender.Add(Replies(0, 1));
            Assert.True(began.Wait(TimeSpan.FromSeconds(20)));
            lost = sender.Add(Replies(1, 10_000));
            go.Set();
        }

        Assert.Equal((10_000 - 8192, 1 + 8192), (lost, sent));

        void Send(List<DhcpReply> replies)
        {
            began.Set();
            Assert.True(go.Wait(TimeSpan.FromSeconds(20)));
            sent += replies.Count;
        }
    }

    static DhcpReply[] Replies(uint first, int count) => [.. Enumerable.Range(0, count).Select(i => new DhcpReply(first + (uint)i, 68, null, []))];
}
