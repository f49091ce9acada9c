using System.Runtime.InteropServices;

namespace Wiretale.Cli;

/// <summary>Writes to an inherited descriptor with write(2), wherever it stands.</summary>
/// <remarks>
/// A FileStream would write to offsets of its own counting, over what other programs write to the same file; the Console class
/// takes longer to start than a small capture to read.
/// </remarks>
sealed partial class DescriptorStream(int descriptor) : Stream
{
    const int Interrupted = 4, TryAgain = 11;

    /// <summary>errno of a pipe that nobody reads any more.</summary>
    public const int BrokenPipe = 32;

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint done = 0;
            while (done < buffer.Length)
            {
                nint written = WriteSome(descriptor, start + done, buffer.Length - done);
                if (written >= 0)
                {
                    done += written;
                    continue;
                }

                int error = Marshal.GetLastSystemError();
                if (error == TryAgain)
                {
                    Thread.Sleep(1);
                }
                else if (error != Interrupted)
                {
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
                }
            }
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint WriteSome(int descriptor, byte* bytes, nint count);
}
