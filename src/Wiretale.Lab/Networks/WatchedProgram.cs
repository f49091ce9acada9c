using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wiretale.Lab.Networks;

/// <summary>A program whose output is passed on as it comes, and remembered.</summary>
public sealed class WatchedProgram : IDisposable
{
    /// <summary>Most bytes of output that are remembered: the first half and the last.</summary>
    const int Remembered = 32 << 10;

    /// <summary>What makes a shell's command take the shell's place.</summary>
    const string Exec = "exec ";

    static readonly string[] interpreters = ["bash", "bun", "deno", "java", "lua", "node", "perl", "php", "python", "python3", "ruby", "sh"];

    /// <summary>Beginnings of a command line that say nothing about what it runs.</summary>
    static readonly string[] shellWords = [":", "cd", "echo", "exit", "export", "for", "if", "kill", "set", "sleep", "trap", "until", "while"];

    readonly Process process;
    readonly bool isInside;
    readonly Thread[] readers;
    readonly MemoryStream beginning = new();
    readonly Queue<byte> ending = new();
    long forgotten;

    WatchedProgram(Process process, bool isInside, string name, string commandLine, Action<WatchedProgram, byte[], bool> pass)
    {
        this.process = process;
        this.isInside = isInside;
        (Name, CommandLine) = (name, commandLine);
        readers = [Reader(process.StandardOutput, isError: false, pass), Reader(process.StandardError, isError: true, pass)];
    }

    /// <summary>The program's own name, without the interpreter's: <c>server.py</c>.</summary>
    public string Name { get; }

    /// <summary>The session that it and what it starts are in, where it runs on the machine itself.</summary>
    public int Session => process.Id;

    /// <summary>What was started.</summary>
    public string CommandLine { get; }

    /// <summary>Its exit status, as a shell has it: 128 and the signal's number when a signal ended it. Known once it has ended.</summary>
    public int ExitStatus => process.ExitCode;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Its output and its errors, in the order they came; much of it is cut in the middle.</summary>
    public string Output
    {
        get
        {
            lock (beginning)
            {
                var utf8 = System.Text.Encoding.UTF8;
                return utf8.GetString(beginning.GetBuffer(), 0, (int)beginning.Length)
                    + (forgotten > 0 ? string.Create(CultureInfo.InvariantCulture, $"\n[{forgotten} bytes left out]\n") : "") + utf8.GetString([.. ending]);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="place">Where it runs; null for the machine itself.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="user">Who it is in a namespace.</param>
    /// <param name="takesInput">Whether it reads what is typed.</param>
    /// <param name="pass">Takes its output, and whether it was an error, on a thread of its own.</param>
    /// <exception cref="NamespaceException">It cannot be started.</exception>
    public static WatchedProgram Start(NetworkNamespace? place, IReadOnlyList<string> command, NamespaceUser user, bool takesInput, Action<WatchedProgram, byte[], bool> pass)
    {
        // Output to a pipe is held back by C's library, and by Python, until there is much of it; what a program says should stand beside its packets.
        string[] inLines = IsThere("stdbuf") ? ["stdbuf", "-oL", .. command] : [.. command];
        var start = place?.Command(inLines, user) ?? new ProcessStartInfo("setsid", inLines);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.RedirectStandardInput = !takesInput;
        start.Environment.TryAdd("PYTHONUNBUFFERED", "1");
        try
        {
            var process = Process.Start(start)!;
            if (!takesInput)
            {
                process.StandardInput.Close();
            }

            return new(process, place is not null, NameOf(command), command is ["sh", "-c", var line] ? line.StartsWith(Exec, StringComparison.Ordinal) ? line[Exec.Length..] : line : string.Join(' ', command), pass);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NamespaceException($"cannot start {command[0]}: {e.Message}", e);
        }
    }

    /// <summary>The name under which a command's output is shown.</summary>
    public static string NameOf(IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command is ["sh", "-c", var line, ..])
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            command = words is ["exec", .. var rest] ? rest : words is [var word, ..] && shellWords.Contains(word, StringComparer.Ordinal) ? ["sh"] : words;
        }

        string first = command.Count > 0 ? Path.GetFileName(command[0]) : "";
        return command.Count > 1 && interpreters.Contains(first, StringComparer.Ordinal) && command[1] is [not '-', ..] ? Path.GetFileName(command[1]) : first;
    }

    /// <summary>Waits for its end, and that of its output; whether that came in time.</summary>
    public bool Wait(TimeSpan time)
    {
        if (!process.WaitForExit(time))
        {
            return false;
        }

        // Somebody it left behind may hold its output open; that is no reason to wait for long.
        foreach (var reader in readers)
        {
            reader.Join(TimeSpan.FromMilliseconds(200));
        }

        return true;
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(PosixSignal signal)
    {
        if (HasEnded)
        {
            return;
        }

        if (isInside)
        {
            NetworkNamespace.Signal(process, signal);
        }
        else
        {
            ProcessTable.Signal(process.Id, signal);
        }
    }

    /// <summary>Asks it to end, more and more firmly.</summary>
    public void End()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            Signal(signal);
            if (Wait(TimeSpan.FromSeconds(2)))
            {
                return;
            }
        }

        if (isInside)
        {
            NetworkNamespace.Kill(process);
        }
        else
        {
            process.Kill(entireProcessTree: true);
        }

        Wait(TimeSpan.FromSeconds(2));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!HasEnded)
        {
            End();
        }

        process.Dispose();
        beginning.Dispose();
    }

    static bool IsThere(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));

    Thread Reader(StreamReader from, bool isError, Action<WatchedProgram, byte[], bool> pass)
    {
        var thread = new Thread(() =>
        {
            byte[] buffer = new byte[4096];
            try
            {
                for (int count; (count = from.BaseStream.Read(buffer)) > 0;)
                {
                    Remember(buffer.AsSpan(0, count));
                    pass(this, buffer[..count], isError);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody is there to say anything to, or nobody who says anything.
            }
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    void Remember(ReadOnlySpan<byte> bytes)
    {
        lock (beginning)
        {
            int fits = (int)Math.Min(bytes.Length, (Remembered / 2) - beginning.Length);
            beginning.Write(bytes[..fits]);
            foreach (byte one in bytes[fits..])
            {
                ending.Enqueue(one);
                if (ending.Count > Remembered / 2)
                {
                    ending.Dequeue();
                    forgotten++;
                }
            }
        }
    }
}
