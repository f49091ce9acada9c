using System.Text;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: the SSLKEYLOGFILE format (draft-ietf-tls-keylogfile): LABEL, client random, secret, both in hexadecimal, a line each.

/// <summary>The secrets of a run: from a key log file and from the capture's own blocks.</summary>
sealed class TlsSecrets : IRunRemark
{
    const int MostSecrets = 1 << 20, LongestFile = 1 << 28, RandomDigits = 64;

    readonly Dictionary<string, byte[]> secrets = new(StringComparer.Ordinal);
    string? unreadable;
    bool hasReadFile, hasOpened, hasFailed;
    int blocks;

    /// <inheritdoc />
    public string? Remark => unreadable ?? (secrets.Count > 0 && hasFailed && !hasOpened ? "no secret of the TLS key log fits a connection of this capture" : null);

    /// <summary>Whether there are any.</summary>
    public bool Load(Packet p, Preference file)
    {
        if (!hasReadFile)
        {
            hasReadFile = true;
            ReadFile(p.Engine.Text(file));
        }

        if (p.Secrets > blocks && p.Engine.Capture is { } capture)
        {
            for (; blocks < p.Secrets; blocks++)
            {
                if (capture.Secrets[blocks].Type == CaptureSecrets.TlsKeyLog)
                {
                    Read(Encoding.Latin1.GetString(capture.Secrets[blocks].Data.Span));
                }
            }
        }

        return secrets.Count > 0;
    }

    /// <summary>A secret, or null.</summary>
    public byte[]? Find(string label, byte[] clientRandom) => secrets.GetValueOrDefault($"{label} {Convert.ToHexStringLower(clientRandom)}");

    /// <summary>A connection had no fitting secret.</summary>
    public void Failed() => hasFailed = true;

    /// <summary>A secret has opened a record.</summary>
    public void Opened() => hasOpened = true;

    void ReadFile(string path)
    {
        if (path.Length == 0)
        {
            return;
        }

        try
        {
            if (new FileInfo(path).Length <= LongestFile)
            {
                Read(File.ReadAllText(path, Encoding.Latin1));
            }

            unreadable = secrets.Count == 0 ? $"the TLS key log \"{path}\" has no secrets" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            unreadable = $"the TLS key log \"{path}\" cannot be read: {e.Message}";
        }
    }

    void Read(string text)
    {
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            int first = line.IndexOf(' '), second = first < 0 ? -1 : first + 1 + line[(first + 1)..].IndexOf(' ');
            if (line.IsEmpty || line[0] == '#' || first < 0 || second != first + 1 + RandomDigits || secrets.Count >= MostSecrets)
            {
                continue;
            }

            var secret = line[(second + 1)..].Trim();
            if (secret.Length % 2 == 0 && secret.Length <= 128 && !secret.ContainsAnyExcept("0123456789abcdefABCDEF"))
            {
                secrets[$"{line[..first]} {line[(first + 1)..second].ToString().ToLowerInvariant()}"] = Convert.FromHexString(secret);
            }
        }
    }
}
