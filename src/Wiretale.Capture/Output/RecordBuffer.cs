using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wiretale.Capture.Output;

/// <summary>
/// Collects records in the file's byte order and hands the stream whole ones only: <see cref="EndRecord"/> marks how far the
/// bytes may go out. A record larger than the buffer makes it grow rather than be cut.
/// </summary>
sealed class RecordBuffer(Stream stream, bool bigEndian) : IDisposable
{
    const int FlushAt = 64 << 10;

    readonly ArrayBufferWriter<byte> _bytes = new(FlushAt * 2);
    int _whole;
    long _gone;

    /// <summary>Whole records, those that have gone out with those that have not.</summary>
    public long Total => _gone + _whole;

    public bool BigEndian => bigEndian;

    /// <summary>Bytes of the record begun, and of whole ones before it that have not gone out.</summary>
    public int Length => _bytes.WrittenCount;

    public static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new CaptureException(CaptureErrorKind.Missing, $"The path to the file \"{path}\" doesn't exist.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            string reason = Directory.Exists(path) ? $"\"{path}\" is a directory (folder), not a file." : $"You don't have permission to create or write to the file \"{path}\".";
            throw new CaptureException(CaptureErrorKind.Permission, reason, e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            // The runtime's own words may be left out of a published program; the common reasons are said in C's.
            string reason = e switch
            {
                DirectoryNotFoundException or FileNotFoundException => "No such file or directory",
                UnauthorizedAccessException => Directory.Exists(path) ? "Is a directory" : "Permission denied",
                IOException { HResult: > 0 and < 200 } => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(e.HResult),
                _ => e.Message.TrimEnd('.'),
            };
            throw new CaptureException(CaptureErrorKind.Io, $"The file to which the capture would be saved (\"{path}\") could not be opened: {reason}.", e);
        }
    }

    public void U8(byte value) => Raw([value]);

    public void U16(ushort value)
    {
        Span<byte> at = _bytes.GetSpan(2);
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, value);
        }

        _bytes.Advance(2);
    }

    public void U32(uint value)
    {
        Span<byte> at = _bytes.GetSpan(4);
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(at, value);
        }

        _bytes.Advance(4);
    }

    public void U64(ulong value)
    {
        (uint first, uint second) = bigEndian ? ((uint)(value >> 32), (uint)value) : ((uint)value, (uint)(value >> 32));
        U32(first);
        U32(second);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public void Text(string text) => Encoding.UTF8.GetBytes(text, _bytes);

    /// <summary>Zero bytes up to a multiple of four from <paramref name="from"/>.</summary>
    public void Pad(int from)
    {
        while ((Length - from) % 4 != 0)
        {
            U8(0);
        }
    }

    /// <summary>Puts a number into what has been written and not gone out.</summary>
    public void PatchU32(int at, uint value)
    {
        Span<byte> four = Written().Slice(at, 4);
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(four, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(four, value);
        }
    }

    /// <summary>Puts a number into what has been written and not gone out.</summary>
    public void PatchU16(int at, ushort value)
    {
        Span<byte> two = Written().Slice(at, 2);
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(two, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(two, value);
        }
    }

    /// <summary>Ends a record, which may go out from now on.</summary>
    public void EndRecord()
    {
        _whole = Length;
        if (Length >= FlushAt)
        {
            Write();
        }
    }

    /// <summary>Hands over all whole records; one that was begun and given up with an exception is dropped.</summary>
    public void Flush() => Write();

    void Write()
    {
        try
        {
            if (_whole > 0)
            {
                stream.Write(_bytes.WrittenSpan[.._whole]);
            }

            stream.Flush();
        }
        catch (IOException e)
        {
            string reason = e.HResult is > 0 and < 200 ? System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(e.HResult) : e.Message.TrimEnd('.');
            throw new CaptureException(CaptureErrorKind.Io, $"An error occurred while writing the capture file: {reason}.", e);
        }
        finally
        {
            _gone += _whole;
            // What failed once is not tried again at the end.
            _bytes.ResetWrittenCount();
            _whole = 0;
        }
    }

    public void Dispose() => stream.Dispose();

    Span<byte> Written() => System.Runtime.InteropServices.MemoryMarshal.AsMemory(_bytes.WrittenMemory).Span;
}
