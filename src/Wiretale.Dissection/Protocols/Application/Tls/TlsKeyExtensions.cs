using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 sections 4.2.8 (key_share) and 4.2.11 (pre_shared_key); draft-ietf-tls-esni-02 section 4.

/// <summary>Extensions that carry keys.</summary>
static class TlsKeyExtensions
{
    /// <summary>key_share: a list from a client, one entry from a server, only the group's number in a Hello Retry Request.</summary>
    public static void KeyShare(Packet p, in View v, Node node, HandshakeFields f, bool fromClient)
    {
        if (v.Reported == 2 && !fromClient)
        {
            p.Add(node, f.ShareSelected, v, 0);
            return;
        }

        int at = 0;
        if (fromClient)
        {
            p.Add(node, f.ShareClientLength, v, 0);
            at = 2;
        }

        while (at + 4 <= v.Reported)
        {
            at = Share(p, v, at, node, f);
        }
    }

    /// <summary>pre_shared_key: identities and binders from a client, the chosen one from a server.</summary>
    public static void PreSharedKey(Packet p, in View v, Node node, HandshakeFields f, bool fromClient)
    {
        if (!fromClient)
        {
            p.Add(node, f.PskSelected, v, 0);
            return;
        }

        int end = 2 + v.U16(0), at = 2;
        p.Add(node, f.PskIdentitiesLength, v, 0);
        while (at + 6 <= end)
        {
            int length = v.U16(at);
            var identity = p.AddText(node, v, at, Math.Min(length + 6, v.CapturedFrom(at)), $"PSK Identity (length: {length})");
            p.Add(identity, f.PskIdentityLength, v, at);
            p.Add(identity, f.PskIdentity, v, at + 2, length);
            p.Add(identity, f.PskTicketAge, v, at + 2 + length);
            at += length + 6;
        }

        p.Add(node, f.PskBindersLength, v, at);
        p.Add(node, f.PskBinders, v, at + 2, v.U16(at));
    }

    /// <summary>encrypted_server_name of a client.</summary>
    public static void EncryptedServerName(Packet p, in View v, Node node, HandshakeFields f)
    {
        p.Add(node, f.EsniSuite, v, 0);
        int at = Share(p, v, 2, node, f);
        p.Add(node, f.EsniDigestLength, v, at);
        p.Add(node, f.EsniDigest, v, at + 2, v.U16(at));
        at += 2 + v.U16(at);
        if (TlsVector.Head(p, v, ref at, node, f.EsniLength, f, 1, out int length))
        {
            p.Add(node, f.Esni, v, at, length);
        }
    }

    static int Share(Packet p, in View v, int at, Node node, HandshakeFields f)
    {
        int group = v.U16(at), length = v.U16(at + 2);
        var entry = p.AddText(node, v, at, Math.Min(length + 4, v.CapturedFrom(at)), $"Key Share Entry: Group: {f.ShareGroup.Names!.FindOr((uint)group, "Unknown")}, Key Exchange length: {length}");
        p.AddAll(entry, v, at, f.ShareGroup, f.ShareLength);
        p.Add(entry, f.ShareKey, v, at + 4, length);
        return at + 4 + length;
    }
}
