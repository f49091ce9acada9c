using System.Diagnostics;
using System.Text;
using Wiretale.Capture;

namespace Wiretale.Cli.Tests;

/// <summary>The built command as a process on a capture of its own: what it prints, where, and its exit status.</summary>
public sealed class CommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wiretale-cli-").FullName;
    readonly string file;

    public CommandTests()
    {
        file = Path.Combine(folder, "two.pcap");
        File.WriteAllBytes(file, Pcap(3));
    }

    [Fact]
    public void A_capture_is_a_line_per_packet()
    {
        var run = Wiretale("-nr", file, "-c2");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(
            "    1   0.000000     10.0.0.1 → 10.0.0.2     UDP 46 50000 → 4660 Len=4\n"
            + "    2   1.000000     10.0.0.1 → 10.0.0.2     UDP 46 50000 → 4660 Len=4\n", run.Output);
    }

    [Fact]
    public void A_bare_file_name_is_read_and_options_may_follow() => Assert.Equal(
        "    1\t  0.000000\t    10.0.0.1\t→\t10.0.0.2    \tUDP\t46\t50000 → 4660 Len=4\n", Wiretale(file, "-n", "-T", "tabs", "-c", "1").Output);

    [Fact]
    public void Standard_input_is_a_capture_too()
    {
        var run = Wiretale(File.ReadAllBytes(file), "-nr", "-", "-T", "fields", "-e", "frame.number", "-e", "ip.src", "-E", "separator=;");
        Assert.Equal("1;10.0.0.1\n2;10.0.0.1\n3;10.0.0.1\n", run.Output);
    }

    [Fact]
    public void Standard_input_is_an_interface_too() =>
        Assert.Equal("1\n2\n", Wiretale(File.ReadAllBytes(file), "-i", "-", "-c", "2", "-T", "fields", "-e", "frame.number").Output);

    [Fact]
    public void Words_after_the_options_are_a_display_filter() =>
        Assert.Equal("2\n", Wiretale("-nr", file, "-T", "fields", "-e", "frame.number", "frame.number", "==", "2").Output);

    [Fact]
    public void Packets_are_written_to_a_capture()
    {
        string copy = Path.Combine(folder, "copy.pcapng");
        var run = Wiretale("-nr", file, "-w", copy, "-Y", "frame.number != 2");
        Assert.Equal((0, "", ""), (run.Status, run.Output, run.Error));
        using var reader = CaptureReader.Open(copy);
        using var batch = new FrameBatch();
        Assert.True(reader.Read(batch));
        Assert.Equal(2, batch.Count);
    }

    [Fact]
    public void Statistics_follow_the_packets_and_count_all_of_them()
    {
        var run = Wiretale("-nr", file, "-Y", "frame.number == 2", "-z", "dhcp,stat", "-z", "dhcp,stat,udp");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.StartsWith("    2   1.000000     10.0.0.1 → 10.0.0.2     UDP 46 50000 → 4660 Len=4\n\n=====", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?s)Filter for statistics: udp\n.*Filter for statistics: \n", run.Output);
        Assert.DoesNotContain("UDP 46", Wiretale("-nr", file, "-q", "-z", "dhcp,stat").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statistic_that_is_not_there_is_refused_with_those_that_are()
    {
        var run = Wiretale("-nr", file, "-z", "dhcp");
        Assert.Equal(1, run.Status);
        Assert.StartsWith("wiretale: Invalid -z argument \"dhcp\"; it must be one of:\n     ", run.Error, StringComparison.Ordinal);
        Assert.Equal((0, ""), (Wiretale("-z", "help").Status, Wiretale("-z", "help").Output));
        run = Wiretale("-nr", file, "-z", "dhcp,stat,foo");
        Assert.Equal(1, run.Status);
        Assert.StartsWith("wiretale: Couldn't register tap: Filter \"foo\" is invalid - ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_short_gives_its_whole_packets_first()
    {
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^3]);
        var run = Wiretale("-nr", file, "-T", "fields", "-e", "frame.number");
        Assert.Equal((2, "1\n2\n"), (run.Status, run.Output));
        Assert.Equal($"wiretale: The file \"{file}\" appears to have been cut short in the middle of a packet.\n", run.Error);
    }

    [Theory]
    [InlineData(2, "The file \"/no-such-file\" doesn't exist.", "-r", "/no-such-file")]
    [InlineData(2, "The path to the file \"/no-such-folder/x.pcap\" doesn't exist.", "-w", "/no-such-folder/x.pcap", "FILE")]
    [InlineData(2, "foo is neither a field nor a protocol name.\n    foo\n    ^~~\n", "-Y", "foo", "FILE")]
    [InlineData(2, "foo is neither a field nor a protocol name.", "-2", "-R", "foo", "FILE")]
    [InlineData(1, "-R without -2 is deprecated. For single-pass filtering use -Y.", "-R", "udp", "FILE")]
    [InlineData(1, "Invalid -z argument \"foo\"", "-z", "foo", "FILE")]
    [InlineData(1, "-N specifies unknown resolving option 'x'", "-N", "x", "FILE")]
    [InlineData(1, "Invalid -o flag \"gui.column.format:\"a\"\"", "-o", "gui.column.format:\"a\"", "FILE")]
    [InlineData(2, "The file \"/no-such-file\" doesn't exist.", "--color-rules", "/no-such-file", "FILE")]
    [InlineData(1, "Invalid or unknown -a flag \"foo\"", "-a", "foo", "FILE")]
    [InlineData(1, "Invalid or unknown -b arg \"foo\"", "-b", "foo", "FILE")]
    [InlineData(1, "Multiple capture files requested, but a capture isn't being done.", "-b", "packets:1", "FILE")]
    [InlineData(1, "The specified snapshot length \"foo\" isn't a decimal number", "-s", "foo", "FILE")]
    [InlineData(1, "--no-duplicate-keys can only be used with", "--no-duplicate-keys", "-T", "ek", "FILE")]
    [InlineData(1, "No such protocol foo, can't disable", "--disable-heuristic", "foo", "FILE")]
    [InlineData(1, "Some fields aren't valid:\n\tbar\n\tfoo.bar", "-T", "fields", "-e", "foo.bar", "-e", "bar", "FILE")]
    [InlineData(1, "unrecognized option: Z", "-Z")]
    [InlineData(1, "-o flag \"foo.bar:1\" specifies unknown preference", "-o", "foo.bar:1", "FILE")]
    [InlineData(1, "The specified packet count is zero", "-c", "0", "FILE")]
    [InlineData(1, "\"-Tfields\" was specified, but no fields were specified with \"-e\".", "-T", "fields", "FILE")]
    [InlineData(1, "Unknown layer type -- foo", "-d", "foo==1,udp", "FILE")]
    [InlineData(1, "Invalid selector number \"x\"", "-d", "udp.port==x,udp", "FILE")]
    [InlineData(1, "Invalid time stamp type \"foo\"; it must be one of:", "-t", "foo", "FILE")]
    [InlineData(1, "Invalid -T parameter \"foo\"; it must be one of:", "-T", "foo", "FILE")]
    public void Mistakes_have_tsharks_words_and_status(int status, string message, params string[] arguments)
    {
        var run = Wiretale([.. arguments.Select(a => a == "FILE" ? file : a)]);
        Assert.Equal((status, ""), (run.Status, run.Output));
        Assert.StartsWith("wiretale: " + message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_read_filter_there_are_no_other_packets()
    {
        var run = Wiretale("-nr", file, "-2", "-R", "frame.number > 1", "-T", "fields", "-e", "frame.number", "-e", "frame.time_relative");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.StartsWith("1\t0.000000000\n2\t", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dns_udp")]
    [InlineData("tls_tcp")]
    [InlineData("quic")]
    public void A_heuristic_has_tsharks_name(string name) => Assert.Equal((0, ""), (Wiretale("-nr", file, "--disable-heuristic", name) is var run ? run.Status : 1, run.Error));

    [Theory]
    [InlineData("fields")]
    [InlineData("protocols")]
    [InlineData("values")]
    [InlineData("decodes")]
    [InlineData("defaultprefs")]
    [InlineData("column-formats")]
    public void Reports_say_something(string report) => Assert.NotEmpty(Wiretale("-G", report).Output);

    [Fact]
    public void Json_and_xml_are_well_formed()
    {
        using var json = System.Text.Json.JsonDocument.Parse(Wiretale("-nr", file, "-T", "json").Output);
        Assert.Equal(3, json.RootElement.GetArrayLength());
        Assert.Equal("10.0.0.1", json.RootElement[0].GetProperty("_source").GetProperty("layers").GetProperty("ip").GetProperty("ip.src").GetString());
        foreach (string line in Wiretale("-nr", file, "-T", "ek").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            System.Text.Json.JsonDocument.Parse(line).Dispose();
        }

        Assert.Equal(3, System.Xml.Linq.XDocument.Parse(Wiretale("-nr", file, "-T", "pdml").Output).Root!.Elements("packet").Count());
        Assert.Equal(3, System.Xml.Linq.XDocument.Parse(Wiretale("-nr", file, "-T", "psml").Output).Root!.Elements("packet").Count());
    }

    [Fact]
    public void A_reader_that_leaves_ends_it_quietly()
    {
        File.WriteAllBytes(file, Pcap(100_000));
        var start = Start("-nr", file);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.StandardOutput.ReadLine();
        process.StandardOutput.Close();
        Assert.True(process.WaitForExit(20_000));
        Assert.Equal("", process.StandardError.ReadToEnd());
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_told_apart_from_one_that_is_not_there()
    {
        const string Nobody = "65534";
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(file, UnixFileMode.None);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var start = Start("-r", file);
        if (Environment.IsPrivilegedProcess)
        {
            // root may read everything: another user tries.
            string program = start.FileName;
            string[] arguments = [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", program, .. start.ArgumentList];
            if (!File.Exists("/usr/bin/setpriv") || Run(Prepared("/usr/bin/setpriv", [.. arguments[..^2], "-v"])).Status != 0)
            {
                Console.WriteLine("skipped: without setpriv, or a build that other users can run, root can only be root");
                return;
            }

            start = Prepared("/usr/bin/setpriv", arguments);
        }

        Assert.Equal((2, "", $"wiretale: You don't have permission to read the file \"{file}\".\n"), Run(start));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static ProcessStartInfo Start(params string[] arguments) => Prepared(Path.Combine(AppContext.BaseDirectory, "wiretale"), arguments);

    static ProcessStartInfo Prepared(string program, string[] arguments) => new(program, arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        StandardOutputEncoding = new UTF8Encoding(false), StandardErrorEncoding = new UTF8Encoding(false),
    };

    static (int Status, string Output, string Error) Wiretale(params string[] arguments) => Wiretale([], arguments);

    static (int Status, string Output, string Error) Wiretale(byte[] input, params string[] arguments) => Run(Start(arguments), input);

    static (int Status, string Output, string Error) Run(ProcessStartInfo start, params byte[] input)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>A pcap file of UDP datagrams, a second apart.</summary>
    static byte[] Pcap(int packets)
    {
        byte[] frame = Convert.FromHexString("00090f09010a00090f090208080045000020123440004011" + "0000" + "0a0000010a000002" + "c3501234000c0000" + "61626364");
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0xa1b2c3d4);
        writer.Write((ushort)2);
        writer.Write((ushort)4);
        writer.Write(0L);
        writer.Write(262144);
        writer.Write(1);
        for (int i = 0; i < packets; i++)
        {
            writer.Write(1_700_000_000 + i);
            writer.Write(0);
            writer.Write(frame.Length);
            writer.Write(frame.Length);
            writer.Write(frame);
        }

        return stream.ToArray();
    }
}
