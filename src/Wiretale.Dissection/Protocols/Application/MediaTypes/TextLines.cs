using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

/// <summary>Text, line by line.</summary>
public sealed class TextLines() : MediaDissector(P)
{
    /// <summary>An XML declaration with a version alone is as long.</summary>
    const int ShortestXml = 39;

    static readonly Protocol P = new("Line-based text data", "Line-based text data", "data-text-lines");

    /// <inheritdoc />
    public override MediaNeed Need => MediaNeed.Beginning;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims,
        "text/plain", "text/html", "text/css", "text/javascript", "text/richtext", "text/enriched", "text/vnd.sun.j2me.app-descriptor",
        "application/x-javascript", "application/x-ns-proxy-autoconfig");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Reported >= ShortestXml && v.Bytes.StartsWith("<?xml"u8))
        {
            // Many servers call XML text/html.
            return p.Call(Catalog.Xml, v, parent);
        }

        var type = p.Engine.State<MediaContext>().Type;
        p.Info.Append(" ("u8);
        p.Info.Append(type.Bytes);
        p.Info.Append(")"u8);
        Show(p, v, parent);
        return Math.Max(1, v.Reported);
    }

    /// <summary>The tree alone.</summary>
    internal static void Show(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        if (!p.WantsTree)
        {
            return;
        }

        var bytes = v.Bytes;
        int at = 0, lines = 0;
        while (at < bytes.Length)
        {
            HttpText.LineEnd(bytes, at, out int next, more: false);
            p.AddText(tree, v, at, next - at, $"{HttpText.Formatted(p, bytes[at..next])}");
            lines++;
            at = next;
        }

        var type = p.Engine.State<MediaContext>().Type;
        p.Label(tree, $"Line-based text data{(type.Length > 0 ? ": " : "")}{type.Bytes} ({lines} lines)");
    }
}
