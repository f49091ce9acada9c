using Wiretale.Capture.Input;

namespace Wiretale.Capture.PcapNg;

/// <summary>Options of Enhanced Packet Blocks (section 4.3) and obsolete Packet Blocks (appendix A), whose codes are a subset.</summary>
static unsafe class PacketOptionParser
{
    /// <summary>Reads the options between the bounds into <paramref name="options"/>; returns what is wrong with them, or null.</summary>
    public static string? Parse<TOrder>(byte* start, byte* end, PacketOptions options, out bool any)
        where TOrder : struct, IByteOrder
    {
        any = false;
        OptionReader<TOrder> reader = new(start, end);
        while (reader.Next())
        {
            any = true;
            string? wrong = Take(ref reader, options);
            if (wrong is not null)
            {
                return wrong;
            }
        }

        return reader.Error;
    }

    static string? Take<TOrder>(ref OptionReader<TOrder> reader, PacketOptions options)
        where TOrder : struct, IByteOrder
    {
        switch (reader.Code)
        {
            case OptionCode.Comment:
                options.AddComment(reader.Text());
                return null;
            case OptionCode.Flags:
                if (!reader.TryU32(out uint flags))
                {
                    return WrongLength("flags", reader.Value.Length, 4);
                }

                options.Flags = flags;
                return null;
            case OptionCode.Hash:
                options.AddHash(reader.Value.ToArray());
                return null;
            case OptionCode.DropCount:
                if (!reader.TryU64(out ulong drops))
                {
                    return WrongLength("drop count", reader.Value.Length, 8);
                }

                options.DropCount = drops;
                return null;
            case OptionCode.PacketId:
                if (!reader.TryU64(out ulong id))
                {
                    return WrongLength("packet id", reader.Value.Length, 8);
                }

                options.PacketId = id;
                return null;
            case OptionCode.Queue:
                if (!reader.TryU32(out uint queue))
                {
                    return WrongLength("interface queue", reader.Value.Length, 4);
                }

                options.Queue = queue;
                return null;
            case OptionCode.Verdict:
                options.AddVerdict(reader.Value.ToArray());
                return null;
            default:
                options.Add(reader.Raw());
                return null;
        }
    }

    static string WrongLength(string what, int length, int right) =>
        $"pcapng: packet block {what} option length {length} is not {right}";
}
