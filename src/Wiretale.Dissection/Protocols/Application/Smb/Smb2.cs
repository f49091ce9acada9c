using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;
using static Wiretale.Dissection.Protocols.Application.Smb.Smb2Fields;

namespace Wiretale.Dissection.Protocols.Application.Smb;

// Specification: [MS-SMB2] section 2.2.1 (header), 2.2.41 (encrypted), 2.2.42 (compressed). Little end first.
//
//    0               4       6       8               12      14      16
//   +---------------+-------+-------+---------------+-------+-------+---------------+
//   | 0xfe 'SMB'    | length| charge| status        |command|credits| flags         |
//   +---------------+-------+-------+---------------+-------+-------+---------------+
//   | next command  | message id                    | process and tree, or async id |
//   +---------------+-------------------------------+-------------------------------+
//   | session id                    | signature (16 bytes)                          |
//   +-------------------------------+-----------------------------------------------+

/// <summary>Server Message Block, versions 2 and 3: header, compounds, and what of a message is encrypted.</summary>
public sealed partial class Smb2() : Dissector("smb2")
{
    const int HeaderLength = 64, TransformLength = 52, CompressionLength = 16;
    const uint Plain = 0xfe534d42, Encrypted = 0xfd534d42, CompressedMark = 0xfc534d42;
    const uint ResponseFlag = 1, AsyncFlag = 2, ChainedFlag = 4;

    /// <summary>Compounded requests in one message; a server takes far fewer.</summary>
    const int MaxChained = 200;

    static readonly Field[] FlagBits = [IsResponse, IsAsync, IsChained, IsSigned, Priority, IsDfs, IsReplay];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(Smb2Fields), typeof(SmbFields)];

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        switch (v.U32(0))
        {
            case Encrypted:
                Transformed(p, v, parent);
                break;
            case CompressedMark:
                Compression(p, v, parent);
                break;
            case Plain:
                Chain(p, v, parent);
                break;
            default:
                return 0;
        }

        return v.Reported;
    }

    void Chain(Packet p, in View v, Node parent)
    {
        p.SetProtocol("SMB2");
        p.Info.Clear();
        int at = 0;
        for (int i = 0; i < MaxChained; i++)
        {
            int next = (int)Math.Min(v.U32LE(at + 20), int.MaxValue);
            if (i > 0)
            {
                p.Info.Append(";"u8);
            }

            One(p, next > 0 && next <= v.ReportedFrom(at) ? v.Part(at, next) : v.From(at), parent);
            if (next < HeaderLength || v.ReportedFrom(at) - next < HeaderLength)
            {
                return;
            }

            at += next;
        }
    }

    void One(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        var header = p.AddText(tree, v, 0, HeaderLength, "SMB2 Header");
        uint flags = v.U32LE(16);
        bool response = (flags & ResponseFlag) != 0;
        int command = v.U16LE(12);
        var m = new Message
        {
            Connection = p.Conversation?.GetOrAdd<Smb2Connection>(this) ?? new(),
            Command = command,
            Status = response ? v.U32LE(8) : 0,
            IsResponse = response,
            Id = v.U64LE(24),
            Session = v.U64LE(40),
            Tree = (flags & AsyncFlag) != 0 ? 0 : v.U32LE(36),
        };
        m.Share = m.Connection.Tree(m.Session, m.Tree);
        m.Request = !response ? new Smb2Request { Frame = p.Number, Time = p.Time }
            : (flags & AsyncFlag) != 0 && m.Status == NtStatus.Pending ? null : m.Connection.Answer(m.Id);
        if (!response)
        {
            m.Connection.Ask(m.Id, m.Request!);
        }

        string? name = CmdNames.Find((uint)command);
        if (command != (int)Smb2Command.Break)
        {
            p.Info.Append(name ?? $"unknown-0x{command:X2}");
            p.Info.Append(response ? " Response"u8 : " Request"u8);
        }

        if (m.Status != 0)
        {
            p.Info.Append(", Error: "u8);
            AppendStatus(p, m.Status);
        }

        if (p.WantsFields)
        {
            AddHeader(p, v, header, m, flags);
        }

        var body = p.AddText(tree, v, HeaderLength, v.CapturedFrom(HeaderLength), $"{name ?? "unknown"} {(response ? "Response" : "Request")} (0x{command:x2})");
        Body(p, v, body, ref m);
    }

    static void AppendStatus(Packet p, uint status)
    {
        if (NtStatusNames.Find(status) is { } name)
        {
            p.Info.Append(name);
        }
        else
        {
            p.Info.Append($"Unknown (0x{status:x8})");
        }
    }

    static void AddHeader(Packet p, in View v, Node header, in Message m, uint flags)
    {
        p.Add(header, ProtocolId, v, 0);
        p.AddLE(header, HeaderLen, v, 4);
        p.AddLE(header, CreditCharge, v, 6);
        if (m.IsResponse)
        {
            p.AddLE(header, Status, v, 8);
        }
        else
        {
            p.AddLE(header, ChannelSequence, v, 8);
            p.Add(header, Reserved, v, 10, 2);
        }

        p.AddLE(header, Command, v, 12);
        p.AddLE(header, m.IsResponse ? CreditsGranted : CreditsRequested, v, 14);
        p.AddBits(header, Flags, v, 16, FlagBits, littleEndian: true, sumUp: true);
        p.AddLE(header, ChainOffset, v, 20);
        p.AddLE(header, MessageId, v, 24);
        if ((flags & AsyncFlag) != 0)
        {
            p.AddLE(header, AsyncId, v, 32);
        }
        else
        {
            p.AddLE(header, ProcessId, v, 32);
            var tid = p.AddLE(header, TreeId, v, 36);
            if (m.Share is { } share)
            {
                p.AppendLabel(tid, $"  {share.Name}");
                p.Generated(p.AddString(tid, TreeName, v, 36, 4, share.Name));
                p.Generated(p.AddUInt(tid, ShareType, v, 36, 0, (uint)share.Type));
                p.Generated(p.AddUInt(tid, ConnectedIn, v, 36, 0, (uint)share.Frame));
            }
        }

        AddSession(p, v, header, 40, m.Connection);
        p.Add(header, Signature, v, 48, 16);
        if (m.IsResponse && m.Request is { } request)
        {
            p.Generated(p.AddUInt(header, ResponseTo, v, 0, 0, (uint)request.Frame));
            p.Generated(p.AddTime(header, Time, v, 0, 0, p.Time - request.Time));
        }
    }

    static void AddSession(Packet p, in View v, Node tree, int at, Smb2Connection connection)
    {
        var node = p.AddLE(tree, SessionId, v, at);
        if (connection.Session(v.U64LE(at)) is { } who)
        {
            p.AppendLabel(node, $" Acct:{who.Account} Domain:{who.Domain} Host:{who.Host}");
            p.Generated(p.AddString(node, Account, v, at, 0, who.Account));
            p.Generated(p.AddString(node, Domain, v, at, 0, who.Domain));
            p.Generated(p.AddString(node, Host, v, at, 0, who.Host));
            p.Generated(p.AddUInt(node, AuthenticatedIn, v, at, 0, (uint)who.Frame));
        }
    }

    void Transformed(Packet p, in View v, Node parent)
    {
        p.SetProtocol("SMB2");
        p.Info.Set("Encrypted SMB3"u8);
        var tree = p.Open(P, v, parent);
        var header = p.AddText(tree, v, 0, v.Captured, "SMB2 Transform Header");
        p.Add(header, ProtocolId, v, 0);
        p.Add(header, TransformSignature, v, 4, 16);
        p.Add(header, Nonce, v, 20, 16);
        p.AddLE(header, TransformSize, v, 36);
        p.Add(header, TransformReserved, v, 40, 2);
        p.AddBits(header, TransformFlags, v, 42, [IsEncrypted], littleEndian: true, sumUp: true);
        AddSession(p, v, header, 44, p.Conversation?.GetOrAdd<Smb2Connection>(this) ?? new());
        int size = (int)Math.Min(v.U32LE(36), (uint)v.CapturedFrom(TransformLength));
        var data = p.AddText(tree, v, TransformLength, size, "Encrypted SMB3 data");
        p.Add(data, EncryptedData, v, TransformLength, size);
    }

    static void Compression(Packet p, in View v, Node parent)
    {
        p.SetProtocol("SMB2");
        p.Info.Set("Compressed SMB3"u8);
        var tree = p.Open(P, v, parent);
        var header = p.AddText(tree, v, 0, CompressionLength, "SMB2 Compression Transform Header");
        p.Add(header, ProtocolId, v, 0);
        p.AddLE(header, OriginalSize, v, 4);
        p.AddLE(header, CompressionAlgorithm, v, 8);
        p.AddLE(header, CompressionFlags, v, 10);
        p.AddLE(header, CompressionOffset, v, 12);
        p.Add(header, CompressedData, v, CompressionLength);
    }

    /// <summary>A text in UTF-16, as all texts of SMB2 are.</summary>
    static string Text(in View v, int offset, int length) => length > 0 ? Encoding.Unicode.GetString(v.Span(offset, length)[..(length & ~1)]) : "";

    /// <summary>One message at work.</summary>
    struct Message
    {
        public Smb2Connection Connection;
        public int Command;
        public uint Status;
        public bool IsResponse;
        public ulong Id, Session;
        public uint Tree;
        public Smb2Tree? Share;

        /// <summary>The request; of a response null when it was not seen.</summary>
        public Smb2Request? Request;
    }
}
