using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Ftp;

/// <summary>What a control connection has come to: the directory, what was asked, the data connection it speaks of.</summary>
sealed class FtpSession
{
    /// <summary>A directory or command longer than this is not a real one's.</summary>
    const int LongestText = 4096;

    byte[] next = [];
    bool changes;

    /// <summary>The directory, as far as answers told it.</summary>
    public byte[] Directory { get; private set; } = [];

    /// <summary>Whether the last command asked for TLS.</summary>
    public bool AsksForTls { get; set; }

    /// <summary>Whether TLS has been agreed on.</summary>
    public bool IsSecure { get; set; }

    /// <summary>The data connection that was announced last.</summary>
    public FtpTransfer? Transfer { get; private set; }

    /// <summary>The first command after a data connection was announced is what it carries.</summary>
    public void Asked(Packet p, ReadOnlySpan<byte> line)
    {
        changes = false;
        if (Transfer is { CommandFrame: 0 } transfer && !p.IsQuoted)
        {
            transfer.Command = Cut(line).ToArray();
            transfer.CommandFrame = p.Number;
        }
    }

    /// <summary>A data connection has been announced.</summary>
    /// <param name="peerPort">The port that the other side has; 0 for any.</param>
    public void Expect(Packet p, string method, in Address address, uint port, uint peerPort = 0)
    {
        if (!p.IsQuoted)
        {
            Transfer = new(p.Number, method, this);
            p.Engine.Conversations.Expect(PortKind.Tcp, address, port, peerPort, Catalog.FtpData, Transfer);
        }
    }

    /// <summary>A command asks for another directory; the answer decides.</summary>
    public void ChangesTo(ReadOnlySpan<byte> path) => (next, changes) = (Cut(path).ToArray(), true);

    /// <summary>The change was made.</summary>
    public void Change()
    {
        if (changes)
        {
            Directory = next.AsSpan().StartsWith("/"u8) || Directory.Length == 0 ? next : Joined(Directory, next);
            changes = false;
        }
    }

    /// <summary>An answer tells the directory, in quotes that stand twice inside (RFC 959 appendix II).</summary>
    public bool IsAt(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '"')
        {
            return false;
        }

        var path = new List<byte>();
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (i + 1 >= text.Length || text[i + 1] != '"')
                {
                    Directory = Cut([.. path]).ToArray();
                    return true;
                }

                i++;
            }

            path.Add(text[i]);
        }

        return false;
    }

    /// <summary>A path below another, without empty steps and with ".." taken.</summary>
    static byte[] Joined(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path)
    {
        var steps = new List<byte[]>();
        foreach (var text in (ReadOnlySpan<byte[]>)[directory.ToArray(), path.ToArray()])
        {
            foreach (var range in ((ReadOnlySpan<byte>)text).Split((byte)'/'))
            {
                var step = text[range];
                if (step.AsSpan().SequenceEqual(".."u8))
                {
                    if (steps.Count > 0)
                    {
                        steps.RemoveAt(steps.Count - 1);
                    }
                }
                else if (step.Length > 0 && !step.AsSpan().SequenceEqual("."u8))
                {
                    steps.Add(step);
                }
            }
        }

        var joined = new List<byte>();
        foreach (byte[] step in steps)
        {
            if (joined.Count > 0 || directory[0] == '/')
            {
                joined.Add((byte)'/');
            }

            joined.AddRange(step);
        }

        return joined.Count == 0 && directory[0] == '/' ? [(byte)'/'] : Cut([.. joined]).ToArray();
    }

    static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text) => text[..Math.Min(text.Length, LongestText)];
}

/// <summary>A data connection that was announced.</summary>
/// <param name="setupFrame">Where.</param>
/// <param name="method">How: PORT, PASV, EPASV.</param>
/// <param name="session">By which control connection.</param>
sealed class FtpTransfer(int setupFrame, string method, FtpSession session)
{
    public int SetupFrame { get; } = setupFrame;

    public string Method { get; } = method;

    /// <summary>The control connection's directory.</summary>
    public byte[] Directory => session.Directory;

    /// <summary>What it carries, and where that was asked for; 0 while nothing was.</summary>
    public byte[] Command { get; set; } = [];

    public int CommandFrame { get; set; }
}
