using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Wiretale.Lab.Dhcp;

/// <summary>
/// Leases on disk: a line for each change, appended. The last line of an address counts. A thread of its own writes and flushes what has come
/// while it was at the last flush, so one flush serves all who wait for it. A line that a crash cut off is taken away at the next start;
/// nobody was told of it.
/// </summary>
public sealed partial class LeaseJournal : IDisposable
{
    /// <summary>Superfluous lines that are worth a new file.</summary>
    const int WorthIt = 10_000;

    readonly string path;
    readonly FileStream held;
    readonly Lock gate = new();
    readonly AutoResetEvent something = new(initialState: false);
    readonly Thread writer;
    StringBuilder pending = new(), writing = new();
    List<Action> waiting = [], served = [];
    IReadOnlyCollection<Lease>? anew;
    Exception? fault;
    FileStream file;
    int lines;
    bool isOver;

    LeaseJournal(string path, FileStream held, FileStream file, int lines)
    {
        (this.path, this.held, this.file, this.lines) = (path, held, file, lines);
        writer = new(Write) { IsBackground = true, Name = "lease journal" };
        writer.Start();
    }

    /// <summary>Opens a journal, or begins one, and gives what it holds.</summary>
    /// <exception cref="IOException">Another server has it, it cannot be read or written, or a line of it makes no sense.</exception>
    public static LeaseJournal Open(string path, out IReadOnlyList<Lease> leases)
    {
        FileStream? held = null;
        try
        {
            path = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            held = Hold(path);
            leases = Read(path, out int length, out int lines);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.SetLength(length);
            file.Seek(0, SeekOrigin.End);
            FlushFolder(Path.GetDirectoryName(path)!);
            return new(path, held, file, lines);
        }
        catch (UnauthorizedAccessException e)
        {
            held?.Dispose();
            throw new IOException($"{path}: not allowed to write there (--journal FILE names another place)", e);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>What a journal holds now, the last of each address; a server may be writing to it.</summary>
    /// <exception cref="IOException">It cannot be read, or a line of it makes no sense.</exception>
    public static IReadOnlyList<Lease> Read(string path)
    {
        try
        {
            return Read(path, out _, out _);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: not allowed to read it", e);
        }
    }

    /// <summary>Writes a change down; it is there for good after the next <see cref="Commit"/>.</summary>
    public void Add(Lease lease)
    {
        string line = lease.ToLine();
        lock (gate)
        {
            pending.Append(line).Append('\n');
            lines++;
        }
    }

    /// <summary>Has all changes so far put on the disk.</summary>
    /// <param name="all">What the journal should hold, for when it is time to write it anew.</param>
    /// <param name="kept">Called when they are there for good, on a thread of the journal's own; not when the disk fails.</param>
    /// <exception cref="IOException">The disk has failed.</exception>
    public void Commit(IReadOnlyCollection<Lease> all, Action? kept = null)
    {
        lock (gate)
        {
            if (fault is not null)
            {
                throw new IOException($"{path}: {fault.Message}", fault);
            }

            if (pending.Length == 0 && kept is null)
            {
                return;
            }

            if (kept is not null)
            {
                waiting.Add(kept);
            }

            if (lines > (2 * all.Count) + WorthIt)
            {
                // What was to be appended is among them.
                anew = [.. all.Where(lease => lease.State != LeaseState.Offered)];
                lines = anew.Count;
                pending.Clear();
            }
        }

        something.Set();
    }

    /// <summary>Puts what is left on the disk, and closes the journal.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
        }

        something.Set();
        writer.Join();
        file.Dispose();
        held.Dispose();
        something.Dispose();
    }

    void Write()
    {
        try
        {
            while (true)
            {
                something.WaitOne();
                IReadOnlyCollection<Lease>? fresh;
                bool isLast;
                lock (gate)
                {
                    (pending, writing, waiting, served) = (writing, pending, served, waiting);
                    (fresh, anew, isLast) = (anew, null, isOver);
                }

                if (fresh is not null)
                {
                    WriteAnew(fresh);
                }

                if (writing.Length > 0)
                {
                    file.Write(Encoding.ASCII.GetBytes(writing.ToString()));
                    if (FlushData(file.SafeFileHandle) != 0)
                    {
                        throw new IOException(Marshal.GetLastPInvokeErrorMessage());
                    }

                    writing.Clear();
                }

                served.ForEach(kept => kept());
                served.Clear();
                if (isLast)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (gate)
            {
                fault = e;
            }
        }
    }

    /// <summary>Writes the journal anew and puts it in the old one's place, which is there whole until then.</summary>
    void WriteAnew(IReadOnlyCollection<Lease> leases)
    {
        string fresh = path + ".new";
        var next = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        next.Write(Encoding.ASCII.GetBytes(string.Concat(leases.Select(lease => lease.ToLine() + "\n"))));
        next.Flush(flushToDisk: true);
        File.Move(fresh, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
        file.Dispose();
        file = next;
    }

    static FileStream Hold(string path)
    {
        try
        {
            // A file of its own: the journal's is replaced now and then, and a lock would stay with the old one.
            return new(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path + ".lock"))
        {
            throw new IOException($"{path}: another DHCP server writes to it (--journal FILE names another)", e);
        }
    }

    static Lease[] Read(string path, out int length, out int lines)
    {
        (length, lines) = (0, 0);
        if (!File.Exists(path))
        {
            return [];
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[stream.Length];
        int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        length = bytes.AsSpan(0, got).LastIndexOf((byte)'\n') + 1;
        var leases = new Dictionary<uint, Lease>();
        foreach (string line in Encoding.ASCII.GetString(bytes, 0, length).Split('\n').SkipLast(1))
        {
            lines++;
            var lease = Lease.Parse(line) ?? throw new IOException($"{path}, line {lines}: not a lease (correct it, or move the file away to begin anew)");
            leases[lease.Address] = lease;
        }

        return [.. leases.Values];
    }

    /// <summary>The new name is on the disk only when the folder is (fsync(2)).</summary>
    static void FlushFolder(string folder)
    {
        int descriptor = OpenFolder(folder, 0);
        if (descriptor >= 0)
        {
            _ = Flush(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
