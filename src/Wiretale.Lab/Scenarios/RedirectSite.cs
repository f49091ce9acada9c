using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Wiretale.Lab.Scenarios;

/// <summary>The web site of the redirect network: archives, an image and a document, the same bytes every time.</summary>
static class RedirectSite
{
    /// <summary>Long ago: what a server says of a file's last change is the same every time.</summary>
    static readonly DateTime changed = new(2025, 8, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>Makes it.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="megabytes">How long the archives are, 1,000,000 bytes each.</param>
    public static async Task MakeAsync(string folder, IEnumerable<int> megabytes, CancellationToken stop)
    {
        const string ImageName = "image-site.png", DocumentName = "task2.pdf";
        Directory.CreateDirectory(folder);
        var names = new List<string>();
        foreach (int size in megabytes)
        {
            names.Add(string.Create(CultureInfo.InvariantCulture, $"{size}MB.zip"));
            await WriteArchiveAsync(Path.Combine(folder, names[^1]), size, stop);
        }

        await File.WriteAllBytesAsync(Path.Combine(folder, ImageName), Image(256), stop);
        await File.WriteAllTextAsync(Path.Combine(folder, DocumentName), Document("The redirect network"), Encoding.ASCII, stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), Page([.. names, ImageName, DocumentName]), Encoding.ASCII, stop);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            File.SetLastWriteTimeUtc(file, changed);
        }
    }

    static string Page(IEnumerable<string> files) =>
        $"<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Downloads</title></head>\n<body><h1>Downloads</h1>\n<ul>\n{string.Concat(files.Select(file => $"<li><a href=\"{file}\">{file}</a></li>\n"))}</ul>\n</body></html>\n";

    static async Task WriteArchiveAsync(string path, int megabytes, CancellationToken stop)
    {
        const int Piece = 1_000_000;
        await using var archive = await ZipArchive.CreateAsync(File.Create(path), ZipArchiveMode.Create, leaveOpen: false, entryNameEncoding: null, stop);
        var entry = archive.CreateEntry("data.bin", CompressionLevel.NoCompression);
        entry.LastWriteTime = new(changed, TimeSpan.Zero);
        await using var data = await entry.OpenAsync(stop);

        // No secret: the point is to get the same again.
        var random = new Random(megabytes);
        byte[] piece = new byte[Piece];
        for (int i = 0; i < megabytes; i++)
        {
            random.NextBytes(piece);
            await data.WriteAsync(piece, stop);
        }
    }

    /// <summary>A PNG (RFC 2083) of rings.</summary>
    static byte[] Image(int size)
    {
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] row = new byte[1 + size];
            for (int y = 0; y < size; y++)
            {
                for (int x = 0; x < size; x++)
                {
                    double far = Math.Sqrt(((x - (size / 2)) * (x - (size / 2))) + ((y - (size / 2)) * (y - (size / 2))));
                    row[1 + x] = (byte)(127 + (127 * Math.Sin(far / 6)));
                }

                zlib.Write(row);
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, size);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size);
        header[8] = 8;
        return [0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n', .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, pixels.ToArray()), .. Chunk("IEND"u8, [])];
    }

    static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        uint crc = uint.MaxValue;
        foreach (byte one in chunk.AsSpan(4..^4))
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4..), ~crc);
        return chunk;
    }

    /// <summary>A PDF of one page (ISO 32000-1 section 7.5).</summary>
    static string Document(string title)
    {
        string page = $"BT /F1 24 Tf 72 720 Td ({title}) Tj ET";
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            string.Create(CultureInfo.InvariantCulture, $"<< /Length {page.Length} >>\nstream\n{page}\nendstream"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        var pdf = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        for (int i = 0; i < objects.Length; i++)
        {
            places.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        int table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        places.ForEach(place => pdf.Append(CultureInfo.InvariantCulture, $"{place:0000000000} 00000 n \n"));
        return pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").ToString();
    }
}
