using System.Text.Json;
using System.Text.Unicode;
using System.Xml;
using Wiretale.Capture;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Export;

/// <summary>What is printed for other programs can be read by them, whatever the capture says.</summary>
public class WellFormedTests
{
    const int Captures = 200, PacketsOfEach = 150;

    static readonly string[] Files = Spread();

    [Theory]
    [InlineData("json")]
    [InlineData("json-unique")]
    [InlineData("jsonraw")]
    [InlineData("ek")]
    [InlineData("pdml")]
    [InlineData("psml")]
    public void Every_capture_makes_a_document_that_parses(string form)
    {
        if (Files.Length == 0)
        {
            Console.WriteLine("skipped: the captures of public projects (../shared/captures) are not here");
            return;
        }

        Assert.True(Files.Length >= Captures, $"only {Files.Length} captures");
        var faults = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.ForEach(Files, new ParallelOptions { MaxDegreeOfParallelism = 2 }, file =>
        {
            byte[] text;
            try
            {
                text = Exports.Make(file, form, PacketsOfEach);
            }
            catch (CaptureException)
            {
                // A file that is no capture has no packets to print.
                return;
            }

            if (Fault(text, form) is { } fault)
            {
                faults.Add($"{Path.GetFileName(file)}: {fault}");
            }
        });
        Assert.True(faults.IsEmpty, string.Join("\n", faults));
    }

    [Fact]
    public void A_fault_would_be_seen()
    {
        Assert.NotNull(Fault("[{]"u8.ToArray(), "json"));
        Assert.NotNull(Fault("""[{"a": 1, "a": 2}]"""u8.ToArray(), "json-unique"));
        Assert.NotNull(Fault([(byte)'"', 0xC3, (byte)'"'], "json"));
        Assert.NotNull(Fault("{}\n{\n"u8.ToArray(), "ek"));
        Assert.NotNull(Fault("<a b=\"\u0001\"/>"u8.ToArray(), "pdml"));
    }

    static string? Fault(byte[] text, string form)
    {
        if (!Utf8.IsValid(text))
        {
            return "bytes that are no UTF-8";
        }

        try
        {
            if (form is "pdml" or "psml")
            {
                using var reader = XmlReader.Create(new MemoryStream(text));
                while (reader.Read())
                {
                }
            }
            else if (form == "ek")
            {
                for (var rest = text.AsMemory(); !rest.IsEmpty;)
                {
                    var line = rest[..rest.Span.IndexOf((byte)'\n')];
                    JsonDocument.Parse(line, Depth(form)).Dispose();
                    rest = rest[(line.Length + 1)..];
                }
            }
            else
            {
                JsonDocument.Parse(text, Depth(form)).Dispose();
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or XmlException)
        {
            return e.Message;
        }
    }

    static JsonDocumentOptions Depth(string form) => new() { MaxDepth = 1000, AllowDuplicateProperties = form != "json-unique" };

    static string[] Spread()
    {
        var all = Corpus.Every(1).ToArray();
        return [.. all.Where((_, i) => all.Length <= Captures || i % (all.Length / Captures) == 0)];
    }
}
