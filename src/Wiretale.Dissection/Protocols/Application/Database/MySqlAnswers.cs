using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using static Wiretale.Dissection.Protocols.Application.Database.MySql;

namespace Wiretale.Dissection.Protocols.Application.Database;

/// <summary>What a server of MySQL says: OK, an error, a table (its columns and rows).</summary>
static class MySqlAnswers
{
    static readonly Protocol P = MySql.P;

    public const int ErrorCode = 0xff;
    const int OkCode = 0, SwitchCode = 0xfe, MoreResults = 8, SessionChanged = 0x4000, LongestEof = 9;

    static readonly Field ResponseCode = P.UInt8("mysql.response_code", "Response Code", FieldBase.Hex, ValueNames.Of(() =>
        [(0x0, "OK Packet"), (0xff, "ERR Packet"), (0xfe, "EOF Packet")]));
    static readonly Field ErrorNumber = P.UInt16("mysql.error_code", "Error Code");
    static readonly Field SqlState = P.String("mysql.sqlstate", "SQL state");
    static readonly Field ErrorText = P.String("mysql.error.message", "Error message", blurb: "Error string in case of MySQL error message");
    static readonly Field Message = P.StringZ("mysql.message", "Message");
    static readonly Field AffectedRows = P.UInt64("mysql.affected_rows", "Affected Rows");
    static readonly Field InsertId = P.UInt64("mysql.insert_id", "Last INSERT ID");
    static readonly Field Warnings = P.UInt16("mysql.warnings", "Warnings");
    static readonly Field Eof = P.UInt8("mysql.eof", "EOF marker");
    static readonly Field SwitchName = P.String("mysql.auth_switch_request.name", "Auth Method Name");
    static readonly Field SwitchData = P.Bytes("mysql.auth_switch_request.data", "Auth Method Data");
    static readonly Field ColumnCount = P.UInt64("mysql.num_fields", "Number of fields");
    static readonly Field ColumnCatalog = P.String("mysql.field.catalog", "Catalog", blurb: "Field: catalog");
    static readonly Field ColumnDatabase = P.String("mysql.field.db", "Database", blurb: "Field: database");
    static readonly Field ColumnTable = P.String("mysql.field.table", "Table", blurb: "Field: table");
    static readonly Field ColumnOrigin = P.String("mysql.field.org_table", "Original table", blurb: "Field: original table");
    static readonly Field ColumnName = P.String("mysql.field.name", "Name", blurb: "Field: name");
    static readonly Field ColumnFirstName = P.String("mysql.field.org_name", "Original name", blurb: "Field: original name");
    static readonly Field ColumnCharset = P.UInt16("mysql.field.charsetnr", "Charset number", FieldBase.Dec, MySqlNames.Charsets, blurb: "Field: charset number");
    static readonly Field ColumnLength = P.UInt32("mysql.field.length", "Length", blurb: "Field: length");
    static readonly Field ColumnType = P.UInt8("mysql.field.type", "Type", FieldBase.Dec, MySqlNames.ColumnTypes, blurb: "Field: type");
    static readonly Field ColumnDecimals = P.UInt8("mysql.field.decimals", "Decimals", blurb: "Field: decimals");
    static readonly Field ColumnDefault = P.String("mysql.field.default", "Default", blurb: "Field: default");
    static readonly Field RowText = P.String("mysql.row.text", "text", blurb: "Field: row packet text");
    static readonly Field TrackData = P.Label("mysql.session_track.data", "Session tracking data");
    static readonly Field TrackDataLength = P.UInt64("mysql.session_track.data.length", "Session tracking data length");
    static readonly Field Track = P.Label("mysql.session_track", "Session Track");
    static readonly Field TrackType = P.UInt8("mysql.session_track.type", "Session tracking type", FieldBase.Dec, ValueNames.Of(() => [
        (0, "SESSION_SYSVARS_TRACKER"), (1, "CURRENT_SCHEMA_TRACKER"), (2, "SESSION_STATE_CHANGE_TRACKER"), (3, "SESSION_TRACK_GTIDS"),
        (4, "SESSION_TRACK_TRANSACTION_CHARACTERISTICS"), (5, "SESSION_TRACK_TRANSACTION_STATE")]));
    static readonly Field TrackLength = P.UInt64("mysql.session_track.length", "Session tracking length");
    static readonly Field GtidEncoding = P.UInt8("mysql.session_track.gtids.encoding", "GTIDs encoding");
    static readonly Field GtidLength = P.UInt64("mysql.session_track.gtids.length", "GTIDs length");
    static readonly Field Gtids = P.StringZ("mysql.session_track.gtids", "GTIDs");
    static readonly Field SchemaLength = P.UInt64("mysql.session_track.schema.length", "Schema change length");
    static readonly Field SchemaChange = P.StringZ("mysql.session_track.schema", "Schema change");
    static readonly Field CharacteristicsLength = P.UInt64("mysql.session_track.transaction_characteristics.length", "Transaction characteristics length");
    static readonly Field Characteristics = P.StringZ("mysql.session_track.transaction_characteristics", "Transaction characteristics");
    static readonly Field TransactionLength = P.UInt64("mysql.session_track.transaction_state.length", "Transaction state length");
    static readonly Field Transaction = P.StringZ("mysql.session_track.transaction_state", "Transaction state");
    static readonly Field VariableLength = P.UInt64("mysql.session_track.sysvar.length", "System variable change Length");
    static readonly Field VariableName = P.StringZ("mysql.session_track.sysvar.name", "System variable change Name");
    static readonly Field VariableValue = P.StringZ("mysql.session_track.sysvar.value", "System variable change Value");
    static readonly Expert UnknownResponse = P.Expert("mysql.unknown_response", Severity.Warning, ExpertGroup.Undecoded, "unknown/invalid response");

    public static void Answer(Packet p, in View v, Node tree, Session session)
    {
        int code = v.U8(Header), length = v.Reported - Header;
        if (code == ErrorCode)
        {
            p.AppendLabel(tree, " - response ERROR");
            p.Add(tree, ResponseCode, v, Header);
            Failed(p, v, tree, Header + 1);
            session.State = State.Idle;
            return;
        }

        if (session.State == State.LoggedIn && code != OkCode && (session.ClientExtended & PluginAuth) != 0)
        {
            p.AppendLabel(tree, " - authentication switch request");
            Switch(p, v, tree, code);
            session.State = State.SwitchAsked;
            return;
        }

        if (code == SwitchCode && (length < LongestEof || (session.State == State.Rows && HasNoEof(session))))
        {
            End(p, v, tree, session);
            return;
        }

        if (code == OkCode && session.State is not (State.Rows or State.Message or State.Fields or State.Columns))
        {
            Done(p, v, tree, session);
            return;
        }

        switch (session.State)
        {
            case State.Message:
                p.Add(tree, Message, v, Header, v.Captured - Header);
                session.State = State.Idle;
                break;
            case State.Table:
                Count(p, v, tree, session);
                break;
            case State.Fields or State.Columns:
                p.AppendLabel(tree, session.State == State.Fields ? " - field packet" : " - response to SHOW FIELDS");
                Column(p, v, tree);
                if (session.State == State.Fields && --session.FieldsLeft == 0 && HasNoEof(session))
                {
                    session.State = State.Rows;
                }

                break;
            case State.Rows:
                p.AppendLabel(tree, " - row packet");
                for (int at = Header; at < v.Captured;)
                {
                    Named(p, v, tree, ref at, RowText);
                }

                break;
            default:
                p.Expert(Rest(p, v, tree, Header).Or(tree), UnknownResponse, v, Header, v.Captured - Header);
                break;
        }
    }

    static bool HasNoEof(Session session) => (session.ServerExtended & session.ClientExtended & NoEof) != 0;

    public static void Failed(Packet p, in View v, Node tree, int at)
    {
        int number = v.U16LE(at);
        p.Info.Append($" Error {number} ");
        p.AddLE(tree, ErrorNumber, v, at);
        at += 2;
        if (v.Has(at, 6) && v.U8(at) == '#')
        {
            p.Add(tree, SqlState, v, at + 1, 5);
            at += 6;
        }

        p.Add(tree, ErrorText, v, at, v.Captured - at);
    }

    static void Switch(Packet p, in View v, Node tree, int code)
    {
        p.Info.Set("Auth Switch Request "u8);
        int at = Header;
        if (code == SwitchCode)
        {
            p.Add(tree, ResponseCode, v, at);
            p.Add(tree, Eof, v, at++);
        }

        at = TextZ(p, v, tree, SwitchName, at);
        p.Add(tree, SwitchData, v, at, v.Captured - at);
    }

    /// <summary>The end of columns or rows; where both sides agreed to do without, it is an OK with another code.</summary>
    static void End(Packet p, in View v, Node tree, Session session)
    {
        int length = v.Reported - Header;
        if (HasNoEof(session) && length >= 7)
        {
            Done(p, v, tree, session);
            return;
        }

        bool between = session.State == State.Fields;
        p.AppendLabel(tree, between ? " - intermediate EOF" : " - response EOF");
        p.Add(tree, ResponseCode, v, Header);
        p.Add(tree, Eof, v, Header);
        int status = 0;
        if (length > 1)
        {
            p.AddLE(tree, Warnings, v, Header + 1);
            status = v.U16LE(Header + 3);
            p.AddRows(tree, v, Header + 3, MySqlFlags.Status);
        }

        session.State = between ? State.Rows : (status & MoreResults) != 0 ? State.Table : State.Idle;
    }

    static void Done(Packet p, in View v, Node tree, Session session)
    {
        p.AppendLabel(tree, " - response OK");
        p.Info.Append(" OK "u8);
        p.Add(tree, ResponseCode, v, Header);
        if (v.U8(Header) == SwitchCode)
        {
            p.Add(tree, Eof, v, Header);
        }

        int at = Header + 1, start = at;
        long rows = Number(p, v, tree, ref at, out _);
        p.AddUInt(tree, AffectedRows, v, start, at - start, (ulong)rows);
        start = at;
        long id = Number(p, v, tree, ref at, out _);
        if (id != 0)
        {
            p.AddUInt(tree, InsertId, v, start, at - start, (ulong)id);
        }

        int status = 0;
        if (v.CapturedFrom(at) >= 2)
        {
            status = v.U16LE(at);
            at = p.AddRows(tree, v, at, MySqlFlags.Status);
        }

        if (v.CapturedFrom(at) >= 2)
        {
            p.AddLE(tree, Warnings, v, at);
            at += 2;
        }

        if (at < v.Captured)
        {
            Remark(p, v, tree, at, (session.ClientExtended & SessionTrack) != 0, status);
        }

        session.State = (status & MoreResults) != 0 ? State.Table : State.Idle;
    }

    static void Remark(Packet p, in View v, Node tree, int at, bool tracks, int status)
    {
        if (!tracks)
        {
            p.Add(tree, Message, v, at, v.Captured - at);
            return;
        }

        int start;
        long length = Number(p, v, tree, ref at, out _);
        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        if (length > 0)
        {
            p.Add(tree, Message, v, at, (int)length);
            at += (int)length;
        }

        if ((status & SessionChanged) == 0 || at >= v.Captured)
        {
            return;
        }

        start = at;
        length = Number(p, v, tree, ref at, out _);
        var list = p.Add(tree, TrackData, v, at, v.Captured - at).Or(tree);
        p.AddUInt(list, TrackDataLength, v, start, at - start, (ulong)length);
        while (at < v.Captured)
        {
            start = at;
            var branch = p.Add(list, Track, v, at, 0).Or(list);
            int type = v.U8(at);
            p.Add(branch, TrackType, v, at++);
            int lengthAt = at;
            length = Number(p, v, branch, ref at, out _);
            p.AddUInt(branch, TrackLength, v, lengthAt, at - lengthAt, (ulong)length);
            v.Ensure(at, (int)Math.Min(length, int.MaxValue));
            Change(p, v.Part(0, at + (int)length), branch, type, at);
            at += (int)length;
            p.SetLength(branch, at - start);
        }
    }

    static void Change(Packet p, in View v, Node tree, int type, int at)
    {
        switch (type)
        {
            case 0:
                while (at < v.Captured)
                {
                    Counted(p, v, tree, ref at, VariableLength, VariableName);
                    Counted(p, v, tree, ref at, VariableLength, VariableValue);
                }

                break;
            case 1:
                Counted(p, v, tree, ref at, SchemaLength, SchemaChange);
                break;
            case 3:
                p.Add(tree, GtidEncoding, v, at++);
                Counted(p, v, tree, ref at, GtidLength, Gtids);
                break;
            case 4:
                Counted(p, v, tree, ref at, CharacteristicsLength, Characteristics);
                break;
            case 5:
                Counted(p, v, tree, ref at, TransactionLength, Transaction);
                break;
            default:
                break;
        }
    }

    static void Count(Packet p, in View v, Node tree, Session session)
    {
        p.AppendLabel(tree, " - column count");
        p.Info.Append("TABULAR "u8);
        p.Info.Fence();
        int at = Header;
        session.FieldsLeft = Number(p, v, tree, ref at, out _);
        p.AddUInt(tree, ColumnCount, v, Header, at - Header, (ulong)session.FieldsLeft);
        session.State = State.Fields;
    }

    static void Column(Packet p, in View v, Node tree)
    {
        int at = Header;
        foreach (var field in (ReadOnlySpan<Field>)[ColumnCatalog, ColumnDatabase, ColumnTable, ColumnOrigin, ColumnName, ColumnFirstName])
        {
            Named(p, v, tree, ref at, field);
        }

        at++;
        p.AddLE(tree, ColumnCharset, v, at);
        p.AddLE(tree, ColumnLength, v, at + 2);
        p.Add(tree, ColumnType, v, at + 6);
        p.AddRows(tree, v, at + 7, MySqlFlags.Column);
        p.Add(tree, ColumnDecimals, v, at + 9);
        at += 12;
        if (at < v.Captured)
        {
            Named(p, v, tree, ref at, ColumnDefault);
        }
    }
}
