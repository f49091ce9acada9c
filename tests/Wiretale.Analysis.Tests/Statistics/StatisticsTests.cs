using System.Runtime.CompilerServices;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Statistics;

/// <summary>Every statistic on small captures against its expected text and, where tshark is installed, against tshark's; expected texts are written anew with WIRETALE_REGENERATE=1.</summary>
public class StatisticsTests
{
    public static TheoryData<string, string> Questions => new()
    {
        { "dhcp-options", "dhcp,stat" },
        { "dhcp-forms", "dhcp,stat,dhcp.option.dhcp == 3" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void Statistic_has_its_expected_answer(string capture, string statistic)
    {
        string answer = Answer(capture, statistic);
        string expected = Path.Combine(Folder(), $"{capture.Replace('/', '-')}.{new string([.. statistic.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')])}.txt");
        if (Environment.GetEnvironmentVariable("WIRETALE_REGENERATE") == "1")
        {
            File.WriteAllText(expected, answer);
        }

        Assert.Equal(File.ReadAllText(expected), answer);
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public void Statistic_answers_as_tshark_does(string capture, string statistic)
    {
        if (Tshark.Path is not null)
        {
            Assert.Equal(Tshark.Ask(GoldenCapture.Open(capture).Bytes, statistic), Answer(capture, statistic));
        }
    }

    static string Answer(string capture, string statistic)
    {
        using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open(capture).Bytes), capture);
        var sink = new StatisticsSink([StatisticsCatalog.Make(statistic, new(Catalog.Registry, reader, "-"))]);
        var demand = new Demand(Catalog.Registry);
        sink.AddTo(demand);
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, new() { Strict = true }), sink, output).Run();
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
