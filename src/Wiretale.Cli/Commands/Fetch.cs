using System.Globalization;
using System.Net;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary>A download with its progress bar, and what is said at its end.</summary>
static class Fetch
{
    /// <summary>Downloads a file.</summary>
    /// <returns>What the end is to be said with.</returns>
    /// <exception cref="IOException">It could not be had; the message says why.</exception>
    public static async Task<string> RunAsync(Uri address, string file, ILog log, CancellationToken stop, IPAddress? from = null, string? digest = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        var bar = new ProgressBar(file, TimeProvider.System);
        try
        {
            var done = await new Download(new TcpLink { From = from }, TimeProvider.System, log, bar.Show) { Digest = digest, Resolve = resolve }.RunAsync(address, file, stop);
            string checkedText = done.Digest is null ? "" : $", SHA-256 {done.Digest} as {(digest is null ? "the server says" : "it should be")}";
            return string.Create(CultureInfo.InvariantCulture, $"{file}: {done.Length} bytes in {bar.Elapsed.TotalSeconds:0.0} s{checkedText}");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{file}: not allowed to write there", e);
        }
        finally
        {
            bar.Clear();
        }
    }

    /// <summary>Downloads one of a list's files into the current folder; says what came of it.</summary>
    public static async Task<bool> OneOfListAsync(Uri site, string name, Screen screen, CancellationToken stop, IPAddress? from = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        var address = new Uri(site, "./" + Uri.EscapeDataString(name));
        string file = Download.FileName(address);
        if (File.Exists(file))
        {
            screen.Show($"{file} is here already", Tone.Bad);
            return false;
        }

        try
        {
            screen.Show(await RunAsync(address, file, screen, stop, from, resolve: resolve), Tone.Good);
            return true;
        }
        catch (IOException e)
        {
            screen.Show(e.Message, Tone.Bad);
            return false;
        }
    }
}
