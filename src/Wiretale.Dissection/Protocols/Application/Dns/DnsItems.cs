using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

/// <summary>What records of many types are made of: names, counted text, times in seconds, lists of types.</summary>
static class DnsItems
{
    /// <summary>Names of types for people.</summary>
    public static readonly ValueNames Types = ValueNames.Of(() => [.. DnsType.All]);

    static readonly ValueNames Classes = ValueNames.Of(() => [.. DnsNames.Classes]);

    /// <summary>DNSSEC algorithms.</summary>
    public static readonly ValueNames Algorithms = ValueNames.Of(() => [.. DnsNames.Algorithms]);

    /// <summary>Response codes, also as errors of TSIG and TKEY.</summary>
    public static readonly ValueNames ResponseCodes = ValueNames.Of(() => [.. DnsNames.ResponseCodes]);

    /// <summary>Name of a class.</summary>
    public static ValueNames ClassNames => Classes;

    /// <summary>Adds a name; returns the bytes that it takes.</summary>
    public static int AddName(Packet p, in View m, Node node, Field field, int at)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int taken = name.Read(p, m, at);
        p.AddString(node, field, m, at, taken, name.Text);
        return taken;
    }

    /// <summary>Adds text after its length (RFC 1035 section 3.3, character-string); returns the bytes that both take.</summary>
    public static int AddCounted(Packet p, in View m, Node node, Field length, Field text, int at)
    {
        int count = m.U8(at);
        p.Add(node, length, m, at);
        p.Add(node, text, m, at + 1, count);
        return 1 + count;
    }

    /// <summary>Adds what is left of a record as bytes; nothing when nothing is left.</summary>
    public static void AddRest(Packet p, in View m, Node node, Field field, int at, int end, bool strict = false)
    {
        if (end > at)
        {
            p.Add(node, field, m, at, end - at);
        }
        else if (end < at && strict)
        {
            m.ThrowShort(at, int.MaxValue);
        }
    }

    /// <summary>Adds a number of seconds, which the label also tells in days, hours and minutes.</summary>
    public static Node AddSeconds(Packet p, in View m, Node node, Field field, int at)
    {
        var item = p.Add(node, field, m, at);
        if (item.IsWanted && p.WantsTree)
        {
            uint seconds = m.U32(at);
            p.Label(item, $"{field.Label}: {seconds} ({Duration(p.Scratch, seconds)})");
        }

        return item;
    }

    /// <summary>Adds every type of a bitmap in windows (RFC 4034 section 4.1.2).</summary>
    public static void AddTypeWindows(Packet p, in View m, Node node, Field field, int at, int end)
    {
        // A window that ends behind the record makes the loop run into the message's end.
        while (at != end)
        {
            int window = m.U8(at), size = m.U8(at + 1);
            at += 2;
            AddTypes(p, m, node, field, at, size, window * 256);
            at += size;
        }
    }

    /// <summary>Adds the type of every bit that is set, the first bit being <paramref name="first"/>.</summary>
    public static void AddTypes(Packet p, in View m, Node node, Field field, int at, int size, int first)
    {
        if (size < 0)
        {
            m.ThrowShort(at, int.MaxValue);
        }

        for (int i = 0; i < size; i++)
        {
            int bits = m.U8(at + i);
            for (int bit = 0; bit < 8 && p.WantsFields; bit++)
            {
                if ((bits & (0x80 >> bit)) == 0)
                {
                    continue;
                }

                int type = first + (i * 8) + bit;
                var item = p.AddUInt(node, field, m, at + i, 1, (uint)type);
                if (Types.Find((uint)type) is { } name)
                {
                    p.Label(item, $"RR type in bit map: {name}");
                }
                else
                {
                    p.Label(item, $"RR type in bit map: Unknown ({type})");
                }
            }
        }
    }

    /// <summary>The short name of a type, or <c>Unknown (n)</c>.</summary>
    public static ReadOnlySpan<byte> TypeName(ushort type, Span<byte> room)
    {
        if (DnsType.Find(type) is { } name)
        {
            return room[..System.Text.Encoding.ASCII.GetBytes(name, room)];
        }

        "Unknown ("u8.CopyTo(room);
        System.Buffers.Text.Utf8Formatter.TryFormat(type, room[9..], out int digits);
        room[9 + digits] = (byte)')';
        return room[..(10 + digits)];
    }

    /// <summary>Seconds as "1 day, 2 hours, 3 minutes, 4 seconds", parts that are zero left out.</summary>
    public static ReadOnlySpan<byte> Duration(Utf8Text text, uint seconds)
    {
        text.Clear();
        if (seconds == 0)
        {
            return "0 seconds"u8;
        }

        Part(text, seconds / 86400, "day");
        Part(text, seconds / 3600 % 24, "hour");
        Part(text, seconds / 60 % 60, "minute");
        Part(text, seconds % 60, "second");
        return text.Bytes;
    }

    static void Part(Utf8Text text, uint count, string unit)
    {
        if (count > 0)
        {
            text.Append(text.Length > 0 ? $", {count} {unit}" : $"{count} {unit}");
            text.Append(count > 1 ? "s"u8 : ""u8);
        }
    }
}
