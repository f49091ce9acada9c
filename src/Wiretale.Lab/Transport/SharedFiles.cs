using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;
using Wiretale.Lab.Http;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>A folder whose files may be fetched: those that its list names and no others, and none through a link that leads out of it.</summary>
public sealed class SharedFiles : IDisposable
{
    /// <summary>Digests that are remembered.</summary>
    const int MostDigests = 1000;

    readonly FolderFiles files;
    readonly ConcurrentDictionary<string, (DateTime Changed, long Size, byte[] Digest)> digests = new(StringComparer.Ordinal);
    readonly SemaphoreSlim reading = new(2);

    /// <summary>Shares a folder, which is there.</summary>
    public SharedFiles(string folder) => files = new(Path.GetFullPath(folder));

    /// <summary>Opens what is asked for, at the byte from which on it is wanted.</summary>
    internal async Task<(FileAnswer Answer, Stream? Content)> OpenAsync(FileRequest request, CancellationToken stop)
    {
        if (request.Name.Length == 0 || request.Name.Contains('\0', StringComparison.Ordinal))
        {
            return (FileAnswer.Error(BulkFileStatus.BadRequest, "the request names no file"), null);
        }

        // In the list a semicolon ends a name, and stands in one as it would in an address.
        var file = Find(request.Name) ?? Find(request.Name.Replace("%3B", ";", StringComparison.Ordinal));
        if (file is null)
        {
            return (FileAnswer.Error(BulkFileStatus.NotFound, "there is no such file"), null);
        }

        if (file.PhysicalPath is not { } path)
        {
            return (new(BulkFileStatus.Ok, "", 0, 0, SHA256.HashData([])), Stream.Null);
        }

        FileStream? content = null;
        try
        {
            content = new(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0 });
            byte[] digest = await DigestAsync(path, content, stop);
            long offset = request.Offset <= content.Length && digest.AsSpan().SequenceEqual(request.Digest) ? request.Offset : 0;
            content.Position = offset;
            return (new(BulkFileStatus.Ok, "", content.Length, offset, digest), content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            content?.Dispose();
            return (FileAnswer.Error(BulkFileStatus.Unreadable, "the file cannot be read"), null);
        }
        catch
        {
            content?.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        files.Dispose();
        reading.Dispose();
    }

    IFileInfo? Find(string name) => files.GetFileInfo(name) is { Exists: true, IsDirectory: false } file ? file : null;

    async Task<byte[]> DigestAsync(string path, FileStream content, CancellationToken stop)
    {
        var changed = File.GetLastWriteTimeUtc(path);
        if (digests.TryGetValue(path, out var known) && known.Changed == changed && known.Size == content.Length)
        {
            return known.Digest;
        }

        // Two at a time: who asks for many large files at once waits, and the others with him, but not the connections that run.
        await reading.WaitAsync(stop);
        try
        {
            long size = content.Length;
            byte[] digest = await Task.Run(() => SHA256.HashDataAsync(content, stop).AsTask(), stop);
            if (digests.Count >= MostDigests)
            {
                digests.Clear();
            }

            digests[path] = (changed, size, digest);
            return digest;
        }
        finally
        {
            reading.Release();
        }
    }
}
