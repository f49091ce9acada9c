using System.Text;
using Wiretale.Analysis.Filters;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Filters;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale filter</c>: saved filters, and a filter in words.</summary>
static class FilterCommand
{
    const string Usage =
        """
        Usage: wiretale filter explain EXPR              what a filter selects, in words
               wiretale filter list                      the saved filters
               wiretale filter save NAME EXPR [TEXT]     saves one, with a description
               wiretale filter show NAME                 prints one
               wiretale filter remove NAME               removes one
               wiretale filter import FILE               adds those of Wireshark's dfilters, dfilter_buttons or dfilter_macros
               wiretale filter export dfilters|buttons|macros   prints them in Wireshark's form

        Saved filters stand in one file that you may edit (wiretale filter list names it).
        Use them as -Y @NAME, or in a filter as ${NAME} or ${NAME:FIRST;SECOND}, where $1 and $2 stand in the saved text.

        """;

    /// <summary>Runs it; status 2 for a filter that cannot be used, as tshark's.</summary>
    public static int Run(string[] arguments)
    {
        string path = FilterBook.DefaultPath;
        try
        {
            return Run(arguments, path, FilterBook.Load(path));
        }
        catch (FormatException e)
        {
            throw new ExitException(2, $"{path}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(2, e.Message);
        }
    }

    static int Run(string[] arguments, string path, FilterBook book)
    {
        switch (arguments)
        {
            case ["explain", .. { Length: > 0 } words]:
                Print(FilterExplainer.Explain(FilterOption.Compile(string.Join(' ', words), Catalog.Registry)!));
                return 0;
            case ["list"]:
                Print($"# {path}\n" + string.Concat(book.Filters.Select(f => $"{f.Name,-20} {f.Text}{(f.Description.Length > 0 ? "  # " + f.Description : "")}\n")));
                return 0;
            case ["save", var name, var text, .. var description]:
                Check(text);
                book.Set(new(name, string.Join(' ', description), text));
                book.Save(path);
                return 0;
            case ["show", var name]:
                Print((book.Find(name) ?? throw new ExitException(2, $"there is no saved filter \"{name}\"")).Text + "\n");
                return 0;
            case ["remove", var name]:
                if (!book.Remove(name))
                {
                    throw new ExitException(2, $"there is no saved filter \"{name}\"");
                }

                book.Save(path);
                return 0;
            case ["import", var file]:
                int count = 0;
                foreach (var filter in WiresharkFilterFiles.Read(File.ReadAllText(file)))
                {
                    book.Set(filter);
                    count++;
                }

                book.Save(path);
                Print($"{count} filters imported\n");
                return 0;
            case ["export", "dfilters"]:
                Print(WiresharkFilterFiles.ToFilters(book.Filters));
                return 0;
            case ["export", "buttons"]:
                Print(WiresharkFilterFiles.ToButtons(book.Filters));
                return 0;
            case ["export", "macros"]:
                Print(WiresharkFilterFiles.ToMacros(book.Filters));
                return 0;
            case ["help"] or ["--help"] or ["-h"]:
                Print(Usage);
                return 0;
            default:
                StandardStreams.WriteError(Usage);
                return 1;
        }
    }

    /// <summary>A text with arguments is known to be right only when it is used.</summary>
    static void Check(string text)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            FilterOption.Compile(text, Catalog.Registry);
        }
    }

    static void Print(string text) => StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));
}
