using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Smb;

// Specification: [MS-NLMP] section 2.2.1.
//
//    0                               8               12
//   +-------------------------------+---------------+----
//   | "NTLMSSP", 0                  | type          | lengths and offsets of what follows ...
//   +-------------------------------+---------------+----

/// <summary>NTLM authentication, wherever it is carried: SMB, DCE/RPC, HTTP.</summary>
public sealed class Ntlmssp() : Dissector("ntlmssp")
{
    const int Negotiate = 1, Challenge = 2, Authenticate = 3;
    const uint Unicode = 1;

    static readonly Protocol P = new("NTLM Secure Service Provider", "NTLMSSP", "ntlmssp");
    static readonly Field Identifier = P.String("ntlmssp.identifier", "NTLMSSP identifier");
    static readonly ValueNames MessagetypeNames = ValueNames.Of(() => [(0x1, "NTLMSSP_NEGOTIATE"), (0x2, "NTLMSSP_CHALLENGE"), (0x3, "NTLMSSP_AUTH"), (0x4, "NTLMSSP_UNKNOWN")]);
    static readonly Field Type = P.UInt32("ntlmssp.messagetype", "NTLM Message Type", FieldBase.Hex, MessagetypeNames);
    static readonly Field Flags = P.UInt32("ntlmssp.negotiateflags", "Negotiate Flags", FieldBase.Hex);
    static readonly Field AuthDomain = P.String("ntlmssp.auth.domain", "Domain name");
    static readonly Field User = P.String("ntlmssp.auth.username", "User name");
    static readonly Field Host = P.String("ntlmssp.auth.hostname", "Host name");
    static readonly Field ServerChallenge = P.Bytes("ntlmssp.ntlmserverchallenge", "NTLM Server Challenge");
    static readonly Field TargetName = P.String("ntlmssp.challenge.target_name", "Target Name");
    static readonly Field Length = P.UInt16("ntlmssp.string.length", "Length");
    static readonly Field Maxlen = P.UInt16("ntlmssp.string.maxlen", "Maxlen");
    static readonly Field Offset = P.UInt32("ntlmssp.string.offset", "Offset");

    /// <summary>The flags, highest bit first, as they are shown.</summary>
    static readonly Field[] FlagBits =
    [
        P.Flag("ntlmssp.negotiate56", "Negotiate 56", 32, 0x80000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatekeyexch", "Negotiate Key Exchange", 32, 0x40000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiate128", "Negotiate 128", 32, 0x20000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatent10000000", "Negotiate 0x10000000", 32, 0x10000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatent08000000", "Negotiate 0x08000000", 32, 0x8000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatent04000000", "Negotiate 0x04000000", 32, 0x4000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateversion", "Negotiate Version", 32, 0x2000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatent01000000", "Negotiate 0x01000000", 32, 0x1000000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatetargetinfo", "Negotiate Target Info", 32, 0x800000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.requestnonntsession", "Request Non-NT Session", 32, 0x400000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatent00200000", "Negotiate 0x00200000", 32, 0x200000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateidentify", "Negotiate Identify", 32, 0x100000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatentlm2", "Negotiate Extended Security", 32, 0x80000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.targettypeshare", "Target Type Share", 32, 0x40000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.targettypeserver", "Target Type Server", 32, 0x20000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.targettypedomain", "Target Type Domain", 32, 0x10000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatealwayssign", "Negotiate Always Sign", 32, 0x8000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiate00004000", "Negotiate 0x00004000", 32, 0x4000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateoemworkstationsupplied", "Negotiate OEM Workstation Supplied", 32, 0x2000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateoemdomainsupplied", "Negotiate OEM Domain Supplied", 32, 0x1000, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateanonymous", "Negotiate Anonymous", 32, 0x800, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatentonly", "Negotiate NT Only", 32, 0x400, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatentlm", "Negotiate NTLM key", 32, 0x200, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiate00000100", "Negotiate 0x00000100", 32, 0x100, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatelmkey", "Negotiate Lan Manager Key", 32, 0x80, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatedatagram", "Negotiate Datagram", 32, 0x40, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateseal", "Negotiate Seal", 32, 0x20, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiatesign", "Negotiate Sign", 32, 0x10, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiate00000008", "Request 0x00000008", 32, 0x8, ValueNames.SetNotSet),
        P.Flag("ntlmssp.requesttarget", "Request Target", 32, 0x4, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateoem", "Negotiate OEM", 32, 0x2, ValueNames.SetNotSet),
        P.Flag("ntlmssp.negotiateunicode", "Negotiate UNICODE", 32, 0x1, ValueNames.SetNotSet),
    ];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < 12 || !v.Span(0, 8).SequenceEqual("NTLMSSP\0"u8))
        {
            return 0;
        }

        uint type = v.U32LE(8);
        string name = Type.Names!.FindOr(type, "Unknown message type");
        p.Info.Append($", {name}");
        var tree = p.Open(P, v, parent);
        p.AddString(tree, Identifier, v, 0, 8, "NTLMSSP");
        p.AddLE(tree, Type, v, 8);
        switch (type)
        {
            case Negotiate:
                p.AddBits(tree, Flags, v, 12, FlagBits, littleEndian: true, sumUp: true);
                break;
            case Challenge:
                uint chosen = v.U32LE(20);
                AddText(p, v, tree, TargetName, 12, (chosen & Unicode) != 0);
                p.AddBits(tree, Flags, v, 20, FlagBits, littleEndian: true, sumUp: true);
                p.Add(tree, ServerChallenge, v, 24, 8);
                break;
            case Authenticate:
                // Old clients end before the flags and speak the code page of their machine.
                uint flags = v.Has(60, 4) && v.U32LE(32) >= 64 ? v.U32LE(60) : Unicode;
                bool wide = (flags & Unicode) != 0;
                string domain = AddText(p, v, tree, AuthDomain, 28, wide), user = AddText(p, v, tree, User, 36, wide), host = AddText(p, v, tree, Host, 44, wide);
                if (v.Has(60, 4))
                {
                    p.AddBits(tree, Flags, v, 60, FlagBits, littleEndian: true, sumUp: true);
                }

                p.Info.Append($", User: {domain}\\{user}");
                p.Engine.State<NtlmLogon>().Set(p.Number, user, domain, host);
                break;
            default:
                break;
        }

        return v.Reported;
    }

    /// <summary>A text by its length, the room for it and its offset.</summary>
    static string AddText(Packet p, in View v, Node tree, Field field, int at, bool wide)
    {
        int length = v.U16LE(at), offset = (int)Math.Min(v.U32LE(at + 4), int.MaxValue);
        if (length == 0)
        {
            p.Label(p.AddString(tree, field, v, offset < v.Captured ? offset : 0, 0, "NULL"), $"{field.Label}: NULL");
            return "";
        }

        var bytes = v.Span(offset, length);
        string text = wide ? Encoding.Unicode.GetString(bytes[..(length & ~1)]) : Encoding.Latin1.GetString(bytes);
        var node = p.AddString(tree, field, v, offset, length, text);
        p.AddLE(node, Length, v, at);
        p.AddLE(node, Maxlen, v, at + 2);
        p.AddLE(node, Offset, v, at + 4);
        return text;
    }
}

/// <summary>Who logs on with the packet at work; what carries NTLM asks for it.</summary>
sealed class NtlmLogon
{
    int frame;
    (string User, string Domain, string Host) who;

    public void Set(int number, string user, string domain, string host) => (frame, who) = (number, (user, domain, host));

    /// <summary>Who it is, if the frame said so.</summary>
    public (string User, string Domain, string Host)? Take(int number)
    {
        bool said = frame == number;
        frame = 0;
        return said ? who : null;
    }
}
