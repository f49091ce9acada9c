using Wiretale.Capture.Input;

namespace Wiretale.Capture.Pcap;

/// <summary>
/// Tells plain from modified pcap by the records. Some patched programs wrote the longer record header under the plain magic
/// number and others the plain one under the modified; only the first records show it.
/// </summary>
static unsafe class PcapVariant
{
    const int RecordsToTry = 3;

    /// <summary>Longest record that is believed while guessing.</summary>
    const uint Believable = 65535 + 4096;

    /// <summary>
    /// The header, with the kind of pcap changed when the first records contradict it and make sense the other way. Looks only
    /// at what is at hand: a pipe is not waited for.
    /// </summary>
    public static PcapHeader Decide(ByteSource source, in PcapHeader header)
    {
        // Nanosecond files came long after the patched programs.
        if (header.Format.Kind == CaptureKind.NanosecondPcap || header.SwappedLengths)
        {
            return header;
        }

        CaptureKind other = header.Format.Kind == CaptureKind.Pcap ? CaptureKind.ModifiedPcap : CaptureKind.Pcap;
        PcapHeader changed = header with { Format = header.Format with { Kind = other } };
        // The one the magic number says is doubted only when it makes no sense; the other is then believed only when all fits.
        return !Fits(source, header, strict: false) && Fits(source, changed, strict: true) ? changed : header;
    }

    static bool Fits(ByteSource source, in PcapHeader header, bool strict) => header.Format.BigEndian
        ? Fits<BigEndian>(source, header, strict)
        : Fits<LittleEndian>(source, header, strict);

    static bool Fits<TOrder>(ByteSource source, in PcapHeader header, bool strict)
        where TOrder : struct, IByteOrder
    {
        byte* next = source.Next;
        byte* end = source.End;
        for (int i = 0; i < RecordsToTry && end - next >= header.RecordHeaderLength; i++)
        {
            uint captured = TOrder.U32(next + 8);
            uint original = TOrder.U32(next + 12);
            // A second of a million microseconds is written by no program; a claimed length may be damage, and damage alone must
            // not change the reading: that is what the strict look at the other kind is for.
            bool sane = captured <= Believable && (captured <= original || header.MaybeSwappedLengths) && TOrder.U32(next + 4) < 1_000_000;
            if (!sane)
            {
                return false;
            }

            if (end - next - header.RecordHeaderLength < captured)
            {
                return !strict;
            }

            next += header.RecordHeaderLength + captured;
        }

        return !strict || next == end || end - next >= header.RecordHeaderLength;
    }
}
