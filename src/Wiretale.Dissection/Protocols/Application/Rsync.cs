using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: rsync's own documents (rsyncd.conf(5), csprotocol.txt). TCP port 873: both sides greet with "@RSYNCD: version" and a line feed,
// the client names a module, the server answers "@RSYNCD: OK"; then come the client's arguments, and data.

/// <summary>rsync's daemon: greetings, the module and the arguments; what follows is data.</summary>
public sealed class Rsync() : Dissector("rsync")
{
    const uint Port = 873;
    const int MagicLength = 8, VersionAt = 9;

    static readonly Protocol P = new("RSYNC File Synchroniser", "RSYNC", "rsync");
    static readonly Field Magic = P.String("rsync.hdr_magic", "Magic Header"), Version = P.String("rsync.hdr_version", "Header Version");
    static readonly Field Query = P.String("rsync.query", "Client Query String"), WordsOfTheDay = P.String("rsync.motd", "Server MOTD String");
    static readonly Field Command = P.StringZ("rsync.command", "Client Command String"), Data = P.Bytes("rsync.data", "rsync data");
    static readonly Expert Stray = P.Expert("rsync.stray", Severity.Warning, ExpertGroup.Undecoded, "Trailing stray characters");

    /// <summary>What comes next from a side.</summary>
    enum Step
    {
        Greeting, Query, WordsOfTheDay, Command, Data,
    }

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new();
        bool isServer = p.SourcePort == Port;
        p.SetProtocol("RSYNC");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        switch (isServer ? session.Server : session.Client)
        {
            case Step.Greeting:
                Greet(p, v, tree, isServer);
                if (isServer)
                {
                    session.Server = Step.WordsOfTheDay;
                }
                else
                {
                    session.Client = Step.Query;
                }

                break;
            case Step.Query:
                p.Info.Set("Client Query");
                p.Add(tree, Query, v, 0, v.Reported);
                (session.Client, session.Server) = (Step.Command, Step.Data);
                break;
            case Step.WordsOfTheDay:
                p.Info.Set("Server MOTD");
                p.Add(tree, WordsOfTheDay, v, 0, v.Reported);
                break;
            case Step.Command:
                p.Info.Set("Client Command");
                int end = v.IndexOf(0, 0), length = end < 0 ? v.Reported : end + 1;
                var node = p.Add(tree, Command, v, 0, length);
                if (length < v.Reported)
                {
                    p.Expert(node, Stray, v, 0, length);
                }

                break;
            default:
                p.Info.Set("Data");
                p.Add(tree, Data, v, 0, v.Reported);
                break;
        }

        return v.Reported;
    }

    static void Greet(Packet p, in View v, Node tree, bool isServer)
    {
        v.Ensure(0, MagicLength);
        p.Add(tree, Magic, v, 0, MagicLength);
        v.Ensure(VersionAt, 1);
        p.Add(tree, Version, v, VersionAt, v.Reported - VersionAt);
        var version = v.Span(VersionAt, v.Reported - VersionAt);
        p.Info.Set($"{(isServer ? "Server" : "Client")} Initialisation (Version ");
        p.Info.Append(version.EndsWith("\n"u8) ? version[..^1] : version);
        p.Info.Append(")"u8);
    }

    sealed class Session
    {
        public Step Client, Server;
    }
}
