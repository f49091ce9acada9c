using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wiretale.Bench;

/// <summary>The chat room under load: many clients, a message every few milliseconds, one client that never reads.</summary>
sealed class RoomLoad(int clients, int rate, int seconds)
{
    const int MessageBytes = 200;
    const string Last = "the end";

    readonly Process server = Process.Start(new ProcessStartInfo(Path.GetFullPath("wiretale"), ["chat", "serve", "--listen", "127.0.0.1:0"]) { RedirectStandardOutput = true })!;
    readonly List<Listener> listeners = [];
    readonly TaskCompletionSource<TimeSpan> cutOff = new();
    int joined;

    /// <summary>Runs it and prints what came of it.</summary>
    public static int Run(string[] args)
    {
        int[] numbers = [1000, 100, 30];
        string[] names = ["--clients", "--rate", "--seconds"];
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            numbers[Math.Max(0, Array.IndexOf(names, args[i]))] = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
        }

        return new RoomLoad(numbers[0], numbers[1], numbers[2]).RunAsync().GetAwaiter().GetResult();
    }

    async Task<int> RunAsync()
    {
        try
        {
            const string Listening = "Listening on ";
            string? first = await server.StandardOutput.ReadLineAsync();
            var address = IPEndPoint.Parse(first is not null && first.StartsWith(Listening, StringComparison.Ordinal) ? first[Listening.Length..] : throw new BenchException("the room did not open"));
            long begin = Stopwatch.GetTimestamp();
            var log = Task.Run(() => ReadLogAsync(begin));
            var deaf = await JoinAsync(address, "deaf", receiveBuffer: 4096);
            for (int i = 0; i < clients; i++)
            {
                listeners.Add(new(await JoinAsync(address, $"client {i}")));
            }

            using var speaker = await JoinAsync(address, "speaker");
            while (Volatile.Read(ref joined) < clients + 2)
            {
                await Task.Delay(10);
            }

            Console.WriteLine($"{clients} clients joined in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s");
            var before = server.TotalProcessorTime;
            var heard = listeners.Select(listener => Task.Run(listener.ListenAsync)).ToArray();
            long spoken = await SpeakAsync(speaker);
            await Task.WhenAll(heard).WaitAsync(TimeSpan.FromSeconds(60));
            server.Refresh();
            return Report(spoken, server.TotalProcessorTime - before, deaf);
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    async Task<Socket> JoinAsync(IPEndPoint address, string name, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(address);
        await socket.SendAsync(Encoding.UTF8.GetBytes(name + "\n"));
        return socket;
    }

    async Task<long> SpeakAsync(Socket speaker)
    {
        long begin = Stopwatch.GetTimestamp(), spoken = 0;
        for (; Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; spoken++)
        {
            await speaker.SendAsync(Encoding.ASCII.GetBytes($"{spoken} {Stopwatch.GetTimestamp()} ".PadRight(MessageBytes - 1, 'x') + "\n"));
            var due = TimeSpan.FromSeconds((spoken + 1) / (double)rate) - Stopwatch.GetElapsedTime(begin);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }
        }

        await speaker.SendAsync(Encoding.ASCII.GetBytes(Last + "\n"));
        return spoken;
    }

    async Task ReadLogAsync(long begin)
    {
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.EndsWith(" is joined to the chatroom!", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref joined);
            }
            else if (line.StartsWith("deaf ", StringComparison.Ordinal))
            {
                cutOff.TrySetResult(Stopwatch.GetElapsedTime(begin));
            }
        }
    }

    int Report(long spoken, TimeSpan processor, Socket deaf)
    {
        double[] delays = [.. listeners.SelectMany(listener => listener.Delays).Order()];
        bool same = listeners.TrueForAll(listener => listener.Received == spoken && listener.IsInOrder);
        Console.WriteLine($"{spoken} messages of {MessageBytes} bytes, {spoken / (double)seconds:0.0} a second; {delays.Length} deliveries of {spoken * clients}");
        Console.WriteLine(same ? "every client got every message, all in the same order" : "MESSAGES ARE MISSING OR OUT OF ORDER");
        Console.WriteLine($"delay: median {At(0.5):0.0} ms, 99 % within {At(0.99):0.0} ms, longest {At(1):0.0} ms");
        Console.WriteLine($"the room's processor time: {processor.TotalSeconds:0.0} s; memory {server.WorkingSet64 / 1e6:0} MB");
        Console.WriteLine(cutOff.Task.IsCompleted ? $"the client that never reads was cut off after {cutOff.Task.Result.TotalSeconds:0.0} s" : "the client that never reads is still there: its kernel buffers took everything");
        deaf.Dispose();
        return same ? 0 : 1;

        double At(double part) => delays.Length == 0 ? 0 : delays[Math.Min(delays.Length - 1, (int)(part * delays.Length))];
    }

    /// <summary>A client that takes note of what it hears, and how long it was on the way.</summary>
    sealed class Listener(Socket socket)
    {
        readonly byte[] buffer = new byte[1 << 14];

        public List<double> Delays { get; } = [];

        public long Received { get; private set; }

        public bool IsInOrder { get; private set; } = true;

        public async Task ListenAsync()
        {
            int length = 0;
            while (true)
            {
                int got = await socket.ReceiveAsync(buffer.AsMemory(length));
                length += got;
                int start = 0, end;
                while ((end = buffer.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0)
                {
                    if (!Take(buffer.AsSpan(start, end)))
                    {
                        socket.Dispose();
                        return;
                    }

                    start += end + 1;
                }

                buffer.AsSpan(start, length - start).CopyTo(buffer);
                length -= start;
                if (got == 0)
                {
                    return;
                }
            }
        }

        bool Take(ReadOnlySpan<byte> line)
        {
            string[] words = Encoding.ASCII.GetString(line).Split(' ');
            if (words.Length < 4 || words[0] != "speaker:")
            {
                // Somebody left, or the end.
                return !line.EndsWith(Encoding.ASCII.GetBytes(Last));
            }

            IsInOrder &= long.Parse(words[1], CultureInfo.InvariantCulture) == Received++;
            Delays.Add(Stopwatch.GetElapsedTime(long.Parse(words[2], CultureInfo.InvariantCulture)).TotalMilliseconds);
            return true;
        }
    }
}
