using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 1282. TCP port 513. The client sends a NUL, then who it is; the server answers with a NUL. What follows is typed and shown.

/// <summary>Remote login of BSD.</summary>
public sealed class Rlogin() : Dissector("rlogin")
{
    const uint ServerPort = 513;
    const int WindowLength = 12;

    static readonly Protocol P = new("Rlogin Protocol", "Rlogin", "rlogin");
    static readonly Field UserInfo = P.String("rlogin.user_info", "User Info");
    static readonly Field ClientStartup = P.UInt8("rlogin.client_startup_flag", "Client startup flag", FieldBase.Hex);
    static readonly Field StartupReceived = P.UInt8("rlogin.startup_info_received_flag", "Startup info received flag", FieldBase.Hex);
    static readonly Field ClientUser = P.String("rlogin.client_user_name", "Client-user-name");
    static readonly Field ServerUser = P.String("rlogin.server_user_name", "Server-user-name");
    static readonly Field TerminalType = P.String("rlogin.terminal_type", "Terminal-type");
    static readonly Field TerminalSpeed = P.UInt32("rlogin.terminal_speed", "Terminal-speed");
    static readonly Field Window = P.Label("rlogin.window_size", "Window Info");
    static readonly Field Rows = P.UInt16("rlogin.window_size.rows", "Rows");
    static readonly Field Columns = P.UInt16("rlogin.window_size.cols", "Columns");
    static readonly Layout WindowRows = new(
        P.UInt16("rlogin.magic_cookie", "Magic Cookie", FieldBase.Hex), P.String("rlogin.window_size.ss", "Window size marker").Of(2), Rows, Columns,
        P.UInt16("rlogin.window_size.x_pixels", "X Pixels"), P.UInt16("rlogin.window_size.y_pixels", "Y Pixels"));

    static readonly Field Data = P.String("rlogin.data", "Data");
    static readonly Expert InvalidSpeed = P.Expert("rlogin.terminal_speed.invalid", Severity.Error, ExpertGroup.Malformed, "Terminal length must be a string containing an integer");

    enum Stage : byte
    {
        Nothing, Started, Running,
    }

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, ServerPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool fromClient = p.DestinationPort == ServerPort;
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new Session();
        p.SetProtocol("Rlogin");
        p.Info.Clear();
        if (session.User is { } user)
        {
            p.Info.Append($"User name: {user}, ");
        }

        var tree = p.Open(P, v, parent);
        int at = 0;
        bool isFirst = !session.HasBegun;
        session.HasBegun = true;
        if (v.U8(0) == 0)
        {
            p.Info.Append(fromClient ? "Start Handshake"u8 : "Startup info received"u8);
            p.Add(tree, fromClient ? ClientStartup : StartupReceived, v, at++);
            bool tellsMore = fromClient && isFirst && v.Reported > 1;
            session.Stage = fromClient && isFirst && !tellsMore ? Stage.Started : Stage.Running;
            at = tellsMore ? AddUser(p, v, tree, at) : at;
        }
        else if (fromClient && session.Stage == Stage.Started)
        {
            AppendData(p, v, 0);
            session.Stage = Stage.Running;
            at = AddUser(p, v, tree, 0);
            p.Info.Append(", (User information)"u8);
            session.User = p.IsQuoted ? null : Session.Name(v.Bytes);
        }
        else if (fromClient && WindowAt(v) is >= 0 and var window)
        {
            if (window > 0)
            {
                p.Add(tree, Data, v, 0, window);
            }

            var node = p.Add(tree, Window, v, window, WindowLength);
            p.Info.Append("Terminal Info"u8);
            at = p.AddRows(node, v, window, WindowRows);
            v.Ensure(window, WindowLength);
            p.Info.Append($" (rows={v.U16(window + 4)}, cols={v.U16(window + 6)})");
        }
        else
        {
            AppendData(p, v, 0);
        }

        if (at < v.Reported)
        {
            p.Add(tree, Data, v, at, v.ReportedFrom(at));
        }

        return v.Reported;
    }

    static void AppendData(Packet p, in View v, int at)
    {
        const int Most = 128;
        if (!p.Info.Writable)
        {
            return;
        }

        p.Info.Append("Data: "u8);
        p.Scratch.Clear();
        TextDecoder.Decode(v.Bytes[at..Math.Min(v.Captured, at + Most)], TextEncoding.Ascii, p.Scratch);
        int length = p.Scratch.Length;
        FieldFormat.Escaped(p.Scratch, p.Scratch.Bytes.ToArray());
        p.Info.Append(p.Scratch.Slice(length, p.Scratch.Length - length));
    }

    /// <summary>RFC 1282: 0xffff, "ss", and four numbers.</summary>
    static int WindowAt(in View v) => v.Bytes.IndexOf([(byte)0xff, (byte)0xff, (byte)'s', (byte)'s']);

    /// <summary>Who the client is: two names, and a terminal with its speed.</summary>
    static int AddUser(Packet p, in View v, Node tree, int at)
    {
        p.Scratch.Clear();
        FieldFormat.Escaped(p.Scratch, v.Bytes[at..]);
        var node = p.AddString(tree, UserInfo, v, at, v.ReportedFrom(at), v.Bytes[at..]);
        p.Label(node, $"User info ({p.Scratch.Bytes})");
        for (int i = 0; i < 2; i++)
        {
            int end = v.IndexOf(0, at);
            if (end < 0)
            {
                v.ThrowShort(v.Captured, 1);
            }

            p.Add(node, i == 0 ? ClientUser : ServerUser, v, at, end + 1 - at);
            at = end + 1;
        }

        int slash = v.IndexOf((byte)'/', at), last = v.IndexOf(0, at);
        if (slash < 0 || last < slash)
        {
            return at;
        }

        p.Add(node, TerminalType, v, at, slash - at);
        var digits = v.Bytes[(slash + 1)..last];
        bool isNumber = System.Buffers.Text.Utf8Parser.TryParse(digits, out uint speed, out int used) && used == digits.Length;
        var speedNode = p.AddUInt(node, TerminalSpeed, v, slash + 1, last - slash, isNumber ? speed : 0);
        if (!isNumber)
        {
            p.Expert(speedNode, InvalidSpeed, v, slash + 1, digits.Length);
        }

        return last + 1;
    }

    /// <summary>How far a connection has come.</summary>
    sealed class Session
    {
        const int LongestName = 256;

        public bool HasBegun;
        public Stage Stage;
        public string? User;

        public static string? Name(ReadOnlySpan<byte> info)
        {
            int end = info.IndexOf((byte)0);
            return end <= 0 ? null : System.Text.Encoding.Latin1.GetString(info[..Math.Min(end, LongestName)]);
        }
    }
}
