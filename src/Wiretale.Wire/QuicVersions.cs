namespace Wiretale.Wire;

/// <summary>Versions of QUIC: RFC 9000 section 15, RFC 9369, drafts, and those that implementations used among themselves.</summary>
public static class QuicVersions
{
    /// <summary>In the place of a version: Version Negotiation (RFC 9000 section 17.2.1).</summary>
    public const uint Negotiation = 0;

    /// <summary>RFC 9000.</summary>
    public const uint One = 1;

    /// <summary>RFC 9369.</summary>
    public const uint Two = 0x6b3343cf;

    /// <summary>The draft of RFC 9369 with the older number.</summary>
    public const uint TwoDraft = 0x709a50c4;

    /// <summary>The first draft of version 2.</summary>
    public const uint TwoDraft00 = 0xff020000;

    /// <summary>Google's version that keeps QUIC Crypto inside of the IETF's packets.</summary>
    public const uint GoogleQ050 = 0x51303530;

    /// <summary>Google's first versions with TLS.</summary>
    public const uint GoogleT050 = 0x54303530, GoogleT051 = 0x54303531;

    /// <summary>Names of versions and of ranges of them.</summary>
    public static IReadOnlyList<(uint First, uint Last, string Name)> Names { get; } =
    [
        (0, 0, "Version Negotiation"), (1, 1, "1"),
        (0x45474700, 0x454747ff, "Quant"), (0x50435130, 0x50435131, "Picoquic internal"), (0x50524f58, 0x50524f58, "Proxied QUIC (PROX)"),
        (0x51303433, 0x51303433, "Google Q043"), (0x51303434, 0x51303434, "Google Q044"), (0x51303436, 0x51303436, "Google Q046"),
        (GoogleQ050, GoogleQ050, "Google Q050"), (0x51474f00, 0x51474fff, "QGO (QUIC GO)"),
        (GoogleT050, GoogleT050, "Google T050"), (GoogleT051, GoogleT051, "Google T051"),
        (0x91c17000, 0x91c170ff, "Quicly"), (0xabcd0000, 0xabcd000f, "MsQuic"),
        (0xf0f0f0f0, 0xf0f0f0ff, "ETH Zürich (Measurability experiments)"), (0xf0f0f1f0, 0xf0f0f1ff, "Telecom Italia (Measurability experiments)"),
        (0xf123f0c0, 0xf123f0cf, "MozQuic"), (0xfaceb001, 0xfaceb001, "Facebook mvfst (draft-22)"), (0xfaceb002, 0xfaceb002, "Facebook mvfst (draft-27)"),
        (0xfaceb003, 0xfaceb00d, "Facebook mvfst"), (0xfaceb00e, 0xfaceb00e, "Facebook mvfst (Experimental)"), (0xfaceb00f, 0xfaceb00f, "Facebook mvfst"),
        .. Drafts(),
        (TwoDraft00, TwoDraft00, "v2-draft-00"), (TwoDraft, TwoDraft, "v2-draft-01"), (Two, Two, "2"),
    ];

    /// <summary>Whether a number is one of those reserved to force version negotiation (RFC 9000 section 15).</summary>
    public static bool IsReserved(uint version) => (version & 0x0f0f0f0f) == 0x0a0a0a0a;

    /// <summary>Whether packet types and labels of keys are those of version 2 (RFC 9369 section 3).</summary>
    public static bool IsTwo(uint version) => version is Two or TwoDraft or TwoDraft00;

    /// <summary>The draft that a version speaks (34 for version 1, 100 for version 2), or 0 when nobody knows.</summary>
    public static int Draft(uint version) => version switch
    {
        One => 34,
        Two or TwoDraft or TwoDraft00 => 100,
        0xfaceb001 => 22,
        0xfaceb002 or 0xfaceb00e or GoogleQ050 or GoogleT050 or GoogleT051 => 27,
        _ when version >> 8 == 0xff0000 => (int)(version & 0xff),
        // Offered by who tries the newest drafts.
        _ when IsReserved(version) => 29,
        _ => 0,
    };

    static IEnumerable<(uint First, uint Last, string Name)> Drafts()
    {
        for (uint draft = 4; draft <= 34; draft++)
        {
            yield return (0xff000000 | draft, 0xff000000 | draft, $"draft-{draft:00}");
        }
    }
}
