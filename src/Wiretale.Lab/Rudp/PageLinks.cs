using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Text;

namespace Wiretale.Lab.Rudp;

/// <summary>Which links a web page shows.</summary>
/// <remarks>
/// Read as tokens and not as a document: to put a page into a tree as browsers do (HTML section 13.2.6) takes time and memory that grow with the
/// square of its length and beyond, if the page means harm.
/// </remarks>
public static class PageLinks
{
    /// <summary>The texts of a page's links, in their order, blanks as a browser shows them.</summary>
    public static string[] TextsOf(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        var texts = new List<string>();
        StringBuilder? text = null;
        bool isShown = true;
        using var source = new TextSource(html);
        using var page = new HtmlTokenizer(source, HtmlEntityProvider.Resolver);
        for (var token = page.Get(); token.Type != HtmlTokenType.EndOfFile; token = page.Get())
        {
            switch (token.Type)
            {
                case HtmlTokenType.StartTag:
                    page.State = ContentOf(token.Name);
                    isShown = page.State is HtmlParseMode.PCData or HtmlParseMode.Plaintext;
                    if (token.Name == "a")
                    {
                        // Links do not nest: one begins, the other ends.
                        Finish(texts, text);
                        text = new();
                    }

                    break;
                case HtmlTokenType.EndTag:
                    isShown = true;
                    if (token.Name == "a")
                    {
                        Finish(texts, text);
                        text = null;
                    }

                    break;
                case HtmlTokenType.Character when isShown:
                    text?.Append(token.Data);
                    break;
                default:
                    break;
            }
        }

        Finish(texts, text);
        return [.. texts];
    }

    /// <summary>What stands in an element: where it is no markup, an opening bracket is one more letter (HTML section 13.2.6.2).</summary>
    static HtmlParseMode ContentOf(string element) => element switch
    {
        "title" or "textarea" => HtmlParseMode.RCData,
        "style" or "xmp" or "iframe" or "noembed" or "noframes" => HtmlParseMode.Rawtext,
        "script" => HtmlParseMode.Script,
        "plaintext" => HtmlParseMode.Plaintext,
        _ => HtmlParseMode.PCData,
    };

    static void Finish(List<string> texts, StringBuilder? text)
    {
        if (text is not null && string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } shown)
        {
            texts.Add(shown);
        }
    }
}
