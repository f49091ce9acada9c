using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Wiretale.Bench;

/// <summary>Makes the capture of the bench: real servers and clients on a loopback of their own, recorded by tcpdump.</summary>
/// <remarks>
/// nginx under wrk, knot under dnsperf and long downloads by curl, all in a network namespace: no other traffic gets into
/// the capture, no port is taken, and where user namespaces are allowed nobody needs to be root.
/// </remarks>
sealed class Recording(string folder, string target, int packets)
{
    /// <summary>First argument of the process that runs inside the namespace.</summary>
    public const string Inside = "record-inside";

    const int DownloadBytes = 50 << 20;
    const int Pages = 100;

    /// <summary>Starts this program again in a network namespace, where it records.</summary>
    public static void Make(string target, int packets)
    {
        string[] missing = Tools.Missing("unshare", "ip", "tcpdump", "nginx", "wrk", "knotd", "dnsperf", "curl");
        if (missing.Length > 0)
        {
            throw new BenchException($"recording needs {string.Join(", ", missing)} (Debian: util-linux iproute2 tcpdump nginx-light wrk knot dnsperf curl)");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // Not as a root of the namespace's own: tcpdump would try to become somebody else, which only a real root can.
        string[] namespaces = Environment.IsPrivilegedProcess ? ["--net"] : ["--net", "--map-current-user", "--keep-caps"];
        Process inner = Tools.Start(new("unshare", [.. namespaces, Environment.ProcessPath!, Inside, target, packets.ToString(CultureInfo.InvariantCulture)]));
        inner.WaitForExit();
        if (inner.ExitCode != 0)
        {
            throw new BenchException($"{target} was not recorded (it takes root, or user namespaces)");
        }
    }

    public static void MakeInside(string target, int packets) => new Recording(Tools.TemporaryFolder(), target, packets).Record();

    void Record()
    {
        WriteContent();
        Wait("ip", "link", "set", "lo", "up");
        Tools.Start(folder, "nginx.log", "nginx", "-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", "stderr");
        Tools.Start(folder, "knot.log", "knotd", "-c", "knot.conf");
        WaitForPort(8080, "nginx.log");
        WaitForPort(53, "knot.log");

        string part = target + ".part";
        string[] user = Environment.IsPrivilegedProcess ? ["-Z", "root"] : [];
        Process recorder = Tools.Start(folder, "tcpdump.log", "tcpdump", [.. user, "-i", "lo", "-B", "524288", "-w", part]);
        WaitUntil(() => Log("tcpdump.log").Contains("listening on", StringComparison.Ordinal), "tcpdump.log");

        // Rounds of all kinds of traffic at once, so that a part of the capture is a picture of the whole.
        while (Received() < packets)
        {
            Process[] clients =
            [
                Tools.Start(folder, "wrk.log", "wrk", "-t1", "-c32", "-d2s", "-s", "wrk.lua", "http://127.0.0.1:8080/"),
                Tools.Start(folder, "dnsperf.log", "dnsperf", "-s", "127.0.0.1", "-d", "queries", "-l", "2", "-Q", "4000"),
                Tools.Start(folder, "curl.log", "curl", "-s", "-o", "/dev/null", "http://127.0.0.1:8080/download.bin"),
            ];
            foreach (Process client in clients)
            {
                client.WaitForExit();
            }

            Console.Error.WriteLine($"recorded {Received():N0} of {packets:N0} packets");
        }

        Finish(recorder, part);
    }

    void Finish(Process recorder, string part)
    {
        // What still waits in the kernel's buffer is lost when tcpdump is told to stop: first let the file come to rest.
        long before;
        do
        {
            before = new FileInfo(part).Length;
            Thread.Sleep(1500);
        }
        while (new FileInfo(part).Length != before);

        Tools.End(recorder);
        string report = Log("tcpdump.log");
        if (!report.Contains("\n0 packets dropped by kernel", StringComparison.Ordinal))
        {
            File.Delete(part);
            throw new BenchException("tcpdump could not keep up: " + report);
        }

        File.Move(part, target, overwrite: true);
        Console.Error.WriteLine(report.Trim());
    }

    /// <summary>Packets that the namespace's loopback has carried.</summary>
    static long Received()
    {
        // Of all the files that count packets, /proc/net alone follows the network namespace; /sys shows the mount's.
        string line = File.ReadLines("/proc/self/net/dev").First(l => l.TrimStart().StartsWith("lo:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
    }

    void WriteContent()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "traffic")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var random = new Random(1);
        string pages = Directory.CreateDirectory(Path.Combine(folder, "pages")).FullName;
        for (int page = 1; page <= Pages; page++)
        {
            var text = new StringBuilder($"<!DOCTYPE html>\n<title>Page {page}</title>\n");
            for (int line = random.Next(5, 120); line > 0; line--)
            {
                text.Append(CultureInfo.InvariantCulture, $"<p>Line {line} of page {page}: {random.NextInt64():x16}</p>\n");
            }

            File.WriteAllText(Path.Combine(pages, $"page{page}.html"), text.ToString());
        }

        byte[] download = new byte[DownloadBytes];
        random.NextBytes(download);
        File.WriteAllBytes(Path.Combine(pages, "download.bin"), download);

        DnsContent.Write(folder);
    }

    void Wait(string command, params string[] arguments)
    {
        Process process = Tools.Start(folder, "command.log", command, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new BenchException($"{command} failed: {Log("command.log")}");
        }
    }

    void WaitForPort(int port, string log) =>
        WaitUntil(
            () =>
            {
                using var client = new TcpClient();
                try
                {
                    client.Connect("127.0.0.1", port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            log);

    void WaitUntil(Func<bool> condition, string log)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > TimeSpan.FromSeconds(10))
            {
                throw new BenchException($"no start within 10 seconds: {Log(log)}");
            }

            Thread.Sleep(50);
        }
    }

    string Log(string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
