using System.Net;
using Wiretale.Lab.Transport;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Transport;

/// <summary>Tests that measure the memory of the process, so that nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

[Collection(nameof(Alone))]
public class BulkNoiseTests
{
    [Fact]
    public void A_million_datagrams_of_noise_take_no_memory()
    {
        var pair = BulkPair.Open();
        var random = new Random(1);
        byte[] noise = new byte[1500];
        byte[][] real = [.. pair.Sent.Where(s => s.ToServer).Select(s => s.Datagram)];
        Throw(10_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Throw(1_000_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);
        Assert.Equal(1, pair.Server.Connections);

        // And the one that is there goes on.
        pair.Client.Write("still there"u8);
        pair.Talk();
        Assert.Equal(11, pair.Accepted.Available);

        void Throw(int count)
        {
            for (int i = 0; i < count; i++)
            {
                int length = random.Next(1, 100);
                random.NextBytes(noise.AsSpan(0, length));
                noise[0] |= RudpBulk.Mark;
                switch (random.Next(4))
                {
                    case 0:
                        // A good checksum, from anywhere.
                        length += RudpBulk.HeaderLength;
                        BulkPacket.Seal(noise.AsSpan(0, length), (BulkPacketType)random.Next(8), random.Next(), (ulong)random.NextInt64());
                        break;
                    case 1:
                        // What was said before, from somebody else.
                        byte[] said = real[random.Next(real.Length)];
                        said.CopyTo(noise, 0);
                        length = said.Length;
                        break;
                    case 2:
                        // Cut.
                        said = real[random.Next(real.Length)];
                        length = random.Next(said.Length);
                        said.AsSpan(0, length).CopyTo(noise);
                        break;
                    default:
                        break;
                }

                var from = new IPEndPoint(new IPAddress(random.Next() & 0x00ffffff), random.Next(1, 65536));
                pair.Server.Receive(from, noise.AsSpan(0, length), pair.Now);
                if (i % 100 == 0)
                {
                    pair.TakeFromServer();
                    pair.Sent.Clear();
                }
            }
        }
    }
}
