using System.Runtime.InteropServices;
using System.Text;

namespace Wiretale.Cli;

/// <summary>Standard output and standard error without the Console class, which takes longer to start than a small capture to read.</summary>
static partial class StandardStreams
{
    const int OutputDescriptor = 1, ErrorDescriptor = 2;

    /// <summary>Standard output, unbuffered.</summary>
    public static Stream Output() => Open(OutputDescriptor);

    /// <summary>Standard error, unbuffered.</summary>
    public static Stream Error() => Open(ErrorDescriptor);

    /// <summary>Whether colours are welcome: a terminal of 24-bit colours, whose user has not said no (NO_COLOR); or the user insists (CLICOLOR_FORCE).</summary>
    public static bool OutputTakesColors() => !IsSet("NO_COLOR")
        && (IsSet("CLICOLOR_FORCE") || (Environment.GetEnvironmentVariable("COLORTERM") is "truecolor" or "24bit" && IsTerminal()));

    static bool IsSet(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value && value != "0";

    static bool IsTerminal() => OperatingSystem.IsWindows() ? !Console.IsOutputRedirected : IsTerminal(OutputDescriptor) == 1;

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);

    /// <summary>Whether standard error is a terminal.</summary>
    public static bool ErrorIsTerminal => OperatingSystem.IsWindows() ? !Console.IsErrorRedirected : IsTerminal(ErrorDescriptor) == 1;

    /// <summary>Whether a write failed because the reader of a pipe went away.</summary>
    public static bool IsBrokenPipe(IOException e) => e.HResult == DescriptorStream.BrokenPipe;

    /// <summary>Writes a message for the user, with the program's name in front.</summary>
    public static void Error(string message) => WriteError("wiretale: " + message + "\n");

    /// <summary>Writes text to standard error as it is.</summary>
    public static void WriteError(string text)
    {
        try
        {
            using var error = Open(ErrorDescriptor);
            error.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // Nobody listens, and there is nowhere else to say so.
        }
    }

    /// <summary>Writes text to standard output as it is.</summary>
    public static void WriteOutput(ReadOnlySpan<byte> utf8)
    {
        try
        {
            using var output = Output();
            output.Write(utf8);
        }
        catch (IOException)
        {
            // Whoever read the output has seen enough.
        }
    }

    /// <summary>Calls <paramref name="stop"/> when the user presses Ctrl-C or the system asks the program to end; once, the second time it ends at once.</summary>
    public static IDisposable OnInterrupt(Action stop)
    {
        int times = 0;
        void Handle(PosixSignalContext context)
        {
            context.Cancel = Interlocked.Increment(ref times) == 1;
            stop();
        }

        return new Registrations(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
    }

    static Stream Open(int descriptor) => !OperatingSystem.IsWindows() ? new DescriptorStream(descriptor)
        : descriptor == OutputDescriptor ? Console.OpenStandardOutput() : Console.OpenStandardError();

    sealed class Registrations(params PosixSignalRegistration[] signals) : IDisposable
    {
        public void Dispose()
        {
            foreach (var signal in signals)
            {
                signal.Dispose();
            }
        }
    }
}
