using System.Globalization;
using System.Text;

namespace Wiretale.Wire;

/// <summary>Services by the ports that IANA gave them (its register of service names and port numbers).</summary>
/// <remarks>The register stands beside this file: ports, the transports (t TCP, u UDP, s SCTP, d DCCP), the name. It is read at the first question.</remarks>
public static class ServiceNames
{
    static readonly Lazy<Dictionary<(int Port, char Transport), byte[]>> Loaded = new(Load);

    /// <summary>The name of a service as UTF-8; empty when the port has none.</summary>
    /// <param name="transport">t, u, s or d.</param>
    public static ReadOnlySpan<byte> Find(int port, char transport) => Loaded.Value.GetValueOrDefault((port, transport));

    static Dictionary<(int Port, char Transport), byte[]> Load()
    {
        var names = new Dictionary<(int, char), byte[]>();
        using var reader = new StreamReader(typeof(ServiceNames).Assembly.GetManifestResourceStream("Services.txt")!);
        while (reader.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ');
            string[] ports = parts[0].Split('-');
            int last = int.Parse(ports[^1], CultureInfo.InvariantCulture);
            byte[] name = Encoding.UTF8.GetBytes(parts[2]);
            for (int port = int.Parse(ports[0], CultureInfo.InvariantCulture); port <= last; port++)
            {
                foreach (char transport in parts[1])
                {
                    names.TryAdd((port, transport), name);
                }
            }
        }

        return names;
    }
}
