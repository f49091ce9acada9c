using System.Diagnostics;
using System.Text;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Protocols.Application;

/// <summary>TLS opened with a key log: captures in Golden/tls with their keys beside them, and captures that the test makes itself.</summary>
public class TlsKeyLogTests
{
    const string WrongKeys = "CLIENT_RANDOM 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff "
        + "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

    /// <summary>A capture and the key log of the same connections.</summary>
    static readonly string Golden = Path.Combine(Path.GetDirectoryName(GoldenCapture.Open("tls/tls12-chacha20-closed").Beside(".list"))!);

    [Theory]
    [InlineData("tls12-chacha20-closed")]
    [InlineData("tls13-aes-gcm-closed")]
    public void Http_inside_is_shown_with_the_key_log(string name)
    {
        var (lines, remarks) = Read(Path.Combine(Golden, name + ".pcap"), Path.Combine(Golden, name + ".keys"));
        Assert.Contains("HTTP: GET /hello HTTP/1.1 ", lines);
        Assert.Contains("HTTP: HTTP/1.1 200 OK  (text/plain)", lines);
        Assert.Empty(remarks);
    }

    [Theory]
    [InlineData("tls12-chacha20-closed")]
    [InlineData("tls13-aes-gcm-closed")]
    public void With_a_wrong_key_log_it_stays_closed_and_the_run_says_so(string name)
    {
        string keys = Path.GetTempFileName();
        try
        {
            File.WriteAllText(keys, WrongKeys);
            var (lines, remarks) = Read(Path.Combine(Golden, name + ".pcap"), keys);
            Assert.DoesNotContain(lines, l => l.StartsWith("HTTP", StringComparison.Ordinal));
            Assert.Contains(lines, l => l.EndsWith("Application Data", StringComparison.Ordinal));
            Assert.Equal(["no secret of the TLS key log fits a connection of this capture"], remarks);
        }
        finally
        {
            File.Delete(keys);
        }
    }

    [Fact]
    public void A_key_log_that_is_not_there_is_named()
    {
        var (_, remarks) = Read(Path.Combine(Golden, "tls12-chacha20-closed.pcap"), "/nowhere/keys.log");
        Assert.Contains("/nowhere/keys.log", Assert.Single(remarks), StringComparison.Ordinal);
    }

    /// <summary>openssl serves a file, curl gets it with four ciphers of two versions, tcpdump records, all in a network of their own.</summary>
    [RecordingFact]
    public void Every_cipher_of_a_connection_just_made_is_opened()
    {
        using var folder = new TemporaryFolder();
        string[] ciphers =
        [
            "--tls-max 1.2 --ciphers ECDHE-ECDSA-AES128-GCM-SHA256", "--tls-max 1.2 --ciphers ECDHE-ECDSA-CHACHA20-POLY1305",
            "--tls13-ciphers TLS_AES_256_GCM_SHA384", "--tls13-ciphers TLS_CHACHA20_POLY1305_SHA256",
        ];
        File.WriteAllText(Path.Combine(folder.Path, "hello.txt"), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 22\r\nConnection: close\r\n\r\nhello from the inside\n");
        File.WriteAllText(Path.Combine(folder.Path, "run.sh"), $$"""
            set -u
            ip link set lo up
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>/dev/null
            tcpdump -Z root -q -U -i lo -w all.pcap tcp port 4433 2>tcpdump.log & dump=$!
            openssl s_server -accept 4433 -cert cert.pem -key key.pem -HTTP -quiet >/dev/null 2>&1 & server=$!
            for i in $(seq 100); do grep -q 'listening on' tcpdump.log && curl -s -k -o /dev/null https://127.0.0.1:4433/hello.txt && break; sleep 0.1; done
            {{string.Join("\n", ciphers.Select(c => $"SSLKEYLOGFILE=keys.log curl -s -k -m 10 {c} https://127.0.0.1:4433/hello.txt >> got.txt"))}}
            for i in $(seq 50); do [ "$(tcpdump -r all.pcap 'tcp[tcpflags] & tcp-fin != 0' 2>/dev/null | wc -l)" -ge 8 ] && break; sleep 0.1; done
            kill $dump $server
            wait
            """);
        Recording.Run("bash run.sh", folder.Path);
        Assert.Equal(string.Concat(Enumerable.Repeat("hello from the inside\n", ciphers.Length)), File.ReadAllText(Path.Combine(folder.Path, "got.txt")));

        string capture = Path.Combine(folder.Path, "all.pcap"), keys = Path.Combine(folder.Path, "keys.log");
        var (lines, remarks) = Read(capture, keys);
        Assert.Equal(ciphers.Length, lines.Count(l => l.StartsWith("HTTP: GET /hello.txt HTTP/1.1", StringComparison.Ordinal)));
        Assert.Equal(ciphers.Length, lines.Count(l => l.StartsWith("HTTP: HTTP/1.1 200 OK  (text/plain)", StringComparison.Ordinal)));
        Assert.Empty(remarks);

        File.WriteAllText(keys, WrongKeys);
        (lines, remarks) = Read(capture, keys);
        Assert.DoesNotContain(lines, l => l.StartsWith("HTTP", StringComparison.Ordinal));
        Assert.Equal(["no secret of the TLS key log fits a connection of this capture"], remarks);
    }

    /// <summary>Protocol and Info of every packet, and what the run has to say.</summary>
    static (List<string> Lines, List<string> Remarks) Read(string capture, string keys)
    {
        var settings = new EngineSettings { Strict = true };
        settings.Texts[Wiretale.Dissection.Protocols.Application.Tls.Tls.KeyLogFile] = keys;
        var lines = new List<string>();
        using var reader = CaptureReader.Open(capture);
        var engine = TestCapture.Run(reader, new Demand(Catalog.Registry) { Columns = true }, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                lines.Add($"{batch[i].Protocol}: {Encoding.UTF8.GetString(batch.Info(i))}");
            }
        }, settings);
        return (lines, [.. engine.Remarks]);
    }

    sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("wiretale-tls-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

/// <summary>Runs programs in a network namespace of their own, where they may record.</summary>
static class Recording
{
    /// <summary>Runs a shell command there; fails when it takes too long.</summary>
    public static void Run(string command, string folder)
    {
        Assert.True(TryRun(command, folder, seconds: 60, out string errors), errors);
    }

    internal static bool TryRun(string command, string folder, int seconds, out string errors)
    {
        // --kill-child: nothing in the namespace outlives the command.
        string[] how = Environment.IsPrivilegedProcess ? ["-n", "-f", "-p", "--kill-child"] : ["-r", "-n", "-f", "-p", "--kill-child"];
        var start = new ProcessStartInfo("unshare", [.. how, "bash", "-c", command]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        errors = "";
        try
        {
            using var process = Process.Start(start)!;
            var written = process.StandardError.ReadToEndAsync();
            _ = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
            {
                process.Kill(entireProcessTree: true);
                errors = $"no end after {seconds} s";
                return false;
            }

            errors = written.Result;
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            errors = e.Message;
            return false;
        }
    }
}

/// <summary>A test that records; skipped, saying why, where programs are missing or namespaces are not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class RecordingFactAttribute : FactAttribute
{
    static readonly string[] Programs = ["unshare", "ip", "openssl", "curl", "tcpdump"];

    static readonly Lazy<string?> Obstacle = new(() =>
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Array.Find(Programs, p => !folders.Any(f => File.Exists(Path.Combine(f, p)))) is { } missing ? $"{missing} is not installed."
            : Recording.TryRun("ip link set lo up", "/", 10, out string errors) ? null
            : $"No network namespace can be made here: {errors.Trim()}";
    });

    public RecordingFactAttribute() => Skip = Obstacle.Value;
}
