using Wiretale.Cli.Terminal;

namespace Wiretale.Cli.Tests.Terminal;

public class LineEditorTests
{
    readonly LineEditor editor = new(hasColours: false, width: 80);

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abc{Left}{Left}X", "aXbc")]
    [InlineData("abc{Home}X{End}Y", "XabcY")]
    [InlineData("abc{^A}X{^E}Y", "XabcY")]
    [InlineData("abc{Backspace}{Backspace}X", "aX")]
    [InlineData("{Backspace}a{Home}{Backspace}", "a")]
    [InlineData("abc{Home}{Delete}{Delete}", "c")]
    [InlineData("one two  {^W}X", "one X")]
    [InlineData("one two{^U}X", "X")]
    [InlineData("one two{Home}{Right}{Right}{Right}{^K}X", "oneX")]
    [InlineData("one two{^Left}X", "one Xtwo")]
    [InlineData("a😀{Left}X", "aX😀")]
    [InlineData("a😀{Backspace}X", "aX")]
    [InlineData("ä€{Left}{Delete}", "ä")]
    [InlineData("{Left}{Right}{Delete}{Escape}x", "x")]
    public void Keys_edit_the_line(string keys, string line) => Assert.Equal(line, Type(keys + "{Enter}"));

    [Fact]
    public void Earlier_lines_come_back()
    {
        Assert.Equal("one", Type("one{Enter}"));
        Assert.Equal("two", Type("two{Enter}"));
        Assert.Equal("two", Type("two{Enter}"));
        Assert.Equal("one", Type("{Up}{Up}{Up}{Enter}"));
        Assert.Equal("", Type("{Up}{Up}{Down}{Down}{Down}{Enter}"));
    }

    [Fact]
    public void The_end_of_the_input_is_Ctrl_D_on_an_empty_line_only()
    {
        Assert.Equal("b", Type("ab{Home}{^D}{Enter}"));
        Assert.True(editor.Press(Key("^D")).IsEnd);
    }

    [Fact]
    public void What_arrives_stands_above_what_is_typed()
    {
        Assert.Equal("\r\e[KName: ", editor.Prompt("Name: "));
        editor.Press(new('s', ConsoleKey.S, shift: false, alt: false, control: false));
        editor.Press(new('a', ConsoleKey.A, shift: false, alt: false, control: false));
        editor.Press(Key("Left"));
        Assert.Equal("\r\e[Komid: hi\n\r\e[KName: sa\e[1D", editor.Above("omid: hi\n"));
        Assert.Equal(("\r\e[KName: sa\n", "sa", false), editor.Press(Key("Enter")));
        Assert.Equal("omid: hi\n", editor.Above("omid: hi\n"));
    }

    [Fact]
    public void A_line_longer_than_the_terminal_moves_with_the_cursor()
    {
        editor.Width = 20;
        editor.Prompt("> ");
        foreach (char c in "abcdefghijklmnopqrstuvwxy")
        {
            editor.Press(new(c, ConsoleKey.None, shift: false, alt: false, control: false));
        }

        Assert.Equal("\r\e[K> jklmnopqrstuvwxyz", editor.Press(new('z', ConsoleKey.None, shift: false, alt: false, control: false)).Echo);
        Assert.Equal("\r\e[K> abcdefghijklmnopq\e[17D", editor.Press(Key("Home")).Echo);
    }

    /// <summary>Types characters and {keys}; gives the line that the last of them finishes.</summary>
    string? Type(string keys)
    {
        editor.Prompt("");
        string? line = null;
        for (int at = 0; at < keys.Length; at++)
        {
            if (keys[at] != '{')
            {
                line = editor.Press(new(keys[at], ConsoleKey.None, shift: false, alt: false, control: false)).Line;
                continue;
            }

            int end = keys.IndexOf('}', at);
            line = editor.Press(Key(keys[(at + 1)..end])).Line;
            at = end;
        }

        return line;
    }

    static ConsoleKeyInfo Key(string name)
    {
        bool control = name.StartsWith('^');
        name = name.TrimStart('^');
        var key = Enum.Parse<ConsoleKey>(name is "Left" or "Right" or "Up" or "Down" ? name + "Arrow" : name);
        return new(name.Length == 1 ? (char)(name[0] & 31) : '\0', key, shift: false, alt: false, control);
    }
}
