using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

// Specifications: PNG (ISO 15948), GIF89a, JFIF 1.02. The signatures decide; what lies under another type's name is left to others.

/// <summary>Portable Network Graphics.</summary>
public sealed class Png() : MediaDissector("png")
{
    static readonly Protocol P = new("Portable Network Graphics", "PNG", "png");
    static readonly Field Signature = P.Bytes("png.signature", "PNG Signature");
    static readonly Field ChunkData = P.Label("png.chunk.data", "Data");
    static readonly Field ChunkType = P.String("png.chunk.type", "Chunk");
    static readonly Field ChunkLength = P.UInt32("png.chunk.len", "Len");
    static readonly Field ChunkCrc = P.UInt32("png.chunk.crc", "CRC", FieldBase.Hex);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override MediaNeed Need => MediaNeed.Beginning;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        MediaTypes.Claim(claims, "image/png");
        claims.Heuristic(Media.Heuristics, (Packet p, in View v, Node parent) => Dissect(p, v, parent) > 0);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (!IsPng(v.Bytes))
        {
            return 0;
        }

        p.Info.Append(" (PNG)"u8);
        var tree = p.Open(P, v, parent);
        if (p.WantsFields)
        {
            p.Add(tree, Signature, v, 0, 8);
            int at = 8;
            while (v.Has(at, 12))
            {
                uint length = v.U32(at);
                long end = at + 12L + length;
                if (end > v.Captured)
                {
                    break;
                }

                var chunk = p.AddText(tree, v, at, (int)length + 12, $"{Kind(v.Span(at + 4, 4))} ({v.Span(at + 4, 4)})");
                chunk = chunk.IsWanted ? chunk : tree;
                p.Add(chunk, ChunkLength, v, at);
                p.Add(chunk, ChunkType, v, at + 4, 4);
                p.Add(chunk, ChunkData, v, at + 8, (int)length);
                p.Add(chunk, ChunkCrc, v, at + 8 + (int)length);
                at = (int)end;
            }
        }

        return Math.Max(1, v.Reported);
    }

    static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.Length >= 8 && bytes[0] == 0x89 && bytes[1..8].SequenceEqual("PNG\r\n\x1a\n"u8);

    static string Kind(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("IHDR"u8) ? "Image Header"
        : type.SequenceEqual("IDAT"u8) ? "Image data chunk"
        : type.SequenceEqual("IEND"u8) ? "Image Trailer"
        : type.SequenceEqual("PLTE"u8) ? "Palette"
        : "Unknown chunk";
}

/// <summary>Graphics Interchange Format.</summary>
public sealed class Gif() : MediaDissector("image-gif")
{
    static readonly Protocol P = new("Compuserve GIF", "GIF image", "image-gif");
    static readonly Field Version = P.String("image-gif.version", "Version", "GIF Version");
    static readonly Field ScreenWidth = P.UInt16("image-gif.screen.width", "Screen width");
    static readonly Field ScreenHeight = P.UInt16("image-gif.screen.height", "Screen height");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override MediaNeed Need => MediaNeed.Beginning;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims, "image/gif");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var bytes = v.Bytes;
        if (bytes.Length < 10 || !(bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8)))
        {
            return 0;
        }

        p.Info.Append(" ("u8);
        p.Info.Append(bytes[..6]);
        p.Info.Append(")"u8);
        if (p.WantsFields)
        {
            var tree = p.Open(P, v, parent);
            p.Label(tree, $"Compuserve GIF, Version: {bytes[..6]}");
            p.Add(tree, Version, v, 0, 6);
            p.AddLE(tree, ScreenWidth, v, 6);
            p.AddLE(tree, ScreenHeight, v, 8);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>JPEG File Interchange Format.</summary>
public sealed class Jpeg() : MediaDissector("image-jfif")
{
    static readonly Protocol P = new("JPEG File Interchange Format", "JFIF (JPEG) image", "image-jfif");
    static readonly Field Marker = P.UInt16("image-jfif.marker", "Marker", FieldBase.Hex);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override MediaNeed Need => MediaNeed.Beginning;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        MediaTypes.Claim(claims, "image/jpg", "image/jpeg", "image/jfif");
        claims.Heuristic(Media.Heuristics, (Packet p, in View v, Node parent) => Dissect(p, v, parent) > 0);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // Start of image, then APP0 (JFIF) or APP1 (Exif).
        if (v.Captured < 20 || v.U16(0) != 0xffd8 || v.U16(2) is not (0xffe0 or 0xffe1))
        {
            return 0;
        }

        p.Info.Append(" (JPEG JFIF image)"u8);
        if (p.WantsFields)
        {
            var tree = p.Open(P, v, parent);
            p.Add(tree, Marker, v, 0);
        }

        return Math.Max(1, v.Reported);
    }
}
