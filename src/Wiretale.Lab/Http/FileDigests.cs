using Microsoft.Extensions.FileProviders;

namespace Wiretale.Lab.Http;

/// <summary>Digests of files that were asked for, computed once as long as a file stays as it is.</summary>
sealed class FileDigests : IDisposable
{
    /// <summary>Files remembered, and the longest that is read through for somebody who has to wait meanwhile.</summary>
    const int Most = 1000;

    const long Longest = 1L << 30;

    readonly Dictionary<string, (long Length, DateTimeOffset Changed, string Digest)> known = new(StringComparer.Ordinal);
    readonly SemaphoreSlim oneAtATime = new(1);

    /// <summary>A file's digest; null where it is too long, or cannot be read.</summary>
    public async Task<string?> OfAsync(IFileInfo file, CancellationToken stop)
    {
        if (file.PhysicalPath is not { } path || file.Length > Longest)
        {
            return null;
        }

        await oneAtATime.WaitAsync(stop);
        try
        {
            if (known.TryGetValue(path, out var was) && (was.Length, was.Changed) == (file.Length, file.LastModified))
            {
                return was.Digest;
            }

            if (known.Count >= Most)
            {
                known.Clear();
            }

            string digest = await ReprDigest.OfFileAsync(path, stop);
            known[path] = (file.Length, file.LastModified, digest);
            return digest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => oneAtATime.Dispose();
}
