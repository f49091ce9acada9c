using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Tests.Export;

/// <summary>A capture in the forms that other programs read.</summary>
static class Exports
{
    public static readonly string[] Forms = ["json", "json-unique", "jsonraw", "ek", "pdml", "psml"];

    /// <summary>The text that a form makes of the first packets of a file, UTF-8.</summary>
    public static byte[] Make(string path, string form, int packets)
    {
        var registry = Catalog.Registry;
        using var reader = CaptureReader.Open(path);
        var demand = new Demand(registry) { AllFields = form is not ("psml" or "pdml"), Tree = form is "pdml", Columns = form is "psml" };
        var cells = new ColumnCells(reader);
        ISink sink = form switch
        {
            "json" => new JsonExport(registry, cells),
            "json-unique" => new JsonExport(registry, cells, uniqueKeys: true),
            "jsonraw" => new JsonExport(registry, cells, JsonParts.Raw),
            "ek" => new ElasticExport(registry, cells),
            "pdml" => new PdmlExport(registry, cells, Path.GetFileName(path), DateTime.UnixEpoch),
            _ => new PsmlExport(cells),
        };
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand), sink, output) { Threads = 1 }.Run(packets);
        return output.ToArray();
    }
}
