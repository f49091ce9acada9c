using Wiretale.Capture.Output;
using Wiretale.Wire;

namespace Wiretale.Capture.Pcap;

/// <summary>
/// Writes classic pcap. The file header needs the link type, so it waits for the first interface or frame; it holds one link
/// type, so a second is refused. Comments, names, secrets and the like have no place in it.
/// </summary>
sealed class PcapWriter(RecordBuffer output, CaptureKind kind) : CaptureWriter(output)
{
    const uint SnapLength = 262144;

    readonly List<CaptureInterface> _interfaces = [];
    LinkType? _linkType;

    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    public override int AddInterface(CaptureInterface added)
    {
        _interfaces.Add(added);
        return _interfaces.Count - 1;
    }

    public override void AddStatistics(InterfaceStatistics statistics)
    {
    }

    public override void AddSecrets(CaptureSecrets secrets)
    {
    }

    public override void Follow(CaptureReader reader)
    {
        for (int i = _interfaces.Count; i < reader.Interfaces.Count; i++)
        {
            AddInterface(reader.Interfaces[i]);
        }
    }

    public override void Write(in FrameRecord frame, PacketOptions? options = null)
    {
        CaptureInterface on = _interfaces[frame.Interface];
        if (_linkType is null)
        {
            WriteHeader(on);
        }
        else if (on.LinkType != _linkType)
        {
            throw new CaptureException(CaptureErrorKind.CannotWrite,
                $"The capture file being read can't be written as a \"{new CaptureFormat(kind).Name}\" file.\n"
                + $"(frame {frame.Number} has link type {on.LinkType}, those before it {_linkType}; pcapng can hold both)");
        }

        Output.U32(unchecked((uint)frame.Time.Seconds));
        int nanoseconds = frame.Time.Nanoseconds;
        Output.U32(unchecked((uint)(kind == CaptureKind.NanosecondPcap ? nanoseconds : nanoseconds / 1000)));
        Output.U32((uint)frame.CapturedLength);
        Output.U32(frame.OriginalLength);
        Output.Raw(frame.Data);
        Output.EndRecord();
    }

    public override void Flush()
    {
        if (_linkType is null)
        {
            WriteHeader(_interfaces.Count > 0 ? _interfaces[0] : new() { LinkType = LinkType.Ethernet });
        }

        base.Flush();
    }

    void WriteHeader(CaptureInterface of)
    {
        _linkType = of.LinkType;
        Output.U32(kind == CaptureKind.NanosecondPcap ? PcapHeader.NanosecondMagic : PcapHeader.Magic);
        Output.U16(2);
        Output.U16(4);
        Output.U32(0);
        Output.U32(0);
        Output.U32(of.SnapLength == 0 ? SnapLength : of.SnapLength);
        // Bit 26 says that the upper four bits hold the FCS length in 16-bit words (draft-ietf-opsawg-pcap, section 4).
        uint fcs = of.FcsLength is { } bytes ? 0x0400_0000u | ((uint)bytes / 2 << 28) : 0;
        Output.U32((uint)of.LinkType | fcs);
        Output.EndRecord();
    }
}
