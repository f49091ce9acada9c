using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Dissection.Protocols.Application.Smb;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

/// <summary>What stands in binds for other protocols: NTLM in binds of Microsoft's own ([MS-ADTS] section 5.1.1.1.3), tokens of GSS-API.</summary>
static class LdapCredentials
{
    static ReadOnlySpan<byte> NtlmSignature => "NTLMSSP\0"u8;

    public static Node Ntlm(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        SecurityBlobs.Dissect(p, v.Part(one.At, one.Length), parent);
        return parent;
    }

    /// <summary>Where a server that was asked for NTLM puts its challenge.</summary>
    public static Node MatchedName(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        if (one.Length > NtlmSignature.Length && v.Span(one.At, NtlmSignature.Length).SequenceEqual(NtlmSignature))
        {
            return Ntlm(p, v, parent, field, one);
        }

        return p.AddString(parent, field, v, one.At, one.Length, TextEncoding.Utf8);
    }

    /// <summary>What a SASL mechanism's credentials hold.</summary>
    public static void Inside(Packet p, in View v, in Ber one, Node node) => SecurityBlobs.Dissect(p, v.Part(one.At, one.Length), node);
}
