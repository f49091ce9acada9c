using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: rshd(8). TCP port 514. The client sends four texts, each with a NUL at its end: a port for errors, two names of users, and a command.

/// <summary>Remote shell of BSD.</summary>
public sealed class Rsh() : Dissector("rsh")
{
    const uint ServerPort = 514;

    static readonly Protocol P = new("Remote Shell", "RSH", "rsh");
    static readonly Field StderrPort = P.StringZ("rsh.stderr_port", "Stderr port (optional)", "Client port that is listening for stderr stream from server");
    static readonly Field ClientUser = P.StringZ("rsh.client_username", "Client username", "User's identity on the client machine");
    static readonly Field ServerUser = P.StringZ("rsh.server_username", "Server username", "User's identity on the server machine");
    static readonly Field Command = P.StringZ("rsh.command", "Command to execute", "Command client is requesting the server to run");
    static readonly Field ClientData = P.Bytes("rsh.client_server_data", "Client -> Server Data");
    static readonly Field ServerData = P.Bytes("rsh.server_client_data", "Server -> Client Data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, ServerPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        const byte Nul = 0;
        const int UserStep = 2, Steps = 4;
        bool fromClient = p.DestinationPort == ServerPort;
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new Session();
        p.SetProtocol("RSH");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (v.Captured == 0 || !fromClient || v.Bytes[^1] != Nul)
        {
            session.Step = Steps;
        }

        if (session.Step == Steps)
        {
            if (session.User is { } user)
            {
                p.Info.Append($"Server username:{user} ");
            }

            p.Info.Append(fromClient ? "Client -> Server data"u8 : "Server -> Client Data"u8);
            p.Add(tree, fromClient ? ClientData : ServerData, v, 0, v.Reported);
            return v.Reported;
        }

        p.Info.Set("Session Establishment"u8);
        for (int at = 0; at < v.Captured && session.Step < Steps; session.Step++)
        {
            int end = v.IndexOf(Nul, at);
            p.Add(tree, session.Step switch { 0 => StderrPort, 1 => ClientUser, UserStep => ServerUser, _ => Command }, v, at, end + 1 - at);
            if (session.Step == UserStep && !p.IsQuoted)
            {
                session.User = System.Text.Encoding.Latin1.GetString(v.Span(at, Math.Min(end - at, Session.LongestUser)));
            }

            at = end + 1;
        }

        return v.Reported;
    }

    /// <summary>How far a connection has come.</summary>
    sealed class Session
    {
        public const int LongestUser = 256;

        public int Step;
        public string? User;
    }
}
