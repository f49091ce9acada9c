using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>A PostgreSQL server of the test's own, on a socket in a folder of its own; it does not run as root, so another user is asked for where the test does.</summary>
sealed class PostgresServer : IDisposable
{
    const int Nobody = 65534;

    readonly TemporaryFolder folder = new();
    Process? server;

    public PostgresServer()
    {
        Run("chmod", "755", folder.Path);
        Directory.CreateDirectory(folder["data"]);
        if (IsRoot)
        {
            Run("chown", "-R", Nobody.ToString(CultureInfo.InvariantCulture), folder.Path);
        }

        Run([.. AsSomebody, Program("initdb")!, "-D", folder["data"], "-U", "wiretale", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"]);
        Start();
    }

    /// <summary>What to say when there is no PostgreSQL here, or null.</summary>
    public static string? Missing => Program("initdb") is null || Program("postgres") is null ? "postgresql is not installed." : null;

    /// <summary>How servers find it.</summary>
    public string Where => $"Host={folder.Path};Database=postgres;Username=wiretale";

    static bool IsRoot => Environment.UserName == "root";

    static string[] AsSomebody => IsRoot ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [];

    public void Start()
    {
        string[] command = [.. AsSomebody, Program("postgres")!, "-D", folder["data"], "-k", folder.Path, "-c", "listen_addresses=", "-c", "logging_collector=off", "-c", "shared_buffers=16MB", "-c", "max_connections=40"];
        server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder.Path, RedirectStandardError = true, RedirectStandardOutput = true })!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        for (int i = 0; ; i++)
        {
            try
            {
                using var connection = new NpgsqlConnection(Where + ";Pooling=false");
                connection.Open();
                return;
            }
            catch (NpgsqlException) when (i < 200)
            {
                Thread.Sleep(100);
            }
        }
    }

    public void Stop()
    {
        if (server is { HasExited: false })
        {
            // SIGINT is its fast shutdown: connections are cut.
            ProcessTable.Signal(server.Id, PosixSignal.SIGINT);
            if (!server.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                server.Kill(entireProcessTree: true);
                server.WaitForExit();
            }
        }

        server?.Dispose();
        server = null;
    }

    public void Dispose()
    {
        Stop();
        folder.Dispose();
    }

    // Debian keeps them beside the PATH.
    static string? Program(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [])
            .Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);

    static void Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors + output.Result);
    }
}
