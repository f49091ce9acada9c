using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Http;

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes that are there, those of earlier attempts included.</param>
/// <param name="Total">Bytes of the whole file; null where the server does not say.</param>
/// <param name="Resumed">Bytes that were there before.</param>
public readonly record struct DownloadProgress(long Done, long? Total, long Resumed);

/// <summary>A file that is there.</summary>
/// <param name="Length">Its length.</param>
/// <param name="Digest">Its SHA-256 in hexadecimal, compared with what was said of the original; null where nothing was.</param>
public readonly record struct Downloaded(long Length, string? Digest);

/// <summary>Downloads a file over HTTP; what broke off is taken up again where it stopped.</summary>
/// <remarks>
/// Bytes go to <c>FILE.part</c> first. When a download breaks off, that file gets the time that the server gave as the original's
/// last change, and the next attempt asks for the rest only if the original still has it (If-Range, RFC 9110 section 13.1.5). Where
/// there is no such time, or the program was killed before it could set it, the server sends the whole file again. What is whole is compared
/// with the digest that the server tells (RFC 9530) before it gets its name.
/// </remarks>
public sealed class Download(IStreamLink link, TimeProvider clock, ILog log, Action<DownloadProgress> progress)
{
    /// <summary>The time of a part of which nobody knows when its original was changed.</summary>
    static readonly DateTime unknown = DateTime.UnixEpoch;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(30), pause = TimeSpan.FromSeconds(1);

    /// <summary>Times that it is tried while each attempt gets further.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The SHA-256 that the file must have, in hexadecimal; null leaves it to the server to tell one.</summary>
    public string? Digest { get; init; }

    /// <summary>Finds the addresses of a host's name; null leaves it to the system.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>A name for the file: the last part of its address.</summary>
    public static string FileName(Uri address)
    {
        string name = Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]);
        name = string.Concat(PlainText.Visible(name).Select(c => c is '/' or '\\' ? '_' : c));
        return name.Length == 0 || name.All(c => c == '.') ? "index.html" : name;
    }

    /// <summary>Downloads into a file.</summary>
    /// <exception cref="IOException">It could not be had; the message says why.</exception>
    public async Task<Downloaded> RunAsync(Uri address, string file, CancellationToken stop)
    {
        string part = file + ".part";
        using var client = HttpOver.Link(link, Resolve);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                var (length, told) = await TryAsync(client, address, part, stop);
                string? digest = await CheckAsync(part, Digest ?? told, stop);
                var changed = File.GetLastWriteTimeUtc(part);
                File.Move(part, file, overwrite: true);
                if (changed == unknown)
                {
                    File.SetLastWriteTimeUtc(file, clock.GetUtcNow().UtcDateTime);
                }

                return new(length, digest);
            }
            catch (BrokenOffException e) when (attempt < Attempts)
            {
                log.Show($"{e.Message}; trying again", Tone.Bad);
                await Task.Delay(pause, clock, stop);
            }
        }
    }

    async Task<(long Length, string? Digest)> TryAsync(HttpClient client, Uri address, string part, CancellationToken stop)
    {
        long resumed = 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { ReprDigest.WantHeader, ReprDigest.Want } } };
        if (File.Exists(part) && new FileInfo(part).Length is > 0 and var there)
        {
            var changed = File.GetLastWriteTimeUtc(part);
            if (changed == unknown)
            {
                log.Show("the server does not say when its file was changed: starting over", Tone.Note);
            }
            else
            {
                resumed = there;
                request.Headers.Range = new(there, null);
                request.Headers.IfRange = new(new DateTimeOffset(changed));
            }
        }

        using var response = await AskAsync(client, request, stop);
        var range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when resumed > 0 && range?.From == resumed:
                log.Show(string.Create(CultureInfo.InvariantCulture, $"going on after {resumed} bytes"), Tone.Note);
                break;
            case HttpStatusCode.RequestedRangeNotSatisfiable when resumed > 0 && range?.Length == resumed:
                return (resumed, null);
            case HttpStatusCode.RequestedRangeNotSatisfiable when resumed > 0:
                File.Delete(part);
                throw new BrokenOffException("the file has become shorter");
            case HttpStatusCode.OK:
                resumed = 0;
                break;
            default:
                throw new IOException($"{address}: {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        string? digest = response.Headers.TryGetValues(ReprDigest.Header, out var digests) ? ReprDigest.Parse(string.Join(", ", digests)) : null;
        return (await SaveAsync(response, part, resumed, stop), digest);
    }

    async Task<long> SaveAsync(HttpResponseMessage response, string part, long resumed, CancellationToken stop)
    {
        long done = resumed;
        long? total = response.Content.Headers.ContentLength + resumed;
        try
        {
            using var to = Open(part, resumed > 0 ? FileMode.Append : FileMode.Create);
            using var from = await response.Content.ReadAsStreamAsync(stop);
            byte[] buffer = new byte[1 << 16];
            int got;
            while ((got = await ReadAsync(from, buffer, stop)) > 0)
            {
                await WriteAsync(to, buffer.AsMemory(0, got), stop);
                progress(new(done += got, total, resumed));
            }
        }
        finally
        {
            MarkTime(part, response.Content.Headers.LastModified?.UtcDateTime ?? unknown);
        }

        return done;
    }

    /// <summary>Compares what is there with what it should be, and throws it away if it is something else.</summary>
    static async Task<string?> CheckAsync(string part, string? expected, CancellationToken stop)
    {
        if (expected is null)
        {
            return null;
        }

        string found = await ReprDigest.OfFileAsync(part, stop);
        if (!found.Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            File.Delete(part);
            throw new IOException($"what came is not the file: its SHA-256 is {found}, and should be {expected.ToLowerInvariant()}; it was thrown away");
        }

        return found;
    }

    async Task<HttpResponseMessage> AskAsync(HttpClient client, HttpRequestMessage request, CancellationToken stop)
    {
        try
        {
            return await clock.WithinAsync(patience, limit => new ValueTask<HttpResponseMessage>(client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit)), stop);
        }
        catch (HttpRequestException e) when (e.InnerException is LinkException or SocketException)
        {
            throw new LinkException(e.InnerException is LinkException known ? known.Message : $"{request.RequestUri!.Host}: {e.InnerException.Message}", e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{request.RequestUri}: {Reason(e)}", e);
        }
        catch (TimeoutException e)
        {
            throw new IOException($"{request.RequestUri}: no answer within {patience.TotalSeconds} seconds", e);
        }
    }

    async Task<int> ReadAsync(Stream from, byte[] buffer, CancellationToken stop)
    {
        try
        {
            return await clock.WithinAsync(patience, limit => from.ReadAsync(buffer, limit), stop);
        }
        catch (TimeoutException e)
        {
            throw new BrokenOffException($"nothing came for {patience.TotalSeconds} seconds", e);
        }
        catch (IOException e)
        {
            throw new BrokenOffException("the connection broke off", e);
        }
    }

    // The texts of the framework's own exceptions are not for users, and are left out of the command.
    static FileStream Open(string file, FileMode mode)
    {
        try
        {
            return new(file, mode, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{file}: cannot be written here ({(e is DirectoryNotFoundException ? "no such folder" : "not allowed")})", e);
        }
    }

    static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        try
        {
            await file.WriteAsync(bytes, stop);
            await file.FlushAsync(stop);
        }
        catch (IOException e)
        {
            throw new IOException($"{file.Name}: cannot be written any further (is the disk full?)", e);
        }
    }

    static void MarkTime(string file, DateTime changed)
    {
        if (File.Exists(file))
        {
            File.SetLastWriteTimeUtc(file, changed);
        }
    }

    static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => "the server's certificate is not trusted, or it does not speak TLS",
        HttpRequestError.InvalidResponse => "that is no HTTP response",
        HttpRequestError.ResponseEnded => "the server closed the connection without an answer",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's headers are too long",
        _ => e.InnerException is LinkException link ? link.Message : "the connection broke off",
    };

    /// <summary>It may help to try again.</summary>
    sealed class BrokenOffException(string message, Exception? inner = null) : IOException(message, inner);
}
