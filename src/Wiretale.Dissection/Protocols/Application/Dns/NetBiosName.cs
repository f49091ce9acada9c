using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 1001, section 14.1: 16 bytes, of which the last tells the service, as 32 letters of half a byte each in one DNS label.

/// <summary>A NetBIOS name for people: <c>WORKGROUP&lt;1e&gt;</c>.</summary>
/// <param name="room">Where the text goes; <see cref="Room"/> bytes.</param>
ref struct NetBiosName(Span<byte> room)
{
    /// <summary>Bytes that the longest text needs: every byte as <c>&lt;xx&gt;</c>, a scope and a service.</summary>
    public const int Room = 448;

    const int Bytes = 16;

    readonly Span<byte> room = room;
    int length;
    int service;

    /// <summary>The name so far.</summary>
    public readonly ReadOnlySpan<byte> Text => room[..length];

    /// <summary>Reads an encoded name out of a message; returns the bytes that it takes.</summary>
    public int Read(Packet p, in View v, int at, Span<byte> scratch)
    {
        var name = new DnsName(scratch);
        int taken = name.Read(p, v, at);
        Span<byte> plain = stackalloc byte[Bytes];
        var encoded = name.Raw;
        service = -1;
        if (encoded.Length < 2 * Bytes || !TryDecode(encoded[..(2 * Bytes)], plain) || (encoded.Length > 2 * Bytes && encoded[2 * Bytes] != '.'))
        {
            Append("Illegal NetBIOS name (1st character not between A and Z in first-level encoding)"u8);
            return taken;
        }

        Set(plain);
        Append(encoded[(2 * Bytes)..]);
        return taken;
    }

    /// <summary>Takes a name's 16 bytes: spaces at the end are filling, what is no ASCII character is shown by its number, as the last byte always is.</summary>
    public void Set(scoped ReadOnlySpan<byte> name)
    {
        length = 0;
        service = name[Bytes - 1];
        foreach (byte b in name[..(Bytes - 1)].TrimEnd((byte)' '))
        {
            if (b is > 0x1f and < 0x7f)
            {
                room[length++] = b;
            }
            else
            {
                AppendHex(b);
            }
        }

        AppendHex(name[Bytes - 1]);
    }

    /// <summary>Appends what service the last byte stands for, in parentheses; nothing to a name that is none.</summary>
    public void AppendService(ValueNames services)
    {
        if (service >= 0)
        {
            string text = services.FindOr((uint)service, "Unknown");
            Append(" ("u8);
            length += System.Text.Encoding.ASCII.GetBytes(text, room[length..]);
            Append(")"u8);
        }
    }

    static bool TryDecode(ReadOnlySpan<byte> encoded, Span<byte> plain)
    {
        for (int i = 0; i < plain.Length; i++)
        {
            int high = encoded[2 * i] - 'A', low = encoded[(2 * i) + 1] - 'A';
            if ((uint)high > 15 || (uint)low > 15)
            {
                return false;
            }

            plain[i] = (byte)((high << 4) | low);
        }

        return true;
    }

    void Append(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(room[length..]);
        length += text.Length;
    }

    void AppendHex(byte value)
    {
        room[length] = (byte)'<';
        room[length + 1] = "0123456789abcdef"u8[value >> 4];
        room[length + 2] = "0123456789abcdef"u8[value & 15];
        room[length + 3] = (byte)'>';
        length += 4;
    }
}
