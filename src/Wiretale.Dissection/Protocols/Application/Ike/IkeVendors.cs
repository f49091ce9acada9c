namespace Wiretale.Dissection.Protocols.Application.Ike;

/// <summary>Names of what implementations announce about themselves; most are hashes of a text.</summary>
static class IkeVendors
{
    static readonly Lazy<(byte[] Begins, string Name)[]> All = new(static () =>
    [
        (Convert.FromHexString("afcad71368a1f1c96b8696fc77570100"), "RFC 3706 DPD (Dead Peer Detection)"),
        (Convert.FromHexString("4a131c81070358455c5728f20e95452f"), "RFC 3947 Negotiation of NAT-Traversal in the IKE"),
        (Convert.FromHexString("7d9419a65310ca6f2c179d9215529d56"), "draft-ietf-ipsec-nat-t-ike-03"),
        (Convert.FromHexString("90cb80913ebb696e086381b5ec427b1f"), "draft-ietf-ipsec-nat-t-ike-02\\n"),
        (Convert.FromHexString("cd60464335df21f87cfdb2fc68b6a448"), "draft-ietf-ipsec-nat-t-ike-02"),
        (Convert.FromHexString("4485152d18b6bbcd0be8a8469579ddcc"), "draft-ietf-ipsec-nat-t-ike-00"),
        (Convert.FromHexString("09002689dfd6b712"), "XAUTH"),
        (Convert.FromHexString("12f5f28c457168a9702d9fe274cc0100"), "CISCO-UNITY 1.0"),
        ("CISCO-DELETE-REASON"u8.ToArray(), "Cisco Delete Reason Supported"),
        ("CISCOVPN-REV-02"u8.ToArray(), "Cisco VPN Revision 2"),
        ("CISCO-DYNAMIC-ROUTE"u8.ToArray(), "Cisco Dynamic Route Supported"),
        ("FLEXVPN-SUPPORTED"u8.ToArray(), "Cisco FlexVPN Supported"),
    ]);

    /// <summary>The name, or null.</summary>
    public static string? Find(ReadOnlySpan<byte> id)
    {
        foreach (var (begins, name) in All.Value)
        {
            if (id.StartsWith(begins))
            {
                return name;
            }
        }

        return null;
    }
}
