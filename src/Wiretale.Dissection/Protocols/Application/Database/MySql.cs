using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Database;

// Specification: MySQL's client/server protocol (https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html), MariaDB's additions.
//
//    0          3        4
//   +----------+--------+-----------
//   | length   | number | payload ...        little end first; a number of any length ("lenenc") has its size in its first byte
//   +----------+--------+-----------

/// <summary>MySQL: what is asked of a database and what it answers. Answers are in <see cref="MySqlAnswers"/>.</summary>
public sealed class MySql() : Dissector("mysql", "mariadb")
{
    const uint Port = 3306;
    internal const int Header = 4;
    const int WithDatabase = 8, Speaks41 = 0x200, Tls = 0x800, Secure = 0x8000;
    const int Attributes = 0x10, QueryAttributes = 0x800;
    internal const int PluginAuth = 8, SessionTrack = 0x80, NoEof = 0x100;

    internal static readonly Protocol P = new("MySQL Protocol", "MySQL", "mysql");
    static readonly Field PacketLength = P.UInt24("mysql.packet_length", "Packet Length");
    static readonly Field PacketNumber = P.UInt8("mysql.packet_number", "Packet Number", blurb: "Packet Number (now called: Sequence ID)");
    static readonly Field Request = P.Label("mysql.request", "Request Command");
    static readonly Field Command = P.UInt8("mysql.command", "Command", FieldBase.Dec, MySqlNames.Commands);
    static readonly Field Greeting = P.Label("mysql.server_greeting", "Server Greeting");
    static readonly Field ProtocolVersion = P.UInt8("mysql.protocol", "Protocol", blurb: "Protocol Version");
    static readonly Field Version = P.StringZ("mysql.version", "Version", blurb: "MySQL Version");
    static readonly Field ThreadId = P.UInt32("mysql.thread_id", "Thread ID", blurb: "MySQL Thread ID");
    static readonly Field Salt = P.StringZ("mysql.salt", "Salt");
    static readonly Field Salt2 = P.StringZ("mysql.salt2", "Salt");
    static readonly Field ServerLanguage = P.UInt8("mysql.server_language", "Server Language", FieldBase.Dec, MySqlNames.Charsets, blurb: "MySQL Charset");
    static readonly Field AuthPluginLength = P.UInt8("mysql.auth_plugin.length", "Authentication Plugin Length");
    static readonly Field AuthPlugin = P.StringZ("mysql.auth_plugin", "Authentication Plugin");
    static readonly Field Unused = P.Bytes("mysql.unused", "Unused");
    static readonly Field Login = P.Label("mysql.login_request", "Login Request");
    static readonly Field MaxPacket = P.UInt32("mysql.max_packet", "MAX Packet", blurb: "MySQL Max packet");
    static readonly Field Charset = P.UInt8("mysql.charset", "Charset", FieldBase.Dec, MySqlNames.Charsets, blurb: "MySQL Charset");
    static readonly Field MariaLanguage = P.UInt8("mariadb.server_language", "Server Language", FieldBase.Dec, MySqlNames.Charsets, blurb: "MySQL Charset");
    static readonly Field MariaCharset = P.UInt8("mariadb.charset", "Charset", FieldBase.Dec, MySqlNames.Charsets, blurb: "MySQL Charset");
    static readonly Field User = P.StringZ("mysql.user", "Username", blurb: "Login Username");
    static readonly Field Password = P.Bytes("mysql.passwd", "Password");
    static readonly Field Schema = P.String("mysql.schema", "Schema", blurb: "Login Schema");
    static readonly Field ClientPlugin = P.String("mysql.client_auth_plugin", "Client Auth Plugin");
    static readonly Field AttributeList = P.Label("mysql.connattrs", "Connection Attributes");
    static readonly Field AttributesLength = P.UInt64("mysql.connattrs.length", "Connection Attributes length");
    static readonly Field OneAttribute = P.Label("mysql.connattrs.attr", "Connection Attribute");
    static readonly Field AttributeNameLength = P.UInt64("mysql.connattrs.name.length", "Connection Attribute Name Length");
    static readonly Field AttributeName = P.StringZ("mysql.connattrs.name", "Connection Attribute Name");
    static readonly Field AttributeValueLength = P.UInt64("mysql.connattrs.value.length", "Connection Attribute Value Length");
    static readonly Field AttributeValue = P.StringZ("mysql.connattrs.value", "Connection Attribute Value");
    static readonly Field Query = P.String("mysql.query", "Statement");
    static readonly Field QueryList = P.Label("mysql.query_attrs", "Query Attributes");
    static readonly Field QueryCount = P.UInt8("mysql.query_attrs_count", "Count");
    static readonly Field QuerySendsTypes = P.Flag("mysql.query_attrs_send_types_to_server", "Send types to server");
    static readonly Field QueryType = P.UInt16("mysql.query_attr_name_type", "Attribute Name Type", FieldBase.Hex);
    static readonly Field QueryName = P.String("mysql.query_attr_name", "Attribute Name");
    static readonly Field QueryValue = P.String("mysql.query_attr_value", "Attribute Value");
    static readonly Field TableName = P.String("mysql.table_name", "Table Name");
    static readonly Field StatementId = P.UInt32("mysql.stmt_id", "Statement ID");
    static readonly Field Payload = P.Bytes("mysql.payload", "Payload", blurb: "Additional Payload");
    static readonly Field SwitchAnswer = P.Bytes("mysql.auth_switch_response.data", "Auth Method Data");
    static readonly Field Prefix = P.UInt8("mariadb.prefix", "Prefix");
    static readonly Field NumberLength = P.UInt64("mariadb.length", "Length");
    static readonly Expert UnknownCommand = P.Expert("mysql.command.invalid", Severity.Warning, ExpertGroup.Protocol, "Unknown/invalid command code");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(MySqlFlags), typeof(MySqlAnswers)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) =>
        Tcp.Pdus(p, v, parent, Header, static (_, in view, at) => (int)view.U24LE(at) + Header, One);

    void One(Packet p, in View v, Node parent)
    {
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new();
        bool request = p.DestinationPort == Port;
        p.SetProtocol("MySQL");
        var tree = p.Open(P, v, parent);
        p.AddLE(tree, PacketLength, v, 0);
        p.Add(tree, PacketNumber, v, 3);
        int number = v.U8(3);
        var state = session.State;
        if (!request)
        {
            if (number == 0 && state == State.Nothing)
            {
                Greet(p, v, tree, session);
            }
            else
            {
                p.Info.Set("Response "u8);
                MySqlAnswers.Answer(p, v, tree, session);
            }
        }
        else if (state == State.Greeted && number == 1)
        {
            LogIn(p, v, tree, session);
        }
        else
        {
            Ask(p, v, tree, session);
        }

        if (p.IsQuoted)
        {
            session.State = state;
        }
    }

    static void Greet(Packet p, in View v, Node tree, Session session)
    {
        p.Info.Set("Server Greeting "u8);
        int protocol = v.U8(Header);
        if (protocol == MySqlAnswers.ErrorCode)
        {
            MySqlAnswers.Failed(p, v, tree, Header + 1);
            return;
        }

        tree = p.Add(tree, Greeting, v, Header, v.Captured - Header).Or(tree);
        p.Add(tree, ProtocolVersion, v, Header);
        p.Info.Append($" proto={protocol}");
        int end = v.IndexOf(0, 5);
        end = end < 0 ? v.Captured : end;
        var version = v.Bytes[5..end];

        // MariaDB hides behind a version that old replicas accept.
        session.IsMaria = version.IndexOf("MariaDB"u8) >= 0;
        p.Info.Append(" version="u8);
        TextTalk.Say(p, session.IsMaria && version.StartsWith("5.5.5-"u8) ? version[6..] : version);
        p.Info.Append(" "u8);
        p.Add(tree, Version, v, 5, Math.Min(end + 1, v.Captured) - 5);
        int at = end + 1;
        session.State = State.Greeted;
        p.AddLE(tree, ThreadId, v, at);
        at += 4;
        at = TextZ(p, v, tree, Salt, at);
        if (at >= v.Captured)
        {
            return;
        }

        session.ServerExtended = v.CapturedFrom(at) >= 7 ? v.U16LE(at + 5) : 0;
        int first = v.U16LE(at);
        at = p.AddRows(tree, v, at, MySqlFlags.Server);
        p.Add(tree, session.IsMaria ? MariaLanguage : ServerLanguage, v, at++);
        at = p.AddRows(tree, v, at, MySqlFlags.Status);
        at = p.AddRows(tree, v, at, MySqlFlags.ServerExtended);
        p.Add(tree, AuthPluginLength, v, at++);
        bool isMaria = (first & 1) == 0;
        p.Add(tree, Unused, v, at, isMaria ? 6 : 10);
        at = isMaria ? p.AddRows(tree, v, at + 6, MySqlFlags.ServerMaria) : at + 10;

        if (at < v.Captured)
        {
            at = TextZ(p, v, tree, Salt2, at);
        }

        if (at < v.Captured)
        {
            TextZ(p, v, tree, AuthPlugin, at);
        }
    }

    internal static int TextZ(Packet p, in View v, Node tree, Field field, int at)
    {
        int end = v.IndexOf(0, at);
        end = end < 0 ? v.Captured : end + 1;
        p.Add(tree, field, v, at, end - at);
        return end;
    }

    static ReadOnlySpan<byte> ValueZ(in View v, int at)
    {
        int end = v.IndexOf(0, at);
        return at >= v.Captured ? default : v.Bytes[at..(end < 0 ? v.Captured : end)];
    }

    static void LogIn(Packet p, in View v, Node tree, Session session)
    {
        tree = p.Add(tree, Login, v, Header, v.Captured - Header).Or(tree);
        int at = Header;
        int client = v.U16LE(at);
        bool tls = (client & Tls) != 0;
        p.Info.Set(tls ? "Response: SSL Handshake"u8 : "Login Request"u8);
        at = p.AddRows(tree, v, at, MySqlFlags.Client);
        int extended = 0;
        if ((client & Speaks41) != 0)
        {
            extended = session.ClientExtended = v.U16LE(at);
            at = p.AddRows(tree, v, at, MySqlFlags.ClientExtended);
            p.AddLE(tree, MaxPacket, v, at);
            p.Add(tree, session.IsMaria ? MariaCharset : Charset, v, at + 4);
            at += 5;
            p.Add(tree, Unused, v, at, (client & 1) == 0 ? 19 : 23);
            at += 19;
            at = (client & 1) == 0 ? p.AddRows(tree, v, at, MySqlFlags.ClientMaria) : at + 4;
        }
        else
        {
            p.AddLE(tree, MaxPacket, v, at, 3);
            at += 3;
        }

        session.State = State.LoggedIn;
        p.Info.Append(" user="u8);
        TextTalk.Say(p, ValueZ(v, at));
        p.Info.Append(" "u8);
        if (tls)
        {
            p.Add(tree, User, v, v.Captured, 0);
            if (!p.IsQuoted)
            {
                p.Conversation!.Dissector = Catalog.Tls;
            }

            return;
        }

        at = TextZ(p, v, tree, User, at);
        at = Secret(p, v, tree, at, (client & Secure) != 0);
        if ((client & WithDatabase) != 0)
        {
            p.Info.Append("db="u8);
            TextTalk.Say(p, ValueZ(v, at));
            p.Info.Append(" "u8);
            at = TextZ(p, v, tree, Schema, at);
        }

        Tail(p, v, tree, at, extended);
    }

    static int Secret(Packet p, in View v, Node tree, int at, bool counted)
    {
        if (!counted)
        {
            return at < v.Captured ? TextZ(p, v, tree, Password, at) : at;
        }

        int length = v.U8(at);
        if (length > 0)
        {
            p.Add(tree, Password, v, at + 1, length);
        }

        return at + 1 + length;
    }

    static void Tail(Packet p, in View v, Node tree, int at, int extended)
    {
        if ((extended & PluginAuth) != 0)
        {
            at = TextZ(p, v, tree, ClientPlugin, at);
        }

        if ((extended & Attributes) == 0 || at >= v.Captured)
        {
            return;
        }

        int start = at;
        long length = Number(p, v, tree, ref at, out _);
        var list = p.Add(tree, AttributeList, v, at, v.Captured - at).Or(tree);
        p.AddUInt(list, AttributesLength, v, start, at - start, (ulong)length);
        while (at < v.Captured)
        {
            int begin = at;
            var branch = p.Add(list, OneAttribute, v, at, 0).Or(list);
            int name = Counted(p, v, branch, ref at, AttributeNameLength, AttributeName);
            int nameAt = at - name;
            int value = Counted(p, v, branch, ref at, AttributeValueLength, AttributeValue);
            p.SetLength(branch, at - begin);
            p.AppendLabel(branch, $" - {HttpText.Formatted(p, v.Span(nameAt, name))}: ");
            p.AppendLabel(branch, $"{HttpText.Formatted(p, v.Span(at - value, value))}");
        }
    }

    /// <summary>A text whose length stands before it.</summary>
    internal static int Counted(Packet p, in View v, Node tree, ref int at, Field lengthField, Field field)
    {
        int start = at;
        long length = Number(p, v, tree, ref at, out _);
        p.AddUInt(tree, lengthField, v, start, at - start, (ulong)length);
        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        p.Add(tree, field, v, at, (int)length);
        at += (int)length;
        return (int)length;
    }

    /// <summary>A number of any length: 0 to 250 in one byte, 251 is NULL, 252 to 254 say that 2, 3 or 8 bytes follow.</summary>
    internal static long Number(Packet p, in View v, Node tree, ref int at, out bool isNull)
    {
        int first = v.U8(at);
        isNull = first == 251;
        var prefix = p.Add(tree, Prefix, v, at);
        if (isNull)
        {
            p.AppendLabel(prefix, "(NULL)");
            at++;
            return 0;
        }

        int size = first switch { 252 => 2, 253 => 3, 254 => 8, _ => 0 };
        ulong value = size == 0 ? (ulong)first : v.UInt(at + 1, size, littleEndian: true);
        if (size > 0)
        {
            p.AppendLabel(prefix, $" Length in following {size} bytes");
        }

        p.AddUInt(tree, NumberLength, v, size == 0 ? at : at + 1, Math.Max(size, 1), value);
        at += 1 + size;
        return (long)Math.Min(value, long.MaxValue);
    }

    static void Ask(Packet p, in View v, Node tree, Session session)
    {
        if (session.State == State.SwitchAsked)
        {
            p.Info.Set("Auth Switch Response "u8);
            p.Add(tree, SwitchAnswer, v, Header, v.Captured - Header);
            session.State = State.Waiting;
            return;
        }

        int command = v.U8(Header), at = Header + 1;
        string? name = MySqlNames.Commands.Find((ulong)command);
        p.Info.Set("Request "u8);
        var branch = p.Add(tree, Request, v, Header, v.Captured - Header);
        if (name is null)
        {
            p.Info.Append($"Unknown ({command}) ");
            p.AppendLabel(branch, $" Unknown ({command})");
        }
        else
        {
            p.Info.Append(name);
            p.AppendLabel(branch, $" {name}");
        }

        branch = branch.Or(tree);
        p.Add(branch, Command, v, Header);
        int rest = v.Captured - at;
        session.State = State.Waiting;
        switch (command)
        {
            case 2 or 5 or 6:
                p.Add(branch, Schema, v, at, rest);
                break;
            case 3:
                session.State = State.Table;
                at = QueryAttributeList(p, v, branch, at, session);
                p.Add(branch, Query, v, at, v.Captured - at);
                break;
            case 4:
                session.State = State.Columns;
                TextZ(p, v, branch, TableName, at);
                break;
            case 9:
                session.State = State.Message;
                break;
            case 17:
                session.State = State.LoggedIn;
                at = TextZ(p, v, branch, User, at);
                at = Secret(p, v, branch, at, counted: true);
                at = TextZ(p, v, branch, Schema, at);
                if (at + 1 < v.Captured)
                {
                    p.Add(branch, Charset, v, at);
                    Tail(p, v, branch, at + 2, session.ClientExtended);
                }

                break;
            case 22:
                session.State = State.Prepared;
                p.Add(branch, Query, v, at, rest);
                break;
            case 23 or 25 or 26:
                session.State = command == 23 ? State.Table : State.Waiting;
                p.AddLE(branch, StatementId, v, at);
                Rest(p, v, branch, at + 4);
                break;
            case 1 or 14 or 31:
                break;
            default:
                var payload = Rest(p, v, branch, at);
                if (name is null)
                {
                    p.Expert(payload.Or(branch), UnknownCommand, v, at, rest);
                }

                break;
        }
    }

    internal static Node Rest(Packet p, in View v, Node tree, int at) => at < v.Captured ? p.Add(tree, Payload, v, at, v.Captured - at) : Node.None;

    static int QueryAttributeList(Packet p, in View v, Node tree, int at, Session session)
    {
        if ((session.ClientExtended & session.ServerExtended & QueryAttributes) == 0)
        {
            return at;
        }

        int count = v.U8(at);
        var list = p.Add(tree, QueryList, v, at, 2).Or(tree);
        p.Add(list, QueryCount, v, at);
        at += 2;
        if (count == 0)
        {
            return at;
        }

        p.Add(list, Unused, v, at, (count + 7) / 8);
        at += (count + 7) / 8;
        p.Add(list, QuerySendsTypes, v, at++);
        for (int i = 0; i < count; i++)
        {
            p.Add(list, QueryType, v, at);
            at += 2;
            Named(p, v, list, ref at, QueryName);
        }

        // As Wireshark: values are taken for texts, whatever their type.
        for (int i = 0; i < count; i++)
        {
            Named(p, v, list, ref at, QueryValue);
        }

        return at;
    }

    /// <summary>A text with its length in a branch of its own.</summary>
    internal static void Named(Packet p, in View v, Node tree, ref int at, Field field)
    {
        int start = at;
        var branch = p.AddText(tree, v, at, 0, field.Label).Or(tree);
        long length = Number(p, v, branch, ref at, out bool isNull);
        if (isNull)
        {
            p.AddString(branch, field, v, start, 1, "NULL"u8);
        }
        else
        {
            v.Ensure(at, (int)Math.Min(length, int.MaxValue));
            p.Add(branch, field, v, at, (int)length);
            at += (int)length;
        }

        p.SetLength(branch, at - start);
    }

    internal enum State : byte
    {
        Nothing, Greeted, LoggedIn, SwitchAsked, Waiting, Message, Table, Columns, Fields, Rows, Prepared, Idle,
    }

    /// <summary>What a connection has agreed on and waits for.</summary>
    internal sealed class Session
    {
        public State State;
        public bool IsMaria;
        public int ServerExtended, ClientExtended;

        /// <summary>Columns that are still to be described, and those of a row.</summary>
        public long FieldsLeft;
    }
}
