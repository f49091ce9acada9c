namespace Wiretale.Wire;

/// <summary>WebSocket opcodes (RFC 6455 section 5.2) and close codes (section 7.4.1) with their names.</summary>
public static class WebSocketNames
{
    /// <summary>The opcodes that matter to more than a table.</summary>
    public const int Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    /// <summary>Names of opcodes.</summary>
    public static readonly (ulong Value, string Name)[] Opcodes =
    [
        (Continuation, "Continuation"), (Text, "Text"), (Binary, "Binary"), (Close, "Connection Close"), (Ping, "Ping"), (Pong, "Pong"),
    ];

    /// <summary>Names of close codes.</summary>
    public static readonly (ulong Value, string Name)[] CloseCodes =
    [
        (1000, "Normal Closure"), (1001, "Going Away"), (1002, "Protocol error"), (1003, "Unsupported Data"), (1004, "---Reserved----"),
        (1005, "No Status Rcvd"), (1006, "Abnormal Closure"), (1007, "Invalid frame payload data"), (1008, "Policy Violation"),
        (1009, "Message Too Big"), (1010, "Mandatory Ext."), (1011, "Internal Server"), (1015, "TLS handshake"),
    ];

    /// <summary>An opcode's name, or null.</summary>
    public static string? NameOf(int opcode) => opcode switch
    {
        Continuation => "Continuation",
        Text => "Text",
        Binary => "Binary",
        Close => "Connection Close",
        Ping => "Ping",
        Pong => "Pong",
        _ => null,
    };
}
