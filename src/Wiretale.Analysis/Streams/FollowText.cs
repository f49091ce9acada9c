using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Streams;

/// <summary>Prints a stream in any of the forms.</summary>
static class FollowText
{
    const string Line = "===================================================================\n";
    const int BytesPerLine = 16, Half = 8;

    /// <summary>Of code page 037 the upper half, where letters and digits are.</summary>
    const string EbcdicUpper = ".abcdefghi.......jklmnopqr.......~stuvwxyz...^.............[]...{ABCDEFGHI......}JKLMNOPQR......\\.STUVWXYZ......0123456789......";

    /// <summary>The lower half from 0x40 on.</summary>
    const string EbcdicLower = " ...........<(+|&.........!$*);^-/........|,%_>?..........:#@'=.";

    public static void Write(FollowedStream stream, FollowOptions options, Utf8Text output)
    {
        bool isYaml = options.Form == FollowForm.Yaml;
        if (isYaml)
        {
            output.Append($"peers:\n{Peer(0, stream.Node0)}{Peer(1, stream.Node1)}packets:\n");
        }
        else
        {
            output.Append($"\n{Line}Follow: {options.Protocol},{options.FormName}\nFilter: {options.Filter}\nNode 0: {stream.Node0.ToString()}\nNode 1: {stream.Node1.ToString()}\n");
        }

        var offsets = (A: 0u, B: 0u);
        int number = 0;
        foreach (var piece in stream.Pieces())
        {
            number++;
            if (number >= options.First && number <= options.Last)
            {
                Piece(piece, options.Form, piece.Peer == 0 ? offsets.A : offsets.B, output);
            }

            offsets = piece.Peer == 0 ? offsets with { A = offsets.A + (uint)piece.Bytes.Length } : offsets with { B = offsets.B + (uint)piece.Bytes.Length };
        }

        if (!isYaml)
        {
            output.Append(Line);
        }
    }

    static string Peer(int number, StreamEndpoint node) => $"  - peer: {number}\n    host: {node.Address}\n    port: {node.Port}\n";

    static void Piece(in StreamPiece piece, FollowForm form, uint offset, Utf8Text output)
    {
        var bytes = piece.Bytes.Span;
        switch (form)
        {
            case FollowForm.Hex:
                Hex(piece.Peer, bytes, offset, output);
                break;
            case FollowForm.Raw:
                output.Append(piece.Peer == 0 ? ""u8 : "\t"u8);
                output.Advance(AddressText.Hex(output.Room(bytes.Length * 2), bytes, 0));
                output.Append('\n');
                break;
            case FollowForm.Yaml:
                Yaml(piece, output);
                break;
            default:
                output.Append(piece.Peer == 0 ? ""u8 : "\t"u8);
                output.Append(bytes.Length);
                output.Append('\n');
                Text(bytes, form, output);
                output.Append('\n');
                break;
        }
    }

    static void Text(ReadOnlySpan<byte> bytes, FollowForm form, Utf8Text output)
    {
        if (form == FollowForm.Utf8)
        {
            while (!bytes.IsEmpty)
            {
                bool isText = Rune.DecodeFromUtf8(bytes, out var rune, out int length) == System.Buffers.OperationStatus.Done
                    && (rune.Value is '\n' or '\r' or '\t' || !Rune.IsControl(rune));
                output.Append(isText ? bytes[..length] : "."u8);
                bytes = bytes[length..];
            }

            return;
        }

        var room = output.Room(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte c = form == FollowForm.Ebcdic ? OutOfEbcdic(bytes[i]) : bytes[i];
            room[i] = c is (>= 0x20 and <= 0x7e) or (byte)'\n' or (byte)'\r' ? c : (byte)'.';
        }

        output.Advance(bytes.Length);
    }

    static byte OutOfEbcdic(byte c) => (byte)(c switch
    {
        >= 0x80 => EbcdicUpper[c - 0x80],
        >= 0x40 => EbcdicLower[c - 0x40],
        (byte)'0' or (byte)'1' or (byte)'>' => '.',
        _ => (char)c,
    });

    static void Hex(int peer, ReadOnlySpan<byte> bytes, uint offset, Utf8Text output)
    {
        for (int at = 0; at < bytes.Length; at += BytesPerLine)
        {
            var line = bytes[at..Math.Min(bytes.Length, at + BytesPerLine)];
            output.Append(peer == 0 ? ""u8 : "\t"u8);
            Utf8Formatter.TryFormat(offset + (uint)at, output.Room(8), out int written, new('X', 8));
            output.Advance(written);
            output.Append("  "u8);
            for (int i = 0; i < BytesPerLine; i++)
            {
                if (i < line.Length)
                {
                    output.AppendHex(line[i], 2);
                    output.Append(' ');
                }
                else
                {
                    output.Append("   "u8);
                }

                if (i == Half - 1)
                {
                    output.Append(' ');
                }
            }

            output.Append(' ');
            for (int i = 0; i < line.Length; i++)
            {
                output.Append(line[i] is >= 0x20 and <= 0x7e ? (char)line[i] : '.');
                if (i == Half - 1)
                {
                    output.Append(' ');
                }
            }

            // As in tshark: a space at the very end is left out, one.
            output.Length -= output.Bytes[^1] == (byte)' ' ? 1 : 0;
            output.Append('\n');
        }
    }

    static void Yaml(in StreamPiece piece, Utf8Text output)
    {
        // A line of base 64 as RFC 2045 section 6.8 has it: 76 characters.
        const int BytesOfLine = 57;
        double time = piece.Time.Seconds + (piece.Time.Nanoseconds / 1e9);
        output.Append($"  - packet: {piece.Frame}\n    peer: {piece.Peer}\n    timestamp: {time.ToString("F9", CultureInfo.InvariantCulture)}\n    data: !!binary |\n");
        var bytes = piece.Bytes.Span;
        for (int at = 0; at < bytes.Length; at += BytesOfLine)
        {
            var line = bytes[at..Math.Min(bytes.Length, at + BytesOfLine)];
            output.Append("      "u8);
            Base64.EncodeToUtf8(line, output.Room(Base64.GetMaxEncodedToUtf8Length(line.Length)), out _, out int written);
            output.Advance(written);
            output.Append('\n');
        }
    }
}
