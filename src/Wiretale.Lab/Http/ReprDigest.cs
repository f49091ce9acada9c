using System.Security.Cryptography;

namespace Wiretale.Lab.Http;

/// <summary>A file's SHA-256 as HTTP tells it: RFC 9530's Repr-Digest, in the form of RFC 8941.</summary>
static class ReprDigest
{
    /// <summary>What a response has.</summary>
    public const string Header = "Repr-Digest";

    /// <summary>What a request has.</summary>
    public const string WantHeader = "Want-Repr-Digest";

    /// <summary>Of all algorithms only this one.</summary>
    public const string Want = "sha-256=10";

    const string Algorithm = "sha-256=", Mark = ":";

    /// <summary>Whether a request asks for it: with a weight above 0 (section 4).</summary>
    public static bool IsWanted(string want) => Members(want).Any(member => member.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase) && member.AsSpan(Algorithm.Length).Trim() is not "0");

    /// <summary>The value of the header.</summary>
    public static string Format(string digest) => Algorithm + Mark + Convert.ToBase64String(Convert.FromHexString(digest)) + Mark;

    /// <summary>The digest in a header, in hexadecimal; null when there is none of that kind.</summary>
    public static string? Parse(string value)
    {
        foreach (string member in Members(value).Where(member => member.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase)))
        {
            byte[] bytes = new byte[SHA256.HashSizeInBytes + 2];
            if (Convert.TryFromBase64String(member[Algorithm.Length..].Split(';')[0].Trim().Trim(':'), bytes, out int length) && length == SHA256.HashSizeInBytes)
            {
                return Convert.ToHexStringLower(bytes, 0, length);
            }
        }

        return null;
    }

    /// <summary>A file's digest, in hexadecimal.</summary>
    public static async Task<string> OfFileAsync(string path, CancellationToken stop)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
    }

    static IEnumerable<string> Members(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
