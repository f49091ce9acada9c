using System.IO.MemoryMappedFiles;

namespace Wiretale.Capture.Input;

/// <summary>A regular file, mapped window by window so that resident memory stays the same however large the file is.</summary>
/// <remarks>
/// The length is taken when the file is opened. A file that another process shortens while it is mapped raises SIGBUS, as it
/// does in every program that maps files; captures are appended to or rotated, not cut, so this is not guarded against.
/// </remarks>
sealed unsafe class MappedSource : ByteSource
{
    /// <summary>Window size in bytes: large enough to make mapping cheap, small enough to keep a few of them resident.</summary>
    internal const int DefaultWindow = 8 << 20;

    readonly FileStream _file;
    readonly MemoryMappedFile _map;
    readonly long _length;
    readonly int _window;

    public MappedSource(FileStream file, int window = DefaultWindow)
    {
        _file = file;
        _length = file.Length;
        _window = window;
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
    }

    protected override bool Fetch(long count)
    {
        long offset = Offset;
        long left = _length - offset;
        bool enough = left >= count;
        long size = Math.Min(left, Math.Max(_window, count));
        if (size <= End - Next)
        {
            return enough;
        }

        Current?.Release();
        Current = null;
        Next = End = null;
        EndOffset = offset;
        var window = new Window(_map, offset, (int)Math.Min(size, int.MaxValue));
        Current = window;
        Next = window.Start;
        End = Next + window.Length;
        EndOffset = offset + window.Length;
        return enough;
    }

    public override void Dispose()
    {
        base.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    sealed class Window : Segment
    {
        readonly MemoryMappedViewAccessor _view;

        public Window(MemoryMappedFile map, long offset, int length)
        {
            _view = map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Start = start + _view.PointerOffset;
            Length = length;
        }

        protected override void Free()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }
    }
}
