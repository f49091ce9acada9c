using System.Net;
using System.Net.Sockets;

namespace Wiretale.Lab.Links;

/// <summary>What the errors of sockets mean to whoever started the program, and what to do.</summary>
static class SocketText
{
    public static string Listening(SocketException e, IPEndPoint local) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"another program holds the port (wiretale ports {local.Port} says which; port 0 takes a free one)",
        SocketError.AddressNotAvailable => "this machine does not have that address",
        SocketError.AccessDenied => "not allowed (ports below 1024 need root)",
        _ => Plain(e),
    };

    public static string Connecting(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there (connection refused)",
        SocketError.TimedOut => "no answer (timed out)",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no way to that address",
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.InvalidArgument => "the source address is not this machine's, or cannot reach the server",
        _ => Plain(e),
    };

    public static string Broken(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionReset => "the other side broke the connection off (reset)",
        SocketError.TimedOut => "the other side is gone (timed out)",
        SocketError.Shutdown or SocketError.ConnectionAborted or SocketError.OperationAborted or SocketError.NotConnected => "the connection is closed",
        _ => Plain(e),
    };

    // The text of the system; the framework's own texts are left out of the command.
    static string Plain(SocketException e) => $"{e.Message} ({e.SocketErrorCode})";
}
