using System.Net;
using System.Text;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>Reads the index page of a web server for whoever asks <c>SIGNGET</c>, and hands on the texts of its links.</summary>
public sealed class ScrapeServer(IStreamLink link, TimeProvider clock, ILog log, Uri page)
{
    /// <summary>Longest list, in bytes; the proxy cuts it to a datagram.</summary>
    public const int Longest = 1 << 16;

    const int Most = 64, MostOfAddress = 8, LongestPage = 1 << 20;
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>Serves until it is stopped.</summary>
    public async Task RunAsync(IPEndPoint local, CancellationToken stop)
    {
        using var listener = link.Listen(local);
        log.Show($"Listening on {listener.Local}", Tone.Note);
        using var web = HttpOver.Link(link);
        web.MaxResponseContentBufferSize = LongestPage;
        using var places = new SemaphoreSlim(Most);
        var running = new List<(IPAddress From, Task Task)>();
        try
        {
            while (true)
            {
                await places.WaitAsync(stop);
                var connection = await listener.AcceptAsync(stop);
                var from = connection.Remote.Address;
                running.RemoveAll(one => one.Task.IsCompleted);

                // Who opens connections and says nothing shall not keep the others out.
                bool isTooMany = running.Count(one => one.From.Equals(from)) >= MostOfAddress;
                running.Add((from, ServeAsync(connection, isTooMany ? null : web, places, stop)));
            }
        }
        finally
        {
            await Task.WhenAll(running.Select(one => one.Task));
        }
    }

    async Task ServeAsync(IStreamConnection connection, HttpClient? web, SemaphoreSlim places, CancellationToken stop)
    {
        using (connection)
        {
            try
            {
                string list = web is null ? FileList.Error($"there are {MostOfAddress} connections of your address already")
                    : await ReadAsync(connection, stop) == RudpSignals.Get ? await ListAsync(web, stop) : FileList.Error("only SIGNGET is understood here");
                await connection.SendAsync(Encoding.UTF8.GetBytes(list), stop);
                connection.FinishSending();
                if (web is not null)
                {
                    await clock.DrainAsync(connection, stop);
                }
            }
            catch (Exception e) when (e is LinkException or TimeoutException)
            {
                log.Show($"{connection.Remote}: {e.Message}", Tone.Bad);
            }
            catch (OperationCanceledException)
            {
                // The server is told to stop.
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>The question; it has no end mark, so its own length is its end.</summary>
    async Task<string> ReadAsync(IStreamConnection connection, CancellationToken stop)
    {
        byte[] question = new byte[RudpSignals.Get.Length];
        int length = 0;
        await clock.WithinAsync(
            patience,
            async end =>
            {
                int got;
                while (length < question.Length && (got = await connection.ReceiveAsync(question.AsMemory(length), end)) > 0)
                {
                    length += got;
                }

                return length;
            },
            stop);
        return Encoding.ASCII.GetString(question, 0, length);
    }

    async Task<string> ListAsync(HttpClient web, CancellationToken stop)
    {
        string objection;
        try
        {
            string html = await clock.WithinAsync(patience, async end => await web.GetStringAsync(page, end), stop);
            string[] files = PageLinks.TextsOf(html);
            log.Show($"{page}: {files.Length} links", Tone.Good);
            return FileList.Join(files);
        }
        catch (HttpRequestException e)
        {
            // The framework's own texts are left out of the command.
            objection = e switch
            {
                { StatusCode: { } status } => $"it answered {(int)status}",
                { InnerException: LinkException link } => link.Message,
                { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => $"the page has more than {LongestPage} bytes",
                { InnerException: System.Net.Sockets.SocketException } => "no address is known for it",
                _ => "it broke off, or does not speak HTTP",
            };
        }
        catch (LinkException e)
        {
            objection = e.Message;
        }
        catch (TimeoutException)
        {
            objection = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            objection = "it broke off, or its page is no text";
        }

        log.Show($"{page}: {objection}", Tone.Bad);
        return FileList.Error($"web server {page}: {objection}");
    }
}
