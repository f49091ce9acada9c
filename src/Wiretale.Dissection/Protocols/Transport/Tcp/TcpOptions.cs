using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <content>Options in the Info column.</content>
public sealed partial class Tcp
{
    /// <summary>Walks the options for what the stream must know and the Info column shows.</summary>
    static void ReadOptions(Packet p, ReadOnlySpan<byte> options, TcpStream? stream, TcpFlow? flow, TcpFlow? other, bool relative)
    {
        var info = p.Info;
        int at = 0;
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
                        uint origin = relative && other is { HasBase: true } ? other.Base : 0;
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
                case 6 or 7 when length == 6:
                    AppendNumber(info, " ECHO="u8, BinaryPrimitives.ReadUInt32BigEndian(o[2..]));
                    break;
                case 11 or 12 or 13 when length == 6:
                    AppendNumber(info, " CC="u8, BinaryPrimitives.ReadUInt32BigEndian(o[2..]));
                    break;
                case 19:
                    info.Append(" MD5"u8);
                    break;
                case 27 when length == 8:
                    info.Append($" QSresp={TcpOptionFields.QuickStartRates.FindOr((ulong)o[2] & 15, "")}");
                    break;
                case 28 when length == 4:
                    AppendNumber(info, " USER_TO="u8, (uint)BinaryPrimitives.ReadUInt16BigEndian(o[2..]) & 0x7fff);
                    break;
                case 29:
                    info.Append("TCP AO"u8);
                    break;
                case 30:
                    p.SetProtocol("MPTCP");
                    break;
                case 34:
                    info.Append(length == 2 ? " TFO=R"u8 : " TFO=C"u8);
                    break;
                case 172 or 174:
                    AccurateEcn(info, stream, kind == 172, o[2..]);
                    break;
                case 253 or 254 when length >= 4:
                    Experiment(info, stream, BinaryPrimitives.ReadUInt16BigEndian(o[2..]), o);
                    break;
                default:
                    break;
            }

            at += length;
        }
    }

    /// <summary>RFC 6994: experiments share two kinds and are told apart by an identifier.</summary>
    static void Experiment(Column info, TcpStream? stream, ushort id, ReadOnlySpan<byte> o)
    {
        switch (id)
        {
            case 0xf989:
                info.Append(o.Length == 4 ? " TFO=R"u8 : " TFO=C"u8);
                break;
            case 0xac:
                info.Append(" TARR"u8);
                if (o.Length == 5)
                {
                    AppendNumber(info, "="u8, (uint)o[4] >> 1);
                }

                break;
            case 0xacc0 or 0xacc1:
                AccurateEcn(info, stream, id == 0xacc0, o[4..]);
                break;
            default:
                info.Append($" ExID={id:X}");
                break;
        }
    }

    static void AccurateEcn(Column info, TcpStream? stream, bool ect0First, ReadOnlySpan<byte> counters)
    {
        if (stream is not null)
        {
            stream.AccurateEcn = true;
        }

        for (int i = 0; i < 3 && counters.Length >= 3; i++, counters = counters[3..])
        {
            uint counter = ((uint)counters[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(counters[1..]);
            info.Append($" {AccurateEcnCounter(ect0First, i).Name}={counter}");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AppendNumber(Column info, ReadOnlySpan<byte> name, uint value)
    {
        if (info.Writable)
        {
            info.Text.Append(name);
            info.Text.Append(value);
        }
    }
}
