using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Database;

/// <content>The messages by their type letters.</content>
public sealed partial class PostgreSql
{
    static string Name(int type, bool frontend, in View v) => frontend ? type switch
    {
        'p' => PasswordName(v),
        'Q' => "Simple query",
        'P' => "Parse",
        'B' => "Bind",
        'E' => "Execute",
        'D' => "Describe",
        'C' => "Close",
        'H' => "Flush",
        'S' => "Sync",
        'F' => "Function call",
        'd' => "Copy data",
        'c' => "Copy completion",
        'f' => "Copy failure",
        'X' => "Termination",
        _ => "Unknown",
    }
    : type switch
    {
        'R' => "Authentication request",
        'K' => "Backend key data",
        'S' => "Parameter status",
        '1' => "Parse completion",
        '2' => "Bind completion",
        '3' => "Close completion",
        'C' => "Command completion",
        't' => "Parameter description",
        'T' => "Row description",
        'D' => "Data row",
        'I' => "Empty query",
        'n' => "No data",
        'E' => "Error",
        'N' => "Notice",
        's' => "Portal suspended",
        'Z' => "Ready for query",
        'A' => "Notification",
        'V' => "Function call response",
        'G' => "CopyIn response",
        'H' => "CopyOut response",
        'd' => "Copy data",
        'c' => "Copy completion",
        'v' => "Negotiate protocol version",
        'W' => "Copy both",
        _ => "Unknown",
    };

    /// <summary>A password and the two SASL responses share a letter: the first of these names its mechanism and then tells a length.</summary>
    static string PasswordName(in View v)
    {
        int end = v.IndexOf(0, HeaderLength);
        bool isInitial = end > 0 && v.Has(end + 1, 4) && end + 5 + v.U32(end + 1) == (uint)v.Reported;
        return isInitial ? "SASLInitialResponse message" : end == v.Reported - 1 ? "Password message" : "SASLResponse message";
    }

    static void FromFrontend(Packet p, in View v, Node tree, int type, string name)
    {
        const int At = HeaderLength;
        switch (type)
        {
            case 'p' when name.StartsWith("SASLI", StringComparison.Ordinal):
                int after = Text(p, v, tree, SaslMechanism, At);
                p.Add(tree, SaslLength, v, after);
                p.Add(tree, SaslData, v, after + 4, v.Reported - after - 4);
                break;
            case 'p' when name.StartsWith("SASLR", StringComparison.Ordinal):
                p.Add(tree, SaslData, v, At, v.Reported - At);
                break;
            case 'p':
                Text(p, v, tree, Password, At);
                break;
            case 'Q':
                Text(p, v, tree, Query, At);
                break;
            case 'P':
                int at = Text(p, v, tree, Query, Text(p, v, tree, Statement, At));
                int count = v.U16(at);
                if (count > 0)
                {
                    var types = p.AddText(tree, v, at, 2 + (count * 4), $"Parameters: {count}");
                    for (int i = 0; i < count; i++)
                    {
                        p.Add(types, TypeOid, v, at + 2 + (i * 4));
                    }
                }

                break;
            case 'B':
                Bind(p, v, tree, Text(p, v, tree, Statement, Text(p, v, tree, Portal, At)));
                break;
            case 'E':
                int countAt = Text(p, v, tree, Portal, At);
                if (v.U32(countAt) == 0)
                {
                    p.Label(p.Add(tree, Returns, v, countAt), $"Returns: all rows");
                }
                else
                {
                    p.Label(p.Add(tree, Returns, v, countAt), $"Returns: {v.U32(countAt)} rows");
                }

                break;
            case 'D' or 'C':
                Text(p, v, tree, v.U8(At) == 'P' ? Portal : Statement, At + 1);
                break;
            case 'd' when v.Reported > At:
                p.Add(tree, CopyData, v, At, v.Reported - At);
                break;
            default:
                break;
        }
    }

    static void Bind(Packet p, in View v, Node tree, int at)
    {
        at = Formats(p, v, tree, at, "Parameter formats: ");
        int count = v.U16(at);
        var values = p.AddText(tree, v, at, 2, $"Parameter values: {count}");
        at = Values(p, v, values, at + 2, count);
        Formats(p, v, tree, at, "Result formats: ");
    }

    static int Formats(Packet p, in View v, Node tree, int at, string label)
    {
        int count = v.U16(at);
        var node = p.AddText(tree, v, at, 2 + (2 * count), $"{label}{count}");
        for (int i = 0; i < count; i++)
        {
            p.Add(node, Format, v, at + 2 + (i * 2));
        }

        return at + 2 + (count * 2);
    }

    /// <summary>Values, each with its length; -1 is a null.</summary>
    static int Values(Packet p, in View v, Node node, int at, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int length = (int)v.U32(at);
            p.Add(node, ColumnLength, v, at);
            at += 4;
            if (length > 0)
            {
                v.Ensure(at, length);
                p.Add(node, ColumnData, v, at, length);
                at += length;
            }
        }

        return at;
    }

    static void FromBackend(Packet p, in View v, Node tree, int type)
    {
        const int At = HeaderLength;
        switch (type)
        {
            case 'R':
                Authenticate(p, v, tree);
                break;
            case 'S':
                Text(p, v, tree, ParameterValue, Text(p, v, tree, ParameterName, At));
                break;
            case 'K':
                p.AddAll(tree, v, At, ProcessId, Key);
                break;
            case 'C':
                Text(p, v, tree, Tag, At);
                break;
            case 'Z':
                p.Add(tree, Status, v, At);
                break;
            case 'T':
                Rows(p, v, tree);
                break;
            case 'D':
                var row = p.Add(tree, FieldCount, v, At);
                Values(p, v, row, At + 2, v.U16(At));
                break;
            case 'E' or 'N':
                for (int at = At; at < v.Reported && v.U8(at) != 0;)
                {
                    byte code = v.U8(at);
                    var field = Array.Find(ErrorFields, f => f.Code == code).Field;
                    int end = v.IndexOf(0, at + 1);
                    v.Ensure(at, end < 0 ? v.Reported - at + 1 : 1);
                    if (field is not null)
                    {
                        p.Add(tree, field, v, at + 1, end - at);
                    }

                    at = end + 1;
                }

                break;
            case 'd' when v.Reported > At:
                p.Add(tree, CopyData, v, At, v.Reported - At);
                break;
            default:
                break;
        }
    }

    static void Authenticate(Packet p, in View v, Node tree)
    {
        const int At = HeaderLength;
        int kind = (int)v.U32(At);
        p.Add(tree, Authentication, v, At);
        if (kind is 4 or 5)
        {
            p.Add(tree, Salt, v, At + 4, kind == 4 ? 2 : 4);
        }
        else if (kind == 10)
        {
            for (int at = At + 4; at < v.Reported && v.U8(at) != 0;)
            {
                at = Text(p, v, tree, SaslMechanism, at);
            }
        }
        else if (kind is 11 or 12 && v.Reported > At + 4)
        {
            p.Add(tree, SaslData, v, At + 4, v.Reported - At - 4);
        }
    }

    static void Rows(Packet p, in View v, Node tree)
    {
        int count = v.U16(HeaderLength), at = HeaderLength + 2;
        var node = p.Add(tree, FieldCount, v, HeaderLength);
        for (int i = 0; i < count; i++)
        {
            int end = v.IndexOf(0, at);
            v.Ensure(at, end < 0 ? v.Reported - at + 1 : 1);
            var column = p.Add(node, ColumnName, v, at, end + 1 - at);
            at = end + 1;
            p.Add(column, TableOid, v, at);
            p.AddUInt(column, ColumnIndex, v, at + 4, 2, v.U16(at + 4));
            p.Add(column, TypeOid, v, at + 6);
            p.AddInt(column, ColumnLength, v, at + 10, 2, (short)v.U16(at + 10));
            p.Add(column, TypeModifier, v, at + 12);
            p.Add(column, Format, v, at + 16);
            at += 18;
        }
    }
}
