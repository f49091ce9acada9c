using System.Text;
using System.Threading.Channels;
using Wiretale.Lab;

namespace Wiretale.Cli.Terminal;

/// <summary>Standard input and output for the lab's programs: lines that are edited on a terminal and read from anything else.</summary>
/// <param name="toError">Whether lines go to standard error, because standard output is for something else.</param>
sealed class Screen(bool toError = false) : IScreen, IDisposable
{
    const string Reset = "\e[0m";

    readonly Lock gate = new();
    readonly bool hasColours = HasColours(toError ? Console.IsErrorRedirected : Console.IsOutputRedirected);
    readonly Channel<string?> lines = Channel.CreateUnbounded<string?>();
    readonly SemaphoreSlim onlyOne = new(1);
    LineEditor? editor;
    bool reads, ended;

    /// <summary>Whether a stream may have colours: only on a terminal, and only where nobody asked for none (no-color.org).</summary>
    public static bool HasColours(bool isRedirected) =>
        !isRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);

    /// <inheritdoc />
    public void Show(string line, Tone tone = Tone.Plain)
    {
        string text = hasColours && tone != Tone.Plain ? Colour(tone) + line + Reset + "\n" : line + "\n";
        lock (gate)
        {
            Write(editor is null ? text : editor.Above(text));
        }
    }

    /// <inheritdoc />
    public async Task<string?> AskAsync(string prompt, CancellationToken stop)
    {
        await onlyOne.WaitAsync(stop);
        try
        {
            if (ended)
            {
                return null;
            }

            StartReading();
            lock (gate)
            {
                Write(editor is null ? prompt : editor.Prompt(prompt));
            }

            string? line = await lines.Reader.ReadAsync(stop);
            ended = line is null;
            if (editor is null && prompt.Length > 0)
            {
                // Nobody typed it here, and yet what follows is to stand on a line of its own.
                Show(line ?? "");
            }

            return line;
        }
        finally
        {
            lock (gate)
            {
                Write(editor?.Prompt(null) ?? "");
            }

            onlyOne.Release();
        }
    }

    /// <summary>Gives the terminal back as it was: reading keys switched its keypad over, and the framework leaves it so.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (editor is not null)
            {
                Write(editor.Prompt(null) + "\e[?1l\e>");
            }
        }
    }

    // Starts with the first question: a server that asks nothing leaves standard input alone.
    void StartReading()
    {
        if (reads)
        {
            return;
        }

        reads = true;
        bool isTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        editor = isTerminal ? new LineEditor(hasColours, Width) : null;
        new Thread(isTerminal ? ReadKeys : ReadLines) { IsBackground = true, Name = "input" }.Start();
    }

    void ReadLines()
    {
        using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        while (input.ReadLine() is { } line)
        {
            lines.Writer.TryWrite(line);
        }

        lines.Writer.TryWrite(null);
    }

    void ReadKeys()
    {
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            lock (gate)
            {
                editor!.Width = Width;
                var (echo, line, isEnd) = editor.Press(key);
                Write(echo);
                if (line is not null || isEnd)
                {
                    lines.Writer.TryWrite(line);
                }
            }
        }
    }

    // A terminal that does not know its size says 0.
    static int Width => Console.WindowWidth is > 0 and var width ? width : 80;

    static string Colour(Tone tone) => tone switch
    {
        Tone.Note => "\e[2m",
        Tone.Peer => "\e[36m",
        Tone.Good => "\e[32m",
        _ => "\e[31m",
    };

    void Write(string text)
    {
        if (toError)
        {
            StandardStreams.WriteError(text);
        }
        else if (text.Length > 0)
        {
            StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));
        }
    }
}
