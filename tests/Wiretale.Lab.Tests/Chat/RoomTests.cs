using System.Net;
using System.Text;
using Wiretale.Lab.Chat;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Tests.Chat;

/// <summary>The room over real TCP.</summary>
public sealed class RoomTests : IAsyncDisposable
{
    readonly TestScreen log = new();
    readonly List<Peer> peers = [];
    Running? serving;
    Room? room;

    [Fact]
    public async Task What_one_says_all_others_get()
    {
        var address = await OpenAsync();
        var (sara, omid, nima) = (await JoinAsync(address, "sara"), await JoinAsync(address, "omid"), await JoinAsync(address, "nima"));
        await sara.SendAsync("hello this is sara\n");
        await omid.ReadUntilAsync("sara: hello this is sara\n");
        await omid.SendAsync("hi sara\n");
        await sara.ReadUntilAsync("omid: hi sara\n");
        sara.Finish();
        Assert.Equal("omid: hi sara\n", await sara.ReadToEndAsync());
        Assert.Equal("sara: hello this is sara\nomid: hi sara\nsara has left the chatroom!\n", await nima.ReadUntilAsync("left the chatroom!\n"));
        Assert.Equal("sara: hello this is sara\nsara has left the chatroom!\n", await omid.ReadUntilAsync("left the chatroom!\n"));
        Assert.Equal(
            ["sara is joined to the chatroom!", "omid is joined to the chatroom!", "nima is joined to the chatroom!", "sara said hello this is sara", "omid said hi sara", "sara has left the chatroom!"],
            log.Lines.Skip(2));
    }

    [Fact]
    public async Task Course_programs_get_their_messages_bare()
    {
        var address = await OpenAsync();
        var bare = await ConnectAsync(address);
        await bare.SendAsync("ali");
        await log.AwaitAsync("ali is joined to the chatroom!");
        var lines = await JoinAsync(address, "sara");
        await bare.SendAsync("salâm");
        await lines.ReadUntilAsync("ali: salâm\n");
        await lines.SendAsync("hi\nthere\n");
        Assert.Equal("sara: hisara: there", await bare.ReadUntilAsync("there"));
    }

    [Fact]
    public async Task A_name_taken_or_empty_or_unfit_is_asked_for_again()
    {
        var address = await OpenAsync();
        await JoinAsync(address, "sara");
        var second = await ConnectAsync(address);
        await second.SendAsync("SARA\n");
        await second.ReadUntilAsync("* The name SARA is taken. Send another one\n");
        await second.SendAsync("   \n");
        await second.ReadUntilAsync("* A name cannot be empty. Send one\n");
        await second.SendAsync("a: b\n");
        await second.ReadUntilAsync("asterisk in front");
        await second.SendAsync(new string('x', 65) + "\n");
        await second.ReadUntilAsync("at most 64 bytes");
        await second.SendAsync("omid\n");
        await log.AwaitAsync("omid is joined to the chatroom!");
    }

    [Fact]
    public async Task Who_tries_too_many_names_is_sent_away()
    {
        var address = await OpenAsync(new() { Names = 3 });
        var peer = await ConnectAsync(address);
        await peer.SendAsync("\n\n\n\n");
        await peer.ReadToEndAsync();
        Assert.DoesNotContain(log.Lines, line => line.Contains("left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_says_no_name_in_time_is_sent_away()
    {
        var address = await OpenAsync(new() { Naming = TimeSpan.FromMilliseconds(50) });
        var peer = await ConnectAsync(address);
        Assert.Equal("", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_full_room_says_so()
    {
        var address = await OpenAsync(new() { Clients = 1 });
        var first = await JoinAsync(address, "sara");
        var second = await ConnectAsync(address);
        Assert.Equal("* The room is full\n", await second.ReadToEndAsync());
        first.Finish();
        await first.ReadToEndAsync();
        await log.AwaitAsync("sara has left the chatroom!");
        await JoinAsync(address, "omid");
    }

    [Fact]
    public async Task A_line_too_long_or_not_UTF8_hurts_nobody()
    {
        var address = await OpenAsync();
        var (sara, omid) = (await JoinAsync(address, "sara"), await JoinAsync(address, "omid"));
        await sara.SendAsync(new string('x', 5000) + "\n");
        await sara.ReadUntilAsync("* That was longer than 4096 bytes and was not passed on\n");
        await sara.SendAsync([(byte)'a', 0xff, 0x1b, (byte)'\n']);
        await sara.ReadUntilAsync("* That was not UTF-8");
        await sara.SendAsync(new string('y', 4096) + "\n");
        Assert.Equal($"sara: a\ufffd␛\nsara: {new string('y', 4096)}\n", await omid.ReadUntilAsync("y\n"));
    }

    [Fact]
    public async Task Who_vanishes_has_left()
    {
        var address = await OpenAsync();
        var (sara, omid) = (await JoinAsync(address, "sara"), await JoinAsync(address, "omid"));
        sara.Vanish();
        await omid.ReadUntilAsync("sara has left the chatroom!\n");
    }

    [Fact]
    public async Task An_empty_line_leaves()
    {
        var address = await OpenAsync();
        var (sara, omid) = (await JoinAsync(address, "sara"), await JoinAsync(address, "omid"));
        await sara.SendAsync("\n");
        await sara.ReadToEndAsync();
        await omid.ReadUntilAsync("sara has left the chatroom!\n");
    }

    [Fact]
    public async Task Who_never_reads_is_cut_off_and_the_room_goes_on()
    {
        var address = await OpenAsync(new() { Waiting = 200_000, Rate = int.MaxValue });
        var (sara, omid) = (await JoinAsync(address, "sara"), await JoinAsync(address, "omid"));
        var deaf = await ConnectAsync(address, receiveBuffer: 2048);
        await deaf.SendAsync("deaf\n");
        await log.AwaitAsync("deaf is joined to the chatroom!");
        string line = new string('x', 4000) + "\n";
        for (int i = 0; !log.Lines.Contains("deaf has left the chatroom!", StringComparer.Ordinal); i++)
        {
            await sara.SendAsync($"{i} {line}");
            await omid.ReadUntilAsync($"sara: {i} {line}");
        }

        Assert.Contains("deaf reads more slowly than the room speaks: cut off", log.Lines);
        await omid.ReadUntilAsync("deaf has left the chatroom!\n");
    }

    [Fact]
    public async Task Who_leaves_everything_unread_for_too_long_is_cut_off()
    {
        var address = await OpenAsync(new() { Stall = TimeSpan.FromMilliseconds(100), Rate = int.MaxValue });
        var sara = await JoinAsync(address, "sara");
        var deaf = await ConnectAsync(address, receiveBuffer: 2048);
        await deaf.SendAsync("deaf\n");
        await log.AwaitAsync("deaf is joined to the chatroom!");

        // More than the system's buffers take, less than the room keeps, so that it is time that runs out.
        var cut = log.AwaitAsync("deaf has left the chatroom!");
        string line = new string('x', 4000) + "\n";
        while (!cut.IsCompleted)
        {
            await sara.SendAsync(line);
            await Task.WhenAny(cut, Task.Delay(1));
        }

        await cut;
        Assert.Contains(log.Lines, text => text.StartsWith("deaf reads ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_thousand_clients_get_every_message_in_the_same_order()
    {
        const int Clients = 1000, Speakers = 4, Each = 50;
        var address = await OpenAsync();
        var readers = new List<Task<string>>();
        for (int i = 0; i < Clients - Speakers; i++)
        {
            var peer = await ConnectAsync(address);
            await peer.SendAsync($"client {i}\n");
            readers.Add(Last(peer));
        }

        var speakers = new List<Peer>();
        for (int i = 0; i < Speakers; i++)
        {
            speakers.Add(await JoinAsync(address, $"speaker {i}"));
        }

        await log.AwaitAsync($"client {Clients - Speakers - 1} is joined to the chatroom!");
        await Task.WhenAll(speakers.Select(async speaker =>
        {
            for (int i = 0; i < Each; i++)
            {
                await speaker.SendAsync($"message {i}\n");
                await Task.Delay(10);
            }
        }));
        await log.AwaitAsync(line => log.Lines.Count(l => l.Contains(" said message ", StringComparison.Ordinal)) == Speakers * Each);
        await speakers[0].SendAsync("that is all\n");

        string[] texts = await Task.WhenAll(readers);
        Assert.Equal((Speakers * Each) + 1, texts[0].Count(c => c == '\n'));
        Assert.All(texts, text => Assert.Equal(texts[0], text));
        for (int i = 0; i < Speakers; i++)
        {
            string name = $"speaker {i}: message ";
            Assert.Equal(
                Enumerable.Range(0, Each).Select(n => $"{n}"),
                texts[0].Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => line[name.Length..]));
        }

        static async Task<string> Last(Peer peer) => await peer.ReadUntilAsync("that is all\n");
    }

    async Task<IPEndPoint> OpenAsync(RoomLimits? limits = null)
    {
        room = new(TimeProvider.System, log, limits ?? new());
        serving = new(stop => new ChatServer(new TcpLink(), room, log).RunAsync(Running.Anywhere, stop));
        return await log.ListeningAsync();
    }

    async Task<Peer> ConnectAsync(IPEndPoint address, int? receiveBuffer = null)
    {
        var peer = await Peer.ConnectAsync(address, receiveBuffer);
        peers.Add(peer);
        return peer;
    }

    async Task<Peer> JoinAsync(IPEndPoint address, string name)
    {
        var peer = await ConnectAsync(address);
        await peer.SendAsync(name + "\n");
        await log.AwaitAsync($"{name} is joined to the chatroom!");
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in peers)
        {
            peer.Dispose();
        }

        if (serving is not null)
        {
            await serving.DisposeAsync();
        }

        room?.Dispose();
    }
}
