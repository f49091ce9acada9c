using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Wiretale.Bench;

/// <summary>Millions of random, cut, changed and stretched messages to our DNS server, and whether it still answers.</summary>
static class DnsNoise
{
    /// <summary>A question of www.bench.test with EDNS and a cookie.</summary>
    static readonly byte[] good = Convert.FromHexString("123401000001000000000001026830" + "0562656E6368047465737400" + "00010001" + "000029020000008000" + "000C000A00080102030405060708");

    public static int Run(string[] args)
    {
        int millions = Numbers.Read(args, ["--millions"], 3)[0];
        string folder = Tools.TemporaryFolder();
        DnsContent.Write(folder);
        var server = DnsServerProcess.Wiretale(folder, []);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { SendTimeout = 1000, ReceiveTimeout = 1000 };
        socket.Connect(server.Address);
        if (!Answers(socket))
        {
            throw new BenchException("no answer before the noise");
        }

        var random = new Random(1);
        for (int million = 0; million < millions; million++)
        {
            long begin = Stopwatch.GetTimestamp();
            int answered = 0;
            byte[] received = new byte[4096];
            for (int i = 0; i < 1_000_000; i++)
            {
                // In step with the server, so that it gets them all: what waits in a full queue is lost.
                socket.Send(Next(random));
                if (i % 64 == 63 && !Answers(socket, received, ref answered))
                {
                    throw new BenchException($"no answer after {i} messages of million {million + 1}");
                }

                if (i % 20_000 == 0)
                {
                    Stream(server, random);
                }
            }

            server.Process.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{million + 1} million: {answered} answers (most of them FORMERR), {server.Process.WorkingSet64 / 1e6:0} MB, {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s, {server.Process.Threads.Count} threads"));
        }

        Console.WriteLine(Answers(socket) ? "still serving" : "NO MORE ANSWERS");
        return 0;
    }

    static bool Answers(Socket socket)
    {
        int ignored = 0;
        return Answers(socket, new byte[4096], ref ignored);
    }

    /// <summary>Asks a question and reads up to its answer.</summary>
    static bool Answers(Socket socket, byte[] received, ref int answered)
    {
        byte[] question = [0xfe, 0xed, .. good.AsSpan(2)];
        for (int tries = 0; tries < 5; tries++)
        {
            socket.Send(question);
            try
            {
                while (true)
                {
                    int length = socket.Receive(received);
                    if (length > 60 && received.AsSpan(0, 2).SequenceEqual(question.AsSpan(0, 2)) && received[7] == 1)
                    {
                        return true;
                    }

                    answered++;
                }
            }
            catch (SocketException)
            {
                // Lost; asked again.
            }
        }

        return false;
    }

    static byte[] Next(Random random)
    {
        byte[] bytes;
        switch (random.Next(4))
        {
            case 0:
                bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                return bytes;
            case 1:
                return [.. good.AsSpan(0, random.Next(good.Length))];
            case 2:
                return [.. good, .. new byte[random.Next(random.Next(100) == 0 ? 60_000 : 500)]];
            default:
                bytes = [.. good];
                for (int flips = random.Next(1, 5); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
        }
    }

    /// <summary>The same on a connection.</summary>
    static void Stream(DnsServerProcess server, Random random)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        byte[] noise = new byte[random.Next(1, 100_000)];
        random.NextBytes(noise);
        try
        {
            socket.Connect(server.Address);
            socket.Send(noise);
        }
        catch (SocketException)
        {
            // Cut off, as may be.
        }
    }
}
