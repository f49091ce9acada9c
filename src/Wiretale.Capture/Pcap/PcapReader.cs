using Wiretale.Capture.Input;
using Wiretale.Wire;

namespace Wiretale.Capture.Pcap;

/// <summary>Classic pcap (draft-ietf-opsawg-pcap): one header, then records of time, lengths and bytes.</summary>
/// <remarks>Specialised by byte order at compile time, so that the loop over records has neither calls nor branches for it.</remarks>
sealed unsafe class PcapReader<TOrder> : CaptureReader
    where TOrder : struct, IByteOrder
{
    readonly ByteSource _source;
    readonly string _name;
    readonly PcapHeader _header;
    readonly CaptureInterface[] _interfaces;
    readonly CaptureSection[] _sections;
    int _number;

    /// <summary>Takes over <paramref name="source"/>, which stands behind the file header.</summary>
    public PcapReader(ByteSource source, string name, in PcapHeader header)
    {
        _source = source;
        _name = name;
        _header = header;
        _interfaces =
        [
            new()
            {
                LinkType = header.LinkType,
                SnapLength = header.SnapLength,
                TimeResolution = (byte)(header.Format.Kind == CaptureKind.NanosecondPcap ? 9 : 6),
                FcsLength = header.FcsLength,
            },
        ];
        _sections = [new() { BigEndian = header.Format.BigEndian, Major = header.Major, Minor = header.Minor }];
    }

    public override CaptureFormat Format => _header.Format;

    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    public override IReadOnlyList<CaptureSection> Sections => _sections;

    private protected override ByteSource Source => _source;

    private protected override void Fill(FrameBatch batch)
    {
        if (Damage is not null)
        {
            return;
        }

        // The slow path runs only for the first frame of a batch, so that a batch never spans two segments and a pipe is
        // never waited for while there are frames to give. Damage is found again, and reported, at the start of the next batch.
        if (!FetchRecord())
        {
            return;
        }

        ParseAtHand(batch);
        batch.Hold(_source.Current!);
    }

    /// <summary>Gets a whole record into one segment; false at the end, with <see cref="CaptureReader.Damage"/> set when it is a bad one.</summary>
    bool FetchRecord()
    {
        if (!_source.Need(_header.RecordHeaderLength))
        {
            if (_source.Failure is not null)
            {
                Damage = _source.Failure;
            }
            else if (_source.Available > 0)
            {
                Damage = Messages.CutShort(_name, _source.Offset);
            }

            return false;
        }

        uint captured = TOrder.U32(_source.Next + (_header.SwappedLengths ? 12 : 8));
        uint original = TOrder.U32(_source.Next + (_header.SwappedLengths ? 8 : 12));
        if (_header.MaybeSwappedLengths && captured > original)
        {
            captured = original;
        }

        if (captured > _header.MaximumPacket)
        {
            Damage = Messages.Damaged(_name, _source.Offset,
                $"pcap: File has {captured}-byte packet, bigger than maximum of {_header.MaximumPacket}");
            return false;
        }

        if (!_source.Need(_header.RecordHeaderLength + (long)captured))
        {
            Damage = _source.Failure ?? Messages.CutShort(_name, _source.Offset);
            return false;
        }

        return true;
    }

    void ParseAtHand(FrameBatch batch)
    {
        byte* next = _source.Next;
        byte* end = _source.End;
        int headerLength = _header.RecordHeaderLength;
        int toNanoseconds = _header.Format.Kind == CaptureKind.NanosecondPcap ? 1 : 1000;
        uint maximum = _header.MaximumPacket;
        var (linkType, swapped, maybeSwapped) = (_header.LinkType, _header.SwappedLengths, _header.MaybeSwappedLengths);
        int number = _number;
        int count = 0;
        foreach (ref FrameRecord frame in batch.Free)
        {
            if (end - next < headerLength)
            {
                break;
            }

            uint captured = TOrder.U32(next + 8);
            uint original = TOrder.U32(next + 12);
            if (swapped || (maybeSwapped && captured > original))
            {
                (captured, original) = (original, captured);
            }

            if (captured > maximum || end - next - headerLength < captured)
            {
                break;
            }

            frame.Bytes = next + headerLength;
            frame.CapturedLength = (int)captured;
            frame.OriginalLength = original;
            frame.Number = ++number;
            // A fraction of a second or more is kept as the file has it, as tshark shows it.
            frame.Time = new(TOrder.U32(next), unchecked((int)TOrder.U32(next + 4) * toNanoseconds));
            frame.HasTimestamp = true;
            frame.Interface = 0;
            frame.LinkType = linkType;
            frame.Options = -1;
            next += headerLength + (int)captured;
            count++;
        }

        _number = number;
        _source.Next = next;
        batch.Count = count;
    }

    public override void Dispose() => _source.Dispose();
}
