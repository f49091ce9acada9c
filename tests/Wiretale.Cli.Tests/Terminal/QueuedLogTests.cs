using Wiretale.Cli.Terminal;
using Wiretale.Lab;

namespace Wiretale.Cli.Tests.Terminal;

public class QueuedLogTests
{
    [Fact]
    public void Lines_come_in_order()
    {
        var terminal = new HaltedTerminal();
        terminal.GoOn.Set();
        using (var log = new QueuedLog(terminal))
        {
            for (int i = 0; i < 100; i++)
            {
                log.Show($"{i}");
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), terminal.Lines);
    }

    [Fact]
    public void A_halted_terminal_halts_nobody_and_what_was_left_out_is_counted()
    {
        var terminal = new HaltedTerminal();
        using (var log = new QueuedLog(terminal))
        {
            for (int i = 0; i < 20_000; i++)
            {
                log.Show($"{i}");
            }

            terminal.GoOn.Set();
        }

        int shown = terminal.Lines.Count - 1;
        Assert.InRange(shown, 10_000, 19_999);
        Assert.Equal($"({20_000 - shown} lines left out)", terminal.Lines[^1]);
    }

    sealed class HaltedTerminal : ILog
    {
        public ManualResetEventSlim GoOn { get; } = new();

        public List<string> Lines { get; } = [];

        public void Show(string line, Tone tone = Tone.Plain)
        {
            GoOn.Wait();
            Lines.Add(line);
        }
    }
}
