using System.Text;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Analysis.Streams;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Tests.Streams;

/// <summary>Bodies saved as files: under which names, and that no name leads anywhere else.</summary>
public sealed class HttpObjectsTests : IDisposable
{
    readonly DirectoryInfo root = Directory.CreateTempSubdirectory("wiretale-objects-");

    string Folder => Path.Combine(root.FullName, "in", "objects");

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void Bodies_are_named_after_what_was_asked_for()
    {
        Save(("/a/b/c.txt", "one"), ("/c.txt", "two"), ("/x?y=z", "query"), ("/dir/", "folder"), ("/", "root"), ("/empty", ""), ("http://host/abs", "absolute"));
        Assert.Equal("%2f=root abs=absolute c(1).txt=two c.txt=one dir=folder x%3fy=z=query", Saved());
    }

    [Theory]
    [InlineData("/../../etc/passwd", "passwd")]
    [InlineData("/..", ".(1).")]
    [InlineData("/.", "(1).")]
    [InlineData("/..\\..\\win", "..%5c..%5cwin")]
    [InlineData("/%2e%2e%2fetc%00x", "%2e%2e%2fetc%00x")]
    [InlineData("/a\0b\u0001\u007f", "a%00b%01%7f")]
    [InlineData("/a:b*c\"d<e>f|g", "a%3ab%2ac%22d%3ce%3ef%7cg")]
    [InlineData("/CON", "_CON")]
    [InlineData("/nul.txt", "_nul.txt")]
    public void A_hostile_name_is_a_new_file_in_the_folder_and_nothing_else(string target, string name)
    {
        Save((target, "content"));
        Assert.Equal(name + "=content", Saved());
        Assert.Equal([Folder], Directory.GetFileSystemEntries(Path.Combine(root.FullName, "in")));
    }

    [Fact]
    public void A_name_is_cut_to_what_file_systems_take_and_keeps_its_ending()
    {
        string longest = new('n', 400);
        Save(($"/{longest}.html", "one"), ($"/{longest}.html", "two"), ($"/n.{longest}", "three"), ("/" + new string('ü', 200), "four"));
        string[] names = [.. Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal([$"n.{longest[..253]}", $"{longest[..247]}(1).html", $"{longest[..250]}.html", new string('\uFFFD', 85)], names);
    }

    [Fact]
    public void What_is_there_stays_as_it_is_and_links_are_not_followed()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "c.txt"), "mine");
        File.CreateSymbolicLink(Path.Combine(Folder, "c(1).txt"), Path.Combine(root.FullName, "elsewhere"));
        Directory.CreateDirectory(Path.Combine(Folder, "c(2).txt"));
        Save(("/c.txt", "theirs"));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Folder, "c.txt")));
        Assert.Equal("theirs", File.ReadAllText(Path.Combine(Folder, "c(3).txt")));
        Assert.False(File.Exists(Path.Combine(root.FullName, "elsewhere")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_line()
    {
        string file = Path.Combine(root.FullName, "file");
        File.WriteAllText(file, "");
        var e = Assert.Throws<StatisticException>(() => new HttpObjects(Catalog.Registry, Path.Combine(file, "objects")));
        Assert.StartsWith($"The folder \"{file}/objects\" for objects cannot be made: ", e.Message, StringComparison.Ordinal);
    }

    void Save(params (string Target, string Body)[] exchanges)
    {
        var talk = new Talk(port: 80).Handshake();
        uint client = 1, server = 1;
        foreach (var (target, body) in exchanges)
        {
            string request = Latin($"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n");
            string response = Latin($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
            talk.Client(client, server, request).Server(server, client + (uint)request.Length, response);
            client += (uint)request.Length;
            server += (uint)response.Length;
        }

        using var reader = CaptureReader.Open(new MemoryStream(talk.File), "test");
        var sink = new StatisticsSink([new HttpObjects(Catalog.Registry, Folder)]);
        var demand = new Demand(Catalog.Registry);
        sink.AddTo(demand);
        new CaptureRun(reader, new DissectionEngine(demand, new() { Strict = true }), sink, Stream.Null).Run();
        Assert.Empty(sink.Remarks);

        static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
    }

    string Saved() => string.Join(' ', Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileName(f)}={File.ReadAllText(f)}"));
}
