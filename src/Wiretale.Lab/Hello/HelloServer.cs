using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Hello;

/// <summary>Answers 'Hello Client!' to whatever it receives, and says who sent what.</summary>
public sealed class HelloServer(IStreamLink link, TimeProvider clock, ILog log)
{
    /// <summary>Where the exercise has it.</summary>
    public const ushort Port = 6000;

    /// <summary>Clients at the same time; more wait until one has left.</summary>
    const int Most = 256;

    const int LongestGreeting = 4096;
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    static ReadOnlyMemory<byte> Answer { get; } = "Hello Client!"u8.ToArray();

    /// <summary>Serves until it is stopped, or until it has answered some clients.</summary>
    public async Task RunAsync(IPEndPoint local, CancellationToken stop, int clients = int.MaxValue)
    {
        using var listener = link.Listen(local);
        log.Show($"Listening on {listener.Local}", Tone.Note);
        using var places = new SemaphoreSlim(Most);
        var running = new List<Task>();
        for (int i = 0; i < clients; i++)
        {
            await places.WaitAsync(stop);
            running.RemoveAll(task => task.IsCompleted);
            running.Add(ServeAsync(await listener.AcceptAsync(stop), places, stop));
        }

        await Task.WhenAll(running);
    }

    async Task ServeAsync(IStreamConnection connection, SemaphoreSlim places, CancellationToken stop)
    {
        using (connection)
        {
            try
            {
                byte[] greeting = new byte[LongestGreeting];
                int length = await clock.WithinAsync(patience, limit => connection.ReceiveAsync(greeting, limit), stop);
                if (length == 0)
                {
                    log.Show($"{connection.Remote} said nothing", Tone.Note);
                    return;
                }

                log.Show($"{connection.Remote} said: {PlainText.Decode(greeting.AsSpan(0, length).TrimEnd("\r\n"u8))}");
                await connection.SendAsync(Answer, stop);
                connection.FinishSending();
                await clock.DrainAsync(connection, stop);
            }
            catch (TimeoutException)
            {
                log.Show($"{connection.Remote} said nothing for {patience.TotalSeconds} seconds", Tone.Bad);
            }
            catch (LinkException e)
            {
                log.Show(e.Message, Tone.Bad);
            }
            catch (OperationCanceledException)
            {
                // The server is told to stop.
            }
            finally
            {
                places.Release();
            }
        }
    }
}
