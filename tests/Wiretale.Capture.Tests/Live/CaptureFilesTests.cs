using Wiretale.Capture.Live;

namespace Wiretale.Capture.Tests.Live;

public sealed class CaptureFilesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wiretale-ring-").FullName;

    [Theory]
    [InlineData("/a/name.pcapng", 1, "/a/name_00001_20260131235958.pcapng")]
    [InlineData("name", 12, "name_00012_20260131235958")]
    [InlineData("a.b/x.y.pcap", 100_003, "a.b/x.y_00003_20260131235958.pcap")]
    public void Names_of_a_ring_are_dumpcaps(string path, int number, string expected) =>
        Assert.Equal(expected, CaptureFiles.RingName(path, number, new(2026, 1, 31, 23, 59, 58, TimeSpan.Zero)));

    [Fact]
    public void A_ring_keeps_its_last_files()
    {
        var files = new CaptureFiles(new() { Devices = [], File = Path.Combine(folder, "r.pcapng"), Ring = new() { Packets = 1, Files = 2 } }, null, TimeProvider.System);
        for (int i = 0; i < 5; i++)
        {
            files.Next().Dispose();
        }

        Assert.Equal(["r_00004", "r_00005"], Directory.GetFiles(folder).Select(f => Path.GetFileName(f)[..7]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reader_follows_from_file_to_file_to_the_end()
    {
        using var follower = new FollowStream();
        var files = new CaptureFiles(new() { Devices = [], File = Path.Combine(folder, "r.pcapng"), Ring = new() { Packets = 1, Files = 1 } }, follower, TimeProvider.System);
        using var all = new MemoryStream();
        var reading = Task.Run(() => follower.CopyTo(all));
        for (byte i = 1; i <= 3; i++)
        {
            // The file before is deleted while it may not have been read.
            using var file = files.Next();
            file.Write([i, i, 0]);
            follower.Advance(2);
        }

        follower.Complete();
        await reading.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([1, 1, 2, 2, 3, 3], all.ToArray());
    }

    [Fact]
    public void What_only_a_reader_wants_has_no_name()
    {
        using var follower = new FollowStream();
        var files = new CaptureFiles(new() { Devices = [], IsRead = true }, follower, TimeProvider.System);
        string[] before = Directory.GetFiles(Path.GetTempPath(), "wiretale-*.pcapng");
        using var file = files.Next();
        file.Write([1, 2, 3]);
        follower.Advance(3);
        byte[] three = new byte[3];

        Assert.Equal(3, follower.Read(three));
        Assert.Equal([1, 2, 3], three);
        Assert.DoesNotContain(((FileStream)file).Name, Directory.GetFiles(Path.GetTempPath()).Except(before, StringComparer.Ordinal), StringComparer.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
