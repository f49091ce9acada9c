using System.Buffers.Binary;
using System.Diagnostics;

namespace Wiretale.Bench;

/// <summary>The capture and what is cut from it, under <c>artifacts/bench</c>; made when asked for and then kept.</summary>
sealed class Samples(string folder, int packets, string? given)
{
    const int Copies = 10;

    public string File(Sample sample) => sample switch
    {
        Sample.Part => Cut(100_000),
        Sample.Ten => Cut(10),
        _ => Whole(),
    };

    public string Whole(bool anew = false)
    {
        if (given is not null)
        {
            return given;
        }

        string path = Path.Combine(folder, packets >= 800_000 ? "loopback.pcap" : "loopback-small.pcap");
        if (anew || !System.IO.File.Exists(path))
        {
            Recording.Make(path, packets);
        }

        return path;
    }

    string Cut(int count) => Derived($"first-{count}", (whole, path) =>
    {
        using Process process = Process.Start("sh", ["-c", "exec tcpdump -nn -r \"$0\" -c \"$1\" -w \"$2\" 2> /dev/null", whole, $"{count}", path]);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new BenchException($"tcpdump did not cut {path}");
        }
    });

    /// <summary>The capture ten times over, each copy later than the one before and between other addresses.</summary>
    /// <remarks>So the file grows as a long capture does: with conversations that it has not seen before.</remarks>
    public string TenTimes() => Derived("ten-times", (whole, path) =>
    {
        using FileStream output = System.IO.File.Create(path, 1 << 20);
        Span<byte> header = stackalloc byte[24];
        uint span = 0;
        for (int copy = 0; copy < Copies; copy++)
        {
            using FileStream input = new(whole, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            input.ReadExactly(header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0xA1B2C3D4)
            {
                throw new BenchException("only a little-endian pcap file can be repeated");
            }

            if (copy == 0)
            {
                output.Write(header);
            }

            span = Append(input, output, copy, span);
        }
    });

    static uint Append(FileStream input, FileStream output, int copy, uint span)
    {
        byte[] buffer = new byte[1 << 18];
        Span<byte> record = stackalloc byte[16];
        uint first = 0, last = 0;
        while (input.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) == record.Length)
        {
            uint seconds = BinaryPrimitives.ReadUInt32LittleEndian(record);
            first = first == 0 ? seconds : first;
            last = Math.Max(last, seconds);
            BinaryPrimitives.WriteUInt32LittleEndian(record, seconds + (uint)copy * (span + 1));
            Span<byte> frame = buffer.AsSpan(0, BinaryPrimitives.ReadInt32LittleEndian(record[8..]));
            input.ReadExactly(frame);
            Readdress(frame, copy);
            output.Write(record);
            output.Write(frame);
        }

        return copy == 0 ? last - first : span;
    }

    /// <summary>Adds to the last byte of both IPv4 addresses, and takes the same out of the header's checksum (RFC 1624).</summary>
    static void Readdress(Span<byte> frame, int add)
    {
        const int Header = 14;
        if (frame.Length < Header + 20 || frame[12] != 8 || frame[13] != 0)
        {
            return;
        }

        frame[Header + 15] += (byte)add;
        frame[Header + 19] += (byte)add;
        Span<byte> checksum = frame[(Header + 10)..];
        uint sum = BinaryPrimitives.ReadUInt16BigEndian(checksum) + 0xFFFFu - (2 * (uint)add);
        BinaryPrimitives.WriteUInt16BigEndian(checksum, (ushort)((sum & 0xFFFF) + (sum >> 16)));
    }

    string Derived(string what, Action<string, string> make)
    {
        string whole = Whole();
        string path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(whole)}-{what}.pcap");
        if (!System.IO.File.Exists(path) || System.IO.File.GetLastWriteTimeUtc(path) < System.IO.File.GetLastWriteTimeUtc(whole))
        {
            Directory.CreateDirectory(folder);
            make(whole, path + ".part");
            System.IO.File.Move(path + ".part", path, overwrite: true);
        }

        return path;
    }
}
