using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Sip;

/// <summary>An address with its tag, as From and To have it: RFC 3261 section 20.10.</summary>
sealed class SipAddress(Protocol P, string prefix, string label, string tagLabel)
{
    readonly Field address = P.String($"{prefix}.addr", label), user = P.String($"{prefix}.user", $"{label} User Part"),
        host = P.String($"{prefix}.host", $"{label} Host Part"), port = P.String($"{prefix}.port", $"{label} Host Port"), tag = P.String($"{prefix}.tag", tagLabel);

    /// <summary>Adds the parts of an address.</summary>
    public void Add(Packet p, in View v, Node parent, int at, ReadOnlySpan<byte> text)
    {
        int open = text.IndexOf((byte)'<'), start = open + 1;
        int end = open >= 0 ? text.IndexOf((byte)'>') : text.IndexOf((byte)';');
        end = end < start ? text.Length : end;
        var uri = text[start..end];
        var node = p.Add(parent, address, v, at + start, uri.Length);
        int colon = uri.IndexOf((byte)':'), sign = uri.IndexOf((byte)'@');
        int hostAt = Math.Max(colon, sign) + 1;
        if (sign > colon)
        {
            p.Add(node, user, v, at + start + colon + 1, sign - colon - 1);
        }

        int hostEnd = uri[hostAt..].IndexOfAny((byte)':', (byte)';', (byte)'?');
        hostEnd = hostEnd < 0 ? uri.Length : hostAt + hostEnd;
        p.Add(node, host, v, at + start + hostAt, hostEnd - hostAt);
        if (hostEnd < uri.Length && uri[hostEnd] == ':')
        {
            int portEnd = uri[(hostEnd + 1)..].IndexOfAny((byte)';', (byte)'?');
            p.Add(node, port, v, at + start + hostEnd + 1, (portEnd < 0 ? uri.Length : hostEnd + 1 + portEnd) - hostEnd - 1);
        }

        int mark = text[end..].IndexOf(";tag="u8);
        if (mark >= 0)
        {
            int from = end + mark + ";tag=".Length, stop = text[from..].IndexOf((byte)';');
            p.Add(parent, tag, v, at + from, stop < 0 ? text.Length - from : stop);
        }
    }
}
