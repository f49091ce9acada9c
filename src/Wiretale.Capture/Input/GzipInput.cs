using System.Buffers.Binary;
using System.IO.Compression;

namespace Wiretale.Capture.Input;

/// <summary>Unpacks gzip (RFC 1952), also of several members, and notices what <see cref="GZipStream"/> lets pass: a file cut short.</summary>
/// <exception cref="EndOfStreamException">From Read, after all that could be unpacked, when the file is cut short.</exception>
sealed class GzipInput : Stream
{
    readonly Tap _tap;
    readonly GZipStream _gzip;
    long _unpacked;

    public GzipInput(Stream packed)
    {
        _tap = new(packed);
        _gzip = new(_tap, CompressionMode.Decompress);
    }

    /// <summary>RFC 1952, section 2.3.1: ID1 and ID2.</summary>
    public static ReadOnlySpan<byte> Magic => [0x1f, 0x8b];

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int got = _gzip.Read(buffer);
        _unpacked += got;
        // The last four bytes are the unpacked size (ISIZE). With several members it is that of the last alone, whose start
        // cannot be known here; then nothing is claimed.
        if (got == 0 && buffer.Length > 0 && !_tap.MaybeSeveral && _tap.LastFour != (uint)_unpacked)
        {
            throw new EndOfStreamException();
        }

        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
            _tap.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Watches the packed bytes go by: the last four, and whether a second member may begin among them.</summary>
    sealed class Tap(Stream packed) : Stream
    {
        readonly byte[] _last = new byte[4];
        long _seen;

        /// <summary>Magic and the only compression method there is.</summary>
        static ReadOnlySpan<byte> MemberStart => [0x1f, 0x8b, 8];

        public bool MaybeSeveral { get; private set; }

        public uint LastFour => BinaryPrimitives.ReadUInt32LittleEndian(_last);

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int got = packed.Read(buffer);
            Watch(buffer[..got]);
            return got;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        void Watch(ReadOnlySpan<byte> bytes)
        {
            // The start of the file does not count; a start split between two reads lies across the edge of the two.
            Span<byte> edge = stackalloc byte[6];
            _last.AsSpan(2).CopyTo(edge);
            int more = Math.Min(4, bytes.Length);
            bytes[..more].CopyTo(edge[2..]);
            bool atStart = _seen == 0;
            MaybeSeveral |= (atStart ? bytes.Length > 1 ? bytes[1..] : [] : bytes).IndexOf(MemberStart) >= 0
                || (!atStart && edge[..(2 + more)].IndexOf(MemberStart) >= 0 && _seen > 2);
            _seen += bytes.Length;
            if (bytes.Length >= 4)
            {
                bytes[^4..].CopyTo(_last);
            }
            else
            {
                _last.AsSpan(bytes.Length).CopyTo(_last);
                bytes.CopyTo(_last.AsSpan(4 - bytes.Length));
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                packed.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
