using System.Buffers.Binary;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <content>Options in the Info column.</content>
public sealed partial class Tcp
{
    /// <summary>Walks the options for what the stream must know and the Info column shows.</summary>
    static void ReadOptions(Packet p, ReadOnlySpan<byte> options, TcpFlow? flow, TcpFlow? other, ref TcpHeader h)
    {
        var info = p.Info;
        int at = 0;
        if (flow is not null)
        {
            flow.SackRanges = 0;
        }

        while (at < options.Length)
        {
            int kind = options[at];
            if (kind == 0)
            {
                break;
            }

            if (kind == 1)
            {
                at++;
                continue;
            }

            int length = at + 1 < options.Length ? options[at + 1] : 0;
            if (length < 2 || at + length > options.Length)
            {
                break;
            }

            var o = options.Slice(at, length);
            switch (kind)
            {
                case 2 when length == 4:
                    AppendNumber(info, " MSS="u8, BinaryPrimitives.ReadUInt16BigEndian(o[2..]));
                    break;
                case 3 when length == 3:
                    int shift = Math.Min((int)o[2], 14);
                    AppendNumber(info, " WS="u8, 1u << shift);
                    if (flow is not null)
                    {
                        flow.WindowScale = shift;
                    }

                    break;
                case 4:
                    info.Append(" SACK_PERM"u8);
                    break;
                case 5:
                    for (int i = 2; i + 8 <= length; i += 8)
                    {
                        uint left = BinaryPrimitives.ReadUInt32BigEndian(o[i..]), right = BinaryPrimitives.ReadUInt32BigEndian(o[(i + 4)..]);
                        uint origin = other is { HasBase: true } ? other.Base : 0;
                        AppendNumber(info, " SLE="u8, left - origin);
                        AppendNumber(info, " SRE="u8, right - origin);
                        if (flow is not null && flow.SackRanges * 2 < flow.Sack.Length)
                        {
                            flow.Sack[flow.SackRanges * 2] = left;
                            flow.Sack[(flow.SackRanges++ * 2) + 1] = right;
                        }
                    }

                    break;
                case 8 when length == 10 && !p.IsOn(IgnoreTimestamps):
                    AppendNumber(info, " TSval="u8, BinaryPrimitives.ReadUInt32BigEndian(o[2..]));
                    AppendNumber(info, " TSecr="u8, BinaryPrimitives.ReadUInt32BigEndian(o[6..]));
                    break;
                default:
                    break;
            }

            at += length;
        }
    }

    static void AppendNumber(Column info, ReadOnlySpan<byte> name, uint value)
    {
        if (info.Writable)
        {
            info.Text.Append(name);
            info.Text.Append(value);
        }
    }
}
