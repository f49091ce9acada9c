using Wiretale.Wire;

namespace Wiretale.Capture.PcapNg;

/// <summary>Turns an interface's 64-bit ticks into time and back (if_tsresol, if_tsoffset).</summary>
readonly struct InterfaceClock
{
    const ulong Micro = 1_000_000;
    const ulong Nano = 1_000_000_000;

    readonly UInt128 _ticksPerSecond;
    readonly ulong _common;
    readonly long _offset;

    public InterfaceClock(byte resolution, long offset)
    {
        int power = resolution & 0x7f;
        // 10^38 is the last power of ten in 128 bits; finer ticks than that make no difference to a 64-bit count.
        _ticksPerSecond = (resolution & 0x80) != 0 ? UInt128.One << power : Power(10, Math.Min(power, 38));
        _common = _ticksPerSecond == Micro ? Micro : _ticksPerSecond == Nano ? Nano : 0;
        _offset = offset;
    }

    public Timestamp ToTime(ulong ticks)
    {
        if (_common == Micro)
        {
            ulong seconds = ticks / Micro;
            return new((long)seconds + _offset, (int)(ticks - (seconds * Micro)) * 1000);
        }

        if (_common == Nano)
        {
            ulong seconds = ticks / Nano;
            return new((long)seconds + _offset, (int)(ticks - (seconds * Nano)));
        }

        return Slow(ticks);
    }

    Timestamp Slow(ulong ticks)
    {
        (UInt128 seconds, UInt128 rest) = UInt128.DivRem(ticks, _ticksPerSecond);
        // The rest is below 2^64, so the product stays below 2^94.
        return new(unchecked((long)(ulong)seconds + _offset), (int)(rest * Nano / _ticksPerSecond));
    }

    /// <summary>The tick in which <paramref name="time"/> lies; a time before the first tick wraps around as the field does.</summary>
    public ulong ToTicks(Timestamp time)
    {
        ulong seconds = unchecked((ulong)(time.Seconds - _offset));
        // Where a tick is no whole number of nanoseconds, ToTime rounds down; rounding up here comes back to the same tick.
        UInt128 roundUp = Nano % _ticksPerSecond == 0 ? UInt128.Zero : Nano - 1;
        UInt128 fraction = ((uint)Math.Max(0, time.Nanoseconds) * _ticksPerSecond + roundUp) / Nano;
        return unchecked((ulong)(seconds * _ticksPerSecond + fraction));
    }

    static UInt128 Power(UInt128 number, int power)
    {
        UInt128 result = 1;
        for (int i = 0; i < power; i++)
        {
            result *= number;
        }

        return result;
    }
}
