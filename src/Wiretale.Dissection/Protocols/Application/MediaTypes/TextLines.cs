using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

/// <summary>Text, line by line.</summary>
public sealed class TextLines() : MediaDissector("data-text-lines")
{
    /// <summary>An XML declaration with a version alone is as long.</summary>
    const int ShortestXml = 39;

    static readonly Protocol P = new("Line-based text data", "Line-based text data", "data-text-lines");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override MediaNeed Need => MediaNeed.Beginning;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.Claim(claims,
        "text/plain", "text/html", "text/css", "text/javascript", "text/richtext", "text/enriched", "text/vnd.sun.j2me.app-descriptor",
        "application/x-javascript", "application/x-ns-proxy-autoconfig");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var context = p.Engine.State<MediaContext>();
        if (!context.IsInside)
        {
            if (v.Reported >= ShortestXml && v.Bytes.StartsWith("<?xml"u8))
            {
                // Many servers call XML text/html.
                return p.Call(Catalog.Xml, v, parent);
            }

            p.Info.Append(" ("u8);
            p.Info.Append(context.Type.Bytes);
            p.Info.Append(")"u8);
        }

        Tree(p, v, parent, context.Type.Bytes);
        return Math.Max(1, v.Reported);
    }

    /// <summary>Shows what another protocol's body dissector found to be text; the columns are its own.</summary>
    internal static void Show(Packet p, in View v, Node parent)
    {
        var context = p.Engine.State<MediaContext>();
        context.IsInside = true;
        p.Call(Catalog.TextLines, v, parent);
        context.IsInside = false;
    }

    static void Tree(Packet p, in View v, Node parent, ReadOnlySpan<byte> type)
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
            p.AddText(tree, v, at, next - at, $"{HttpText.Line(p, bytes[at..next])}");
            lines++;
            at = next;
        }

        p.Label(tree, $"Line-based text data{(type.Length > 0 ? ": " : "")}{type} ({lines} lines)");
    }
}
