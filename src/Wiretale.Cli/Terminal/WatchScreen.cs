using System.Text;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Terminal;

/// <summary>Where programs and the packet list speak in turn: no line stands inside another.</summary>
/// <param name="named">Whether lines of programs begin with the program's name.</param>
sealed class WatchScreen(bool named) : Stream
{
    readonly Stream output = StandardStreams.Output(), error = StandardStreams.Error();
    readonly Lock speaking = new();

    /// <summary>The program whose line is not at its end.</summary>
    WatchedProgram? inLine;

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

    /// <summary>Passes on what a program said.</summary>
    public void Say(WatchedProgram program, byte[] said, bool isError)
    {
        lock (speaking)
        {
            EndLineUnlessOf(program);
            var text = new List<byte>(said.Length);
            foreach (byte one in said)
            {
                if (named && inLine is null)
                {
                    text.AddRange(Encoding.UTF8.GetBytes(program.Name + ": "));
                }

                text.Add(one);
                inLine = one == '\n' ? null : program;
            }

            try
            {
                (isError ? error : output).Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text));
            }
            catch (IOException)
            {
                // Nobody looks any more; the program goes on all the same.
            }
        }
    }

    /// <summary>Writes packets, whole lines of them.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (speaking)
        {
            EndLineUnlessOf(null);
            output.Write(buffer);
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

    void EndLineUnlessOf(WatchedProgram? program)
    {
        if (inLine is not null && inLine != program)
        {
            output.Write("\n"u8);
            inLine = null;
        }
    }
}
