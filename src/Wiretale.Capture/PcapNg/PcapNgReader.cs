using Wiretale.Capture.Input;

namespace Wiretale.Capture.PcapNg;

/// <summary>pcapng (draft-ietf-opsawg-pcapng): sections of blocks, in either byte order, of any number of interfaces.</summary>
/// <remarks>
/// Blocks of packets lead to frames (PcapNgReader.Packets.cs), all others are taken in or kept here. While a batch has no
/// frame, a block may be waited for and a new segment begun; once it has one, only whole blocks at hand are taken. What is
/// wrong with a block is reported when it is the first of a batch, so that damage always comes after the frames before it.
/// </remarks>
sealed unsafe partial class PcapNgReader : CaptureReader
{
    /// <summary>Unknown blocks, statistics and the like are kept up to this many bytes; a week's capture must not fill memory.</summary>
    const long MaximumKept = 128 << 20;

    /// <summary>More interfaces than any machine has are a sign of damage, and would cost more memory than the file has bytes.</summary>
    const int MaximumInterfaces = 1 << 20;

    readonly ByteSource _source;
    readonly string _name;
    readonly List<CaptureSection> _sections = [];
    readonly List<CaptureInterface> _interfaces = [];
    readonly List<NameResolution> _names = [];
    readonly List<CaptureSecrets> _secrets = [];
    readonly List<InterfaceStatistics> _statistics = [];
    readonly List<RawBlock> _others = [];
    InterfaceState[] _states = new InterfaceState[4];
    int _firstOfSection;
    int _number;
    long _kept;
    bool _bigEndian;
    bool _ended;

    /// <summary>Takes over <paramref name="source"/>, which stands at a Section Header Block, and reads what stands before the packets.</summary>
    /// <exception cref="CaptureException">The first section header, or a description before the packets, is damaged.</exception>
    public PcapNgReader(ByteSource source, string name)
    {
        _source = source;
        _name = name;
        ReadPreamble();
    }

    public override CaptureFormat Format => new(CaptureKind.PcapNg, _sections[0].BigEndian);

    public override IReadOnlyList<CaptureSection> Sections => _sections;

    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    public override IReadOnlyList<NameResolution> NameResolution => _names;

    public override IReadOnlyList<CaptureSecrets> Secrets => _secrets;

    public override IReadOnlyList<InterfaceStatistics> Statistics => _statistics;

    public override IReadOnlyList<RawBlock> OtherBlocks => _others;

    private protected override ByteSource Source => _source;

    private protected override void Fill(FrameBatch batch)
    {
        while (batch.Count == 0 && Damage is null && !_ended)
        {
            if (_bigEndian)
            {
                Fill<BigEndian>(batch);
            }
            else
            {
                Fill<LittleEndian>(batch);
            }
        }

        if (batch.Count > 0)
        {
            batch.Hold(_source.Current!);
        }
    }

    public override void Dispose() => _source.Dispose();

    /// <summary>Interfaces and names stand before the packets; whoever opens a capture wants to know them. Never waits on a pipe for more.</summary>
    void ReadPreamble()
    {
        while (Damage is null && !_ended && (_interfaces.Count == 0 || _source.Available >= 8))
        {
            if (!(_bigEndian ? Describe<BigEndian>() : Describe<LittleEndian>()))
            {
                break;
            }
        }

        if (Damage is { } damage)
        {
            throw damage.Kind == CaptureErrorKind.CutShort
                ? Messages.CutShortInHeader(_name)
                : new CaptureException(damage.Kind, damage.Message);
        }
    }

    /// <summary>Takes one block in, unless it holds a packet; false when it does or the file has ended.</summary>
    bool Describe<TOrder>()
        where TOrder : struct, IByteOrder
    {
        if (!_source.Need(8))
        {
            AtEnd();
            return false;
        }

        uint type = TOrder.U32(_source.Next);
        if (type is BlockType.EnhancedPacket or BlockType.SimplePacket or BlockType.ObsoletePacket)
        {
            return false;
        }

        if (type == BlockType.SectionHeader)
        {
            ReadSection();
        }
        else if (FetchBlock<TOrder>(type, out uint length))
        {
            TakeDescription<TOrder>(type, length);
        }

        return true;
    }

    void Fill<TOrder>(FrameBatch batch)
        where TOrder : struct, IByteOrder
    {
        if (ParsePackets<TOrder>(batch) || !_source.Need(8))
        {
            if (batch.Count == 0)
            {
                AtEnd();
            }

            return;
        }

        uint type = TOrder.U32(_source.Next);
        if (type == BlockType.SectionHeader)
        {
            ReadSection();
        }
        else if (FetchBlock<TOrder>(type, out uint length))
        {
            if (type is BlockType.EnhancedPacket or BlockType.SimplePacket or BlockType.ObsoletePacket)
            {
                // The block is whole and at hand now; what is still wrong with it is found, and said, by parsing it.
                if (TakePacket<TOrder>(batch, type, length) is { } wrong)
                {
                    Damage = Messages.Damaged(_name, _source.Offset, wrong);
                }
            }
            else
            {
                TakeDescription<TOrder>(type, length);
            }
        }
    }

    void AtEnd()
    {
        _ended = true;
        Damage ??= _source.Failure ?? (_source.Available > 0 ? Messages.CutShort(_name, _source.Offset) : null);
    }

    /// <summary>
    /// Gets a whole block at hand; <paramref name="length"/> is its total length, rounded up as tshark does for writers that
    /// forget the padding. A block too large to keep is passed over. False when there is nothing to parse.
    /// </summary>
    bool FetchBlock<TOrder>(uint type, out uint length)
        where TOrder : struct, IByteOrder
    {
        length = Round(TOrder.U32(_source.Next + 4));
        if (CheckLength(type, length) is { } wrong)
        {
            Damage = Messages.Damaged(_name, _source.Offset, wrong);
            return false;
        }

        if (!_source.Need(length))
        {
            AtEnd();
            return false;
        }

        uint second = Round(TOrder.U32(_source.Next + length - 4));
        if (second != length)
        {
            Damage = Messages.Damaged(_name, _source.Offset, Mismatch(length, second));
            return false;
        }

        return true;
    }

    static string? CheckLength(uint type, uint length)
    {
        (int minimum, string article, string name) = BlockType.Facts(type);
        return length >= minimum
            ? length > BlockType.MaximumLength
                ? $"pcapng: total block length {length} is too large (> {BlockType.MaximumLength})"
                : null
            : type is BlockType.Custom or BlockType.CustomNoCopy
                ? $"pcapng: total block length {length} of {article} {name} is too small (< {minimum})"
                : $"pcapng: total block length {length} of {article} {name} is less than the minimum "
                    + $"{(minimum == BlockType.Overhead ? "block" : name)} size {minimum}";
    }

    static uint Round(uint length) => unchecked((length + 3) & ~3u);

    static string Mismatch(uint first, uint second) => $"pcapng: total block lengths (first {first} and second {second}) don't match";

    /// <summary>Section Header Block, section 4.1. Its own byte-order magic says how to read it, its length first of all.</summary>
    void ReadSection()
    {
        if (!_source.Need(BlockType.Overhead))
        {
            AtEnd();
            return;
        }

        uint magic = LittleEndian.U32(_source.Next + 8);
        switch (magic)
        {
            case BlockType.ByteOrderMagic:
                ReadSection<LittleEndian>();
                break;
            case 0x4d3c2b1a:
                ReadSection<BigEndian>();
                break;
            default:
                if (_sections.Count == 0)
                {
                    throw Messages.NotACapture(_name);
                }

                Damage = Messages.Damaged(_name, _source.Offset, $"pcapng: unknown byte-order magic number 0x{magic:x8}");
                break;
        }
    }

    void ReadSection<TOrder>()
        where TOrder : struct, IByteOrder
    {
        if (!FetchBlock<TOrder>(BlockType.SectionHeader, out uint length))
        {
            return;
        }

        byte* block = _source.Next;
        CaptureSection section = DescriptionParser<TOrder>.Section(block + 8, block + length - 4, out string? error);
        // Section 4.1: 1.2 is read as 1.0, which some writers meant by it.
        if (section.Major != 1 || section.Minor is not (0 or 2))
        {
            Damage = Messages.UnsupportedRecord(_name, _source.Offset, $"pcapng: unknown SHB version {section.Major}.{section.Minor}");
            return;
        }

        if (error is not null)
        {
            Damage = Messages.Damaged(_name, _source.Offset, error);
            return;
        }

        _sections.Add(section);
        _bigEndian = TOrder.IsBigEndian;
        _firstOfSection = _interfaces.Count;
        _source.Next += length;
    }

    void TakeDescription<TOrder>(uint type, uint length)
        where TOrder : struct, IByteOrder
    {
        byte* body = _source.Next + 8;
        byte* end = _source.Next + length - 4;
        bool keep = (_kept += length) <= MaximumKept;
        string? error = null;
        switch (type)
        {
            case BlockType.InterfaceDescription:
                AddInterface(DescriptionParser<TOrder>.Interface(
                    body, end, _sections.Count - 1, _interfaces.Count - _firstOfSection, out error), ref error);
                break;
            case BlockType.NameResolution when keep:
                _names.Add(DescriptionParser<TOrder>.Names(body, end, out error));
                break;
            case BlockType.InterfaceStatistics when keep:
                long index = (long)TOrder.U32(body) + _firstOfSection;
                if (index < _interfaces.Count)
                {
                    _statistics.Add(DescriptionParser<TOrder>.Statistics(body, end, (int)index, _states[index].Clock, out error));
                }

                break;
            case BlockType.DecryptionSecrets when keep:
                if (DescriptionParser<TOrder>.Secrets(body, end, out error) is { } secrets)
                {
                    _secrets.Add(secrets);
                }

                break;
            default:
                if (keep)
                {
                    _others.Add(new(type, new ReadOnlySpan<byte>(body, (int)(end - body)).ToArray(), TOrder.IsBigEndian));
                }

                break;
        }

        if (error is not null)
        {
            Damage = Messages.Damaged(_name, _source.Offset, error);
            return;
        }

        _source.Next += length;
    }

    void AddInterface(CaptureInterface added, ref string? error)
    {
        if (_interfaces.Count == MaximumInterfaces)
        {
            error = $"pcapng: more than {MaximumInterfaces} interfaces";
            return;
        }

        if (_interfaces.Count == _states.Length)
        {
            Array.Resize(ref _states, _states.Length * 2);
        }

        _states[_interfaces.Count] = new(added);
        _interfaces.Add(added);
    }
}
