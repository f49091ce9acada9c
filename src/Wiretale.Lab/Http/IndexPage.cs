using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.FileProviders;

namespace Wiretale.Lab.Http;

/// <summary>A folder as a page of links.</summary>
static class IndexPage
{
    const string Style = "body{font-family:sans-serif;margin:2em}td{padding:.1em 2em .1em 0}td+td{text-align:right;color:#555}";

    public static string For(string path, IEnumerable<IFileInfo> entries)
    {
        string title = WebUtility.HtmlEncode("Index of " + path);
        var page = new StringBuilder($"<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title><style>{Style}</style></head>\n<body><h1>{title}</h1>\n<table>\n");
        if (path.Length > 1)
        {
            page.Append("<tr><td><a href=\"../\">../</a></td></tr>\n");
        }

        foreach (var entry in entries.OrderBy(e => !e.IsDirectory).ThenBy(e => e.Name, StringComparer.OrdinalIgnoreCase))
        {
            string name = entry.Name + (entry.IsDirectory ? "/" : "");
            string link = "./" + Uri.EscapeDataString(entry.Name) + (entry.IsDirectory ? "/" : "");
            string size = entry.IsDirectory ? "" : entry.Length.ToString("N0", CultureInfo.InvariantCulture);
            page.Append(CultureInfo.InvariantCulture, $"<tr><td><a href=\"{link}\">{WebUtility.HtmlEncode(name)}</a></td><td>{size}</td><td>{entry.LastModified.UtcDateTime:yyyy-MM-dd HH:mm}</td></tr>\n");
        }

        return page.Append("</table></body></html>\n").ToString();
    }
}
