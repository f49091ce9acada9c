using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using F = Wiretale.Dissection.Protocols.Application.Kerberos.KerberosFields;

namespace Wiretale.Dissection.Protocols.Application.Kerberos;

// Specification: RFC 4120 appendix A; RFC 6113 (FAST); [MS-KILE] section 2.2.3 (PA-PAC-REQUEST).

/// <summary>The messages of Kerberos, as their ASN.1 module has them. Built when the first message comes.</summary>
static class KerberosModule
{
    const int AsRequest = 10, TgsRequest = 12, NetBios = 20, IPv4 = 2, IPv6 = 24, PreauthenticationRequired = 25;

    /// <summary>What parts of the message at work depend on.</summary>
    sealed class Now
    {
        public int Message, Pa, Address, Error;
        public Node PaType;

        /// <summary>Addresses as the labels around them repeat them, and where the last begins.</summary>
        public readonly Utf8Text Addresses = new();
        public int LastAddress;
    }

    static Part At(int number, Field? field, Asn type, AsnThen? then = null) => Part.Explicit(number, field, type, then);

    static Field Padding => Tls.Tls.CertificateFields.BitPadding;

    static readonly Asn ClientName = Asn.Sequence(At(0, F.NameType, Asn.Integer), At(1, F.ClientNames, Asn.Of(new Part(Ber.GeneralString, F.ClientName, Asn.Text))));
    static readonly Asn ServerName = Asn.Sequence(At(0, F.NameType, Asn.Integer), At(1, F.ServerNames, Asn.Of(new Part(Ber.GeneralString, F.ServerName, Asn.Text))));
    static readonly Asn Encrypted = Asn.Sequence(At(0, F.EncryptionType, Asn.Integer), At(1, F.KeyVersion, Asn.Integer), At(2, F.Cipher, Asn.Content));
    static readonly Asn Checksum = Asn.Sequence(At(0, F.ChecksumType, Asn.Integer), At(1, F.Checksum, Asn.Content));

    static readonly Asn TicketBody = Asn.Sequence(At(0, F.TicketVersion, Asn.Integer), At(1, F.Realm, Asn.Text), At(2, F.Server, ServerName), At(3, F.Encrypted, Encrypted));
    static readonly Asn Ticket = Asn.By(static (Packet p, in View v, Node parent, Field field, in Ber one) => TicketBody.Add(p, v, parent, field, one.First(v)));

    static readonly Asn Address = Asn.Sequence(At(0, F.AddressType, Asn.Integer, static (Packet p, in View v, in Ber one, Node _) => p.Engine.State<Now>().Address = (int)one.Number64(v)),
        At(1, F.AddressNetBios, Asn.By(AddAddress)));

    static readonly Asn PaData = Asn.Sequence(
        At(1, F.PaType, Asn.Integer, static (Packet p, in View v, in Ber one, Node node) => (p.Engine.State<Now>().Pa, p.Engine.State<Now>().PaType) = ((int)one.Number64(v), node)),
        At(2, F.PaValue, Asn.By(AddPaValue)));

    static readonly Part PaItem = new(Ber.Sequence, F.PaItem, PaData, static (Packet p, in View _, in Ber _, Node node) =>
        p.AppendLabel(node, $" {KerberosNames.Preauthentication.FindOr((uint)p.Engine.State<Now>().Pa, "Unknown")}"));

    static readonly Asn PaList = Asn.Of(PaItem);

    static readonly Asn Body = Asn.Sequence(
        At(0, F.Options, Asn.Bits(Padding, F.OptionBits)), At(1, F.Client, ClientName), At(2, F.Realm, Asn.Text), At(3, F.Server, ServerName), At(4, F.From, Asn.Time), At(5, F.Till, Asn.Time),
        At(6, F.RenewTill, Asn.Time), At(7, F.Nonce, Asn.Integer), At(8, F.EncryptionTypes, Asn.Of(new Part(Ber.Integer, F.EncryptionItem, Asn.Integer))),
        At(9, F.Addresses, Asn.Of(new Part(Ber.Sequence, F.HostAddress, Address, NameAddress)), NameAddresses), At(10, F.AuthorizationData, Encrypted),
        At(11, F.AdditionalTickets, Asn.Of(new Part(Application(1), F.AdditionalTicket, Ticket))));

    static readonly Part MessageType1 = At(1, F.MessageType, Asn.Integer, Named), MessageType2 = At(2, F.MessageType, Asn.Integer, Named);
    static readonly Asn Request = Asn.Sequence(At(1, F.Version, Asn.Integer), MessageType2, At(3, F.PaList, PaList), At(4, F.Body, Body));

    static readonly Asn Reply = Asn.Sequence(
        At(0, F.Version, Asn.Integer), MessageType1, At(2, F.PaList, PaList), At(3, F.ClientRealm, Asn.Text), At(4, F.Client, ClientName), At(5, F.Ticket, Ticket), At(6, F.Encrypted, Encrypted));

    static readonly Asn ApRequest = Asn.Sequence(
        At(0, F.Version, Asn.Integer), At(1, F.MessageType, Asn.Integer), At(2, F.ApOptions, Asn.Bits(Padding, F.ApBits)), At(3, F.Ticket, Ticket), At(4, F.Authenticator, Encrypted));

    static readonly Asn ApReply = Asn.Sequence(At(0, F.Version, Asn.Integer), At(1, F.MessageType, Asn.Integer), At(2, F.Encrypted, Encrypted));

    static readonly Asn Error = Asn.Sequence(
        At(0, F.Version, Asn.Integer), MessageType1, At(2, F.ClientTime, Asn.Time), At(3, F.ClientMicroseconds, Asn.Integer), At(4, F.ServerTime, Asn.Time), At(5, F.ServerMicroseconds, Asn.Integer),
        At(6, F.ErrorCode, Asn.Integer, Failed), At(7, F.ClientRealm, Asn.Text), At(8, F.Client, ClientName), At(9, F.Realm, Asn.Text), At(10, F.Server, ServerName), At(11, F.ErrorText, Asn.Text),
        At(12, F.ErrorData, Asn.By(AddErrorData)));

    static readonly Part ApMessage = new(Application(14), F.ApRequest, Wrapped(() => ApRequest));

    /// <summary>Any message.</summary>
    public static readonly Asn Messages = Asn.Choice(
        new Part(Application(1), F.Ticket, Ticket),
        new Part(Application(AsRequest), F.AsRequest, Wrapped(() => Request)), new Part(Application(11), F.AsReply, Wrapped(() => Reply)),
        new Part(Application(TgsRequest), F.TgsRequest, Wrapped(() => Request)), new Part(Application(13), F.TgsReply, Wrapped(() => Reply)),
        ApMessage, new Part(Application(15), F.ApReply, Wrapped(() => ApReply)), new Part(Application(30), F.KrbError, Wrapped(() => Error)));

    static int Application(int number) => Ber.Application | Ber.Constructed | number;

    /// <summary>The sequence inside an application's tag, shown as one with it.</summary>
    static Asn Wrapped(Func<Asn> inner) => Asn.By((Packet p, in View v, Node parent, Field field, in Ber one) =>
        one.First(v) is { Tag: Ber.Sequence } sequence ? inner().Add(p, v, parent, field, sequence) : p.Add(parent, field, v, one.Start, one.Whole));

    static void Named(Packet p, in View v, in Ber one, Node node)
    {
        int type = (int)one.Number64(v);
        p.Engine.State<Now>().Message = type;
        switch (type)
        {
            case AsRequest:
                p.Info.Append("AS-REQ"u8);
                break;
            case 11:
                p.Info.Append("AS-REP"u8);
                break;
            case TgsRequest:
                p.Info.Append("TGS-REQ"u8);
                break;
            case 13:
                p.Info.Append("TGS-REP"u8);
                break;
        }
    }

    static void Failed(Packet p, in View v, in Ber one, Node node)
    {
        int code = (int)one.Number64(v);
        p.Engine.State<Now>().Error = code;
        if (KerberosNames.ErrorCodes.Find((ulong)code) is { } name)
        {
            p.Info.Append($"KRB Error: KRB5{name}");
        }
        else
        {
            p.Info.Append($"KRB Error: Unknown error code {code:x}");
        }
    }

    static Node AddErrorData(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var node = p.Add(parent, field, v, one.At, one.Length);
        if (p.Engine.State<Now>().Error == PreauthenticationRequired)
        {
            Asn.Read(p, v, node, new Part(Ber.Sequence, null, PaList), one.At, one.End);
        }

        return node;
    }

    static void NameAddress(Packet p, in View v, in Ber one, Node node)
    {
        var now = p.Engine.State<Now>();
        p.AppendLabel(node, $"{now.Addresses.Slice(now.LastAddress, now.Addresses.Length - now.LastAddress)}");
        now.LastAddress = now.Addresses.Length;
    }

    static void NameAddresses(Packet p, in View v, in Ber one, Node node)
    {
        var now = p.Engine.State<Now>();
        p.AppendLabel(node, $"{now.Addresses.Bytes}");
        now.Addresses.Clear();
        now.LastAddress = 0;
    }

    static Node AddAddress(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        switch (p.Engine.State<Now>().Address)
        {
            case IPv4 when one.Length == 4:
                p.Engine.State<Now>().Addresses.Append($" {Wiretale.Wire.Address.IPv4(v.U32(one.At))}");
                return p.Add(parent, F.AddressIp, v, one.At);
            case IPv6 when one.Length == 16:
                return p.Add(parent, F.AddressIp6, v, one.At);
            case NetBios when one.Length == 16:
                p.Scratch.Clear();
                p.Scratch.Append(v.Span(one.At, 15).TrimEnd((byte)' '));
                p.Scratch.Append($"<{v.U8(one.At + 15):x2}>");
                p.Engine.State<Now>().Addresses.Append($" {p.Scratch.Bytes}");
                var name = p.AddString(parent, field, v, one.At, one.Length, p.Scratch.Bytes);
                p.Label(name, $"NetBIOS Name: {p.Scratch.Bytes}{(v.U8(one.At + 15) switch { 0 => " (Workstation/Redirector)", 0x20 => " (Server service)", _ => "" })}");
                return name;
            default:
                return Node.None;
        }
    }

    static readonly Part Armored = At(0, F.ArmoredData, Asn.Sequence(At(1, F.RequestChecksum, Checksum), At(2, F.FastRequest, Encrypted)));
    static readonly Part ArmoredReply = At(0, null, Asn.Sequence(At(0, F.FastReply, Encrypted)));
    static readonly Part EncryptedData = new(Ber.Sequence, null, Encrypted);
    static readonly Part Info = new(Ber.Sequence, null, Asn.Of(new Part(Ber.Sequence, F.InfoItem, Asn.Sequence(At(0, F.EncryptionType, Asn.Integer), At(1, F.Salt, Asn.Content)))));
    static readonly Part Info2 = new(Ber.Sequence, null, Asn.Of(new Part(Ber.Sequence, F.Info2Item,
        Asn.Sequence(At(0, F.EncryptionType, Asn.Integer), At(1, F.Salt2, Asn.Text), At(2, F.SaltParameters, Asn.Content)))));
    static readonly Part PacRequest = new(Ber.Sequence, null, Asn.Sequence(At(0, F.IncludePac, Asn.Boolean)));

    static Node AddPaValue(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var now = p.Engine.State<Now>();
        int type = now.Pa;
        var node = p.Add(now.PaType, field, v, one.At, one.Length);
        bool isRequest = now.Message is AsRequest or TgsRequest;
        var part = type switch { 1 => ApMessage, 2 => EncryptedData, 11 => Info, 19 => Info2, 128 => PacRequest, 136 => isRequest ? Armored : ArmoredReply, 138 => EncryptedData, _ => null };
        if (part is not null && one.Length > 0)
        {
            Asn.Read(p, v, node, part, one.At, one.End);
        }

        now.Pa = type;
        return node;
    }
}
