using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>What of a hex dump is shown; tshark's <c>-x</c> and <c>--hexdump</c>.</summary>
/// <param name="FramesOnly">Only the frame, not what was put together from several.</param>
/// <param name="Text">With the characters beside the numbers.</param>
/// <param name="Delimited">With <c>|</c> around the characters.</param>
public sealed record HexDumpOptions(bool FramesOnly = false, bool Text = true, bool Delimited = false);

/// <summary>A packet's bytes, sixteen to a line, as numbers and as characters.</summary>
public static class HexDump
{
    const int BytesPerLine = 16;

    /// <summary>Writes all buffers of a packet, with titles when there are several.</summary>
    public static void Write(DissectedBatch batch, int packet, HexDumpOptions options, Utf8Text output)
    {
        int buffers = options.FramesOnly ? 0 : batch[packet].BufferCount;
        for (int i = 0; i <= buffers; i++)
        {
            var bytes = batch.Buffer(packet, i);
            if (buffers > 0)
            {
                output.Append($"{batch.BufferName(packet, i)} ({bytes.Length} bytes):\n");
            }

            Write(bytes, options, output);
            if (i < buffers)
            {
                output.Append('\n');
            }
        }
    }

    /// <summary>Writes bytes.</summary>
    public static void Write(ReadOnlySpan<byte> bytes, HexDumpOptions options, Utf8Text output)
    {
        int digits = bytes.Length > 0x1000000 ? 8 : bytes.Length > 0x10000 ? 6 : 4;
        for (int at = 0; at < bytes.Length; at += BytesPerLine)
        {
            var line = bytes.Slice(at, Math.Min(BytesPerLine, bytes.Length - at));
            output.AppendHex((uint)at, digits);
            output.Append("  "u8);
            output.AppendHex(line, (byte)' ');
            if (options.Text)
            {
                output.Append("                                                "u8[..(((BytesPerLine - line.Length) * 3) + 3)]);
                Characters(line, options.Delimited, output);
            }

            output.Append('\n');
        }
    }

    static void Characters(ReadOnlySpan<byte> line, bool delimited, Utf8Text output)
    {
        if (delimited)
        {
            output.Append('|');
        }

        var room = output.Room(BytesPerLine);
        for (int i = 0; i < line.Length; i++)
        {
            room[i] = line[i] is >= 0x20 and < 0x7f ? line[i] : (byte)'.';
        }

        output.Advance(line.Length);
        if (delimited)
        {
            output.Append('|');
        }
    }
}
