using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wiretale.Lab.Scenarios;

/// <summary>A Chromium without a window, told what to do over its DevTools protocol.</summary>
/// <remarks>The protocol runs over pipes and not over a port, so that the browser may stand in a network of its own, and no debugging stands in a recording.</remarks>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>The browser's pipes are its descriptors 3 and 4 (--remote-debugging-pipe).</summary>
    const string PipeScript = "exec \"$@\" 3<&0 4>&1 < /dev/null > /dev/null 2>&1";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> asked = new();
    readonly SemaphoreSlim writing = new(1);
    readonly Task reading;
    int lastId;
    bool isDisposed;

    Chromium(Process process)
    {
        this.process = process;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>The command, or null where it is not installed.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Starts it.</summary>
    /// <param name="start">Makes what starts a command, here or in a namespace.</param>
    /// <param name="profile">A folder for what it keeps.</param>
    public static async Task<Chromium> StartAsync(Func<string[], ProcessStartInfo> start, string profile)
    {
        var how = start(
        [
            "sh", "-c", PipeScript, "sh", Program ?? throw new FileNotFoundException("chromium is not installed"),
            "--headless", "--remote-debugging-pipe", $"--user-data-dir={profile}", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",

            // It looks nothing up and talks to nobody but the addresses that it is given.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE 10.*", "about:blank",
        ]);
        Directory.CreateDirectory(profile);
        foreach (string variable in (string[])["HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"])
        {
            // It writes beside its profile, too.
            how.Environment[variable] = profile;
        }

        (how.RedirectStandardInput, how.RedirectStandardOutput, how.StandardOutputEncoding) = (true, true, Encoding.UTF8);
        var browser = new Chromium(Process.Start(how)!);
        try
        {
            await browser.AskAsync("Browser.getVersion", [], session: null);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page in a tab of its own.</summary>
    public async Task<ChromiumPage> OpenAsync(string address)
    {
        var target = await AskAsync("Target.createTarget", new() { ["url"] = "about:blank" }, session: null);
        var attached = await AskAsync("Target.attachToTarget", new() { ["targetId"] = (string)target!["targetId"]!, ["flatten"] = true }, session: null);
        var page = new ChromiumPage(this, (string)target["targetId"]!, (string)attached!["sessionId"]!);
        await AskAsync("Page.navigate", new() { ["url"] = address }, page.Session);
        await page.WaitAsync("location.href !== 'about:blank' && document.readyState === 'complete'");
        return page;
    }

    internal async Task<JsonNode?> AskAsync(string method, JsonObject parameters, string? session)
    {
        int id = Interlocked.Increment(ref lastId);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        var answer = asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] bytes = [.. Encoding.UTF8.GetBytes(message.ToJsonString()), 0];
        await writing.WaitAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes);
            await process.StandardInput.BaseStream.FlushAsync();
        }
        finally
        {
            writing.Release();
        }

        return await answer.Task.WaitAsync(patience);
    }

    async Task ReadAsync()
    {
        var stream = process.StandardOutput.BaseStream;
        var message = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        int got;
        while ((got = await stream.ReadAsync(buffer)) > 0)
        {
            for (int at = 0; at < got;)
            {
                int end = Array.IndexOf(buffer, (byte)0, at, got - at);
                int stop = end < 0 ? got : end;
                message.Write(buffer, at, stop - at);
                at = stop + 1;
                if (end >= 0)
                {
                    Take(message.ToArray());
                    message.SetLength(0);
                }
            }
        }

        foreach (var waiting in asked.Values)
        {
            waiting.TrySetException(new IOException("chromium has ended"));
        }
    }

    void Take(byte[] message)
    {
        var node = JsonNode.Parse(message);
        if (node?["id"] is not { } id || !asked.TryRemove((int)id, out var waiting))
        {
            return;
        }

        if (node["error"] is { } error)
        {
            waiting.SetException(new IOException($"chromium: {error["message"]}"));
        }
        else
        {
            waiting.SetResult(node["result"]);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        // Its pipe's end is its own end.
        isDisposed = true;
        process.StandardInput.Close();
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Dispose();
        writing.Dispose();
    }
}

/// <summary>A tab.</summary>
public sealed class ChromiumPage
{
    readonly Chromium browser;

    readonly string target;

    internal ChromiumPage(Chromium browser, string target, string session) => (this.browser, this.target, Session) = (browser, target, session);

    internal string Session { get; }

    /// <summary>Runs a script's expression in the page.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        var result = await browser.AskAsync("Runtime.evaluate", new() { ["expression"] = $"String({expression})", ["returnByValue"] = true }, Session);
        return result?["exceptionDetails"] is { } wrong ? throw new IOException($"chromium: {wrong.ToJsonString()}") : (string?)result?["result"]?["value"] ?? "";
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task WaitAsync(string expression)
    {
        long begin = Stopwatch.GetTimestamp();
        while (await EvaluateAsync(expression) != "true")
        {
            if (Stopwatch.GetElapsedTime(begin) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException($"the page did not get to {expression}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Waits until the page shows a text.</summary>
    public Task WaitForTextAsync(string text) => WaitAsync($"document.body.innerText.includes({JsonSerializer.Serialize(text)})");

    /// <summary>Types a text into a field, as a keyboard does, and presses Enter.</summary>
    public async Task TypeAsync(string selector, string text)
    {
        await EvaluateAsync($"document.querySelector({JsonSerializer.Serialize(selector)}).focus()");
        await browser.AskAsync("Input.insertText", new() { ["text"] = text }, Session);
        foreach (string type in (string[])["keyDown", "keyUp"])
        {
            await browser.AskAsync("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = "Enter", ["code"] = "Enter", ["text"] = type == "keyDown" ? "\r" : "", ["windowsVirtualKeyCode"] = 13 }, Session);
        }
    }

    /// <summary>Clicks on an element.</summary>
    public Task ClickAsync(string selector) => EvaluateAsync($"document.querySelector({JsonSerializer.Serialize(selector)}).click()");

    /// <summary>Closes the tab.</summary>
    public Task CloseAsync() => browser.AskAsync("Target.closeTarget", new() { ["targetId"] = target }, session: null);
}
