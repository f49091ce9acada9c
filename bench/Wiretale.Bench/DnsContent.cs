using System.Globalization;
using System.Text;

namespace Wiretale.Bench;

/// <summary>A zone, and the questions that are asked of it.</summary>
static class DnsContent
{
    public const string Zone = "bench.test.zone", Queries = "queries";

    const int Names = 500;

    /// <summary>Writes both into a folder.</summary>
    public static void Write(string folder)
    {
        var zone = new StringBuilder("@ 3600 SOA ns admin 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n@ MX 10 mail\nmail A 127.0.0.1\n");
        var queries = new StringBuilder("bench.test MX\nbench.test SOA\nmissing.bench.test A\n");
        for (int name = 0; name < Names; name++)
        {
            zone.Append(CultureInfo.InvariantCulture, $"h{name} A 10.0.{name / 250}.{name % 250}\nh{name} AAAA fd00::{name:x}\na{name} CNAME h{name}\nt{name} TXT \"host {name}\"\n");
            queries.Append(CultureInfo.InvariantCulture, $"h{name}.bench.test A\nh{name}.bench.test AAAA\na{name}.bench.test A\nt{name}.bench.test TXT\n");
        }

        File.WriteAllText(Path.Combine(folder, Zone), zone.ToString());
        File.WriteAllText(Path.Combine(folder, Queries), queries.ToString());
    }
}
