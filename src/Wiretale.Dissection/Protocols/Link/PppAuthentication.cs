using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 1334 (PAP), RFC 1994 (CHAP). The header is LCP's: code, identifier, length.

/// <summary>PPP Password Authentication Protocol.</summary>
public sealed class Pap() : Dissector("pap")
{
    static readonly Protocol P = new("PPP Password Authentication Protocol", "PPP PAP", "pap");
    static readonly ValueNames Codes = ValueNames.Of(() => [(1, "Authenticate-Request"), (2, "Authenticate-Ack"), (3, "Authenticate-Nak")]);
    static readonly Field Code = P.UInt8("pap.code", "Code", FieldBase.Dec, Codes);
    static readonly Field Identifier = P.UInt8("pap.identifier", "Identifier");
    static readonly Field Length = P.UInt16("pap.length", "Length");
    static readonly Field Data = P.Label("pap.data", "Data");
    static readonly Field PeerLength = P.UInt8("pap.peer_id.length", "Peer-ID-Length");
    static readonly Field Peer = P.String("pap.peer_id", "Peer-ID");
    static readonly Field PasswordLength = P.UInt8("pap.password.length", "Password-Length");
    static readonly Field Password = P.String("pap.password", "Password");
    static readonly Field MessageLength = P.UInt8("pap.message.length", "Message-Length");
    static readonly Field Message = P.String("pap.message", "Message");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ppp.Protocols, PppProtocols.Pap);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PPP PAP");
        p.Info.Clear();
        int code = v.U8(0);
        p.Info.Set(Codes.FindOr((ulong)code, "Unknown"));
        var tree = p.Open(P, v, parent, 0, Math.Min(v.U16(2), v.Captured));
        p.AddAll(tree, v, 0, Code, Identifier, Length);
        int size = v.U16(2);
        if (size <= 4)
        {
            return Math.Max(1, v.Reported);
        }

        var branch = p.Add(tree, Data, v, 4, size - 4);
        if (code == 1)
        {
            int peer = v.U8(4);
            p.Add(branch, PeerLength, v, 4);
            p.Add(branch, Peer, v, 5, peer);
            int at = 5 + peer;
            int password = v.U8(at);
            p.Add(branch, PasswordLength, v, at);
            p.Add(branch, Password, v, at + 1, password);
            p.Info.Append($" (Peer-ID='{v.Span(5, peer)}', Password='{v.Span(at + 1, password)}')");
        }
        else if (code is 2 or 3)
        {
            int message = v.U8(4);
            p.Add(branch, MessageLength, v, 4);
            p.Add(branch, Message, v, 5, message);
            p.Info.Append($" (Message='{v.Span(5, message)}')");
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>PPP Challenge Handshake Authentication Protocol.</summary>
public sealed class Chap() : Dissector("chap")
{
    static readonly Protocol P = new("PPP Challenge Handshake Authentication Protocol", "PPP CHAP", "chap");
    static readonly ValueNames Codes = ValueNames.Of(() => [(1, "Challenge"), (2, "Response"), (3, "Success"), (4, "Failure")]);
    static readonly Field Code = P.UInt8("chap.code", "Code", FieldBase.Dec, Codes);
    static readonly Field Identifier = P.UInt8("chap.identifier", "Identifier");
    static readonly Field Length = P.UInt16("chap.length", "Length");
    static readonly Field Data = P.Label("chap.data", "Data");
    static readonly Field ValueSize = P.UInt8("chap.value_size", "Value Size");
    static readonly Field Value = P.Bytes("chap.value", "Value");
    static readonly Field Name = P.String("chap.name", "Name");
    static readonly Field Message = P.String("chap.message", "Message");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ppp.Protocols, PppProtocols.Chap);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("PPP CHAP");
        p.Info.Clear();
        int code = v.U8(0);
        p.Info.Set(Codes.FindOr((ulong)code, "Unknown"));
        int size = v.U16(2);
        var tree = p.Open(P, v, parent, 0, Math.Min(size, v.Captured));
        p.AddAll(tree, v, 0, Code, Identifier, Length);
        if (size <= 4)
        {
            return Math.Max(1, v.Reported);
        }

        if (code is 1 or 2)
        {
            var branch = p.Add(tree, Data, v, 4, Math.Min(size - 4, v.CapturedFrom(4)));
            int valueSize = v.U8(4);
            p.Add(branch, ValueSize, v, 4);
            p.Add(branch, Value, v, 5, valueSize);
            int name = Math.Max(0, size - 5 - valueSize);
            p.Add(branch, Name, v, 5 + valueSize, name);
            p.Scratch.Clear();
            p.Scratch.AppendHex(v.Span(5, valueSize));
            p.Info.Append($" (NAME='{v.Span(5 + valueSize, name)}', VALUE=0x{p.Scratch.Bytes})");
        }
        else if (code is 3 or 4)
        {
            p.Add(tree, Message, v, 4, size - 4);
            p.Info.Append($" (MESSAGE='{v.Span(4, size - 4)}')");
        }

        return Math.Max(1, v.Reported);
    }
}
