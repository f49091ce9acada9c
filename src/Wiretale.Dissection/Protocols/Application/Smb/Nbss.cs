using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Dns;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Smb;

// Specification: RFC 1002 section 4.3; without NetBIOS on port 445, with a longer length: [MS-SMB2] section 2.1.
//
//    0       1       2               4
//   +-------+-------+---------------+----
//   | Type  | Flags | Length        | ...       port 139; the flag E is the length's 17th bit
//   | Type  | Length                | ...       port 445
//   +-------+-----------------------+----

/// <summary>NetBIOS Session Service: what frames SMB's messages on a TCP connection.</summary>
public sealed class Nbss() : Dissector("nbss")
{
    const uint NetBiosPort = 139, DirectPort = 445;
    const int HeaderLength = 4, Session = 0, Request = 0x81, Positive = 0x82, Negative = 0x83, Retarget = 0x84, KeepAlive = 0x85;

    static readonly Protocol P = new("NetBIOS Session Service", "NBSS", "nbss");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (Session, "Session message"), (Request, "Session request"), (Positive, "Positive session response"), (Negative, "Negative session response"),
        (Retarget, "Retarget session response"), (KeepAlive, "Session keep-alive")]);

    static readonly ValueNames Errors = ValueNames.Of(() => [
        (0x80, "Not listening on called name"), (0x81, "Not listening for calling name"), (0x82, "Called name not present"),
        (0x83, "Called name present, but insufficient resources"), (0x8f, "Unspecified error")]);

    static readonly ValueNames Services = ValueNames.Of(() => [.. NetBiosNames.Services]);
    static readonly Field Type = P.UInt8("nbss.type", "Message Type", FieldBase.Hex, Types);
    static readonly Field Flags = P.UInt8("nbss.flags", "Flags", FieldBase.Hex);
    static readonly Field Extend = P.Flag("nbss.flags.e", "Extend", 8, 0x1, ValueNames.Flag("Add 65536 to length", "Add 0 to length"));
    static readonly Field Length = P.UInt24("nbss.length", "Length");
    static readonly Field ErrorCode = P.UInt8("nbss.error_code", "Error code", FieldBase.Hex, Errors);
    static readonly Field RetargetAddress = P.IPv4("nbss.retarget_ip_address", "Retarget IP address");
    static readonly Field RetargetPort = P.UInt16("nbss.retarget_port", "Retarget port");
    static readonly Field Continuation = P.Bytes("nbss.continuation_data", "Continuation data");
    static readonly Field CalledName = P.String("nbss.called_name", "Called name");
    static readonly Field CallingName = P.String("nbss.calling_name", "Calling name");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, NetBiosPort, DirectPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("NBSS");
        p.Info.Clear();
        bool direct = p.SourcePort == DirectPort || p.DestinationPort == DirectPort;
        int at = 0;
        while (at < v.Reported)
        {
            int left = v.ReportedFrom(at);
            if (left < HeaderLength && v.CapturedFrom(at) == left && p.Stream is { CanWait: true } early)
            {
                early.NeedMore(at, StreamContext.OneMoreSegment);
                return v.Reported;
            }

            if (left < HeaderLength || !IsMessage(v, at, direct))
            {
                ShowContinuation(p, v.From(at), parent);
                return v.Reported;
            }

            int whole = HeaderLength + LengthAt(v, at, direct);
            if (whole > left && p.Stream is { CanWait: true } stream)
            {
                p.Info.Append(Types.Find(v.U8(at))!);
                stream.NeedMore(at, whole - left);
                return v.Reported;
            }

            Message(p, v.Part(at, whole).EndingAs(whole > left ? ShortReason.Fragment : ShortReason.Malformed), parent, direct);
            at += whole;
        }

        return v.Reported;
    }

    static int LengthAt(in View v, int at, bool direct) => (int)(direct ? v.U24(at + 1) : v.U24(at + 1) & 0x1ffff);

    /// <summary>Whether a message may begin here: its type is one, and its length what that type's can be. Else it is the middle of one whose beginning was not seen.</summary>
    static bool IsMessage(in View v, int at, bool direct)
    {
        int type = v.U8(at), length = LengthAt(v, at, direct);
        return (direct || (v.U8(at + 1) & ~1) == 0) && type switch
        {
            Session => length > 0,
            Request => length is > 0 and < 256,
            Positive or KeepAlive => length == 0,
            Negative => length == 1,
            Retarget => length == 6,
            _ => false,
        };
    }

    static void ShowContinuation(Packet p, in View v, Node parent)
    {
        p.Info.Set("NBSS Continuation Message"u8);
        var tree = p.Open(P, v, parent);
        p.Add(tree, Continuation, v, 0, v.Captured);
    }

    static void Message(Packet p, in View v, Node parent, bool direct)
    {
        int type = v.U8(0);
        var tree = p.Open(P, v, parent);
        p.Add(tree, Type, v, 0);
        if (!direct)
        {
            p.AddBits(tree, Flags, v, 1, [Extend]);
        }

        p.AddUInt(tree, Length, v, direct ? 1 : 2, direct ? 3 : 2, (uint)LengthAt(v, 0, direct));
        if (type != Session)
        {
            p.Info.Set(Types.Find((uint)type)!);
        }

        switch (type)
        {
            case Session:
                Payload(p, v.From(HeaderLength), parent);
                break;
            case Request:
                int at = HeaderLength;
                at += AddName(p, v, tree, CalledName, at, ", to "u8);
                AddName(p, v, tree, CallingName, at, " from "u8);
                break;
            case Negative:
                p.Add(tree, ErrorCode, v, HeaderLength);
                p.Info.Append($", {Errors.FindOr(v.U8(HeaderLength), "Unknown")}");
                break;
            case Retarget:
                p.AddAll(tree, v, HeaderLength, RetargetAddress, RetargetPort);
                break;
            default:
                break;
        }
    }

    static void Payload(Packet p, in View v, Node parent)
    {
        var dissector = v.Captured < 4 ? null : v.U32(0) switch
        {
            0xff534d42 => Catalog.Smb,
            0xfe534d42 or 0xfd534d42 or 0xfc534d42 => Catalog.Smb2,
            _ => (Dissector?)null,
        };
        if (dissector is null || p.CallGuarded(dissector, v, parent) == 0)
        {
            p.Info.Set("Session message"u8);
            p.CallData(v, parent);
        }
    }

    static int AddName(Packet p, in View v, Node tree, Field field, int at, ReadOnlySpan<byte> word)
    {
        Span<byte> room = stackalloc byte[NetBiosName.Room];
        Span<byte> raw = stackalloc byte[DnsName.Room];
        var name = new NetBiosName(room);
        int taken = name.Read(p, v, at, raw);
        p.Info.Append(word);
        p.Info.Append(name.Text);
        name.AppendService(Services);
        p.AddString(tree, field, v, at, taken, name.Text);
        return taken;
    }
}
