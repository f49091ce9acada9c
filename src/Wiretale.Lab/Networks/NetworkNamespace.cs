using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wiretale.Lab.Networks;

/// <summary>
/// A network stack of its own, with nothing but loopback in it until something is added, and the programs that run there. No root
/// is needed where user namespaces are allowed. When it is disposed, or this process ends in any way, every program in it is
/// killed by the kernel and the namespace is gone.
/// </summary>
/// <remarks>
/// The namespace lives as long as its first process, a <c>cat</c> that waits at a pipe from here and is process 1 of a process
/// namespace: however this process ends, the pipe closes, <c>cat</c> with it, and the kernel ends whatever else was started there.
/// </remarks>
/// <example><code>
/// using var place = NetworkNamespace.Create();
/// using var server = Process.Start(place.Command(["python3", "server.py"]))!;
/// </code></example>
public sealed partial class NetworkNamespace : IDisposable
{
    /// <summary>Readies the namespace from inside and tells the number that its first process has outside.</summary>
    const string HolderScript =
        """
        trap '' INT TERM HUP QUIT
        read -r number rest < /proc/self/stat || exit
        ip link set lo up || exit
        echo 0 2>/dev/null > /proc/sys/net/ipv4/ip_unprivileged_port_start
        echo '0 2147483647' 2>/dev/null > /proc/sys/net/ipv4/ping_group_range || echo '0 0' 2>/dev/null > /proc/sys/net/ipv4/ping_group_range
        mount -t proc proc /proc 2>/dev/null
        echo "$number"
        exec cat > /dev/null
        """;

    /// <summary>A process that entered a mount namespace stands at its root, and goes back to where it was called.</summary>
    const string EnterScript = """cd -- "$1"; shift; exec "$@" """;

    static readonly TimeSpan startTime = TimeSpan.FromSeconds(20), endTime = TimeSpan.FromSeconds(5);

    readonly Process holder;
    readonly bool ownsUsers;

    NetworkNamespace(Process holder, int processId, bool ownsUsers)
    {
        this.holder = holder;
        this.ownsUsers = ownsUsers;
        ProcessId = processId;
    }

    /// <summary>A process in the namespace, by its number outside: <c>/proc/ID/net</c> shows the namespace's sockets.</summary>
    public int ProcessId { get; }

    /// <summary>Makes a namespace with loopback up.</summary>
    /// <exception cref="NamespaceException">This machine does not let this user; the message says how to go on.</exception>
    public static NetworkNamespace Create()
    {
        string[] spaces = ["--net", "--pid", "--mount", "--fork", "--kill-child"];
        if (IsRoot)
        {
            try
            {
                return Start(["unshare", .. spaces], ownsUsers: false);
            }
            catch (NamespaceException)
            {
                // Root of a container may lack the capability, and yet be let into a user namespace.
            }
        }

        return Start(["unshare", "--user", "--map-root-user", .. spaces], ownsUsers: true);
    }

    /// <summary>Makes a further network stack beside this one, of the same users and processes: a host of a small network. It ends with this one at the latest.</summary>
    public NetworkNamespace CreateSibling() =>
        Start(["nsenter", .. Enter(pid: true), "unshare", "--net", "--mount"], ownsUsers);

    /// <summary>
    /// What starts a command in this namespace; to be completed by whoever starts it.
    /// The process that results waits for the command and ends as it does; <see cref="Signal(Process, PosixSignal)"/> reaches the command.
    /// </summary>
    public ProcessStartInfo Command(IEnumerable<string> command, NamespaceUser user = NamespaceUser.Root, string? folder = null)
    {
        folder ??= Environment.CurrentDirectory;
        string[] become = user == NamespaceUser.Caller && ownsUsers && !IsRoot
            ? ["unshare", "--user", string.Create(CultureInfo.InvariantCulture, $"--map-user={GetUser()}"), string.Create(CultureInfo.InvariantCulture, $"--map-group={GetGroup()}")]
            : [];
        // A session of its own: Ctrl-C at the terminal reaches who called, who then decides; nsenter would die of it, and its command live on.
        return new("setsid", ["nsenter", .. Enter(pid: true), "--mount", "sh", "-c", EnterScript, "sh", folder, .. become, .. command]) { WorkingDirectory = folder };
    }

    /// <summary>Runs <c>ip</c> in this namespace.</summary>
    /// <exception cref="NamespaceException">It failed.</exception>
    public void Ip(params string[] arguments)
    {
        // Outside the namespace's processes, so that numbers of processes mean what they mean here.
        using var ip = Run(new("nsenter", [.. Enter(pid: false), "ip", .. arguments]) { RedirectStandardError = true });
        string error = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0)
        {
            throw new NamespaceException($"ip {string.Join(' ', arguments)}: {error.Trim()}");
        }
    }

    /// <summary>Sets a value below <c>/proc/sys</c>, such as <c>net/ipv4/ip_forward</c>.</summary>
    public void Set(string name, string value)
    {
        using var shell = Run(new("nsenter", [.. Enter(pid: false), "sh", "-c", "printf %s \"$2\" > \"/proc/sys/$1\"", "sh", name, value]) { RedirectStandardError = true });
        string error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        if (shell.ExitCode != 0)
        {
            throw new NamespaceException($"cannot set {name} to {value}: {error.Trim()}");
        }
    }

    /// <summary>Sends a signal to a command that was started with <see cref="Command"/>; nothing happens when it has ended.</summary>
    public static void Signal(Process process, PosixSignal signal)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (ProcessTable.ChildOf(process.Id) is { } child)
        {
            ProcessTable.Signal(child, signal);
        }
    }

    /// <summary>Stops a command that was started with <see cref="Command"/> where it stands, as if it hung.</summary>
    public static void Freeze(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (ProcessTable.ChildOf(process.Id) is { } child)
        {
            ProcessTable.Freeze(child);
        }
    }

    /// <summary>Kills a command that was started with <see cref="Command"/>.</summary>
    public static void Kill(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (ProcessTable.ChildOf(process.Id) is { } child)
        {
            ProcessTable.Kill(child);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            holder.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        if (!holder.WaitForExit(endTime))
        {
            holder.Kill();
            holder.WaitForExit();
        }

        holder.Dispose();
    }

    static bool IsRoot => GetUser() == 0;

    string[] Enter(bool pid) =>
        ["--target", ProcessId.ToString(CultureInfo.InvariantCulture), "--net", .. ownsUsers ? ["--user", "--preserve-credentials"] : Array.Empty<string>(), .. pid ? ["--pid"] : Array.Empty<string>()];

    static NetworkNamespace Start(string[] command, bool ownsUsers)
    {
        var holder = Run(new("setsid", [.. command, "sh", "-c", HolderScript]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
        var error = holder.StandardError.ReadToEndAsync();
        var line = holder.StandardOutput.ReadLineAsync();
        if (line.Wait(startTime) && int.TryParse(line.Result, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return new(holder, number, ownsUsers);
        }

        holder.Kill(entireProcessTree: true);
        holder.WaitForExit();
        string reason = error.Wait(endTime) ? error.Result.Trim() : "no answer";
        holder.Dispose();
        throw new NamespaceException(NamespaceAdvice.For(reason));
    }

    static Process Run(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NamespaceException(OperatingSystem.IsLinux()
                ? $"there is no {start.FileName} command: install it (Debian and Ubuntu: apt install util-linux iproute2)"
                : "network namespaces are a thing of Linux", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetGroup();
}
