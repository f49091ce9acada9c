using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Wiretale.Bench;

/// <summary>Runs the cases and writes the report.</summary>
sealed class Comparison(Samples samples, Contender[] programs, int runs)
{
    public string Run(IReadOnlyList<Case> cases, bool big)
    {
        string whole = samples.Whole();
        var rows = cases.Select(@case => Report.Row(@case, Measure(@case))).ToList();

        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"{Machine()}; {Version("tshark", "-v")}, {Version("tcpdump", "--version")}.\n");
        report.Append(CultureInfo.InvariantCulture, $"Capture: {Packets(whole):N0} packets, {new FileInfo(whole).Length / 1e6:N0} MB; `-T json` and `-V` read its first 100,000 packets.\n");
        report.Append(CultureInfo.InvariantCulture, $"Wall time, median of {runs} in one run ('once': a single run of more than 20 seconds); peak resident memory.\n\n");
        report.Append(Report.Table(rows));
        if (big)
        {
            report.Append('\n').Append(Growth(whole));
        }

        return report.ToString();
    }

    Dictionary<Contender, Runs> Measure(Case @case)
    {
        string file = samples.File(@case.Reads);
        var measured = programs.Where(p => p != Contender.Tcpdump || @case.Tcpdump is not null).ToDictionary(p => p, _ => new Runs());

        // Round by round, so that a slow minute of the machine hits every program alike.
        for (int round = 0; round < runs; round++)
        {
            foreach ((Contender program, Runs of) in measured)
            {
                if (!of.Enough)
                {
                    WarmUp(file);
                    string[] command = @case.Command(program, file);
                    of.Add(@case.FirstOutput ? Tools.MeasureFirstOutput(command) : Tools.Measure(command));
                }
            }
        }

        Console.Error.WriteLine($"measured {@case.Name}");
        return measured;
    }

    /// <summary>Whether memory stays flat: the same list from a file ten times as large, each once.</summary>
    string Growth(string whole)
    {
        string large = samples.TenTimes();
        Case list = Case.All[0];
        var text = new StringBuilder("| memory of the list, MB | capture | ten times the capture |\n| --- | ---: | ---: |\n");
        foreach (Contender program in programs)
        {
            Run small = Tools.Measure(list.Command(program, whole)), big = Tools.Measure(list.Command(program, large));
            text.Append(CultureInfo.InvariantCulture, $"| {program.ToString().ToLowerInvariant()} | {Memory(small)} | {Memory(big)} |\n");
        }

        return text.ToString();

        static string Memory(Run run) => run.Exit == 0 ? (run.Peak / 1e6).ToString("0", CultureInfo.InvariantCulture) : $"exit {run.Exit}";
    }

    // Who reads a file first pays for the disk; before every run, since a virtual machine's host may take cached files back within seconds.
    static void WarmUp(string file)
    {
        using FileStream stream = File.OpenRead(file);
        stream.CopyTo(Stream.Null, 1 << 20);
    }

    static long Packets(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        stream.Position = 24;
        Span<byte> record = stackalloc byte[16];
        long count = 0;
        while (stream.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) == record.Length)
        {
            stream.Position += System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(record[8..]);
            count++;
        }

        return count;
    }

    static string Machine()
    {
        string processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "unknown processor";
        return $"{Environment.ProcessorCount} cores of {processor}, .NET {Environment.Version}";
    }

    // "TShark (Wireshark) 4.0.17 (Git ..." and "tcpdump version 4.99.3" both hold one word that begins with a digit.
    static string Version(string program, string option) =>
        $"{program} {Tools.FirstLine(program, option).Split(' ').FirstOrDefault(w => w.Length > 0 && char.IsAsciiDigit(w[0]))?.TrimEnd('.')}";
}
