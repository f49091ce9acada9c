using System.Net;
using System.Net.Http.Headers;
using Wiretale.Lab.Http;

namespace Wiretale.Lab.Tests.Http;

public sealed class FileServerTests : IAsyncLifetime
{
    readonly TestScreen log = new();
    readonly TemporaryFolder folder = new();
    readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    readonly Running serving;
    IPEndPoint address = null!;

    public FileServerTests()
    {
        string root = folder["root"];
        Directory.CreateDirectory(Path.Combine(root, "sub", ".hidden"));
        File.WriteAllText(Path.Combine(root, "hello.txt"), "0123456789");
        File.WriteAllText(Path.Combine(root, "a b&<c>.html"), "x");
        File.WriteAllText(Path.Combine(root, "empty"), "");
        File.WriteAllText(Path.Combine(root, ".secret"), "secret");
        File.WriteAllText(Path.Combine(root, "sub", ".hidden", "x"), "secret");
        File.WriteAllText(folder["outside"], "secret");
        File.CreateSymbolicLink(Path.Combine(root, "link"), folder["outside"]);
        File.CreateSymbolicLink(Path.Combine(root, "up"), folder.Path);
        serving = new(stop => new FileServer(log).RunAsync(root, Running.Anywhere, stop));
    }

    public async Task InitializeAsync() => address = await log.ListeningAsync();

    [Fact]
    public async Task A_folder_is_a_page_of_links_that_lead_to_its_files()
    {
        string page = await client.GetStringAsync(new Uri($"http://{address}/"));
        string[] links = [.. page.Split("href=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)])];
        Assert.Equal(["./sub/", "./a%20b%26%3Cc%3E.html", "./empty", "./hello.txt"], links);
        Assert.Contains(">a b&amp;&lt;c&gt;.html<", page, StringComparison.Ordinal);
        Assert.Equal("x", await client.GetStringAsync(new Uri(new Uri($"http://{address}/"), links[1])));
    }

    [Theory]
    [InlineData("/link")]
    [InlineData("/up/outside")]
    [InlineData("/up/")]
    [InlineData("/.secret")]
    [InlineData("/sub/.hidden/x")]
    [InlineData("/../outside")]
    [InlineData("/sub/../../outside")]
    [InlineData("/%2e%2e/outside")]
    [InlineData("/..%2foutside")]
    [InlineData("/..%5coutside")]
    [InlineData("//outside")]
    [InlineData("/./../outside")]
    public async Task Nothing_outside_or_hidden_is_given(string path)
    {
        // By hand: a client would tidy the path up.
        using var peer = await Peer.ConnectAsync(address);
        await peer.SendAsync($"GET {path} HTTP/1.0\r\n\r\n");
        string answer = await peer.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=2-4", 206, "234", "bytes 2-4/10")]
    [InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=5-99", 206, "56789", "bytes 5-9/10")]
    [InlineData("bytes=10-", 416, "", "bytes */10")]
    [InlineData("lines=1-2", 200, "0123456789", null)]
    public async Task Ranges(string range, int status, string body, string? contentRange)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}/hello.txt");
        request.Headers.TryAddWithoutValidation("Range", range);
        using var response = await client.SendAsync(request);
        Assert.Equal((status, body, contentRange), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentRange?.ToString()));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        using var first = await client.GetAsync(new Uri($"http://{address}/hello.txt"));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(headers => headers.IfNoneMatch.Add(first.Headers.ETag!)));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(headers => headers.IfModifiedSince = first.Content.Headers.LastModified));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(headers => headers.IfModifiedSince = first.Content.Headers.LastModified!.Value.AddDays(-1)));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await StatusAsync(headers => headers.IfMatch.Add(new("\"other\""))));
    }

    [Fact]
    public async Task The_head_is_that_of_the_whole_without_the_body()
    {
        foreach (string path in (string[])["hello.txt", "", "nothing"])
        {
            using var get = await client.GetAsync(new Uri($"http://{address}/{path}"));
            using var request = new HttpRequestMessage(HttpMethod.Head, $"http://{address}/{path}") { Headers = { Range = new(0, 1) } };
            using var head = await client.SendAsync(request);
            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Equal("", await head.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("TRACE")]
    public async Task Only_reading_is_allowed(string method)
    {
        using var response = await client.SendAsync(new(new(method), $"http://{address}/hello.txt"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_folder_without_its_slash_leads_there()
    {
        using var response = await client.GetAsync(new Uri($"http://{address}/sub"));
        Assert.Equal((HttpStatusCode.MovedPermanently, "./sub/"), (response.StatusCode, response.Headers.Location?.ToString()));
        Assert.Equal("", await client.GetStringAsync(new Uri($"http://{address}/empty")));
    }

    [NeedsFact("curl", "wget")]
    public async Task Curl_and_wget_download()
    {
        await Running.ProgramAsync("curl", "-sS", "-o", folder["curl"], $"http://{address}/hello.txt");
        await Running.ProgramAsync("wget", "-q", "--no-proxy", "-O", folder["wget"], $"http://{address}/hello.txt");
        Assert.Equal(["0123456789", "0123456789"], [await File.ReadAllTextAsync(folder["curl"]), await File.ReadAllTextAsync(folder["wget"])]);
        await File.WriteAllTextAsync(folder["curl"], "01234");
        await Running.ProgramAsync("curl", "-sS", "-C", "-", "-o", folder["curl"], $"http://{address}/hello.txt");
        Assert.Equal("0123456789", await File.ReadAllTextAsync(folder["curl"]));
    }

    async Task<HttpStatusCode> StatusAsync(Action<HttpRequestHeaders> set)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}/hello.txt");
        set(request.Headers);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    public async Task DisposeAsync()
    {
        await serving.DisposeAsync();
        client.Dispose();
        folder.Dispose();
    }
}
