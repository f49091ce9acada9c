using Wiretale.Capture.Output;
using Wiretale.Wire;

namespace Wiretale.Capture.PcapNg;

/// <summary>
/// Writes pcapng. Without a reader to follow, one section; following one, a section for each of its. Packets go into Enhanced
/// Packet Blocks, those without a time into Simple ones where these can say the same.
/// </summary>
sealed partial class PcapNgWriter(RecordBuffer output) : CaptureWriter(output)
{
    readonly List<CaptureInterface> _interfaces = [];
    readonly List<InterfaceClock> _clocks = [];
    int _sections;
    int _firstOfSection;
    int _names;
    int _secrets;
    int _statistics;
    int _others;

    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    public override int AddInterface(CaptureInterface added)
    {
        NeedSection();
        WriteInterface(added);
        _interfaces.Add(added);
        _clocks.Add(new(added.TimeResolution, added.TimeOffset));
        return _interfaces.Count - 1;
    }

    public override void AddStatistics(InterfaceStatistics statistics)
    {
        NeedSection();
        WriteStatistics(statistics);
    }

    public override void AddSecrets(CaptureSecrets secrets)
    {
        NeedSection();
        WriteSecrets(secrets);
    }

    public override void Follow(CaptureReader reader)
    {
        // A batch never spans two sections, so the lists up to here belong to sections whose frames are written already and to
        // the one whose frames come next. Interfaces and statistics say which; the rest goes to the last.
        while (_sections < reader.Sections.Count)
        {
            FollowSection(reader, _sections - 1);
            WriteSection(_sections == 0 && Section is { } section ? section : reader.Sections[_sections]);
        }

        FollowSection(reader, _sections - 1);
        for (; _names < reader.NameResolution.Count; _names++)
        {
            WriteNames(reader.NameResolution[_names]);
        }

        for (; _secrets < reader.Secrets.Count; _secrets++)
        {
            WriteSecrets(reader.Secrets[_secrets]);
        }

        for (; _others < reader.OtherBlocks.Count; _others++)
        {
            WriteOther(reader.OtherBlocks[_others]);
        }
    }

    public override void Write(in FrameRecord frame, PacketOptions? options = null)
    {
        NeedSection();
        int id = frame.Interface - _firstOfSection;
        if (id < 0 || frame.Interface >= _interfaces.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(frame), frame.Interface, "The frame is of no interface of this section.");
        }

        if (!frame.HasTimestamp && options is null && id == 0 && IsSimple(frame))
        {
            WriteSimple(frame);
        }
        else
        {
            WriteEnhanced(frame, (uint)id, options);
        }
    }

    public override void Flush()
    {
        NeedSection();
        base.Flush();
    }

    /// <summary>What says itself to which section it belongs, up to <paramref name="section"/>.</summary>
    void FollowSection(CaptureReader reader, int section)
    {
        IReadOnlyList<CaptureInterface> interfaces = reader.Interfaces;
        while (_interfaces.Count < interfaces.Count && interfaces[_interfaces.Count].Section <= section)
        {
            AddInterface(interfaces[_interfaces.Count]);
        }

        IReadOnlyList<InterfaceStatistics> statistics = reader.Statistics;
        while (_statistics < statistics.Count && interfaces[statistics[_statistics].Interface].Section <= section)
        {
            WriteStatistics(statistics[_statistics++]);
        }
    }

    /// <summary>A Simple Packet Block does not say its captured length: it must follow from the snaplen.</summary>
    bool IsSimple(in FrameRecord frame)
    {
        uint snap = _interfaces[frame.Interface].SnapLength;
        return frame.CapturedLength == (snap == 0 ? frame.OriginalLength : Math.Min(snap, frame.OriginalLength));
    }

    void WriteSimple(in FrameRecord frame)
    {
        int start = Begin(BlockType.SimplePacket);
        Output.U32(frame.OriginalLength);
        Output.Raw(frame.Data);
        Finish(start);
    }

    void WriteEnhanced(in FrameRecord frame, uint id, PacketOptions? options)
    {
        int start = Begin(BlockType.EnhancedPacket);
        ulong ticks = _clocks[frame.Interface].ToTicks(frame.Time);
        Output.U32(id);
        Output.U32((uint)(ticks >> 32));
        Output.U32((uint)ticks);
        Output.U32((uint)frame.CapturedLength);
        Output.U32(frame.OriginalLength);
        Output.Raw(frame.Data);
        Output.Pad(start);
        if (options is not null)
        {
            WriteOptions(options);
        }

        Finish(start);
    }

    void WriteOptions(PacketOptions options)
    {
        Comments(options.Comments);
        if (options.Flags is { } flags)
        {
            Output.U16(OptionCode.Flags);
            Output.U16(4);
            Output.U32(flags);
        }

        foreach (ReadOnlyMemory<byte> hash in options.Hashes)
        {
            Option(OptionCode.Hash, hash.Span);
        }

        Option(OptionCode.DropCount, options.DropCount);
        Option(OptionCode.PacketId, options.PacketId);
        if (options.Queue is { } queue)
        {
            Output.U16(OptionCode.Queue);
            Output.U16(4);
            Output.U32(queue);
        }

        foreach (ReadOnlyMemory<byte> verdict in options.Verdicts)
        {
            Option(OptionCode.Verdict, verdict.Span);
        }

        Others(options.Others);
        EndOptions();
    }
}
