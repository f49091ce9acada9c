using Wiretale.Analysis.Filters;
using Wiretale.Dissection;
using Wiretale.Dissection.Filters;

namespace Wiretale.Analysis.Tests.Filters;

public class FilterBookTests
{
    static FilterBook Book(params (string Name, string Text)[] filters)
    {
        var book = new FilterBook();
        foreach (var (name, text) in filters)
        {
            book.Set(new(name, "", text));
        }

        return book;
    }

    [Fact]
    public void A_book_is_read_as_it_was_written()
    {
        var book = Book(("dns", "udp.port == 53"), ("between", "ip.addr == $1 and ip.addr == $2"));
        book.Set(new("dns", "names: questions", "udp.port == 53\n or tcp.port == 53"));
        var read = FilterBook.Parse(book.ToString());
        Assert.Equal(book.Filters, read.Filters);
        Assert.Equal("udp.port == 53 or tcp.port == 53", read.Find("dns")!.Text);
        Assert.Equal("names: questions", read.Find("dns")!.Description);
    }

    [Theory]
    [InlineData("    udp\n", "line 1: a filter's text without a name before it")]
    [InlineData("# a\n\ntwo words: x\n    udp\n", "line 3: \"two words\" is no name for a filter")]
    public void A_line_that_fits_nowhere_is_named(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => FilterBook.Parse(text)).Message);

    [Theory]
    [InlineData("@dns", "udp.port == 53")]
    [InlineData("ip and ${dns}", "ip and udp.port == 53")]
    [InlineData("${between:10.0.0.1;10.0.0.2} or ip", "ip.addr == 10.0.0.1 and ip.addr == 10.0.0.2 or ip")]
    [InlineData("${ip.src} == 1.1.1.1", "${ip.src} == 1.1.1.1")]
    [InlineData("frame contains \"${dns}\"", "frame contains \"${dns}\"")]
    public void Macros_are_replaced(string text, string expanded)
    {
        var book = Book(("dns", "udp.port == 53"), ("between", "ip.addr == $1 and ip.addr == $2"));
        Assert.Equal(expanded, new MacroExpander(book, Catalog.Registry).Expand(text));
    }

    [Theory]
    [InlineData("@nosuch", "There is no saved filter \"nosuch\".\n    @nosuch\n    ^~~~~~~")]
    [InlineData("ip and ${between:1.1.1.1}", "The saved filter \"between\" needs argument 2.\n    ip and ${between:1.1.1.1}\n           ^~~~~~~~~~~~~~~~~~")]
    public void What_cannot_be_replaced_is_refused(string text, string message)
    {
        var book = Book(("between", "ip.addr == $1 and ip.addr == $2"));
        Assert.Equal(message, Assert.Throws<FilterException>(() => new MacroExpander(book, Catalog.Registry).Expand(text)).ToString());
    }

    [Fact]
    public void A_circle_of_macros_ends()
    {
        var book = Book(("a", "${b} and ${b}"), ("b", "${a} or ${a}"));
        Assert.Throws<FilterException>(() => new MacroExpander(book, Catalog.Registry).Expand("@a"));
    }

    [Fact]
    public void Wiresharks_files_are_read_and_written()
    {
        var filters = WiresharkFilterFiles.Read("\"Web traffic\" tcp.port == 80\n\"TRUE\",\"DNS\",\"udp contains \\x22a\\x22\",\"names\"\n\"two\",\"ip.src == $1\"\n# no\n").ToArray();
        Assert.Equal([new("Web-traffic", "Web traffic", "tcp.port == 80"), new("DNS", "names", "udp contains \"a\""), new("two", "two", "ip.src == $1")], filters);
        Assert.Equal("\"DNS\" udp contains \"a\"\n", WiresharkFilterFiles.ToFilters([filters[1]]));
        Assert.Equal("\"TRUE\",\"DNS\",\"udp contains \\x22a\\x22\",\"names\"\n", WiresharkFilterFiles.ToButtons([filters[1]]));
        Assert.Equal("\"two\",\"ip.src == $1\"\n", WiresharkFilterFiles.ToMacros([filters[2]]));
    }
}
