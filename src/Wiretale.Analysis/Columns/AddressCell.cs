using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Columns;

/// <summary>Addresses as text, remembered: a capture has few of them and a line has two.</summary>
public sealed class AddressCell
{
    /// <summary>The most bytes of a text: a host's name may be long.</summary>
    public const int MaxLength = 256;

    const int Slots = 256;
    const int SlotBytes = 112;

    readonly Address[] addresses = new Address[Slots];
    readonly byte[] texts = new byte[Slots * SlotBytes];
    readonly Utf8Text passing = new();

    /// <summary>The text of an address, or its name; good until the next call. Nothing for no address.</summary>
    /// <param name="frame">The packet that shows it; names of hosts become known as packets go by.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Text(in Address address, AddressNames names, int frame)
    {
        if (names.Hosts)
        {
            return Passing(address, names, frame);
        }

        ulong hash = (address.High ^ (address.Low * 31)) * 0x9E3779B97F4A7C15;
        int slot = (int)(hash >> 56);
        if (addresses[slot] != address)
        {
            Fill(slot, Passing(address, names, frame));
            addresses[slot] = address;
        }

        int at = slot * SlotBytes;
        return texts.AsSpan(at + 1, texts[at]);
    }

    ReadOnlySpan<byte> Passing(in Address address, AddressNames names, int frame)
    {
        passing.Clear();
        names.Append(passing, address, frame);
        passing.Length = MaxLength;
        return passing.Bytes;
    }

    void Fill(int slot, ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, SlotBytes - 1);
        texts[slot * SlotBytes] = (byte)length;
        text[..length].CopyTo(texts.AsSpan((slot * SlotBytes) + 1));
    }
}
