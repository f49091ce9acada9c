using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Cli.Options;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Commands;

/// <summary>The packets that the read filter chooses (<c>-2 -R</c>), in a file of their own; for what follows there are no others, and they are numbered anew. Without a filter, all: two passes over a pipe need that.</summary>
sealed class ReadFilterPass : IDisposable
{
    ReadFilterPass(string path) => Path = path;

    /// <summary>The file, of the input's format; gone when this is disposed.</summary>
    public string Path { get; }

    /// <summary>Reads the input once.</summary>
    public static ReadFilterPass Run(ReadOptions options, EngineSettings settings, Registry registry)
    {
        var filter = FilterOption.Compile(options.ReadFilter, registry);
        using var reader = CaptureReader.Open(options.Input!);
        var demand = new Demand(registry);
        filter?.AddTo(demand);
        var pass = new ReadFilterPass(System.IO.Path.GetTempFileName());
        try
        {
            var format = reader.Format.Kind switch
            {
                CaptureKind.PcapNg => CaptureFormat.PcapNg,
                CaptureKind.NanosecondPcap => CaptureFormat.NanosecondPcap,
                _ => CaptureFormat.Pcap,
            };
            using var copy = CaptureWriter.Create(pass.Path, format);
            new CaptureRun(reader, new DissectionEngine(demand, settings), sink: null, Stream.Null) { Filter = filter is null ? null : filter.Matches, Copy = copy }.Run();
            return pass;
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => File.Delete(Path);
}
