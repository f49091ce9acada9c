using System.Text.Unicode;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Lab;

/// <summary>What tells the lab's messages, which are plain text without a header, from others on the same ports.</summary>
static class LabText
{
    /// <summary>The longest message that the lab's programs send (docs/lab.md).</summary>
    public const int LongestMessage = CommunicatorFormat.LongestMessageBytes;

    /// <summary>Bytes of a message that the Info column shows.</summary>
    public const int Beginning = 60;

    /// <summary>Whether the bytes are UTF-8 without control characters other than white space, and do not begin as another protocol's do.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > LongestMessage || !Utf8.IsValid(bytes))
        {
            return false;
        }

        foreach (byte b in bytes)
        {
            if (b is 0x7f or < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                return false;
            }
        }

        // Header lines that end as those of HTTP, SIP, RTSP, FTP and mail do: none of the lab's programs sends them.
        return bytes.IndexOf("\r\n"u8) < 0 && !bytes.StartsWith("YMSG"u8) && !bytes.StartsWith("SSH-"u8) && !bytes.StartsWith("HTTP/"u8)
            && !bytes.StartsWith("<?xml"u8) && bytes.IndexOf(" HTTP/1."u8) < 0;
    }

    /// <summary>The beginning of a text, not cut inside a character.</summary>
    public static ReadOnlySpan<byte> Start(ReadOnlySpan<byte> text)
    {
        if (text.Length <= Beginning)
        {
            return text;
        }

        int end = Beginning;
        while (end > 0 && (text[end] & 0xc0) == 0x80)
        {
            end--;
        }

        return text[..end];
    }
}
