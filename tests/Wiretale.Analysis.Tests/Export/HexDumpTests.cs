using Wiretale.Analysis.Export;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Tests.Export;

public class HexDumpTests
{
    static readonly byte[] Eighteen = [.. "ABCDEFGHIJKLMNOP"u8, 0x00, 0xff];

    [Fact]
    public void Sixteen_bytes_a_line_with_their_characters() => Assert.Equal(
        "0000  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50   ABCDEFGHIJKLMNOP\n"
        + "0010  00 ff                                             ..\n",
        Dump(new()));

    [Fact]
    public void Characters_can_be_left_out() => Assert.Equal(
        "0000  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50\n0010  00 ff\n", Dump(new(Text: false)));

    [Fact]
    public void Characters_can_be_delimited() => Assert.EndsWith("|..|\n", Dump(new(Delimited: true)), StringComparison.Ordinal);

    static string Dump(HexDumpOptions options)
    {
        var text = new Utf8Text();
        HexDump.Write(Eighteen, options, text);
        return text.ToString();
    }
}
