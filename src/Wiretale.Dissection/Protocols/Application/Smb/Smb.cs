using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;
using static Wiretale.Dissection.Protocols.Application.Smb.SmbMessages;

namespace Wiretale.Dissection.Protocols.Application.Smb;

// Specification: [MS-CIFS] section 2.2.3, [MS-SMB]. Little end first.
//
//    0               4       5               9       10      12              24      26      28      30      32
//   +---------------+-------+---------------+-------+-------+-- ... --------+-------+-------+-------+-------+-------+------ ... +-------+----
//   | 0xff 'SMB'    |command| status        | flags | flags2| pid, signature| tree  | pid   | uid   | mid   | words | ...       | bytes | ...
//   +---------------+-------+---------------+-------+-------+-- ... --------+-------+-------+-------+-------+-------+------ ... +-------+----

/// <summary>Server Message Block, version 1 (CIFS): header, chains of commands, and what each says in the Info column.</summary>
public sealed partial class Smb() : Dissector("smb")
{
    const int HeaderLength = 32, ResponseFlag = 0x80, Unicode = 0x8000, NtErrors = 0x4000, NoNext = 0xff;

    /// <summary>Commands in one message; a chain may not go back, but a long message may be nothing else.</summary>
    const int MaxChained = 100;

    /// <inheritdoc />
    public override Protocol Protocol => SmbFields.P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(SmbFields), typeof(SmbMessages)];

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.U32(0) != 0xff534d42)
        {
            return 0;
        }

        p.SetProtocol("SMB");
        int command = v.U8(4), flags = v.U8(9), flags2 = v.U16LE(10);
        var connection = p.Conversation?.GetOrAdd<SmbConnection>(this) ?? new();
        uint key = ((uint)v.U16LE(26) << 16) | v.U16LE(30);
        var m = new Message
        {
            Command = command,
            IsResponse = (flags & ResponseFlag) != 0,
            IsUnicode = (flags2 & Unicode) != 0,
            Connection = connection,
            Parent = parent,
        };
        m.Request = m.IsResponse ? connection.Answer(key) : new() { Frame = p.Number, Time = p.Time };
        if (!m.IsResponse)
        {
            connection.Ask(key, m.Request!);
        }

        p.Info.Set($"{NameOf(command)} {(m.IsResponse ? "Response" : "Request")}");
        var tree = p.Open(SmbFields.P, v, parent);
        AddHeader(p, v, tree, m, flags2);
        if (m.Request is null && m.IsResponse && command is Trans2)
        {
            p.Info.Append("<unknown>"u8);
        }

        Commands(p, v, tree, ref m);
        AppendError(p, v, flags2);
        return v.Reported;
    }

    static string NameOf(int command) => Command.Names!.FindOr((uint)command, $"Unknown (0x{command:x2})");

    static void AddHeader(Packet p, in View v, Node tree, in Message m, int flags2)
    {
        v.Ensure(0, HeaderLength);
        if (!p.WantsFields)
        {
            return;
        }

        var header = p.AddText(tree, v, 0, HeaderLength, "SMB Header");
        p.Label(p.Add(header, ServerComponent, v, 0), $"Server Component: SMB");
        if (m.IsResponse && m.Request is { } request)
        {
            p.Generated(p.AddUInt(header, ResponseTo, v, 0, 0, (uint)request.Frame));
            p.Generated(p.AddTime(header, Time, v, 0, 0, p.Time - request.Time));
        }

        p.Add(header, Command, v, 4);
        if ((flags2 & NtErrors) != 0)
        {
            p.AddLE(header, Status, v, 5);
        }
        else
        {
            p.Add(header, ErrorClass, v, 5);
            p.Add(header, Reserved, v, 6, 1);
            var code = p.AddLE(header, ErrorCode, v, 7);
            p.Label(code, $"Error Code: {DosError(v)}");
        }

        p.AddBits(header, Flags, v, 9, FlagBits, sumUp: true);
        p.AddBits(header, Flags2, v, 10, Flags2Bits, littleEndian: true, sumUp: true);
        p.AddLE(header, ProcessIdHigh, v, 12);
        p.Add(header, Signature, v, 14, 8);
        p.Add(header, Reserved, v, 22, 2);
        p.AddLE(header, TreeId, v, 24);
        p.AddLE(header, ProcessId, v, 26);
        p.AddLE(header, UserId, v, 28);
        p.AddLE(header, MultiplexId, v, 30);
    }

    static string DosError(in View v)
    {
        uint kind = v.U8(5), code = v.U16LE(7);
        return kind == 0 ? "No Error" : DosErrors.FindOr((kind << 16) | code, $"Unknown error ({kind:x2}/{code:x4})");
    }

    static void AppendError(Packet p, in View v, int flags2)
    {
        if ((flags2 & NtErrors) == 0)
        {
            if (v.U8(5) != 0)
            {
                p.Info.Append($", Error: {DosError(v)}");
            }
        }
        else if (v.U32LE(5) is not 0 and var status)
        {
            p.Info.Append($", Error: {Smb2Fields.NtStatusNames.Find(status) ?? $"Unknown (0x{status:x8})"}");
        }
    }

    /// <summary>The message's command, and those that it chains (AndX).</summary>
    static void Commands(Packet p, in View v, Node tree, ref Message m)
    {
        int at = HeaderLength;
        for (int i = 0; i < MaxChained; i++)
        {
            int words = v.U8(at), wordsAt = at + 1, bytesAt = wordsAt + (2 * words);
            var body = p.AddText(tree, v, at, v.CapturedFrom(at), $"{NameOf(m.Command)} {(m.IsResponse ? "Response" : "Request")} (0x{m.Command:x2})");
            p.Add(body, WordCount, v, at);
            int next = IsChained(m.Command) && words >= 2 ? v.U8(wordsAt) : NoNext, nextAt = next == NoNext ? 0 : v.U16LE(wordsAt + 2);
            (m.Words, m.WordsAt, m.BytesAt) = (words, wordsAt, bytesAt + 2);
            m.Bytes = v.U16LE(bytesAt);
            Body(p, v, body, ref m);
            p.AddLE(body, ByteCount, v, bytesAt);
            if (next == NoNext || nextAt == 0)
            {
                return;
            }

            if (nextAt <= at)
            {
                // A chain that goes back would have no end.
                v.ThrowShort(v.Reported, 1);
            }

            p.Info.Append($"; {NameOf(next)}");
            (m.Command, at) = (next, nextAt);
        }
    }

    static bool IsChained(int command) => command is 0x24 or 0x2d or 0x2e or 0x2f or 0x73 or 0x74 or 0x75 or 0xa2;

    /// <summary>A text that ends with a zero, in the message's characters; the offset goes on after it.</summary>
    static string Text(in View v, ref int at, in Message m, int limit, bool aligned = true)
    {
        if (!m.IsUnicode)
        {
            int end = v.IndexOf(0, at);
            int stop = Math.Min(end < 0 ? v.Captured : end, Math.Max(limit, at));
            string text = Encoding.Latin1.GetString(v.Span(at, Math.Max(0, stop - at)));
            at = stop + 1;
            return text;
        }

        // Counted from the header's beginning, wide characters lie at even offsets.
        at += aligned ? at & 1 : 0;
        int start = at;
        while (at + 1 < limit && v.Has(at, 2) && v.U16LE(at) != 0)
        {
            at += 2;
        }

        string wide = Encoding.Unicode.GetString(v.Span(start, Math.Max(0, at - start)));
        at += 2;
        return wide;
    }

    /// <summary>One message at work.</summary>
    struct Message
    {
        public int Command, Words, WordsAt, BytesAt, Bytes;
        public bool IsResponse, IsUnicode;
        public SmbConnection Connection;
        public SmbRequest? Request;
        public Node Parent;

        public readonly int End => BytesAt + Bytes;
    }
}
