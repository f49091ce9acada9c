using System.Globalization;
using System.Runtime.CompilerServices;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Tests;

/// <summary>A capture of the folder Golden and what it should look like.</summary>
sealed class GoldenCapture
{
    readonly string path;

    GoldenCapture(string path)
    {
        this.path = path;
        Bytes = Path.GetExtension(path) == ".hex" ? FromHex(File.ReadAllLines(path)) : File.ReadAllBytes(path);
    }

    /// <summary>Names of all captures, without their endings.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder(), "*", SearchOption.AllDirectories)
        .Where(IsCapture).Select(f => Path.ChangeExtension(Path.GetRelativePath(Folder(), f), null)).Order(StringComparer.Ordinal);

    /// <summary>The capture as a file's bytes.</summary>
    public byte[] Bytes { get; }

    /// <summary>Preferences as <c>-o</c> takes them.</summary>
    public string[] Preferences => File.Exists(Beside(".preferences")) ? [.. File.ReadAllLines(Beside(".preferences")).Where(l => l.Length > 0)] : [];

    public static GoldenCapture Open(string name) =>
        new(new[] { ".hex", ".pcap", ".pcapng" }.Select(e => Path.Combine(Folder(), name + e)).First(File.Exists));

    /// <summary>Path of a file of the same name with another ending.</summary>
    public string Beside(string ending) => Path.ChangeExtension(path, null) + ending;

    /// <summary>Its frames from Ethernet interfaces, to build other captures from.</summary>
    public List<byte[]> EthernetFrames()
    {
        using var reader = CaptureReader.Open(new MemoryStream(Bytes), path);
        using var batch = new FrameBatch();
        var frames = new List<byte[]>();
        while (reader.Read(batch))
        {
            foreach (ref readonly var frame in batch.Frames)
            {
                if (frame.LinkType == LinkType.Ethernet)
                {
                    frames.Add(frame.Data.ToArray());
                }
            }

            batch.Reset();
        }

        return frames;
    }

    /// <summary>The packet list as this program prints it.</summary>
    public string List()
    {
        using var reader = CaptureReader.Open(new MemoryStream(Bytes), path);
        var list = new PacketList(reader);
        return Run(reader, new Demand(Catalog.Registry) { Columns = true }, list.Write);
    }

    /// <summary>The details as this program prints them.</summary>
    public string Tree()
    {
        using var reader = CaptureReader.Open(new MemoryStream(Bytes), path);
        var text = new PacketText(null, new DetailsTree(), null);
        return Run(reader, new Demand(Catalog.Registry) { Tree = true }, text.Write);
    }

    string Run(CaptureReader reader, Demand demand, Action<DissectedBatch, Utf8Text> write)
    {
        var settings = new EngineSettings { Strict = true };
        foreach (string line in Preferences)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            var preference = Catalog.Registry.FindPreference(line[..colon]) ?? throw new InvalidDataException(line);
            Assert.True(preference.TryParse(line[(colon + 1)..], out uint value), line);
            settings.Preferences[preference] = value;
        }

        var output = new Utf8Text();
        TestCapture.Run(reader, demand, batch => write(batch, output), settings);
        return output.ToString();
    }

    static bool IsCapture(string file) => Path.GetExtension(file) is ".hex" or ".pcap" or ".pcapng";

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");

    static byte[] FromHex(string[] lines)
    {
        TestCapture? capture = null;
        int link = 1, length = 0;
        double? time = null;
        var digits = new System.Text.StringBuilder();
        foreach (string line in lines.Append(""))
        {
            string text = line.Split('#')[0].Trim();
            if (text.StartsWith("link ", StringComparison.Ordinal))
            {
                link = int.Parse(text[5..], CultureInfo.InvariantCulture);
            }
            else if (text.StartsWith("time ", StringComparison.Ordinal))
            {
                time = double.Parse(text[5..], CultureInfo.InvariantCulture);
            }
            else if (text.StartsWith("length ", StringComparison.Ordinal))
            {
                length = int.Parse(text[7..], CultureInfo.InvariantCulture);
            }
            else if (text.Length > 0)
            {
                digits.Append(text.Replace(" ", "", StringComparison.Ordinal));
            }
            else if (digits.Length > 0 && line.Trim().Length == 0)
            {
                capture ??= new(link);
                capture.Add(Convert.FromHexString(digits.ToString()), length, time);
                digits.Clear();
                (length, time) = (0, null);
            }
        }

        return capture?.File ?? throw new InvalidDataException("no frames");
    }
}
