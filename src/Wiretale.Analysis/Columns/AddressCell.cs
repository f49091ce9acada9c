using System.Runtime.CompilerServices;
using Wiretale.Wire;

namespace Wiretale.Analysis.Columns;

/// <summary>Addresses as text, remembered: a capture has few of them and a line has two.</summary>
public sealed class AddressCell
{
    const int Slots = 256;
    const int SlotBytes = 64;

    readonly Address[] addresses = new Address[Slots];
    readonly byte[] texts = new byte[Slots * SlotBytes];

    /// <summary>The text of an address; good until the next call. Nothing for no address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Text(in Address address)
    {
        ulong hash = (address.High ^ (address.Low * 31)) * 0x9E3779B97F4A7C15;
        int slot = (int)(hash >> 56);
        if (addresses[slot] != address)
        {
            Fill(slot, address);
        }

        int at = slot * SlotBytes;
        return texts.AsSpan(at + 1, texts[at]);
    }

    void Fill(int slot, in Address address)
    {
        int at = slot * SlotBytes;
        addresses[slot] = address;
        texts[at] = (byte)address.Format(texts.AsSpan(at + 1, SlotBytes - 1));
    }
}
