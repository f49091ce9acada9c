using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>Windows' times: 100 nanoseconds since 1601 ([MS-DTYP] section 2.3.3), little end first.</summary>
static class WindowsTime
{
    const long Epoch = 11_644_473_600, TicksPerSecond = 10_000_000;

    /// <summary>Adds a time of eight bytes; 0 and the two ends of the range say that there is none.</summary>
    public static void Add(Packet p, in View v, Node tree, Field field, int at)
    {
        ulong ticks = v.U64LE(at);
        var node = p.AddTime(tree, field, v, at, 8, ticks is 0 or > long.MaxValue ? default : new((long)(ticks / TicksPerSecond) - Epoch, (int)(ticks % TicksPerSecond) * 100));
        string? none = ticks switch
        {
            0 => "No time specified (0)",
            1UL << 63 => "Infinity (relative time)",
            long.MaxValue => "Infinity (absolute time)",
            _ => null,
        };
        if (none is not null)
        {
            p.Label(node, $"{field.Label}: {none}");
        }
    }
}
