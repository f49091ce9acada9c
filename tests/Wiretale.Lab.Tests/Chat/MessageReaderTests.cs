using System.Text;
using Wiretale.Lab.Chat;

namespace Wiretale.Lab.Tests.Chat;

public class MessageReaderTests
{
    [Fact]
    public void Lines_are_messages_however_they_are_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("sara\nhi\r\nünï 😀\n\nlast\n");
        for (int first = 5; first < bytes.Length; first++)
        {
            for (int size = 1; size < 6; size++)
            {
                var reader = new MessageReader(100);
                var messages = new List<ChatMessage>();
                reader.Feed(bytes.AsSpan(0, first), messages);
                foreach (byte[] piece in bytes.Skip(first).Chunk(size))
                {
                    reader.Feed(piece, messages);
                }

                Assert.True(reader.ByLines);
                Assert.Equal(["sara", "hi", "ünï 😀", "", "last"], messages.Select(m => m.Text));
            }
        }
    }

    [Fact]
    public void Without_a_line_feed_in_the_first_bytes_each_read_is_a_message() =>
        Assert.Equal(["sara", "hello", "two", "lines"], Read("sara"u8.ToArray(), "hello"u8.ToArray(), "two\nlines\n"u8.ToArray()).Select(m => m.Text));

    [Fact]
    public void A_character_cut_by_a_read_is_made_whole() =>
        Assert.Equal(["sara", "grün"], Read("sara"u8.ToArray(), [(byte)'g', (byte)'r', 0xc3], [0xbc, (byte)'n']).Select(m => m.Text));

    [Fact]
    public void A_line_too_long_is_left_out_and_the_next_one_is_read()
    {
        var messages = Read("a\n"u8.ToArray(), Encoding.ASCII.GetBytes(new string('x', 90)), Encoding.ASCII.GetBytes(new string('x', 90)), "x\nb\n"u8.ToArray());
        Assert.Equal([new("a"), new("", TooLong: true), new("b")], messages);
    }

    [Fact]
    public void The_longest_line_is_read_and_one_byte_more_is_too_long()
    {
        Assert.False(Read([.. Enumerable.Repeat((byte)'x', 100), (byte)'\n'])[0].TooLong);
        Assert.True(Read([.. Enumerable.Repeat((byte)'x', 101), (byte)'\n'])[0].TooLong);
    }

    [Theory]
    [InlineData("ff", "\ufffd")]
    [InlineData("c0af", "\ufffd\ufffd")]
    [InlineData("eda080", "\ufffd\ufffd\ufffd")]
    public void What_is_not_UTF8_is_replaced(string hex, string text) =>
        Assert.Equal([new("a"), new(text, Repaired: true)], Read([(byte)'a', (byte)'\n', .. Convert.FromHexString(hex), (byte)'\n']));

    [Fact]
    public void What_stands_unfinished_at_the_end_is_a_message() => Assert.Equal(["a", "b"], Read("a\nb"u8.ToArray()).Select(m => m.Text));

    static List<ChatMessage> Read(params byte[][] reads)
    {
        var reader = new MessageReader(100);
        var messages = new List<ChatMessage>();
        foreach (byte[] read in reads)
        {
            reader.Feed(read, messages);
        }

        reader.End(messages);
        return messages;
    }
}
