using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Wiretale.Lab.Chat;

/// <summary>A message as it arrived.</summary>
/// <param name="Text">The text without its line end.</param>
/// <param name="TooLong">It was longer than allowed, and its text is left out.</param>
/// <param name="Repaired">It was not UTF-8 throughout; what was none is U+FFFD.</param>
public readonly record struct ChatMessage(string Text, bool TooLong = false, bool Repaired = false);

/// <summary>Finds the messages in a byte stream.</summary>
/// <remarks>
/// TCP keeps no boundaries. A peer whose first bytes have a line feed is read by lines; any other one sends each message in one
/// piece without an end, as course programs do, and then each read is taken as a message, which is right as long as nobody hurries.
/// </remarks>
public sealed class MessageReader(int longest)
{
    readonly ArrayBufferWriter<byte> line = new(256);
    bool decided, skipping;

    /// <summary>Whether messages end with a line feed; false until the first bytes came.</summary>
    public bool ByLines { get; private set; }

    /// <summary>Whether bytes have come at all.</summary>
    public bool HasBegun => decided;

    /// <summary>Takes what one read gave, and adds the messages that are complete.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, List<ChatMessage> messages)
    {
        if (!decided && !bytes.IsEmpty)
        {
            decided = true;
            ByLines = bytes.Contains((byte)'\n');
        }

        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            Take(end < 0 ? bytes : bytes[..end]);
            if (end >= 0)
            {
                Finish(messages, evenEmpty: ByLines);
                bytes = bytes[(end + 1)..];
            }
            else if (!ByLines && !EndsInsideCharacter(line.WrittenSpan))
            {
                Finish(messages, evenEmpty: false);
                return;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Gives what stands unfinished when the stream ends.</summary>
    public void End(List<ChatMessage> messages) => Finish(messages, evenEmpty: false);

    void Take(ReadOnlySpan<byte> bytes)
    {
        if (skipping || line.WrittenCount + bytes.Length > longest)
        {
            skipping = true;
            line.ResetWrittenCount();
            return;
        }

        line.Write(bytes);
    }

    void Finish(List<ChatMessage> messages, bool evenEmpty)
    {
        if (skipping)
        {
            messages.Add(new("", TooLong: true));
        }
        else
        {
            var text = line.WrittenSpan.TrimEnd((byte)'\r');
            if (text.Length > 0 || evenEmpty)
            {
                messages.Add(new(PlainText.Decode(text), Repaired: !Utf8.IsValid(text)));
            }
        }

        skipping = false;
        line.ResetWrittenCount();
    }

    /// <summary>Whether the last bytes are the beginning of a character whose rest is still to come.</summary>
    static bool EndsInsideCharacter(ReadOnlySpan<byte> bytes)
    {
        int back = 1;
        while (back <= 3 && back <= bytes.Length)
        {
            var tail = bytes[^back..];
            if ((tail[0] & 0xc0) != 0x80)
            {
                return Rune.DecodeFromUtf8(tail, out _, out _) == OperationStatus.NeedMoreData;
            }

            back++;
        }

        return false;
    }
}
