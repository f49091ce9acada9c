using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using F = Wiretale.Dissection.Protocols.Application.Ldap.LdapFields;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

// Specification: RFC 4511 (messages, in BER), RFC 4513 (SASL layers), RFC 1798 (over UDP).
//
//   +------------------+-----------------------------+
//   | Length (32 bits) | token and message           |  inside a SASL security layer (RFC 4422 section 3.7)
//   +------------------+-----------------------------+

/// <summary>Lightweight Directory Access Protocol.</summary>
public sealed class Ldap() : Dissector("ldap")
{
    const uint Port = 389, GlobalCatalogPort = 3268;
    const int SaslHead = 4;

    /// <summary>Bytes of a head that tell a message's length: identifier, and up to five of the length.</summary>
    const int LengthBytes = 2;

    /// <summary>Messages that say they are longer than this are none.</summary>
    const int MaxMessage = 16 << 20;

    /// <inheritdoc />
    public override Protocol Protocol => F.P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port, GlobalCatalogPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.U8(0) is not (0 or Ber.Sequence))
        {
            return 0;
        }

        p.Engine.State<LdapNow>().CountFrom(p.Number);
        return Tcp.Pdus(p, v, parent, LengthBytes, static (Packet _, in View view, int at) => Length(view, at), One);
    }

    /// <summary>The value of a control that says how many entries a page has (RFC 2696).</summary>
    public sealed class PagedResults() : Dissector("ldap")
    {
        /// <inheritdoc />
        public override Protocol Protocol => F.P;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent) => Asn.Read(p, v, parent, LdapModule.PagedResults, 0, v.Captured);
    }

    static int Length(in View v, int at)
    {
        if (v.U8(at) == 0)
        {
            return v.CapturedFrom(at) < SaslHead ? 0 : (int)Math.Min(v.U32(at), MaxMessage) + SaslHead;
        }

        var one = Ber.Head(v, at, v.Captured);
        return one.Tag < 0 ? v.CapturedFrom(at) < 6 ? 0 : 1 : Math.Min(one.Whole, MaxMessage);
    }

    static void One(Packet p, in View v, Node parent)
    {
        if (p.Engine.State<LdapNow>().Messages++ > 0)
        {
            p.Info.Append(" | "u8);
        }
        else
        {
            p.SetProtocol("LDAP");
            p.Info.Clear();
        }

        var tree = p.Open(F.P, v, parent);

        if (v.U8(0) != 0)
        {
            Message(p, v, tree, 0);
            return;
        }

        p.Add(tree, F.SaslLength, v, 0, SaslHead);
        var branch = p.AddText(tree, v, 0, v.Reported, "SASL Buffer");
        if (LdapNow.MechanismOf(p) is "GSS-SPNEGO" or "GSSAPI" or "")
        {
            Wrapped(p, v, tree, branch);
        }
    }

    /// <summary>A GSS-API token (RFC 4121 section 4.2.6.2, RFC 1964 section 1.2.2), and what it guards.</summary>
    static void Wrapped(Packet p, in View v, Node tree, Node branch)
    {
        int payload;
        bool isSealed;
        if (v.U16(SaslHead) == 0x0504)
        {
            const int HeaderLength = 16, SealedFlag = 2;
            isSealed = (v.U8(SaslHead + 2) & SealedFlag) != 0;
            payload = SaslHead + HeaderLength + (isSealed ? 0 : v.U16(SaslHead + 6));
        }
        else if (v.U8(SaslHead) == (Ber.Application | Ber.Constructed))
        {
            // Algorithms (8 bytes), sequence number, checksum and confounder (8 each).
            const int NotSealed = 0xffff, TokenLength = 32;
            var token = Ber.Head(v, SaslHead, v.Captured);
            var mechanism = token.First(v);
            isSealed = v.U16(mechanism.After + 4) != NotSealed;
            payload = mechanism.After + TokenLength;
        }
        else
        {
            return;
        }

        if (isSealed)
        {
            p.Info.Append($"SASL GSS-API Privacy: payload ({v.Reported - payload} bytes)");
            p.Add(tree, F.Encrypted, v, payload);
            return;
        }

        p.Info.Append("SASL GSS-API Integrity: "u8);
        for (int at = payload; at < v.Captured;)
        {
            int next = Message(p, v, tree, at);
            at = Math.Max(next, at + 1);
        }
    }

    /// <returns>The offset after the message.</returns>
    static int Message(Packet p, in View v, Node tree, int at)
    {
        var now = p.Engine.State<LdapNow>();
        now.Conversation = p.Conversation?.GetOrAdd<LdapConversation>(Catalog.Ldap);
        var whole = Ber.Head(v, at, v.Captured);
        if (whole.Tag < 0)
        {
            v.ThrowShort(v.Captured, 1);
        }

        v.Ensure(whole.At, whole.Length);
        var message = p.Add(tree, F.Message, v, whole.Start, whole.Whole);
        int next = Asn.Read(p, v, message, LdapModule.MessageId, whole.At, whole.End);
        now.Start(p, v, Ber.Head(v, next, whole.End));
        next = Asn.Read(p, v, message, LdapModule.Operation, next, whole.End);
        now.Match(p, v, message);
        if (now.Label.Length > 0)
        {
            p.Label(message, $"LDAPMessage {now.Label.Bytes.TrimEnd((byte)' ')}");
        }

        if (next < whole.End)
        {
            Asn.Read(p, v, message, LdapModule.ControlList, next, whole.End);
        }

        return whole.After;
    }
}
