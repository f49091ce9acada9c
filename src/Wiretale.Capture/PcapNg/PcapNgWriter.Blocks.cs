using Wiretale.Wire;

namespace Wiretale.Capture.PcapNg;

/// <content>The blocks that describe, and the parts all blocks are made of.</content>
partial class PcapNgWriter
{
    static readonly CaptureSection Ours = new() { Application = "Wiretale" };

    void NeedSection()
    {
        if (_sections == 0)
        {
            WriteSection(Section ?? Ours);
        }
    }

    /// <summary>Section Header Block, section 4.1. The section's length is left open: it is not known, nor needed by anyone.</summary>
    void WriteSection(CaptureSection section)
    {
        int start = Begin(BlockType.SectionHeader);
        Output.U32(BlockType.ByteOrderMagic);
        Output.U16(1);
        Output.U16(0);
        Output.U64(ulong.MaxValue);
        Comments(section.Comments);
        Option(OptionCode.SectionHardware, section.Hardware);
        Option(OptionCode.SectionSystem, section.OperatingSystem);
        Option(OptionCode.SectionApplication, section.Application);
        Others(section.Others);
        EndOptions();
        Finish(start);
        _sections++;
        _firstOfSection = _interfaces.Count;
    }

    /// <summary>Interface Description Block, section 4.2.</summary>
    void WriteInterface(CaptureInterface one)
    {
        int start = Begin(BlockType.InterfaceDescription);
        Output.U16((ushort)one.LinkType);
        Output.U16(0);
        Output.U32(one.SnapLength);
        Comments(one.Comments);
        Option(OptionCode.Name, one.Name);
        Option(OptionCode.Description, one.Description);
        foreach (ReadOnlyMemory<byte> address in one.IPv4Addresses)
        {
            Option(OptionCode.IPv4Address, address.Span);
        }

        foreach (ReadOnlyMemory<byte> address in one.IPv6Addresses)
        {
            Option(OptionCode.IPv6Address, address.Span);
        }

        if (one.MacAddress is { } mac)
        {
            Option(OptionCode.MacAddress, mac.Span);
        }

        Option(OptionCode.Speed, one.Speed);
        if (one.TimeResolution != CaptureInterface.Microseconds)
        {
            Option(OptionCode.TimeResolution, [one.TimeResolution]);
        }

        // The first byte of a filter says that a string follows.
        Option(OptionCode.Filter, one.Filter is null ? null : "\0" + one.Filter);
        Option(OptionCode.System, one.OperatingSystem);
        if (one.FcsLength is { } fcs)
        {
            Option(OptionCode.FcsLength, [(byte)fcs]);
        }

        Option(OptionCode.TimeOffset, one.TimeOffset == 0 ? null : (ulong)one.TimeOffset);
        Option(OptionCode.Hardware, one.Hardware);
        Others(one.Others);
        EndOptions();
        Finish(start);
    }

    /// <summary>Name Resolution Block, section 4.5.</summary>
    void WriteNames(NameResolution names)
    {
        int start = Begin(BlockType.NameResolution);
        foreach (ResolvedAddress record in names.Records)
        {
            Output.U16((ushort)record.Kind);
            int length = Output.Length;
            Output.U16(0);
            int value = Output.Length;
            Output.Raw(record.Address.Span);
            foreach (string name in record.Names)
            {
                Output.Text(name);
                Output.U8(0);
            }

            PatchLength(length, value);
        }

        Output.U32(0);
        Others(names.Options);
        EndOptions();
        Finish(start);
    }

    /// <summary>Decryption Secrets Block, section 4.7.</summary>
    void WriteSecrets(CaptureSecrets secrets)
    {
        int start = Begin(BlockType.DecryptionSecrets);
        Output.U32(secrets.Type);
        Output.U32((uint)secrets.Data.Length);
        Output.Raw(secrets.Data.Span);
        Finish(start);
    }

    /// <summary>Interface Statistics Block, section 4.6; of interfaces of earlier sections nothing can be said any more.</summary>
    void WriteStatistics(InterfaceStatistics statistics)
    {
        if (statistics.Interface < _firstOfSection)
        {
            return;
        }

        InterfaceClock clock = _clocks[statistics.Interface];
        int start = Begin(BlockType.InterfaceStatistics);
        Output.U32((uint)(statistics.Interface - _firstOfSection));
        Ticks(clock.ToTicks(statistics.Time));
        Comments(statistics.Comments);
        TimeOption(OptionCode.StartTime, statistics.Start, clock);
        TimeOption(OptionCode.EndTime, statistics.End, clock);
        Option(OptionCode.Received, statistics.Received);
        Option(OptionCode.Dropped, statistics.Dropped);
        Option(OptionCode.FilterAccepted, statistics.FilterAccepted);
        Option(OptionCode.SystemDropped, statistics.SystemDropped);
        Option(OptionCode.Delivered, statistics.Delivered);
        EndOptions();
        Finish(start);
    }

    /// <summary>A block that is not understood can be copied only in its own byte order: its numbers are not known.</summary>
    void WriteOther(RawBlock block)
    {
        if (block.BigEndian != Output.BigEndian || block.Type == BlockType.CustomNoCopy)
        {
            return;
        }

        int start = Begin(block.Type);
        Output.Raw(block.Body.Span);
        Finish(start);
    }

    int Begin(uint type)
    {
        int start = Output.Length;
        Output.U32(type);
        Output.U32(0);
        return start;
    }

    void Finish(int start)
    {
        Output.Pad(start);
        uint length = (uint)(Output.Length - start + 4);
        Output.PatchU32(start + 4, length);
        Output.U32(length);
        Output.EndRecord();
    }

    void Ticks(ulong ticks)
    {
        Output.U32((uint)(ticks >> 32));
        Output.U32((uint)ticks);
    }

    void Option(ushort code, ReadOnlySpan<byte> value)
    {
        Output.U16(code);
        int length = Output.Length;
        Output.U16(0);
        int start = Output.Length;
        Output.Raw(value);
        PatchLength(length, start);
    }

    void Option(ushort code, string? text)
    {
        if (text is null)
        {
            return;
        }

        Output.U16(code);
        int length = Output.Length;
        Output.U16(0);
        int start = Output.Length;
        Output.Text(text);
        PatchLength(length, start);
    }

    /// <summary>Fills in the 16-bit length, at <paramref name="length"/>, of a value that began at <paramref name="start"/>, and pads it.</summary>
    void PatchLength(int length, int start)
    {
        int bytes = Output.Length - start;
        if (bytes > ushort.MaxValue)
        {
            throw new CaptureException(CaptureErrorKind.CannotWrite, $"An option of {bytes} bytes is longer than the 65535 that pcapng can hold.");
        }

        Output.PatchU16(length, (ushort)bytes);
        Output.Pad(start);
    }

    void Option(ushort code, ulong? value)
    {
        if (value is { } number)
        {
            Output.U16(code);
            Output.U16(8);
            Output.U64(number);
        }
    }

    void TimeOption(ushort code, Timestamp? time, in InterfaceClock clock)
    {
        if (time is { } at)
        {
            Output.U16(code);
            Output.U16(8);
            Ticks(clock.ToTicks(at));
        }
    }

    void Comments(IReadOnlyList<string> comments)
    {
        for (int i = 0; i < comments.Count; i++)
        {
            Option(OptionCode.Comment, comments[i]);
        }
    }

    void Others(IReadOnlyList<RawOption> options)
    {
        for (int i = 0; i < options.Count; i++)
        {
            Option(options[i].Code, options[i].Value.Span);
        }
    }

    /// <summary>opt_endofopt. A block without options would not need it; one with them must have it.</summary>
    void EndOptions() => Output.U32(0);
}
