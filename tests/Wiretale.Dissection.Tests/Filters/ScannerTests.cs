using Wiretale.Dissection.Filters;

namespace Wiretale.Dissection.Tests.Filters;

public class ScannerTests
{
    [Theory]
    [InlineData("a==b", "Word:a Equal:== Word:b")]
    [InlineData("tcp.port==80-1", "Word:tcp.port Equal:== Word:80-1")]
    [InlineData("a -1", "Word:a Minus:- Word:1")]
    [InlineData("ff:ff:ff", "Word:ff:ff:ff")]
    [InlineData("f:f", "Word:f Value:f")]
    [InlineData("fe80::1/64", "Word:fe80::1/64")]
    [InlineData("::..::1", "Word::: DotDot:.. Word:::1")]
    [InlineData("10.0.0.0/8", "Word:10.0.0.0/8")]
    [InlineData("a/8", "Word:a Slash:/ Word:8")]
    [InlineData("1..5", "Word:1 DotDot:.. Word:5")]
    [InlineData("10.0.0.1..10.0.0.9", "Word:10.0.0.1 DotDot:.. Word:10.0.0.9")]
    [InlineData(".http :ff", "FieldName:http Value:ff")]
    [InlineData("a[0:2]#1", "Word:a Brackets:0:2 Layer:1")]
    [InlineData("a !in {1}", "Word:a Not:! In:in OpenBrace:{ Word:1 CloseBrace:}")]
    [InlineData("\"a\\x41\\101\\\"\"", "String:aAA\"")]
    [InlineData("r\"\\d\\\"\"", "RawString:\\d\\\"")]
    [InlineData("\"\\u00e9\"", "String:\u00c3\u00a9")]
    [InlineData("'\\n'", "Character:\n")]
    [InlineData("${ ip.src }", "Reference:ip.src")]
    public void Scans(string text, string tokens)
    {
        var scanner = new Scanner(text);
        var found = new List<string>();
        for (var token = scanner.Next(); token.Kind != TokenKind.End; token = scanner.Next())
        {
            found.Add($"{token.Kind}:{token.Text}");
        }

        Assert.Equal(tokens, string.Join(' ', found));
    }
}
