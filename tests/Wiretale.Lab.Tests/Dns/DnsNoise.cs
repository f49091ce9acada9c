namespace Wiretale.Lab.Tests.Dns;

/// <summary>What a server may get: random bytes, and good messages that were cut, changed or stretched.</summary>
static class DnsNoise
{
    public static byte[] Next(Random random, byte[] good)
    {
        byte[] bytes;
        switch (random.Next(4))
        {
            case 0:
                bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                break;
            case 1:
                bytes = [.. good.AsSpan(0, random.Next(good.Length))];
                break;
            case 2:
                bytes = [.. good, .. new byte[random.Next(random.Next(50) == 0 ? 60_000 : 500)]];
                break;
            default:
                bytes = [.. good];
                for (int flips = random.Next(1, 5); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                break;
        }

        return bytes;
    }
}
