using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

/// <summary>Object identifiers as LDAP has them, in text (RFC 4512 section 1.4), and their names.</summary>
static class LdapOids
{
    /// <summary>What Microsoft's directory announces ([MS-ADTS] sections 3.1.1.3.4.1 and 3.1.1.3.4.3), by the number under 1.2.840.113556.1.4.</summary>
    const string Microsoft = """
        319 pagedResultsControl
        417 LDAP_SERVER_SHOW_DELETED_OID
        473 sortKeyList
        474 sortResult
        521 LDAP_SERVER_CROSSDOM_MOVE_TARGET_OID
        528 LDAP_SERVER_NOTIFICATION_OID
        529 LDAP_SERVER_EXTENDED_DN_OID
        619 LDAP_SERVER_LAZY_COMMIT_OID
        800 LDAP_CAP_ACTIVE_DIRECTORY_OID
        801 LDAP_SERVER_SD_FLAGS_OID
        802 LDAP_SERVER_RANGE_OPTION_OID
        805 LDAP_SERVER_TREE_DELETE_OID
        841 dirsync
        970 LDAP_SERVER_GET_STATS_OID
        1338 LDAP_SERVER_VERIFY_NAME_OID
        1339 LDAP_SERVER_DOMAIN_SCOPE_OID
        1340 LDAP_SERVER_SEARCH_OPTIONS_OID
        1341 LDAP_SERVER_RODC_DCPROMO_OID
        1413 LDAP_SERVER_PERMISSIVE_MODIFY_OID
        1504 LDAP_SERVER_ASQ_OID
        1670 LDAP_CAP_ACTIVE_DIRECTORY_V51_OID
        1781 LDAP_SERVER_FAST_BIND_OID
        1791 LDAP_CAP_ACTIVE_DIRECTORY_LDAP_INTEG_OID
        1852 LDAP_SERVER_QUOTA_CONTROL_OID
        1907 LDAP_SERVER_SHUTDOWN_NOTIFY_OID
        1948 LDAP_SERVER_RANGE_RETRIEVAL_NOERR_OID
        1974 LDAP_SERVER_FORCE_UPDATE_OID
        2026 LDAP_SERVER_DN_INPUT_OID
        2064 LDAP_SERVER_SHOW_RECYCLED_OID
        2065 LDAP_SERVER_SHOW_DEACTIVATED_LINK_OID
        2066 LDAP_SERVER_POLICY_HINTS_DEPRECATED_OID
        2090 LDAP_SERVER_DIRSYNC_EX_OID
        2204 LDAP_SERVER_TREE_DELETE_EX_OID
        2205 LDAP_SERVER_UPDATE_STATS_OID
        2206 LDAP_SERVER_SEARCH_HINTS_OID
        2211 LDAP_SERVER_EXPECTED_ENTRY_COUNT_OID
        2239 LDAP_SERVER_POLICY_HINTS_OID
        2255 LDAP_SERVER_SET_OWNER_OID
        2256 LDAP_SERVER_BYPASS_QUOTA_OID
        2309 LDAP_SERVER_LINK_TTL_OID
        2330 LDAP_SERVER_SET_CORRELATION_ID_OID
        2354 LDAP_SERVER_THREAD_TRACE_OVERRIDE_OID
        """;

    static readonly Lazy<Dictionary<string, string>> Names = new(static () =>
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["1.3.6.1.4.1.1466.20037"] = "LDAP_START_TLS_OID",
            ["1.3.6.1.4.1.42.2.27.8.5.1"] = "passwordPolicy",
            ["2.16.840.1.113730.3.4.2"] = "Manage DSA IT LDAPv3 control",
            ["2.16.840.1.113730.3.4.9"] = "VLV Request LDAPv3 control",
            ["2.16.840.1.113730.3.4.10"] = "VLV Response LDAPv3 control",
        };
        foreach (string line in Microsoft.Split('\n'))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            names["1.2.840.113556.1.4." + line[..space]] = line[(space + 1)..].TrimEnd();
        }

        return names;
    });

    /// <summary>The name of an identifier, or null.</summary>
    public static string? Known(ReadOnlySpan<byte> text) =>
        text.Length > 64 ? null : Names.Value.GetValueOrDefault(Encoding.ASCII.GetString(text));

    /// <summary>The name; of one without a name, what is known of its beginning and the rest as it is.</summary>
    public static void Name(Utf8Text target, ReadOnlySpan<byte> text)
    {
        if (Known(text) is { } name)
        {
            target.Append(name);
        }
        else if (text.StartsWith("1.2.840."u8))
        {
            target.Append("ISO assigned OIDs, USA"u8);
            target.Append(text["1.2.840".Length..]);
        }
        else if (text.Length > 1 && text[1] == '.' && text[0] is >= (byte)'0' and <= (byte)'2')
        {
            target.Append(text[0] switch { (byte)'0' => "itu-t"u8, (byte)'1' => "iso"u8, _ => "joint-iso-itu-t"u8 });
            target.Append(text[1..]);
        }
        else
        {
            target.Append(text);
        }
    }

    /// <summary>Adds an identifier with its name.</summary>
    public static Node Add(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        var node = p.Add(parent, field, v, one.At, one.Length);
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            Name(p.Scratch, v.Span(one.At, one.Length));
            p.AppendLabel(node, $" ({p.Scratch.Bytes})");
        }

        return node;
    }
}
