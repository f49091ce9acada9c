using System.Collections;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;

namespace Wiretale.Lab.Http;

/// <summary>The files below a folder: no hidden ones, and no symbolic links, which may lead out of it.</summary>
sealed class FolderFiles(string root) : IFileProvider, IDisposable
{
    readonly PhysicalFileProvider files = new(root, ExclusionFilters.Sensitive);

    /// <inheritdoc />
    public IFileInfo GetFileInfo(string subpath) =>
        IsOurs(subpath) && files.GetFileInfo(subpath) is { Exists: true } file ? file.Length == 0 ? new EmptyFile(file) : file : new NotFoundFileInfo(subpath);

    /// <inheritdoc />
    public IDirectoryContents GetDirectoryContents(string subpath) =>
        IsOurs(subpath) && files.GetDirectoryContents(subpath) is { Exists: true } contents ? new OurContents(contents) : NotFoundDirectoryContents.Singleton;

    /// <inheritdoc />
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    /// <inheritdoc />
    public void Dispose() => files.Dispose();

    static bool IsLink(string path) => (File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0;

    /// <summary>Whether no name on the way is hidden, a link, or a step upwards.</summary>
    bool IsOurs(string subpath)
    {
        string at = root;
        try
        {
            foreach (string name in subpath.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                at = Path.Combine(at, name);
                if (name.StartsWith('.') || name.Contains('\\', StringComparison.Ordinal) || IsLink(at))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    sealed class OurContents(IDirectoryContents contents) : IDirectoryContents
    {
        public bool Exists => true;

        public IEnumerator<IFileInfo> GetEnumerator() => contents.Where(entry => entry.PhysicalPath is { } path && !IsLink(path)).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    // A pipe is empty, too, and opening one waits for whoever writes into it.
    sealed class EmptyFile(IFileInfo file) : IFileInfo
    {
        public bool Exists => true;

        public long Length => 0;

        public string? PhysicalPath => null;

        public string Name => file.Name;

        public DateTimeOffset LastModified => file.LastModified;

        public bool IsDirectory => false;

        public Stream CreateReadStream() => Stream.Null;
    }
}
