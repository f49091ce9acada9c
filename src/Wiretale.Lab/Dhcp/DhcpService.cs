namespace Wiretale.Lab.Dhcp;

/// <summary>Runs a DHCP server: what has come is answered together, and no answer leaves before it is on the disk.</summary>
public sealed class DhcpService(IDhcpLink link, DhcpServer server, LeaseBook book, ILog log)
{
    /// <summary>Datagrams that share one flush of the disk.</summary>
    const int Together = 64;

    /// <summary>Longer than any message that the link can carry whole.</summary>
    const int Longest = 4096;

    /// <summary>Serves until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        byte[] buffer = new byte[Longest];
        var replies = new List<DhcpReply>();
        while (true)
        {
            do
            {
                var datagram = await link.ReceiveAsync(buffer, stop);
                if (server.Answer(buffer.AsSpan(0, datagram.Length), datagram.Source, datagram.WasBroadcast) is { } reply)
                {
                    replies.Add(reply);
                }
            }
            while (link.HasMore && replies.Count < Together);

            book.Commit();
            foreach (var reply in replies)
            {
                if (link.Send(reply) is { } fault)
                {
                    log.Show(fault, Tone.Bad);
                }
            }

            replies.Clear();
        }
    }
}
