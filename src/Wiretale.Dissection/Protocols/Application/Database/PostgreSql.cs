using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Database;

// Specification: PostgreSQL 15 manual, chapter 55 "Frontend/Backend Protocol", section 55.7 "Message Formats".
//
//   +---------------+-----------------------------------------------+
//   |  type (not in | length of itself and what follows             |
//   |  a first one) |                                               |
//   +---------------+-----------------------------------------------+

/// <summary>PostgreSQL's messages, version 3.</summary>
public sealed partial class PostgreSql() : Dissector("pgsql")
{
    const uint Port = 5432, TlsPort = 443;
    const int HeaderLength = 5, SslRequest = 80877103, CancelRequest = 80877102, GssRequest = 80877104;

    static readonly Protocol P = new("PostgreSQL", "PGSQL", "pgsql");
    static readonly Field Frontend = P.Flag("pgsql.frontend", "Frontend", 0, 0);
    static readonly Field Type = P.String("pgsql.type", "Type");
    static readonly Field Length = P.UInt32("pgsql.length", "Length");
    static readonly Field Major = P.UInt16("pgsql.version_major", "Protocol major version");
    static readonly Field Minor = P.UInt16("pgsql.version_minor", "Protocol minor version");
    static readonly Field ParameterName = P.StringZ("pgsql.parameter_name", "Parameter name");
    static readonly Field ParameterValue = P.StringZ("pgsql.parameter_value", "Parameter value");
    static readonly Field Query = P.StringZ("pgsql.query", "Query");
    static readonly Field Password = P.StringZ("pgsql.password", "Password");
    static readonly Field Authentication = P.UInt32("pgsql.authtype", "Authentication type", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Success"), (1, "Kerberos V4"), (2, "Kerberos V5"), (3, "Plaintext password"), (4, "crypt()ed password"), (5, "MD5 password"), (6, "SCM credentials"),
        (7, "GSSAPI"), (8, "GSSAPI/SSPI continue"), (9, "SSPI"), (10, "SASL"), (11, "SASL continue"), (12, "SASL complete")]));
    static readonly Field Salt = P.Bytes("pgsql.salt", "Salt value");
    static readonly Field SaslMechanism = P.StringZ("pgsql.auth.sasl.mech", "SASL authentication mechanism");
    static readonly Field SaslLength = P.Int32("pgsql.auth.sasl.data.length", "SASL authentication data length");
    static readonly Field SaslData = P.Bytes("pgsql.auth.sasl.data", "SASL authentication data");
    static readonly Field Statement = P.StringZ("pgsql.statement", "Statement");
    static readonly Field Portal = P.StringZ("pgsql.portal", "Portal");
    static readonly Field Returns = P.UInt32("pgsql.returns", "Returns");
    static readonly Field Tag = P.StringZ("pgsql.tag", "Tag");
    static readonly Field Status = P.UInt8("pgsql.status", "Status", FieldBase.Dec, ValueNames.Of(() => [
        ('I', "Idle"), ('T', "In a transaction"), ('E', "In a failed transaction")]));
    static readonly Field CopyData = P.Bytes("pgsql.copydata", "Copy data");
    static readonly Field ProcessId = P.UInt32("pgsql.pid", "PID");
    static readonly Field Key = P.UInt32("pgsql.key", "Key");
    static readonly Field TableOid = P.UInt32("pgsql.oid.table", "Table OID");
    static readonly Field TypeOid = P.UInt32("pgsql.oid.type", "Type OID");
    static readonly Field Format = P.UInt16("pgsql.format", "Format", FieldBase.Dec, ValueNames.Of(() => [(0, "Text"), (1, "Binary")]));
    static readonly Field FieldCount = P.UInt16("pgsql.field.count", "Field count");
    static readonly Field ColumnName = P.StringZ("pgsql.col.name", "Column name");
    static readonly Field ColumnIndex = P.UInt32("pgsql.col.index", "Column index");
    static readonly Field ColumnLength = P.Int32("pgsql.val.length", "Column length");
    static readonly Field ColumnData = P.Bytes("pgsql.val.data", "Data");
    static readonly Field TypeModifier = P.Int32("pgsql.col.typemod", "Type modifier");
    static readonly (byte Code, Field Field)[] ErrorFields =
    [
        ((byte)'S', P.StringZ("pgsql.severity", "Severity")), ((byte)'V', P.StringZ("pgsql.text", "Text")), ((byte)'C', P.StringZ("pgsql.code", "Code")),
        ((byte)'M', P.StringZ("pgsql.message", "Message")), ((byte)'D', P.StringZ("pgsql.detail", "Detail")), ((byte)'H', P.StringZ("pgsql.hint", "Hint")),
        ((byte)'P', P.StringZ("pgsql.position", "Position")), ((byte)'p', P.StringZ("pgsql.internal_position", "Position (Internal)")),
        ((byte)'q', P.StringZ("pgsql.internal_query", "Query (Internal)")), ((byte)'W', P.StringZ("pgsql.where", "Context")),
        ((byte)'s', P.StringZ("pgsql.schema_name", "Schema")), ((byte)'t', P.StringZ("pgsql.table_name", "Table")), ((byte)'c', P.StringZ("pgsql.column_name", "Column")),
        ((byte)'d', P.StringZ("pgsql.type_name", "Type")), ((byte)'n', P.StringZ("pgsql.constraint_name", "Constraint")), ((byte)'F', P.StringZ("pgsql.file", "File")),
        ((byte)'L', P.StringZ("pgsql.line", "Line")), ((byte)'R', P.StringZ("pgsql.routine", "Routine")),
    ];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PGSQL");
        bool frontend = p.DestinationPort == Port;
        if (!p.Stream!.IsReassembled || !p.ProtocolFixed)
        {
            p.Info.Set(frontend ? ">"u8 : "<"u8);
        }

        var session = p.Conversation?.GetOrAdd<Session>(this);
        if (session is { AskedForTls: true } && !frontend && v.Reported == 1)
        {
            // One letter answers the request for TLS: S agrees, and TLS follows (section 55.2.10).
            session.AskedForTls = false;
            if (v.U8(0) == 'S')
            {
                p.Conversation!.Dissector = p.Engine.Find(Tcp.Ports, TlsPort);
            }

            p.LeaveOutOfLayers();
            return 1;
        }

        p.Engine.State<Run>().Shown = 0;
        return Tcp.Pdus(p, v, parent, HeaderLength, static (_, in view, at) => Whole(view, at), Message);
    }

    /// <summary>Length of the message: a first one has no type, and its length begins with a zero byte. A single byte answers a request for TLS.</summary>
    static int Whole(in View v, int at)
    {
        int type = v.U8(at);
        return type == 0 ? (int)Math.Min(v.U32(at), int.MaxValue) : (int)Math.Min(1L + v.U32(at + 1), int.MaxValue);
    }

    void Message(Packet p, in View v, Node parent)
    {
        int type = v.U8(0);
        bool frontend = p.DestinationPort == Port;
        if (type != 0)
        {
            var run = p.Engine.State<Run>();
            p.Info.Append(run.Shown++ > 0 ? "/"u8 : ""u8);
            Span<byte> letter = [(byte)type];
            p.Info.Append(type >= 0x80 ? "\ufffd"u8 : type >= 0x20 ? letter : default);
        }

        else if (v.Has(4, 4) && v.U32(4) == SslRequest && p.Conversation?.GetOrAdd<Session>(this) is { } session)
        {
            session.AskedForTls = true;
        }

        if (!p.WantsFields)
        {
            return;
        }

        var tree = p.Open(P, v, parent);
        int at = type == 0 ? 0 : 1;
        string name = type == 0 ? StartupName(v.Has(4, 4) ? (int)v.U32(4) : 0) : Name(type, frontend, v);
        p.AddString(tree, Type, v, 0, at, name);
        p.Add(tree, Length, v, at);
        p.Hidden(p.AddFlag(tree, Frontend, v, 0, 0, frontend));
        if (type == 0)
        {
            Startup(p, v, tree);
        }
        else if (frontend)
        {
            FromFrontend(p, v, tree, type, name);
        }
        else
        {
            FromBackend(p, v, tree, type);
        }
    }

    static string StartupName(int code) => code switch
    {
        SslRequest => "SSL request",
        GssRequest => "GSS encrypt request",
        CancelRequest => "Cancel request",
        _ => "Startup message",
    };

    static void Startup(Packet p, in View v, Node tree)
    {
        switch ((int)v.U32(4))
        {
            case SslRequest:
            case GssRequest:
                break;
            case CancelRequest:
                p.AddAll(tree, v, 8, ProcessId, Key);
                break;
            default:
                p.AddAll(tree, v, 4, Major, Minor);
                for (int at = 8; at + 1 < v.Reported && v.U8(at) != 0;)
                {
                    at = Text(p, v, tree, ParameterName, at);
                    at = Text(p, v, tree, ParameterValue, at);
                }

                break;
        }
    }

    /// <summary>Adds a text that ends with a zero byte.</summary>
    /// <returns>Where the next thing begins.</returns>
    static int Text(Packet p, in View v, Node tree, Field field, int at)
    {
        int end = v.IndexOf(0, at);
        v.Ensure(at, end < 0 ? v.Reported - at + 1 : 1);
        p.Add(tree, field, v, at, end + 1 - at);
        return end + 1;
    }

    /// <summary>What is remembered of a connection.</summary>
    sealed class Session
    {
        public bool AskedForTls;
    }

    /// <summary>How many messages of the packet stand in the Info column.</summary>
    sealed class Run
    {
        public int Shown;
    }
}
