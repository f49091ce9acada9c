using Wiretale.Capture.Input;
using Wiretale.Wire;

namespace Wiretale.Capture.PcapNg;

/// <content>Packet blocks: the part that runs for every frame.</content>
partial class PcapNgReader
{
    /// <summary>tshark's limits: what is longer is a sign of damage.</summary>
    const uint MaximumOrdinaryPacket = 262144;
    const uint MaximumLargePacket = 128 << 20;

    /// <summary>
    /// Takes packet blocks at hand into the batch until it is full, the bytes are used up, or a block of another kind, a
    /// damaged one or another section comes. True when there is nothing more to do for this batch.
    /// </summary>
    unsafe bool ParsePackets<TOrder>(FrameBatch batch)
        where TOrder : struct, IByteOrder
    {
        while (batch.Count < batch.Capacity)
        {
            byte* block = _source.Next;
            long atHand = _source.End - block;
            if (atHand < BlockType.Overhead)
            {
                break;
            }

            uint type = TOrder.U32(block);
            uint length = TOrder.U32(block + 4);
            if ((length & 3) != 0 || length > atHand || length < BlockType.Overhead || TOrder.U32(block + length - 4) != length)
            {
                break;
            }

            if (type is not (BlockType.EnhancedPacket or BlockType.SimplePacket or BlockType.ObsoletePacket)
                || CheckLength(type, length) is not null
                || TakePacket<TOrder>(batch, type, length) is not null)
            {
                break;
            }
        }

        return batch.Count > 0;
    }

    /// <summary>Makes a frame of a packet block that is whole and at hand; returns what is wrong with it, or null.</summary>
    unsafe string? TakePacket<TOrder>(FrameBatch batch, uint type, uint length)
        where TOrder : struct, IByteOrder => type switch
        {
            BlockType.EnhancedPacket => TakeEnhanced<TOrder>(batch, length, obsolete: false),
            BlockType.SimplePacket => TakeSimple<TOrder>(batch, length),
            _ => TakeEnhanced<TOrder>(batch, length, obsolete: true),
        };

    /// <summary>
    /// Enhanced Packet Block, section 4.3: interface, time, two lengths, bytes, options. The obsolete Packet Block of appendix A
    /// is the same but for its first word: 16 bits of interface and 16 of packets dropped, of which all ones is 'not known'.
    /// </summary>
    unsafe string? TakeEnhanced<TOrder>(FrameBatch batch, uint length, bool obsolete)
        where TOrder : struct, IByteOrder
    {
        const int Fixed = 32;
        byte* block = _source.Next;
        uint id = obsolete ? TOrder.U16(block + 8) : TOrder.U32(block + 8);
        uint captured = TOrder.U32(block + 20);
        uint padded = Round(captured);
        // In 32 bits, as tshark counts, to give the same reason; captured is checked against its maximum right after.
        if (length < unchecked(Fixed + padded))
        {
            return $"pcapng: total block length {length} of {(obsolete ? "a PB" : "an EPB")} is too small for {captured} bytes of packet data";
        }

        if (id >= (uint)(_interfaces.Count - _firstOfSection))
        {
            return $"pcapng: interface index {id} is not less than section interface count {_interfaces.Count - _firstOfSection}";
        }

        int index = _firstOfSection + (int)id;
        ref InterfaceState state = ref _states[index];
        if (captured > state.MaximumPacket)
        {
            return $"pcapng: cap_len {captured} is larger than {state.MaximumPacket}";
        }

        int options = -1;
        byte* optionStart = block + 28 + padded;
        byte* optionEnd = block + length - 4;
        uint drops = obsolete ? TOrder.U16(block + 10) : ushort.MaxValue;
        if (optionStart != optionEnd || drops != ushort.MaxValue)
        {
            if (TakeOptions<TOrder>(batch, optionStart, optionEnd, drops, out options) is { } wrong)
            {
                return wrong;
            }
        }

        ref FrameRecord frame = ref batch.Free[0];
        frame.Bytes = block + 28;
        frame.CapturedLength = (int)captured;
        frame.OriginalLength = TOrder.U32(block + 24);
        frame.Number = ++_number;
        frame.Time = state.Clock.ToTime(DescriptionParser<TOrder>.Ticks(block + 12));
        frame.HasTimestamp = true;
        frame.Interface = index;
        frame.LinkType = state.LinkType;
        frame.Options = options;
        batch.Count++;
        _source.Next = block + length;
        return null;
    }

    /// <summary>Simple Packet Block, section 4.4: the length on the wire and the bytes; how many is the lesser of that and the snaplen.</summary>
    unsafe string? TakeSimple<TOrder>(FrameBatch batch, uint length)
        where TOrder : struct, IByteOrder
    {
        if (_interfaces.Count == _firstOfSection)
        {
            return "pcapng: SPB appeared before any IDBs in the section";
        }

        byte* block = _source.Next;
        ref InterfaceState state = ref _states[_firstOfSection];
        uint original = TOrder.U32(block + 8);
        uint captured = state.SnapLength == 0 ? original : Math.Min(original, state.SnapLength);
        if (length < unchecked(16 + Round(captured)))
        {
            return $"pcapng: total block length {length} of an SPB is too small for {captured} bytes of packet data";
        }

        if (captured > state.MaximumPacket)
        {
            return $"pcapng: cap_len {captured} is larger than {state.MaximumPacket}";
        }

        ref FrameRecord frame = ref batch.Free[0];
        frame.Bytes = block + 12;
        frame.CapturedLength = (int)captured;
        frame.OriginalLength = original;
        frame.Number = ++_number;
        frame.Time = default;
        frame.HasTimestamp = false;
        frame.Interface = _firstOfSection;
        frame.LinkType = state.LinkType;
        frame.Options = -1;
        batch.Count++;
        _source.Next = block + length;
        return null;
    }

    unsafe string? TakeOptions<TOrder>(FrameBatch batch, byte* start, byte* end, uint drops, out int index)
        where TOrder : struct, IByteOrder
    {
        index = -1;
        PacketOptions options = batch.RentOptions();
        if (PacketOptionParser.Parse<TOrder>(start, end, options, out bool any) is { } wrong)
        {
            batch.ReturnOptions(options);
            return wrong;
        }

        if (drops != ushort.MaxValue)
        {
            options.DropCount ??= drops;
            any = true;
        }

        if (any)
        {
            index = batch.AddOptions(options);
        }
        else
        {
            batch.ReturnOptions(options);
        }

        return null;
    }

    /// <summary>What the loop over packets needs to know of an interface.</summary>
    readonly struct InterfaceState(CaptureInterface of)
    {
        public readonly InterfaceClock Clock = new(of.TimeResolution, of.TimeOffset);
        public readonly LinkType LinkType = of.LinkType;
        public readonly uint SnapLength = of.SnapLength;
        public readonly uint MaximumPacket =
            of.LinkType is LinkType.DBus or LinkType.UsbPcap ? MaximumLargePacket : MaximumOrdinaryPacket;
    }
}
