using System.Text.Json;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Export;

/// <summary>Scripts find in our JSON, under the same names, what they find in tshark's.</summary>
public class JsonKeyTests
{
    const int Spacing = 40, Packets = 60, LargestFile = 1 << 20;

    static readonly string[] HeaderProtocols = ["frame", "eth", "ip", "ipv6", "tcp", "udp", "icmp", "arp"];

    [Fact]
    public void Header_protocols_have_tsharks_keys()
    {
        if (Tshark.Path is null || Corpus.Folder is null)
        {
            Console.WriteLine($"skipped: {(Tshark.Path is null ? "tshark is" : "the captures of public projects (../shared/captures) are")} not here");
            return;
        }

        int compared = 0;
        List<string> differences = [];
        foreach (string file in Corpus.Every(Spacing).Where(f => new FileInfo(f).Length < LargestFile))
        {
            byte[] answer = Tshark.Print("-n", "-r", file, "-c", $"{Packets}", "-T", "json");
            if (answer.Length == 0)
            {
                continue;
            }

            var theirs = Keys(answer);
            var ours = Keys(Exports.Make(file, "json", Packets));
            Assert.Equal(theirs.Count, ours.Count);
            for (int i = 0; i < theirs.Count; i++)
            {
                // Where one program knows a protocol that the other does not, TCP speaks of other messages and IP of another payload.
                if (theirs[i].Protocols == ours[i].Protocols)
                {
                    compared++;
                    if (theirs[i].Keys != ours[i].Keys)
                    {
                        differences.Add($"{Path.GetFileName(file)}, packet {i + 1}\n  tshark   {theirs[i].Keys}\n  wiretale {ours[i].Keys}");
                    }
                }
            }
        }

        Assert.True(compared > 400, $"only {compared} packets were compared");
        Assert.True(differences.Count * 100 <= compared, $"{differences.Count} of {compared} packets differ:\n" + string.Join("\n", differences));
    }

    /// <summary>By packet, its protocols, and all keys of the header protocols, each protocol on a line.</summary>
    static List<(string? Protocols, string Keys)> Keys(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        List<(string? Protocols, string Keys)> packets = [];
        foreach (var packet in document.RootElement.EnumerateArray())
        {
            List<string> lines = [];
            foreach (var layer in packet.GetProperty("_source").GetProperty("layers").EnumerateObject().Where(l => HeaderProtocols.Contains(l.Name, StringComparer.Ordinal)))
            {
                var keys = new SortedSet<string>(StringComparer.Ordinal);
                Collect(layer.Value, keys);
                lines.Add($"{layer.Name}: {string.Join(' ', keys)}");
            }

            var frame = packet.GetProperty("_source").GetProperty("layers").GetProperty("frame");
            packets.Add((frame.TryGetProperty("frame.protocols", out var protocols) ? protocols.GetString() : null, string.Join('\n', lines)));
        }

        return packets;
    }

    static void Collect(JsonElement element, SortedSet<string> keys)
    {
        foreach (var property in element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : default)
        {
            keys.Add(property.Name);
            Collect(property.Value, keys);
        }
    }
}
