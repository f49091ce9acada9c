using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wiretale.Lab.Http;

/// <summary>Serves a folder over HTTP/1.1: pages of links, ranges, conditional requests (RFC 9110), and nothing outside the folder.</summary>
public sealed class FileServer(ILog log)
{
    /// <summary>Where it listens unless told otherwise.</summary>
    public const ushort Port = 8000;

    const string IndexFile = "index.html";

    readonly FileDigests digests = new();

    /// <summary>Serves until it is stopped.</summary>
    /// <exception cref="IOException">There is no such folder, or the address cannot be listened on.</exception>
    public async Task RunAsync(string folder, IPEndPoint local, CancellationToken stop)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder}: no such folder");
        }

        folder = Path.GetFullPath(folder);
        using var files = new FolderFiles(folder);
        await WebServer.RunAsync(
            local,
            app => Configure(app, files),
            address =>
            {
                log.Show($"Listening on {address}", Tone.Note);
                log.Show($"{folder} is at http://{address}/", Tone.Note);
            },
            stop);
    }

    void Configure(WebApplication app, FolderFiles files)
    {
        app.Use(LogAsync);
        app.Use(OnlyReadingAsync);
        app.Use((context, next) => DirectoryAsync(context, next, files));
        app.Use((context, next) => DigestAsync(context, next, files));
        app.UseMiddleware<Microsoft.AspNetCore.StaticFiles.StaticFileMiddleware>(
            Microsoft.Extensions.Options.Options.Create(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true, DefaultContentType = "application/octet-stream" }));
        app.Run(context => ErrorAsync(context, StatusCodes.Status404NotFound, "Not Found"));
    }

    async Task LogAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var request = context.Request;
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? request.Path;
        try
        {
            await next(context);
        }
        finally
        {
            string range = request.Headers.Range is { Count: > 0 } asked ? $" ({asked})" : "";
            int status = context.Response.StatusCode;
            log.Show(
                PlainText.Visible(string.Create(CultureInfo.InvariantCulture, $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort} {request.Method} {target}{range}: {status}")),
                status >= 400 ? Tone.Bad : Tone.Plain);
        }
    }

    static Task OnlyReadingAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HttpMethods.IsHead(request.Method) || !request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9110 section 14.2: only GET has ranges, and other units are ignored; the framework takes both.
            request.Headers.Range = default;
        }

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return next(context);
        }

        context.Response.Headers.Allow = "GET, HEAD";
        return ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
    }

    static Task DirectoryAsync(HttpContext context, RequestDelegate next, FolderFiles files)
    {
        string path = context.Request.Path.Value ?? "/";
        var contents = files.GetDirectoryContents(path);
        if (!contents.Exists)
        {
            return next(context);
        }

        if (!path.EndsWith('/'))
        {
            // Relative: a path that begins with two slashes would otherwise lead to another host.
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"./{Uri.EscapeDataString(path[(path.LastIndexOf('/') + 1)..])}/";
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        }

        if (files.GetFileInfo(path + IndexFile).Exists)
        {
            context.Request.Path = path + IndexFile;
            return next(context);
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return SendAsync(context, IndexPage.For(path, contents));
    }

    /// <summary>Tells a file's digest to whoever wants it (RFC 9530 section 4).</summary>
    async Task DigestAsync(HttpContext context, RequestDelegate next, FolderFiles files)
    {
        if (ReprDigest.IsWanted(context.Request.Headers[ReprDigest.WantHeader].ToString()) && files.GetFileInfo(context.Request.Path) is { Exists: true } file
            && await digests.OfAsync(file, context.RequestAborted) is { } digest)
        {
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status206PartialContent)
                {
                    context.Response.Headers[ReprDigest.Header] = ReprDigest.Format(digest);
                }

                return Task.CompletedTask;
            });
        }

        await next(context);
    }

    static Task ErrorAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return SendAsync(context, string.Create(CultureInfo.InvariantCulture, $"{status} {text}\n"));
    }

    static async Task SendAsync(HttpContext context, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
